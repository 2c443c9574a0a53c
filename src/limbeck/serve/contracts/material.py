"""From the messages of any chat API to a compacted text: what is material, options, best effort.

System messages beside one message are an instruction to the model; several messages are a conversation. What
must stay stays, also beyond the budget: how far beyond is told in a header, as the imitated services never refuse.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from limbeck.api import compact
from limbeck.core.context import Context, Written
from limbeck.core.errors import BudgetError
from limbeck.core.result import Result
from limbeck.local.counters import counter
from limbeck.methods.cut import MarkerStyle
from limbeck.methods.pins import PinHead
from limbeck.serve.schemas import Options
from limbeck.wire.weights import MESSAGE_TOKENS

from .plain import SYSTEM_ROLES, Messages, last_user_text, plain, text_of
from .refusing import RequestError

MODELS = ("limbeck-compact", "morph-compact", "morph-compactor")
DEFAULT_KEEP = 0.5
COUNTER = "o200k_base"

TINY_TOKENS = 64
"""A text of so few tokens may be one piece that no fraction of its tokens can hold; then it stays whole."""

HUSKS = ("", "{}", "[]")
"""What is left of a text, or of the arguments of a call, of which nothing stays: no line of an answer."""

_CHARS_PER_TOKEN = 4


def is_ours(model: str) -> bool:
    """Whether a model is one of ours, with or without a suffix: `limbeck-compact:0.3`."""
    return model.partition(":")[0] in MODELS


@dataclass(frozen=True)
class Wanted:
    """How a compaction is asked for; `max_tokens` bounds the answer beside `keep`: the smaller holds."""

    keep: float = DEFAULT_KEEP
    max_tokens: int | None = None
    query: str | None = None
    preserve_recent: int | None = None
    pin_head: PinHead = True
    markers: MarkerStyle = True
    pins: tuple[str, ...] = ()


@dataclass(frozen=True)
class Distilled:
    """A compacted text and its figures.

    Attributes:
        text: The answer.
        tokens_before: Of what was given; for several messages with their envelopes.
        tokens_after: Of the answer.
        overshoot: Tokens beyond what was asked for, because of what must stay.
        ignored: Parts of the request that are no text.
    """

    text: str
    tokens_before: int = 0
    tokens_after: int = 0
    overshoot: int = 0
    ignored: int = 0

    @property
    def headers(self) -> dict[str, str]:
        """The figures as headers."""
        return headers(self.tokens_before, self.tokens_after, self.overshoot, self.ignored)


def headers(before: int, after: int, overshoot: int = 0, ignored: int = 0) -> dict[str, str]:
    """The figures as headers: tokens always, the others where there is something to tell."""
    told = {"x-limbeck-tokens-before": str(before), "x-limbeck-tokens-after": str(after)}
    if overshoot > 0:
        told["x-limbeck-overshoot-tokens"] = str(overshoot)
    if ignored > 0:
        told["x-limbeck-ignored-parts"] = str(ignored)
    return told


def wanted(options: Options, model: str, *bounds: int | None, default_keep: float = DEFAULT_KEEP) -> Wanted:
    """What a chat request asks for.

    Args:
        options: Its options; they win over the suffix.
        model: Its model, whose suffix may say `keep`.
        bounds: The bounds on the answer that the imitated API knows, such as `max_tokens`.
        default_keep: Where nothing says how much to keep.

    Raises:
        RequestError: `keep` and `compression_ratio` differ, or the suffix is no fraction.
    """
    keep, ratio = options.keep, options.compression_ratio
    if keep is not None and ratio is not None and keep != ratio:
        raise RequestError(
            "keep and compression_ratio both say what fraction to keep and differ; give one", "keep"
        )
    asked = keep if keep is not None else ratio
    if asked is None:
        asked = suffix_keep(model)
    given = [bound for bound in bounds if bound is not None]
    return Wanted(
        default_keep if asked is None else asked,
        min(given) if given else None,
        options.query,
        options.preserve_recent,
        markers=True if options.markers is None else options.markers,
        pins=tuple(options.pins or ()),
    )


def suffix_keep(model: str) -> float | None:
    """The fraction to keep that the suffix of one of our models says; None without one.

    Raises:
        RequestError: It is no fraction.
    """
    name, colon, suffix = model.partition(":")
    if name not in MODELS or not colon:
        return None
    try:
        keep = float(suffix)
    except ValueError:
        keep = 0.0
    if not 0 < keep <= 1:
        raise RequestError(
            f"what follows the colon in the model must be the fraction of tokens to keep, such as {name}:0.3",
            "model",
        )
    return keep


def distilled(messages: Messages, asked: Wanted) -> Distilled:
    """The messages compacted to one text.

    Beside one message, system messages are an instruction to the model and no material. Several messages are a
    conversation: all of it is compacted, for its last user message if no query is given.
    """
    given, ignored = plain(messages)
    said = [message for message in given if message["role"] not in SYSTEM_ROLES]
    if len(said) > 1:
        query = asked.query if asked.query is not None else last_user_text(said)
        return replace(_as_text(given, replace(asked, query=query), lone=False), ignored=ignored)
    # Where nothing but system messages came, they are what was given to compact.
    asked = replace(asked, preserve_recent=0, pin_head=False)
    return replace(_as_text(said or given, asked, lone=len(said or given) == 1), ignored=ignored)


def _as_text(given: list[dict[str, Any]], asked: Wanted, lone: bool) -> Distilled:
    """A lone message counts as its text, several as a model is charged for them, envelopes included."""
    result = best_effort(given, asked, lone)
    said = unnamed(result.context).texts().values()
    text = "\n".join(said if lone else (one for one in said if one.strip() not in HUSKS))
    before = result.tokens_before - (riders(result.before) if lone else 0)
    after = counter(COUNTER).count(text)
    limit = max(1, int(asked.keep * before))
    if asked.max_tokens is not None:
        limit = min(limit, asked.max_tokens)
    return Distilled(text, before, after, max(0, after - limit))


def best_effort(given: list[dict[str, Any]], asked: Wanted, lone: bool = False) -> Result:
    """Compact within the smaller of both budgets; where what must stay exceeds it, to just that."""
    if asked.max_tokens is None:
        result = _compact(given, asked, keep=asked.keep)
        tiny = result.tokens_before <= TINY_TOKENS and asked.keep < 1
        if tiny and not result.text.strip() and result.text_before.strip():
            return _compact(given, asked, keep=1.0)
        return result
    envelope = MESSAGE_TOKENS * len(given) if lone else 0
    most = asked.max_tokens + envelope
    chars = sum(len(text_of(message["content"])) for message in given)
    if most < asked.keep * chars / _CHARS_PER_TOKEN:  # likely the smaller, so tried first
        result = _compact(given, asked, max_tokens=most)
        return _compact(given, asked, keep=asked.keep) if asked.keep * result.tokens_before < most else result
    result = _compact(given, asked, keep=asked.keep)
    return _compact(given, asked, max_tokens=most) if result.tokens_after > most else result


def _compact(
    given: list[dict[str, Any]], asked: Wanted, keep: float | None = None, max_tokens: int | None = None
) -> Result:
    def run(keep: float | None, max_tokens: int | None) -> Result:
        return compact(
            given, query=asked.query, keep=keep, max_tokens=max_tokens, markers=asked.markers, pins=asked.pins,
            preserve_recent=asked.preserve_recent, pin_head=asked.pin_head, counter=COUNTER,
        )  # fmt: skip

    try:
        return run(keep, max_tokens)
    except BudgetError as error:
        return run(None, error.pinned_tokens)


def riders(context: Context) -> int:
    """The tokens of a context that are no text: the envelopes of its messages."""
    return sum(message.rider_tokens for message in context.messages)


def unnamed(context: Context) -> Context:
    """The same context with markers that name no handle, `(filtered 12 lines)`, where none can be expanded."""
    return remarked(context, lambda w: Written(w.text.replace(f", {w.handle})", ")"), w.evidence))


def remarked(context: Context, written: Callable[[Written], Written]) -> Context:
    """The same context with other markers: `written` is given each `Written` that has a handle."""
    segments = context.segments
    new = {row: written(w) if w.handle else w for row, w in segments.written.items()}
    return replace(context, segments=replace(segments, written=new))
