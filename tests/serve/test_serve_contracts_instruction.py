"""Which requests ask for a summary, and what of them is the material."""

from __future__ import annotations

from typing import Any

import pytest
from contract_bodies import LOG, user
from hypothesis import given
from hypothesis import strategies as st

from limbeck.serve.contracts.instruction import instruction_end, instruction_start, summary_material

MATERIAL = "We chose Postgres.\nAna owns the deploy.\n\nTests: all green."

REQUESTS = [
    "Summarize the key decisions and state:",
    "Please summarise the following:",
    "Summarize this.",
    "Can you summarize the text below?",
    "Could you please briefly summarize it:",
    "TL;DR:",
    "tldr",
    "Recap the discussion:",
    "Condense this into ten lines:",
    "Compact the conversation:",
    "Compress our chat history.",
    "Write a short summary of the following text:",
    "Give me a concise, complete summary:",
    "Create a detailed handoff summary for the next agent.",
    "Your task is to create a detailed summary of the text below:",
    "You are a careful editor. Summarize the text:",
    "# Task\nSummarize the text.",
    "**Summarize** the text:",
    "In three sentences, summarize:",
    "I want you to summarize this:",
    "Summary of the following, please:",
    "Fasse den folgenden Text zusammen:",
    "Bitte fass das zusammen:",
    "Kannst du den Text zusammenfassen?",
    "Erstelle eine kurze Zusammenfassung:",
    "Bitte schreibe eine Zusammenfassung.",
    "Résume le texte suivant :",
    "Peux-tu résumer ce texte ?",
    "Fais un résumé de ce qui suit :",
    "Rédigez une synthèse :",
    "Resume el siguiente texto:",
    "Por favor, resume las decisiones:",
    "Haz un resumen:",
    "¿Puedes resumir este texto?",
]
OTHERS = [
    "Hello!",
    "What is the capital of France?",
    "Fix the bug in summarize() in src/report.py.",
    "Write a function that returns a summary of a list.",
    "Resume work on the parser.",
    "Resume the download.",
    "Do not summarize. Print the file as it is.",
    "Never summarize; quote the lines.",
    "Why does the summary page load slowly?",
    "The summarizer test fails, what now?",
    "Compress the images in assets/.",
    "Compact the database file.",
    "Translate this into German: the summary is short.",
    "Bitte nicht zusammenfassen.",
    "Traduis ce résumé.",
    "Give me the sum of 2 and 3.",
    "Add a summary field to the schema.",
]


def material(*messages: dict[str, Any]) -> list[str] | None:
    found = summary_material(messages)
    return None if found is None else [message["content"] for message in found]


@pytest.mark.parametrize("request_text", REQUESTS)
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_a_request_before_the_material(request_text: str, between: str) -> None:
    assert material(user(request_text + between + MATERIAL)) == [MATERIAL]


@pytest.mark.parametrize("request_text", REQUESTS)
def test_a_request_after_the_material(request_text: str) -> None:
    found = material(user(f"{MATERIAL}\n\n{request_text}"))
    if request_text.startswith(("You are a", "# Task")):  # what opens the paragraph stays with the material
        assert found is None or (found[0].startswith(MATERIAL) and "Summarize" not in found[0])
    else:
        assert found == [MATERIAL]


@pytest.mark.parametrize("request_text", REQUESTS)
def test_a_request_in_a_system_message(request_text: str) -> None:
    messages = [{"role": "system", "content": request_text}, user(MATERIAL)]
    assert material(*messages) == [MATERIAL]


@pytest.mark.parametrize("request_text", REQUESTS)
def test_a_request_after_a_conversation(request_text: str) -> None:
    before = [user("Use Postgres."), {"role": "assistant", "content": "Done."}]
    if "follow" in request_text or "below" in request_text:
        request_text = "Summarize the conversation."
    assert material(*before, user(request_text)) == ["Use Postgres.", "Done."]


@pytest.mark.parametrize("text", OTHERS)
def test_other_requests(text: str) -> None:
    assert material(user(text)) is None
    assert material({"role": "system", "content": "You are a helpful assistant."}, user(text)) is None
    assert material(user(MATERIAL), {"role": "assistant", "content": "Noted."}, user(text)) is None


@pytest.mark.parametrize(
    "text",
    [
        "You are a helpful AI assistant tasked with summarizing conversations.",
        "You are an anchored context summarization assistant for coding sessions.",
        "Act as a summarizer.",
        "You summarize transcripts.",
        "Your job is to condense what you are given.",
        "You are performing a context checkpoint compaction.",
    ],
)
def test_a_system_message_that_calls_the_assistant_a_summarizer(text: str) -> None:
    assert material({"role": "system", "content": text}, user(MATERIAL)) == [MATERIAL]


@pytest.mark.parametrize(
    "text", ["You are a helpful assistant.", "You can summarize.", "You write code, tests and docs."]
)
def test_a_system_message_that_does_not(text: str) -> None:
    assert material({"role": "system", "content": text}, user(MATERIAL)) is None


def test_a_long_instruction_after_a_conversation() -> None:
    instruction = "Your task is to create a detailed summary of the conversation so far.\n\n" + (
        "State each file with its path, each decision with its reason, and what is left to do.\n" * 20
    )
    assert material(user("Use Postgres."), {"role": "assistant", "content": "Done."}, user(instruction)) == [
        "Use Postgres.", "Done.",
    ]  # fmt: skip


def test_material_in_the_last_of_several_messages() -> None:
    first = [user("Hi."), {"role": "assistant", "content": "Hello, what shall I do?"}]
    assert material(*first, user("Summarize the text below:\n\n" + MATERIAL)) == [MATERIAL]
    assert material(*first, user("Summarize:\n" + LOG)) == [LOG]


def test_system_messages_alone() -> None:
    assert material({"role": "system", "content": "Summarize:\n" + MATERIAL}) == [MATERIAL]
    assert material({"role": "system", "content": MATERIAL}) is None
    assert material(
        {"role": "system", "content": "You summarize."}, {"role": "assistant", "content": MATERIAL}
    ) == [MATERIAL]


def test_one_line() -> None:
    assert material(user("Summarize: We chose Postgres at 12:30.")) == ["We chose Postgres at 12:30."]
    assert material(user("Summarize this. We chose Postgres.")) == ["We chose Postgres."]
    assert material(user("Summarize this.")) == []


@given(st.text(alphabet="Summarize this:.\n ab", max_size=80))
def test_instructions_lie_inside_the_text(text: str) -> None:
    assert 0 <= instruction_end(text) <= len(text)
    assert 0 <= instruction_start(text) <= len(text)


def test_time_of_hostile_texts() -> None:
    for text in (
        "please " * 100_000,
        "in a " * 100_000,
        "give " * 100_000,
        "fasse " * 100_000,
        " \n" * 200_000,
    ):
        summary_material([{"role": "system", "content": text}, user(text)])


@pytest.mark.parametrize("size", [5, 300, 3_000, 30_000])
@pytest.mark.parametrize(
    "request_text",
    ["Provide a concise summary of the above.", "Summarize the above.", "Please summarize this."],
)
@pytest.mark.parametrize("between", [" ", "\n", "\n\n"])
def test_a_request_after_much_material(size: int, request_text: str, between: str) -> None:
    rows = "".join(f"The pump {n} runs.\n" + "\n" * (n % 7 == 0) for n in range(size // 20 + 1)).rstrip()
    assert material(user(rows + between + request_text)) == [rows]


def test_a_question_to_an_assistant_that_can_summarize_is_none() -> None:
    system = {"role": "system", "content": "You are a helpful assistant that summarizes documents."}
    assert material(system, user("What is 2+2?")) is None
    assert material(system, user(MATERIAL)) == [MATERIAL]
