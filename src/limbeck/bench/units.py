"""A given cut into units with their weight in tokens, and put together again from some of them.

What baselines and the all-knowing selector share: they choose units, never write.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

from limbeck.bench.texts import Given, MessageDict, message_text
from limbeck.local.counters import Counter, counter

__all__ = ["COUNTER", "Splitter", "Units", "count_tokens", "fill", "line_starts", "units_of"]

COUNTER = "o200k_base"

Splitter = Callable[[str], list[int]]
"""From a text to where its units begin: ascending offsets in code points, the first is 0."""


@lru_cache(maxsize=1)
def _counter() -> Counter:
    return counter(COUNTER)


def count_tokens(text: str) -> int:
    """The tokens of a text in o200k_base."""
    return _counter().count(text)


def line_starts(text: str) -> list[int]:
    """Where the lines of a text begin; a line ends with its newline."""
    starts = [0]
    at = text.find("\n") + 1
    while 0 < at < len(text):
        starts.append(at)
        at = text.find("\n", at) + 1
    return starts


@dataclass(frozen=True)
class Units:
    """The units of a given, in order, as columns of one length.

    Attributes:
        given: What was cut.
        texts: Joined, the texts of one message are its text.
        tokens: Weight of each unit, at least 1. Counted one by one, so the sum is some hundredths above the
            count of the whole; budgets are fractions of the sum.
        message: Index of the message that each unit stands in; 0 throughout for a text.
        own: Whether the unit is text of the agent or the user, as against a tool's.
    """

    given: Given
    texts: list[str]
    tokens: list[int]
    message: list[int]
    own: list[bool]

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def total_tokens(self) -> int:
        """The weight of all units."""
        return sum(self.tokens)

    def pick(self, chosen: Collection[int]) -> Given:
        """The chosen units in order, as a thing of the given's kind; messages left empty are left out."""
        order = sorted(chosen)
        if isinstance(self.given, str):
            return "".join(self.texts[i] for i in order)
        parts: dict[int, list[str]] = {}
        for i in order:
            parts.setdefault(self.message[i], []).append(self.texts[i])
        kept: list[MessageDict] = []
        for index, texts in parts.items():
            kept.append({"role": self.given[index].get("role", "user"), "content": "".join(texts)})
        return kept


def units_of(given: Given, split: Splitter = line_starts) -> Units:
    """Cut a given into units; arguments of calls are read decoded and follow their message's content.

    The last answer is remembered, because several baselines and many questions ask for the same object.
    """
    remembered = _MEMORY.get(split)
    if remembered is None or remembered.given is not given:
        remembered = _MEMORY[split] = _cut(given, split)
    return remembered


_MEMORY: dict[Splitter, Units] = {}


def _cut(given: Given, split: Splitter) -> Units:
    texts: list[str] = []
    message: list[int] = []
    own: list[bool] = []
    whole: Iterable[tuple[str, str]]
    if isinstance(given, str):
        whole = [("user", given)]
    else:
        whole = [(str(item.get("role", "")), message_text(item)) for item in given]
    for index, (role, text) in enumerate(whole):
        if not text:
            continue
        starts = split(text)
        ends = [*starts[1:], len(text)]
        texts.extend(text[start:end] for start, end in zip(starts, ends, strict=True))
        message.extend([index] * len(starts))
        own.extend([role != "tool"] * len(starts))
    tokens = [max(1, count) for count in _counter().count_each(texts)]
    return Units(given, texts, tokens, message, own)


def fill(order: Iterable[int], units: Units, keep: float) -> list[int]:
    """Take units in this order while they fit into `keep` of all tokens; what does not fit is passed over."""
    room = keep * units.total_tokens
    chosen: list[int] = []
    for i in order:
        if units.tokens[i] <= room:
            room -= units.tokens[i]
            chosen.append(i)
            if room < 1:
                break
    return chosen
