"""Smaller contexts for the tests: any choice of segments, closed under the rules of `Form`."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from limbeck.core.context import Context, Form, Message, Segments
from tests.forms import staying


class Quarter:
    """A counter one can do in one's head: four characters a token."""

    name = "quarter"
    exact = False

    def count(self, text: str) -> int:
        return len(text) // 4

    def count_each(self, texts: Iterable[str]) -> list[int]:
        return [self.count(text) for text in texts]


def closed(context: Context, chosen: Iterable[int], groups: Iterable[int]) -> list[int]:
    """The rows that stay when `chosen` are wanted and `groups` live, as the contract of `Form` says."""
    rows, live = context.segments, set(groups)
    owner = [m for m in context.messages for _ in m.segments]
    wanted = {i for i in chosen if rows.form[i] not in (Form.CLOSER, Form.SEPARATOR)}
    wanted |= {i for i in range(len(rows)) if rows.form[i] == Form.FRAME}
    return sorted(staying(rows.needs, rows.form, {i for i in wanted if owner[i].group in live}))


def remaining(context: Context, stays: Sequence[int], groups: Iterable[int] | None = None) -> Context:
    """The context of the rows that stay. Messages of live groups stay even with no row left."""
    rows = context.segments
    live = {m.group for m in context.messages} if groups is None else set(groups)
    made = Segments(context.sources, pins=rows.pins)
    for name in ("source", "start", "end"):
        setattr(made, name, array("i", [getattr(rows, name)[i] for i in stays]))
    made.needs = array("i", [-1] * len(stays))
    made.form = bytearray(rows.form[i] for i in stays)
    made.pin = bytearray(rows.pin[i] for i in stays)
    messages: list[Message] = []
    for message in context.messages:
        if message.group in live:
            first = bisect_left(stays, message.segments.start)
            messages.append(
                replace(message, segments=range(first, bisect_left(stays, message.segments.stop)))
            )
    return replace(context, messages=tuple(messages), segments=made)


def without_groups(context: Context, gone: Iterable[int]) -> Context:
    """The context with whole groups left out and all else as it was."""
    live = {m.group for m in context.messages} - set(gone)
    return remaining(context, [i for m in context.messages if m.group in live for i in m.segments], live)


def blocks(message: dict[str, Any]) -> list[dict[str, Any]]:
    content = message.get("content")
    return content if isinstance(content, list) else []


def calls_of(message: dict[str, Any]) -> list[str]:
    """Ids of the calls a message makes, in both formats."""
    made = [call["id"] for call in message.get("tool_calls") or []]
    return made + [b["id"] for b in blocks(message) if b["type"] == "tool_use"]


def results_of(message: dict[str, Any]) -> list[str]:
    """Ids of the calls a message answers, in both formats."""
    given = [message["tool_call_id"]] if message["role"] == "tool" else []
    return given + [b["tool_use_id"] for b in blocks(message) if b["type"] == "tool_result"]


def unpaired(messages: Sequence[dict[str, Any]]) -> tuple[int, int]:
    """How many results have no call before them, and how many calls no result behind them."""
    waiting: list[str] = []
    lost = 0
    for message in messages:
        for one in results_of(message):
            if one in waiting:
                waiting.remove(one)
            else:
                lost += 1
        waiting += calls_of(message)
    return lost, len(waiting)


def same_role_twice(messages: Sequence[dict[str, Any]]) -> int:
    """How often two messages of equal role stand side by side."""
    roles = [m["role"] for m in messages]
    return sum(a == b for a, b in pairwise(roles))


def empty_blocks(messages: Sequence[dict[str, Any]]) -> int:
    """Text blocks without a visible character and content lists without a block, at any depth."""
    found = 0
    todo: list[Any] = [m.get("content") for m in messages]
    while todo:
        one = todo.pop()
        if isinstance(one, list):
            found += not one
            todo += one
        elif isinstance(one, dict):
            found += one.get("type") == "text" and not one["text"].strip()
            todo += [one["content"]] if isinstance(one.get("content"), list) else []
    return found
