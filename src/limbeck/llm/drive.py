"""Runs a distiller: puts its questions to a writer and sends it the replies.

One generator (`_rounds`) is the whole logic; `run` and `arun` differ in how they wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import CancelledError, Future, wait
from contextlib import closing, contextmanager
from typing import Generic, NamedTuple, TypeVar

from limbeck.core.artifact import Spent
from limbeck.core.distiller import Ask, Failed, Reply

from .client import Client
from .endpoints import Endpoint
from .writer import Answer, Function, Nobody, Writer, add

T = TypeVar("T")
Steps = Generator[tuple[Ask, ...], tuple[Reply, ...], T]
AnyWriter = Writer | Endpoint | Callable[[Ask], str] | None


class Driven(NamedTuple, Generic[T]):
    """What a distiller gave, and what its questions cost."""

    result: T
    spent: Spent


def run(steps: Steps[T], writer: AnyWriter = None) -> Driven[T]:
    """Drive `distiller.steps(context, budget)` to its end.

    All questions of one step are asked at once, within the writer's own bound. The steps run in the caller's thread;
    it may have a running event loop (which waits meanwhile). An interrupt ends the questions that are out.

    Args:
        steps: What a distiller's `steps` gave; used up by this.
        writer: A `Client`; an `Endpoint`, for which a client is opened and closed; a function from an `Ask` to a
            text; or None: every question is answered with `Failed("absent")`.

    Raises:
        OptionError: The writer is none of these.
        Whatever the steps raise.
    """
    with _opened(writer) as able:
        drive = _Drive(steps, able)
        with closing(drive.rounds()) as rounds:
            for futures in rounds:
                wait(futures)
    return drive.driven()


async def arun(steps: Steps[T], writer: AnyWriter = None) -> Driven[T]:
    """As `run`, without blocking the event loop while questions are out; the steps themselves run on it."""
    with _opened(writer) as able:
        drive = _Drive(steps, able)
        with closing(drive.rounds()) as rounds:
            for futures in rounds:
                await asyncio.wait([asyncio.wrap_future(future) for future in futures])
    return drive.driven()


class _Drive(Generic[T]):
    """The steps of one distiller, as rounds of futures to wait for."""

    def __init__(self, steps: Steps[T], writer: Writer) -> None:
        self._steps = steps
        self._writer = writer
        self._result: list[T] = []
        self.spent = Spent()

    def rounds(self) -> Generator[list[Future[Answer]], None, None]:
        """Gives the futures of a step; is to be resumed when all are done. Closed before, it cancels them."""
        futures: list[Future[Answer]] = []
        try:
            asks = next(self._steps)
            while True:
                futures = [self._writer.submit(ask) for ask in asks]
                if futures:
                    yield futures
                answers = [_answer(future) for future in futures]
                for answer in answers:
                    self.spent = add(self.spent, answer.spent)
                asks = self._steps.send(tuple(answer.reply for answer in answers))
        except StopIteration as end:
            self._result.append(end.value)
        finally:
            for future in futures:
                future.cancel()
            self._steps.close()

    def driven(self) -> Driven[T]:
        return Driven(self._result[0], self.spent)


def _answer(future: Future[Answer]) -> Answer:
    try:
        return future.result()
    except CancelledError:
        return Answer(Failed("error", "the client was closed while it was asked"))


@contextmanager
def _opened(writer: AnyWriter) -> Iterator[Writer]:
    if writer is None:
        yield Nobody()
    elif isinstance(writer, Endpoint):
        with Client(writer) as client:
            yield client
    elif hasattr(writer, "submit"):
        yield writer
    else:
        yield Function(writer)
