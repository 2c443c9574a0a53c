"""Tables that no rule marks: which lines are the head, and what only looks like a table."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limbeck.split import split
from limbeck.split.lines import HEAD_CHARS, line_bounds
from limbeck.split.tables import find_tables
from tests.forms import staying

FILLS = """Fills of the still house in litres

 |  | For the Seasons Ended in May, |\x20
 | 2019 | 2018 | Change
Low wines | 6,489 | 7,500 | (1,011)
Feints | $1,224 | — | 13 %
 | 7,713 | 7,500 | 213

after
"""


def heads(text: str, kind: str | None = None) -> dict[str, str | None]:
    """Each line (stripped) -> the line it needs (stripped)."""
    pieces = split(text, kind)
    assert "".join(pieces.texts(text)) == text
    lines = [piece.strip() for piece in pieces.texts(text)]
    return {line: lines[need] if need >= 0 else None for line, need in zip(lines, pieces.needs, strict=True)}


def test_a_row_brings_its_head() -> None:
    needs = heads(FILLS)
    years = "| 2019 | 2018 | Change"
    assert needs["Low wines | 6,489 | 7,500 | (1,011)"] == years
    assert needs["Feints | $1,224 | — | 13 %"] == years
    assert needs["| 7,713 | 7,500 | 213"] == years
    assert needs[years] == "|  | For the Seasons Ended in May, |"
    assert needs["|  | For the Seasons Ended in May, |"] is None
    assert needs["after"] is None


def test_a_kept_row_stands_under_its_head() -> None:
    pieces = split(FILLS)
    texts = list(pieces.texts(FILLS))
    row = next(i for i, piece in enumerate(texts) if piece.startswith("Feints"))
    kept = "".join(texts[i] for i in sorted(staying(pieces.needs, pieces.form, {row})))
    assert kept == "".join(FILLS.splitlines(keepends=True)[i] for i in (2, 3, 5))


@pytest.mark.parametrize(
    ("head", "rows"),
    [
        ("city | 2018 | 2019", ["Rome | 1 | 2", "Oslo | 3 | 4"]),
        ("| city | 2018 | 2019 |", ["| Rome | 1 | 2 |", "| Oslo | 3 | 4 |"]),
        ("| 2018 (4) | 2019 $’000", ["Rome | 1 | 2", "Oslo | 3 | 4"]),
        ("(in litres) | full", ["Old pot | 3.8%", "New pot | (12)"]),
        ("Keeper | Years | Post", ["A. Reed | 47 | First stillman", "B. Loft | 51 | Cooper"]),
        ("Keeper | House | Post", ["A. Reed | West | Stillman", "B. Loft | East | Cooper", "C. Dow | West | Clerk"]),
        ("id,name,litres", ["1,big pot,31", '2,"still, copper",120', "3,spare,9"]),
        (",name,hot", ["0,pot,true", "1,still,false", "2,spare,false"]),
        ("name,litres", ["old,31", "new,4", "spare,5"]),
        ("name, kind, litres", ["old, pot, 31", "new, pot, 4", "spare, still, 5"]),
        ("name,kind,use", ["old,pot,wash", "new,pot,boil", "spare,still,spirit"]),
        ("name\tage (years)\tcity", ["Al\t31\tRome", "Bo\t32\tOslo", "Cy\t33\tLima"]),
    ],
)  # fmt: skip
def test_heads_of_one_line(head: str, rows: list[str]) -> None:
    for before, after in (("", ""), ("$ show the pots\n", "\nThat is all.\n")):
        text = before + "\n".join([" " * (head[:2] == "| " and rows[0][0] != "|") + head, *rows, after])
        needs = heads(text)
        assert needs[head] is None
        for row in rows:
            assert needs[row] == head


def test_a_line_of_units_is_not_the_head() -> None:
    text = " | 2019 | 2018\n | litres | litres\nPot | 31 | 4\nStill | 120 | 9\n"
    needs = heads(text)
    assert needs["Pot | 31 | 4"] == "| 2019 | 2018"
    assert needs["| litres | litres"] == "| 2019 | 2018"


def test_a_title_is_part_of_the_head() -> None:
    needs = heads("The whole house |  |\n | 2019 | 2018\nPot | 31 | 4\nStill | 120 | 9\n")
    assert needs["Still | 120 | 9"] == "| 2019 | 2018"
    assert needs["| 2019 | 2018"] == "The whole house |  |"


def test_new_years_begin_a_new_table() -> None:
    needs = heads(
        " | 2019 | 2018\nPot | 31 | 4\nStill | 120 | 9\n | 2017 | 2016\nOld pot | 5 | 6\n | litres |\nVat | 1 | 2\n"
    )
    assert needs["Still | 120 | 9"] == "| 2019 | 2018"
    assert needs["Old pot | 5 | 6"] == needs["Vat | 1 | 2"] == "| 2017 | 2016"
    assert needs["| 2017 | 2016"] is None


def test_long_heads_are_not_bought() -> None:
    title = " | " + "the seasons of the old house and the new one, " * 2 + " | "
    needs = heads(f"{title}\n | 2019 | 2018\nPot | 31 | 4\nStill | 120 | 9\n")
    assert needs["Pot | 31 | 4"] == "| 2019 | 2018"
    assert needs["| 2019 | 2018"] is None
    wide = "place | " + "a name that goes on " * (HEAD_CHARS // 20) + " | 2018"
    pieces = split(f"{wide}\nRome | 1 | 2\nOslo | 3 | 4\n")
    assert pieces.needs[-1] == pieces.needs[-2] == -1
    parts = "city | " + " | ".join(f"{year}/{year + 1}" for year in range(1990, 2002)) + "\n"
    assert len(parts) <= HEAD_CHARS
    pieces = split(parts + ("Rome" + " | 1" * 12 + "\n") * 3)
    assert len(pieces) > 4
    assert pieces.needs[-1] == -1


def test_what_is_no_table() -> None:
    for text in (
        "2024-01-01 10:00 | INFO | a | began\n2024-01-01 10:01 | INFO | b | went\n2024-01-01 10:02 | WARN | a | odd\n",
        "INFO | pot | hot\nINFO | still | cold\nINFO | pot | cold\nWARN | vat | old\n",
        "one | lonely | row\n\nand text\n",
        "a title | |\nanother | |\na third | |\n",
        "left | right\nup | down\nold | new\n",
        " | 2019 | 2018\n | 31 | 4\n | 5 | 6\nPot | 7 | 8\n",
        "|\n|\n|\n",
        "||\n||\n||\n",
        "When the pot is hot, we wait, and then\nwe pour the wash, slowly, into it\n"
        "until the still, which is old, sings\nand then, at last, we drink\n",
        "First, we rest.\nThen, we eat.\nLater, we sleep.\nNow, we wake.\n",
        "Cars, bikes, buses\nCats, dogs, mice\nRed, green, blue\nTin, iron, lead\n",
        "1,litres\nold,31\nnew,4\nspare,5\n",
        "10:00:01,pot,hot\n10:00:02,still,hot\n10:00:03,pot,cold\n10:00:04,vat,old\n",
        "M\tpot.py\nM\tstill.py\nA\tvat.py\nD\told.py\n",
    ):
        assert set(split(text, "text").needs) == {-1}, text


def test_code_is_no_table() -> None:
    union = "mash | 2018 | 2019\nRome | 1 | 2\nOslo | 3 | 4\n"
    assert find_tables(union, line_bounds(union), "code") == []
    assert find_tables(union, line_bounds(union), "text") != []
    inside = "def fill(pot):\n" + "".join(f"    {line}\n" for line in union.splitlines()) + "    return pot\n"
    assert heads(inside, "text")["Rome | 1 | 2"] == "def fill(pot):"
    below = "def fill(pot):\n    return pot\n" + union
    assert heads(below, "text")["Rome | 1 | 2"] == "mash | 2018 | 2019"
    assert heads(below, "text")["mash | 2018 | 2019"] is None


def test_a_table_inside_a_whole_is_left_to_it() -> None:
    trace = "Traceback (most recent call last):\n  mash | 2018\n  pot | 1\n  vat | 2\nValueError: no\n"
    assert "mash | 2018" not in heads(trace + "x | 2018\ny | 1\nz | 2\n").values()
    assert heads(trace + "x | 2018\ny | 1\nz | 2\n")["z | 2"] == "x | 2018"
    patch = "--- a/t\n+++ b/t\n@@ -1,3 +1,3 @@\n mash | 2018\n-pot | 1\n+pot | 2\n vat | 3\n"
    assert "mash | 2018" not in heads(patch).values()


def test_a_fence_and_a_heading_hold_their_table() -> None:
    needs = heads(
        "# Pots\n\nSome words on pots.\n\n```\nname,litres\nold,31\nnew,4\nspare,5\n```\nafter\n", "markdown"
    )
    assert needs["spare,5"] == "name,litres"
    assert needs["name,litres"] == "```"
    needs = heads("# Pots\n\nname,litres\nold,31\nnew,4\nspare,5\n", "markdown")
    assert needs["name,litres"] == "# Pots"


def test_a_decorator_does_not_reach_over_a_table() -> None:
    text = "@still\nname | litres\npot | 31\nvat | 4\ndef fill():\n    pass\n"
    assert heads(text, "text")["@still"] is None


@given(st.text(alphabet='|,\t ab19\n"-(%', max_size=120))
def test_tables_stand_apart(text: str) -> None:
    bounds = line_bounds(text)
    for table in find_tables(text, bounds, "text"):
        assert 0 <= table.first <= table.head < table.rows < table.after < len(bounds)
    pieces = split(text, "text")
    assert "".join(pieces.texts(text)) == text
    assert all(-1 <= need < len(pieces) for need in pieces.needs)


def test_cost_is_linear() -> None:
    for line in (
        "|" + "-" * 40_000 + "x|",
        "a|1" + ")" * 40_000 + "x",
        'a,"' * 20_000,
        "a," * 20_000,
        "|" * 40_000,
    ):
        text = (line + "\n") * 12
        began = time.perf_counter()
        find_tables(text, line_bounds(text), "text")
        assert time.perf_counter() - began < 2.0
