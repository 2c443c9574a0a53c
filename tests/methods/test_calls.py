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


def _bash(number: int, arguments: str = '{"cmd": "make -C build/out"}') -> dict[str, Any]:
    return call(number, "bash", arguments)


@pytest.mark.parametrize("whole", [False, True])
def test_calls_of_which_one_was_never_answered_stay_together(whole: bool) -> None:
    messages = [
        {"role": "user", "content": "build"},
        {"role": "assistant", "content": "Starting both.", "tool_calls": [_bash(1), _bash(2)]},
        {"role": "tool", "tool_call_id": "call_1", "content": "created build/out\n"},
        {"role": "assistant", "content": "All fine so far, the folder is there."},
        {"role": "user", "content": "thanks, now run the tests in tests/unit"},
    ]
    stayed = 0
    for limit in range(10, 100, 3):
        left = limbeck.compact(messages, max_tokens=limit, whole_calls=whole, **FREE).messages
        for message in left:
            calls = [json.loads(c["function"]["arguments"]) for c in message.get("tool_calls") or []]
            assert len(calls) in (0, 2)
            assert not whole or all(calls)
            stayed += len(calls)
    assert stayed


def test_a_call_in_the_older_form_stays_with_its_message() -> None:
    messages = [
        {"role": "assistant", "content": None, "function_call": {"name": "g", "arguments": "{"}},
        {"role": "function", "name": "g", "content": ""},
        {"role": "tool", "tool_call_id": "c5", "content": "x"},
        {"role": "user", "content": "hi"},
    ]
    sizes = {len(limbeck.compact(messages, max_tokens=limit, **FREE).messages) for limit in range(1, 40)}
    assert {0, 4} <= sizes
    for limit in range(1, 40):
        left = limbeck.compact(messages, max_tokens=limit, **FREE).messages
        assert sum(m["role"] == "assistant" for m in left) == sum(m["role"] == "function" for m in left)


def test_empty_texts_and_results_of_no_call() -> None:
    messages = [
        {"role": "assistant", "content": "", "tool_calls": [_bash(8, ""), _bash(9, "{")]},
        {"role": "tool", "tool_call_id": "call_8", "content": ""},
        {"role": "tool", "tool_call_id": "call_9", "content": ""},
        *({"role": "tool", "tool_call_id": f"call_{n}", "content": ""} for n in (17, 13)),
    ]
    for limit in range(1, 40):
        left = limbeck.compact(messages, max_tokens=limit, **FREE)
        assert left.tokens_after <= limit


def test_many_calls_in_one_message() -> None:
    count = 3_000  # quadratic work would take minutes
    calls = [_bash(n, f'{{"cmd": "do {n}"}}') for n in range(count)]
    results = [{"role": "tool", "tool_call_id": f"call_{n}", "content": f"done {n}"} for n in range(count)]
    left = limbeck.compact(
        [{"role": "assistant", "content": "", "tool_calls": calls}, *results], keep=0.3, **FREE
    )
    assert 0 < len(left.messages[0]["tool_calls"]) == len(left.messages) - 1 < count
