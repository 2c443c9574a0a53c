"""The one protocol: a distiller is pure, and yields what it wants a remote model to write."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

from .artifact import Artifact
from .budget import Budget
from .context import Context
from .result import Result

Out = TypeVar("Out", bound=Result | Artifact, covariant=True)


@dataclass(frozen=True)
class Ask:
    """A request to a model: chat messages, a bound on the answer, and optionally a JSON schema for it."""

    messages: tuple[Mapping[str, str], ...]
    max_tokens: int
    schema: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Text:
    """What the model wrote."""

    text: str


Fault = Literal[
    "absent",
    "timeout",
    "refused",
    "overloaded",
    "error",
    "budget",
    "malformed",
    "cut",
    "empty",
    "too_large",
]
"""Why no text came:

- `absent`: there is nobody to ask: no model is configured, its package is missing, nothing listens at its URL, or the
  tape that alone may answer does not hold the answer.
- `timeout`: no whole answer within the deadline.
- `refused`: the endpoint (wrong key, unknown model, quota used up) or the model itself declined.
- `overloaded`: too many requests, or no capacity, and still so after the retries.
- `error`: the endpoint or the function that was asked broke.
- `budget`: the bound on tokens or money would be passed; nothing was asked.
- `malformed`: what came is not what the protocol says.
- `cut`: the answer ends before its end: the connection was lost, or the token bound reached.
- `empty`: a whole answer without text.
- `too_large`: the question is over the model's window, or the answer over the size that is read.
"""


@dataclass(frozen=True)
class Failed:
    """Why no text came; every kind has a path to a named fallback."""

    kind: Fault
    detail: str = ""


Reply = Text | Failed


class Distiller(Protocol[Out]):
    """Turns a context into something smaller within a budget. A method without a model yields nothing."""

    @property
    def name(self) -> str: ...
    def steps(
        self, context: Context, budget: Budget
    ) -> Generator[tuple[Ask, ...], tuple[Reply, ...], Out]: ...
