"""What the bench reads in a message."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limbeck.bench.texts import arguments_text, given_text, message_text

ARGUMENTS = {
    '{"path": "a\\nb", "n": 12}': "path\na\nb\nn\n12",
    '{"deep": [{"x": "y"}, true, null, 1.5]}': "deep\nx\ny\ntrue\n1.5",
    '"bare"': "bare",
    "{}": "",
    "": "",
    # not JSON: escapes are undone all the same
    '{"cmd": "say \\"hi\\"\\n\\tdone \\u00e9 \\/ \\\\"': '{"cmd": "say "hi"\n\tdone é / \\"',
}


@pytest.mark.parametrize("arguments", ARGUMENTS)
def test_arguments_are_decoded(arguments: str) -> None:
    assert arguments_text(arguments) == ARGUMENTS[arguments]


def test_arguments_already_decoded() -> None:
    assert arguments_text({"path": "a_b", "on": False}) == "path\na_b\non\nfalse"
    assert arguments_text(None) == ""


def test_arguments_nested_beyond_the_stack() -> None:
    text = "[" * 200_000
    assert arguments_text(text) == text


@given(st.dictionaries(st.text(), st.text()))
def test_strings_of_valid_arguments_come_back_whole(value: dict[str, str]) -> None:
    expected = "\n".join(part for item in value.items() for part in item)
    assert arguments_text(json.dumps(value)) == expected


def test_message_is_content_then_arguments() -> None:
    calls = [
        {
            "id": "one",
            "type": "function",
            "function": {"name": "read_file", "arguments": '{"path": "a/b.c"}'},
        },
        {"id": "two", "type": "function", "function": {"name": "stop", "arguments": "{}"}},
    ]
    assert message_text({"role": "assistant", "content": "look", "tool_calls": calls}) == "look\npath\na/b.c"
    assert message_text({"role": "assistant", "content": None, "tool_calls": calls}) == "path\na/b.c"
    assert message_text({"role": "assistant", "content": "look", "tool_calls": None}) == "look"


def test_message_of_parts() -> None:
    parts = [
        {"type": "text", "text": "one"},
        "two",
        {"type": "thinking", "thinking": "three"},
        {"type": "tool_use", "name": "read", "input": {"path": "four"}},
        {"type": "tool_result", "content": [{"type": "text", "text": "five"}]},
        {"type": "image", "source": {"data": "no"}},
        7,
    ]
    assert message_text({"role": "user", "content": parts}) == "one\ntwo\nthree\npath\nfour\nfive"


def test_given_text() -> None:
    assert given_text("as it is\n") == "as it is\n"
    assert given_text([{"role": "user", "content": "a"}, {"role": "tool", "content": "b\n"}]) == "a\nb\n"
