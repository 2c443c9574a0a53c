"""What a text about a source must carry: pins, constraints, unresolved errors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from limbeck.core.context import Context
from limbeck.core.findings import Finding
from limbeck.core.source import Span
from limbeck.methods.must_keeps import constraints, unresolved
from limbeck.methods.pins import KEEP_TAG, keep_regions
from limbeck.methods.speakers import SYSTEM_ROLES, speakers

from .alignment import aligned, weights
from .polarity import turns
from .reading import Reading, Window, plain
from .sentences import sentences
from .tokens import tokens_of

CARRIED = 0.7
"""A must-keep is carried by a passage that holds this share of its weight, and all of its values."""
PASSAGES = 12
"""So many passages are looked at for each must-keep."""
MOST_TOKENS = 80
"""Of a longer must-keep the beginning is looked for."""


_LISTED = re.compile(r"\A(?:\d{1,3}[.)]|[-*+•])\s+")


class Must(NamedTuple):
    """A passage of the source that has to be carried: where it stands, and why."""

    span: Span
    why: str


def musts(context: Context, pins: Sequence[str] = ()) -> list[Must]:
    """The must-keeps of a source, in reading order; none inside another.

    Kept regions (`<keepContext>`), the caller's pins, sentences of users and system messages (in a bare text: of
    anybody) that state a constraint, and the last failure of each command that no later success mends.
    """
    found: list[Must] = []
    for number, (source, role) in enumerate(zip(context.sources, speakers(context), strict=True)):
        if role == "user" or role in SYSTEM_ROLES:
            found += [Must(Span(number, a, b), "kept by tag") for a, b in keep_regions(source.text)]
        for pin in pins:
            at = source.text.find(pin) if pin and role else -1
            if at >= 0:
                found.append(Must(Span(number, at, at + len(pin)), "pinned"))
    # Softer requirements are wrong more often than a list of what is missing can bear.
    found += [Must(must.span, "states a constraint") for must in constraints(context, softer=False)]
    found += [Must(must.span, "an error that nothing later mends") for must in unresolved(context)]
    found.sort(key=lambda m: (m.span.source, m.span.start, -m.span.end))
    kept: list[Must] = []
    for must in found:
        if not (kept and kept[-1].span.source == must.span.source and must.span.end <= kept[-1].span.end):
            kept.append(must)
    return kept


def missing(reading: Reading, text: str, pins: Sequence[str] = ()) -> Iterator[Finding]:
    """The must-keeps of a source that a text does not carry, in the source's order.

    A must-keep is carried if it stands there word for word, or if some passage of the text holds most of its
    words, all its values, and denies what it denies.
    """
    said = plain(text)
    passages_of: _Passages | None = None
    for must in musts(reading.context, pins):
        words = reading.context.sources[must.span.source].text[must.span.start : must.span.end].strip()
        words = KEEP_TAG.sub("", words).strip()
        if _plain_in(words, said):
            continue
        if passages_of is None:
            passages_of = _Passages(text)
        if not carried(reading, words, passages_of):
            yield Finding("must-keep", words, 0, 0, f"missing: {must.why}", (must.span,))


def _plain_in(words: str, said: str) -> bool:
    wanted = _LISTED.sub("", plain(words)).strip(" .,;:-!")
    return not wanted or wanted in said


def passages(text: str) -> list[Window]:
    """The lines and sentences of a text, each also with the one after it."""
    found = []
    one = sentences(text)
    for k, sentence in enumerate(one):
        for more in (1, 2, 3):
            if k + more <= len(one):
                last = one[k + more - 1]
                start, end = sentence.start, last.start + len(last.text)
                part = text[start:end]
                found.append(Window(Span(0, start, end), "", tuple(tokens_of(part)), part))
    return found


class _Passages:
    """The passages of a text by the words they hold, so that each must-keep is laid beside the likeliest alone."""

    def __init__(self, text: str) -> None:
        self.windows = passages(text)
        self.holding: dict[str, list[int]] = {}
        for number, window in enumerate(self.windows):
            for key in {t.key for t in window.tokens}:
                self.holding.setdefault(key, []).append(number)

    def likeliest(self, keys: Sequence[str], weight: Sequence[float]) -> list[Window]:
        """The passages that hold most of some weighed words; the shorter first of equals."""
        held: dict[int, float] = {}
        for key, w in zip(keys, weight, strict=True):
            for number in self.holding.get(key, ()):
                held[number] = held.get(number, 0.0) + w
        best = sorted(held, key=lambda n: (-held[n], len(self.windows[n].text), n))
        return [self.windows[n] for n in best[:PASSAGES]]


def carried(reading: Reading, words: str, said: _Passages) -> bool:
    """Whether one passage says what some words say."""
    tokens = tokens_of(words)[:MOST_TOKENS]
    weight = weights(reading, tokens)
    if not sum(weight):
        return True
    for window in said.likeliest([t.key for t in tokens], weight):
        found = aligned(tokens, weight, window)
        if found.cover < CARRIED:
            continue
        values = all(met for token, met in zip(tokens, found.met, strict=True) if token.value)
        if values and not any(turn.kind == "polarity" for turn in turns(tokens, found)):
            return True
    return False
