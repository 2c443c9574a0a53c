"""What must be carried, and when it counts as carried."""

from __future__ import annotations

from typing import Any

import pytest

from limbeck.methods.guards import Guard

from .guard_sources import SESSION, context_of

GUARD = Guard(context_of(SESSION))
RULES = (
    "Never restart pump 7 without asking.",
    "Do not touch the valve schedule.",
    "must not exceed 1500 dollars",
)


def _missing(text: str, guard: Guard = GUARD) -> list[str]:
    return [finding.text for finding in guard.missing(text)]


def test_all_rules_of_user_and_operator_are_missed_in_a_text_that_holds_none() -> None:
    missed = _missing("The dry run passed.")
    for rule in RULES:
        assert any(rule in words for words in missed)
    assert not any("deleted" in words for words in missed)  # what a log demands is no rule


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_that_is_quoted_is_carried(rule: str) -> None:
    whole = next(words for words in _missing("") if rule in words)
    assert whole not in _missing(f"Constraints:\n- {whole}\n")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("The valve schedule must not be touched.", "valve schedule"),
        ("Pump 7 is never to be restarted without asking.", "pump 7"),
        (
            "The bill may not exceed 1,500 USD; Marit is to be asked before anything is restarted.",
            "1500 dollars",
        ),
    ],
)
def test_a_rule_in_other_words_is_carried(text: str, rule: str) -> None:
    assert not any(rule in words for words in _missing(text))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("The valve schedule must be touched.", "valve schedule"),
        ("The bill must not exceed 1800 dollars.", "1500 dollars"),
        ("Pump 9 is never to be restarted without asking.", "pump 7"),
    ],
)
def test_a_rule_turned_round_or_with_another_value_is_not_carried(text: str, rule: str) -> None:
    assert any(rule in words for words in _missing(text))


def test_pins_and_kept_regions_must_be_carried() -> None:
    source = "Intro line.\n<keepContext>\nThe vault code is 4471.\n</keepContext>\nThe door is blue.\n"
    guard = Guard(context_of(source), pins=("door is blue",))
    reasons = {finding.reason for finding in guard.missing("Nothing of it.")}
    assert reasons == {"missing: kept by tag", "missing: pinned"}
    assert all(f.omission and f.start == f.end == 0 and f.evidence for f in guard.missing("Nothing of it."))
    assert _missing("The vault code is 4471. The door is blue.", guard) == []


def _run(number: str, command: str, output: str) -> list[dict[str, Any]]:
    function = {"name": "bash", "arguments": '{"command": "' + command + '"}'}
    call = {"id": number, "type": "function", "function": function}
    return [
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": number, "content": output},
    ]


FAILED = "compiling\nerror: cannot find the lamp driver\n"


def test_an_error_that_nothing_mends_must_be_carried_and_one_that_was_mended_need_not() -> None:
    start: list[dict[str, Any]] = [{"role": "user", "content": "Build the lighthouse."}]
    open_end = Guard(context_of(start + _run("a", "make", FAILED)))
    assert _missing("It was built.", open_end) == ["error: cannot find the lamp driver"]
    assert _missing("The build fails: it cannot find the lamp driver (error).", open_end) == []
    mended = Guard(
        context_of(start + _run("a", "make", FAILED) + _run("b", "make", "compiling\nbuild passed\n"))
    )
    assert _missing("It was built.", mended) == []
