"""A key is seen by the endpoint it was given for, and by nobody else."""

from __future__ import annotations

import copy
import dataclasses
import json
import logging
import pickle
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limbeck.core.distiller import Failed, Text
from limbeck.core.errors import OptionError
from limbeck.llm import Client, Endpoint, Secret, Tape
from limbeck.llm.faults import plain

from .conftest import KEY, PROVIDERS, answer, question
from .scripted_server import Model, model_server


def test_nothing_shows_it() -> None:
    endpoint = Endpoint(model="m", key=KEY, url="http://localhost:8000")
    client = Client(endpoint)
    shown = [
        *(how(each) for how in (repr, str) for each in (endpoint, client, endpoint.key, [endpoint])),
        str(dataclasses.asdict(endpoint)),
        str(vars(endpoint)),
        json.dumps(vars(endpoint), default=repr),
        f"{endpoint.key:}",
    ]
    assert [text for text in shown if KEY in text] == []
    assert endpoint.secret.reveal() == KEY


def test_a_pickle_has_none_and_a_copy_has_it() -> None:
    endpoint = Endpoint(model="m", key=KEY)
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        dumped = pickle.dumps(endpoint.secret, protocol)
        assert KEY.encode() not in dumped
        assert pickle.loads(dumped) == Secret()
    dumped = pickle.dumps(endpoint)
    assert KEY.encode() not in dumped
    assert pickle.loads(dumped) == dataclasses.replace(endpoint, key="")
    for copied in (copy.copy(endpoint), copy.deepcopy(endpoint), dataclasses.replace(endpoint, model="n")):
        assert copied.secret.reveal() == KEY


def test_a_key_with_white_space_inside_is_refused_and_not_shown() -> None:
    for wrong in (f"{KEY} {KEY}", f"{KEY}\n{KEY}", f"{KEY}é"):
        with pytest.raises(OptionError) as caught:
            Secret(wrong)
        assert KEY not in "".join(traceback.format_exception(caught.value))
    with pytest.raises(OptionError, match="a value of type int"):
        Secret(12345)  # type: ignore[arg-type]
    assert Secret(f" {KEY}\n").reveal() == KEY


@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_log_line_holds_it(
    provider: str, model: Model, open_client: Callable[..., Client], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("openai", "anthropic", "httpx", "httpx2", "httpcore", "httpcore2"):
        caplog.set_level(logging.DEBUG, logger=name)
    model.script("unauthorized", "ok", "cut", "echo_key", "html")
    client = open_client(provider)
    for _ in range(5):
        answer(client)
    assert len(caplog.records) > 20  # they do log
    assert [record for record in caplog.records if KEY in record.getMessage()] == []
    assert KEY not in caplog.text


@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_answer_and_no_tape_holds_it(
    provider: str, model: Model, open_client: Callable[..., Client], tmp_path: Path
) -> None:
    model.script("echo_key", "unauthorized")
    client = open_client(provider, tape=Tape(tmp_path / "tape"))
    assert answer(client).reply == Text("The key you sent is [key], keep it safe.")
    assert answer(client).reply == Text("The key you sent is [key], keep it safe.")  # from the tape
    refused = answer(client, question(f"My key is {KEY}, says the log.")).reply
    assert isinstance(refused, Failed) and KEY not in refused.detail
    assert isinstance(answer(client, question(f"My key is {KEY}, says the log.")).reply, Text)
    files = list((tmp_path / "tape").iterdir())
    assert len(files) == 2
    assert all(KEY.encode() not in file.read_bytes() for file in files)


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/messages"])
def test_a_redirect_takes_it_nowhere(
    provider: str, path: str, model: Model, open_client: Callable[..., Client]
) -> None:
    with model_server() as other:
        model.script(f"redirect:{other.base}{path}")
        assert isinstance(answer(open_client(provider)).reply, Failed)
        assert other.seen() == []


@pytest.mark.parametrize(
    "said",
    [
        f"Incorrect API key provided: {KEY}.",
        f"Authorization: Bearer {KEY}",
        f'{{"key": "{KEY}"}}',
        "key sk-te****************************6b5c was not found",
        f"begins with {KEY[:14]} and ends with {KEY[-14:]}",
    ],
)
def test_what_an_endpoint_echoes(said: str) -> None:
    shown = plain(said, Secret(KEY))
    assert "[key]" in shown
    assert not any(KEY[start : start + 12] in shown for start in range(len(KEY) - 11))
    assert "6b5c was" not in shown


@given(st.text(), st.text(), st.integers(0, len(KEY) - 12))
def test_no_twelve_characters_of_it_in_a_row(before: str, after: str, start: int) -> None:
    shown = plain(before + KEY[start:] + after, Secret(KEY))
    assert not any(KEY[at : at + 12] in shown for at in range(len(KEY) - 11))


def test_a_short_key_is_a_word_of_the_answer() -> None:
    assert Secret("ollama").scrub("Ask ollama about it.") == "Ask ollama about it."
    assert Secret("ollama").scrub_error("bad key ollama") == "bad key [key]"
    assert Secret("").scrub_error("no key") == "no key"


def test_a_url_with_a_credential_is_refused_and_not_shown() -> None:
    for url in (f"https://user:{KEY}@host/v1", f"https://host/v1?key={KEY}", f"https://host/v1#{KEY}"):
        with pytest.raises(OptionError) as caught:
            Endpoint(model="m", url=url)
        assert KEY not in str(caught.value)
