"""Every fault of an endpoint ends in a reply that names it, within the deadline."""

from __future__ import annotations

import re
import socket
import sys
import threading
import time
from collections.abc import Callable
from email.utils import formatdate

import pytest

from limbeck.core.distiller import Failed, Text
from limbeck.llm import Client, Endpoint
from limbeck.llm.faults import plain, retry_after
from limbeck.llm.secret import Secret

from .conftest import KEY, PROVIDERS, answer, question
from .scripted_server import Model

WROTE = (
    "Pump 8 stood at 312 bar all night. Valve 9 would not close by hand. Do not open the bypass above 40 bar."
)
FAULTS = {
    "500": ("error", "HTTP 500"),
    "501": ("error", "HTTP 501"),
    "502": ("error", "HTTP 502"),
    "408": ("error", "HTTP 408"),
    "503": ("overloaded", "HTTP 503"),
    "529": ("overloaded", "HTTP 529"),
    "429": ("overloaded", "HTTP 429"),
    "quota": ("refused", "insufficient_quota"),
    "unauthorized": ("refused", r"Incorrect API key provided: \[key\].*check the key"),
    "403": ("refused", "check the key"),
    "404": ("refused", "is 'scripted' a model of http"),
    "400": ("refused", "HTTP 400"),
    "redirect:https://elsewhere.example/v1": ("refused", "redirects to https://elsewhere.example/v1"),
    "window": ("too_large", "4096 tokens"),
    "413": ("too_large", "HTTP 413"),
    "hang": ("timeout", "within 2 seconds"),
    "stall": ("timeout", "within 2 seconds"),
    "closed": ("cut", "before an answer came"),
    "cut": ("cut", "in the middle of the answer"),
    "unfinished": ("cut", "before the answer did"),
    "length": ("cut", "bound of 200 tokens before its end"),
    "bad_json": ("malformed", "Expecting value"),
    "deep_json": ("malformed", "recursion"),
    "odd_json": ("malformed", "no object"),
    "html": ("malformed", "text/html, not text/event-stream or application/json"),
    "whole:error": ("error", "answered with an error: scripted error"),
    "whole:busy": ("overloaded", "answered with an error: scripted busy"),
    "whole:odd": ("malformed", "JSON, but no (chat completion|message)"),
    "whole:list": ("malformed", "JSON, but no object"),
    "whole:bad": ("malformed", "Expecting value"),
    "whole:length": ("cut", "bound of 200 tokens before its end"),
    "whole:filtered": ("refused", "declined"),
    "whole:huge": ("too_large", "over 1,458,176 bytes"),
    "whole:stall": ("timeout", "within 2 seconds"),
    "whole:cut": ("cut", "in the middle of the answer"),
    "gzip": ("malformed", "packed"),
    "empty": ("empty", "wrote nothing"),
    "filtered": ("refused", "declined"),
    "event": ("error", "scripted event"),
    "overloaded_event": ("overloaded", "scripted overloaded_event"),
    "huge": ("too_large", "over 1,458,176 bytes"),
    "huge_line": ("too_large", "over 1,458,176 bytes"),
    "huge_error": ("too_large", "over 1,458,176 bytes"),
    "endless": ("too_large", "over 1,458,176 bytes"),
}


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_has_its_name(
    fault: str, provider: str, model: Model, open_client: Callable[..., Client]
) -> None:
    kind, detail = FAULTS[fault]
    model.script(fault)
    # Two seconds where the deadline is what ends it; elsewhere it would hide a hang that should not be.
    client = open_client(provider, deadline_seconds=2 if kind == "timeout" else 20)
    began = time.monotonic()
    reply = answer(client).reply
    assert isinstance(reply, Failed)
    assert reply.kind == kind
    assert re.search(detail, reply.detail)
    assert KEY not in reply.detail
    assert time.monotonic() - began < 10
    assert len(model.seen()) == 1
    assert answer(client).reply == Text(f"{WROTE} All tests pass now.")


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    "fault", ["drip", "slow", "no_usage", "think", "whole", "whole:no_usage", "whole:think", "ok"]
)
def test_what_is_only_odd_is_read(
    fault: str, provider: str, model: Model, open_client: Callable[..., Client]
) -> None:
    model.script(fault)
    assert answer(open_client(provider)).reply == Text(f"{WROTE} All tests pass now.")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_slow_stream_is_cut_at_the_deadline(
    provider: str, model: Model, open_client: Callable[..., Client]
) -> None:
    model.script("drip")
    model.answers("word " * 200)  # 40 seconds
    began = time.monotonic()
    client = open_client(provider, deadline_seconds=2)
    reply, spent = answer(client)
    assert isinstance(reply, Failed) and reply.kind == "timeout"
    assert time.monotonic() - began < 15
    assert 0 < spent.completion_tokens < 200  # what came was paid for
    assert spent.calls == 0


@pytest.mark.parametrize("provider", PROVIDERS)
def test_nobody_listens(provider: str) -> None:
    with socket.socket() as held:  # bound, but it does not listen
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}"
        with Client(
            Endpoint(provider=provider, model="m", url=url, retries=1, deadline_seconds=20)
        ) as client:
            reply = answer(client).reply
    assert isinstance(reply, Failed)
    assert reply.kind == "absent"
    assert "cannot be reached" in reply.detail and "(2 tries)" in reply.detail


def test_no_such_host() -> None:
    with Client(Endpoint(model="m", url="http://no-such-host.invalid/v1", retries=0)) as client:
        reply = answer(client).reply
    assert isinstance(reply, Failed)
    assert (reply.kind, "no-such-host.invalid" in reply.detail) == ("absent", True)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_server_that_accepts_and_says_nothing(provider: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with Client(Endpoint(provider=provider, model="m", url=url, deadline_seconds=1.5)) as client:
            began = time.monotonic()
            reply = answer(client).reply
    assert isinstance(reply, Failed) and reply.kind == "timeout"
    assert time.monotonic() - began < 15


def test_a_server_that_speaks_another_protocol() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.sendall(b"220 mail.example ESMTP\r\n")
                connection.recv(1 << 16)

        thread = threading.Thread(target=greet)
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with Client(Endpoint(model="m", url=url, retries=0, deadline_seconds=20)) as client:
            reply = answer(client).reply
        thread.join()
    assert isinstance(reply, Failed) and reply.kind == "cut"


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "anthropic", None)
    monkeypatch.delitem(sys.modules, "limbeck.llm.speak_anthropic", raising=False)
    with Client(Endpoint(model="m", provider="anthropic", url="http://127.0.0.1:1")) as client:
        reply = answer(client).reply
    assert reply == Failed("absent", "anthropic is not installed; pip install 'limbeck[anthropic]'")


def test_thinking_that_used_up_the_bound(model: Model, open_client: Callable[..., Client]) -> None:
    model.script("length")
    model.answers(" ")
    reply = answer(open_client()).reply
    assert isinstance(reply, Failed) and reply.kind == "cut"
    assert "before any text came" in reply.detail


def test_a_thought_is_taken_off_only_at_the_head(model: Model, open_client: Callable[..., Client]) -> None:
    model.answers("We write <think>so</think> here.", "<think>a</think>")
    client = open_client()
    assert answer(client).reply == Text("We write <think>so</think> here.")
    assert answer(client).reply == Failed("empty", "the model wrote nothing")


def test_half_of_a_surrogate_pair_is_replaced(model: Model, open_client: Callable[..., Client]) -> None:
    model.answers("bad \ud800 and good \ud83d\ude00", "fine")
    client = open_client()
    reply = answer(client).reply
    assert isinstance(reply, Text)
    assert reply.text.encode() == "bad � and good 😀".encode()
    assert answer(client, question("lone \udc00 half")).reply == Text("fine")
    assert model.seen()[-1]["body"]["messages"][-1]["content"] == "lone � half"


NOW = 1_700_000_000.0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0.25"}, 0.25),
        ({"retry-after": "-3"}, 0),
        ({"retry-after": "inf"}, 0),
        ({"retry-after": "nan"}, 0),
        ({"retry-after": "soon"}, 0),
        ({"retry-after": ""}, 0),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after-ms": "?", "retry-after": "9"}, 9),
        ({"retry-after": formatdate(NOW + 30, usegmt=True)}, 30),
        ({"retry-after": formatdate(NOW - 30, usegmt=True)}, 0),
        ({"retry-after": "Fri, 99 Nov 99999 99:99:99 GMT"}, 0),
    ],
    ids=lambda given: str(given)[:40],
)
def test_how_long_an_endpoint_asks_to_wait(headers: dict[str, str], seconds: float) -> None:
    assert retry_after(headers, NOW) == pytest.approx(seconds)


def test_what_an_endpoint_says_is_one_short_line() -> None:
    said = plain("first\r\n\x1b[31msecond\x00\u202e third " + "x" * 5_000, Secret(KEY))
    assert said.startswith("first [31msecond third xxx")
    assert len(said) == 400 and said.endswith("…")
