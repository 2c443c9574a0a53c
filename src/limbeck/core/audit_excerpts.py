"""A line of a text in which the words that matter stay in sight, and which words these are in a long evidence."""

from __future__ import annotations

import re

from .visible import shortened, visible

_NAMED = re.compile(r"""'([^'\n]{1,120})'|"([^"\n]{1,120})"|`([^`\n]{1,120})`""")
_WORD = re.compile(r"\w{3,}")
_AROUND_CHARS = 100
_PLACES = 50
_SEARCHED_CHARS = 20_000


def focus_of(source: str, start: int, end: int, words: str, reason: str, sentence: str) -> tuple[int, int]:
    """The place in a stretch of evidence that a finding is about, for evidence may be several lines.

    What the reason puts in quotation marks is looked for first, what is not said in the checked text before what
    is, then the words of the finding, then those of its sentence; of several places the one in whose line, near it,
    most words of the sentence stand. If the stretch holds none of them, its first line that is not blank.

    Args:
        source: The text that the evidence stands in.
        start, end: The evidence.
        words, reason: Of the finding.
        sentence: The sentence of the checked text that it stands in.
    """
    named = ["".join(found) for found in _NAMED.findall(reason)]
    named.sort(key=lambda term: term.casefold() in sentence.casefold())
    said = frozenset(word.casefold() for word in _WORD.findall(sentence))
    for terms in (*(frozenset((term,)) for term in named), frozenset((words,)), said):
        places = _places(source, start, end, terms)
        if places:
            return max(places, key=lambda place: (_shared(source, place, said), -place[0]))
    first = start + len(source[start:end]) - len(source[start:end].lstrip())
    stop = source.find("\n", first, end)
    return first, end if stop < 0 else stop


def excerpt(source: str, start: int, end: int, width: int) -> str:
    """The line around a span on one visible line, cut to `width` code points so that the span stays in sight."""
    far = 4 * width
    first = max(source.rfind("\n", 0, start) + 1, start - far)
    last = source.find("\n", end, end + far)
    last = min(len(source), end + far) if last < 0 else last
    return centered(source[first:last], start - first, end - first, width)


def centered(text: str, start: int, end: int, width: int) -> str:
    """A text on one visible line, cut to `width` code points so that `[start, end)` of it stays in sight."""
    far = 4 * width
    before = oneline(text[max(0, start - far) : start]).lstrip()
    inside = oneline(text[start : min(end, start + far)])
    after = oneline(text[end : end + far]).rstrip()
    if not before:
        inside = inside.lstrip()
    room = width - len(inside)
    if room <= 2:
        return shortened(inside.strip(), width)
    left = max(room // 2, room - len(after))
    if len(before) > left:
        before = "…" + before[len(before) - left + 1 :]
    return shortened(before + inside + after, width)


def oneline(text: str) -> str:
    """Visible, and its line ends as spaces."""
    return visible(text.replace("\r\n", " ").replace("\n", " "))


def _places(source: str, start: int, end: int, terms: frozenset[str]) -> list[tuple[int, int]]:
    """Where one of some terms stands in a stretch, whole and in any case of letters; the first of them."""
    wanted = "|".join(re.escape(term) for term in sorted(terms, key=lambda term: (-len(term), term)) if term)
    if not wanted:
        return []
    found = re.compile(rf"(?<!\w)(?:{wanted})(?!\w)", re.IGNORECASE)
    matches = found.finditer(source, start, min(end, start + _SEARCHED_CHARS))
    return [match.span() for match, _ in zip(matches, range(_PLACES), strict=False)]


def _shared(source: str, place: tuple[int, int], said: frozenset[str]) -> int:
    """How many words of a sentence stand around a place, in its line."""
    before = source[max(0, place[0] - _AROUND_CHARS) : place[0]].rpartition("\n")[2]
    after = source[place[0] : place[1] + _AROUND_CHARS].partition("\n")[0]
    around = before + after
    return len(said & {word.casefold() for word in _WORD.findall(around)})
