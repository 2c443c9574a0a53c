"""The cheap half of selection: from an order and a budget to a new context."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from limbeck.core.context import Context, Form, Segments, Written
from limbeck.core.source import Span

from .forest import Flags, Forest, complete
from .markers import MARKER_TOKENS, WORTHWHILE, Gap, first_line_end, gaps, marker

MarkerStyle = bool | Literal["blank"]


@dataclass
class Kept:
    """A choice of rows, complete with what follows from it: which rows, groups and messages stay."""

    rows: Flags
    groups: Flags
    alive: Flags


def everything(context: Context, f: Forest) -> Kept:
    """All quotes of a context."""
    rows = np.ones(len(context.segments), bool)
    rows[np.array(list(context.segments.written), np.int64)] = False
    return Kept(rows, np.ones(len(f.group_cost), bool), np.ones(len(context.messages), bool))


def kept_rows(context: Context, f: Forest, chosen: Iterable[int] | np.ndarray) -> Kept:
    """Complete a closed choice: closers, separators, and the messages of every group that was opened."""
    n = len(context.segments)
    rows = np.zeros(n, bool)
    rows[np.asarray(chosen, np.int64)] = True
    rows = complete(f, rows)
    groups = np.zeros(len(f.group_cost), bool)
    groups[f.group[rows]] = True
    alive = np.zeros(len(context.messages), bool)
    if n:
        alive[np.unique(f.message[groups[f.group]])] = True
    if len(alive) == 1 and not context.messages[0].rider_tokens:
        groups[:] = alive[0] = True  # a bare text stays a text, if only of a marker
    return Kept(rows, groups, alive)


def texts_of(context: Context, f: Forest, rows: Flags) -> dict[int, str]:
    """The text of each source under a choice of rows, without markers; emptied sources are absent."""
    index = np.flatnonzero(rows)
    if not len(index):
        return {}
    start = np.frombuffer(context.segments.start, np.int32)[index]
    end = np.frombuffer(context.segments.end, np.int32)[index]
    source = f.source[index]
    # Neighbors in the same source make one run, taken in one slice.
    heads = np.concatenate([[True], (source[1:] != source[:-1]) | (start[1:] != end[:-1])])
    firsts = np.flatnonzero(heads)
    lasts = np.concatenate([firsts[1:], [len(index)]]) - 1
    parts: dict[int, list[str]] = {}
    sources = context.sources
    for s, a, b in zip(source[firsts].tolist(), start[firsts].tolist(), end[lasts].tolist(), strict=True):
        parts.setdefault(s, []).append(sources[s].text[a:b])
    return {s: "".join(p) for s, p in parts.items()}


@dataclass
class Place:
    """A written segment and where it stands: in which source, at which offset, before which row."""

    written: Written
    source: int
    start: int
    row: int
    message: int


def place_markers(
    context: Context, f: Forest, kept: Kept, style: MarkerStyle, room_tokens: int, tokens_per_char: float
) -> list[Place]:
    """Choose gaps and write their markers, in reading order.

    Args:
        context: What came in.
        f: Its structure.
        kept: The choice.
        style: True for markers with count and handle, "blank" for empty lines, False for none.
        room_tokens: What the markers may cost together.
        tokens_per_char: Of the whole context, to estimate what a gap hides.
    """
    if style is False:
        return []
    found = [
        g for g in gaps(context, f, kept.rows, kept.groups) if context.sources[g.span.source].kind != "json"
    ]
    cost = 1 if style == "blank" else MARKER_TOKENS
    hidden = [(g.span.end - g.span.start) * tokens_per_char for g in found]
    of_source: dict[int, float] = {}
    for gap, tokens in zip(found, hidden, strict=True):
        of_source[gap.span.source] = of_source.get(gap.span.source, 0.0) + tokens
    seen: set[int] = set()
    ranked: list[tuple[bool, float, int]] = []
    for i in sorted(range(len(found)), key=lambda i: (-hidden[i], -i)):
        source = found[i].span.source
        # The one marker of a text stands for all its gaps, a second one for its own.
        worth = hidden[i] if source in seen else of_source[source]
        if worth >= WORTHWHILE * cost:
            ranked.append((source in seen, -worth, i))
            seen.add(source)
    ranked.sort()
    chosen = {i for _, _, i in ranked[: max(0, room_tokens // cost)]}
    return _write(context, found, chosen, style)


def _write(context: Context, found: list[Gap], chosen: set[int], style: MarkerStyle) -> list[Place]:
    """A marker at each chosen gap; other gaps of its source are counted in the next marker, or the last."""
    by_source: dict[int, list[int]] = {}
    for i, g in enumerate(found):
        by_source.setdefault(g.span.source, []).append(i)
    taken: set[str] = set()
    out: list[Place] = []
    for source, numbers in by_source.items():
        text = context.sources[source].text
        usual = first_line_end(text)
        marked = [i for i in numbers if i in chosen]
        at = 0
        for k, i in enumerate(marked):
            stop = numbers.index(i, at) + 1 if k < len(marked) - 1 else len(numbers)
            spans = [found[j].span for j in numbers[at:stop]]
            at = stop
            g = found[i]
            written = Written("", tuple(spans)) if style == "blank" else marker(context, spans, taken)
            written = _on_own_line(text, g.span, written, usual)
            out.append(Place(written, source, g.span.start, g.row, g.message))
    return out


def _on_own_line(text: str, gap: Span, written: Written, usual: str) -> Written:
    """The marker with a line end like that of the line before it; it begins a line, and shares an end kept behind."""
    at = gap.start
    before = "\r\n" if text.endswith("\r\n", 0, at) else text[at - 1 : at] if at else usual
    begun = before in ("\n", "\r", "\r\n")
    end = before if begun else usual
    shared = not begun and text.startswith(("\n", "\r"), gap.end)
    return replace(written, text=("" if begun else end) + written.text + ("" if shared else end))


def rebuild(context: Context, f: Forest, kept: Kept, places: list[Place]) -> Context:
    """The new context: surviving messages, their kept rows and markers, over the same sources."""
    old = context.segments
    index = np.flatnonzero(kept.rows)
    # A message that stays with none of its rows keeps a place without text, so that it is still there.
    counts = np.bincount(f.message[index], minlength=len(context.messages))
    marked = {p.message for p in places}
    for number in np.flatnonzero(kept.alive & (counts == 0)).tolist():
        if number not in marked:
            row = next(row for row in context.messages[number].segments if kept.groups[f.group[row]])
            whole = Span(old.source[row], 0, len(context.sources[old.source[row]].text))
            places = [*places, Place(Written("", (whole,)), whole.source, 0, row, number)]
    places = sorted(places, key=lambda p: (p.source, p.start))
    slots = np.searchsorted(index, np.array([p.row for p in places], np.int64))
    origin = np.insert(index, slots, -1)  # -1: a written segment
    quoted = origin >= 0
    renumber = np.full(len(old) + 1, -1, np.int64)
    renumber[index] = np.flatnonzero(quoted)

    def column(of: npt.ArrayLike, put: list[int]) -> npt.NDArray[np.int64]:
        out = np.asarray(of)[origin].astype(np.int64) if len(old) else np.zeros(len(origin), np.int64)
        out[~quoted] = put
        return out

    starts = [p.start for p in places]
    segments = Segments(
        context.sources,
        source=_ints(column(f.source, [p.source for p in places])),
        start=_ints(column(old.start, starts)),
        end=_ints(column(old.end, starts)),
        needs=_ints(renumber[column(f.needs, [-1] * len(places))]),
        form=bytearray(column(f.form, [Form.PLAIN] * len(places)).astype(np.uint8).tobytes()),
        pin=bytearray(
            column(np.frombuffer(bytes(old.pin), np.uint8), [0] * len(places)).astype(np.uint8).tobytes()
        ),
        pins=list(old.pins),
        written=dict(zip(np.flatnonzero(~quoted).tolist(), (p.written for p in places), strict=True)),
    )
    message = column(f.message, [p.message for p in places])
    bounds = np.searchsorted(message, np.arange(len(context.messages) + 1)).tolist()
    messages = tuple(
        replace(context.messages[i], segments=range(bounds[i], bounds[i + 1]))
        for i in np.flatnonzero(kept.alive).tolist()
    )
    return replace(context, messages=messages, segments=segments)


def _ints(values: npt.NDArray[np.int64]) -> array[int]:
    out = array("i")
    out.frombytes(values.astype(np.int32).tobytes())
    return out
