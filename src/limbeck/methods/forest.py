"""What has to be kept together, and what that costs.

Segments form a forest: a kept segment takes along what it needs; a group of messages opens as a whole with
its frames and riders. Closers and separators follow from the rest and are never chosen for themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from limbeck.core.budget import Counter
from limbeck.core.context import Context, Form, Segments

WRITTEN = 255
"""The form given to rows that are no quotes (an earlier marker): never chosen, never kept."""

Ints = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]


@dataclass
class Forest:
    """Columns over the segments (n rows) and groups (g) of a context.

    Attributes:
        needs: (n) the segment that must stay too, or -1. Closers and separators point at what they follow.
        form: (n) a `Form` each, or `WRITTEN`.
        cost: (n) tokens a chosen segment adds, its closers and separators included; 0 for those themselves.
        source: (n) the source of each segment.
        message: (n) the message of each segment.
        group: (n) the group of each segment, numbered 0 .. g-1 by first appearance.
        group_cost: (g) tokens of a group's frames and riders, paid once, when it opens.
        frames: (g) the rows of a group that stay whenever it does.
        in_json: (n) whether a row's text is a JSON document.
        bare: (n) 1 for a row that says nothing, or a falsehood, without a row that needs it: the opening of a JSON
            container or string, the end of a line of prose. Such rows are kept with another one only, or pinned.
    """

    needs: Ints
    form: npt.NDArray[np.uint8]
    cost: Ints
    source: Ints
    message: Ints
    group: Ints
    group_cost: list[int]
    frames: list[list[int]]
    in_json: Flags
    bare: bytearray


def forest(context: Context, texts: list[str], counter: Counter) -> Forest:
    """Read the structure of a context; `texts` are the texts of its segments. Cost: one token count each."""
    segments = context.segments
    n = len(segments)
    needs = np.frombuffer(segments.needs, dtype=np.int32) if n else np.zeros(0, np.int32)
    form = np.frombuffer(bytes(segments.form), dtype=np.uint8).copy()
    source = np.frombuffer(segments.source, dtype=np.int32) if n else np.zeros(0, np.int32)
    cost = np.array(counter.count_each(texts), dtype=np.int32)

    message = np.zeros(n, np.int32)
    group = np.zeros(n, np.int32)
    numbers: dict[tuple[bool, int], int] = {}
    group_cost: list[int] = []
    parts = np.array([s.part for s in context.sources], np.int32)[source]
    for index, m in enumerate(context.messages):
        message[m.segments.start : m.segments.stop] = index
        for row in _starts(parts, m.segments):
            key = (True, int(parts[row])) if parts[row] >= 0 else (False, m.group)
            number = numbers.setdefault(key, len(numbers))
            if number == len(group_cost):
                group_cost.append(0)
            if row == m.segments.start:
                group_cost[number] += m.rider_tokens
            group[row : m.segments.stop] = number

    written = np.array(list(segments.written), np.int64)
    form[written], cost[written] = WRITTEN, 0
    for row in np.flatnonzero(form == Form.FRAME).tolist():  # what a frame needs is a frame too
        at = needs[row]
        while at >= 0 and form[at] != Form.FRAME:
            form[at] = Form.FRAME
            at = needs[at]
    follows = ((form == Form.CLOSER) | (form == Form.SEPARATOR)) & (needs >= 0)
    np.add.at(cost, needs[follows], cost[follows])
    cost[follows] = 0
    frames: list[list[int]] = [[] for _ in group_cost]
    for row in np.flatnonzero(form == Form.FRAME).tolist():
        frames[group[row]].append(row)
        group_cost[group[row]] += int(cost[row])
    cost[form == Form.FRAME] = 0
    in_json = np.array([s.kind == "json" for s in context.sources], bool)[source]
    return Forest(
        needs,
        form,
        cost,
        source,
        message,
        group,
        group_cost,
        frames,
        in_json,
        _bare(context.segments, texts, needs, form, in_json),
    )


def _bare(
    segments: Segments, texts: list[str], needs: Ints, form: npt.NDArray[np.uint8], in_json: Flags
) -> bytearray:
    """The rows that open a JSON container or string and hold nothing of it, and white space that others need."""
    out = bytearray(len(texts))
    for row in np.flatnonzero((form == Form.CLOSER) & (needs >= 0) & in_json).tolist():
        opener = int(needs[row])
        if form[opener] == Form.PLAIN:
            out[opener] = texts[row].lstrip()[:1] == '"' or texts[opener].rstrip()[-1:] in ("{", "[")
    for head in np.unique(needs[(form == Form.PLAIN) & (needs >= 0)]).tolist():
        if texts[head].isspace():
            out[head] = 1
    for row in [row for row, bare in enumerate(out) if bare and segments.hard(row)]:
        out[row] = 0
    return out


def _starts(parts: Ints, rows: range) -> list[int]:
    """The rows at which another part begins."""
    here = parts[rows.start : rows.stop]
    return [rows.start, *(np.flatnonzero(np.diff(here)) + rows.start + 1).tolist()] if len(rows) else []


def complete(f: Forest, chosen: Flags) -> Flags:
    """The chosen segments, which must be closed under `needs`, with closers and separators that follow."""
    kept = chosen.copy()
    closers = np.flatnonzero((f.form == Form.CLOSER) & (f.needs >= 0))
    # A closer may need a closer's head only, so one pass settles all of them.
    kept[closers] = kept[f.needs[closers]]
    separators = np.flatnonzero((f.form == Form.SEPARATOR) & (f.needs >= 0))
    if len(separators):
        elements = f.needs[separators]
        parents = f.needs[elements]
        # The first kept element of each container; its own separator goes, those of later elements stay.
        # An element in no separator's need is the first of its container, so all elements are looked at.
        first = np.full(len(kept) + 1, len(kept), np.int64)
        candidates = np.flatnonzero(
            kept & (f.form != Form.CLOSER) & (f.form != Form.SEPARATOR) & (f.needs >= 0)
        )
        np.minimum.at(first, f.needs[candidates], candidates)
        kept[separators] = kept[elements] & (first[parents] < elements)
    return kept
