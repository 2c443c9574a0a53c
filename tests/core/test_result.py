from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from limbeck.core.context import Context, Written
from limbeck.core.decisions import Decisions, Usage
from limbeck.core.errors import HandleError
from limbeck.core.result import Result
from limbeck.core.source import Source, Span

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
    with pytest.raises(HandleError, match=r"no marker 'nope' in this result \(1 marker: kabc\); handles"):
        marked.expand("nope")


@pytest.mark.parametrize(("count", "told"), [(5, "5 markers: k0, k1, k2, k3, k4);"), (6, "k3, k4, ...);")])
def test_more_handles_than_are_named_are_hinted_at(make_result: Make, count: int, told: str) -> None:
    markers = {n: Written(f"(filtered 1 line, k{n})\n", (Span(0, n, n + 1),), f"k{n}") for n in range(count)}
    result = make_result([("", "text", ["\n"] * count)], set(), markers=markers)
    with pytest.raises(HandleError) as caught:
        result.expand("nope")
    assert told in str(caught.value)


class _Request:
    """A body that renders the context as a request."""

    format = "by hand"

    def messages(self, context: Context) -> list[dict[str, Any]]:
        return [{"role": m.role} for m in context.messages]

    def whole(self, context: Context) -> Any:
        return {"model": "m", "messages": self.messages(context)}


def test_the_whole_is_in_kind(marked: Result) -> None:
    assert marked.body is None
    assert marked.whole == marked.messages
    request = replace(marked, body=_Request())
    assert request.whole == {"model": "m", "messages": request.messages}


def test_what_holds_much_is_shown_in_one_line(marked: Result, make_result: Make) -> None:
    assert repr(marked) == "<Result tested: 100 -> 40 tokens, 4 of 7 pieces kept, 1 marker>"
    assert repr(marked.decisions) == "<Decisions: 4 of 7 kept>"
    assert repr(marked.before) == "<Context conversation: 3 messages, 3 sources, 7 segments>"
    assert repr(marked.before.segments) == "<Segments: 7 over 3 sources>"
    bare = make_result([("", "text", ["x" * 9_000])], {0}, usage=Usage(3_000, 3_000, 3_000, "c", True, 0.1))
    assert repr(bare) == "<Result tested: 3,000 -> 3,000 tokens, 1 of 1 piece kept, 0 markers>"
    assert repr(bare.before) == "<Context material: 1 message, 1 source, 1 segment>"
    assert repr(bare.before.sources[0]) == f"<Source text: 9,000 characters, '{'x' * 39}…'>"
    assert repr(Source("a\x1b[1m\n", 3, "/3/content", "log")) == (
        "<Source log at /3/content: 6 characters, 'a\\e[1m\\n'>"
    )


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
