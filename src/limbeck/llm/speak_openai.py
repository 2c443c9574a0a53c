"""OpenAI's chat completions, as any compatible endpoint takes them, streamed; whole where it does not stream."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from limbeck.core.distiller import Ask

from .endpoints import Endpoint
from .heard import Heard, spoken, strict, texts, whole_number
from .transport import http_client, is_whole, sdk_errors, whole

_ENDS = {"stop": "whole", "length": "bound", "content_filter": "refused"}


class OpenAISpeaker:
    """Speaks through the SDK `openai`.

    Raises:
        ModuleNotFoundError: It is not installed.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        import openai

        self._endpoint = endpoint
        self.errors = sdk_errors(openai)
        # OpenAI's own models no longer take `max_tokens`, and some servers do not know its successor yet.
        own = urlsplit(endpoint.url).hostname == "api.openai.com"
        self._bound = "max_completion_tokens" if own else "max_tokens"
        key = endpoint.secret.reveal()
        self._client = openai.AsyncOpenAI(
            api_key="-",  # the transport sends the true one
            base_url=endpoint.url,
            max_retries=0,
            http_client=http_client(openai, endpoint, {"authorization": f"Bearer {key}"} if key else {}),
        )

    async def say(self, ask: Ask, heard: Heard, without: frozenset[str]) -> None:
        stream = await self._client.chat.completions.create(**self._request(ask, without))
        async with stream:
            if is_whole(stream.response):
                _read_whole(await whole(stream.response, heard), heard)
                return
            async for chunk in stream:
                _read(chunk, heard)

    async def close(self) -> None:
        await self._client.close()

    def _request(self, ask: Ask, without: frozenset[str]) -> dict[str, Any]:
        bound = self._bound
        if "bound" in without:
            bound = "max_tokens" if bound == "max_completion_tokens" else "max_completion_tokens"
        request: dict[str, Any] = {
            "model": self._endpoint.model,
            "messages": spoken(ask, "schema" in without),
            "stream": True,
            bound: ask.max_tokens,
        }
        if "usage" not in without:
            request["stream_options"] = {"include_usage": True}
        if self._endpoint.temperature is not None:
            request["temperature"] = self._endpoint.temperature
        if ask.schema is not None and "schema" not in without:
            schema = {"name": "answer", "schema": dict(ask.schema), "strict": strict(ask.schema)}
            request["response_format"] = {"type": "json_schema", "json_schema": schema}
        if self._endpoint.extra:
            request["extra_body"] = dict(self._endpoint.extra)
        return request


def _read(chunk: Any, heard: Heard) -> None:
    """Take in one event. The SDK does not check what an endpoint sends, so nothing of it is taken for granted."""
    if not hasattr(chunk, "model_dump"):
        raise ValueError("an event of the stream is no object")
    heard.begun = True
    usage = getattr(chunk, "usage", None)
    prompt, completion = (
        whole_number(getattr(usage, name, None)) for name in ("prompt_tokens", "completion_tokens")
    )
    heard.prompt_tokens = heard.prompt_tokens if prompt is None else prompt
    heard.completion_tokens = heard.completion_tokens if completion is None else completion
    choices = getattr(chunk, "choices", None)
    for choice in choices[:1] if isinstance(choices, list) else []:
        delta = getattr(choice, "delta", None)
        content = getattr(delta, "content", None)
        if isinstance(content, str):
            heard.parts.append(content)
        finish = getattr(choice, "finish_reason", None)
        if isinstance(finish, str) and heard.end != "refused":
            heard.end = _ENDS.get(finish, "whole")  # type: ignore[assignment]  # values of the table
        if isinstance(getattr(delta, "refusal", None), str):
            heard.end = "refused"


def _read_whole(body: Mapping[str, Any], heard: Heard) -> None:
    """Take in a completion that came at once."""
    usage = body.get("usage")
    if isinstance(usage, Mapping):
        heard.prompt_tokens = whole_number(usage.get("prompt_tokens"))
        heard.completion_tokens = whole_number(usage.get("completion_tokens"))
    choices = body.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, Mapping) else None
    if not (isinstance(choice, Mapping) and isinstance(message, Mapping)):
        raise ValueError("the answer is JSON, but no chat completion; is the URL that of an API?")
    heard.parts.extend(texts(message.get("content")))
    finish = choice.get("finish_reason")
    heard.end = "refused" if message.get("refusal") else _ENDS.get(str(finish), "whole")  # type: ignore[assignment]  # values of the table
