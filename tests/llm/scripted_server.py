"""A model server for tests: real HTTP, OpenAI's and Anthropic's format, streaming, and it fails as it is told to.

What it writes comes from a plain function, so its figures say nothing about models. Standard library only.

In a test:

    from tests.llm.scripted_server import Model, model_server

    @pytest.fixture(scope="session")
    def model() -> Iterator[Model]:
        with model_server("path/to/writer_of_mine.py:write") as running:   # without an argument: `imperfect`
            yield running

    def test_it(model: Model) -> None:
        model.reset()                        # forget what was seen and scripted by the test before
        model.script("429:0.1", "cut", "ok") # what befalls the next requests; after the last one all is well
        model.answers("first", "second")     # exact texts for the next requests, before the writer is asked
        model.refuses("response_format")     # every request that has this field is answered 400
        ... LIMBECK_MODEL_URL=model.openai ... or model.anthropic; any key
        model.seen()                         # the requests: path, headers, body, and how many ran at once

By hand: `python tests/llm/scripted_server.py [--port 8900] [--writer FILE.py:FUNCTION]`, then
`curl -d '{"faults": ["cut"], "answers": ["x"], "refuses": ["response_format"]}' URL/script`, `URL/seen`, and
`curl -X POST URL/reset`.

A writer is `write(messages, schema, max_tokens) -> str`: messages as `{"role", "content"}` with the system message
among them, the JSON schema that was asked for or None. A token is a word here.

Faults: `ok`; `STATUS` or `STATUS:RETRY_AFTER` (`500`, `429:2`, `429:date`), `quota`, `window`, `unauthorized` (echoes
the key), `redirect:URL`, `hang`, `stall`, `closed`, `cut`, `unfinished`, `bad_json`, `deep_json`, `odd_json`, `html`,
`whole` (not a stream; `whole:F` with F one of `length`, `filtered`, `no_usage`, `think`, `error`, `busy`, `odd`,
`list`, `bad`, `huge`, `stall`, `cut`), `gzip`, `empty`, `length`, `filtered`, `event` (an error in the stream),
`overloaded_event`, `huge`, `huge_line`, `huge_error`, `endless`, `drip` (a word each 0.2 s), `slow` (0.3 s before the
head), `no_usage`, `echo_key`, `think`.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import os
import re
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Writer = Callable[[Sequence[Mapping[str, str]], Mapping[str, Any] | None, int], str]
TEN_MB = 10_000_000
LONGEST_SECONDS = 60.0  # that a hanging request is kept; a test that is well ends long before


def imperfect(
    messages: Sequence[Mapping[str, str]], schema: Mapping[str, Any] | None, max_tokens: int
) -> str:
    """Every third sentence of what the user sent, the first number one too high, with a line of its own."""
    asked = messages[-1]["content"] if messages else ""
    sentences = [s for s in re.split(r"(?<=[.!?])\s+|\n+", asked) if s.strip()][::3]
    text = re.sub(r"\d+", lambda found: str(int(found[0]) + 1), " ".join(sentences), count=1)
    text = " ".join(f"{text} All tests pass now.".split()[:max_tokens])
    return json.dumps({"text": text}) if schema is not None else text


# --- the test's side


@dataclass(frozen=True)
class Model:
    """A server that runs."""

    base: str

    @property
    def openai(self) -> str:
        return f"{self.base}/v1"

    @property
    def anthropic(self) -> str:
        return self.base

    def _post(self, path: str, body: Mapping[str, Any]) -> None:
        request = urllib.request.Request(self.base + path, json.dumps(body).encode(), method="POST")
        with _open(request):
            pass

    def reset(self) -> None:
        self._post("/reset", {})

    def script(self, *faults: str) -> None:
        self._post("/script", {"faults": faults})

    def always(self, fault: str) -> None:
        """What befalls every request for which nothing is scripted."""
        self._post("/script", {"always": fault})

    def answers(self, *texts: str) -> None:
        self._post("/script", {"answers": texts})

    def refuses(self, *fields: str) -> None:
        self._post("/script", {"refuses": fields})

    def seen(self) -> list[dict[str, Any]]:
        """Requests in the order of arrival: `path`, `headers` (lower case), `body`, `at_once`, `at`."""
        with _open(urllib.request.Request(self.base + "/seen")) as answer:
            listed: list[dict[str, Any]] = json.load(answer)
        return listed


def _open(request: urllib.request.Request) -> Any:
    return urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30)


@contextmanager
def model_server(writer: str = "") -> Iterator[Model]:
    """A server process on a free port of this machine; `writer` is `FILE.py:FUNCTION`."""
    command = [sys.executable, __file__, "--port", "0", *(["--writer", writer] if writer else [])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline().strip()
            if not line.startswith("http://"):
                raise RuntimeError(f"the model server did not come up: {line or 'it ended'}")
            yield Model(line)
        finally:
            process.kill()


# --- the server's side


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port: int, writer: Writer) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.writer = writer
        self.lock = threading.Lock()
        self.at_once = 0
        self.clear()

    def clear(self) -> None:
        self.faults: list[str] = []
        self.always = "ok"
        self.texts: list[str] = []
        self.refused: list[str] = []
        self.requests: list[dict[str, Any]] = []

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # a client that left is none


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        if self.path == "/seen":
            self._json(200, self.server.requests)
        elif self.path.endswith("/models"):
            self._json(200, {"object": "list", "data": [{"id": "scripted", "object": "model"}]})
        else:
            self._json(404, {"error": {"message": f"no such path: {self.path}"}})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))) or b"{}")
        server = self.server
        if self.path == "/reset":
            with server.lock:
                server.clear()
            return self._json(200, {})
        if self.path == "/script":
            with server.lock:
                server.faults += body.get("faults", [])
                server.texts += body.get("answers", [])
                server.refused += body.get("refuses", [])
                server.always = body.get("always", server.always)
            return self._json(200, {})
        if not self.path.endswith(("/chat/completions", "/messages")):
            return self._json(404, {"error": {"message": f"no such path: {self.path}"}})
        with server.lock:
            server.at_once += 1
            headers = {name.lower(): value for name, value in self.headers.items()}
            entry = {"path": self.path, "headers": headers, "body": body, "at": time.time()}
            server.requests.append(entry | {"at_once": server.at_once})
            fault = server.faults.pop(0) if server.faults else server.always
        try:
            self._model(body, fault)
        finally:
            with server.lock:
                server.at_once -= 1

    # what a request for a model comes to

    def _model(self, body: dict[str, Any], fault: str) -> None:
        name, _, more = fault.partition(":")
        refused = [field for field in self.server.refused if field in body]
        if refused:
            return self._error(
                400, f"Unsupported parameter: '{refused[0]}' is not supported with this model."
            )
        if name.isdigit():
            after = {"retry-after": formatdate(time.time() + 2, usegmt=True) if more == "date" else more}
            return self._error(int(name), f"scripted status {name}", after if more else {})
        if name == "quota":
            return self._error(429, "You exceeded your current quota.", code="insufficient_quota")
        if name == "window":
            told = "This model's maximum context length is 4096 tokens; prompt is too long."
            return self._error(400, told, code="context_length_exceeded")
        if name == "unauthorized":
            return self._error(401, f"Incorrect API key provided: {self._key()}.")
        if name == "redirect":
            return self._plain(307, b"", "text/plain", {"location": more})
        if name == "hang":
            return self._wait_for_leave()
        if name == "closed":
            self.close_connection = True
            return None
        if name == "html":
            return self._plain(200, b"<html>Welcome to nginx!</html>", "text/html")
        if name == "huge_error":
            return self._plain(500, b'{"error": "' + b"x" * TEN_MB + b'"}', "application/json")
        if name == "slow":
            time.sleep(0.3)
        text = self._text(body, more if name == "whole" else name)
        if name == "whole":
            return self._whole(body, text, more)
        if name == "gzip":
            squeezed = gzip.compress(b"data: {}\n\n" * 1_000_000)
            return self._plain(200, squeezed, "text/event-stream", {"content-encoding": "gzip"})
        try:
            speech = Anthropic if self.path.endswith("/messages") else OpenAI
            self._stream(speech(body, text, name), name)
        except OSError:
            self.close_connection = True  # the client left
        return None

    def _whole(self, body: dict[str, Any], text: str, fault: str) -> None:
        """The answer at once, as of an endpoint that ignores the wish for a stream."""
        if fault in ("error", "busy"):
            code = "rate_limit_exceeded" if fault == "busy" else None
            told = {"message": f"scripted {fault}", "type": "api_error", "code": code}
            return self._json(200, {"type": "error", "error": told})
        if fault in ("odd", "list", "bad"):
            said = {"odd": b'{"answer": "none"}', "list": b"[1, 2]", "bad": b'{"choices": ['}[fault]
            return self._plain(200, said, "application/json")
        speech = (Anthropic if self.path.endswith("/messages") else OpenAI)(body, text, fault)
        data = json.dumps(speech.whole()).encode()
        if fault not in ("stall", "cut"):
            return self._plain(200, data, "application/json; charset=utf-8")
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[: len(data) // 2])
        self.wfile.flush()
        self.close_connection = True
        return self._wait_for_leave() if fault == "stall" else None

    def _text(self, body: dict[str, Any], fault: str) -> str:
        if fault == "empty":
            return ""
        if fault == "echo_key":
            return f"The key you sent is {self._key()}, keep it safe."
        if fault == "huge":
            return "word " * (TEN_MB // 5)
        messages = [{"role": "system", "content": body["system"]}] if body.get("system") else []
        messages += [{"role": m["role"], "content": _flat(m["content"])} for m in body["messages"]]
        most = body.get("max_tokens") or body.get("max_completion_tokens") or 1_000_000
        with self.server.lock:
            given = self.server.texts.pop(0) if self.server.texts else None
        text = given if given is not None else self.server.writer(messages, _schema(body), most)
        return "<think>\nhow would I put it\n</think>\n\n" + text if fault == "think" else text

    def _key(self) -> str:
        return self.headers.get("x-api-key") or self.headers.get("authorization", "").removeprefix("Bearer ")

    def _stream(self, speech: OpenAI | Anthropic, fault: str) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream; charset=utf-8")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for event in speech.head():
            self._event(event)
        if fault == "huge_line":
            return self._chunks(b"data: " + b"x" * TEN_MB)
        for number, event in enumerate(speech.words()):
            self._event(event)
            if fault == "drip":
                time.sleep(0.2)
            if fault != "ok" and number == 1 and self._misbehaves(speech, fault):
                return None
        while fault == "endless":
            self._event(speech.word("more "))
        for event in speech.tail():
            self._event(event)
        return self._chunk(b"")

    def _misbehaves(self, speech: OpenAI | Anthropic, fault: str) -> bool:
        """After the second word; whether that was all."""
        if fault == "stall":
            self._wait_for_leave()
        elif fault == "cut":
            self.close_connection = True  # no last chunk
        elif fault == "unfinished":
            self._chunk(b"")
        elif fault in ("bad_json", "deep_json", "odd_json"):
            told = {"bad_json": b'{"choices": [', "deep_json": b"[" * 100_000, "odd_json": b"[1, 2]"}[fault]
            self._event(("content_block_delta", told))
            self._chunk(b"")
        elif fault in ("event", "overloaded_event"):
            self._event(speech.error(fault))
            self._chunk(b"")
        else:
            return False
        return True

    def _event(self, event: tuple[str, bytes]) -> None:
        name, data = event
        self._chunk((b"event: " + name.encode() + b"\n" if name else b"") + b"data: " + data + b"\n\n")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def _chunks(self, data: bytes) -> None:
        for start in range(0, len(data), 1 << 16):
            self._chunk(data[start : start + (1 << 16)])
        self._chunk(b"")

    def _wait_for_leave(self) -> None:
        """Until the client has closed its side."""
        self.close_connection = True
        self.connection.settimeout(LONGEST_SECONDS)
        try:
            while self.connection.recv(1):
                pass
        except OSError:
            pass

    def _error(
        self, status: int, message: str, headers: Mapping[str, str] | None = None, code: str = ""
    ) -> None:
        kind = {401: "authentication_error", 429: "rate_limit_error", 529: "overloaded_error"}.get(status)
        error = {"type": kind or "invalid_request_error", "message": message, "code": code or None}
        self._json(status, {"type": "error", "error": error}, headers)

    def _json(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        self._plain(status, json.dumps(body).encode(), "application/json", headers)

    def _plain(self, status: int, body: bytes, kind: str, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        fields = {"content-type": kind, "content-length": str(len(body)), **(headers or {})}
        for name, value in fields.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            self.close_connection = True


class OpenAI:
    """The events of a chat completion."""

    def __init__(self, body: dict[str, Any], text: str, fault: str) -> None:
        self.model, self.fault, self.pieces = body.get("model"), fault, _pieces(text, fault)
        self.asked = sum(len(_flat(m["content"]).split()) for m in body["messages"])
        self.usage = bool((body.get("stream_options") or {}).get("include_usage")) and fault != "no_usage"

    def _chunk(self, delta: Mapping[str, Any], finish: str | None = None) -> tuple[str, bytes]:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        chunk = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": self.model}
        return "", json.dumps(chunk | {"choices": [choice]}).encode()

    def head(self) -> Iterator[tuple[str, bytes]]:
        yield self._chunk({"role": "assistant", "content": ""})

    def word(self, word: str) -> tuple[str, bytes]:
        return self._chunk({"content": word})

    def words(self) -> Iterator[tuple[str, bytes]]:
        return map(self.word, self.pieces)

    def error(self, fault: str) -> tuple[str, bytes]:
        code = 503 if fault == "overloaded_event" else 500
        return "", json.dumps({"error": {"message": f"scripted {fault}", "code": code}}).encode()

    def whole(self) -> dict[str, Any]:
        end = {"length": "length", "filtered": "content_filter"}.get(self.fault, "stop")
        message = {"role": "assistant", "content": "".join(self.pieces), "refusal": None}
        body = {"id": "c1", "object": "chat.completion", "created": 1, "model": self.model}
        usage = {"prompt_tokens": self.asked, "completion_tokens": len(self.pieces)}
        more = {} if self.fault == "no_usage" else {"usage": usage}
        return body | {"choices": [{"index": 0, "message": message, "finish_reason": end}]} | more

    def tail(self) -> Iterator[tuple[str, bytes]]:
        yield self._chunk({}, {"length": "length", "filtered": "content_filter"}.get(self.fault, "stop"))
        if self.usage:
            usage = {"prompt_tokens": self.asked, "completion_tokens": len(self.pieces)}
            usage["total_tokens"] = self.asked + len(self.pieces)
            yield "", json.dumps({"id": "c1", "choices": [], "usage": usage}).encode()
        yield "", b"[DONE]"


class Anthropic:
    """The events of a message."""

    def __init__(self, body: dict[str, Any], text: str, fault: str) -> None:
        self.model, self.fault, self.pieces = body.get("model"), fault, _pieces(text, fault)
        texts = [body.get("system") or "", *(m["content"] for m in body["messages"])]
        self.asked = sum(len(_flat(text).split()) for text in texts)

    def _event(self, kind: str, **fields: Any) -> tuple[str, bytes]:
        return kind, json.dumps({"type": kind, **fields}).encode()

    def head(self) -> Iterator[tuple[str, bytes]]:
        message = {"id": "m1", "type": "message", "role": "assistant", "content": [], "model": self.model}
        if self.fault != "no_usage":
            message["usage"] = {"input_tokens": self.asked, "output_tokens": 1}
        yield self._event("message_start", message=message)
        yield self._event("content_block_start", index=0, content_block={"type": "text", "text": ""})
        yield self._event("ping")

    def word(self, word: str) -> tuple[str, bytes]:
        return self._event("content_block_delta", index=0, delta={"type": "text_delta", "text": word})

    def words(self) -> Iterator[tuple[str, bytes]]:
        return map(self.word, self.pieces)

    def error(self, fault: str) -> tuple[str, bytes]:
        kind = "overloaded_error" if fault == "overloaded_event" else "api_error"
        return self._event("error", error={"type": kind, "message": f"scripted {fault}"})

    def whole(self) -> dict[str, Any]:
        stop = {"length": "max_tokens", "filtered": "refusal"}.get(self.fault, "end_turn")
        content = [{"type": "thinking", "thinking": "how"}, {"type": "text", "text": "".join(self.pieces)}]
        usage = {"input_tokens": self.asked, "output_tokens": len(self.pieces)}
        more = {} if self.fault == "no_usage" else {"usage": usage}
        message = {"id": "m1", "type": "message", "role": "assistant", "model": self.model}
        return message | {"content": content, "stop_reason": stop} | more

    def tail(self) -> Iterator[tuple[str, bytes]]:
        yield self._event("content_block_stop", index=0)
        stop = {"length": "max_tokens", "filtered": "refusal"}.get(self.fault, "end_turn")
        usage = {} if self.fault == "no_usage" else {"usage": {"output_tokens": len(self.pieces)}}
        yield self._event("message_delta", delta={"stop_reason": stop}, **usage)
        yield self._event("message_stop")


def _pieces(text: str, fault: str) -> list[str]:
    if fault == "huge":  # few large events
        return [text[start : start + 4_000] for start in range(0, len(text), 4_000)]
    pieces = re.findall(r"\s*\S+\s*?(?=\s|$)|\s+$", text)
    if fault == "length":
        return pieces[: max(1, len(pieces) // 2)]
    return pieces or ([text] if text else [])


def _flat(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content or [])


def _schema(body: dict[str, Any]) -> Mapping[str, Any] | None:
    named = (body.get("response_format") or {}).get("json_schema") or {}
    plain = (body.get("output_config") or {}).get("format") or {}
    schema: Mapping[str, Any] | None = named.get("schema") or plain.get("schema")
    return schema


def _writer(given: str) -> Writer:
    path, _, name = given.rpartition(":")
    spec = importlib.util.spec_from_file_location("scripted_writer", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{given} is not FILE.py:FUNCTION")
    module = importlib.util.module_from_spec(spec)
    sys.modules["scripted_writer"] = module
    sys.path.insert(0, str(Path(path).resolve().parent))
    spec.loader.exec_module(module)
    writer: Writer = getattr(module, name)
    return writer


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--port", type=int, default=8900)
    parser.add_argument("--writer", default="", metavar="FILE.py:FUNCTION")
    args = parser.parse_args()
    server = Server(args.port, _writer(args.writer) if args.writer else imperfect)
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    if not sys.stdin.isatty():  # a test that dies takes its server with it

        def watch() -> None:
            sys.stdin.read()
            os._exit(0)

        threading.Thread(target=watch, daemon=True).start()
    server.serve_forever()


if __name__ == "__main__":
    main()
