"""The scorer without weights or models: names, the query, who spoke, how long ago, what went wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from limbeck.split.atoms import atoms

from .forest import Ints
from .relevance import Relevance, smoothed
from .view import ROLES, Floats, View, words

AGENT, TOOL = ROLES.index("assistant"), ROLES.index("tool")

REASONS = (
    "worth most for its tokens",
    "recent",
    "said by the agent",
    "the agent wrote this more than once",
    "declares or imports something",
    "near names that the agent takes up later",
    "changed here",
    "something went wrong here",
    "answers the query",
    "names something",
)

TROUBLE = re.compile(
    r"(?i)\b(?:errors?|exception|traceback|fail(?:ed|ures?|s|ing)?|fatal|panic(?:ked)?|assert(?:ion)?\w*|denied|refused"
    r"|rejected|timed? ?out|cannot|can't|could not|couldn't|unable|undefined|unexpected|invalid|missing|not found"
    r"|segfault|abort(?:ed)?|critical|crash\w*|oom\w*|killed|unhealthy|warnings?|exceeded|mismatch|corrupt\w*"
    r"|backoff|unreachable)\b"
)
ASKS_FOR_TROUBLE = re.compile(
    r"(?i)\b(?:wrong|problems?|issues?|why|fail\w*|errors?|crash\w*|broken?|bugs?|caused?|reason|diagnos\w*)\b"
)
CHANGE = re.compile(r"^[+-](?!\+\+ |-- )")
WORD = re.compile(r"[^\W_]")
REPORTS = frozenset({"log", "tests", "traceback", "text"})
"""Kinds of text in which such a word reports trouble; in code it handles it."""
DECLARATION = re.compile(
    r"^\s*(?:\d+\s?[|:\t-]?\s*)?(?:(?:export|public|private|protected|static|async|pub|abstract|final|default) )*"
    r"(?:def|class|function|func|fn|struct|interface|enum|trait|impl|import|from|use|#include|require|package)\b"
)
CODE = frozenset({"code", "diff", "grep"})
"""Kinds of text in which it can declare or import something."""
TAKEN_ROWS = 5
"""How far from a line a name may stand that makes the line one that the agent took up."""
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
    """Names that matter, what the query asks, the speaker, the age: all from the text alone.

    An atom (a path, identifier, number) that stands in one segment is worth 1 to the first kept segment that
    holds it. The other attributes are measured in this: rates are paid for each token of a segment, flat ones
    once.

    A query of few words is a question, and what answers it outweighs everything else. A query of many words
    (the last messages of a conversation) tells what is still visible elsewhere.

    Attributes:
        mentions: Weight of an atom that stands in one, two, three, more segments. What is in two was taken up
            again and is likely to be needed; what is everywhere will be seen anyway.
        own_mentions: Factor for an atom that the agent wrote in no, one, more segments.
        shown: Factor for an atom of a long query.
        line: Flat worth of a line of 16 characters and more; shorter ones are worth their atoms alone.
        declared: Flat worth of a line of code that declares or imports something.
        rewritten: Flat worth of a line for each doubling of the times that the agent wrote it.
        taken: Flat worth of a line of tool output near names that the agent takes up later.
        recent, recent_power: Rate of the last message; older ones fall off by this power of their position.
        own, own_power: Rate of what the agent said in the last message; it falls off likewise.
        call: Rate of the arguments of tool calls, besides that of the agent's text.
        trouble: Rate of lines about errors and failures.
        asked_trouble: The same beside it for a question that asks what went wrong.
        changed: Flat worth of an added or removed line of a diff.
        repeat: What is left of the worth of a line when a newer near-duplicate stands below it.
        question, question_words: Rate of the best answer to a query of one word, and the words at which half
            of it is left.
        relevance: How much a segment answers the query, 0 to 1.
        sharp: Exponent of relevance; above 1 favors the best matches.
    """

    mentions: tuple[float, ...] = (1.0, 1.5, 0.5, 0.3)
    own_mentions: tuple[float, ...] = (1.0, 1.3, 2.0)
    shown: float = 0.35
    line: float = 0.9
    declared: float = 0.5
    rewritten: float = 1.0
    taken: float = 1.0
    recent: float = 0.045
    recent_power: float = 0.5
    own: float = 0.04
    own_power: float = 1.0
    call: float = 0.1
    trouble: float = 0.1
    asked_trouble: float = 1.0
    changed: float = 0.5
    repeat: float = 0.2
    question: float = 3.0
    question_words: float = 17.0
    relevance: Relevance = field(default_factory=Relevance)
    sharp: float = 2.0

    def __call__(self, view: View) -> Worth:
        """Score a view. Cost: linear; one or two more passes over the words when there is a query."""
        n, f = len(view.texts), view.forest
        if not n:
            return Worth(np.zeros(0), np.zeros(0), np.zeros(0, np.uint8))
        long = np.array([len(t.strip()) >= LINE_CHARS for t in view.texts], bool)
        tokens = f.cost * long
        says = f.cost * np.array([WORD.search(t) is not None for t in view.texts], bool)
        last = len(view.context.messages) - 1
        age = f.message / last if last else np.zeros(n)
        by_agent = view.role == AGENT
        query = view.context.query
        asked = 1 / (1 + (len(set(words(query))) / self.question_words) ** 4)
        weight = self._weights(view, asked)
        kinds = [s.kind for s in view.context.sources]
        trouble = _matching(TROUBLE, view, [kind in REPORTS for kind in kinds])
        declares = _matching(DECLARATION, view, [kind in CODE for kind in kinds])

        parts = {
            "worth most for its tokens": self.line * long,
            "recent": self.recent * age**self.recent_power * tokens,
            "said by the agent": tokens * by_agent * (self.own * age**self.own_power + self.call * f.in_json),
            "the agent wrote this more than once": self.rewritten * long * _doublings(view.line, by_agent),
            "declares or imports something": self.declared * declares,
            "near names that the agent takes up later": self.taken * long * _taken_up(view),
            "changed here": self.changed * _matching(CHANGE, view, [kind == "diff" for kind in kinds]),
            "something went wrong here": says
            * trouble
            * (self.trouble + self.asked_trouble * asked * (ASKS_FOR_TROUBLE.search(query) is not None)),
        }
        # Near-duplicates are worth a part of their newest; where the query or an error makes the digits matter,
        # only exact repetitions are.
        exact = np.where(_newest(view.line), 1.0, self.repeat)
        alike = np.where(_newest(view.pattern) | trouble, exact, self.repeat)
        base = sum(parts.values(), np.zeros(n)) * alike
        if query:
            answers = self.question * asked * self.relevance(view) ** self.sharp * says
            parts["answers the query"] = answers
            base = base + answers * exact
        parts["names something"] = _first_mentions(view, weight)
        strongest = np.argmax(np.stack(list(parts.values())), axis=0)
        return Worth(base, weight, np.array([REASONS.index(name) for name in parts], np.uint8)[strongest])

    def _weights(self, view: View, asked: float) -> Floats:
        """The weight of each atom; `asked` is 1 for a query of one word and falls to 0 for a long one."""
        count = len(view.atom_names)
        mentions = np.bincount(view.pair_atom, minlength=count)
        own = np.bincount(view.pair_atom[view.role[view.pair_row] == AGENT], minlength=count)
        weight = _step(self.mentions, mentions - 1) * _step(self.own_mentions, own)
        seen = atoms(view.context.query)
        shown = np.array([name in seen for name in view.atom_names], bool)
        return np.where(shown, weight * (asked + (1 - asked) * self.shown), weight)


def _step(values: tuple[float, ...], at: npt.NDArray[np.int64]) -> Floats:
    """The value for each number; the last value for all beyond."""
    return np.array(values)[np.clip(at, 0, len(values) - 1)]


def _matching(pattern: re.Pattern[str], view: View, among: list[bool]) -> npt.NDArray[np.bool_]:
    """(n) the rows of certain sources in which a pattern occurs."""
    found = np.zeros(len(view.texts), bool)
    for row in np.flatnonzero(np.array(among, bool)[view.forest.source]).tolist():
        found[row] = pattern.search(view.texts[row]) is not None
    return found


def _doublings(line: Ints, among: npt.NDArray[np.bool_]) -> Floats:
    """(n) how often the occurrences of each row's line among some rows double: 0 for one or none."""
    times = np.bincount(line[among], minlength=int(line.max()) + 1)
    return np.asarray(np.log2(np.maximum(times, 1))[line], np.float64)


def _taken_up(view: View) -> Floats:
    """(n) 0 to 1 for tool output: how many names around a row the agent writes in a later message."""
    message = view.forest.message
    row_message = message[view.pair_row]
    last = np.full(len(view.atom_names), -1, np.int64)
    by_agent = view.role[view.pair_row] == AGENT
    np.maximum.at(last, view.pair_atom[by_agent], row_message[by_agent])
    names = np.bincount(view.pair_row, last[view.pair_atom] > row_message, len(view.texts))
    around = smoothed(np.minimum(names, 2.0), view.forest.source, TAKEN_ROWS)
    return np.asarray(np.minimum(2 * around, 1) * (view.role == TOOL), np.float64)


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
