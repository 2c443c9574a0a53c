"""From asks to statements that the guard lets pass: read, examined, asked for once more, quoted or dropped.

Nothing here is said to be true because a model wrote it. A statement stands because the guard finds nothing in it
against the lines it rests on; one that fails twice gives way to those lines.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from limbeck.core.artifact import Fallback, Statement
from limbeck.core.distiller import Ask, Failed, Reply
from limbeck.core.findings import Finding
from limbeck.core.source import Span
from limbeck.core.visible import shortened
from limbeck.split.sentences import sentence_starts

from .asking import repair_ask
from .guards import Guard
from .numbered import HEADER_TOKENS, Numbered
from .replies import Draft, Terms, read_drafts

T = TypeVar("T")
Steps = Generator[tuple[Ask, ...], tuple[Reply, ...], T]

QUOTED_AT_MOST = 2
"""So many quotes stand for one refused statement."""
STANDS_FOR = 0.3
"""A chunk stands for a statement if it holds this share of its words, rare words weighing more."""
MOST_REPAIRED = 24
"""So many failing statements of a part are asked for once more."""
OWN_WORDS = frozenset({"goal", "constraints", "decisions", "next step"})
"""Sections that speak for the user: what a tool said is quoted under `state` instead."""
_WHY_CHARS = 300


@dataclass(frozen=True)
class Wanted:
    """What is asked for.

    Attributes:
        ask: Gives the request for a part: its chunks, its room in tokens, what was wrong with the last reply.
        key: What a kind is called in replies.
        kinds, other, names: See `Terms`.
        material_tokens: What the lines of a request to write statements anew may cost.
        quote: Whether the lines it stood for take the place of a statement that failed.
    """

    ask: Callable[[range, int, str], Ask]
    key: str
    kinds: Sequence[str]
    other: str
    names: Mapping[str, str]
    material_tokens: int
    quote: bool = True

    def terms(self, among: range) -> Terms:
        return Terms(self.kinds, among, self.other, self.names)


@dataclass(frozen=True)
class Passed:
    """A draft that the guard has nothing against, as a statement."""

    draft: Draft
    statement: Statement


@dataclass(frozen=True)
class Refused:
    """A statement that failed, and the quotes that stand for it; none if it was dropped."""

    fallback: Fallback
    quotes: tuple[Statement, ...] = ()


@dataclass
class Outcome:
    """What became of a part.

    Attributes:
        numbers: Its chunks.
        passed, refused: Its statements.
        fault: Why nothing of the model's text is used, or None.
    """

    numbers: range
    passed: list[Passed] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    fault: Failed | None = None
    kind: str = ""

    @property
    def why(self) -> str:
        """The fault in words."""
        if self.fault is None:
            return ""
        if self.kind:
            return self.fault.detail
        return f"endpoint {self.fault.kind}" + (f": {self.fault.detail}" if self.fault.detail else "")


class Examiner:
    """Holds drafts against the lines they cite, and finds those lines where they cite none or the wrong ones."""

    def __init__(self, source: Numbered, guard: Guard) -> None:
        self.source = source
        self.guard = guard

    def examine(self, draft: Draft, among: range) -> tuple[Draft, list[Finding]]:
        """The draft with the chunks that bear it out, and what is wrong with it; nothing if it passes."""
        cites = draft.cites or tuple(self.source.nearest(draft.text, among))
        if not cites:
            reason = "nothing in the source says anything like it"
            return draft, [Finding("unsupported", draft.text, 0, len(draft.text), reason)]
        draft = replace(draft, cites=cites)
        findings = self._findings(draft)
        if findings and all(finding.kind == "citation" for finding in findings):
            found = tuple(self.source.nearest(draft.text, among))
            for other in (found, tuple(dict.fromkeys((*cites, *found)))):
                again = replace(draft, cites=other)
                if other and other != cites and not self._findings(again):
                    return again, []
        return draft, findings

    def sentences(self, draft: Draft, among: range) -> list[tuple[Draft, list[Finding]]]:
        """The draft if it passes; else its sentences one by one, so that only those go that fail."""
        draft, findings = self.examine(draft, among)
        starts = sentence_starts(draft.text, 0, len(draft.text)) if findings else [0]
        if len(starts) == 1:
            return [(draft, findings)]
        ends = [*starts[1:], len(draft.text)]
        parts = (draft.text[start:end].strip() for start, end in zip(starts, ends, strict=True))
        return [self.examine(replace(draft, text=part, rationale=""), among) for part in parts if part]

    def statement(self, draft: Draft) -> Statement:
        """The statement of a draft that passed."""
        evidence = self.source.spans(draft.cites)
        support = min(1.0, max(0.0, self.guard.support(draft.text, evidence)))
        return Statement(draft.kind, draft.text, evidence, False, draft.rationale, support)

    def quotes(self, draft: Draft, findings: Iterable[Finding], among: range) -> tuple[Statement, ...]:
        """The lines that a refused draft stood for, as they stand in the source; none if it stood for none."""
        from_user_only = any(finding.kind in ("role", "hijack") for finding in findings)
        overlap = {
            number: self.source.overlap(draft.text, number)
            for number in (*draft.cites, *self.source.nearest(draft.text, among))
        }
        best = sorted(overlap, key=lambda number: (-overlap[number], number))[:QUOTED_AT_MOST]
        found = []
        for number in best:
            said = self.source.said(number)
            own = said in ("user", "system")
            if overlap[number] < STANDS_FOR or (from_user_only and not own):
                continue
            kind = draft.kind if own or said == "document" or draft.kind not in OWN_WORDS else "state"
            found.append(self.quote(kind, self.source.chunks[number - 1].span))
        return tuple(found)

    def quote(self, kind: str, span: Span) -> Statement:
        """A quote of a span without the white space around it."""
        text = self.source.context.sources[span.source].text[span.start : span.end]
        start = span.start + len(text) - len(text.lstrip())
        bare = text.strip()
        return Statement(kind, bare, (Span(span.source, start, start + len(bare)),), True)

    def unusable(self, drafts: Sequence[Draft]) -> Failed | None:
        """Why a reply cannot be used at all: it holds no statement, or answers the material."""
        if not drafts:
            return Failed("malformed", "the reply holds no statement that can be read")
        text = "\n".join(draft.text for draft in drafts)
        hijacks = [finding for finding in self.guard.examine(text) if finding.kind == "hijack"]
        at = hit = 0
        for draft in drafts:
            end = at + len(draft.text)
            hit += any((f.start < end and at < f.end) or f.start == f.end == 0 for f in hijacks)
            at = end + 1
        if 2 * hit >= len(drafts):
            return Failed("malformed", "the reply answers or obeys the material instead of describing it")
        return None

    def _findings(self, draft: Draft) -> list[Finding]:
        evidence = self.source.spans(draft.cites)
        return [f for f in self.guard.examine_statement(draft.text, evidence) if not f.omission]


def drafted(examiner: Examiner, parts: Sequence[tuple[range, int]], wanted: Wanted) -> Steps[list[Outcome]]:
    """What a model writes on each part, examined.

    All parts are asked about at once; those whose reply cannot be used once more; then all statements that
    failed, one request a part. So there are at most three rounds.

    Args:
        examiner: Of the source.
        parts: For each the numbers of its chunks, and the room for its text in tokens.
        wanted: What to ask for.
    """
    outcomes = [Outcome(numbers) for numbers, _ in parts]
    drafts: list[list[Draft]] = [[] for _ in parts]
    asked, again = list(range(len(parts))), dict.fromkeys(range(len(parts)), "")
    for last in (False, True):
        if not asked:
            break
        replies = yield tuple(wanted.ask(*parts[at], again[at]) for at in asked)
        left = []
        for at, reply in zip(asked, replies, strict=True):
            if isinstance(reply, Failed):
                outcomes[at].fault = reply
                continue
            drafts[at] = read_drafts(reply.text, wanted.terms(parts[at][0]))
            unusable = examiner.unusable(drafts[at])
            if unusable is None:
                continue
            if last:
                outcomes[at].fault = replace(unusable, detail=f"{unusable.detail}, twice")
                outcomes[at].kind = "reply"
            again[at] = unusable.detail
            left.append(at)
        asked = left
    yield from examined(examiner, outcomes, drafts, wanted)
    return outcomes


Failing = list[tuple[Draft, list[Finding]]]


def examined(
    examiner: Examiner, outcomes: Sequence[Outcome], drafts: Sequence[Sequence[Draft]], wanted: Wanted
) -> Steps[None]:
    """Examine the drafts of each part; ask once more for those that fail, one request a part, all at once.

    Parts with a fault are left alone. A part of whose drafts none passes gets one.
    """
    failing: list[Failing] = [[] for _ in outcomes]
    for at, outcome in enumerate(outcomes):
        if outcome.fault is None:
            for whole in drafts[at]:
                for draft, findings in examiner.sentences(whole, outcome.numbers):
                    if findings:
                        failing[at].append((draft, findings))
                    else:
                        outcome.passed.append(Passed(draft, examiner.statement(draft)))
    asked = [at for at in range(len(outcomes)) if failing[at]]
    replies: tuple[Reply, ...] = ()
    if asked:
        replies = yield tuple(_repair(examiner, outcomes[at].numbers, failing[at], wanted) for at in asked)
    for at, reply in zip(asked, replies, strict=True):
        numbers = outcomes[at].numbers
        written = [] if isinstance(reply, Failed) else read_drafts(reply.text, wanted.terms(numbers))
        _replaced(examiner, outcomes[at], failing[at], written, wanted)
    for outcome in outcomes:
        if outcome.fault is None and not outcome.passed:
            reason = "nothing that was written is borne out by the source"
            outcome.fault, outcome.kind = Failed("malformed", reason), "unsupported"


def _repair(examiner: Examiner, numbers: range, failing: Failing, wanted: Wanted) -> Ask:
    """Asks for as many of them as the window holds with their lines; the first one in any case."""
    source = examiner.source
    cited: dict[int, None] = {}
    told: list[tuple[str, str, list[str]]] = []
    text_tokens, left = 0, wanted.material_tokens
    for draft, findings in failing[:MOST_REPAIRED]:
        reasons = [shortened(f"{finding.kind}: {finding.reason}", _WHY_CHARS) for finding in findings[:4]]
        lines = dict.fromkeys((*draft.cites, *source.nearest(draft.text, numbers, 2)))
        spans = [span for finding in findings[:4] for span in finding.evidence[:1]]
        lines.update(dict.fromkeys(number for number in source.numbers(spans) if number in numbers))
        new = [number for number in lines if number not in cited]
        tokens = sum(source.counter.count_each([draft.text, draft.text, *reasons]))
        left -= tokens + sum(source.chunks[number - 1].tokens + HEADER_TOKENS for number in new)
        if told and left < 0:
            break
        told.append((draft.kind, draft.text, reasons))
        text_tokens += tokens
        cited.update(dict.fromkeys(new))
    return repair_ask(source, told, sorted(cited), wanted.key, wanted.kinds, text_tokens)


def _replaced(
    examiner: Examiner, outcome: Outcome, failing: Failing, written: Sequence[Draft], wanted: Wanted
) -> None:
    """Put what was written anew in the place of what failed, if it passes; else the quotes, or nothing."""
    named = any(draft.replaces > 0 for draft in written)
    for place, (draft, findings) in enumerate(failing, 1):
        anew = [d for at, d in enumerate(written, 1) if (d.replaces if named else at) == place]
        passed = []
        for new in anew:
            new, wrong = examiner.examine(replace(new, kind=draft.kind), outcome.numbers)
            if not wrong:
                passed.append(Passed(replace(new, number=draft.number), examiner.statement(new)))
        if passed:
            outcome.passed.extend(passed)
            continue
        outcome.refused.append(refused(examiner, draft, findings, outcome.numbers, wanted.quote))


def refused(
    examiner: Examiner, draft: Draft, findings: Sequence[Finding], among: range, quote: bool
) -> Refused:
    """A statement that failed for good, with the lines it stood for."""
    quotes = examiner.quotes(draft, findings, among) if quote else ()
    why = shortened("; ".join(f"{f.kind}: {f.reason}" for f in findings), _WHY_CHARS)
    return Refused(Fallback("quoted" if quotes else "dropped", why, draft.text, tuple(findings)), quotes)
