"""Statements as Markdown under headings: bullets for sentences, fences for lines of code, logs and the like.

A quote is shown line by line as it stands in its source, and nothing in it can pass for a heading or close a
fence. Quotes of one source that share a fence have a blank line between them where something was left out, if
lines are indented there: of code it must be told what does not follow on each other, of logs it goes without saying.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from limbeck.core.artifact import Statement
from limbeck.core.source import Span

LISTED_AT_MOST = 2
"""So many lines of one source that read like no sentences are bullets; more share a fence, which is cheaper."""

SAID = frozenset(
    {
        "goal",
        "constraints",
        "decisions",
        "open ends",
        "next step",
        "decision",
        "constraint",
        "preference",
        "open question",
    }
)
"""Kinds that hold what people and the agent say: their quotes are bullets wherever they can be."""

# What opens a block of its own at the head of a line: headings, fences, quotes, tables, tags, rules, indentation.
_BLOCK = re.compile(r"[ \t]*(?:#|>|\||<|`{3}|~{3}|(?:[-*_=+][ \t]*){3}|[-+*]\s|\d{1,9}[.)]\s)|\t| {4}")
_LINE_END = re.compile(r"\r\n?|\n")
_SENTENCE_END = re.compile("[.!?:…。！？।؟][\"'”’»)*_`]*$")
_INDENTED = re.compile(r"(?m)^(?:[ \t]{2,}|\d+[:|\t-] {2,}|[-+ ] {3,})\S")
_TICKS = re.compile(r"[ \t]*(?:`{3}|~{3})")
_BACKTICKS = re.compile(r"`{3,}")
_NEAR_CHARS = 4
"""Quotes no further apart follow on each other: a line end, or its escape in a JSON string, lies between them."""


HEADINGS = {
    "decision": "Decisions",
    "constraint": "Constraints",
    "preference": "Preferences",
    "fact": "Facts",
    "procedure": "Procedures",
    "pitfall": "Pitfalls",
    "open question": "Open questions",
    "event": "Events",
}
"""What stands above the statements of a kind, where it is not the kind itself."""
LABELS = {"user": "User", "assistant": "Agent", "system": "System", "developer": "System"}
"""What stands before a quote of a conversation; other speakers stand as they are."""


def markdown(statements: Sequence[Statement], citations: bool = False) -> str:
    """The statements as Markdown, one heading for each kind in the order in which kinds first occur.

    Args:
        statements: Quoted or written; those of a kind should follow on each other.
        citations: Whether `[2:140-180]` behind each statement says where its evidence stands: number of the
            source, code points from and to.

    Returns:
        The text, without a line end behind it; empty for no statements. Every line of a quote stands in it
        byte for byte. Linear.
    """
    kinds = dict.fromkeys(statement.kind for statement in statements)
    parts = []
    for kind in kinds:
        heading = f"## {HEADINGS.get(kind, kind[:1].upper() + kind[1:])}\n"
        parts.append(heading + _section([s for s in statements if s.kind == kind], citations))
    return "\n\n".join(parts)


def plain(statements: Sequence[Statement]) -> str:
    """The statements alone, one below the other: for budgets that no heading fits in."""
    return "\n".join(label(statement) + statement.text for statement in statements)


def label(statement: Statement) -> str:
    """`User: ` before the words of the user, and so on; nothing before what nobody says."""
    return f"{LABELS.get(statement.speaker, statement.speaker)}: " if statement.speaker else ""


def cited(spans: Iterable[Span]) -> str:
    """`[2:140-180] [2:300-320]`"""
    return " ".join(f"[{s.source}:{s.start}-{s.end}]" for s in spans)


def _section(statements: Sequence[Statement], citations: bool) -> str:
    blocks = []
    for _, together in groupby(statements, key=_group):
        group = list(together)
        if _needs_fence(group):
            blocks.append(_fence(group, citations))
        else:
            blocks.extend(_bullet(statement, citations) for statement in group)
    return "\n".join(blocks)


def _group(statement: Statement) -> tuple[int, str, bool]:
    """What may share a fence: quotes of one source and speaker, or written texts that would not stay in an item."""
    if not statement.quoted:
        return -1, "", _fits_bullet(statement)
    return statement.evidence[0].source, statement.speaker, statement.speaker == "" or _fits_bullet(statement)


def _needs_fence(group: Sequence[Statement]) -> bool:
    if any(not _fits_bullet(statement) for statement in group):
        return True
    loose = sum(_SENTENCE_END.search(statement.text) is None for statement in group)
    unsaid = group[0].quoted and not group[0].speaker and group[0].kind not in SAID
    return unsaid and loose > LISTED_AT_MOST and 2 * loose > len(group)


def _fits_bullet(statement: Statement) -> bool:
    """Whether every line of a text can stand in a list item as it is; behind a label, the first line always can."""
    text = statement.text
    first, *others = _LINE_END.split(text)
    if not first[:1].strip() or (others and _SENTENCE_END.search(text) is None):
        return False
    opens = _TICKS if statement.speaker else _BLOCK
    return not opens.match(first) and not any(
        _BLOCK.match(line) or not line or line.isspace() for line in others
    )


def _bullet(statement: Statement, citations: bool) -> str:
    rationale = f" ({statement.rationale})" if statement.rationale else ""
    where = " " + cited(statement.evidence) if citations else ""
    return f"- {label(statement)}{statement.text}{rationale}{where}"


def _fence(group: Sequence[Statement], citations: bool) -> str:
    longest = max((len(run) for s in group for run in _BACKTICKS.findall(s.text)), default=2)
    mark = "`" * (longest + 1)
    lines = [label(group[0]).rstrip()] if group[0].speaker else []
    lines += [mark, *_excerpt(group), mark]
    if citations:
        lines.append(cited(span for s in group for span in s.evidence))
    return "\n".join(lines)


def _excerpt(group: Sequence[Statement]) -> Iterator[str]:
    last = group[0].evidence[0].start
    indented = any(_INDENTED.search(statement.text) for statement in group)
    for statement in group:
        span = statement.evidence[0]
        if indented and statement.quoted and span.start > last + _NEAR_CHARS:
            yield ""
        yield statement.text
        last = span.end
