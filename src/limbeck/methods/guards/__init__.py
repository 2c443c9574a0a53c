"""The guards: is what was written borne out by its source? No model, no network.

`Guard(context)` reads the source once; then any number of texts and statements are held against it. A sentence is
laid beside the places of the source that say most of the same, and what differs there is judged: values, names,
denials, modal words, who said it. So a value of the source in another's place is found as well as an invented one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from limbeck.core.context import Context
from limbeck.core.findings import Finding
from limbeck.core.source import Span

from .alignment import alignments, weights
from .claims import claim_findings
from .hijack import Gate
from .musts import missing
from .reading import Reading
from .roles import role_findings
from .sentences import sentences
from .tokens import agree, tokens_of

__all__ = ["Guard"]

LEAST = 0.25
"""Nor is one of which they hold less than this share, whatever other places hold."""
CITED = 0.5
"""A statement is borne out by its citations if they hold this share of what the best place of the source holds."""


class Guard:
    """Holds written texts against one source.

    Args:
        context: The source: material, or a conversation with its roles.
        pins: Words that every text about the source must carry.

    Cost: linear in the source, once; then in the texts.
    """

    def __init__(self, context: Context, pins: Sequence[str] = ()) -> None:
        self.context = context
        self.pins = tuple(pins)

    @cached_property
    def reading(self) -> Reading:
        """The source as the guards read it."""
        return Reading(self.context)

    @cached_property
    def _gate(self) -> Gate:
        return Gate(self.reading)

    def examine(self, text: str) -> list[Finding]:
        """What is wrong with a text as a whole, in its order: every sentence, and the hijack gate."""
        seen, places = _visible(text)
        said = sentences(seen)
        found: list[Finding] = list(self._gate.findings(said))
        for sentence in said:
            found += claim_findings(self.reading, sentence)
            found += role_findings(self.reading, sentence)
        if places is not None:
            found = [replace(f, start=places[f.start], end=places[f.end]) for f in found]
        # Citations were blanked where sentences were read.
        return _in_order([replace(f, text=text[f.start : f.end]) for f in found])

    def examine_statement(self, text: str, evidence: Sequence[Span]) -> list[Finding]:
        """What is wrong with one written statement that cites `evidence`; as `examine`, and its citations."""
        found = self.examine(text)
        found += self._cited(text, evidence)
        return _in_order(found)

    def support(self, text: str, evidence: Sequence[Span]) -> float:
        """How far spans bear a statement out, 0 to 1: the share of its content words and values found there."""
        tokens = tokens_of(text)
        weight = weights(self.reading, tokens)
        total = sum(weight)
        if not total:
            return 1.0 if evidence else 0.0
        keys, values = set(), []
        for span in evidence:
            there = tokens_of(self.context.sources[span.source].text[span.start : span.end])
            keys |= {t.key for t in there}
            values += [t for t in there if t.value]
        held = 0.0
        for token, w in zip(tokens, weight, strict=True):
            if w and (
                token.key in keys or (token.value and any(agree(token, v) or agree(v, token) for v in values))
            ):
                held += w
        return min(1.0, held / total)

    def missing(self, text: str) -> list[Finding]:
        """The must-keeps of the source that a text does not carry: hard pins, constraints, unresolved errors."""
        return list(missing(self.reading, text, self.pins))

    def _cited(self, text: str, evidence: Sequence[Span]) -> list[Finding]:
        tokens = tokens_of(text)
        weight = weights(self.reading, tokens)
        best = alignments(self.reading, text, tokens, weight)
        reached = best[0].cover if best else 0.0
        cited = self.support(text, evidence)
        carrying = sum(1 for token in tokens if token.content)
        if (reached and cited < CITED * reached) or (carrying > 1 and cited < LEAST):
            return [
                Finding(
                    "citation",
                    text,
                    0,
                    len(text),
                    f"what it cites holds {cited:.0%} of it; another place holds {reached:.0%}",
                    (best[0].window.span,) if best else (),
                )
            ]
        return []


# Soft hyphens, zero-width and directional characters: they part words for a program and for nobody else.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)


def _visible(text: str) -> tuple[str, list[int] | None]:
    """The text without characters that nobody sees, and where each of its characters stood; None if none was there."""
    if _UNSEEN.search(text) is None:
        return text, None
    places = [at for at, c in enumerate(text) if not _UNSEEN.match(c)]
    return "".join(text[at] for at in places), [*places, len(text)]


def _in_order(found: list[Finding]) -> list[Finding]:
    """By place; of findings for the same words the first."""
    seen: set[tuple[str, int, int]] = set()
    kept = []
    for one in sorted(found, key=lambda f: (f.start, f.end)):
        key = one.kind, one.start, one.end
        if key not in seen:
            seen.add(key)
            kept.append(one)
    return kept
