"""Requests for the tests of the contracts: material of our own writing, and strategies of any JSON."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from limbeck.serve.answers import Answer, Refused
from limbeck.serve.contracts import CONTRACTS

CONSTRAINT = "Never deploy on a Friday."
LOG = "\n".join(
    [
        f"12:{n // 60:02d}:{n % 60:02d} INFO worker {n % 7} served request {n * 7919 % 1000}"
        for n in range(240)
    ]
    + ["12:05:00 ERROR connection to db-7 refused at src/pool.py:42", CONSTRAINT]
    + [f"12:{n // 60:02d}:{n % 60:02d} INFO cache {n % 5} hit {n * 104729 % 1000}" for n in range(240)]
)


def answer(name: str, body: object, **options: Any) -> Answer:
    """The answer of a contract that must not refuse."""
    found = CONTRACTS[name](body, **options)
    assert isinstance(found, Answer), found.message
    return found


def refusal(name: str, body: object, **options: Any) -> Refused:
    """The refusal of a contract that must refuse."""
    found = CONTRACTS[name](body, **options)
    assert isinstance(found, Refused), "answered"
    return found


def user(text: object) -> dict[str, Any]:
    return {"role": "user", "content": text}


def conversation(turns: int) -> list[dict[str, Any]]:
    """A system message, then user and assistant messages by turns, the last one the user's."""
    lines = LOG.split("\n")
    made = [{"role": "system", "content": "Be brief.\nAnswer in English."}]
    for n in range(turns):
        role = "assistant" if n % 2 else "user"
        made.append({"role": role, "content": "\n".join(lines[n * 15 : n * 15 + 15])})
    return [*made, user("Why was the connection to db-7 refused?")]


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
WORDS = st.sampled_from(
    ["", " ", "\n", "one", "two words.", "Summarize this:", "a\r\nb\n", "<keepContext>", "</keepContext>",
     '{"a": [1, 2, 3]}', "\ud83d", "e\u0301", "Never do that.", "x = 1\n" * 30, LOG[:600]]
)  # fmt: skip
TEXT = st.lists(WORDS, max_size=5).map("\n".join)
PART = (
    st.fixed_dictionaries(
        {"type": st.sampled_from(["text", "input_text", "image_url", "thinking", "refusal"])},
        optional={"text": TEXT},
    )
    | st.fixed_dictionaries({"type": st.just("tool_use"), "id": TEXT, "input": JSON})
    | st.fixed_dictionaries({"type": st.just("tool_result"), "tool_use_id": TEXT, "content": TEXT | JSON})
)
CONTENT = TEXT | st.none() | st.lists(PART, max_size=3) | JSON
CALL = st.fixed_dictionaries(
    {"id": TEXT | JSON},
    optional={"function": st.fixed_dictionaries({"name": TEXT, "arguments": TEXT | JSON})},
)
MESSAGE = st.fixed_dictionaries(
    {
        "role": st.sampled_from(["system", "user", "assistant", "tool", "developer", "function"]),
        "content": CONTENT,
    },
    optional={"tool_calls": st.lists(CALL, max_size=2), "tool_call_id": TEXT, "name": TEXT | JSON},
)
ITEM = MESSAGE | st.fixed_dictionaries(
    {
        "type": st.sampled_from(
            ["function_call", "function_call_output", "reasoning", "item_reference", "message"]
        )
    },
    optional={
        "call_id": TEXT,
        "arguments": TEXT,
        "output": CONTENT,
        "role": st.just("user"),
        "content": CONTENT,
    },
)
NUMBER = st.none() | st.floats(0, 1) | st.integers(0, 500) | JSON
FLAG = st.none() | st.booleans() | JSON
BODY = st.fixed_dictionaries(
    {},
    optional={
        "model": st.sampled_from(["limbeck-compact", "morph-compact:0.3", "morph-compact:x", "other", ""]) | JSON,
        "messages": st.lists(MESSAGE, max_size=5) | JSON,
        "input": TEXT | st.lists(ITEM, max_size=5) | JSON,
        "system": CONTENT, "instructions": TEXT, "stream": FLAG, "n": NUMBER, "keep": NUMBER, "query": TEXT | JSON,
        "compression_ratio": NUMBER, "preserve_recent": NUMBER, "markers": FLAG | st.just("blank"),
        "pins": st.lists(TEXT, max_size=2) | JSON, "max_tokens": NUMBER, "max_output_tokens": NUMBER,
        "target_ratio": NUMBER, "protect_recent": NUMBER, "config": JSON, "include_markers": FLAG,
        "include_line_ranges": FLAG, "compress_system_messages": FLAG, "counter": TEXT,
        "stream_options": st.fixed_dictionaries({"include_usage": FLAG}) | JSON,
    },
)  # fmt: skip
RECORD = st.fixed_dictionaries(
    {
        "limbeck_artifact": st.integers(1, 2), "form": TEXT, "text": TEXT,
        "statements": st.lists(
            JSON | st.fixed_dictionaries({"kind": TEXT, "text": TEXT, "evidence": JSON}), max_size=2
        ),
        "sources": st.lists(st.fixed_dictionaries({"content": TEXT}) | JSON, max_size=2),
    },
)  # fmt: skip
GIVEN = (
    TEXT
    | st.lists(MESSAGE, max_size=3)
    | st.fixed_dictionaries({"messages": st.lists(MESSAGE, max_size=3)}, optional={"system": CONTENT})
    | RECORD
    | RECORD.map(json.dumps)
    | JSON
)
CHECK_BODY = st.fixed_dictionaries(
    {"summary": GIVEN},
    optional={
        "source": GIVEN, "sources": st.lists(GIVEN, max_size=2), "names": st.lists(TEXT, max_size=2),
        "pins": st.lists(TEXT, max_size=2), "complete": FLAG, "min_tokens": NUMBER, "max_tokens": NUMBER,
        "counter": st.sampled_from(["o200k_base", "cl100k_base", "gpt-4o", "claude", "nobody"]) | TEXT,
    },
)  # fmt: skip
