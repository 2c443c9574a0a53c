"""OpenAI's Responses API: the items of the request, compacted, are the answer."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from limbeck.serve.answers import Answer, Refused
from limbeck.serve.schemas import ResponsesRequest

from .digested import answered
from .refusing import OPENAI, RequestError, refusing, validated
from .stream import response_frames

_CALLS = ("function_call", "custom_tool_call")
_OUTPUTS = ("function_call_output", "custom_tool_call_output")


@refusing(OPENAI)
def responses(body: Mapping[str, Any], fallback: bool) -> Answer | Refused:
    """`POST /v1/responses`. `fallback`: answer a request to summarize, whatever its model."""
    asked = validated(ResponsesRequest, body)
    for field in ("previous_response_id", "conversation", "prompt", "background"):
        if getattr(asked, field):
            raise RequestError(
                f"{field} refers to what this server does not store; send all items in input", field
            )
    given, ignored = chat_messages(body["input"])
    if asked.instructions is not None:
        given.insert(0, {"role": "system", "content": asked.instructions})
    found, name = answered(
        given, asked, asked.model, asked.max_output_tokens, fallback=fallback, ignored=ignored
    )
    now = int(time.time())
    part = {"type": "output_text", "text": found.text, "annotations": [], "logprobs": []}
    item = {"id": f"msg_{uuid4().hex}", "type": "message", "status": "completed", "role": "assistant"}
    response = {
        "id": f"resp_{uuid4().hex}",
        "object": "response",
        "created_at": now,
        "completed_at": now,
        "status": "completed",
        "background": False,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "max_output_tokens": asked.max_output_tokens,
        "metadata": {},
        "model": asked.model,
        "output": [item | {"content": [part]}],
        "parallel_tool_calls": True,
        "previous_response_id": None,
        "reasoning": {"effort": None, "summary": None},
        "store": False,
        "temperature": None,
        "text": {"format": {"type": "text"}},
        "tool_choice": "auto",
        "tools": [],
        "top_p": None,
        "truncation": "disabled",
        "usage": {
            "input_tokens": found.tokens_before,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": found.tokens_after,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": found.tokens_before + found.tokens_after,
        },
        "user": None,
    }
    return Answer(
        response, response_frames(response) if asked.stream else None,
        headers=found.headers | ({"x-limbeck-fallback": name} if name else {}),
        tokens_before=found.tokens_before, tokens_after=found.tokens_after, fallback=name,
    )  # fmt: skip


def chat_messages(given: str | Sequence[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], int]:
    """Items as chat messages, calls made one after the other in one message; and how many items are neither.

    Raises:
        RequestError: An item refers to one that is stored elsewhere, or lacks what its type has.
    """
    if isinstance(given, str):
        return [{"role": "user", "content": given}], 0
    made: list[dict[str, Any]] = []
    ignored = 0
    calling = False  # whether the item before was a call
    for index, item in enumerate(given):
        kind = item.get("type") or "message"
        if kind == "message":
            if item.get("role") is None:
                raise RequestError(f"input.{index}.role is missing", f"input.{index}.role")
            made.append({"role": item["role"], "content": item.get("content")})
        elif kind in _CALLS:
            if not calling:
                made.append({"role": "assistant", "content": None, "tool_calls": []})
            made[-1]["tool_calls"].append(_call(item, kind))
        elif kind in _OUTPUTS:
            output = item.get("output")
            if isinstance(output, Mapping):
                raise RequestError(
                    f"input.{index}.output must be a text or a list of parts", f"input.{index}.output"
                )
            made.append({"role": "tool", "tool_call_id": item.get("call_id"), "content": output})
        elif kind == "item_reference":
            raise RequestError(f"input.{index} refers to an item that this server does not store; send it whole",
                        f"input.{index}")  # fmt: skip
        else:
            ignored += 1
        calling = kind in _CALLS
    return made, ignored


def _call(item: Mapping[str, Any], kind: str) -> dict[str, Any]:
    if kind == "custom_tool_call":
        given = item.get("input")
        return {"id": item.get("call_id"), "custom": {"input": given if isinstance(given, str) else ""}}
    return {"id": item.get("call_id"), "function": {"arguments": item.get("arguments")}}
