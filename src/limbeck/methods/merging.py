"""The summaries of the parts of a long source made one, each statement still held against the source itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from limbeck.core.artifact import Statement
from limbeck.core.decisions import Check
from limbeck.core.distiller import Ask, Failed
from limbeck.core.visible import shortened

from .asking import merger_ask
from .drafting import Outcome, Refused, Steps, Wanted, examined
from .examining import Examiner
from .numbered import words
from .replies import Draft, Read, read_reply

KEPT_KINDS = frozenset({"goal", "constraints"})
"""What no merger may leave out."""
NEAR = 1.5
"""One reply is long enough for a budget of so many times its own room."""
CARRIED = 0.6
"""A statement is carried by another that holds this share of its words."""


@dataclass
class Merging:
    """Merges statements, round by round, until one request holds them all.

    Attributes:
        examiner: Of the source.
        wanted: Terms of the replies.
        limit_tokens: What the whole may cost. Where one reply cannot hold so much, summaries that fit stand side
            by side: merged into one reply they would lose what there is room for.
        room_tokens: What a merged text may cost.
        material_tokens: What the statements of one request may cost.
        refused: What fails is added here.
        fault: The first merger that failed, or None.
    """

    examiner: Examiner
    wanted: Wanted
    limit_tokens: int
    room_tokens: int
    material_tokens: int
    refused: list[Refused]
    fault: Outcome | None = None

    def steps(self, lists: list[list[Statement]]) -> Steps[tuple[list[Statement], tuple[Check, ...]]]:
        """The statements of all parts as those of one, and how that went; side by side where they are not merged."""
        told = ""
        parts = len(lists)
        while len(lists) > 1 and not told and not self._fits(lists):
            groups = self._grouped(lists)
            if len(groups) == len(lists):
                told = "the summaries of the parts do not fit the window together"
                break
            lists = yield from self._round(groups)
            if self.fault is not None:
                told = f"the summaries of the parts stand side by side: {self.fault.why}"
        checks = (Check("merged", not told, shortened(told, 300)),) if parts > 1 else ()
        return [statement for statements in lists for statement in statements], checks

    def _fits(self, lists: Sequence[list[Statement]]) -> bool:
        """Whether the budget holds all of them, and one reply could not."""
        if self.limit_tokens <= NEAR * self.room_tokens:
            return False
        texts = [statement.text for statements in lists for statement in statements]
        return sum(self.examiner.source.counter.count_each(texts)) + 3 * len(texts) <= self.limit_tokens

    def _grouped(self, lists: Sequence[list[Statement]]) -> list[list[list[Statement]]]:
        """Neighbors together, as many as a request holds."""
        counter = self.examiner.source.counter
        groups: list[list[list[Statement]]] = []
        used = 0
        for statements in lists:
            cost = sum(counter.count_each(self._line(statement) + "\n" for statement in statements))
            if groups and used + cost <= self.material_tokens:
                groups[-1].append(statements)
                used += cost
            else:
                groups.append([statements])
                used = cost
        return groups

    def _line(self, statement: Statement) -> str:
        numbers = "".join(f"[{number}]" for number in self.examiner.source.numbers(statement.evidence))
        return f"({statement.kind}) {statement.text} {numbers}"

    def _ask(self, group: Sequence[list[Statement]]) -> Ask:
        lines = [self._line(statement) for statements in group for statement in statements]
        source = self.examiner.source
        return merger_ask(source, lines, self.room_tokens, source.context.query)

    def _round(self, groups: Sequence[list[list[Statement]]]) -> Steps[list[list[Statement]]]:
        """Each group as one list: what a merger wrote of it, examined; what went in where that cannot be used."""
        given = [[statement for statements in group for statement in statements] for group in groups]
        asked = [at for at, group in enumerate(groups) if len(group) > 1]
        replies = yield tuple(self._ask(groups[at]) for at in asked)
        numbers = range(1, len(self.examiner.source.chunks) + 1)
        outcomes, drafts = [Outcome(numbers) for _ in asked], list[list[Draft]]()
        for outcome, reply in zip(outcomes, replies, strict=True):
            terms = self.wanted.terms(numbers)
            read = Read([], True) if isinstance(reply, Failed) else read_reply(reply.text, terms)
            drafts.append(read.drafts)
            if isinstance(reply, Failed):
                outcome.fault = reply
            elif (unusable := self.examiner.unusable(read, numbers)) is not None:
                outcome.fault, outcome.kind = unusable, "reply"
        yield from examined(self.examiner, outcomes, drafts, self.wanted)
        for at, outcome in zip(asked, outcomes, strict=True):
            if outcome.fault is not None:
                self.fault = self.fault or outcome
                continue
            self.refused += outcome.refused
            made = [passed.statement for passed in outcome.passed]
            given[at] = [*made, *still_wanted(given[at], made)]
        return given


def still_wanted(given: Sequence[Statement], made: Sequence[Statement]) -> list[Statement]:
    """The goals and constraints that went into a merger and that nothing carries that came out of it."""
    held = [words(statement.text) for statement in made]
    left = []
    for statement in given:
        said = words(statement.text)
        if statement.kind in KEPT_KINDS and not any(len(said & one) >= CARRIED * len(said) for one in held):
            left.append(statement)
    return left
