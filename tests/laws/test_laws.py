"""Every law of distillation, for every method, on every fixture and on generated material.

The checks here are written anew from the laws' wording; they do not call `limbeck.core.laws`.
"""

from __future__ import annotations

import copy
import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import limbeck
from limbeck.core.context import Quote
from limbeck.local.counters import counter

from .materials import CONVERSATIONS, TEXTS

KEEPS = (0.05, 0.1, 0.3, 0.5, 0.8, 1.0)
STYLES: tuple[Any, ...] = (True, False, "blank")
FREE: dict[str, Any] = {"preserve_recent": 0, "pin_head": False}
COUNTER = counter("o200k_base")


def spans(result: limbeck.Result) -> set[tuple[int, int, int]]:
    return {tuple(s.span) for s in result.context.segments if isinstance(s, Quote) and s.text}


def pair_ids(messages: list[dict[str, Any]]) -> tuple[list[str], list[str]]:
    calls, results = [], []
    for m in messages:
        calls += [c["id"] for c in m.get("tool_calls") or []]
        if m["role"] == "tool":
            results.append(m["tool_call_id"])
        if isinstance(m["content"], list):
            calls += [b["id"] for b in m["content"] if b["type"] == "tool_use"]
            results += [b["tool_use_id"] for b in m["content"] if b["type"] == "tool_result"]
    return calls, results


def check_result(result: limbeck.Result, limit: int) -> None:
    """The laws that hold for any result, whatever came in."""
    assert len(result.decisions) == len(result.before.segments)  # accounted
    kept = [d.segment for d in result.decisions if d.kept]
    assert [k for k in kept if isinstance(k, Quote)] == [
        s for s in result.context.segments if isinstance(s, Quote)
    ]  # deletion only: what is kept stands there, in order, and nothing else is quoted
    assert result.tokens_after <= limit or result.tokens_before == 0  # budget
    assert result.tokens_after <= result.tokens_before  # never larger
    recount = sum(m.rider_tokens for m in result.context.messages) + sum(
        COUNTER.count(t) for t in result.context.texts().values()
    )
    assert recount == result.tokens_after
    for handle, marker in result.markers.items():  # resolvable
        hidden = "".join(result.context.sources[s.source].text[s.start : s.end] for s in marker.evidence)
        assert result.expand(handle) == hidden != ""
        assert f", {handle})" in result.text


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", TEXTS)
def test_texts(name: str, style: Any) -> None:
    text = TEXTS[name]
    before: set[tuple[int, int, int]] = set()
    for keep in KEEPS:
        if name == "keep tags" and keep < 0.3:
            continue
        result = limbeck.compact(text, keep=keep, markers=style)
        limit = max(1, int(keep * COUNTER.count(text) + 1e-9))
        assert result.tokens_before == COUNTER.count(text)
        check_result(result, limit)
        now = spans(result)
        assert before <= now  # nested
        before = now
        if style is False:
            assert result.text == "".join(text[a:b] for a, b in result.kept_spans)
        again = limbeck.compact(result, max_tokens=max(1, result.tokens_after), markers=style)
        assert again.text == result.text  # idempotent
        assert limbeck.compact(text, keep=keep, markers=style).text == result.text  # deterministic
        if name in ("json", "json line", "deep json", "json string"):
            json.loads(result.text)
        if name == "jsonl":
            for line in result.text.splitlines():
                json.loads(line)
    assert limbeck.compact(text, keep=1.0).text == text


@pytest.mark.parametrize("options", [{}, FREE, {"preserve_recent": 1}], ids=str)
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", CONVERSATIONS)
def test_conversations(name: str, style: Any, options: dict[str, Any]) -> None:
    messages = CONVERSATIONS[name]()
    untouched = copy.deepcopy(messages)
    before: set[tuple[int, int, int]] = set()
    for keep in KEEPS:
        try:
            result = limbeck.compact(messages, keep=keep, markers=style, **options)
        except limbeck.BudgetError as error:
            assert error.pinned_tokens > error.limit_tokens
            assert not before
            continue
        assert messages == untouched
        check_result(result, max(1, int(keep * result.tokens_before + 1e-9)))
        now = spans(result)
        assert before <= now
        before = now
        out = result.messages
        check_protocol(name, messages, out)
        again = limbeck.compact(result, max_tokens=max(1, result.tokens_after), markers=style, **options)
        assert again.messages == out
    assert limbeck.compact(messages, keep=1.0, **options).messages == messages


def check_protocol(name: str, messages: list[dict[str, Any]], out: list[dict[str, Any]]) -> None:
    if name != "orphans":
        calls, results = pair_ids(out)
        assert sorted(calls) == sorted(results)  # paired
    for m in out:
        for c in m.get("tool_calls") or []:
            if name != "orphans":
                assert isinstance(json.loads(c["function"]["arguments"]), dict)
        if name == "anthropic":
            assert m["content"] not in ("", [])
            for block in m["content"] if isinstance(m["content"], list) else []:
                assert block.get("text") != ""
                assert block["type"] != "thinking" or block in messages[1]["content"]
    if name == "anthropic":
        roles = [m["role"] for m in out]
        assert all(a != b for a, b in pairwise(roles))
        assert not roles or roles[0] == "user"
    for original, m in (
        (o, m) for o in messages for m in out if m.get("tool_call_id", 0) == o.get("tool_call_id")
    ):
        try:
            json.loads(original["content"])
        except (TypeError, ValueError):
            continue
        json.loads(m["content"])


LINES = st.lists(
    st.one_of(
        st.sampled_from(
            ["def load_user(path):", "    return value_1", "ERROR: x_1 failed", "}", "", "a,b,c", "- item"]
        ),
        st.text(max_size=60),
        st.text(alphabet="ab_1. \t", max_size=300),
    ),
    max_size=40,
)


@given(
    lines=LINES,
    keep=st.floats(0.02, 1.0),
    style=st.sampled_from(STYLES),
    query=st.sampled_from(["", "value_1 x"]),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text(lines: list[str], keep: float, style: Any, query: str) -> None:
    text = "\n".join(lines)
    result = limbeck.compact(text, keep=keep, markers=style, query=query)
    check_result(result, max(1, int(keep * result.tokens_before)))
    if style is False:
        assert result.text == "".join(text[a:b] for a, b in result.kept_spans)
    smaller = limbeck.compact(text, keep=keep / 2, markers=style, query=query)
    assert spans(smaller) <= spans(result)
    again = limbeck.compact(result, max_tokens=max(1, result.tokens_after), markers=style, query=query)
    assert again.text == result.text


JSONS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=80),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=12), inner, max_size=6),
    max_leaves=60,
)


@given(value=JSONS, indent=st.sampled_from([None, 2]), ascii_=st.booleans(), keep=st.floats(0.02, 1.0))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_json_stays_json(value: Any, indent: int | None, ascii_: bool, keep: float) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_)
    result = limbeck.compact([{"role": "user", "content": text}], keep=keep)
    for m in result.messages:
        json.loads(m["content"])


WORDS = st.text(alphabet='abc _1.\n{}"', max_size=120)


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Lists of messages with calls and results in any order, orphans included."""
    out: list[dict[str, Any]] = []
    for number in range(draw(st.integers(0, 9))):
        role = draw(st.sampled_from(["system", "user", "assistant", "tool", "call"]))
        if role == "call":
            count = draw(st.integers(1, 2))
            names = [f"c{number}_{k}" for k in range(count)]
            arguments = json.dumps({"text": draw(WORDS)})
            out.append(
                {
                    "role": "assistant",
                    "content": draw(st.none() | WORDS),
                    "tool_calls": [
                        {"id": n, "type": "function", "function": {"name": "f", "arguments": arguments}}
                        for n in names
                    ],
                }
            )
            out += [{"role": "tool", "tool_call_id": n, "content": draw(WORDS)} for n in names]
        elif role == "tool":
            out.append({"role": "tool", "tool_call_id": f"lost_{number}", "content": draw(WORDS)})
        else:
            out.append({"role": role, "content": draw(WORDS)})
    return out


@given(messages=histories(), keep=st.floats(0.05, 1.0), style=st.sampled_from(STYLES), free=st.booleans())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_history(messages: list[dict[str, Any]], keep: float, style: Any, free: bool) -> None:
    try:
        result = limbeck.compact(messages, keep=keep, markers=style, **(FREE if free else {}))
    except limbeck.BudgetError:
        assert not free
        return
    check_result(result, max(1, int(keep * result.tokens_before)))
    calls, _ = pair_ids(messages)
    kept_calls, kept_results = pair_ids(result.messages)
    assert sorted(kept_calls) == sorted(r for r in kept_results if r in calls)
    smaller_keep = keep / 2
    try:
        smaller = limbeck.compact(messages, keep=smaller_keep, markers=style, **(FREE if free else {}))
    except limbeck.BudgetError:
        return
    assert spans(smaller) <= spans(result)
