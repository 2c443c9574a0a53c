"""Cases from questions with gold evidence, and from marked logs."""

from __future__ import annotations

from typing import Any

import pytest

from limbeck.bench.evidence import evidence_cases, evidence_items, marked_cases

ITEMS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "sentences": (
        ("The first of them. And the second! Is it 3rd?",),
        ("The first of them.", "And the second!"),
    ),
    "twelve characters": (("elevenchars twelve chars",), ("elevenchars twelve chars",)),
    "eleven are too few": (("Ten chars. Thirteen here.",), ("Thirteen here.",)),
    "none is long enough": ((" short one \n", "No. 7."), ("short one", "No. 7.")),
    "lines": (("the first line\n  the second line",), ("the first line", "the second line")),
    "full-width stops": (
        ("这是第一个句子，它足够长。这是第二个句子，也足够长。",),
        ("这是第一个句子，它足够长。", "这是第二个句子，也足够长。"),
    ),
    "twice": (("said two times", "said two times"), ("said two times",)),
    "a point inside": (("version 1.2 of example.org came",), ("version 1.2 of example.org came",)),
    "empty": (("", " \n"), ()),
}


@pytest.mark.parametrize("name", ITEMS)
def test_evidence_items(name: str) -> None:
    evidence, items = ITEMS[name]
    assert evidence_items(list(evidence)) == items


def test_the_length_of_a_sentence() -> None:
    assert evidence_items(["abcdefghijk. abcdefghijkl. tail"]) == ("abcdefghijk.", "abcdefghijkl.")
    assert evidence_items(["abcdefghij. abcdefghijkl. tail"]) == ("abcdefghijkl.",)


def question(number: int, evidence: list[str]) -> dict[str, Any]:
    return {"question": f"question {number}?", "answer": "yes", "evidence": evidence}


def test_contexts_give_their_first_three_questions() -> None:
    context = "the gold is here at last\n" * 100
    questions = [question(n, ["the gold is here at last"]) for n in range(4)]
    row = {"id": "r", "source": "s", "context": context, "questions": questions}
    cases = list(evidence_cases(row))
    assert [(c.id, c.query) for c in cases] == [(f"r#{n}", f"question {n}?") for n in range(3)]
    assert all(c.given == context and c.cluster == "r" and c.task == "evidence" for c in cases)
    assert cases[0].needs[0].items == ("the gold is here at last",)


@pytest.mark.parametrize(("chars", "cases"), [(1500, 0), (1501, 1)])
def test_contexts_over_1500_characters(chars: int, cases: int) -> None:
    row = {"id": "r", "source": "s", "context": "x" * chars, "questions": [question(0, ["xxxxxxxxxxxxx"])]}
    assert len(list(evidence_cases(row))) == cases


def test_questions_without_evidence_give_none() -> None:
    questions = [
        question(0, []),
        {"question": "no field?", "answer": ""},
        question(2, ["a" * 20]),
        question(3, ["b"]),
    ]
    row = {"id": "r", "source": "s", "context": "a" * 2000, "questions": questions}
    assert [c.id for c in evidence_cases(row)] == ["r#2"]


def test_turns_give_all_questions() -> None:
    turns = [
        {"id": "1", "speaker": "Ada", "text": "I moved to the sea."},
        {"id": "2", "speaker": "Ben", "text": "So you can swim now."},
    ]
    questions = [question(n, ["2", "1"]) for n in range(4)] + [question(4, ["9"])]
    cases = list(evidence_cases({"id": "r", "source": "s", "turns": turns, "questions": questions}))
    assert len(cases) == 4
    assert cases[3].given == "Ada: I moved to the sea.\nBen: So you can swim now."
    assert cases[3].needs[0].items == ("So you can swim now.", "I moved to the sea.")


def test_marked_lines() -> None:
    marks = [
        {"line": 1, "text": " [error] gone \n"},
        {"line": 5, "text": "[error] gone"},
        {"line": 7, "text": " "},
    ]
    (case,) = marked_cases({"id": "r", "source": "s", "text": "log", "marked_lines": marks})
    assert (case.given, case.query, case.needs[0].items) == ("log", "", ("[error] gone",))


def test_logs_without_marks_give_no_case() -> None:
    assert list(marked_cases({"id": "r", "source": "s", "text": "log", "marked_lines": []})) == []
    assert list(marked_cases({"id": "r", "source": "s", "text": "log"})) == []
