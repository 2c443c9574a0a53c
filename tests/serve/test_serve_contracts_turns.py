"""A conversation that was written out as one text is read as the messages it was."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limbeck.serve.contracts.turns import MOST_TURNS, turns

SPOKEN = "user: Use Postgres.\nNever push to main.\nassistant: Done.\nTool: 3 files\nuser: Thanks."


def test_roles_and_texts() -> None:
    found = turns("\n " + SPOKEN)
    assert [turn["role"] for turn in found] == ["user", "assistant", "tool", "user"]
    assert found[0]["content"] == "Use Postgres.\nNever push to main.\n"
    assert [turn["content"] for turn in found[1:]] == ["Done.\n", "3 files\n", "Thanks."]


@pytest.mark.parametrize(
    "text",
    [
        "**User:** hi\n\n**Assistant:** hello",
        "**User**: hi\n\n**Assistant**: hello",
        "[user]: hi\n[assistant]: hello",
        "## User: hi\n## Assistant: hello",
        "Human: hi\nAI: hello",
        "HUMAN: hi\r\nASSISTANT: hello\r\n",
    ],
)
def test_ways_to_write_one(text: str) -> None:
    found = turns(text)
    assert [turn["role"] for turn in found] == ["user", "assistant"]
    assert [turn["content"].strip() for turn in found] == ["hi", "hello"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "user: one speaks alone\nuser: and again",
        "It says\nuser: hi\nassistant: hello",
        "users: 3\nassistants: 4",
        "user said hi\nassistant said hello",
        "user: hi\n" + "assistant: hello\n" * MOST_TURNS,
    ],
    ids=["nothing", "one role", "not from the start", "other words", "no colon", "too many"],
)
def test_what_is_none(text: str) -> None:
    assert turns(text) == []


@given(
    st.lists(st.sampled_from(["user:", "assistant: ", "\n", " ", "**", "a", "b\n"]), max_size=30).map("".join)
)
def test_nothing_but_the_names_is_lost(text: str) -> None:
    found = turns(text)
    at = 0
    for turn in found:
        place = text.index(turn["content"], text.index(":", at) + 1)
        assert text[at:place].strip(" *\n:") in ("user", "assistant")
        at = place + len(turn["content"])
    assert not found or text[at:].strip(" *") == ""


def test_time_of_hostile_texts() -> None:
    began = time.process_time()
    for text in (
        "#" * 1_000_000,
        "user " * 400_000,
        "user:\n" * 300_000,
        "\n" * 1_000_000,
        "tool  " * 300_000,
    ):
        turns(text)
    assert time.process_time() - began < 20
