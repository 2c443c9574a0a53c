"""The baselines of the table: whole lines, cut by tokens, chosen by one plain idea each."""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from collections.abc import Callable

from limbeck.bench.cases import Cut, Method
from limbeck.bench.texts import Given
from limbeck.bench.units import Units, fill, units_of
from limbeck.split.atoms import find_atoms

__all__ = ["BASELINES", "Ranked", "baseline", "bm25", "first_mentions", "masking", "random_lines", "recent"]

Order = Callable[[Units, str, int], list[int]]

_TERM = re.compile(r"\w+")


def random_lines(units: Units, query: str, seed: int) -> list[int]:
    """Lines in random order."""
    order = list(range(len(units)))
    random.Random(seed).shuffle(order)
    return order


def recent(units: Units, query: str, seed: int) -> list[int]:
    """The most recent lines first."""
    return list(range(len(units) - 1, -1, -1))


def masking(units: Units, query: str, seed: int) -> list[int]:
    """The agent's and the user's own text first, then tool output; of both the most recent first.

    So the oldest tool output goes first, and the oldest own text when own text alone exceeds the budget.
    """
    return sorted(range(len(units)), key=lambda i: (not units.own[i], -i))


def bm25(units: Units, query: str, seed: int) -> list[int]:
    """Lines by BM25 (k1 1.2, b 0.75) of the query's words; lines without any in their order.

    The factor k1 + 1, which changes no order, is left out.

    Source: Robertson and Zaragoza, The Probabilistic Relevance Framework (2009).
    """
    terms = set(_TERM.findall(query.lower()))
    words = [_TERM.findall(text.lower()) for text in units.texts]
    counts = [Counter(word for word in line if word in terms) for line in words]
    lines_with: Counter[str] = Counter()
    for count in counts:
        lines_with.update(count.keys())
    n = len(words)
    average = max(1.0, sum(map(len, words)) / max(1, n))
    weight = {term: math.log(1 + (n - df + 0.5) / (df + 0.5)) for term, df in lines_with.items()}
    scores = []
    for line, count in zip(words, counts, strict=True):
        norm = 1.2 * (0.25 + 0.75 * len(line) / average)
        scores.append(sum(weight[term] * tf / (tf + norm) for term, tf in sorted(count.items())))
    return sorted(range(n), key=lambda i: (-scores[i], i))


def first_mentions(units: Units, query: str, seed: int) -> list[int]:
    """Lines by atoms mentioned for the first time per token; lines without any in their order."""
    seen: set[str] = set()
    scores = []
    for text, tokens in zip(units.texts, units.tokens, strict=True):
        new = {atom for _, _, atom in find_atoms(text)} - seen
        seen |= new
        scores.append(len(new) / tokens)
    return sorted(range(len(units)), key=lambda i: (-scores[i], i))


class Ranked:
    """A baseline: an order of all lines, filled into each budget.

    Args:
        name: The name in the table.
        order: From units, query and seed to the indices of all units, best first.
    """

    def __init__(self, name: str, order: Order) -> None:
        self.name = name
        self._order = order

    def prepare(self, given: Given, query: str, seed: int) -> Cut:
        """Rank once; the cut fills the budget in that order."""
        units = units_of(given)
        order = self._order(units, query, seed)
        return lambda keep: units.pick(fill(order, units, keep))


BASELINES: dict[str, Order] = {
    "random": random_lines,
    "recent": recent,
    "masking": masking,
    "bm25": bm25,
    "first-mentions": first_mentions,
}


def baseline(name: str) -> Method:
    """The baseline of this name; `KeyError` if there is none."""
    return Ranked(name, BASELINES[name])
