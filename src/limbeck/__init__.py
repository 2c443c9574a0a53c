"""Limbeck, the context distillery: the smallest context that still carries the signal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from .api import check, compact, digest, notes, summarize
    from .core.artifact import Artifact
    from .core.errors import BudgetError, LimbeckError
    from .core.result import Result

__all__ = [
    "Artifact",
    "BudgetError",
    "LimbeckError",
    "Result",
    "__version__",
    "check",
    "compact",
    "digest",
    "notes",
    "summarize",
]

_WHERE = {
    "check": "limbeck.api",
    "compact": "limbeck.api",
    "digest": "limbeck.api",
    "notes": "limbeck.api",
    "summarize": "limbeck.api",
    "Artifact": "limbeck.core.artifact",
    "BudgetError": "limbeck.core.errors",
    "LimbeckError": "limbeck.core.errors",
    "Result": "limbeck.core.result",
}


def __getattr__(name: str) -> Any:
    """Import on first use, so that a hook that only asks for the version stays fast."""
    where = _WHERE.get(name)
    if where is None:
        raise AttributeError(f"module 'limbeck' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(where), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
