"""Limbeck's own methods in the bench, and its units for the all-knowing selector.

The only file of the bench that knows a method; all other files treat it like any stranger.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from limbeck.bench.cases import Cut
from limbeck.bench.texts import Given, given_text
from limbeck.bench.units import COUNTER, count_tokens
from limbeck.core.errors import BudgetError

if TYPE_CHECKING:
    from limbeck.methods.select import Scorer

__all__ = ["Compaction", "Quoting", "piece_starts"]


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


class Quoting:
    """The digest or the extractive notes, as the text they show, scored once for all budgets.

    The budget is told in the bench's own tokens (the text of the given alone), so that kept is no more than keep.
    A budget that not one quote fits in gives an empty text.

    Args:
        name: `digest` or `notes`.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def prepare(self, given: Given, query: str, seed: int) -> Cut:
        """Read, split and score; the cut takes what fits."""
        from limbeck.core.budget import Budget
        from limbeck.local.counters import counter
        from limbeck.methods.digest import Digest
        from limbeck.methods.extractive_notes import ExtractiveNotes
        from limbeck.wire import read

        counting = counter(COUNTER)
        method = Digest() if self.name == "digest" else ExtractiveNotes()
        context, _ = read(given, counting)
        scores = method.score(context.asked(query), counting)
        tokens = count_tokens(given_text(given))

        def cut(keep: float) -> Given:
            try:
                return method.cut(scores, Budget(counting, max_tokens=max(1, int(keep * tokens)))).text
            except BudgetError:
                return ""

        return cut


def piece_starts(text: str) -> list[int]:
    """Where Limbeck's own units begin in a text."""
    from limbeck.split import split

    return list(split(text).start)
