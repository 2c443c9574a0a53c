"""Notes that are quotes: small, typed, one thing each, and aware of what was said again."""

from __future__ import annotations

from typing import Any

import pytest

from limbeck.core.artifact import NOTE_KINDS, Artifact
from limbeck.core.budget import Budget
from limbeck.core.distiller import Distiller
from limbeck.local.counters import counter
from limbeck.methods.extractive_notes import ExtractiveNotes, superseding
from limbeck.wire import read

from .texts import TEXTS
from .texts.noise import answered, shell

COUNTER = counter("o200k_base")


def notes(given: Any, keep: float) -> Artifact:
    context, _ = read(given, COUNTER)
    method = ExtractiveNotes()
    return method.cut(method.score(context, COUNTER), Budget(COUNTER, keep=keep))


def kind_of(sentence: str, role: str = "user") -> str:
    talk = (
        "Good morning to the two of you. Fine weather. Not a cloud in sight. Even the gulls are quiet today."
    )
    given = [
        {"role": "user", "content": talk},
        {"role": "assistant", "content": "A cup of tea?"},
        {"role": role, "content": sentence},
    ]
    return next(s.kind for s in notes(given, 1.0).statements if s.text in sentence)


@pytest.mark.parametrize(
    ("sentence", "role", "kind"),
    [
        ("Never push to main on a Friday.", "user", "constraint"),
        ("My favorite layout is the wide one with two columns.", "user", "preference"),
        ("The favorite layout of the team is the wide one.", "assistant", "fact"),
        ("To deploy the service, call the script in the ops folder.", "assistant", "procedure"),
        ("Yesterday we moved the warehouse to Arnhem.", "user", "event"),
        ("We decided to go with the red paint for the door.", "user", "decision"),
        ("The root cause was a missing index on the ledger table.", "assistant", "pitfall"),
        ("It is still unclear who owns the second index of the ledger.", "assistant", "open question"),
        ("The warehouse in Arnhem holds 4,200 pallets.", "user", "fact"),
    ],
)
def test_notes_are_typed_by_their_wording(sentence: str, role: str, kind: str) -> None:
    assert kind_of(sentence, role) == kind


@pytest.mark.parametrize("name", list(TEXTS))
def test_a_tenth_of_the_tokens_is_enough_for_notes_of_a_line_each(name: str) -> None:
    made = notes(TEXTS[name].given, 0.1)
    assert (made.form, made.method) == ("notes", "extractive-notes")
    assert made.tokens_after <= 0.1 * made.tokens_before
    assert {s.kind for s in made.statements} <= set(NOTE_KINDS)
    assert all(s.text.count("\n") <= 3 and s.confidence == 1.0 and s.quoted for s in made.statements)


def test_a_later_value_of_the_same_key_supersedes_the_earlier_one() -> None:
    given = [
        {"role": "user", "content": "The budget is 40 EUR. The color is blue. The gate code is 4411."},
        {"role": "assistant", "content": "The budget is 55 EUR. Noted."},
        {"role": "user", "content": "The gate code is 4411. The budget is 60 EUR!"},
    ]
    made = notes(given, 1.0)
    replaced = [(made.statements[n].text, s.text) for s in made.statements for n in s.supersedes]
    assert [(a.rstrip(".!"), b.rstrip(".!")) for a, b in replaced] == [
        ("The budget is 40 EUR", "The budget is 60 EUR")
    ]


def test_output_supersedes_only_output_of_the_same_call() -> None:
    given = [
        {"role": "user", "content": "Watch the queue."},
        shell(1, "queue --length"),
        answered(1, "queue_length_now: 512 jobs\nqueue_name_used: alpha\n"),
        shell(2, "queue --length --other"),
        answered(2, "queue_length_now: 77 jobs\n"),
        shell(3, "queue --length"),
        answered(3, "queue_length_now: 90 jobs\nqueue_name_used: beta\n"),
    ]
    made = notes(given, 1.0)
    replaced = [(made.statements[n].text, s.text) for s in made.statements for n in s.supersedes]
    assert replaced == [("queue_length_now: 512 jobs", "queue_length_now: 90 jobs")]


def test_what_is_no_key_with_a_figure_supersedes_nothing() -> None:
    given = "I think that step one is done with 3 of the 4 parts. 12: 13\n12: 14\nstage = 4 five six seven eight\n"
    context, _ = read(given + "stage = 5 five six seven eight\n", COUNTER)
    made = notes(given, 1.0)
    assert superseding(made.statements, context) == made.statements


def test_it_is_a_distiller() -> None:
    method: Distiller[Artifact] = ExtractiveNotes()
    context, _ = read(TEXTS["booking_agent"].given, COUNTER)
    with pytest.raises(StopIteration) as stopped:
        next(method.steps(context, Budget(COUNTER, keep=0.1)))
    assert isinstance(stopped.value.value, Artifact)
    assert method.name == "extractive-notes"
