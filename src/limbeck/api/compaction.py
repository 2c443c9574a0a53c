"""`compact`: fewer, byte-identical pieces within a token budget, with an account of everything left out."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from limbeck.core.budget import Budget, Counter
from limbeck.core.decisions import Check
from limbeck.core.errors import TooLargeError
from limbeck.core.laws import verify
from limbeck.core.result import Result
from limbeck.local.counters import counter as counter_named
from limbeck.methods.calls import whole_calls as calls_kept_whole
from limbeck.methods.cut import MarkerStyle
from limbeck.methods.pins import PinHead, pinned, unmatched
from limbeck.methods.select import Scorer, Select
from limbeck.wire import read

from .options import check_options, checked, pin_texts, whole_number

MAX_INPUT_BYTES = 64 * 1024 * 1024

Given = str | Sequence[Mapping[str, Any]] | Mapping[str, Any]


def compact(
    given: Given | Result,
    *,
    query: str | None = None,
    keep: float | None = None,
    max_tokens: int | None = None,
    preserve_recent: int | None = None,
    pin_head: PinHead = True,
    markers: MarkerStyle = True,
    pins: Iterable[str] = (),
    counter: str | Counter = "o200k_base",
    max_input_bytes: int = MAX_INPUT_BYTES,
    whole_calls: bool = False,
    scorer: Scorer | None = None,
) -> Result:
    """Leave out what matters least; every survivor is byte-identical and stands in its old order.

    A bare text or user messages alone are *material*: everything may be cut. A list with other roles is a
    *conversation*: its system messages, its first user message and its last messages stay whole.

    Args:
        given: A text; a list of OpenAI or Anthropic messages; a mapping with `messages` (a request body); or
            an earlier result, whose markers then merge with the new ones.
        query: What the result must still answer. None or empty: no query.
        keep: Fraction of tokens to keep, 0 < keep <= 1. Give either this or `max_tokens`.
        max_tokens: The most tokens the result may have, markers included.
        preserve_recent: How many last messages stay whole. None: 2 for a conversation, 0 for material.
        pin_head: Whether a conversation's system messages and first user message stay whole; "system" for the
            system messages alone.
        markers: True for `(filtered 12 lines, k3f9a2)` lines, "blank" for empty lines, False for none.
        pins: Literal strings; every piece that holds a part of one stays. One that stands nowhere is told in
            the result's `checks`.
        counter: An encoding or model name, or a counter. See `limbeck.local.counters.counter`.
        max_input_bytes: Larger inputs (UTF-8) are refused.
        whole_calls: Whether the arguments of old tool calls stay whole as long as their call stays. Otherwise
            they are cut like any text, stay valid JSON, and can say less than the call that was made.
        scorer: Another scorer in place of the lexical one: a function of a `View` that returns a `Worth`.

    Returns:
        The result: `text`, `messages`, `tokens_before`, `tokens_after`, `kept_spans`, `decisions`,
        `report()`, `expand(handle)`.

    Raises:
        FormatError: Neither a text nor messages in a known format.
        TooLargeError: Over `max_input_bytes`.
        OptionError: keep and max_tokens both or neither, an option outside its range, or an answer of the
            scorer that does not fit.
        BudgetError: What must stay does not fit; the error lists the addends.

    Cost: about 0.5 s for 100,000 tokens on two cores; linear.
    """
    began = time.perf_counter()
    check_options(query, pin_head, markers, counter)
    if preserve_recent is not None:
        preserve_recent = whole_number("preserve_recent", preserve_recent, 0, " of messages")
    max_input_bytes = whole_number("max_input_bytes", max_input_bytes, 1)
    wanted = pin_texts(pins)
    counting = counter_named(counter) if isinstance(counter, str) else counter
    budget = Budget(counting, max_tokens=max_tokens, keep=keep)
    select = Select(markers=markers) if scorer is None else Select(checked(scorer), markers)
    if isinstance(given, Result):
        context, body = given.context, given.body
    else:
        check_size(given, max_input_bytes)
        context, body = read(given, counting)
    if whole_calls:
        context = calls_kept_whole(context)
    context = pinned(context.asked(query or ""), preserve_recent, pin_head, wanted)
    result = select.cut(select.score(context, counting), budget)
    result = replace(result, body=body, usage=result.usage._replace(seconds=time.perf_counter() - began))
    lost = [Check("pin", False, f"{pin!r} stands nowhere in the input") for pin in unmatched(context, wanted)]
    return replace(result, checks=(*verify(result), *lost))


def check_size(given: object, limit: int) -> None:
    """Refuse what holds more than `limit` UTF-8 bytes of text, or so many values.

    Raises:
        TooLargeError: It does.
    """
    size = _size(given, limit)
    if size > limit:
        raise TooLargeError(
            f"the input has {size:,} bytes or more, over the limit of {limit:,}; "
            "split it, or raise max_input_bytes"
        )


class _Left:
    """Everything inside a container has been added; so much stood before it."""

    def __init__(self, container: object, size: int, values: int) -> None:
        self.container, self.size, self.values = container, size, values


def _size(given: object, limit: int) -> int:
    """UTF-8 bytes of all strings inside, or how many values there are if that is more.

    A list that stands in several places counts in each, as when it is written out, yet is walked once; one
    that holds itself counts once, and the reader refuses it. Stops early once over the limit.
    """
    size = values = 0
    known: dict[int, tuple[object, int, int]] = {}  # by id; holds the container, so that the id stays its own
    stack: list[object] = [given]
    while stack and max(size, values) <= limit:
        item = stack.pop()
        if isinstance(item, _Left):
            known[id(item.container)] = item.container, size - item.size, values - item.values
        elif isinstance(item, str):
            values += 1
            size += (
                len(item)
                if item.isascii() or len(item) > limit
                else len(item.encode("utf-8", "surrogatepass"))
            )
        elif isinstance(item, Mapping | list | tuple):
            if id(item) in known:
                _, more, others = known[id(item)]
                size, values = size + more, values + others
                continue
            known[id(item)] = item, 0, 0
            stack.append(_Left(item, size, values))
            values += 1
            stack.extend(item.values() if isinstance(item, Mapping) else item)
        else:
            values += 1
    return max(size, values)
