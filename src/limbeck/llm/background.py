"""An event loop in a thread of its own, started when it is first used."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
import weakref
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")
_CLOSE_SECONDS = 5.0


class Background:
    """Runs coroutines for any number of threads, whether or not those have loops of their own.

    A forked process starts a loop of its own. What is forgotten without `close` is closed by the garbage collector or
    at exit.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pid = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closers: list[Callable[[], Awaitable[object]]] = []
        self._finalizer: Callable[[], object] | None = None

    def submit(self, make: Callable[[], Coroutine[Any, Any, T]]) -> Future[T]:
        """Start what `make` gives."""
        with self._lock:
            if self._loop is None or self._pid != os.getpid():
                self._start()
            loop = self._loop
            assert loop is not None
            return asyncio.run_coroutine_threadsafe(make(), loop)

    def at_close(self, closer: Callable[[], Awaitable[object]]) -> None:
        """Have this awaited before the loop ends. To be called from a coroutine that runs here."""
        self._closers.append(closer)

    def _start(self) -> None:
        self._pid = os.getpid()
        self._closers = []
        self._loop = asyncio.new_event_loop()
        thread = threading.Thread(target=_serve, args=(self._loop,), name="limbeck-llm", daemon=True)
        thread.start()
        self._finalizer = weakref.finalize(self, _stop, self._loop, thread, self._closers, self._pid)

    def close(self) -> None:
        """Cancel what runs, and end the loop. A later `submit` starts a new one."""
        with self._lock:
            self._loop = None
            finalizer, self._finalizer = self._finalizer, None
        if finalizer is not None:
            finalizer()


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        # Its threads are not waited for: a name server may keep one longer than any deadline.
        loop.close()


def _stop(
    loop: asyncio.AbstractEventLoop,
    thread: threading.Thread,
    closers: list[Callable[[], Awaitable[object]]],
    pid: int,
) -> None:
    if pid != os.getpid() or not thread.is_alive():
        return  # a fork has the loop, but not its thread

    async def end() -> None:
        current = asyncio.current_task()
        tasks = [task for task in asyncio.all_tasks() if task is not current]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, *(closer() for closer in closers), return_exceptions=True)

    with contextlib.suppress(TimeoutError):
        asyncio.run_coroutine_threadsafe(end(), loop).result(_CLOSE_SECONDS)
    loop.call_soon_threadsafe(loop.stop)
    if thread is not threading.current_thread():
        thread.join(_CLOSE_SECONDS)
