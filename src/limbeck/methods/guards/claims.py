"""Is what a sentence says borne out? Values, names, quotations, denials, and the sentence as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from limbeck.core.findings import Finding, FindingKind
from limbeck.core.source import Span

from .alignment import SURE, TRUSTED, UNKNOWN, Alignment, alignments, weights
from .placement import NEAR, Instead, around, capital, instead, midway, misplaced, own, share, similar
from .places import PLACES, finds, places_of
from .polarity import turns
from .reading import Reading
from .sentences import Sentence
from .tokens import Token, stem, tokens_of
from .verbatim import misquoted, word_for_word

HELD = 0.9
TURNED = 0.65
"""Denials and modal words are compared where this share stands in the same order; a free rendering tells too little."""
FOREIGN = 0.3
"""A sentence of which no more than this share is known to the source tells of something else."""
FOREIGN_COVER = 0.25
"""Nor does one whose best place in the source holds less than this share of it."""
FOREIGN_WORDS = 5
"""Shorter sentences tell too little for that."""
ABBREVIATION_CHARS = 5
"""Words in capitals up to here are abbreviations that a writer may use for what the source spells out."""

_GERMAN = re.compile(
    r"(?i)\b(?:der|die|das|und|nicht|ist|wird|wurde|mit|für|auf|dem|den|ein|eine|einen|zu|von|im|am|an|"
    r"zum|zur|bei|nach|sich|auch"
    r"|noch|oder|werden|wurden|hat|haben|soll|sollen|möchte|kann|kein|keine|keinen|sein|ihr|es)\b"
)
_STROKE = re.compile(r"(?<![\w/.:])[^\W\d_]{2,}(?:/[^\W\d_]{2,})+(?![\w/]|\.\w)")
_KNOWN_NAMES = frozenset(
    stem(word)
    for word in ["python", "java", "rust", "go", "ruby", "bash", "linux", "windows", "mac", "unix",
    "docker", "git", "english", "german", "french", "spanish", "january", "february", "march", "april",
    "may", "june", "july", "august", "september", "october", "november", "december", "i", "ok", "pr", "api",
    "ui", "cli", "url", "json", "yaml", "csv", "html", "css", "sql", "http", "https", "xml", "pdf"]
)  # fmt: skip


def claim_findings(reading: Reading, sentence: Sentence) -> Iterator[Finding]:
    """What is wrong with a sentence, by kind of claim. Nothing, if it stands in the source word for word."""
    said = sentence.text[sentence.label :] if sentence.speaker else sentence.text
    if not word_for_word(reading, said):
        yield from _Claims(reading, sentence).findings()


class _Claims:
    """One sentence with everything that is asked of it."""

    def __init__(self, reading: Reading, sentence: Sentence) -> None:
        self.reading, self.sentence, self.text = reading, sentence, sentence.text
        self.tokens = tokens_of(self.text)
        self.weight = weights(reading, self.tokens, UNKNOWN)
        if sentence.speaker:  # `The tool returned:` tells who speaks, not of what
            self.weight = [
                0.0 if t.end <= sentence.label and not t.value else w
                for t, w in zip(self.tokens, self.weight, strict=True)
            ]
        self.misquoted = list(misquoted(reading, self.text))

    @cached_property
    def found(self) -> list[Alignment]:
        """The places of the source that the sentence is laid beside, best first."""
        return alignments(self.reading, self.text, self.tokens, self.weight)

    def findings(self) -> Iterator[Finding]:
        for start, end, reason, evidence in self.misquoted:
            yield self._finding("unsupported", start, end, reason, evidence)
        if not self.tokens:
            return
        yield from self._values()
        yield from self._lists()
        if self.sentence.code:
            return
        if not self.sentence.titled:  # titles have capitals
            yield from self._names()
        yield from self._turns()
        yield from self._foreign()

    def _values(self) -> Iterator[Finding]:
        """Values that stand nowhere in the source, or in another's place."""
        for at, token in enumerate(self.tokens):
            if not token.value or any(a <= token.start and token.end <= b for a, b, _, _ in self.misquoted):
                continue
            places = places_of(self.reading, token, self.text[: token.start])
            if places:
                yield from self._misplaced(at, places)
                continue
            other = self._instead(at)
            if not own(token, self.text):
                yield self._nowhere(token, other or similar(token, self.found), "")
            elif other is not None:
                yield self._nowhere(token, other, "")

    def _lists(self) -> Iterator[Finding]:
        """Words with a stroke between them (`start/end`), one of which the source has with another letter."""
        for m in _STROKE.finditer(self.text):
            for part in re.finditer(r"[^\W\d_]{4,}", m[0]):
                if not self.reading.knows(stem(part[0])) and not self.reading.places(m[0], 1):
                    start, end = m.start() + part.start(), m.start() + part.end()
                    word = Token("word", part[0].lower(), part[0], start, end)
                    other = similar(word, self.found)
                    if other is not None:
                        yield self._nowhere(word, other, "")

    def _names(self) -> Iterator[Finding]:
        """Names that the source does not know, or that stand in another's place."""
        if len(_GERMAN.findall(self.text)) >= 2:
            return  # there every noun has a capital
        for at, token in enumerate(self.tokens):
            named = token.kind == "name"
            if token.start < self.sentence.label or not (named or (token.first and capital(token))):
                continue
            if token.key in _KNOWN_NAMES:
                continue
            low = token.text.lower()
            if self.reading.knows(token.key) or low in self.reading.low:
                if named or not self.reading.writes_small(low):
                    yield from self._misplaced(at, list(finds(self.reading.low, low))[:PLACES])
                continue
            other = self._instead(at)
            if (
                other is not None
                and token.first
                and not (other.token.value or midway(self.reading, other.token.text))
            ):
                other = None  # sentences begin with capitals; only a name has one inside
            twofold = token.first and at + 1 < len(self.tokens) and self.tokens[at + 1].kind == "name"
            abbreviation = token.text.isupper() and len(token.text) <= ABBREVIATION_CHARS
            if other is not None or ((named or twofold) and not abbreviation):
                yield self._nowhere(token, other, "the name ")

    def _instead(self, at: int) -> Instead | None:
        rest = around(self.weight, at)
        return instead(self.text, self.tokens, at, self.found, [share(rest, a) for a in self.found])

    def _misplaced(self, at: int, places: Sequence[int]) -> Iterator[Finding]:
        token = self.tokens[at]
        other = misplaced(
            self.reading, self.text, self.tokens, at, self.weight, self.found, places, not self.sentence.code
        )
        if other is None:
            return
        if token.first and not (token.value or other.token.value) and not self._named(token, other.token):
            return  # sentences begin with capitals; only a name has one inside
        yield self._finding(
            "swapped", token.start, token.end,
            f"{token.text!r} stands in the source, but not here: there it is {other.token.text!r}",
            (other.found.window.span,),
        )  # fmt: skip

    def _named(self, token: Token, other: Token) -> bool:
        """Whether words with capitals are names: the source has one inside a sentence, or never writes them small."""
        small = self.reading.writes_small
        return midway(self.reading, other.text) or not (
            small(token.text.lower()) or small(other.text.lower())
        )

    def _nowhere(self, token: Token, other: Instead | None, what: str) -> Finding:
        told = f"; it has {other.token.text!r} there" if other is not None else ""
        return self._finding(
            "altered" if other is not None else "unsupported", token.start, token.end,
            f"{what}{token.text!r} stands nowhere in the source{told}",
            (other.found.window.span,) if other is not None else (),
        )  # fmt: skip

    def _turns(self) -> Iterator[Finding]:
        """Denials and modal words that every good window contradicts."""
        near = NEAR if self.found and self.found[0].cover < SURE else NEAR / 3
        best = [
            a
            for a in self.found
            if a.cover >= max(TRUSTED, self.found[0].cover - near)
            and ((a.order >= TURNED and self._comparable(a)) or self._close(a) or self._held(a))
        ]
        if best and best[0].pieces == 1:  # what neighbors say besides would only hide the difference
            best = [a for a in best if a.pieces == 1]
        told = [{(turn.kind, turn.token): turn for turn in turns(self.tokens, a)} for a in best]
        if told and all(told):
            for (kind, at), turn in told[0].items():
                token = self.tokens[at]
                yield self._finding(kind, token.start, token.end, turn.reason, (best[0].window.span,))

    def _comparable(self, found: Alignment) -> bool:
        """Whether so much stands on both sides that a small word more or less means something."""
        pairs = zip(self.tokens, found.pairs, strict=True)
        shared = sum(1 for token, pair in pairs if pair >= 0 and token.content)
        return shared >= 2 and len(found.window.tokens) <= 3 * len(self.tokens) + 20

    def _held(self, found: Alignment) -> bool:
        """Whether a short window holds nearly everything, in whatever order."""
        return (
            found.cover >= HELD
            and len(found.window.tokens) <= 2 * len(self.tokens) + 4
            and self._comparable(found)
        )

    def _close(self, found: Alignment) -> bool:
        """Whether nearly every word stands there in its order, small words counted like the others."""
        paired = sum(1 for pair in found.pairs if pair >= 0)
        return len(self.tokens) >= 4 and paired >= 0.75 * len(self.tokens)

    def _foreign(self) -> Iterator[Finding]:
        """A sentence of which the source knows next to nothing."""
        carrying = [t for t, w in zip(self.tokens, self.weight, strict=True) if w > 0 and t.content]
        known = sum(
            1 for t in carrying if self.reading.knows(t.key) or (t.value and places_of(self.reading, t))
        )
        full = weights(self.reading, self.tokens)
        held = max((share(full, a) for a in self.found), default=0.0)
        if (not known and len(carrying) >= FOREIGN_WORDS - 2) or (
            len(carrying) >= FOREIGN_WORDS and (known <= FOREIGN * len(carrying) or held < FOREIGN_COVER)
        ):
            yield self._finding(
                "unsupported", 0, len(self.text),
                f"the source knows {known} of the {len(carrying)} words that carry this sentence, and no "
                f"place of it "
                f"holds more than {held:.0%}",
            )  # fmt: skip

    def _finding(
        self, kind: FindingKind, start: int, end: int, reason: str, evidence: tuple[Span, ...] = ()
    ) -> Finding:
        offset = self.sentence.start
        return Finding(kind, self.text[start:end], offset + start, offset + end, reason, evidence)
