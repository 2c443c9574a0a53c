"""Limbeck's own compaction as a method of the bench, and its units for the all-knowing selector.

The only file of the bench that knows a method; all other files treat it like any stranger.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from limbeck.bench.cases import Cut
from limbeck.bench.texts import Given
from limbeck.bench.units import COUNTER

if TYPE_CHECKING:
    from limbeck.methods.select import Scorer

__all__ = ["Compaction", "piece_starts"]


class Compaction:
    """`limbeck.compact` with `preserve_recent=0, pin_head=False, markers=False`, scored once for all budgets.

    Args:
        name: The name in the table.
        scorer: Another scorer in place of the default; must pickle for several processes.
    """

    def __init__(self, name: str = "limbeck", scorer: Scorer | None = None) -> None:
        self.name = name
        self._scorer = scorer

    def prepare(self, given: Given, query: str, seed: int) -> Cut:
        """Read, split and score; the cut takes what fits."""
        from limbeck.core.budget import Budget
        from limbeck.local.counters import counter
        from limbeck.methods.pins import pinned
        from limbeck.methods.select import Select
        from limbeck.wire import read

        counting = counter(COUNTER)
        select = Select(markers=False) if self._scorer is None else Select(self._scorer, markers=False)
        context, body = read(given, counting)
        scores = select.score(pinned(context.asked(query), 0, False, ()), counting)

        def cut(keep: float) -> Given:
            result = replace(select.cut(scores, Budget(counting, keep=keep)), body=body)
            return result.text if isinstance(given, str) else result.messages

        return cut


def piece_starts(text: str) -> list[int]:
    """Where Limbeck's own units begin in a text."""
    from limbeck.split import split

    return list(split(text).start)
