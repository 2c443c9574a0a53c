"""The routes as OpenAPI tells them: what they take, what they give, how they refuse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from . import schemas
from .errors import Dialect

_REF = "#/components/schemas/{model}"

ERRORS: dict[Dialect, type[BaseModel]] = {
    "openai": schemas.OpenAIError,
    "anthropic": schemas.AnthropicError,
    "plain": schemas.Problem,
}

STATUSES = {
    "400": "Not UTF-8, not JSON, nested too deep, or a field that is missing or wrong.",
    "401": "An API key is needed, or is not known.",
    "403": "The Host header, or the page that asks, is not of this machine.",
    "404": "No such model here, and no upstream is configured.",
    "408": "The body came too slowly.",
    "413": "The body is too large, or has too many values or messages.",
    "415": "The body is compressed.",
    "422": "A field is missing or wrong, or what must stay does not fit into the budget.",
    "429": "Too many requests wait; `Retry-After` says when to try again.",
    "500": "A bug of ours.",
    "502": "The upstream cannot be reached.",
    "503": "The process that did the work ended, or the server stops.",
    "504": "The work, or the upstream, took too long.",
}


@dataclass(frozen=True)
class Contract:
    """A route that a worker answers.

    Attributes:
        name: In `limbeck.serve.contracts.CONTRACTS`.
        streams: It may answer with server-sent events.
        own: It imitates none; what is wrong with a request, and a budget that cannot be kept, is a 422.
    """

    name: str
    path: str
    summary: str
    dialect: Dialect
    takes: type[BaseModel]
    gives: type[BaseModel]
    streams: bool = False
    own: bool = False


CONTRACTS = (
    Contract(
        "chat",
        "/v1/chat/completions",
        "Compact by OpenAI's chat completions",
        "openai",
        schemas.ChatRequest,
        schemas.ChatCompletion,
        True,
    ),
    Contract(
        "responses",
        "/v1/responses",
        "Compact by OpenAI's responses",
        "openai",
        schemas.ResponsesRequest,
        schemas.ResponseObject,
        True,
    ),
    Contract(
        "messages",
        "/v1/messages",
        "Compact by Anthropic's messages",
        "anthropic",
        schemas.MessagesRequest,
        schemas.AnthropicMessage,
        True,
    ),
    Contract(
        "compact", "/v1/compact", "Morph's contract", "plain", schemas.CompactRequest, schemas.CompactAnswer
    ),
    Contract(
        "compress",
        "/v1/compress",
        "Headroom's contract",
        "plain",
        schemas.CompressRequest,
        schemas.CompressAnswer,
    ),
    Contract(
        "distill",
        "/v1/distill",
        "A whole result",
        "plain",
        schemas.DistillRequest,
        schemas.DistillAnswer,
        own=True,
    ),
    Contract(
        "check",
        "/v1/check",
        "A text held against its source",
        "plain",
        schemas.CheckRequest,
        schemas.CheckAnswer,
        own=True,
    ),
)


class ModelAnswer(BaseModel):
    """A model, in the fields of OpenAI and of Anthropic at once; an upstream's pass as they are."""

    id: str


class ModelList(BaseModel):
    """`GET /v1/models`."""

    object: str
    data: list[ModelAnswer]


class OriginalAnswer(BaseModel):
    """`GET /v1/retrieve/{hash}`.

    Attributes:
        original_content: What was left out, whole.
        lifetime_seconds: How long an original stays after it was left out last.
        expires_in_seconds: What is left of that; it may go sooner when there is no room.
    """

    hash: str
    original_content: str
    lifetime_seconds: float
    expires_in_seconds: float


class QueueAnswer(BaseModel):
    """The queue: requests that wait, the most that may, bytes of request bodies in memory."""

    waiting: int
    running: int
    limit: int
    held_bytes: int


class Health(BaseModel):
    """`GET /healthz`."""

    status: str
    version: str
    workers: int
    workers_ready: int
    queue: QueueAnswer


_MODELS: tuple[type[BaseModel], ...] = (
    *(contract.takes for contract in CONTRACTS),
    *(contract.gives for contract in CONTRACTS),
    *ERRORS.values(),
    ModelList,
    ModelAnswer,
    OriginalAnswer,
    Health,
)


def described(contract: Contract) -> dict[str, Any]:
    """What a route decorator is told of a contract."""
    refused = [status for status in STATUSES if status not in ("404", "422")]
    refused += ["404"] if contract.streams else []
    refused += ["422"] if contract.own else []
    gives: dict[str, Any] = {"application/json": {"schema": reference(contract.gives)}}
    if contract.streams:
        gives["text/event-stream"] = {"schema": {"type": "string"}}
    return {
        "summary": contract.summary,
        "description": contract.takes.__doc__ or "",
        "operation_id": contract.name,
        "responses": {200: {"description": "The answer.", "content": gives}}
        | refusals(contract.dialect, *sorted(refused)),
        "openapi_extra": {
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": reference(contract.takes)}},
            }
        },
    }


def reference(model: type[BaseModel]) -> dict[str, str]:
    """Where the document describes a model."""
    return {"$ref": _REF.format(model=model.__name__)}


def refusals(dialect: Dialect, *statuses: str) -> dict[int | str, dict[str, Any]]:
    """The refusals of a route, in its shape."""
    schema = reference(ERRORS[dialect])
    return {
        status: {"description": STATUSES[status], "content": {"application/json": {"schema": schema}}}
        for status in statuses
    }


def gives(model: type[BaseModel] | None, about: str) -> dict[int | str, dict[str, Any]]:
    """The good answer of a route: JSON of a model, or a text."""
    if model is None:
        return {200: {"description": about, "content": {"text/plain": {"schema": {"type": "string"}}}}}
    return {200: {"description": about, "content": {"application/json": {"schema": reference(model)}}}}


def document(app: FastAPI, keyed: bool) -> dict[str, Any]:
    """The whole document; made once."""
    if app.openapi_schema is not None:
        return app.openapi_schema
    made = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
    )
    unique = list(dict.fromkeys(_MODELS))
    _, defined = models_json_schema([(model, "validation") for model in unique], ref_template=_REF)
    components = made.setdefault("components", {})
    components["schemas"] = defined["$defs"]
    if keyed:
        components["securitySchemes"] = {
            "bearer": {"type": "http", "scheme": "bearer"},
            "header": {"type": "apiKey", "in": "header", "name": "x-api-key"},
        }
        made["security"] = [{"bearer": []}, {"header": []}]
        made["paths"]["/healthz"]["get"]["security"] = []
    app.openapi_schema = made
    return made
