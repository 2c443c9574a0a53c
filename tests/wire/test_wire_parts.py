"""A tool call and its result may leave the text beside them; they never leave each other."""

from __future__ import annotations

from typing import Any

import pytest
from cutting import Quarter, remaining

from limbeck.wire import read


def call(name: str, arguments: str = '{"path": "a.py"}') -> dict[str, Any]:
    return {"id": name, "type": "function", "function": {"name": "read", "arguments": arguments}}


def said(text: str | None, *names: str) -> dict[str, Any]:
    return {"role": "assistant", "content": text, "tool_calls": [call(n) for n in names]}


def result(name: str, text: str = "some output") -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": name, "content": text}


def without_parts(messages: list[dict[str, Any]], *gone: int) -> list[dict[str, Any]]:
    """Rendered without the texts of some parts, and without the messages of which nothing is left."""
    context, body = read(messages, Quarter())
    column = context.segments.source
    stays = [i for i in range(len(column)) if context.sources[column[i]].part not in gone]
    left = remaining(context, stays)
    there = tuple(m for m in left.messages if len(m.segments))
    return body.messages(type(left)(there, left.sources, left.segments))


def parts(messages: list[dict[str, Any]]) -> list[tuple[str, int]]:
    context, _ = read(messages, Quarter())
    return [(source.pointer, source.part) for source in context.sources]


def test_each_answered_call_is_a_part_with_its_result() -> None:
    assert parts([said("I look.", "a", "b"), result("b"), result("a")]) == [
        ("/0/content", -1),
        ("/0/tool_calls/0/function/arguments", 0),
        ("/0/tool_calls/1/function/arguments", 1),
        ("/1/content", 1),
        ("/2/content", 0),
    ]


def test_one_call_of_two_goes_with_its_result() -> None:
    messages = [said("I look.", "a", "b"), result("a", "one"), result("b", "two")]
    assert without_parts(messages, 0) == [
        {"role": "assistant", "content": "I look.", "tool_calls": [call("b")]},
        result("b", "two"),
    ]


def test_the_text_stays_when_all_calls_go() -> None:
    messages = [said("I look.", "a", "b"), result("a"), result("b")]
    assert without_parts(messages, 0, 1) == [{"role": "assistant", "content": "I look."}]
    assert messages == [said("I look.", "a", "b"), result("a"), result("b")]


@pytest.mark.parametrize("text", ["", None, " \n"])
def test_a_message_that_says_nothing_goes_with_its_first_call(text: str | None) -> None:
    messages = [{"role": "user", "content": "go"}, said(text, "a"), result("a")]
    assert without_parts(messages, 0) == [{"role": "user", "content": "go"}]


@pytest.mark.parametrize(
    "messages",
    [
        [said("I look.", "a")],
        [result("a"), {"role": "assistant", "content": "so"}],
        [said("I look.", "a"), result("a"), result("a", "again")],
    ],
    ids=["call without result", "result without call", "answered twice"],
)
def test_what_does_not_pair_has_no_part(messages: list[dict[str, Any]]) -> None:
    assert {part for _, part in parts(messages)} == {-1}


def test_anthropic_messages_have_no_parts() -> None:
    use = {"type": "tool_use", "id": "a", "name": "read", "input": {"path": "a.py"}}
    answer = {"type": "tool_result", "tool_use_id": "a", "content": "some output"}
    messages = [
        {"role": "user", "content": "go"},
        {"role": "assistant", "content": [{"type": "text", "text": "I look."}, use]},
        {"role": "user", "content": [answer]},
    ]
    assert {part for _, part in parts(messages)} == {-1}
