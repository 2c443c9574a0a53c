"""Cutting texts into pieces, losslessly: what kind of text it is, where to cut, what each piece needs."""

from __future__ import annotations

from .detect import kind_of
from .grammar import cut_definitions, definitions
from .json_text import json_pieces
from .mixed import cut_lines
from .pieces import Pieces

__all__ = ["Pieces", "kind_of", "split"]


def split(text: str, kind: str | None = None, max_tokens: int = 60) -> Pieces:
    """Cut a text of any kind into pieces; joined, they are the text.

    A piece is a line with its end. Lines of more than `max_tokens` tokens are cut further, prose by sentence;
    blank lines and lone brackets join the piece before them. Real tool output is a mixture, so lines are read
    by what they look like where they stand; the kind matters only where a line alone cannot tell.

    Args:
        text: Any text; control characters, lone surrogates and all.
        kind: The kind, if it is known; found otherwise.
        max_tokens: The most tokens, by estimate, that a piece should have.

    Returns:
        The pieces, with what each needs to be understood.

    Cost: linear, at several megabytes a second.
    """
    if kind is None or kind == "json":
        lead = text[:64].lstrip()
        if not lead and len(text) > 64:
            lead = text.lstrip()[:1]
        if lead[:1] in ("{", "[", '"'):
            found = json_pieces(text, max_tokens)
            if found is not None:
                return found
    kind = kind or kind_of(text)
    if kind == "code":
        spans = definitions(text)
        if spans is not None:
            return cut_definitions(text, kind, max_tokens, spans)
    return cut_lines(text, kind, max_tokens)
