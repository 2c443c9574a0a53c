"""Whatever JSON comes, a contract answers or refuses, and never repeats in an error what it was sent."""

from __future__ import annotations

import json
import pickle

import pytest
from contract_bodies import BODY, CHECK_BODY, JSON, answer, refusal, user
from hypothesis import given, settings
from hypothesis import strategies as st

from limbeck.serve.answers import Answer, Refused
from limbeck.serve.contracts import CONTRACTS
from limbeck.serve.schemas import CheckAnswer

NAMES = sorted(CONTRACTS)
SECRET = "q8-zebra-secret"


@given(st.sampled_from(NAMES), BODY | JSON, st.booleans())
@settings(max_examples=600, deadline=None)
def test_any_body_is_answered_or_refused(name: str, body: object, fallback: bool) -> None:
    is_answered_or_refused(name, body, fallback)


@given(CHECK_BODY)
@settings(max_examples=400, deadline=None)
def test_anything_to_check_is_answered_or_refused(body: object) -> None:
    is_answered_or_refused("check", body)


def is_answered_or_refused(name: str, body: object, fallback: bool = False) -> None:
    found = CONTRACTS[name](body, fallback=fallback)
    assert isinstance(found, Answer | Refused)
    assert pickle.loads(pickle.dumps(found)) == found
    if isinstance(found, Refused):
        assert found.status in (400, 404, 413, 422)
        assert found.message
    else:
        json.dumps(found.body)
        if name == "check":  # distills nothing
            CheckAnswer.model_validate(found.body)
            assert (found.headers, found.tokens_before, found.tokens_after) == ({}, 0, 0)
        else:
            assert found.headers["x-limbeck-tokens-after"] == str(found.tokens_after)
        assert all(key.startswith("x-limbeck-") and value.isascii() for key, value in found.headers.items())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "body",
    [
        SECRET,
        [SECRET],
        {"model": "morph-compact", "messages": SECRET, "input": {SECRET: 1}},
        {"model": SECRET, "messages": [user("hello")], "input": [user([{"type": SECRET + "!", "text": 1}])]},
        {
            "model": "morph-compact",
            "messages": [{"role": SECRET, "content": SECRET}],
            "input": [{"role": SECRET}],
        },
        {
            "model": "morph-compact",
            "messages": [user([{"type": "text", "text": [SECRET]}])],
            "input": [SECRET],
        },
        {
            "model": "morph-compact",
            "keep": SECRET,
            "markers": SECRET,
            "pins": [SECRET, 1],
            "query": [SECRET],
            "compression_ratio": SECRET,
            "target_ratio": SECRET,
            "messages": [user(SECRET)],
            "input": "x",
        },
        {"keep": 0.5, "counter": SECRET, "input": "x", "messages": SECRET},
        {"keep": 0.5, SECRET: SECRET, "input": "x", "messages": 3, "n": SECRET},
        {
            "model": "morph-compact",
            "messages": [user([{"type": "tool_use", "input": [SECRET]}])],
            "input": [{"type": "item_reference", "id": SECRET}],
        },
        {"summary": SECRET, "source": [user([{"type": "text", "text": None, "x": SECRET}])]},
        {"summary": {SECRET: SECRET}, "source": {"messages": [{"role": SECRET}]}, "names": [SECRET]},
        {"summary": {"limbeck_artifact": 7, "text": SECRET, "statements": [], "sources": []}, "source": "x"},
        {"summary": json.dumps({"limbeck_artifact": SECRET}), "source": "x"},
        {"summary": "x", "sources": ["x"], "names": [SECRET, SECRET]},
        {"summary": "x", "source": "x", "min_tokens": 4_217, "max_tokens": 3, "counter": SECRET},
        {"summary": "x", "source": "x", "counter": SECRET, "pins": [SECRET]},
    ],
)
def test_refusals_quote_nothing(name: str, body: object) -> None:
    found = CONTRACTS[name](body, fallback=True)
    if isinstance(found, Refused):
        assert SECRET not in f"{found.message} {found.param} {found.code} {found.details}"


@pytest.mark.parametrize("name", NAMES)
def test_a_body_that_is_no_object(name: str) -> None:
    assert "JSON object" in refusal(name, [1]).message


def test_a_refusal_names_the_field_and_the_rule() -> None:
    found = refusal("chat", {"model": "morph-compact", "messages": [user("x")], "keep": 1.5})
    assert (found.status, found.kind, found.param) == (400, "invalid_request_error", "keep")
    assert found.message == "keep should be less than or equal to 1"
    deep = refusal("chat", {"model": "morph-compact", "messages": [user([{"text": "x"}])]})
    assert deep.message == "messages.0.content.0.type is missing"
    assert deep.param == "messages.0.content.0.type"
    missing = refusal("messages", {"messages": [user("x")]})
    assert missing.message == "model is missing"


def test_deep_bodies() -> None:
    value: object = "x"
    for _ in range(20_000):
        value = [value]
    for name in NAMES:
        body = {"model": "morph-compact", "messages": [user(value)], "input": [user(value)]}
        assert isinstance(CONTRACTS[name](body), Refused)
    nested: dict[str, object] = {"a": 1}
    for _ in range(2_000):
        nested = {"a": nested}
    call = {"role": "assistant", "content": [{"type": "tool_use", "id": "1", "name": "f", "input": nested}]}
    for name in NAMES:
        body = {
            "model": "morph-compact",
            "messages": [user("a"), call],
            "input": [user("a"), call],
            "keep": 0.5,
        }
        assert isinstance(CONTRACTS[name](body), Answer | Refused)


@pytest.mark.parametrize("name", NAMES)
def test_very_large_numbers(name: str) -> None:
    big = 10**400
    body = {
        "model": "morph-compact", "messages": [user("a\nb\nc"), {"role": "assistant", "content": "d"}], "input": "x",
        "max_tokens": big, "max_output_tokens": big, "preserve_recent": big, "protect_recent": big, "token_budget": big,
    }  # fmt: skip
    if name == "distill":
        body = {"messages": body["messages"], "max_tokens": big, "preserve_recent": big}
    if name == "check":
        body = {"summary": "a", "source": body["messages"], "min_tokens": big, "max_tokens": big}
    json.dumps(answer(name, body).body)
    for field in ("keep", "compression_ratio", "target_ratio", "n"):
        assert isinstance(CONTRACTS[name](body | {field: big}), Answer | Refused)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("chat", "invalid_request_error"),
        ("responses", "invalid_request_error"),
        ("messages", "request_too_large"),
        ("compact", "request_too_large"),
        ("distill", "request_too_large"),
        ("check", "request_too_large"),
    ],
)
def test_more_than_the_library_takes(name: str, kind: str) -> None:
    text = "x" * (64 * 1024 * 1024 + 1)
    body: dict[str, object] = {"input": text, "messages": [user(text)], "model": "morph-compact"}
    if name == "distill":
        body = {"input": text, "keep": 0.5}
    if name == "check":
        body = {"summary": "x", "source": text}
    found = refusal(name, body)
    assert (found.status, found.code, found.kind) == (413, "request_too_large", kind)


def test_lone_surrogates_are_answered() -> None:
    found = answer(
        "chat", {"model": "morph-compact:1", "messages": [user("half \ud83d of a pair")], "stream": True}
    )
    assert found.events is not None
    assert b"half \\ud83d of a pair" in b"".join(found.events)
