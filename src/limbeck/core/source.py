"""Where a text stood, and half-open places in it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from .visible import number_of, shortened, visible

SHOWN_CHARS = 40
"""How much of a text its `repr` shows."""


class Span(NamedTuple):
    """`[start, end)` of source number `source` of a context, in code points; never bytes, never tokens."""

    source: int
    start: int
    end: int


@dataclass(frozen=True, repr=False)
class Source:
    """A text and where it stood.

    Attributes:
        text: The text as it came, never normalized; lone surrogates included.
        message: Index of the message it stood in.
        pointer: JSON pointer of the text in what came in, e.g. `/3/content/0/text`; empty for a bare text.
        part: Texts with the same number (0 or more) live or die together and may leave the rest of their group
            alone: the arguments of one tool call and its result. -1: this text goes with its message's group.
        kind: What the text is (`code`, `json`, `log`, ... see `limbeck.split`); empty if not looked at.
    """

    text: str
    message: int = 0
    pointer: str = ""
    kind: str = ""
    part: int = -1

    def __repr__(self) -> str:
        """One line: where it stood, its size and how it begins, safe to print."""
        kind, where = self.kind or "text", self.pointer and f" at {self.pointer}"
        begin = shortened(visible(self.text[: SHOWN_CHARS + 1]), SHOWN_CHARS)
        return f"<Source {kind}{where}: {number_of(len(self.text), 'character')}, '{begin}'>"

    @cached_property
    def content(self) -> str:
        """The sha256 of the text in hexadecimal: equal texts have equal content, yet stay two sources."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()
