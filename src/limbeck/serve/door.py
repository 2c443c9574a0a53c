"""The outermost door of the server: who may come in, what is told of errors, what is written down.

Plain ASGI, so that streams pass through as they come. Nothing of a request's text reaches a log, a metric or
an error: method, route, status and figures only.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from .answers import Refused
from .errors import Refusal, dialect_of, error_body, refuse
from .intake import FLOODED, ClientGoneError
from .keys import owner_of
from .metrics import Metrics
from .settings import Settings, is_loopback
from .worker import encode_json, place_of

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
App = Callable[
    [Scope, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
]

log = logging.getLogger("limbeck.serve")

_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_CLIENT_GONE = 499


@dataclass
class Facts:
    """What is written down of one request.

    Attributes:
        route: The template of the route, `unmatched` for none.
        owner: The name of the key that asked; empty on an open server.
    """

    route: str = "unmatched"
    owner: str = ""
    status: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    fallback: str = ""
    bug: str = ""


def facts_of(scope: Scope) -> Facts:
    """The facts of the request of this scope."""
    facts = scope["limbeck.facts"]
    if not isinstance(facts, Facts):
        raise TypeError("not a request that came through the door")
    return facts


class Door:
    """Wraps an ASGI app; see the module."""

    def __init__(self, app: App, settings: Settings, metrics: Metrics) -> None:
        self.app = app
        self.settings = settings
        self.metrics = metrics
        named = (settings.host, *settings.allowed_hosts)
        self._hosts = frozenset(name.strip("[]").lower().rstrip(".") for name in named)

    async def __call__(
        self,
        scope: Scope,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        facts = scope["limbeck.facts"] = Facts()
        headers = scope["limbeck.headers"] = dict(scope["headers"])

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                facts.status = message["status"]
            await send(message)

        async def received() -> Message:
            message = await receive()
            if FLOODED in scope:
                raise refuse(
                    400,
                    "invalid_request_error",
                    f"the request body came in more than {scope[FLOODED] - 1:,} chunks of few bytes; send larger "
                    "chunks, or all of it with a Content-Length",
                    code="chunks_too_small",
                )
            return message

        try:
            _check_framing(headers)
            self._admit(scope, facts)
            await self.app(scope, received, sent)
        except Refusal as refusal:
            await self._answer(scope, refusal.refused, refusal.headers, facts, sent)
        except ClientGoneError:
            facts.status = _CLIENT_GONE
        except asyncio.CancelledError:  # the time to finish what was begun is over
            if facts.status:
                raise
            told = Refused(503, "server_error", "the server stops; try again in a moment", "server_stops")
            await self._answer(scope, told, {"retry-after": "5"}, facts, sent)
        except (
            Exception
        ) as error:  # the door: a bug of ours is told by its place, not by what the request said
            facts.bug = place_of(error)
            if facts.status:
                raise Cut(facts.bug) from None  # the answer has begun: only breaking it off can tell
            told = Refused(500, "server_error", "an unforeseen error of ours; the server's log says where")
            await self._answer(scope, told, {}, facts, sent)
        finally:
            self._write_down(scope["method"], facts, time.perf_counter() - began)

    def _admit(self, scope: Scope, facts: Facts) -> None:
        headers: dict[bytes, bytes] = scope["limbeck.headers"]
        if self.settings.open:
            self._check_host(headers)
            self._check_site(scope["headers"])
        elif scope["path"] != "/healthz":
            facts.owner = self._owner(headers)

    def _check_host(self, headers: dict[bytes, bytes]) -> None:
        """Web pages may not ask under a name of their own that leads here."""
        host = _name_of("//" + headers.get(b"host", b"localhost").decode("latin-1"))
        if not self._known(host):
            raise refuse(
                403,
                "permission_error",
                "the Host header names neither this machine nor the host this server listens on; use its "
                "address, or start it with --allow-host NAME",
                code="host_not_allowed",
            )

    def _check_site(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Nor across sites; programs send no Origin, so one that is no known host's is a page's."""
        headers = list(headers)
        origins = [value.decode("latin-1") for name, value in headers if name == b"origin"]
        sites = [value.strip().lower() for name, value in headers if name == b"sec-fetch-site"]
        if len(origins) > 1 or not all(map(self._may_ask, origins)) or b"cross-site" in sites:
            raise refuse(
                403,
                "permission_error",
                "a web page of another site asked; an open server answers programs and pages of this machine "
                "only",
                code="origin_not_allowed",
            )

    def _may_ask(self, origin: str) -> bool:
        scheme, _, rest = origin.strip().lower().partition("://")
        return scheme in ("http", "https") and self._known(_name_of("//" + rest))

    def _known(self, host: str | None) -> bool:
        return host is not None and (host in self._hosts or is_loopback(host))

    def _owner(self, headers: dict[bytes, bytes]) -> str:
        shown = [value for value in (bearer(headers), headers.get(b"x-api-key", b"").strip()) if value]
        for key in shown:
            owner = owner_of(key, self.settings.keys)
            if owner is not None:
                return owner
        what = "this API key is not known here" if shown else "an API key is needed"
        raise refuse(
            401,
            "invalid_request_error",
            f"{what}; send one as `Authorization: Bearer KEY` or `x-api-key: KEY`",
            code="invalid_api_key",
            headers={"www-authenticate": "Bearer"},
        )

    async def _answer(
        self,
        scope: Scope,
        refused: Refused,
        headers: dict[str, str],
        facts: Facts,
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        if facts.status:
            raise Cut(f"{refused.status} after the answer had begun")
        body = encode_json(error_body(refused, dialect_of(scope["path"], scope["limbeck.headers"])))
        fields = {"content-type": "application/json", "content-length": str(len(body))} | headers
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in fields.items()]
        await send({"type": "http.response.start", "status": refused.status, "headers": raw})
        await send({"type": "http.response.body", "body": body})

    def _write_down(self, method: str, facts: Facts, seconds: float) -> None:
        method = method if method in _METHODS else "other"
        self.metrics.answered(facts.route, method, facts.status, seconds)
        self.metrics.distilled(facts.tokens_in, facts.tokens_out, facts.fallback)
        line: dict[str, Any] = {
            "method": method,
            "route": facts.route,
            "status": facts.status,
            "ms": round(seconds * 1000, 1),
            "tokens_in": facts.tokens_in,
            "tokens_out": facts.tokens_out,
        }
        line |= {name: value for name in ("owner", "fallback", "bug") if (value := getattr(facts, name))}
        say(logging.ERROR if facts.bug else logging.INFO, **line)


class Cut(Exception):  # noqa: N818  no error of the request: it makes uvicorn break off an answer
    """An answer that had begun cannot be ended well."""


def _check_framing(headers: dict[bytes, bytes]) -> None:
    """Two lengths are how a request is hidden from whoever reads the other one (RFC 9112, 6.3)."""
    if b"transfer-encoding" in headers and b"content-length" in headers:
        raise refuse(
            400,
            "invalid_request_error",
            "the request has both a Content-Length and a Transfer-Encoding; send one of them",
            code="two_lengths",
            headers={"connection": "close"},
        )


def bearer(headers: dict[bytes, bytes]) -> bytes:
    """The token of `Authorization: Bearer TOKEN`; empty for none."""
    scheme, _, token = headers.get(b"authorization", b"").strip().partition(b" ")
    return token.strip() if scheme.lower() == b"bearer" else b""


def _name_of(url: str) -> str | None:
    try:
        name = urlsplit(url).hostname
    except ValueError:
        return None
    return name.lower().rstrip(".") if name else None


def say(level: int, **fields: Any) -> None:
    """Write a line of JSON to the log, with the time."""
    if log.isEnabledFor(level):
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        log.log(level, json.dumps({"time": now} | fields))
