"""The one protocol: a distiller is pure, and yields what it wants a remote model to write."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from .budget import Budget
from .context import Context
from .result import Result


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


@dataclass(frozen=True)
class Failed:
    """Why no text came; every kind has a path to a named fallback."""

    kind: Literal["absent", "timeout", "refused", "overloaded", "budget", "malformed"]
    detail: str = ""


Reply = Text | Failed


class Distiller(Protocol):
    """Turns a context into a smaller one within a budget. A method without a model yields nothing."""

    @property
    def name(self) -> str: ...
    def steps(
        self, context: Context, budget: Budget
    ) -> Generator[tuple[Ask, ...], tuple[Reply, ...], Result]: ...
