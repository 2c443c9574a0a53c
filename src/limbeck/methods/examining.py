"""What is held against a draft: the guard's findings for it and for its sentences, and the lines it stood for.

Nothing is said to be true because a model wrote it. A statement stands because the guard finds nothing in it against
the lines it rests on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from limbeck.core.artifact import Statement
from limbeck.core.distiller import Failed
from limbeck.core.findings import Finding
from limbeck.core.source import Span
from limbeck.split.sentences import sentence_starts

from .guards import Guard
from .numbered import Numbered
from .replies import Draft, Read, bared, speaks

QUOTED_AT_MOST = 2
"""Sentences of so many chunks stand for one refused statement."""
STANDS_FOR = 0.3
"""A chunk stands for a statement if it holds this share of its words, rare words weighing more;"""
STANDS_TOO = 0.2
"""a second one if it holds this share."""
OWN_WORDS = frozenset({"goal", "constraints", "decisions", "next step"})
"""Sections that speak for the user: what a tool said is quoted under `state` instead."""
_ITEM = re.compile(r"(?:[-*+•‣–]|\(?\d{1,3}[.)])[ \t]+(?=\S)")


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
        parts = (bared(draft.text[start:end]) for start, end in zip(starts, ends, strict=True))
        return [
            self.examine(replace(draft, text=part, rationale=""), among) for part in parts if speaks(part)
        ]

    def statement(self, draft: Draft) -> Statement:
        """The statement of a draft that passed."""
        evidence = self.source.spans(draft.cites)
        support = min(1.0, max(0.0, self.guard.support(draft.text, evidence)))
        return Statement(draft.kind, draft.text, evidence, False, draft.rationale, support)

    def quotes(self, draft: Draft, findings: Iterable[Finding], among: range) -> tuple[Statement, ...]:
        """The sentences and lines that a refused draft stood for, as they stand in the source; none if for none."""
        from_user_only = any(finding.kind in ("role", "hijack") for finding in findings)
        overlap = {
            number: self.source.overlap(draft.text, number)
            for number in (*draft.cites, *self.source.nearest(draft.text, among))
        }
        best = sorted(overlap, key=lambda number: (-overlap[number], number))[:QUOTED_AT_MOST]
        found = list[Statement]()
        for number in best:
            said = self.source.said(number)
            own = said in ("user", "system")
            if overlap[number] < (STANDS_TOO if found else STANDS_FOR) or (from_user_only and not own):
                continue
            kind = draft.kind if own or said == "document" or draft.kind not in OWN_WORDS else "state"
            found += (self.quote(kind, span) for span in self.source.standing_for(draft.text, number))
        return tuple(found)

    def quote(self, kind: str, span: Span) -> Statement:
        """A quote of a span without the white space around it, and without the mark of an item before what was said."""
        text = self.source.context.sources[span.source].text[span.start : span.end]
        start = span.start + len(text) - len(text.lstrip())
        item = _ITEM.match(text.strip()) if self.source.spoken(span.source) else None
        bare = text.strip()[item.end() if item else 0 :]
        start += item.end() if item else 0
        exact = Span(span.source, start, start + len(bare))
        return Statement(kind, bare, (exact,), True, speaker=self.source.voice(exact))

    def unusable(self, read: Read, among: range) -> Failed | None:
        """Why a reply cannot be used at all: it holds no statement, answers the material, or is mere prose."""
        drafts = read.drafts
        if not drafts:
            how = "holds" if read.formed else "is not the JSON that was asked for, and it holds"
            return Failed("malformed", f"the reply {how} no statement that can be read")
        text = "\n".join(draft.text for draft in drafts)
        hijacks = [finding for finding in self.guard.examine(text) if finding.kind == "hijack"]
        at = hit = 0
        for draft in drafts:
            end = at + len(draft.text)
            hit += any((f.start < end and at < f.end) or f.start == f.end == 0 for f in hijacks)
            at = end + 1
        if 2 * hit >= len(drafts):
            return Failed("malformed", "the reply answers or obeys the material instead of describing it")
        if not (read.formed or any(self._any_passes(draft, among) for draft in drafts)):
            reason = (
                "the reply is not the JSON that was asked for, and nothing in it is borne out by the source"
            )
            return Failed("malformed", reason)
        return None

    def lines(self, draft: Draft, findings: Sequence[Finding], among: range) -> list[int]:
        """The chunks that a draft which failed should rest on: cited, found, or named by a finding."""
        found = dict.fromkeys((*draft.cites, *self.source.nearest(draft.text, among, 2)))
        spans = [span for finding in findings for span in finding.evidence[:1]]
        found.update(dict.fromkeys(number for number in self.source.numbers(spans) if number in among))
        return list(found)

    def _any_passes(self, draft: Draft, among: range) -> bool:
        return any(not findings for _, findings in self.sentences(draft, among))

    def _findings(self, draft: Draft) -> list[Finding]:
        evidence = self.source.spans(draft.cites)
        return [f for f in self.guard.examine_statement(draft.text, evidence) if not f.omission]
