"""Laws of the guards for any text: places hold, copies are clean, nothing raises."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from limbeck.methods.guards import Guard

from .guard_sources import HANDBOOK, SESSION, context_of

GUARD = Guard(context_of(SESSION))
WORDS = st.sampled_from(
    ["the", "pump", "relay", "K3", "failed", "not", "must", "may", "3.2", "bar", "90", "s", "2024-05-10",
    "Marit", "Jonas", "`config/alarms`", '"quoted', 'words"', "#", "-", "```", "user", "asked", "sure",
    "[1]", "(2)", ":", ";", ".", ",", "—", "\n", "\n\n", "E4107", "$1,240", "https://a.example/x", "no",
    "never", "config/alarms/pressure.yaml", "**bold**", "|", "<tag>"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=60).map(" ".join))


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_findings_stand_where_they_say(text: str) -> None:
    for finding in GUARD.examine(text):
        assert text[finding.start : finding.end] == finding.text
        assert finding.reason
    for finding in GUARD.missing(text):
        span = finding.evidence[0]
        assert finding.text in GUARD.context.sources[span.source].text[span.start : span.end]


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=40).map(" ".join), TEXTS)
def test_any_source_can_be_read_and_asked(source: str, text: str) -> None:
    guard = Guard(context_of(source))
    guard.examine(text)
    guard.missing(text)
    assert 0.0 <= guard.support(text, ()) <= 1.0


def test_each_line_of_a_source_is_borne_out_by_it() -> None:
    for given_source in (HANDBOOK, SESSION):
        guard = Guard(context_of(given_source))
        for source in guard.context.sources:
            for line in source.text.splitlines():
                assert guard.examine(line) == [], line


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_a_text_twice_gives_the_same(text: str) -> None:
    assert GUARD.examine(text) == Guard(GUARD.context).examine(text)
