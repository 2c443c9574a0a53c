"""The columns that a cut text is stored in."""

from __future__ import annotations

from limbeck.core.context import Form
from limbeck.split import Pieces


def test_pieces_go_from_start_to_start_and_the_last_to_the_end() -> None:
    pieces = Pieces("log")
    assert [pieces.add(0), pieces.add(3, 0), pieces.add(4, 1, Form.CLOSER)] == [0, 1, 2]
    assert list(pieces.texts("oneXtwo")) == ["one", "X", "two"]
    assert (len(pieces), list(pieces.needs), list(pieces.form)) == (3, [-1, 0, 1], [0, 0, 1])
    assert pieces.kind == "log"


def test_before_the_first_piece_there_is_no_text() -> None:
    assert list(Pieces().texts("unseen")) == []
    assert Pieces().kind == "text"
