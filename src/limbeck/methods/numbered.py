"""A source in numbered chunks, so that a model can cite it, behind fences that the source cannot forge.

A chunk is a few lines or sentences of one text. The number in `[12]` stands for a span of the original source, and
the name in the fences is one that occurs nowhere in it: nothing that stands in the source can end the material,
or pretend to be said by somebody else.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

from limbeck.core.budget import Counter
from limbeck.core.context import Context, Segments
from limbeck.core.source import Span
from limbeck.split.atoms import atoms
from limbeck.split.function_words import FUNCTION_WORDS

from .calls import ARGUMENTS
from .must_keeps import rows_of
from .sentence_rows import by_sentence
from .speakers import SYSTEM_ROLES, TOOL_ROLES, speakers
from .voices import voices

CHUNK_TOKENS = 48
"""Neighboring lines share a number up to so many tokens;"""
LONGEST_TOKENS = 160
"""a piece of more is cut further."""
NUMBER_TOKENS = 5
"""What a number and its line end cost at most."""
HEADER_TOKENS = 16
"""What the line that says who speaks costs at most."""

SENTENCE_CHARS = 600
"""Of a longer sentence or line only the part in question is shown."""
SENTENCE_HOLDS = 0.2
"""A sentence of a chunk stands for a text if it holds this share of its words that no other one holds;"""
SENTENCES = 3
"""so many do at most."""

_WORD = re.compile(r"[^\W_]+")
_LAST_SPACE = re.compile(r"\s(?=\S*\Z)")


@dataclass(frozen=True)
class Chunk:
    """A few lines of one text.

    Attributes:
        span: Where they stand in the original source.
        message: Position of their message in the context.
        tokens: What they cost.
    """

    span: Span
    message: int
    tokens: int


class Numbered:
    """A context in numbered chunks. Numbers begin at 1.

    Args:
        context: What came in. Markers of an earlier distillation get no number.
        counter: Counts the chunks.

    Attributes:
        chunks: In reading order; number `n` is `chunks[n - 1]`.
        nonce: A name that stands nowhere in the sources.

    Cost: linear; each piece is counted once.
    """

    def __init__(self, context: Context, counter: Counter) -> None:
        self.context = context
        self.counter = counter
        self.chunks = list(_chunks(context, counter))
        self.nonce = _nonce(context)
        self._said = _who(context)

    def text(self, number: int) -> str:
        """The text of a chunk, byte for byte."""
        source, start, end = self.chunks[number - 1].span
        return self.context.sources[source].text[start:end]

    def said(self, number: int) -> str:
        """Who said a chunk, in words: `user`, `tool result`, `assistant calls a tool`, ..."""
        return self._said[self.chunks[number - 1].span.source]

    def spoken(self, source: int) -> bool:
        """Whether people or the agent say a source: no program wrote it, and none was called with it."""
        return not self._said[source].endswith(("tool result", "calls a tool"))

    def parts(self, room_tokens: int) -> list[range]:
        """The numbers in parts of at most `room_tokens`, as `material` prints them.

        What lives and dies together (a tool call and its results) stays in one part unless it is longer than
        a part; then it is cut between chunks. Always one part or more, none of them empty unless there is
        no chunk at all.
        """
        units: list[tuple[range, int]] = []
        first = tokens = 0
        for at, chunk in enumerate(self.chunks):
            group = self.context.messages[chunk.message].group
            before = self.chunks[at - 1] if at else None
            if before is not None and self.context.messages[before.message].group != group:
                units.append((range(first, at), tokens))
                first, tokens = at, 0
            tokens += chunk.tokens + NUMBER_TOKENS
            if before is None or before.span.source != chunk.span.source or first == at:
                tokens += HEADER_TOKENS
        units.append((range(first, len(self.chunks)), tokens))
        found: list[range] = []
        begun, used = 1, 0
        for unit, cost in units:
            if used and used + cost > room_tokens:
                found.append(range(begun, unit.start + 1))
                begun, used = unit.start + 1, 0
            if cost <= room_tokens:
                used += cost
                continue
            used = HEADER_TOKENS
            for at in unit:
                cost = self.chunks[at].tokens + NUMBER_TOKENS
                begins = at == begun - 1 or self.chunks[at - 1].span.source != self.chunks[at].span.source
                cost += HEADER_TOKENS if begins else 0
                if used + cost > room_tokens and at >= begun:
                    found.append(range(begun, at + 1))
                    begun, used = at + 1, HEADER_TOKENS
                used += cost
        found.append(range(begun, len(self.chunks) + 1))
        return found

    def material(self, numbers: Iterable[int]) -> str:
        """The chunks of some numbers, fenced, each after its number, each text under who says it."""
        lines = [f"<material-{self.nonce}>"]
        at = -1
        for number in numbers:
            chunk = self.chunks[number - 1]
            if chunk.span.source != at:
                at = chunk.span.source
                where = f"message {chunk.message + 1}, " if self.context.sources[at].pointer else ""
                lines.append(f"--{self.nonce}-- {where}{self.said(number)}:")
            lines.append(f"[{number}] {self.text(number).strip()}")
        lines.append(f"</material-{self.nonce}>")
        return "\n".join(lines)

    def spans(self, numbers: Iterable[int]) -> tuple[Span, ...]:
        """The spans of some numbers, ascending; those that touch are one."""
        found: list[Span] = []
        for number in sorted(set(numbers)):
            span = self.chunks[number - 1].span
            if found and found[-1].source == span.source and found[-1].end == span.start:
                span = Span(span.source, found.pop().start, span.end)
            found.append(span)
        return tuple(found)

    def numbers(self, spans: Sequence[Span]) -> list[int]:
        """The numbers of the chunks that hold a part of the spans, ascending."""
        found: set[int] = set()
        for source, start, end in spans:
            for number in self._of_source.get(source, ()):
                span = self.chunks[number - 1].span
                if span.start < end and start < span.end:
                    found.add(number)
        return sorted(found)

    def nearest(self, text: str, among: range, most: int = 3) -> list[int]:
        """The numbers whose chunks say most of what a text says, best first; empty if none says any of it.

        A word weighs the more, the fewer chunks hold it; names, paths and numbers weigh as words and as wholes.
        Each further chunk is judged by the words that those before it lack.
        """
        wanted = {word: self._weight(word) for word in words(text) if word in self._holders}
        found: list[int] = []
        whole = sum(wanted.values())
        while wanted and len(found) < most:
            scores: dict[int, float] = {}
            for word, weight in sorted(wanted.items()):
                for number in self._holders[word]:
                    if number in among:
                        scores[number] = scores.get(number, 0.0) + weight
            if not scores:
                break
            best = min(scores, key=lambda number: (-scores[number], number))
            if found and scores[best] < whole / 5:
                break
            found.append(best)
            wanted = {word: weight for word, weight in wanted.items() if best not in self._holders[word]}
        return found

    def overlap(self, text: str, number: int) -> float:
        """The share of a text's words that a chunk holds, 0 to 1, rare words weighing more."""
        weights = {word: self._weight(word) for word in words(text)}
        whole = sum(weights.values())
        held = sum(weight for word, weight in weights.items() if number in self._holders.get(word, ()))
        return held / whole if whole else 0.0

    def sentences(self, span: Span) -> list[Span]:
        """The sentences of people and the agent, the lines of all else, that hold a part of a span; ascending.

        A sentence that was wrapped is whole, also where it goes on beyond the span.
        """
        segments, rows = self._finer
        text = self.context.sources[span.source].text
        found = []
        for row in rows_of(segments, rows[span.source], span.start, span.end):
            start, end = segments.start[row], segments.end[row]
            if end - start > SENTENCE_CHARS:
                start, end = max(start, span.start), min(end, span.end)
            if any(map(str.isalnum, text[start:end])):
                found.append(Span(span.source, start, end))
        return found

    def standing_for(self, text: str, number: int) -> list[Span]:
        """Those sentences of a chunk that say what a text says: the fewest that hold most of its words; ascending."""
        left = {word: self._weight(word) for word in words(text)}
        enough = SENTENCE_HOLDS * sum(left.values())
        source, spans, found = self.chunks[number - 1].span.source, {}, list[Span]()
        for span in self.sentences(self.chunks[number - 1].span):
            spans[span] = words(self.context.sources[source].text[span.start : span.end])
        while spans and len(found) < SENTENCES:
            held = {span: sum(w for word, w in left.items() if word in said) for span, said in spans.items()}
            best = min(held, key=lambda span: (-held[span], span))
            if held[best] < enough or not held[best]:
                break
            found.append(best)
            said = spans.pop(best)
            left = {word: w for word, w in left.items() if word not in said}
        return sorted(found)

    def voice(self, span: Span) -> str:
        """Who says what begins at a span, as a quote names its speaker."""
        segments, rows = self._finer
        touched = rows_of(segments, rows[span.source], span.start, span.start + 1)
        return self._voices[touched[0]] if touched else ""

    @cached_property
    def _sentences(self) -> Context:
        return by_sentence(self.context)

    @cached_property
    def _finer(self) -> tuple[Segments, list[range]]:
        return self._sentences.segments, self._sentences.source_rows()

    @cached_property
    def _voices(self) -> list[str]:
        return voices(self._sentences)

    @cached_property
    def _of_source(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for at, chunk in enumerate(self.chunks):
            found.setdefault(chunk.span.source, []).append(at + 1)
        return found

    @cached_property
    def _holders(self) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {}
        for number in range(1, len(self.chunks) + 1):
            for word in words(self.text(number)):
                found.setdefault(word, set()).add(number)
        return found

    def _weight(self, word: str) -> float:
        return log(1 + len(self.chunks) / max(1, len(self._holders.get(word, ()))))


def words(text: str) -> set[str]:
    """What a text is about: its words in lower case without function words, and its atoms as wholes."""
    said = {word for word in _WORD.findall(text.lower()) if word not in FUNCTION_WORDS}
    return said | {atom.lower() for atom in atoms(text)}


def _chunks(context: Context, counter: Counter) -> Iterable[Chunk]:
    segments = context.segments
    tokens = counter.count_each(segments.text(row) for row in range(len(segments)))
    for number, message in enumerate(context.messages):
        open_at: Chunk | None = None
        for row in message.segments:
            span, cost = segments.span(row), tokens[row]
            if row in segments.written or span.start == span.end:
                continue
            joins = open_at is not None and open_at.span[0] == span.source and open_at.span.end == span.start
            if open_at is not None and joins and open_at.tokens + cost <= CHUNK_TOKENS:
                joint = Span(span.source, open_at.span.start, span.end)
                open_at = Chunk(joint, number, open_at.tokens + cost)
                continue
            if open_at is not None:
                yield from _spoken(open_at, segments)
            open_at = None
            if cost <= LONGEST_TOKENS:
                open_at = Chunk(span, number, cost)
            else:
                for piece in _slices(segments.text(row), span, cost):
                    text = context.sources[span.source].text[piece.start : piece.end]
                    yield from _spoken(Chunk(piece, number, counter.count(text)), segments)
        if open_at is not None:
            yield from _spoken(open_at, segments)


def _spoken(chunk: Chunk, segments: Segments) -> Iterable[Chunk]:
    """The chunk, unless it is only white space."""
    source, start, end = chunk.span
    if segments.sources[source].text[start:end].strip():
        yield chunk


def _slices(text: str, span: Span, tokens: int) -> Iterable[Span]:
    """A long piece in slices of about `CHUNK_TOKENS`, at white space where there is some."""
    size = max(1, len(text) * CHUNK_TOKENS // tokens)
    at = 0
    while at < len(text):
        end = min(at + size, len(text))
        if end < len(text):
            space = _LAST_SPACE.search(text, max(at + 1, end - size // 3), end)
            end = space.end() if space else end
        yield Span(span.source, span.start + at, span.start + end)
        at = end


def _nonce(context: Context) -> str:
    """A short name that no source holds, the same for the same sources."""
    digest = hashlib.sha256()
    for source in context.sources:
        digest.update(source.content.encode())
    name, length = digest.hexdigest(), 6
    while any(name[:length] in source.text for source in context.sources):
        length += 1
        if length > len(name):  # a text that holds its own hash; one more round gives another
            name, length = hashlib.sha256(name.encode()).hexdigest(), 6
    return name[:length]


def _who(context: Context) -> list[str]:
    found = []
    for source, role in zip(context.sources, speakers(context), strict=True):
        if role in TOOL_ROLES:
            found.append("tool result")
        elif ARGUMENTS.search(source.pointer):
            found.append(f"{role} calls a tool")
        elif source.pointer.endswith("/thinking"):
            found.append(f"{role} thinks")
        elif not source.pointer:
            found.append("document")
        else:
            found.append("system" if role in SYSTEM_ROLES else role or "nobody")
    return found
