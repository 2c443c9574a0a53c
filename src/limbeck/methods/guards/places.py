"""Where a value of a written text stands in its source, letter for letter or as the same quantity."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .quantities import Quantity, same
from .reading import Reading
from .tokens import Token

LONG_FIGURES = 3
"""Shorter figures stand inside longer ones by chance."""
PLACES = 40
"""At most so many places of a value are looked at."""

_TABLES = re.compile(
    r"(?i)\bin (?:\w+ )?(?:millions|thousands|billions)\b|\((?:\$ ?)?(?:millions|thousands|billions)\)"
)


def places_of(reading: Reading, token: Token, before: str = "") -> list[int]:
    """Where in the source a value stands or is meant; at most some forty places."""
    text = token.text if token.kind == "atom" else token.text.strip()
    found = reading.places(text, PLACES)
    if token.kind == "atom":
        if not found and text != text.lower():
            low = [
                at for at in finds(reading.low, text.lower()) if reading.joined[at : at + len(text)].isupper()
            ]
            found = low[:PLACES]
        if not found and not any(c.isalpha() for c in text):
            return _figures(reading, text)
        return found or _parted(reading, text)
    q = token.quantity
    if q is None:
        return found
    if not found or q.dimension == "ordinal":
        found = [at for at, other in reading.quantities if same(q, other)][:PLACES]
    if not found and q.scaled and _TABLES.search(reading.joined):
        found = [at for at, other in reading.quantities if not other.scaled and other.raw == q.raw][:PLACES]
    if not found and q.digits and _ABOUT.search(before):
        found = [at for at, other in reading.quantities if _nearly(q, other)][:PLACES]
    if not found and q.dimension not in ("date", "ordinal") and q.digits:
        found = _figures(reading, token.text)
    return found


def _nearly(q: Quantity, other: Quantity) -> bool:
    """Whether a number that is given as about right is so, within a twentieth."""
    if q.dimension != other.dimension and "" not in (q.dimension, other.dimension):
        return False
    return other.value != 0 and abs(q.value - other.value) <= 0.05 * abs(other.value)


_ABOUT = re.compile(
    r"(?i)(?:\b(?:about|around|approximately|approx\.?|roughly|nearly|almost|over|under|some|circa|ca\.?|"
    r"close to|just|more than"
    r"|less than|etwa|rund|ungefähr|fast|knapp|über|environ|près de|unos|unas|cerca de|casi)|~|≈|±)\s*$"
)


def _parted(reading: Reading, text: str) -> list[int]:
    """Where the first part of a list of words (`reset/compact`) or of glued sentences (`done.The`) stands."""
    parts = _LIST.split(text) if _LISTED.fullmatch(text) else ()
    held = [reading.places(part, 1) for part in parts]
    return held[0] if held and all(held) else []


_LISTED = re.compile(r"[A-Za-z]{2,}(?:/[A-Za-z]{2,})+|[A-Za-z]{3,}\.[A-Z][a-z]+")
_LIST = re.compile(r"[/.]")


def _figures(reading: Reading, figures: str) -> list[int]:
    """Where figures stand in a run that the source may divide otherwise: `20:30:31.462`, `0,5,20002`."""
    if len(figures) < LONG_FIGURES:
        return []
    return [at for at in finds(reading.joined, figures) if _whole_digits(reading.joined, at, len(figures))][
        :PLACES
    ]


def finds(text: str, words: str) -> Iterator[int]:
    at = text.find(words)
    while at >= 0:
        yield at
        at = text.find(words, at + 1)


def _whole_digits(text: str, at: int, length: int) -> bool:
    return not text[at - 1 : at].isdigit() and not text[at + length : at + length + 1].isdigit()
