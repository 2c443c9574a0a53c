"""Answers as server-sent events, framed as each API's own clients read them.

JSON is written in ASCII: some clients split a stream at every character that ends a line in Unicode.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

DELTA_CHARS = 2_000
_LOOK_BACK_CHARS = 32

Frames = tuple[bytes, ...]


def deltas(text: str, size: int = DELTA_CHARS) -> Iterator[str]:
    """The text in parts of at most `size` code points, cut between characters as a reader sees them.

    A cluster of more than 32 code points is cut all the same.
    """
    at = 0
    while at < len(text):
        end = min(at + size, len(text))
        floor = max(at + 1, end - _LOOK_BACK_CHARS)
        cut = next((place for place in range(end, floor - 1, -1) if _is_border(text, place)), end)
        yield text[at:cut]
        at = cut


def _is_border(text: str, at: int) -> bool:
    """Whether a reader sees two characters here: no mark, joiner, modifier, half of a pair or flag after it."""
    if at >= len(text):
        return True
    before, after = text[at - 1], text[at]
    if before == "\u200d" or after == "\u200d" or unicodedata.category(after) in ("Mn", "Mc", "Me"):
        return False
    if (before, after) == ("\r", "\n") or "\U0001f3fb" <= after <= "\U0001f3ff":
        return False
    pair = "\ud800" <= before <= "\udbff" and "\udc00" <= after <= "\udfff"
    flag = all("\U0001f1e6" <= char <= "\U0001f1ff" for char in (before, after))
    return not (pair or flag)


def frame(data: Mapping[str, Any], event: str = "") -> bytes:
    """One event."""
    name = f"event: {event}\n" if event else ""
    return f"{name}data: {json.dumps(data, separators=(',', ':'))}\n\n".encode("ascii")


def chat_frames(completion: Mapping[str, Any], include_usage: bool) -> Frames:
    """A chat completion as chunks: role, content, finish, usage if asked for, `[DONE]`."""
    head = {key: completion[key] for key in ("id", "created", "model")}
    head |= {"object": "chat.completion.chunk", "system_fingerprint": None}
    said = completion["choices"][0]["message"]["content"]

    def chunk(delta: Mapping[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return frame(head | {"choices": [choice]} | ({"usage": None} if include_usage else {}))

    frames = [chunk({"role": "assistant", "content": "", "refusal": None})]
    frames += [chunk({"content": part}) for part in deltas(said)]
    frames.append(chunk({}, "stop"))
    if include_usage:
        frames.append(frame(head | {"choices": [], "usage": completion["usage"]}))
    return (*frames, b"data: [DONE]\n\n")


def response_frames(response: Mapping[str, Any]) -> Frames:
    """A response as the events of the Responses API, numbered from 0."""
    frames: list[bytes] = []

    def send(kind: str, **fields: Any) -> None:
        frames.append(frame({"type": kind, "sequence_number": len(frames)} | fields, kind))

    begun = {**response, "status": "in_progress", "output": [], "usage": None, "completed_at": None}
    item = response["output"][0]
    part = item["content"][0]
    place = {"item_id": item["id"], "output_index": 0, "content_index": 0}
    send("response.created", response=begun)
    send("response.in_progress", response=begun)
    opened = {**item, "status": "in_progress", "content": []}
    send("response.output_item.added", output_index=0, item=opened)
    send("response.content_part.added", **place, part={**part, "text": ""})
    for text in deltas(part["text"]):
        send("response.output_text.delta", **place, delta=text, logprobs=[])
    send("response.output_text.done", **place, text=part["text"], logprobs=[])
    send("response.content_part.done", **place, part=part)
    send("response.output_item.done", output_index=0, item=item)
    send("response.completed", response=response)
    return tuple(frames)


def message_frames(message: Mapping[str, Any]) -> Frames:
    """An Anthropic message as its events, from `message_start` to `message_stop`."""
    frames: list[bytes] = []

    def send(kind: str, **fields: Any) -> None:
        frames.append(frame({"type": kind} | fields, kind))

    usage = message["usage"]
    begun = {**message, "content": [], "stop_reason": None, "usage": {**usage, "output_tokens": 0}}
    send("message_start", message=begun)
    send("content_block_start", index=0, content_block={"type": "text", "text": ""})
    send("ping")
    for text in deltas(message["content"][0]["text"]):
        send("content_block_delta", index=0, delta={"type": "text_delta", "text": text})
    send("content_block_stop", index=0)
    end = {"stop_reason": message["stop_reason"], "stop_sequence": None}
    send("message_delta", delta=end, usage={"output_tokens": usage["output_tokens"]})
    send("message_stop")
    return tuple(frames)
