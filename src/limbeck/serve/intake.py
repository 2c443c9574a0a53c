"""From bytes on a connection to a body a contract can read, within limits.

Two halves: the server's process receives bytes and at most looks for the model's name; a worker checks and
parses them. JSON is never parsed where requests are answered: one large body would stop all others.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Awaitable, Callable, Coroutine, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from .errors import refuse
from .settings import Limits

T = TypeVar("T")
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

FLOODED = "limbeck.flooded"
"""In the scope of a request: how many chunks its body came in, once they are too many and too small."""

_BLOCK = 1 << 20
_QUOTE, _OPEN, _CLOSE, _COMMA = 1, 2, 3, 4
_KINDS = np.zeros(256, np.uint8)
_KINDS[[ord(char) for char in '"[{]},']] = (_QUOTE, _OPEN, _OPEN, _CLOSE, _CLOSE, _COMMA)
_MODEL = np.frombuffer(b'"model"', np.uint8)

_LISTS = ("messages", "input", "summary", "source", "sources")
"""Fields that can hold messages."""


class ClientGoneError(Exception):
    """The client went away; nobody waits for an answer."""


@dataclass
class Room:
    """Bytes of request bodies in memory at one time.

    Attributes:
        limit: Most bytes.
        held: Bytes now.
    """

    limit: int
    held: int = 0

    def hold(self) -> Held:
        """A share, empty at first; leave its `with` to give it back."""
        return Held(self)


@dataclass
class Held:
    """What one request holds of a room."""

    room: Room
    bytes: int = field(default=0)

    def __enter__(self) -> Held:
        return self

    def __exit__(self, *_: object) -> None:
        self.room.held -= self.bytes
        self.bytes = 0

    def add(self, count: int) -> None:
        """Hold more.

        Raises:
            Refusal: 429, the room is full.
        """
        if self.room.held + count > self.room.limit:
            raise refuse(
                429,
                "rate_limit_error",
                f"request bodies of {self.room.held:,} bytes are in work already, and {self.room.limit:,} is the "
                "limit; try again in 5 seconds",
                code="server_busy",
                headers={"retry-after": "5"},
            )
        self.room.held += count
        self.bytes += count


async def unless_gone(receive: Receive, work: Coroutine[Any, Any, T]) -> T:
    """The outcome of some work, which is canceled when the client goes away; its body has been read.

    Raises:
        ClientGoneError: The client went away.
    """
    tasks = (asyncio.create_task(work), asyncio.create_task(_gone(receive)))
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if not tasks[0].done():
            raise ClientGoneError
        return tasks[0].result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def receive_body(receive: Receive, headers: Mapping[bytes, bytes], limits: Limits, held: Held) -> bytes:
    """The bytes of a request body.

    A body that says it is too large is refused before it is read, one that turns out so when it is.

    Raises:
        Refusal: 408 too slow, 413 too large, 415 compressed, 429 no room.
        ClientGoneError: The client went away.
    """
    encoding = headers.get(b"content-encoding", b"identity").strip().lower()
    if encoding not in (b"", b"identity"):
        raise refuse(
            415,
            "invalid_request_error",
            "compressed request bodies are not read; send it without Content-Encoding",
        )
    declared = headers.get(b"content-length", b"")
    if declared.isdigit() and int(declared) > limits.body_bytes:
        raise _too_large(limits, f"{int(declared):,}")
    chunks: list[bytes] = []
    try:
        async with asyncio.timeout(limits.body_seconds):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientGoneError
                chunk = message.get("body", b"")
                if held.bytes + len(chunk) > limits.body_bytes:
                    raise _too_large(limits, f"more than {limits.body_bytes:,}")
                held.add(len(chunk))
                chunks.append(chunk)
                if not message.get("more_body", False):
                    return b"".join(chunks)
    except TimeoutError:
        raise refuse(
            408,
            "timeout_error",
            f"the request body had not arrived after {limits.body_seconds:g} seconds: {held.bytes:,} bytes came; "
            "send it faster, or raise --body-seconds",
        ) from None


def _too_large(limits: Limits, size: str) -> Exception:
    return refuse(
        413,
        "invalid_request_error",
        f"the request body has {size} bytes, and {limits.body_bytes:,} is the limit; send less, or raise "
        "--max-body-mb",
        code="request_too_large",
        limit_bytes=limits.body_bytes,
    )


def parse(raw: bytes, limits: Limits) -> dict[str, Any]:
    """A request body as JSON, checked before it is parsed.

    Raises:
        Refusal: 400 not UTF-8, not JSON, no object, or nested too deep; 413 too many values or messages.
    """
    _check_shape(raw, limits)
    try:
        text = raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise _bad(f"the request body is not UTF-8 at byte {error.start:,}; send UTF-8") from None
    try:
        body = json.loads(text, parse_constant=_no_constant, parse_float=_finite)
    except json.JSONDecodeError as error:
        raise _bad(
            f"the request body is not JSON: {error.msg.rstrip(': ')}, line {error.lineno:,} column {error.colno:,}"
        ) from None
    except ValueError as error:  # a number without end, or of too many digits
        raise _bad(f"the request body is not JSON that can be read: {error}") from None
    if not isinstance(body, dict):
        raise _bad("the request body is JSON, but no object; send an object such as {...}")
    for name in _LISTS:
        entries = _entries(body.get(name))
        if entries > limits.messages:
            raise refuse(
                413,
                "invalid_request_error",
                f"{name} has {entries:,} entries, and {limits.messages:,} is the limit; send fewer",
                code="request_too_large",
                param=name,
                limit_messages=limits.messages,
            )
    return body


def _entries(value: Any) -> int:
    """The entries of a list, behind `messages` or not, and those of the lists in it."""
    listed = _listed(value)
    return len(listed) + sum(len(_listed(one)) for one in listed)


def _listed(value: Any) -> list[Any]:
    if isinstance(value, dict):
        value = value.get("messages")
    return value if isinstance(value, list) else []


def _check_shape(raw: bytes, limits: Limits) -> None:
    openings = raw.count(b"[") + raw.count(b"{")
    if openings <= limits.depth and openings + raw.count(b",") <= limits.values:
        return
    shape = scan(raw)
    if shape.depth > limits.depth:
        raise _bad(
            f"the JSON is nested {shape.depth:,} deep, and {limits.depth:,} is the limit; send it flatter",
            "json_too_deep",
        )
    if shape.values > limits.values:
        raise refuse(
            413,
            "invalid_request_error",
            f"the JSON has about {shape.values:,} values, and {limits.values:,} is the limit; send fewer",
            code="request_too_large",
        )


def _bad(message: str, code: str = "invalid_json") -> Exception:
    return refuse(400, "invalid_request_error", message, code=code)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number in JSON")


def _finite(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise ValueError("a number is too large")
    return value


@dataclass(frozen=True)
class Shape:
    """What a look at the bytes of a JSON text tells; meaningless beyond the first mistake in it.

    Attributes:
        depth: Objects and lists inside each other at the deepest place.
        values: About how many values: commas, objects and lists.
        model: The top-level `"model"`, the last one as a parser would have it; None for none that is a text.
    """

    depth: int
    values: int
    model: str | None


def scan(raw: bytes) -> Shape:
    """Depth, size and model of a JSON text without parsing it.

    Runs block by block in numpy, which lets other threads run; 2 to 20 nanoseconds a byte by how much of it is
    structure, a few MiB beside the text. A key written with escapes (`"\\u006dodel"`) is not found.
    """
    data = np.frombuffer(raw, np.uint8)
    depth = deepest = values = 0
    inside = False
    slashes = 0  # backslashes just before the block
    model: str | None = None
    for start in range(0, len(data), _BLOCK):
        block = data[start : start + _BLOCK]
        kinds = _KINDS[block]
        places = np.flatnonzero(kinds)
        kinds = kinds[places]
        escaped, slashes = _escaped(block, places[kinds == _QUOTE], slashes)
        quotes = kinds == _QUOTE
        quotes[quotes] = ~escaped
        within = (np.cumsum(quotes, dtype=np.int32) + inside) & 1 == 1
        opens = (kinds == _OPEN) & ~within
        closes = (kinds == _CLOSE) & ~within
        levels = np.cumsum(opens.view(np.int8) - closes.view(np.int8), dtype=np.int32) + depth
        if len(places):
            deepest = max(deepest, int(levels.max()))
            inside, depth = bool(within[-1]), int(levels[-1])
        values += int(np.count_nonzero(opens)) + int(np.count_nonzero((kinds == _COMMA) & ~within))
        found = _last_model(raw, data, start + places[quotes & within & (levels == 1)])
        model = model if found is _NONE else found
    return Shape(deepest, values, model)


def _escaped(
    block: npt.NDArray[np.uint8], quotes: npt.NDArray[np.intp], slashes: int
) -> tuple[npt.NDArray[np.bool_], int]:
    """Which quotes stand behind an odd run of backslashes, and how many backslashes end the block."""
    lengths = np.zeros(len(quotes), np.intp)
    if slashes and len(quotes) and quotes[0] == 0:
        lengths[0] = slashes
    back = np.flatnonzero(block == 0x5C)
    if not len(back):
        return lengths & 1 == 1, 0
    order = np.arange(len(back))
    begins = np.concatenate((np.ones(1, np.bool_), np.diff(back) > 1))
    first = np.maximum.accumulate(np.where(begins, order, 0))
    runs = order - first + 1  # how long the run is that ends here
    if back[0] == 0:
        runs[first == 0] += slashes
    after = np.searchsorted(back, quotes - 1)
    after[after == len(back)] = 0
    behind = back[after] == quotes - 1
    lengths[behind] = runs[after[behind]]
    return lengths & 1 == 1, int(runs[-1]) if back[-1] == len(block) - 1 else 0


_NONE: Any = object()


def _last_model(raw: bytes, data: npt.NDArray[np.uint8], places: npt.NDArray[np.intp]) -> str | None:
    """The text after the last of these places where a key `"model"` begins; `_NONE` where none does."""
    for ahead in range(1, len(_MODEL)):
        places = places[places + ahead < len(data)]
        places = places[data[places + ahead] == _MODEL[ahead]]
    for place in places[::-1].tolist():
        rest = raw[place + len(_MODEL) : place + len(_MODEL) + 2048].lstrip(b" \t\r\n")
        if rest[:1] != b":":
            continue  # a value, not a key
        try:
            value, _ = json.JSONDecoder().raw_decode(rest[1:].decode("utf-8", "ignore").lstrip(" \t\r\n"))
        except ValueError:
            return None
        except RecursionError:  # no text begins with so many brackets
            return None
        return value if isinstance(value, str) else None
    return _NONE  # type: ignore[no-any-return]  # a mark, told from None by identity
