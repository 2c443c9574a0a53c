"""Every option outside its range is refused, with words that say what to do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import limbeck
from limbeck.core.errors import FormatError, OptionError, TooLargeError, UnknownCounterError
from limbeck.methods.lexical import Worth

TEXT = "".join(f"bolt_{n} goes into hole_{n * 3} of the left plate\n" for n in range(60))
WORDS = len(TEXT.split())


class Words:
    """A counter of one's own: a token a word."""

    name = "words"
    exact = True

    def count(self, text: str) -> int:
        return len(text.split())

    def count_each(self, texts: Any) -> list[int]:
        return [self.count(text) for text in texts]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({}, "neither was given"),
        ({"keep": 0.5, "max_tokens": 5}, "not both"),
        *(({"keep": keep}, "0 < keep <= 1") for keep in (0, -0.1, 1.01, float("nan"), True, "0.5")),
        *(({"max_tokens": n}, "whole number of 1 or more") for n in (0, -1, 2.5, True, "9")),
        *(({"keep": 0.5, "preserve_recent": n}, "preserve_recent must be") for n in (-1, 1.0, True, "2")),
        *(({"keep": 0.5, "markers": m}, "markers must be") for m in ("yes", None, 0, 1, "", [])),
        *(
            ({"keep": 0.5, "pins": p}, "list of non-empty strings")
            for p in ("bolt", [""], [3], None, 3, [b"x"], b"bolt")
        ),
        *(({"keep": 0.5, "pin_head": p}, "pin_head must be") for p in (None, 1, "no")),
        *(({"keep": 0.5, "query": q}, "query must be") for q in (5, b"q", ["q"])),
        *(({"keep": 0.5, "max_input_bytes": n}, "max_input_bytes must be") for n in (0, -5, 1.5, True, None)),
        *(({"keep": 0.5, "counter": c}, "counter must be") for c in (5, None, object)),
    ],
    ids=repr,
)
def test_refused(options: dict[str, Any], says: str) -> None:
    with pytest.raises(OptionError) as caught:
        limbeck.compact(TEXT, **options)
    message = str(caught.value)
    assert says in message
    assert isinstance(caught.value, ValueError)
    for name, value in options.items():
        if len(options) == 1 or name != "keep":
            assert name in message
            assert "both" in message or repr(value) in message


def test_an_unknown_counter_is_named_with_those_there_are() -> None:
    with pytest.raises(UnknownCounterError, match=r"p50k_base[\s\S]*o200k_base"):
        limbeck.compact(TEXT, keep=0.5, counter="p50k_base")


@pytest.mark.parametrize("given", [5, None, b"text", [1], [{"content": "x"}], {"a": 1}, 2.5], ids=repr)
def test_what_is_no_input(given: Any) -> None:
    with pytest.raises(FormatError, match="accepted"):
        limbeck.compact(given, keep=0.5)


def test_the_limit_counts_utf8_bytes_of_all_strings() -> None:
    chat = [
        {"role": "user", "content": [{"type": "text", "text": "éé"}]},  # 4, with `user` and `text` 8 more
        {"role": "assistant", "content": "日本"},  # 6, and 9
    ]
    limbeck.compact(chat, keep=1.0, max_input_bytes=27)
    with pytest.raises(TooLargeError) as caught:
        limbeck.compact(chat, keep=1.0, max_input_bytes=26)
    assert "limit of 26" in str(caught.value)
    assert "max_input_bytes" in str(caught.value)
    limbeck.compact(tuple(chat), keep=1.0, max_input_bytes=27)
    with pytest.raises(TooLargeError):  # the same text in two places is sent twice
        limbeck.compact([chat[0], chat[0]], keep=1.0, max_input_bytes=20)
    with pytest.raises(TooLargeError):
        limbeck.compact({"messages": tuple(chat), "model": "m" * 9}, keep=1.0, max_input_bytes=35)


@pytest.mark.parametrize(("text", "size"), [("abc", 3), ("é" * 5, 10), ("\ud800", 3), ("", 1)])
def test_the_limit_of_a_text(text: str, size: int) -> None:
    assert limbeck.compact(text, keep=1.0, max_input_bytes=size).text == text
    if len(text.encode("utf-8", "surrogatepass")) > 1:
        with pytest.raises(TooLargeError):
            limbeck.compact(text, keep=1.0, max_input_bytes=size - 1)


def holds_itself() -> Any:
    loop: list[Any] = []
    loop.append(loop)
    return loop


def holds_itself_twice() -> Any:
    loop: dict[str, Any] = {}
    loop["a"] = loop["b"] = [loop, loop]
    return loop


@pytest.mark.parametrize("make", [holds_itself, holds_itself_twice])
def test_what_holds_itself_is_refused(make: Any) -> None:
    with pytest.raises(FormatError, match="nested deeper than 400 levels"):
        limbeck.compact([{"role": "user", "content": "x", "self": make()}], keep=0.3)
    with pytest.raises(FormatError):
        limbeck.compact(make(), keep=0.3)


@pytest.mark.parametrize("leaf", ["", []], ids=repr)
def test_what_unfolds_beyond_the_limit_is_refused_at_once(leaf: Any) -> None:
    value = leaf
    for _ in range(300):
        value = [value, value]
    with pytest.raises(TooLargeError):
        limbeck.compact([{"role": "user", "content": "x", "extra": value}], keep=0.3)


def test_deep_but_small_input_is_refused_by_its_depth() -> None:
    value: Any = "x"
    for _ in range(100_000):
        value = [value]
    with pytest.raises(FormatError, match="nested deeper"):
        limbeck.compact([{"role": "user", "content": "x", "deep": value}], keep=0.3)
    while isinstance(value, list):  # taken apart here, for Python would do it by recursion
        value = value.pop()


@pytest.mark.parametrize(
    ("options", "limit"),
    [
        ({"max_tokens": np.int64(40)}, 40),
        ({"max_tokens": np.uint8(40)}, 40),
        ({"keep": np.float32(0.5)}, WORDS // 2),
        ({"keep": np.float64(0.5)}, WORDS // 2),
        ({"max_tokens": 40, "preserve_recent": np.int32(0), "max_input_bytes": np.int64(1 << 20)}, 40),
    ],
    ids=repr,
)
def test_numbers_of_numpy_are_numbers(options: dict[str, Any], limit: int) -> None:
    usage = limbeck.compact(TEXT, counter=Words(), **options).usage
    assert usage.limit_tokens == limit and type(usage.limit_tokens) is int


def test_numpy_s_truth_is_no_number() -> None:
    for options in ({"keep": np.bool_(True)}, {"max_tokens": np.bool_(True)}, {"max_tokens": np.float64(5)}):
        with pytest.raises(OptionError):
            limbeck.compact(TEXT, **options)


@pytest.mark.parametrize("make", [list, tuple, set, iter, dict.fromkeys, lambda p: (x for x in p)])
def test_pins_are_any_strings_in_a_row(make: Any) -> None:
    result = limbeck.compact(TEXT, keep=0.1, pins=make(["bolt_7 ", "bolt_51 "]))
    assert "bolt_7 " in result.text and "bolt_51 " in result.text
    assert all(check.passed for check in result.checks)


def test_a_pin_that_stands_nowhere_is_told() -> None:
    result = limbeck.compact(TEXT, keep=0.3, pins=["bolt_7 ", "bolt_777", "bolt_777", "nut"])
    told = [(check.passed, check.detail) for check in result.checks if check.name == "pin"]
    assert told == [
        (False, "'bolt_777' stands nowhere in the input"),
        (False, "'nut' stands nowhere in the input"),
    ]
    assert "pin: 'bolt_777' stands nowhere in the input" in result.report()
    assert "bolt_7 " in result.text


def test_a_pin_on_what_an_earlier_call_left_out_is_told() -> None:
    first = limbeck.compact(TEXT, keep=0.2, query="bolt_7")
    gone = next(line for line in TEXT.splitlines() if line not in first.text)
    again = limbeck.compact(first, keep=0.9, pins=[gone])
    assert [check.name for check in again.checks if not check.passed] == ["pin"]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda n, m: None, "must return a Worth, it returned a NoneType, None"),
        (lambda n, m: np.ones(n), "must return a Worth, it returned a ndarray"),
        (
            lambda n, m: Worth(np.ones(n + 1), np.ones(m), np.zeros(n, np.uint8)),
            r"base must .* shape \(60,\)",
        ),
        (
            lambda n, m: Worth(np.ones(n), np.ones(m - 1), np.zeros(n, np.uint8)),
            "weight must .* for each atom",
        ),
        (lambda n, m: Worth(1.0, np.ones(m), np.zeros(n, np.uint8)), "base must .* got a float, 1.0"),
        (
            lambda n, m: Worth([[1], [1, 2]], np.ones(m), np.zeros(n, np.uint8)),
            "base must .* different lengths",
        ),
        (
            lambda n, m: Worth(np.full(n, np.nan), np.ones(m), np.zeros(n, np.uint8)),
            "base must .* got nan at 0",
        ),
        (lambda n, m: Worth(np.full(n, -1), np.ones(m), np.zeros(n, np.uint8)), "0 or more .* got -1 at 0"),
        (lambda n, m: Worth(np.full(n, "x"), np.ones(m), np.zeros(n, np.uint8)), "base must .* got <U1"),
        (lambda n, m: Worth(np.ones(n), np.ones(m), np.full(n, 99)), "why must be indexes into REASONS"),
        (lambda n, m: Worth(np.ones(n), np.ones(m), np.zeros(n)), "why must be indexes .* got float64"),
    ],
)
def test_a_scorer_whose_answer_does_not_fit(answer: Any, says: str) -> None:
    with pytest.raises(OptionError, match=says):
        limbeck.compact(TEXT, keep=0.3, scorer=lambda view: answer(len(view.texts), len(view.atom_names)))


def test_a_scorer_may_answer_with_plain_numbers() -> None:
    def plain(view: Any) -> Any:
        base: Any = [int("bolt_44 " in text) for text in view.texts]
        weight: Any = [0] * len(view.atom_names)
        why: Any = [0] * len(view.texts)
        return Worth(base, weight, why)

    assert "bolt_44 " in limbeck.compact(TEXT, keep=0.1, scorer=plain).text


def test_a_scorer_must_be_a_function() -> None:
    with pytest.raises(OptionError, match=r"scorer must be a function .* got 5"):
        limbeck.compact(TEXT, keep=0.3, scorer=5)  # type: ignore[arg-type]  # what is refused


def test_the_usual_limit_is_64_megabytes() -> None:
    with pytest.raises(TooLargeError, match="67,108,864"):
        limbeck.compact("x" * (64 * 1024 * 1024 + 1), keep=0.5)


def test_no_query_and_an_empty_one_are_the_same() -> None:
    none, empty = (limbeck.compact(TEXT, keep=0.3, query=query) for query in (None, ""))
    assert none.text == empty.text
    assert none.before.query == empty.before.query == ""
    asked = limbeck.compact(TEXT, keep=0.1, query="where does bolt_33 go?")
    assert "bolt_33 " in asked.text
    assert asked.before.query == asked.context.query == "where does bolt_33 go?"


@pytest.mark.parametrize("name", ["o200k_base", "cl100k_base", "gpt-4o", "gpt-4"])
def test_budgets_from_counters_by_name(name: str) -> None:
    from limbeck.local.counters import counter

    result = limbeck.compact(TEXT, keep=0.3, counter=name)
    counting = counter(name)
    assert result.tokens_before == counting.count(TEXT)
    assert result.tokens_after == counting.count(result.text) <= result.usage.limit_tokens
    assert (result.usage.counter, result.usage.exact) == (counting.name, True)
    same = limbeck.compact(TEXT, keep=0.3, counter=counting)
    assert same.text == result.text


def test_a_bound_says_that_it_is_one() -> None:
    result = limbeck.compact(TEXT, keep=0.3, counter="claude")
    assert not result.usage.exact
    assert result.tokens_after <= result.usage.limit_tokens
    assert result.usage.counter in result.report()


def test_a_counter_of_one_s_own() -> None:
    result = limbeck.compact(TEXT, keep=0.3, counter=Words())
    assert (result.tokens_before, result.usage.limit_tokens) == (WORDS, int(WORDS * 0.3))
    assert result.tokens_after == len(result.text.split()) <= int(WORDS * 0.3)
    assert result.usage.counter == "words"


@pytest.mark.parametrize("keep", [0.0001, 0.1, 0.29, 1 / 3, 0.5, 0.999, 1.0, 1])
def test_keep_is_the_floor_of_a_share_and_never_nothing(keep: float) -> None:
    usage = limbeck.compact(TEXT, keep=keep, counter=Words()).usage
    assert usage.limit_tokens == max(1, int(keep * WORDS))
    assert usage.tokens_after <= usage.limit_tokens


def test_max_tokens_is_taken_as_it_is() -> None:
    for most in (1, 7, 100, WORDS - 1, WORDS, 10 * WORDS):
        usage = limbeck.compact(TEXT, max_tokens=most, counter=Words()).usage
        assert usage.limit_tokens == most
        assert usage.tokens_after <= most
    assert limbeck.compact(TEXT, max_tokens=WORDS, counter=Words()).text == TEXT


@pytest.mark.parametrize("given", ["", [], [{"role": "user", "content": ""}]])
def test_nothing_stays_nothing(given: Any) -> None:
    for style in (True, False, "blank"):
        result = limbeck.compact(given, keep=0.5, markers=style)
        assert result.text == ""
        assert result.kept_spans == []
        assert result.report()


def test_every_result_carries_the_laws_it_was_checked_against() -> None:
    result = limbeck.compact(TEXT, keep=0.3)
    names = [check.name for check in result.checks]
    assert names[:3] == ["accounted", "deletion only", "pinned"]
    assert all(check.passed for check in result.checks)
    assert result.method == "compact"
    assert result.usage.seconds > 0
