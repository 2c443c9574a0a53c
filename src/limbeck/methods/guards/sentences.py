"""The sentences of a written text: Markdown marks, bullets, citations and headings told apart from what is said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from limbeck.split.sentences import sentence_starts

from .reading import WRAPPED_AT, wrapped

_LEAD = re.compile(
    r"[ \t]*(?:#{1,6}[ \t]+)?(?:>[ \t]*)*(?:[-*+•‣–][ \t]+|\d{1,3}[.)][ \t]+|\[[ xX]\][ \t]*|\|[ \t]*)*"
)
TITLE_WORDS = 8
"""A heading of more words is a sentence like any other."""
LONGEST_CHARS = 600
_STOPS = re.compile(r"[.!?][ \t\n]|\n|\Z")
_PROSE = re.compile(r"[ \t]*[A-Z][a-z]*(?: [\w'’,-]+){3,}[.!?]?\s*$")
_HASHES = re.compile(r"[ \t]*#{1,6}[ \t]+")
_BOLD = re.compile(r"[ \t]*[*_]{2}[^*_\n]{1,80}[*_]{2}:?[ \t]*$")
_RULE = re.compile(r"[ \t]*[=~-]{3,}[ \t]*$")
_FENCE = re.compile(r"[ \t]*(?:```|~~~)[\w+.-]*[ \t]*$")
_CITED = re.compile(
    r"(?:^|(?<=[\s.,;:!?)\]\"”’]))[ \t]*\[(?:m?\d+(?:[-–:.]\d+)?"
    r"(?:[,;][ \t]*m?\d+(?:[-–:.]\d+)?)*)\](?=[ \t]*(?:[.,;:\[]|$))",
    re.MULTILINE,
)
_SEMICOLON = re.compile(r";(?=[ \t]+[^\W\d_a-z])")
_LABEL = re.compile(r"(?:[*_]{1,2})?([^\W\d_][\w /&'-]{0,40}?)(?:[*_]{1,2})?:(?:[*_]{1,2})?(?:[ \t]|$)")
_SPEAKS = re.compile(
    r"(?i)(?:according to )?(?:the |a |an |one |this )?"
    r"(?:user|customer|agent|assistant|tool|system|document|output|source|text|page|log|command|policy|"
    r"rule|result|file"
    r"|material)s?(?: (?:output|result|message|call|text|log|prompt))?"
    r"(?: (?:said|says|stated|states|asked|asks|returned|returns|shows|showed|reads|noted|notes|wrote|"
    r"writes|replied"
    r"|reported|reports|contains|holds|tells|told|wants|wanted|requested|proposed|plans))?(?: that)?\Z"
)


class Sentence(NamedTuple):
    """One sentence of a written text.

    Attributes:
        text: What is said; citations are blanked, so that places stay.
        start: Where it stands in the whole text.
        heading: The heading it stands under, in lower case.
        label: How many characters of a label (`Root cause:`) it begins with.
        speaker: Whether that label says who speaks (`The tool returned:`).
        code: Whether it stands in a fenced block.
        titled: Whether it is itself a heading.
    """

    text: str
    start: int
    heading: str
    label: int = 0
    speaker: bool = False
    code: bool = False
    titled: bool = False


def sentences(text: str) -> list[Sentence]:
    """The sentences of a text, in order. Lines stand for themselves, except that soft-wrapped prose is joined.

    Numbers in brackets behind sentences are blanked as citations only if at least half of the sentences have one.
    Cost: linear.
    """
    found: list[Sentence] = []
    heading, fenced, at = "", False, 0
    begun = -1  # where the running paragraph began
    ended = 0
    cited = len(_CITED.findall(text)) >= max(2, len(_STOPS.findall(text)) / 2)

    def flush() -> None:
        nonlocal begun
        if begun >= 0:
            _enter(found, text, begun, ended, heading, cited)
            begun = -1

    for line in text.splitlines(keepends=True):
        start, at = at, at + len(line)
        bare = line.rstrip()
        if _FENCE.match(bare):
            flush()
            fenced = not fenced
        elif not bare.strip():
            flush()
        elif fenced and not _PROSE.match(bare):
            for piece in _cut(bare, 0, len(bare)):
                found.append(Sentence(bare[piece[0] : piece[1]], start + piece[0], heading, code=True))
        elif _RULE.match(line):
            flush()
        elif (_HASHES.match(line) or _BOLD.match(line)) and len(bare.split()) <= TITLE_WORDS:
            flush()
            heading = bare.strip().strip("#*_: ").lower()
            if heading:
                lead = len(bare) - len(bare.lstrip("# \t"))
                found.append(Sentence(bare[lead:], start + lead, heading, titled=True))
        else:
            lead_mark = _LEAD.match(line)
            indent = lead_mark.end() if lead_mark is not None else 0
            if begun >= 0 and not line[:indent].strip() and _wrapped(text, ended, line):
                ended = start + len(bare)
                continue
            flush()
            begun, ended = start + indent, start + len(bare)
    flush()
    return found


def _wrapped(text: str, ended: int, line: str) -> bool:
    """Whether a line goes on with the sentence of the line before, as prose of a fixed width does."""
    before = text[text.rfind("\n", 0, ended) + 1 : ended]
    return len(before) >= WRAPPED_AT and line.lstrip()[:1].islower() and wrapped(before)


def _enter(found: list[Sentence], text: str, start: int, end: int, heading: str, cited: bool) -> None:
    said = text[start:end]
    if cited:
        said = _CITED.sub(lambda m: " " * len(m[0]), said)
    starts = sorted({*sentence_starts(said, 0, len(said)), *(m.end() for m in _SEMICOLON.finditer(said))})
    for begin, stop in zip(starts, [*starts[1:], len(said)], strict=True):
        for a, b in _cut(said, begin, stop):
            lead = len(said[a:b]) - len(said[a:b].lstrip())
            one = said[a + lead : b].rstrip()
            if one:
                label = _LABEL.match(one)
                speaker = label is not None and _SPEAKS.match(label[1]) is not None
                found.append(Sentence(one, start + a + lead, heading, label.end() if label else 0, speaker))


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence of any length as pieces that can be laid beside a source, cut at white space where there is any."""
    while end - start > LONGEST_CHARS:
        at = max(text.rfind(c, start + LONGEST_CHARS // 2, start + LONGEST_CHARS) for c in " ,\t") + 1
        at = at or start + LONGEST_CHARS
        yield start, at
        start = at
    yield start, end
