"""Our own `/v1/distill`: the whole result of `limbeck.compact`, or why there is none."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from contract_bodies import LOG, answer, conversation, refusal, user

import limbeck
from limbeck.serve.schemas import DistillAnswer


@pytest.mark.parametrize(
    "given", [LOG, conversation(20), [user(LOG)]], ids=["text", "conversation", "message"]
)
def test_it_is_the_result_of_the_library(given: Any) -> None:
    field = "input" if isinstance(given, str) else "messages"
    found = answer("distill", {field: given, "keep": 0.4, "query": "db-7"})
    result = limbeck.compact(given, keep=0.4, query="db-7")
    body = found.body
    DistillAnswer.model_validate(json.loads(json.dumps(body)))
    assert body["text"] == result.text
    assert body["messages"] == result.messages
    assert body["kept_spans"] == [list(span) for span in result.kept_spans]
    assert body["usage"] | {"seconds": 0} == result.usage._asdict() | {"seconds": 0}
    assert [c["name"] for c in body["checks"]] == [c.name for c in result.checks]
    assert (found.tokens_before, found.tokens_after) == (result.tokens_before, result.tokens_after)
    assert body["report"].splitlines()[0] == result.report().splitlines()[0]
    assert set(body["markers"]) == set(result.markers)
    assert len(body["decisions"]) == len(result.decisions)
    for row, decision in zip(body["decisions"], result.decisions, strict=True):
        assert (row["kept"], row["reason"], row["marker"]) == (
            decision.kept,
            decision.reason,
            decision.marker,
        )
        assert row["kept"] or row["start"] <= row["end"]


def test_spans_of_markers_and_originals() -> None:
    body = answer("distill", {"input": LOG, "keep": 0.2, "include_originals": True}).body
    assert body["markers"]
    for marker in body["markers"].values():
        assert "".join(LOG[start:end] for _, start, end in marker["spans"]) == marker["text"]
        assert marker["lines"] == marker["text"].count("\n") + (not marker["text"].endswith("\n"))
    bare = answer("distill", {"input": LOG, "keep": 0.2, "include_decisions": False}).body
    assert bare["decisions"] is None
    assert all("text" not in marker for marker in bare["markers"].values())


def test_every_option_of_the_library() -> None:
    options: dict[str, Any] = {
        "query": "db-7", "max_tokens": 1_500, "preserve_recent": 1, "pin_head": "system", "markers": "blank",
        "pins": ["worker 3"], "counter": "cl100k_base", "whole_calls": True,
    }  # fmt: skip
    messages = conversation(20)
    body = answer("distill", {"messages": messages, "method": "compact", **options}).body
    assert body["messages"] == limbeck.compact(messages, **options).messages
    assert body["usage"]["counter"] == "cl100k_base"


def test_a_system_prompt_beside_messages() -> None:
    messages = conversation(6)[1:]
    found = answer("distill", {"system": "Be brief.", "messages": messages, "keep": 0.9})
    assert found.body["sources"][0]["pointer"] == "/system"
    assert refusal("distill", {"system": "Be brief.", "input": LOG, "keep": 0.5}).param == "system"


def test_a_budget_that_is_too_small_tells_the_addends() -> None:
    found = refusal("distill", {"messages": conversation(20), "max_tokens": 20})
    assert (found.status, found.kind) == (422, "budget_error")
    assert found.details["limit_tokens"] == 20
    assert sum(found.details["addends"].values()) == found.details["pinned_tokens"] > 20
    assert "system message" in found.details["addends"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"keep": 0.5}, "input or messages"),
        ({"input": LOG, "messages": [user(LOG)], "keep": 0.5}, "input or messages"),
        ({"input": LOG}, "keep (fraction of tokens kept) or max_tokens"),
        ({"input": LOG, "keep": 0.5, "max_tokens": 10}, "keep (fraction of tokens kept) or max_tokens"),
        ({"input": LOG, "keep": 2}, "less than or equal to 1"),
        ({"input": LOG, "kep": 0.5}, "kep is not known; known: counter, include_decisions"),
        ({"input": LOG, "keep": 0.5, "counter": ""}, "counter is not known"),
        ({"input": LOG, "keep": 0.5, "method": "summarize"}, "method should be 'compact'"),
        (
            {"messages": [user([{"type": "text", "text": None}])], "keep": 0.5},
            "message 0, content part 0: text",
        ),
    ],
)
def test_refusals(body: dict[str, Any], words: str) -> None:
    found = refusal("distill", body)
    assert found.status == 422
    assert words in found.message


def test_a_missing_pin_is_told_in_the_checks() -> None:
    body = answer("distill", {"input": LOG, "keep": 0.5, "pins": ["stands nowhere here"]}).body
    assert [c["passed"] for c in body["checks"] if c["name"] == "pin"] == [False]


def test_a_hundred_thousand_errors_are_told_at_once() -> None:
    began = time.process_time()
    found = refusal("distill", {"input": "a", "keep": 0.5, "pins": [1] * 100_000})
    assert found.status == 422
    assert found.message.startswith("pins.0 ") and "over 97 more" in found.message
    assert time.process_time() - began < 20  # quadratic work took hours
