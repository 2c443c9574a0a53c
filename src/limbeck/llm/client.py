"""Asks one endpoint, within its bounds: turn, deadline, retries, spending. Every fault is an answer."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Final

from limbeck.core.artifact import Spent
from limbeck.core.distiller import Ask, Failed, Reply, Text
from limbeck.core.errors import FileError

from .background import Background
from .endpoints import Endpoint
from .faults import RAISED, Trouble, trouble
from .heard import Heard, Speaker, encodable
from .spending import Ledger
from .tape import Recorded, Tape, request_hash
from .transport import BOUND, bound_bytes
from .writer import Answer, add

_FIRST_WAIT_SECONDS: Final = 0.5
_LONGEST_WAIT_SECONDS: Final = 20.0
_MESSAGE_TOKENS: Final = 4  # what a role costs
# What a model thinks before it answers, where the server does not keep it apart.
_THOUGHT: Final = re.compile(r"\s*<think>.*?</think>\s*", re.S)


def estimate(text: str) -> int:
    """Tokens of a text, as a guess that is rather too high: one for three bytes."""
    return (len(text.encode("utf-8", "replace")) + 2) // 3


@dataclass
class _Bill:
    """What one question cost, tries and all, and the trouble it had."""

    spent: Spent = field(default_factory=Spent)
    last: Trouble | None = None


@dataclass
class _State:
    """What belongs to one event loop."""

    loop: asyncio.AbstractEventLoop
    turns: asyncio.Semaphore
    speaker: Speaker | None = None


class Client:
    """A `Writer` behind an endpoint.

    It may be used from any number of threads, and is closed by `close`, by leaving a `with`, or at exit. A closed one
    opens again when it is asked.

    Args:
        endpoint: Whom to ask, and the bounds.
        tape: Records what is answered and plays it back.
        count: Counts the tokens of a text where the endpoint does not say, and for the bound on spending; without it
            a token is three bytes.

    Cost: a thread and an event loop, from the first question on.
    """

    def __init__(
        self, endpoint: Endpoint, *, tape: Tape | None = None, count: Callable[[str], int] | None = None
    ) -> None:
        self.endpoint = endpoint
        self._tape = tape
        self._count = count or estimate
        self._background = Background()
        self._ledger = Ledger(endpoint)
        self._state: _State | None = None
        self._without: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return f"<Client of {self.endpoint.model} at {self.endpoint.url}>"

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def submit(self, ask: Ask) -> Future[Answer]:
        """Put a question; its answer comes in the future. Canceling the future ends the request."""
        return self._background.submit(lambda: self._answer(ask))

    def close(self) -> None:
        """End what is out, and close the connections."""
        self._background.close()

    async def _answer(self, ask: Ask) -> Answer:
        digest = ""
        if self._tape is not None:
            digest = request_hash(self.endpoint, ask)
            try:
                recorded = self._tape.find(digest)
            except FileError as error:
                return Answer(Failed("error", str(error)))
            if recorded is not None:
                return Answer(Text(recorded.text), Spent(calls=1, replayed=1))
            if self._tape.mode == "replay":
                return Answer(Failed("absent", self._tape.missing(digest)))
        bill = _Bill()
        state = self._on_this_loop()
        async with state.turns:
            reply = await self._within_deadline(ask, state, bill)
        if self._tape is not None and isinstance(reply, Text):
            spent = bill.spent
            try:
                self._tape.keep(
                    digest, self.endpoint, Recorded(reply.text, spent.prompt_tokens, spent.completion_tokens)
                )
            except FileError as error:  # an answer that should be on the tape and is not is none
                return Answer(Failed("error", str(error)), spent)
        return Answer(reply, bill.spent)

    def _on_this_loop(self) -> _State:
        loop = asyncio.get_running_loop()
        if self._state is None or self._state.loop is not loop:
            self._state = _State(loop, asyncio.Semaphore(self.endpoint.concurrency))
            self._ledger.forget_open()
        return self._state

    async def _within_deadline(self, ask: Ask, state: _State, bill: _Bill) -> Reply:
        endpoint = self.endpoint
        try:
            if state.speaker is None:
                state.speaker = _speaker(endpoint)
                self._background.at_close(state.speaker.close)
        except ModuleNotFoundError as error:
            return Failed(
                "absent", f"{error.name} is not installed; pip install 'limbeck[{endpoint.provider}]'"
            )
        try:
            async with asyncio.timeout(endpoint.deadline_seconds) as bound:
                return await self._tries(ask, state.speaker, bill)
        except TimeoutError:
            if not bound.expired():
                raise
            told = f"no whole answer from {endpoint.url} within {endpoint.deadline_seconds:g} seconds"
            return Failed("timeout", told + (f"; before that: {bill.last.detail}" if bill.last else ""))

    async def _tries(self, ask: Ask, speaker: Speaker, bill: _Bill) -> Reply:
        retries = self.endpoint.retries
        clock = asyncio.get_running_loop().time
        ends = clock() + self.endpoint.deadline_seconds
        tried = 0
        while True:
            without = self._without
            outcome = await self._once(ask, speaker, bill, without)
            if not isinstance(outcome, Trouble):
                return outcome
            bill.last = outcome
            if outcome.lacks and outcome.lacks not in without:
                self._without |= {outcome.lacks}
                continue
            if not outcome.passing or tried == retries:
                return outcome.failed(f" ({tried + 1} tries)" if tried else "")
            left = ends - clock()
            if outcome.wait_seconds >= left:
                asked = (
                    f"; it asks to wait {outcome.wait_seconds:.0f} seconds, and the deadline is in {left:.0f}"
                )
                return outcome.failed(asked)
            # Full jitter, on top of what the endpoint asks for.
            most = min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2**tried)
            tried += 1
            await asyncio.sleep(min(outcome.wait_seconds + random.uniform(0, most), left))

    async def _once(
        self, ask: Ask, speaker: Speaker, bill: _Bill, without: frozenset[str]
    ) -> Reply | Trouble:
        prompt = sum(self._count(message["content"]) + _MESSAGE_TOKENS for message in ask.messages)
        reserved = await self._ledger.reserve(prompt, ask.max_tokens)
        if isinstance(reserved, str):
            return Failed("budget", reserved)
        heard = Heard()
        BOUND.set(bound_bytes(ask.max_tokens))
        raised: tuple[type[Exception], ...] = (*RAISED, *speaker.errors)
        free = False  # what was cut off by us or by the network may have been worked on, and be charged
        try:
            await speaker.say(ask, heard, without)
        except raised as error:
            found = trouble(error, self.endpoint, ask, heard.begun)
            free = not heard.begun and found.kind != "timeout"
            return found
        finally:
            spent = Spent() if free else self._spent(heard, prompt)
            bill.spent = add(bill.spent, spent)
            self._ledger.settle(reserved, spent)
        return self._reply(ask, heard)

    def _spent(self, heard: Heard, prompt: int) -> Spent:
        asked = heard.prompt_tokens if heard.prompt_tokens is not None else prompt
        if heard.end and heard.completion_tokens is not None:
            wrote = heard.completion_tokens
        else:
            wrote = self._count(heard.text) if heard.parts else 0
        return Spent(1 if heard.end else 0, asked, wrote, self.endpoint.usd(asked, wrote))

    def _reply(self, ask: Ask, heard: Heard) -> Reply | Trouble:
        said = encodable(heard.text)
        text = self.endpoint.secret.scrub(_THOUGHT.sub("", said, count=1) if _THOUGHT.match(said) else said)
        if heard.end == "refused":
            return Failed("refused", "the model or a filter before it declined to answer")
        if heard.end == "bound":
            bound = f"the answer reached its bound of {ask.max_tokens:,} tokens"
            if text.strip():
                return Failed("cut", f"{bound} before its end")
            return Failed(
                "cut", f"{bound} before any text came; turn the model's thinking off, or raise the bound"
            )
        if not heard.end:
            if not heard.begun:
                return Trouble("empty", "the stream ended before anything came", passing=True)
            return Trouble("cut", "the stream ended before the answer did", passing=True)
        if not text.strip():
            return Failed("empty", "the model wrote nothing")
        return Text(text)


def _speaker(endpoint: Endpoint) -> Speaker:
    if endpoint.provider == "anthropic":
        from .speak_anthropic import AnthropicSpeaker

        return AnthropicSpeaker(endpoint)
    from .speak_openai import OpenAISpeaker

    return OpenAISpeaker(endpoint)
