"""How much a segment is about the query."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from limbeck.methods.relevance import Relevance, bm25, lines, smoothed
from limbeck.methods.view import View, view, words
from limbeck.split.function_words import content

from .building import Said, context, structure


def seen(*texts: str, query: str) -> View:
    made = context(Said([list(texts)]), query=query)
    return view(made, list(texts), structure(made))


ALONE = Relevance(lent=0, near=0, wide=0)


def test_rare_words_and_short_rows_match_best() -> None:
    rows = ("the pump is in the hall\n", "the hall\n", "the roof\n", "the yard\n", "pump\n")
    found = ALONE(seen(*rows, query="the pump"))
    assert found.argmax() == 4
    assert found[0] > found[1] == pytest.approx(found[2])


def test_words_that_hold_a_question_together_match_nothing() -> None:
    rows = ("what did they think about the thing\n", "a case of wood\n", "the end\n")
    found = ALONE(seen(*rows, query="What did they think about the case?"))
    assert found.tolist() == [0, 1, 0]


def test_no_match_is_zero_everywhere() -> None:
    assert not Relevance()(seen("one\n", "two\n", query="three")).any()
    assert not Relevance()(seen("one\n", query="?")).any()


def test_figures_do_not_make_a_row_long() -> None:
    made = seen("receivables 213 654 239 275\n", "receivables\n", "cash\n", query="receivables")
    hits = made.hits(["receivables"[:6]])
    assert hits.length.tolist() == [1, 1, 1]
    found = ALONE(made)
    assert found[0] == found[1]


def test_a_sentence_shares_the_match_of_its_line() -> None:
    rows = ("The pump failed. ", "It was replaced.\n", "It was painted.\n", "It was sold.\n")
    made = seen(*rows, query="pump")
    assert lines(made).tolist() == [0, 0, 1, 2]
    found = ALONE(made)
    assert found[1] > found[2] == 0


def test_neighbors_share_a_match() -> None:
    made = seen("a pump\n", "one\n", "two\n", "three\n", query="pump")
    near = Relevance(lent=0, near=0.5, wide=0)(made)
    assert near[0] > near[1] > 0 == near[2]
    wide = Relevance(lent=0, near=0, wide=0.5, wide_rows=2)(made)
    assert wide[1] > wide[2] > 0 == wide[3]


def test_the_best_match_lends_its_words() -> None:
    """Who wrote the song is not said where its singer is; the name leads there."""
    rows = (
        "The anthem was first sung by Orlanda Quist.\n",
        "Bread is baked on Mondays.\n",
        "Quist was born in Tarn.\n",
        "The mayor was born in Oslo.\n",
        "The harbor is closed.\n",
    )
    made = seen(*rows, query="anthem singer home")
    assert ALONE(made)[2] == 0
    found = Relevance(near=0, wide=0)(made)
    assert found.argmax() == 0
    assert found[2] > found[3] > 0 == found[1]


def test_a_long_query_borrows_nothing() -> None:
    rows = ("the pump by Quist\n", "Quist was here\n", "nothing\n")
    question = "pump " + " ".join(f"word{n}" for n in range(50))
    assert Relevance(near=0, wide=0)(seen(*rows, query=question))[1] == 0
    assert Relevance(near=0, wide=0)(seen(*rows, query="pump"))[1] > 0


@given(st.lists(st.sampled_from(["pump ", "the ", "hall\n", "9 ", "roof\n", "Größe ", "\n"]), max_size=12),
       st.sampled_from(["pump", "the hall", "9", "roof Größe the", ""]))  # fmt: skip
def test_relevance_is_between_0_and_1(rows: list[str], query: str) -> None:
    found = Relevance()(seen(*rows, query=query))
    assert found.shape == (len(rows),)
    matched = any(set(words(row)) & set(words(content(query))) for row in rows)
    assert not len(found) or (found.min() >= 0 and found.max() == pytest.approx(float(matched)))


def test_bm25_weighs_words() -> None:
    hits = seen("pump\n", "hall\n", "roof\n", query="").hits(["pump", "hall"])
    assert bm25(hits, {"pump": 1.0, "hall": 0.5}).tolist() == pytest.approx([1.0, 0.5, 0.0])
    assert not bm25(hits, {"pump": 0.0, "hall": 0.0}).any()


def test_smoothing_stops_at_a_text_s_end() -> None:
    values = np.array([1.0, 0, 0, 0])
    assert smoothed(values, np.array([0, 0, 1, 1], np.int32), 3).tolist() == [0, 1, 0, 0]
    assert smoothed(values, np.zeros(4, np.int32), 1).tolist() == [0, 0.5, 0, 0]
    assert smoothed(np.zeros(0), np.zeros(0, np.int32), 3).tolist() == []
