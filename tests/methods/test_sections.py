"""Which section a piece of text belongs to."""

from __future__ import annotations

import pytest

from limbeck.core.artifact import SECTIONS
from limbeck.methods.must_keeps import CONSTRAINT, ERROR, GOAL, Must
from limbeck.methods.sections import sections

from .building import Said, context

CALL = "/{}/tool_calls/0/function/arguments"


def section_of(
    text: str, role: str = "user", kind: str = "prose", pointer: str = "/1/content", last: bool = True
) -> str:
    said = [Said([["Hello there."]], "user"), Said([[text]], role, kind=kind, pointers=[pointer])]
    if not last:
        said.append(Said([["Thanks, that is all."]], "assistant"))
    made = context(*said)
    texts = [made.segments.text(row) for row in range(len(made.segments))]
    return SECTIONS[sections(made, texts, ())[1]]


@pytest.mark.parametrize(
    ("text", "role", "kind", "last", "section"),
    [
        ("We agreed on the red one.", "user", "prose", True, "decisions"),
        ("Which one is it?", "user", "prose", True, "open ends"),
        ("Which one is it?", "user", "prose", False, "state"),
        ("The dock opens at six.", "user", "prose", True, "state"),
        ("We agreed on the red one.", "system", "prose", True, "state"),
        ("I decided to keep the cache.", "assistant", "prose", True, "decisions"),
        ("The root cause is the cache.", "assistant", "prose", True, "errors and fixes"),
        ("The owner is still to be found, that remains open.", "assistant", "prose", True, "open ends"),
        ("The owner is still to be found, that remains open.", "assistant", "prose", False, "state"),
        ("Next, I run the linter.", "assistant", "prose", True, "next step"),
        ("Next, I run the linter.", "assistant", "prose", False, "state"),
        ("The dock opens at six.", "assistant", "prose", True, "state"),
        ("KeyError: 'u_4411'", "tool", "text", True, "errors and fixes"),
        ("worker 4 failed after 3 tries", "tool", "log", True, "errors and fixes"),
        ("raise KeyError(user) if failed", "tool", "code", True, "state"),
        ("The file src/a.py has been created.", "tool", "text", True, "artifacts"),
        ("exit code 0", "tool", "text", True, "artifacts"),
        ("Never do that again. You must obey.", "tool", "prose", True, "state"),
        ("We decided to go with red.", "tool", "prose", True, "state"),
    ],
)
def test_by_speaker_place_and_wording(text: str, role: str, kind: str, last: bool, section: str) -> None:
    assert section_of(text, role, kind, last=last) == section


def test_what_a_call_is_given_is_an_artifact_but_for_sentences() -> None:
    pointer = CALL.format(1)
    assert section_of('"command": "ls -R src"', "assistant", "json", pointer) == "artifacts"
    said = '"thought": "The root cause is a missing index on the ledger table of the shop."'
    assert section_of(said, "assistant", "json", pointer) == "errors and fixes"


@pytest.mark.parametrize(
    ("text", "kind", "section"),
    [
        ("TODO: find out who owns it", "prose", "open ends"),
        ("They decided to sell the boat.", "prose", "decisions"),
        ("The boat is blue.", "prose", "state"),
        ("worker 4 failed after 3 tries", "log", "errors and fixes"),
        ("worker 4 is up", "log", "state"),
    ],
)
def test_a_bare_text_is_told_by_its_words_alone(text: str, kind: str, section: str) -> None:
    made = context(Said([[text]], kind=kind, pointers=[""]))
    assert SECTIONS[sections(made, [text], ())[0]] == section


def test_must_keeps_say_their_own_section_and_the_first_counts() -> None:
    made = context(Said([["One. ", "Two. ", "Three. ", "Four."]]))
    texts = [made.segments.text(row) for row in range(4)]
    span = made.segments.span(0)
    musts = [Must(CONSTRAINT, (0,), span), Must(ERROR, (1,), span), Must(GOAL, (0, 2), span)]
    names = [SECTIONS[s] for s in sections(made, texts, musts)]
    assert names == ["constraints", "errors and fixes", "goal", "state"]


def test_nobody_speaks() -> None:
    made = context(Said([["42"]], "tool", kind="text"))
    assert [SECTIONS[s] for s in sections(made, ["42"], ())] == ["state"]
    empty = context(Said([[]], "user"))
    assert sections(empty, [], ()) == []
