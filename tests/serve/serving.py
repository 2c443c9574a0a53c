"""A server as its users run it: a process of its own on a free port, spoken to over real sockets."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import limbeck

SOURCES = Path(limbeck.__file__).parents[1]
HERE = Path(__file__).parent

_FROM_SETTINGS = """
import json, sys
from limbeck.serve.run import serve
from limbeck.serve.settings import Limits, Settings
from limbeck.serve.keys import Key, hash_key
given = json.loads(sys.argv[1])
limits = Limits(**given.pop("limits", {}))
keys = tuple(Key(name, hash_key(key.encode())) for name, key in given.pop("keys", {}).items())
if __name__ == "__main__":
    serve(Settings(limits=limits, keys=keys, port=0, **given))
"""


def environment(**more: str) -> dict[str, str]:
    proxies = ("http_proxy", "https_proxy", "all_proxy")
    kept = {name: value for name, value in os.environ.items() if name.lower() not in proxies}
    path = os.pathsep.join((str(SOURCES), str(HERE)))
    return kept | {"PYTHONPATH": path, "PYTHONWARNINGS": "error", "NO_COLOR": "1"} | more


@dataclass
class Reply:
    """An HTTP answer, read to its end."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Running:
    """A server that runs, and how to speak to it."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.lines: list[dict[str, Any]] = []
        self.noise: list[str] = []
        self._listening = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if not self._listening.wait(120) or not self.lines:
            process.kill()
            self.ended()
            raise RuntimeError("the server did not come up:\n" + "\n".join(self.noise))
        self.url: str = next(line["url"] for line in self.lines if line.get("event") == "listening")
        self.port = int(self.url.rpartition(":")[2])

    def _read(self) -> None:
        stream = self.process.stderr
        assert stream is not None
        for raw in stream:
            line = raw.decode("utf-8", "replace").rstrip("\n")
            try:
                self.lines.append(json.loads(line))
            except ValueError:
                self.noise.append(line)
            if '"listening"' in line:
                self._listening.set()
        self._listening.set()

    def ask(
        self,
        path: str,
        body: bytes | Mapping[str, Any] | None = None,
        method: str = "",
        headers: Mapping[str, str] | None = None,
        timeout: float = 60,
    ) -> Reply:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            data = json.dumps(body).encode() if isinstance(body, Mapping) else body
            fields = {"content-type": "application/json"} if data is not None else {}
            fields |= {name.lower(): value for name, value in (headers or {}).items()}
            connection.request(method or ("GET" if body is None else "POST"), path, data, fields)
            got = connection.getresponse()
            return Reply(got.status, {k.lower(): v for k, v in got.getheaders()}, got.read())
        finally:
            connection.close()

    @contextmanager
    def wire(self, sent: bytes = b"", timeout: float = 30) -> Iterator[socket.socket]:
        """A bare connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout) as line:
            line.sendall(sent)
            yield line

    def health(self) -> dict[str, Any]:
        got: dict[str, Any] = self.ask("/healthz").json()
        return got

    def until(self, true: Callable[[dict[str, Any]], bool], seconds: float = 20) -> dict[str, Any]:
        """The first health of which this is true."""
        deadline = time.monotonic() + seconds
        while True:
            health = self.health()
            if true(health):
                return health
            assert time.monotonic() < deadline, health
            time.sleep(0.02)

    def requests(self, route: str) -> list[dict[str, Any]]:
        """The log's lines about a route, so far."""
        return [line for line in list(self.lines) if line.get("route") == route]

    def logged(self, route: str, count: int = 1, status: int = 0) -> list[dict[str, Any]]:
        """The log's lines about a route, of a status, once there are so many."""
        deadline = time.monotonic() + 10
        while len(found := [a for a in self.requests(route) if status in (0, a["status"])]) < count:
            assert time.monotonic() < deadline, self.lines[-5:]
            time.sleep(0.02)
        return found

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def ended(self, seconds: float = 60) -> int:
        """The exit code."""
        code = self.process.wait(seconds)
        self._reader.join(10)
        if self.process.stderr is not None:
            self.process.stderr.close()
        return code


@contextmanager
def _running(args: list[str], env: Mapping[str, str]) -> Iterator[Running]:
    process = subprocess.Popen(
        [sys.executable, *args], stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, env=environment(**env)
    )
    server = Running(process)
    try:
        yield server
    finally:
        if process.poll() is None:
            server.terminate()
            try:
                server.ended(20)
            except subprocess.TimeoutExpired:
                process.kill()
                server.ended()


def command(*args: str, **env: str) -> Any:
    """`limbeck serve --port 0 ...`, to be used in a `with`."""
    return _running(["-m", "limbeck", "serve", "--port", "0", *args], env)


def stubbed(**settings: Any) -> Any:
    """A server of one worker with the contracts of `stub_contracts`, to be used in a `with`."""
    given = {"contracts": "stub_contracts", "workers": 1} | settings
    return _running(["-c", _FROM_SETTINGS, json.dumps(given)], {})


def read_all(line: socket.socket) -> bytes:
    """What comes until the other side closes."""
    gathered = b""
    while True:
        try:
            part = line.recv(1 << 16)
        except ConnectionResetError:
            return gathered
        if not part:
            return gathered
        gathered += part


def read_answer(line: socket.socket) -> bytes:
    """One answer with a content-length."""
    gathered = b""
    while True:
        head, ended, body = gathered.partition(b"\r\n\r\n")
        if ended and len(body) >= int(head.lower().partition(b"content-length:")[2].split()[0]):
            return gathered
        part = line.recv(1 << 16)
        assert part, gathered
        gathered += part


@dataclass
class Seen:
    """A request as an upstream saw it."""

    method: str
    path: str
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name]


class UpstreamServer(ThreadingHTTPServer):
    """A small provider: records what it is asked; the last part of the path says what it answers."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.seen: list[Seen] = []
        self.gate = threading.Event()
        self.left = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # a client that left; what the tests want to know they ask for

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: UpstreamServer

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.seen.append(Seen(self.command, self.path, self.headers.items(), body))
        wish = dict(self.headers.items()).get("x-wish", "")
        if wish == "stream":
            self._stream()
        elif wish == "cut":
            self._chunked()
            self._chunk(b"data: begun\n\n")
            self.close_connection = True
        elif wish == "hang":
            self.server.gate.wait(20)
            self._json(200, b"{}")
        elif wish == "bare":
            self._json(
                429,
                b'{"error": "theirs"}',
                [("retry-after", "7"), ("set-cookie", "a=b; Path=/"), ("x-own", "1")],
            )
        elif self.path.endswith("/models"):
            self._json(
                200, b'{"object":"list","data":[{"id":"big-model","object":"model"},{"id":"morph-compact"}]}'
            )
        else:
            self._json(200, b'{"theirs":  true}')

    def _json(self, status: int, body: bytes, more: list[tuple[str, str]] | None = None) -> None:
        self.send_response(status)
        for name, value in [
            ("content-type", "application/json"),
            ("content-length", str(len(body))),
            *(more or []),
        ]:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _chunked(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def _stream(self) -> None:
        self._chunked()
        self._chunk(b"data: first\n\n")
        self.server.gate.wait(20)  # the next part comes when the reader has the first
        try:
            for _ in range(200):
                self._chunk(b"data: more\n\n")
                time.sleep(0.001)
            self._chunk(b"")
        except OSError:
            self.server.left.set()

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _answer  # noqa: N815  names the library asks for

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def upstream_server() -> Iterator[UpstreamServer]:
    """A provider that runs in a thread."""
    server = UpstreamServer()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.gate.set()
        server.shutdown()
        thread.join()
        server.server_close()
