"""Rows that say nothing when they are quoted alone: headers of diffs, banners, keys without a value, lead-ins."""

from __future__ import annotations

import re
from collections.abc import Sequence

from limbeck.core.context import Context

from .calls import ARGUMENTS
from .sentence_rows import spoken
from .speakers import TOOL_ROLES, speakers

LEAD_CHARS = 400
"""What a lead-in announces is quoted along up to so many characters."""
LEAD_ROWS = 6
"""And so many rows."""

SHOWN_CHARS = 160
"""A line longer than this tells something."""

_SHOWN = re.compile(
    r"\s*(?:index [0-9a-f]{6,}\.\.[0-9a-f]{6,}.*|@@ .* @@.*|\\ No newline at end of file"
    r"|[-=*_#~+. ]{5,}(?:[A-Za-z][A-Za-z ]*)?[-=*_#~+.]{3,}"
    r"|Traceback \(most recent call last\):|(?:total|drwx|-rw-)\S* .*|[-+|\s=:]*|\d+|.{0,3}"
    r"|(?:\d+\s?[|:\t-]?\s*)?(?:[{}()\[\];,]|pass|else:|try:|return|end|fi|done|break|continue|\"\"\"|''')*\s*)"
)
"""Of a tool's output: a line that tells nothing without those around it."""
OPENS = re.compile(r'[\s,{\[]*"(?:[^"\\]|\\.)*"\s*:\s*[\[{][\s\[{]*\Z')
"""Of JSON: a key, and a container that is opened behind it."""
_BARE_VALUE = re.compile(
    r'[\s,{\[]*(?:"(?:[^"\\]|\\.)*"\s*:\s*)?(?:-?\d{1,6}(?:\.\d+)?|true|false|null|""|\[\]|\{\})[\s,}\]]*'
)
"""Of a call: a number, a switch or nothing, with its name or without."""
_LEAD = re.compile(r"[:：][\s*_`\"')]*\Z")
_ITEM = re.compile(r"\s*(?:[-*+•‣–]|\(?(?:\d{1,3}|[a-zA-Z])[.)])\s")


def rubble(context: Context, texts: Sequence[str]) -> list[bool]:
    """(n) whether a row says nothing when it is quoted alone.

    Args:
        context: Cut by sentence.
        texts: (n) the texts of its rows.

    Cost: a search or two for each row.
    """
    found = [False] * len(texts)
    for source, rows, role in zip(context.sources, context.source_rows(), speakers(context), strict=True):
        if not len(rows):
            continue
        if source.kind == "json":
            called = ARGUMENTS.search(source.pointer) is not None
            for row in rows:
                found[row] = OPENS.match(texts[row]) is not None or (
                    called and _BARE_VALUE.fullmatch(texts[row]) is not None
                )
        elif spoken(source, role):
            for row in rows:
                found[row] = leads(texts[row])
        elif role in TOOL_ROLES or not source.pointer:
            for row in rows:
                text = texts[row].strip()
                found[row] = len(text) <= SHOWN_CHARS and _SHOWN.fullmatch(text) is not None
    return found


def leads(text: str) -> bool:
    """Whether a sentence only announces what follows it: `These are the steps:`."""
    return _LEAD.search(text) is not None


def announced(context: Context, row: int) -> tuple[int, ...]:
    """The rows that a lead-in announces: the items behind it, or else the next sentence; () if they are too long."""
    segments = context.segments
    rows: list[int] = []
    first = row + 1
    while first < len(segments) and segments.source[first] == segments.source[row]:
        text = segments.text(first)
        if not text.isspace():
            break
        first += 1
    for at in range(first, min(first + LEAD_ROWS, len(segments))):
        text = segments.text(at)
        if segments.source[at] != segments.source[row] or at in segments.written:
            break
        if rows and not _ITEM.match(text):
            break
        if segments.end[at] - segments.end[row] > LEAD_CHARS or text.lstrip().startswith(
            ("```", "~~~", "#", "<")
        ):
            break
        rows.append(at)
        if not _ITEM.match(text):
            break
    return tuple(rows)
