"""How much stands of each text: characters, and lines of which anything stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .context import Context
from .source import Span


class Amount(NamedTuple):
    """Lines and characters (code points). A line counts as soon as any of its characters stands."""

    lines: int
    chars: int

    def plus(self, other: Amount) -> Amount:
        return Amount(self.lines + other.lines, self.chars + other.chars)


NOTHING = Amount(0, 0)


def amounts(context: Context) -> list[Amount]:
    """What stands of each source of a context. Line ends are LF, CR LF and CR. Linear."""
    found = [NOTHING] * len(context.sources)
    by_source: dict[int, list[Span]] = {}
    for run in context.quoted_runs():
        by_source.setdefault(run.source, []).append(run)
    for number, runs in by_source.items():
        found[number] = _amount(context.sources[number].text, runs)
    return found


def total(parts: Iterable[Amount]) -> Amount:
    """The sum."""
    lines = chars = 0
    for part in parts:
        lines += part.lines
        chars += part.chars
    return Amount(lines, chars)


def line_ends(text: str, start: int, end: int) -> int:
    """How many line ends stand in `text[start:end]`; a CR before an LF is part of one end."""
    ends = text.count("\n", start, end)
    returns = text.count("\r", start, end)
    return ends + returns - text.count("\r\n", start, end + 1) if returns else ends


def _amount(text: str, runs: list[Span]) -> Amount:
    lines = chars = 0
    at = line = 0
    last_counted = -1
    for _, start, end in runs:
        first = line + line_ends(text, at, start)
        line = first + line_ends(text, start, end - 1)
        at = end - 1
        lines += line - max(first, last_counted + 1) + 1
        last_counted = line
        chars += end - start
    return Amount(lines, chars)
