"""Small contexts, built by hand, whose every figure can be counted by eye."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Sequence

import pytest

from limbeck.core.context import Context, Message, Pin, Segments, Written
from limbeck.core.decisions import Check, Decisions, Usage
from limbeck.core.result import Result
from limbeck.core.source import Source, Span

Told = tuple[str, str, list[str]]
"""Role, kind, and the pieces of one message with one text."""

REASONS = ("kept for its worth", "worth too little")


@pytest.fixture(scope="session")
def make_result() -> Callable[..., Result]:
    return build


def build(
    told: Sequence[Told],
    keep: Collection[int],
    *,
    pins: dict[int, Pin] | None = None,
    markers: dict[int, Written] | None = None,
    checks: tuple[Check, ...] = (),
    notes: tuple[str, ...] = (),
    query: str = "",
    usage: Usage | None = None,
) -> Result:
    """The result that keeps the pieces numbered in `keep`.

    Args:
        told: Messages; a single one with an empty role is a bare text.
        keep: Numbers of pieces, counted through all messages.
        pins: By piece.
        markers: By the number of the piece they stand before.
    """
    bare = len(told) == 1 and not told[0][0]
    sources = tuple(
        Source("".join(pieces), n, "" if bare else f"/{n}/content", kind)
        for n, (_, kind, pieces) in enumerate(told)
    )
    segments, messages = Segments(sources), []
    for n, (role, _, pieces) in enumerate(told):
        first, at = len(segments), 0
        for piece in pieces:
            pin = (pins or {}).get(len(segments))
            _add(segments, n, at, at + len(piece), segments.pin_index(pin) if pin else 0)
            at += len(piece)
        messages.append(Message(role or "user", range(first, len(segments)), n, 4))
    before = Context(tuple(messages), sources, segments, query, bare, notes)
    after, survivors = Segments(sources), []
    handles = [w.handle for w in (markers or {}).values()]
    stands_for = array("i", [-1]) * len(segments)
    for message in messages:
        first = len(after)
        for row in message.segments:
            if markers and row in markers:
                after.written[len(after)] = markers[row]
                _add(after, segments.source[row], segments.start[row], segments.start[row], 0)
            if row in keep:
                _add(after, *segments.span(row), 0)
        if len(after) > first:
            survivors.append(Message(message.role, range(first, len(after)), message.group, 4))
    for number, written in enumerate((markers or {}).values()):
        for span in written.evidence:
            for row in range(len(segments)):
                if segments.source[row] == span.source and span.start <= segments.start[row] < span.end:
                    stands_for[row] = number
    kept = bytearray(row in keep for row in range(len(segments)))
    decisions = Decisions(
        before,
        kept,
        bytearray(0 if on else 1 for on in kept),
        REASONS,
        array("d", [float(row) for row in range(len(segments))]),
        stands_for if handles else array("i"),
        handles,
    )
    context = Context(tuple(survivors), sources, after, query, bare, notes)
    figures = usage or Usage(100, 40, 50, "by hand", True, 0.25)
    return Result(context, before, decisions, figures, checks, "tested")


def _add(segments: Segments, source: int, start: int, end: int, pin: int) -> None:
    segments.source.append(source)
    segments.start.append(start)
    segments.end.append(end)
    segments.needs.append(-1)
    segments.form.append(0)
    segments.pin.append(pin)


@pytest.fixture
def marked(make_result: Callable[..., Result]) -> Result:
    """A conversation with a marker, a pin that held and a constraint that was lost."""
    hidden = Written("(filtered 2 lines, kabc)\n", (Span(1, 2, 6),), "kabc")
    return make_result(
        [
            ("user", "prose", ["Fix it.", " Never touch a.py."]),
            ("tool", "log", ["1\n", "2\n", "3\n", "4\n"]),
            ("assistant", "prose", ["Done."]),
        ],
        {0, 2, 5, 6},
        pins={0: Pin(True, "first user message"), 1: Pin(False, "states a constraint", 2.0)},
        markers={3: hidden},
        checks=(Check("budget", True), Check("pinned", True), Check("guard", False, "a number changed")),
        notes=("1 tool result without its call (message 1)",),
        query="what is wrong?",
    )
