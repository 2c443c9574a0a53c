"""What becomes of statements that fail: the sentences that stand for them, and when nobody is asked for them again."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from limbeck.core.artifact import Artifact
from limbeck.core.distiller import Ask
from limbeck.core.errors import OptionError
from limbeck.methods.digest import Digest
from limbeck.methods.extractive_notes import ExtractiveNotes
from limbeck.methods.notes import Notes
from limbeck.methods.numbered import Numbered
from limbeck.methods.rendering import markdown
from limbeck.methods.summarize import Summarize

from .writing_scripts import (
    CHAT,
    WORDS,
    Script,
    budget,
    context_of,
    copied,
    kind_of,
    long_chat,
    material,
    sound,
)

MEETING = (
    "Weekly of the harbor crew, Monday 3 March\n\n"
    "Ines: The crane at berth 4 lifts 38 tons since the repair. It was 45 tons before. Mika, what about the winch?\n"
    "Mika: The winch is fine. I oiled it on Friday. The spare drum is on order and comes on 12 March.\n"
    "Ines: Good. How is the fuel?\n"
    "Oskar: We have 2,100 liters. The public notice must not name the supplier.\n"
    "Ines: Next meeting on Monday 10 March. Thanks.\n"
)
WRONG = "The crane at berth 4 lifts 83 tons since the repair."
SUMMARIZE, NOTES = Summarize(Digest()), Notes(ExtractiveNotes())


def made(
    script: Script, given: Any = MEETING, tokens: int = 110, method: Summarize | Notes = SUMMARIZE
) -> Artifact:
    return sound(script.run(method.steps(context_of(given), budget(tokens))))


def with_winch(*said: str) -> list[tuple[str, str, list[int]]]:
    return [("state", "The winch is fine.", []), *(("state", text, []) for text in said)]


def test_the_sentence_stands_for_a_statement_and_not_its_neighbors() -> None:
    artifact = made(Script({"write": lambda _: with_winch(WRONG), "repair": lambda _: ""}))
    (fallback,) = [f for f in artifact.fallbacks if f.text == WRONG]
    assert fallback.what == "quoted"
    (quote,) = [s for s in artifact.statements if s.quoted and "crane" in s.text]
    assert quote.text.endswith("The crane at berth 4 lifts 38 tons since the repair.")
    assert "winch" not in quote.text and "45 tons" not in quote.text


def test_quotes_are_one_sentence_each_and_stay_in_their_list() -> None:
    long = WRONG.replace(
        ".", ", the spare drum comes on 21 March, and the notice must not name the supplier."
    )
    artifact = made(Script({"write": lambda _: with_winch(long), "repair": lambda _: ""}), tokens=130)
    quoted = [s.text for s in artifact.statements if s.quoted]
    assert any("38 tons" in text for text in quoted) and any("12 March" in text for text in quoted)
    assert all("\n" not in text for text in quoted)
    lines = [line for line in artifact.text.splitlines() if line]
    assert all(line.startswith(("- ", "## ")) for line in lines)


def test_a_wrapped_sentence_is_quoted_whole() -> None:
    text = (
        "The harbor office wrote to us about the two cranes at berth 4 and said that the larger\n"
        "of them may lift 38 tons at most until the inspector has looked at the rope again.\n"
        "Coffee is out.\n"
    ) * 2
    source = Numbered(context_of(text + "The end.\n"), WORDS)
    (span,) = source.standing_for(
        "The larger crane may lift 83 tons until the inspector has looked at it.", 1
    )[:1]
    said = source.context.sources[0].text[span.start : span.end]
    assert said.startswith("The harbor office") and said.rstrip().endswith("looked at the rope again.")


def test_an_item_is_quoted_without_its_mark_and_says_whose_words_it_is() -> None:
    chat = [
        {"role": "user", "content": "Mind this:\n- Never lift more than 38 tons at berth 4.\n- Oil it on Friday."},
        {"role": "assistant", "content": "I will. The winch was oiled, and the crane lifted 30 tons today. " * 8},
    ]  # fmt: skip
    wrong = "The user said to lift more than 38 tons at berth 4."
    said: list[tuple[str, str, list[int]]] = [("state", wrong, []), ("state", "The winch was oiled.", [])]
    artifact = made(Script({"write": lambda _: said, "repair": lambda _: ""}), chat)
    quotes = [s for s in artifact.statements if s.quoted]
    assert ("Never lift more than 38 tons at berth 4.", "user") in [(s.text, s.speaker) for s in quotes]
    assert artifact.text == markdown(artifact.statements)


@pytest.mark.parametrize("method", [SUMMARIZE, NOTES], ids=["summary", "notes"])
def test_prose_about_something_else_is_asked_for_once_more_and_called_what_it_is(
    method: Summarize | Notes,
) -> None:
    prose = "Photosynthesis turns sunlight into sugar. Chlorophyll absorbs blue wavelengths mostly."
    script = Script({"write": lambda _: prose, "again": lambda _: prose})
    artifact = made(script, method=method)
    assert script.kinds == [["write"], ["again"]]
    assert "is not the JSON that was asked for" in artifact.fallbacks[0].why
    assert "not the JSON that was asked for" in script.asks[1][0].messages[-1]["content"]
    script = Script({"write": lambda _: prose, "again": lambda _: with_winch()})
    artifact = made(script, method=method)
    assert [s.text for s in artifact.statements if not s.quoted] == ["The winch is fine."]


def test_prose_that_is_true_is_taken() -> None:
    artifact = made(Script({"write": lambda _: "The winch is fine. The spare drum comes on 12 March."}))
    assert artifact.form == "summary"
    assert "- The spare drum comes on 12 March." in artifact.text


def test_a_statement_without_any_lines_is_dropped_and_not_asked_for() -> None:
    strange = "Photosynthesis turns sunlight into sugar."
    script = Script({"write": lambda _: with_winch(strange)})
    artifact = made(script)
    assert script.kinds == [["write"]]
    (fallback,) = [f for f in artifact.fallbacks if f.text == strange]
    assert fallback.what == "dropped"
    script = Script({"write": lambda _: with_winch(strange, WRONG), "repair": lambda _: ""})
    made(script)
    assert script.kinds == [["write"], ["repair"]]
    asked = script.asks[1][0].messages[-1]["content"]
    assert WRONG in asked and strange not in asked


@pytest.mark.parametrize("replaces", [-1, 1], ids=["unnamed", "named"])
def test_another_statement_is_no_repair(replaces: int) -> None:
    other = {"replaces": replaces, "section": "state", "text": "The spare drum is on order.", "cites": []}
    artifact = made(Script({"write": lambda _: with_winch(WRONG), "repair": lambda _: json.dumps(other)}))
    assert WRONG in [f.text for f in artifact.fallbacks]


def test_a_repair_is_told_by_its_words_where_it_has_no_number() -> None:
    right = {"section": "state", "text": WRONG.replace("83", "38"), "cites": []}
    other = WRONG.replace("crane at berth 4 lifts 83 tons", "spare drum comes on 21 March")
    script = Script({"write": lambda _: with_winch(other, WRONG), "repair": lambda _: json.dumps(right)})
    artifact = made(script)
    assert WRONG.replace("83", "38") in [s.text for s in artifact.statements if not s.quoted]
    assert [f.text for f in artifact.fallbacks if f.text == WRONG] == []


@pytest.mark.parametrize(
    "mark", ["## {}", "**{}**", "> {}", "1. {}", "``` {} ```", "<b>{}</b>", "### **{}** ###"], ids=str
)
def test_a_statement_in_the_guise_of_a_heading_is_held_against_the_source(mark: str) -> None:
    said = [mark.format("Sell all cranes to Mika"), mark.format("The spare drum comes on 12 March")]
    artifact = made(Script({"write": lambda _: with_winch(*said), "repair": lambda _: ""}))
    assert "Sell all cranes" not in artifact.text
    assert "- The spare drum comes on 12 March\n" in artifact.text + "\n"


@pytest.mark.parametrize(
    "junk", ["```", "```json", "Goal:", "**Goal**", "State", "---", "# Constraints", "Next steps:"]
)
def test_marks_and_labels_are_no_statements(junk: str) -> None:
    artifact = made(Script({"write": lambda _: with_winch(junk)}))
    assert [s.text for s in artifact.statements if not s.quoted] == ["The winch is fine."]
    assert artifact.fallbacks == ()


def wrongly(ask: Ask) -> list[tuple[str, str, list[int]]]:
    """Everything with other numbers, everything denied, with far too many citations; a little of it right."""
    found = []
    for kind, text, cites in copied(ask, 60):
        found.append((kind, re.sub(r"\d+", lambda n: str(int(n[0]) + 7), text), cites))
        found.append((kind, f"Nobody said that the harbor {text}", list(range(cites[0], cites[0] + 30))))
    return [*found, *copied(ask, 3)]


@pytest.mark.parametrize("window", [2_000, 2_600, 4_000, 9_000])
@pytest.mark.parametrize("method", [Summarize, Notes])
def test_no_request_and_its_reply_are_larger_than_the_window(
    window: int, method: type[Summarize] | type[Notes]
) -> None:
    script = Script({"write": wrongly, "repair": lambda _: "no"})
    writer = method(Digest() if method is Summarize else ExtractiveNotes(), window)
    query = "what is the reading of each pump? " * 8
    sound(script.run(writer.steps(context_of([*CHAT, *long_chat(25)], query), budget(700))))
    assert {"write", "repair"} <= {kind for kinds in script.kinds for kind in kinds}
    for asks in script.asks:
        for ask in asks:
            spent = sum(WORDS.count(message["content"]) for message in ask.messages) + ask.max_tokens
            assert spent <= window, kind_of(ask)


@pytest.mark.parametrize("method", [SUMMARIZE, NOTES], ids=["summary", "notes"])
def test_a_query_that_fills_the_window_is_refused(method: Summarize | Notes) -> None:
    query = "what about the crane? " * 8_000
    with pytest.raises(OptionError, match=r"the query has 40,\d\d\d tokens; at most 30,080 leave room"):
        Script().run(method.steps(context_of(MEETING, query), budget(110)))


def test_material_is_what_is_quoted_from() -> None:
    """The chunks are larger than sentences here, or the first test would show nothing."""
    script = Script({"write": lambda _: with_winch()})
    made(script)
    assert any("38 tons" in text and "45 tons" in text for _, text in material(script.asks[0][0]))
