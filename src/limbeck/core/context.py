"""What a model is about to read, in pieces that can each be kept or left out.

The pieces of a context are stored in columns (`Segments`), because a history has hundreds of thousands of
them; `Quote` and `Written` are made when somebody asks for one.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import NamedTuple, overload

from .source import Source, Span
from .visible import number_of


class Pin(NamedTuple):
    """Why a segment should stay: `hard` always, soft (`hard=False`) ranked first as far as the cap allows."""

    hard: bool
    reason: str
    weight: float = 1.0


class Form(IntEnum):
    """How a segment takes part in keeping and leaving out.

    A segment that is kept takes along the segment it `needs`, and that one's need, to the root.
    """

    PLAIN = 0
    """Chosen for its own worth."""
    CLOSER = 1
    """Stays exactly when the segment it needs stays: a closing bracket, the rule under a table's head."""
    SEPARATOR = 2
    """Stays exactly when the element it needs stays and an earlier sibling of that element stays: a comma.
    Siblings are segments that need the same segment."""
    FRAME = 3
    """Stays whenever its message stays: the brackets of a JSON document."""


@dataclass(frozen=True)
class Quote:
    """A piece of a source; its text is the span's text by construction."""

    span: Span
    text: str
    pin: Pin | None = None


@dataclass(frozen=True)
class Written:
    """A text that stands in no source, with the spans it speaks for. A marker is the one kind made here."""

    text: str
    evidence: tuple[Span, ...]
    handle: str = ""


Segment = Quote | Written


@dataclass(repr=False)
class Segments(Sequence[Segment]):
    """The segments of a context, in reading order, as columns of equal length.

    Attributes:
        sources: The texts the spans point into.
        source, start, end: The spans (`array("i")`).
        needs: Index of the segment that must stay when this one stays, or -1. Always in the same source.
        form: A `Form` each.
        pin: Index into `pins`; 0 means none.
        pins: The pins in use; `pins[0]` is None.
        written: Segments that are not quotes, by index. Their span columns give the place they stand at.
    """

    sources: tuple[Source, ...]
    source: array[int] = field(default_factory=lambda: array("i"))
    start: array[int] = field(default_factory=lambda: array("i"))
    end: array[int] = field(default_factory=lambda: array("i"))
    needs: array[int] = field(default_factory=lambda: array("i"))
    form: bytearray = field(default_factory=bytearray)
    pin: bytearray = field(default_factory=bytearray)
    pins: list[Pin | None] = field(default_factory=lambda: [None])
    written: dict[int, Written] = field(default_factory=dict)

    def __repr__(self) -> str:
        """One line: the columns are too long to be read."""
        return f"<Segments: {len(self):,} over {number_of(len(self.sources), 'source')}>"

    def __len__(self) -> int:
        return len(self.start)

    def __iter__(self) -> Iterator[Segment]:
        return (self.segment(i) for i in range(len(self)))

    @overload
    def __getitem__(self, index: int) -> Segment: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Segment]: ...
    def __getitem__(self, index: int | slice) -> Segment | Sequence[Segment]:
        if isinstance(index, slice):
            return [self.segment(i) for i in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        return self.segment(index % len(self))

    def segment(self, index: int) -> Segment:
        """The noun for row `index`."""
        found = self.written.get(index)
        if found is not None:
            return found
        return Quote(self.span(index), self.text(index), self.pins[self.pin[index]])

    def span(self, index: int) -> Span:
        return Span(self.source[index], self.start[index], self.end[index])

    def text(self, index: int) -> str:
        found = self.written.get(index)
        if found is not None:
            return found.text
        return self.sources[self.source[index]].text[self.start[index] : self.end[index]]

    def pin_index(self, pin: Pin) -> int:
        """The number of a pin for the `pin` column; at most 255 different pins."""
        if pin not in self.pins:
            self.pins.append(pin)
        return self.pins.index(pin)

    def hard(self, index: int) -> bool:
        pin = self.pins[self.pin[index]]
        return pin is not None and pin.hard


@dataclass(frozen=True)
class Message:
    """One message of a context.

    Attributes:
        role: As it came (`system`, `user`, `assistant`, `tool`, ...).
        segments: The rows of `Context.segments` that are this message's, in order.
        group: Messages with the same number live or die together (a tool call with its result and thinking).
        rider_tokens: Tokens of what never enters the core and leaves with the message: its envelope, names,
            images, encrypted items.
    """

    role: str
    segments: range
    group: int
    rider_tokens: int = 0


@dataclass(frozen=True, repr=False)
class Context:
    """Messages in order, the texts they quote, and what they are read for.

    Attributes:
        messages: In order. Every segment belongs to exactly one message.
        sources: Every text of every message, in order.
        segments: All segments, in reading order.
        query: What the context must still answer; may be empty.
        material: True for a bare text or user messages alone: everything may be cut.
        notes: Oddities of the input that were accepted and are reported (an orphaned tool result, ...).
    """

    messages: tuple[Message, ...]
    sources: tuple[Source, ...]
    segments: Segments
    query: str = ""
    material: bool = True
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """One line: the texts are too long to be read."""
        kind = "material" if self.material else "conversation"
        return (
            f"<Context {kind}: {number_of(len(self.messages), 'message')}, "
            f"{number_of(len(self.sources), 'source')}, {number_of(len(self.segments), 'segment')}>"
        )

    def asked(self, query: str) -> Context:
        """The same context, read for another query."""
        return replace(self, query=query)

    def source_rows(self) -> list[range]:
        """For each source, the rows of its segments (empty if none is left)."""
        rows = [range(0)] * len(self.sources)
        column, first = self.segments.source, 0
        for i in range(1, len(column) + 1):
            if i == len(column) or column[i] != column[first]:
                rows[column[first]] = range(first, i)
                first = i
        return rows

    def texts(self) -> Mapping[int, str]:
        """The text of each source as it stands in this context; sources with no segment left are absent."""
        return {
            number: joined(self.segments, rows)
            for number, rows in enumerate(self.source_rows())
            if len(rows) > 0
        }

    def quoted_runs(self) -> list[Span]:
        """What stands here of the sources: touching pieces of one source merged, empty ones left out."""
        runs: list[Span] = []
        column = self.segments
        at = first = last = -1
        for i, (source, start, end) in enumerate(zip(column.source, column.start, column.end, strict=True)):
            if i in column.written or start == end:
                continue
            if source == at and start == last:
                last = end
                continue
            if last > first:
                runs.append(Span(at, first, last))
            at, first, last = source, start, end
        if last > first:
            runs.append(Span(at, first, last))
        return runs


def joined(segments: Segments, rows: range) -> str:
    """The text of consecutive rows of one source, quoted runs taken in one slice each."""
    parts: list[str] = []
    start, end, written = segments.start, segments.end, segments.written
    text = segments.sources[segments.source[rows[0]]].text if len(rows) else ""
    run_from = run_to = -1
    for i in rows:
        if i in written:
            if run_to > run_from:
                parts.append(text[run_from:run_to])
            run_from = run_to = -1
            parts.append(written[i].text)
        elif start[i] == run_to:
            run_to = end[i]
        else:
            if run_to > run_from:
                parts.append(text[run_from:run_to])
            run_from, run_to = start[i], end[i]
    if run_to > run_from:
        parts.append(text[run_from:run_to])
    return "".join(parts)
