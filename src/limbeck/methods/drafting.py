"""From asks to statements that the guard lets pass: read, examined, asked for once more, quoted or dropped.

Nothing here is said to be true because a model wrote it. A statement stands because the guard finds nothing in it
against the lines it rests on; one that fails twice gives way to those lines.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from limbeck.core.artifact import Fallback, Statement
from limbeck.core.distiller import Ask, Failed, Reply
from limbeck.core.findings import Finding
from limbeck.core.visible import shortened

from .asking import REPLY_FACTOR, repair_ask
from .examining import Examiner
from .numbered import HEADER_TOKENS, NUMBER_TOKENS, words
from .replies import Draft, Terms, read_drafts, read_reply

T = TypeVar("T")
Steps = Generator[tuple[Ask, ...], tuple[Reply, ...], T]

MOST_REPAIRED = 24
"""So many failing statements of a part are asked for once more at most."""
ANEW = 2
"""A statement written anew may be so many times as long,"""
REPLY_TOKENS = 20
"""and so many tokens longer."""
ALIKE = 0.25
"""A statement is another one written anew if they share this part of the words of the shorter one."""
_WHY_CHARS = 300


@dataclass(frozen=True)
class Wanted:
    """What is asked for.

    Attributes:
        ask: Gives the request for a part: its chunks, its room in tokens, what was wrong with the last reply.
        key: What a kind is called in replies.
        kinds, other, names: See `Terms`.
        repair_tokens: What a request to write statements anew may cost with its reply, its own words aside.
        quote: Whether the lines it stood for take the place of a statement that failed.
    """

    ask: Callable[[range, int, str], Ask]
    key: str
    kinds: Sequence[str]
    other: str
    names: Mapping[str, str]
    repair_tokens: int
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
            read = read_reply(reply.text, wanted.terms(parts[at][0]))
            drafts[at] = read.drafts
            unusable = examiner.unusable(read, parts[at][0])
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

    A draft that has no lines to rest on is not asked for: there is nothing to write it from. Parts with a fault are
    left alone. A part of whose drafts none passes gets one.
    """
    failing: list[Failing] = [[] for _ in outcomes]
    groundless: list[Failing] = [[] for _ in outcomes]
    for at, outcome in enumerate(outcomes):
        if outcome.fault is None:
            for whole in drafts[at]:
                for draft, findings in examiner.sentences(whole, outcome.numbers):
                    if findings:
                        found = examiner.lines(draft, findings, outcome.numbers)
                        (failing if found else groundless)[at].append((draft, findings))
                    else:
                        outcome.passed.append(Passed(draft, examiner.statement(draft)))
    repairs = [
        _repair(examiner, outcome.numbers, each, wanted)
        for outcome, each in zip(outcomes, failing, strict=True)
    ]
    asks = [(at, repair) for at, repair in enumerate(repairs) if repair is not None]
    replies: tuple[Reply, ...] = ()
    if asks:
        replies = yield tuple(repair.ask for _, repair in asks)
    for (at, repair), reply in zip(asks, replies, strict=True):
        numbers = outcomes[at].numbers
        written = [] if isinstance(reply, Failed) else read_drafts(reply.text, wanted.terms(numbers))
        _replaced(examiner, outcomes[at], repair.asked, written, wanted)
        groundless[at] += repair.left
    for at, each in enumerate(failing):
        if repairs[at] is None:
            groundless[at] += each
    for outcome, left in zip(outcomes, groundless, strict=True):
        outcome.refused += (refused(examiner, *each, outcome.numbers, wanted.quote) for each in left)
        if outcome.fault is None and not outcome.passed:
            reason = "nothing that was written is borne out by the source"
            outcome.fault, outcome.kind = Failed("malformed", reason), "unsupported"


@dataclass(frozen=True)
class _Repair:
    """A request to write statements anew: which, in order, and which are left out of it."""

    ask: Ask
    asked: Failing
    left: Failing


def _repair(examiner: Examiner, numbers: range, failing: Failing, wanted: Wanted) -> _Repair | None:
    """Asks for as many of them as the window holds, with their lines and the reply; None if it holds none."""
    source = examiner.source
    cited: dict[int, None] = {}
    told: list[tuple[str, str, list[str]]] = []
    asked: Failing = []
    left: Failing = []
    reply_tokens, room = 0, wanted.repair_tokens
    for draft, findings in failing:
        reasons = [shortened(f"{finding.kind}: {finding.reason}", _WHY_CHARS) for finding in findings[:4]]
        counts = source.counter.count_each([draft.text, *reasons])
        anew = ANEW * counts[0] + REPLY_TOKENS
        need = sum(counts) + HEADER_TOKENS * len(counts) + REPLY_FACTOR * anew
        new: dict[int, None] = {}
        held = False
        for number in examiner.lines(draft, findings[:4], numbers):
            cost = source.chunks[number - 1].tokens + HEADER_TOKENS + NUMBER_TOKENS
            if number not in cited and need + cost <= room:
                new[number] = None
                need += cost
            held = held or number in cited or number in new
        if not held or need > room or len(asked) == MOST_REPAIRED:
            left.append((draft, findings))
            continue
        room -= need
        reply_tokens += anew
        cited |= new
        told.append((draft.kind, draft.text, reasons))
        asked.append((draft, findings))
    if not asked:
        return None
    ask = repair_ask(source, told, sorted(cited), wanted.key, wanted.kinds, reply_tokens)
    return _Repair(ask, asked, left)


def _replaced(
    examiner: Examiner, outcome: Outcome, failing: Failing, written: Sequence[Draft], wanted: Wanted
) -> None:
    """Put what was written anew in the place of what failed, if it passes; else the quotes, or nothing."""
    for place, (draft, findings) in enumerate(failing, 1):
        passed = []
        for new in written:
            if not (new.replaces in (place, -1) and _alike(new.text, draft.text)):
                continue
            new, wrong = examiner.examine(replace(new, kind=draft.kind), outcome.numbers)
            if not wrong:
                passed.append(Passed(replace(new, number=draft.number), examiner.statement(new)))
        if passed:
            outcome.passed.extend(passed)
            continue
        outcome.refused.append(refused(examiner, draft, findings, outcome.numbers, wanted.quote))


def _alike(new: str, old: str) -> bool:
    """Whether a text says something of what another one said; a repair that does not is another statement."""
    said, before = words(new), words(old)
    return len(said & before) >= ALIKE * min(len(said), len(before))


def refused(
    examiner: Examiner, draft: Draft, findings: Sequence[Finding], among: range, quote: bool
) -> Refused:
    """A statement that failed for good, with the lines it stood for."""
    quotes = examiner.quotes(draft, findings, among) if quote else ()
    why = shortened("; ".join(f"{f.kind}: {f.reason}" for f in findings), _WHY_CHARS)
    return Refused(Fallback("quoted" if quotes else "dropped", why, draft.text, tuple(findings)), quotes)
