"""What is spent, and the bound on it, which is looked at before a call."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import wait

import pytest

from limbeck.core.artifact import Spent
from limbeck.core.distiller import Failed, Text
from limbeck.llm import Client
from limbeck.llm.client import estimate

from .conftest import PROVIDERS, answer, question
from .scripted_server import Model


def words(text: str) -> int:
    return len(text.split())


ASKED = words(question().messages[0]["content"]) + words(question().messages[1]["content"])


@pytest.mark.parametrize("fault", ["ok", "whole"])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_the_endpoint_counts(
    provider: str, fault: str, model: Model, open_client: Callable[..., Client]
) -> None:
    model.script(fault)
    client = open_client(provider, prompt_usd_per_million=3, completion_usd_per_million=15)
    reply, spent = answer(client)
    assert isinstance(reply, Text)
    wrote = words(reply.text)
    assert spent == Spent(1, ASKED, wrote, pytest.approx((3 * ASKED + 15 * wrote) / 1e6), 0)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_it_does_not_count_is_counted_here(
    provider: str, model: Model, open_client: Callable[..., Client]
) -> None:
    model.script("no_usage", "whole:no_usage")
    client = open_client(provider, count=words)
    for reply, spent in (answer(client), answer(client)):
        assert isinstance(reply, Text)
        assert spent == Spent(1, ASKED + 2 * 4, words(reply.text))


def test_the_estimate_is_rather_too_high() -> None:
    assert (estimate(""), estimate("a"), estimate("four"), estimate("\ud800")) == (0, 1, 2, 1)


@pytest.mark.parametrize("fault", ["500", "429", "unauthorized", "closed", "html", "whole:error"])
def test_what_was_turned_down_costs_nothing(
    fault: str, model: Model, open_client: Callable[..., Client]
) -> None:
    model.script(fault)
    assert answer(open_client()).spent == Spent()


def test_what_broke_off_was_paid_for_and_so_is_the_second_try(
    model: Model, open_client: Callable[..., Client]
) -> None:
    model.script("cut")
    reply, spent = answer(open_client(count=words, retries=1))
    assert isinstance(reply, Text)
    assert spent == Spent(1, (ASKED + 8) + ASKED, 2 + words(reply.text))


@pytest.mark.parametrize(
    ("bound", "told"),
    [
        ({"max_spend_tokens": ASKED + 8 + 199}, "over the max_spend_tokens of"),
        ({"max_spend_tokens": 0}, "0 tokens are spent and this call could take"),
        (
            {"max_spend_usd": 0.001, "prompt_usd_per_million": 1, "completion_usd_per_million": 10},
            "over the max_spend_usd of 0.001",
        ),
    ],
    ids=["one token short", "none", "money"],
)
def test_a_call_that_could_pass_the_bound_is_not_made(
    bound: dict[str, float], told: str, model: Model, open_client: Callable[..., Client]
) -> None:
    reply, spent = answer(open_client(count=words, **bound))
    assert isinstance(reply, Failed) and reply.kind == "budget"
    assert told in reply.detail
    assert (spent, model.seen()) == (Spent(), [])


def test_a_call_that_just_fits_is_made(model: Model, open_client: Callable[..., Client]) -> None:
    client = open_client(count=words, max_spend_tokens=ASKED + 8 + 200)
    assert isinstance(answer(client).reply, Text)
    assert isinstance(answer(client).reply, Failed)  # what is left is not enough for a second one
    assert len(model.seen()) == 1


def test_calls_that_are_out_are_waited_for(model: Model, open_client: Callable[..., Client]) -> None:
    """Each could take 200 tokens and takes 20: five fit one after the other, and no more than two at once."""
    model.always("slow")
    model.answers(*[" ".join(["word"] * 20)] * 5)
    most, real = ASKED + 8 + 200, ASKED + 20
    bound = 4 * real + most
    assert 2 * most <= bound < 3 * most
    client = open_client(count=words, max_spend_tokens=bound, concurrency=8)
    asked = [client.submit(question()) for _ in range(5)]
    wait(asked, 60)
    assert [type(each.result().reply) for each in asked] == [Text] * 5
    assert max(seen["at_once"] for seen in model.seen()) == 2


def test_retries_stop_at_the_bound(model: Model, open_client: Callable[..., Client]) -> None:
    model.always("cut")
    client = open_client(count=words, max_spend_tokens=ASKED + 8 + 200 + 10, retries=50)
    reply = answer(client).reply
    assert isinstance(reply, Failed) and reply.kind == "budget"
    assert len(model.seen()) == 1
