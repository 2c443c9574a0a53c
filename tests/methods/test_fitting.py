"""Statements into a budget: whole ones, the most important ones, counted as they will stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limbeck.core.artifact import NOTE_KINDS, SECTIONS, Statement
from limbeck.core.source import Span
from limbeck.methods.fitting import fitted, ordered, taken
from limbeck.methods.rendering import markdown
from tests.counters import Letters


def said(
    kind: str, text: str, at: int = 0, quoted: bool = False, supersedes: tuple[int, ...] = ()
) -> Statement:
    return Statement(kind, text, (Span(0, at, at + len(text)),), quoted, supersedes=supersedes)


def test_kinds_stand_in_their_order_and_quotes_behind_what_is_written() -> None:
    mixed = [
        said("state", "Second quote.", 90, True),
        said("constraints", "Never stop."),
        said("state", "First quote.", 10, True),
        said("goal", "Run."),
        said("state", "Written."),
    ]
    assert [s.text for s in ordered(mixed)] == [
        "Run.",
        "Never stop.",
        "Written.",
        "First quote.",
        "Second quote.",
    ]


def test_what_is_superseded_is_named_by_its_new_place() -> None:
    notes = [said("fact", "New.", supersedes=(1, 2)), said("fact", "Old."), said("goal", "Older.")]
    found = ordered(notes)
    assert [s.text for s in found] == ["Older.", "New.", "Old."]
    assert found[1].supersedes == (2, 0)
    assert taken(found, [1, 2])[0].supersedes == (1,)
    assert taken(found, [1])[0].supersedes == ()


def test_all_stays_where_all_fits() -> None:
    statements = [said("goal", "Run."), said("state", "It runs.")]
    kept, gone, text, tokens = fitted(statements, 1_000, Letters())
    assert (kept, gone, text, tokens) == (statements, [], markdown(statements), len(text))


def test_constraints_go_last_and_the_tails_of_long_sections_first() -> None:
    statements = [
        said("goal", "Run the pump."),
        said("constraints", "Never open V-7."),
        *(said("state", f"Reading {n} is fine.") for n in range(8)),
    ]
    for limit in range(120, 30, -5):
        kept, gone, text, tokens = fitted(statements, limit, Letters())
        assert tokens == len(text) <= limit
        assert any(s.kind == "constraints" for s in kept)
        assert [s for s in statements if s in kept] == kept
        assert len(kept) + len(gone) == len(statements)
        states = [s.text for s in kept if s.kind == "state"]
        assert states == [f"Reading {n} is fine." for n in range(len(states))]


def test_what_must_stand_first_stays_before_all_else() -> None:
    quote = said("artifacts", "pinned words", 5, True)
    statements = [said("goal", "Run the pump."), said("constraints", "Never open V-7."), quote]
    (kept, *_) = fitted(statements, 40, Letters(), {quote.evidence[0]})
    assert kept == [quote]


def test_where_no_heading_fits_the_best_statement_that_fits_stands_alone() -> None:
    statements = [said("constraints", "Never open valve V-7."), said("state", "It runs.")]
    assert fitted(statements, 21, Letters())[2:] == ("Never open valve V-7.", 21)
    assert fitted(statements, 10, Letters())[2:] == ("It runs.", 8)
    kept, gone, text, tokens = fitted(statements, 3, Letters())
    assert (kept, gone, text, tokens) == ([], statements, "", 0)


@pytest.mark.parametrize("kinds", [SECTIONS, NOTE_KINDS])
@given(data=st.data())
def test_any_statements_fit_any_budget(kinds: tuple[str, ...], data: st.DataObject) -> None:
    texts = data.draw(st.lists(st.text(min_size=1, max_size=40), max_size=12))
    statements = ordered([said(data.draw(st.sampled_from(kinds)), text, n) for n, text in enumerate(texts)])
    limit = data.draw(st.integers(0, 300))
    kept, gone, text, tokens = fitted(statements, limit, Letters())
    assert tokens == len(text) <= limit
    assert sorted(map(str, [*kept, *gone])) == sorted(map(str, statements))
