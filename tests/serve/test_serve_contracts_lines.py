from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limbeck.serve.contracts.lines import Lines, lines_of

TEXTS = st.text(alphabet="ab\r\n", max_size=40)


def numbers(ranges: list[tuple[int, int]]) -> list[int]:
    return [n for start, end in ranges for n in range(start, end + 1)]


@pytest.mark.parametrize(
    ("text", "spans", "expected"),
    [
        ("", [], Lines([], [], [])),
        ("a", [(0, 1)], Lines([(1, 1)], [], [])),
        ("a\n", [(0, 2)], Lines([(1, 1)], [], [])),
        ("a\nb\nc", [(0, 2), (4, 5)], Lines([(1, 1), (3, 3)], [(2, 2)], [])),
        ("a\nb\nc\n", [(2, 4)], Lines([(2, 2)], [(1, 1), (3, 3)], [])),
        ("a\r\nb\r\n", [(0, 1)], Lines([(1, 1)], [(2, 2)], [])),
        ("\n\n\n", [(1, 2)], Lines([(2, 2)], [(1, 1), (3, 3)], [])),
        ("\r\n\r\n", [(0, 2)], Lines([(1, 1)], [(2, 2)], [])),
        ("one two. three\nfour", [(0, 9)], Lines([(1, 1)], [(2, 2)], [(1, 1)])),
        ("one two. three\nfour", [(4, 7), (9, 19)], Lines([(1, 2)], [], [(1, 1)])),
        ("long line\nlong line", [(5, 14)], Lines([(1, 2)], [], [(1, 2)])),
        ("ab\ncd", [(2, 5)], Lines([(2, 2)], [(1, 1)], [])),
    ],
)
def test_lines(text: str, spans: list[tuple[int, int]], expected: Lines) -> None:
    assert lines_of(text, spans) == expected


@given(TEXTS, st.data())
def test_kept_and_compacted_are_a_partition(text: str, data: st.DataObject) -> None:
    stands = data.draw(st.lists(st.booleans(), min_size=len(text), max_size=len(text)))
    spans: list[tuple[int, int]] = []
    for at, here in enumerate(stands):
        if here and spans and spans[-1][1] == at:
            spans[-1] = spans[-1][0], at + 1
        elif here:
            spans.append((at, at + 1))
    found = lines_of(text, spans)
    pieces = text.split("\n")
    if pieces[-1] == "":
        pieces.pop()
    assert sorted(numbers(found.kept) + numbers(found.compacted)) == list(range(1, len(pieces) + 1))
    assert set(numbers(found.partial)) <= set(numbers(found.kept))
    start = 0
    for number, piece in enumerate(pieces, 1):
        end = start + len(piece)
        ended = end < len(text)
        body = piece.removesuffix("\r") if ended else piece
        here = stands[start : start + len(body)] if body else stands[start : end + ended]
        assert (number in numbers(found.kept)) == any(here)
        assert (number in numbers(found.partial)) == (any(here) and not all(here))
        start = end + 1
