"""Words that are given as somebody's own: sentences, code spans and quotations that must stand in the source."""

from __future__ import annotations

import re
from collections.abc import Iterator

from limbeck.core.source import Span

from .reading import Reading, plain
from .tokens import stem

_CODE = re.compile(r"(?<!`)(`{1,2})(?!`)([^`\n]+?)\1(?!`)")
_QUOTE = re.compile(
    r"(?<!\\)\"((?:[^\"\\\n]|\\.){2,400})\"|“([^”\n]{2,400})”|„([^“”\n]{2,400})[“”]|«\s?([^»\n]{2,400}?)\s?»"
    r"|(?<![\w'’])['‘]([^'‘’\n]{3,300}(?:['’]\w[^'‘’\n]*)*)['’](?![\w])"
)
# What stands before a part of a sentence can turn it round as well.
_TURNING = re.compile(
    r"(?:\b(?:not|never|no|nor|don't|cannot|if|unless|when|until|without|except|nicht|nie|kein\w*|wenn|"
    r"falls|ne|pas|jamais|si|sin)|n't)\b"
)


def _clause_before(text: str, at: int) -> str:
    """What stands before a place in its sentence."""
    before = text[max(0, at - 200) : at].rstrip()
    return re.split(r"[.!?](?=\s)|(?<=[.!?])$", before)[-1]


# What follows can turn round what came before it.
_TAKEN_BACK = re.compile(
    r"(?:[ ,]+\w+){0,2}?[ ,]+(?:not|never|nicht|nie|except|unless|only if|but not|no longer|außer|es sei "
    r"denn|pas|jamais|sauf)\b"
)
_ELLIPSIS = re.compile(r"\s*(?:\[?(?:\.\.\.|…)\]?)\s*")


def word_for_word(reading: Reading, text: str) -> bool:
    """Whether a sentence stands in the source, from the head of a sentence, clause or line on."""
    said = plain(text).strip(" .:;,-\"'")
    if len(said) < 3:
        return False
    at = reading.verbatim.find(said)
    while at >= 0:
        before = reading.verbatim[max(0, at - 3) : at].rstrip(" \"'([{>#|-*")
        after = reading.verbatim[at + len(said) : at + len(said) + 1]
        begun = reading.begins(at) or not before or before[-1] in ".:;!?,=}])|>"
        if begun and not reading.begins(at) and _TURNING.search(_clause_before(reading.verbatim, at)):
            begun = False
        goes_on = reading.verbatim[at + len(said) : at + len(said) + 60]
        if begun and not after.isalnum() and not _TAKEN_BACK.match(goes_on):
            return True
        at = reading.verbatim.find(said, at + 1)
    return False


def misquoted(reading: Reading, text: str) -> Iterator[tuple[int, int, str, tuple[Span, ...]]]:
    """The code spans and quotations of a text that the source does not hold: start, end, reason, what is nearest."""
    code = []
    for m in _CODE.finditer(text):
        code.append(m.span())
        if not _stands(reading, m[2]):
            yield m.start(2), m.end(2), "the code span does not stand in the source", _nearest(reading, m[2])
    for m in _QUOTE.finditer(text):
        if any(a < m.end() and m.start() < b for a, b in code):
            continue
        quoted = next(g for g in m.groups() if g is not None)
        start = m.start() + m[0].index(quoted)
        if not _stands(reading, quoted):
            yield (
                start,
                start + len(quoted),
                "the quotation does not stand in the source",
                _nearest(reading, quoted),
            )


def _stands(reading: Reading, words: str) -> bool:
    """Whether quoted words stand in the source; parts divided by an ellipsis in their order."""
    at = 0
    for part in _ELLIPSIS.split(words):
        said = plain(part).strip(" .,;:!?\"'")
        if not said or (said.isalpha() and reading.knows(stem(said))):
            continue
        while True:
            at = reading.verbatim.find(said, at)
            if at < 0:
                return _called(reading, words)
            before = reading.verbatim[at - 1 : at] if at else ""
            after = reading.verbatim[at + len(said) : at + len(said) + 1]
            if not (said[0].isalnum() and before.isalnum()) and not (said[-1].isalnum() and after.isalnum()):
                break
            at += 1
        at += len(said)
    return True


def _called(reading: Reading, words: str) -> bool:
    """Whether it is a name that the source has without the brackets of a call, or joined by a low line."""
    bare = re.sub(r"\(.*?\)$|:\d+(?:-\d+)?$", "", words.strip())
    if " " in bare and reading.places(bare.replace(" ", "_"), 1):
        return True
    return bare != words.strip() and bool(bare) and bool(reading.places(bare, 1))


def _nearest(reading: Reading, words: str) -> tuple[Span, ...]:
    return tuple(reading.span(row) for row, _ in reading.candidates(words, 1))
