"""The tape: what was answered once is answered again without a model, and misses are named."""

from __future__ import annotations

import json
import stat
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from limbeck.core.artifact import Spent
from limbeck.core.distiller import Ask, Failed, Text
from limbeck.core.errors import FileError, OptionError
from limbeck.llm import Client, Endpoint, Tape
from limbeck.llm.tape import Recorded, request_hash

from .conftest import PROVIDERS, answer, question
from .scripted_server import Model


@pytest.mark.parametrize("provider", PROVIDERS)
def test_recorded_once_and_played_back(
    provider: str, model: Model, open_client: Callable[..., Client], tmp_path: Path
) -> None:
    folder = tmp_path / "deep" / "tape"
    first = answer(open_client(provider, tape=Tape(folder)))
    again = answer(open_client(provider, tape=Tape(folder)))
    assert again.reply == first.reply and isinstance(first.reply, Text)
    assert (first.spent.calls, first.spent.replayed) == (1, 0)
    assert again.spent == Spent(calls=1, replayed=1)
    assert len(model.seen()) == 1
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    held = json.loads(file.read_text("utf-8"))
    assert held["text"] == first.reply.text
    assert (held["prompt_tokens"], held["completion_tokens"]) == first.spent[1:3]
    assert "Nobody touched it" not in file.read_text("utf-8")  # what was asked is not on it


def test_replaying_asks_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No server, no key, no SDK."""
    import sys

    monkeypatch.setitem(sys.modules, "openai", None)
    monkeypatch.delitem(sys.modules, "limbeck.llm.speak_openai", raising=False)
    endpoint = Endpoint(model="m", url="http://nowhere.invalid/v1")
    Tape(tmp_path).keep(request_hash(endpoint, question()), endpoint, Recorded("Said before.", 9, 3))
    with Client(endpoint, tape=Tape(tmp_path, "replay")) as client:
        assert answer(client).reply == Text("Said before.")
        missed = answer(client, question("Something else.")).reply
    assert isinstance(missed, Failed) and missed.kind == "absent"
    digest = request_hash(endpoint, question("Something else."))
    assert (
        missed.detail
        == f"{tmp_path} holds no answer to request {digest[:12]}; record it with a model and the mode `auto`"
    )


def test_recording_asks_always(model: Model, open_client: Callable[..., Client], tmp_path: Path) -> None:
    model.answers("old", "new")
    client = open_client(tape=Tape(tmp_path, "record"))
    assert [answer(client).reply for _ in range(2)] == [Text("old"), Text("new")]
    assert answer(open_client(tape=Tape(tmp_path))).reply == Text("new")
    assert len(list(tmp_path.iterdir())) == 1


def test_faults_are_not_recorded(model: Model, open_client: Callable[..., Client], tmp_path: Path) -> None:
    model.script("500", "empty", "length")
    client = open_client(tape=Tape(tmp_path))
    for _ in range(3):
        assert isinstance(answer(client).reply, Failed)
    assert list(tmp_path.iterdir()) == []
    assert isinstance(answer(client).reply, Text)


def test_what_decides_an_answer_is_in_the_hash() -> None:
    endpoint, ask = Endpoint(model="m", url="http://h/v1", key="sk-one"), question()
    plain = request_hash(endpoint, ask)
    others = [
        request_hash(replace(endpoint, model="n"), ask),
        request_hash(replace(endpoint, url="http://i/v1"), ask),
        request_hash(replace(endpoint, provider="anthropic"), ask),
        request_hash(replace(endpoint, temperature=0), ask),
        request_hash(replace(endpoint, extra={"top_p": 1}), ask),
        request_hash(endpoint, question("Other.")),
        request_hash(endpoint, question(max_tokens=1)),
        request_hash(endpoint, question(schema={"type": "object"})),
        request_hash(endpoint, Ask(ask.messages[1:], ask.max_tokens)),
    ]
    assert len({plain, *others}) == 10
    assert request_hash(replace(endpoint, key="sk-two", deadline_seconds=1, retries=9), ask) == plain
    assert request_hash(endpoint, question("half \ud800")) != request_hash(endpoint, question("half \udbff"))


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"request": "other", "text": "x"}',
        '{"request": "DIGEST", "text": 3}',
        '{"request": "DIGEST"}',
    ],
)
def test_a_broken_record_is_named(content: str, tmp_path: Path) -> None:
    endpoint = Endpoint(model="m", url="http://h/v1")
    digest = request_hash(endpoint, question())
    (tmp_path / f"{digest}.json").write_text(content.replace("DIGEST", digest), "utf-8")
    with pytest.raises(FileError, match="no record of an answer"):
        Tape(tmp_path).find(digest)
    with Client(endpoint, tape=Tape(tmp_path, "replay")) as client:
        reply = answer(client).reply
    assert isinstance(reply, Failed) and reply.kind == "error" and "remove it" in reply.detail


def test_a_folder_that_cannot_be_written(
    model: Model, open_client: Callable[..., Client], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")
    reply, spent = answer(open_client(tape=Tape(tmp_path / "file" / "tape", "record")))
    assert isinstance(reply, Failed) and reply.kind == "error"
    assert "cannot record to" in reply.detail
    assert spent.calls == 1
    assert isinstance(answer(open_client(tape=Tape(tmp_path / "file"))).reply, Failed)


def test_many_may_record_the_same(tmp_path: Path) -> None:
    endpoint = Endpoint(model="m", url="http://h/v1")
    digest, tape = request_hash(endpoint, question()), Tape(tmp_path)
    texts = {f"{n} " * 20_000 for n in range(8)}
    torn: list[str] = []

    def write(text: str) -> None:
        for _ in range(10):
            tape.keep(digest, endpoint, Recorded(text, 1, 1))
            held = tape.find(digest)
            if held is None or held.text not in texts:
                torn.append("torn")

    threads = [threading.Thread(target=write, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert torn == []
    assert [file.name for file in tmp_path.iterdir()] == [f"{digest}.json"]


def test_a_mode_that_is_none() -> None:
    with pytest.raises(OptionError, match="auto, record, replay"):
        Tape("x", "rewind")  # type: ignore[arg-type]
