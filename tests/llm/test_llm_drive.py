"""Drivers: one generator, two ways to wait; any writer; interrupts end what is out."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from limbeck.core.artifact import Spent
from limbeck.core.distiller import Ask, Failed, Reply, Text
from limbeck.core.errors import OptionError
from limbeck.llm import Client, Driven, Endpoint, arun, run

from .conftest import KEY, question
from .scripted_server import Model

Steps = Generator[tuple[Ask, ...], tuple[Reply, ...], list[Reply]]


def steps(*rounds: int, note: list[str] | None = None) -> Steps:
    """Asks so many questions at once in each round, and gives all replies."""
    heard: list[Reply] = []
    try:
        for number, count in enumerate(rounds):
            heard += yield tuple(question(f"Round {number}, sentence {n}.") for n in range(count))
    finally:
        if note is not None:
            note.append("closed")
    return heard


def loops() -> int:
    """Event loops that clients have open."""
    return sum(thread.name == "limbeck-llm" for thread in threading.enumerate())


def waits(how: str) -> Callable[..., Driven[list[Reply]]]:
    return run if how == "run" else lambda given, writer=None: asyncio.run(arun(given, writer))


HOW = pytest.mark.parametrize("how", ["run", "arun"])


@HOW
def test_replies_come_in_the_order_of_the_questions(how: str) -> None:
    def slower_first(ask: Ask) -> str:
        return ask.messages[-1]["content"]

    result, spent = waits(how)(steps(3, 0, 2), slower_first)
    told = [reply.text for reply in result if isinstance(reply, Text)]
    assert told == [f"Round {r}, sentence {n}." for r, n in ((0, 0), (0, 1), (0, 2), (2, 0), (2, 1))]
    assert spent == Spent(calls=5)


@HOW
def test_an_endpoint_is_opened_and_closed(how: str, model: Model) -> None:
    before = loops()
    endpoint = Endpoint(
        model="scripted",
        url=model.openai,
        key=KEY,
        prompt_usd_per_million=2,
        completion_usd_per_million=10,
        concurrency=4,
    )
    model.always("slow")
    result, spent = waits(how)(steps(4, 2), endpoint)
    assert all(isinstance(reply, Text) for reply in result) and len(result) == 6
    assert spent.calls == 6
    assert spent.usd == pytest.approx((spent.prompt_tokens * 2 + spent.completion_tokens * 10) / 1e6)
    assert max(seen["at_once"] for seen in model.seen()) == 4
    assert loops() == before


@HOW
def test_nobody_to_ask(how: str) -> None:
    result, spent = waits(how)(steps(2))
    assert all(isinstance(reply, Failed) and reply.kind == "absent" for reply in result)
    assert spent == Spent()


@HOW
def test_a_method_without_questions_asks_nobody(how: str) -> None:
    def refuses(ask: Ask) -> str:
        raise AssertionError("it was asked")

    assert waits(how)(steps(), refuses) == ([], Spent())
    assert waits(how)(steps(0, 0), refuses) == ([], Spent())


@HOW
@pytest.mark.parametrize(
    ("raised", "kind"),
    [(ValueError("no weights"), "error"), (TimeoutError("slow"), "timeout"), (KeyError(), "error")],
    ids=["value", "timeout", "key"],
)
def test_what_a_function_raises_is_a_reply(how: str, raised: Exception, kind: str) -> None:
    def breaks(ask: Ask) -> str:
        raise raised

    ((reply,), spent) = waits(how)(steps(1), breaks)
    assert isinstance(reply, Failed) and reply.kind == kind
    assert type(raised).__name__ in reply.detail
    assert spent.calls == 1


def test_what_a_function_gives_is_looked_at() -> None:
    given = iter(["", None, "fine"])
    result, _ = run(steps(1, 1, 1), lambda ask: next(given))  # type: ignore[arg-type,return-value]
    assert [r.kind if isinstance(r, Failed) else r.text for r in result] == ["empty", "malformed", "fine"]


def test_a_function_is_called_once_at_a_time() -> None:
    out, most = [0], [0]

    def counts(ask: Ask) -> str:
        out[0] += 1
        most[0] = max(most[0], out[0])
        time.sleep(0.02)
        out[0] -= 1
        return "done"

    run(steps(5), counts)
    assert most == [1]


@pytest.mark.parametrize("writer", [3, "gpt", object()], ids=["number", "name", "object"])
def test_no_writer(writer: object) -> None:
    with pytest.raises(OptionError, match="a writer is an Endpoint, a Client, or a plain function"):
        run(steps(1), writer)  # type: ignore[arg-type]


def test_an_async_function_is_none() -> None:
    async def later(ask: Ask) -> str:
        return "x"

    with pytest.raises(OptionError, match="plain function"):
        run(steps(1), later)  # type: ignore[arg-type]


@HOW
def test_what_the_steps_raise_comes_out(how: str) -> None:
    def breaks() -> Steps:
        yield (question(),)
        raise ZeroDivisionError("of the method")

    with pytest.raises(ZeroDivisionError, match="of the method"):
        waits(how)(breaks(), lambda ask: "x")


def test_inside_a_running_event_loop(model: Model, open_client: Callable[..., Client]) -> None:
    client = open_client()

    async def notebook() -> list[Reply]:
        return run(steps(2, 1), client).result

    assert all(isinstance(reply, Text) for reply in asyncio.run(notebook()))


def test_arun_leaves_the_loop_to_others(model: Model, open_client: Callable[..., Client]) -> None:
    model.always("slow")
    client = open_client()

    async def both() -> int:
        ticks = 0
        running = asyncio.ensure_future(arun(steps(1), client))
        while not running.done():
            await asyncio.sleep(0.01)
            ticks += 1
        return ticks

    assert asyncio.run(both()) > 5


def test_a_canceled_arun_ends_its_questions(model: Model, open_client: Callable[..., Client]) -> None:
    model.always("hang")
    client, note = open_client(deadline_seconds=60), []

    async def canceled() -> None:
        running = asyncio.ensure_future(arun(steps(2, note=note), client))
        while len(model.seen()) < 2:
            await asyncio.sleep(0.02)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    began = time.monotonic()
    asyncio.run(canceled())
    assert note == ["closed"]
    assert time.monotonic() - began < 20
    model.reset()
    assert isinstance(run(steps(1), client).result[0], Text)


def test_one_client_serves_many_threads(model: Model, open_client: Callable[..., Client]) -> None:
    client = open_client(concurrency=2)
    model.always("slow")
    results: list[Driven[list[Reply]]] = []
    threads = [
        threading.Thread(target=lambda: results.append(run(steps(2), client)), daemon=True) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [spent.calls for _, spent in results] == [2, 2, 2]
    assert max(seen["at_once"] for seen in model.seen()) == 2


def test_a_client_opens_again_and_closes_when_forgotten(model: Model) -> None:
    before = loops()
    client = Client(Endpoint(model="scripted", url=model.openai))
    for _ in range(2):
        assert isinstance(run(steps(1), client).result[0], Text)
        client.close()
        client.close()
    assert isinstance(run(steps(1), client).result[0], Text)
    assert loops() == before + 1
    del client
    gc.collect()
    assert loops() == before


def test_closing_ends_what_is_out(model: Model, open_client: Callable[..., Client]) -> None:
    model.always("hang")
    client = open_client(deadline_seconds=60)
    driven: list[Driven[list[Reply]]] = []
    thread = threading.Thread(target=lambda: driven.append(run(steps(1), client)), daemon=True)
    thread.start()
    while not model.seen():
        time.sleep(0.02)
    client.close()
    thread.join(20)
    assert driven[0].result == [Failed("error", "the client was closed while it was asked")]


_IN_A_PROCESS = """
import sys
sys.path.insert(0, {root!r})
from limbeck.llm import Endpoint, run
from tests.llm.test_llm_drive import steps
print("begun", flush=True)
try:
    run(steps(2), {writer})
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.parametrize("of", ["endpoint", "function"])
def test_an_interrupt_ends_a_run(of: str, model: Model) -> None:
    model.always("hang")
    writer = {
        "endpoint": f"Endpoint(model='m', url={model.openai!r}, deadline_seconds=60)",
        "function": "lambda ask: __import__('time').sleep(60)",
    }[of]
    root = str(Path(__file__).parents[2])
    program = _IN_A_PROCESS.format(root=root, writer=writer)
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        while of == "endpoint" and len(model.seen()) < 2:
            time.sleep(0.05)
        time.sleep(0.3)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "interrupted\n"
        assert process.wait(20) == 0
    assert time.monotonic() - began < 20


def _asks_once(client: Client) -> None:
    result = run(steps(1), client).result
    raise SystemExit(0 if isinstance(result[0], Text) else 1)


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="this system cannot fork")
def test_a_forked_process_asks_for_itself(model: Model) -> None:
    """In a process of its own, because forking one that has threads is a warning in later Pythons."""
    root = str(Path(__file__).parents[2])
    program = (
        f"import os, sys; sys.path.insert(0, {root!r})\n"
        "from limbeck.llm import Client, Endpoint, run\n"
        "from tests.llm.test_llm_drive import _asks_once, steps\n"
        f"client = Client(Endpoint(model='m', url={model.openai!r}, deadline_seconds=20))\n"
        "run(steps(1), client)\n"
        "child = os.fork()\n"
        "if not child: _asks_once(client)\n"
        "code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])\n"
        "run(steps(1), client)\n"
        "sys.exit(code)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], timeout=60, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert len(model.seen()) == 3
