"""What came of holding a written text against its source: findings, omissions, and where each stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .audit_colors import colored_text
from .audit_report import Verdict, report_text
from .audit_rows import Evidence, Origin, Place, Row, evidence_of, place_of, sentence_of
from .context import Context
from .findings import Finding
from .visible import number_of

VERSION = 1
_LEAST_COLUMNS = 40


@dataclass(frozen=True, repr=False)
class Audit:
    """A text that somebody wrote, held against what it was written from.

    Attributes:
        text: What was checked.
        findings: What is wrong, in the order of the text.
        omissions: What is missing: must-keeps of the source, length.
        context: The source, or all sources one after another; evidence spans point into it.
        origins: What the context was read from, in order.
        speakers: For each source of the context, who said it.
        tokens_source, tokens_text: By the same counter, of the texts alone.
        counter: Its name.
        exact: Whether it counts exactly; if not, the figures are upper bounds.
        complete: Whether omissions count: see `clean`.
        sentences: Where each sentence of the text begins and ends, ascending.
        notes: What was odd about the input and was accepted.
    """

    text: str
    findings: tuple[Finding, ...]
    omissions: tuple[Finding, ...]
    context: Context
    origins: tuple[Origin, ...]
    speakers: tuple[str, ...]
    tokens_source: int
    tokens_text: int
    counter: str
    exact: bool
    complete: bool = False
    sentences: tuple[tuple[int, int], ...] = ()
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """One line, whatever the size."""
        return (
            f"<Audit of {self.tokens_text:,} tokens against {self.tokens_source:,}: "
            f"{number_of(len(self.findings), 'finding')}, {number_of(len(self.omissions), 'omission')}>"
        )

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong; where `complete` was asked for, also nothing missing."""
        return not self.findings and not (self.complete and self.omissions)

    @property
    def empty(self) -> bool:
        """Whether there is no text that could be wrong."""
        return not self.text.strip()

    def place(self, finding: Finding) -> Place:
        """The line, the column and the sentence of a finding; for what is missing, 0, 0 and nothing."""
        return place_of(self.text, self.sentences, finding)

    def evidence(self, finding: Finding) -> tuple[Evidence, ...]:
        """The spans that a finding rests on, each with its name, message, role, line and text."""
        return tuple(
            evidence_of(self.context, self.origins, self.speakers, span) for span in finding.evidence
        )

    def report(self, columns: int = 80, color: bool = False) -> str:
        """The table: kind, line, words, why, and where the source says otherwise; safe to print.

        Args:
            columns: The widest line, in code points; at least 40.
            color: Whether escape sequences color it, for a terminal.
        """
        verdict = Verdict(
            self.clean,
            self.empty,
            self.complete,
            self.tokens_text,
            self.tokens_source,
            "" if self.exact else f" by {self.counter} (upper bound)",
            tuple(
                o.name + (f" ({number_of(o.messages, 'message')})" if o.messages else "")
                for o in self.origins
            ),
        )
        found, missing = self._rows(self.findings), self._rows(self.omissions)
        return report_text(verdict, found, missing, self.notes, max(_LEAST_COLUMNS, columns), color)

    def colored(self, columns: int = 80) -> str:
        """The text with its findings colored, and a legend; empty if none of them has a place in it.

        Control characters of the text are shown as escapes; stretches without findings are folded.
        """
        return colored_text(self.text, self.findings, max(_LEAST_COLUMNS, columns))

    def to_json(self) -> dict[str, Any]:
        """The whole account as JSON values; docs/writing.md states the schema, which has a version."""
        return {
            "limbeck_audit": VERSION,
            "clean": self.clean,
            "empty": self.empty,
            "complete": self.complete,
            "tokens_text": self.tokens_text,
            "tokens_source": self.tokens_source,
            "counter": self.counter,
            "exact": self.exact,
            "sources": [
                {
                    "name": origin.name,
                    "messages": origin.messages or None,
                    "characters": sum(len(self.context.sources[number].text) for number in origin.sources),
                }
                for origin in self.origins
            ],
            "findings": [row.to_json() for row in self._rows(self.findings)],
            "omissions": [row.to_json() for row in self._rows(self.omissions)],
            "notes": list(self.notes),
            "text": self.text,
        }

    def _rows(self, findings: Iterable[Finding]) -> list[Row]:
        return [self._row(finding) for finding in findings]

    def _row(self, finding: Finding) -> Row:
        texts = tuple(self.context.sources[span.source].text for span in finding.evidence)
        first, _ = sentence_of(self.text, self.sentences, finding)
        return Row(finding, self.place(finding), self.evidence(finding), texts, finding.start - first)
