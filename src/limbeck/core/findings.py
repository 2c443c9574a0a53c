"""What a guard found in a written text: a claim its source does not bear out, or something it leaves out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .source import Span

FindingKind = Literal[
    "unsupported",
    "altered",
    "swapped",
    "polarity",
    "modality",
    "role",
    "hijack",
    "citation",
    "must-keep",
    "short",
    "long",
]
"""
- unsupported: a value (path, identifier, number, date, quote, name, ...) that stands nowhere in the source
- altered: a value that the source has nearly so: one digit, one letter, another extension
- swapped: a value of the source in the place of another value of the same source
- polarity: a negation too many or too few
- modality: `must` for `may`, `will` for `did`, and the like
- role: said by a tool or a document, told as the user's word; or said by nobody
- hijack: the text answers, greets, refuses or obeys the material instead of describing it
- citation: the spans that a statement cites do not bear it out, while the source may
- must-keep: a pin, a constraint or an unresolved error of the source that the text does not carry
- short, long: the length lies outside what was asked
"""

OMISSIONS = frozenset({"must-keep", "short"})
"""Kinds that say what is missing, not what is wrong."""


@dataclass(frozen=True)
class Finding:
    """One thing a guard objects to.

    Attributes:
        kind: See `FindingKind`.
        text: The words it is about: of the checked text; for a must-keep, of the source.
        start, end: Where they stand in the checked text, half-open, in code points; both 0 for what is missing.
        reason: Why, in words a person or a model can act on.
        evidence: Spans of the source that say otherwise, nearest first; may be empty.
    """

    kind: FindingKind
    text: str
    start: int
    end: int
    reason: str
    evidence: tuple[Span, ...] = ()

    @property
    def omission(self) -> bool:
        """Whether something is missing, and nothing is wrong."""
        return self.kind in OMISSIONS
