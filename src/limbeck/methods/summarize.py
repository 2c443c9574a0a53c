"""`Summarize`: a written summary in which every statement was held against the lines it cites."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass

from limbeck.core.artifact import SECTIONS, Artifact
from limbeck.core.budget import Budget
from limbeck.core.context import Context
from limbeck.core.distiller import Ask, Distiller, Reply
from limbeck.core.errors import ModelError

from .asking import summary_ask
from .drafting import Wanted, drafted
from .finishing import Layout, finished
from .guards import Guard
from .merging import Merging
from .writing_desk import Desk, check_window, digested, strictly

_OTHER_NAMES = {
    "objective": "goal",
    "task": "goal",
    "request": "goal",
    "rules": "constraints",
    "requirements": "constraints",
    "preferences": "constraints",
    "choices": "decisions",
    "status": "state",
    "progress": "state",
    "current state": "state",
    "facts": "state",
    "findings": "state",
    "files": "artifacts",
    "code": "artifacts",
    "fixes": "errors and fixes",
    "errors": "errors and fixes",
    "problems": "errors and fixes",
    "issues": "errors and fixes",
    "open questions": "open ends",
    "pending": "open ends",
    "todo": "open ends",
    "todos": "open ends",
    "remaining work": "open ends",
    "plan": "next step",
    "next steps": "next step",
}


@dataclass(frozen=True)
class Summarize:
    """A summary under named sections, written by a model and believed nowhere.

    The source goes out in numbered chunks behind fences it cannot forge; each statement that comes back cites
    chunks and is examined by the guard against them. Statements that fail are asked for once more with the
    reasons, then replaced by the lines they stood for, or dropped. Constraints and other must-keeps that no
    statement carries are quoted as far as they fit; the rest are `omissions`. A source longer than the window
    is written about in parts, at once, and the parts' statements are merged, citing the original chunks.

    Where the model fails (`Failed`, a reply that cannot be read, one that answers the material instead of
    describing it, twice), the fallback serves: for all, or for the part that failed. Every one of these is
    named in `Artifact.fallbacks`. Pure; cost: two or three rounds of requests, more for long sources.

    Args:
        fallback: Makes a digest without a model.
        window_tokens: Tokens of a request and its reply together, by the budget's counter.
        strict: Whether to raise where the digest would serve.
        guard: Makes the guard of a source.

    Raises:
        OptionError: `window_tokens` is below 2,000.
    """

    fallback: Distiller[Artifact]
    window_tokens: int = 32_000
    strict: bool = False
    guard: Callable[[Context], Guard] = Guard
    name: str = "summarize"

    def __post_init__(self) -> None:
        check_window(self.window_tokens)

    def steps(
        self, context: Context, budget: Budget
    ) -> Generator[tuple[Ask, ...], tuple[Reply, ...], Artifact]:
        """Yields the requests and returns the summary, which fits the budget and is never larger than its source.

        Raises:
            ModelError: `strict`, and a model's text could not be used.
            BudgetError: `strict`, and the budget has no room for a written summary; or the fallback's.
        """
        desk = Desk.of(context, budget, self.window_tokens, self.guard)
        why = desk.no_room(self.strict)
        if why:
            return (yield from digested(self.fallback, context, budget, self.name, why))
        wanted = _wanted(desk)
        outcomes = yield from drafted(desk.examiner, desk.parts(), wanted)
        failed = [outcome for outcome in outcomes if outcome.fault is not None]
        if failed and self.strict:
            raise strictly(failed[0])
        if len(failed) == len(outcomes):
            return (yield from digested(self.fallback, context, budget, self.name, failed[0].why))
        replaced = [refused for outcome in outcomes for refused in outcome.refused]
        for outcome in failed:
            replaced.append((yield from desk.part_digested(self.fallback, outcome)))
        written = [[passed.statement for passed in outcome.passed] for outcome in outcomes if outcome.passed]
        room = desk.room_tokens()
        merging = Merging(desk.examiner, wanted, desk.limit, room, desk.material_tokens(room), replaced)
        statements, checks = yield from merging.steps(written)
        if merging.fault is not None and self.strict:
            raise strictly(merging.fault)
        done = finished(desk.examiner, statements, replaced, desk.limit, LAYOUT)
        if isinstance(done, str):
            if self.strict:
                raise ModelError(f"{done}; without strict, quotes would serve", "unsupported")
            return (yield from digested(self.fallback, context, budget, self.name, done))
        return desk.artifact("summary", done, checks, self.name)


LAYOUT = Layout("constraints", "errors and fixes", True)


def _wanted(desk: Desk) -> Wanted:
    missing = desk.examiner.guard.missing("")
    must_keeps = list(dict.fromkeys(n for f in missing for n in desk.source.numbers(f.evidence[:1])))
    query = desk.context.query

    def ask(numbers: range, room_tokens: int, again: str) -> Ask:
        return summary_ask(desk.source, numbers, room_tokens, must_keeps, query, again)

    return Wanted(ask, "section", SECTIONS, "state", _OTHER_NAMES, desk.repair_tokens())
