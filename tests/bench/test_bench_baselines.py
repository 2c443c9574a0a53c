"""The baselines, on givens whose ranks can be worked out by hand."""

from __future__ import annotations

import pytest
from histories import agent, tool, user

from limbeck.bench.baselines import BASELINES, Ranked, baseline, bm25, first_mentions, masking, random_lines
from limbeck.bench.texts import given_text
from limbeck.bench.units import Units, count_tokens, fill, line_starts, units_of


def units(texts: list[str], tokens: list[int] | None = None, own: list[bool] | None = None) -> Units:
    n = len(texts)
    return Units("".join(texts), texts, tokens or [1] * n, [0] * n, own or [True] * n)


def test_line_starts() -> None:
    assert line_starts("a\nbc\n\nd") == [0, 2, 5, 6]
    assert line_starts("a\n") == [0]
    assert line_starts("\n\n") == [0, 1]
    assert line_starts("a") == [0]


def test_units_of_text() -> None:
    cut = units_of("one\ntwo\n")
    assert (cut.texts, cut.message, cut.own) == (["one\n", "two\n"], [0, 0], [True, True])
    assert cut.tokens == [count_tokens("one\n"), count_tokens("two\n")]
    assert cut.pick([1]) == "two\n"
    assert cut.pick([1, 0]) == "one\ntwo\n"
    assert len(cut) == 2


def test_units_of_messages() -> None:
    given = [user("hi"), agent("", command="ls -l\npwd"), tool("a\nb"), tool("")]
    cut = units_of(given)
    assert cut.texts == ["hi", "command\n", "ls -l\n", "pwd", "a\n", "b"]
    assert cut.message == [0, 1, 1, 1, 2, 2]
    assert cut.own == [True, True, True, True, False, False]
    assert cut.pick({5, 2}) == [{"role": "assistant", "content": "ls -l\n"}, {"role": "tool", "content": "b"}]
    assert given_text(cut.pick(range(6))) == given_text(given[:3])


def test_units_are_remembered_for_one_object_only() -> None:
    given = [user("one")]
    assert units_of(given) is units_of(given)
    assert units_of([user("two")]).texts == ["two"]
    assert units_of(given).texts == ["one"]


def test_units_of_nothing() -> None:
    for name in BASELINES:
        assert baseline(name).prepare("", "x", 0)(0.5) == ""
        assert baseline(name).prepare([], "x", 0)(0.5) == []


def test_fill_passes_over_what_does_not_fit() -> None:
    weighed = units(list("abcd"), [4, 3, 2, 1])  # half of ten are five
    assert fill([0, 1, 2, 3], weighed, 0.5) == [0, 3]
    assert fill([1, 2, 3, 0], weighed, 0.5) == [1, 2]
    assert fill([0, 1, 2, 3], weighed, 1.0) == [0, 1, 2, 3]
    assert fill([0, 1, 2], weighed, 0.05) == []


def test_random_lines_depend_on_the_seed_alone() -> None:
    many = units(list("abcdefghij"))
    assert sorted(random_lines(many, "", 1)) == list(range(10))
    assert random_lines(many, "", 1) == random_lines(many, "other", 1)
    assert random_lines(many, "", 1) != random_lines(many, "", 2)


def test_recent_lines() -> None:
    assert baseline("recent").prepare("a\nb\nc\nd\n", "", 0)(0.5) == "c\nd\n"


def test_masking_drops_oldest_tool_output_first_then_oldest_own_text() -> None:
    mixed = units(list("abcdef"), own=[True, False, True, False, False, True])
    assert masking(mixed, "", 0) == [5, 2, 0, 4, 3, 1]


def test_bm25_ranks_by_rare_terms_and_short_lines() -> None:
    lines = [
        "nothing of the sort",
        "the fig and the plum and the pear and so on",
        "a plum",
        "one more fig",
        "fig",
    ]
    # plum stands in two lines, fig in three; the long line with both weighs 0.39, "a plum" 0.51, "fig" 0.36
    assert bm25(units(lines), "Plum? FIG!", 0) == [2, 1, 4, 3, 0]
    assert bm25(units(lines), "", 0) == [0, 1, 2, 3, 4]
    assert bm25(units(lines), "absent", 0) == [0, 1, 2, 3, 4]


def test_bm25_counts_a_term_again_but_less() -> None:
    # All lines are of average length: once gives 1 / 2.2 = 0.45, twice 2 / 3.2 = 0.63.
    assert bm25(units(["fig a", "fig fig", "b c"]), "fig", 0) == [1, 0, 2]


def test_first_mentions_count_an_atom_once() -> None:
    lines = ["a_bc", "a_bc d_ef", "plain", "g_hi j_kl m_no"]
    assert first_mentions(units(lines, [2, 1, 1, 2]), "", 0) == [3, 1, 0, 2]  # 1.5, 1, 0.5, 0
    assert first_mentions(units(["a_bc a_bc", "d_ef"], [1, 1]), "", 0) == [0, 1]


@pytest.mark.parametrize("name", BASELINES)
@pytest.mark.parametrize("keep", [0.1, 0.37, 1.0])
def test_each_keeps_whole_lines_within_the_budget(name: str, keep: float) -> None:
    text = "".join(f"line_{n} holds {'word ' * (n % 7)}and ends\n" for n in range(60))
    kept = baseline(name).prepare(text, "word and", 3)(keep)
    assert isinstance(kept, str)
    assert set(kept.splitlines()) <= set(text.splitlines())
    cut = units_of(text)
    assert keep * cut.total_tokens - 20 <= sum(units_of(kept).tokens) <= keep * cut.total_tokens


def test_a_ranked_order_serves_every_budget() -> None:
    calls: list[int] = []

    def order(cut: Units, query: str, seed: int) -> list[int]:
        calls.append(seed)
        return list(range(len(cut)))

    cut = Ranked("mine", order).prepare("a\nb\nc\nd\n", "", 7)
    assert (cut(0.5), cut(1.0), calls) == ("a\nb\n", "a\nb\nc\nd\n", [7])


def test_unknown_baseline() -> None:
    with pytest.raises(KeyError):
        baseline("best")
