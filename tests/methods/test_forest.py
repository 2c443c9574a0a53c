"""What has to stay together, against the plain rules, and what it costs, counted by hand."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from limbeck.core.context import Context, Form, Pin, Written
from limbeck.methods.forest import WRITTEN, complete
from tests.forms import staying

from .building import CLOSER, FRAME, PLAIN, SEPARATOR, Said, context, structure

Piece = tuple[str, int, int]


@st.composite
def forests(draw: st.DrawFn) -> list[list[Piece]]:
    """Texts of pieces under the rules of `Form`: commas stand before their element, heads before all else."""
    texts: list[list[Piece]] = []
    made = 0
    for _ in range(draw(st.integers(1, 3))):
        pieces: list[Piece] = []
        heads: list[int] = []
        for _ in range(draw(st.integers(1, 12))):
            form = draw(st.sampled_from([PLAIN, PLAIN, PLAIN, CLOSER, SEPARATOR, FRAME]))
            number = made + len(pieces)
            size = draw(st.integers(1, 9))
            if form in (CLOSER, SEPARATOR) and heads:
                head = draw(st.sampled_from(heads))
                if form == SEPARATOR:
                    pieces.append(("," * size, number + 1, form))
                    pieces.append(("e" * size, head, PLAIN))
                    heads.append(number + 1)
                else:
                    pieces.append(("]" * size, head, form))
                continue
            form = FRAME if form == FRAME else PLAIN
            need = draw(st.sampled_from([-1, *heads])) if form == PLAIN else -1
            pieces.append(("x" * size, need, form))
            heads.append(number)
        made += len(pieces)
        texts.append(pieces)
    return texts


def choice(made: Context, draw: st.DrawFn) -> list[int]:
    """Some pieces, closed under their needs, with the frames of the message."""
    forms, needs = made.segments.form, made.segments.needs
    plain = [i for i, form in enumerate(forms) if form == PLAIN]
    wanted = draw(st.sets(st.sampled_from(plain))) if plain else set()
    closed = {i for i, form in enumerate(forms) if form == FRAME}
    for at in wanted:
        while at >= 0:
            closed.add(at)
            at = needs[at]
    return sorted(closed)


@given(st.data())
@settings(max_examples=300)
def test_completing_a_choice_follows_the_plain_rules(data: st.DataObject) -> None:
    made = context(Said(data.draw(forests())))
    chosen = choice(made, data.draw)
    flags = np.zeros(len(made.segments), bool)
    flags[chosen] = True
    kept = complete(structure(made), flags)
    assert set(np.flatnonzero(kept).tolist()) == staying(made.segments.needs, made.segments.form, chosen)
    assert np.flatnonzero(flags).tolist() == chosen  # what was given is not changed


ARRAY: list[str | Piece] = [
    ("[", -1, FRAME), ("11", 0, PLAIN), (",", 3, SEPARATOR), ("222", 0, PLAIN), (", ", 5, SEPARATOR),
    ("[", 0, PLAIN), ("5", 5, PLAIN), (",", 8, SEPARATOR), ("6", 5, PLAIN),
    ("]", 5, CLOSER), ("]", 0, CLOSER),
]  # fmt: skip


def kept_text(chosen: list[int]) -> str:
    made = context(Said([ARRAY]))
    flags = np.zeros(len(ARRAY), bool)
    flags[chosen] = True
    return "".join(made.segments.text(i) for i in np.flatnonzero(complete(structure(made), flags)))


def test_the_comma_of_the_first_that_stays_goes() -> None:
    assert kept_text([0]) == "[]"
    assert kept_text([0, 3]) == "[222]"
    assert kept_text([0, 1, 3]) == "[11,222]"
    assert kept_text([0, 1, 5, 8]) == "[11, [6]]"
    assert kept_text([0, 5, 6, 8]) == "[[5,6]]"
    assert kept_text([0, 1, 3, 5, 6, 8]) == "[11,222, [5,6]]"


def test_a_separator_given_among_the_chosen_does_not_stay_for_that() -> None:
    assert kept_text([0, 2, 3]) == "[222]"
    assert kept_text([0, 1, 9]) == "[11]"


def test_followers_are_paid_with_what_they_follow() -> None:
    f = structure(context(Said([ARRAY])))
    #                  [  11  ,  222 ", " [  5  ,  6  ]  ]
    assert f.cost.tolist() == [0, 2, 0, 4, 0, 4, 1, 0, 2, 0, 0]
    assert f.group_cost == [2]  # the frame and its closing bracket
    assert f.frames == [[0]]
    assert sum(f.group_cost) + int(f.cost.sum()) == sum(len(p[0]) for p in ARRAY)


def test_a_group_pays_for_the_riders_and_frames_of_all_its_messages() -> None:
    call = Said([[("{", -1, FRAME), ("a", 0, PLAIN), ("}", 0, CLOSER)]], "assistant", 7, rider=10)
    answer = Said([["bb", "ccc"]], "tool", 7, rider=20)
    f = structure(context(Said([["q"]], rider=5), call, answer, Said([["z"]], group=3)))
    assert f.group.tolist() == [0, 1, 1, 1, 1, 1, 2]  # numbered by first appearance
    assert f.message.tolist() == [0, 1, 1, 1, 2, 2, 3]
    assert f.source.tolist() == [0, 1, 1, 1, 2, 2, 3]
    assert f.group_cost == [5, 10 + 20 + 2, 0]
    assert f.frames == [[], [1], []]
    assert f.cost.tolist() == [1, 0, 1, 0, 2, 3, 1]


def test_messages_of_one_group_need_not_stand_side_by_side() -> None:
    f = structure(
        context(Said([["a"]], group=4, rider=1), Said([["b"]], rider=2), Said([["c"]], group=4, rider=3))
    )
    assert f.group.tolist() == [0, 1, 0]
    assert f.group_cost == [4, 2]


def test_an_earlier_marker_costs_nothing_and_cannot_be_chosen() -> None:
    made = context(Said([["one", "two", "three"]]))
    made.segments.written[1] = Written("(filtered)", ())
    f = structure(made)
    assert f.form.tolist() == [PLAIN, WRITTEN, PLAIN]
    assert f.cost.tolist() == [3, 0, 5]


def test_a_context_without_a_segment_has_a_forest() -> None:
    f = structure(context())
    assert (len(f.needs), f.group_cost, f.frames) == (0, [], [])
    assert not complete(f, np.zeros(0, bool)).size


def test_every_form_is_told_from_the_form_of_markers() -> None:
    assert WRITTEN not in {int(form) for form in Form}


def test_what_a_frame_needs_is_a_frame() -> None:
    pieces: list[str | Piece] = [
        "class A:\n",
        ("def f():\n", 0, PLAIN),
        ("return 1", 1, FRAME),
        ("rest", 0, PLAIN),
    ]
    made = context(Said([pieces], rider=5))
    f = structure(made)
    assert f.frames == [[0, 1, 2]]
    assert f.cost.tolist() == [0, 0, 0, 4]
    assert f.group_cost == [5 + len("class A:\ndef f():\nreturn 1")]
    assert bytes(made.segments.form) == bytes([PLAIN, PLAIN, FRAME, PLAIN])  # what came in is not changed


def test_the_end_of_a_line_stays_with_a_sentence_of_it_and_is_never_chosen_alone() -> None:
    made = context(Said([[("One. ", 2, PLAIN), ("Two.", 2, PLAIN), "\n", ("\n", -1, PLAIN), "Next\n"]]))
    assert list(structure(made).bare) == [0, 0, 1, 0, 0]
    made.segments.pin[2] = made.segments.pin_index(Pin(True, "pinned"))
    assert list(structure(made).bare) == [0, 0, 0, 0, 0]
