"""Large, deep, broken, slow and cut requests: a 4xx or a clean close within limits, and the next one works."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress

import pytest
from serving import Running, read_all, read_answer, stubbed

HEAD = b"POST /v1/compact HTTP/1.1\r\nhost: localhost\r\n"


@pytest.fixture(autouse=True)
def _the_next_request_works(stub: Running) -> Iterator[None]:
    yield
    health = stub.until(lambda health: health["queue"]["held_bytes"] == 0 and health["workers_ready"] == 1)
    assert health["queue"]["waiting"] == 0
    assert stub.ask("/v1/compact", {"model": "m"}).status == 200


BROKEN = {
    "empty": (b"", "invalid_json"),
    "cut": (b'{"messages": [', "invalid_json"),
    "not UTF-8": (b'{"input": "\xff\xfe"}', "invalid_json"),
    "UTF-16": ('{"input": "a"}'.encode("utf-16"), "invalid_json"),
    "a list": (b"[1, 2]", "invalid_json"),
    "a text": (b'"messages"', "invalid_json"),
    "not a number": (b'{"keep": NaN}', "invalid_json"),
    "infinite": (b'{"keep": -Infinity}', "invalid_json"),
    "beyond floats": (b'{"keep": 1e999}', "invalid_json"),
    "too many digits": (b'{"keep": ' + b"9" * 10_000 + b"}", "invalid_json"),
    "control character": (b'{"input": "a\nb"}', "invalid_json"),
    "deep lists": (b'{"input": ' + b"[" * 101, "json_too_deep"),
    "very deep lists": (b"[" * 900_000, "json_too_deep"),
    "very deep objects": (b'{"a":' * 180_000, "json_too_deep"),
    "deep after quotes": (
        b'{"a\\"[\\\\": "{[\\\\\\"",' + b'"b":' + b"[" * 300 + b"]" * 300 + b"}",
        "json_too_deep",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_read_is_refused(stub: Running, name: str) -> None:
    body, code = BROKEN[name]
    got = stub.ask("/v1/compact", body)
    assert (got.status, got.json()["error"]["code"]) == (400, code)


def test_what_only_looks_odd_is_read(stub: Running) -> None:
    odd = b'\xef\xbb\xbf {"do": "echo", "do": "echo", "text": "' + b"[{" * 5_000 + b'"}\r\n'
    assert stub.ask("/v1/compact", odd).json()["given"] == {"do": "echo", "text": "[{" * 5_000}
    nested = b'{"a": ' + b"[" * 99 + b"]" * 99 + b"}"
    assert stub.ask("/v1/compact", nested).status == 200


def test_a_body_of_too_many_values_is_refused_before_it_is_parsed(stub: Running) -> None:
    got = stub.ask("/v1/compact", b'{"a": [' + b"[]," * 40_000 + b"0]}")
    assert (got.status, got.json()["error"]["code"]) == (413, "request_too_large")


def test_too_many_messages(stub: Running) -> None:
    message = {"role": "user", "content": "a"}
    assert stub.ask("/v1/chat/completions", {"messages": [message] * 10}).status == 200
    got = stub.ask("/v1/chat/completions", {"messages": [message] * 11})
    assert (got.status, got.json()["error"]["param"]) == (413, "messages")
    assert "11 entries" in got.json()["error"]["message"]


def test_a_body_that_says_it_is_too_large_is_refused_unread(stub: Running) -> None:
    with stub.wire(HEAD + b"content-length: 50000000\r\n\r\n" + b"x" * 1000) as line:
        answer = read_answer(line)
        assert b"413" in answer.split(b"\r\n")[0]
        assert b"1,000,000 is the limit" in answer
        assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"]["limit_bytes"] == 1_000_000
        began = time.monotonic()
        assert read_all(line) == b""  # and then the connection ends
        assert time.monotonic() - began < 5


def test_a_client_that_sends_on_sees_the_answer(stub: Running) -> None:
    got = stub.ask("/v1/compact", b" " * 5_000_000)
    assert got.status == 413


def test_a_body_in_chunks_is_refused_when_it_turns_out_too_large(stub: Running) -> None:
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    with (
        stub.wire(HEAD + b"transfer-encoding: chunked\r\n\r\n") as line,
        pytest.raises(OSError, match=r"reset|pipe|abort"),
    ):
        for _ in range(4_000):
            line.sendall(chunk)
            time.sleep(0.001)
    with stub.wire(HEAD + b"transfer-encoding: chunked\r\n\r\n" + chunk * 17) as line:
        assert b"413" in read_answer(line).split(b"\r\n")[0]


def flood(stub: Running, head: bytes, chunks: bytes, seconds: float = 4.0) -> tuple[bytes, float]:
    """What is answered to ever more chunks, and the longest that /healthz took meanwhile."""
    slowest = 0.0
    with stub.wire(head + b"transfer-encoding: chunked\r\n\r\n") as line, ThreadPoolExecutor(1) as threads:

        def send() -> None:
            deadline = time.monotonic() + seconds
            with suppress(OSError):
                while time.monotonic() < deadline:
                    line.sendall(chunks)

        sending = threads.submit(send)
        answer = read_answer(line)
        while not sending.done():
            began = time.monotonic()
            stub.health()
            slowest = max(slowest, time.monotonic() - began)
            time.sleep(0.02)
    return answer, slowest


@pytest.mark.parametrize("path", ["/v1/compact", "/v1/messages", "/no/such/path"])
def test_a_flood_of_tiny_chunks_is_refused_and_holds_up_nobody(stub: Running, path: str) -> None:
    head = b"POST %s HTTP/1.1\r\nhost: localhost\r\n" % path.encode()
    answer, slowest = flood(stub, head, b"1\r\n \r\n" * 20_000)
    assert slowest < 0.5
    status, body = answer.split(b"\r\n")[0], json.loads(answer.partition(b"\r\n\r\n")[2])
    if path == "/no/such/path":  # answered before the body is looked at
        assert b" 404 " in status
        return
    assert b" 400 " in status
    assert "10,000 chunks" in body["error"]["message"]
    assert (body.get("type") == "error") is (path == "/v1/messages")
    if path == "/v1/compact":
        assert body["error"]["code"] == "chunks_too_small"


def test_small_chunks_and_many_are_read(stub: Running) -> None:
    text = b'{"do": "echo", "text": "' + b"y" * 700_000 + b'"}'
    for size in (70, 64 + 1000):
        parts = [text[at : at + size] for at in range(0, len(text), size)]
        body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
        with stub.wire(HEAD + b"transfer-encoding: chunked\r\n\r\n" + body) as line:
            answer = read_answer(line)
            assert b" 200 " in answer.split(b"\r\n")[0]
            assert len(json.loads(answer.partition(b"\r\n\r\n")[2])["given"]["text"]) == 700_000
    few = b"".join(b"1\r\n%c\r\n" % byte for byte in b'{"do": "echo"}' + b" " * 9_000) + b"0\r\n\r\n"
    with stub.wire() as line:
        for _ in range(2):  # and the connection goes on
            line.sendall(HEAD + b"transfer-encoding: chunked\r\n\r\n" + few)
            assert b" 200 " in read_answer(line).split(b"\r\n")[0]


def test_a_request_with_two_lengths_is_refused(stub: Running) -> None:
    both = b"transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n"
    with stub.wire(
        HEAD + both + b"2\r\n{}\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n"
    ) as line:
        answer = read_all(line)  # and the connection ends, whatever else came
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.1") == 1
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"]["code"] == "two_lengths"


def test_a_body_that_waits_to_be_asked_for_is_not(stub: Running) -> None:
    with stub.wire(HEAD + b"expect: 100-continue\r\ncontent-length: 50000000\r\n\r\n") as line:
        assert b"413" in read_answer(line).split(b"\r\n")[0]


def test_a_compressed_body_is_refused(stub: Running) -> None:
    assert stub.ask("/v1/compact", b"\x1f\x8b", headers={"content-encoding": "gzip"}).status == 415


def test_a_slow_body_is_given_up(stub: Running) -> None:
    with stub.wire(HEAD + b"content-length: 1000\r\n\r\n{") as line:
        began = time.monotonic()
        answer = read_answer(line)
        assert b"408" in answer.split(b"\r\n")[0]
        assert 1 < time.monotonic() - began < 5
        with pytest.raises(OSError, match=r"reset|pipe|abort"):
            for _ in range(200):
                line.sendall(b"x")
                time.sleep(0.05)
    assert b"408" in answer


@pytest.mark.parametrize("sent", [b"", b"POST /v1/comp", HEAD + b"x-slow: 1"])
def test_a_slow_head_is_cut_off(stub: Running, sent: bytes) -> None:
    with stub.wire(sent) as line:
        began = time.monotonic()
        assert read_all(line) == b""
        assert 1 < time.monotonic() - began < 5


def test_a_head_that_drips_is_cut_off_too(stub: Running) -> None:
    with stub.wire(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n") as line:
        assert b"200" in line.recv(1 << 16)  # the second request of a connection has the same clock
        with pytest.raises(OSError, match=r"reset|pipe|abort"):
            for byte in HEAD * 10:
                line.sendall(bytes([byte]))
                time.sleep(0.05)


def test_an_endless_head_is_refused(stub: Running) -> None:
    with stub.wire(HEAD) as line:
        answer = b""
        with pytest.raises(OSError, match=r"reset|pipe|abort"):
            for number in range(5_000):
                line.sendall(b"x-%d: %s\r\n" % (number, b"y" * 1000))
                if not answer and number > 200:
                    answer = line.recv(1 << 16)
    with stub.wire(b"\x16\x03\x01 hello\r\n\r\n") as line:
        assert read_all(line).startswith(b"HTTP/1.1 400")


def test_a_client_that_does_not_read_is_cut_off(stub: Running) -> None:
    body = json.dumps({"do": "fill", "chars": 30_000_000}).encode()
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.connect(("127.0.0.1", stub.port))
        line.sendall(HEAD + b"content-length: %d\r\n\r\n" % len(body) + body)
        line.settimeout(20)
        assert line.recv(1).startswith(b"H")
        time.sleep(3.5)
        assert len(read_all(line)) < 30_000_000


def test_cut_connections_leave_nothing_behind(stub: Running) -> None:
    for sent in (
        HEAD,
        HEAD + b"content-length: 100\r\n\r\n{",
        HEAD + b"transfer-encoding: chunked\r\n\r\n5\r\n{",
    ):
        for _ in range(5):
            with stub.wire(sent):
                pass
    with stub.wire(HEAD + b"transfer-encoding: chunked\r\n\r\nzz\r\n") as line:
        read_all(line)


def test_a_client_that_leaves_while_it_waits_is_not_worked_for(stub: Running) -> None:
    slow = json.dumps({"do": "sleep", "seconds": 1.5}).encode()
    request = HEAD + b"content-length: %d\r\n\r\n" % len(slow) + slow
    before = len(stub.requests("/v1/compact"))
    with stub.wire(request):
        stub.until(lambda health: health["queue"]["running"] == 1)
        with stub.wire(request), stub.wire(request):
            stub.until(lambda health: health["queue"]["waiting"] == 2)
        began = time.monotonic()
        stub.until(lambda health: health["queue"]["waiting"] == 0)
        assert time.monotonic() - began < 1
    statuses = [line["status"] for line in stub.logged("/v1/compact", before + 3)[before:]]
    assert statuses == [499, 499, 499]
    stub.until(lambda health: health["queue"]["running"] == 0)


def test_a_full_queue_is_told(stub: Running) -> None:
    with ThreadPoolExecutor(8) as threads:
        slow = [threads.submit(stub.ask, "/v1/compact", {"do": "sleep", "seconds": 0.7})]
        stub.until(lambda health: health["queue"]["running"] == 1)
        for waiting in (1, 2, 3):
            slow.append(threads.submit(stub.ask, "/v1/compact", {"do": "sleep", "seconds": 0.1}))
            stub.until(lambda health, waiting=waiting: health["queue"]["waiting"] == waiting)
        full = stub.ask("/v1/compact", {})
        assert [done.result().status for done in slow] == [200] * 4
    assert (full.status, full.json()["error"]["code"]) == (429, "queue_full")
    assert 1 <= int(full.headers["retry-after"]) <= 60


def test_bodies_in_memory_are_bounded(stub: Running) -> None:
    large = json.dumps({"do": "sleep", "seconds": 1, "text": "x" * 900_000}).encode()
    with ThreadPoolExecutor(8) as threads:
        slow = [threads.submit(stub.ask, "/v1/compact", large) for _ in range(2)]
        stub.until(lambda health: health["queue"]["held_bytes"] == 2 * len(large))
        full = stub.ask("/v1/compact", b" " * 300_000)
        assert [done.result().status for done in slow] == [200] * 2
    assert (full.status, full.json()["error"]["code"], full.headers["retry-after"]) == (
        429,
        "server_busy",
        "5",
    )


def test_the_loop_answers_while_workers_are_busy(stub: Running) -> None:
    with ThreadPoolExecutor(2) as threads:
        slow = threads.submit(stub.ask, "/v1/compact", {"do": "sleep", "seconds": 1})
        stub.until(lambda health: health["queue"]["running"] == 1)
        began = time.monotonic()
        for _ in range(5):
            stub.health()
        assert time.monotonic() - began < 0.8
        assert slow.result().status == 200


def test_a_small_rest_that_is_not_read_is_given_up() -> None:
    with stubbed(write_seconds=1, shutdown_seconds=25) as server, ExitStack() as lines:

        def ask(chars: int) -> socket.socket:
            body = json.dumps({"do": "fill", "chars": chars}).encode()
            line = lines.enter_context(socket.socket())
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.settimeout(20)
            line.connect(("127.0.0.1", server.port))
            line.sendall(HEAD + b"content-length: %d\r\n\r\n" % len(body) + body)
            assert line.recv(1) == b"H"
            return line

        first = ask(30_000_000)
        time.sleep(2)
        taken = len(read_all(first))  # what the system takes when nobody reads, about
        for rest in range(-128, 385, 32):
            ask(taken + rest * 1024)
        time.sleep(2)
        began = time.monotonic()
        server.terminate()
        assert server.ended() == 0
        assert time.monotonic() - began < 8


def test_a_small_rest_does_not_hold_up_the_end() -> None:
    with stubbed(write_seconds=60, shutdown_seconds=1) as server, socket.socket() as line:
        body = json.dumps({"do": "fill", "chars": 30_000_000}).encode()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(20)
        line.connect(("127.0.0.1", server.port))
        line.sendall(HEAD + b"content-length: %d\r\n\r\n" % len(body) + body)
        assert line.recv(1) == b"H"
        began = time.monotonic()
        server.terminate()
        assert server.ended() == 0
        assert time.monotonic() - began < 8


OWN = ("http://localhost:3000", "HTTP://LocalHost", "https://127.0.0.1", "http://[::1]:80")
FOREIGN = (
    "null",
    "",
    "https://pumps.example",
    "HTTPS://pumps.example",
    "file://",
    "chrome-extension://abcdefgh",
    "ftp://localhost",
    "localhost",
    "http://localhost@pumps.example",
    "http://",
    "http://[",
)


@pytest.mark.parametrize("origin", OWN + FOREIGN)
def test_pages_of_other_sites_are_refused(stub: Running, origin: str) -> None:
    got = stub.ask("/v1/compact", b"{}", headers={"origin": origin})
    assert got.status == (200 if origin in OWN else 403), got.body
    assert origin in OWN or got.json()["error"]["code"] == "origin_not_allowed"


def test_a_page_is_known_by_more_than_its_origin(stub: Running) -> None:
    for site, status in (("cross-site", 403), ("Cross-Site", 403), ("same-origin", 200), ("none", 200)):
        assert stub.ask("/v1/models", headers={"sec-fetch-site": site}).status == status
    two = b"origin: http://pumps.example\r\norigin: http://localhost\r\n"
    with stub.wire(b"GET /v1/models HTTP/1.1\r\nhost: localhost\r\n" + two + b"\r\n") as line:
        assert b" 403 " in read_answer(line).split(b"\r\n")[0]


def test_health_can_be_asked_for_without_its_body(stub: Running) -> None:
    got = stub.ask("/healthz", method="HEAD")
    assert (got.status, got.body) == (200, b"")
    assert int(got.headers["content-length"]) > 10
