"""Sentences that lay something down in soft words are found; what only tells is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limbeck.split.constraints import constraint_spans
from limbeck.split.requirements import requirement_spans

LAID_DOWN = (
    "The summary should stay under 200 words.",
    "Our ceiling is 4,000 EUR.",
    "The total is capped at 90.",
    "The old names have to keep working.",
    "I need it by Friday.",
    "Hold the release until Mona has signed.",
    "The key stays with me.",
    "The vault is off limits.",
    "Footnotes are to be left out.",
    "Anything above 300 goes to my boss.",
    "Check with me before you pay.",
    "I'd rather not use a framework.",
    "No animals on the stage.",
    "And nothing from the bargain bin.",
    "Nothing gets deleted this month.",
    "Nobody signs for a colleague.",
    "Names of ships are not translated.",
    "Secrets never go into the repository.",
    "Mornings only, please.",
    "Keep the tone dry.",
    "A refund needs the approval of Petra.",
    "We don't fly at night.",
    "It can't be the week of the fair.",
    "My son is allergic to nuts.",
    "You may read the replica but not write to it.",
    "Two bags per passenger.",
    "Our contract forbids storing addresses.",
    "Please answer in German.",
    "Spaces, not tabs.",
    "Die Tabelle bleibt, wie sie ist.",
    "Das Budget liegt bei 900 Euro, mehr ist nicht drin.",
    "Finger weg vom alten Server.",
    "Le budget est de 900 euros au plus.",
    "Pas d'appels avant midi.",
    "El presupuesto es de 900 euros como máximo.",
    "Nada de marisco para mi madre.",
    "- Wrap errors with their cause.",
    "2. Verify the sum before the upload.",
)
TOLD = (
    "",
    "The lamp over the table is from my grandmother.",
    "We visited the castle and had lunch in the garden.",
    "The build took nine minutes.",
    "My brother lives in Graz.",
    "There are four files in that folder.",
    "No errors were found in the last run.",
    "Nothing happened when I clicked it.",
    "The cache holds 2 GB.",
    "He only had two euros left.",
    "Could you keep it short?",
    "Um, you know, it has to be, like, somewhere.",
    "Verify is the name of the program.",
    "Der Zug kam zehn Minuten zu spät.",
    "Le train est arrivé hier soir.",
    "El tren llegó ayer por la noche.",
    "error: limit is 20",
    "```\nthe limit is 20\n```",
)


@pytest.mark.parametrize("sentence", LAID_DOWN)
def test_soft_words_lay_something_down(sentence: str) -> None:
    text = f"It was a long day. We had tea.\n\n{sentence}\n\nThen we went home."
    found = {text[a:b] for a, b in (*requirement_spans(text), *constraint_spans(text))}
    assert found == {sentence}


@pytest.mark.parametrize("sentence", TOLD)
def test_what_only_tells_lays_nothing_down(sentence: str) -> None:
    assert requirement_spans(sentence) == []


@given(
    st.text(
        alphabet=st.sampled_from("ab no only the limit is 5 by Friday keep.\n-!?`'’ \r\u4e2d"), max_size=120
    )
)
def test_spans_ascend_and_hold_no_white_space_around(text: str) -> None:
    last = 0
    for start, end in requirement_spans(text):
        assert last <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        last = end


@pytest.mark.parametrize(
    "sentence",
    [
        "Hands off the beam.",
        "Stay away from the migrations.",
        "Please hold off on the release.",
        "Leave the cache out of it.",
        "I'd rather you left it alone.",
        "The reeds are out of bounds.",
        "The budget is 9,500 euros.",
        "The lifts must not be used.",
        "Breakfast must be included.",
    ],
)
def test_what_cannot_be_meant_otherwise_is_a_constraint(sentence: str) -> None:
    assert constraint_spans(sentence) == [(0, len(sentence))]


@pytest.mark.parametrize(
    "sentence", ["It must be cached.", "The worker hands off to the queue.", "It must have been lost."]
)
def test_what_can_be_meant_otherwise_is_none(sentence: str) -> None:
    assert constraint_spans(sentence) == []
