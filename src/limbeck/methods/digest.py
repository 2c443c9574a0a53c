"""The summary that no model writes: verbatim quotes under the sections of a summary, within a budget."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass, field

from limbeck.core.artifact import SECTIONS, Artifact
from limbeck.core.budget import Budget, Counter
from limbeck.core.context import Context
from limbeck.core.decisions import Usage
from limbeck.core.distiller import Ask, Reply

from .quoting import Scores, fitted, omissions, scored
from .sections import sections
from .select import Scorer
from .telling import Telling

__all__ = ["Digest"]


@dataclass(frozen=True)
class Digest:
    """Quote what matters most, byte for byte, under the sections of a summary.

    Constraints of the user and of system text come first, then errors that nothing mended and what was asked
    first and last; then always the piece with the most worth per token, as in compaction (`Select`), with the
    same scorer. Hard pins of the context stand before all else; no message or bracket is kept for its own sake.
    A section without a quote is absent.

    Asks no model. Cost: that of compaction, some 0.5 s for 100,000 tokens.

    Attributes:
        scorer: Gives the worth of segments and atoms.
    """

    scorer: Scorer = field(default_factory=Telling)

    @property
    def name(self) -> str:
        return "digest"

    def steps(
        self, context: Context, budget: Budget
    ) -> Generator[tuple[Ask, ...], tuple[Reply, ...], Artifact]:
        """Score and cut. Asks no model.

        Raises:
            BudgetError: Not even one quote fits, or the hard pins do not.
        """
        yield from ()
        return self.cut(self.score(context, budget.counter), budget)

    def score(self, context: Context, counter: Counter) -> Scores:
        """The dear half, which serves every budget. Linear but for sorting."""
        return scored(context, counter, self.scorer, SECTIONS, sections)

    def cut(self, scores: Scores, budget: Budget) -> Artifact:
        """The cheap half: the longest prefix of the order whose Markdown fits.

        Raises:
            BudgetError: Not even one quote fits, or the hard pins do not.
        """
        began = time.perf_counter()
        limit = budget.limit(scores.tokens_before)
        found = fitted(scores, min(limit, scores.tokens_before), limit)
        usage = Usage(
            scores.tokens_before, found.tokens, limit, scores.counter.name, scores.counter.exact,
            scores.seconds + time.perf_counter() - began,
        )  # fmt: skip
        return Artifact(
            "digest", found.statements, scores.given, usage, (), self.name, found.text,
            omissions=omissions(scores, found.rows, limit),
        )  # fmt: skip
