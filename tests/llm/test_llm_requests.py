"""What is sent: the right fields for each provider, what it lacks left out, and no credential but the one meant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from limbeck.core.distiller import Failed, Text
from limbeck.llm import Client

from .conftest import KEY, PROVIDERS, answer, question
from .scripted_server import Model

SCHEMA = {
    "type": "object",
    "properties": {"text": {"type": "string"}, "at": {"type": "integer", "minimum": 0}},
    "required": ["text", "at"],
    "additionalProperties": False,
}
OURS = {"openai": {"authorization": f"Bearer {KEY}"}, "anthropic": {"x-api-key": KEY}}
COMMON = {
    "anthropic-version",
    "host",
    "content-length",
    "content-type",
    "connection",
    "accept",
    "user-agent",
    "accept-encoding",
}


def body(model: Model, number: int = -1) -> dict[str, Any]:
    sent: dict[str, Any] = model.seen()[number]["body"]
    return sent


@pytest.mark.parametrize("provider", PROVIDERS)
def test_headers_are_ours_alone(
    provider: str, model: Model, open_client: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (
        "OPENAI_API_KEY",
        "OPENAI_ORG_ID",
        "OPENAI_PROJECT_ID",
        "OPENAI_ADMIN_KEY",
        "ANTHROPIC_API_KEY",
    ):
        monkeypatch.setenv(name, "sk-of-somebody-else")
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "sk-of-somebody-else")
    monkeypatch.setenv("ANTHROPIC_CUSTOM_HEADERS", "x-gateway: sk-of-somebody-else")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "x-gateway: sk-of-somebody-else")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:1")
    for key in (KEY, ""):
        assert isinstance(answer(open_client(provider, key=key)).reply, Text)
        headers = model.seen()[-1]["headers"]
        assert {name: headers[name] for name in set(headers) - COMMON} == (OURS[provider] if key else {})
        assert ("anthropic-version" in headers) == (provider == "anthropic")
        assert headers["accept-encoding"] == "identity"
        assert "somebody-else" not in str(model.seen()[-1])


@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_proxy_is_asked_about_this_machine(
    provider: str, model: Model, open_client: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert isinstance(answer(open_client(provider)).reply, Text)


def test_openai_fields(model: Model, open_client: Callable[..., Client]) -> None:
    client = open_client(temperature=0.5, extra={"chat_template_kwargs": {"enable_thinking": False}})
    answer(client, question("Hello.", max_tokens=77))
    assert body(model) == {
        "model": "scripted",
        "messages": [
            {"role": "system", "content": "You keep the log short."},
            {"role": "user", "content": "Hello."},
        ],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": 77,
        "temperature": 0.5,
        "chat_template_kwargs": {"enable_thinking": False},
    }


def test_anthropic_fields(model: Model, open_client: Callable[..., Client]) -> None:
    extra = {"thinking": {"type": "disabled"}, "output_config": {"effort": "low"}}
    client = open_client("anthropic", extra=extra)
    answer(client, question("Hello.", max_tokens=77))
    assert body(model) == {
        "model": "scripted",
        "system": "You keep the log short.",
        "messages": [{"role": "user", "content": "Hello."}],
        "stream": True,
        "max_tokens": 77,
        **extra,
    }
    answer(client, question("Hello.", schema=SCHEMA))
    assert body(model)["output_config"]["effort"] == "low"
    assert body(model)["output_config"]["format"]["type"] == "json_schema"


def test_a_schema_goes_beside_the_messages(model: Model, open_client: Callable[..., Client]) -> None:
    answer(open_client("openai"), question(schema=SCHEMA))
    sent = body(model)["response_format"]
    assert sent == {
        "type": "json_schema",
        "json_schema": {"name": "answer", "schema": SCHEMA, "strict": True},
    }
    answer(open_client("openai"), question(schema={"type": "object", "properties": {"a": {}}}))
    assert body(model)["response_format"]["json_schema"]["strict"] is False
    answer(open_client("anthropic"), question(schema=SCHEMA))
    sent = body(model)["output_config"]["format"]
    assert sent["type"] == "json_schema"
    assert sent["schema"]["required"] == ["text", "at"]


@pytest.mark.parametrize(
    ("provider", "field"), [("openai", "response_format"), ("anthropic", "output_config")]
)
def test_a_schema_that_is_not_taken_goes_into_words_from_then_on(
    provider: str, field: str, model: Model, open_client: Callable[..., Client]
) -> None:
    model.refuses(field)
    client = open_client(provider)  # no retries: this is none
    for _ in range(2):
        assert isinstance(answer(client, question(schema=SCHEMA)).reply, Text)
    first, second, third = model.seen()
    assert field in first["body"]
    for seen in (second, third):
        assert field not in seen["body"]
        said = seen["body"]["messages"][-1]["content"]
        assert "JSON schema" in said and '"additionalProperties": false' in said


@pytest.mark.parametrize(
    ("field", "instead"), [("max_tokens", "max_completion_tokens"), ("stream_options", "")]
)
def test_other_fields_that_are_not_taken(
    field: str, instead: str, model: Model, open_client: Callable[..., Client]
) -> None:
    model.refuses(field)
    client = open_client()
    for _ in range(2):
        assert isinstance(answer(client).reply, Text)
    assert [field in seen["body"] for seen in model.seen()] == [True, False, False]
    assert not instead or body(model)[instead] == 200


def test_a_refusal_that_stays_is_told(model: Model, open_client: Callable[..., Client]) -> None:
    model.refuses("max_tokens", "max_completion_tokens")
    reply = answer(open_client()).reply
    assert isinstance(reply, Failed)
    assert reply.kind == "refused" and "max_completion_tokens" in reply.detail
    assert len(model.seen()) == 2


def test_a_question_that_ends_with_the_model(model: Model, open_client: Callable[..., Client]) -> None:
    model.refuses("response_format")
    ask = question(schema=SCHEMA)
    ask = type(ask)((*ask.messages, {"role": "assistant", "content": "{"}), 200, SCHEMA)
    assert isinstance(answer(open_client(), ask).reply, Text)
    assert [m["role"] for m in body(model)["messages"]] == ["system", "user", "assistant", "user"]
