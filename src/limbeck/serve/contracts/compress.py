"""Headroom's `POST /v1/compress`: messages in kind, with hashes to fetch back what was left out.

There is a hash for each marker, and one for each text that lost something without a marker (a message that
went, JSON, a gap too small to mark): that one brings the whole text.

Differs from Headroom: every survivor is byte-identical; messages of which nothing matters go as a whole, tool
calls with their results; system messages stay whole unless `compress_system_messages` is true.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from limbeck.core.budget import Budget, count_context
from limbeck.core.context import Context, Form, Pin, Written
from limbeck.core.errors import BudgetError
from limbeck.core.laws import verify
from limbeck.core.result import Result
from limbeck.local.counters import counter
from limbeck.methods.pins import pinned
from limbeck.methods.select import Select
from limbeck.methods.speakers import speakers
from limbeck.serve.answers import Answer, Refused
from limbeck.serve.schemas import CompressConfig, CompressRequest
from limbeck.wire import Body, read

from .material import COUNTER, DEFAULT_KEEP, headers, remarked
from .plain import last_user_text, plain
from .refusing import PLAIN, refusing, validated

PROTECT_RECENT = 4
HASH_DIGITS = 24
"""Gateways look for `hash=` and so many digits in the messages, and then offer the model a tool to retrieve."""
TRANSFORM = "limbeck:compact"
_TRIES = 4
_SLACK_TOKENS = 8


@refusing(PLAIN)
def compress(body: Mapping[str, Any], fallback: bool) -> Answer | Refused:
    """`POST /v1/compress`. The figures count messages as a model is charged for them."""
    asked = validated(CompressRequest, body)
    messages = body["messages"]
    if not messages:
        return _answer([], 0, 0, {}, 0)
    options = {name: _option(asked, name) for name in CompressConfig.model_fields}
    query, recent, keep = options["query"], options["protect_recent"], options["target_ratio"]
    counting = counter(COUNTER)
    context, rendered = read(messages, counting)
    context = pinned(
        context.asked(last_user_text(plain(messages)[0]) or "" if query is None else query),
        PROTECT_RECENT if recent is None else recent,
        False if options["compress_system_messages"] is True else "system",
    )
    if options["compress_user_messages"] is not True:
        context = _users_whole(context)
    result, limit = _cut(context, rendered, DEFAULT_KEEP if keep is None else keep, options["token_budget"])
    hidden = {w.handle: result.expand(w.handle) for w in result.context.segments.written.values() if w.handle}
    hidden |= {_hash(text): text for text in _unmarked(result)}
    before, after = result.tokens_before, result.tokens_after
    return _answer(rendered.messages(result.context), before, after, hidden, after - limit)


def _answer(
    messages: list[dict[str, Any]], before: int, after: int, hidden: dict[str, str], overshoot: int
) -> Answer:
    answer = {
        "messages": messages,
        "tokens_before": before,
        "tokens_after": after,
        "tokens_saved": before - after,
        "compression_ratio": round((before - after) / before, 4) if before else 0.0,
        "transforms_applied": [TRANSFORM] if after < before else [],
        "ccr_hashes": list(hidden),
    }
    return Answer(
        answer, headers=headers(before, after, overshoot), originals=hidden, tokens_before=before,
        tokens_after=after,
    )  # fmt: skip


def _option(asked: CompressRequest, name: str) -> Any:
    """An option from the top level, else from `config`."""
    top = getattr(asked, name)
    return getattr(asked.config, name) if top is None and asked.config is not None else top


def _users_whole(context: Context) -> Context:
    """The same context in which what users said stays whole; results of tools in their messages do not."""
    segments = replace(
        context.segments, pin=bytearray(context.segments.pin), pins=list(context.segments.pins)
    )
    number = segments.pin_index(Pin(True, "user message"))
    for rows, role in zip(context.source_rows(), speakers(context), strict=True):
        for row in rows if role == "user" else ():
            if segments.form[row] != Form.SEPARATOR and not segments.hard(row):
                segments.pin[row] = number
    return replace(context, segments=segments)


def _cut(context: Context, rendered: Body, keep: float, most: int | None) -> tuple[Result, int]:
    """The result with markers that name hashes, within the budget or as near as what must stay allows.

    Hashes are longer than the handles of a lone result, since they must be told apart for as long as they are
    stored; what that adds is taken off the budget, and the choice made again.
    """
    select = Select()
    scores = select.score(context, counter(COUNTER))
    limit = Budget(scores.counter, keep=keep).limit(scores.tokens_before)
    limit = room = limit if most is None else min(limit, most)
    for _ in range(_TRIES):
        try:
            result = select.cut(scores, Budget(scores.counter, max_tokens=max(1, room)))
        except BudgetError as error:
            result = select.cut(scores, Budget(scores.counter, max_tokens=error.pinned_tokens))
        verify(replace(result, body=rendered))
        result = _hashed(replace(result, body=rendered))
        if result.tokens_after <= limit or result.usage.limit_tokens != max(1, room):
            break
        room -= result.tokens_after - limit + _SLACK_TOKENS
    return result, limit


def _hashed(result: Result) -> Result:
    """The same result with hashes of what they hide for handles; so equal texts have one hash."""

    def named(marker: Written) -> Written:
        name = _hash(result.expand(marker.handle))
        return Written(marker.text.replace(marker.handle, f"hash={name}"), marker.evidence, name)

    context = remarked(result.context, named)
    after = count_context(context, counter(COUNTER)) if result.markers else result.tokens_after
    return replace(result, context=context, usage=result.usage._replace(tokens_after=after))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:HASH_DIGITS]


def _unmarked(result: Result) -> Iterator[str]:
    """The whole of each text that lost something no marker stands for: messages that went, JSON, small gaps."""
    sources = result.context.sources
    known = [0] * len(sources)  # characters that stand or that a marker stands for
    for number, start, end in result.context.quoted_runs():
        known[number] += end - start
    for marker in result.markers.values():
        for number, start, end in marker.evidence:
            known[number] += end - start
    yield from (s.text for s, chars in zip(sources, known, strict=True) if chars < len(s.text))
