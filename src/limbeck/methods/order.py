"""The order in which segments are kept: a greedy walk over a set objective, cut anywhere.

The order does not depend on the budget, and a budget keeps a prefix of it; so what a smaller budget keeps, a
larger one keeps. It is made of steps, and a cut after any step is closed: what a segment needs and the frames
of its group stand before it.

A segment is worth its base value and the weight of its atoms that nothing before it in the order holds
(coverage). Steps are ranked by worth per token.

Three rules keep every prefix usable:
- Hard pins come first.
- Soft pins come next, as long as they are at most `soft_share` of the tokens placed so far.
- A segment larger than a tenth of what stands before it is ranked a little lower, so that budgets are used
  well where the next segment does not fit whole. Segments of up to `SMALL_TOKENS` are never large, and what
  would add more than `HUGE_TOKENS` waits until it is no more than a tenth, or nothing else is left.

Source: the lazy evaluation of the greedy algorithm for submodular objectives under a knapsack is that of CELF
(Leskovec et al., 2007, 10.1145/1281192.1281239).
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from limbeck.core.context import Form

from .forest import Forest

SMALL_TOKENS = 24
"""A segment of no more tokens is never large."""
OVERHEAD_TOKENS = 0.6
"""Added to the cost of each step when steps are ranked: many tiny fragments read worse than few lines."""

HUGE_TOKENS = 120
"""A step that adds more than this and more than a tenth of what stands before it (an image, a run without any
boundary) waits, so that it cannot keep everything behind it out."""
FAR_HEADS = 32
"""How many heads a price adds up one by one; deeper nesting is charged by a sum made beforehand."""
ROOM_SHARE = 10
"""A step is large, or huge, only while it is larger than one part in so many of what stands before it."""
LARGE_DISCOUNT = 0.8
"""What a large segment's rate counts while it is larger than a tenth of what stands before it."""


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

    def __init__(
        self, f: Forest, base: list[float], weight: list[float], atoms: Sequence[Sequence[int]]
    ) -> None:
        self.f = f
        self.needs: list[int] = f.needs.tolist()
        self.cost: list[int] = f.cost.tolist()
        self.group: list[int] = f.group.tolist()
        self.base, self.weight, self.atoms = base, weight, atoms
        n = len(base)
        self.above = _chain_costs(self.needs, self.cost)
        self.group_cost = f.group_cost
        self.placed = bytearray(n)
        self.opened = bytearray(len(f.group_cost))
        self.covered = bytearray(len(weight))
        self.tokens = 0
        self.order = Order(score=np.zeros(n, np.float32))

    def open_group(self, group: int) -> None:
        if self.opened[group]:
            return
        self.opened[group] = 1
        self.tokens += self.group_cost[group]
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

    def place(self, row: int, score: float) -> None:
        """The row with all it needs, outermost first, a step each."""
        if self.placed[row]:
            return
        self.open_group(self.group[row])
        chain = []
        at = row
        while at >= 0 and not self.placed[at]:
            chain.append(at)
            at = self.needs[at]
        for at in reversed(chain):
            self._put(at, score)
            if not self.f.bare[at]:
                self._end_step()

    def price(self, row: int) -> int:
        """Tokens that keeping the row with its heads adds now; beyond `FAR_HEADS` as if none were placed."""
        tokens, at, steps = self.cost[row], self.needs[row], 0
        while at >= 0 and not self.placed[at]:
            if steps == FAR_HEADS:
                return tokens + self.above[at]
            tokens += self.cost[at]
            at = self.needs[at]
            steps += 1
        return tokens

    def entry(self, row: int) -> int:
        """Tokens of frames and riders that keeping the row would open its group with."""
        group = self.group[row]
        return 0 if self.opened[group] else self.group_cost[group]

    def rate(self, row: int) -> float:
        """Worth per token now. Heads are not charged: others will share them."""
        return self.worth(row) / (self.cost[row] + OVERHEAD_TOKENS)

    def worth(self, row: int) -> float:
        """What keeping the row would add now."""
        value = self.base[row]
        covered, weight = self.covered, self.weight
        for atom in self.atoms[row]:
            if not covered[atom]:
                value += weight[atom]
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
    atoms: Sequence[Sequence[int]],
    hard: list[int],
    soft: list[int],
    soft_share: float,
    *further: tuple[list[int], float],
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
        further: More such rows, each list with a share of its own; what stands in two counts for the first.

    Cost: O(n log n); each segment is evaluated a few times.
    """
    walk = Walk(f, base, weight, atoms)
    for row in hard:
        walk.place(row, float("inf"))
    walk.order.pinned_steps = len(walk.order.ends)
    _rank(walk, [Queue(walk, rows, share) for rows, share in ((soft, soft_share), *further)])
    return walk.order


class Queue:
    """Rows to be placed first, within a share of the tokens placed so far."""

    def __init__(self, walk: Walk, rows: list[int], share: float) -> None:
        self.rows, self.share = [row for row in rows if not walk.placed[row]], share
        self.tokens = self.next = 0

    def place(self, walk: Walk) -> None:
        """Place as many as the share allows now; the very first of a walk is always allowed."""
        while self.next < len(self.rows):
            tokens = walk.price(self.rows[self.next])
            if walk.tokens > 0 and self.tokens + tokens > self.share * (walk.tokens + tokens):
                break
            walk.place(self.rows[self.next], float("inf"))
            self.tokens += tokens
            self.next += 1


def _rank(walk: Walk, queues: list[Queue]) -> None:
    placed, price, rate = walk.placed, walk.price, walk.rate
    choosable = np.flatnonzero(
        (walk.f.form == Form.PLAIN) & ~np.frombuffer(bytes(walk.f.bare), bool)
    ).tolist()
    # Rates only fall, as atoms are covered: a popped row whose rate fell is pushed back at its new one.
    heap = [(-rate(r), r) for r in choosable if not placed[r]]
    heapq.heapify(heap)
    large: list[tuple[float, int]] = []  # rows that are large for now, by rate, and
    by_price: list[tuple[int, int]] = []  # by price, to know when they no longer are
    huge: list[tuple[int, int]] = []  # rows that have to wait, by what they would add
    while heap or large or huge:
        for queue in queues:
            queue.place(walk)
        room = max(SMALL_TOKENS, walk.tokens // ROOM_SHARE)
        while by_price and by_price[0][0] <= room:
            row = heapq.heappop(by_price)[1]
            if not placed[row]:
                heapq.heappush(heap, (-rate(row), row))
        most = max(HUGE_TOKENS, walk.tokens // ROOM_SHARE)
        while huge and huge[0][0] <= most:
            row = heapq.heappop(huge)[1]
            heapq.heappush(heap, (-rate(row), row))
        if not heap and not large:
            row = heapq.heappop(huge)[1]
            walk.place(row, rate(row))
            continue
        source = heap if heap and (not large or heap[0][0] <= large[0][0] * LARGE_DISCOUNT) else large
        row = heapq.heappop(source)[1]
        if placed[row]:
            continue
        now = -rate(row)
        tokens = price(row)
        adds = tokens + walk.entry(row)
        if adds > most:
            heapq.heappush(huge, (adds, row))
        elif source is heap and tokens > room:
            heapq.heappush(large, (now, row))
            heapq.heappush(by_price, (tokens, row))
        elif source and now > source[0][0]:
            heapq.heappush(source, (now, row))
        else:
            walk.place(row, -now)
