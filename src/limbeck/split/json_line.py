"""A JSON document at the end of a line: `data: {...}`, `2026-11-20 INFO reply=[...] in 3 ms`."""

from __future__ import annotations

import re

from .json_text import json_pieces
from .long_lines import estimate_tokens
from .pieces import Pieces

__all__ = ["document_at_end"]

MOST_LABEL_CHARS = 200
"""What stands before the document is paid for by each part of it, so no more than this."""

MOST_TAIL_CHARS = 40
"""What may stand after the document: `;`, `) in 3 ms`."""

MOST_TRIES = 4
"""Brackets tried as the document's first, so that a line full of brackets stays linear."""

FEWEST_TOKENS = 20
"""A smaller document is not worth cutting: `[1]` behind a sentence, `values[0]` in code."""

_OPENING = re.compile(r"\{(?=[ \t]*[\"}])|\[(?=[ \t]*[\[{\"\d\]tfn-])")
_CLOSING = {"{": "}", "[": "]"}


def document_at_end(text: str, start: int, end: int, max_tokens: int) -> tuple[int, Pieces] | None:
    """Where the JSON object or array that ends a line begins, and its pieces; None if there is none.

    Args:
        text: Any text.
        start, end: One line of it, its line end included, in code points.
        max_tokens: As for `json_pieces`.

    Returns:
        Its first bracket in `text`, and its pieces, counted from there. The last piece is the last bracket:
        it takes in what follows on the line.

    Cost: linear in the line.
    """
    ended = start + len(text[start:end].rstrip())
    last = max(text.rfind(mark, max(start, ended - MOST_TAIL_CHARS - 1), ended) for mark in "{}[]")
    if last < 0 or text[last] not in "}]":
        return None
    tries = 0
    for opening in _OPENING.finditer(text, start, last):
        begin = opening.start()
        if begin - start > MOST_LABEL_CHARS or tries == MOST_TRIES:
            break
        if _CLOSING[text[begin]] != text[last]:
            continue
        document = text[begin : last + 1]
        if len(document) <= 16 * FEWEST_TOKENS and estimate_tokens(document) <= FEWEST_TOKENS:
            break
        tries += 1
        pieces = json_pieces(document, max_tokens)
        if pieces is not None:
            return begin, pieces
    return None
