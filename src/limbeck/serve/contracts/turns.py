"""A conversation that was written out as one text, `user: ...` and so on, as the messages that it was.

Nobody can tell such a line from one that a tool printed or a user made up, so the roles serve to sort the text
and for nothing else.
"""

from __future__ import annotations

import re
from itertools import islice

_ROLES = {
    "system": "system", "developer": "developer", "user": "user", "human": "user", "assistant": "assistant",
    "ai": "assistant", "agent": "assistant", "tool": "tool", "tool result": "tool", "function": "tool",
}  # fmt: skip
_TURN = re.compile(
    rf"^(?:#{{1,6}} |\*\*|\[)?({'|'.join(_ROLES)})(?:\*\*|\])?:(?:\*\*)?[ \t]*", re.IGNORECASE | re.MULTILINE
)
MOST_TURNS = 20_000
"""A text with more is left as it is: a message costs more memory than a line."""


def turns(text: str) -> list[dict[str, str]]:
    """The messages of a conversation, without the names before them; none if the text is not one.

    It is one if it begins with the name of a role and two roles speak in it. Linear.
    """
    body = text.lstrip()
    found = list(islice(_TURN.finditer(body), MOST_TURNS + 1))
    roles = [_ROLES[turn[1].lower()] for turn in found]
    if not found or found[0].start() or len(found) > MOST_TURNS or len(set(roles)) < 2:
        return []
    ends = [*(turn.start() for turn in found[1:]), len(body)]
    return [
        {"role": role, "content": body[turn.end() : end]}
        for role, turn, end in zip(roles, found, ends, strict=True)
    ]
