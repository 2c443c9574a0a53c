"""A budget is used to nine tenths at least, with markers and without, whatever kind of text comes in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import limbeck
from limbeck.core.budget import Budget
from limbeck.local.counters import counter
from limbeck.methods.cut import MarkerStyle
from limbeck.methods.pins import pinned
from limbeck.methods.select import Select
from limbeck.wire import read
from tests.laws.materials import TEXTS

COUNTER = counter()
ENOUGH_TOKENS = 2_000
SESSION = Path(__file__).parents[2] / "examples" / "session.json"
KINDS = ("code", "log", "prose", "json", "diff", "grep", "traceback", "table", "markdown", "jsonl")


def grown(name: str) -> str:
    """A text of the name's kind with 2,000 tokens or more."""
    text = TEXTS[name]
    return text if name == "json" else text * -(-ENOUGH_TOKENS // COUNTER.count(text))


def check_use(given: Any, query: str) -> None:
    made = pinned(read(given, COUNTER)[0].asked(query), 0, pin_head=False)
    scores = Select().score(made, COUNTER)
    assert scores.tokens_before >= ENOUGH_TOKENS
    styles: tuple[MarkerStyle, ...] = (True, False)
    for style in styles:
        for keep in (0.1, 0.3, 0.5):
            usage = Select(markers=style).cut(scores, Budget(COUNTER, keep=keep)).usage
            assert 0.9 * usage.limit_tokens <= usage.tokens_after <= usage.limit_tokens, (style, keep)


@pytest.mark.parametrize(
    "query", ["", "why does the test fail with KeyError u_4411?"], ids=["no query", "query"]
)
@pytest.mark.parametrize("kind", KINDS)
def test_texts(kind: str, query: str) -> None:
    check_use(grown(kind), query)


@pytest.mark.parametrize("query", ["", "why does expand() reject this handle?"], ids=["no query", "query"])
def test_the_example_session(query: str) -> None:
    check_use(json.loads(SESSION.read_text(encoding="utf-8")), query)


def test_a_conversation_with_its_pins() -> None:
    messages = json.loads(SESSION.read_text(encoding="utf-8"))
    for keep in (0.3, 0.5):
        usage = limbeck.compact(messages, keep=keep).usage
        assert 0.9 * usage.limit_tokens <= usage.tokens_after <= usage.limit_tokens


def test_what_does_not_fit_whole_is_left_out() -> None:
    name = "x" * 4_000  # one word, which is never cut
    text = f"{name}\n{name}y\n"
    assert limbeck.compact(text, keep=0.4, markers=False).text == ""
    assert limbeck.compact(text, keep=0.6, markers=False).text in (f"{name}\n", f"{name}y\n")
