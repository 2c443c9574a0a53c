"""Gaps and the markers that stand for them.

A marker stands on a line of its own and says how many lines were left out since the marker before it, with a
handle to get them back: `(filtered 12 lines, k3f9a2)`. Markers are paid from the budget: where there is no
room for one at each gap, the largest gaps get one and the others of the same text are counted in the next.
Inside JSON there are none, so that JSON stays JSON.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from limbeck.core.context import Context, Written
from limbeck.core.source import Span
from limbeck.core.tally import line_ends

from .forest import Flags, Forest

MARKER_TOKENS = 16
"""What a marker costs at most, its line ends included."""
WORTHWHILE = 2
"""A marker is set where it hides at least so many times its own tokens."""
MARKER_SHARE = 0.05
"""Share of the budget that is set aside for markers; at least one marker where the budget allows it."""

_LINE_END = re.compile(r"\r\n?|\n")


@dataclass
class Gap:
    """A hidden stretch of a source.

    Attributes:
        span: What is hidden, whether it was left out now or by an earlier distillation.
        row: The row before which it stands, in the context that came in.
        message: The message it stands in, by position in the context that came in.
    """

    span: Span
    row: int
    message: int


def reserve_tokens(limit: int) -> int:
    """Tokens of a budget that are set aside for markers. Never falls faster than the budget grows."""
    return max(int(MARKER_SHARE * limit), min(MARKER_TOKENS, limit // 8))


def count_gaps(f: Forest, kept: Flags, groups: Flags) -> int:
    """How many markers the hidden stretches could have: runs of hidden rows outside JSON."""
    hidden = np.flatnonzero(~kept & groups[f.group] & ~f.in_json)
    if not len(hidden):
        return 0
    return 1 + int(np.count_nonzero((np.diff(hidden) != 1) | (np.diff(f.source[hidden]) != 0)))


def gaps(context: Context, f: Forest, kept: Flags, groups: Flags) -> Iterator[Gap]:
    """What is hidden in the texts that are still there, in reading order.

    Args:
        context: What came in.
        f: Its structure.
        kept: (n) what stays.
        groups: (g) which groups stay. A message can stay without the texts of a group that does not: a call that
            is gone has no place for a marker.
    """
    start = np.frombuffer(context.segments.start, np.int32) if len(kept) else np.zeros(0, np.int32)
    end = np.frombuffer(context.segments.end, np.int32) if len(kept) else start
    for number, rows in enumerate(context.source_rows()):
        if not len(rows) or not groups[f.group[rows.start]]:
            continue
        index = np.flatnonzero(kept[rows.start : rows.stop]) + rows.start
        froms = np.concatenate([[0], end[index]])
        tos = np.concatenate([start[index], [len(context.sources[number].text)]])
        before = np.concatenate([index, [rows.stop]])
        for at in np.flatnonzero(froms < tos).tolist():
            span = Span(number, int(froms[at]), int(tos[at]))
            yield Gap(span, int(before[at]), int(f.message[rows.start]))


def lines_hidden(context: Context, spans: list[Span]) -> int:
    """How many lines the spans touch the end of; at least one."""
    lines = 0
    for s in spans:
        text = context.sources[s.source].text
        lines += line_ends(text, s.start, s.end)
        lines += s.end == len(text) and not text.endswith(("\n", "\r"))
    return max(1, lines)


def handle_of(context: Context, spans: list[Span], taken: set[str]) -> str:
    """A short name for hidden spans, the same for the same text at the same place, unique among `taken`."""
    digest = hashlib.sha256()
    for s in spans:
        source = context.sources[s.source]
        digest.update(f"{source.message}{source.pointer}:{s.start}-{s.end};".encode())
        digest.update(source.text[s.start : s.end].encode("utf-8", "surrogatepass"))
    name = digest.hexdigest()
    length = 5
    while "k" + name[:length] in taken:
        length += 1
    taken.add("k" + name[:length])
    return "k" + name[:length]


def first_line_end(text: str) -> str:
    """The first line end of a text; a line feed where there is none."""
    found = _LINE_END.search(text)
    return found[0] if found else "\n"


def marker(context: Context, spans: list[Span], taken: set[str]) -> Written:
    """The marker for hidden spans of one source, without a line end."""
    lines = lines_hidden(context, spans)
    handle = handle_of(context, spans, taken)
    return Written(f"(filtered {lines:d} line{'s' if lines != 1 else ''}, {handle})", tuple(spans), handle)
