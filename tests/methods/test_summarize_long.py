"""`Summarize` on sources longer than the window: parts, what fails in one of them, and their merger."""

from __future__ import annotations

import json

import pytest

from limbeck.core.artifact import Artifact, Statement
from limbeck.core.distiller import Ask, Failed, Text
from limbeck.core.errors import ModelError
from limbeck.methods.digest import Digest
from limbeck.methods.guards import Guard
from limbeck.methods.summarize import Summarize

from .writing_scripts import (
    WORDS,
    Script,
    budget,
    context_of,
    copied,
    long_chat,
    material,
    sound,
)

WINDOW = 4_000
METHOD = Summarize(Digest(), window_tokens=WINDOW)
STRICT = Summarize(Digest(), window_tokens=WINDOW, strict=True)
CHAT = long_chat()


def made(script: Script, tokens: int = 600, method: Summarize = METHOD, given: object = CHAT) -> Artifact:
    return sound(script.run(method.steps(context_of(given), budget(tokens))))


def cost(ask: Ask) -> int:
    return sum(WORDS.count(message["content"]) for message in ask.messages) + ask.max_tokens


def test_parts_fit_the_window_cover_the_source_and_are_asked_about_at_once() -> None:
    script = Script()
    made(script)
    asks = script.asks[0]
    assert len(asks) > 3
    assert all(cost(ask) <= WINDOW for asks in script.asks for ask in asks)
    numbers = [number for ask in asks for number, _ in material(ask)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_parts_end_between_messages() -> None:
    script = Script()
    made(script)
    for ask in script.asks[0][1:]:
        text = material(ask)[0][1]
        assert text.startswith(("Check pump", "Pump P-"))


def test_a_message_longer_than_the_window_is_cut_between_its_lines() -> None:
    text = "".join(f"Line {n} of the log says that pump P-{n} runs at {n} rpm.\n" for n in range(600))
    script = Script()
    made(script, given=text)
    assert len(script.asks[0]) > 3
    assert all(cost(ask) <= WINDOW for ask in script.asks[0])
    said = "\n".join(text for ask in script.asks[0] for _, text in material(ask))
    assert said.splitlines() == text.splitlines()


def test_one_line_longer_than_the_window_is_cut_too() -> None:
    script = Script()
    made(script, given="word " * 9_000)
    assert len(script.asks[0]) > 3
    assert all(cost(ask) <= WINDOW for ask in script.asks[0])


def test_calls_stay_with_their_results() -> None:
    chat = [CHAT[0]]
    for n in range(40):
        call = {
            "id": f"c{n}",
            "type": "function",
            "function": {"name": "look", "arguments": f'{{"hall": {n}}}'},
        }
        chat.append({"role": "user", "content": f"Look into hall {n}. " + "It is cold there. " * 12})
        chat.append({"role": "assistant", "content": f"I look into hall {n}.", "tool_calls": [call]})
        chat.append(
            {"role": "tool", "tool_call_id": f"c{n}", "content": f"hall {n}: all {n + 5} pumps run\n" * 8}
        )
    script = Script()
    made(script, given=chat)
    assert len(script.asks[0]) > 2
    for ask in script.asks[0]:
        text = ask.messages[-1]["content"]
        for n in range(40):
            assert (f'"hall": {n}}}' in text) == (f"hall {n}: all" in text)


def test_the_summaries_of_the_parts_are_merged_and_still_cite_the_source() -> None:
    script = Script()
    artifact = made(script)
    assert script.kinds[-1] == ["merge"]
    asked = script.asks[-1][0].messages[-1]["content"]
    assert (
        "(state) Check pump P-101 in hall 1. [2]" in asked
        or "(state) Pump P-101 runs at 1401 rpm. [3]" in asked
    )
    guard = Guard(context_of(CHAT))
    written = [s for s in artifact.statements if not s.quoted]
    assert written
    assert all(guard.examine_statement(s.text, s.evidence) == [] for s in written)
    assert artifact.fallbacks == ()


def test_very_many_parts_are_merged_in_rounds() -> None:
    method = Summarize(Digest(), window_tokens=2_600)
    script = Script({"write": lambda ask: copied(ask, 20)})
    artifact = made(script, 1_200, method, long_chat(150))
    mergers = [kinds for kinds in script.kinds if kinds[0] == "merge"]
    assert len(mergers) > 1 or any(not check.passed for check in artifact.checks)
    assert all(cost(ask) <= 2_600 for asks in script.asks for ask in asks)


def test_requests_for_very_many_failing_statements_fit_the_window_too() -> None:
    def all_wrong(ask: Ask) -> list[tuple[str, str, list[int]]]:
        said = [
            (k, t.replace("runs at 1", "runs at 7"), n) for k, t, n in copied(ask, 40) if "runs at 1" in t
        ]
        return [*said, *copied(ask, 2)]

    script = Script({"write": all_wrong, "repair": lambda _: "no"})
    artifact = made(script)
    assert "repair" in script.kinds[1]
    assert all(cost(ask) <= WINDOW for asks in script.asks for ask in asks)
    refused = {f.text for f in artifact.fallbacks if f.findings}
    assert len(refused) > 20 and not any(text in artifact.text for text in refused)


def test_what_fails_in_the_merger_is_asked_for_again_and_quoted() -> None:
    def invents(ask: Ask) -> list[tuple[str, str, list[int]]]:
        return [*copied(ask)[:5], ("state", "Pump P-101 runs at 9999 rpm.", [3])]

    script = Script({"merge": invents, "repair": lambda _: "none"})
    artifact = made(script)
    assert script.kinds[-2:] == [["merge"], ["repair"]]
    assert [f.what for f in artifact.fallbacks] == ["quoted"]
    assert "9999" not in artifact.text and "Pump P-101 runs at 1401 rpm." in artifact.text


def test_a_merger_that_loses_a_constraint_gets_it_back() -> None:
    rule = "The user says never to stop pump P-101 for more than 1 minutes."

    def writes(ask: Ask) -> list[tuple[str, str, list[int]]]:
        found = [n for n, text in material(ask) if "pump P-101 " in text]
        return [*copied(ask, 4), *([("constraints", rule, found[:1])] if found else [])]

    artifact = made(Script({"write": writes, "merge": lambda ask: copied(ask, 3)}))
    assert f"- {rule}" in artifact.text


@pytest.mark.parametrize(
    "reply", [Failed("timeout", "after 9.0 s"), Text(""), Text("I merged it all for you!")]
)
def test_without_a_merger_the_parts_stand_side_by_side(reply: Failed | Text) -> None:
    artifact = made(Script({"merge": lambda _: reply}))
    (told,) = [check for check in artifact.checks if check.name == "merged"]
    assert not told.passed and "side by side" in told.detail
    assert artifact.form == "summary"
    assert all(f.what == "dropped" and f.why.startswith("no room") for f in artifact.fallbacks)
    with pytest.raises(ModelError):
        made(Script({"merge": lambda _: reply}), method=STRICT)


def test_only_the_part_that_failed_is_digested() -> None:
    def fails_first(ask: Ask) -> Failed | list[tuple[str, str, list[int]]]:
        return Failed("overloaded", "503") if material(ask)[0][0] == 1 else copied(ask)

    script = Script({"write": fails_first})
    artifact = made(script, 900)
    end = material(script.asks[0][1])[0][0]
    digests = [f for f in artifact.fallbacks if f.what == "digest"]
    assert [f.why for f in digests] == ["endpoint overloaded: 503"]
    assert artifact.form == "summary"
    first = [s for s in artifact.statements if s.quoted and s.evidence[0].source < end // 2]
    assert first and any(not s.quoted for s in artifact.statements)
    with pytest.raises(ModelError, match="overloaded"):
        made(Script({"write": fails_first}), method=STRICT)


def test_only_parts_with_useless_replies_are_asked_again() -> None:
    def chats(ask: Ask) -> str | list[tuple[str, str, list[int]]]:
        return "Hello! How can I help you today?" if material(ask)[0][0] == 1 else copied(ask)

    script = Script({"write": chats})
    artifact = made(script)
    assert script.kinds[1] == ["again"]
    assert material(script.asks[1][0])[0][0] == 1
    assert not [f for f in artifact.fallbacks if f.what == "digest"]


def test_citations_outside_a_part_count_for_nothing() -> None:
    def cites_elsewhere(ask: Ask) -> list[tuple[str, str, list[int]]]:
        first = material(ask)[0][0]
        return [(kind, text, [1 if first > 1 else 400]) for kind, text, _ in copied(ask, 3)]

    artifact = made(Script({"write": cites_elsewhere, "merge": lambda ask: copied(ask, 30)}))
    guard = Guard(context_of(CHAT))
    said: list[Statement] = [s for s in artifact.statements if not s.quoted]
    assert said and all(guard.examine_statement(s.text, s.evidence) == [] for s in said)


def test_every_request_reads_as_json_would_want_it() -> None:
    script = Script()
    made(script)
    for asks in script.asks:
        for ask in asks:
            schema = json.loads(json.dumps(ask.schema))
            item = schema["properties"]["statements"]["items"]
            assert item["required"] == list(item["properties"])
            assert item["additionalProperties"] is False and schema["additionalProperties"] is False
