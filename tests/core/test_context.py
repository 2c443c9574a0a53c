from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest

from limbeck.core.budget import Budget, count_context
from limbeck.core.context import Pin, Quote, Written
from limbeck.core.errors import BudgetError, FileError, HandleError, LimbeckError, OptionError
from limbeck.core.result import Result
from limbeck.core.source import Span
from tests.counters import Letters

Make = Callable[..., Result]


def test_segments_are_made_when_asked_for(marked: Result) -> None:
    segments = marked.before.segments
    pin = Pin(True, "first user message")
    assert segments[0] == Quote(Span(0, 0, 7), "Fix it.", pin)
    assert segments[-1] == Quote(Span(2, 0, 5), "Done.")
    assert segments[1:3] == [segments[1], segments[2]]
    assert [s.text for s in segments][2:6] == ["1\n", "2\n", "3\n", "4\n"]
    assert segments.hard(0) and not segments.hard(1) and not segments.hard(2)
    assert segments.pin_index(pin) == segments.pin[0]
    with pytest.raises(IndexError):
        segments[7]
    written = marked.context.segments
    assert isinstance(written[2], Written)
    assert written.text(2) == "(filtered 2 lines, kabc)\n"


def test_a_context_knows_its_messages_and_texts(marked: Result) -> None:
    before = marked.before
    assert before.source_rows() == [range(2), range(2, 6), range(6, 7)]
    assert before.asked("other").query == "other"
    assert before.texts() == {n: s.text for n, s in enumerate(before.sources)}
    assert marked.context.texts()[1] == "1\n(filtered 2 lines, kabc)\n4\n"


def test_a_gap_and_a_last_marker_are_joined_over(make_result: Make) -> None:
    last = Written("(filtered 1 line, kz)\n", (Span(0, 6, 8),), "kz")
    result = make_result([("", "text", ["a\n", "b\n", "c\n", "d\n"])], {0, 2}, markers={3: last})
    assert result.text == "a\nc\n(filtered 1 line, kz)\n"


def test_equal_texts_have_equal_content(make_result: Make) -> None:
    a, b = make_result([("user", "", ["x"]), ("tool", "", ["x"])], {0, 1}).before.sources
    assert a.content == b.content and a != b
    assert len(a.content) == 64


def test_tokens_of_a_context_are_its_texts_and_riders(marked: Result) -> None:
    assert count_context(marked.before, Letters()) == 38 + 3 * 4


@pytest.mark.parametrize(
    ("keep", "before", "limit"), [(0.3, 10, 3), (0.39, 10, 3), (1, 10, 10), (0.1, 5, 1), (0.5, 0, 1)]
)
def test_a_fraction_is_rounded_down_but_never_to_nothing(keep: float, before: int, limit: int) -> None:
    assert Budget(Letters(), keep=keep).limit(before) == limit


def test_a_number_of_tokens_is_taken_as_it_is() -> None:
    assert Budget(Letters(), max_tokens=7).limit(3) == 7


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "neither was given"),
        ({"keep": 0.5, "max_tokens": 5}, "not both"),
        ({"keep": 0}, "0 < keep <= 1, got 0"),
        ({"keep": 1.1}, "got 1.1"),
        ({"keep": True}, "got True"),
        ({"keep": "a"}, "got 'a'"),
        ({"keep": float("nan")}, "got nan"),
        ({"max_tokens": 0}, "1 or more, got 0"),
        ({"max_tokens": 1.5}, "got 1.5"),
        ({"max_tokens": True}, "got True"),
    ],
)
def test_budgets_that_are_none(options: dict[str, object], told: str) -> None:
    with pytest.raises(OptionError, match=told):
        Budget(Letters(), **options)  # type: ignore[arg-type]  # that is the test


def test_errors_pickle_and_read_well() -> None:
    error = BudgetError("too much", 5, 9, {"pins": 9})
    back = pickle.loads(pickle.dumps(error))
    assert isinstance(back, ValueError | LimbeckError)
    assert (str(back), back.limit_tokens, back.pinned_tokens, back.addends) == ("too much", 5, 9, {"pins": 9})
    assert str(HandleError("no marker")) == "no marker"
    assert str(HandleError()) == ""
    assert str(pickle.loads(pickle.dumps(FileError("gone")))) == "gone"
    assert BudgetError("x").addends == {}
