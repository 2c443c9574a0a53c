"""The client against an inference server that we did not write: `transformers serve` with a tiny model built here.

The environment of its own comes from `make inference`; `LIMBECK_INFERENCE_BIN` names another one's `bin` folder.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import wait
from pathlib import Path
from typing import NamedTuple

import pytest

from limbeck.core.distiller import Ask, Failed, Text
from limbeck.llm import Client, Endpoint, Tape

ROOT = Path(__file__).parents[2]
BIN = Path(os.environ.get("LIMBECK_INFERENCE_BIN") or ROOT / ".venv-inference" / "bin")
HERE = Path(__file__).parent

pytestmark = pytest.mark.skipif(
    not (BIN / "transformers").exists(),
    reason="missing part: the inference server's environment, `make inference` installs it",
)


class Server(NamedTuple):
    """A running server, its model's name, and the lines that the model has learned."""

    url: str
    model: str
    lines: list[str]

    def endpoint(self, **fields: int) -> Endpoint:
        return Endpoint(model=self.model, url=self.url, **{"deadline_seconds": 120, "retries": 0, **fields})


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("inference")
    (folder / "home" / "hub").mkdir(parents=True)
    model = folder / "model"
    kept = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("PYTHON", "COV_")) and "proxy" not in k.lower()
    }
    env = kept | {"HF_HOME": str(folder / "home"), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    build = [str(BIN / "python"), str(HERE / "tiny_model.py"), str(model)]
    subprocess.run(build, env=env, check=True, capture_output=True, timeout=300)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        str(BIN / "transformers"),
        "serve",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--device",
        "cpu",
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=env, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            _until_up(process, f"http://127.0.0.1:{port}/health", folder / "log")
            yield Server(
                f"http://127.0.0.1:{port}/v1", str(model), json.loads((model / "lines.json").read_text())
            )
        finally:
            process.kill()
            process.wait(20)


def _until_up(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    ends = time.monotonic() + 180
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            told = log.read_text("utf-8", "replace")[-2_000:]
            assert process.poll() is None and time.monotonic() < ends, told
            time.sleep(0.2)


def say(number: int, max_tokens: int = 200) -> Ask:
    return Ask(({"role": "user", "content": f"Say line {number}."},), max_tokens)


def test_what_the_model_knows_comes_whole(server: Server, tmp_path: Path) -> None:
    with Client(server.endpoint(concurrency=2), tape=Tape(tmp_path)) as client:
        asked = [client.submit(say(number)) for number in range(len(server.lines))]
        wait(asked, 180)
        assert [each.result().reply for each in asked] == [Text(line) for line in server.lines]
        for each in asked:
            spent = each.result().spent
            assert spent.calls == 1
            assert 5 < spent.prompt_tokens < 30  # as the server counts
            assert 10 < spent.completion_tokens < 60
    with Client(server.endpoint(), tape=Tape(tmp_path, "replay")) as client:
        assert client.submit(say(0)).result(60).reply == Text(server.lines[0])


def test_bounds_schemas_and_unknown_models(server: Server) -> None:
    with Client(server.endpoint()) as client:
        cut = client.submit(say(1, max_tokens=5)).result(180)
        assert isinstance(cut.reply, Failed)
        assert (cut.reply.kind, cut.spent.completion_tokens) == ("cut", 5)
        # It passes over what it does not know.
        with_schema = Ask(say(2).messages, 200, {"type": "object", "properties": {}})
        assert client.submit(with_schema).result(180).reply == Text(server.lines[2])
    with Client(Endpoint(model="none/such", url=server.url, retries=0)) as client:
        reply = client.submit(say(0)).result(180).reply
    assert isinstance(reply, Failed)
    assert reply.kind in ("error", "refused")
