"""Which lines of a text were kept, left out, or cut in part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Range = tuple[int, int]


@dataclass(frozen=True)
class Lines:
    """Ranges of lines counted from 1, ends included. `kept` and `compacted` are a partition of all lines.

    A line is kept as soon as anything of it stands, and `partial` too if not all of it does. The end of a line
    is no part of it, but of an empty line it is all there is.
    """

    kept: list[Range]
    compacted: list[Range]
    partial: list[Range]


def lines_of(text: str, spans: Sequence[Range]) -> Lines:
    """The lines of `text` by what stands of them.

    Args:
        text: Lines end at a line feed, also where a carriage return stands before it; one at the end opens no
            further line, so an empty text has no lines.
        spans: What stands, as ascending half-open ranges in code points that do not overlap.

    Cost: linear in lines and spans.
    """
    kept: list[int] = []
    partial: list[int] = []
    number = start = at = 0
    size = len(text)
    while start < size:
        number += 1
        feed = text.find("\n", start)
        stop = size if feed < 0 else feed + 1
        end = stop if feed < 0 else feed  # of what is read: without the line end
        if feed > start and text[feed - 1] == "\r":
            end -= 1
        if end == start:
            end = stop
        stands = 0
        while at < len(spans) and spans[at][0] < stop:
            stands += max(0, min(spans[at][1], end) - max(spans[at][0], start))
            if spans[at][1] > stop:
                break
            at += 1
        if stands:
            kept.append(number)
            if stands < end - start:
                partial.append(number)
        start = stop
    there = set(kept)
    return Lines(_runs(kept), _runs([n for n in range(1, number + 1) if n not in there]), _runs(partial))


def _runs(numbers: Sequence[int]) -> list[Range]:
    """Ascending numbers as runs of neighbors."""
    runs: list[Range] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = runs[-1][0], number
        else:
            runs.append((number, number))
    return runs
