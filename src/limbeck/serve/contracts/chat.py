"""OpenAI's chat completions: the request's messages, compacted, are the answer."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from limbeck.serve.answers import Answer, Refused
from limbeck.serve.schemas import ChatRequest

from .digested import answered
from .refusing import OPENAI, RequestError, refusing, validated
from .stream import chat_frames


@refusing(OPENAI)
def chat(body: Mapping[str, Any], fallback: bool) -> Answer | Refused:
    """`POST /v1/chat/completions`. `fallback`: answer a request to summarize, whatever its model."""
    asked = validated(ChatRequest, body)
    if (asked.n or 1) > 1:
        raise RequestError("there is one compaction of a text, so n must be 1", "n")
    found, name = answered(
        body["messages"], asked, asked.model, asked.max_tokens, asked.max_completion_tokens, fallback=fallback
    )
    completion = {
        "id": f"chatcmpl-{uuid4().hex}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": asked.model,
        "choices": [
            {
                "index": 0,
                "message": {
                    "role": "assistant", "content": found.text, "refusal": None, "annotations": [],
                },
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "usage": {
            "prompt_tokens": found.tokens_before,
            "completion_tokens": found.tokens_after,
            "total_tokens": found.tokens_before + found.tokens_after,
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": {
                "reasoning_tokens": 0, "audio_tokens": 0,
                "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0,
            },
        },
        "system_fingerprint": None,
    }  # fmt: skip
    events = None
    if asked.stream:
        options = asked.stream_options
        events = chat_frames(completion, options is not None and options.include_usage is True)
    return Answer(
        completion, events, headers=found.headers | ({"x-limbeck-fallback": name} if name else {}),
        tokens_before=found.tokens_before, tokens_after=found.tokens_after, fallback=name,
    )  # fmt: skip
