"""The walk over the lines of a text of any kind.

Real tool output is a mixture: a tag, a header line, numbered code, a prompt. So no line is read by the kind
of the whole: each is read by its first characters and by what stands open above it. What can stand open:
heads of code (by indentation), a section (a failed test, a Markdown heading), and a local head, which holds
until a blank line.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from limbeck.core.context import Form

from . import code, diff, records, traceback
from .json_text import json_pieces
from .lines import HEAD_CHARS, Cutter
from .pieces import Pieces
from .shapes import SHAPE, Shape
from .statements import OPEN_ENDS, Decorators, Statement
from .tables import cut_table, find_tables

MOST_HEADS = 4
"""Heads within heads that a line can need."""

MOST_BLANK_CHARS = 40
"""A blank line of more white space is a piece of its own."""

CHEAP_HEADING_CHARS = 36
"""A longer Markdown heading (about eight tokens) is not worth keeping for each sentence below it."""

_NOT_A_KEY = re.compile(r"(?:else|try|finally|default|except|do|then|begin|ensure|rescue)\b")
# A file's name over its hits: alone, or at the end of a sentence (`Found 3 matches in /a/b.py:`).
_PATH = re.compile(r"(?=[^\r\n]*[./])(?:[\w@./\\+:-]+|[^\r\n]*[/\\][^\r\n]*:)[ \t]*[\r\n]")
_DOCUMENT = re.compile(r"\{\s*[\"}]|\[\s*[\[{\"\d\]tfn-]")
_HIT = re.compile(r"(?:[Ll]ine )?\d+[:-]")
_RAISED = re.compile(r"[^\r\n]*(?:Exception|Error|Throwable|Caused by|panic|exception|error)\b")


def cut_lines(text: str, kind: str, max_tokens: int) -> Pieces:
    """Cut a text by lines; `kind` decides only what `#` at the beginning of a line means."""
    return _Walk(text, kind, max_tokens).run()


class _Walk:
    """The state of one walk."""

    def __init__(self, text: str, kind: str, max_tokens: int) -> None:
        self.cutter = Cutter(text, max_tokens, kind)
        self.indents: list[int] = []  # of the heads of code that stand open, and
        self.heads: list[int] = []  # their pieces
        self.section = -1  # a failed test's name or a heading
        self.local = -1  # a head that holds until a blank line
        self.fence = ""
        self.statement = Statement()
        self.decorators = Decorators()
        # Characters that may still be tried as JSON, so that texts full of brackets stay linear.
        self.json_budget = 2 * len(text) + 1000
        self.closes = {"{": 0, "[": 0}  # the last bracket found at a margin, -1 if there are no more

    @property
    def base(self) -> int:
        """What a line needs that no head of code is open for."""
        return self.local if self.local >= 0 else self.section

    def run(self) -> Pieces:
        cutter = self.cutter
        text, bounds, count, limit = cutter.text, cutter.bounds, cutter.count, cutter.limit
        pieces = cutter.pieces
        starts, needs, forms = pieces.start, pieces.needs, pieces.form
        indents, heads = self.indents, self.heads
        statement, decorators = self.statement, self.decorators
        shape = SHAPE.match
        tracebacks = _prefixed_tracebacks(text, bounds)
        next_traceback = tracebacks.pop() if tracebacks else (-1, 0)
        tables = find_tables(text, bounds, pieces.kind)
        next_table = tables[-1].first if tables else count
        last = 3 if "\r\n" in text else 2  # how far before a line's end its last character stands
        base = -1
        fresh = True  # whether a block may begin here
        i = 0
        while i < count:
            if i >= next_table:
                while tables and tables[-1].first < i:  # inside something that was cut as a whole
                    tables.pop()
                table = tables.pop() if tables and tables[-1].first == i else None
                next_table = tables[-1].first if tables else count
                if table is not None and self.leave_code(table.rows):
                    i = cut_table(cutter, table, self.heads[-1] if self.heads else self.base)
                    continue
            start = bounds[i]
            end = bounds[i + 1]
            found = shape(text, start)
            assert found is not None  # the pattern matches the empty string
            group = found.lastindex
            if group == Shape.PLAIN:
                if i == next_traceback[0]:
                    i = traceback.cut_traceback(cutter, i, next_traceback[1], base)
                    next_traceback = tracebacks.pop() if tracebacks else (-1, 0)
                    continue
                if fresh:
                    fresh = False
                    if records.delimited(cutter, i):
                        i = records.cut_rows(cutter, i + 1, cutter.add(i, base))
                        continue
                    named = i + 1 < count and cutter.can_head(i) and _HIT.match(text, end)
                    if named and _PATH.match(text, start):
                        self.need(0)
                        self.local = base = cutter.add(i, self.section)
                        i += 1
                        continue
                a, b = found.span(2)
                indent = b - a
                while indents and indents[-1] >= indent:
                    indents.pop()
                    heads.pop()
                need = heads[-1] if heads else base
                if statement.piece >= 0:
                    need = statement.need(indent, need)
                    statement.go_on(text[b:end], indent)
                if end - start > limit:
                    piece = cutter.add(i, need)
                    fits = end - start <= HEAD_CHARS
                else:
                    piece = len(starts)
                    starts.append(start)
                    needs.append(need)
                    forms.append(0)
                    fits = True
                # A last line without its end misses its brace here, but nothing stands below it.
                ending = text[end - last]
                if ending in OPEN_ENDS and fits:
                    if ending == "{" and len(heads) < MOST_HEADS and code.is_brace_head(text, b, end):
                        indents.append(indent)
                        heads.append(piece)
                        statement.piece = -1
                    elif statement.piece < 0:
                        statement.begin(text[b:end], indent, piece)
                if text[b] == "@" or decorators.pieces:
                    decorators.see(text[b:end], indent, piece, needs)
                i += 1
            elif group == Shape.BLANK:
                self.local = -1
                base = self.section
                fresh = True
                if not starts or found[1] or end - start > MOST_BLANK_CHARS:
                    cutter.add(i)
                i += 1
            else:
                assert group is not None
                before = i
                i = self.special(i, group, found)
                if statement.piece >= 0 or decorators.pieces:
                    a, b = found.span(2)
                    statement.go_on(text[b : bounds[i]], b - a)
                    if b - a < decorators.indent or group not in (Shape.HEAD, Shape.CLOSE, Shape.CLOSING):
                        decorators.pieces.clear()
                fresh = group == Shape.TAG
                base = self.base
                if i - before > 1:
                    while next_traceback[0] >= 0 and next_traceback[0] < i:
                        next_traceback = tracebacks.pop() if tracebacks else (-1, 0)
        return pieces

    def special(self, i: int, group: int, found: re.Match[str]) -> int:
        """Cut what begins with a telling line; returns the number of the line after it."""
        cutter = self.cutter
        bounds = cutter.bounds
        if group == Shape.CLOSE:
            return self.closing(i, found)
        indent = found.end(2) - found.start(2)
        begin = found.end(2)
        if group in (Shape.HEAD, Shape.CLOSING, Shape.LOOSE):
            return self.code_line(i, group, indent, begin)
        if group == Shape.FENCE:
            return self.fence_line(i, found[Shape.FENCE], indent)
        if group == Shape.TRACE:
            return traceback.cut_traceback(cutter, i, self.trace_column(i, begin), self.need(indent))
        if group == Shape.DIFF and indent == 0:
            after = diff.cut_diff(cutter, i, self.base)
            if after > i:
                return after
        elif group == Shape.JSON and indent == 0:
            after = self.embedded(i)
            if after > i:
                return after
        elif group == Shape.PIPES and indent == 0:
            after = records.cut_pipes(cutter, i, self.base)
            if after > i:
                return after
        elif group == Shape.RULE:
            return self.rule(i, indent)
        elif group == Shape.FRAME:
            return self.frames(i, indent)
        elif group in (Shape.SECTION, Shape.SECTION_END) and not self.heads:
            return self.section_line(i, group)
        elif group in (Shape.GO, Shape.TREE):
            return self.open_head(i, indent if group == Shape.GO else found.end(Shape.TREE) - bounds[i])
        elif group == Shape.HEADING:
            return self.heading(i, indent)
        elif group == Shape.CAPITALS:
            wide = "  " in found[Shape.CAPITALS] or "\t" in found[Shape.CAPITALS]  # else it is a title
            if wide and i + 1 < cutter.count and cutter.can_head(i):
                return records.cut_rows(cutter, i + 1, cutter.add(i, self.base))
        elif group == Shape.KEY:
            return self.key(i, indent, begin)
        elif group == Shape.POINT:
            self.point(i)
        elif group == Shape.GOROUTINE:
            self.local = cutter.add(i, self.base)
            return i + 1
        cutter.add(i, self.need(indent))
        return i + 1

    def need(self, indent: int) -> int:
        """What a line of this indentation needs; heads that it ends are closed."""
        indents, heads = self.indents, self.heads
        while indents and indents[-1] >= indent:
            indents.pop()
            heads.pop()
        return self.inner(indent)

    def inner(self, indent: int) -> int:
        """What a line of this indentation needs below all that stands open."""
        return self.statement.need(indent, self.heads[-1] if self.heads else self.base)

    def leave_code(self, line: int) -> bool:
        """Close the heads of code that a line ends, if it ends all that stand open."""
        found = SHAPE.match(self.cutter.text, self.cutter.bounds[line])
        assert found is not None  # the pattern matches the empty string
        indent = found.end(2) - found.start(2)
        if any(0 <= head < indent for head in self.indents):
            return False
        self.need(indent)
        self.statement.piece = -1
        self.decorators.pieces.clear()
        return True

    def open_head(self, i: int, indent: int) -> int:
        """Make a line a head for the deeper lines below it."""
        need = self.need(indent)
        piece = self.cutter.add(i, need)
        if len(self.heads) < MOST_HEADS and self.cutter.can_head(i):
            self.indents.append(indent)
            self.heads.append(piece)
            self.statement.piece = -1
        if self.decorators.pieces:
            line = self.cutter.text[self.cutter.bounds[i] + indent : self.cutter.bounds[i + 1]]
            self.decorators.see(line, indent, piece, self.cutter.pieces.needs)
        return i + 1

    def code_line(self, i: int, group: int, indent: int, begin: int) -> int:
        cutter, indents, heads = self.cutter, self.indents, self.heads
        end = cutter.bounds[i + 1]
        if group == Shape.HEAD:
            if end - begin <= HEAD_CHARS and code.is_keyword_head(cutter.text, begin, end):
                return self.open_head(i, indent)
            cutter.add(i, self.need(indent))
        elif group == Shape.LOOSE:
            cutter.add(i, heads[-1] if heads else self.base)
        else:  # `) -> int:` goes on with the head at its indentation, `} // namespace` ends it
            cutter.add(i, self.need(indent + 1))
            if indents and indents[-1] == indent and cutter.text[begin] == "}":
                indents.pop()
                heads.pop()
        return i + 1

    def closing(self, i: int, found: re.Match[str]) -> int:
        """A line of nothing but closing brackets and the like."""
        cutter, indents, heads = self.cutter, self.indents, self.heads
        text, bounds, pieces = cutter.text, cutter.bounds, cutter.pieces
        indent = found.end(2) - found.start(2)
        mark = text[found.end(2)]
        if not indent and _DOCUMENT.match(text, bounds[i]) and (after := self.embedded(i)) > i:
            return after
        if mark in "}e":
            self.need(indent + 1)
            if indents and indents[-1] == indent:
                cutter.add(i, heads[-1], Form.CLOSER)
                indents.pop()
                heads.pop()
                return i + 1
        if mark == "{":
            self.open_above(i, indent)
        # It joins the piece before it, unless that is more than one line already or a head just opened, which
        # many lines will need: a quote or a bracket there is not worth its price.
        after_head = bool(heads) and heads[-1] == len(pieces) - 1 and mark not in "{)"
        alone = not len(pieces) or pieces.start[-1] != bounds[i - 1] or after_head or mark == "/"
        if alone or found[1]:
            cutter.add(i, self.inner(indent + 1))
        return i + 1

    def open_above(self, i: int, indent: int) -> None:
        """Make the definition above a lone opening brace a head, if it is one."""
        cutter = self.cutter
        text, bounds, pieces = cutter.text, cutter.bounds, cutter.pieces
        if (self.indents and self.indents[-1] == indent) or len(self.heads) >= MOST_HEADS:
            return
        for line in range(i - 1, max(-1, i - 9), -1):
            start, end = bounds[line], bounds[line + 1]
            here = start
            while here < end and text[here] in " \t":
                here += 1
            if here - start > indent:
                if not code.ends_parameters(text, here, end) and line == i - 1:
                    return
                continue
            if here - start == indent and end - start <= HEAD_CHARS and code.is_bare_head(text, here, end):
                piece = bisect_right(pieces.start, start) - 1
                self.need(indent)
                self.indents.append(indent)
                self.heads.append(piece)
                for inner in range(piece + 1, len(pieces)):
                    if pieces.needs[inner] <= piece:  # not the parts of a line
                        pieces.needs[inner] = piece
            return

    def fence_line(self, i: int, mark: str, indent: int) -> int:
        cutter = self.cutter
        if indent and self.heads and self.indents[0] >= 0:  # in the comment of a function
            cutter.add(i, self.need(indent))
            return i + 1
        if self.fence and mark.startswith(self.fence) and self.indents and -1 in self.indents:
            level = self.indents.index(-1)
            cutter.add(i, self.heads[level], Form.CLOSER)
            del self.indents[level:], self.heads[level:]
            self.fence = ""
            return i + 1
        if self.fence and -1 in self.indents:  # a fence of another kind, inside
            cutter.add(i, self.heads[-1])
            return i + 1
        piece = cutter.add(i, self.base)
        del self.indents[:], self.heads[:]
        if cutter.can_head(i) and cutter.text.find(mark, cutter.bounds[i + 1]) >= 0:
            self.fence = mark
            self.indents.append(-1)
            self.heads.append(piece)
        return i + 1

    def trace_column(self, i: int, begin: int) -> int:
        """The column at which a traceback's lines begin."""
        start = self.cutter.bounds[i]
        if self.cutter.text.startswith(traceback.HEADER, begin):
            return begin - start
        return max(0, begin - start - 2)

    def embedded(self, i: int) -> int:
        """Cut a JSON document that begins on a line; returns the line after it, or the same line."""
        cutter = self.cutter
        text, bounds = cutter.text, cutter.bounds
        start, end = bounds[i], bounds[i + 1]
        line = text[start:end].rstrip()
        after = i + 1
        if len(line) <= 2:
            close = self.closes[line[0]]
            if -1 < close < end - 1:
                close = self.closes[line[0]] = text.find("\n}" if line[0] == "{" else "\n]", end - 1)
            if close < 0:
                return i
            stop = close + 2
            while after < cutter.count and bounds[after] < stop:
                after += 1
        elif line[-1] not in "]}" or not cutter.too_long(start, start + len(line)):
            return i
        else:
            stop = start + len(line)
        if stop - start > self.json_budget:
            return i
        self.json_budget -= stop - start
        found = json_pieces(text[start:stop], cutter.max_tokens)
        if found is None:
            return i
        cutter.graft(start, found, cutter.pieces.add(start, self.base))
        return after

    def rule(self, i: int, indent: int) -> int:
        """A rule of several columns: the line above it is the head of the rows below."""
        cutter = self.cutter
        bounds = cutter.bounds
        head = self.above(i)
        if head < 0:
            cutter.add(i, self.need(indent))
            return i + 1
        cheap = bounds[i + 1] - bounds[i] <= records.CHEAP_RULE_CHARS
        cutter.add(i, head, Form.CLOSER if cheap else Form.PLAIN)
        return records.cut_rows(cutter, i + 1, head)

    def frames(self, i: int, indent: int) -> int:
        """Frames below an exception (Java, JavaScript, .NET) need it."""
        cutter = self.cutter
        text, bounds, count = cutter.text, cutter.bounds, cutter.count
        head = self.need(indent)
        above = self.above(i)
        if indent and above >= 0 and _RAISED.match(text, bounds[i - 1]):
            head = above
        while i < count:
            found = SHAPE.match(text, bounds[i])
            if found is None or found.lastindex != Shape.FRAME:
                break
            cutter.add(i, head)
            i += 1
        return i

    def section_line(self, i: int, group: int) -> int:
        cutter = self.cutter
        self.section = self.local = -1
        piece = cutter.add(i)
        if group == Shape.SECTION and cutter.can_head(i):
            self.section = piece
        return i + 1

    def heading(self, i: int, indent: int) -> int:
        """A Markdown heading; in any other kind of text it is a comment."""
        cutter = self.cutter
        if cutter.pieces.kind not in ("markdown", "prose") or self.heads or indent > 3:
            cutter.add(i, self.need(indent))
            return i + 1
        self.section = self.local = -1
        piece = cutter.add(i)
        if cutter.bounds[i + 1] - cutter.bounds[i] <= CHEAP_HEADING_CHARS:
            self.section = piece
        return i + 1

    def key(self, i: int, indent: int, begin: int) -> int:
        """`directory:` over its entries, or `key:` over deeper lines."""
        cutter = self.cutter
        text, bounds = cutter.text, cutter.bounds
        if _NOT_A_KEY.match(text, begin) or not cutter.can_head(i):
            cutter.add(i, self.need(indent))
            return i + 1
        fresh = i == 0 or text[bounds[i - 1]] in "\r\n<"
        body = text[begin : bounds[i + 1]].rstrip()
        folder = "/" in body or body == ".:" or text.startswith("total ", bounds[i + 1])
        if indent == 0 and fresh and folder:
            self.local = -1
            self.need(0)
            self.local = cutter.add(i, self.section)
            return i + 1
        self.need(indent)
        if self.heads and self.indents[-1] >= 0 and not self.is_key(self.heads[-1]):
            cutter.add(i, self.need(indent))  # `Args:` in the comment of a function
            return i + 1
        return self.open_head(i, indent)

    def is_key(self, piece: int) -> bool:
        """Whether a head that stands open is a `key:`."""
        found = SHAPE.match(self.cutter.text, self.cutter.pieces.start[piece])
        return found is not None and found.lastindex == Shape.KEY

    def point(self, i: int) -> None:
        """A compiler's message holds until a blank line: what it shows needs it."""
        above = self.above(i)
        if above >= 0:
            del self.indents[:], self.heads[:]
            self.local = above

    def above(self, i: int) -> int:
        """The piece that the line above is, if other lines can need it; else -1."""
        cutter, pieces = self.cutter, self.cutter.pieces
        fits = i and cutter.can_head(i - 1)
        whole = fits and pieces.start[-1] == cutter.bounds[i - 1] and pieces.form[-1] == Form.PLAIN
        return len(pieces) - 1 if whole else -1


def _prefixed_tracebacks(text: str, bounds: list[int]) -> list[tuple[int, int]]:
    """Line and column of the tracebacks that something stands before, last one first."""
    found: list[tuple[int, int]] = []
    at = text.find(traceback.HEADER)
    while at >= 0:
        line = bisect_right(bounds, at) - 1
        column = at - bounds[line]
        if column and not text[bounds[line] : at].isspace() and (not found or found[-1][0] != line):
            found.append((line, column))
        at = text.find(traceback.HEADER, at + 1)
    found.reverse()
    return found
