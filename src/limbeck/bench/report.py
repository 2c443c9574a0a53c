"""From scores to figures: means over sources and their intervals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from limbeck.bench.material import Material

__all__ = ["NOTE", "POOLED", "Report", "Row", "Score"]

MIN_CASES = 12
POOLED = "(small sources)"
RESAMPLES = 1_000
NOTE = "Survival is an upper bound on what a model can use: what stays may still be overlooked."


class Score(NamedTuple):
    """One column of one case under one method at one budget."""

    task: str
    column: str
    method: str
    keep: float
    source: str
    cluster: str
    case: str
    survival: float
    kept: float


@dataclass(frozen=True)
class Row:
    """A figure: mean survival of one column under one method at one budget.

    Attributes:
        survival: Mean over sources of the mean over cases; an upper bound on what a model can use.
        over_cases: Plain mean over cases, whatever their source.
        low: Lower end of the 95 % interval, by bootstrap over clusters.
        high: Upper end.
        kept: Share of tokens in the output, measured, averaged as survival is.
        cases: Number of cases.
        by_source: Mean survival of each source; those with under 12 cases are pooled.
    """

    task: str
    column: str
    method: str
    keep: float
    survival: float
    over_cases: float
    low: float
    high: float
    kept: float
    cases: int
    by_source: dict[str, float]


def _row(scores: list[Score], seed: int) -> Row:
    counts: dict[str, int] = defaultdict(int)
    for score in scores:
        counts[score.source] += 1
    groups = [score.source if counts[score.source] >= MIN_CASES else POOLED for score in scores]
    names = sorted(set(groups))
    clusters = {name: i for i, name in enumerate(sorted({score.cluster for score in scores}))}
    sums = np.zeros((len(clusters), len(names)))
    sizes = np.zeros_like(sums)
    kept = np.zeros(len(names))
    for score, group in zip(scores, groups, strict=True):
        at = clusters[score.cluster], names.index(group)
        sums[at] += score.survival
        sizes[at] += 1
        kept[at[1]] += score.kept
    means = sums.sum(0) / sizes.sum(0)
    random = np.random.default_rng(seed)
    weights = random.multinomial(len(clusters), np.full(len(clusters), 1 / len(clusters)), RESAMPLES)
    drawn_sizes = weights @ sizes
    drawn = np.divide(
        weights @ sums, drawn_sizes, out=np.full_like(drawn_sizes, np.nan), where=drawn_sizes > 0
    )
    present = ~np.isnan(drawn)
    estimates = np.where(present, drawn, 0).sum(1) / np.maximum(present.sum(1), 1)
    low, high = np.quantile(estimates, (0.025, 0.975))
    first = scores[0]
    return Row(
        task=first.task,
        column=first.column,
        method=first.method,
        keep=first.keep,
        survival=float(means.mean()),
        over_cases=float(sums.sum() / sizes.sum()),
        low=float(low),
        high=float(high),
        kept=float((kept / sizes.sum(0)).mean()),
        cases=len(scores),
        by_source={name: float(mean) for name, mean in zip(names, means, strict=True)},
    )


class Report:
    """All scores of a run and the figures made of them.

    Args:
        scores: In a fixed order; the order of tables follows their first appearance.
        material: What the histories themselves are like.
        seed: Of the bootstrap.
    """

    def __init__(self, scores: Iterable[Score], material: Sequence[Material] = (), seed: int = 0) -> None:
        self.scores = list(scores)
        self.material = list(material)
        self.seed = seed

    @cached_property
    def rows(self) -> list[Row]:
        """One for each column, method and budget."""
        groups: dict[tuple[str, str, float], list[Score]] = {}
        for score in self.scores:
            groups.setdefault((score.column, score.method, score.keep), []).append(score)
        return [_row(scores, self.seed) for scores in groups.values()]

    def row(self, column: str, method: str, keep: float) -> Row:
        """The figure of one column, method and budget; `KeyError` if it was not measured."""
        for row in self.rows:
            if (row.column, row.method, row.keep) == (column, method, keep):
                return row
        raise KeyError((column, method, keep))

    def as_json(self) -> dict[str, Any]:
        """All figures as plain values for `json.dumps`: `rows`, `material`, `seed`, and a note."""
        return {
            "note": NOTE,
            "seed": self.seed,
            "rows": [asdict(row) for row in self.rows],
            "material": [asdict(line) for line in self.material],
        }
