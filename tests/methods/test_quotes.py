"""From rows to statements: what is joined, what is left out around a quote."""

from __future__ import annotations

from limbeck.core.artifact import Statement
from limbeck.local.counters import counter
from limbeck.methods.quotes import only_keys, quotes
from limbeck.wire import read

from .building import Said, context

NAMES = ("goal", "state")


def quoted(
    made: object, kept: list[int], section: list[int] | None = None, alone: bool = False
) -> tuple[Statement, ...]:
    n = len(made.segments)  # type: ignore[attr-defined]  # built by hand
    return quotes(made, kept, section or [1] * n, NAMES, [alone] * n, [""] * n)  # type: ignore[arg-type]  # the same


def texts(made: object, kept: list[int], section: list[int] | None = None, alone: bool = False) -> list[str]:
    return [s.text for s in quoted(made, kept, section, alone)]


def test_neighbors_are_one_quote_and_marks_between_are_quoted_along() -> None:
    made = context(Said([["a = 1\n", "}\n", "b = 2\n", "long line between\n", "c = 3\n"]], "tool"))
    assert texts(made, [0, 2, 4]) == ["a = 1\n}\nb = 2", "c = 3"]


def test_what_lies_between_may_not_be_much() -> None:
    made = context(Said([["a = 1\n", "- - - - - - - - -\n", "b = 2\n", "=========\n", "c = 3\n"]], "tool"))
    assert texts(made, [0, 2, 4]) == ["a = 1", "b = 2", "c = 3"]


def test_what_is_said_alone_ends_with_its_line_and_has_no_bullet() -> None:
    made = context(Said([["One. ", "Two.\n", "- Three.\n", "## 4. Four\n"]]))
    assert texts(made, [0, 1, 2, 3], alone=True) == ["One. Two.", "Three.", "Four"]


def test_sections_and_sources_part_quotes_and_order_them() -> None:
    made = context(Said([["One. ", "Two. ", "Three."], ["Four."]]))
    assert texts(made, [0, 1, 2, 3], [1, 0, 1, 1]) == ["Two.", "One.", "Three.", "Four."]


def test_several_lines_keep_their_indentation_and_one_line_does_not() -> None:
    made = context(Said([["x\n", "\n    if a:\n", "        b()\n", "y\n", "    c()\n"]], "tool"))
    assert texts(made, [1, 2, 4]) == ["    if a:\n        b()", "c()"]
    assert texts(context(Said([["x:  ", "  a\n  b\n"]], "tool")), [1]) == ["a\n  b"]


def test_of_equal_quotes_the_last_one_stays_and_blank_ones_none() -> None:
    made = context(Said([["same\n", "  \n", "other\n", "same\n"]], "tool"))
    made_statements = quoted(made, [0, 2, 3], [1, 1, 0, 1])
    assert [(s.text, s.evidence[0].start) for s in made_statements] == [("other", 8), ("same", 14)]
    assert quoted(made, [1]) == ()


def json_context(arguments: str) -> object:
    call = {"id": "a", "type": "function", "function": {"name": "run", "arguments": arguments}}
    return read([{"role": "assistant", "content": None, "tool_calls": [call]}], counter("o200k_base"))[0]


def test_the_one_argument_of_a_call_is_quoted_without_its_key() -> None:
    made = json_context('{"command": "ls -R src"}')
    assert texts(made, [1], alone=True) == ["ls -R src"]
    assert only_keys(made) == [1]  # type: ignore[arg-type]  # built by hand


def test_arguments_with_several_keys_keep_them() -> None:
    made = json_context('{"path": "a.py", "depth": 2}')
    assert texts(made, [1, 3], alone=True) == ['"path": "a.py", "depth": 2']
    for other in ('{"n": 2}', "{broken", "[1]", '{"command": ', "{}"):
        assert only_keys(json_context(other)) == []  # type: ignore[arg-type]  # the same
    broken = context(
        Said([['{"command": "ls']], "assistant", kind="json", pointers=["/0/function_call/arguments"])
    )
    assert only_keys(broken) == []


def test_lines_of_a_text_in_a_string_keep_their_indentation_where_they_touch() -> None:
    lines = [f"    value_{n} = compute_the_value_of_number({n}, other={n})" for n in range(12)]
    made = json_context('{"text": "' + "\\n".join(lines) + '"}')
    rows = range(len(made.segments))  # type: ignore[attr-defined]  # built by hand
    kept = [
        row for row in rows if "value_3 " in made.segments.text(row) or "value_4 " in made.segments.text(row)
    ]  # type: ignore[attr-defined]  # the same
    assert texts(made, kept, alone=True) == lines[3:5]
    assert texts(made, kept[:1], alone=True) == [lines[3].strip()]
