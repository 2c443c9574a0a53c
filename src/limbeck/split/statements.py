"""Statements of several lines, and decorators: what a line of code needs besides the head it stands under.

A line that goes on with a statement needs the line that the statement begins with; a decorator needs the line
that it decorates. Both are found by indentation and by counting brackets, in any language.
"""

from __future__ import annotations

import re
from array import array

from .lines import HEAD_CHARS

# What changes the depth of brackets; before it what hides brackets: strings that end on their line, comments.
_BRACKET = re.compile(
    r"(\"(?>(?:[^\"\\\r\n]|\\.)*)\"|'(?>(?:[^'\\\r\n]|\\.)*)'|(?<!\S)(?:#|//).*)|([(\[{])|[)\]}]"
)
OPEN_ENDS = frozenset("([{,\\+-*/%&|=?")
"""How a line ends that may go on below; any other is not looked at."""
CHEAP_BEGIN_CHARS = 48
"""A longer first line, unless a bracket ends it, is not worth keeping for each line below it."""
# A brace opens a block, unless what stands before it says that it is a value.
_VALUE = re.compile(r"(?:[=(\[,]|\breturn)\s*\{\Z")
_DECORATOR = re.compile(r"@[\w.]+(?:\(|\s*\Z)")


class Statement:
    """The statement that stands open in a walk over lines.

    Attributes:
        piece: The piece of its first line; -1 if none stands open.
        indent: The indentation of that line.
    """

    __slots__ = ("depth", "indent", "piece")

    def __init__(self) -> None:
        self.piece = -1
        self.indent = 0
        self.depth = 0  # how many brackets stand open

    def need(self, indent: int, head: int) -> int:
        """What a line of this indentation needs that stands under `head`: the innermost of the two."""
        return self.piece if indent > self.indent and self.piece > head else head

    def begin(self, line: str, indent: int, piece: int) -> None:
        """Note a line, cut as `piece`, after which a statement may go on."""
        line = line.rstrip()
        depth = _depth(line)
        block = line.endswith("{") and not _VALUE.search(line)
        goes_on = depth > block or _joins(line)
        if goes_on and len(line) <= (HEAD_CHARS if line[-1] in "([{" else CHEAP_BEGIN_CHARS):
            self.piece, self.indent, self.depth = piece, indent, depth

    def go_on(self, line: str, indent: int) -> None:
        """Note a line below the first; it ends the statement by its brackets or by its indentation."""
        line = line.strip()
        self.depth += _depth(line)
        ended = self.depth <= 0 and not _joins(line)
        outside = indent < self.indent or (indent == self.indent and line[:1] not in ")]}")
        if line and (ended or outside):
            self.piece = -1


def _depth(line: str) -> int:
    depth = 0
    for found in _BRACKET.finditer(line):
        if found.lastindex != 1:
            depth += 1 if found.lastindex else -1
    return depth


def _joins(line: str) -> bool:
    """Whether a line ends with one backslash."""
    return line.endswith("\\") and not line.endswith("\\\\")


class Decorators:
    """The decorators (annotations, attributes) that wait for the line they decorate."""

    __slots__ = ("indent", "pieces")

    def __init__(self) -> None:
        self.pieces: list[int] = []
        self.indent = 0

    def see(self, line: str, indent: int, piece: int, needs: array[int]) -> None:
        """Note a line, cut as `piece`: another decorator, what is decorated, or something deeper between them."""
        fits = len(line) + indent <= HEAD_CHARS
        if indent <= self.indent and not _DECORATOR.match(line):
            for decorator in self.pieces:
                if fits and indent == self.indent:
                    needs[decorator] = piece
            self.pieces.clear()
        elif fits and _DECORATOR.match(line):
            if indent != self.indent:
                self.pieces.clear()
            self.pieces.append(piece)
            self.indent = indent
