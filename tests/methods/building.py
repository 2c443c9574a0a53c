"""Contexts built by hand, and a counter one can do in one's head."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from limbeck.core.context import Context, Form, Message, Segments
from limbeck.core.source import Source
from limbeck.methods.cut import Kept, MarkerStyle, kept_rows, place_markers, rebuild
from limbeck.methods.forest import Forest, forest
from tests.counters import Letters

PLAIN, CLOSER, SEPARATOR, FRAME = Form.PLAIN, Form.CLOSER, Form.SEPARATOR, Form.FRAME


@dataclass
class Said:
    """One message: its texts as lists of pieces; a piece is a text, or a text with its need and form.

    Needs are numbers of pieces within the same message.
    """

    texts: Sequence[Sequence[str | tuple[str, int, int]]]
    role: str = "user"
    group: int | None = None
    rider: int = 0
    kind: str = "text"
    pointers: Sequence[str] = field(default_factory=list)


def context(*said: Said, material: bool = True, query: str = "") -> Context:
    """The context of some messages; without a group of its own, each message is one."""
    sources: list[Source] = []
    segments = Segments(())
    messages: list[Message] = []
    for number, message in enumerate(said):
        base = len(segments)
        for part, pieces in enumerate(message.texts):
            at = 0
            for piece in pieces:
                text, need, form = piece if isinstance(piece, tuple) else (piece, -1, PLAIN)
                segments.source.append(len(sources))
                segments.start.append(at)
                at += len(text)
                segments.end.append(at)
                segments.needs.append(need + base if need >= 0 else -1)
                segments.form.append(form)
                segments.pin.append(0)
            pointer = message.pointers[part] if message.pointers else f"/{number}/content"
            whole = "".join(p if isinstance(p, str) else p[0] for p in pieces)
            sources.append(Source(whole, number, pointer, message.kind))
        group = 100 + number if message.group is None else message.group
        messages.append(Message(message.role, range(base, len(segments)), group, message.rider))
    segments.sources = tuple(sources)
    return Context(tuple(messages), segments.sources, segments, query, material)


def structure(made: Context) -> Forest:
    """The forest of a context, a token for each code point."""
    return forest(made, [made.segments.text(i) for i in range(len(made.segments))], Letters())


def cut_to(
    made: Context, chosen: Iterable[int], style: MarkerStyle = True, room: int = 10_000
) -> tuple[Context, Kept]:
    """The context with the chosen rows, what follows from them, and markers."""
    f = structure(made)
    rows = set(chosen)
    for at in list(rows):
        rows.update(f.frames[f.group[at]])
    kept = kept_rows(made, f, sorted(rows))
    places = place_markers(made, f, kept, style, room, 1.0)
    return rebuild(made, f, kept, places), kept


def text_of(made: Context) -> str:
    """All that stands there, text after text."""
    return "".join(made.texts().values())


def handles(made: Context) -> list[str]:
    return [w.handle for w in made.segments.written.values() if w.handle]
