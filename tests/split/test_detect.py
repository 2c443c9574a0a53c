"""Kinds of text, found without being told."""

from __future__ import annotations

import pytest
import split_samples as samples
from hypothesis import given
from hypothesis import strategies as st

from limbeck.split import kind_of, split

KINDS = {
    "code", "log", "traceback", "tests", "diff", "grep", "listing", "table", "markdown", "prose", "text",
}  # fmt: skip


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (["python", "typescript", "c", "go", "rust", "numbered", "viewer"], "code"),
        (["diff"], "diff"),
        (["traceback", "java", "panic"], "traceback"),
        (["pytest", "unittest", "go test", "cargo", "jest"], "tests"),
        (["grep", "search"], "grep"),
        (["ls", "ls -R", "tree"], "listing"),
        (["kubectl", "pipes", "grid", "csv"], "table"),
        (["log", "logged traceback"], "log"),
        (["markdown"], "markdown"),
        (["prose", "chinese"], "prose"),
    ],
)
def test_kinds(names: list[str], kind: str) -> None:
    for name in names:
        text = samples.STACK[name]
        assert kind_of(text) == kind, name
        assert split(text).kind == kind, name
        assert kind_of(text * 60) == kind, f"{name}, many times"


def test_plain_text() -> None:
    assert kind_of("") == "text"
    assert kind_of("\n \n") == "text"
    assert kind_of("Tasks updated") == "text"
    assert split('[{"a": 1}]').kind == "json"


def test_bullets_are_no_diff() -> None:
    assert kind_of("- one thing\n- another thing\n- a third\n") == "markdown"


@given(st.text())
def test_any_text_has_a_kind(text: str) -> None:
    assert kind_of(text) in KINDS
