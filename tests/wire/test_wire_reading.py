"""What `read` finds: formats, sources, pieces, weights, pins, notes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from cutting import Quarter

from limbeck.core.context import Context, Form, Pin
from limbeck.wire import read
from limbeck.wire.groups import note

Recorded = Callable[[str], Any]


def rows_of(context: Context, source: int) -> list[tuple[str, int, Pin | None]]:
    """Text, form and pin of each segment of a source."""
    rows = context.segments
    return [
        (rows.text(i), rows.form[i], rows.pins[rows.pin[i]])
        for i in range(len(rows))
        if rows.source[i] == source
    ]


def user(content: Any) -> dict[str, Any]:
    return {"role": "user", "content": content}


def said(content: Any, **more: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": content, **more}


def call(number: str, name: str = "look", arguments: Any = "{}") -> dict[str, Any]:
    return {"id": number, "type": "function", "function": {"name": name, "arguments": arguments}}


def result(number: str, content: str = "seen") -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": number, "content": content}


FORMATS = {
    "anthropic_odd": "anthropic",
    "anthropic_prefill": "anthropic",
    "anthropic_thinking_request": "anthropic",
    "anthropic_tools": "anthropic",
    "dataset_row": "openai",
    "openai_agent": "openai",
    "openai_legacy_functions": "openai",
    "openai_odd": "openai",
    "openai_parts": "openai",
    "openai_request": "openai",
    "user_messages": "openai",
}


@pytest.mark.parametrize(("name", "form"), FORMATS.items())
def test_the_format_is_found_out(name: str, form: str, recorded: Recorded, quarter: Quarter) -> None:
    context, body = read(recorded(name), quarter)
    assert body.format == form
    assert context.material == (name == "user_messages")
    assert context.query == ""


def test_a_bare_text_is_material_that_weighs_its_text_only(quarter: Quarter) -> None:
    context, body = read("one\ntwo\n", quarter)
    assert body.format == "text"
    assert context.material
    assert [(m.role, m.group, m.rider_tokens) for m in context.messages] == [("user", 0, 0)]
    assert [(s.text, s.message, s.pointer) for s in context.sources] == [("one\ntwo\n", 0, "")]
    assert body.messages(context) == [{"role": "user", "content": "one\ntwo\n"}]
    assert body.whole(context) == "one\ntwo\n"


@pytest.mark.parametrize("empty", ["", [], {"messages": []}, {"system": "", "messages": []}])
def test_nothing_is_read_and_rendered_as_nothing(empty: Any, quarter: Quarter) -> None:
    context, body = read(empty, quarter)
    assert body.whole(context) == empty
    assert "".join(context.texts().values()) == ""


@pytest.mark.parametrize("content", ["", None, [], [{"type": "image_url", "image_url": {"url": "u"}}]])
def test_a_message_without_text_has_one_empty_segment(content: Any, quarter: Quarter) -> None:
    context, _ = read([user(content)], quarter)
    assert rows_of(context, 0) == [("", Form.FRAME, None)]
    assert context.sources[0].pointer == ("/0/content" if content == "" else "/0")


def test_every_text_is_a_source_with_its_place(recorded: Recorded, quarter: Quarter) -> None:
    context, _ = read(recorded("anthropic_thinking_request"), quarter)
    assert [(s.message, s.pointer) for s in context.sources] == [
        (0, "/system/0/text"),
        (0, "/system/1/text"),
        (1, "/messages/0/content/0/text"),
        (2, "/messages/1/content/0/thinking"),
        (2, "/messages/1/content/2/input"),
        (3, "/messages/2/content/0/content"),
        (4, "/messages/3/content/0/thinking"),
        (4, "/messages/3/content/1/text"),
        (5, "/messages/4/content"),
    ]
    assert context.messages[0].role == "system"
    agent, _ = read(recorded("openai_agent"), quarter)
    assert [s.pointer for s in agent.sources if s.message in (2, 4)] == [
        "/2/tool_calls/0/function/arguments",
        "/4/content",
        "/4/tool_calls/0/function/arguments",
        "/4/tool_calls/1/function/arguments",
    ]
    odd, _ = read(recorded("openai_odd"), quarter)
    assert odd.sources[-1].pointer == "/10/tool_calls/0/custom/input"
    legacy, _ = read(recorded("openai_legacy_functions"), quarter)
    assert legacy.sources[2].pointer == "/2/function_call/arguments"


def test_arguments_are_cut_as_json_and_what_is_not_json_as_text(quarter: Quarter) -> None:
    long = '{"path": "a.py", "text": "' + "first line of many\\n" * 30 + '", "mode": "w"}'
    broken = '{"path": "a.py",\n"text": "never closed\n'
    calls = [
        call("1", arguments=long),
        call("2", arguments=broken),
        call("3", arguments="17"),
        call("4", arguments=""),
    ]
    context, _ = read([said(None, tool_calls=calls), *(result(str(n)) for n in range(1, 5))], quarter)
    assert context.sources[0].kind == "json"
    forms = [form for _, form, _ in rows_of(context, 0)]
    assert len(forms) > 10 and forms[0] == Form.FRAME and Form.PLAIN in forms
    assert [text for text, _, _ in rows_of(context, 1)] == ['{"path": "a.py",\n', '"text": "never closed\n']
    assert rows_of(context, 2) == [("17", Form.FRAME, None)]  # JSON, but nothing could be cut
    assert rows_of(context, 3) == [("", Form.FRAME, None)]
    assert context.notes == ("1 tool call whose arguments are not valid JSON, cut as plain text (message 0)",)


def test_an_input_that_is_no_strict_json_is_not_cut(quarter: Quarter) -> None:
    given = [user("go"), said([{"type": "tool_use", "id": "t", "name": "n", "input": {"x": float("inf")}}])]
    context, _ = read(given, quarter)
    assert rows_of(context, 1) == [('{"x": Infinity}', Form.FRAME, None)]


def test_the_needs_of_later_texts_point_into_their_own_text(quarter: Quarter) -> None:
    code = "def bake(x):\n    y = x + 1\n    return y\n"
    alone, _ = read(code, quarter)
    context, _ = read([user("One.\nTwo.\n"), user(code)], quarter)
    start = context.messages[1].segments.start
    assert start > 0 and max(alone.segments.needs) >= 0
    shifted = [need if need < 0 else need + start for need in alone.segments.needs]
    assert list(context.segments.needs)[start:] == shifted


def test_signed_thinking_and_refusals_are_whole(recorded: Recorded, quarter: Quarter) -> None:
    context, _ = read(recorded("anthropic_thinking_request"), quarter)
    assert rows_of(context, 3) == [
        ("The ledger has a page for each month.\nI want page five.", Form.FRAME, None)
    ]
    parts, _ = read(recorded("openai_parts"), quarter)
    refusals = [s for s in range(len(parts.sources)) if "secret" in parts.sources[s].text]
    assert [len(rows_of(parts, s)) for s in refusals] == [1]
    assert parts.sources[refusals[0]].pointer == "/4/content/0/refusal"
    assert "/5/refusal" in [s.pointer for s in parts.sources]


WEIGHTS: list[tuple[dict[str, Any], int]] = [
    (user("any text"), 3),
    ({**user(""), "name": "eight ch"}, 3 + 2),
    ({**user(""), "name": 7}, 3),
    (user([{"type": "image_url", "image_url": {"url": "x" * 9999}}]), 3 + 765),
    (user([{"type": "image", "source": {"type": "base64", "data": "x" * 9999}}] * 2), 3 + 2 * 765),
    (said(None, tool_calls=[call("a", "readfile"), call("b", "grep")]), 3 + 2 + 1),
    (said(None, function_call={"name": "readfile", "arguments": "{}"}), 3 + 2),
    (said("", reasoning_content="x" * 40), 3 + 10),
    (said(None, tool_calls=[{"id": "c", "type": "t"}]), 3 + len('{"id": "c", "type": "t"}') // 4),
    (result("a", "any text"), 3),
    ({"role": "function", "name": "readfile", "content": ""}, 3 + 2),
    (said([{"type": "tool_use", "id": "t", "name": "readfile", "input": {}}]), 3 + 2),
    (user([{"type": "tool_result", "tool_use_id": "t", "content": "any text"}]), 3),
    (user([{"type": "tool_result", "tool_use_id": "t", "content": [{"type": "image"}]}]), 3 + 765),
    (said([{"type": "redacted_thinking", "data": "x" * 41}]), 3 + 10),
    (said([{"type": "thinking", "thinking": "any text", "signature": "x" * 100}]), 3),
    (
        user([{"type": "document", "source": {"type": "text", "data": "x" * 80}, "title": "x" * 8}]),
        3 + 20 + 2,
    ),
    (user([{"type": "document", "source": {"type": "content", "content": "x" * 80}}]), 3 + 20),
    (
        user(
            [
                {
                    "type": "document",
                    "source": {"type": "content", "content": [{"type": "text", "text": "x" * 80}]},
                }
            ]
        ),
        3 + 20,
    ),
    (user([{"type": "document", "source": {"type": "url", "url": "u"}}]), 3 + 1500),
    (user([{"type": "document", "source": {"type": "base64", "data": "x" * 100_000}}]), 3 + 3000),
    (user([{"type": "file", "file": {"file_data": "x" * 100_000}}]), 3 + 3000),
    (user([{"type": "file", "file": {"file_id": "f"}}]), 3 + 1500),
    (user([{"type": "document"}]), 3 + 1500),
    (user([{"type": "document", "source": {"type": "content", "content": None}}]), 3),
    (user([{"type": "document", "source": {"type": "content", "content": ["x" * 80]}}]), 3 + 20),
    (said(None, tool_calls=[]), 3),
    (said(None, tool_calls=[call("a", "readfile", None)]), 3 + 2),
    (user([{"type": "input_audio", "input_audio": {"data": "x" * 64_000}}]), 3 + 30),
    (user([{"type": "input_audio", "input_audio": {}}]), 3 + 10),
    (user([{"type": "new", "x": "y" * 40}]), 3 + (len('{"type": "new", "x": ""}') + 40) // 4),
]


@pytest.mark.parametrize(("message", "tokens"), WEIGHTS)
def test_what_is_no_text_is_weighed(message: dict[str, Any], tokens: int, quarter: Quarter) -> None:
    context, _ = read([message], quarter)
    assert context.messages[0].rider_tokens == tokens


def test_a_system_prompt_weighs_an_envelope_too(recorded: Recorded, quarter: Quarter) -> None:
    context, _ = read({"system": "x", "messages": [user("y")]}, quarter)
    assert [m.rider_tokens for m in context.messages] == [3, 3]


HELD = [
    # message, whether the last, text of the piece that must stay with it
    ([user("\n\nfirst\nsecond\n"), said("x")], 0, ["first\n"]),
    ([user([{"type": "text", "text": "  "}, {"type": "text", "text": "a\nb\n"}]), said("x")], 0, ["a\n"]),
    ([user("q"), said("one\ntwo\nthree"), user("z")], 1, ["one\n"]),
    ([user("q"), said("one\ntwo\nthree")], 1, ["three"]),
    ([user("q"), said("x"), user("one\ntwo")], 2, ["one\n"]),
    ([user("q"), said([{"type": "text", "text": "a\nb"}, {"type": "text", "text": "c\nd"}])], 1, ["d"]),
    ([user([{"type": "text", "text": "a\nb"}, {"type": "image"}]), said("x")], 0, []),
    (
        [user("q"), said([{"type": "text", "text": "a\nb"}, {"type": "tool_use", "id": "i", "input": {}}])],
        1,
        ["{", "}"],
    ),
    (
        [
            user("q"),
            said([{"type": "thinking", "thinking": "t"}, {"type": "text", "text": "a\nb"}]),
            user("z"),
        ],
        1,
        ["t", "a\n"],
    ),
]


@pytest.mark.parametrize(("messages", "index", "held"), HELD)
def test_a_message_of_text_cannot_become_empty(
    messages: list[dict[str, Any]], index: int, held: list[str], quarter: Quarter
) -> None:
    context, _ = read({"system": [], "messages": messages}, quarter)
    rows = context.segments
    stays = [rows.text(i) for i in context.messages[index + 1].segments if rows.form[i] == Form.FRAME]
    assert stays == held


def test_a_system_prompt_may_become_empty(quarter: Quarter) -> None:
    context, _ = read({"system": "a\nb\n", "messages": [user("q")]}, quarter)
    assert [form for _, form, _ in rows_of(context, 0)] == [Form.PLAIN, Form.PLAIN]


def test_messages_are_numbered_as_in_their_own_list(quarter: Quarter) -> None:
    context, _ = read({"system": "s", "messages": [user("q"), user(None)]}, quarter)
    assert context.notes == ("1 message without content (message 1)",)


def test_openai_messages_may_become_empty(quarter: Quarter) -> None:
    context, _ = read([{"role": "system", "content": "s\nt"}, user("a\nb")], quarter)
    assert set(context.segments.form) == {Form.PLAIN}


def test_a_cache_breakpoint_and_a_failed_result_keep_their_block(quarter: Quarter) -> None:
    cached = {"type": "text", "text": "\na\nb\n", "cache_control": {"type": "ephemeral"}}
    failed = {"type": "tool_result", "tool_use_id": "t", "is_error": True, "content": "a\nb\n"}
    listed = {**failed, "content": [{"type": "text", "text": "\n"}, {"type": "text", "text": "c\nd\n"}]}
    fine = {**failed, "is_error": False}
    context, _ = read([user([cached, failed, listed, fine])], quarter)
    rows = context.segments
    assert [rows.text(i) for i in range(len(rows)) if rows.form[i] == Form.FRAME] == ["a\n", "a\n", "c\n"]


FIRST = Pin(True, "the first message must be the user's")


@pytest.mark.parametrize(
    ("messages", "pinned"),
    [
        ([user("\na\nb"), said("x"), user("y")], ["a\n"]),
        ([user([{"type": "image"}]), said("x")], [""]),
        ([user("a"), user("b"), said("x")], ["a"]),
        ([user("a"), user("b")], []),
        ([said("x"), user("a")], []),
    ],
)
def test_the_opening_of_the_user_is_pinned(
    messages: list[dict[str, Any]], pinned: list[str], quarter: Quarter
) -> None:
    context, _ = read({"system": "s", "messages": messages}, quarter)
    rows = context.segments
    assert [rows.text(i) for i in range(len(rows)) if rows.pin[i]] == pinned
    assert rows.pins == ([None, FIRST] if pinned else [None])
    plain, _ = read(messages, quarter) if "image" not in str(messages) else read([user("a")], quarter)
    assert not any(plain.segments.pin)


GROUPS: list[tuple[str, list[dict[str, Any]], list[int], tuple[str, ...]]] = [
    ("plain messages", [user("a"), said("b"), said("c"), user("d")], [0, 1, 2, 3], ()),
    (
        "parallel calls, results in any order",
        [user("a"), said(None, tool_calls=[call("1"), call("2")]), result("2"), result("1"), said("b")],
        [0, 1, 1, 1, 2],
        (),
    ),
    (
        "somebody speaks between call and result",
        [said(None, tool_calls=[call("1")]), user("a"), result("1")],
        [0, 1, 0],
        (),
    ),
    (
        "a result without its call",
        [user("a"), said("b"), result("9"), user("c")],
        [0, 1, 1, 2],
        ("1 tool result without its call (message 2)",),
    ),
    (
        "first of all a result",
        [result("9"), user("a"), user("b")],
        [0, 0, 1],
        ("1 tool result without its call (message 0)",),
    ),
    (
        "nothing but a result",
        [result("9")],
        [0],
        ("1 tool result without its call (message 0)",),
    ),
    (
        "a call without result",
        [user("a"), said("b"), said(None, tool_calls=[call("1")])],
        [0, 1, 1],
        ("1 tool call without its result (message 2)",),
    ),
    (
        "one of two calls without result stays with the other",
        [user("a"), said(None, tool_calls=[call("1"), call("2")]), result("2")],
        [0, 1, 1],
        ("1 tool call without its result (message 1)",),
    ),
    (
        "a result before its call",
        [user("a"), result("1"), user("b"), said(None, tool_calls=[call("1")]), user("c")],
        [0, 0, 1, 1, 2],
        ("1 tool result without its call (message 1)", "1 tool call without its result (message 3)"),
    ),
    (
        "an id used again answers the last call",
        [said(None, tool_calls=[call("1")]), result("1"), said(None, tool_calls=[call("1")]), result("1")],
        [0, 0, 1, 1],
        ("1 tool call id used again (messages 0 and 2)",),
    ),
    (
        "two results of one call",
        [said(None, tool_calls=[call("1")]), result("1"), result("1"), user("a")],
        [0, 0, 0, 1],
        ("1 tool result for a call answered before (message 2)",),
    ),
    (
        "the same id twice in a message",
        [said(None, tool_calls=[call("1"), call("1")]), result("1"), result("1")],
        [0, 0, 0],
        ("1 tool call id used again (message 0)",),
    ),
    (
        "results that name no call, in order",
        [
            said(None, tool_calls=[{"function": {"name": "f", "arguments": {"a": 1}}}] * 2),
            {"role": "tool", "content": "1"},
            {"role": "tool", "content": "2"},
            {"role": "tool", "content": "3"},
            user("a"),
        ],
        [0, 0, 0, 0, 1],
        ("1 tool result without its call (message 3)",),
    ),
    (
        "the old function calls",
        [
            said(None, function_call={"name": "f", "arguments": "{}"}),
            {"role": "function", "name": "f", "content": "1"},
            user("a"),
            said(None, function_call={"name": "f", "arguments": "{}"}),
            {"role": "function", "name": "f", "content": "1"},
        ],
        [0, 0, 1, 2, 2],
        (),
    ),
    (
        "many orphans are named in short",
        [user("a"), *(result(str(n)) for n in range(10))],
        [0] * 11,
        ("10 tool results without their calls (messages 1, 2, 3, 4, 5, 6, 7, 8 and 2 more)",),
    ),
    (
        "no content at all",
        [user("a"), {"role": "assistant"}],
        [0, 1],
        ("1 message without content (message 1)",),
    ),
]


@pytest.mark.parametrize(
    ("messages", "expected", "notes"), [g[1:] for g in GROUPS], ids=[g[0] for g in GROUPS]
)
def test_openai_groups(
    messages: list[dict[str, Any]], expected: list[int], notes: tuple[str, ...], quarter: Quarter
) -> None:
    context, body = read(messages, quarter)
    assert body.format == "openai"
    assert [m.group for m in context.messages] == expected
    assert context.notes == notes


def use(number: str) -> dict[str, Any]:
    return {"type": "tool_use", "id": number, "name": "look", "input": {}}


def used(number: str) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": number, "content": "seen"}


RUNS: list[tuple[str, list[dict[str, Any]], list[int], tuple[str, ...]]] = [
    ("in turns", [user("a"), said("b"), user("c"), said("d"), user("e")], [0, 1, 1, 2, 2], ()),
    ("begins with the assistant", [said("b"), user("c"), said("d")], [0, 0, 1], ()),
    (
        "two of each",
        [user("a"), user("b"), said("c"), said("d"), user("e"), user("f")],
        [0, 0, 1, 1, 1, 1],
        (),
    ),
    ("users alone", [user("a"), user("b")], [0, 1], ()),
    ("a use and its result", [user("a"), said([use("1")]), user([used("1")]), said("b")], [0, 1, 1, 2], ()),
    (
        "a result that comes late",
        [user("a"), said([use("1")]), user("b"), said("c"), user([used("1")])],
        [0, 1, 1, 1, 1],
        (),
    ),
    (
        "an orphan first",
        [user([used("9")]), said("a"), user("b")],
        [0, 1, 1],
        ("1 tool result without its call (message 0)",),
    ),
    (
        "a use without result",
        [user("a"), said("b"), user("c"), said([use("1")])],
        [0, 1, 1, 1],
        ("1 tool call without its result (message 3)",),
    ),
]


@pytest.mark.parametrize(("messages", "expected", "notes"), [g[1:] for g in RUNS], ids=[g[0] for g in RUNS])
def test_anthropic_groups(
    messages: list[dict[str, Any]], expected: list[int], notes: tuple[str, ...], quarter: Quarter
) -> None:
    context, body = read({"system": "s", "messages": messages}, quarter)
    assert body.format == "anthropic"
    assert [m.group for m in context.messages] == [0, *(g + 1 for g in expected)]
    assert context.notes == notes


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ("usa", [0, 1, 2]),
        ("uasu", [0, 1, 2, 1]),
        ("uasau", [0, 1, 1, 1, 1]),
        ("usua", [0, 0, 0, 1]),
        ("uas", [0, 1, 2]),
    ],
)
def test_a_system_message_that_keeps_equal_roles_apart_does_not_go_alone(
    roles: str, expected: list[int], quarter: Quarter
) -> None:
    names = {"u": "user", "a": "assistant", "s": "system"}
    messages: list[dict[str, Any]] = [
        {
            "role": names[r],
            "content": [{"type": "text", "text": r}, {"type": "tool_result", "content": "x"}][: 1 + (i == 0)],
        }
        for i, r in enumerate(roles)
    ]
    context, body = read(messages, quarter)
    assert body.format == "anthropic"
    assert [m.group for m in context.messages] == expected


def test_a_mixture_is_reported_and_keeps_the_pairs_of_both(quarter: Quarter) -> None:
    given = [
        user("a"),
        said([use("1")]),
        user([used("1")]),
        said(None, tool_calls=[call("2")]),
        result("2"),
        said("b"),
    ]
    context, body = read(given, quarter)
    assert body.format == "anthropic"
    assert [m.group for m in context.messages] == [0, 1, 1, 2, 2, 3]
    assert context.notes == ("the messages mix the shapes of OpenAI and Anthropic; taken as Anthropic's",)
    pictures = [user([{"type": "image"}]), result("1")]
    context, body = read(pictures, quarter)
    assert body.format == "openai"
    assert context.notes[0] == "the messages mix the shapes of OpenAI and Anthropic; taken as OpenAI's"


def test_tools_beside_the_messages_are_reported(recorded: Recorded, quarter: Quarter) -> None:
    context, _ = read(recorded("openai_request"), quarter)
    assert context.notes == ("the tools beside the messages pass through and are not counted",)


def test_a_system_key_of_a_data_row_is_not_a_prompt(recorded: Recorded, quarter: Quarter) -> None:
    row = recorded("dataset_row")
    context, body = read(row, quarter)
    assert row["system"] == "linux"
    assert "linux" not in [s.text for s in context.sources]
    assert body.whole(context)["system"] == "linux"


@pytest.mark.parametrize("role", ["system", "developer", "tool", "function"])
def test_a_role_that_only_openai_has_tells_the_format(role: str, quarter: Quarter) -> None:
    context, body = read({"system": "passes through", "messages": [{"role": role, "content": "q"}]}, quarter)
    assert body.format == "openai"
    assert [s.text for s in context.sources] == ["q"]


def test_notes_name_messages_in_order_and_once() -> None:
    assert note(2, "cat", "cats", [7, 3, 7]) == "2 cats (messages 3 and 7)"
    assert note(1, "cat", "cats", [7]) == "1 cat (message 7)"
    assert note(3, "cat", "cats", [1, 2, 3]) == "3 cats (messages 1, 2 and 3)"
