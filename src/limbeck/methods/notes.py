"""`Notes`: typed statements of what will still be worth knowing, each borne out by the lines it cites."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace

from limbeck.core.artifact import NOTE_KINDS, Artifact, Fallback, Statement
from limbeck.core.budget import Budget
from limbeck.core.context import Context
from limbeck.core.distiller import Ask, Distiller, Reply
from limbeck.core.errors import ModelError
from limbeck.split.atoms import atoms

from .asking import notes_ask
from .drafting import Outcome, Passed, Refused, Wanted, drafted
from .examining import Examiner
from .finishing import Layout, finished
from .guards import Guard
from .numbered import words
from .writing_desk import Desk, check_window, digested, strictly

_OTHER_NAMES = {
    "objective": "goal",
    "task": "goal",
    "choice": "decision",
    "rule": "constraint",
    "requirement": "constraint",
    "instruction": "constraint",
    "taste": "preference",
    "information": "fact",
    "observation": "fact",
    "state": "fact",
    "finding": "fact",
    "how to": "procedure",
    "howto": "procedure",
    "step": "procedure",
    "workflow": "procedure",
    "warning": "pitfall",
    "error": "pitfall",
    "issue": "pitfall",
    "lesson": "pitfall",
    "problem": "pitfall",
    "question": "open question",
    "unknown": "open question",
    "todo": "open question",
    "action": "event",
}
_STATES = frozenset({"fact", "decision", "preference", "constraint", "goal", "procedure"})
"""Kinds of which the later word holds."""
_VALUE = re.compile(r"(?<![\w.])\d+(?:[.,:]\d+)*\w*")
_LINK = re.compile(
    r"(?:\b(?:is|are|was|to|at|be|as|uses?|with|within|after|from|ist|sind|auf|bei|beträgt|nach|mit|von)\b|[=:])\W*\Z",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:not|no|never|none|without|cannot|nicht|kein\w*|nie|niemals|ohne)\b|n['’]t\b", re.IGNORECASE
)
LEAST_SHARED = 3
"""So many words two notes must share to be about the same thing;"""
SAME = 0.8
"""and so large a part of all their words."""


@dataclass(frozen=True)
class Notes:
    """Full distillation: goals, decisions with their reasons, constraints, facts, pitfalls, each with evidence.

    Asked for as a summary is (`Summarize`), and examined so. A note that fails is asked for once more; one that
    fails again is refused, and named in `fallbacks` with what the guard found. `confidence` is how far the
    cited lines bear a note out. A later note that says otherwise of the same thing supersedes the earlier one,
    which then goes first where there is no room. Parts of a long source are asked about at once; their notes
    stand side by side, equal ones once.

    Args:
        fallback: Makes notes without a model.
        window_tokens, strict, guard: As of `Summarize`.

    Raises:
        OptionError: `window_tokens` is below 2,000.
    """

    fallback: Distiller[Artifact]
    window_tokens: int = 32_000
    strict: bool = False
    guard: Callable[[Context], Guard] = Guard
    name: str = "notes"

    def __post_init__(self) -> None:
        check_window(self.window_tokens)

    def steps(
        self, context: Context, budget: Budget
    ) -> Generator[tuple[Ask, ...], tuple[Reply, ...], Artifact]:
        """Yields the requests and returns the notes, which fit the budget and are never larger than their source.

        Raises:
            ModelError: `strict`, and a model's text could not be used.
            BudgetError: `strict`, and the budget has no room for written notes; or the fallback's.
        """
        desk = Desk.of(context, budget, self.window_tokens, self.guard)
        why = desk.no_room(self.strict)
        if why:
            return (yield from digested(self.fallback, context, budget, self.name, why))
        outcomes = yield from drafted(desk.examiner, desk.parts(), _wanted(desk))
        failed = [outcome for outcome in outcomes if outcome.fault is not None]
        if failed and self.strict:
            raise strictly(failed[0])
        if len(failed) == len(outcomes):
            return (yield from digested(self.fallback, context, budget, self.name, failed[0].why))
        replaced = [refused for outcome in outcomes for refused in outcome.refused]
        for outcome in failed:
            replaced.append((yield from desk.part_digested(self.fallback, outcome)))
        statements = _reasoned(desk.examiner, outcomes, replaced)
        done = finished(desk.examiner, statements, replaced, desk.limit, LAYOUT)
        if isinstance(done, str):
            if self.strict:
                raise ModelError(f"{done}; without strict, notes of quotes would serve", "unsupported")
            return (yield from digested(self.fallback, context, budget, self.name, done))
        return desk.artifact("notes", done, (), self.name)


LAYOUT = Layout("constraint", "pitfall", False)


def _wanted(desk: Desk) -> Wanted:
    query = desk.context.query

    def ask(numbers: range, room_tokens: int, again: str) -> Ask:
        return notes_ask(desk.source, numbers, room_tokens, query, again)

    return Wanted(ask, "kind", NOTE_KINDS, "fact", _OTHER_NAMES, desk.repair_tokens(), quote=False)


def _reasoned(examiner: Examiner, outcomes: Sequence[Outcome], replaced: list[Refused]) -> list[Statement]:
    """The notes in the order of the source, with reasons that are borne out, and with what they supersede."""
    found: list[tuple[int, Passed]] = []
    for part, outcome in enumerate(outcomes):
        found += ((part, passed) for passed in outcome.passed)
    statements = []
    for _, passed in found:
        statement = passed.statement
        if statement.rationale:
            wrong = [
                f
                for f in examiner.guard.examine_statement(statement.rationale, statement.evidence)
                if not f.omission
            ]
            if wrong or statement.kind != "decision":
                if wrong:
                    why = f"the reason of a note is not borne out: {wrong[0].reason}"
                    replaced.append(Refused(Fallback("dropped", why, statement.rationale, tuple(wrong))))
                statement = replace(statement, rationale="")
        statements.append(statement)
    numbered = {
        (part, passed.draft.number): at for at, (part, passed) in enumerate(found) if passed.draft.number >= 0
    }
    named: list[set[int]] = []
    for part, passed in found:
        named.append({numbered[key] for n in passed.draft.supersedes if (key := (part, n)) in numbered})
    return superseding(statements, named)


def superseding(statements: Sequence[Statement], named: Sequence[set[int]] = ()) -> list[Statement]:
    """The statements, each with the places of those it replaces.

    Args:
        statements: Notes.
        named: For each the places that its writer says it replaces; believed only of what stands earlier in the
            source. Beyond that a note replaces an earlier one of its kind that says the same but for one
            value behind a linking word, or but for a negation.
    """
    found = []
    for at, statement in enumerate(statements):
        told = named[at] if named else set()
        earlier = (
            other
            for other, one in enumerate(statements)
            if other != at
            and one.evidence[-1] < statement.evidence[-1]
            and (other in told or _contradicts(one, statement))
        )
        found.append(replace(statement, supersedes=tuple(earlier)))
    return found


def _contradicts(one: Statement, other: Statement) -> bool:
    if one.kind != other.kind or one.kind not in _STATES:
        return False
    values, others = _values(one.text), _values(other.text)
    about = words(one.text) - words(" ".join(values))
    also = words(other.text) - words(" ".join(others))
    shared = about & also
    if len(shared) < LEAST_SHARED or len(shared) < SAME * len(about | also):
        return False
    gone, new = values.keys() - others.keys(), others.keys() - values.keys()
    if len(gone) == len(new) == 1:
        return values[gone.pop()] and others[new.pop()]
    return not gone and not new and len(_NOT.findall(one.text)) % 2 != len(_NOT.findall(other.text)) % 2


def _values(text: str) -> dict[str, bool]:
    """The numbers, names and paths of a text in lower case, and whether each stands behind a linking word."""
    found = {}
    for value in (*atoms(text), *_VALUE.findall(text)):
        before = text[: text.find(value)]
        found[value.lower()] = _LINK.search(before[-24:]) is not None
    return found
