"""Checks of what came in: the errors that say what was found, where, and what is accepted."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from limbeck.core.errors import FormatError

ACCEPTED = (
    "accepted: a text, a list of OpenAI or Anthropic chat messages, or a mapping that has such a list "
    "under 'messages'"
)
ROLES = ("system", "developer", "user", "assistant", "tool", "function")
DEEPEST = 400
"""Levels of nesting that are copied. The parsers of JSON stop near 1,000, where Python's stack ends."""


def described(value: object) -> str:
    """A few words on a value that should not be there."""
    if value is None:
        return "null"
    if isinstance(value, bool | int | float):
        return f"the {type(value).__name__} {value!r}"
    if isinstance(value, str):
        return f"the text {value!r}" if len(value) <= 40 else f"a text of {len(value):,} characters"
    if isinstance(value, Mapping):
        keys = ", ".join(repr(k) for k in list(value)[:5])
        return f"a mapping with {keys or 'no keys'}{', ...' if len(value) > 5 else ''}"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    return f"a {type(value).__name__}"


def refuse(where: str, value: object, accepted: str) -> NoReturn:
    """Raise what a value in the wrong shape deserves.

    Raises:
        FormatError: `{where} is {value}; accepted: {accepted}`.
    """
    raise FormatError(f"{where} is {described(value)}; accepted: {accepted}")


def text_in(value: object, where: str) -> str:
    """The value, if it is a text.

    Raises:
        FormatError: It is not.
    """
    return value if isinstance(value, str) else refuse(where, value, "a text")


def list_in(value: object, where: str, accepted: str) -> Sequence[Any]:
    """The value, if it is a list.

    Raises:
        FormatError: It is not.
    """
    return value if isinstance(value, list | tuple) else refuse(where, value, accepted)


def mapping_in(value: object, where: str, accepted: str) -> Mapping[str, Any]:
    """The value, if it is a mapping.

    Raises:
        FormatError: It is not.
    """
    return value if isinstance(value, Mapping) else refuse(where, value, accepted)


def copied(value: Any, where: str = "the input", depth: int = 0) -> Any:
    """A copy that shares no container with `value`; mappings become dicts, tuples lists, in the same order.

    Raises:
        FormatError: Nested deeper than `DEEPEST` levels (or a container that holds itself).
    """
    if depth > DEEPEST:
        raise FormatError(f"{where} is nested deeper than {DEEPEST} levels; flatten it or pass it as a text")
    if isinstance(value, str | int | float | bool | None):
        return value
    if isinstance(value, Mapping):
        return {key: copied(item, where, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [copied(item, where, depth + 1) for item in value]
    return copy.deepcopy(value)


def checked_messages(messages: object, where: str) -> list[Mapping[str, Any]]:
    """The list itself, once every element is a mapping with a role that is known.

    Raises:
        FormatError: Names the first element that is not.
    """
    if not isinstance(messages, list | tuple):
        raise FormatError(f"{where} is {described(messages)}; {ACCEPTED}")
    for index, message in enumerate(messages):
        if not isinstance(message, Mapping):
            hint = "; call its .model_dump(exclude_none=True) first" if hasattr(message, "model_dump") else ""
            raise FormatError(f"message {index} is {described(message)}, not a mapping{hint}; {ACCEPTED}")
        if "role" not in message:
            raise FormatError(f"message {index} has no role, it is {described(message)}; {ACCEPTED}")
        role = message["role"]
        if not isinstance(role, str) or role not in ROLES:
            refuse(f"message {index}: role", role, ", ".join(ROLES))
    return list(messages)
