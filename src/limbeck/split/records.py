"""Rows under a head: tables and directory trees."""

from __future__ import annotations

import re

from limbeck.core.context import Form

from .lines import Cutter

PIPE_OR_GRID = r"\|[^\r\n]*\||\+[-=]{2,}"
"""Pattern of the beginning of a table row with a leading bar, or of a rule of a grid."""

COLUMN_RULE = r"[-=]{2,}+(?>(?:[ +|┼]++[-=]{2,}+)+)[ |]*+(?=[\r\n]|\Z)"
"""Pattern of the rule between a head and its rows: two or more runs of dashes."""

CAPITAL_HEAD = (
    r"(?:[A-Z][A-Z0-9_%/()#.-]++(?>(?:[ \t]++[A-Z%#][A-Z0-9_%/()#.:-]*+)+)|Filesystem[ ]+[\w -]+%[\w ]+)"
    r"[ \t]*+(?=[\r\n]|\Z)"
)
"""Pattern of the capital heads of aligned columns: `NAME   READY   STATUS`, and `df`'s."""

_PIPE_RULE = re.compile(r"[ ]*\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)*\|?[ \t]*(?=[\r\n]|\Z)")
_BLANK_OR_TAG = re.compile(r"[ \t]*(?:[\r\n]|\Z)|</?\w+>")
_CELL = r"\"?[A-Za-z_#][\w .%()/#:-]{0,40}\"?"
_COMMA_HEAD = re.compile(rf"{_CELL}(?:,{_CELL})+[ ]*(?=[\r\n]|\Z)")
_TAB_HEAD = re.compile(rf"{_CELL}(?:\t{_CELL})+[ ]*(?=[\r\n]|\Z)")
_DIGIT = re.compile(r"\d")
CHEAP_RULE_CHARS = 48


def cut_rows(cutter: Cutter, line: int, head: int) -> int:
    """Cut the lines up to the next blank line or tag, each needing `head`; returns the line after them."""
    text, bounds, count = cutter.text, cutter.bounds, cutter.count
    while line < count and _BLANK_OR_TAG.match(text, bounds[line]) is None:
        cutter.add(line, head)
        line += 1
    return line


def cut_pipes(cutter: Cutter, line: int, base: int) -> int:
    """Cut a table with bars; returns the line after it, or the same line if there is no table.

    A row needs the head row, which stands above a rule (Markdown) or between two (a grid). A Markdown rule
    closes the head: without it there is no table. A grid's rules are only drawing.
    """
    text, bounds, count = cutter.text, cutter.bounds, cutter.count
    if text.startswith("+", bounds[line]):
        if line + 2 >= count or text[bounds[line + 1]] != "|" or text[bounds[line + 2]] not in "|+":
            return line
        cutter.add(line, base)
        line += 1
    elif line + 1 >= count or not _rules(cutter, line + 1):
        return line
    head = cutter.add(line, base)
    if not cutter.can_head(line):
        head = base
    elif line + 1 < count and _rules(cutter, line + 1):
        cutter.add(line + 1, head, Form.CLOSER)
        line += 1
    line += 1
    while line < count and text[bounds[line]] in "|+":
        cutter.add(line, head if text[bounds[line]] == "|" else base)
        line += 1
    return line


def _rules(cutter: Cutter, line: int) -> bool:
    end = cutter.bounds[line + 1]
    found = _PIPE_RULE.match(cutter.text, cutter.bounds[line], end)
    return found is not None and "|" in found[0] and "-" in found[0]


def delimited(cutter: Cutter, line: int) -> bool:
    """Whether a block of comma- or tab-separated rows with a head begins on a line.

    The head's cells are names, and the two lines below it have as many separators.
    """
    if line + 2 >= cutter.count:
        return False
    text, bounds = cutter.text, cutter.bounds
    start, end = bounds[line], bounds[line + 1]
    for mark, pattern in ((",", _COMMA_HEAD), ("\t", _TAB_HEAD)):
        many = text.count(mark, start, end)
        if (
            many
            and text.count(mark, end, bounds[line + 2]) >= many
            and text.count(mark, bounds[line + 2], bounds[line + 3]) >= many
            and pattern.match(text, start, end)
        ):
            if many > 1:
                return True
            # Two columns are a table only if there are numbers: not `M<tab>file` or a list of pairs.
            return (
                ", " not in text[start : bounds[line + 3]]
                and _DIGIT.search(text, end, bounds[line + 3]) is not None
            )
    return False
