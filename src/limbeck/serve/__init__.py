"""The HTTP side: programs that talk to a hosted service talk to Limbeck by changing the base URL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .app import create_app
    from .settings import Limits, Settings

__all__ = ["Limits", "Settings", "create_app"]

_WHERE = {"create_app": "app", "Limits": "settings", "Settings": "settings"}


def __getattr__(name: str) -> Any:
    """Import on first use: workers and `limbeck key` need neither FastAPI nor uvicorn."""
    where = _WHERE.get(name)
    if where is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{where}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
