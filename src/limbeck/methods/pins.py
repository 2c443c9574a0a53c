"""What should stay whatever it is worth: policy, put on a context before it is scored.

Hard: system messages and a conversation's first user message, the recent tail, `<keepContext>` regions, what
the user pinned. Soft: sentences of system and user text that state a constraint. Tool output cannot pin itself.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from limbeck.core.context import Context, Pin, Segments
from limbeck.split.constraints import constraint_spans

KEEP_TAG = re.compile(r"^[ \t]*<(/?)keepContext>[ \t]*(?:\r\n|\r|\n|\Z)", re.MULTILINE)
SYSTEM_ROLES = frozenset({"system", "developer"})
TOOL_ROLES = frozenset({"tool", "function"})


def pinned(
    context: Context, preserve_recent: int | None = None, pin_head: bool = True, pins: Sequence[str] = ()
) -> Context:
    """The same context with its pins.

    Args:
        context: As read.
        preserve_recent: How many last messages stay whole; None: 2 for a conversation, 0 for material.
        pin_head: Whether a conversation's system messages and first user message stay whole.
        pins: Literal strings; every segment that holds a part of an occurrence stays.
    """
    old = context.segments
    segments = replace(old, pin=bytearray(old.pin), pins=list(old.pins))
    if preserve_recent is None:
        preserve_recent = 0 if context.material else 2
    if not context.material:
        _constraints(context, segments)
    elif any(s.pointer for s in context.sources):  # user messages; a bare text has nobody who says it
        _constraints(context, segments)
    if pin_head and not context.material:
        _head(context, segments)
    if preserve_recent > 0:
        count = min(preserve_recent, len(context.messages))
        reason = f"the last {count} messages" if count != 1 else "the last message"
        for message in context.messages[-count:]:
            _pin(segments, message.segments, Pin(True, reason))
    for number, (rows, role) in enumerate(_sources(context)):
        text = context.sources[number].text
        if "<keepContext>" in text and role not in TOOL_ROLES:
            for start, end in keep_regions(text):
                _pin(segments, _rows(segments, rows, start, end), Pin(True, "keepContext"))
        for wanted in pins:
            for start, end in _occurrences(text, wanted):
                _pin(segments, _rows(segments, rows, start, end), Pin(True, "pinned by the user"))
    return replace(context, segments=segments)


def keep_regions(text: str) -> Iterator[tuple[int, int]]:
    """The spans between `<keepContext>` tags, tags included; a tag stands alone on its line; unclosed: to the end."""
    opened: int | None = None
    for tag in KEEP_TAG.finditer(text):
        if not tag.group(1):
            opened = tag.start() if opened is None else opened
        elif opened is not None:
            yield opened, tag.end()
            opened = None
    if opened is not None:
        yield opened, len(text)


def _head(context: Context, segments: Segments) -> None:
    for message in context.messages:
        if message.role in SYSTEM_ROLES:
            _pin(segments, message.segments, Pin(True, "system message"))
    first = next((m for m in context.messages if m.role == "user"), None)
    if first is not None:
        _pin(segments, first.segments, Pin(True, "first user message"))


def _constraints(context: Context, segments: Segments) -> None:
    for number, (rows, role) in enumerate(_sources(context)):
        if role == "user" or role in SYSTEM_ROLES:
            for start, end in constraint_spans(context.sources[number].text):
                _pin(segments, _rows(segments, rows, start, end), Pin(False, "states a constraint"))


def _sources(context: Context) -> list[tuple[range, str]]:
    """For each source its rows, and the role of the message it stands in; no rows where nothing is left of it."""
    stops = [m.segments.stop for m in context.messages]
    return [
        (rows, context.messages[bisect_right(stops, rows.start)].role if len(rows) else "")
        for rows in context.source_rows()
    ]


def _rows(segments: Segments, rows: range, start: int, end: int) -> range:
    """The rows of a source that overlap `[start, end)`."""
    first = bisect_right(segments.end, start, rows.start, rows.stop)
    return range(first, bisect_left(segments.start, end, first, rows.stop))


def _pin(segments: Segments, rows: Iterable[int], pin: Pin) -> None:
    number = segments.pin_index(pin)
    for row in rows:
        if not segments.hard(row):
            segments.pin[row] = number


def _occurrences(text: str, wanted: str) -> Iterator[tuple[int, int]]:
    at = text.find(wanted) if wanted else -1
    while at >= 0:
        yield at, at + len(wanted)
        at = text.find(wanted, at + len(wanted))
