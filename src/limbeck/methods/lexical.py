"""The scorer without weights or models: rare names, query terms, who spoke, how long ago, what went wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from limbeck.split.atoms import atoms

from .view import Floats, View, words

TROUBLE = re.compile(
    r"(?i)\b(?:error|exception|traceback|fail(?:ed|ure|s)?|fatal|panic|assert(?:ion)?\w*|denied|refused|timed? ?out"
    r"|cannot|can't|undefined|unexpected|invalid|missing|not found|segfault|abort(?:ed)?|critical)\b"
)


REASONS = (
    "worth most for its tokens",
    "answers the query",
    "first mention of a name or number",
    "recent",
    "said by the agent or the user",
    "something went wrong here",
)


@dataclass(frozen=True)
class Worth:
    """What a scorer says of a view.

    Attributes:
        base: (n) the worth of each segment for itself, 0 or more.
        weight: (m) the weight of each atom, paid to the first kept segment that holds it.
        why: (n) index into `REASONS`: what speaks most for each segment.
    """

    base: Floats
    weight: Floats
    why: np.ndarray


@dataclass(frozen=True)
class Lexical:
    """Names first seen here, what the query asks, the speaker, the age: all from the text alone.

    Rates are per token, so that they compare with the weight of atoms per token.
    """

    atom: float = 1.0
    rare: float = 0.0
    query: float = 1.0
    recent: float = 0.05
    recent_power: float = 1.0
    own: float = 0.05
    user: float = 0.1
    trouble: float = 0.05
    plain: float = 0.01
    repeat: float = 0.1
    line_flat: float = 0.0
    near: float = 0.5
    near_rows: int = 1
    wide: float = 0.0
    para: float = 1.0
    sharp: float = 1.0
    wide_rows: int = 10
    again: float = 0.0
    said: float = 0.0
    asked: float = 0.0
    query_long: float = 0.0
    query_rate: float = 3.0
    query_words: float = 20.0
    b: float = 0.75
    k1: float = 1.2
    short: float = 1.0

    def __call__(self, view: View) -> Worth:
        n = len(view.texts)
        f = view.forest
        cost = f.cost.astype(np.float64)
        df = np.bincount(view.pair_atom, minlength=len(view.atom_names)).astype(np.float64)
        weight = self.atom / np.maximum(df, 1.0) ** self.rare
        messages = max(1, len(view.context.messages) - 1)
        age = f.message / messages if len(view.context.messages) > 1 else np.zeros(n)
        rate = np.full(n, self.plain)
        rate += self.recent * age**self.recent_power
        rate += self.own * (view.role == 2) + self.user * (view.role == 1) * (not view.context.material)
        if self.trouble:
            rate += self.trouble * np.array([TROUBLE.search(t) is not None for t in view.texts], bool)
        long_enough = np.array([len(t.strip()) >= 16 for t in view.texts], bool)
        rate[~long_enough] *= self.short
        flat = self.line_flat * long_enough.astype(float)
        if view.context.query:
            count = len(set(words(view.context.query)))
            strength = self.query_long + self.query_rate / (1 + (count / self.query_words) ** 4)
            q = relevance(view, self.k1, self.b)
            para = paragraphs(view)
            q = q + self.para * relevance(view, self.k1, self.b, para)[para]
            near = smoothed(q, view.forest.source, self.near_rows)
            wide = smoothed(q, view.forest.source, self.wide_rows)
            q = q + self.near * near + self.wide * wide
            q = (q / max(q.max(), 1e-9)) ** self.sharp
            rate += strength * q
            flat += self.query * q
        names = {name: i for i, name in enumerate(view.atom_names)}
        asked = np.zeros(len(names))
        for a in atoms(view.context.query):
            if a in names: asked[names[a]] = 1
        idf = 1/np.maximum(df,1)**.5
        flat += self.asked * np.bincount(view.pair_row, (asked*idf)[view.pair_atom], n)
        if self.said:
            last = np.full(len(names), -1, np.int64)
            pairs = view.role[view.pair_row] == 2
            np.maximum.at(last, view.pair_atom[pairs], f.message[view.pair_row[pairs]])
            used = (last[view.pair_atom] > f.message[view.pair_row]) * idf[view.pair_atom]
            flat += self.said * np.bincount(view.pair_row, used, n) * (view.role == 3)
        base = rate * cost + flat
        times = np.bincount(view.line)
        base += self.again * np.log2(times[view.line]) * long_enough
        newest = np.zeros(int(view.pattern.max()) + 1 if n else 1, np.int64)
        newest[view.pattern] = np.arange(n)
        base[newest[view.pattern] != np.arange(n)] *= self.repeat
        return Worth(base, weight, np.zeros(n, np.uint8))


def paragraphs(view: View) -> npt.NDArray[np.int64]:
    """(n) which line of its source each segment is a part of, numbered over the whole context."""
    n = len(view.texts)
    new = np.ones(n, bool)
    for row in range(1, n):
        new[row] = view.texts[row - 1].endswith(("\n", "\r"))
    new[1:] |= view.forest.source[1:] != view.forest.source[:-1]
    return np.cumsum(new) - 1


def relevance(view: View, k1: float = 1.2, b: float = 0.75, part: npt.NDArray[np.int64] | None = None) -> Floats:
    """BM25 of each segment, or of each `part`, for the query, divided by the largest; zeros without a query.

    Source: Okapi BM25 (Robertson and Zaragoza, 2009, 10.1561/1500000019).
    """
    n = len(view.texts)
    if not n:
        return np.zeros(0)
    rows, hits, length = view.find(view.context.query)
    if part is not None:
        n = int(part[-1]) + 1
        rows = part[rows]
        length = np.bincount(part, length, n)
    if not len(rows):
        return np.zeros(n)
    kinds = int(hits.max()) + 1
    pair, times = np.unique(rows.astype(np.int64) * kinds + hits, return_counts=True)
    row, word = pair // kinds, pair % kinds
    df = np.bincount(word, minlength=kinds)
    idf = np.log(1 + (n - df + 0.5) / (df + 0.5))
    norm = k1 * (1 - b + b * length[row] / max(1.0, float(length.mean())))
    score = np.bincount(row, idf[word] * times * (k1 + 1) / (times + norm), n)
    return score / score.max()


def smoothed(values: Floats, source: npt.NDArray[np.int32], reach: int) -> Floats:
    """The mean of each value's neighbors up to `reach` rows away, triangular, within the same source."""
    out, mass = np.zeros_like(values), np.zeros_like(values)
    for step in range(1, min(reach, len(values) - 1) + 1):
        w = 1.0 - step / (reach + 1)
        same = source[step:] == source[:-step]
        out[step:] += w * same * values[:-step]
        out[:-step] += w * same * values[step:]
        mass[step:] += w * same
        mass[:-step] += w * same
    return out / np.maximum(mass, 1e-9)
