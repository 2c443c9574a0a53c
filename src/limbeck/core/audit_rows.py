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
    """Where a finding stands in the checked text. Lines and columns count from 1, columns in code points."""

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
    """A finding, its place, and its evidence; `texts` are the whole texts that the evidence stands in."""

    finding: Finding
    place: Place
    evidence: tuple[Evidence, ...]
    texts: tuple[str, ...]

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


def place_of(text: str, sentences: Sequence[int], finding: Finding) -> Place:
    """The line, the column and the sentence of a finding; for what is missing, 0, 0 and nothing.

    Args:
        text: The checked text.
        sentences: Where its sentences begin, ascending; the first is 0.
        finding: Made of this text.
    """
    start = finding.start
    if finding.end <= start:
        return Place(0, 0, "")
    line_start = text.rfind("\n", 0, start) + 1
    number = bisect_right(sentences, start)
    stop = sentences[number] if number < len(sentences) else len(text)
    sentence = text[sentences[number - 1] : max(stop, finding.end)].strip()
    return Place(text.count("\n", 0, start) + 1, start - line_start + 1, sentence)


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
