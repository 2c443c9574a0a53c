"""What the bench reads in a message: its text, and the arguments of its calls with the JSON escapes undone.

The bench compares strings, and a path inside a JSON string of a call is the same path in a tool's answer.
So every text here is decoded: this is a reading for measuring, never something that is sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

__all__ = ["Given", "MessageDict", "arguments_text", "given_text", "message_text"]

MessageDict = dict[str, Any]
Given = list[MessageDict] | str

_ESCAPE = re.compile(r'\\(u[0-9a-fA-F]{4}|["\\/bfnrt])')
_UNESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def _strings(value: object) -> Iterator[str]:
    """The strings of a JSON value in order, keys too; other scalars as JSON writes them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from _strings(item)
    elif isinstance(value, Sequence):
        for item in value:
            yield from _strings(item)
    elif value is not None:
        yield json.dumps(value)


def _unescape(match: re.Match[str]) -> str:
    code = match.group(1)
    return chr(int(code[1:], 16)) if code[0] == "u" else _UNESCAPED.get(code, code)


def arguments_text(arguments: object) -> str:
    """The arguments of a call as text: each key and each value on lines of its own, escapes undone.

    Args:
        arguments: JSON text, or the value itself. JSON text that does not parse (some models write such) is
            read as it stands, with its JSON escapes undone.
    """
    if isinstance(arguments, str):
        try:
            value = json.loads(arguments)
        except (ValueError, RecursionError):
            return _ESCAPE.sub(_unescape, arguments)
    else:
        value = arguments
    return "\n".join(_strings(value))


def _content_text(content: object) -> Iterator[str]:
    """The texts of a content: a string, or a list of parts (text, tool_use, tool_result, thinking)."""
    if isinstance(content, str):
        if content:
            yield content
    elif isinstance(content, list):
        for part in content:
            if isinstance(part, str):
                yield part
            elif isinstance(part, Mapping):
                for key in ("text", "thinking"):
                    if isinstance(part.get(key), str):
                        yield part[key]
                if "input" in part:
                    yield arguments_text(part["input"])
                yield from _content_text(part.get("content"))


def message_text(message: Mapping[str, Any]) -> str:
    """The text of a message and of the arguments of its calls, decoded, joined by newlines.

    Names of tools and ids of calls are no part of it.
    """
    texts = list(_content_text(message.get("content")))
    for call in message.get("tool_calls") or ():
        texts.append(arguments_text((call.get("function") or {}).get("arguments", "")))
    return "\n".join(text for text in texts if text)


def given_text(given: Given) -> str:
    """The text of what a method was given or gave back: of a list, its messages joined by newlines."""
    if isinstance(given, str):
        return given
    return "\n".join(message_text(message) for message in given)
