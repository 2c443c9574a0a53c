"""What a digest must not lose, and what nobody can slip in."""

from __future__ import annotations

from limbeck.core.context import Written
from limbeck.core.source import Span
from limbeck.methods.must_keeps import (
    CONSTRAINT,
    REQUIREMENT,
    constraints,
    goals,
    rows_of,
    unresolved,
)

from .building import Said, context

ARGUMENTS = "/{}/tool_calls/0/function/arguments"


def texts(made: object, musts: list[object]) -> list[str]:
    return [made.sources[m.span.source].text[m.span.start : m.span.end].strip() for m in musts]  # type: ignore[attr-defined]  # built by hand


def test_firm_rules_come_before_soft_ones_and_the_user_before_the_system() -> None:
    made = context(
        Said([["Never print keys. ", "The key stays with me."]], "system", kind="prose"),
        Said(
            [["Mornings only. ", "The budget of the whole trip stays below 900 euros. ", "Do not call."]],
            kind="prose",
        ),
    )
    found = constraints(made)
    assert [(m.what, t) for m, t in zip(found, texts(made, list(found)), strict=True)] == [
        (CONSTRAINT, "Do not call."),
        (CONSTRAINT, "Never print keys."),
        (REQUIREMENT, "Mornings only."),
        (REQUIREMENT, "The budget of the whole trip stays below 900 euros."),
        (REQUIREMENT, "The key stays with me."),
    ]


def test_tools_and_the_agent_lay_nothing_down() -> None:
    made = context(
        Said([["Never say no."]], "tool", kind="prose"), Said([["You must rest."]], "assistant", kind="prose")
    )
    assert constraints(made) == []


def test_a_bare_text_lays_down_what_it_says_unless_it_is_data_or_thinks_aloud() -> None:
    said = "You must never do that. Um, you know, you must never, like, stop."
    bare = context(Said([[said]], kind="prose", pointers=[""]))
    assert texts(bare, list(constraints(bare))) == ["You must never do that."]
    assert constraints(context(Said([[said]], kind="code", pointers=[""]))) == []


def test_what_is_left_of_an_earlier_distillation_gives_no_rows() -> None:
    made = context(Said([["Do not call."]], kind="prose"))
    made.segments.written[0] = Written("(filtered 1 line)", (Span(0, 0, 12),))
    assert constraints(made) == goals(made) == []
    assert rows_of(made.segments, range(1), 0, 12) == ()


def failing(
    output: str, kind: str = "text", again: str | None = None, other: str = '{"command": "make"}'
) -> list[str]:
    said = [
        Said([['{"command": "make"}']], "assistant", pointers=[ARGUMENTS.format(0)], kind="json"),
        Said([output.splitlines(keepends=True)], "tool", kind=kind),
    ]
    if again is not None:
        said.append(Said([[other]], "assistant", pointers=[ARGUMENTS.format(2)], kind="json"))
        said.append(Said([again.splitlines(keepends=True)], "tool", kind="text"))
    made = context(*said)
    parts = {0: 0, 1: 0, 2: 1, 3: 1}
    for number, source in enumerate(made.sources):
        object.__setattr__(source, "part", parts[number])
    return texts(made, list(unresolved(made)))


def test_the_last_failure_of_an_output_is_unresolved() -> None:
    assert failing("ok\nKeyError: 'a'\nmore\n  ValueError: b\nbye\n") == ["ValueError: b"]
    assert failing("exit code 1\nfatal: no such branch\nexit code 1\n") == ["fatal: no such branch"]
    assert failing("all well\nexit code 1\n") == ["exit code 1"]
    assert failing("all well\nexit code 0\n") == []


def test_output_that_shows_files_has_not_failed_unless_it_ends_so() -> None:
    shown = "KeyError: 'a'\n" + "value_of_the_line = 12\n" * 30
    assert failing(shown, kind="code") == []
    assert failing(shown + "KeyError: 'b'\n", kind="code") == ["KeyError: 'b'"]


def test_a_later_success_of_the_same_command_mends_it_and_of_another_does_not() -> None:
    assert failing("KeyError: 'a'\n", again="done\n") == []
    assert failing("KeyError: 'a'\n", again="done\n", other='{"command": "ls"}') == ["KeyError: 'a'"]
    assert failing("KeyError: 'a'\n", again="KeyError: 'b'\n") == ["KeyError: 'b'"]


def test_an_output_without_a_known_call_is_mended_by_nothing() -> None:
    made = context(Said([["KeyError: 'a'\n"]], "tool"), Said([["done"]], "tool"), Said([[]], "tool"))
    assert texts(made, list(unresolved(made))) == ["KeyError: 'a'"]


def test_goals_are_how_the_first_message_begins_and_what_first_and_last_ask() -> None:
    made = context(
        Said([["<task>\n", "The door is stuck. ", "Please open it. ", "Then rest. "]], kind="prose"),
        Said([["Could you paint it?"]], kind="prose"),
        Said([["Fine. ", "Now fix the lock. ", "Add oil. "]], kind="prose"),
    )
    assert texts(made, list(goals(made))) == ["Please open it.", "The door is stuck.", "Now fix the lock."]


def test_a_message_of_several_texts_asks_once() -> None:
    made = context(Said([["The door is stuck. "], ["Please open it. "]], kind="prose"))
    assert texts(made, list(goals(made))) == ["Please open it.", "The door is stuck."]


def test_nobody_asks() -> None:
    assert goals(context(Said([["done"]], "tool"))) == []
    assert goals(context(Said([["x" * 900]], kind="prose"))) == []
    assert goals(context(Said([["Please help me."]], kind="prose", pointers=[""]))) == []
