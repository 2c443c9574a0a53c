"""Headroom's `/v1/compress`: messages in kind, figures, and everything left out behind a hash."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from contract_bodies import LOG, answer, conversation, refusal, user
from hypothesis import given, settings
from hypothesis import strategies as st

from limbeck.serve.answers import Answer

OPENAI = [
    {"role": "system", "content": "Be brief."},
    user("Why was the connection refused?"),
    {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {"id": "c1", "type": "function", "function": {"name": "read", "arguments": '{"path": "a"}'}}
        ],
    },
    {"role": "tool", "tool_call_id": "c1", "content": LOG},
    {"role": "assistant", "content": "The pool was full. " * 20},
    *[user("And now?"), {"role": "assistant", "content": "It works."}] * 2,
    user("Thanks, what was the port?"),
]
ANTHROPIC = [
    user("Why was the connection refused?"),
    {
        "role": "assistant",
        "content": [{"type": "tool_use", "id": "c1", "name": "read", "input": {"path": "a"}}],
    },
    user(
        [
            {"type": "tool_result", "tool_use_id": "c1", "content": LOG},
            {"type": "text", "text": "Go on.\nThen stop."},
        ]
    ),
    *[{"role": "assistant", "content": "It works."}, user("And now?")] * 3,
]


def compress(messages: object, **more: Any) -> Answer:
    return answer("compress", {"messages": messages, **more})


def test_the_fields_and_figures() -> None:
    found = compress(OPENAI, model="gpt-4o")
    body = found.body
    assert set(body) == {
        "messages", "tokens_before", "tokens_after", "tokens_saved", "compression_ratio",
        "transforms_applied", "ccr_hashes",
    }  # fmt: skip
    assert body["tokens_saved"] == body["tokens_before"] - body["tokens_after"] > 0
    assert body["compression_ratio"] == pytest.approx(body["tokens_saved"] / body["tokens_before"], abs=1e-4)
    assert 0.4 * body["tokens_before"] < body["tokens_after"] <= 0.5 * body["tokens_before"]
    assert body["transforms_applied"] == ["limbeck:compact"]
    assert "x-limbeck-overshoot-tokens" not in found.headers


@pytest.mark.parametrize("messages", [OPENAI, ANTHROPIC], ids=["openai", "anthropic"])
def test_messages_come_back_in_kind(messages: list[dict[str, Any]]) -> None:
    before = json.dumps(messages)
    found = compress(messages, target_ratio=0.3).body["messages"]
    assert json.dumps(messages) == before
    assert [m["role"] for m in found] == [m["role"] for m in messages]
    for one, other in zip(messages, found, strict=True):
        if one["role"] in ("system", "user") and isinstance(one["content"], str):
            assert other == one
    assert found[-4:] == messages[-4:]


def test_what_users_said_beside_a_tool_result_stays() -> None:
    found = compress(ANTHROPIC, target_ratio=0.2).body["messages"][2]["content"]
    assert found[1] == {"type": "text", "text": "Go on.\nThen stop."}
    assert len(found[0]["content"]) < 0.3 * len(LOG)


def test_every_marker_has_its_hash_and_original() -> None:
    found = compress(OPENAI, target_ratio=0.2)
    shown = re.findall(r"\(filtered \d+ lines?, hash=([0-9a-f]{24})\)", json.dumps(found.body["messages"]))
    assert shown
    assert set(shown) <= set(found.body["ccr_hashes"]) == set(found.originals)
    tool = next(m["content"] for m in found.body["messages"] if m["role"] == "tool")
    expanded = re.sub(
        r"\(filtered \d+ lines?, hash=([0-9a-f]{24})\)\n", lambda m: found.originals[m[1]], tool
    )
    assert expanded == LOG


def test_what_went_without_a_marker_has_a_hash_too() -> None:
    found = compress(conversation(30), target_ratio=0.1)
    gone = [m for m in conversation(30) if m["content"] not in json.dumps(found.body["messages"])]
    sent = json.dumps(found.body)
    originals = "\n".join(found.originals.values())
    for message in gone:
        for line in message["content"].split("\n"):
            assert line in sent or line in originals
    data = json.dumps([{"id": n, "name": f"item {n}", "price": n * 7} for n in range(300)])
    found = compress([*OPENAI[:3], {**OPENAI[3], "content": data}, *OPENAI[4:]], target_ratio=0.3)
    tool = next(m["content"] for m in found.body["messages"] if m["role"] == "tool")
    assert len(json.loads(tool)) < 300
    assert data in found.originals.values()


def test_roles_that_may_be_cut() -> None:
    messages = [{"role": "system", "content": LOG}, user(LOG), *OPENAI[4:]]
    assert compress(messages).body["messages"][:2] == messages[:2]
    assert "x-limbeck-overshoot-tokens" in compress(messages).headers
    cut = compress(messages, compress_user_messages=True, compress_system_messages=True).body["messages"]
    assert cut[0]["content"] != LOG
    assert cut[1]["content"] != LOG
    config = {"compress_user_messages": True, "target_ratio": 0.9}
    assert compress(messages, config=config).body["messages"][1]["content"] != LOG
    assert compress(messages, config=config, target_ratio=1.0).body["messages"] == messages


def test_a_token_budget_bounds_beside_the_ratio() -> None:
    whole = compress(OPENAI).tokens_before
    assert 0.8 * 1500 < compress(OPENAI, config={"token_budget": 1500, "mode": "ccr"}).tokens_after <= 1500
    assert compress(OPENAI, token_budget=1_000_000).tokens_after <= 0.5 * whole


def test_recent_messages() -> None:
    messages = [user("Read."), {"role": "assistant", "content": LOG}, {"role": "assistant", "content": LOG}]
    assert compress(messages).body["messages"] == messages
    assert compress(messages).body["transforms_applied"] == []
    found = compress(messages, protect_recent=1).body["messages"]
    assert found[-1] == messages[-1]
    assert found != messages


def test_nothing() -> None:
    found = compress([])
    assert found.body == {
        "messages": [], "tokens_before": 0, "tokens_after": 0, "tokens_saved": 0, "compression_ratio": 0.0,
        "transforms_applied": [], "ccr_hashes": [],
    }  # fmt: skip
    assert (refusal("compress", {}).status, refusal("compress", {}).param) == (400, "messages")
    assert refusal("compress", {"messages": [user("x")], "target_ratio": 0}).param == "target_ratio"


@given(
    st.lists(
        st.tuples(st.sampled_from(["user", "assistant", "system"]), st.integers(0, 60)),
        min_size=1,
        max_size=9,
    ),
    st.sampled_from([0.1, 0.4, 0.8]),
    st.integers(0, 3),
)
@settings(deadline=None, max_examples=60)
def test_within_the_budget_or_told(shape: list[tuple[str, int]], ratio: float, recent: int) -> None:
    lines = LOG.split("\n")
    messages = [
        {"role": role, "content": "\n".join(lines[n * 7 : n * 7 + size])}
        for n, (role, size) in enumerate(shape)
    ]
    found = compress(messages, target_ratio=ratio, protect_recent=recent)
    limit = max(1, int(ratio * found.tokens_before))
    over = int(found.headers.get("x-limbeck-overshoot-tokens", 0))
    assert over == max(0, found.tokens_after - limit)
    assert found.tokens_after <= found.tokens_before
    assert set(found.body["ccr_hashes"]) == set(found.originals)
