"""What a digest must not lose: constraints, errors nobody mended, what was asked first and last.

From the text alone. What a tool returned lays down no rule and asks for nothing, whatever it says.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from limbeck.core.context import Context, Form, Segments
from limbeck.core.source import Span
from limbeck.split.constraints import constraint_spans
from limbeck.split.requirements import HESITANT, requirement_spans

from .calls import ARGUMENTS
from .sentence_rows import PROSE
from .speakers import SYSTEM_ROLES, TOOL_ROLES, speakers

CONSTRAINT, REQUIREMENT = "a constraint", "a requirement"
ERROR, GOAL = "an unresolved error", "what was asked"

FAILURE = re.compile(
    r"(?m)^[ \t]*(?:E[ \t]+)?(?:\x1b\[[\d;]*m)*(?:(?:[\w.]+\.)?[A-Za-z]\w*(?:Error|Exception)(?::|[ \t]*$)"
    r"|(?:error|fatal|panic|FAILED|FAIL)\b(?:[:\[]|[ \t]+\S)|(?:Error|ERROR|FATAL|Fatal|Failure)\b[^\n]{0,40}:[ \t]"
    r"|[\w./-]{1,60}: (?:[^\n]{0,160}: )?(?:cannot |could not |No such file|[Pp]ermission denied"
    r"|command not found|syntax error|not found$"
    r"|[Ii]s a directory|[Oo]peration not permitted|invalid option|unrecognized option)|(?:bash|sh"
    r"|zsh)\b[^\n]{0,80}: (?:command not found"
    r"|No such file)"
    r"|Segmentation fault|thread '[^'\n]{0,80}' panicked|Caused by:)"
    r"|^[ \t]*\"(?:error|errors|error_message)\":[ \t]*(?!null|\"\"|false|\[\]|\{\})"
    r"|(?P<code>(?i:\b(?:exit(?:ed)?(?:[ \t]with)?|returned)[ \t_-]?(?:code|status)?[:= ]{1,2}(?:code "
    r"|status )?[1-9]\d{0,2}\b"
    r"|<returncode>[1-9]|\"exit_code\":[ \t]*[1-9]))"
)
"""A line by which a program says that it failed, as it stands in its output and hardly in code."""
_LISTED = frozenset({"code", "diff", "grep", "listing"})
"""Kinds of output that show files, in which a failure is quoted rather than met."""
LAST_CHARS = 400
"""Unless it ends with one, as what was run and failed does."""
_ASKS = re.compile(
    r"(?i)\b(?:please|can you|could you|would you|i need|i want|i(?:'d| would) like|we need|we want|help me|let's|fix"
    r"|add"
    r"|implement|write|create|find out|make|update|change|explain|investigate|check|bitte|kannst du|könntest"
    r"|ich (?:brauche|möchte|will)"
    r"|peux-tu|pouvez-vous|je (?:voudrais|veux)|por favor|puedes|quiero|necesito)\b|[?？]\s*$"
)
_TAG = re.compile(r"<.*>|#+ .*|[-=*_ ]+|.*:", re.DOTALL)
_GOAL_CHARS = 600
"""A row longer than this is no request but what comes with it."""


class Must(NamedTuple):
    """One thing that must not be lost: why, its rows (in order), the span it covers."""

    what: str
    rows: tuple[int, ...]
    span: Span


def constraints(context: Context) -> list[Must]:
    """What user and system text lays down: firm rules, then softer requirements; of both the user's first.

    Softer ones with the shortest first: the longer a sentence, the likelier it only tells something.
    """
    found: list[tuple[tuple[bool, bool, int], Must]] = []
    bare = not any(source.pointer for source in context.sources)
    for number, (rows, role) in enumerate(_said(context)):
        source = context.sources[number]
        if role != "user" and role not in SYSTEM_ROLES:
            continue
        if bare and source.kind in ("json", *_LISTED):
            continue
        firm = {
            span
            for span in constraint_spans(source.text)
            if not bare or HESITANT.search(source.text, *span) is None
        }
        for start, end in sorted(firm.union(requirement_spans(source.text))):
            soft = (start, end) not in firm
            touched = rows_of(context.segments, rows, start, end)
            if touched:
                must = Must(REQUIREMENT if soft else CONSTRAINT, touched, Span(number, start, end))
                found.append(((soft, role != "user", end - start if soft else 0), must))
    return [must for _, must in sorted(found, key=lambda entry: entry[0])]


def unresolved(context: Context) -> list[Must]:
    """The last failure of each tool output that no later success of the same command mends, newest first."""
    calls = {
        source.part: source.text.strip()
        for source in context.sources
        if source.part >= 0 and ARGUMENTS.search(source.pointer)
    }
    last: dict[str, Must] = {}
    for number, (rows, role) in enumerate(_said(context)):
        source = context.sources[number]
        if role not in TOOL_ROLES or not len(rows):
            continue
        key = calls.get(source.part, f"\n{number}")
        last.pop(key, None)
        failure = _last_failure(source.text)
        if source.kind in _LISTED and failure < len(source.text) - LAST_CHARS:
            continue
        if failure >= 0:
            start = failure + _indent(source.text, failure)
            touched = rows_of(context.segments, rows, start, start + 1)
            if touched:
                segments = context.segments
                span = Span(number, segments.start[touched[0]], segments.end[touched[-1]])
                last[key] = Must(ERROR, touched, span)
    return list(last.values())[::-1]


def _last_failure(text: str) -> int:
    """Where the last line that tells of a failure begins; one that tells more than a number, if there is one."""
    found = -1
    for failure in FAILURE.finditer(text):
        if failure.lastgroup != "code" or found < 0:
            found = failure.start()
    return found


def goals(context: Context) -> list[Must]:
    """What the user asked first, with the sentence it began with, and the newest request."""
    asked: list[list[int]] = []
    message = -1
    for number, (rows, role) in enumerate(_said(context)):
        source = context.sources[number]
        if role != "user" or not source.pointer or source.kind not in PROSE:
            continue
        spoken = [row for row in rows if _says(context.segments, row)]
        if spoken and source.message == message:
            asked[-1] += spoken
        elif spoken:
            asked.append(spoken)
            message = source.message
    found: dict[int, Must] = {}
    for at, said in enumerate(asked):
        if at in (0, len(asked) - 1):
            for row in _requests(context.segments, said, at == 0):
                found.setdefault(row, Must(GOAL, (row,), context.segments.span(row)))
    return list(found.values())


def _requests(segments: Segments, rows: list[int], first: bool) -> list[int]:
    """The first sentence that asks for something; of the first message also how it begins."""
    short = [row for row in rows if segments.end[row] - segments.start[row] <= _GOAL_CHARS]
    asking = [row for row in short if _ASKS.search(segments.text(row).strip())]
    return list(dict.fromkeys([*asking[:1], *short[:first]]))


def _says(segments: Segments, row: int) -> bool:
    return (
        row not in segments.written
        and segments.form[row] == Form.PLAIN
        and _TAG.fullmatch(text := segments.text(row).strip()) is None
        and any(map(str.isalnum, text))
    )


def _indent(text: str, at: int) -> int:
    return len(text[at : at + 80]) - len(text[at : at + 80].lstrip())


def rows_of(segments: Segments, rows: range, start: int, end: int) -> tuple[int, ...]:
    """The rows of a source that overlap `[start, end)`, those that are no quotes aside."""
    first = bisect_right(segments.end, start, rows.start, rows.stop)
    stop = bisect_left(segments.start, end, first, rows.stop)
    return tuple(row for row in range(first, stop) if row not in segments.written)


def _said(context: Context) -> Iterator[tuple[range, str]]:
    return zip(context.source_rows(), speakers(context), strict=True)
