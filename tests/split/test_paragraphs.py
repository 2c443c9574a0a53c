"""Lines that were wrapped at a width are taken together; rows, headings and quotes stand alone."""

from __future__ import annotations

from limbeck.split.paragraphs import paragraphs

WIDE = "The harbor office keeps a list of all ships that have come in since May,\n"
ROW = "| The harbor office keeps a list of all the ships that came in since May |\n"


def _parts(text: str) -> list[str]:
    return [text[start:end] for start, end in paragraphs(text)]


def test_wrapped_lines_go_on_even_in_a_capital() -> None:
    text = WIDE * 5 + "Maersk ships among them.\n"
    assert len(_parts(text)) < 6


def test_a_row_of_a_table_does_not_go_on() -> None:
    text = ROW * 5 + "Maersk ships are among them.\n"
    assert len(_parts(text)) == 6
