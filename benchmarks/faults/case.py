"""The nouns: a source as a user has it, an edit of one statement, a case with its label."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, TypeVar

Message = dict[str, Any]
Given = str | list[Message]
Half = Literal["dev", "held"]
T = TypeVar("T")


def seeded(*parts: object) -> random.Random:
    """A generator of random numbers that depends on the given words alone, the same on every machine."""
    digest = hashlib.sha256("\x00".join(map(str, parts)).encode("utf-8", "surrogatepass")).digest()
    return random.Random(int.from_bytes(digest[:8], "big"))


def half_of(row_id: str) -> Half:
    """Which half a row of the data belongs to, by the hash of its id."""
    return "held" if hashlib.sha256(row_id.encode()).digest()[0] & 1 else "dev"


def share(items: Sequence[T], half: Half) -> list[T]:
    """The part of a list of words or phrases that a half may use: a third is its own, a third is common.

    So the half that is held back also asks for what the other half never showed.
    """
    mine = (0, 1) if half == "dev" else (0, 2)
    return [item for at, item in enumerate(items) if at % 3 in mine]


@dataclass(frozen=True)
class Part:
    """One text of a source and who said it: system, user, assistant, tool, or document."""

    role: str
    text: str


@dataclass(frozen=True)
class Material:
    """A source.

    Attributes:
        id: File and row.
        family: The kind of material: agents, noisy, policies, qa.
        given: As a user has it: a text, or messages in the format of OpenAI's chat completions.
        parts: Its texts with their roles.
    """

    id: str
    family: str
    given: Given
    parts: tuple[Part, ...]

    @cached_property
    def text(self) -> str:
        return "\n\n".join(part.text for part in self.parts)

    @property
    def half(self) -> Half:
        return half_of(self.id.partition("#")[0])

    @property
    def tokens(self) -> int:
        """Four characters to the token."""
        return len(self.text) // 4


@dataclass(frozen=True)
class Claim:
    """A statement that stands word for word in the source, and who said it there."""

    text: str
    role: str
    prose: bool
    english: bool
    place: int


@dataclass(frozen=True)
class Edit:
    """A statement after one change.

    Attributes:
        text: The whole statement as it now stands.
        start, end: The changed words in it; empty where words were taken out.
        original: What stood there.
    """

    text: str
    start: int
    end: int
    original: str

    @property
    def changed(self) -> str:
        return self.text[self.start : self.end]


def replaced(text: str, start: int, end: int, new: str) -> Edit:
    """An edit that puts `new` in the place of `text[start:end]`."""
    return Edit(text[:start] + new + text[end:], start, start + len(new), text[start:end])


@dataclass(frozen=True)
class Case:
    """A summary with its source and what is known about it.

    Attributes:
        group: atom, swap, entity, polarity, modality, must-keep, role, hijack, or control.
        kind: The finer kind, as `number: digit`.
        start, end: The changed sentence in the summary (for a must-keep, both 0).
        span: The changed words in the summary.
        original: The words that were there; for a must-keep, the words that are missing.
        sentence: The true sentence; for a must-keep, the same as `original`.
        kept: For a must-keep and its control, the constraints that the summary does hold.
    """

    group: str
    kind: str
    material: Material = field(repr=False)
    summary: str
    start: int = 0
    end: int = 0
    span: tuple[int, int] = (0, 0)
    original: str = ""
    sentence: str = ""
    kept: tuple[str, ...] = ()

    @property
    def control(self) -> bool:
        return self.group == "control"

    def record(self) -> dict[str, Any]:
        """As JSON, with its source."""
        return {
            "group": self.group,
            "kind": self.kind,
            "source_id": self.material.id,
            "summary": self.summary,
            "start": self.start,
            "end": self.end,
            "span": list(self.span),
            "changed": self.summary[self.span[0] : self.span[1]],
            "original": self.original,
            "sentence": self.sentence,
            "source": self.material.given,
        }
