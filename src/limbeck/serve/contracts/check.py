"""Our own `POST /v1/check`: a text that anyone wrote held against its source, as `limbeck check --json` tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from limbeck import api
from limbeck.core.artifact_record import MARK
from limbeck.core.errors import FormatError
from limbeck.local.counters import counter
from limbeck.serve.answers import Answer, Refused
from limbeck.serve.schemas import CheckRequest
from limbeck.wire import read

from .refusing import PLAIN, RequestError, refusing, unquoted, validated

_OPTIONS = ("pins", "complete", "min_tokens", "max_tokens", "counter", "names")

MOST_VALUES = 1_000_000
"""A record that comes as a text is parsed after the limits of the body were looked at, so it has one of its own."""


@refusing(PLAIN, invalid=422)
def check(body: Mapping[str, Any], fallback: bool) -> Answer | Refused:
    """`POST /v1/check`. All options are those of `limbeck.check`; the answer is 200 whatever is found."""
    asked = validated(CheckRequest, body)
    if (asked.source is None) == (asked.sources is None):
        raise RequestError("give either source or sources", "source")
    several = asked.sources is not None
    sources = [_bare(one) for one in (body["sources"] if several else [body["source"]])]
    if asked.names and len(asked.names) != len(sources):
        raise RequestError("names must be one for each source, or none", "names")
    if asked.min_tokens is not None and asked.max_tokens is not None and asked.min_tokens > asked.max_tokens:
        raise RequestError("min_tokens must not be above max_tokens", "min_tokens")
    summary = _bare(body["summary"])
    _check_values(summary)
    try:
        # By its module, which imports the guards now: who only compacts waits for none of them at the start.
        audit = api.check(summary, against=sources, **{name: getattr(asked, name) for name in _OPTIONS})
    except FormatError:
        raise _unreadable(summary, sources, several) from None
    return Answer(audit.to_json())


def _bare(given: Any) -> Any:
    """A conversation without the fields that are none of it: by one of them it could pass for something else."""
    if isinstance(given, Mapping) and MARK not in given:
        return {name: given[name] for name in ("messages", "system") if name in given}
    return given


def _check_values(summary: object) -> None:
    """
    Raises:
        RequestError: 413, a text that would be parsed as a record has too many values.
    """
    if isinstance(summary, str) and summary.lstrip().startswith("{") and MARK in summary:
        values = sum(map(summary.count, ",[{"))
        if values > MOST_VALUES:
            raise RequestError(
                f"summary is a record with more than {MOST_VALUES:,} values, which is the limit; send fewer",
                "summary", 413, "request_too_large",
            )  # fmt: skip


def _unreadable(summary: Any, sources: Sequence[Any], several: bool) -> RequestError:
    """Which of what was given cannot be read."""
    for number, source in enumerate(sources):
        at = f"sources.{number}" if several else "source"
        if (why := _why(source)) is not None:
            return RequestError(f"{at}: {why}", at)
    why = None if isinstance(summary, str) or MARK in summary else _why(summary)
    return RequestError(
        f"summary: {why or 'the record of a digest, a summary or notes is damaged; send it as it was written'}",
        "summary",
    )


def _why(given: Any) -> str | None:
    try:
        read(given, counter("o200k_base"))
    except FormatError as error:
        return unquoted(str(error))
    return None
