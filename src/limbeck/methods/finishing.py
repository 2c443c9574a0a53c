"""The last word on a summary: the whole text examined, must-keeps quoted, all of it made to fit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from limbeck.core.artifact import Fallback, Statement
from limbeck.core.findings import Finding
from limbeck.core.source import Span

from .drafting import Refused, refused
from .examining import Examiner
from .fitting import fitted, ordered, taken
from .replies import Draft

ROUNDS = 3
"""So many times what fails in the whole text is quoted; then it goes."""
MUST_KEEP_SHARE = 0.5
"""Must-keeps that no statement carries may take this share of the budget from statements that were written."""


@dataclass(frozen=True)
class Layout:
    """How must-keeps are shown, and what becomes of a statement that fails in the whole text.

    Attributes:
        constraint, error: The kinds of a must-keep that is quoted.
        quote: Whether the lines it stood for take the place of a statement; else it is dropped.
    """

    constraint: str
    error: str
    quote: bool


@dataclass(frozen=True)
class Finished:
    """A text that fits and that the guard has nothing against, and the account of what is not in it."""

    statements: Sequence[Statement]
    text: str
    tokens: int
    fallbacks: Sequence[Fallback]
    omissions: Sequence[Finding]


def finished(
    examiner: Examiner,
    statements: Sequence[Statement],
    replaced: Sequence[Refused],
    limit_tokens: int,
    layout: Layout,
) -> Finished | str:
    """The statements as one text within the budget; or why there is none.

    Args:
        examiner: Of the source.
        statements: What was written and passed, in the order of the source.
        replaced: What was refused, with the quotes that stand for it.
        limit_tokens: The budget.
        layout: How must-keeps are shown.
    """
    replaced = list(replaced)
    pool = distinct([*statements, *(quote for one in replaced for quote in one.quotes)])
    work = _Finishing(examiner, limit_tokens, layout, replaced)
    text = work.settle(pool)
    added = work.must_keeps(text)
    if added:
        # What must be kept comes before what was written: a constraint is worth more than any other statement.
        work.first = {quote.evidence[0] for quote in added if quote.kind != layout.error}
        text = work.settle(distinct([*work.pool, *added]))
    kept, gone, text, tokens = work.fitted()
    if work.stray is not None:
        return f"the text as a whole fails: {work.stray.reason}"
    if not kept:
        return f"no statement fits into {limit_tokens:,} tokens"
    fallbacks = _account(kept, gone, work.replaced, limit_tokens)
    return Finished(kept, text, tokens, fallbacks, examiner.guard.missing(text))


def distinct(statements: Iterable[Statement]) -> list[Statement]:
    """The statements without those that quote a span or say a text a second time under the same heading."""
    statements = list(statements)
    found: dict[object, int] = {}
    for at, statement in enumerate(statements):
        said = " ".join(statement.text.casefold().split())
        found.setdefault(statement.evidence[0] if statement.quoted else (statement.kind, said), at)
    return taken(statements, list(found.values()))


@dataclass
class _Finishing:
    """The statements on their way into a text."""

    examiner: Examiner
    limit_tokens: int
    layout: Layout
    replaced: list[Refused]
    pool: list[Statement] = field(default_factory=list)
    first: Collection[Span] = ()
    stray: Finding | None = None

    def fitted(self) -> tuple[list[Statement], list[Statement], str, int]:
        return fitted(ordered(self.pool), self.limit_tokens, self.examiner.source.counter, self.first)

    def settle(self, pool: list[Statement]) -> str:
        """The text of a pool, from which everything is gone that fails in it."""
        self.pool = pool
        among = range(1, len(self.examiner.source.chunks) + 1)
        for turn in range(len(pool) + 1):
            kept, _, text, _ = self.fitted()
            findings = [finding for finding in self.examiner.guard.examine(text) if not finding.omission]
            hit = _hit(kept, text, findings)
            if not hit:
                strays = (f for f in findings if f.kind == "hijack" and not _in_quote(kept, text, f))
                self.stray = next(strays, None)
                break
            for statement, wrong in hit:
                self._refuse(statement, wrong, among, self.layout.quote and turn < ROUNDS)
        return text

    def _refuse(self, statement: Statement, wrong: Sequence[Finding], among: range, quote: bool) -> None:
        left = [at for at, one in enumerate(self.pool) if not _same(one, statement)]
        cites = tuple(self.examiner.source.numbers(statement.evidence))
        one = refused(self.examiner, Draft(statement.kind, statement.text, cites), wrong, among, quote)
        self.replaced.append(one)
        self.pool = distinct([*taken(self.pool, left), *one.quotes])

    def must_keeps(self, text: str) -> list[Statement]:
        """Quotes for the must-keeps that a text lacks: as many as their share of the budget allows."""
        found: list[Statement] = []
        left = MUST_KEEP_SHARE * self.limit_tokens
        for finding in sorted(self.examiner.guard.missing(text), key=_of_error):
            for span in finding.evidence[:1]:
                kind = self.layout.error if _of_error(finding) else self.layout.constraint
                quote = self.examiner.quote(kind, self._whole(span) if "pinned" in finding.reason else span)
                tokens = self.examiner.source.counter.count(quote.text) + 2
                if quote.text and tokens <= left:
                    left -= tokens
                    found.append(quote)
        return found

    def _whole(self, span: Span) -> Span:
        """The sentences that hold a part of a span: a pinned word says little without its own."""
        found = self.examiner.source.sentences(span)
        return Span(span.source, found[0].start, found[-1].end) if found else span


def _places(kept: Sequence[Statement], text: str) -> list[tuple[int, int]]:
    found, at = [], 0
    for statement in kept:
        start = text.find(statement.text, at)
        at = start + len(statement.text)
        # A reason is shown behind its statement, in brackets.
        found.append((start, at + len(statement.rationale) + 3 if statement.rationale else at))
    return found


def _hit(
    kept: Sequence[Statement], text: str, findings: Sequence[Finding]
) -> list[tuple[Statement, list[Finding]]]:
    """The written statements that findings are about."""
    hit = []
    for statement, (start, end) in zip(kept, _places(kept, text), strict=True):
        about = [f for f in findings if f.start < end and start < f.end]
        if about and not statement.quoted:
            hit.append((statement, about))
    return hit


def _in_quote(kept: Sequence[Statement], text: str, finding: Finding) -> bool:
    places = zip(kept, _places(kept, text), strict=True)
    return any(s.quoted and finding.start < end and start < finding.end for s, (start, end) in places)


def _same(one: Statement, other: Statement) -> bool:
    return (one.kind, one.text, one.evidence) == (other.kind, other.text, other.evidence)


def _of_error(finding: Finding) -> bool:
    return "error" in finding.reason


def _account(
    kept: Sequence[Statement],
    gone: Sequence[Statement],
    replaced: Sequence[Refused],
    limit_tokens: int,
) -> list[Fallback]:
    shown = {statement.evidence[0] for statement in kept if statement.quoted}
    found = []
    for one in replaced:
        fallback = one.fallback
        if fallback.what == "quoted" and not any(quote.evidence[0] in shown for quote in one.quotes):
            fallback = _dropped(fallback, limit_tokens)
        found.append(fallback)
    for statement in gone:
        if not statement.quoted:
            found.append(Fallback("dropped", f"no room in {limit_tokens:,} tokens", statement.text))
    return list(dict.fromkeys(found))  # what two mergers wrote is told once


def _dropped(fallback: Fallback, limit_tokens: int) -> Fallback:
    """A quote that found no room is a statement dropped."""
    return fallback._replace(
        what="dropped", why=f"{fallback.why}; the lines it stood for have no room in {limit_tokens:,} tokens"
    )
