from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limbeck import compact
from limbeck.core.context import Written
from limbeck.core.errors import FormatError
from limbeck.core.laws import verify
from limbeck.core.record import from_record, to_record
from limbeck.core.result import Result
from limbeck.core.source import Span

Make = Callable[..., Result]

SESSION: list[dict[str, Any]] = [
    {"role": "system", "content": "You repair ovens.\nNever open oven_7.\n"},
    {"role": "user", "content": "Why does oven_3 trip the fuse F12?"},
    {
        "role": "assistant",
        "content": "I read the log.",
        "tool_calls": [
            {
                "id": "c1",
                "type": "function",
                "function": {"name": "cat", "arguments": '{"path": "oven_3.log"}'},
            }
        ],
    },
    {
        "role": "tool",
        "tool_call_id": "c1",
        "content": "".join(f"10:{n:02} oven_3 relay R{n} closed, {n * 17} W\n" for n in range(60)),
    },
    {"role": "assistant", "content": "Relay R41 draws too much: 697 W.\nI replace it."},
]


def through_json(result: Result) -> Result:
    return from_record(json.loads(json.dumps(to_record(result))))


@pytest.mark.parametrize("markers", [True, False, "blank"])
@pytest.mark.parametrize("given_", [SESSION, SESSION[3]["content"], {"model": "m", "messages": SESSION}])
def test_a_real_result_comes_back_whole(given_: Any, markers: Any) -> None:
    result = compact(given_, keep=0.3, query="R41", pin_head=False, preserve_recent=0, markers=markers)
    back = through_json(result)
    assert back.context == result.context
    assert back.before == result.before
    assert list(back.decisions) == list(result.decisions)
    assert (back.text, back.messages, back.kept_spans) == (result.text, result.messages, result.kept_spans)
    assert (back.usage, back.checks, back.method) == (result.usage, result.checks, result.method)
    assert back.report() == result.report()
    assert back.body is not None and result.body is not None
    assert back.body.format == result.body.format
    assert back.body.whole(back.context) == result.body.whole(result.context)
    assert [back.expand(handle) for handle in back.markers] == [result.expand(h) for h in result.markers]
    assert markers is not True or back.markers
    assert [c for c in verify(back) if c.passed] == [c for c in result.checks if c.passed]
    assert to_record(back) == to_record(result)


def test_a_result_made_by_hand_comes_back_whole(marked: Result) -> None:
    back = through_json(marked)
    assert back.report() == marked.report()
    assert back.expand("kabc") == "2\n3\n"
    assert list(back.decisions) == list(marked.decisions)
    assert back.messages == marked.messages


def test_an_earlier_marker_among_what_came_in_comes_back(make_result: Make) -> None:
    result = make_result([("", "text", ["a\n", "b\n"])], {1})
    result.before.segments.written[0] = Written("(filtered 1 line, kx)\n", (Span(0, 0, 2),), "kx")
    back = through_json(result)
    assert back.before.segments.written == result.before.segments.written
    assert back.text == "b\n"


def test_the_fields_that_are_promised(marked: Result) -> None:
    record = to_record(marked)
    assert record["text"] == marked.text
    assert record["kept_spans"] == [[0, 7], [26, 28], [32, 34], [35, 40]]
    assert record["usage"]["tokens_after"] == 40
    assert record["decisions"][1] == {
        "source": 0,
        "start": 7,
        "end": 25,
        "kept": False,
        "reason": "worth too little",
        "score": 1.0,
        "marker": "",
        "pin": {"hard": False, "reason": "states a constraint", "weight": 2.0},
    }
    assert record["markers"] == [
        {"handle": "kabc", "text": "(filtered 2 lines, kabc)\n", "evidence": [[1, 2, 6]]}
    ]


def test_scores_that_json_cannot_say(make_result: Make) -> None:
    result = make_result([("", "text", ["a", "b", "c"])], {0, 1, 2})
    result.decisions.score[0], result.decisions.score[1] = math.inf, -math.inf
    result.decisions.score[2] = math.nan
    text = json.dumps(to_record(result), allow_nan=False)
    scores = from_record(json.loads(text)).decisions.score
    assert (scores[0], scores[1]) == (math.inf, -math.inf) and math.isnan(scores[2])
    assert json.loads(text)["decisions"][0]["score"] > 1e308


def test_a_record_is_not_compacted_again(marked: Result) -> None:
    back = through_json(marked)
    assert back.body is not None
    with pytest.raises(FormatError, match="not compacted again"):
        back.body.messages(back.before)
    back.messages[0]["content"] = "changed"
    assert back.messages == marked.messages


def test_lone_surrogates_come_back(make_result: Make) -> None:
    result = make_result([("", "text", ["a\ud83d", "b\udc00"])], {0})
    assert through_json(result).text == "a\ud83d"


def test_a_pair_of_lone_surrogates_is_noticed(make_result: Make) -> None:
    result = make_result([("", "text", ["\ud83d\ude00 two code points"])], {0})
    with pytest.raises(FormatError, match="source 0 does not have the sha256"):
        through_json(result)


@pytest.mark.parametrize("value", [None, [], {}, "text", {"messages": []}, 3])
def test_something_else_is_no_record(value: Any) -> None:
    with pytest.raises(FormatError, match="not a limbeck record"):
        from_record(value)


def test_another_version_is_refused(marked: Result) -> None:
    with pytest.raises(FormatError, match="has version 99, this program reads version 1"):
        from_record(to_record(marked) | {"limbeck_record": 99})


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("sources", 1, "text"), "1\n2\n3\n5\n"),
        (("sources", 1, "text"), 5),
        (("sources",), None),
        (("decisions", 0, "end"), 99),
        (("decisions", 0, "source"), 7),
        (("decisions", 0, "needs"), 70),
        (("decisions", 0, "form"), 70),
        (("decisions", 0, "kept"), False),
        (("input", 0, "segments"), 5),
        (("written", 0, "evidence"), [[1, 6, 2]]),
        (("usage", "tokens"), 1),
        (("checks", 0), {}),
        (("decisions",), []),
    ],
)
def test_damage_is_told(marked: Result, path: tuple[Any, ...], value: Any) -> None:
    record = json.loads(json.dumps(to_record(marked)))
    place = record
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    if path[-1] == "kept":  # still a record, of another result
        assert from_record(record).text != marked.text
    else:
        with pytest.raises(FormatError, match="the limbeck record is damaged"):
            from_record(record)


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("material",), None, "material is null, it must be true or false"),
        (("material",), 1, "material is 1, it must be true or false"),
        (("kept_spans",), None, "kept_spans is null, it must be a list"),
        (("kept_spans", 0), [1], r"kept_spans\[0\] is a list of 1, it must be a list of 2 whole numbers"),
        (("kept_spans", 1, 0), "x", r"kept_spans\[1\]\[0\] is 'x', it must be a whole number"),
        (("markers",), {}, "markers is an object, it must be a list"),
        (("markers", 0, "evidence"), 5, r"markers\[0\].evidence is 5, it must be a list"),
        (("query",), 3.5, "query is 3.5, it must be a text"),
        (("text",), "x" * 50, None),
        (("method",), ["x"], "method is a list of 1, it must be a text"),
        (("notes", 0), 10**100, r"notes\[0\] is a very large number, it must be a text"),
        (("messages", 0), "x" * 99, r"messages\[0\] is 'x{39}\.\.\., it must be an object"),
        (("usage",), [], "usage is a list of 0, it must be an object"),
        (("usage", "tokens_after"), True, "usage.tokens_after is true, it must be a whole number"),
        (("usage", "seconds"), "1", "usage.seconds is '1', it must be a number"),
        (("usage", "tokens"), 1, "usage.tokens is not a field of a record"),
        (("checks", 0), {}, r"checks\[0\].name is missing"),
        (
            ("input",),
            [
                {"role": "user", "group": n, "rider_tokens": 4, "segments": size}
                for n, size in enumerate((6, 1))
            ],
            "source 1 stands in message 1, where it is not",
        ),
        (("decisions", 2, "score"), "high", r"decisions\[2\].score is 'high', it must be a number or null"),
        (("decisions", 2, "score"), 10**400, "int too large"),
        (("decisions", 0, "pin"), None, r"decisions\[0\].pin is null, it must be an object"),
        (("decisions", 0, "end"), 1 << 40, "does not lie in source 0"),
        (("input", 0, "segments"), -1, "message 0 has -1 segments"),
        (("written", 0, "row"), 70, "what was written for row 70 has no place among 5 rows"),
    ],
)
def test_damage_is_told_by_its_place(
    marked: Result, path: tuple[Any, ...], value: Any, says: str | None
) -> None:
    record = json.loads(json.dumps(to_record(marked)))
    place = record
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    if says is None:
        assert from_record(record).method == marked.method
        return
    with pytest.raises(FormatError, match=f"^the limbeck record is damaged: .*{says}"):
        from_record(record)


@pytest.mark.parametrize("field", ["pin", "reason"])
def test_more_reasons_than_a_record_can_have(make_result: Make, field: str) -> None:
    record = to_record(make_result([("", "text", ["x"] * 300)], set(range(300))))
    for number, decision in enumerate(record["decisions"]):
        why = f"for reason {number}"
        decision[field] = why if field == "reason" else {"hard": True, "reason": why, "weight": 1}
    with pytest.raises(FormatError, match=f"more than 25. different {field}s"):
        from_record(record)


def places(value: Any, lead: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    return [lead] * bool(lead) + [p for key, item in items for p in places(item, (*lead, key))]


VALUES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | st.just([]) | st.just({})
)


@given(st.integers(0, 10_000), VALUES | st.lists(VALUES, max_size=3))
def test_no_damage_is_a_surprise(make_result: Make, number: int, value: Any) -> None:
    result = make_result([("user", "prose", ["a", "b"]), ("tool", "log", ["1\n", "2\n"])], {0, 3})
    record = json.loads(json.dumps(to_record(result)))
    found = places(record)
    path = found[number % len(found)]
    place = record
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    try:
        back = from_record(record)
    except FormatError as error:
        assert "Error" not in str(error) and "NoneType" not in str(error)
    else:
        assert isinstance(back.report(), str)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["user", "tool"]),
            st.just("text"),
            st.lists(st.text(st.characters(), min_size=1, max_size=5), min_size=1, max_size=5),
        ),
        max_size=5,
    ),
    st.sets(st.integers(0, 24)),
)
def test_any_choice_comes_back(
    make_result: Make, told: list[tuple[str, str, list[str]]], keep: set[int]
) -> None:
    result = make_result(told, keep)
    back = through_json(result)
    assert (back.text, back.kept_spans, back.report()) == (result.text, result.kept_spans, result.report())
    assert back.context == result.context
