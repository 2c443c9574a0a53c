"""Requests for other models go to the operator's upstream, unchanged, and come back as they are."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from serving import Running, UpstreamServer, command, read_all, stubbed

from limbeck.serve.errors import Refusal
from limbeck.serve.keys import Key, hash_key
from limbeck.serve.settings import Settings
from limbeck.serve.upstream import Upstream

BODY = b'{ "model":"gpt-large",\n  "messages":[{"role":"user","content":"h\\u00f6r"}] , "stream":false}'


@pytest.fixture(scope="module")
def proxy(provider: UpstreamServer) -> Iterator[Running]:
    """An open server in front of the provider, whose base URL ends in /v1."""
    with stubbed(upstream=f"{provider.base}/v1", upstream_seconds=2) as server:
        yield server


def test_another_model_goes_up_byte_for_byte(proxy: Running, provider: UpstreamServer) -> None:
    headers = {
        "Authorization": "Bearer their-key",
        "X-Api-Key": "their-other-key",
        "X-Custom": "one, two",
        "User-Agent": "tests/1",
        "Accept-Encoding": "br",
        "Connection": "keep-alive, X-Hop",
        "X-Hop": "1",
        "TE": "trailers",
        "Content-Type": "application/json; charset=utf-8",
    }
    got = proxy.ask("/v1/chat/completions?a=%2Fb&c", BODY, headers=headers)
    assert (got.status, got.body) == (200, b'{"theirs":  true}')
    seen = provider.seen[-1]
    assert (seen.method, seen.path, seen.body) == ("POST", "/v1/chat/completions?a=%2Fb&c", BODY)
    names = sorted(name.lower() for name, _ in seen.headers)
    told = ["accept-encoding", "authorization", "content-length", "content-type", "host"]
    assert [name for name in names if name != "connection"] == [*told, "user-agent", "x-api-key", "x-custom"]
    assert seen.all("authorization") == ["Bearer their-key"]
    assert seen.all("x-api-key") == ["their-other-key"]
    assert seen.all("x-custom") == ["one, two"]
    assert seen.all("accept-encoding") == ["br"]
    assert seen.all("host") == [provider.base.removeprefix("http://")]


def test_ours_stay_here_and_others_go(proxy: Running, provider: UpstreamServer) -> None:
    before = len(provider.seen)
    for path in ("/v1/chat/completions", "/v1/responses", "/v1/messages"):
        assert (
            proxy.ask(path, {"model": "limbeck-compact:0.2"}).json()["given"]["model"]
            == "limbeck-compact:0.2"
        )
        assert proxy.ask(path, {"model": "limbeck-compactor-2"}).body == b'{"theirs":  true}'
        assert proxy.ask(path, {"x": {"model": "morph-compact"}}).body == b'{"theirs":  true}'
    for path in ("/v1/compact", "/v1/compress", "/v1/distill"):
        assert proxy.ask(path, {"model": "gpt-large"}).status == 200
    assert len(provider.seen) == before + 6


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/embeddings"),
        ("POST", "/v1/messages/count_tokens"),
        ("GET", "/v1/files?limit=2"),
        ("DELETE", "/v1/responses/resp_1"),
        ("GET", "/v1/chat/completions"),
        ("PUT", "/v1/a%20b/c"),
        ("HEAD", "/v1/files"),
        ("GET", "/v1/models/gpt-large"),
    ],
)
def test_other_paths_under_v1_go_up(proxy: Running, provider: UpstreamServer, method: str, path: str) -> None:
    body = b"\x1f\x8b\x00 any bytes" if method in ("POST", "PUT") else None
    got = proxy.ask(path, body, method, {"content-encoding": "gzip"} if body else {})
    assert got.status == 200
    seen = provider.seen[-1]
    assert (seen.method, seen.path, seen.body) == (method, path, body or b"")
    assert proxy.logged("upstream")[-1]["status"] == 200


def test_paths_that_climb_and_paths_outside_do_not(proxy: Running, provider: UpstreamServer) -> None:
    before = len(provider.seen)
    for path in (
        "/v1/../admin",
        "/v1/%2e%2e/admin",
        "/v1/a/%2E%2e%2fadmin",
        "/v1/a\\..\\b",
        "/admin",
        "//v1/files",
    ):
        assert proxy.ask(path).status == 404
    assert len(provider.seen) == before


def test_their_errors_and_headers_come_back_as_they_are(proxy: Running) -> None:
    got = proxy.ask("/v1/chat/completions", BODY, headers={"x-wish": "bare"})
    assert (got.status, got.body) == (429, b'{"error": "theirs"}')
    assert (got.headers["retry-after"], got.headers["set-cookie"], got.headers["x-own"]) == (
        "7",
        "a=b; Path=/",
        "1",
    )
    assert proxy.ask("/v1/chat/completions", BODY).status == 200


def test_what_one_is_given_to_remember_another_does_not_send(
    proxy: Running, provider: UpstreamServer
) -> None:
    proxy.ask("/v1/chat/completions", BODY, headers={"x-wish": "bare"})
    proxy.ask("/v1/chat/completions", BODY)
    assert provider.seen[-1].all("cookie") == []


REQUEST = (
    b"POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nx-wish: %s\r\ncontent-length: %d\r\n\r\n%s"
)


def test_a_stream_passes_as_it_comes(proxy: Running, provider: UpstreamServer) -> None:
    provider.gate.clear()
    with proxy.wire(REQUEST % (b"stream", len(BODY), BODY)) as line:
        first = b""
        while b"data: first\n\n" not in first:
            first += line.recv(1 << 16)
        assert b"more" not in first  # the provider has not sent it yet
        provider.gate.set()
        rest = b""
        while not rest.endswith(b"0\r\n\r\n"):
            rest += line.recv(1 << 16)
        assert rest.count(b"data: more\n\n") == 200
    assert b"text/event-stream" in first


def test_a_client_that_leaves_a_stream_ends_it(proxy: Running, provider: UpstreamServer) -> None:
    provider.gate.clear()
    provider.left.clear()
    before = len(proxy.requests("/v1/chat/completions"))
    with proxy.wire(REQUEST % (b"stream", len(BODY), BODY)) as line:
        while b"first" not in line.recv(1 << 16):
            pass
    proxy.logged("/v1/chat/completions", before + 1)
    provider.gate.set()
    assert provider.left.wait(10)


def test_a_stream_that_breaks_off_breaks_off(proxy: Running) -> None:
    with proxy.wire(REQUEST % (b"cut", len(BODY), BODY)) as line:
        got = read_all(line)
    assert b"data: begun" in got
    assert not got.endswith(b"0\r\n\r\n")
    assert proxy.health()["status"] == "ok"


def test_a_silent_upstream_is_given_up(proxy: Running, provider: UpstreamServer) -> None:
    provider.gate.clear()
    began = time.monotonic()
    got = proxy.ask("/v1/chat/completions", BODY, headers={"x-wish": "hang"})
    assert (got.status, got.json()["error"]["code"]) == (504, "upstream_timeout")
    assert time.monotonic() - began < 6
    anthropic = proxy.ask("/v1/messages", BODY, headers={"x-wish": "hang"})
    assert (anthropic.status, anthropic.json()["error"]["type"]) == (504, "timeout_error")
    provider.gate.set()


def test_models_of_both_are_listed_once(proxy: Running) -> None:
    ids = [model["id"] for model in proxy.ask("/v1/models").json()["data"]]
    assert ids == ["limbeck-compact", "morph-compact", "big-model"]


def test_an_upstream_that_is_not_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens here
        with stubbed(upstream=f"http://127.0.0.1:{taken.getsockname()[1]}") as server:
            got = server.ask("/v1/chat/completions", BODY)
            assert (got.status, got.json()["error"]["code"]) == (502, "upstream_unreachable")
            assert server.ask("/v1/chat/completions", {"model": "morph-compact"}).status == 200
            assert len(server.ask("/v1/models").json()["data"]) == 2
            assert server.ask("/v1/embeddings", {}).status == 502


def test_our_keys_never_leave_and_theirs_pass(provider: UpstreamServer) -> None:
    with stubbed(upstream=provider.base, keys={"laptop": "lk-ours"}) as server:

        def sent(headers: dict[str, str]) -> tuple[list[str], list[str]]:
            assert server.ask("/v1/messages", BODY, headers=headers).status == 200
            return provider.seen[-1].all("authorization"), provider.seen[-1].all("x-api-key")

        assert sent({"authorization": "Bearer lk-ours"}) == ([], [])
        assert sent({"authorization": "Bearer theirs", "x-api-key": "lk-ours"}) == (["Bearer theirs"], [])
        assert sent({"authorization": "Bearer lk-ours", "x-api-key": "theirs"}) == ([], ["theirs"])
        assert server.ask("/v1/embeddings", {}).status == 401


def test_the_operators_key_replaces_the_clients(provider: UpstreamServer) -> None:
    args = ("--upstream", provider.base, "--upstream-key-env", "PROVIDER_KEY", "--workers", "1")
    with command(*args, PROVIDER_KEY="operators") as server:

        def sent(path: str, headers: dict[str, str]) -> tuple[list[str], list[str]]:
            assert server.ask(path, BODY, headers=headers).status == 200
            return provider.seen[-1].all("authorization"), provider.seen[-1].all("x-api-key")

        bearer, header = (["Bearer operators"], []), ([], ["operators"])
        assert sent("/v1/chat/completions", {}) == bearer
        assert sent("/v1/chat/completions", {"authorization": "Bearer theirs"}) == bearer
        assert sent("/v1/messages", {}) == header
        assert sent("/v1/messages", {"x-api-key": "theirs"}) == header
        assert sent("/v1/messages", {"authorization": "Bearer theirs", "x-api-key": "theirs"}) == bearer
        assert "operators" not in str(server.lines) + str(server.noise)


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("https://host", "https://host/v1/embeddings"),
        ("https://host/", "https://host/v1/embeddings"),
        ("https://host/v1", "https://host/v1/embeddings"),
        ("https://host:8443/v1/", "https://host:8443/v1/embeddings"),
        ("https://host/api", "https://host/api/v1/embeddings"),
        ("https://host/api/v1", "https://host/api/v1/embeddings"),
        ("https://host/v1beta/openai", "https://host/v1beta/openai/embeddings"),
        ("https://host/api/v3", "https://host/api/v3/embeddings"),
    ],
)
def test_bases_with_and_without_a_version(base: str, url: str) -> None:
    upstream = Upstream(Settings(upstream=base))
    assert upstream.url(b"/v1/embeddings", b"") == url
    assert upstream.url(b"/v1/embeddings", b"a=b") == url + "?a=b"
    with pytest.raises(Refusal):
        upstream.url(b"/v1/./embeddings", b"")


def test_our_keys_do_not_leave_in_any_form() -> None:
    upstream = Upstream(Settings(upstream="https://host", keys=(Key("a", hash_key(b"lk-a")),)))
    ours = [
        (b"Authorization", b"bearer  lk-a"),
        (b"X-API-Key", b" lk-a "),
        (b"authorization", b"Basic lk-a"),
        (b"authorization", b"Bearer\tlk-a"),
        (b"authorization", b"Bearer lk-a, x"),
        (b"api-key", b"lk-a"),
        (b"cookie", b"a=1; key=lk-a"),
    ]
    theirs = [(b"authorization", b"Bearer sk-theirs"), (b"x-api-key", b"lk-ab")]
    assert upstream.request_headers([*ours, *theirs], "/v1/files") == theirs
    assert upstream.url(b"/v1/files", b"a=1&key=lk-a&b=%6Ck-a&c=2") == "https://host/v1/files?a=1&c=2"


@pytest.mark.parametrize("base", ["http://host", "http://host/v1", "http://host/api/v3"])
@pytest.mark.parametrize(
    "path",
    [
        b"%2fv1%2f@127.0.0.1:9702/x", b"%2Fv1/@evil/x", b"/%76%31/x", b"/v1%2fx", b"v1/x", b"//evil/v1/x",
        b"/v1/..;/admin", b"/v1/%252e%252e/x", b"/v1/%2e%2e;a=b/x",
    ],
)  # fmt: skip
def test_a_path_cannot_name_a_host_or_climb(base: str, path: bytes) -> None:
    upstream = Upstream(Settings(upstream=base))
    with pytest.raises(Refusal) as refused:
        upstream.url(path, b"")
    assert refused.value.refused.status == 404


def test_no_request_reaches_a_host_that_a_client_names(provider: UpstreamServer) -> None:
    with stubbed(upstream=provider.base, upstream_key="operators") as server, socket.socket() as evil:
        evil.bind(("127.0.0.1", 0))
        evil.listen()
        evil.settimeout(0.5)
        target = b"%2fv1%2f@127.0.0.1:" + str(evil.getsockname()[1]).encode() + b"/x"
        head = (
            b"GET " + target + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nx-api-key: any\r\nConnection: close\r\n\r\n"
        )
        with server.wire(head) as line:
            assert read_all(line).startswith(b"HTTP/1.1 4")
        with pytest.raises(TimeoutError):
            evil.accept()


def test_a_large_body_for_the_upstream_stops_nobody_else(proxy: Running) -> None:
    body = b'{"list": [' + b'"\\"\\\\",' * 5_000_000 + b'0], "model": "gpt-large"}'
    waits: list[float] = []
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            began = time.monotonic()
            proxy.health()
            waits.append(time.monotonic() - began)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        assert proxy.ask("/v1/chat/completions", body).json() == {"theirs": True}
    finally:
        done.set()
        watcher.join()
    assert sorted(waits)[len(waits) * 9 // 10] < 0.5


def test_bodies_that_are_no_json_are_the_upstreams_to_judge(proxy: Running, provider: UpstreamServer) -> None:
    ask: Callable[..., Any] = proxy.ask
    assert ask("/v1/chat/completions", b"{not json").body == b'{"theirs":  true}'
    assert provider.seen[-1].body == b"{not json"
    assert json.loads(ask("/v1/compact", b"{not json").body)["error"]["code"] == "invalid_json"
