"""The account of every segment that came in, and the figures and checks that go with a result."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, overload

from .context import Context, Segment


class Decision(NamedTuple):
    """What happened to one incoming segment.

    Attributes:
        segment: The segment.
        kept: Whether it stands in the result.
        reason: Why, in words.
        score: Its rank value; only the order means something. Higher was kept first.
        marker: The handle of the marker that stands for it, or empty.
    """

    segment: Segment
    kept: bool
    reason: str
    score: float
    marker: str


@dataclass(repr=False)
class Decisions(Sequence[Decision]):
    """One decision for each segment of `before`, as columns; rows are made when asked for.

    Attributes:
        before: The context that came in.
        kept: 1 for kept, 0 for left out.
        reason: Index into `reasons`.
        reasons: The reasons in use.
        score: Rank values.
        marker: Index into `handles`, or -1. May be left empty when there are no markers.
        handles: The handles of the markers.
    """

    before: Context
    kept: bytearray
    reason: bytearray
    reasons: Sequence[str]
    score: array[float]
    marker: array[int] = field(default_factory=lambda: array("i"))
    handles: Sequence[str] = ()

    def __repr__(self) -> str:
        """One line: the columns are too long to be read."""
        return f"<Decisions: {self.kept.count(1):,} of {len(self):,} kept>"

    def __len__(self) -> int:
        return len(self.kept)

    @overload
    def __getitem__(self, index: int) -> Decision: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Decision]: ...
    def __getitem__(self, index: int | slice) -> Decision | Sequence[Decision]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        index %= len(self)
        return Decision(
            self.before.segments.segment(index),
            bool(self.kept[index]),
            self.reasons[self.reason[index]],
            self.score[index],
            self.handle(index),
        )

    def __iter__(self) -> Iterator[Decision]:
        return (self[i] for i in range(len(self)))

    def handle(self, index: int) -> str:
        """The handle of the marker that stands for segment `index`, or empty."""
        number = self.marker[index] if self.marker else -1
        return self.handles[number] if number >= 0 else ""


class Usage(NamedTuple):
    """Tokens and time. `tokens_before` and `tokens_after` come from the same counter.

    Attributes:
        tokens_before, tokens_after: Of the whole, as rendered.
        limit_tokens: The budget in tokens.
        counter: The name of the counter.
        exact: Whether it counts exactly; if not, its figures are upper bounds.
        seconds: Wall time.
    """

    tokens_before: int
    tokens_after: int
    limit_tokens: int
    counter: str
    exact: bool
    seconds: float


class Check(NamedTuple):
    """A law or guard that was checked: its name, whether it held, and what there is to say about it."""

    name: str
    passed: bool
    detail: str = ""
