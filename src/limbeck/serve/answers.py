"""What a contract answers, before it becomes HTTP: plain values that travel between processes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Answer:
    """An answer of a contract.

    Attributes:
        body: What is sent as JSON, unless `events` are.
        events: What is sent as server-sent events instead, each a complete frame; None for JSON.
        status: The HTTP status.
        headers: Names in lower case, beginning with `x-limbeck-`.
        originals: What was left out, by the hash it can be fetched with.
        tokens_before, tokens_after: For the metrics; 0 where nothing was distilled.
        fallback: The name of the fallback that answered; empty for none.
    """

    body: dict[str, Any]
    events: tuple[bytes, ...] | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    originals: dict[str, str] = field(default_factory=dict)
    tokens_before: int = 0
    tokens_after: int = 0
    fallback: str = ""


@dataclass(frozen=True)
class Refused:
    """A request that a contract does not serve.

    Attributes:
        status: 400, 404, 413, 422.
        kind: The type of the error in the words of the imitated API, such as `invalid_request_error`.
        message: What happened, the numbers, what to do. Never the request's own text.
        code: A short name such as `model_not_found`; empty for none.
        param: The field it is about; empty for none.
        details: More fields for our own routes, such as the addends of a budget.
    """

    status: int
    kind: str
    message: str
    code: str = ""
    param: str = ""
    details: dict[str, Any] = field(default_factory=dict)
