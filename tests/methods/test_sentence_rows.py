"""What people say is cut by sentence, everything else as it was, and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limbeck.core.context import Context, Form, Pin, Written
from limbeck.core.source import Span
from limbeck.local.counters import counter
from limbeck.methods.sentence_rows import by_sentence
from limbeck.wire import read

from .building import FRAME, Said, context

COUNTER = counter("o200k_base")


def rows(made: Context) -> list[str]:
    return [made.segments.text(row) for row in range(len(made.segments))]


def test_lines_of_several_sentences_are_parted_and_wrapped_ones_joined() -> None:
    made = context(
        Said(
            [
                [
                    "One is here. Two is there. The third one is longer than the others and goes on in\n",
                    "the next line. Four.\n",
                ]
            ],
            kind="prose",
        )
    )
    assert rows(by_sentence(made)) == [
        "One is here.",
        " Two is there.",
        " The third one is longer than the others and goes on in\nthe next line.",
        " Four.\n",
    ]


def test_a_line_end_that_is_a_row_is_joined_too_and_needs_nothing_of_itself() -> None:
    line = "The third one is longer than the others and goes on in"
    made = context(Said([[(line, 1, 0), "\n", "the next line.\n", ("Five.", 1, 0)]], kind="prose"))
    cut = by_sentence(made)
    assert rows(cut) == [line + "\nthe next line.\n", "Five."]
    assert list(cut.segments.needs) == [-1, 0]


@pytest.mark.parametrize(("role", "kind", "pointer"), [
    ("tool", "prose", "/0/content"), ("user", "log", "/0/content"),
    ("assistant", "text", "/0/tool_calls/0/function/arguments"),
])  # fmt: skip
def test_other_text_stays_as_it_was_cut(role: str, kind: str, pointer: str) -> None:
    said = Said([["One. Two.\n", ("Three. Four.\n", 0, 0)]], role, kind=kind, pointers=[pointer])
    cut = by_sentence(context(Said([["Hm."]]), said))
    assert rows(cut) == ["Hm.", "One. Two.\n", "Three. Four.\n"]
    assert list(cut.segments.needs) == [-1, -1, 1]


def test_code_in_fences_is_no_sentence() -> None:
    made = context(Said([["Say this. Now.\n", "```\n", "a. B. c\n", "```\n", "Bye. Now."]], kind="markdown"))
    assert rows(by_sentence(made)) == ["Say this.", " Now.\n", "```\n", "a. B. c\n", "```\n", "Bye.", " Now."]


def test_frames_that_say_something_can_be_quoted_and_brackets_cannot() -> None:
    made = context(Said([[("I think so. Yes.", -1, FRAME)], [("{", -1, FRAME)]], "assistant", kind="prose"))
    assert [Form(f) for f in by_sentence(made).segments.form] == [Form.PLAIN, Form.PLAIN, Form.FRAME]


def test_pins_and_markers_stay_where_they_are() -> None:
    line = "This line is pinned and goes on for a good while until it comes to"
    made = context(
        Said([["(filtered)", line + "\n", "its end. Good.", "Bye."]], kind="prose"),
        Said([["Log. Log."]], "tool"),
    )
    made.segments.written.update(
        {0: Written("(filtered)", (Span(0, 0, 9),)), 4: Written("x", (Span(1, 0, 9),))}
    )
    made.segments.pin[1] = made.segments.pin_index(Pin(True, "x"))
    cut = by_sentence(made)
    assert rows(cut) == ["(filtered)", line + "\n", "its end.", " Good.", "Bye.", "x"]
    assert [cut.segments.hard(row) for row in range(5)] == [False, True, False, False, False]
    assert set(cut.segments.written) == {0, 5}


def test_messages_keep_their_rows() -> None:
    made = context(Said([["One. Two."]], kind="prose"), Said([[]]), Said([["Three. Four."]], kind="prose"))
    assert [len(m.segments) for m in by_sentence(made).messages] == [2, 0, 2]


@settings(deadline=None)
@given(
    st.lists(st.text(alphabet=st.sampled_from('ab .!\n\r`-|#{}"中é'), max_size=150), min_size=1, max_size=3),
    st.sampled_from(["user", "assistant", "tool", "system"]),
)
def test_joined_the_rows_are_the_texts(said: list[str], role: str) -> None:
    made, _ = read([{"role": role, "content": text} for text in said], COUNTER)
    cut = by_sentence(made)
    assert dict(cut.texts()) == dict(made.texts())
    for row, need in enumerate(cut.segments.needs):
        assert need != row
        assert need < 0 or cut.segments.source[need] == cut.segments.source[row]
