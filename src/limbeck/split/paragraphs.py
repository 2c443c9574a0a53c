"""Stretches of text that sentences are looked for in: lines, and lines joined that were wrapped at a width."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .sentences import PARAGRAPH

__all__ = ["paragraphs"]

LEAST_WIDTH, MOST_WIDTH = 50, 130
"""Text is wrapped by hand or by an editor at a width in this range."""
NEAR = 20
"""A line that was wrapped lacks at most this to the width: the word that did not fit."""
FEWEST_LINES = 2
"""So many lines must come near the longest one, or nothing says that there is a width."""

# What begins something of its own: items, headings, quotes, tables, tags, fences, "Name:", a clock.
_OWN = re.compile(
    r"[ \t]*(?:[-*+•‣–#>|<=~]|`{3}|\(?\d{1,3}[.):]|\[?\d{1,2}:\d\d|[A-Z]\w*(?: [A-Z]\w*){0,2}:[ \t])|\t| {4}"
)
_STOPPED = re.compile("[.!?:;…。！？۔।][\"'”’»)*_`]*$")


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) in code points of each stretch, ascending, line ends between them left out.

    A line goes on in the next one if that begins in lower case (`PARAGRAPH`), or if the text is wrapped at a
    width, the first word of the next line did not fit, and nothing in either line says that something ends.

    Cost: linear.
    """
    width = _width(text)
    start = end = -1
    for found in PARAGRAPH.finditer(text):
        if start >= 0:
            if width and found.start() == end + 1 and _wrapped(text, end, found.start(), width):
                end = found.end()
                continue
            yield start, end
        start, end = found.span()
    if start >= 0:
        yield start, end


def _width(text: str) -> int:
    """The width that a text is wrapped at, or 0."""
    lengths = [len(line) for line in text.split("\n")]
    longest = max(lengths)
    if not LEAST_WIDTH <= longest <= MOST_WIDTH:
        return 0
    return longest if sum(length >= longest - NEAR for length in lengths) >= FEWEST_LINES else 0


def _wrapped(text: str, end: int, after: int, width: int) -> bool:
    """Whether the line that ends at `end` goes on in the one that begins at `after`."""
    begun = text.rfind("\n", 0, end) + 1
    stop = text.find("\n", after)
    following = text[after : stop if stop >= 0 else len(text)]
    if not following.strip() or _OWN.match(following) or _STOPPED.search(text[begun:end].rstrip()):
        return False
    if text[begun:end].lstrip()[:1] in ("|", "#", "<", ">"):
        return False
    return end - begun + 1 + len(following.split(None, 1)[0]) > width
