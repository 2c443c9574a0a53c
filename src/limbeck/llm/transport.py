"""What is said over HTTP whichever SDK says it: our headers and no others, no redirects, and bodies up to a bound.

An answer is a stream of events; an endpoint that ignores the wish for one may answer with the whole as JSON.

The SDKs read credentials and headers from many variables of the environment. None of that leaves: they are given no
key, and each request gets its own headers here, on its way out. So a key goes to the URL it was given for, and the
SDK's own log lines cannot hold it.
"""

from __future__ import annotations

import ipaddress
import json
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextvars import ContextVar
from typing import Any, Final
from urllib.parse import urlsplit

from .endpoints import Endpoint
from .heard import Heard

BOUND: Final[ContextVar[int]] = ContextVar("limbeck_llm_bound")
"""Bytes that the body of an answer may have, set by the task that asks."""

_PLAIN_BYTES: Final = 1 << 20
_EVENT_BYTES: Final = 2_048
_CONNECT_SECONDS: Final = 10.0
_KEPT: Final = frozenset(
    ("host", "content-length", "content-type", "transfer-encoding", "connection", "accept", "user-agent",
     "anthropic-version")
)  # fmt: skip
_EVENTS: Final = "text/event-stream"
_JSON: Final = "application/json"


class WireError(Exception):
    """The body of an answer is not one that is read."""


class TooMuch(WireError):  # noqa: N818  says what it is
    """The body is over its bound."""


class NotEvents(WireError):  # noqa: N818
    """The body is not a stream of events, nor JSON."""


class ErrorBody(WireError):  # noqa: N818
    """The body of an answer that says it is well holds an error.

    Attributes:
        body: As it was sent.
        code: The error's own.
    """

    def __init__(self, body: Mapping[str, Any]) -> None:
        super().__init__("an error in the place of an answer")
        error = body.get("error")
        self.body = body
        self.code = error.get("code") or error.get("type") if isinstance(error, Mapping) else None


def bound_bytes(max_tokens: int) -> int:
    """How many bytes the answer of so many tokens may have: each in an event of its own, and a megabyte."""
    return _PLAIN_BYTES + _EVENT_BYTES * max_tokens


def http_client(sdk: Any, endpoint: Endpoint, credential: Mapping[str, str]) -> Any:
    """An HTTP client for an SDK (the module `openai` or `anthropic`), of the library that this SDK uses."""
    library = _http_library(sdk)
    bounded = _bounded(library.AsyncByteStream)
    # A transport that is given takes no proxy from the environment, and no proxy leads to this machine.
    here = _is_here(urlsplit(endpoint.url).hostname or "")
    own = {"transport": library.AsyncHTTPTransport()} if here else {}

    async def on_request(request: Any) -> None:
        for name in [name for name in request.headers if name.lower() not in _KEPT]:
            del request.headers[name]
        request.headers["accept-encoding"] = "identity"  # what unpacks can unpack to any size
        request.headers.update(credential)

    async def on_response(response: Any) -> None:
        coding = response.headers.get("content-encoding", "identity")
        if coding.lower() != "identity":
            raise NotEvents(f"the answer is packed ({coding[:40]}), which was not asked for")
        response.stream = bounded(response.stream, BOUND.get(_PLAIN_BYTES))
        kind = response.headers.get("content-type", "")
        if response.status_code == 200 and not kind.lower().startswith((_EVENTS, _JSON)):
            await response.aclose()
            raise NotEvents(
                f"the answer is {kind[:60] or 'of no stated type'}, not {_EVENTS} or {_JSON}; "
                "is the URL that of an API?"
            )

    seconds = endpoint.deadline_seconds
    return sdk.DefaultAsyncHttpxClient(
        timeout=sdk.Timeout(seconds, connect=min(_CONNECT_SECONDS, seconds)),
        follow_redirects=False,
        **own,
        event_hooks={"request": [on_request], "response": [on_response]},
    )


def is_whole(response: Any) -> bool:
    """Whether a response is one JSON document and no stream."""
    return str(response.headers.get("content-type", "")).lower().startswith(_JSON)


async def whole(response: Any, heard: Heard) -> Mapping[str, Any]:
    """The JSON of a response that is no stream; `heard` is told that it has begun, unless it is only an error.

    Raises:
        ErrorBody: It is an error.
        ValueError: It is no JSON object.
    """
    heard.begun = True
    body = json.loads(await response.aread())
    if not isinstance(body, Mapping):
        raise ValueError("the answer is JSON, but no object")
    if body.get("error"):
        heard.begun = False  # nothing was written
        raise ErrorBody(body)
    return body


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def sdk_errors(sdk: Any) -> tuple[type[Exception], ...]:
    """What an SDK and its HTTP library raise."""
    base = sdk.OpenAIError if hasattr(sdk, "OpenAIError") else sdk.AnthropicError
    library = _http_library(sdk)
    return base, library.HTTPError, library.StreamError, library.InvalidURL


def _http_library(sdk: Any) -> Any:
    """httpx for older versions of the SDKs, httpx2 for newer ones."""
    classes = sdk.DefaultAsyncHttpxClient.__mro__
    return sys.modules[
        next(each.__module__ for each in classes if each.__module__.startswith("httpx")).partition(".")[0]
    ]


def _bounded(base: type) -> Callable[[Any, int], Any]:
    """A class of byte streams of httpx or of httpx2, which do not know each other's."""

    class Bounded(base):  # type: ignore[misc]  # which of the two is known at run time only
        def __init__(self, stream: Any, most: int) -> None:
            self._stream = stream
            self._most = most

        async def __aiter__(self) -> AsyncIterator[bytes]:
            left = self._most
            async for chunk in self._stream:
                left -= len(chunk)
                if left < 0:
                    raise TooMuch(f"the answer is over {self._most:,} bytes")
                yield chunk

        async def aclose(self) -> None:
            await self._stream.aclose()

    return Bounded
