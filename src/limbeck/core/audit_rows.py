"""A finding with its place in the checked text, and its evidence with its place in the sources."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, NamedTuple

from .context import Context
from .findings import Finding
from .source import Span

EVIDENCE_CHARS = 1_000
"""How much of the text of an evidence span stands in JSON; its start and end say how long it is."""
SENTENCE_CHARS = 400
"""How much of a sentence is shown: all findings of a text may stand in one sentence, and each shows its own."""


class Origin(NamedTuple):
    """One of the things a text is held against.

    Attributes:
        name: What the user calls it: a path, `source`, `source 2`.
        sources: Its sources in the context.
        first_message: The number of its first message in the context.
        messages: How many messages it has; 0 for a bare text, in which there are none to be told apart.
    """

    name: str
    sources: range
    first_message: int
    messages: int


class Place(NamedTuple):
    """Where a finding stands in the checked text. Lines and columns count from 1, columns in code points.

    Of a sentence longer than `SENTENCE_CHARS` that much around the finding is shown.
    """

    line: int
    column: int
    sentence: str


class Evidence(NamedTuple):
    """A span of the source in words: which source, which message of it, the line, the text.

    Attributes:
        source: The name of the origin.
        message: The number of the message in it, from 0; None for a bare text.
        role: Who said it: the role of the message, or `tool` for a tool's result in a user's message; empty
            for a bare text.
        start, end: In the text of the message part it stands in, in code points.
        line: Where it begins in that text, from 1.
        text: Byte for byte.
    """

    source: str
    message: int | None
    role: str
    start: int
    end: int
    line: int
    text: str


class Row(NamedTuple):
    """A finding, its place, and its evidence.

    Attributes:
        finding, place, evidence: As of the audit.
        texts: The whole texts that the evidence stands in.
        at: Where in the sentence of the place the words of the finding begin.
    """

    finding: Finding
    place: Place
    evidence: tuple[Evidence, ...]
    texts: tuple[str, ...]
    at: int

    def to_json(self) -> dict[str, Any]:
        """The row as JSON values; long evidence is cut to `EVIDENCE_CHARS`."""
        finding, place = self.finding, self.place
        return {
            "kind": finding.kind,
            "text": finding.text,
            "start": finding.start,
            "end": finding.end,
            "line": place.line,
            "column": place.column,
            "sentence": place.sentence,
            "reason": finding.reason,
            "evidence": [e._replace(text=e.text[:EVIDENCE_CHARS])._asdict() for e in self.evidence],
        }


def place_of(text: str, sentences: Sequence[tuple[int, int]], finding: Finding) -> Place:
    """The line, the column and the sentence of a finding; for what is missing, 0, 0 and nothing.

    Args:
        text: The checked text.
        sentences: Where its sentences begin and end, ascending.
        finding: Made of this text.
    """
    start = finding.start
    if finding.end <= start:
        return Place(0, 0, "")
    line_start = text.rfind("\n", 0, start) + 1
    first, stop = sentence_of(text, sentences, finding)
    return Place(text.count("\n", 0, start) + 1, start - line_start + 1, text[first:stop])


def sentence_of(text: str, sentences: Sequence[tuple[int, int]], finding: Finding) -> tuple[int, int]:
    """Where the sentence of a finding begins and ends: the line, where it stands in none; 0, 0 for what is missing.

    All of the finding lies in it, unless it is longer than `SENTENCE_CHARS`.
    """
    start = finding.start
    if finding.end <= start:
        return 0, 0
    number = bisect_right(sentences, start, key=lambda sentence: sentence[0]) - 1
    first, stop = sentences[number] if number >= 0 else (0, 0)
    if stop <= start:
        first, stop = text.rfind("\n", 0, start) + 1, text.find("\n", start)
        stop = len(text) if stop < 0 else stop
    stop = max(stop, finding.end)
    if stop - first > SENTENCE_CHARS:
        first = max(first, start - SENTENCE_CHARS // 2)
        stop = min(stop, first + SENTENCE_CHARS)
    shown = text[first:stop]
    return min(start, first + len(shown) - len(shown.lstrip())), first + len(shown.rstrip())


def evidence_of(context: Context, origins: Sequence[Origin], speakers: Sequence[str], span: Span) -> Evidence:
    """A span of a context, by the names that the user gave to what the context was read from.

    Args:
        context: It points into this one.
        origins: What the context was read from.
        speakers: Who said each source.
        span: A span.
    """
    source = context.sources[span.source]
    origin = next(o for o in origins if span.source in o.sources)
    line = source.text.count("\n", 0, span.start) + 1
    text = source.text[span.start : span.end]
    if not origin.messages:
        return Evidence(origin.name, None, "", span.start, span.end, line, text)
    message = source.message - origin.first_message
    return Evidence(origin.name, message, speakers[span.source], span.start, span.end, line, text)
