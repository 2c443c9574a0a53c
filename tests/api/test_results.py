"""What `compact` answers: in kind, from text, messages, bodies and earlier results; and when nothing fits."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

import limbeck
from limbeck.core.errors import HandleError
from limbeck.methods.lexical import Worth
from limbeck.methods.view import View
from tests.laws.materials import CODE, PROSE, anthropic, openai

LOG = "".join(f"{n:02}:00 pump_{n} runs at {n * 31} rpm, valve_{n} open\n" for n in range(80))


def test_a_text_comes_back_as_a_text_and_as_one_user_message() -> None:
    result = limbeck.compact(LOG, keep=0.3)
    assert result.messages == [{"role": "user", "content": result.text}]
    assert result.text_before == LOG


def test_a_body_keeps_its_other_keys() -> None:
    body = {"model": "m", "messages": openai(), "temperature": 0}
    untouched = copy.deepcopy(body)
    result = limbeck.compact(body, keep=0.5)
    assert body == untouched
    assert result.body is not None
    whole = result.body.whole(result.context)
    assert (whole["model"], whole["temperature"]) == ("m", 0)
    assert whole["messages"] == result.messages
    assert len(result.messages) <= len(body["messages"])


def test_decisions_say_why_in_words() -> None:
    chat = openai()
    result = limbeck.compact(chat, keep=0.3, pins=["KeyError: 'u_4411'"])
    reasons = {decision.reason for decision in result.decisions}
    assert {"pinned: system message", "pinned: first user message", "pinned: the last 2 messages"} <= reasons
    assert "pinned: pinned by the user" in reasons
    assert "worth less for its tokens than what was kept" in reasons
    for decision in result.decisions:
        if decision.reason.startswith(("pinned", "ranked first")):
            assert decision.kept
        if decision.reason.startswith(("worth less", "like a kept line", "its message")):
            assert not decision.kept
        assert not (decision.kept and decision.marker)
        if decision.marker:
            assert decision.segment.text in result.expand(decision.marker)


def test_a_like_line_and_a_dropped_message_are_said_to_be_that() -> None:
    twice = "".join(f"step {n} finished without trouble\n" for n in range(200))
    reasons = [d.reason for d in limbeck.compact(twice, keep=0.2).decisions if not d.kept]
    assert set(reasons) == {"like a kept line, digits aside"}
    chat = [
        {"role": "user", "content": "Go."},
        *({"role": "assistant", "content": f"word{n}."} for n in range(50)),
    ]
    result = limbeck.compact(chat, keep=0.3)
    gone = [d for d in result.decisions if not d.kept]
    assert {d.reason for d in gone} == {"its message was left out"}
    assert len(gone) == len(chat) - len(result.messages) > 0


def test_what_is_dropped_behind_a_marker_names_its_handle() -> None:
    result = limbeck.compact(LOG, keep=0.3)
    assert result.markers
    for handle in result.markers:
        hidden = "".join(d.segment.text for d in result.decisions if d.marker == handle)
        assert hidden == result.expand(handle)
        assert f", {handle})" in result.text
    with pytest.raises(HandleError, match="kffffff"):
        result.expand("kffffff")


def test_an_earlier_result_is_taken_as_what_it_shows() -> None:
    first = limbeck.compact(LOG, keep=0.5)
    again = limbeck.compact(first, keep=0.5)
    assert again.tokens_before == first.tokens_after
    assert again.tokens_after <= first.tokens_after // 2
    assert again.text_before == LOG  # spans point into the original
    marked = set(again.context.segments.written)
    assert all(LOG[a:b] in first.text for a, b in again.kept_spans)
    assert marked
    assert len(again.decisions) == len(first.context.segments)
    assert "an earlier marker, counted in the new ones" in {d.reason for d in again.decisions}
    unchanged = limbeck.compact(first, keep=1.0)
    assert unchanged.text == first.text
    assert unchanged.expand(next(iter(first.markers))) == first.expand(next(iter(first.markers)))


def test_handles_of_the_result_before_still_resolve() -> None:
    first = limbeck.compact(LOG, keep=0.6)
    second = limbeck.compact(first, keep=0.3)
    gone = set(first.markers) - set(second.markers)
    assert gone
    for handle in first.markers:
        assert second.expand(handle) == first.expand(handle)
    for nothing in ("", "kabcdef"):
        with pytest.raises(HandleError, match="no marker"):
            second.expand(nothing)


def test_an_earlier_result_keeps_its_format_and_takes_a_new_query() -> None:
    first = limbeck.compact(openai(), keep=0.6)
    again = limbeck.compact(first, keep=0.6, query="u_4411")
    assert again.before.query == "u_4411"
    assert [m["role"] for m in again.messages][:2] == ["system", "user"]
    assert all(set(m) <= {"role", "content", "tool_calls", "tool_call_id"} for m in again.messages)
    calls = [c["id"] for m in again.messages for c in m.get("tool_calls") or []]
    assert calls == [m["tool_call_id"] for m in again.messages if m["role"] == "tool"]


def test_a_scorer_of_one_s_own() -> None:
    def only_multiples_of_ten(view: View) -> Worth:
        wanted = np.array(["0:00 pump" in text for text in view.texts], float)
        return Worth(wanted * 100, np.zeros(len(view.atom_names)), np.zeros(len(view.texts), np.uint8))

    result = limbeck.compact(LOG, keep=0.2, scorer=only_multiples_of_ten, markers=False)
    for n in range(0, 80, 10):
        assert f"{n:02}:00 pump_{n} " in result.text


def test_deep_json_takes_seconds_not_minutes() -> None:
    deep = "[" * 50_000 + "1" + "]" * 50_000
    result = limbeck.compact(deep, keep=0.5)
    assert result.usage.seconds < 30
    assert result.text.count("[") == result.text.count("]")
    assert result.tokens_after <= result.usage.limit_tokens
    nested = limbeck.compact('{"a":[1,' * 20_000 + "2" + "]}" * 20_000, keep=0.3)
    assert nested.usage.seconds < 30
    assert nested.tokens_after >= 0.9 * nested.usage.limit_tokens


# --- when what must stay does not fit ---


def refused(given: Any, **options: Any) -> limbeck.BudgetError:
    with pytest.raises(limbeck.BudgetError) as caught:
        limbeck.compact(given, **options)
    return caught.value


def check_numbers(error: limbeck.BudgetError, limit: int, reasons: Sequence[str]) -> None:
    assert error.limit_tokens == limit < error.pinned_tokens
    assert sum(error.addends.values()) == error.pinned_tokens
    assert set(reasons) <= set(error.addends)
    assert all(tokens >= 0 for tokens in error.addends.values())
    message = str(error)
    assert f"{error.pinned_tokens:,} pinned tokens exceed the budget of {limit:,}" in message
    assert f"raise max_tokens to at least {error.pinned_tokens:,}" in message
    for reason, tokens in error.addends.items():
        assert f"{tokens:,} {reason}" in message


def test_a_budget_below_the_pins_names_the_addends() -> None:
    error = refused(openai(), max_tokens=30)
    check_numbers(error, 30, ["system message", "first user message", "the last 2 messages"])
    assert "system message (message 0)" in str(error)
    assert "first user message (message 1)" in str(error)
    assert "pin_head=False, preserve_recent=0" in str(error)
    assert isinstance(error, ValueError)


@pytest.mark.parametrize(
    ("given", "options"),
    [
        (PROSE, {"preserve_recent": 1}),  # pieces counted one by one cost more than the whole
        (LOG, {"preserve_recent": 1}),
        (LOG, {"pins": ["pump"]}),
        (PROSE, {"pins": [". "]}),
        ("<keepContext>\n" + LOG, {}),
        (openai(), {"preserve_recent": 9}),
        (openai(), {"pins": ["i"]}),
    ],
)
def test_addends_sum_to_what_is_pinned(given: Any, options: dict[str, Any]) -> None:
    error = refused(given, max_tokens=20, **options)
    check_numbers(error, 20, [])
    enough = error.pinned_tokens
    assert limbeck.compact(given, max_tokens=enough, markers=False, **options).tokens_after <= enough
    assert refused(given, max_tokens=enough - 1, **options).pinned_tokens == enough


def test_pins_that_just_fit_leave_no_room_for_markers() -> None:
    enough = refused(LOG, max_tokens=5, pins=["pump_4 ", "pump_40 "]).pinned_tokens
    tight = limbeck.compact(LOG, max_tokens=enough, pins=["pump_4 ", "pump_40 "])
    assert tight.tokens_after == enough
    assert [line.split()[1] for line in tight.text.splitlines()] == ["pump_4", "pump_40"]


def test_errors_survive_a_pickle() -> None:
    error = refused(openai(), max_tokens=30)
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is limbeck.BudgetError
    assert str(back) == str(error)
    assert (back.limit_tokens, back.pinned_tokens, back.addends) == (30, error.pinned_tokens, error.addends)
    for bad in ({"keep": 2}, {"keep": 0.5, "counter": "gpt2"}, {"keep": 0.5, "max_input_bytes": 1}):
        with pytest.raises(limbeck.LimbeckError) as caught:
            limbeck.compact(LOG, **bad)
        back = pickle.loads(pickle.dumps(caught.value))
        assert (type(back), str(back)) == (type(caught.value), str(caught.value))


def test_a_last_line_that_must_stay_brings_its_heads() -> None:
    """Anthropic refuses a last message that ends in whitespace, so its end stays: here that of a function."""
    answer = "Here it is:\n\n```python\n" + CODE.rstrip()
    chat = [*anthropic()[:-2], {"role": "assistant", "content": answer}]
    for keep in (0.05, 0.1, 0.3):
        result = limbeck.compact(chat, keep=keep, preserve_recent=0, pin_head=False, pins=["Here it is"])
        last = result.messages[-1]["content"]
        assert last.startswith("Here it is")
        assert last.endswith("    return None")
        assert "def find_config(start: Path) -> Path | None:\n" in last
