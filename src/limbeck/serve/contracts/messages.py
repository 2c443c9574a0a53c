"""Anthropic's messages: the request's messages, compacted, are the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from limbeck.serve.answers import Answer, Refused
from limbeck.serve.schemas import MessagesRequest

from .digested import answered
from .refusing import ANTHROPIC, refusing, validated
from .stream import message_frames


@refusing(ANTHROPIC)
def messages(body: Mapping[str, Any], fallback: bool) -> Answer | Refused:
    """`POST /v1/messages`. `fallback`: answer a request to summarize, whatever its model."""
    asked = validated(MessagesRequest, body)
    given = list(body["messages"])
    if asked.system is not None:
        given.insert(0, {"role": "system", "content": body["system"]})
    found, name = answered(given, asked, asked.model, asked.max_tokens, fallback=fallback)
    message = {
        "id": f"msg_{uuid4().hex}",
        "type": "message",
        "role": "assistant",
        "model": asked.model,
        "content": [{"type": "text", "text": found.text}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {
            "input_tokens": found.tokens_before,
            "output_tokens": found.tokens_after,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
        },
    }
    return Answer(
        message, message_frames(message) if asked.stream else None,
        headers=found.headers | ({"x-limbeck-fallback": name} if name else {}),
        tokens_before=found.tokens_before, tokens_after=found.tokens_after, fallback=name,
    )  # fmt: skip
