"""What a source holds, to judge whether a changed statement could still be true of it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from functools import cached_property

from .case import Claim, Edit, Material
from .claims import ENGLISH, claims
from .values import Value, values

LETTERS = re.compile(r"[^\W_]+")
CAPITAL = re.compile(r"\b[A-Z][a-z]+(?:[ -](?:of the |of |de |van )?[A-Z][a-z]+)*\b")
NOT_A_NAME = frozenset(
    re.findall(
        r"\S+",
        """
    the a an i it he she we they you this that these those there here what when where who why how which
    if in on at as and but or so for from to of by with no not yes also however then thus first second
    next finally after before during since while because although all any each every some many most more
    both one two three please note january february march april may june july august september october
    november december monday tuesday wednesday thursday friday saturday sunday error warning info debug
    let use see do does did is are was were be have has had can could will would should must might step
    action thought observation true false none null section table figure chapter part page mr mrs ms dr
    sir okay ok well oh yeah hi hello thanks thank sorry sure great good
    """,
    )
)


def plain(text: str) -> str:
    """Words alone, in lower case, one space apart."""
    return " ".join(LETTERS.findall(text.lower()))


def content_words(text: str) -> set[str]:
    """The words that carry what a sentence says, cut to six letters so that endings do not matter."""
    return {word[:6] for word in LETTERS.findall(text.lower()) if len(word) > 2 and word not in ENGLISH}


class World:
    """An index of one source. Cost: one scan of its text."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.text = material.text
        self.claims: list[Claim] = claims(material)

    @cached_property
    def values(self) -> list[Value]:
        return values(self.text)

    @cached_property
    def by_type(self) -> dict[str, list[str]]:
        """The distinct values of each type, in order of appearance."""
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for value in self.values:
            found[value.type][value.text] = None
        return {kind: list(texts) for kind, texts in found.items()}

    @cached_property
    def plain(self) -> str:
        return f" {plain(self.text)} "

    @cached_property
    def lower(self) -> str:
        return self.text.lower()

    @cached_property
    def user_words(self) -> set[str]:
        """The content words of what the user said."""
        return content_words("\n".join(part.text for part in self.material.parts if part.role == "user"))

    @cached_property
    def line_starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def holds(self, text: str) -> bool:
        """Whether the words stand in the source, in any case and spacing, as whole words."""
        words = plain(text)
        return not words or f" {words} " in self.plain

    def occurs(self, text: str) -> bool:
        """Whether the characters stand in the source, in any case, not as a part of a longer word or number."""
        return bool(re.search(rf"(?<![\w]){re.escape(text.lower())}(?![\w])", self.lower))

    def near(self, value: str) -> list[str]:
        """The lines round each place where a value stands, at most 300 characters to a side."""
        found: list[str] = []
        for match in re.finditer(rf"(?<![\w]){re.escape(value.lower())}(?![\w])", self.lower):
            at = bisect_right(self.line_starts, match.start()) - 1
            begin = max(self.line_starts[at], match.start() - 300)
            after = self.line_starts[at + 1] if at + 1 < len(self.line_starts) else len(self.text)
            found.append(self.text[begin : min(after, match.end() + 300)])
            if len(found) == 200:
                break
        return found

    def may_be_true(self, edit: Edit, *, share: float = 0.5) -> bool:
        """Whether the source might bear out a statement in which one value was put in another's place.

        It might when the new value stands somewhere in one line with `share` of the statement's other words, or
        when the statement stands there as it is.
        """
        if self.holds(edit.text):
            return True
        others = content_words(edit.text[: edit.start] + " " + edit.text[edit.end :])
        if len(others) < 3:
            return True
        new = edit.changed
        return any(len(others & content_words(line)) >= share * len(others) for line in self.near(new))

    @cached_property
    def names(self) -> list[str]:
        """Names of people, products, places and organizations: capitals inside sentences, never in lower case."""
        seen: Counter[str] = Counter()
        for part in self.material.parts:
            if part.role == "call":
                continue
            for match in CAPITAL.finditer(part.text):
                before = part.text[max(0, match.start() - 2) : match.start()]
                if re.search(r"[a-z,'’] $", before.rjust(2)) or re.search(r"[a-z,] $", before):
                    seen[match[0]] += 1
        lower = Counter(re.findall(r"\b[a-z]+\b", self.text))
        return [
            name
            for name, count in seen.items()
            if count >= 2
            and len(name) > 3
            and not any(word.lower() in NOT_A_NAME for word in name.split())
            and not any(lower[word.lower()] for word in re.split("[ -]", name) if word.islower() is False)
        ]
