"""Replies as models write them: what is read of each, and that nothing at all makes the reader fail."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limbeck.core.artifact import NOTE_KINDS, SECTIONS
from limbeck.methods.replies import MAX_DRAFTS, Draft, Terms, read_drafts

TERMS = Terms(SECTIONS, range(1, 31), "state", {"objective": "goal", "todo": "open ends"})
GOAL = Draft("goal", "Repair the pump.", (1, 2))
DONE = Draft("state", "The valve is open.", (12,))


def one(kind: str, text: str, cites: object) -> str:
    return json.dumps({"section": kind, "text": text, "cites": cites})


G, D = one("goal", "Repair the pump.", [1, 2]), one("state", "The valve is open.", [12])


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(f'{{"statements": [{G}, {D}]}}', id="document"),
        pytest.param(f"[{G}, {D}]", id="list"),
        pytest.param(f"{G}\n{D}", id="lines"),
        pytest.param(f"{G},\n{D},\n", id="lines with commas"),
        pytest.param(f"```json\n[{G}, {D}]\n```", id="fence"),
        pytest.param(f"Here is the summary:\n\n```\n{G}\n{D}\n```\nAnything else?", id="prose around"),
        pytest.param(f'{{"statements": [{G}, {D},],}}', id="trailing commas"),
        pytest.param(f'{{"statements": [{G}, {D}, {{"section": "state", "text": "All te', id="cut in a text"),
        pytest.param(f'{{"statements": [{G}, {D}, {{"section": "sta', id="cut in a key"),
        pytest.param(f'{{"statements": [{G}, {D}', id="cut behind a brace"),
        pytest.param(f'{{"summary": {{"statements": [{G}, {D}]}}}}', id="wrapped"),
        pytest.param(
            '{"goal": ["Repair the pump. [1][2]"], "state": "The valve is open. [12]"}', id="sections as keys"
        ),
        pytest.param(
            '{"goal": [{"text": "Repair the pump.", "cites": "1-2"}], '
            '"state": [{"text": "The valve is open.", "cites": "[12]"}]}',
            id="sections as keys, statements as values",
        ),
        pytest.param(
            "## Goal\n\n- Repair the pump. [1, 2]\n\n## State\n- The valve is open. [12]", id="Markdown"
        ),
        pytest.param(
            "**Goal:**\n* Repair the pump [1-2].\n\n**State**\n1. The valve is open [12].", id="bold"
        ),
        pytest.param(
            "I read it all.\n\n- **Goal:** Repair the pump. [1][2]\n- **State:** The valve is open. [S12]",
            id="leads",
        ),
        pytest.param("Goal:\nRepair the pump. [1] [2]\nState:\nThe valve is open. [12]", id="plain headings"),
        pytest.param(
            "# Goals\nRepair the pump [1, 2]. \n# Current State\nThe valve is open [12].", id="other headings"
        ),
    ],
)
def test_the_same_statements_are_read_from_every_shape(reply: str) -> None:
    assert read_drafts(reply, TERMS) == [GOAL, DONE]


@pytest.mark.parametrize(
    ("cites", "read"),
    [
        ([3], (3,)),
        ([3, 3, 4], (3, 4)),
        (["3", "S4"], (3, 4)),
        ("3-5", (3, 4, 5)),
        (["3-5", 9], (3, 4, 5, 9)),
        ("[7], [8]", (7, 8)),
        ([0, 31, 99, 30], (30,)),
        (["1-999999999"], tuple(range(1, 31))),
        ([[3]], ()),
        (None, ()),
        ({"a": 3}, ()),
        (7, (7,)),
    ],
)
def test_citations_of_any_shape(cites: object, read: tuple[int, ...]) -> None:
    assert read_drafts(one("goal", "Repair it.", cites), TERMS)[0].cites == read


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Goal", "goal"),
        ("OBJECTIVE", "goal"),
        ("constraint", "constraints"),
        ("errors_and_fixes", "errors and fixes"),
        ("Next steps", "next step"),
        ("TODO", "open ends"),
        ("weather", "state"),
        ("", "state"),
        (7, "state"),
        (None, "state"),
    ],
)
def test_sections_by_other_names(name: object, kind: str) -> None:
    assert read_drafts(json.dumps({"section": name, "text": "Repair it."}), TERMS)[0].kind == kind


def test_brackets_that_cite_nothing_stay() -> None:
    (draft,) = read_drafts("- The list is [40, 50] and `row[3]` is open [4].", TERMS)
    assert draft.text == "The list is [40, 50] and `row[3]` is open."
    assert draft.cites == (4,)


def test_citations_beside_the_field_are_taken_out_of_the_text() -> None:
    (draft,) = read_drafts(one("goal", "Repair the pump [5].", [1]), TERMS)
    assert (draft.text, draft.cites) == ("Repair the pump.", (1,))


def test_what_nobody_sees_is_taken_out() -> None:
    (draft,) = read_drafts('{"text": "Re\\u200bpair\\u001b[1m the\\u202e pump.\\ud800\\tNow."}', TERMS)
    assert draft.text == "Repair[1m the pump. Now."
    (draft,) = read_drafts("- این می‌شود همین.", TERMS)
    assert draft.text == "این می‌شود همین."


def test_an_unescaped_quote_does_not_cut_a_text() -> None:
    (draft,) = read_drafts('{"section": "goal", "text": "Do not run "rm -r" there.", "cites": [1]}', TERMS)
    assert draft.text == 'Do not run "rm -r" there.'


def test_what_follows_a_broken_statement_is_read() -> None:
    found = read_drafts(f'{{"section": "goal", "text": }}\n{D}', TERMS)
    assert DONE in found


def test_notes_name_each_other() -> None:
    terms = Terms(NOTE_KINDS, range(1, 9), "fact")
    reply = {
        "statements": [
            {"number": 1, "kind": "fact", "text": "The port is 80.", "rationale": "", "cites": [1], "supersedes": []},
            {"number": "2", "type": "decision", "note": "The port is 81.", "rationale": "80 was taken [2].",
             "evidence": [2], "supersedes": [1]},
        ]
    }  # fmt: skip
    first, second = read_drafts(json.dumps(reply), terms)
    assert (first.kind, first.number, first.supersedes) == ("fact", 1, ())
    assert (second.kind, second.number, second.supersedes) == ("decision", 2, (1,))
    assert (second.rationale, second.cites) == ("80 was taken.", (2,))


def test_a_statement_written_anew_says_what_it_replaces() -> None:
    (draft,) = read_drafts('{"replaces": 3, "section": "goal", "text": "Repair it.", "cites": [1]}', TERMS)
    assert draft.replaces == 3


@pytest.mark.parametrize(
    "reply", ["", " \n", "{}", "[]", '{"statements": []}', '{"text":', "!!! ??", "```\n```", '"']
)
def test_nothing_is_read_from_nothing(reply: str) -> None:
    assert read_drafts(reply, TERMS) == []


def test_prose_is_read_as_sentences() -> None:
    found = read_drafts("The pump was repaired. The valve is open [12].", TERMS)
    assert [draft.text for draft in found] == ["The pump was repaired.", "The valve is open."]


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param('"text": "aaa ' * 40_000, id="texts without an end"),
        pytest.param('{"a":' * 80_000, id="objects without an end"),
        pytest.param("[" * 400_000, id="lists without an end"),
        pytest.param('"' * 400_000, id="quotes"),
        pytest.param('{"text": "' + "\\" * 400_000, id="backslashes"),
        pytest.param("[1" * 200_000, id="citations without an end"),
        pytest.param("- " * 200_000, id="bullets"),
        pytest.param("**a" * 130_000, id="stars"),
        pytest.param("# " * 200_000, id="headings"),
        pytest.param('"cites": [' * 40_000, id="cites without an end"),
        pytest.param('"cites": ["1", ' * 27_000, id="strings without an end"),
        pytest.param(D * 9_000, id="statements in one line"),
        pytest.param((D + "\n") * 9_000, id="statements in many lines"),
        pytest.param("A word. " * 1_300_000, id="ten megabytes"),
    ],
)
def test_long_and_odd_replies_are_read_in_bounded_time(reply: str) -> None:
    began = time.perf_counter()
    assert len(read_drafts(reply, TERMS)) <= MAX_DRAFTS
    assert time.perf_counter() - began < 10


WORDS = st.sampled_from(
    [
        *('{"', '"}', "[", "]", '"text": "', '"section": "goal",', "cites", ":", ",", "\n", "## Goal", "- ", "[12]"),
        *("a", "```", "\\", "\ud800", "7"),
    ]
)  # fmt: skip


@given(st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=60).map("".join)))
def test_any_reply_is_read(reply: str) -> None:
    for draft in read_drafts(reply, TERMS):
        assert draft.kind in SECTIONS
        assert all(number in TERMS.among for number in draft.cites)
        assert len(set(draft.cites)) == len(draft.cites)
        assert draft.text == " ".join(draft.text.split()) != ""
