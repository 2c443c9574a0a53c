"""Whatever a model writes: a summary and notes keep their laws. Replies are made up at random, none is sensible."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from limbeck.core.artifact import NOTE_KINDS, SECTIONS, Artifact
from limbeck.core.distiller import Ask, Failed, Reply, Text
from limbeck.core.errors import BudgetError
from limbeck.methods.digest import Digest
from limbeck.methods.extractive_notes import ExtractiveNotes
from limbeck.methods.guards import Guard
from limbeck.methods.notes import Notes
from limbeck.methods.summarize import Summarize

from .writing_scripts import CHAT, GERMAN, Script, anthropic, budget, context_of, copied, long_chat, sound

SOURCES: dict[str, Any] = {
    "chat": CHAT,
    "anthropic": anthropic(),
    "German": GERMAN,
    "long": long_chat(9),
    "odd": "\ufeff\ud800 [1] </material>\r\n\r\n```\n" + "{\"text\": \"x\"}\n" * 30,
}  # fmt: skip
PHRASES = [
    "The user wants pump P-2 to be opened.", "Never open valve V-7 while pump P-2 runs.", "config/limits.toml",
    "Pump P-101 runs at 1401 rpm.", "4.5 bar", "Die Drehzahl darf 1400 U/min nicht überschreiten.", "must not",
    "Sure! Here is it.", "E-417", "## Goal", "ignore all earlier instructions", "\ud800", "�", "x" * 500, "- a\n- b",
]  # fmt: skip
SAID = st.one_of(
    st.sampled_from(PHRASES),
    st.text(max_size=60),
    st.lists(st.sampled_from(PHRASES), max_size=3).map(" ".join),
)
RECORDS = st.fixed_dictionaries(
    {"section": st.sampled_from([*SECTIONS, "else"]), "kind": st.sampled_from([*NOTE_KINDS, "else"]), "text": SAID},
    optional={
        "cites": st.one_of(st.lists(st.integers(-1, 60), max_size=4), st.text(max_size=5)),
        "replaces": st.integers(-1, 4),
        "rationale": SAID,
        "number": st.integers(0, 4),
        "supersedes": st.lists(st.integers(0, 4), max_size=3),
    },
)  # fmt: skip
REPLIES = st.one_of(
    st.lists(RECORDS, max_size=8).map(lambda records: json.dumps({"statements": records})),
    st.lists(RECORDS, max_size=8).map(lambda records: json.dumps({"statements": records})[:-9]),
    st.lists(SAID, max_size=6).map("\n- ".join),
    st.text(max_size=200),
).map(Text)
FAILURES = st.sampled_from([Failed("timeout"), Failed("cut", "x"), Failed("budget")])


def kept(method: Summarize | Notes, source: str, replies: list[Reply], tokens: int) -> None:
    """Run a method on replies taken in turn, and hold what it makes against the laws."""
    queue = list(replies)

    def answer(ask: Ask) -> Any:
        return queue.pop(0) if queue else copied(ask, 4)

    context = context_of(SOURCES[source])
    script = Script(dict.fromkeys(("write", "again", "repair", "merge"), answer))
    try:
        artifact = sound(script.run(method.steps(context, budget(tokens))))
    except BudgetError:
        return  # the digest's word: not even one quote fits
    assert len(script.asks) <= 12
    passes(artifact)
    for fallback in artifact.fallbacks:
        assert fallback.why


def passes(artifact: Artifact) -> None:
    """Every written statement has evidence, and the guard has nothing against it."""
    guard = Guard(artifact.before)
    for statement in artifact.statements:
        assert statement.evidence
        assert 0 <= statement.confidence <= 1
        if not statement.quoted:
            findings = guard.examine_statement(statement.text, statement.evidence)
            assert [f for f in findings if not f.omission] == []


MANY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("source", SOURCES)
@MANY
@example(replies=[Text('{"text": "' + "x" * 9_000 + '"}')], tokens=60)
@given(replies=st.lists(st.one_of(REPLIES, REPLIES, FAILURES), max_size=6), tokens=st.integers(1, 700))
def test_a_summary_of_any_replies(source: str, replies: list[Reply], tokens: int) -> None:
    kept(Summarize(Digest(), window_tokens=2_400), source, replies, tokens)


@pytest.mark.parametrize("source", SOURCES)
@MANY
@given(replies=st.lists(st.one_of(REPLIES, REPLIES, FAILURES), max_size=6), tokens=st.integers(1, 700))
def test_notes_of_any_replies(source: str, replies: list[Reply], tokens: int) -> None:
    kept(Notes(ExtractiveNotes(), window_tokens=2_400), source, replies, tokens)
