"""The scripted model server, and questions for it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any, get_args

import pytest

from limbeck.core.distiller import Ask, Fault
from limbeck.llm import Answer, Client, Endpoint
from tests.llm.scripted_server import Model, model_server

KEY = "sk-test-4f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c"
"""Looks like a key, opens nothing."""

SHIFT = (
    "Pump 7 stood at 312 bar all night. Nobody touched it. The log has no gap. Valve 9 would not close by hand. "
    "It was oiled. The morning shift reads this first. Do not open the bypass above 40 bar."
)
FAULT_KINDS = frozenset(get_args(Fault))
PROVIDERS = ("openai", "anthropic")


@pytest.fixture(scope="session")
def running() -> Iterator[Model]:
    with model_server() as server:
        yield server


@pytest.fixture(autouse=True)
def environment_of_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is configured on this machine does not reach the tests."""
    for name in list(os.environ):
        if name.startswith(("LIMBECK_MODEL", "OPENAI_", "ANTHROPIC_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture
def model(running: Model) -> Model:
    """The server, with nothing scripted and nothing seen."""
    running.reset()
    return running


@pytest.fixture
def open_client(model: Model) -> Iterator[Callable[..., Client]]:
    """Opens clients of the server."""
    opened: list[Client] = []

    def make(
        provider: str = "openai", tape: Any = None, count: Callable[[str], int] | None = None, **fields: Any
    ) -> Client:
        url = model.anthropic if provider == "anthropic" else model.openai
        given = {"model": "scripted", "url": url, "key": KEY, "deadline_seconds": 20, "retries": 0} | fields
        opened.append(Client(Endpoint(provider=provider, **given), tape=tape, count=count))
        return opened[-1]

    yield make
    for client in opened:
        client.close()


def question(text: str = SHIFT, max_tokens: int = 200, schema: dict[str, Any] | None = None) -> Ask:
    messages = ({"role": "system", "content": "You keep the log short."}, {"role": "user", "content": text})
    return Ask(messages, max_tokens, schema)


def answer(client: Client, ask: Ask | None = None) -> Answer:
    return client.submit(ask or question()).result(60)
