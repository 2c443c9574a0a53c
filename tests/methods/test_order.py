"""The walk: what comes first, what comes with it, and what every prefix of it keeps to."""

from __future__ import annotations

import time
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from limbeck.core.context import Context
from limbeck.methods.order import HUGE_TOKENS, ROOM_SHARE, SMALL_TOKENS, Order, order

from .building import FRAME, PLAIN, Said, context, structure
from .test_forest import forests

SHARE = 0.25


def walked(
    made: Context,
    base: list[float] | None = None,
    atoms: list[list[int]] | None = None,
    hard: list[int] | None = None,
    soft: list[int] | None = None,
) -> Order:
    n = len(made.segments)
    atoms = atoms or [[]] * n
    weight = [1.0] * (1 + max((a for found in atoms for a in found), default=-1))
    return order(structure(made), base or [1.0] * n, weight, atoms, hard or [], soft or [], SHARE)


def steps(made: Order) -> list[list[int]]:
    """The rows of each step."""
    return [made.rows[a:b] for a, b in pairwise([0, *made.ends])]


@st.composite
def walks(draw: st.DrawFn) -> tuple[Context, Order, list[int], list[int]]:
    messages = [
        Said(draw(forests()), group=draw(st.integers(0, 3)), rider=draw(st.integers(0, 60)))
        for _ in range(draw(st.integers(1, 4)))
    ]
    made = context(*messages)
    n = len(made.segments)
    plain = [i for i, form in enumerate(made.segments.form) if form == PLAIN]
    hard = draw(st.lists(st.sampled_from(plain), unique=True, max_size=3)) if plain else []
    soft = draw(st.lists(st.sampled_from(plain), unique=True, max_size=6)) if plain else []
    base = draw(st.lists(st.floats(0, 9), min_size=n, max_size=n))
    atoms = draw(st.lists(st.lists(st.integers(0, 5), max_size=3, unique=True), min_size=n, max_size=n))
    return made, walked(made, base, atoms, hard, soft), hard, soft


@given(walks())
@settings(max_examples=300, deadline=None)
def test_every_prefix_is_closed_and_paid_for(walk: tuple[Context, Order, list[int], list[int]]) -> None:
    made, found, _, _ = walk
    f = structure(made)
    plain = {i for i in range(len(f.form)) if f.form[i] == PLAIN}
    assert len(set(found.rows)) == len(found.rows)
    assert plain <= set(found.rows) <= plain | {i for rows in f.frames for i in rows}
    placed: set[int] = set()
    opened: set[int] = set()
    tokens = 0
    for step, cum in zip(steps(found), found.cum, strict=True):
        assert step
        placed.update(step)
        for row in step:
            assert f.needs[row] < 0 or f.needs[row] in placed
            if f.group[row] not in opened:
                opened.add(f.group[row])
                tokens += f.group_cost[f.group[row]]
                assert placed.issuperset(f.frames[f.group[row]])
        tokens += sum(int(f.cost[row]) for row in step)
        assert cum == tokens
    assert found.ends[-1] == len(found.rows) if found.ends else not found.rows


@given(walks())
@settings(max_examples=300, deadline=None)
def test_hard_pins_come_first_and_nothing_else_with_them(
    walk: tuple[Context, Order, list[int], list[int]],
) -> None:
    made, found, hard, _ = walk
    f = structure(made)
    first = found.rows[: found.ends[found.pinned_steps - 1]] if found.pinned_steps else []
    wanted: set[int] = set()
    for row in hard:
        wanted.update(f.frames[f.group[row]])
        at = row
        while at >= 0:
            wanted.add(at)
            at = int(f.needs[at])
    assert set(first) == wanted


@given(walks())
@settings(max_examples=300, deadline=None)
def test_soft_pins_never_take_more_than_their_share(
    walk: tuple[Context, Order, list[int], list[int]],
) -> None:
    made, found, hard, soft = walk
    f = structure(made)
    taken, first = 0, not hard  # whatever is the very first has nothing to share with
    for step, cum in zip(steps(found)[found.pinned_steps :], found.cum[found.pinned_steps :], strict=True):
        for row in step:
            if found.score[row] == np.inf:  # a soft pin, or a head that it brought along
                taken += int(f.cost[row])
        if taken and found.score[step[-1]] == np.inf:
            assert first or taken <= SHARE * cum
        first = first and bool(soft) and soft[0] not in step


def test_soft_pins_come_before_what_is_worth_more_as_far_as_the_share_allows() -> None:
    # Ten letters each. The first soft pin opens the walk; the next waits until it is a quarter of the whole.
    made = context(Said([["x" * 10] * 12]))
    found = walked(made, base=[9.0] * 9 + [0.0] * 3, soft=[9, 10, 11])
    assert found.rows.index(9) == 0
    assert [found.rows.index(row) + 1 for row in (9, 10, 11)] == [1, 8, 12]
    assert found.score[9] == np.inf


def test_a_soft_pin_that_is_too_large_lets_none_past_it() -> None:
    made = context(Said([["y" * 10, "s" * 100, "t" * 4, *["x" * 10] * 40]]))
    found = walked(made, base=[9.0, 0.0, 0.0] + [8.0] * 40, hard=[0], soft=[1, 2])
    assert found.rows.index(1) < found.rows.index(2) < 40


def test_more_worth_per_token_comes_first_and_equals_keep_their_order() -> None:
    made = context(Said([["aaaa", "bbbb", "cccccccc", "dddd"]]))
    assert walked(made, base=[1.0, 3.0, 3.0, 1.0]).rows == [1, 2, 0, 3]


def test_what_says_nothing_new_comes_later() -> None:
    made = context(Said([["aaaa", "bbbb", "cccc"]]))
    assert walked(made, base=[0.1] * 3, atoms=[[0], [0], [1]]).rows == [0, 2, 1]
    assert walked(made, base=[0.1] * 3, atoms=[[0, 1], [1], [1, 2]]).rows == [0, 2, 1]


def test_a_head_is_taken_along_and_then_its_other_rows_are_cheaper() -> None:
    head = "h" * 12
    pieces = ["x" * 8, head, ("a" * 8, 1, PLAIN), ("b" * 8, 1, PLAIN)]
    found = walked(context(Said([pieces])), base=[1.0, 0.0, 3.0, 0.9])
    assert found.rows == [1, 2, 0, 3]
    # Alone, `b` would have to pay for the head and comes last; `x` gains nothing from it.
    assert walked(context(Said([pieces])), base=[1.0, 0.0, 0.9, 0.9]).rows[0] == 0


def test_a_message_is_paid_for_when_it_opens() -> None:
    first = Said([["x" * 6]], rider=0)
    second = Said([["a" * 6, "b" * 6]], rider=60)
    found = walked(context(first, second), base=[1.0, 9.0, 1.0])
    assert found.rows == [1, 0, 2]
    assert found.cum == [66, 72, 78]


def test_a_group_is_opened_once_with_the_frames_of_all_its_messages() -> None:
    call = Said([[("{", -1, FRAME), ("a", 0, PLAIN)]], "assistant", 7, rider=10)
    answer = Said([[("[", -1, FRAME), ("b", 0, PLAIN)]], "tool", 7, rider=20)
    found = walked(context(call, answer), base=[0.0, 1.0, 0.0, 2.0])
    assert found.rows == [0, 2, 3, 1]
    assert found.cum == [32, 33, 34]


def test_what_is_large_for_what_stands_before_waits_yet_not_for_ever() -> None:
    size = 10 * SMALL_TOKENS
    made = context(Said([["L" * size, *["x" * 10] * 600]]))
    close = [2.2 * size / 10, *[2.0] * 600]
    waits = walked(made, base=close)
    at = waits.rows.index(0)
    assert waits.cum[at - 1] >= ROOM_SHARE * size  # it is at most a tenth of what stands before it
    assert at < 600  # and no longer waits then
    size = 4 * SMALL_TOKENS
    made = context(Said([["L" * size, *["x" * 10] * 600]]))
    assert walked(made, base=[100.0 * size, *[2.0] * 600]).rows[0] == 0  # worth so much more: not at all


def test_what_would_add_very_much_waits_for_all_that_is_not_large() -> None:
    picture = Said([["a" * 6]], rider=10 * HUGE_TOKENS)
    small = [Said([["b" * 6]]) for _ in range(30)]
    found = walked(context(picture, *small), base=[1000.0, *[1.0] * 30])
    assert found.rows[-1] == 0  # an image would cost more than all the rest
    assert found.cum == [*range(6, 186, 6), 186 + 10 * HUGE_TOKENS]


def test_what_is_huge_no_longer_waits_once_it_is_a_tenth_of_what_stands_before() -> None:
    blob, line = "L" * (2 * HUGE_TOKENS), "x" * 10
    found = walked(context(Said([[blob, *[line] * 600]])), base=[1e6, *[1.0] * 600])
    at = found.rows.index(0)
    assert ROOM_SHARE * len(blob) <= found.cum[at - 1] < ROOM_SHARE * len(blob) + 2 * len(line)


def test_many_huge_rows_and_nothing_else() -> None:
    blobs = ["L" * (n * HUGE_TOKENS) for n in (5, 3, 4)]
    assert walked(context(Said([blobs])), base=[9.0, 1.0, 5.0]).rows == [1, 2, 0]  # the cheapest first


def test_what_is_small_never_waits() -> None:
    made = context(Said([["L" * SMALL_TOKENS, *["x" * 3] * 50]]))
    assert walked(made, base=[float(SMALL_TOKENS), *[0.5] * 50]).rows[0] == 0


def test_nothing_to_choose() -> None:
    found = walked(context())
    assert (found.rows, found.ends, found.cum, found.pinned_steps) == ([], [], [], 0)


@given(walks())
@settings(max_examples=50, deadline=None)
def test_the_same_walk_twice(walk: tuple[Context, Order, list[int], list[int]]) -> None:
    made, _, hard, soft = walk
    one, other = (walked(made, hard=hard, soft=soft) for _ in range(2))
    assert (one.rows, one.ends, one.cum) == (other.rows, other.ends, other.cum)


def test_deep_chains_and_wide_heads_take_no_more_than_linear_time() -> None:
    n = 60_000
    deep = context(Said([["h", *[("x", i, PLAIN) for i in range(n)]]]))
    wide = context(Said([["h", *[("x", 0, PLAIN)] * n]]))
    many = context(*[Said([["x" * 30, "y" * 200]], rider=9)] * (n // 6))
    for made in (deep, wide, many):
        began = time.process_time()
        assert len(walked(made).rows) == len(made.segments)
        assert time.process_time() - began < 20  # a second here; what is quadratic takes many minutes
