"""Little histories for the tests of the bench, written for them."""

from __future__ import annotations

import json
from typing import Any

Message = dict[str, Any]

# 50 lines of 80 and more characters without an atom: they make a region long enough.
FILLER = "\n".join(
    f"{word} and nothing in this sentence is a name of anything, it only takes up some room here"
    for word in ("plain", "simple", "ordinary", "common", "usual") * 10
)


def user(text: str) -> Message:
    return {"role": "user", "content": text}


def tool(text: str) -> Message:
    return {"role": "tool", "content": text, "tool_call_id": "c"}


def agent(text: str, **arguments: str) -> Message:
    message: Message = {"role": "assistant", "content": text}
    if arguments:
        call = {"name": "shell", "arguments": json.dumps(arguments)}
        message["tool_calls"] = [{"id": "c", "type": "function", "function": call}]
    return message


def history(region: list[Message], recent: list[Message], rest: list[Message]) -> dict[str, Any]:
    """A row with one cut at 60 % only: head of one message, three recent ones, the cut on `rest[0]`."""
    assert len(recent) == 3
    messages = [user("please mend head_name"), *region, *recent, *rest]
    return {"id": "row", "source": "tests", "messages": messages}
