"""Messages of any chat API with nothing but their texts and tool calls.

The chat routes answer with one text, so what is no text (images, sounds, files, thinking, the names of tools)
takes no part: it stands in no answer and counts in no budget. How many such parts there were is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .refusing import RequestError

SYSTEM_ROLES = ("system", "developer")

Messages = Sequence[Mapping[str, Any]]

_TEXTS = ("text", "input_text", "output_text")
_TOOL_BLOCKS = ("tool_use", "tool_result")


def plain(messages: Messages) -> tuple[list[dict[str, Any]], int]:
    """The messages with nothing but their texts and tool calls, and how many other parts there were.

    Raises:
        RequestError: A text part without a text.
    """
    found, ignored = [], 0
    for index, message in enumerate(messages):
        made: dict[str, Any] = {"role": message["role"]}
        content, others = _plain_content(message.get("content"), f"messages.{index}.content")
        if isinstance(content, str) and isinstance(message.get("refusal"), str):
            content = _joined((content, message["refusal"]))
        # A call without a text beside it has no content, not an empty one.
        made["content"] = content if content or message.get("content") is not None else None
        ignored += others
        if message.get("tool_calls"):
            made["tool_calls"] = [_without_name(call) for call in message["tool_calls"]]
        for key in ("tool_call_id", "function_call"):
            if message.get(key) is not None:
                made[key] = message[key]
        if message["role"] == "function" and message.get("name"):  # what joins it to its call
            made["name"] = message["name"]
        found.append(made)
    return found, ignored


def text_of(content: object) -> str:
    """The text of a content that `plain` made: what was said, tool calls and results aside."""
    if isinstance(content, str):
        return content
    blocks = content if isinstance(content, list) else []
    return _joined(block["text"] for block in blocks if block.get("type") == "text")


def last_user_text(messages: Messages) -> str | None:
    """What the user said last; None for nothing."""
    texts = (text_of(m["content"]) for m in reversed(messages) if m["role"] == "user")
    return next((text for text in texts if text.strip()), None)


def _plain_content(content: object, where: str) -> tuple[str | list[dict[str, Any]], int]:
    """A text, or blocks where tools are called or answered among them; and how many parts are neither."""
    if not isinstance(content, list):
        return (content if isinstance(content, str) else ""), 0
    blocks: list[dict[str, Any]] = []
    ignored = 0
    for number, part in enumerate(content):
        kind, at = part.get("type"), f"{where}.{number}"
        if kind in _TEXTS or kind == "refusal":
            text = part.get("refusal" if kind == "refusal" else "text")
            if not isinstance(text, str):
                raise RequestError(f"{at}: a text part must have a text", at)
            blocks.append({"type": "text", "text": text})
        elif kind in _TOOL_BLOCKS:
            block, others = _tool_block(part, at)
            blocks.append(block)
            ignored += others
        else:
            ignored += 1
    if any(block["type"] != "text" for block in blocks):
        return blocks, ignored
    return _joined(block["text"] for block in blocks), ignored


def _tool_block(part: Mapping[str, Any], where: str) -> tuple[dict[str, Any], int]:
    if part["type"] == "tool_use":
        given = part.get("input")
        if not (given is None or isinstance(given, Mapping)):
            raise RequestError(f"{where}.input must be an object", f"{where}.input")
        return {"type": "tool_use", "id": part.get("id"), "input": given or {}}, 0
    inside = part.get("content")
    if isinstance(inside, list):
        if not all(isinstance(one, Mapping) and isinstance(one.get("type"), str) for one in inside):
            raise RequestError(
                f"{where}.content must be a text or a list of parts with a type", f"{where}.content"
            )
        inside = [one for one in inside if one["type"] not in _TOOL_BLOCKS]
        text, ignored = _plain_content(inside, f"{where}.content")
    elif inside is None or isinstance(inside, str):
        text, ignored = inside or "", 0
    else:
        raise RequestError(f"{where}.content must be a text or a list of parts", f"{where}.content")
    return {"type": "tool_result", "tool_use_id": part.get("tool_use_id"), "content": text}, ignored


def _without_name(call: Mapping[str, Any]) -> dict[str, Any]:
    """A tool call with its id and what it was called with; the name of the tool stands in no answer."""
    made: dict[str, Any] = {"id": call.get("id"), "type": "function"}
    for key, given in (("function", "arguments"), ("custom", "input")):
        if isinstance(call.get(key), Mapping):
            made[key] = {given: call[key].get(given)}
    return made


def _joined(texts: Iterable[str]) -> str:
    return "\n".join(texts)
