"""The texts of one message, each with the place it stood at, and what else the message carries.

Both providers' shapes are read by the same walk: a part is known by its type, wherever it stands.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

from limbeck.core.errors import FormatError

from .shapes import list_in, mapping_in, refuse, text_in
from .weights import MESSAGE_TOKENS, Weights

Path = tuple[str | int, ...]

_REASONING_KEYS = ("reasoning_content", "reasoning")  # unsigned thinking beside the content, never cut
_CONTENT = "a text, null, or a list of content parts"


class Way(Enum):
    """How a text may be cut, and how it is put back."""

    FREE = "free"
    """Cut by its own kind."""
    ARGUMENTS = "arguments"
    """A JSON text that stays valid JSON, if it is."""
    OBJECT = "object"
    """A JSON text made from an object, and put back as an object."""
    WHOLE = "whole"
    """Never cut: signed, or a single statement."""


class Text(NamedTuple):
    """A text and the keys that lead to it from its message."""

    path: Path
    text: str
    way: Way = Way.FREE
    lasting: bool = False
    """Whether something of it must stay as long as its message stays."""


Key = tuple[str, str] | None
"""What joins a call to its result: `("id", ...)`, `("name", ...)` or, where neither is given, None."""


@dataclass
class Read:
    """What was found in one message.

    Attributes:
        role: As it came.
        texts: In reading order.
        rider_tokens: The weight of all that is not a text to be cut.
        calls, results: Keys of the tool calls made and answered here.
        held: Whether a call stands outside the list of calls (the older `function_call`) and cannot leave it.
        solid: Whether a part other than text and thinking stands in it, so that it cannot become empty.
        empty: Whether it has neither content nor calls.
    """

    role: str
    texts: list[Text] = field(default_factory=list)
    rider_tokens: int = MESSAGE_TOKENS
    calls: list[Key] = field(default_factory=list)
    results: list[Key] = field(default_factory=list)
    held: bool = False
    solid: bool = False
    empty: bool = False


def read_message(index: int, message: Mapping[str, Any], weights: Weights) -> Read:
    """Everything Limbeck needs to know of message `index`.

    Raises:
        FormatError: A part has a shape that neither provider knows; says the message and the part.
    """
    where = f"message {index}"
    read = Read(message["role"])
    content = message.get("content")
    if isinstance(content, str):
        read.texts.append(Text(("content",), content))
    elif content is not None:
        for number, block in enumerate(list_in(content, f"{where}: content", _CONTENT)):
            _block(read, f"{where}, content part {number}", ("content", number), block, weights)
    read.rider_tokens += weights.name(message.get("name"))
    read.rider_tokens += sum(weights.text(message.get(key)) for key in _REASONING_KEYS)
    refusal = message.get("refusal")
    if isinstance(refusal, str):
        read.texts.append(Text(("refusal",), refusal, Way.WHOLE))
    _tool_calls(read, where, message, weights)
    if read.role == "tool":
        read.results.append(_id_key(message.get("tool_call_id")))
    elif read.role == "function":
        name = message.get("name")
        read.results.append(("name", name) if isinstance(name, str) else None)
    read.empty = content is None and not read.texts and not read.calls
    return read


def read_system(system: object, weights: Weights) -> Read:
    """The top-level system prompt of an Anthropic request, as a message of role `system`.

    Raises:
        FormatError: Neither a text nor a list of blocks.
    """
    read = Read("system")
    if isinstance(system, str):
        read.texts.append(Text((), system))
        return read
    for number, block in enumerate(list_in(system, "'system'", "a text or a list of text blocks")):
        _block(read, f"'system', block {number}", (number,), block, weights)
    return read


def object_text(value: Mapping[str, Any], where: str) -> str:
    """The JSON text that stands for an object.

    Raises:
        FormatError: It holds something JSON cannot say.
    """
    try:
        return json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError) as error:
        wanted = "accepted: what json.loads gives"
        raise FormatError(f"{where} cannot be written as JSON ({error}); {wanted}") from None


def _id_key(value: object) -> Key:
    return ("id", value) if isinstance(value, str) and value else None


def _block(read: Read, where: str, path: Path, block: object, weights: Weights) -> None:
    """One part of a content list."""
    if not isinstance(block, Mapping) or not isinstance(block.get("type"), str):
        refuse(where, block, "a mapping with a 'type', such as {'type': 'text', 'text': '...'}")
    kind = block["type"]
    if kind in ("text", "input_text", "output_text"):
        text = text_in(block.get("text"), f"{where}: text")
        # A cache breakpoint is lost with its block, and with it the price of the prefix.
        read.texts.append(Text((*path, "text"), text, lasting="cache_control" in block))
        return
    if kind == "thinking":
        thinking = text_in(block.get("thinking"), f"{where}: thinking")
        read.texts.append(Text((*path, "thinking"), thinking, Way.WHOLE))
        return
    if kind == "redacted_thinking":
        read.rider_tokens += weights.block(block)
        return
    read.solid = True
    if kind == "refusal":
        refusal = text_in(block.get("refusal"), f"{where}: refusal")
        read.texts.append(Text((*path, "refusal"), refusal, Way.WHOLE))
    elif kind == "tool_use":
        given = mapping_in(block.get("input", {}), f"{where}: input", "an object")
        read.texts.append(Text((*path, "input"), object_text(given, f"{where}: input"), Way.OBJECT))
        read.rider_tokens += weights.name(block.get("name"))
        read.calls.append(_id_key(block.get("id")))
    elif kind == "tool_result":
        _tool_result(read, where, path, block, weights)
    else:
        read.rider_tokens += weights.block(block)


def _tool_result(read: Read, where: str, path: Path, block: Mapping[str, Any], weights: Weights) -> None:
    read.results.append(_id_key(block.get("tool_use_id")))
    content = block.get("content")
    failed = block.get("is_error") is True  # a failed result with no content is refused by the provider
    if isinstance(content, str):
        read.texts.append(Text((*path, "content"), content, lasting=failed))
    elif content is not None:
        inside = Read(read.role, rider_tokens=0)
        for number, part in enumerate(list_in(content, f"{where}: content", _CONTENT)):
            _block(inside, f"{where}, part {number}", (*path, "content", number), part, weights)
        if failed and inside.texts and not inside.solid:
            held = next((i for i, text in enumerate(inside.texts) if text.text.strip()), 0)
            inside.texts[held] = inside.texts[held]._replace(lasting=True)
        read.texts.extend(inside.texts)
        read.rider_tokens += inside.rider_tokens


def _tool_calls(read: Read, where: str, message: Mapping[str, Any], weights: Weights) -> None:
    calls = message.get("tool_calls")
    for number, call in enumerate(list_in(calls or (), f"{where}: tool_calls", "a list of tool calls")):
        at = f"{where}, tool call {number}"
        mapping_in(call, at, "a mapping with 'id' and 'function'")
        read.calls.append(_id_key(call.get("id")))
        if isinstance(call.get("custom"), Mapping):  # a tool that takes free text
            _call(read, at, ("tool_calls", number, "custom"), call["custom"], "input", weights)
        elif "function" in call:
            function = mapping_in(
                call["function"], f"{at}: function", "a mapping with 'name' and 'arguments'"
            )
            _call(read, at, ("tool_calls", number, "function"), function, "arguments", weights)
        else:
            read.rider_tokens += weights.opaque(call)
    legacy = message.get("function_call")
    if legacy is not None:
        mapping_in(legacy, f"{where}: function_call", "a mapping with 'name' and 'arguments'")
        read.held = True
        name = legacy.get("name")
        read.calls.append(("name", name) if isinstance(name, str) else None)
        _call(read, f"{where}: function_call", ("function_call",), legacy, "arguments", weights)


def _call(read: Read, where: str, path: Path, call: Mapping[str, Any], key: str, weights: Weights) -> None:
    """The name and the arguments of a call; some servers give the arguments as an object."""
    read.rider_tokens += weights.name(call.get("name"))
    given = call.get(key)
    if isinstance(given, str):
        way = Way.ARGUMENTS if key == "arguments" else Way.FREE
        read.texts.append(Text((*path, key), given, way))
    elif given is not None:
        found = mapping_in(given, f"{where}: {key}", "a text or an object")
        read.texts.append(Text((*path, key), object_text(found, f"{where}: {key}"), Way.OBJECT))
