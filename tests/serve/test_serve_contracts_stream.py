"""The events of each API, read by its own official client from a real socket."""

from __future__ import annotations

import json
import threading
import unicodedata
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise

import pytest
from anthropic import Anthropic
from contract_bodies import LOG, answer, user
from hypothesis import given
from hypothesis import strategies as st
from openai import OpenAI

from limbeck.serve.contracts.stream import deltas

ROUTES = {"/v1/chat/completions": "chat", "/v1/responses": "responses", "/v1/messages": "messages"}
ODD = "e\u0301\u2028 line\x85 \U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1e9\U0001f1ea \U0001f44d\U0001f3fd\r\n"


class Handler(BaseHTTPRequestHandler):
    """Gives what the contract of the route answers, as it is."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        found = answer(ROUTES[self.path], body)
        sent = json.dumps(found.body).encode() if found.events is None else b"".join(found.events)
        self.send_response(200)
        self.send_header("Content-Type", "application/json" if found.events is None else "text/event-stream")
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def openai(url: str) -> Iterator[OpenAI]:
    with OpenAI(
        api_key="any", base_url=f"{url}/v1", max_retries=0, _strict_response_validation=True
    ) as client:
        yield client


@pytest.fixture
def anthropic(url: str) -> Iterator[Anthropic]:
    with Anthropic(api_key="any", base_url=url, max_retries=0, _strict_response_validation=True) as client:
        yield client


def expected(text: str) -> str:
    said: str = answer("chat", {"model": "morph-compact", "messages": [user(text)]}).body["choices"][0][
        "message"
    ]["content"]
    return said


TEXTS = [LOG, "", ODD * 900]


@pytest.mark.parametrize("text", TEXTS, ids=["log", "empty", "odd"])
def test_chat_chunks(openai: OpenAI, text: str) -> None:
    stream = openai.chat.completions.create(
        model="morph-compact", messages=[{"role": "user", "content": text}], stream=True,
        stream_options={"include_usage": True},
    )  # fmt: skip
    chunks = list(stream)
    assert {chunk.id for chunk in chunks} == {chunks[0].id}
    assert chunks[0].choices[0].delta.role == "assistant"
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == expected(text)
    assert [c.choices[0].finish_reason for c in chunks[:-1]] == [None] * (len(chunks) - 2) + ["stop"]
    assert chunks[-1].choices == []
    assert chunks[-1].usage is not None
    assert all(chunk.usage is None for chunk in chunks[:-1])
    whole = openai.chat.completions.create(
        model="morph-compact", messages=[{"role": "user", "content": text}]
    )
    assert whole.usage == chunks[-1].usage
    assert whole.choices[0].message.content == expected(text)


def test_chat_chunks_without_usage(openai: OpenAI) -> None:
    chunks = list(
        openai.chat.completions.create(
            model="morph-compact", messages=[{"role": "user", "content": LOG}], stream=True
        )
    )
    assert len(chunks) > 3
    assert all(len(chunk.choices) == 1 and chunk.usage is None for chunk in chunks)


def test_chat_stream_of_the_client(openai: OpenAI) -> None:
    with openai.chat.completions.stream(
        model="morph-compact", messages=[{"role": "user", "content": LOG}]
    ) as stream:
        completion = stream.get_final_completion()
    assert completion.choices[0].message.content == expected(LOG)
    assert completion.choices[0].finish_reason == "stop"


@pytest.mark.parametrize("text", TEXTS, ids=["log", "empty", "odd"])
def test_response_events(openai: OpenAI, text: str) -> None:
    events = list(openai.responses.create(model="morph-compact", input=text, stream=True))
    kinds = list(dict.fromkeys(event.type for event in events))
    assert kinds == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        *(["response.output_text.delta"] if text else []),
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert "".join(event.delta for event in events if event.type == "response.output_text.delta") == expected(
        text
    )
    last = events[-1]
    assert last.type == "response.completed"
    assert last.response.output_text == expected(text)
    assert last.response.usage is not None
    assert (
        last.response.usage.total_tokens
        == last.response.usage.input_tokens + last.response.usage.output_tokens
    )
    with openai.responses.stream(model="morph-compact", input=text) as stream:
        assert stream.get_final_response().output_text == expected(text)
    assert openai.responses.create(model="morph-compact", input=text).output_text == expected(text)


@pytest.mark.parametrize("text", TEXTS, ids=["log", "empty", "odd"])
def test_message_events(anthropic: Anthropic, text: str) -> None:
    said = {"model": "morph-compact", "max_tokens": 20_000, "messages": [{"role": "user", "content": text}]}
    with anthropic.messages.stream(**said) as stream:
        assert "".join(stream.text_stream) == expected(text)
        final = stream.get_final_message()
    whole = anthropic.messages.create(**said)
    assert final.content[0].type == whole.content[0].type == "text"
    assert final.content[0].text == whole.content[0].text == expected(text)
    assert final.usage == whole.usage
    assert final.stop_reason == whole.stop_reason == "end_turn"
    kinds = list(dict.fromkeys(event.type for event in anthropic.messages.create(**said, stream=True)))
    assert kinds[0] == "message_start"
    assert kinds[-2:] == ["message_delta", "message_stop"]


@given(
    st.text(alphabet="a\u0301\u200d\U0001f44d\U0001f3fd\U0001f1e9\r\n\u0915\u093f", max_size=120),
    st.integers(1, 40),
)
def test_deltas_join_to_the_text(text: str, size: int) -> None:
    parts = list(deltas(text, size))
    assert "".join(parts) == text
    assert all(0 < len(part) <= size for part in parts)


def test_deltas_are_cut_between_characters() -> None:
    parts = list(deltas(ODD * 400, 100))
    assert len(parts) > 40
    for before, after in pairwise(parts):
        assert before[-1] not in "\u200d\r"
        assert after[0] not in "\u200d\n\U0001f3fd"
        assert not unicodedata.category(after[0]).startswith("M")
        assert not (before[-1] == "\U0001f1e9" and after[0] == "\U0001f1ea")


def test_frames_are_ascii_of_one_line_each() -> None:
    found = answer("responses", {"model": "morph-compact", "input": ODD * 50, "stream": True})
    assert found.events is not None
    for sent in found.events:
        assert sent.endswith(b"\n\n")
        assert len(sent.splitlines()) == 3
        assert sent.isascii()
