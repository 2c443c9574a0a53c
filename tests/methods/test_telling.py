"""How much a sentence tells decides what it is worth."""

from __future__ import annotations

from limbeck.local.counters import counter
from limbeck.methods.forest import forest
from limbeck.methods.lexical import Lexical
from limbeck.methods.telling import EMPTY_VALUE, MOST, Telling, told
from limbeck.methods.view import View, view

from .building import Said, context

COUNTER = counter("o200k_base")


def seen(*said: Said, query: str = "") -> View:
    made = context(*said, query=query)
    texts = [made.segments.text(row) for row in range(len(made.segments))]
    return view(made, texts, forest(made, texts, COUNTER))


TALK = [
    "Sounds good to me! ",
    "The warehouse in Arnhem needs a second dock for pallets. ",
    "Thanks, you too. ",
    "Pallets wait outside the warehouse because the dock is narrow. ",
]


def test_the_matter_counts_and_small_talk_does_not() -> None:
    factor = told(seen(Said([TALK], kind="prose")))
    assert min(factor[1], factor[3]) > 5 * max(factor[0], factor[2])
    assert factor.max() <= MOST


def test_tool_output_is_left_alone_and_empty_values_tell_little() -> None:
    rows = ['"note": null', '"count": 12', '"tags": []']
    factor = told(seen(Said([TALK], "tool", kind="prose"), Said([rows], "tool", kind="json")))
    assert factor.tolist() == [1, 1, 1, 1, EMPTY_VALUE, 1, EMPTY_VALUE]


def test_texts_without_words_are_left_alone() -> None:
    assert told(seen(Said([["the of and. ", "..."]], kind="prose"))).tolist() == [1, 1]
    assert told(seen(Said([["zebra\n"] * 9], kind="prose"))).tolist() == [1] * 9


def test_scripts_without_spaces_have_words_too() -> None:
    factor = told(seen(Said([["仓库在阿纳姆有托盘。", "好。", "托盘在仓库外面等着。"]], kind="prose")))
    assert min(factor[0], factor[2]) > factor[1]


def test_a_question_takes_most_of_it_back() -> None:
    free, asked = (seen(Said([TALK], kind="prose"), query=query) for query in ("", "who sounds good?"))
    less = Telling()(free).base[0] / Lexical()(free).base[0]
    more = Telling()(asked).base[0] / Lexical()(asked).base[0]
    assert less < 0.3 < 0.7 < more
