"""A source, read once so that many sentences can be held against it: who said what, and where words stand."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from limbeck.core.context import Context
from limbeck.core.source import Span
from limbeck.methods.speakers import SYSTEM_ROLES, speakers
from limbeck.split.sentences import sentence_starts

from .quantities import Quantity, quantities
from .tokens import Token, stem, tokens_of

LONG_CHARS = 600
"""A line without sentences is cut after so many characters, at white space."""
NEIGHBORS = 3
"""How far from the best piece a sentence may find the rest of what it says."""

_CHEAP = re.compile(r"[^\W_]+")
_SPEAKER = re.compile(
    r"^[ \t>*_#\[-]*(user|human|customer|client|assistant|agent|ai|bot|model|tool(?: (?:result|output|"
    r"call))?|function|"
    r"observation|system|developer)\b[\])*_]*[ \t]*(?::|\]|$)",
    re.IGNORECASE,
)
_ROLE = {
    "human": "user", "customer": "user", "client": "user", "agent": "assistant", "ai": "assistant",
    "bot": "assistant",
    "model": "assistant", "function": "tool", "observation": "tool", "developer": "system",
}  # fmt: skip
ESCAPED_LINES = 2
"""From so many escaped line ends on, a line is a text inside JSON and is cut at them."""
_ESCAPED_END = re.compile(r"(?<!\\)(?:\\\\)*\\n")
_SPACE = re.compile(r"\s+")
_ESCAPE = re.compile(r"\\[ntr]|\\(?=[\"'\\/])")
_MARKS = re.compile(r"[*`]+|(?<!\w)_{1,2}(?=\w)|(?<=\w)_{1,2}(?!\w)")
_QUOTES = str.maketrans("“”„«»‘’‚`´", "\"\"\"\"\"'''''")


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """The lines of a text; lines of prose that was wrapped at a fixed width are taken together."""
    begin = at = 0
    last = ""
    for line in text.splitlines(keepends=True):
        goes_on = last and line.lstrip()[:1].islower() and at - begin < WRAPPED_CHARS and wrapped(last)
        if at > begin and not goes_on:
            yield begin, at
            begin = at
        at += len(line)
        last = line if WRAPPED_AT <= len(line) <= 4 * WRAPPED_AT else ""
    if at > begin:
        yield begin, at


def wrapped(line: str) -> bool:
    """Whether a line is prose that ends without a stop: words with single spaces between them."""
    bare = line.strip()
    words = bare.split(" ")
    return (
        len(words) >= 8
        and "" not in words
        and bare[-1] not in _STOPS
        and sum(map(str.isalpha, words)) >= 0.6 * len(words)
    )


_STOPS = ".!?:;,|{}()[]"
WRAPPED_AT, WRAPPED_CHARS = 50, 2000
"""Lines from here to four times as long may be wrapped prose; so many characters are taken together at most."""


def plain(text: str) -> str:
    """A text as it is compared word for word: white space, quotation marks, emphasis, letter case, escapes aside."""
    bare = _MARKS.sub("", _ESCAPE.sub(_unescaped, text)).translate(_QUOTES)
    return _SPACE.sub(" ", bare).strip().lower()


def _unescaped(m: re.Match[str]) -> str:
    return " " if len(m[0]) > 1 else ""


@dataclass(frozen=True)
class Window:
    """Neighboring pieces of one source that may bear a sentence out.

    Attributes:
        span: Where they stand.
        role: Who said the best of them: `user`, `assistant`, `tool`, `system`; empty if not known.
        tokens: Their words and values; offsets count from the start of the span.
        text: Their text.
    """

    span: Span
    role: str
    tokens: tuple[Token, ...]
    text: str


class Reading:
    """The pieces of a source: sentences of prose, lines of everything else.

    Args:
        context: Any; what its segments left out of the sources is read, too, as the text that was there.

    Attributes:
        source, start, end: (n) where each piece stands.
        role: (n) who said it, as a word; empty if not known.
        joined: All texts as one, with a line feed between two.

    Cost: one pass over the texts; some 10 MB/s.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.joined = "\n".join(source.text for source in context.sources)
        self.offsets: list[int] = []
        at = 0
        for source in context.sources:
            self.offsets.append(at)
            at += len(source.text) + 1
        said = speakers(context)
        self.source: list[int] = []
        self.start: list[int] = []
        self.end: list[int] = []
        self.role: list[str] = []
        for number, one in enumerate(context.sources):
            self._cut(number, one.text, said[number] if number < len(said) else "")
        if context.material and not {"user", "assistant"} <= set(self.role):
            self.role = [""] * len(self.role)  # a stray label is no dialogue
        self._windows: dict[tuple[int, int], Window] = {}

    def _cut(self, number: int, text: str, role: str) -> None:
        """Enter the pieces of one text. In a bare text, `User:` at the head of a line says who speaks from there on."""
        bare = self.context.material
        speaking = "" if bare else ("system" if role in SYSTEM_ROLES else role)
        for begin, at in _blocks(text):
            line = text[begin:at]
            if not line.strip():
                continue
            if bare:
                said = _SPEAKER.match(line)
                if said is not None:
                    word = said[1].lower().split()[0]
                    speaking = _ROLE.get(word, word)
            starts = [begin]
            if line.count("\\n") >= ESCAPED_LINES:  # the lines of a text inside JSON
                starts += [begin + m.end() for m in _ESCAPED_END.finditer(line) if m.end() < len(line)]
            elif len(line) > 60:
                starts = sentence_starts(text, begin, at)
            for a, b in zip(starts, [*starts[1:], at], strict=True):
                while b - a > LONG_CHARS:
                    cut = max(text.rfind(c, a + LONG_CHARS // 2, a + LONG_CHARS) for c in " ,\t") + 1
                    cut = cut or a + LONG_CHARS
                    self._enter(number, a, cut, speaking)
                    a = cut
                self._enter(number, a, b, speaking)

    def _enter(self, number: int, start: int, end: int, role: str) -> None:
        self.source.append(number)
        self.start.append(start)
        self.end.append(end)
        self.role.append(role)

    def __len__(self) -> int:
        return len(self.start)

    @cached_property
    def roles_known(self) -> bool:
        """Whether it can be told who said what."""
        return any(self.role)

    @cached_property
    def low(self) -> str:
        return self.joined.lower()

    @cached_property
    def quantities(self) -> list[tuple[int, Quantity]]:
        """All numbers, dates and times, each with its place in `joined`."""
        found = []
        at = 0
        for line in self.joined.splitlines(keepends=True):
            for start in range(0, len(line), 4000):
                found += [(at + start + q.start, q) for q in quantities(line[start : start + 4000])]
            at += len(line)
        return found

    def writes_small(self, word: str) -> bool:
        """Whether a word stands anywhere in small letters."""
        return bool(self.places(word, 1))

    @cached_property
    def verbatim(self) -> str:
        """The texts as `plain` makes them, lines parted by a space; for finding words, not places."""
        return self._lines[0]

    def begins(self, at: int) -> bool:
        """Whether a line of the source begins at a place of `verbatim`."""
        return at in self._lines[1]

    @cached_property
    def _lines(self) -> tuple[str, frozenset[int]]:
        parts, starts, at = [], set(), 0
        for line in self.joined.splitlines():
            part = plain(line)
            if part:
                parts.append(part)
                starts.add(at)
                # What a bullet or a line number stands before begins a line as well.
                starts.add(at + len(part) - len(part.lstrip("-+>#| 0123456789.:)")))
                at += len(part) + 1
        return " ".join(parts), frozenset(starts)

    @cached_property
    def _postings(self) -> tuple[dict[str, int], npt.NDArray[np.int32], npt.NDArray[np.int64]]:
        """Stems by number; the pieces they stand in; where those of each stem begin."""
        numbers: dict[str, int] = {}
        words: dict[str, int] = {}
        ids: list[int] = []
        rows: list[int] = []
        texts = [source.text for source in self.context.sources]
        for row in range(len(self.start)):
            there = set(_CHEAP.findall(texts[self.source[row]][self.start[row] : self.end[row]]))
            for word in there:
                number = words.get(word)
                if number is None:
                    number = words[word] = numbers.setdefault(stem(word), len(numbers))
                ids.append(number)
            rows += [row] * len(there)
        by = np.array(ids, np.int64)
        order = np.argsort(by, kind="stable")
        bounds = np.searchsorted(by[order], np.arange(len(numbers) + 1))
        return numbers, np.array(rows, np.int32)[order], bounds

    def knows(self, key: str) -> bool:
        """Whether a stem stands anywhere in the source."""
        return key in self._postings[0]

    def weight(self, key: str) -> float:
        """How rare a stem is: 0 for one in every piece, up to 1 for one in a single piece or in none."""
        numbers, _, bounds = self._postings
        number = numbers.get(key)
        if number is None:
            return 1.0
        pieces = max(2, len(self.start))
        held = int(bounds[number + 1] - bounds[number])
        return max(0.05, 1.0 - float(np.log(max(1, held)) / np.log(pieces)))

    def overlaps(
        self, keys: Iterable[str], among: npt.NDArray[np.bool_] | None = None
    ) -> npt.NDArray[np.float64]:
        """(n) the summed weight of those stems that stand in each piece."""
        numbers, rows, bounds = self._postings
        score = np.zeros(len(self.start))
        for key in keys:
            number = numbers.get(key)
            if number is not None:
                held = np.unique(rows[bounds[number] : bounds[number + 1]])
                score[held] += self.weight(key)
        if among is not None:
            score = np.where(among, score, 0.0)
        return score

    def candidates(
        self, text: str, count: int, among: npt.NDArray[np.bool_] | None = None
    ) -> list[tuple[int, float]]:
        """The pieces that share most with a text, best first, with how much they and their neighbors share."""
        keys = {stem(word) for word in _CHEAP.findall(text)}
        score = self.overlaps(keys, among)
        if not len(score):
            return []
        around = score.copy()
        around[1:] += 0.25 * score[:-1]
        around[:-1] += 0.25 * score[1:]
        # Of two equal matches the shorter says less besides.
        length = np.array(self.end) - np.array(self.start)
        around = np.where(score > 0, around - 1e-4 * length, -np.inf)
        top = (
            np.argpartition(-around, min(count, len(around) - 1))[:count]
            if len(around) > count
            else np.arange(len(around))
        )
        top = top[np.argsort(-around[top], kind="stable")]
        return [(int(row), float(score[row])) for row in top if score[row] > 0]

    def window(self, first: int, last: int, best: int) -> Window:
        """Pieces `first` to `last`, which stand in one source, as one text."""
        key = first, last
        found = self._windows.get(key)
        if found is None:
            span = Span(self.source[first], self.start[first], self.end[last])
            text = self.context.sources[span.source].text[span.start : span.end]
            found = self._windows[key] = Window(span, self.role[best], tuple(tokens_of(text)), text)
        return found

    def around(self, row: int, reach: int) -> tuple[int, int]:
        """The first and last piece of the same source within reach of a piece."""
        first = last = row
        while first > 0 and row - first < reach and self.source[first - 1] == self.source[row]:
            first -= 1
        while last + 1 < len(self.start) and last - row < reach and self.source[last + 1] == self.source[row]:
            last += 1
        return first, last

    def span(self, row: int) -> Span:
        """Where a piece stands."""
        return Span(self.source[row], self.start[row], self.end[row])

    def piece_at(self, offset: int) -> int:
        """The piece that holds a place of `joined`, or the one before it."""
        number = bisect_right(self.offsets, offset) - 1
        at = offset - self.offsets[number]
        first = bisect_right(self._ends_before(number), at)
        low, high = self._rows_of(number)
        return min(low + first, max(low, high - 1))

    def _rows_of(self, number: int) -> tuple[int, int]:
        first = bisect_right(self.source, number - 1)
        return first, bisect_right(self.source, number)

    def _ends_before(self, number: int) -> list[int]:
        low, high = self._rows_of(number)
        return self.end[low:high]

    def places(self, words: str, most: int = 50) -> list[int]:
        """Where a value stands in `joined`, letter for letter and not inside a longer name; at most so many."""
        found: list[int] = []
        at = self.joined.find(words)
        while at >= 0 and len(found) < most:
            before = self.joined[max(0, at - 2) : at]
            after = self.joined[at + len(words) : at + len(words) + 2]
            if _bounded(words, before, after):
                found.append(at)
            at = self.joined.find(words, at + 1)
        return found


def _bounded(words: str, before: str, after: str) -> bool:
    """Whether a value stands whole between the two characters before it and the two behind it."""
    if words[0].isalnum() or words[0] == "_":
        last = before[-1:]
        escaped = len(before) == 2 and before[0] == "\\" and before[1] in "ntr"
        if (last.isalnum() or last == "_") and not escaped:
            return False
        if last and last in ".,:" and before[:1].isdigit() and not any(c.isalpha() for c in words):
            return False
    if words[-1].isalnum() or words[-1] == "_":
        one, two = after[:1], after[1:2]
        if one.isalnum() or one == "_":
            return False
        if two.isalnum() or two == "_":
            if one == ".":
                return "/" not in words and not (words[-1].isdigit() and two.isdigit())
            if one == "-":
                return "-" not in words and not words[-1].isdigit()
    return True
