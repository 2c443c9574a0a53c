"""How much each segment is about the query: BM25, the words of the best matches, the neighborhood.

Sources: Okapi BM25 (Robertson and Zaragoza, 2009, 10.1561/1500000019); the words of the best matches added to the
query are pseudo-relevance feedback (Lavrenko and Croft, 2001, 10.1145/383952.383972).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from limbeck.split.atoms import atoms
from limbeck.split.function_words import content

from .forest import Ints
from .view import Floats, Hits, View, words

K1, B = 2.0, 1.0
"""BM25: how slowly repetitions saturate; how much long segments are marked down."""
BEST_MATCHES = 3
"""So many best matches lend the query their words,"""
LENT_WORDS = 12
"""so many of them,"""
QUESTION_WORDS = 40
"""if the query has no more words than this; a longer one has enough of its own."""


@dataclass(frozen=True)
class Relevance:
    """What makes a segment relevant beside its own words.

    Attributes:
        named: Weight of the query's atoms (paths, identifiers, numbers) as wholes.
        lent: Weight of the words that the best matches lend to the query; 0 for the query's words alone.
        paragraph: Weight of the whole line that a segment is a part of.
        near: Weight of the direct neighbors.
        wide, wide_rows: Weight of the neighbors up to `wide_rows` away.
    """

    named: float = 0.2
    lent: float = 0.3
    paragraph: float = 1.0
    near: float = 0.2
    wide: float = 2.0
    wide_rows: int = 40

    def __call__(self, view: View) -> Floats:
        """(n) 0 to 1, 1 for the best match; zeros if nothing matches.

        Cost: a pass over the words of the text; two for a question of up to `QUESTION_WORDS` words.
        """
        line = lines(view)
        asked = dict.fromkeys(words(content(view.context.query)), 1.0)
        match = self._matched(view.hits(asked), asked, line) + self.named * _named(view)
        if self.lent and len(asked) <= QUESTION_WORDS and match.any():
            match = match + self.lent * self._matched(*_lent(view, match, asked), line)
        source = view.forest.source
        match = (
            match
            + self.near * smoothed(match, source, 1)
            + self.wide * smoothed(match, source, self.wide_rows)
        )
        return match / max(float(match.max(initial=0.0)), 1e-9)

    def _matched(self, hits: Hits, weights: dict[str, float], line: Ints) -> Floats:
        return bm25(hits, weights) + self.paragraph * bm25(hits.joined(line), weights)[line]


def _named(view: View) -> Floats:
    """BM25 of each row for the atoms of the query."""
    names = dict.fromkeys(sorted(atoms(view.context.query)), 1.0)
    number = {name: at for at, name in enumerate(names)}
    asked = np.array([number.get(name, -1) for name in view.atom_names], np.int32)[view.pair_atom]
    here = asked >= 0
    length = np.array([len(found) for found in view.atoms], np.float64)
    return bm25(Hits(number, view.pair_row[here], asked[here], length), names)


def _lent(view: View, match: Floats, asked: dict[str, float]) -> tuple[Hits, dict[str, float]]:
    """The other words of the best matches, where they stand, and their weights: for the rare ones of those
    that stand in other rows too, up to 1 in all.
    """
    lent: dict[str, float] = {}
    for row in np.argsort(-match, kind="stable")[:BEST_MATCHES].tolist():
        for word in dict.fromkeys(words(view.texts[row])):
            if word not in asked:
                lent[word] = lent.get(word, 0.0) + float(match[row])
    hits = view.hits(lent)
    among = np.bincount(hits.pairs()[1], minlength=len(lent))
    rarity = _rarity(len(view.texts), among) * (among > 1)
    for word, number in hits.numbers.items():
        lent[word] *= float(rarity[number])
    best = sorted(lent.items(), key=lambda pair: -pair[1])[:LENT_WORDS]
    total = max(sum(weight for _, weight in best), 1e-9)
    return hits, dict.fromkeys(lent, 0.0) | {word: weight / total for word, weight in best}


def _rarity(n: int, among: npt.NDArray[np.int64]) -> Floats:
    return np.asarray(np.log(1 + (n - among + 0.5) / (among + 0.5)), np.float64)


def bm25(hits: Hits, weights: dict[str, float]) -> Floats:
    """(n) BM25 of each row for weighed words, over the largest; zeros if nothing matches.

    Args:
        hits: Where the words stand.
        weights: The weight of each of them.
    """
    n = len(hits.length)
    row, word, times = hits.pairs()
    weight = np.array([weights[w] for w in hits.numbers])
    rarity = weight * _rarity(n, np.bincount(word, minlength=len(weight)))
    norm = K1 * (1 - B + B * hits.length[row] / max(1.0, float(hits.length.mean()) if n else 0.0))
    score = np.asarray(np.bincount(row, rarity[word] * times * (K1 + 1) / (times + norm), n), np.float64)
    return score / max(float(score.max(initial=0.0)), 1e-9)


def lines(view: View) -> Ints:
    """(n) which line of its source each segment is a part of, numbered over the whole context."""
    ended = np.array([t.endswith(("\n", "\r")) for t in view.texts], bool)
    new = np.ones(len(view.texts), bool)
    new[1:] = ended[:-1] | (view.forest.source[1:] != view.forest.source[:-1])
    return np.asarray(np.cumsum(new) - 1, np.int32)


def smoothed(values: Floats, source: npt.NDArray[np.int32], reach: int) -> Floats:
    """The mean of each value's neighbors up to `reach` rows away in the same source, near ones weighing more."""
    out, mass = np.zeros_like(values), np.zeros_like(values)
    for step in range(1, min(reach, len(values) - 1) + 1):
        share = (1.0 - step / (reach + 1)) * (source[step:] == source[:-step])
        out[step:] += share * values[:-step]
        out[:-step] += share * values[step:]
        mass[step:] += share
        mass[:-step] += share
    return out / np.maximum(mass, 1e-9)
