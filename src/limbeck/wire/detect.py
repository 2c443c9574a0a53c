"""Finds out what came in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from limbeck.core.body import Body
from limbeck.core.budget import Counter
from limbeck.core.context import Context
from limbeck.core.errors import FormatError

from .chat import read_chat, read_text
from .groups import Format
from .shapes import ACCEPTED, checked_messages, described

_OPENAI_ROLES = ("system", "developer", "tool", "function")
_OPENAI_PARTS = frozenset({"image_url", "input_audio", "file", "refusal"})
_TOOL_BLOCKS = frozenset({"tool_use", "tool_result"})
_ANTHROPIC_PARTS = _TOOL_BLOCKS | {"thinking", "redacted_thinking", "image", "document", "server_tool_use"}


def read(
    given: str | Sequence[Mapping[str, Any]] | Mapping[str, Any], counter: Counter
) -> tuple[Context, Body]:
    """Read a text, a list of chat messages or a mapping that holds one; the format is found out.

    Accepted are a bare text; OpenAI chat messages; Anthropic messages; a mapping with either under
    `messages` (a request body, a row of a data set), whose other keys pass through. What weighs but is no
    text (envelopes, names, images) becomes the `rider_tokens` of its message; `tools` beside the messages
    are not counted. `given` is never changed, and nothing that can change is shared with the result.

    Args:
        given: What the model is about to read.
        counter: Counts names and other short texts that travel as riders.

    Returns:
        The context (query empty) and the body that renders it, or what a method leaves of it, in kind.

    Raises:
        FormatError: Anything else; says what was found, at which message, and what is accepted.

    Cost: linear; nearly all of it is splitting the texts.
    """
    if isinstance(given, str):
        return read_text(given)
    if isinstance(given, Mapping):
        if "messages" not in given:
            hint = "; a single message goes into a list" if "role" in given else ""
            raise FormatError(f"the input is {described(given)}, without 'messages'{hint}; {ACCEPTED}")
        messages, top = checked_messages(given["messages"], "'messages'"), given
    elif isinstance(given, bytes | bytearray):
        raise FormatError(f"the input is {len(given):,} bytes; decode them first, as UTF-8; {ACCEPTED}")
    else:
        messages, top = checked_messages(given, "the input"), None
    form, notes = _format(messages, top)
    return read_chat(messages, top, form, notes, counter)


def _format(messages: Sequence[Mapping[str, Any]], top: Mapping[str, Any] | None) -> tuple[Format, list[str]]:
    """Whose format it is, by what only one of the two has; where nothing tells, OpenAI's."""
    kinds: set[str] = set()
    openai = False
    for message in messages:
        if message["role"] in _OPENAI_ROLES or message.get("tool_calls") or message.get("function_call"):
            openai = True
        content = message.get("content")
        if isinstance(content, list | tuple):
            found = (block.get("type") for block in content if isinstance(block, Mapping))
            kinds.update(kind for kind in found if isinstance(kind, str))
    openai = openai or not kinds.isdisjoint(_OPENAI_PARTS)
    anthropic = not kinds.isdisjoint(_ANTHROPIC_PARTS)
    if openai and anthropic:
        # Its groups are the wider ones, so they hold the pairs of both.
        form: Format = "openai" if kinds.isdisjoint(_TOOL_BLOCKS) else "anthropic"
        name = "OpenAI's" if form == "openai" else "Anthropic's"
        return form, [f"the messages mix the shapes of OpenAI and Anthropic; taken as {name}"]
    asked = top is not None and isinstance(top.get("system"), str | list | tuple) and not openai
    return ("anthropic" if anthropic or asked else "openai"), []
