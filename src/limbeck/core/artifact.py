"""A distillate that is not a context: a digest, a summary, notes. Statements, each with its evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from .context import Context
from .decisions import Check, Usage
from .findings import Finding
from .source import Span
from .visible import number_of

SECTIONS = (
    "goal",
    "constraints",
    "decisions",
    "state",
    "artifacts",
    "errors and fixes",
    "open ends",
    "next step",
)
"""The sections of a digest and of a summary, in the order in which they are shown."""

NOTE_KINDS = (
    "goal",
    "decision",
    "constraint",
    "preference",
    "fact",
    "procedure",
    "pitfall",
    "open question",
    "event",
)
"""The types of a note, in the order in which they are shown."""


@dataclass(frozen=True)
class Statement:
    """The smallest thing a digest, a summary or notes consist of.

    Attributes:
        kind: One of `SECTIONS` for a digest or a summary, of `NOTE_KINDS` for notes.
        text: What is said. If `quoted`, the text of its one evidence span, byte for byte.
        evidence: Spans of the original sources it rests on; never empty.
        quoted: Whether it is a quote and not written.
        rationale: For a decision, why; written, and checked like the text.
        confidence: 0 to 1: how far its evidence bears it out, as measured by the guards; 1 for a quote.
        supersedes: Positions (in `Artifact.statements`) of statements that this one replaces.
        speaker: Of a quote, whose words it is: a role (`user`, `assistant`, `system`), in a transcript the name
            that opens the turn; empty where a tool, a document or the quote itself says it.
    """

    kind: str
    text: str
    evidence: tuple[Span, ...]
    quoted: bool = False
    rationale: str = ""
    confidence: float = 1.0
    supersedes: tuple[int, ...] = ()
    speaker: str = ""


class Fallback(NamedTuple):
    """Something that was not written as asked, and what stands in its place.

    Attributes:
        what: `quoted` (a failing sentence was replaced by the lines it stood for), `dropped` (they did not fit),
            `digest` (no model's text was used: for the whole, or for a part of a long source).
        why: The fault, in words: `endpoint timeout after 30.0 s`, `altered number 512`.
        text: The words that were refused, if there were any.
        findings: What the guards found in them.
    """

    what: Literal["quoted", "dropped", "digest"]
    why: str
    text: str = ""
    findings: tuple[Finding, ...] = ()


class Spent(NamedTuple):
    """What the model calls of one distillation cost, as the endpoints counted.

    Attributes:
        calls: Requests that were answered, retries aside.
        prompt_tokens, completion_tokens: As reported by the endpoint; counted here where it reports nothing.
        usd: Money, if prices are known; else 0.
        replayed: How many of the calls came from the tape and cost nothing.
    """

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    usd: float = 0.0
    replayed: int = 0


@dataclass(frozen=True, repr=False)
class Artifact:
    """Statements with their evidence, and the account of how they came about.

    Attributes:
        form: What it is: a digest (quotes alone), a summary, or notes.
        statements: In the order they are shown.
        before: The context that came in; spans point into its sources.
        usage: Tokens of the source and of `text`, budget, time.
        checks: The laws and guards that were verified, then warnings (a must-keep that is missing, ...).
        method: The name of the method.
        text: The statements as Markdown under their headings.
        fallbacks: What was not written as asked, in order; empty if all was.
        omissions: Must-keeps of the source that no statement carries.
        spent: What the model calls cost.
    """

    form: Literal["digest", "summary", "notes"]
    statements: tuple[Statement, ...]
    before: Context
    usage: Usage
    checks: tuple[Check, ...]
    method: str
    text: str
    fallbacks: tuple[Fallback, ...] = ()
    omissions: tuple[Finding, ...] = ()
    spent: Spent = field(default_factory=Spent)

    def __repr__(self) -> str:
        """One line, whatever the size."""
        return (
            f"<Artifact {self.form} by {self.method}: {self.tokens_before:,} -> {self.tokens_after:,} tokens, "
            f"{number_of(len(self.statements), 'statement')}, {number_of(len(self.fallbacks), 'fallback')}>"
        )

    @property
    def tokens_before(self) -> int:
        """Tokens of what came in."""
        return self.usage.tokens_before

    @property
    def tokens_after(self) -> int:
        """Tokens of `text`, by the same counter."""
        return self.usage.tokens_after

    def evidence_of(self, number: int) -> tuple[str, ...]:
        """The texts that statement `number` rests on, byte for byte.

        Raises:
            IndexError: There is no such statement.
        """
        sources = self.before.sources
        return tuple(sources[s.source].text[s.start : s.end] for s in self.statements[number].evidence)
