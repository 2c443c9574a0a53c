"""The scorer without weights or models: new names, query terms, who spoke, how long ago, what went wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from limbeck.split.atoms import atoms

from .forest import Ints
from .view import Floats, View, words

REASONS = (
    "worth most for its tokens",
    "answers the query",
    "first mention of a name or number",
    "recent",
    "said by the agent or the user",
    "repeated later, kept once",
    "something went wrong here",
)

TROUBLE = re.compile(
    r"(?i)\b(?:errors?|exception|traceback|fail(?:ed|ure|s)?|fatal|panic|assert(?:ion)?\w*|denied|refused|timed? ?out"
    r"|cannot|can't|undefined|unexpected|invalid|missing|not found|segfault|abort(?:ed)?|critical)\b"
)
REPORTS = frozenset({"log", "tests", "traceback", "text"})
"""Kinds of text in which such a word reports trouble; in code it handles it."""
LINE_CHARS = 16
"""Shorter lines are brackets, words and rules; they seldom stand for themselves."""


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
    why: npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Lexical:
    """Names first seen here, what the query asks, the speaker, the age: all from the text alone.

    An atom (a path, identifier, number) is worth 1 to the first kept segment that holds it. The other
    attributes are measured in atoms: rates are paid for each token of a segment, flat ones once.

    A query of few words is a question, and what answers it outweighs everything else; a query of many words
    (the last messages of a conversation) says what the work is about, and weighs little.

    Attributes:
        recent, recent_power: Rate of the last message; older ones fall off by this power of their position.
        own, own_power: Rate of what the agent said in the last message; it falls off likewise.
        call: Rate of the arguments of tool calls, besides that of the agent's text.
        user: Rate of what the user said in a conversation.
        trouble: Rate of lines about errors and failures.
        line: Flat worth of a line of 16 characters and more; shorter ones are worth their atoms alone.
        again: Flat worth of a line for each doubling of its occurrences, paid to its newest one.
        said: Flat worth of a tool output's atoms that the agent mentions later.
        asked: Flat worth of the query's atoms.
        repeat: What is left of the worth of a line when a newer near-duplicate stands below it.
        question, question_words: Rate of the best answer to a query of one word, and the words at which half
            of it is left.
        topic: Rate of the best match to a query of any length.
        paragraph, near, wide, wide_rows: How much a segment's relevance is that of its line, of its direct
            neighbors, and of those up to `wide_rows` away.
        sharp: Exponent of relevance; above 1 favors the best matches.
    """

    recent: float = 0.018
    recent_power: float = 0.5
    own: float = 0.06
    own_power: float = 2.0
    call: float = 0.03
    user: float = 0.01
    trouble: float = 0.1
    line: float = 0.72
    again: float = 0.18
    said: float = 0.03
    asked: float = 0.03
    repeat: float = 0.2
    question: float = 3.0
    question_words: float = 17.0
    topic: float = 0.005
    paragraph: float = 1.0
    near: float = 0.2
    wide: float = 0.5
    wide_rows: int = 20
    sharp: float = 2.0

    def __call__(self, view: View) -> Worth:
        """Score a view. Cost: linear; one more pass over the words when there is a query."""
        n, f = len(view.texts), view.forest
        if not n:
            return Worth(np.zeros(0), np.zeros(0), np.zeros(0, np.uint8))
        cost = f.cost.astype(np.float64)
        mentions = np.maximum(np.bincount(view.pair_atom, minlength=len(view.atom_names)), 1.0)
        weight = np.ones(len(view.atom_names))
        long_enough = np.array([len(t.strip()) >= LINE_CHARS for t in view.texts], bool)
        last = max(1, len(view.context.messages) - 1)
        age = f.message / last if len(view.context.messages) > 1 else np.zeros(n)
        said_by_agent = view.role == 2

        parts = {
            "worth most for its tokens": self.line * long_enough,
            "answers the query": self._answers(view, mentions, cost * long_enough),
            "first mention of a name or number": self._used_later(view, mentions),
            "recent": self.recent * age**self.recent_power * cost * long_enough,
            "said by the agent or the user": cost
            * long_enough
            * (
                said_by_agent * (self.own * age**self.own_power + self.call * f.in_json)
                + self.user * (view.role == 1) * (not view.context.material)
            ),
            "repeated later, kept once": self.again
            * np.log2(np.bincount(view.line)[view.line])
            * long_enough,
        }
        reported = np.array([s.kind in REPORTS for s in view.context.sources], bool)[f.source]
        trouble = np.zeros(n, bool)
        for row in np.flatnonzero(reported).tolist():
            trouble[row] = TROUBLE.search(view.texts[row]) is not None
        parts["something went wrong here"] = self.trouble * cost * long_enough * trouble
        # Near-duplicates are worth a part of their newest; where the query or an error makes the digits matter,
        # only exact repetitions are.
        exact = np.where(_newest(view.line), 1.0, self.repeat)
        alike = np.where(_newest(view.pattern) | trouble, exact, self.repeat)
        answers = parts["answers the query"]
        base = answers * exact + (sum(parts.values(), np.zeros(n)) - answers) * alike
        parts["first mention of a name or number"] = parts[
            "first mention of a name or number"
        ] + _first_mentions(view, weight)
        names = list(parts)
        strongest = np.argmax(np.stack([parts[name] for name in names]), axis=0)
        return Worth(base, weight, np.array([REASONS.index(name) for name in names], np.uint8)[strongest])

    def _answers(self, view: View, mentions: Floats, tokens: Floats) -> Floats:
        """Worth for the query: relevance at a rate that falls with the query's length, and its atoms."""
        query = view.context.query
        n = len(view.texts)
        if not query:
            return np.zeros(n)
        source = view.forest.source
        line = lines(view)
        match = relevance(view) + self.paragraph * relevance(view, line)[line]
        match = (
            match
            + self.near * smoothed(match, source, 1)
            + self.wide * smoothed(match, source, self.wide_rows)
        )
        match = (match / max(float(match.max()), 1e-9)) ** self.sharp
        asked_words = len(set(words(query)))
        rate = self.topic + self.question / (1 + (asked_words / self.question_words) ** 4)
        wanted = atoms(query)
        asked = np.array([name in wanted for name in view.atom_names], bool) / np.sqrt(mentions)
        worth: Floats = rate * match * tokens + self.asked * np.bincount(
            view.pair_row, asked[view.pair_atom], n
        )
        return worth

    def _used_later(self, view: View, mentions: Floats) -> Floats:
        """Worth of tool output for the atoms that the agent mentions in a later message."""
        message = view.forest.message
        last = np.full(len(mentions), -1, np.int64)
        by_agent = view.role[view.pair_row] == 2
        np.maximum.at(last, view.pair_atom[by_agent], message[view.pair_row[by_agent]])
        used = (last[view.pair_atom] > message[view.pair_row]) / np.sqrt(mentions[view.pair_atom])
        worth = np.asarray(np.bincount(view.pair_row, used, len(view.texts)), np.float64)
        return np.asarray(self.said * worth * (view.role == 3), np.float64)


def _newest(kind: Ints) -> npt.NDArray[np.bool_]:
    """(n) whether a row is the last one of its kind."""
    last = np.zeros(int(kind.max()) + 1, np.int64)
    last[kind] = np.arange(len(kind))
    newest: npt.NDArray[np.bool_] = last[kind] == np.arange(len(kind))
    return newest


def _first_mentions(view: View, weight: Floats) -> Floats:
    """(n) the weight of the atoms that each segment is the first to hold, in reading order."""
    first = np.full(len(weight), len(view.texts), np.int64)
    np.minimum.at(first, view.pair_atom, view.pair_row)
    here = first[view.pair_atom] == view.pair_row
    return np.asarray(np.bincount(view.pair_row, weight[view.pair_atom] * here, len(view.texts)), np.float64)


def lines(view: View) -> Ints:
    """(n) which line of its source each segment is a part of, numbered over the whole context."""
    ended = np.array([t.endswith(("\n", "\r")) for t in view.texts], bool)
    new = np.ones(len(view.texts), bool)
    new[1:] = ended[:-1] | (view.forest.source[1:] != view.forest.source[:-1])
    return np.asarray(np.cumsum(new) - 1, np.int32)


def relevance(view: View, part: Ints | None = None, k1: float = 2.0, b: float = 1.0) -> Floats:
    """BM25 of each segment, or of each `part` (n part numbers, ascending), for the query, over the largest.

    Source: Okapi BM25 (Robertson and Zaragoza, 2009, 10.1561/1500000019).
    """
    rows, hits, length = view.query_hits
    n = len(view.texts)
    if part is not None:
        n = int(part[-1]) + 1
        rows = part[rows]
        length = np.asarray(np.bincount(part, length, n), np.float64)
    if not len(rows):
        return np.zeros(n)
    kinds = int(hits.max()) + 1
    pair, times = np.unique(rows.astype(np.int64) * kinds + hits, return_counts=True)
    row, word = pair // kinds, pair % kinds
    among = np.bincount(word, minlength=kinds)
    rarity = np.log(1 + (n - among + 0.5) / (among + 0.5))
    norm = k1 * (1 - b + b * length[row] / max(1.0, float(length.mean())))
    score = np.asarray(np.bincount(row, rarity[word] * times * (k1 + 1) / (times + norm), n), np.float64)
    return score / float(score.max())


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
