"""Questions without the words that only hold them together."""

from __future__ import annotations

import pytest

from limbeck.split.function_words import FUNCTION_WORDS, content


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("What did the marketing expert think about the wooden case?", "marketing expert wooden case"),
        ("Why doesn't `load_rows` close the file?", "load rows close file"),
        ("Wann wurde die Brücke über den Fluss gebaut?", "Brücke Fluss gebaut"),
        ("¿Cuándo fue fundada la ciudad?", "fundada ciudad"),
        ("Quel est le prix du pain ?", "prix pain"),
        ("Когда был построен мост?", "построен мост"),
        ("What was it?", "What was it?"),  # nothing else to go by
        ("桥是什么时候建的？", "桥是什么时候建的"),
        ("", ""),
        ("?!", "?!"),
    ],
)
def test_what_a_question_is_about(question: str, left: str) -> None:
    assert content(question) == left


def test_the_lists_hold_plain_words_in_lower_case() -> None:
    assert all(word == word.lower() and word.strip() for word in FUNCTION_WORDS)
    assert not {"error", "fail", "pump", "file"} & FUNCTION_WORDS
