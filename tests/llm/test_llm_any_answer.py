"""Whatever an endpoint sends, the reply is a text or names a fault; nothing is raised, and no key comes out."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from limbeck.core.distiller import Failed, Text
from limbeck.llm import Client, Endpoint

from .conftest import KEY, PROVIDERS, answer

NAMES = (
    "choices", "delta", "content", "finish_reason", "refusal", "usage", "prompt_tokens", "completion_tokens", "index",
    "type", "message", "error", "code", "text", "stop_reason", "content_block", "input_tokens", "output_tokens",
)  # fmt: skip
WORDS = (
    "stop", "length", "content_filter", "message_start", "content_block_start", "content_block_delta", "message_delta",
    "message_stop", "error", "ping", "text_delta", "end_turn", "refusal", KEY, "\ud800", "word",
)  # fmt: skip
LEAVES = st.none() | st.booleans() | st.integers(-3, 10**20) | st.floats() | st.sampled_from(WORDS)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=12,
)
EVENTS = st.tuples(st.sampled_from(("", *WORDS[3:10])), VALUES.map(json.dumps) | st.text(max_size=20))
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "choices": st.lists(
            st.fixed_dictionaries({"message": VALUES}, optional={"finish_reason": LEAVES}), max_size=2
        )
        | VALUES,
        "content": st.lists(st.fixed_dictionaries({"text": LEAVES}), max_size=2) | VALUES,
        "usage": VALUES,
        "stop_reason": LEAVES,
        "error": VALUES,
    },
)
BODIES = (
    st.binary(max_size=200)
    | (ANSWERS | VALUES).map(lambda value: json.dumps(value).encode())
    | st.lists(EVENTS, max_size=5).map(
        lambda events: "".join(
            (f"event: {name}\n" if name else "") + f"data: {data}\n\n" for name, data in events
        ).encode("utf-8", "replace")
    )
)
HEADERS = st.sampled_from(("text/event-stream", "application/json", "text/event-stream; charset=latin-1", ""))
STATUSES = st.sampled_from((200, 200, 200, 201, 204, 304, 400, 401, 422, 429, 500))


class Says(BaseHTTPRequestHandler):
    """Answers with what the test put down."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    now: Any = (200, "", b"")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        status, kind, body = Says.now
        self.send_response(status)
        self.send_header("content-type", kind)
        if status not in (204, 304):
            self.send_header("content-length", str(len(body)))
        self.end_headers()
        if status not in (204, 304):
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Says) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_any_answer_ends_in_a_reply(provider: Any, url: str) -> None:
    endpoint = Endpoint(model="m", provider=provider, url=url, key=KEY, retries=0, deadline_seconds=20)
    with Client(endpoint) as client:

        @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
        @given(STATUSES, HEADERS, BODIES)
        def says(status: int, kind: str, body: bytes) -> None:
            Says.now = (status, kind, body)
            reply = answer(client).reply
            assert isinstance(reply, Text | Failed)
            told = reply.text if isinstance(reply, Text) else reply.detail
            assert KEY not in told
            told.encode()
            if isinstance(reply, Failed):
                assert reply.kind not in ("timeout", "absent", "budget")

        says()
