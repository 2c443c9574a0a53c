"""The same context cut anew: what people and the agent say sentence by sentence, whatever its lines.

Compaction cuts at lines, because what it keeps must read like the text it was. A digest quotes, so its smallest
thing is a sentence: wrapped lines are joined to the sentences they hold, lines of several sentences are parted,
and nothing is kept as the frame of a message. Tool output and the arguments of calls stay as they were cut.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import replace

from limbeck.core.context import Context, Form, Segments
from limbeck.core.source import Source
from limbeck.split.paragraphs import paragraphs
from limbeck.split.sentences import sentence_starts

from .calls import ARGUMENTS
from .speakers import TOOL_ROLES, speakers

PROSE = frozenset({"prose", "markdown", "text", ""})
"""Kinds of text that people and agents speak in."""
SHOWING = frozenset({"code", "diff", "log", "tests", "traceback", "listing", "grep"})
"""Kinds that a message gets from what it shows in a fence beside what it says."""

CALL_CHARS = 200
"""The arguments of a call up to this length are quoted whole."""

_KEYS = re.compile(r'(?<=[{,\s])"[^"\\\n]+"\s*:')
_FENCE = re.compile(r"[ \t]*(?:```|~~~)")
_FENCED = re.compile(r"(?m)^[ \t]*(?:```|~~~)")
_WORD = re.compile(r"[^\W_]")


def spoken(source: Source, role: str) -> bool:
    """Whether a source holds sentences of the user, the agent or a document, and not only what a program shows."""
    if role in TOOL_ROLES or ARGUMENTS.search(source.pointer):
        return False
    return source.kind in PROSE or (
        bool(source.pointer) and source.kind in SHOWING and _FENCED.search(source.text) is not None
    )


def by_sentence(context: Context) -> Context:
    """Cut anew. Spans point into the same sources; all rows together cover what they covered.

    Cost: one pass over the text that is spoken.
    """
    old = context.segments
    new = Segments(context.sources, pins=list(old.pins))
    moved = [0] * (len(old) + 1)
    said = zip(context.sources, context.source_rows(), speakers(context), strict=True)
    for number, (source, rows, role) in enumerate(said):
        if _short_call(source, old, rows):
            moved[rows.start : rows.stop] = [len(new)] * len(rows)
            _add(new, old, rows.start, number, old.start[rows.start], old.end[rows.stop - 1])
            new.needs[-1], new.form[-1] = -1, Form.PLAIN
            continue
        cuts = _cuts(source.text) if spoken(source, role) else ([], [])
        _recut(old, new, number, rows, cuts, moved)
        _unframed(source, new, range(moved[rows.start], len(new)) if len(rows) else range(0))
    moved[len(old)] = len(new)
    for row, need in enumerate(new.needs):
        if need >= 0:  # what was joined to the row that it needs, needs itself no more
            new.needs[row] = moved[need] if moved[need] != row else -1
    messages = tuple(
        replace(m, segments=range(moved[m.segments.start], moved[m.segments.stop]))
        if len(m.segments)
        else replace(m, segments=range(0))
        for m in context.messages
    )
    return replace(context, messages=messages, segments=new)


def _short_call(source: Source, old: Segments, rows: range) -> bool:
    """Whether a source is a call of several short arguments: one alone does not tell what was done."""
    return (
        len(rows) > 1
        and source.kind == "json"
        and len(source.text) <= CALL_CHARS
        and ARGUMENTS.search(source.pointer) is not None
        and len(_KEYS.findall(source.text)) > 1
        and len(set(old.pin[rows.start : rows.stop])) == 1
        and not any(row in old.written for row in rows)
    )


def _cuts(text: str) -> tuple[list[int], list[int]]:
    """Where sentences begin, and where lines begin in the middle of one; ascending. Nothing inside a fence."""
    begins: list[int] = []
    inside: list[int] = []
    fenced = False
    for start, end in paragraphs(text):
        if _FENCE.match(text, start, end):
            fenced = not fenced
        elif not fenced:
            starts = sentence_starts(text, start, end)
            begins += starts
            known = set(starts)
            at = text.find("\n", start, end)
            while at >= 0:
                if at + 1 not in known and at not in known:
                    inside.append(at + 1)
                at = text.find("\n", at + 1, end)
    return begins, inside


def _recut(
    old: Segments,
    new: Segments,
    number: int,
    rows: range,
    cuts: tuple[list[int], list[int]],
    moved: list[int],
) -> None:
    """Append the rows of one source, parted and joined; `needs` still name rows of `old`."""
    begins, inside = cuts
    if not begins:
        first = len(new)
        new.source.extend(array("i", [number]) * len(rows))
        for name in ("start", "end", "needs", "form", "pin"):
            getattr(new, name).extend(getattr(old, name)[rows.start : rows.stop])
        for row in rows:
            moved[row] = first + row - rows.start
            if row in old.written:
                new.written[moved[row]] = old.written[row]
        return
    joined = set(inside)
    at = 0
    for row in rows:
        start, end = old.start[row], old.end[row]
        moved[row] = len(new)
        plain = row not in old.written and old.form[row] in (Form.PLAIN, Form.FRAME)
        inside_one = start in joined or (start + 1 in joined and end == start + 1)
        if plain and inside_one and row > rows.start and _goes_on(new, start, old.pin[row]):
            moved[row] = len(new) - 1
            new.end[-1] = end
            begun = new.start[-1]
        else:
            _add(new, old, row, number, start, end)
            begun = start
        while at < len(begins) and begins[at] < end:
            cut = begins[at]
            at += 1
            if plain and cut > max(start, begun):
                new.end[-1] = cut
                _add(new, old, row, number, cut, end)


def _goes_on(new: Segments, start: int, pin: int) -> bool:
    """Whether what begins at `start` can be joined to the last row: a quote that ends there, pinned alike."""
    last = len(new) - 1
    return (
        new.end[last] == start
        and new.pin[last] == pin
        and new.form[last] in (Form.PLAIN, Form.FRAME)
        and last not in new.written
    )


def _add(new: Segments, old: Segments, row: int, number: int, start: int, end: int) -> None:
    if row in old.written:
        new.written[len(new)] = old.written[row]
    new.source.append(number)
    new.start.append(start)
    new.end.append(end)
    new.needs.append(old.needs[row])
    new.form.append(old.form[row])
    new.pin.append(old.pin[row])


def _unframed(source: Source, new: Segments, rows: range) -> None:
    """A frame that says something is something to quote; a bracket is not."""
    for row in rows:
        if new.form[row] == Form.FRAME and _WORD.search(source.text, new.start[row], new.end[row]):
            new.form[row] = Form.PLAIN
