"""Arguments of old calls, cut like any text or kept whole."""

from __future__ import annotations

import json
from typing import Any

import pytest

import limbeck
from tests.laws.materials import CODE, LOG, anthropic, call, openai

FREE: dict[str, Any] = {"preserve_recent": 0, "pin_head": False}


def arguments(messages: list[dict[str, Any]]) -> dict[str, Any]:
    """The arguments of each call by its id, in both formats."""
    found = {
        c["id"]: json.loads(c["function"]["arguments"]) for m in messages for c in m.get("tool_calls") or []
    }
    for m in messages:
        for block in m["content"] if isinstance(m["content"], list) else []:
            if block["type"] == "tool_use":
                found[block["id"]] = block["input"]
    return found


@pytest.mark.parametrize("messages", [openai(), anthropic()], ids=["openai", "anthropic"])
@pytest.mark.parametrize("keep", [0.2, 0.4, 0.6, 0.8])
def test_a_call_that_stays_says_what_it_said(messages: list[dict[str, Any]], keep: float) -> None:
    made = arguments(messages)
    result = limbeck.compact(messages, keep=keep, whole_calls=True, **FREE)
    left = arguments(result.messages)
    assert left.items() <= made.items()
    assert result.tokens_after <= result.usage.limit_tokens


def test_without_the_option_arguments_are_cut() -> None:
    messages = openai()
    left = arguments(limbeck.compact(messages, keep=0.4, **FREE).messages)
    assert any(left[name] != made for name, made in arguments(messages).items() if name in left)


def test_a_large_call_goes_rather_than_being_cut() -> None:
    messages = [
        {"role": "user", "content": "go"},
        {
            "role": "assistant",
            "content": "I write it.",
            "tool_calls": [call(1, "write", json.dumps({"text": CODE * 9}))],
        },
        {"role": "tool", "tool_call_id": "call_1", "content": "written"},
        {
            "role": "assistant",
            "content": "The log says:",
            "tool_calls": [call(2, "read", '{"path": "a.log"}')],
        },
        {"role": "tool", "tool_call_id": "call_2", "content": LOG},
    ]
    result = limbeck.compact(messages, keep=0.3, whole_calls=True, **FREE)
    assert arguments(result.messages) == {"call_2": {"path": "a.log"}}


def test_a_call_that_is_gone_has_no_marker_even_if_its_arguments_are_not_json() -> None:
    said = "The pump is broken, so I look at the pump's log now. " * 3 + "\n"
    messages = [
        {"role": "assistant", "content": said * 3 + "nothing of note\n" * 400,
         "tool_calls": [call(1, "bash", '{"command": "grep \\| ' + "x y z " * 3000 + '"}')]},
        {"role": "tool", "tool_call_id": "call_1", "content": "noise here\n" * 2000},
    ]  # fmt: skip
    gone = 0
    for limit in range(40, 1_200, 20):
        result = limbeck.compact(messages, max_tokens=limit, query="pump", **FREE)
        if len(result.messages) == 1:
            gone += 1
            assert "tool_calls" not in result.messages[0]
            assert {source.pointer for source in _marked(result)} <= {"/0/content"}
    assert gone > 5


def _marked(result: limbeck.Result) -> list[Any]:
    """The texts in which markers stand."""
    segments = result.context.segments
    return [segments.sources[segments.source[row]] for row in segments.written]
