"""Retries: bounded, patient as asked, never past the deadline; and how many questions are out at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import wait

import pytest

from limbeck.core.distiller import Failed, Text
from limbeck.llm import Client

from .conftest import PROVIDERS, answer, question
from .scripted_server import Model


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    "fault", ["429", "500", "503", "529", "closed", "cut", "unfinished", "overloaded_event"]
)
def test_a_passing_fault_is_tried_again(
    fault: str, provider: str, model: Model, open_client: Callable[..., Client]
) -> None:
    model.script(fault)
    reply, spent = answer(open_client(provider, retries=1))
    assert isinstance(reply, Text)
    assert spent.calls == 1
    assert len(model.seen()) == 2


@pytest.mark.parametrize(
    "fault", ["quota", "unauthorized", "404", "400", "413", "501", "html", "empty", "length"]
)
def test_a_lasting_fault_is_not(fault: str, model: Model, open_client: Callable[..., Client]) -> None:
    model.script(fault)
    assert isinstance(answer(open_client(retries=3)).reply, Failed)
    assert len(model.seen()) == 1


def test_tries_are_bounded_and_told(model: Model, open_client: Callable[..., Client]) -> None:
    model.always("500")
    reply = answer(open_client(retries=2)).reply
    assert isinstance(reply, Failed)
    assert reply.detail.endswith("(3 tries)")
    assert len(model.seen()) == 3


@pytest.mark.parametrize(("fault", "least"), [("429:1.2", 1.2), ("503:date", 0.9)])
def test_the_wait_is_at_least_what_was_asked_for(
    fault: str, least: float, model: Model, open_client: Callable[..., Client]
) -> None:
    model.script(fault)  # the date is two seconds ahead, and dates have whole seconds
    assert isinstance(answer(open_client(retries=1)).reply, Text)
    first, second = (seen["at"] for seen in model.seen())
    assert least <= second - first < 15


def test_a_wait_beyond_the_deadline_is_not_begun(model: Model, open_client: Callable[..., Client]) -> None:
    model.script("429:100")
    began = time.monotonic()
    reply = answer(open_client(retries=3, deadline_seconds=20)).reply
    assert isinstance(reply, Failed) and reply.kind == "overloaded"
    assert "asks to wait 100 seconds, and the deadline is in" in reply.detail
    assert time.monotonic() - began < 10
    assert len(model.seen()) == 1


def test_the_deadline_ends_the_retries_too(model: Model, open_client: Callable[..., Client]) -> None:
    model.always("500")
    began = time.monotonic()
    reply = answer(open_client(retries=1_000, deadline_seconds=2)).reply
    assert isinstance(reply, Failed) and reply.kind == "timeout"
    assert "before that: HTTP 500" in reply.detail
    assert time.monotonic() - began < 15


def test_waits_grow_and_are_not_all_the_same(
    model: Model, open_client: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    bounds: list[tuple[float, float]] = []

    def drawn(low: float, high: float) -> float:
        bounds.append((low, high))
        return 0.001

    monkeypatch.setattr("limbeck.llm.client.random.uniform", drawn)
    model.always("500")
    answer(open_client(retries=8))
    assert bounds == [(0, min(20.0, 0.5 * 2**n)) for n in range(8)]


def test_no_more_are_out_than_the_bound_says(model: Model, open_client: Callable[..., Client]) -> None:
    model.always("slow")
    client = open_client(concurrency=3)
    asked = [client.submit(question(f"Sentence {n}.")) for n in range(9)]
    wait(asked, 60)
    assert all(isinstance(each.result().reply, Text) for each in asked)
    assert max(seen["at_once"] for seen in model.seen()) == 3


def test_the_clock_starts_when_it_is_ones_turn(model: Model, open_client: Callable[..., Client]) -> None:
    model.always("slow")  # eight times 0.3 seconds, one after the other
    client = open_client(concurrency=1, deadline_seconds=2)
    asked = [client.submit(question(f"Sentence {n}.")) for n in range(8)]
    wait(asked, 60)
    assert all(isinstance(each.result().reply, Text) for each in asked)
