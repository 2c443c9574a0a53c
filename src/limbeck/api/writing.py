"""`summarize`, `notes`, `digest`: statements with evidence in place of a text, written by a model or quoted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from limbeck.core.artifact import Artifact, Fallback, Spent
from limbeck.core.artifact_laws import verify_artifact
from limbeck.core.budget import Budget, Counter
from limbeck.core.context import Context
from limbeck.core.decisions import Check
from limbeck.core.distiller import Ask, Distiller
from limbeck.core.errors import ModelError, OptionError
from limbeck.core.result import Result
from limbeck.local.counters import counter as counter_named
from limbeck.methods.digest import Digest
from limbeck.methods.extractive_notes import ExtractiveNotes
from limbeck.methods.guards import Guard
from limbeck.methods.notes import Notes
from limbeck.methods.pins import pinned, unmatched
from limbeck.methods.summarize import Summarize
from limbeck.wire import read

from .compaction import MAX_INPUT_BYTES, check_size
from .options import check_counter, pin_texts, whole_number
from .sources import Given, read_sources

if TYPE_CHECKING:
    from limbeck.llm import Client, Endpoint

    Model = str | Endpoint | Client | Callable[[Ask], str] | None

SUMMARY_KEEP = 0.2
NOTES_KEEP = 0.1
DIGEST_KEEP = 0.2
"""What is kept where neither keep nor max_tokens is given."""
WINDOW_TOKENS = 32_000
"""What is taken for the window of a model that does not tell its own."""
WINDOW_SHARE = 0.75
"""Share of a model's window that is used: its tokens are not quite those of the counter."""


def summarize(
    given: Given | Sequence[Given] | Result,
    *,
    max_tokens: int | None = None,
    keep: float | None = None,
    model: Model = None,
    query: str | None = None,
    strict: bool = False,
    pins: Iterable[str] = (),
    counter: str | Counter = "o200k_base",
    url: str | None = None,
    key: str | None = None,
    provider: str | None = None,
    window_tokens: int | None = None,
    max_input_bytes: int = MAX_INPUT_BYTES,
) -> Artifact:
    """A summary under named sections, in which every statement was checked against the lines it cites.

    What the model gets wrong is asked for once more, then replaced by the lines it stood for, or dropped;
    where it fails altogether, verbatim quotes serve (`digest`). `Artifact.fallbacks` names all of it. Without
    a model the digest serves from the start.

    Args:
        given: A text; a list of OpenAI or Anthropic messages; a mapping with `messages`; a list of several of
            these; or an earlier result.
        max_tokens: The most tokens the text may have.
        keep: Fraction of tokens to keep, 0 < keep <= 1; 0.2 if neither is given.
        model: None for no model; "auto" for the one that is configured; the name of a model, with `url`,
            `key` and `provider` as they are needed; a `limbeck.llm` Endpoint or Client; or a function from
            an `Ask` to a text.
        query: What the summary must still answer.
        strict: Whether to raise where the digest would serve.
        pins: Literal strings; what holds them is carried, or told in `omissions`.
        counter: An encoding or model name, or a counter. See `limbeck.local.counters.counter`.
        url, key, provider: Of the endpoint, for a model that is named or "auto".
        window_tokens: How much the model can read and write at once, by the counter; by default 3/4 of the
            endpoint's, and 32,000 for a function.
        max_input_bytes: Larger inputs (UTF-8) are refused.

    Returns:
        The artifact: `text`, `statements` with their `evidence`, `fallbacks`, `omissions`, `spent`.

    Raises:
        FormatError: Neither a text nor messages in a known format.
        TooLargeError: Over `max_input_bytes`.
        OptionError: An option outside its range, or two that exclude each other.
        BudgetError: Not even one quote fits; or `strict`, and the budget has no room for a written summary.
        ModelError: `strict`, and the model wrote nothing that can be used, or there is none.
    """
    job = _Job.read(given, _budget(max_tokens, keep, SUMMARY_KEEP, counter), query, pins, max_input_bytes)
    writer = _writer(model, url, key, provider)
    if writer is None:
        return job.without_model(Digest(), "summarize", strict)
    window = window_of(writer, window_tokens)
    return job.run(Summarize(Digest(), window, _flag("strict", strict), job.guard), writer)


def notes(
    given: Given | Sequence[Given] | Result,
    *,
    max_tokens: int | None = None,
    keep: float | None = None,
    model: Model = None,
    query: str | None = None,
    strict: bool = False,
    pins: Iterable[str] = (),
    counter: str | Counter = "o200k_base",
    url: str | None = None,
    key: str | None = None,
    provider: str | None = None,
    window_tokens: int | None = None,
    max_input_bytes: int = MAX_INPUT_BYTES,
) -> Artifact:
    """Typed statements of what will still be worth knowing: decisions with reasons, constraints, facts, pitfalls.

    Each has its evidence, how far that bears it out (`confidence`), and what it supersedes. A note that its
    evidence does not support is refused and named in `fallbacks`. Without a model: notes of quotes.

    Args, Returns, Raises: as of `summarize`; `keep` is 0.1 if neither it nor `max_tokens` is given.
    """
    job = _Job.read(given, _budget(max_tokens, keep, NOTES_KEEP, counter), query, pins, max_input_bytes)
    writer = _writer(model, url, key, provider)
    if writer is None:
        return job.without_model(ExtractiveNotes(), "notes", strict)
    window = window_of(writer, window_tokens)
    return job.run(Notes(ExtractiveNotes(), window, _flag("strict", strict), job.guard), writer)


def digest(
    given: Given | Sequence[Given] | Result,
    *,
    max_tokens: int | None = None,
    keep: float | None = None,
    query: str | None = None,
    pins: Iterable[str] = (),
    counter: str | Counter = "o200k_base",
    max_input_bytes: int = MAX_INPUT_BYTES,
) -> Artifact:
    """The summary that needs no model: verbatim quotes under the sections of a summary.

    Constraints come first, then errors that nothing mended and what was asked, then what is worth most.

    Args, Returns, Raises: as of `summarize`; `keep` is 0.2 if neither it nor `max_tokens` is given.

    Cost: about 0.5 s for 100,000 tokens on two cores; linear.
    """
    job = _Job.read(given, _budget(max_tokens, keep, DIGEST_KEEP, counter), query, pins, max_input_bytes)
    return job.run(Digest(), None)


@dataclass(frozen=True)
class _Job:
    """One call: what is written about, in how many tokens."""

    context: Context
    budget: Budget
    pins: tuple[str, ...]
    began: float

    @staticmethod
    def read(
        given: Given | Sequence[Given] | Result,
        budget: Budget,
        query: str | None,
        pins: Iterable[str],
        max_input_bytes: int,
    ) -> _Job:
        began = time.perf_counter()
        if not (query is None or isinstance(query, str)):
            raise OptionError(f"query must be a text, or None for no query, got {query!r}")
        wanted = pin_texts(pins)
        if isinstance(given, Result):
            context = _unpinned(given.context)
        else:
            check_size(given, whole_number("max_input_bytes", max_input_bytes, 1))
            context = _unpinned(_read(given, budget.counter))
        context = pinned(context.asked(query or ""), preserve_recent=0, pin_head=False, pins=wanted)
        return _Job(context, budget, wanted, began)

    def guard(self, context: Context) -> Guard:
        return Guard(context, self.pins)

    def run(self, method: Distiller[Artifact], writer: Any) -> Artifact:
        """Run a method to its end and verify what it made."""
        from limbeck.llm.drive import run

        artifact, spent = run(method.steps(self.context, self.budget), writer)
        return self._verified(artifact, spent)

    def without_model(self, method: Distiller[Artifact], name: str, strict: bool) -> Artifact:
        """What a method without a model makes, in the place of one that has none."""
        if _flag("strict", strict):
            raise ModelError(
                "no model is given or configured, and strict was asked for; give model=, or call without "
                f"strict for {name} of quotes",
                "absent",
            )
        artifact = self.run(method, None)
        why = Fallback("digest", "no model is given or configured")
        return replace(artifact, fallbacks=(why, *artifact.fallbacks))

    def _verified(self, artifact: Artifact, spent: Spent) -> Artifact:
        usage = artifact.usage._replace(seconds=time.perf_counter() - self.began)
        artifact = replace(artifact, usage=usage, spent=spent)
        lost = (
            Check("pin", False, f"{pin!r} stands nowhere in the input")
            for pin in unmatched(self.context, self.pins)
        )
        return replace(artifact, checks=(*verify_artifact(artifact), *artifact.checks, *lost))


def _budget(max_tokens: int | None, keep: float | None, usual: float, counter: str | Counter) -> Budget:
    check_counter(counter)
    counting = counter_named(counter) if isinstance(counter, str) else counter
    if max_tokens is None and keep is None:
        keep = usual
    return Budget(counting, max_tokens=max_tokens, keep=keep)


def _read(given: Given | Sequence[Given], counter: Counter) -> Context:
    """What was given as one context: several texts or conversations one after another, if it is a list of them."""
    if isinstance(given, list | tuple) and any(
        isinstance(one, str | list | tuple) or (isinstance(one, Mapping) and "messages" in one)
        for one in given
    ):
        return read_sources(given, (), counter)[0]
    return read(given, counter)[0]  # type: ignore[arg-type]  # no list of several: anything else is told there


def _unpinned(context: Context) -> Context:
    """Without the pins that keep a format valid: a text about messages is in none."""
    segments = replace(context.segments, pin=bytearray(len(context.segments)), pins=[None])
    return replace(context, segments=segments)


def _writer(model: Model, url: str | None, key: str | None, provider: str | None) -> Any:
    """Who is asked: an endpoint, a client, a function, or nobody."""
    named = isinstance(model, str)
    if not named and not (url is None and key is None and provider is None):
        raise OptionError(
            'url, key and provider belong to the name of a model; give model= as a name or "auto"'
        )
    if not isinstance(model, str):
        return model
    from limbeck.llm import endpoint

    name = None if model == "auto" else model
    return endpoint(model=name, url=url, key=key, provider=provider)


def window_of(writer: Any, window_tokens: int | None) -> int:
    """How much of a writer's window is used: what was given, a share of the endpoint's, or the usual."""
    if window_tokens is not None:
        return whole_number("window_tokens", window_tokens, 1)
    known = getattr(getattr(writer, "endpoint", writer), "window_tokens", None)
    return int(WINDOW_SHARE * known) if isinstance(known, int) and known > 0 else WINDOW_TOKENS


def _flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise OptionError(f"{name} must be True or False, got {value!r}")
    return value
