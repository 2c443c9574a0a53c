"""The operator's upstream: requests that are not ours go there, and come back, as they are."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import unquote, unquote_to_bytes, urlsplit

import httpx

from .door import Cut, Message, Scope
from .errors import Refusal, refuse
from .intake import unless_gone
from .keys import owner_of
from .settings import Settings

_HOP_BY_HOP = frozenset(
    (
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    )
)
_VERSION = re.compile(r"v\d+\w*")
_WORD = re.compile(rb"[\w.~+/-]+")
_MODELS_BYTES = 8 << 20
_MODELS_SECONDS = 5.0

Headers = list[tuple[bytes, bytes]]


class Upstream:
    """A client of one base URL.

    The base may end in `/v1` or not. One that names a version elsewhere (`https://host/v1beta/openai`) takes
    the place of our `/v1`.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        parts = urlsplit(settings.upstream.rstrip("/"))
        named = [part for part in parts.path.split("/") if part]
        if named and named[-1] == "v1":
            named.pop()
        # Our own `/v1` goes when the base has a version of its own.
        self._drop = b"/v1" if any(_VERSION.fullmatch(part) for part in named) else b""
        self._base = (
            f"{parts.scheme}://{parts.netloc}".encode() + "".join(f"/{part}" for part in named).encode()
        )
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(settings.upstream_seconds, connect=min(10.0, settings.upstream_seconds)),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=64),
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # answers of one never reach another
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    def url(self, raw_path: bytes, query: bytes) -> str:
        """Where a request for a path of ours goes.

        Raises:
            Refusal: 404, the path climbs out of the base.
        """
        parts = re.split(r"[/\\]", unquote(unquote(raw_path.decode("latin-1"))))
        if any(part.partition(";")[0] in (".", "..") for part in parts):
            raise refuse(404, "invalid_request_error", "no such path; `.` and `..` are not forwarded")
        # The router has decoded the path; what is sent on must begin with it as it stands, or it could name a host.
        if not raw_path.startswith(b"/v1/"):
            raise refuse(404, "invalid_request_error", "no such path; /v1/ must not be encoded")
        path = raw_path.removeprefix(self._drop) if self._drop else raw_path
        query = b"&".join(pair for pair in query.split(b"&") if not self._holds_ours(unquote_to_bytes(pair)))
        url = (self._base + path + (b"?" + query if query else b"")).decode("latin-1")
        if httpx.URL(url).netloc != httpx.URL(self._base.decode()).netloc:
            raise refuse(404, "invalid_request_error", "no such path")
        return url

    async def open(self, scope: Scope, body: bytes) -> httpx.Response:
        """Send a request on and give the answer's head; the body is still to be read.

        Raises:
            Refusal: 502 cannot be reached, 504 too slow.
        """
        request = httpx.Request(
            scope["method"],
            self.url(scope["raw_path"], scope["query_string"]),
            headers=self.request_headers(scope["headers"], scope["path"]),
            content=body or None,
        )
        try:
            return await self._client.send(request, stream=True)
        except httpx.TimeoutException as error:
            raise refuse(
                504,
                "timeout_error",
                f"the upstream did not answer in time ({type(error).__name__}); try again, or raise "
                "--upstream-seconds",
                code="upstream_timeout",
            ) from None
        except httpx.HTTPError as error:
            raise refuse(
                502,
                "api_error",
                f"the upstream cannot be reached ({type(error).__name__}); the operator should check --upstream",
                code="upstream_unreachable",
            ) from None

    async def models(self, scope: Scope) -> list[dict[str, Any]]:
        """The upstream's models; none when it does not give a list of them in five seconds."""
        try:
            async with asyncio.timeout(_MODELS_SECONDS):
                answer = await self.open(scope, b"")
                try:
                    gathered = bytearray()
                    async for chunk in answer.aiter_bytes():
                        gathered += chunk
                        if len(gathered) > _MODELS_BYTES:
                            return []
                finally:
                    await answer.aclose()
            listed = httpx.Response(answer.status_code, content=bytes(gathered)).json()["data"]
            json.dumps(listed, allow_nan=False)  # what cannot be said again is no list of models
            return [model for model in listed if isinstance(model, dict) and isinstance(model.get("id"), str)]
        except (TimeoutError, httpx.HTTPError, Refusal, ValueError, KeyError, TypeError, RecursionError):
            return []

    def request_headers(self, given: Iterable[tuple[bytes, bytes]], path: str) -> Headers:
        """What goes up: all but what belongs to this connection, our own keys, and what the operator replaces."""
        out: Headers = []
        shown_as = set()
        for name, value in end_to_end(given):
            if name in (b"authorization", b"x-api-key"):
                shown_as.add(name)
                if self._settings.upstream_key:
                    continue
            if name not in (b"host", b"expect") and not self._holds_ours(value):
                out.append((name, value))
        key = self._settings.upstream_key.encode()
        if key:
            anthropic = shown_as == {b"x-api-key"} or (not shown_as and path.startswith("/v1/messages"))
            out.append((b"x-api-key", key) if anthropic else (b"authorization", b"Bearer " + key))
        return out

    def _holds_ours(self, value: bytes) -> bool:
        """Whether one of our own keys stands in a value, whatever stands around it."""
        keys = self._settings.keys
        return bool(keys) and any(owner_of(word, keys) is not None for word in _WORD.findall(value))


def end_to_end(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Headers without those that are about one connection."""
    listed = [(name.lower(), value) for name, value in headers]
    dropped = _HOP_BY_HOP.union(
        part.strip().lower() for name, value in listed if name == b"connection" for part in value.split(b",")
    )
    return [(name, value) for name, value in listed if name not in dropped]


class Passed:
    """An upstream's answer, sent on as it comes, byte for byte; an ASGI answer."""

    def __init__(self, answer: httpx.Response) -> None:
        self._answer = answer

    async def __call__(
        self,
        scope: Scope,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        try:
            await unless_gone(receive, self._send(send))
        finally:
            await self._answer.aclose()

    async def _send(self, send: Callable[[Message], Awaitable[None]]) -> None:
        headers = end_to_end(self._answer.headers.raw)
        headers = [(name, value) for name, value in headers if name not in (b"date", b"server")]
        await send({"type": "http.response.start", "status": self._answer.status_code, "headers": headers})
        async for chunk in self._chunks():
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def _chunks(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._answer.aiter_raw():
                yield chunk
        except httpx.HTTPError as error:  # the head is sent: only breaking off can tell
            raise Cut(f"the upstream broke off: {type(error).__name__}") from None
