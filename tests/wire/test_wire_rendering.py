"""What leaves: new dicts in the format that came in, with the texts that are left in their places."""

from __future__ import annotations

import copy
import re
from array import array
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cutting import Quarter, closed, remaining, without_groups

from limbeck.core.context import Context, Message, Segments, Written
from limbeck.core.errors import LawError
from limbeck.core.source import Span
from limbeck.wire import read

Recorded = Callable[[str], Any]


def without(context: Context, *gone: str) -> Context:
    """The context without the segments that hold one of the texts."""
    rows = context.segments
    stays = [i for i in range(len(rows)) if not any(text in rows.text(i) for text in gone)]
    return remaining(context, stays)


def marked(context: Context, text: str, marker: str) -> Context:
    """The context with a marker in place of the segments that hold `text`."""
    rows = copy.deepcopy(context.segments)
    for i in range(len(rows)):
        if text in rows.text(i):
            rows.written[i] = Written(marker, (rows.span(i),), "k1")
    return replace(context, segments=rows)


def test_a_text_of_which_something_went(quarter: Quarter) -> None:
    context, body = read("keep\ndrop\nkeep too\n", quarter)
    assert body.whole(without(context, "drop")) == "keep\nkeep too\n"
    assert body.messages(without(context, "drop")) == [{"role": "user", "content": "keep\nkeep too\n"}]
    nothing = replace(context, messages=(), segments=Segments(context.sources))
    assert body.whole(nothing) == ""
    assert body.messages(nothing) == [{"role": "user", "content": ""}]


def test_markers_stand_where_they_were_put(recorded: Recorded, quarter: Quarter) -> None:
    context, body = read("keep\ndrop\nkeep too\n", quarter)
    assert body.whole(marked(context, "drop", "(1 line, k1)\n")) == "keep\n(1 line, k1)\nkeep too\n"
    given = recorded("openai_agent")
    context, body = read(given, quarter)
    left = body.messages(marked(context, "recipe_03.txt\n", "(filtered 1 line, k1)\n"))
    lines = given[3]["content"].splitlines(keepends=True)
    assert left[3]["content"] == "".join([*lines[:3], "(filtered 1 line, k1)\n", *lines[4:]])
    assert left[:3] + left[4:] == given[:3] + given[4:]


def test_only_what_was_cut_differs_and_nothing_is_shared(recorded: Recorded, quarter: Quarter) -> None:
    given = recorded("anthropic_tools")
    context, body = read(given, quarter)
    cut = without(context, "flash: off", "keep two eggs")
    left = body.messages(cut)
    assert left[2]["content"][0]["content"] == "recipe_01.txt:3:eggs: 4\nrecipe_02.txt:5:eggs: 8, beaten\n"
    assert left[4]["content"][0]["content"][1] == {"type": "text", "text": "taken at 09:14\n"}
    assert [left[i] for i in (0, 1, 3, 5)] == [given[i] for i in (0, 1, 3, 5)]
    left[1]["content"][1]["input"]["paths"].append("mine")
    left[0]["content"] = "mine"
    given[1]["content"][1]["input"]["paths"].append("yours")
    assert "mine" not in str(body.messages(cut)) and "yours" not in str(body.messages(cut))


def test_a_body_is_shown_in_one_line(recorded: Recorded, quarter: Quarter) -> None:
    _, request = read(recorded("anthropic_thinking_request"), quarter)
    assert re.fullmatch(r"<ChatBody anthropic: \d+ messages under \d keys, \d+ texts>", repr(request))
    _, one = read([{"role": "user", "content": "word " * 900}], quarter)
    assert repr(one) == "<ChatBody openai: 1 message, 1 text>"


def test_what_came_in_may_change_afterwards(recorded: Recorded, quarter: Quarter) -> None:
    given = recorded("anthropic_thinking_request")
    before = copy.deepcopy(given)
    context, body = read(given, quarter)
    given["messages"][1]["content"].clear()
    given["tools"].clear()
    given["system"].clear()
    given["model"] = "another"
    assert body.whole(context) == before


def test_a_cut_input_stays_an_object(recorded: Recorded, quarter: Quarter) -> None:
    given = recorded("anthropic_tools")
    context, body = read(given, quarter)
    source = next(n for n, s in enumerate(context.sources) if s.pointer == "/3/content/1/input")
    chosen = [
        i
        for i in range(len(context.segments))
        if context.segments.source[i] != source or '"zoom"' in context.segments.text(i)
    ]
    cut = remaining(context, closed(context, chosen, {m.group for m in context.messages}))
    left = body.messages(cut)
    assert left[3]["content"][1] == {**given[3]["content"][1], "input": {"zoom": 1.5}}
    assert left[1] == given[1]


def test_arguments_that_came_as_an_object_leave_as_one(quarter: Quarter) -> None:
    function = {"name": "f", "arguments": {"path": "a.py", "text": "word " * 90}}
    given = [{"role": "assistant", "content": "", "tool_calls": [{"id": "1", "function": function}]}]
    context, body = read(given, quarter)
    assert body.whole(context) == given
    source = context.segments.source
    chosen = [i for i in range(len(source)) if '"path"' in context.segments.text(i)]
    left = body.messages(remaining(context, closed(context, chosen, {0})))
    assert left[0]["tool_calls"][0]["function"]["arguments"] == {"path": "a.py"}


@pytest.mark.parametrize("written", ["not JSON", "[1]"])
def test_an_input_that_is_no_object_any_more_breaks_a_law(written: str, quarter: Quarter) -> None:
    given = [
        {"role": "assistant", "content": [{"type": "tool_use", "id": "1", "name": "f", "input": {"a": 1}}]}
    ]
    context, body = read(given, quarter)
    rows = Segments(
        context.sources,
        array("i", [0]),
        array("i", [0]),
        array("i", [1]),
        array("i", [-1]),
        bytearray(1),
        bytearray(1),
    )
    rows.written[0] = Written(written, (Span(0, 0, 1),))
    broken = replace(context, segments=rows, messages=(replace(context.messages[0], segments=range(1)),))
    with pytest.raises(LawError, match=r"message 0, content/0/input: no .*JSON.* after cutting"):
        body.messages(broken)


PARTS: list[tuple[str, list[dict[str, Any]], list[str], Any]] = [
    ("a part of several", [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}], ["a"], ["b"]),
    ("the last part", [{"type": "text", "text": "a"}], ["a"], ""),
    ("all parts", [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}], ["a", "b"], ""),
    (
        "beside an image",
        [{"type": "text", "text": "a"}, {"type": "image_url"}, {"type": "text", "text": "b"}],
        ["a", "b"],
        ["image_url"],
    ),
    ("an empty one stays", [{"type": "text", "text": ""}, {"type": "text", "text": "b"}], ["b"], [""]),
]


@pytest.mark.parametrize(("parts", "gone", "left"), [p[1:] for p in PARTS], ids=[p[0] for p in PARTS])
def test_emptied_parts_of_openai(
    parts: list[dict[str, Any]], gone: list[str], left: Any, quarter: Quarter
) -> None:
    context, body = read([{"role": "user", "content": parts}], quarter)
    content = body.messages(without(context, *gone))[0]["content"]
    assert (
        content == left if isinstance(content, str) else [p.get("text", p["type"]) for p in content] == left
    )


def test_emptied_content_of_openai(quarter: Quarter) -> None:
    call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "[]"}}
    given = [
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "1", "content": "gone", "x": 1},
    ]
    context, body = read(given, quarter)
    assert body.messages(without(context, "gone")) == [given[0], {**given[1], "content": ""}]


def test_emptied_blocks_of_anthropic(recorded: Recorded, quarter: Quarter) -> None:
    given = recorded("anthropic_tools")
    context, body = read(given, quarter)
    cut = without(
        context,
        "I look",
        "permission",
        "try again",
        "taken at",
        "flash",
        "Is that enough",
        "eggs: 4",
        "eggs: 8",
        "two eggs",
    )
    left = body.messages(cut)
    assert [b["type"] for b in left[1]["content"]] == ["tool_use", "tool_use"]
    assert left[2]["content"][0]["content"] == ""
    # A line end that was a block of its own came in so, and stays.
    assert left[2]["content"][1]["content"] == [{"type": "text", "text": "\n"}]
    assert [b["type"] for b in left[4]["content"][0]["content"]] == ["image"]
    assert [b["type"] for b in left[4]["content"]] == ["tool_result"]


def test_white_space_alone_is_no_block_for_anthropic_but_one_for_openai(quarter: Quarter) -> None:
    parts = [{"type": "text", "text": "\n\na long line of words\n"}, {"type": "text", "text": "z"}]
    context, body = read([{"role": "user", "content": parts}], quarter)
    rows = context.segments
    assert rows.text(0).strip() == ""
    assert body.messages(without(context, "words"))[0]["content"][0]["text"].strip() == ""
    context, body = read({"system": "s", "messages": [{"role": "user", "content": parts}]}, quarter)
    assert body.messages(without(context, "words"))[0]["content"] == [{"type": "text", "text": "z"}]


def test_a_list_of_results_that_is_emptied_becomes_an_empty_text(quarter: Quarter) -> None:
    result = {"type": "tool_result", "tool_use_id": "1", "content": [{"type": "text", "text": "a"}]}
    context, body = read([{"role": "user", "content": [result]}], quarter)
    assert body.messages(without(context, "a"))[0]["content"] == [{**result, "content": ""}]


SYSTEMS: list[tuple[Any, list[str], dict[str, Any]]] = [
    ("a\nb\n", ["a"], {"system": "b\n"}),
    ("a\nb\n", ["a", "b"], {}),
    ("\n\na long line of words\n", ["words"], {}),
    (
        [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}],
        ["a"],
        {"system": [{"type": "text", "text": "b"}]},
    ),
    ([{"type": "text", "text": "a"}], ["a"], {}),
    ("", [], {"system": ""}),
    ([], [], {"system": []}),
]


@pytest.mark.parametrize(("system", "gone", "left"), SYSTEMS)
def test_a_system_prompt_leaves_where_it_stood(
    system: Any, gone: list[str], left: dict[str, Any], quarter: Quarter
) -> None:
    said = [{"role": "user", "content": "q"}]
    context, body = read({"system": system, "messages": said, "model": "m"}, quarter)
    cut = without(context, *gone)
    assert list(body.whole(cut).items()) == list({**left, "messages": said, "model": "m"}.items())
    assert body.messages(cut) == said


def test_a_system_prompt_that_goes_as_a_message_goes_with_its_key(quarter: Quarter) -> None:
    context, body = read({"system": "s", "messages": [{"role": "user", "content": "q"}]}, quarter)
    assert body.whole(without_groups(context, [0])) == {"messages": [{"role": "user", "content": "q"}]}


def test_messages_that_went_leave_the_others_as_they_were(recorded: Recorded, quarter: Quarter) -> None:
    row = recorded("dataset_row")
    context, body = read(row, quarter)
    assert body.whole(without_groups(context, [0])) == {**row, "messages": row["messages"][1:]}
    assert list(body.whole(context)) == list(row)


def test_a_message_without_segments_is_known_by_its_group(recorded: Recorded, quarter: Quarter) -> None:
    given = recorded("openai_agent")
    context, body = read(given, quarter)
    live = {context.messages[4].group}
    cut = remaining(context, list(context.messages[6].segments), live)
    left = body.messages(cut)
    assert [m["role"] for m in left] == ["assistant", "tool", "tool"]
    assert left[0]["content"] == "" and left[1] == {**given[5], "content": ""} and left[2] == given[6]


def test_a_message_of_an_unknown_group_breaks_a_law(quarter: Quarter) -> None:
    context, body = read([{"role": "user", "content": "q"}], quarter)
    strange = replace(context, messages=(*context.messages, Message("user", range(0), 7)))
    with pytest.raises(LawError, match="group 7"):
        body.messages(strange)
