"""Refusals in the words of the API that was asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from .answers import Refused

Dialect = Literal["openai", "anthropic", "plain"]
"""Whose error shape: OpenAI's, Anthropic's, or `{"error": {"message", "type", ...}}` of all other routes."""

_PLAIN = ("/v1/compact", "/v1/compress", "/v1/distill", "/v1/check")

_ANTHROPIC_KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    422: "invalid_request_error",
    429: "rate_limit_error",
    500: "api_error",
    502: "api_error",
    503: "overloaded_error",
    504: "timeout_error",
}


class Refusal(Exception):  # noqa: N818  what it carries is an answer
    """A request ends here; the outermost door writes the answer.

    Attributes:
        refused: What is told.
        headers: Sent with it.
    """

    def __init__(self, refused: Refused, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(refused, headers)
        self.refused = refused
        self.headers = dict(headers or {})

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return type(self), (self.refused, self.headers)


def refuse(
    status: int,
    kind: str,
    message: str,
    *,
    code: str = "",
    param: str = "",
    headers: Mapping[str, str] | None = None,
    **details: Any,
) -> Refusal:
    """A refusal to raise; `details` are told on routes of no imitated API."""
    return Refusal(Refused(status, kind, message, code, param, details), headers)


def dialect_of(path: str, headers: Mapping[bytes, bytes]) -> Dialect:
    """The error shape of a path: Anthropic's models are known by the header its clients send."""
    if path.startswith("/v1/messages"):
        return "anthropic"
    if path in _PLAIN or path.startswith("/v1/retrieve"):
        return "plain"
    if path.startswith("/v1/"):
        return "anthropic" if b"anthropic-version" in headers else "openai"
    return "plain"


def error_body(refused: Refused, dialect: Dialect) -> dict[str, Any]:
    """The JSON of a refusal."""
    if dialect == "anthropic":
        kind = _ANTHROPIC_KINDS.get(refused.status, "invalid_request_error")
        return {"type": "error", "error": {"type": kind, "message": refused.message}}
    if dialect == "openai":
        return {
            "error": {
                "message": refused.message,
                "type": refused.kind,
                "param": refused.param or None,
                "code": refused.code or None,
            }
        }
    error: dict[str, Any] = {"message": refused.message, "type": refused.kind}
    error |= {name: value for name, value in (("code", refused.code), ("param", refused.param)) if value}
    return {"error": error | refused.details}
