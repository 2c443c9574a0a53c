"""Worker processes behind a bounded, fair queue: what a request costs is paid off the event loop.

Each worker has a pipe of its own and does one job at a time. A job that meets its deadline, or a worker that
dies, costs that job alone: the process is ended and another takes its place. Requests get workers in the order
in which they came.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import math
import multiprocessing
import pickle
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from .errors import Refusal, refuse
from .settings import Limits, Settings
from .worker import BEGUN, READY, Job, Reply, run_worker

_START_SECONDS = 120


class WorkerDiedError(Exception):
    """The process ended before it answered."""


class Slot:
    """A place for one worker. Its methods block: they are called in threads, `end` anywhere."""

    def __init__(self, contracts: str, limits: Limits) -> None:
        self._spawned_with = (contracts, limits)
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._reaping = threading.Lock()  # asking after a process and putting it away both reap it
        self.expired = False
        self.closed = False

    @property
    def pid(self) -> int | None:
        """Of the worker, None while there is none."""
        with self._reaping:
            process = self._process
            return process.pid if process is not None and process.is_alive() else None

    @property
    def alive(self) -> bool:
        """The worker is there."""
        return self.pid is not None

    def start(self) -> None:
        """Start a worker and wait until it is ready.

        Raises:
            WorkerDiedError: It did not come up.
        """
        self.clear()
        if self.closed:
            raise WorkerDiedError("the server stops")
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(
            target=run_worker, args=(theirs, *self._spawned_with), daemon=True, name="limbeck-worker"
        )
        try:
            process.start()
        except OSError as error:
            ours.close()
            raise WorkerDiedError(f"a worker cannot be started: {error.strerror}") from error
        finally:
            theirs.close()
        self._process, self._pipe = process, ours
        if self.closed:  # while it was starting
            self.end()
        try:
            if not ours.poll(_START_SECONDS) or ours.recv_bytes() != READY:
                raise WorkerDiedError(f"a worker was not ready after {_START_SECONDS} seconds")
        except (EOFError, OSError) as error:
            raise WorkerDiedError("a worker died while it started; its error is above") from error

    def call(self, job: Job) -> Reply:
        """Have a job done, on a new worker if the last one is gone.

        Raises:
            WorkerDiedError: The worker ended before it answered.
        """
        pipe = self._begin(job) or self._begin(job, anew=True)
        if pipe is None:
            raise WorkerDiedError("no worker takes work")
        try:
            reply = pickle.loads(pipe.recv_bytes())  # what our own worker made
        except (EOFError, OSError) as error:
            raise WorkerDiedError("a worker died at work") from error
        if not isinstance(reply, Reply):
            raise WorkerDiedError("a worker sent no reply")
        return reply

    def _begin(self, job: Job, anew: bool = False) -> Connection | None:
        """Hand over a job; None when the worker ended before it had the whole of it."""
        if anew and (self.expired or self.closed):
            return None
        if anew or not self.alive:
            self.start()
        pipe = self._pipe
        if pipe is None:
            return None
        try:
            pipe.send_bytes(job.contract.encode("ascii"))
            pipe.send_bytes(job.body)
            return pipe if pipe.recv_bytes() == BEGUN else None
        except (EOFError, OSError):
            return None

    def expire(self) -> None:
        """End a worker that is at work for too long."""
        self.expired = True
        self.end()

    def end(self) -> None:
        """End the worker now; who waits for it in `call` or `start` is told."""
        process = self._process
        if process is not None:
            try:
                process.kill()
            except ValueError:
                return  # closed already

    def clear(self) -> None:
        """Put away what is left of the last worker."""
        self.end()
        with self._reaping:
            process, self._process = self._process, None
            if process is not None:
                process.join()
                process.close()
        pipe, self._pipe = self._pipe, None
        if pipe is not None:
            pipe.close()


class Work:
    """The workers of a server and the queue in front of them.

    Args:
        settings: How many, how long, how much.
        replaced: Told why a worker was replaced: `died`, `deadline`, `memory`.
    """

    def __init__(self, settings: Settings, replaced: Callable[[str], None] = lambda why: None) -> None:
        self.settings = settings
        self.running = 0
        self._replaced = replaced
        self._slots = [Slot(settings.contracts, settings.limits) for _ in range(settings.processes)]
        self._idle: list[Slot] = []
        self._waiting: deque[asyncio.Future[Slot]] = deque()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._threads: ThreadPoolExecutor | None = None
        self._mean_seconds = 0.5

    @property
    def waiting(self) -> int:
        """Requests that wait for a worker."""
        return len(self._waiting)

    @property
    def ready(self) -> int:
        """Workers that are there."""
        return sum(slot.alive for slot in self._slots)

    @property
    def pids(self) -> list[int]:
        """The workers' process ids."""
        return [slot.pid for slot in self._slots if slot.pid is not None]

    async def start(self) -> None:
        """Start all workers; returns when they are ready.

        Raises:
            WorkerDiedError: One did not come up.
        """
        self._threads = ThreadPoolExecutor(len(self._slots), thread_name_prefix="limbeck-slot")
        atexit.register(self._end_all)
        loop = asyncio.get_running_loop()
        try:
            await asyncio.gather(*(loop.run_in_executor(self._threads, slot.start) for slot in self._slots))
        except WorkerDiedError:
            await self.stop()
            raise
        self._idle.extend(self._slots)

    async def stop(self) -> None:
        """End all workers, whatever they do."""
        for slot in self._slots:
            slot.closed = True
        self._end_all()
        for waiter in self._waiting:
            waiter.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        if self._threads is not None:
            await asyncio.to_thread(self._threads.shutdown)
        for slot in self._slots:
            await asyncio.to_thread(slot.clear)
        atexit.unregister(self._end_all)

    async def run(self, job: Job) -> Reply:
        """Have a job done. Canceled while it waits, it is not done; at work, its answer is dropped.

        Raises:
            Refusal: 429 the queue is full; 503 the worker died; 504 the deadline was met.
        """
        slot = await self._take()
        task = asyncio.create_task(self._on(slot, job))
        self._keep(task)
        return await asyncio.shield(task)

    async def _take(self) -> Slot:
        """The next free slot, in the order of asking."""
        if self._idle:  # nobody waits then
            return self._idle.pop()
        if len(self._waiting) >= self.settings.queue:
            seconds = self._retry_seconds()
            raise refuse(
                429,
                "rate_limit_error",
                f"{len(self._waiting):,} requests are waiting, which is the limit; try again in {seconds} "
                "seconds, or raise --queue",
                code="queue_full",
                headers={"retry-after": str(seconds)},
            )
        waiter: asyncio.Future[Slot] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                self._give(waiter.result())
            else:
                with contextlib.suppress(ValueError):  # passed over already
                    self._waiting.remove(waiter)
            raise

    def _give(self, slot: Slot) -> None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(slot)
                return
        self._idle.append(slot)

    async def _on(self, slot: Slot, job: Job) -> Reply:
        loop = asyncio.get_running_loop()
        slot.expired = False
        worn = ""
        self.running += 1
        began = loop.time()
        timer = loop.call_later(self.settings.deadline_seconds, slot.expire)
        try:
            reply = await loop.run_in_executor(self._threads, slot.call, job)
            if reply.peak_bytes > self.settings.worker_bytes:
                worn = "memory"
            return reply
        except WorkerDiedError:
            worn = "deadline" if slot.expired else "died"
            raise self._lost(slot) from None
        finally:
            timer.cancel()
            self.running -= 1
            self._mean_seconds += 0.1 * (loop.time() - began - self._mean_seconds)
            if worn or slot.expired:
                self._keep(asyncio.create_task(self._replace(slot, worn or "deadline")))
            else:
                self._give(slot)

    def _lost(self, slot: Slot) -> Refusal:
        if slot.expired:
            seconds = self.settings.deadline_seconds
            return refuse(
                504,
                "timeout_error",
                f"the work was ended after {seconds:g} seconds, which is the limit; send less, or raise "
                "--deadline-seconds",
                code="deadline",
            )
        return refuse(
            503,
            "server_error",
            "the process that did the work ended; nothing is kept of it, try again",
            code="worker_died",
            headers={"retry-after": "1"},
        )

    async def _replace(self, slot: Slot, why: str) -> None:
        self._replaced(why)
        loop = asyncio.get_running_loop()
        try:
            if not slot.closed:
                await loop.run_in_executor(self._threads, slot.start)
        except WorkerDiedError:
            await loop.run_in_executor(self._threads, slot.clear)  # the next job tries again
        finally:
            self._give(slot)

    def _keep(self, task: asyncio.Task[Any]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # who waits has been told; if nobody does, nobody needs to be

    def _retry_seconds(self) -> int:
        ahead = (len(self._waiting) + 1) * self._mean_seconds / len(self._slots)
        return min(60, max(1, math.ceil(ahead)))

    def _end_all(self) -> None:
        for slot in self._slots:
            slot.end()
