"""Models over HTTP: any OpenAI-compatible endpoint, Anthropic's, or a function of one's own, and their tape.

    from limbeck.llm import Client, Tape, endpoint, run

    with Client(endpoint(model="qwen3", url="http://localhost:8000/v1")) as client:
        result, spent = run(distiller.steps(context, budget), client)

Knows no method and no format of contexts. The SDKs are imported with the first question.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .client import Client
    from .config import endpoint
    from .drive import Driven, arun, run
    from .endpoints import Endpoint
    from .secret import Secret
    from .tape import Tape
    from .writer import Answer, Writer

__all__ = ["Answer", "Client", "Driven", "Endpoint", "Secret", "Tape", "Writer", "arun", "endpoint", "run"]

_WHERE = {
    "Answer": "writer",
    "Client": "client",
    "Driven": "drive",
    "Endpoint": "endpoints",
    "Secret": "secret",
    "Tape": "tape",
    "Writer": "writer",
    "arun": "drive",
    "endpoint": "config",
    "run": "drive",
}


def __getattr__(name: str) -> Any:
    """Import on first use: a configuration can be read without an event loop."""
    where = _WHERE.get(name)
    if where is None:
        raise AttributeError(f"module 'limbeck.llm' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"limbeck.llm.{where}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
