"""Tables that no rule marks: bars, commas or tabs between cells, and a head only by what it says.

A table is a run of lines with the same number of separators. Its head is told from its rows by their cells:
names or years above, numbers below. What is uncertain is no table: a row that needs a line which is not its
head pays for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .lines import Cutter
from .long_lines import estimate_tokens

FEWEST_LINES = {"|": 3, ",": 4, "\t": 4}
"""Lines of the smallest table, its head included, by what stands between its cells."""

MOST_HEAD_LINES = 4
SAMPLE_LINES = 24
"""How many lines are read to tell whether a run is a table."""

BOTH_HEADS_TOKENS = 28
"""A second line of a head comes with the first if both have at most so many tokens, by estimate."""

# Digits with what stands about them: `$(1,011)`, `3.8 %`, `10:04:31`, `12ms`.
_NUMBER = re.compile(r"(?=\D{0,8}\d)[\d\s$€£¥()+\-–—−%.,:/'~<>*]++[A-Za-z]{0,2}+[)%*]*+")
_YEAR = re.compile(r"(?:19|20)\d\d(?:[ ]?[-–/][ ]?\d{2,4})?[ ]?(?:\(\w{1,2}\)|\*|[$€£]?['’]?\w{1,3})?")
_NAME = re.compile(r"[^\W\d][^\d,;={}<>\[\]()|\"]{0,39}(?:\d{1,3}|\([^()]{1,16}\))?")
_QUOTED = re.compile(r'"[^"]*"')
_STOPS = (".", "!", "?", ":", ";", "{", "}", ",", "\\")
_RULE = re.compile(r"(?=[^-]*-)[ \t|:=-]++")
_SOME_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_WORD = re.compile(r"[^\W_]")


class Table(NamedTuple):
    """A table's place, in line numbers: `[first, after)`.

    Attributes:
        first, rows, after: Where its head, its rows and what follows it begin.
        head: The line of the head that says most, which each row needs.
    """

    first: int
    rows: int
    after: int
    head: int


def find_tables(text: str, bounds: list[int], kind: str) -> list[Table]:
    """The tables of a text, the last one first. Cost: linear; next to nothing for a text without separators."""
    if kind == "code":
        return []
    found: list[Table] = []
    for mark, fewest in FEWEST_LINES.items():
        for first, after in _runs(text, bounds, mark, fewest):
            for begin, end in _renewed(text, bounds, first, after) if mark == "|" else [(first, after)]:
                sample = [
                    text[bounds[i] : bounds[i + 1]].strip("\r\n")
                    for i in range(begin, min(end, begin + SAMPLE_LINES))
                ]
                place = _bars(sample) if mark == "|" else _values(sample, mark)
                if place is not None:
                    head, rows = place
                    found.append(Table(begin, begin + rows, end, begin + head))
    found.sort(reverse=True)
    return found


def cut_table(cutter: Cutter, table: Table, base: int) -> int:
    """Cut a table, each row needing its head; returns the line after it.

    Of a head of several lines the one that says most is needed, and the line above it only if both are short.
    """
    text, bounds, pieces = cutter.text, cutter.bounds, cutter.pieces
    lines = [cutter.add(line, base) for line in range(table.first, table.head + 1)]
    head = lines[-1]
    if not cutter.can_head(table.head) or head < len(pieces) - 1:  # too long, or in parts
        head = base
    elif len(lines) > 1:
        both = text[bounds[table.head - 1] : bounds[table.head + 1]]
        if estimate_tokens(both) <= BOTH_HEADS_TOKENS:
            pieces.needs[head] = lines[-2]
    for line in range(table.head + 1, table.after):
        cutter.add(line, head)
    return table.after


def _runs(text: str, bounds: list[int], mark: str, fewest: int) -> Iterator[tuple[int, int]]:
    """Runs `[first, after)` of at least `fewest` lines with the same number of separators, not in quotes."""
    if text.count(mark) < fewest:
        return
    quoted = mark == "," and '"' in text
    first, many = 0, 0
    last = len(bounds) - 1
    for line in range(last + 1):
        here = 0
        if line < last:
            here = text.count(mark, bounds[line], bounds[line + 1])
            if quoted and here and text.find('"', bounds[line], bounds[line + 1]) >= 0:
                here = _QUOTED.sub("", text[bounds[line] : bounds[line + 1]]).count(mark)
        if here != many:
            if many and line - first >= fewest:
                yield first, line
            first, many = line, here


def _renewed(text: str, bounds: list[int], first: int, after: int) -> Iterator[tuple[int, int]]:
    """The parts of a run with bars: years below rows, without a label, are the head of another."""
    begin, rows = first, False
    for line in range(first, after):
        here = text[bounds[line] : bounds[line + 1]]
        label, *cells = here.split("|")
        if label.strip():
            rows = rows or any(map(_WORD.search, cells))
        elif rows and _SOME_YEAR.search(here) and _can_head(["", *map(str.strip, cells)]):
            yield begin, line
            begin, rows = line, False
    yield begin, after


def _bars(lines: list[str]) -> tuple[int, int] | None:
    """Which line is the head of a table with bars, and where its rows begin.

    A head is: perhaps a title, lines without a label, one with.
    """
    if any(map(_RULE.fullmatch, lines[: MOST_HEAD_LINES + 1])):  # of Markdown, which is read where it stands
        return None
    cells = [line.split("|") for line in lines]
    if all(line.strip()[:1] == "|" == line.strip()[-1:] for line in lines):
        cells = [row[1:-1] for row in cells]
    cells = [[cell.strip() for cell in row] for row in cells]
    if len(cells[0]) < 2:
        return None
    titles = int(bool(cells[0][0]) and not any(map(_WORD.search, cells[0][1:])))
    rows = titles
    while rows < min(MOST_HEAD_LINES, len(cells) - 1) and _can_head(cells[rows]):
        rows += 1
        if cells[rows - 1][0]:
            break
    if rows == titles:
        return None
    # The line whose columns differ most says most: years rather than the unit below each of them.
    head = max(range(rows), key=lambda i: (len(set(filter(None, cells[i][1:]))), i))
    labelled = sum(bool(row[0]) for row in cells[rows:])
    if 2 * labelled < len(cells) - rows or not _tells(cells[head], cells[rows:], 1):
        return None
    return head, rows


def _values(lines: list[str], mark: str) -> tuple[int, int] | None:
    """Where the head and the rows of a table with commas or tabs begin, if its first line is a head."""
    if any(line.rstrip().endswith(_STOPS) for line in lines):
        return None
    rows = [[cell.strip(" \"'") for cell in _split(line, mark)] for line in lines]
    if not all(map(_NAME.fullmatch, rows[0][not rows[0][0] :])):  # a column of indices has no name
        return None
    few = len(rows[0]) == 2 or (mark == "," and any(", " in _QUOTED.sub("", line) for line in lines))
    return (0, 1) if _tells(rows[0], rows[1:], 0, few) else None


def _split(line: str, mark: str) -> list[str]:
    if mark == "," and '"' in line:
        line = _QUOTED.sub(lambda quoted: quoted[0].replace(",", " "), line)
    return line.split(mark)


def _can_head(cells: list[str]) -> bool:
    """Whether cells can be names: none is a number that is no year, and one besides the label says something."""
    return any(map(_WORD.search, cells[1:])) and not any(
        _NUMBER.fullmatch(cell) and not _YEAR.fullmatch(cell) for cell in cells
    )


def _tells(head: list[str], rows: list[list[str]], begin: int, numbers: bool = False) -> bool:
    """Whether the rows differ from the head in kind.

    Half of the rows have numbers in a column (from `begin`) that it names; or, unless `numbers` are asked
    for, there are three columns of names and no name stands again below.
    """
    columns = list(zip(*rows, strict=True))
    for name, column in zip(head[begin:], columns[begin:], strict=True):
        if name not in column and 2 * sum(map(bool, map(_NUMBER.fullmatch, column))) >= len(rows):
            return True
    if numbers or len(head) < 3 or len(rows) < 3:
        return False
    return all(
        _NAME.fullmatch(name) and not name[-1].isdigit() and name not in column
        for name, column in zip(head, columns, strict=True)
    )
