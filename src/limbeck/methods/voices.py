"""Whose words a quoted sentence is: the role in a conversation, in a transcript the name that opens the turn."""

from __future__ import annotations

import re

from limbeck.core.context import Context

from .sentence_rows import spoken
from .speakers import speakers

FEWEST_TURNS = 3
"""A bare text with so many lines that a name opens, of two names and one of them again, is a transcript."""

_TURN = re.compile(
    r"(?m)^[ \t]*(?P<name>[^\W\d_][\w.'’-]*(?: [\w.'’-]+){0,3}?(?: \([^()\n]{1,24}\))?):[ \t]+(?=\S)"
)


def voices(context: Context) -> list[str]:
    """(n) who says each row: a role, or the name of a turn; empty where nobody does or the row itself says it.

    Tools and the arguments of calls have no voice, bare material has none but that of a transcript's turns.

    Args:
        context: Cut by sentence.

    Cost: a search in each bare text.
    """
    found = [""] * len(context.segments)
    roles = speakers(context)
    talk = any(role == "assistant" for role in roles)
    for source, rows, role in zip(context.sources, context.source_rows(), roles, strict=True):
        if not len(rows) or not spoken(source, role):
            continue
        if source.pointer and talk:
            found[rows.start : rows.stop] = [role] * len(rows)
            continue
        starts = context.segments.start
        for begun, end, name in _turns(source.text):
            for row in rows:
                if begun < starts[row] < end:
                    found[row] = name
    return found


def _turns(text: str) -> list[tuple[int, int, str]]:
    """Where the turns of a transcript begin and where their lines end, and who speaks."""
    turns = list(_TURN.finditer(text))
    names = {turn["name"] for turn in turns}
    if len(turns) < FEWEST_TURNS or not 2 <= len(names) < len(turns):
        return []
    found = []
    for turn in turns:
        end = text.find("\n", turn.end())
        found.append((turn.end(), len(text) if end < 0 else end, turn["name"]))
    return found
