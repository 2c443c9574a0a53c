"""Lines that go on with a statement, and decorators, by indentation and by tree-sitter."""

from __future__ import annotations

import pytest
from test_split import check_laws, lines_with_needs

from limbeck.core.context import Form
from limbeck.split import split
from limbeck.split.mixed import cut_lines

CALLS = """import still
import vessel


def run(pots):
    names = still.select(
        pots,
        key=lambda pot: pot["name (new)"],  # by name (not by age
    )
    total = sum(
        pot.litres
        for pot in pots
    ) + len(
        names
    )
    if (still.hot ==
            still.full):
        still.empty()
    path = names[0] + \\
        ".pot"
    return {
        "total": total,

        "path": path,
    }
"""


def both(text: str) -> list[dict[str, str | None]]:
    """The needs of each line as a whole file and as lines in a mixture."""
    mixed = "    7 items:\n" + text + "<end>\n"
    return [lines_with_needs(text, "code"), lines_with_needs(mixed, "text")]


def test_a_line_that_goes_on_with_a_statement_needs_its_first() -> None:
    for needs in both(CALLS):
        assert needs["names = still.select("] == "def run(pots):"
        assert needs["pots,"] == "names = still.select("
        assert needs['key=lambda pot: pot["name (new)"],  # by name (not by age'] == "names = still.select("
        assert needs["for pot in pots"] == "total = sum("
        assert needs[") + len("] == needs["names"] == "total = sum("
        assert needs["still.full):"] == "if (still.hot =="
        assert needs["still.empty()"] == "def run(pots):"
        assert needs['".pot"'] == "path = names[0] + \\"
        assert needs["path = names[0] + \\"] == "def run(pots):"
        assert needs['"total": total,'] == needs['"path": path,'] == "return {"


def test_line_numbers_are_looked_through() -> None:
    text = "   7\tpots = [\n   8\t    first,\n   9\t    second,\n  10\t]\n  11\tprint(pots)\n"
    needs = lines_with_needs(text)
    assert needs["8\t    first,"] == needs["9\t    second,"] == "7\tpots = ["
    assert needs["11\tprint(pots)"] is None


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("if (a) {\n    b();\n    c();\n", [-1, -1, -1]),  # a block is no statement
        ("x = {\n    a: 2,\n    b: 4,\n", [-1, 0, 0]),
        ("return {\n    a: 2,\n    b: 4,\n", [-1, 0, 0]),
        ("app.get(path, (request) => {\n  if (x) {\n    y();\n  }\n  z();\n});\ndone();\n", [-1, 0, 0, 0, -1]),
        ("(a,\nb)\n", [-1, -1]),  # wrapped text does not stand deeper
        ("a = 'x (' +\n    b\n", [-1, -1]),
        ("a \\\\\n    b\n", [-1, -1]),
        ("a(\n  b,\nc\n  d\n", [-1, 0, -1, -1]),  # an end that never comes
        ("a(b,\n  c,\n  d)\n  e\n", [-1, 0, 0, -1]),
        ("a_long_name_of_some_function_of_another_module(b,\n  c,\n", [-1, -1]),
        ("f(\n    " + "'a', " * 60 + "\n    b)\n", [-1, 0, 1, 1, 0]),
        ("f(\n  def g(x):\n    h(\n      y,\n  )\n", [-1, 0, 1, 2]),  # the head in it is nearer
        ("f(" + "a, " * 60 + "\n   b)\n", None),
    ],
)  # fmt: skip
def test_what_is_a_statement_of_several_lines(text: str, needs: list[int] | None) -> None:
    pieces = cut_lines(text, "text", 60)
    check_laws(text, pieces)
    if needs is None:
        assert pieces.needs[-1] == -1
    else:
        plain = [n for n, form in zip(pieces.needs, pieces.form, strict=True) if form == Form.PLAIN]
        assert plain == needs


DECORATED = """import still
import vessel


@still.register(
    "pot",
)
@vessel.sealed
class Pot:
    @property
    # how hot

    def heat(self):
        return 3

    @vessel.sealed
    def cool(self): return 2
"""


def test_a_decorator_needs_what_it_decorates() -> None:
    for needs in both(DECORATED):
        assert needs["@still.register("] == "class Pot:"
        assert needs['"pot",'] == "@still.register("
        assert needs["class Pot:"] is None


def test_annotations() -> None:
    text = "    @Override\n    @Nullable\n    public int heat() {\n        return 1;\n    }\n"
    assert lines_with_needs(text)["@Override"] == lines_with_needs(text)["@Nullable"] == "public int heat() {"


@pytest.mark.parametrize(
    "text",
    [
        "@media print {\n  a\n}\nb\n",
        "@someone hello\nhi\n",
        "  @lost\nend\n  next\n",
        "  @lost\nnext\n",
        "@lost\n# Heading\nnext\n",
        "@lost\n    @deeper.one\nthe last of all " + "is very long " * 20 + "\n",
        "@" + "lost" * 50 + "\nnext\n",
    ],
)
def test_what_decorates_nothing(text: str) -> None:
    pieces = split(text, "code")
    check_laws(text, pieces)
    first = next(i for i, piece in enumerate(pieces.texts(text)) if piece.lstrip().startswith("@"))
    assert pieces.needs[first] == -1
