"""Workers and their queue: deadlines, crashes, order, and an end that finishes what was begun."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from serving import Running, command, environment, stubbed

from limbeck.serve.originals import ENTRY_BYTES, Originals

SLEEP = {"do": "sleep", "seconds": 60}


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def worker_of(server: Running) -> int:
    pid: int = server.ask("/v1/compact", {}).json()["pid"]
    return pid


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/messages", "/v1/compact"])
def test_a_job_that_takes_too_long_is_ended(stub: Running, path: str) -> None:
    before = worker_of(stub)
    began = time.monotonic()
    got = stub.ask(path, SLEEP)
    assert 2.9 < time.monotonic() - began < 10
    assert got.status == 504
    assert "3 seconds" in got.json()["error"]["message"]
    assert worker_of(stub) != before
    assert not alive(before)


def test_a_worker_that_dies_costs_its_job_alone(stub: Running) -> None:
    before = worker_of(stub)
    with ThreadPoolExecutor(2) as threads:
        died = threads.submit(stub.ask, "/v1/chat/completions", {"do": "die"})
        after = threads.submit(stub.ask, "/v1/chat/completions", {})
        assert died.result().status == 503
        assert died.result().json()["error"]["code"] == "worker_died"
        assert died.result().headers["retry-after"] == "1"
        assert after.result().status == 200
    assert worker_of(stub) != before
    text = stub.ask("/metrics").body.decode()
    assert 'limbeck_workers_replaced_total{reason="died"}' in text


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_a_worker_killed_while_idle_is_missed_by_nobody(stub: Running, number: int) -> None:
    before = worker_of(stub)
    os.kill(before, number)
    assert stub.ask("/v1/compact", {}).json()["pid"] != before


def test_a_worker_that_is_stopped_meets_the_deadline(stub: Running) -> None:
    before = worker_of(stub)
    os.kill(before, signal.SIGSTOP)
    assert stub.ask("/v1/compact", {"text": "x" * 900_000}).status == 504
    assert stub.ask("/v1/compact", {}).status == 200


def test_a_worker_that_grew_is_replaced_after_its_answer() -> None:
    with stubbed(worker_bytes=400_000_000) as server:
        before = worker_of(server)
        assert server.ask("/v1/compact", {"do": "grow", "bytes": 1_000_000}).json()["pid"] == before
        assert server.ask("/v1/compact", {"do": "grow", "bytes": 500_000_000}).json()["pid"] == before
        after = server.ask("/v1/compact", {}).json()["pid"]
        assert after not in (before, server.process.pid)


def test_requests_are_worked_on_in_the_order_they_came() -> None:
    with stubbed(queue=64) as server:
        order: list[int] = []
        lock = threading.Lock()

        def ask(number: int) -> None:
            assert server.ask("/v1/compact", {"do": "sleep", "seconds": 0.02}).status == 200
            with lock:
                order.append(number)

        with ThreadPoolExecutor(30) as threads:
            first = threads.submit(server.ask, "/v1/compact", {"do": "sleep", "seconds": 1})
            server.until(lambda health: health["queue"]["running"] == 1)
            for number in range(20):
                threads.submit(ask, number)
                server.until(lambda health, number=number: health["queue"]["waiting"] == number + 1)
            assert first.result().status == 200
        assert sorted(order) == list(range(20))
        assert (
            sum(abs(place - number) for place, number in enumerate(order)) <= 4
        )  # threads may swap neighbors


@pytest.fixture
def fresh() -> Iterator[Running]:
    with stubbed(shutdown_seconds=8) as server:
        yield server


def test_what_was_begun_is_finished(fresh: Running) -> None:
    worker = worker_of(fresh)
    with ThreadPoolExecutor(4) as threads:
        begun = [threads.submit(fresh.ask, "/v1/compact", {"do": "sleep", "seconds": 1})]
        fresh.until(lambda health: health["queue"]["running"] == 1)
        begun += [threads.submit(fresh.ask, "/v1/compact", {"do": "sleep", "seconds": 0.3}) for _ in range(2)]
        fresh.until(lambda health: health["queue"]["waiting"] == 2)
        fresh.terminate()
        time.sleep(0.4)
        with pytest.raises(ConnectionRefusedError):
            fresh.ask("/healthz")
        assert [done.result().status for done in begun] == [200] * 3
    assert fresh.ended(10) == 0
    assert fresh.lines[-1]["event"] == "stopped"
    assert fresh.noise == []
    assert not alive(worker)


def test_an_end_has_a_bound() -> None:
    with stubbed(shutdown_seconds=1) as server:
        worker = worker_of(server)
        with ThreadPoolExecutor(1) as threads:
            begun = threads.submit(server.ask, "/v1/compact", SLEEP)
            server.until(lambda health: health["queue"]["running"] == 1)
            began = time.monotonic()
            server.terminate()
            assert server.ended(20) == 0
            assert time.monotonic() - began < 6
            assert begun.result().json()["error"]["code"] == "server_stops"
        assert not alive(worker)


def test_an_idle_connection_and_a_half_request_delay_no_end(fresh: Running) -> None:
    with fresh.wire(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n") as idle, fresh.wire(b"POST /v1/co"):
        assert idle.recv(1 << 16)
        began = time.monotonic()
        fresh.terminate()
        assert fresh.ended(10) == 0
        assert time.monotonic() - began < 4


def test_signals_to_the_whole_group_let_workers_finish(fresh: Running) -> None:
    worker = worker_of(fresh)
    with ThreadPoolExecutor(1) as threads:
        begun = threads.submit(fresh.ask, "/v1/compact", {"do": "sleep", "seconds": 1})
        fresh.until(lambda health: health["queue"]["running"] == 1)
        for pid in (worker, fresh.process.pid):
            os.kill(pid, signal.SIGINT)
        assert begun.result().status == 200
    assert fresh.ended(10) == 0


def test_no_worker_outlives_a_server_that_is_killed(fresh: Running) -> None:
    worker = worker_of(fresh)
    fresh.process.kill()
    fresh.ended(10)
    deadline = time.monotonic() + 10
    while alive(worker):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def started(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "limbeck", "serve", *args],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment(**env),
    )


def test_a_port_in_use_is_told(stub: Running) -> None:
    got = started("--port", str(stub.port))
    assert got.returncode == 2
    assert f"cannot listen on 127.0.0.1 port {stub.port}" in got.stderr
    assert "--port" in got.stderr


def test_wrong_usage_is_told() -> None:
    unset = started("--upstream", "http://host", "--upstream-key-env", "NOT_THERE")
    assert (unset.returncode, "NOT_THERE, which is not set" in unset.stderr) == (2, True)
    padded = started("--upstream", "http://host", "--upstream-key-env", "PADDED", PADDED="secret\n")
    assert (padded.returncode, "secret" in padded.stderr) == (2, False)
    assert "--originals-mb" in started("--originals-mb", "nan").stderr
    assert started("--max-depth", "0").returncode == 2


def test_contracts_that_cannot_be_imported_end_the_start() -> None:
    code = "from limbeck.serve.run import serve\nfrom limbeck.serve.settings import Settings\n"
    code += "if __name__ == '__main__':\n    serve(Settings(port=0, workers=1, contracts='no_such_module'))\n"
    got = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=60,
        check=False,
    )
    assert got.returncode == 1
    assert "no_such_module" in got.stderr
    assert "the server did not start" in got.stderr


def test_without_the_extra_the_remedy_is_told(tmp_path: Path) -> None:
    for missing in ("fastapi", "uvicorn", "prometheus_client"):
        (tmp_path / missing).mkdir()
        (tmp_path / missing / "__init__.py").write_text(
            f'raise ModuleNotFoundError("No module named {missing}", name="{missing}")\n'
        )
        code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); "
        code += "import limbeck.cli; sys.exit(limbeck.cli.main())"
        got = subprocess.run(
            [sys.executable, "-c", code, "serve"],
            capture_output=True,
            text=True,
            env=environment(),
            timeout=60,
            check=False,
        )
        assert got.returncode == 2
        assert f"needs {missing}: pip install 'limbeck[serve]'" in got.stderr
        (tmp_path / missing / "__init__.py").unlink()
        (tmp_path / missing).rmdir()


def test_help_tells_all_options_and_the_url_is_printed() -> None:
    told = started("--help").stdout
    for option in (
        "--host",
        "--port",
        "--keys",
        "--upstream",
        "--queue",
        "--deadline-seconds",
        "--allow-host",
    ):
        assert option in told
    with command("--workers", "1", "--allow-host", "pumps.example") as server:
        server.until(lambda _: bool(server.noise))
        assert server.noise == [f"limbeck serves on {server.url}"]
        assert server.ask("/healthz", headers={"host": "pumps.example:80"}).status == 200
        assert server.ask("/healthz", headers={"host": "other.example"}).status == 403
        assert json.loads(server.ask("/openapi.json").body)["info"]["title"] == "Limbeck"


def test_import_limbeck_is_light() -> None:
    code = "import sys, limbeck, limbeck.cli, limbeck.serve.keys, limbeck.serve.worker; print([m for m in"
    code += " ('fastapi', 'uvicorn', 'httpx', 'prometheus_client') if m in sys.modules])"
    got = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment(), check=True
    )
    assert got.stdout.strip() == "[]"


# Originals, by a clock of their own


def test_originals_go_by_age_and_by_room() -> None:
    now = [100.0]
    store = Originals(10 + 2 * ENTRY_BYTES, 30, lambda: now[0])
    store.put("", {"a": b"12345", "b": b"1234"})
    now[0] = 120
    store.put("", {"a": b"12345"})  # young again, and not counted twice
    assert (len(store), store.held_bytes) == (2, 9 + 2 * ENTRY_BYTES)
    found = store.get("", "b")
    assert not isinstance(found, str)
    assert store.left(found) == 10
    now[0] = 130
    assert store.get("", "b") == "expired"
    assert store.get("", "c") == "unknown"
    assert store.get("other", "a") == "unknown"
    store.put("", {"d": b"123456" + b"x" * ENTRY_BYTES})
    assert store.get("", "a") == "expired"
    assert store.held_bytes == 6 + 2 * ENTRY_BYTES
    store.put("", {"e": b"x" * (11 + ENTRY_BYTES)})
    assert store.get("", "e") == "expired"
    assert (len(store), store.held_bytes) == (0, 0)


def test_names_of_what_is_gone_are_bounded_too() -> None:
    store = Originals(100 * (1 + ENTRY_BYTES), 30, lambda: 0.0)
    for number in range(10_200):
        store.put("", {str(number): b"x"})
    assert store.get("", "0") == "unknown"
    assert store.get("", "5000") == "expired"
    assert len(store) == 100
