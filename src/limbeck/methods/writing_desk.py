"""What a summary and notes have in common: the source in parts that fit a window, and the way to the fallback."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from limbeck.core.artifact import Artifact, Fallback
from limbeck.core.budget import Budget, count_context
from limbeck.core.context import Context
from limbeck.core.decisions import Check, Usage
from limbeck.core.distiller import Distiller, Failed
from limbeck.core.errors import BudgetError, ModelError, OptionError
from limbeck.core.visible import number_of

from .asking import PROMPT_TOKENS, REPLY_FACTOR, REPLY_TOKENS, reply_tokens
from .drafting import Outcome, Refused, Steps
from .examining import Examiner
from .excerpts import excerpt
from .finishing import Finished
from .guards import Guard
from .numbered import Numbered

LEAST_TOKENS = 40
"""Below this budget nothing is asked for: quotes serve it better."""
LEAST_WINDOW_TOKENS = 2_000
LEAST_PART_TOKENS = 120
"""The least room for the text on one part of a long source."""
PART_FACTOR = 2
"""The texts on all parts together may be so many times as long as what is made of them."""
LEAST_MATERIAL_TOKENS = 200
_LEAST_BESIDE = PROMPT_TOKENS + LEAST_MATERIAL_TOKENS + reply_tokens(LEAST_TOKENS)


def check_window(window_tokens: int) -> None:
    """Refuse a window that holds no request with its reply.

    Raises:
        OptionError: It is below 2,000 tokens.
    """
    if window_tokens < LEAST_WINDOW_TOKENS:
        raise OptionError(
            f"window_tokens must be {LEAST_WINDOW_TOKENS:,} or more to hold a request and its reply, "
            f"got {window_tokens:,}"
        )


@dataclass(frozen=True)
class Desk:
    """One text in the making.

    Attributes:
        context, budget: What came in.
        window_tokens: Tokens of a request and its reply together.
        before: Tokens of the source.
        limit: Tokens the text may have: the budget's, and no more than the source.
        examiner: Of the source.
    """

    context: Context
    budget: Budget
    window_tokens: int
    before: int
    limit: int
    examiner: Examiner

    @staticmethod
    def of(context: Context, budget: Budget, window_tokens: int, guard: Callable[[Context], Guard]) -> Desk:
        """Counts the source, numbers it and reads it for the guard.

        Raises:
            OptionError: The query leaves no room in the window.
        """
        query = budget.counter.count(context.query) if context.query else 0
        most = window_tokens - _LEAST_BESIDE
        if query > most:
            raise OptionError(
                f"the query has {query:,} tokens; at most {most:,} leave room for material and a reply in a window of "
                f"{window_tokens:,}; shorten it, or raise window_tokens"
            )
        before = count_context(context, budget.counter)
        examiner = Examiner(Numbered(context, budget.counter), guard(context))
        return Desk(context, budget, window_tokens, before, min(budget.limit(before), before), examiner)

    @property
    def source(self) -> Numbered:
        return self.examiner.source

    def no_room(self, strict: bool) -> str:
        """Why nothing can be asked for; empty if something can.

        Raises:
            BudgetError: `strict`, and the budget is too small.
        """
        if not self.source.chunks:
            return "there is nothing to write about"
        if self.limit >= LEAST_TOKENS:
            return ""
        why = f"{self.limit:,} tokens have no room for a written text"
        if strict:
            raise BudgetError(f"{why}; raise max_tokens to {LEAST_TOKENS} or more", self.limit)
        return why

    def room_tokens(self) -> int:
        """What one text may cost, so that its reply takes no more than half of the window, and some material fits."""
        beside = PROMPT_TOKENS + self._query_tokens + LEAST_MATERIAL_TOKENS
        reply = min(self.window_tokens // 2, self.window_tokens - beside)
        return min(self.limit, (reply - REPLY_TOKENS) // REPLY_FACTOR)

    @cached_property
    def _query_tokens(self) -> int:
        query = self.context.query
        return self.budget.counter.count(query) if query else 0

    def material_tokens(self, room_tokens: int) -> int:
        """What the material of one request may cost whose text may cost `room_tokens`."""
        return self.window_tokens - PROMPT_TOKENS - self._query_tokens - reply_tokens(room_tokens)

    def repair_tokens(self) -> int:
        """What failing statements, their lines and the reply may cost together."""
        return self.window_tokens - PROMPT_TOKENS - REPLY_TOKENS

    def parts(self) -> list[tuple[range, int]]:
        """The chunks in parts that fit the window, each with the room for its text."""
        room = self.room_tokens()
        found = self.source.parts(self.material_tokens(room))
        if len(found) > 1:  # shorter texts leave more of the window to the material
            room = min(room, max(LEAST_PART_TOKENS, PART_FACTOR * self.limit // len(found)))
            found = self.source.parts(self.material_tokens(room))
        return [(numbers, room) for numbers in found]

    def part_digested(self, fallback: Distiller[Artifact], outcome: Outcome) -> Steps[Refused]:
        """What the fallback makes of a part that failed."""
        share = len(outcome.numbers) / len(self.source.chunks)
        budget = replace(self.budget, max_tokens=max(1, int(share * self.limit)), keep=None)
        spans = [self.source.chunks[number - 1].span for number in outcome.numbers]
        try:
            artifact = yield from fallback.steps(excerpt(self.context, spans), budget)
        except BudgetError as error:  # the part's share has no room for a line
            return Refused(Fallback("dropped", f"{outcome.why}; and {error}"))
        return Refused(Fallback("digest", outcome.why), artifact.statements)

    def artifact(
        self, form: Literal["summary", "notes"], done: Finished, checks: tuple[Check, ...], method: str
    ) -> Artifact:
        """The result."""
        counter = self.budget.counter
        written = sum(not statement.quoted for statement in done.statements)
        guarded = Check("guard", True, f"nothing is held against {number_of(written, 'written statement')}")
        usage = Usage(
            self.before, done.tokens, self.budget.limit(self.before), counter.name, counter.exact, 0.0
        )
        return Artifact(
            form,
            tuple(done.statements),
            self.context,
            usage,
            (guarded, *checks),
            method,
            done.text,
            tuple(done.fallbacks),
            tuple(done.omissions),
        )


def digested(
    fallback: Distiller[Artifact], context: Context, budget: Budget, method: str, why: str
) -> Steps[Artifact]:
    """What the fallback makes of the whole, and the reason why it had to."""
    artifact = yield from fallback.steps(context, budget)
    return replace(artifact, method=method, fallbacks=(Fallback("digest", why), *artifact.fallbacks))


def strictly(outcome: Outcome) -> ModelError:
    """The error for a part whose text could not be used."""
    fault = outcome.fault or Failed("malformed")
    return ModelError(
        f"the model wrote nothing that can be used ({outcome.why}); without strict, quotes would serve",
        outcome.kind or fault.kind,
        fault.detail,
    )
