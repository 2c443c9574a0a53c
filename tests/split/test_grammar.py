"""Heads by tree-sitter, and that the indentation rule says the same."""

from __future__ import annotations

import pytest
import split_samples as samples
from test_split import check_laws

from limbeck.split import split
from limbeck.split.grammar import MOST_CHARS, cut_definitions, definitions
from limbeck.split.mixed import cut_lines


def heads(text: str, exact: bool) -> dict[str, str | None]:
    spans = definitions(text)
    assert spans is not None
    pieces = cut_definitions(text, "code", 60, spans) if exact else cut_lines(text, "code", 60)
    check_laws(text, pieces)
    first = [piece.split("\n")[0].strip() for piece in pieces.texts(text)]
    return {first[i]: first[n] if (n := pieces.needs[i]) >= 0 else None for i in range(len(first))}


def test_definitions_of_python() -> None:
    assert definitions(samples.PYTHON) == [(4, 20), (9, 17), (19, 20), (23, 24)]


@pytest.mark.parametrize("name", ["python", "go", "rust", "typescript"])
def test_both_rules_agree(name: str) -> None:
    assert heads(samples.STACK[name], exact=True) == heads(samples.STACK[name], exact=False)


def test_the_name_is_the_head_not_what_stands_above_it() -> None:
    java = (
        "import c.d;\n\npublic class Pot {\n    @Override\n    public int heat() {\n"
        "        return 1;\n    }\n}\n"
    )
    assert heads(java, exact=True)["return 1;"] == "public int heat() {"
    assert heads(samples.C, exact=True)["return depth;"] == "gauge(const char *name,"


def test_methods_in_an_object() -> None:
    text = """import { a } from "./a.js";
import { b } from "./b.js";

export const api = {
  path: {
    root: 1,
  },
  heat: function (pot) {
    return pot.heat();
  },
};

run(
  api,
);
"""
    needs = heads(text, exact=True)
    assert needs["return pot.heat();"] == "heat: function (pot) {"
    assert needs["root: 1,"] == "export const api = {"
    assert needs["api,"] == "run("


def test_text_at_the_margin_ends_no_function() -> None:
    text = 'def usage():\n    print("""\nAt the margin.\n""")\n    return 1\n\n\ndef other():\n    return 2\n'
    assert heads(text, exact=True)["return 1"] == "def usage():"
    assert heads(text, exact=False)["return 1"] is None
    assert list(split(text).needs).count(0) == 4


def test_what_is_left_to_the_indentation_rule() -> None:
    for text in (
        samples.PYTHON.replace("\n", "\r\n"),
        samples.PYTHON + "\ndef broken(:\n",
        samples.PYTHON + "# \ud800\n",
        samples.PYTHON + "# long\n" * (MOST_CHARS // 6),
        samples.NUMBERED,
        samples.RUBY,
    ):
        assert definitions(text) is None


def test_without_a_grammar(monkeypatch: pytest.MonkeyPatch) -> None:
    import limbeck.split.grammar as grammar

    monkeypatch.setattr(grammar, "_parser", lambda package, function: None)
    assert definitions(samples.PYTHON) is None
    pieces = split(samples.PYTHON)
    assert list(pieces.needs) == list(cut_lines(samples.PYTHON, "code", 60).needs)


def test_a_grammar_that_is_not_installed() -> None:
    from limbeck.split.grammar import _parser

    assert _parser("limbeck_no_such_grammar", "language") is None


def test_deep_and_long_heads() -> None:
    deep = "".join("    " * i + f"def f{i}(a):\n" for i in range(8)) + "    " * 8 + "return 1\n"
    spans = definitions(deep)
    assert spans is not None and len(spans) == 8
    pieces = cut_definitions(deep, "code", 60, spans)
    check_laws(deep, pieces)
    assert pieces.needs[8] == 3
    names = ", ".join(f"argument_{i}" for i in range(40))
    text = f"def f({names}):\n    return 1\n\n\ndef g(a):\n    return 2\n"
    spans = definitions(text)
    assert spans is not None
    pieces = cut_definitions(text, "code", 60, spans)
    assert pieces.needs[pieces.start.index(text.index("    return 1"))] == -1


def test_an_opening_quote_is_not_worth_its_price_on_every_head() -> None:
    text = (
        'def heat(a):\n    """\n    Heat it.\n    """\n    return [\n        a,\n    ]\n'
        "\n\ndef cool(a):\n    return a\n"
    )
    spans = definitions(text)
    assert spans is not None
    shown = list(cut_definitions(text, "code", 60, spans).texts(text))
    assert shown[:3] == ["def heat(a):\n", '    """\n', '    Heat it.\n    """\n']
    assert shown[4] == "        a,\n    ]\n\n\n"
