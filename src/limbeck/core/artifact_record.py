"""An artifact as plain values that JSON can carry, and what can be checked of such a record in another process.

A record holds the statements with the text of their evidence, not the sources: these are named by the sha256
of their texts, so that a citation can be found again in the source it was made of.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from .artifact import Artifact, Statement
from .errors import FormatError
from .findings import Finding
from .record_fields import conform
from .source import Span

VERSION = 1
MARK = "limbeck_artifact"
"""The key that only such a record has."""

_EVIDENCE: Final = {"source": int, "start": int, "end": int, "message": int, "role": str, "text": str}
_STATEMENT: Final = {
    "kind": str,
    "text": str,
    "quoted": bool,
    "rationale": str,
    "confidence": float,
    "supersedes": [int],
    "speaker?": str,
    "evidence": [_EVIDENCE],
}
_FIELDS: Final = {
    "form": str,
    "text": str,
    "statements": [_STATEMENT],
    "sources": [{"message": int, "pointer": str, "kind": str, "content": str, "characters": int}],
}


class Cited(NamedTuple):
    """What a record says: its text, its statements, and the sha256 of each source that their spans point into."""

    text: str
    statements: tuple[Statement, ...]
    contents: tuple[str, ...]


def artifact_record(artifact: Artifact) -> dict[str, Any]:
    """The whole artifact as JSON values: text, statements with their evidence, fallbacks, omissions, cost."""
    before = artifact.before
    roles = _roles(artifact)
    return {
        MARK: VERSION,
        "form": artifact.form,
        "method": artifact.method,
        "text": artifact.text,
        "query": before.query,
        "statements": [
            {
                "kind": s.kind,
                "text": s.text,
                "quoted": s.quoted,
                "rationale": s.rationale,
                "confidence": s.confidence,
                "supersedes": list(s.supersedes),
                "speaker": s.speaker,
                "evidence": [
                    {
                        **span._asdict(),
                        "message": before.sources[span.source].message,
                        "role": roles.get(before.sources[span.source].message, ""),
                        "text": text,
                    }
                    for span, text in zip(s.evidence, artifact.evidence_of(number), strict=True)
                ],
            }
            for number, s in enumerate(artifact.statements)
        ],
        "usage": artifact.usage._asdict(),
        "spent": artifact.spent._asdict(),
        "checks": [check._asdict() for check in artifact.checks],
        "fallbacks": [
            {"what": f.what, "why": f.why, "text": f.text, "findings": [_finding(one) for one in f.findings]}
            for f in artifact.fallbacks
        ],
        "omissions": [_finding(one) for one in artifact.omissions],
        "notes": list(before.notes),
        "sources": [
            {
                "message": s.message,
                "pointer": s.pointer,
                "kind": s.kind,
                "content": s.content,
                "characters": len(s.text),
            }
            for s in before.sources
        ],
    }


def read_citations(record: object) -> Cited:
    """What a record that `artifact_record` wrote says.

    Raises:
        FormatError: Not such a record, of another version, or damaged.
    """
    if not isinstance(record, Mapping) or MARK not in record:
        raise FormatError(f"not an artifact: there is no {MARK!r}; `limbeck digest FILE --json` writes one")
    if record[MARK] != VERSION:
        raise FormatError(
            f"the artifact has version {record[MARK]!r}, this program reads version {VERSION}; write it again"
        )
    conform(record, _FIELDS)
    sources = len(record["sources"])
    return Cited(
        record["text"],
        tuple(_statement(entry, number, sources) for number, entry in enumerate(record["statements"])),
        tuple(source["content"] for source in record["sources"]),
    )


def _statement(entry: Mapping[str, Any], number: int, sources: int) -> Statement:
    spans = tuple(Span(e["source"], e["start"], e["end"]) for e in entry["evidence"])
    for span in spans:
        if not (0 <= span.source < sources and 0 <= span.start <= span.end):
            raise FormatError(
                f"the artifact is damaged: statement {number} cites [{span.start}, {span.end}) of source "
                f"{span.source}, and it has {sources}"
            )
    return Statement(
        entry["kind"],
        entry["text"],
        spans,
        entry["quoted"],
        entry["rationale"],
        entry["confidence"],
        tuple(entry["supersedes"]),
        entry.get("speaker", ""),
    )


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "text": finding.text,
        "start": finding.start,
        "end": finding.end,
        "reason": finding.reason,
        "evidence": [span._asdict() for span in finding.evidence],
    }


def _roles(artifact: Artifact) -> dict[int, str]:
    """The role by the number that the sources of a message carry."""
    before = artifact.before
    column = before.segments.source
    return {
        before.sources[column[m.segments.start]].message: m.role for m in before.messages if len(m.segments)
    }
