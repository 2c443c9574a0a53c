"""Who answers: a `Writer` takes a question and gives a future of the answer and of its cost."""

from __future__ import annotations

import contextvars
import inspect
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import NamedTuple, Protocol

from limbeck.core.artifact import Spent
from limbeck.core.distiller import Ask, Failed, Reply, Text
from limbeck.core.errors import OptionError

NO_MODEL = (
    "no model is configured; give model and url, set LIMBECK_MODEL and LIMBECK_MODEL_URL, or write a [model] table "
    "into the configuration file"
)


class Answer(NamedTuple):
    """A reply and what it cost."""

    reply: Reply
    spent: Spent = Spent()


class Writer(Protocol):
    """Answers questions. A fault is an answer (`Failed`), never an exception in the future."""

    def submit(self, ask: Ask) -> Future[Answer]: ...


def add(one: Spent, other: Spent) -> Spent:
    """The cost of both."""
    return Spent(
        one.calls + other.calls,
        one.prompt_tokens + other.prompt_tokens,
        one.completion_tokens + other.completion_tokens,
        one.usd + other.usd,
        one.replayed + other.replayed,
    )


class Nobody:
    """Answers every question with `Failed("absent")`."""

    def submit(self, ask: Ask) -> Future[Answer]:
        done: Future[Answer] = Future()
        done.set_result(Answer(Failed("absent", NO_MODEL)))
        return done


class Function:
    """A model of one's own: a plain function from an `Ask` to a text.

    It runs in a thread beside the caller's, so that a caller can be interrupted. It has no deadline.

    Args:
        function: What it raises becomes `Failed("error")`, a `TimeoutError` `Failed("timeout")`.
        concurrency: Calls at one time; 1, because few models take several.

    Raises:
        OptionError: It cannot be called, or is an async function.
    """

    def __init__(self, function: Callable[[Ask], str], concurrency: int = 1) -> None:
        if not callable(function) or inspect.iscoroutinefunction(function):
            raise OptionError(
                f"a writer is an Endpoint, a Client, or a plain function from an Ask to a text; got {function!r}"
            )
        self._function = function
        self._turn = threading.Semaphore(concurrency)

    def submit(self, ask: Ask) -> Future[Answer]:
        future: Future[Answer] = Future()
        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(self._serve, future, ask), daemon=True).start()
        return future

    def _serve(self, future: Future[Answer], ask: Ask) -> None:
        with self._turn:
            if future.set_running_or_notify_cancel():
                future.set_result(Answer(self._reply(ask), Spent(calls=1)))

    def _reply(self, ask: Ask) -> Reply:
        try:
            text = self._function(ask)
        except TimeoutError as error:
            return Failed("timeout", _told(error))
        except (
            Exception
        ) as error:  # a door: what stands behind it is not ours, and a fault of it is an answer
            return Failed("error", _told(error))
        if not isinstance(text, str):
            return Failed("malformed", f"the function gave a {type(text).__name__}, not a text")
        return Text(text) if text.strip() else Failed("empty", "the function gave an empty text")


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
