"""From the rows that stay to statements: neighbors joined, the white space around them left out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

from limbeck.core.artifact import Statement
from limbeck.core.context import Context
from limbeck.core.source import Span

from .calls import ARGUMENTS
from .rubble import OPENS

BRIDGE_CHARS = 6
"""Marks between two kept rows (a comma, brackets, a lone brace) that are quoted along, white space aside."""

_SAYS = re.compile(r"\w")
_SPACE = re.compile(r"\s*")
_LINE_END = re.compile(r"\r\n?|\n")
# Escaped line ends at the edges of what stands in a JSON string, and the separators between its elements.
_LEAD = re.compile(r"(?:\s|\\[nrt]|,(?=\s))+")
_BREAKS = re.compile(r"(?:[ \t]*(?:\r\n|\r|\n|\\n|\\r))+")
_OPENED = re.compile(r"\s*[{\[]")
_TAIL = re.compile(r"(?:\s|(?<!\\)(?:\\\\)*\\[nr]|,)+\Z")
KEY = re.compile(r'\s*"(?:[^"\\]|\\.)*"\s*:\s*"')
# The key of a text in a JSON object, up to the quotation mark that opens the text.
# What makes a line an item, a heading or a quote where it stands.
_ITEM = re.compile(r"(?:(?:[-*+•>]|#{1,6}|\(?\d{1,3}[.)])[ \t]+)+")


def quotes(
    context: Context,
    kept: Sequence[int],
    section: Sequence[int],
    names: Sequence[str],
    alone: Sequence[bool],
    voice: Sequence[str],
) -> tuple[Statement, ...]:
    """Statements that quote the kept rows, by section and within a section in source order.

    Of quotes that read the same, the last one stays.

    Args:
        context: What is digested.
        kept: The rows that stay, ascending.
        section: For each row an index into `names`.
        names: The kinds of statements, in the order they are shown.
        alone: For each row whether its lines are statements of their own, without the bullet that may stand
            before them: what people and the agent say, and what stands in JSON.
        voice: For each row who says it (`voices`).

    Cost: linear in the rows that stay.
    """
    segments = context.segments
    lone = set(only_keys(context, kept))
    runs: list[tuple[int, Span, int]] = []  # section, span, first row
    for row in kept:
        span = segments.span(row)
        if runs:
            number, last, first = runs[-1]
            if (number, last.source) == (section[row], span.source) and _follows(
                context.sources[span.source].text, last.end, span.start, alone[row]
            ):
                runs[-1] = number, Span(span.source, last.start, span.end), first
                continue
        runs.append((section[row], span, row))
    found: dict[tuple[int, str], Statement] = {}
    for at, (number, span, row) in enumerate(runs):
        source = context.sources[span.source]
        if source.kind == "json":
            # Lines of a text in a string keep their indentation where they follow on each other.
            beside = any(
                0 <= other < len(runs)
                and runs[other][0] == number
                and _touch(runs[min(at, other)][1], runs[max(at, other)][1])
                for other in (at - 1, at + 1)
            )
            span = _trimmed_json(source.text, span, row in lone, beside)
        else:
            span = _trimmed(source.text, span, alone[row])
        text = source.text[span.start : span.end]
        if text and not (source.kind == "json" and OPENS.match(text)):
            found.pop((number, text), None)
            found[number, text] = Statement(names[number], text, (span,), quoted=True, speaker=voice[row])
    order = sorted(found, key=lambda key: key[0])
    return tuple(found[key] for key in order)


def only_keys(context: Context, rows: Iterable[int] | None = None) -> list[int]:
    """The rows that begin the one value of a call with one argument, among `rows`.

    Its key says nothing that the value does not, so it is quoted without.
    """
    segments = context.segments
    found = []
    seen: dict[int, int] = {}
    for row in range(len(segments)) if rows is None else rows:
        source = context.sources[segments.source[row]]
        if source.kind != "json" or not ARGUMENTS.search(source.pointer):
            continue
        first = seen.get(segments.source[row])
        if first is None:
            first = seen[segments.source[row]] = _only_key(source.text)
        if first >= 0 and segments.start[row] <= first < segments.end[row]:
            found.append(row)
    return found


def _only_key(text: str) -> int:
    """Where the one value of a JSON object begins, if it is a string; else -1."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return -1
    if not (isinstance(value, dict) and len(value) == 1 and isinstance(next(iter(value.values())), str)):
        return -1
    key = KEY.match(text, text.index("{") + 1)
    return key.end() - 1 if key else -1


def _follows(text: str, end: int, start: int, alone: bool) -> bool:
    """Whether a row joins the quote before it: only marks lie between them, and for some no line end."""
    between = text[end:start]
    if (
        _SAYS.search(between)
        or len(between.split()) > BRIDGE_CHARS
        or len("".join(between.split())) > BRIDGE_CHARS
    ):
        return False
    if not alone:
        return True
    first = _SPACE.match(text, start)
    ended = text[max(0, end - 2) : first.end() if first else start]
    return _LINE_END.search(ended) is None and not text.endswith(("\\n", "\\r"), 0, end)


def _touch(one: Span, other: Span) -> bool:
    return one.source == other.source and one.end == other.start


def _trimmed_json(text: str, span: Span, lone: bool, indented: bool) -> Span:
    """The quote without separators and escaped line ends around it; the one value of a call without its key."""
    start, end = span.start, span.end
    tail = _TAIL.search(text, start, end)
    end = tail.start() if tail else end
    key = KEY.match(text, start, end) if lone else None
    if key:
        start = key.end()
        end -= text.endswith('"', start, end) and not text.endswith('\\"', start, end)
    while (opened := _OPENED.match(text, start, end)) and _unclosed(text[start:end]):
        start = opened.end()
    lead = (_BREAKS if indented and not key else _LEAD).match(text, start, end)
    return Span(span.source, lead.end() if lead else start, end)


def _unclosed(text: str) -> bool:
    return sum(map(text.count, "{[")) > sum(map(text.count, "}]"))


def _trimmed(text: str, span: Span, alone: bool) -> Span:
    """The quote without what surrounds it; several lines keep the indentation of the first."""
    body = text[span.start : span.end]
    end = span.start + len(body.rstrip())
    first = span.start + len(body) - len(body.lstrip())
    if alone:
        item = _ITEM.match(text, first, end)
        return Span(span.source, item.end() if item else first, end)
    if _LINE_END.search(text, first, end):
        line = max(text.rfind("\n", span.start, first), text.rfind("\r", span.start, first)) + 1
        begun = span.start == 0 or text[span.start - 1] in "\r\n"
        first = line if line > span.start else span.start if begun else first
    return Span(span.source, first, end)
