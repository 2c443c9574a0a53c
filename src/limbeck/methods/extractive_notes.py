"""Notes that no model writes: typed quotes, each a sentence or a line, with what they replace."""

from __future__ import annotations

import re
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from limbeck.core.artifact import NOTE_KINDS, Artifact, Statement
from limbeck.core.budget import Budget, Counter
from limbeck.core.context import Context
from limbeck.core.decisions import Usage
from limbeck.core.distiller import Ask, Reply

from .calls import ARGUMENTS
from .lexical import Worth
from .must_keeps import PREFERS, Must
from .quoting import Scores, fitted, omissions, scored
from .sections import (
    ARTIFACTS,
    CONSTRAINTS,
    DECISIONS,
    ERRORS,
    GOALS,
    NEXT_STEP,
    OPEN_ENDS,
    STATE,
    sections,
)
from .select import Scorer
from .speakers import SYSTEM_ROLES, TOOL_ROLES, speakers
from .telling import Telling
from .view import ROLES, View

__all__ = ["ExtractiveNotes"]

GOAL, DECISION, CONSTRAINT, PREFERENCE, FACT, PROCEDURE, PITFALL, QUESTION, EVENT = range(len(NOTE_KINDS))

_KIND = {
    GOALS: GOAL,
    CONSTRAINTS: CONSTRAINT,
    DECISIONS: DECISION,
    STATE: FACT,
    ARTIFACTS: EVENT,
    ERRORS: PITFALL,
    OPEN_ENDS: QUESTION,
    NEXT_STEP: GOAL,
}
"""What the sections of a digest are among the kinds of notes, where nothing below tells more."""
_HOW = re.compile(
    r"(?i)(?:^(?:step \d|first,|then |to (?:run|build|test|deploy|install|start|reproduce|fix)\b|(?:run|execute"
    r"|install|call|open|use) [`\w./-]+)"
    r"|\b(?:by running|in order to|how to|you can (?:run|use)|the way to)\b|^\$ \S)"
)
_HAPPENED = re.compile(
    r"(?i)(?:\b(?:i|we|they|he|she|it) (?:have |has |had |just |already )*(?:ran|run|created|added|removed|deleted"
    r"|moved|renamed|updated|changed"
    r"|edited|wrote|written|deployed|released|merged|pushed|committed|installed|met|called|sent|bought|booked"
    r"|cancell?ed|went|started"
    r"|finished|signed|visited)\b|\b(?:yesterday|last (?:week|month|year|night|monday|tuesday|wednesday|thursday"
    r"|friday|saturday|sunday)"
    r"|this morning|\d{1,2}:\d{2}|(?:on|since) (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)|gestern"
    r"|letzte woche)\b)"
)
_VALUE = re.compile(
    r"(?P<key>[^\n=:]{3,60}?)(?P<mark>\s*(?:=|:)\s*|\s+(?:is|are|is now|ist|sind|beträgt"
    r"|liegt bei)\s+)(?P<value>\S[^\n]{0,60})"
)
_FIGURE = re.compile(r"\d")
_VALUE_WORDS = 4
TOOL_SHARE = 0.6
"""What a line of tool output is worth among notes, of what it is worth in a digest: notes tell more than they show."""


@dataclass(frozen=True)
class Told:
    """A scorer for notes: another one's worth, less for what only tools show."""

    scorer: Scorer

    def __call__(self, view: View) -> Worth:
        worth = self.scorer(view)
        shown = view.role == ROLES.index("tool")
        return replace(worth, base=np.where(shown, worth.base * TOOL_SHARE, worth.base))


@dataclass(frozen=True)
class ExtractiveNotes:
    """Typed notes, each one quoted sentence or line, within a budget; meant for 5 to 20 % of the tokens.

    Chosen as in a digest: constraints first, then errors that nothing mended and what was asked, then by worth
    per token. A note supersedes an earlier one if the same speaker gave the same key another value.

    Asks no model; every note has a confidence of 1, because it is quoted. Cost: that of a digest.

    Attributes:
        scorer: Gives the worth of segments and atoms.
    """

    scorer: Scorer = field(default_factory=Telling)

    @property
    def name(self) -> str:
        return "extractive-notes"

    def steps(
        self, context: Context, budget: Budget
    ) -> Generator[tuple[Ask, ...], tuple[Reply, ...], Artifact]:
        """Score and cut. Asks no model.

        Raises:
            BudgetError: Not even one note fits, or the hard pins do not.
        """
        yield from ()
        return self.cut(self.score(context, budget.counter), budget)

    def score(self, context: Context, counter: Counter) -> Scores:
        """The dear half, which serves every budget. Linear but for sorting."""
        return scored(context, counter, Told(self.scorer), NOTE_KINDS, note_kinds, by_line=True)

    def cut(self, scores: Scores, budget: Budget) -> Artifact:
        """The cheap half: the longest prefix of the order whose Markdown fits.

        Raises:
            BudgetError: Not even one note fits, or the hard pins do not.
        """
        began = time.perf_counter()
        limit = budget.limit(scores.tokens_before)
        found = fitted(scores, min(limit, scores.tokens_before), limit)
        usage = Usage(
            scores.tokens_before, found.tokens, limit, scores.counter.name, scores.counter.exact,
            scores.seconds + time.perf_counter() - began,
        )  # fmt: skip
        return Artifact(
            "notes", superseding(found.statements, scores.given), scores.given, usage, (), self.name, found.text,
            omissions=omissions(scores, found.rows, limit),
        )  # fmt: skip


def note_kinds(context: Context, texts: Sequence[str], musts: Sequence[Must]) -> list[int]:
    """(n) an index into `NOTE_KINDS` for each segment of a context, cut by sentence. Cost: that of `sections`."""
    found = sections(context, texts, musts)
    for source, rows, role in zip(context.sources, context.source_rows(), speakers(context), strict=True):
        person = role == "user"
        told = role not in TOOL_ROLES and role not in SYSTEM_ROLES and not ARGUMENTS.search(source.pointer)
        for row in rows:
            kind = _KIND[found[row]]
            if kind == FACT and told:
                kind = _told(texts[row].strip(), person)
            found[row] = kind
    return found


def _told(text: str, person: bool) -> int:
    """Of a plain sentence of the user, the agent or a document."""
    if person and PREFERS.search(text):
        return PREFERENCE
    if _HOW.search(text):
        return PROCEDURE
    return EVENT if _HAPPENED.search(text) else FACT


def superseding(statements: Sequence[Statement], context: Context) -> tuple[Statement, ...]:
    """The same notes, each with the earlier ones it replaces: same kind, same speaker, same key, another value.

    Only what is plainly a key and a short value with a figure counts, and only where people, the agent or
    output of one and the same call say it; in doubt both notes stand for themselves.
    """
    said = speakers(context)
    calls = {
        source.part: source.text.strip()
        for source in context.sources
        if source.part >= 0 and ARGUMENTS.search(source.pointer)
    }
    last: dict[tuple[str, str, str], tuple[int, str]] = {}
    out = list(statements)
    for number, statement in enumerate(statements):
        source = context.sources[statement.evidence[0].source]
        role = said[statement.evidence[0].source]
        if role in TOOL_ROLES:
            role = calls.get(source.part, "")
        pair = _VALUE.fullmatch(statement.text.rstrip(" .!,;"))
        if not role or source.kind == "json" or pair is None or not _FIGURE.search(pair["value"]):
            continue
        if len(pair["value"].split()) > _VALUE_WORDS or not any(map(str.isalpha, pair["key"])):
            continue
        key = statement.kind, role, " ".join(pair["key"].casefold().split())
        earlier = last.get(key)
        last[key] = number, pair["value"]
        if earlier is not None and earlier[1] != pair["value"]:
            out[number] = replace(statement, supersedes=(earlier[0],))
    return tuple(out)
