"""The all-knowing selector."""

from __future__ import annotations

from histories import agent, tool
from hypothesis import given
from hypothesis import strategies as st

from limbeck.bench.cases import Need, Output
from limbeck.bench.oracle import Oracle
from limbeck.bench.units import units_of


def words(text: str) -> list[int]:
    """Units of a word with the space after it."""
    return [0] + [i + 1 for i, c in enumerate(text) if c == " " and i + 1 < len(text)]


def test_takes_what_is_needed_and_nothing_else() -> None:
    need = Need("c", "atom", ("a_bc",))
    cut = Oracle().knowing([need]).prepare("plain\nhas a_bc here\nplain too\n", "", 0)
    assert cut(0.9) == "has a_bc here\n"


def test_takes_the_cheapest_place() -> None:
    need = Need("c", "atom", ("a_bc",))
    text = "here a_bc stands in a long line of many words\na_bc\nplain words and more of them in this line\n"
    assert Oracle().knowing([need]).prepare(text, "", 0)(0.9) == "a_bc\n"


def test_an_atom_must_stand_exactly() -> None:
    need = Need("c", "atom", ("a_bc",))
    assert Oracle().knowing([need]).prepare("my_a_bc\na_bcd\nxa_bc\n", "", 0)(1.0) == ""


def test_takes_the_worthiest_first_when_not_all_fits() -> None:
    needs = [Need("c", "text", ("one two three", "four", "five"))]
    text = "one two three and more\nfour five\n" + "plain\n" * 10
    cut = Oracle().knowing(needs).prepare(text, "", 0)
    assert cut(0.2) == "four five\n"
    assert cut(0.6) == "one two three and more\nfour five\n"


def test_an_item_over_several_units_takes_them_all() -> None:
    need = Need("c", "text", ("two three",))
    cut = Oracle(words).knowing([need]).prepare("one two three four five six", "", 0)
    assert cut(0.5) == "two three "
    assert cut(0.2) == ""  # two units do not fit, and one alone is worth nothing


def test_an_item_that_ends_with_its_unit_takes_no_more() -> None:
    need = Need("c", "text", ("two ",))
    assert Oracle(words).knowing([need]).prepare("one two three four", "", 0)(0.9) == "two "


def test_a_unit_taken_makes_its_neighbor_cheaper() -> None:
    needs = [
        Need("a", "text", ("two three",)),
        Need("b", "text", ("three four",)),
        Need("c", "text", ("six",)),
    ]
    cut = Oracle(words).knowing(needs).prepare("one two three four five six", "", 0)
    assert cut(0.7) == "two three four six"


def test_messages_and_several_units() -> None:
    needs = [Need("a", "atom", ("x/yz",)), Need("b", "text", ("the end of it",))]
    history = [agent("go", command="cat x/yz"), tool("a\nthe end of it\nb"), tool("c")]
    cut = Oracle().knowing(needs).prepare(history, "", 0)
    assert cut(0.9) == [
        {"role": "assistant", "content": "cat x/yz"},
        {"role": "tool", "content": "the end of it\n"},
    ]


def test_has_the_name_it_was_given() -> None:
    assert Oracle().knowing([]).name == "oracle"
    assert Oracle(words, "fine").knowing([]).name == "fine"


LINES = st.lists(
    st.sampled_from(["a_bc", "d_ef a_bc", "plain words", "g_hi and j_kl", "", "j_kl"]), max_size=12
)


@given(LINES, st.sampled_from([0.2, 0.5, 1.0]))
def test_bound(lines: list[str], keep: float) -> None:
    text = "\n".join(lines)
    need = Need("c", "atom", ("a_bc", "d_ef", "g_hi", "j_kl"))
    kept = Oracle().knowing([need]).prepare(text, "", 0)(keep)
    assert isinstance(kept, str)
    assert sum(units_of(kept).tokens) <= keep * units_of(text).total_tokens
    if keep == 1.0:
        assert Output(kept).survival(need) == Output(text).survival(need)


def test_survival() -> None:
    output = Output("the a_bc and d_efg stay")
    assert output.survival(Need("c", "atom", ("a_bc", "d_ef", "d_efg", "x_yz"))) == 0.5
    assert output.survival(Need("c", "text", ("a_bc and", "d_ef", "gone"))) == 2 / 3
