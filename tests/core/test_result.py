from __future__ import annotations

from collections.abc import Callable

import pytest

from limbeck.core.decisions import Decisions
from limbeck.core.errors import HandleError
from limbeck.core.result import Result

Make = Callable[..., Result]


def test_bare_text_without_markers_is_the_concatenation_of_its_kept_spans(make_result: Make) -> None:
    result = make_result([("", "text", ["ab\n", "cd\n", "ef\n", "gh"])], {0, 1, 3})
    assert result.text == "ab\ncd\ngh"
    assert result.kept_spans == [(0, 6), (9, 11)]
    assert "".join(result.text_before[a:b] for a, b in result.kept_spans) == result.text


def test_spans_of_messages_point_into_the_joined_texts_and_never_run_across_two(make_result: Make) -> None:
    result = make_result([("user", "prose", ["one"]), ("tool", "log", ["two", "three"])], {0, 1})
    assert result.text_before == "one\ntwothree"
    assert result.kept_spans == [(0, 3), (4, 7)]
    assert result.text == "one\ntwo"
    assert result.messages == [{"role": "user", "content": "one"}, {"role": "tool", "content": "two"}]


def test_empty_pieces_and_markers_are_no_kept_spans(marked: Result, make_result: Make) -> None:
    assert marked.kept_spans == [(0, 7), (26, 28), (32, 34), (35, 40)]
    assert marked.text == "Fix it.\n1\n(filtered 2 lines, kabc)\n4\n\nDone."
    assert make_result([("", "text", [""])], {0}).kept_spans == []


def test_nothing_left_is_an_empty_text(make_result: Make) -> None:
    result = make_result([("", "text", ["a", "b"])], set())
    assert (result.text, result.kept_spans, result.messages) == ("", [], [])


def test_a_marker_is_expanded_to_what_it_hides(marked: Result) -> None:
    assert marked.expand("kabc") == "2\n3\n"


def test_an_unknown_handle_names_the_known_ones(marked: Result) -> None:
    with pytest.raises(HandleError, match=r"no marker 'nope' in this result \(1 markers: kabc\)"):
        marked.expand("nope")


def test_decisions_are_a_sequence(marked: Result) -> None:
    decisions = marked.decisions
    assert isinstance(decisions, Decisions)
    assert len(decisions) == 7
    assert [d.kept for d in decisions] == [True, False, True, False, False, True, True]
    assert decisions[-1] == decisions[6]
    assert [d.marker for d in decisions[2:5]] == ["", "kabc", "kabc"]
    assert decisions[1].reason == "worth too little"
    with pytest.raises(IndexError):
        decisions[7]


def test_tokens_come_from_usage(marked: Result) -> None:
    assert (marked.tokens_before, marked.tokens_after) == (100, 40)
