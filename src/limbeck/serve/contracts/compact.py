"""Morph's `POST /v1/compact`: messages in, the same messages with fewer lines out, with the ranges of lines."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from limbeck.core.budget import Counter
from limbeck.core.context import Context, joined
from limbeck.local.counters import counter
from limbeck.methods.pins import PinHead
from limbeck.serve.answers import Answer, Refused
from limbeck.serve.schemas import CompactRequest

from .lines import Lines, Range, lines_of
from .material import COUNTER, DEFAULT_KEEP, Wanted, best_effort, headers, riders, suffix_keep, unnamed
from .plain import SYSTEM_ROLES, last_user_text, plain, text_of
from .refusing import PLAIN, RequestError, refusing, validated

MODEL = "morph-compactor"


@refusing(PLAIN)
def compact(body: Mapping[str, Any], fallback: bool) -> Answer | Refused:
    """`POST /v1/compact`. Every message comes back, in its place; one of which nothing stays is a marker."""
    began = time.perf_counter()
    asked = validated(CompactRequest, body)
    given, text_alone = _given(body)
    bare, ignored = plain(given)
    contents = [_text(message) for message in bare]
    single = text_alone or len(given) == 1
    query = asked.query if asked.query is not None else None if single else last_user_text(bare)
    keep = asked.compression_ratio if asked.compression_ratio is not None else suffix_keep(asked.model or "")
    markers = asked.include_markers is not False
    wanted = Wanted(
        DEFAULT_KEEP if keep is None else keep, query=query, markers=True if markers else "blank",
        preserve_recent=0 if single else 2 if asked.preserve_recent is None else asked.preserve_recent,
        pin_head=_pin_head(given, single, asked.compress_system_messages is True),
    )  # fmt: skip
    plain_messages = [{"role": m["role"], "content": text} for m, text in zip(bare, contents, strict=True)]
    result = best_effort(plain_messages, wanted, lone=single)
    context = unnamed(result.context)
    texts, spans = _by_message(context, len(given))
    lines = [lines_of(text, found) for text, found in zip(contents, spans, strict=True)]
    counting = counter(COUNTER)
    if markers:
        _mark_gone(texts, contents, lines, counting)
    before = result.tokens_before - riders(result.before)
    after = sum(counting.count_each(texts))
    overshoot = max(0, after - max(1, int(wanted.keep * before)))
    ranges = asked.include_line_ranges is not False
    answer = {
        "id": f"cmpt-{uuid4().hex}",
        "output": "\n".join(texts),
        "messages": [
            {**message, "content": text} | _ranges(found if ranges else Lines([], [], []))
            for message, text, found in zip(given, texts, lines, strict=True)
        ],
        "usage": {
            "input_tokens": before,
            "output_tokens": after,
            "compression_ratio": round(after / before, 4) if before else 1.0,
            "processing_time_ms": round(1000 * (time.perf_counter() - began)),
        },
        "model": asked.model or MODEL,
    }
    return Answer(
        answer, headers=headers(before, after, overshoot, ignored), tokens_before=before, tokens_after=after
    )


def _given(body: Mapping[str, Any]) -> tuple[Sequence[Mapping[str, Any]], bool]:
    """The messages, and whether they are one text. `messages` wins over `input`.

    Raises:
        RequestError: Neither is there.
    """
    for field in ("messages", "input"):
        value = body.get(field)
        if isinstance(value, str):
            return [{"role": "user", "content": value}], True
        if value:
            return value, False
    raise RequestError(
        "give messages, or input: a text or a list of messages; neither may be an empty list", "messages"
    )


def _pin_head(given: Sequence[Mapping[str, Any]], single: bool, compress_system: bool) -> PinHead:
    """System messages alone stay whole, unless nothing else was given."""
    whole = not (single or compress_system or all(m["role"] in SYSTEM_ROLES for m in given))
    return "system" if whole else False


def _text(message: Mapping[str, Any]) -> str:
    """The whole text of a message as `plain` made it, results of tools included."""
    content = message["content"]
    if not isinstance(content, list):
        return content or ""
    said = (block["content"] if block["type"] == "tool_result" else text_of([block]) for block in content)
    return "\n".join(text for text in said if text)


def _by_message(context: Context, count: int) -> tuple[list[str], list[list[Range]]]:
    """What is left of each message that came in, and the spans of it that stand."""
    texts: list[str] = [""] * count
    spans: list[list[Range]] = [[] for _ in range(count)]
    for source, rows in zip(context.sources, context.source_rows(), strict=True):
        if len(rows):
            texts[source.message] = joined(context.segments, rows)
    for source_number, start, end in context.quoted_runs():
        spans[context.sources[source_number].message].append((start, end))
    return texts, spans


def _mark_gone(texts: list[str], contents: Sequence[str], lines: list[Lines], counting: Counter) -> None:
    """Write a marker for each message of which nothing is left, since no provider takes empty ones.

    A message that is no longer than its marker stays in its place.
    """
    for number, found in enumerate(lines):
        if not texts[number] and contents[number].strip():
            count = found.compacted[-1][1]
            marker = f"(filtered {count} line{'s' if count != 1 else ''})"
            if counting.count(contents[number]) > counting.count(marker):
                texts[number] = marker
            else:
                texts[number] = contents[number]
                lines[number] = Lines(found.compacted, [], [])


def _ranges(lines: Lines) -> dict[str, list[dict[str, int]]]:
    found = {"compacted": lines.compacted, "kept": lines.kept, "partial": lines.partial}
    return {
        f"{name}_line_ranges": [{"start": start, "end": end} for start, end in ranges]
        for name, ranges in found.items()
    }
