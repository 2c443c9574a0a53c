"""Who said each text: what a tool returned is a tool's word, whoever's message carries it."""

from __future__ import annotations

import re
from bisect import bisect_right

from limbeck.core.context import Context

SYSTEM_ROLES = frozenset({"system", "developer"})
TOOL_ROLES = frozenset({"tool", "function"})
# Anthropic's tool results stand in user messages, at `/3/content/0/content` and below.
TOOL_RESULT = re.compile(r"/content/\d+/content(?:/|\Z)")


def speakers(context: Context) -> list[str]:
    """For each source the role of its message, or `tool` where it is a tool's result.

    Empty where nothing is left of a source. Linear in the segments.
    """
    stops = [message.segments.stop for message in context.messages]
    found = []
    for source, rows in zip(context.sources, context.source_rows(), strict=True):
        if not len(rows):
            found.append("")
        elif TOOL_RESULT.search(source.pointer):
            found.append("tool")
        else:
            found.append(context.messages[bisect_right(stops, rows.start)].role)
    return found
