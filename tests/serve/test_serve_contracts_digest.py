"""The digest that answers a request to summarize where no other model can be asked."""

from __future__ import annotations

from typing import Any

import pytest
from contract_bodies import CONSTRAINT, LOG, answer, conversation, refusal, user

import limbeck
from limbeck.local.counters import counter

COUNT = counter("o200k_base").count


def test_parts_calls_and_results_before_the_request() -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "read", "arguments": "{}"}}
    image = {"type": "image_url", "image_url": {"url": "x"}}
    messages = [
        user([{"type": "text", "text": "Read it."}, image]),
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": LOG},
        user([{"type": "text", "text": "Summarize what you found."}]),
    ]
    found = answer("chat", {"model": "gpt-5", "messages": messages}, fallback=True)
    assert found.fallback == "digest"
    assert found.headers["x-limbeck-ignored-parts"] == "1"
    assert 0.15 * COUNT(LOG) < found.tokens_after <= 0.25 * found.tokens_before
    assert "Summarize" not in found.body["choices"][0]["message"]["content"]
    broken = [user("a"), user([{"type": "text"}])]
    assert (
        refusal("chat", {"model": "gpt-5", "messages": broken}, fallback=True).param == "messages.1.content.0"
    )


def said(name: str, body: dict[str, Any]) -> str:
    """The text of an answer of any of the three APIs."""
    if name == "chat":
        return str(body["choices"][0]["message"]["content"])
    return str((body if name == "messages" else body["output"][0])["content"][0]["text"])


def quotes(text: str) -> set[str]:
    """The lines of a digest without what it puts around them."""
    lines = (line.removeprefix("- ") for line in text.split("\n"))
    return {line for line in lines if line and not line.startswith(("## ", "```"))}


def test_the_digest() -> None:
    body = {"model": "gpt-5-mini", "messages": [user("Summarize the key decisions and state:\n\n" + LOG)]}
    found = answer("chat", body, fallback=True)
    text = said("chat", found.body)
    assert found.headers["x-limbeck-fallback"] == found.fallback == "digest"
    assert found.body["model"] == "gpt-5-mini"
    assert 0.2 * COUNT(LOG) <= COUNT(text) <= 0.25 * COUNT(LOG)
    assert (found.tokens_before, found.tokens_after) == (COUNT(LOG), COUNT(text))
    assert CONSTRAINT in text and "## State\n" in text
    assert quotes(text) <= set(LOG.split("\n"))
    assert text == limbeck.digest(LOG, keep=0.25).text


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("name", ["responses", "messages", "chat"])
def test_the_digest_of_a_conversation(name: str, stream: bool) -> None:
    before = [*conversation(20)[1:], user("Use Postgres for the queue; do not add a second database.")]
    messages = [*before, user("Please summarize our conversation so far.")]
    body: dict[str, Any] = {"model": "other", "messages": messages, "input": messages, "stream": stream}
    found = answer(name, body, fallback=True)
    text = said(name, found.body)
    assert found.fallback == "digest"
    assert found.tokens_after == COUNT(text) <= 0.25 * found.tokens_before
    assert "do not add a second database" in text and "## Constraints\n" in text
    assert "summarize our conversation" not in text
    assert (found.events is not None) is stream


@pytest.mark.parametrize(
    ("system", "asked"),
    [
        ("Fasse das Gespräch zusammen.", "Wir nehmen Postgres. Lösche niemals die Ablage."),
        ("Résume la conversation.", "Nous prenons Postgres. Ne supprime jamais le dossier des essais."),
        ("Resume la conversación.", "Usamos Postgres. Nunca borres la carpeta de pruebas."),
        ("You summarize conversations.", "We take Postgres. Never delete the fixtures."),
    ],
)
def test_instructions_in_four_languages(system: str, asked: str) -> None:
    given = [user(asked), {"role": "assistant", "content": LOG}]
    found = answer("responses", {"model": "x", "instructions": system, "input": given}, fallback=True)
    text = said("responses", found.body)
    assert found.fallback == "digest"
    assert asked.split(". ")[1] in text and system not in text


def test_a_digest_of_nothing_is_empty() -> None:
    for text in ("Summarize the key decisions and state:", "Summarize:\n  \n"):
        found = answer("chat", {"model": "other", "messages": [user(text)]}, fallback=True)
        assert (found.status, found.tokens_after, found.fallback) == (200, 0, "digest")


@pytest.mark.parametrize("bound", ["max_tokens", "max_completion_tokens"])
@pytest.mark.parametrize("most", [40, 200, 1_000, 100_000])
def test_the_smaller_budget_holds(bound: str, most: int) -> None:
    body = {"model": "gpt-5", "keep": 0.1, bound: most, "messages": [user("Summarize:\n" + LOG)]}
    found = answer("chat", body, fallback=True)
    limit = min(most, int(0.1 * COUNT(LOG)))
    assert 0.8 * limit <= found.tokens_after <= limit
    assert "x-limbeck-overshoot-tokens" not in found.headers


def test_a_budget_that_no_quote_fits_in_gives_the_shortest_and_says_so() -> None:
    material = "The pump in hall 9 runs at 340 bar since Monday morning.\nThe gate is shut.\n"
    body = {"model": "gpt-5", "max_tokens": 2, "messages": [user("Summarize:\n" + material)]}
    found = answer("chat", body, fallback=True)
    assert said("chat", found.body) == "The gate is shut."
    assert found.tokens_after == COUNT("The gate is shut.") > 2
    assert found.headers["x-limbeck-overshoot-tokens"] == str(found.tokens_after - 2)


def test_pins_stay_beyond_the_budget() -> None:
    pin = "12:00:09 INFO worker 2 served request 271"
    assert pin in LOG
    body = {"model": "gpt-5", "max_tokens": 5, "pins": [pin], "messages": [user("Summarize:\n" + LOG)]}
    found = answer("chat", body, fallback=True)
    assert quotes(said("chat", found.body)) == {pin}
    assert found.headers["x-limbeck-overshoot-tokens"] == str(found.tokens_after - 5)


@pytest.mark.parametrize(("material", "pins"), [('{"a":[1,2,3]}', []), ("a b c", ["a b c"]), ("---", [])])
def test_what_no_digest_can_be_made_of_is_compacted(material: str, pins: list[str]) -> None:
    body = {"model": "gpt-5", "pins": pins, "messages": [user("Summarize:\n" + material)]}
    found = answer("chat", body, fallback=True)
    assert (said("chat", found.body), found.fallback) == (material, "digest")


def test_a_query_is_what_the_digest_must_answer() -> None:
    body = {"model": "gpt-5", "max_tokens": 80, "messages": [user("Summarize:\n" + LOG)]}
    error = "12:05:00 ERROR connection to db-7 refused at src/pool.py:42"
    quiet = said("chat", answer("chat", body, fallback=True).body)
    asked = said(
        "chat", answer("chat", body | {"query": "What did cache 3 hit at 12:03:58?"}, fallback=True).body
    )
    assert "12:03:58 INFO cache 3 hit" in asked and "12:03:58 INFO cache 3 hit" not in quiet
    assert error in quiet


def test_our_own_model_is_no_fallback() -> None:
    body = {"model": "morph-compact", "messages": [user("Summarize:\n" + LOG)]}
    found = answer("chat", body, fallback=True)
    assert found.fallback == ""
    assert found.tokens_after > 0.4 * COUNT(LOG)


@pytest.mark.parametrize("name", ["responses", "messages", "chat"])
def test_anything_else_is_not_found(name: str) -> None:
    body = {"model": "gpt-5", "messages": [user("What is 2 + 3?")], "input": "What is 2 + 3?"}
    found = refusal(name, body, fallback=True)
    assert (found.status, found.code) == (404, "model_not_found")
    assert found.kind == ("not_found_error" if name == "messages" else "invalid_request_error")
    assert "--upstream" in found.message
    asked = {"model": "gpt-5", "messages": [user("Summarize:\n" + LOG)], "input": "Summarize:\n" + LOG}
    assert refusal(name, asked, fallback=False).status == 404


@pytest.mark.parametrize("lines", [15, 30, 60])
def test_constraints_of_a_transcript_come_first(lines: int) -> None:
    rules = [
        "Never push to main without review.",
        "Do not delete the fixtures folder.",
        "You must not change the public API of billing/client.py.",
        "Always run make lint before each commit.",
    ]
    said = [f"assistant: wrote file mod_{n}.py and ran its {n * 7} tests, all green" for n in range(lines)]
    for number, rule in enumerate(rules):
        said.insert(number * lines // 4 + 1, f"user: {rule}")
    text = "Summarize the key decisions and state: " + "\n".join(said)
    found = answer("chat", {"model": "gpt-4o-mini", "messages": [user(text)]}, fallback=True)
    out = found.body["choices"][0]["message"]["content"]
    assert [rule for rule in rules if rule not in out] == []
    assert "x-limbeck-overshoot-tokens" not in found.headers
    assert found.tokens_after <= max(1, int(0.25 * found.tokens_before))
