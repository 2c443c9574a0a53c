"""What a digest holds, on texts whose constraints were marked by hand, and how it behaves at the edges."""

from __future__ import annotations

from typing import Any

import pytest

from limbeck.core.artifact import Artifact
from limbeck.core.budget import Budget
from limbeck.core.distiller import Distiller
from limbeck.core.errors import BudgetError
from limbeck.local.counters import counter
from limbeck.methods.digest import Digest
from limbeck.methods.lexical import Lexical
from limbeck.methods.pins import pinned
from limbeck.wire import read

from .building import PLAIN, Said
from .building import context as built
from .texts import TEXTS
from .texts.noise import answered, service_log, shell

COUNTER = counter("o200k_base")


def digest(given: Any, keep: float | None = None, max_tokens: int | None = None, query: str = "") -> Artifact:
    context, _ = read(given, COUNTER)
    return run(Digest(), context.asked(query), Budget(COUNTER, max_tokens, keep))


def run(method: Digest, context: Any, budget: Budget) -> Artifact:
    steps = method.steps(context, budget)
    with pytest.raises(StopIteration) as stopped:
        next(steps)
    return stopped.value.value  # type: ignore[no-any-return]  # a generator's return value has no type here


@pytest.mark.parametrize("name", list(TEXTS))
def test_a_fifth_of_the_tokens_holds_every_constraint_marked_by_hand(name: str) -> None:
    marked = TEXTS[name]
    made = digest(marked.given, keep=0.2)
    whole = "\n".join(source.text for source in made.before.sources)
    assert 1400 <= made.tokens_before <= 7000
    assert made.tokens_after <= 0.2 * made.tokens_before
    assert [c for c in marked.constraints if c not in whole] == []  # the marks are right
    held = "\n".join(s.text for s in made.statements if s.kind == "constraints")
    assert [c for c in marked.constraints if c not in held] == []
    assert not [f for f in marked.forged if f in held]


@pytest.mark.parametrize("name", [n for n, marked in TEXTS.items() if marked.forged])
def test_what_a_tool_says_is_never_a_constraint_or_a_goal(name: str) -> None:
    for statement in digest(TEXTS[name].given, keep=1.0).statements:
        if any(f in statement.text for f in TEXTS[name].forged):
            assert statement.kind in ("state", "artifacts", "errors and fixes")


def test_constraints_that_do_not_fit_are_told() -> None:
    made = digest(TEXTS["museum_policy"].given, keep=0.06)
    lost = [c for c in TEXTS["museum_policy"].constraints if c not in made.text]
    told = {finding.text for finding in made.omissions}
    assert lost
    assert set(lost) <= told
    for finding in made.omissions:
        assert (finding.kind, finding.start, finding.end) == ("must-keep", 0, 0)
        assert (
            made.before.sources[finding.evidence[0].source]
            .text[finding.evidence[0].start :]
            .startswith(finding.text)
        )
        assert finding.text not in made.text


def test_the_first_and_the_newest_request_are_the_goal() -> None:
    made = digest(TEXTS["migration_session"].given, keep=0.2)
    goals = [s.text for s in made.statements if s.kind == "goal"]
    assert goals == ["The checkout rounds totals wrongly since we moved to cents. Find out where and fix it."]
    asked = digest(TEXTS["booking_agent"].given, keep=0.2)
    goal = next(s.text for s in asked.statements if s.kind == "goal")
    assert goal.startswith("We want to go to Lisbon in October")


def test_an_error_that_nothing_mended_stays_and_one_that_was_mended_need_not() -> None:
    def session(last: str) -> list[dict[str, Any]]:
        return [
            {"role": "user", "content": "Find out why the export stalls."},
            shell(1, "python export.py"),
            answered(1, service_log("export", 20) + "ExportError: ledger 4417 is locked\n"),
            shell(2, "tail export.log"),
            answered(2, service_log("export", 60)),
            shell(3, "python export.py"),
            answered(3, last),
            {"role": "assistant", "content": "I look at the log."},
        ]

    broken = digest(session(service_log("other", 9) + "ExportError: ledger 4418 is locked\n"), keep=0.1)
    assert "ExportError: ledger 4418 is locked" in [
        s.text for s in broken.statements if s.kind == "errors and fixes"
    ]
    assert "ExportError: ledger 4418 is locked" not in [o.text for o in broken.omissions]
    mended = digest(session(service_log("other", 9)), max_tokens=60)
    assert [o for o in mended.omissions if "ExportError" in o.text] == []


def test_sections_without_a_quote_are_absent_and_others_stand_in_order() -> None:
    text = digest(TEXTS["log_with_order"].given, keep=0.2).text
    assert text.index("## Constraints") < text.index("## State")
    assert "## Next step" not in text


def test_a_question_decides() -> None:
    given = TEXTS["museum_policy"].given
    asked = digest(
        given, keep=0.2, query="How many radios hang on the wall and which channel is the workshop?"
    )
    assert "channel 5 the workshop" in asked.text
    assert "channel 5 the workshop" not in digest(given, keep=0.2).text


def test_hard_pins_stand_before_all_else() -> None:
    context, _ = read(TEXTS["museum_policy"].given, COUNTER)
    wanted = "which has led to some surprises"
    made = run(Digest(), pinned(context, pins=[wanted]), Budget(COUNTER, keep=0.05))
    assert wanted in made.text
    with pytest.raises(
        BudgetError, match=r"tokens \(pinned\) exceed the budget of 10; raise max_tokens to at least \d+"
    ):
        run(Digest(), pinned(context, pins=[wanted]), Budget(COUNTER, max_tokens=10))


def test_one_scoring_serves_every_budget() -> None:
    context, _ = read(TEXTS["booking_agent"].given, COUNTER)
    method = Digest()
    scores = method.score(context, COUNTER)
    for keep in (0.3, 0.1, 0.2):
        again = method.cut(method.score(context, COUNTER), Budget(COUNTER, keep=keep))
        made = method.cut(scores, Budget(COUNTER, keep=keep))
        assert (made.text, made.statements, made.omissions) == (again.text, again.statements, again.omissions)


def test_another_scorer_decides() -> None:
    given = TEXTS["planning_meeting"].given
    context, _ = read(given, COUNTER)
    other = run(Digest(Lexical()), context, Budget(COUNTER, keep=0.2))
    assert other.text != digest(given, keep=0.2).text


@pytest.mark.parametrize("given", ["", "\n\n", [{"role": "user", "content": ""}], "...\n---\n"])
def test_nothing_to_quote_gives_an_empty_digest(given: Any) -> None:
    made = digest(given, keep=0.5)
    assert (made.text, made.statements, made.tokens_after) == ("", (), 0)


def test_one_line_is_quoted_without_a_heading() -> None:
    assert digest("The crane is broken since noon", keep=1.0).text == "The crane is broken since noon"


def test_a_budget_too_small_says_what_would_do() -> None:
    with pytest.raises(BudgetError) as raised:
        digest(
            "The crane is broken since noon, and the harbor master is on leave until the ninth", max_tokens=3
        )
    needed = raised.value.pinned_tokens
    assert raised.value.limit_tokens == 3
    assert f"raise max_tokens to at least {needed}" in str(raised.value)
    assert (
        digest(
            "The crane is broken since noon, and the harbor master is on leave until the ninth",
            max_tokens=needed,
        ).tokens_after
        <= needed
    )


def test_line_ends_of_windows_stay_as_they_are() -> None:
    given = TEXTS["storage_policy"].given
    assert isinstance(given, str)
    made = digest(given.replace("\n", "\r\n"), keep=0.3)
    assert "Avoid `init` functions." in [s.text for s in made.statements]


def test_what_looks_like_markdown_breaks_nothing() -> None:
    given = (
        "# Heading one two three\n## Goal\nfirst_line of text\n```\n## Constraints\ncode_1 = 2\n```\nlast_line here\n"
        * 4
    )
    text = digest(given, keep=0.9).text
    assert [line for line in text.split("\n## ")[0:1] if not line.startswith("## ")] == []
    inside = False
    for line in text.split("\n"):
        inside ^= line.startswith("```") and set(line) == {"`"}
        if not inside and line.startswith("#"):
            assert line == "## State"


def test_a_long_constraint_is_quoted_whole_or_not_at_all() -> None:
    rule = (
        "You must never hand the key of the archive to anybody who does not show a pass with a photograph, and neither "
        "to those who show one that ran out more than thirty days ago, whoever they say that they are, and however "
        "urgent the matter may be to them, to their employer, or to the ministry they claim to have been sent by, and "
        "in no case after six."
    )
    given = [
        {"role": "user", "content": f"{rule} The archive lies in the cellar. " + "The cellar is dry. " * 30}
    ]
    seen = set()
    for keep in (0.1, 0.2, 0.3, 0.5, 0.8):
        made = digest(given, keep=keep)
        assert (rule in made.text) == (rule not in [o.text for o in made.omissions])
        assert rule in made.text or "the ministry" not in made.text
        seen.add(rule in made.text)
    assert seen == {True, False}


def test_a_constraint_whose_parts_need_each_other_is_quoted_whole() -> None:
    line = ("Never print the keys of the shop that was opened over there,", 1, PLAIN)
    made = run(
        Digest(),
        built(Said([[line, " not even once. ", "12:00 up\n" * 40]], kind="log")),
        Budget(COUNTER, keep=0.5),
    )
    assert (
        made.statements[0].text
        == "Never print the keys of the shop that was opened over there, not even once."
    )


def test_it_is_a_distiller() -> None:
    method: Distiller[Artifact] = Digest()
    assert method.name == "digest"
