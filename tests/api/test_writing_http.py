"""`summarize` and `notes` over real HTTP: every fault of an endpoint ends in a named fallback or, strict, an error.

The server is the scripted one of `tests/llm`, its writer a script that copies sentences and gets some wrong. It stands
in for a large model's wit, and no figure of quality is drawn from it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import limbeck
from limbeck.core.artifact import Artifact
from limbeck.core.errors import ModelError
from limbeck.llm import Client, Endpoint, Tape
from tests.llm.scripted_server import Model, model_server
from tests.methods import writing_scripts
from tests.methods.writing_scripts import CHAT, long_chat

DEADLINE_SECONDS = 1.5
SLACK_SECONDS = 6.0
"""For reading the source, starting a client and making a digest on a busy machine."""
KEY = "sk-test-0d9c8b7a6f5e4d3c2b1a"


@pytest.fixture(scope="module")
def running() -> Iterator[Model]:
    with model_server(f"{Path(writing_scripts.__file__)}:imperfect") as server:
        yield server


@pytest.fixture
def server(running: Model) -> Model:
    running.reset()
    return running


def endpoint(server: Model, provider: str = "openai", **bounds: object) -> Endpoint:
    url = server.openai if provider == "openai" else server.anthropic
    given = {"deadline_seconds": 30.0, "retries": 0, "window_tokens": 32_000, **bounds}
    return Endpoint(model="scripted", provider=provider, url=url, key=KEY, **given)  # type: ignore[arg-type]  # as they come


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
@pytest.mark.parametrize("write", [limbeck.summarize, limbeck.notes])
def test_what_is_wrong_does_not_get_through(
    server: Model, provider: str, write: Callable[..., Artifact]
) -> None:
    artifact = write(CHAT, model=endpoint(server, provider), max_tokens=400)
    assert artifact.form in ("summary", "notes")
    assert "sold" not in artifact.text
    assert {f.what for f in artifact.fallbacks} <= {"quoted", "dropped"} and len(artifact.fallbacks) >= 2
    assert any(not s.quoted for s in artifact.statements)
    assert artifact.spent.calls == len(server.seen()) == 2
    assert artifact.spent.prompt_tokens > 0 < artifact.spent.completion_tokens


@pytest.mark.parametrize("write", [limbeck.summarize, limbeck.notes])
def test_a_model_by_name_and_from_the_environment(
    server: Model, write: Callable[..., Artifact], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert write(CHAT, model="scripted", url=server.openai, key=KEY, max_tokens=400).spent.calls == 2
    monkeypatch.setenv("LIMBECK_MODEL", "scripted")
    monkeypatch.setenv("LIMBECK_MODEL_URL", server.openai)
    assert write(CHAT, model="auto", max_tokens=400).spent.calls == 2


def test_a_long_source_is_asked_about_at_once(server: Model) -> None:
    server.always("slow")
    artifact = limbeck.summarize(long_chat(), model=endpoint(server, window_tokens=5_400), max_tokens=600)
    assert artifact.form == "summary"
    assert max(request["at_once"] for request in server.seen()) > 1


def test_without_structured_output_the_reply_is_repaired(server: Model) -> None:
    server.refuses("response_format")
    artifact = limbeck.summarize(CHAT, model=endpoint(server), max_tokens=400)
    assert any(not s.quoted for s in artifact.statements)


FAULTS = {
    "hung": "timeout",
    "stall": "timeout",
    "cut mid-stream": "cut",
    "429": "overloaded",
    "500": "error",
    "unauthorized": "refused",
    "invalid JSON": "malformed",
    "page of HTML": "malformed",
    "empty": "empty",
    "ten megabytes": "too_large",
    "closed": "",
}
AS_SCRIPTED = {
    "hung": "hang",
    "cut mid-stream": "cut",
    "invalid JSON": "bad_json",
    "page of HTML": "html",
    "ten megabytes": "huge",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_ends_in_a_named_fallback_or_strictly_in_an_error(server: Model, fault: str) -> None:
    server.always(AS_SCRIPTED.get(fault, fault))
    asked = endpoint(server, deadline_seconds=DEADLINE_SECONDS)
    began = time.perf_counter()
    artifact = limbeck.summarize(CHAT, model=asked, max_tokens=400)
    assert time.perf_counter() - began < DEADLINE_SECONDS + SLACK_SECONDS
    assert artifact.fallbacks[0].what == "digest"
    assert artifact.fallbacks[0].why.startswith(f"endpoint {FAULTS[fault]}")
    assert artifact.form == "digest" and artifact.statements
    assert KEY not in repr(artifact.fallbacks)
    with pytest.raises(ModelError) as caught:
        limbeck.summarize(CHAT, model=asked, max_tokens=400, strict=True)
    assert FAULTS[fault] in ("", caught.value.kind)
    assert KEY not in str(caught.value)


def test_nobody_at_home() -> None:
    nobody = Endpoint(model="m", url="http://127.0.0.1:9/v1", retries=0, deadline_seconds=DEADLINE_SECONDS)
    artifact = limbeck.notes(CHAT, model=nobody, max_tokens=400)
    assert artifact.fallbacks[0].what == "digest" and artifact.fallbacks[0].why.startswith("endpoint ")
    with pytest.raises(ModelError):
        limbeck.notes(CHAT, model=nobody, max_tokens=400, strict=True)


def test_the_bound_on_spending_ends_in_a_fallback(server: Model) -> None:
    bounded = endpoint(server, max_spend_tokens=100)
    artifact = limbeck.summarize(CHAT, model=bounded, max_tokens=400)
    assert artifact.fallbacks[0].why.startswith("endpoint budget")
    assert server.seen() == []
    with pytest.raises(ModelError) as caught:
        limbeck.summarize(CHAT, model=bounded, max_tokens=400, strict=True)
    assert caught.value.kind == "budget"


def test_a_fault_between_rounds_loses_nothing_that_was_written(server: Model) -> None:
    server.script("ok", "500")
    artifact = limbeck.summarize(CHAT, model=endpoint(server), max_tokens=400)
    assert artifact.form == "summary"
    assert any(not s.quoted for s in artifact.statements)
    assert {f.what for f in artifact.fallbacks} <= {"quoted", "dropped"}


def test_what_is_on_the_tape_costs_nothing_the_second_time(server: Model, tmp_path: Path) -> None:
    texts = []
    for _ in range(2):
        with Client(endpoint(server), tape=Tape(tmp_path / "tape")) as client:
            artifact = limbeck.summarize(CHAT, model=client, max_tokens=400)
        texts.append(artifact.text)
    assert texts[0] == texts[1]
    assert artifact.spent.replayed == 2
    assert len(server.seen()) == 2
