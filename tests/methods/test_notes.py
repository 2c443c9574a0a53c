"""`Notes`, by replies sent into its steps. The writers are scripts; no figure of quality is drawn from them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from limbeck.core.artifact import NOTE_KINDS, Artifact, Statement
from limbeck.core.distiller import Ask, Failed
from limbeck.core.errors import BudgetError, ModelError, OptionError
from limbeck.core.source import Span
from limbeck.methods.extractive_notes import ExtractiveNotes
from limbeck.methods.notes import Notes, superseding

from .writing_scripts import CHAT, Script, always, budget, context_of, copied, long_chat, material, sound

METHOD = Notes(ExtractiveNotes())
STRICT = Notes(ExtractiveNotes(), strict=True)


def made(script: Script, given: Any = CHAT, tokens: int = 300, method: Notes = METHOD) -> Artifact:
    return sound(script.run(method.steps(context_of(given), budget(tokens))))


def number_with(ask: Ask, words: str) -> int:
    return next(number for number, text in material(ask) if words in text)


def records(*notes: dict[str, Any]) -> str:
    return json.dumps({"statements": notes})


def decision(ask: Ask, rationale: str) -> dict[str, Any]:
    return {
        "number": 1,
        "kind": "decision",
        "text": "The assistant decided to lower the night speed to 1400 rpm.",
        "rationale": rationale,
        "cites": [number_with(ask, "I decided")],
        "supersedes": [],
    }


def test_notes_are_typed_and_carry_evidence_and_confidence() -> None:
    def writes(ask: Ask) -> str:
        fact = {
            "number": 2,
            "kind": "fact",
            "text": "The bearing of pump P-2 reached 96 C.",
            "cites": [number_with(ask, "reached 96")],
        }
        return records(decision(ask, "The bearing cools below 1450 rpm."), fact)  # fmt: skip

    script = Script({"write": writes})
    artifact = made(script)
    assert script.kinds == [["write"]]
    assert artifact.form == "notes" and artifact.method == "notes" and artifact.fallbacks == ()
    noted = {s.kind: s for s in artifact.statements if not s.quoted}
    assert noted["decision"].rationale == "The bearing cools below 1450 rpm."
    assert "1400 rpm. (The bearing cools below 1450 rpm.)" in artifact.text
    assert all(s.kind in NOTE_KINDS and s.evidence and 0 < s.confidence <= 1 for s in artifact.statements)
    order = [NOTE_KINDS.index(s.kind) for s in artifact.statements]
    assert order == sorted(order)
    properties = script.asks[0][0].schema["properties"]["statements"]["items"]["properties"]  # type: ignore[index]  # it has one
    assert properties["kind"]["enum"] == list(NOTE_KINDS)


def test_a_reason_that_is_not_borne_out_goes_and_the_decision_stays() -> None:
    artifact = made(Script({"write": lambda ask: records(decision(ask, "The pump costs 9000 euro a year."))}))
    (note,) = [s for s in artifact.statements if s.kind == "decision"]
    assert note.rationale == ""
    (fallback,) = artifact.fallbacks
    assert (fallback.what, fallback.text) == ("dropped", "The pump costs 9000 euro a year.")
    assert fallback.findings


def test_a_note_its_evidence_does_not_support_is_refused() -> None:
    def writes(ask: Ask) -> str:
        wrong = {
            "number": 2,
            "kind": "fact",
            "text": "The bearing of pump P-2 reached 69 C.",
            "cites": [number_with(ask, "reached 96")],
        }
        return records(decision(ask, ""), wrong)  # fmt: skip

    script = Script({"write": writes, "repair": lambda _: "no"})
    artifact = made(script)
    assert script.kinds == [["write"], ["repair"]]
    (fallback,) = artifact.fallbacks
    assert (fallback.what, fallback.text) == ("dropped", "The bearing of pump P-2 reached 69 C.")
    assert fallback.findings and "69" not in artifact.text


def test_a_later_note_supersedes_what_its_writer_says_it_does() -> None:
    def writes(ask: Ask) -> str:
        plan = {
            "number": 1,
            "kind": "open question",
            "text": "It is asked why pump P-2 stops at night.",
            "cites": [number_with(ask, "find out why")],
        }
        found = {
            "number": 2,
            "kind": "fact",
            "text": "Pump P-2 stopped because its bearing reached 96 C.",
            "cites": [number_with(ask, "reached 96")],
            "supersedes": [1],
        }
        return records(plan, found)  # fmt: skip

    artifact = made(Script({"write": writes}))
    (later,) = [s for s in artifact.statements if s.supersedes]
    (place,) = later.supersedes
    assert artifact.statements[place].text == "It is asked why pump P-2 stops at night."


def note(text: str, at: int, kind: str = "fact") -> Statement:
    return Statement(kind, text, (Span(0, at, at + 1),))


@pytest.mark.parametrize(
    ("one", "other", "does"),
    [
        ("The night speed of pump P-2 is 1480 rpm.", "The night speed of pump P-2 is 1400 rpm.", True),
        ("Retries in the login client are set to 3.", "Retries in the login client are set to 5.", True),
        ("The cache of the login server is enabled.", "The cache of the login server is not enabled.", True),
        (
            "Der Druck in der Leitung M-3 beträgt 4,5 bar.",
            "Der Druck in der Leitung M-3 beträgt 5,5 bar.",
            True,
        ),
        ("Pump P-1 in the large hall runs well.", "Pump P-2 in the large hall runs well.", False),
        ("Pump P-1 runs at 1401 rpm in the hall.", "Pump P-2 runs at 1402 rpm in the hall.", False),
        ("Step 3 of the plan failed today.", "Step 4 of the plan failed today.", False),
        ("The port is 80.", "The seal of the pump is worn.", False),
        ("The night speed of pump P-2 is 1400 rpm.", "The night speed of pump P-2 is 1400 rpm.", False),
    ],
)
def test_what_contradicts_what(one: str, other: str, does: bool) -> None:
    earlier, later = superseding([note(one, 1), note(other, 9)])
    assert (earlier.supersedes, later.supersedes) == ((), (0,) if does else ())
    swapped = superseding([note(other, 9), note(one, 1)])
    assert [s.supersedes for s in swapped] == [(1,) if does else (), ()]


def test_events_do_not_contradict_each_other() -> None:
    events = [note(f"The night watch of pump P-2 ended at {n}:00.", n, "event") for n in (5, 6)]
    assert [s.supersedes for s in superseding(events)] == [(), ()]
    facts = [
        note("The valve of the line is open.", 1),
        note("The valve of the line is not open.", 2, "decision"),
    ]
    assert [s.supersedes for s in superseding(facts)] == [(), ()]


def test_writers_are_not_believed_about_what_comes_later() -> None:
    first, second = superseding([note("The pump runs.", 1), note("A seal is worn.", 5)], [{1}, set()])
    assert (first.supersedes, second.supersedes) == ((), ())
    assert superseding([note("The pump runs.", 1)], [{0}])[0].supersedes == ()


def test_what_is_superseded_goes_first_where_there_is_no_room() -> None:
    text = "".join(f"Rule {n}: the speed of the night pump number {n} is {1000 + n} rpm. " for n in range(30))
    given = text + "Later: the speed of the night pump number 7 is 1777 rpm."

    def writes(ask: Ask) -> str:
        old = {"kind": "fact", "text": "The speed of the night pump number 7 is 1007 rpm.", "cites": []}
        new = {"kind": "fact", "text": "The speed of the night pump number 7 is 1777 rpm.", "cites": []}
        more = [
            {
                "kind": "fact",
                "text": f"The speed of the night pump number {n} is {1000 + n} rpm.",
                "cites": [],
            }
            for n in (8, 9, 11)
        ]
        return records(old, new, *more)  # fmt: skip

    everything = made(Script({"write": writes}), given, 200)
    assert [s.text for s in everything.statements if s.supersedes] == [
        "The speed of the night pump number 7 is 1777 rpm."
    ]
    tight = made(Script({"write": writes}), given, everything.tokens_after - 1)
    assert "1007 rpm" not in tight.text and "1777 rpm" in tight.text
    assert [s.supersedes for s in tight.statements] == [()] * len(tight.statements)


def test_constraints_nobody_noted_are_quoted() -> None:
    artifact = made(Script({"write": lambda ask: records(decision(ask, ""))}))
    quoted = {s.text for s in artifact.statements if s.quoted and s.kind == "constraint"}
    assert "Do not change config/limits.toml." in quoted


def test_notes_on_a_long_source_stand_side_by_side_and_equal_ones_once() -> None:
    def writes(ask: Ask) -> list[tuple[str, str, list[int]]]:
        return [("constraint", "Never open valve V-7 while pump P-2 runs.", []), *copied(ask, 2)]

    script = Script({"write": writes})
    chat = [*long_chat(), {"role": "user", "content": "Never open valve V-7 while pump P-2 runs."}]
    artifact = made(script, chat, 700, Notes(ExtractiveNotes(), window_tokens=4_000))
    assert len(script.asks[0]) > 2 and all("merge" not in kinds for kinds in script.kinds)
    texts = [s.text for s in artifact.statements]
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize("reply", [Failed("timeout", "after 5.0 s"), "", "{}", "I did as you asked!"])
def test_without_a_model_notes_of_quotes_serve(reply: Failed | str) -> None:
    artifact = made(always(reply))
    assert artifact.form == "notes"
    assert artifact.fallbacks[0].what == "digest"
    assert all(s.quoted for s in artifact.statements)
    with pytest.raises(ModelError):
        made(always(reply), method=STRICT)


def test_small_budgets_and_windows() -> None:
    with pytest.raises(BudgetError, match="raise max_tokens"):
        made(Script(), tokens=10, method=STRICT)
    with pytest.raises(OptionError, match="window_tokens"):
        Notes(ExtractiveNotes(), window_tokens=5)
