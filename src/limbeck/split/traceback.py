"""Tracebacks: a frame needs the exception, which may stand below it."""

from __future__ import annotations

import re

from .lines import Cutter

OPENING = r"Traceback \(most recent call last|File \"[^\"\r\n]*\", line \d"
"""Pattern of the beginning of a line (white space aside) that opens a Python traceback."""

HEADER = "Traceback (most recent call last"

_FRAME = re.compile(r"[ |+]*File \"[^\"\r\n]*\", line \d+")
_BLANK = re.compile(r"[ \t|]*(?:[\r\n]|\Z)")
_MARKER = re.compile(r"[ \t~^|]*(?:[\r\n]|\Z)")
MOST_LINES = 2000
"""A traceback of more lines is taken to have lost its end."""


def _roots(cutter: Cutter, first: int, base: int = -1) -> list[int]:
    """Of the pieces of the line that begins with `first`, those that need no other piece of it."""
    return [piece for piece in range(first, len(cutter.pieces)) if cutter.pieces.needs[piece] == base]


def cut_traceback(cutter: Cutter, line: int, column: int, base: int) -> int:
    """Cut a Python traceback that begins on a line, at a column; returns the number of the line after it.

    What stands before the column (a log's prefix, white space) is passed over on every line of it. A line of
    code needs the `File` line above it; a `File` line needs the exception line that ends the traceback; the
    exception line needs only `base`. When there is no such line, nothing is needed.
    """
    text, bounds, count = cutter.text, cutter.bounds, cutter.count
    needs = cutter.pieces.needs
    waiting: list[int] = []
    frame = -1
    header = text.startswith(HEADER, bounds[line] + column)
    if header:
        waiting += _roots(cutter, cutter.add(line, base), base)
        line += 1
    last = min(count, line + MOST_LINES)
    while line < last:
        start, end = min(bounds[line] + column, bounds[line + 1]), bounds[line + 1]
        if _FRAME.match(text, start, end):
            first = cutter.add(line)
            waiting += _roots(cutter, first)
            frame = len(cutter.pieces) - 1 if cutter.can_head(line) else -1
        elif _BLANK.match(text, start, end):
            # A frame's source can hold an empty line only in a SyntaxError; a blank line ends all else.
            cutter.add(line)
            line += 1
            break
        elif text[start] in " \t" if header else text[start : start + 3].isspace():
            if _MARKER.match(text, start, end):
                if frame >= 0:
                    cutter.add(line, frame)
                else:
                    waiting.append(cutter.add(line))
            elif frame >= 0:
                cutter.add(line, frame)
            else:
                first = cutter.add(line)
                waiting += _roots(cutter, first)
        else:
            exception = cutter.add(line, base)
            if cutter.can_head(line):
                for piece in waiting:
                    needs[piece] = exception
            return line + 1
        line += 1
    for piece in waiting:
        needs[piece] = base
    return line
