"""Rows of a data folder as sources: histories as messages, documents as texts or read by a tool."""

from __future__ import annotations

import gzip
import json
from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import Any

from .case import Given, Half, Material, Message, Part, half_of, seeded

MIN_TOKENS = 1_000
MAX_TOKENS = 60_000
FAMILIES = ("agents", "noisy", "policies", "qa")


def materials(
    data: Path, half: Half, per_file: int, only: Container[str] | None = None
) -> Iterator[Material]:
    """Up to `per_file` sources of each file of one half, in an order that depends on their ids alone.

    With `only`, those with these ids and no others.
    """
    for family in FAMILIES:
        for path in sorted((data / family).glob("*.jsonl.gz")):
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                rows = [json.loads(line) for line in lines]
            name = f"{family}/{path.name.split('.')[0]}"
            mine = [row for row in rows if half_of(f"{name}:{row['id']}") == half]
            mine.sort(key=lambda row: seeded(name, row["id"]).random())
            found = _sources(name, family, mine)
            yield from _some((one for one in found if only is None or one.id in only), per_file)


def _some(found: Iterable[Material], count: int) -> Iterator[Material]:
    for made, material in enumerate(found):
        if made == count:
            return
        yield material


def _sources(name: str, family: str, rows: list[dict[str, Any]]) -> Iterator[Material]:
    waiting: list[tuple[str, str]] = []
    for row in rows:
        row_id = f"{name}:{row['id']}"
        if "messages" in row:
            if material := conversation(row_id, family, row["messages"]):
                yield material
            continue
        text = _text(row)
        if row.get("language", "en") != "en" and seeded("language", row_id).random() < 0.8:
            continue  # a few other languages are enough for what needs no grammar
        if len(text) < 4 * MIN_TOKENS:
            waiting.append((row_id, text))
            if sum(len(held) for _, held in waiting) < 4 * MIN_TOKENS:
                continue
            row_id = waiting[0][0]
            text = "\n\n".join(held for _, held in waiting)
            waiting = []
        yield document(row_id, family, text[: 4 * MAX_TOKENS])


def _text(row: dict[str, Any]) -> str:
    if "turns" in row:
        lines: list[str] = []
        time = None
        for turn in row["turns"]:
            if turn["time"] and turn["time"] != time:
                time = turn["time"]
                lines.append(f"\n[{time}]")
            lines.append(f"{turn['speaker']}: {turn['text']}")
        return "\n".join(lines).strip()
    return str(row.get("context") or row["text"])


def conversation(row_id: str, family: str, messages: list[Message]) -> Material | None:
    """A history, cut after whole groups of calls and results when it is too long; None if it is too short."""
    kept: list[Message] = []
    chars = whole = 0
    open_calls: set[str] = set()
    for message in messages:
        chars += len(message.get("content") or "")
        if chars > 4 * MAX_TOKENS:
            break
        kept.append(message)
        open_calls |= {call["id"] for call in message.get("tool_calls") or ()}
        open_calls.discard(message.get("tool_call_id") or "")
        if not open_calls:
            whole = len(kept)
    kept = kept[:whole]
    material = Material(row_id, family, kept, parts_of(kept))
    return material if material.tokens >= MIN_TOKENS else None


def parts_of(messages: list[Message]) -> tuple[Part, ...]:
    """The texts of messages, arguments of calls included."""
    parts: list[Part] = []
    for message in messages:
        if content := message.get("content"):
            parts.append(Part(message["role"], content))
        for call in message.get("tool_calls") or ():
            parts.append(Part("call", call["function"]["arguments"]))
    return tuple(parts)


def document(row_id: str, family: str, text: str) -> Material:
    """A text as it is, or as an agent has it: a policy as its system message, anything else read by a tool."""
    form = seeded("form", row_id).random()
    if form < 0.66:
        return Material(row_id, family, text, (Part("document", text),))
    if family == "policies":
        given: list[Message] = [
            {"role": "system", "content": text},
            {"role": "user", "content": "Please have a look at the request that came in this morning."},
            {"role": "assistant", "content": "I am reading it with these rules in mind."},
        ]
        return Material(row_id, family, given, parts_of(given))
    given = [
        {"role": "user", "content": "Go through this material for me, I need an overview."},
        {
            "role": "assistant",
            "content": "I will open it.",
            "tool_calls": [
                {"id": "call_1", "type": "function", "function": {"name": "open", "arguments": "{}"}}
            ],
        },
        {"role": "tool", "tool_call_id": "call_1", "content": text},
    ]
    return Material(row_id, family, given, parts_of(given))


def with_text(material: Material, at: int, addition: str) -> Material:
    """The same source with a line put into the text of one part (by its number among the texts that are content)."""
    given: Given
    if isinstance(material.given, str):
        given = _inserted(material.given, addition)
        return Material(material.id, material.family, given, (Part("document", given),))
    given = [dict(message) for message in material.given]
    given[at]["content"] = _inserted(given[at]["content"], addition)
    return Material(material.id, material.family, given, parts_of(given))


def _inserted(text: str, addition: str) -> str:
    lines = text.split("\n")
    middle = len(lines) // 2
    return "\n".join([*lines[:middle], addition, *lines[middle:]])
