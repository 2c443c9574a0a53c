"""The laws that every digest, summary and set of notes is checked against before anyone sees it."""

from __future__ import annotations

from .artifact import NOTE_KINDS, SECTIONS, Artifact
from .decisions import Check
from .errors import LawError
from .source import Span


def verify_artifact(artifact: Artifact) -> tuple[Check, ...]:
    """Check an artifact against the laws; linear in its text.

    Returns:
        One check a law, all passed, then warnings: must-keeps that no statement carries, oddities of the input.

    Raises:
        LawError: A law is broken; the artifact must not be used.
    """
    # Texts cannot be compared with evidence that does not exist.
    laws = LAWS if not _evidence(artifact) else LAWS[:1]
    broken = [(name, detail) for name, law in laws if (detail := law(artifact))]
    if broken:
        raise LawError(
            "; ".join(f"{name}: {detail}" for name, detail in broken) + " (a bug: please report it)"
        )
    return tuple(Check(name, True) for name, _ in LAWS) + tuple(_warnings(artifact))


def _evidence(artifact: Artifact) -> str:
    """Every statement rests on spans that lie within the sources and hold something."""
    sources = artifact.before.sources
    for number, statement in enumerate(artifact.statements):
        if not statement.evidence:
            return f"statement {number} has none"
        for span in statement.evidence:
            if not (
                0 <= span.source < len(sources)
                and 0 <= span.start < span.end <= len(sources[span.source].text)
            ):
                return f"statement {number} points at {tuple(span)}, which lies in no source"
    return ""


def _verbatim(artifact: Artifact) -> str:
    """A quote is the text of its one span; a digest holds nothing else."""
    for number, statement in enumerate(artifact.statements):
        if not statement.quoted:
            if artifact.form == "digest":
                return f"statement {number} of a digest is not quoted"
            continue
        if len(statement.evidence) != 1 or artifact.evidence_of(number)[0] != statement.text:
            return f"statement {number} is not the text of its span"
    return ""


def _kinds(artifact: Artifact) -> str:
    known = NOTE_KINDS if artifact.form == "notes" else SECTIONS
    for number, statement in enumerate(artifact.statements):
        if statement.kind not in known:
            return f"statement {number} is a {statement.kind!r}, which is no kind of {artifact.form}"
    return ""


def _distinct(artifact: Artifact) -> str:
    """No span is quoted twice."""
    seen: set[Span] = set()
    for number, statement in enumerate(artifact.statements):
        if statement.quoted:
            if statement.evidence[0] in seen:
                return f"statement {number} quotes a span a second time"
            seen.add(statement.evidence[0])
    return ""


def _superseding(artifact: Artifact) -> str:
    """What a statement replaces is another statement."""
    count = len(artifact.statements)
    for number, statement in enumerate(artifact.statements):
        for other in statement.supersedes:
            if other == number or not 0 <= other < count:
                return f"statement {number} replaces number {other} of {count}"
    return ""


def _shown(artifact: Artifact) -> str:
    """The text holds every statement, in order."""
    at = 0
    for number, statement in enumerate(artifact.statements):
        found = artifact.text.find(statement.text, at)
        if found < 0:
            return f"statement {number} does not stand in the text where it should"
        at = found + len(statement.text)
    return ""


def _budget(artifact: Artifact) -> str:
    usage = artifact.usage
    over = usage.tokens_after > usage.limit_tokens and usage.tokens_before > 0
    return f"{usage.tokens_after} tokens for a budget of {usage.limit_tokens}" if over else ""


def _never_larger(artifact: Artifact) -> str:
    usage = artifact.usage
    larger = usage.tokens_after > usage.tokens_before
    return f"{usage.tokens_before} tokens became {usage.tokens_after}" if larger else ""


LAWS = (
    ("evidence", _evidence),
    ("verbatim", _verbatim),
    ("kinds", _kinds),
    ("distinct", _distinct),
    ("superseding", _superseding),
    ("shown", _shown),
    ("budget", _budget),
    ("never larger", _never_larger),
)


def _warnings(artifact: Artifact) -> list[Check]:
    found = [Check("input", True, note) for note in artifact.before.notes]
    for omission in artifact.omissions:
        found.append(Check("must-keep", False, f"left out: {omission.text.strip()[:200]}"))
    return found
