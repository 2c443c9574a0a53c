"""What should stay whatever it is worth: policy, put on a context before it is scored.

Hard: system messages and a conversation's first user message, the recent tail, `<keepContext>` regions, what
the user pinned. Soft: sentences of system and user text that state a constraint. Tool output cannot pin
itself.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Literal

from limbeck.core.context import Context, Form, Pin, Segments
from limbeck.split.constraints import constraint_spans

from .speakers import SYSTEM_ROLES, TOOL_ROLES, speakers

KEEP_TAG = re.compile(r"(?<![^\r\n])[ \t]*<(/?)keepContext>[ \t]*(?:\r\n|\r|\n|\Z)")
REASONS = frozenset(
    {"system message", "first user message", "keepContext", "pinned by the user", "states a constraint"}
)


PinHead = bool | Literal["system"]
"""What stays whole at the head of a conversation: all of it, nothing, or its system messages."""


def pinned(
    context: Context, preserve_recent: int | None = None, pin_head: PinHead = True, pins: Sequence[str] = ()
) -> Context:
    """The same context with its pins; those that an earlier call of this function set are set anew.

    Args:
        context: As read.
        preserve_recent: How many last messages stay whole; None: 2 for a conversation, 0 for material.
        pin_head: Whether a conversation's system messages and first user message stay whole; "system" for the
            system messages alone.
        pins: Literal strings; every segment that holds a part of an occurrence stays.
    """
    old = context.segments
    segments = replace(old, pin=bytearray(old.pin).translate(_without_policy(old.pins)), pins=list(old.pins))
    if preserve_recent is None:
        preserve_recent = 0 if context.material else 2
    said = list(zip(context.source_rows(), speakers(context), strict=True))
    if any(s.pointer for s in context.sources):  # messages; a bare text has nobody who says it
        _constraints(context, segments, said)
    if pin_head and not context.material:
        _head(context, segments, pin_head)
    if preserve_recent > 0:
        count = min(preserve_recent, len(context.messages))
        reason = f"the last {count} messages" if count != 1 else "the last message"
        for message in context.messages[-count:]:
            _pin(segments, message.segments, Pin(True, reason))
    for number, (rows, role) in enumerate(said):
        text = context.sources[number].text
        if "<keepContext>" in text and role not in TOOL_ROLES:
            for start, end in keep_regions(text):
                _pin(segments, _rows(segments, rows, start, end), Pin(True, "keepContext"))
        for wanted in pins:
            for start, end in _occurrences(text, wanted):
                _pin(segments, _rows(segments, rows, start, end), Pin(True, "pinned by the user"))
    return replace(context, segments=segments)


def unmatched(context: Context, pins: Sequence[str]) -> list[str]:
    """Those of the pins that no segment of the context holds any part of."""
    places = [
        (context.sources[number].text, rows) for number, rows in enumerate(context.source_rows()) if len(rows)
    ]
    return [
        wanted
        for wanted in pins
        if not any(
            len(_rows(context.segments, rows, start, end))
            for text, rows in places
            for start, end in _occurrences(text, wanted)
        )
    ]


def _without_policy(pins: Sequence[Pin | None]) -> bytes:
    """A table that turns the numbers of pins set here into 0: what a call asks for is for that call alone."""
    ours = [p is not None and (p.reason in REASONS or p.reason.startswith("the last ")) for p in pins]
    return bytes(0 if n < len(ours) and ours[n] else n for n in range(256))


def keep_regions(text: str) -> Iterator[tuple[int, int]]:
    """The spans of `<keepContext>` regions, tags included.

    A tag stands alone on its line. Regions may nest; one that is never closed goes to the end of the text.
    """
    start = depth = 0
    for tag in KEEP_TAG.finditer(text):
        if not tag.group(1):
            start = start if depth else tag.start()
            depth += 1
        elif depth:
            depth -= 1
            if not depth:
                yield start, tag.end()
    if depth:
        yield start, len(text)


def _head(context: Context, segments: Segments, pin_head: PinHead) -> None:
    for message in context.messages:
        if message.role in SYSTEM_ROLES:
            _pin(segments, message.segments, Pin(True, "system message"))
    first = next((m for m in context.messages if m.role == "user"), None)
    if first is not None and pin_head != "system":
        _pin(segments, first.segments, Pin(True, "first user message"))


def _constraints(context: Context, segments: Segments, said: list[tuple[range, str]]) -> None:
    for number, (rows, role) in enumerate(said):
        if role == "user" or role in SYSTEM_ROLES:
            for start, end in constraint_spans(context.sources[number].text):
                _pin(segments, _rows(segments, rows, start, end), Pin(False, "states a constraint"))


def _rows(segments: Segments, rows: range, start: int, end: int) -> range:
    """The rows of a source that overlap `[start, end)`."""
    first = bisect_right(segments.end, start, rows.start, rows.stop)
    return range(first, bisect_left(segments.start, end, first, rows.stop))


def _pin(segments: Segments, rows: Iterable[int], pin: Pin) -> None:
    number = segments.pin_index(pin)
    for row in rows:
        # A comma stays or goes by the rule of its form; what it stands before is what can be pinned.
        at = segments.needs[row] if segments.form[row] == Form.SEPARATOR else row
        if at >= 0 and not segments.hard(at):
            segments.pin[at] = number


def _occurrences(text: str, wanted: str) -> Iterator[tuple[int, int]]:
    at = text.find(wanted) if wanted else -1
    while at >= 0:
        yield at, at + len(wanted)
        at = text.find(wanted, at + len(wanted))
