"""Lines of a text, and how one line becomes one or more pieces."""

from __future__ import annotations

import re
from itertools import accumulate, islice, pairwise

from limbeck.core.context import Form

from .json_line import document_at_end
from .long_lines import estimate_tokens, split_line
from .pieces import Pieces
from .sentences import sentence_starts

HEAD_CHARS = 160
"""A longer line is never needed by others: it would cost more than it explains."""

PROSE_CHARS = 120
"""A shorter line of prose is not worth cutting by sentence."""

DOCUMENT_CHARS = HEAD_CHARS + 20
"""A shorter line that ends with a JSON document stays whole. A line before it may need it (a decorator, a frame
of a traceback), but would count among the document's elements; the 20 are for a line number, which is no part
of a head."""

# A sentence's end with another sentence after it on the same line. A dot must follow a small letter or a
# bracket or quote (so not a number or an initial) and come before white space and something that can begin
# a sentence; the full-width marks and the danda need no space.
_SENTENCE_END = re.compile(
    r"[^\W\d_A-Z][)\"'\]”’»]?[.!?…؟۔][)\"'\]”’»*_]{0,3}[ \t]+[\"'“‘«(¿¡*_\[]{0,3}[^\Wa-z_]|[。！？।]."
)
_LINE_END = re.compile(r"\r\n?|\n")
_WIDE = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef]")


def line_bounds(text: str) -> list[int]:
    r"""Where each line begins, and last the end of the text.

    A line ends with `\n`, `\r\n` or a lone `\r`; other separators (form feed, U+2028, ...) are plain
    characters. The empty text is one empty line.
    """
    if "\r" not in text:
        parts = text.split("\n")
        bounds = [0, *accumulate(len(part) + 1 for part in parts)]
        bounds[-1] -= 1
    else:
        bounds = [0, *(end.end() for end in _LINE_END.finditer(text)), len(text)]
    if len(bounds) > 2 and bounds[-1] == bounds[-2]:
        bounds.pop()
    return bounds


class Cutter:
    """A text, its lines, and the pieces made of them so far.

    Attributes:
        text: The whole text.
        bounds: Where each line begins, and last the end of the text.
        count: How many lines there are.
        pieces: What has been cut so far. A line that is passed over joins the piece before it.
        limit: A line of at most so many characters is certainly short enough to be one piece.
        max_tokens: The most tokens a piece of a line should have, by estimate.
    """

    __slots__ = ("bounds", "count", "limit", "max_tokens", "pieces", "text")

    def __init__(self, text: str, max_tokens: int, kind: str) -> None:
        self.text = text
        self.bounds = line_bounds(text)
        self.count = len(self.bounds) - 1
        self.pieces = Pieces(kind)
        self.max_tokens = max_tokens
        # Two characters to a token is rare in Latin script; in others one is usual.
        limit = max_tokens if not text.isascii() and _WIDE.search(text) else 2 * max_tokens
        self.limit = min(limit, PROSE_CHARS)

    def add(self, number: int, needs: int = -1, form: int = Form.PLAIN) -> int:
        """Make a line into a piece, or into several if it is long; returns the first one's number.

        Prose is cut by sentence. A part of a longer run needs the part that the run begins with, so that nothing
        loses its time stamp, label or subject, and a line of which anything stays keeps its end. A JSON document
        at the end of a line is cut as one, its outermost brackets staying with what stands before it.
        """
        start, end = self.bounds[number], self.bounds[number + 1]
        first = self.pieces.add(start, needs, form)
        if end - start <= self.limit or form != Form.PLAIN:  # a closer follows its head in one
            return first
        if self.too_long(start, end):
            document = document_at_end(self.text, start, end, self.max_tokens)
            if document is not None:
                if end - start > DOCUMENT_CHARS:
                    self.graft(*document, first)
                return first
        if end - start > PROSE_CHARS and is_prose(self.text, start, end):
            starts = sentence_starts(self.text, start, end)
            if len(starts) > 1:
                self._add_sentences(first, starts, end)
                return first
        parts = self._long(start, end)
        self._add_parts(parts, first)
        ended = _LINE_END.search(self.text, start, end)
        if parts and ended is not None and parts[-1] < ended.start():
            self.pieces.add(ended.start(), first, Form.CLOSER)
        return first

    def graft(self, begin: int, document: Pieces, first: int) -> None:
        """Add the pieces of a JSON document that begins at `begin`, its opening within the last piece, `first`.

        Within another text nothing has to stay, so its end is a closer like any other.
        """
        pieces = self.pieces
        for start, need, form in islice(
            zip(document.start, document.needs, document.form, strict=True), 1, None
        ):
            pieces.add(begin + start, first + need, Form.CLOSER if form == Form.FRAME else form)

    def _add_sentences(self, first: int, starts: list[int], end: int) -> None:
        """Cut a line of prose, of which the piece `first` is there already.

        Each sentence needs the line's end, whichever others stay, so that no two lines run together.
        """
        pieces = self.pieces
        needs = pieces.needs[first]
        ended = _LINE_END.search(self.text, starts[-1], end)
        stop = ended.start() if ended else end
        sentences = [first]
        for start, after in pairwise([*starts, stop]):
            if start > starts[0]:
                sentences.append(pieces.add(start, needs))
            if after - start > self.limit:
                self._add_parts(self._long(start, after), sentences[-1])
        if ended:
            line_end = pieces.add(stop, needs)
            for sentence in sentences:
                pieces.needs[sentence] = line_end

    def _add_parts(self, parts: list[int], head: int) -> None:
        for part in parts:
            self.pieces.add(part, head)

    def too_long(self, start: int, end: int) -> bool:
        """Whether a run has more tokens than a piece should have."""
        if end - start > 16 * self.max_tokens:
            return True
        return end - start > self.max_tokens < estimate_tokens(self.text[start:end])

    def _long(self, start: int, end: int) -> list[int]:
        if not self.too_long(start, end):
            return []
        return inside(split_line(self.text, start, end, self.max_tokens), start, end)

    def can_head(self, number: int) -> bool:
        """Whether a line is short enough for other lines to need it."""
        return self.bounds[number + 1] - self.bounds[number] <= HEAD_CHARS


def inside(starts: list[int], start: int, end: int) -> list[int]:
    """The starts that lie strictly inside a run."""
    return [s for s in starts if start < s < end]


def is_prose(text: str, start: int, end: int) -> bool:
    """Whether a long line is natural language with more than one sentence."""
    found = _SENTENCE_END.search(text, start, end)
    if found is None:
        return False
    if text[found.start()] in "。！？।":
        return True
    sample = text[start : min(end, start + 2000)]
    spaces = sample.count(" ")
    odd = sum(map(sample.count, "{}=<>;/\\|_"))
    return spaces * 14 >= len(sample) and odd * 40 <= len(sample)
