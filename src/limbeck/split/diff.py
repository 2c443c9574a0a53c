"""Diffs: a changed line needs its hunk's header, and that the name of its file."""

from __future__ import annotations

import re

from limbeck.core.context import Form

from .lines import Cutter

OPENING = r"diff -|--- [^\r\n]*(?:\r\n?|\n)\+\+\+ |@@ -\d"
"""Pattern of the beginning of a line that may open a diff."""

_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@")
_EXTENDED = re.compile(
    r"diff -|index |old mode|new mode|deleted file|new file|similarity|dissimilarity|rename |copy "
    r"|Binary files |Only in |--- |\+\+\+ "
)
_EMPTY_CHANGE = re.compile(r"[ +-]?[^\w\s]{0,3}\s*\Z")


def cut_diff(cutter: Cutter, line: int, base: int) -> int:
    """Cut a diff that begins on a line; returns the number of the line after it.

    The name of the new file (of the old one, if the file was deleted) is what hunk headers need, and its other
    name stays with it; a line of a hunk needs the hunk's header. The counts in a header say where a hunk ends;
    text after it is not taken.
    """
    text, bounds, count = cutter.text, cutter.bounds, cutter.count
    name = base
    while line < count:
        start = bounds[line]
        if text.startswith("@@", start):
            head = _HUNK.match(text, start, bounds[line + 1])
            if head is None:
                break
            line = _cut_hunk(cutter, line, name, int(head[1] or 1), int(head[2] or 1))
        elif _EXTENDED.match(text, start) is None:
            break
        elif _names_file(cutter, line):
            name = _add_names(cutter, line, base)
            line += 2
        else:
            piece = cutter.add(line, base)
            if text.startswith(("+++ ", "--- "), start) and cutter.can_head(line):
                gone = text.startswith(("+++ /dev/null", "--- /dev/null"), start)
                name = name if gone else piece
            elif text.startswith("diff ", start):
                name = base
            line += 1
    return line


def _names_file(cutter: Cutter, line: int) -> bool:
    """Whether a line and the one below it name a file, the old name and the new."""
    text, bounds = cutter.text, cutter.bounds
    return (
        text.startswith("--- ", bounds[line])
        and line + 1 < cutter.count
        and text.startswith("+++ ", bounds[line + 1])
        and cutter.can_head(line)
        and cutter.can_head(line + 1)
    )


def _add_names(cutter: Cutter, line: int, base: int) -> int:
    """Cut the two lines that name a file; returns the piece that its hunks need. The other name closes it."""
    old = len(cutter.pieces)
    if cutter.text.startswith("+++ /dev/null", cutter.bounds[line + 1]):
        cutter.add(line, base)
        cutter.add(line + 1, old, Form.CLOSER)
        return old
    cutter.add(line, old + 1, Form.CLOSER)
    return cutter.add(line + 1, base)


def _cut_hunk(cutter: Cutter, line: int, name: int, old: int, new: int) -> int:
    text, bounds, count = cutter.text, cutter.bounds, cutter.count
    start, limit = cutter.pieces.start, cutter.limit
    needs, form = cutter.pieces.needs, cutter.pieces.form
    head = cutter.add(line, name)
    if not cutter.can_head(line):
        head = name
    line += 1
    fresh = True
    while line < count and (old > 0 or new > 0):
        first, end = bounds[line], bounds[line + 1]
        mark = text[first]
        if mark == "+":
            new -= 1
        elif mark == "-":
            old -= 1
        elif mark in " \r\n\t":
            old -= 1
            new -= 1
        elif mark != "\\":
            break
        if end - first < 8 and not fresh and _EMPTY_CHANGE.match(text, first, end):
            fresh = True  # a sign alone, or with a bracket: it joins the line before it, once
        elif end - first > limit:
            cutter.add(line, head)
            fresh = False
        else:
            start.append(first)
            needs.append(head)
            form.append(0)
            fresh = False
        line += 1
    if line < count and text.startswith("\\ No newline", bounds[line]):
        line += 1
    return line
