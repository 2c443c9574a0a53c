"""Cases from questions with gold evidence, and from logs whose important lines were marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from limbeck.bench.cases import Case, Need

__all__ = ["EVIDENCE", "MARKED", "evidence_cases", "evidence_items", "marked_cases"]

EVIDENCE = "evidence"
MARKED = "marked lines"

MIN_CONTEXT_CHARS = 1_500
QUESTIONS_PER_CONTEXT = 3
MIN_SENTENCE_CHARS = 12

# The ends of sentences, on purpose coarser than what a method may use: after a stop and white space, after a
# full-width stop, at a newline.
_SENTENCE_END = re.compile(r"(?<=[.!?\u061f\u06d4\u0964])\s+|(?<=[\u3002\uff01\uff1f])\s*|\s*\n\s*")


def evidence_items(evidence: list[str]) -> tuple[str, ...]:
    """The distinct sentences of 12 or more characters in evidence; a string without one counts whole."""
    items: dict[str, None] = {}
    for text in evidence:
        sentences = [part.strip() for part in _SENTENCE_END.split(text)]
        long = [part for part in sentences if len(part) >= MIN_SENTENCE_CHARS]
        whole = text.strip()
        items.update(dict.fromkeys(long or ([whole] if whole else [])))
    return tuple(items)


def evidence_cases(row: dict[str, Any]) -> Iterator[Case]:
    """The cases of one row of `qa/`: one for each question that has evidence.

    Of a row with `turns` all questions; of a row with `context` the first three, when the context is over
    1,500 characters. Turns are given as lines `speaker: text`.
    """
    questions: list[dict[str, Any]] = row["questions"]
    gold: dict[str, str] = {}
    if "turns" in row:
        gold = {str(turn["id"]): str(turn["text"]) for turn in row["turns"]}
        given = "\n".join(f"{turn['speaker']}: {turn['text']}" for turn in row["turns"])
    else:
        given = row["context"]
        if len(given) <= MIN_CONTEXT_CHARS:
            return
        questions = questions[:QUESTIONS_PER_CONTEXT]
    for number, question in enumerate(questions):
        evidence = [str(item) for item in question.get("evidence") or ()]
        if "turns" in row:
            evidence = [gold[item] for item in evidence if item in gold]
        items = evidence_items(evidence)
        if items:
            yield Case(
                task="evidence",
                id=f"{row['id']}#{number}",
                source=str(row["source"]),
                cluster=str(row["id"]),
                given=given,
                query=str(question["question"]),
                needs=(Need(EVIDENCE, "text", items),),
            )


def marked_cases(row: dict[str, Any]) -> Iterator[Case]:
    """The case of one row of `noisy/ci_logs`: the lines that the CI's log viewer marked, without a query."""
    lines = {str(mark["text"]).strip(): None for mark in row.get("marked_lines") or ()}
    items = tuple(line for line in lines if line)
    if items:
        yield Case(
            task="marked",
            id=str(row["id"]),
            source=str(row["source"]),
            cluster=str(row["id"]),
            given=row["text"],
            query="",
            needs=(Need(MARKED, "text", items),),
        )
