"""What a user calls: wires formats, counters, methods and policy, and verifies every result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .checking import check
    from .compaction import compact
    from .writing import digest, notes, summarize

__all__ = ["check", "compact", "digest", "notes", "summarize"]

_WHERE = {
    "check": "checking",
    "compact": "compaction",
    "digest": "writing",
    "notes": "writing",
    "summarize": "writing",
}


def __getattr__(name: str) -> Any:
    """Import on first use: whoever compacts needs no guards."""
    where = _WHERE.get(name)
    if where is None:
        raise AttributeError(f"module 'limbeck.api' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"limbeck.api.{where}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
