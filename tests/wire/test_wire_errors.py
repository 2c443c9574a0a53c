"""What is refused, and that the message says what, where and what would be accepted."""

from __future__ import annotations

import pickle
from types import SimpleNamespace
from typing import Any

import pytest
from cutting import Quarter

from limbeck.core.errors import FormatError
from limbeck.wire import read


class Answer:
    """As the objects of a client library: not a mapping, but ready to become one."""

    def model_dump(self) -> dict[str, str]:
        return {}


def user(content: Any) -> dict[str, Any]:
    return {"role": "user", "content": content}


def calling(*calls: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": None, "tool_calls": list(calls)}


def result(content: Any) -> dict[str, Any]:
    return user([{"type": "tool_result", "tool_use_id": "1", "content": content}])


class Endless(dict[str, Any]):
    """Not JSON, though a mapping."""


DEEP: Any = "x"
for _ in range(500):
    DEEP = [DEEP]

REFUSED: list[tuple[Any, str]] = [
    (None, "the input is null; accepted: a text, a list"),
    (7, "the input is the int 7; accepted"),
    (b"bytes", "the input is 5 bytes; decode them first, as UTF-8"),
    (SimpleNamespace(), "the input is a SimpleNamespace"),
    ({}, "the input is a mapping with no keys, without 'messages'; accepted"),
    (
        {"role": "user", "content": ""},
        "a mapping with 'role', 'content', without 'messages'; a single message goes",
    ),
    (dict.fromkeys("abcdef", 1), "a mapping with 'a', 'b', 'c', 'd', 'e', ..., without"),
    ({"messages": "hello"}, "'messages' is the text 'hello'; accepted"),
    ({"messages": None}, "'messages' is null"),
    (["hello"], "message 0 is the text 'hello', not a mapping; accepted"),
    ([user(""), ["a", "b"]], "message 1 is a list of 2, not a mapping"),
    (
        [user(""), Answer()],
        "message 1 is a Answer, not a mapping; call its .model_dump(exclude_none=True) first",
    ),
    ([user(""), {"content": "x"}], "message 1 has no role, it is a mapping with 'content'; accepted"),
    (
        [{"role": "model", "content": "x"}],
        "message 0: role is the text 'model'; accepted: system, developer, user",
    ),
    ([{"role": None}], "message 0: role is null"),
    ([{"role": ["user"]}], "message 0: role is a list of 1"),
    ([user(""), user(3.5)], "message 1: content is the float 3.5; accepted: a text, null, or a list"),
    ([user({"type": "text"})], "message 0: content is a mapping with 'type'"),
    (
        [user([{"type": "text", "text": ""}, "x" * 41])],
        "message 0, content part 1 is a text of 41 characters",
    ),
    (
        [user([{"text": "x"}])],
        "message 0, content part 0 is a mapping with 'text'; accepted: a mapping with a 'type'",
    ),
    ([user([{"type": "text"}])], "message 0, content part 0: text is null; accepted: a text"),
    ([user([{"type": "refusal", "refusal": 1}])], "content part 0: refusal is the int 1"),
    ([user([{"type": "thinking", "thinking": True}])], "content part 0: thinking is the bool True"),
    (
        [user([{"type": "tool_use", "input": "x"}])],
        "content part 0: input is the text 'x'; accepted: an object",
    ),
    ([result(1)], "message 0, content part 0: content is the int 1"),
    ([result([1])], "message 0, content part 0, part 0 is the int 1"),
    ([calling("x")], "message 0, tool call 0 is the text 'x'; accepted: a mapping with 'id'"),
    (
        [{"role": "assistant", "tool_calls": {"a": 1}}],
        "message 0: tool_calls is a mapping with 'a'; accepted: a list",
    ),
    ([calling({"function": None})], "message 0, tool call 0: function is null; accepted: a mapping"),
    (
        [calling({"function": {"arguments": 1}})],
        "message 0, tool call 0: arguments is the int 1; accepted: a text",
    ),
    ([{"role": "assistant", "function_call": "f"}], "message 0: function_call is the text 'f'"),
    (
        [calling({"function": {"arguments": {"a": {1, 2}}}})],
        "tool call 0: arguments cannot be written as JSON (Object of type set is not JSON serializable)",
    ),
    ([user(""), {**user(""), "x": DEEP}], "message 1 is nested deeper than 400 levels; flatten it"),
    ({"messages": [], "x": DEEP}, "'x' is nested deeper than 400 levels"),
    ({"system": [1], "messages": []}, "'system', block 0 is the int 1"),
    (
        {"system": 1, "messages": [user([{"type": "image"}])]},
        "'system' is the int 1; accepted: a text or a list of",
    ),
]


@pytest.mark.parametrize(("given", "says"), REFUSED, ids=[says[:50] for _, says in REFUSED])
def test_what_cannot_be_read_is_refused_with_its_place(given: Any, says: str, quarter: Quarter) -> None:
    with pytest.raises(FormatError) as caught:
        read(given, quarter)
    assert says in str(caught.value)
    assert isinstance(caught.value, ValueError)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_a_container_that_holds_itself_is_refused(quarter: Quarter) -> None:
    circle: dict[str, Any] = user("")
    circle["self"] = circle
    with pytest.raises(FormatError, match="message 0 is nested deeper"):
        read([circle], quarter)


def test_mappings_and_tuples_are_read_as_dicts_and_lists(quarter: Quarter) -> None:
    given = (Endless(role="user", content=({"type": "text", "text": "a"},), x=bytearray(b"y")),)
    context, body = read(given, quarter)
    left = body.whole(context)
    assert left == [{"role": "user", "content": [{"type": "text", "text": "a"}], "x": bytearray(b"y")}]
    assert left[0]["x"] is not given[0]["x"]
