"""The real SDKs of OpenAI and Anthropic against a live server: key and URL are all that differs."""

from __future__ import annotations

from collections.abc import Iterator

import anthropic
import httpx
import openai
import pytest
from serving import Running, UpstreamServer, command

LOG = "".join(
    f"12:{n // 60 % 60:02}:{n % 60:02} INFO pump_{n % 7} pressure {300 + n * 7919 % 97} steady\n"
    for n in range(600)
).replace("12:04:59 INFO pump_5", "12:04:59 ERROR valve_9 is stuck, pump_5")
ASKED = [{"role": "user", "content": LOG}]


@pytest.fixture
def openai_client(live: Running) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{live.url}/v1", api_key="any", max_retries=0) as client:
        yield client


@pytest.fixture
def anthropic_client(live: Running) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(base_url=live.url, api_key="any", max_retries=0) as client:
        yield client


def check(text: str) -> None:
    assert "ERROR valve_9 is stuck" in text
    assert len(LOG) * 0.35 < len(text) < len(LOG) * 0.55


def test_chat_completions(openai_client: openai.OpenAI) -> None:
    raw = openai_client.chat.completions.with_raw_response.create(model="morph-compact", messages=ASKED)
    completion = raw.parse()
    check(completion.choices[0].message.content)
    assert completion.choices[0].finish_reason == "stop"
    assert raw.headers["x-limbeck-tokens-before"] == str(completion.usage.prompt_tokens)
    assert raw.headers["x-limbeck-tokens-after"] == str(completion.usage.completion_tokens)


def test_chat_completions_streamed(openai_client: openai.OpenAI) -> None:
    stream = openai_client.chat.completions.create(
        model="morph-compact", messages=ASKED, stream=True, stream_options={"include_usage": True}
    )
    with stream:
        chunks = list(stream)
    check("".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices))
    assert chunks[-1].usage.completion_tokens < chunks[-1].usage.prompt_tokens


def test_options_in_the_extra_body(openai_client: openai.OpenAI) -> None:
    asked = {"model": "limbeck-compact", "messages": ASKED}
    half = openai_client.chat.completions.create(**asked)
    less = openai_client.chat.completions.create(**asked, extra_body={"keep": 0.2})
    assert less.usage.completion_tokens < 0.5 * half.usage.completion_tokens


def test_responses(openai_client: openai.OpenAI) -> None:
    response = openai_client.responses.create(model="morph-compact", input=LOG)
    check(response.output_text)
    gathered = ""
    with openai_client.responses.stream(model="morph-compact", input=LOG) as stream:
        for event in stream:
            if event.type == "response.output_text.delta":
                gathered += event.delta
        final = stream.get_final_response()
    assert gathered == final.output_text == response.output_text


def test_errors_arrive_as_the_sdks_own(
    openai_client: openai.OpenAI, anthropic_client: anthropic.Anthropic
) -> None:
    with pytest.raises(openai.NotFoundError) as missing:
        openai_client.chat.completions.create(
            model="gpt-large", messages=[{"role": "user", "content": "Hello"}]
        )
    assert missing.value.code == "model_not_found"
    with pytest.raises(openai.BadRequestError):
        openai_client.chat.completions.create(model="limbeck-compact", messages=ASKED, n=2)
    with pytest.raises(anthropic.NotFoundError):
        anthropic_client.messages.create(
            model="opus", max_tokens=9, messages=[{"role": "user", "content": "Hello"}]
        )


def test_models(openai_client: openai.OpenAI, anthropic_client: anthropic.Anthropic) -> None:
    names = ["limbeck-compact", "morph-compact", "morph-compactor"]
    assert [model.id for model in openai_client.models.list()] == names
    assert [model.id for model in anthropic_client.models.list()] == names
    assert openai_client.models.retrieve("morph-compact").owned_by == "limbeck"


def test_anthropic_messages(anthropic_client: anthropic.Anthropic) -> None:
    message = anthropic_client.messages.create(model="limbeck-compact", max_tokens=20_000, messages=ASKED)
    check(message.content[0].text)
    assert message.usage.output_tokens < message.usage.input_tokens
    with anthropic_client.messages.stream(
        model="limbeck-compact", max_tokens=20_000, messages=ASKED
    ) as stream:
        assert "".join(stream.text_stream) == message.content[0].text
        assert stream.get_final_message().usage == message.usage


def test_plain_http(live: Running) -> None:
    answer = httpx.post(f"{live.url}/v1/compact", json={"input": LOG}, trust_env=False, timeout=60).json()
    check(answer["output"])


def test_other_models_through_the_sdk_go_up(provider: UpstreamServer) -> None:
    with (
        command("--upstream", provider.base, "--workers", "1") as server,
        openai.OpenAI(base_url=f"{server.url}/v1", api_key="theirs", max_retries=0) as client,
    ):
        client.chat.completions.create(model="gpt-large", messages=ASKED)
        assert provider.seen[-1].all("authorization") == ["Bearer theirs"]
        check(
            client.chat.completions.create(model="morph-compact", messages=ASKED).choices[0].message.content
        )
        assert "big-model" in [model.id for model in client.models.list()]
