"""What is material on the chat routes, how options bound it, and that every figure is right."""

from __future__ import annotations

from typing import Any

import pytest
from contract_bodies import CONSTRAINT, LOG, answer, conversation, refusal, user

import limbeck
from limbeck.local.counters import counter
from limbeck.serve.answers import Answer
from limbeck.serve.contracts import is_ours

COUNT = counter("o200k_base").count


def chat(messages: object, model: str = "limbeck-compact", **more: Any) -> Answer:
    return answer("chat", {"model": model, "messages": messages, **more})


def said(found: Answer) -> str:
    text: str = found.body["choices"][0]["message"]["content"]
    return text


@pytest.mark.parametrize("name", ["limbeck-compact", "morph-compact", "morph-compactor", "morph-compact:0.3"])
def test_our_models(name: str) -> None:
    assert is_ours(name)
    assert chat([user(LOG)], name).body["model"] == name


@pytest.mark.parametrize("name", ["", "gpt-5", "limbeck", "compact", "my-morph-compact", "morph-compact2"])
def test_other_models(name: str) -> None:
    assert not is_ours(name)
    found = refusal("chat", {"model": name, "messages": [user(LOG)]})
    assert (found.status, found.code, found.param) == (404, "model_not_found", "model")


def test_one_user_message_is_material() -> None:
    found = chat([user(LOG)])
    kept = [line for line in said(found).split("\n") if not line.startswith("(filtered ")]
    assert set(kept) <= set(LOG.split("\n"))
    assert 0.4 * COUNT(LOG) <= COUNT(said(found)) <= 0.5 * COUNT(LOG)
    assert CONSTRAINT in said(found)
    assert "(filtered " in said(found)
    assert ", k" not in said(found)  # a handle that nobody could expand


def test_figures_are_those_of_the_texts() -> None:
    found = chat([user(LOG)])
    usage = found.body["usage"]
    assert usage["prompt_tokens"] == found.tokens_before == COUNT(LOG)
    assert usage["completion_tokens"] == found.tokens_after == COUNT(said(found))
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    assert found.headers == {
        "x-limbeck-tokens-before": str(COUNT(LOG)),
        "x-limbeck-tokens-after": str(COUNT(said(found))),
    }


@pytest.mark.parametrize("role", ["system", "developer"])
def test_a_system_message_beside_one_message_is_an_instruction(role: str) -> None:
    alone, beside = chat([user(LOG)]), chat([{"role": role, "content": "Compact this."}, user(LOG)])
    assert said(alone) == said(beside)
    assert alone.tokens_before == beside.tokens_before


def test_instructions_of_the_other_apis_are_left_out() -> None:
    wanted = said(chat([user(LOG)]))
    blocks = [{"type": "text", "text": "Compact this.", "cache_control": {"type": "ephemeral"}}]
    body = {"model": "morph-compact", "messages": [user(LOG)], "system": blocks}
    assert answer("messages", body).body["content"] == [{"type": "text", "text": wanted}]
    found = answer("responses", {"model": "morph-compact", "input": LOG, "instructions": "Compact this."})
    assert found.body["output"][0]["content"][0]["text"] == wanted


def test_several_messages_are_a_conversation() -> None:
    messages = conversation(20)
    found = chat(messages)
    result = limbeck.compact(messages, keep=0.5, query=messages[-1]["content"])
    lines = [line for line in said(found).split("\n") if not line.startswith("(filtered ")]
    assert lines == [line for line in result.text.split("\n") if not line.startswith("(filtered ")]
    assert found.tokens_before == result.tokens_before
    assert found.body["usage"]["completion_tokens"] == COUNT(said(found))
    for message in (messages[0], messages[1], messages[-1]):
        assert message["content"] in said(found)


@pytest.mark.parametrize("content", ["", None, [], [{"type": "text", "text": ""}]])
@pytest.mark.parametrize("stream", [False, True])
def test_empty_content(content: object, stream: bool) -> None:
    found = chat([user(content)], stream=stream)
    assert (found.status, said(found), found.tokens_before, found.tokens_after) == (200, "", 0, 0)
    empty = answer("messages", {"model": "morph-compact", "messages": [user(content)]})
    assert empty.body["content"][0]["text"] == ""


@pytest.mark.parametrize("text", ["hi", "hello world", "The quick brown fox jumps."])
def test_a_few_words_stay_whole(text: str) -> None:
    found = chat([user(text)])
    assert said(found) == text
    over = found.tokens_after - max(1, found.tokens_before // 2)
    assert int(found.headers.get("x-limbeck-overshoot-tokens", 0)) >= over


def test_no_messages_are_refused() -> None:
    assert refusal("chat", {"model": "morph-compact", "messages": []}).param == "messages"
    assert (
        answer("responses", {"model": "morph-compact", "input": []}).body["output"][0]["content"][0]["text"]
        == ""
    )


def test_system_messages_alone_are_the_material() -> None:
    found = chat([{"role": "system", "content": LOG}])
    assert 0.4 * COUNT(LOG) <= COUNT(said(found)) <= 0.5 * COUNT(LOG)


def test_text_parts_are_joined_and_others_ignored() -> None:
    half = len(LOG) // 2
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    parts = [{"type": "text", "text": LOG[:half]}, image, {"type": "text", "text": LOG[half:]}]
    found = chat([user(parts)])
    assert found.tokens_before == COUNT(LOG[:half] + "\n" + LOG[half:])
    assert found.headers["x-limbeck-ignored-parts"] == "1"
    assert said(found) == said(chat([user(LOG[:half] + "\n" + LOG[half:])]))


@pytest.mark.parametrize(
    "more", [{"model": "limbeck-compact:0.2"}, {"keep": 0.2}, {"compression_ratio": 0.2}, {"max_tokens": 900}]
)
def test_how_much_is_kept(more: dict[str, Any]) -> None:
    found = chat([user(LOG)], **more)
    limit = more.get("max_tokens", int(0.2 * COUNT(LOG)))
    assert 0.8 * limit <= COUNT(said(found)) <= limit


def test_the_smaller_budget_holds_and_options_win_over_the_suffix() -> None:
    assert chat([user(LOG)], keep=0.1, max_tokens=5_000).tokens_after <= 0.1 * COUNT(LOG)
    assert chat([user(LOG)], max_tokens=900, max_completion_tokens=300).tokens_after <= 300
    assert chat([user(LOG)], "limbeck-compact:0.9", keep=0.2).tokens_after <= 0.2 * COUNT(LOG)
    assert said(chat([user(LOG)], keep=1)) == LOG


@pytest.mark.parametrize("line", ["=" * 120, "\u4e2d\u6587\u0e01\u0e02\u0e04 \U0001f9ea\U0001f9eb "])
@pytest.mark.parametrize("share", [0.1, 0.4, 0.6, 2.0])
def test_the_smaller_budget_holds_for_dense_and_for_thin_texts(line: str, share: float) -> None:
    text = "\n".join(f"{line} {n}" for n in range(300))
    tokens = COUNT(text)
    found = chat([user(text)], max_tokens=int(share * tokens))
    limit = min(0.5, share) * tokens
    assert 0.85 * limit <= found.tokens_after <= limit
    assert "x-limbeck-overshoot-tokens" not in found.headers


@pytest.mark.parametrize("suffix", ["x", "", "0", "1.1", "nan", "-1", "inf"])
def test_a_suffix_that_is_no_fraction(suffix: str) -> None:
    found = refusal("chat", {"model": f"limbeck-compact:{suffix}", "messages": [user(LOG)]})
    assert (found.status, found.param) == (400, "model")
    assert "limbeck-compact:0.3" in found.message


def test_options_that_contradict() -> None:
    body = {"model": "morph-compact", "messages": [user(LOG)]}
    assert refusal("chat", body | {"keep": 0.2, "compression_ratio": 0.3}).param == "keep"
    assert refusal("chat", body | {"n": 2}).param == "n"
    assert answer("chat", body | {"keep": 0.2, "compression_ratio": 0.2, "n": 1, "temperature": 0})


def test_query_pins_and_markers() -> None:
    line = "12:03:17 INFO cache 2 hit"
    wanted = next(found for found in LOG.split("\n") if found.startswith(line))
    assert wanted not in said(chat([user(LOG)], keep=0.05))
    assert wanted in said(chat([user(LOG)], keep=0.05, pins=[wanted]))
    assert "(filtered" not in said(chat([user(LOG)], markers=False))
    blank = said(chat([user(LOG)], keep=0.2, markers="blank"))
    assert "(filtered" not in blank
    assert "\n\n" in blank


def test_best_effort_beyond_the_budget() -> None:
    kept = "<keepContext>\n" + "\n".join(LOG.split("\n")[:100]) + "\n</keepContext>\n"
    found = chat([user(kept + LOG)], keep=0.05)
    assert kept in said(found)
    assert int(found.headers["x-limbeck-overshoot-tokens"]) == found.tokens_after - int(
        0.05 * found.tokens_before
    )
    found = chat([user(kept + LOG)], max_tokens=50)
    assert int(found.headers["x-limbeck-overshoot-tokens"]) == found.tokens_after - 50


def test_tool_calls_and_results() -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "read", "arguments": '{"path": "a.log"}'}}
    messages = [
        user("Why was the connection refused?"),
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": LOG},
        {"role": "assistant", "content": "The pool was full."},
        user("And the cache?"),
    ]
    openai = chat(messages)
    assert "connection to db-7 refused" in said(openai)
    items = [
        user("Why was the connection refused?"),
        {"type": "function_call", "call_id": "c1", "name": "read", "arguments": '{"path": "a.log"}'},
        {"type": "function_call_output", "call_id": "c1", "output": LOG},
        {"type": "reasoning", "id": "r", "summary": []},
        {
            "type": "message",
            "role": "assistant",
            "content": [{"type": "output_text", "text": "The pool was full."}],
        },
        user([{"type": "input_text", "text": "And the cache?"}]),
    ]
    responses = answer("responses", {"model": "morph-compact", "input": items})
    assert responses.body["output"][0]["content"][0]["text"] == said(openai)
    assert responses.headers["x-limbeck-ignored-parts"] == "1"
    blocks = [
        messages[0],
        {
            "role": "assistant",
            "content": [{"type": "tool_use", "id": "c1", "name": "r", "input": {"path": "a.log"}}],
        },
        user([{"type": "tool_result", "tool_use_id": "c1", "content": [{"type": "text", "text": LOG}]}]),
        *messages[3:],
    ]
    anthropic = answer("messages", {"model": "morph-compact", "messages": blocks, "max_tokens": 100_000})
    text = anthropic.body["content"][0]["text"]
    assert "connection to db-7 refused" in text
    assert anthropic.tokens_after == COUNT(text)


def test_other_shapes_of_tool_calls() -> None:
    older = [
        user("Read it."),
        {"role": "assistant", "content": None, "function_call": {"name": "read", "arguments": "{}"}},
        {"role": "function", "name": "read", "content": LOG},
        user("And now?"),
    ]
    assert "connection to db-7" in said(chat(older, preserve_recent=1))
    parts = [{"type": "output_text", "text": LOG}, {"type": "input_image", "image_url": "x"}]
    items = [
        user("Patch it."),
        {"type": "custom_tool_call", "call_id": "c", "name": "patch", "input": "*** Begin"},
        {"type": "function_call", "call_id": "d", "name": "read", "arguments": "{}"},
        {"type": "custom_tool_call_output", "call_id": "c", "output": parts},
        {"type": "function_call_output", "call_id": "d", "output": "none"},
        {"role": "assistant", "content": [{"type": "refusal", "refusal": "No."}]},
        user("Why?"),
    ]
    found = answer("responses", {"model": "morph-compact:1", "input": items})
    text = found.body["output"][0]["content"][0]["text"]
    assert text == "\n".join(["Patch it.", "*** Begin", LOG, "none", "No.", "Why?"])
    assert found.headers["x-limbeck-ignored-parts"] == "1"
    refused = {"role": "assistant", "content": "", "refusal": "I cannot."}
    assert "I cannot." in said(chat([user("Go."), refused, user("Why?")]))


def test_parts_of_anthropic_messages() -> None:
    image = {"type": "image", "source": {"type": "url", "url": "x"}}
    result = {"type": "tool_result", "tool_use_id": "c", "content": [image, {"type": "text", "text": LOG}]}
    thought = {"type": "thinking", "thinking": "Hm.", "signature": "s"}
    messages = [
        user("Read."),
        {
            "role": "assistant",
            "content": [thought, {"type": "text", "text": "Yes."}, {"type": "tool_use", "id": "c"}],
        },
        user([result, {"type": "tool_result", "tool_use_id": "d"}, {"type": "text", "text": "Go on."}]),
    ]
    found = answer("messages", {"model": "limbeck-compact:1", "messages": messages})
    assert found.body["content"][0]["text"] == "\n".join(["Read.", "Yes.", LOG, "Go on."])
    assert found.headers["x-limbeck-ignored-parts"] == "2"


@pytest.mark.parametrize(
    ("part", "param"),
    [
        ({"type": "text"}, "messages.0.content.0"),
        ({"type": "refusal", "text": "x"}, "messages.0.content.0"),
        ({"type": "tool_use", "input": "x"}, "messages.0.content.0.input"),
        ({"type": "tool_result", "content": 3}, "messages.0.content.0.content"),
        ({"type": "tool_result", "content": [3]}, "messages.0.content.0.content"),
        ({"type": "tool_result", "content": [{"type": "text"}]}, "messages.0.content.0.content.0"),
    ],
)
def test_parts_in_a_wrong_shape(part: dict[str, Any], param: str) -> None:
    found = refusal("messages", {"model": "morph-compact", "messages": [user([part])]})
    assert (found.status, found.param) == (400, param)
    assert found.message.startswith(param)


@pytest.mark.parametrize(
    ("item", "param"),
    [
        ({"type": "message", "content": "x"}, "input.0.role"),
        ({"type": "function_call_output", "call_id": "c", "output": {"a": 1}}, "input.0.output"),
        ({"type": "item_reference", "id": "m"}, "input.0"),
    ],
)
def test_items_in_a_wrong_shape(item: dict[str, Any], param: str) -> None:
    found = refusal("responses", {"model": "morph-compact", "input": [item]})
    assert (found.status, found.param) == (400, param)


def test_a_lone_tool_result_is_material_that_cannot_pin_itself() -> None:
    kept = "<keepContext>\n" + LOG + "\n</keepContext>\n"
    found = chat([{"role": "tool", "tool_call_id": "c1", "content": kept}], preserve_recent=3)
    assert found.tokens_after <= 0.5 * COUNT(kept)


@pytest.mark.parametrize(
    "more",
    [
        {"previous_response_id": "resp_1"},
        {"conversation": "c"},
        {"prompt": {"id": "p"}},
        {"background": True},
    ],
)
def test_what_refers_to_stored_items_is_refused(more: dict[str, Any]) -> None:
    found = refusal("responses", {"model": "morph-compact", "input": LOG, **more})
    assert (found.status, found.param) == (400, next(iter(more)))


def test_ids_are_unique() -> None:
    bodies = [answer("responses", {"model": "morph-compact", "input": "x"}).body for _ in range(50)]
    assert len({body["id"] for body in bodies}) == len({body["output"][0]["id"] for body in bodies}) == 50
