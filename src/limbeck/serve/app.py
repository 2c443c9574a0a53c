"""The routes: thin, since the work is in the contracts and the limits are at the door."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

import limbeck

from . import openapi
from .answers import Refused
from .door import Door, facts_of
from .errors import Refusal, dialect_of, error_body, refuse
from .intake import Room, receive_body, scan, unless_gone
from .metrics import MEDIA, Metrics
from .openapi import Contract
from .originals import Originals
from .settings import Settings
from .upstream import Passed, Upstream
from .work import Work
from .worker import CHATS, Job, Reply, encode_json

_SENT_BYTES = 1 << 18
_MADE = 1_795_132_800  # when the first of our models was made; clients want a date
_MADE_TEXT = "2026-11-20T00:00:00Z"

_ABOUT = """Limbeck gives back the smallest context that still carries the signal: verbatim pieces, accounted for.
Programs that talk to OpenAI, Anthropic, Morph or Headroom are served on the same routes."""


class Server:
    """What the routes of one app share.

    Attributes:
        work: The workers.
        room: The bytes of request bodies.
        originals: What was left out.
        upstream: None when there is none.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.metrics = Metrics()
        self.work = Work(settings, lambda why: self.metrics.replaced.labels(why).inc())
        self.room = Room(settings.held_bytes)
        self.originals = Originals(settings.originals_bytes, settings.originals_seconds)
        self.upstream: Upstream | None = None
        self.names: tuple[str, ...] = ()
        self.is_ours: Callable[[str], bool] = lambda model: False
        self._gauges()

    def _gauges(self) -> None:
        read: tuple[tuple[str, str, Callable[[], float]], ...] = (
            ("limbeck_queue_waiting", "Requests that wait for a worker.", lambda: self.work.waiting),
            ("limbeck_queue_running", "Requests at work.", lambda: self.work.running),
            ("limbeck_held_bytes", "Bytes of request bodies in memory.", lambda: self.room.held),
            ("limbeck_workers_ready", "Workers that are there.", lambda: self.work.ready),
            ("limbeck_originals", "Texts that can be retrieved.", lambda: len(self.originals)),
            ("limbeck_originals_bytes", "Bytes of these texts.", lambda: self.originals.held_bytes),
        )
        for name, about, value in read:
            self.metrics.gauge(name, about).set_function(value)

    @asynccontextmanager
    async def running(self, app: FastAPI) -> AsyncIterator[None]:
        """The lifespan: workers and upstream are there while the server answers."""
        await self.work.start()
        contracts = await asyncio.to_thread(import_module, self.settings.contracts)
        self.names, self.is_ours = contracts.MODELS, contracts.is_ours
        if self.settings.upstream:
            self.upstream = Upstream(self.settings)
        sweeper = asyncio.create_task(self._sweep())
        try:
            yield
        finally:
            sweeper.cancel()
            await self.work.stop()
            if self.upstream is not None:
                await self.upstream.close()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(min(60.0, self.settings.originals_seconds))
            self.originals.sweep()

    async def answer(self, contract: Contract, request: Request) -> Answering:
        """Read a body within limits, then have a worker or the upstream answer it."""
        facts = facts_of(request.scope)
        facts.route = contract.path
        with self.room.hold() as held:
            body = await receive_body(
                request.receive, request.scope["limbeck.headers"], self.settings.limits, held
            )
            if self.upstream is not None and contract.name in CHATS:
                shape = await asyncio.to_thread(scan, body)
                if shape.model is None or not self.is_ours(shape.model):
                    return await self._forward(self.upstream, request, body)
            job = Job(contract.name, body)
            del body
            reply = await unless_gone(request.receive, self.work.run(job))
        return self._reply(reply, request)

    def _reply(self, reply: Reply, request: Request) -> Answering:
        facts = facts_of(request.scope)
        facts.tokens_in, facts.tokens_out = reply.tokens_before, reply.tokens_after
        facts.fallback, facts.bug = reply.fallback, reply.bug
        if reply.refused is not None:
            raise Refusal(reply.refused, reply.headers)
        headers = dict(reply.headers)
        if reply.originals:
            self.originals.put(facts.owner, reply.originals)
            headers["x-limbeck-originals-seconds"] = f"{self.originals.seconds:g}"
        return Finished(reply.status, reply.media, reply.chunks, headers)

    async def forward(self, request: Request) -> Answering:
        """Pass on a request for a path that is none of ours."""
        facts_of(request.scope).route = "upstream"
        if self.upstream is None:
            raise refuse(404, "invalid_request_error", "no such path, and no upstream is configured")
        with self.room.hold() as held:
            body = await receive_body_as_it_is(request, self.settings, held)
            return await self._forward(self.upstream, request, body)

    async def _forward(self, upstream: Upstream, request: Request, body: bytes) -> Answering:
        return Passed(await unless_gone(request.receive, upstream.open(request.scope, body)))

    async def models(self, request: Request) -> list[dict[str, Any]]:
        """Our models, then the upstream's."""
        ours = [model_entry(name) for name in self.names]
        if self.upstream is None:
            return ours
        theirs = await unless_gone(request.receive, self.upstream.models(request.scope))
        return ours + [model for model in theirs if model["id"] not in self.names]


async def receive_body_as_it_is(request: Request, settings: Settings, held: Any) -> bytes:
    """A body for the upstream: it may be compressed, which is between the client and the upstream."""
    headers = {
        name: value for name, value in request.scope["limbeck.headers"].items() if name != b"content-encoding"
    }
    return await receive_body(request.receive, headers, settings.limits, held)


class Finished:
    """An answer whose bytes are all there; an ASGI answer."""

    def __init__(self, status: int, media: str, chunks: Iterable[bytes], headers: dict[str, str]) -> None:
        self._status = status
        self._chunks = tuple(chunks)
        fields = {"content-type": media} | headers
        if media == "text/event-stream":
            fields["cache-control"] = "no-cache"
        else:
            fields["content-length"] = str(sum(map(len, self._chunks)))
        self._headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in fields.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self._status, "headers": self._headers})
        for chunk in self._chunks:
            for start in range(0, len(chunk), _SENT_BYTES):  # so that a slow reader holds the rest back
                part = chunk[start : start + _SENT_BYTES]
                await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


Answering = Finished | Passed


class _Sent(Response):
    """Lets FastAPI send what is an ASGI answer already."""

    def __init__(self, answering: Answering) -> None:
        super().__init__()
        self._answering = answering

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._answering(scope, receive, send)


def model_entry(name: str) -> dict[str, Any]:
    """A model as OpenAI's clients and Anthropic's read it."""
    return {
        "id": name,
        "object": "model",
        "created": _MADE,
        "owned_by": "limbeck",
        "type": "model",
        "display_name": name,
        "created_at": _MADE_TEXT,
    }


def create_app(settings: Settings | None = None) -> FastAPI:
    """The server as an ASGI app; its workers start and end with its lifespan.

    Args:
        settings: By default an open server on loopback without an upstream. The app does not listen by
            itself: give whoever serves it the same host.
    """
    settings = settings or Settings()
    server = Server(settings)
    app = FastAPI(
        title="Limbeck",
        version=limbeck.__version__,
        summary="The open context distillery",
        description=_ABOUT,
        openapi_url=None,  # a route of ours
        docs_url=None,  # these pages load scripts from elsewhere
        redoc_url=None,
        lifespan=server.running,
        redirect_slashes=False,
    )
    app.state.server = server
    app.add_middleware(Door, settings=settings, metrics=server.metrics)
    app.add_exception_handler(HTTPException, _not_routed)
    for contract in openapi.CONTRACTS:
        app.add_api_route(
            contract.path,
            _asking(server, contract),
            methods=["POST"],
            response_model=None,
            **openapi.described(contract),
        )
    _add_reading_routes(app, server)
    if settings.upstream:
        app.add_api_route(
            "/v1/{path:path}",
            _forwarding(server),
            methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
            include_in_schema=False,
            response_model=None,
        )
    app.openapi = lambda: openapi.document(app, not settings.open)  # type: ignore[method-assign]  # FastAPI's own way
    return app


def _asking(server: Server, contract: Contract) -> Callable[[Request], Awaitable[Response]]:
    async def ask(request: Request) -> Response:
        return _Sent(await server.answer(contract, request))

    return ask


def _forwarding(server: Server) -> Callable[[Request], Awaitable[Response]]:
    async def forward(request: Request) -> Response:
        return _Sent(await server.forward(request))

    return forward


def _add_reading_routes(app: FastAPI, server: Server) -> None:
    @app.get(
        "/v1/models",
        summary="Our models, and the upstream's",
        operation_id="models",
        responses=openapi.gives(openapi.ModelList, "The models.")
        | openapi.refusals("openai", "401", "403", "500"),
        response_model=None,
    )
    async def models(request: Request) -> Response:
        facts_of(request.scope).route = "/v1/models"
        listed = await server.models(request)
        ends = {"has_more": False, "first_id": listed[0]["id"], "last_id": listed[-1]["id"]}
        return _json({"object": "list", "data": listed} | ends)

    @app.get(
        "/v1/models/{model:path}",
        summary="One model",
        operation_id="model",
        responses=openapi.gives(openapi.ModelAnswer, "The model.")
        | openapi.refusals("openai", "401", "403", "404", "500"),
        openapi_extra=_in_path("model"),
        response_model=None,
    )
    async def model(request: Request) -> Response:
        facts_of(request.scope).route = "/v1/models/{model}"
        name = request.path_params["model"]
        if server.is_ours(name):
            return _json(model_entry(name))
        if server.upstream is not None:
            return _Sent(await server.forward(request))
        raise refuse(
            404,
            "invalid_request_error",
            f"no such model; there are {', '.join(server.names)}",
            code="model_not_found",
            param="model",
        )

    @app.get(
        "/v1/retrieve/{hash}",
        summary="What was left out",
        operation_id="retrieve",
        description="Originals are kept in memory for a stated time; the oldest go first when there is no room.",
        responses=openapi.gives(openapi.OriginalAnswer, "The text.")
        | openapi.refusals("plain", "401", "403", "404", "500"),
        openapi_extra=_in_path("hash"),
        response_model=None,
    )
    async def retrieve(request: Request) -> Response:
        facts = facts_of(request.scope)
        facts.route = "/v1/retrieve/{hash}"
        return _original(server.originals, facts.owner, request.path_params["hash"])

    @app.get("/openapi.json", include_in_schema=False, response_model=None)
    async def document(request: Request) -> Response:
        facts_of(request.scope).route = "/openapi.json"
        return _json(app.openapi())

    @app.head("/healthz", include_in_schema=False, response_model=None)
    @app.get(
        "/healthz",
        summary="Whether the server works",
        operation_id="health",
        responses=openapi.gives(openapi.Health, "It does.") | openapi.refusals("plain", "403"),
        response_model=None,
    )
    async def health(request: Request) -> Response:
        facts_of(request.scope).route = "/healthz"
        work, settings = server.work, server.settings
        queue = {
            "waiting": work.waiting,
            "running": work.running,
            "limit": settings.queue,
            "held_bytes": server.room.held,
        }
        return _json(
            {
                "status": "ok",
                "version": limbeck.__version__,
                "workers": settings.processes,
                "workers_ready": work.ready,
                "queue": queue,
            }
        )

    @app.get(
        "/metrics",
        summary="Figures for Prometheus",
        operation_id="metrics",
        responses=openapi.gives(None, "The figures.") | openapi.refusals("plain", "401", "403"),
        response_model=None,
    )
    async def metrics(request: Request) -> Response:
        facts_of(request.scope).route = "/metrics"
        return Response(server.metrics.text(), headers={"content-type": MEDIA})


def _original(originals: Originals, owner: str, name: str) -> Response:
    found = originals.get(owner, name)
    if isinstance(found, str):
        why = {
            "expired": f"this original is gone: they stay {originals.seconds:g} seconds, less when there is no "
            "room; compress again, or raise --originals-minutes or --originals-mb",
            "unknown": "no original with this hash was left out here, or the server was started again since",
        }
        raise refuse(404, "not_found_error", why[found], code=f"{found}_hash")
    return _json(
        {
            "hash": name,
            "original_content": found.text.decode("utf-8", "surrogatepass"),
            "lifetime_seconds": originals.seconds,
            "expires_in_seconds": round(originals.left(found), 3),
        }
    )


def _in_path(name: str) -> dict[str, Any]:
    return {"parameters": [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}}]}


def _json(value: object, status: int = 200, headers: Any = None) -> Response:
    return Response(encode_json(value), status, headers, media_type="application/json")


async def _not_routed(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    messages = {
        404: "no such path; /openapi.json lists those there are, and --upstream passes other /v1 paths on",
        405: "this path does not take this method; the Allow header says which it takes",
    }
    kind = "not_found_error" if status == 404 else "invalid_request_error"
    refused = Refused(status, kind, messages.get(status, "the request cannot be answered"))
    shape = dialect_of(request.url.path, request.scope["limbeck.headers"])
    headers = error.headers if isinstance(error, HTTPException) else None
    return _json(error_body(refused, shape), status, headers)
