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

from .lexical import REPORTS
from .mending import failed_test, families, passes, results
from .rubble import announced, leads
from .sentence_rows import spoken
from .speakers import SYSTEM_ROLES, speakers

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
PREFERS = re.compile(
    r"(?i)\b(?:prefer|preferably|ideally|favou?rite|(?:i|we)(?:'d| would) (?:much )?(?:rather|like|love|prefer)"
    r"|i (?:like|love|hate"
    r"|dislike|usually|tend to)"
    r"|(?:nicer|better|easier) (?:for me|if)|am liebsten|lieber|bevorzug\w+|mag ich|je préfère|plutôt|prefiero"
    r"|prefer(?:iría|iríamos)|me gusta)\b"
)
"""Words of a preference."""
_SENTENCE = re.compile(r"[^\W\d_](?=[^\n]*[a-z ]{12})[^\n]*(?:\n\S[^\n]*)*[.!]")
"""What begins with a letter, ends with a full stop and has words in it."""
MOST_REPORTED = 12
"""So many kinds of errors of a bare log are must-keeps: the last, the first, then the newest ones."""
_LEVEL = re.compile(
    r"(?m)^(?=[^\n]{0,90}?(?<![\w./-])(?:ERROR|FATAL|CRITICAL|SEVERE|EMERG|PANIC)(?![\w./=-]))[^\n]"
)
_CLOCK = re.compile(r"(?m)^[^\n]{0,40}\d{1,2}:\d{2}")
_VARIES = re.compile(r"[\d:.,/-]+|0x[0-9a-f]+|\b[0-9a-f]{7,}\b")
"""What differs between lines that report the same."""
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


def constraints(context: Context, softer: bool = True) -> list[Must]:
    """What user and system text lays down: firm rules, then softer requirements; of both the user's first.

    Softer ones, unless they are not wanted, with the shortest first: the longer a sentence, the likelier it only tells
    something.
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
        # Of a message that is mostly output, only what reads like a sentence lays something down.
        said = spoken(source, role)
        softly = [
            span
            for span in (requirement_spans(source.text) if softer else ())
            if said or _SENTENCE.fullmatch(source.text, *span) is not None
        ]
        for start, end in sorted(firm.union(softly)):
            soft = (start, end) not in firm
            if soft and bare and PREFERS.search(source.text, start, end):
                continue  # who of those who met prefers what binds nobody
            touched = rows_of(context.segments, rows, start, end)
            if touched and leads(source.text[start:end]):
                told = announced(context, touched[-1])
                touched = (*touched, *told) if told or not soft else ()
            if touched:
                must = Must(REQUIREMENT if soft else CONSTRAINT, touched, Span(number, start, end))
                found.append(((soft, role != "user", end - start if soft else 0), must))
    return [must for _, must in sorted(found, key=lambda entry: entry[0])]


def unresolved(context: Context) -> list[Must]:
    """The last failure of each tool output that nothing later mends (`mending`), newest first, each wording once.

    Of a bare log or report its lines of level ERROR and above, one of each kind, and its last failure.
    """
    if not any(source.pointer for source in context.sources):
        return _reported(context)
    open_: dict[int, tuple[Must, frozenset[str], str]] = {}
    all_rows = context.source_rows()
    for number, arguments in results(context):
        source, rows = context.sources[number], all_rows[number]
        if not len(rows):
            continue
        done = families(arguments)
        for earlier, (_, tried, test) in list(open_.items()):
            if tried & done or (test and passes(source.text, test)):
                del open_[earlier]
        failure = _last_failure(source.text)
        if source.kind in _LISTED and failure < len(source.text) - LAST_CHARS:
            continue
        if failure >= 0:
            start = failure + _indent(source.text, failure)
            must = _line(context, number, rows, start)
            if must is not None:
                open_[number] = must, done, failed_test(source.text[failure : failure + LAST_CHARS])
    return _distinct(context, [must for must, _, _ in open_.values()][::-1])


def _reported(context: Context) -> list[Must]:
    """Of bare texts that a program wrote: the newest line of each kind that tells of an error, newest first."""
    found: list[Must] = []
    for number, (rows, _) in enumerate(_said(context)):
        source = context.sources[number]
        if source.kind not in REPORTS or (source.kind == "text" and not _CLOCK.search(source.text)):
            continue
        lines = [m.start() for m in _LEVEL.finditer(source.text)]
        last = _last_failure(source.text)
        kinds: dict[str, int] = {}
        for at in sorted({*lines, *([last + _indent(source.text, last)] if last >= 0 else [])}, reverse=True):
            end = source.text.find("\n", at)
            kinds.setdefault(_VARIES.sub("", source.text[at : end if end >= 0 else len(source.text)]), at)
        newest = list(kinds.values())
        # The last one is how it ended, the first one may be what began it.
        for at in [*newest[:1], *newest[-1:], *newest[1:-1]][:MOST_REPORTED]:
            must = _line(context, number, rows, at)
            if must is not None:
                found.append(must)
    return _distinct(context, found)


def _line(context: Context, number: int, rows: range, start: int) -> Must | None:
    touched = rows_of(context.segments, rows, start, start + 1)
    if not touched:
        return None
    segments = context.segments
    return Must(ERROR, touched, Span(number, segments.start[touched[0]], segments.end[touched[-1]]))


def _distinct(context: Context, musts: list[Must]) -> list[Must]:
    """The first of each wording."""
    worded: dict[str, Must] = {}
    for must in musts:
        span = must.span
        worded.setdefault(context.sources[span.source].text[span.start : span.end].strip(), must)
    return list(worded.values())


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
        if role != "user" or not source.pointer or not spoken(source, role):
            continue
        said = [row for row in rows if _says(context.segments, row)]
        if said and source.message == message:
            asked[-1] += said
        elif said:
            asked.append(said)
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
