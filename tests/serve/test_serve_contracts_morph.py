"""Morph's `/v1/compact`: what comes back for each message, and which lines."""

from __future__ import annotations

from typing import Any

import pytest
from contract_bodies import CONSTRAINT, LOG, answer, conversation, refusal, user
from hypothesis import given, settings
from hypothesis import strategies as st

from limbeck.local.counters import counter

COUNT = counter("o200k_base").count
LINE = st.sampled_from(
    ["", "\r", "one word", "Two sentences. In a line.", "x" * 30, "[1, 2]", "# Head", CONSTRAINT]
)
TEXT = st.lists(LINE, max_size=30).map("\n".join) | st.lists(LINE, max_size=30).map(
    lambda p: "\n".join(p) + "\n"
)


def compact(body: dict[str, Any]) -> dict[str, Any]:
    return answer("compact", body).body


def numbers(ranges: list[dict[str, int]]) -> list[int]:
    return [n for one in ranges for n in range(one["start"], one["end"] + 1)]


def lines(text: str) -> list[str]:
    found = text.split("\n")
    return found[:-1] if found[-1] == "" else found


def test_the_fields_of_the_contract() -> None:
    found = compact({"input": LOG})
    assert set(found) == {"id", "output", "messages", "usage", "model"}
    assert found["model"] == "morph-compactor"
    assert set(found["usage"]) == {"input_tokens", "output_tokens", "compression_ratio", "processing_time_ms"}
    (message,) = found["messages"]
    assert set(message) == {
        "role", "content", "compacted_line_ranges", "kept_line_ranges", "partial_line_ranges",
    }  # fmt: skip
    assert (message["role"], message["content"]) == ("user", found["output"])
    assert compact({"input": LOG, "model": "morph-compact"})["model"] == "morph-compact"


def test_the_figures() -> None:
    found = answer("compact", {"input": LOG})
    usage = found.body["usage"]
    assert usage["input_tokens"] == found.tokens_before == COUNT(LOG)
    assert usage["output_tokens"] == found.tokens_after == COUNT(found.body["output"])
    assert 0.4 <= usage["compression_ratio"] <= 0.5
    assert usage["compression_ratio"] == pytest.approx(
        usage["output_tokens"] / usage["input_tokens"], abs=1e-4
    )


def test_ranges_say_which_lines_stand() -> None:
    (message,) = compact({"input": LOG, "compression_ratio": 0.3})["messages"]
    given_lines = LOG.split("\n")
    kept = [given_lines[n - 1] for n in numbers(message["kept_line_ranges"])]
    assert message["partial_line_ranges"] == []
    assert kept == [line for line in message["content"].split("\n") if not line.startswith("(filtered ")]


@given(st.lists(TEXT, min_size=1, max_size=5), st.sampled_from([0.05, 0.3, 0.7, 1.0]), st.booleans())
@settings(deadline=None)
def test_kept_and_compacted_are_a_partition(texts: list[str], ratio: float, markers: bool) -> None:
    roles = ["user", "assistant"]
    messages = [{"role": roles[n % 2], "content": text} for n, text in enumerate(texts)]
    found = compact({"messages": messages, "compression_ratio": ratio, "include_markers": markers})
    assert found["output"] == "\n".join(message["content"] for message in found["messages"])
    assert len(found["messages"]) == len(messages)
    for text, message in zip(texts, found["messages"], strict=True):
        kept, gone = numbers(message["kept_line_ranges"]), numbers(message["compacted_line_ranges"])
        partial = numbers(message["partial_line_ranges"])
        assert sorted(kept + gone) == list(range(1, len(lines(text)) + 1))
        assert set(partial) <= set(kept)
        there = message["content"].split("\n")
        for number in set(kept) - set(partial):
            assert lines(text)[number - 1].rstrip("\r") in [line.rstrip("\r") for line in there]
        if not gone and not partial:
            assert message["content"] == text


def test_messages_win_over_input() -> None:
    found = compact({"input": "another text", "messages": [user(LOG)]})
    assert found["output"] == compact({"input": LOG})["output"]
    assert compact({"input": [user(LOG)]})["output"] == found["output"]
    assert compact({"input": LOG, "messages": []})["output"] == found["output"]


@pytest.mark.parametrize("recent", [0, 2, 50])
def test_a_single_message_is_material_whatever_is_sent(recent: int) -> None:
    wanted = compact({"input": LOG})["output"]
    assert compact({"input": LOG, "preserve_recent": recent})["output"] == wanted
    assert compact({"messages": [user(LOG)], "preserve_recent": recent})["output"] == wanted


def test_recent_messages_and_system_messages_stay_whole() -> None:
    messages = conversation(20)
    found = compact({"messages": messages, "compression_ratio": 0.2})["messages"]
    assert [m["role"] for m in found] == [m["role"] for m in messages]
    assert [found[n]["content"] for n in (0, -2, -1)] == [messages[n]["content"] for n in (0, -2, -1)]
    assert found[1]["content"] != messages[1]["content"]  # the first user message is not pinned
    found = compact({"messages": messages, "compression_ratio": 0.1, "preserve_recent": 1})["messages"]
    assert found[-1]["content"] == messages[-1]["content"]
    assert found[-2]["content"] != messages[-2]["content"]
    prompt = {"role": "system", "content": LOG}
    body = {"messages": [prompt, *messages[1:]], "compression_ratio": 0.3}
    assert compact(body)["messages"][0]["content"] == LOG
    assert compact(body | {"compress_system_messages": True})["messages"][0]["content"] != LOG


def test_the_query_is_the_last_user_message() -> None:
    messages = [*conversation(20)[:-1], user("What did worker 3 serve at 12:01:12?")]
    body = {"messages": messages, "compression_ratio": 0.1}
    assert compact(body)["output"] == compact(body | {"query": messages[-1]["content"]})["output"]
    assert compact(body)["output"] != compact(body | {"query": "db-7 pool.py"})["output"]


def test_what_went_whole_is_a_marker() -> None:
    messages = conversation(20)
    found = answer("compact", {"messages": messages, "compression_ratio": 0.1, "query": "db-7"})
    gone = [m for m in found.body["messages"] if not m["kept_line_ranges"]]
    assert gone
    assert all(m["content"] == "(filtered 15 lines)" for m in gone)
    assert all(m["compacted_line_ranges"] == [{"start": 1, "end": 15}] for m in gone)
    over = found.tokens_after - int(0.1 * found.tokens_before)
    assert found.headers.get("x-limbeck-overshoot-tokens", "0") == str(max(0, over))
    assert found.tokens_after == sum(COUNT(m["content"]) for m in found.body["messages"])


def test_markers_and_ranges_can_be_left_out() -> None:
    found = compact(
        {"input": LOG, "include_markers": False, "include_line_ranges": False, "compression_ratio": 0.2}
    )
    assert "(filtered" not in found["output"]
    assert "\n\n" in found["output"]
    (message,) = found["messages"]
    assert (
        message["kept_line_ranges"]
        == message["compacted_line_ranges"]
        == message["partial_line_ranges"]
        == []
    )


def test_keep_tags() -> None:
    kept = "<keepContext>\n" + "\n".join(LOG.split("\n")[50:60]) + "\n</keepContext>\n"
    assert kept in compact({"input": LOG + "\n" + kept + LOG, "compression_ratio": 0.1})["output"]
    whole = answer("compact", {"input": "<keepContext>\n" + LOG, "compression_ratio": 0.1})
    assert whole.body["output"] == "<keepContext>\n" + LOG
    limit = int(0.1 * whole.tokens_before)
    assert whole.headers["x-limbeck-overshoot-tokens"] == str(whole.tokens_before - limit)


def test_other_fields_of_messages_pass_through() -> None:
    call = [{"id": "c1", "type": "function", "function": {"name": "read", "arguments": "{}"}}]
    messages = [
        {**user("Read it."), "name": "ana"},
        {"role": "assistant", "content": None, "tool_calls": call},
        {"role": "tool", "tool_call_id": "c1", "content": LOG},
        {"role": "assistant", "content": "Read."},
        user("Thanks."),
    ]
    found = compact({"messages": messages, "compression_ratio": 0.3})["messages"]
    assert found[0]["name"] == "ana"
    assert found[1]["tool_calls"] == call
    assert found[2]["tool_call_id"] == "c1"
    assert 0 < COUNT(found[2]["content"]) < 0.3 * COUNT(LOG)
    assert found[1]["content"] == ""
    blocks = user([{"type": "text", "text": "a\nb"}, {"type": "image"}, {"type": "text", "text": "c"}])
    whole = compact({"messages": [blocks], "compression_ratio": 1})["messages"][0]
    assert whole["content"] == "a\nb\nc"
    assert whole["kept_line_ranges"] == [{"start": 1, "end": 3}]


@pytest.mark.parametrize("text", ["", "\n", " \n\n"])
def test_empty_input(text: str) -> None:
    found = answer("compact", {"input": text})
    assert found.status == 200
    assert found.body["output"].strip() == ""
    assert compact({"input": ""})["usage"]["compression_ratio"] == 1.0


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({}, "messages"),
        ({"input": []}, "messages"),
        ({"messages": []}, "messages"),
        ({"input": LOG, "compression_ratio": 0.01}, "compression_ratio"),
        ({"input": LOG, "compression_ratio": 1.5}, "compression_ratio"),
        ({"input": LOG, "preserve_recent": -1}, "preserve_recent"),
        ({"input": LOG, "include_markers": "yes"}, "include_markers"),
        ({"input": 3}, "input"),
    ],
)
def test_refusals(body: dict[str, Any], param: str) -> None:
    found = refusal("compact", body)
    assert (found.status, found.param) == (400, param)


def test_a_message_no_longer_than_its_marker_stays() -> None:
    long = "\n".join(f"The pump {n} in hall {n * 7 % 13} runs at {n * 31 % 97} percent." for n in range(300))
    said = [
        {"role": "user", "content": "start"}, {"role": "assistant", "content": long},
        {"role": "user", "content": long}, {"role": "assistant", "content": "done"},
    ]  # fmt: skip
    found = answer("compact", {"messages": said, "compression_ratio": 0.3, "preserve_recent": 3})
    assert found.tokens_after <= found.tokens_before
    first = found.body["messages"][0]
    assert first["content"] == "start"
    assert (first["kept_line_ranges"], first["compacted_line_ranges"]) == ([{"start": 1, "end": 1}], [])
