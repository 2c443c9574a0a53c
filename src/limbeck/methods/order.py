"""The order in which segments are kept: a greedy walk over a set objective, cut anywhere.

The order does not depend on the budget, and a budget keeps a prefix of it; so what a smaller budget keeps, a
larger one keeps. It is made of steps, and a cut after any step is closed: what a segment needs and the frames
of its group stand before it.

A segment is worth its base value and the weight of its atoms that nothing before it in the order holds
(coverage: a second mention is worth a fraction). Steps are ranked by worth per token.

Three rules keep every prefix usable:
- Hard pins come first.
- Soft pins come next, as long as they are at most `soft_share` of the tokens placed so far.
- A segment larger than a tenth of what stands before it waits, so that a budget is used to nine tenths even
  where the next segment does not fit whole. Segments of up to `SMALL_TOKENS` never wait.

Source: the lazy evaluation of the greedy algorithm for submodular objectives under a knapsack is that of CELF
(Leskovec et al., 2007, 10.1145/1281192.1281239).
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from limbeck.core.context import Form

from .forest import Forest

SMALL_TOKENS = 24
SECOND_MENTION = 0.1
"""What an atom is worth to a segment when another kept segment holds it already, as a fraction of its weight."""
OVERHEAD_TOKENS = 1.5
"""Added to the cost of each step when steps are ranked: many tiny fragments read worse than few lines."""

SHARED_HEAD = 0.5
SHARED_GROUP = 0.1
"""What part of a head's and of a group's cost the first segment that needs them is charged when steps are ranked:
charging all of it would keep whole messages out that are worth opening for many segments together."""
FAR_HEADS = 32
ROOM_SHARE = 10
LARGE_DISCOUNT = 0.6


@dataclass
class Order:
    """Steps of rows.

    Attributes:
        rows: All chosen rows in the order of keeping.
        ends: For each step the number of rows up to its end.
        cum: For each step the tokens up to its end, riders and frames included.
        score: (n) the rank value of each row when it was placed: worth per token.
        pinned_steps: How many steps the hard pins take.
    """

    rows: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    cum: list[int] = field(default_factory=list)
    score: npt.NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    pinned_steps: int = 0


class Walk:
    """The state of one walk: what was placed, what it cost, what is covered."""

    def __init__(self, f: Forest, base: list[float], weight: list[float], atoms: list[list[int]]) -> None:
        self.f = f
        self.needs: list[int] = f.needs.tolist()
        self.cost: list[int] = f.cost.tolist()
        self.group: list[int] = f.group.tolist()
        self.base, self.weight, self.atoms = base, weight, atoms
        n = len(base)
        self.above = _chain_costs(self.needs, self.cost)
        self.placed = bytearray(n)
        self.opened = bytearray(len(f.group_cost))
        self.covered = bytearray(len(weight))
        self.tokens = 0
        self.order = Order(score=np.zeros(n, np.float32))

    def open_group(self, group: int) -> None:
        if self.opened[group]:
            return
        self.opened[group] = 1
        self.tokens += self.f.group_cost[group]
        for row in self.f.frames[group]:
            self._put(row, 0.0)
        if self.f.frames[group]:
            self._end_step()

    def _end_step(self) -> None:
        self.order.ends.append(len(self.order.rows))
        self.order.cum.append(self.tokens)

    def _put(self, row: int, score: float) -> None:
        self.placed[row] = 1
        self.tokens += self.cost[row]
        self.order.rows.append(row)
        self.order.score[row] = score
        for atom in self.atoms[row]:
            self.covered[atom] = 1

    def place(self, row: int, score: float) -> list[int]:
        """The row with all it needs, outermost first, a step each. Returns the rows placed besides frames."""
        if self.placed[row]:
            return []
        self.open_group(self.group[row])
        chain = []
        at = row
        while at >= 0 and not self.placed[at]:
            chain.append(at)
            at = self.needs[at]
        for at in reversed(chain):
            self._put(at, score)
            self._end_step()
        return chain

    def heads_price(self, row: int) -> int:
        """Tokens of the heads that keeping the row would add now; beyond `FAR_HEADS`, as if none were placed."""
        tokens, at, steps = 0, self.needs[row], 0
        while at >= 0 and not self.placed[at]:
            if steps == FAR_HEADS:
                return tokens + self.above[at]
            tokens += self.cost[at]
            at = self.needs[at]
            steps += 1
        return tokens

    def price(self, row: int) -> int:
        """Tokens that keeping the row with its heads would add now."""
        return self.cost[row] + self.heads_price(row)

    def rate(self, row: int) -> float:
        """Worth per token, with what the row brings along charged in part: others will share it."""
        tokens = self.cost[row] + SHARED_HEAD * self.heads_price(row) + OVERHEAD_TOKENS
        if not self.opened[self.group[row]]:
            tokens += SHARED_GROUP * self.f.group_cost[self.group[row]]
        return self.worth(row) / tokens

    def worth(self, row: int) -> float:
        """What keeping the row would add now."""
        value = self.base[row]
        covered, weight = self.covered, self.weight
        for atom in self.atoms[row]:
            value += weight[atom] * SECOND_MENTION if covered[atom] else weight[atom]
        return value


def _chain_costs(needs: list[int], cost: list[int]) -> list[int]:
    """For each row the tokens of the row and all its heads. Linear: each row is settled once."""
    total = [-1] * len(cost)
    for row in range(len(cost)):
        chain, at = [], row
        while at >= 0 and total[at] < 0:
            chain.append(at)
            at = needs[at]
        sum_ = total[at] if at >= 0 else 0
        for at in reversed(chain):
            sum_ += cost[at]
            total[at] = sum_
    return total


def order(
    f: Forest,
    base: list[float],
    weight: list[float],
    atoms: list[list[int]],
    hard: list[int],
    soft: list[int],
    soft_share: float,
) -> Order:
    """Put every choosable segment in order.

    Args:
        f: The structure.
        base: (n) the worth of each segment for itself.
        weight: The weight of each atom.
        atoms: (n) the atoms of each segment.
        hard: Rows that always stay.
        soft: Rows to place first, most important first, within `soft_share`.
        soft_share: Largest share of the tokens placed so far that soft pins may take.

    Cost: O(n log n); each segment is evaluated a few times.
    """
    walk = Walk(f, base, weight, atoms)
    for row in hard:
        walk.place(row, float("inf"))
    walk.order.pinned_steps = len(walk.order.ends)
    _rank(walk, soft, soft_share)
    return walk.order


def _rank(walk: Walk, soft: list[int], soft_share: float) -> None:
    placed, opened, price, worth, rate = walk.placed, walk.opened, walk.price, walk.worth, walk.rate
    group, needs = walk.group, walk.needs
    choosable = np.flatnonzero(walk.f.form == Form.PLAIN).tolist()
    # Optimistic first keys: what the row alone costs. A popped key is checked and pushed back if it fell.
    heap = [(-worth(r) / (walk.cost[r] + OVERHEAD_TOKENS), r) for r in choosable if not placed[r]]
    heapq.heapify(heap)
    large: list[tuple[float, int]] = []  # rows that are large for now, by rate, and
    by_price: list[tuple[int, int]] = []  # by price, to know when they no longer are
    # Rows that were pushed back while something they bring along was still to be paid, by what that is;
    # once it is placed they are cheaper, so they are looked at again.
    by_head: dict[int, list[int]] = {}
    by_group: dict[int, list[int]] = {}
    soft = [r for r in soft if not placed[r]]
    soft_tokens = next_soft = 0

    def take(row: int, score: float) -> None:
        fresh = not opened[group[row]]
        chain = walk.place(row, score)
        cheaper = by_group.pop(group[row], []) if fresh else []
        for head in chain:
            cheaper += by_head.pop(head, [])
        for r in cheaper:
            if not placed[r]:
                heapq.heappush(heap, (-rate(r), r))

    while heap or large:
        while next_soft < len(soft):
            tokens = price(soft[next_soft])
            if walk.tokens > 0 and soft_tokens + tokens > soft_share * (walk.tokens + tokens):
                break
            take(soft[next_soft], float("inf"))
            soft_tokens += tokens
            next_soft += 1
        room = max(SMALL_TOKENS, walk.tokens // ROOM_SHARE)
        while by_price and by_price[0][0] <= room:
            row = heapq.heappop(by_price)[1]
            if not placed[row]:
                heapq.heappush(heap, (-rate(row), row))
        source = heap if heap and (not large or heap[0][0] <= large[0][0] * LARGE_DISCOUNT) else large
        key, row = heapq.heappop(source)
        if placed[row]:
            continue
        now = -rate(row)
        tokens = price(row)
        if source is heap and tokens > room:
            heapq.heappush(large, (now, row))
            heapq.heappush(by_price, (tokens, row))
        elif source and now > source[0][0]:
            heapq.heappush(source, (now, row))
            if not opened[group[row]]:
                by_group.setdefault(group[row], []).append(row)
            elif needs[row] >= 0 and not placed[needs[row]]:
                by_head.setdefault(needs[row], []).append(row)
        else:
            take(row, -now)
