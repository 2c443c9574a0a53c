from __future__ import annotations

import re
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from limbeck.core.result import Result
from limbeck.core.tally import Amount, amounts, line_ends, total

pieces = st.lists(st.text(alphabet="ab\r\n", max_size=4), min_size=1, max_size=12)


def test_a_partly_kept_line_counts_as_kept(make_result: Callable[..., Result]) -> None:
    result = make_result([("", "text", ["ab", "cd\n", "ef\n"])], {1})
    assert amounts(result.before) == [Amount(2, 8)]
    assert amounts(result.context) == [Amount(1, 3)]


def test_amounts_add_up() -> None:
    assert total([Amount(1, 2), Amount(3, 4)]) == Amount(4, 6)


@given(st.text(alphabet="a\r\n", max_size=12), st.data())
def test_line_ends_of_ranges_add_up(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    ends = len(re.findall("\r\n|\r|\n", text))
    assert line_ends(text, 0, at) + line_ends(text, at, len(text)) == ends


@given(parts=pieces, data=st.data())
def test_lines_are_those_that_hold_a_kept_character(
    make_result: Callable[..., Result], parts: list[str], data: st.DataObject
) -> None:
    keep = data.draw(st.sets(st.integers(0, len(parts) - 1)))
    result = make_result([("", "text", parts)], keep)
    text = "".join(parts)
    wanted = {at for a, b in result.kept_spans for at in range(a, b)}
    lines, at = 0, 0
    for line in re.findall("[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text):
        lines += any(at <= place < at + len(line) for place in wanted)
        at += len(line)
    assert amounts(result.context) == [Amount(lines, len(wanted))]
