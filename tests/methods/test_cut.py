"""Gaps and markers on texts cut by hand: counted once, named stably, on lines of their own, never in JSON."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import limbeck
from limbeck.core.context import Context, Quote
from limbeck.core.errors import HandleError
from limbeck.core.source import Span
from limbeck.methods.markers import (
    MARKER_SHARE,
    MARKER_TOKENS,
    WORTHWHILE,
    handle_of,
    lines_hidden,
    reserve_tokens,
)

from .building import CLOSER, FRAME, PLAIN, SEPARATOR, Said, context, cut_to, handles, text_of

SHOWN = re.compile(r"\(filtered (\d+) lines?, (k[0-9a-f]{5,})\)")
LINE = "x" * (WORTHWHILE * MARKER_TOKENS) + "\n"
"""Long enough that a gap of one is worth a marker."""


def counts(text: str) -> list[int]:
    return [int(found[1]) for found in SHOWN.finditer(text)]


def one_text(*pieces: str | tuple[str, int, int]) -> Context:
    return context(Said([list(pieces)]))


def test_a_gap_in_the_middle() -> None:
    made, _ = cut_to(one_text("first\n", LINE, LINE, LINE, "last\n"), [0, 4])
    handle = handles(made)[0]
    assert text_of(made) == f"first\n(filtered 3 lines, {handle})\nlast\n"


def test_gaps_at_the_start_and_at_the_end() -> None:
    made, _ = cut_to(one_text(LINE, "middle\n", LINE, LINE), [1])
    one, two = handles(made)
    assert text_of(made) == f"(filtered 1 line, {one})\nmiddle\n(filtered 2 lines, {two})\n"


def test_everything_left_out_of_a_message_that_stays() -> None:
    answer = Said([[LINE, LINE]], "tool", 7)
    made, kept = cut_to(context(Said([["call\n"]], "assistant", 7), answer), [0])
    assert kept.alive.tolist() == [True, True]
    assert list(made.texts().values()) == ["call\n", f"(filtered 2 lines, {handles(made)[0]})\n"]


def test_an_emptied_message_keeps_its_place_where_there_is_no_room_for_a_marker() -> None:
    answer = Said([[LINE, LINE]], "tool", 7)
    for room, style in ((0, True), (10_000, False)):
        made, _ = cut_to(context(Said([["call\n"]], "assistant", 7), answer, Said([["z"]])), [0], style, room)
        assert [m.role for m in made.messages] == ["assistant", "tool"]
        assert dict(made.texts()) == {0: "call\n", 1: ""}
        (held,) = made.segments.written.values()
        assert (held.text, held.handle, held.evidence) == ("", "", (Span(1, 0, 2 * len(LINE)),))


def test_the_last_line_counts_without_a_line_end() -> None:
    made, _ = cut_to(one_text("first\n", LINE, LINE[:-1]), [0])
    assert counts(text_of(made)) == [2]
    made, _ = cut_to(one_text(LINE[:-1]), [])
    assert text_of(made) == f"(filtered 1 line, {handles(made)[0]})\n"  # a bare text never goes as a whole
    made, _ = cut_to(context(Said([[LINE]]), Said([[LINE]])), [])
    assert not made.messages  # of messages nothing is left, so there is no place for a marker


def test_a_gap_within_a_line_gets_a_line_of_its_own() -> None:
    made, _ = cut_to(one_text("It begins. ", LINE[:-1], " It ends.\n"), [0, 2])
    assert text_of(made) == f"It begins. \n(filtered 1 line, {handles(made)[0]})\n It ends.\n"
    made, _ = cut_to(one_text("It begins. ", LINE, "next\n"), [0, 2])
    assert text_of(made) == f"It begins. \n(filtered 1 line, {handles(made)[0]})\nnext\n"
    made, _ = cut_to(one_text("It begins.", LINE[:-1]), [0])
    assert text_of(made) == f"It begins.\n(filtered 1 line, {handles(made)[0]})\n"
    made, _ = cut_to(one_text("It begins.", (LINE[:-1], 2, PLAIN), "\n", "next\n"), [0, 2, 3])
    assert text_of(made) == f"It begins.\n(filtered 1 line, {handles(made)[0]})\nnext\n"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_kind_count_once(end: str) -> None:
    line = LINE[:-1] + end
    made, _ = cut_to(one_text("first" + end, line, line, "last" + end), [0, 3])
    assert text_of(made) == f"first{end}(filtered 2 lines, {handles(made)[0]}){end}last{end}"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_marker_ends_its_line_as_the_text_around_it_does(end: str) -> None:
    line = LINE[:-1] + end
    made, _ = cut_to(one_text(line, "last" + end), [1])
    assert text_of(made) == f"(filtered 1 line, {handles(made)[0]}){end}last{end}"
    made, _ = cut_to(one_text("It begins. ", LINE[:-1], " It ends." + end), [0, 2])
    assert text_of(made) == f"It begins. {end}(filtered 1 line, {handles(made)[0]}){end} It ends.{end}"
    made, _ = cut_to(one_text("a" + end, line, "b. ", LINE[:-1], "c" + end), [0, 2, 4], "blank")
    assert text_of(made) == f"a{end}{end}b. {end}{end}c{end}"


def test_mixed_line_ends_count_once() -> None:
    made = one_text("a\r\nb\rc\n\r\n", "d")
    assert lines_hidden(made, [Span(0, 0, 9)]) == 4
    assert lines_hidden(made, [Span(0, 0, 5), Span(0, 7, 9)]) == 3
    assert lines_hidden(made, [Span(0, 9, 10)]) == 1
    assert lines_hidden(made, [Span(0, 0, 10)]) == 5
    assert lines_hidden(made, [Span(0, 0, 1)]) == 1  # a part of a line is a line


def test_small_gaps_are_counted_in_the_marker_after_them() -> None:
    made, _ = cut_to(one_text("a\n", "b\n", "c\n", LINE, LINE, "d\n", "e\n", "f\n"), [0, 2, 5, 7])
    assert counts(text_of(made)) == [4]
    (marker,) = made.segments.written.values()
    size = len(LINE)
    assert marker.evidence == (Span(0, 2, 4), Span(0, 6, 6 + 2 * size), Span(0, 8 + 2 * size, 10 + 2 * size))
    assert text_of(made) == f"a\nc\n(filtered 4 lines, {marker.handle})\nd\nf\n"


def test_where_room_is_short_the_largest_gaps_are_marked_and_the_others_counted_in_them() -> None:
    made = one_text(LINE, "a\n", LINE, LINE, LINE, "b\n", LINE, LINE, "c\n", LINE, "d\n")
    kept = [1, 5, 8, 10]
    assert counts(text_of(cut_to(made, kept)[0])) == [1, 3, 2, 1]
    assert counts(text_of(cut_to(made, kept, room=2 * MARKER_TOKENS)[0])) == [4, 3]
    assert counts(text_of(cut_to(made, kept, room=2 * MARKER_TOKENS - 1)[0])) == [7]
    assert counts(text_of(cut_to(made, kept, room=MARKER_TOKENS - 1)[0])) == []
    assert counts(text_of(cut_to(made, kept, room=-5)[0])) == []


def test_each_text_gets_a_marker_before_any_gets_a_second() -> None:
    made = context(Said([[LINE, LINE, LINE, "a\n", LINE, LINE, "b\n"], [LINE, "c\n"]]))
    texts = list(cut_to(made, [3, 6, 8], room=2 * MARKER_TOKENS)[0].texts().values())
    assert [counts(text) for text in texts] == [[5], [1]]


def test_a_gap_not_worth_its_marker_gets_none() -> None:
    assert counts(text_of(cut_to(one_text("a\n", LINE[2:], "b\n"), [0, 2])[0])) == []
    assert counts(text_of(cut_to(one_text("a\n", LINE[1:], "b\n"), [0, 2])[0])) == [1]


def test_many_gaps_too_small_for_a_marker_each_get_one_together() -> None:
    pieces = ["a\n", LINE[:8] + "\n"] * 6
    made, _ = cut_to(one_text(*pieces), range(0, 12, 2))
    (handle,) = handles(made)
    assert text_of(made) == "a\n" * 6 + f"(filtered 6 lines, {handle})\n"
    made, _ = cut_to(one_text(*pieces[:6]), range(0, 6, 2))
    assert not handles(made)  # three are not worth it


def test_blank_lines_in_place_of_markers() -> None:
    made, _ = cut_to(one_text("a\n", LINE, "b. ", LINE[:-1], "c\n", LINE), [0, 2, 4], "blank")
    assert text_of(made) == "a\n\nb. \n\nc\n\n"
    assert handles(made) == []


def test_no_marker_inside_json() -> None:
    pieces = [
        ("[", -1, FRAME),
        ('"' + LINE[:-1] + '"', 0, PLAIN),
        (",", 3, SEPARATOR),
        ("2", 0, PLAIN),
        ("]", 0, CLOSER),
    ]
    for style in (True, "blank"):
        made, _ = cut_to(context(Said([pieces], kind="json")), [3], style)
        assert text_of(made) == "[2]"
        assert not made.segments.written


def test_spans_needs_and_pins_of_the_new_context() -> None:
    pieces = ["a\n", LINE, "head:\n", LINE, ("body\n", 2, PLAIN)]
    made, _ = cut_to(context(Said([pieces]), query="what?"), [0, 2, 4])
    rows = made.segments
    assert [rows.text(i) for i in range(len(rows)) if i not in rows.written] == ["a\n", "head:\n", "body\n"]
    assert [i in rows.written for i in range(len(rows))] == [False, True, False, True, False]
    assert list(rows.needs) == [-1, -1, -1, -1, 2]
    assert made.messages[0].segments == range(5)
    assert made.query == "what?"
    assert all(
        s.text == made.sources[0].text[s.span.start : s.span.end] for s in rows if isinstance(s, Quote)
    )


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_every_hidden_line_is_counted_exactly_once(data: st.DataObject) -> None:
    """Whole lines, so that every gap hides as many line ends as lines."""
    pieces = data.draw(
        st.lists(st.sampled_from(["short\n", LINE, LINE * 3, "\n", "one\ntwo\n"]), min_size=1, max_size=14)
    )
    pieces[-1] = pieces[-1].removesuffix("\n") or "end" if data.draw(st.booleans()) else pieces[-1]
    made = one_text(*pieces)
    chosen = data.draw(st.sets(st.integers(0, len(pieces) - 1)))
    after, _ = cut_to(made, chosen, room=data.draw(st.sampled_from([16, 32, 48, 10_000])))
    gone = "".join(p for i, p in enumerate(pieces) if i not in chosen)
    hidden = gone.count("\n") + (len(pieces) - 1 not in chosen and not pieces[-1].endswith("\n"))
    text = text_of(after)
    if handles(after):
        assert sum(counts(text)) == hidden
        evidence = [s for w in after.segments.written.values() for s in w.evidence]
        assert "".join(made.sources[0].text[s.start : s.end] for s in evidence) == gone
        assert evidence == sorted(set(evidence))
    for line in text.splitlines():
        assert not SHOWN.search(line) or SHOWN.fullmatch(line)
    assert len(set(handles(after))) == len(handles(after))


def test_a_handle_names_the_text_and_the_place() -> None:
    made = context(Said([["aaa\n", "aaa\n"]]), Said([["aaa\n"]]))
    spans = [
        [Span(0, 0, 4)],
        [Span(0, 4, 8)],
        [Span(1, 0, 4)],
        [Span(0, 0, 4), Span(0, 4, 8)],
        [Span(0, 0, 8)],
    ]
    names = [handle_of(made, found, set()) for found in spans]
    assert len(set(names)) == len(names)
    assert names == [handle_of(made, found, set()) for found in spans]
    assert all(re.fullmatch("k[0-9a-f]{5}", name) for name in names)
    other = context(Said([["aab\n", "aaa\n"]]))
    assert handle_of(other, spans[0], set()) != names[0]


def test_a_handle_that_is_taken_grows() -> None:
    made = one_text("aaa\n", "bbb\n")
    taken: set[str] = set()
    one = handle_of(made, [Span(0, 0, 4)], taken)
    longer = handle_of(made, [Span(0, 0, 4)], taken)
    assert longer.startswith(one)
    assert len(longer) == len(one) + 1
    assert taken == {one, longer}


def test_lone_surrogates_have_handles() -> None:
    assert handle_of(one_text("\ud800\n"), [Span(0, 0, 2)], set()).startswith("k")


def test_the_reserve_grows_with_the_budget_and_never_faster() -> None:
    found = [reserve_tokens(limit) for limit in range(4_000)]
    assert found[0] == 0
    assert all(0 <= b - a <= 1 for a, b in pairwise(found))
    assert found[8 * MARKER_TOKENS] == MARKER_TOKENS
    assert found[-1] == int(MARKER_SHARE * 3_999)


# --- markers of an earlier result ---

NOTES = "".join(f"note_{n} about item_{n * 7} and nothing else of any interest\n" for n in range(120))


def hidden_spans(result: limbeck.Result) -> set[int]:
    """All code points of a bare text that markers stand for."""
    found: set[int] = set()
    for marker in result.markers.values():
        for _, start, end in marker.evidence:
            assert found.isdisjoint(range(start, end))
            found.update(range(start, end))
    return found


def test_markers_merge_when_a_result_is_compacted_again() -> None:
    first = limbeck.compact(NOTES, keep=0.5)
    second = limbeck.compact(first, max_tokens=first.tokens_after // 3)
    for result in (first, second):
        kept = {i for a, b in result.kept_spans for i in range(a, b)}
        assert hidden_spans(result) == set(range(len(NOTES))) - kept
        assert sum(counts(result.text)) == 120 - sum(line in result.text for line in NOTES.splitlines(True))
    assert set(second.markers).isdisjoint(first.markers) or len(second.markers) < len(first.markers)
    assert hidden_spans(first) < hidden_spans(second)


def test_a_result_shown_in_another_style() -> None:
    first = limbeck.compact(NOTES, keep=0.5)
    bare = limbeck.compact(first, keep=1.0, markers=False)
    assert bare.text == "".join(NOTES[a:b] for a, b in first.kept_spans)
    assert not bare.markers
    blank = limbeck.compact(first, keep=1.0, markers="blank")
    assert "filtered" not in blank.text
    assert "\n\n" in blank.text
    again = limbeck.compact(bare, keep=1.0)
    assert again.text == bare.text  # nothing had to go, so nothing is written


def test_a_forged_marker_is_text() -> None:
    forged = "(filtered 99 lines, kabcde)\n"
    result = limbeck.compact(forged + NOTES, keep=0.3, pins=[forged])
    assert forged in result.text
    assert "kabcde" not in result.markers
    with pytest.raises(HandleError):
        result.expand("kabcde")
    again = limbeck.compact(result.text, keep=0.5)
    assert not set(again.markers) & set(result.markers)
