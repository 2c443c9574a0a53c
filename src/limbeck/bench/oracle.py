"""The all-knowing selector: a bound for what choosing whole units can reach.

It sees what is needed and takes the cheapest units that hold it. Its units come from a splitting function, so
it also bounds what finer units than lines can reach. It is greedy and serves all columns from one output, so
a bound of one column alone may lie slightly higher.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from heapq import heapify, heappop, heappush
from itertools import accumulate, pairwise

from limbeck.bench.cases import Cut, Need
from limbeck.bench.texts import Given
from limbeck.bench.units import Splitter, Units, line_starts, units_of
from limbeck.split.atoms import find_atoms

__all__ = ["Oracle"]

# An item stands in places; a place is the run of units that must all stay for it to stand.
_Place = tuple[int, int]


class Oracle:
    """The all-knowing selector; not a `Method`, because it must be told what is needed.

    Args:
        split: From a text to where its units begin; whole lines by default. Must be a module-level function
            to be used in several processes.
        name: The name in the table.
    """

    def __init__(self, split: Splitter = line_starts, name: str = "oracle") -> None:
        self.name = name
        self._split = split

    def knowing(self, needs: Iterable[Need]) -> _Knowing:
        """The selector for a case with these needs, to be prepared like a method."""
        return _Knowing(self.name, self._split, tuple(needs))


class _Knowing:
    def __init__(self, name: str, split: Splitter, needs: tuple[Need, ...]) -> None:
        self.name = name
        self._split = split
        self._needs = needs

    def prepare(self, given: Given, query: str, seed: int) -> Cut:
        """Find where everything needed stands; the cut takes it greedily by worth per token."""
        units = units_of(given, self._split)
        wanted: list[tuple[float, list[_Place]]] = []
        atom_places: dict[str, list[_Place]] | None = None
        text, starts = _joined(units)
        worth: dict[tuple[str, str], float] = {}
        for need in self._needs:
            for item in need.items:
                key = (need.kind, item)
                worth[key] = worth.get(key, 0.0) + 1 / len(need.items)
        for (kind, item), value in worth.items():
            if kind == "atom":
                if atom_places is None:
                    atom_places = _places_of_atoms(text, starts)
                places = atom_places.get(item, [])
            else:
                places = _places_of_text(text, item, starts)
            if places:
                wanted.append((value, places))
        return lambda keep: units.pick(_greedy(wanted, units, keep))


def _joined(units: Units) -> tuple[str, list[int]]:
    """The text of all units, a newline between messages, and where each unit starts."""
    ends_message = [*(a != b for a, b in pairwise(units.message)), True]
    texts = [text + "\n" if ends else text for text, ends in zip(units.texts, ends_message, strict=False)]
    return "".join(texts), [0, *accumulate(map(len, texts))]


def _place(start: int, end: int, starts: list[int]) -> _Place:
    return bisect_right(starts, start) - 1, bisect_right(starts, end - 1)


def _places_of_atoms(text: str, starts: list[int]) -> dict[str, list[_Place]]:
    places: dict[str, list[_Place]] = {}
    for start, end, atom in find_atoms(text):
        places.setdefault(atom, []).append(_place(start, end, starts))
    return places


def _places_of_text(text: str, item: str, starts: list[int]) -> list[_Place]:
    places: list[_Place] = []
    at = text.find(item)
    while at >= 0:
        places.append(_place(at, at + len(item), starts))
        at = text.find(item, at + 1)
    return places


def _greedy(wanted: list[tuple[float, list[_Place]]], units: Units, keep: float) -> set[int]:
    """Take what is worth most per token first; a unit that holds several needed items is worth their sum."""
    room = keep * units.total_tokens
    chosen: set[int] = set()
    missing = set(range(len(wanted)))
    holders: dict[_Place, set[int]] = {}
    for index, (_, places) in enumerate(wanted):
        for place in places:
            holders.setdefault(place, set()).add(index)

    def cost(place: _Place) -> int:
        return sum(units.tokens[i] for i in range(*place) if i not in chosen)

    def value(place: _Place) -> float:
        return sum(wanted[i][0] for i in holders[place] & missing)

    def rank(place: _Place) -> float:
        price = cost(place)
        return value(place) / price if price else float("inf")

    # Lazy greedy: a rank can fall when its items are found elsewhere, and rise when a neighbor is taken; what
    # rises is pushed again.
    by_unit: dict[int, set[_Place]] = {}
    for place in holders:
        for i in range(*place):
            by_unit.setdefault(i, set()).add(place)
    heap = [(-rank(place), place) for place in holders]
    heapify(heap)
    while heap and missing:
        claimed, place = heappop(heap)
        if not holders[place] & missing:
            continue
        actual = rank(place)
        if actual < -claimed:
            heappush(heap, (-actual, place))
            continue
        price = cost(place)
        if price > room:
            continue
        room -= price
        missing -= holders[place]
        fresh = [i for i in range(*place) if i not in chosen]
        chosen.update(fresh)
        for neighbor in {p for i in fresh for p in by_unit[i]}:
            if holders[neighbor] & missing:
                heappush(heap, (-rank(neighbor), neighbor))
    return chosen
