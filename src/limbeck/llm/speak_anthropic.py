"""Anthropic's messages, streamed; whole where the endpoint does not stream."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from limbeck.core.distiller import Ask

from .endpoints import Endpoint
from .heard import Heard, spoken, texts, whole_number
from .transport import http_client, is_whole, sdk_errors, whole

_ENDS = {"max_tokens": "bound", "model_context_window_exceeded": "bound", "refusal": "refused"}
_PROMPT_COUNTS = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")


class AnthropicSpeaker:
    """Speaks through the SDK `anthropic`, which says which version of the API it means.

    Raises:
        ModuleNotFoundError: It is not installed.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        import anthropic

        self._endpoint = endpoint
        self.errors = sdk_errors(anthropic)
        self._fit_schema = getattr(anthropic, "transform_schema", dict)
        key = endpoint.secret.reveal()
        self._client = anthropic.AsyncAnthropic(
            api_key="-",  # the transport sends the true one
            base_url=endpoint.url,
            max_retries=0,
            http_client=http_client(anthropic, endpoint, {"x-api-key": key} if key else {}),
        )

    async def say(self, ask: Ask, heard: Heard, without: frozenset[str]) -> None:
        stream = await self._client.messages.create(**self._request(ask, without))
        async with stream:
            if is_whole(stream.response):
                _read_whole(await whole(stream.response, heard), heard)
                return
            async for event in stream:
                _read(event, heard)

    async def close(self) -> None:
        await self._client.close()

    def _request(self, ask: Ask, without: frozenset[str]) -> dict[str, Any]:
        said = spoken(ask, "schema" in without)
        system = "\n\n".join(message["content"] for message in said if message["role"] == "system")
        request: dict[str, Any] = {
            "model": self._endpoint.model,
            "messages": [message for message in said if message["role"] != "system"],
            "max_tokens": ask.max_tokens,
            "stream": True,
        }
        if system:
            request["system"] = system
        extra = dict(self._endpoint.extra)
        if ask.schema is not None and "schema" not in without:
            # Beside the SDK's parameters, so that versions which do not know it yet send it too.
            schema = self._fit_schema(dict(ask.schema))
            given = dict(extra.get("output_config") or {})
            extra["output_config"] = given | {"format": {"type": "json_schema", "schema": schema}}
        if extra:
            request["extra_body"] = extra
        return request


def _read(event: Any, heard: Heard) -> None:
    """Take in one event. The SDK does not check what an endpoint sends, so nothing of it is taken for granted."""
    if not hasattr(event, "model_dump"):
        raise ValueError("an event of the stream is no object")
    heard.begun = True
    kind = getattr(event, "type", None)
    if kind == "message_start":
        _count(getattr(getattr(event, "message", None), "usage", None), heard)
    elif kind == "content_block_delta":
        text = getattr(getattr(event, "delta", None), "text", None)
        if isinstance(text, str):
            heard.parts.append(text)
    elif kind == "message_delta":
        _count(getattr(event, "usage", None), heard)
        stop = getattr(getattr(event, "delta", None), "stop_reason", None)
        if isinstance(stop, str):
            heard.end = _ENDS.get(stop, "whole")  # type: ignore[assignment]  # values of the table


def _read_whole(body: Mapping[str, Any], heard: Heard) -> None:
    """Take in a message that came at once."""
    usage = body.get("usage")
    if isinstance(usage, Mapping):
        _count(
            SimpleNamespace(**{name: usage.get(name) for name in (*_PROMPT_COUNTS, "output_tokens")}), heard
        )
    if not isinstance(body.get("content"), list):
        raise ValueError("the answer is JSON, but no message; is the URL that of an API?")
    heard.parts.extend(texts(body["content"]))
    heard.end = _ENDS.get(str(body.get("stop_reason")), "whole")  # type: ignore[assignment]  # values of the table


def _count(usage: Any, heard: Heard) -> None:
    prompt = [whole_number(getattr(usage, name, None)) for name in _PROMPT_COUNTS]
    if prompt[0] is not None:
        heard.prompt_tokens = sum(count or 0 for count in prompt)
    completion = whole_number(getattr(usage, "output_tokens", None))
    if completion is not None:
        heard.completion_tokens = completion
