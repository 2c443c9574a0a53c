"""The example programs, run as their users run them against a live server."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from serving import Running, environment

EXAMPLES = Path(__file__).parents[2] / "examples"
TYPESCRIPT = EXAMPLES / "typescript"
TSX = TYPESCRIPT / "node_modules" / ".bin" / "tsx"

needs_node = pytest.mark.skipif(
    not TSX.exists(), reason="missing part: node packages (npm install in examples/typescript)"
)


def build_log(lines: int = 400) -> str:
    """A log of a build, no line twice, with an error in it."""
    chance = random.Random(7)
    words = ["valve", "pump", "gate", "hall", "crate", "motor", "filter", "sensor", "hinge", "lamp"]
    rows = [
        f"[{n:04d}] compiled {chance.choice(words)}_{chance.randrange(10_000)}.c in {chance.randrange(900)} ms\n"
        for n in range(lines)
    ]
    rows[lines // 2] = "error: gate_open.c:41: unknown type 'latch_t'\n"
    return "".join(rows)


def run(program: list[str], given: str, base: str) -> subprocess.CompletedProcess[str]:
    urls = {"LIMBECK_URL": f"{base}/v1", "LIMBECK_HOST": base}
    done = subprocess.run(
        program, input=given, capture_output=True, encoding="utf-8", env=environment(**urls), timeout=120,
        cwd=TYPESCRIPT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done


def typescript(name: str, *args: str) -> list[str]:
    return [str(TSX), name, *args]


def verbatim(out: str, given: str) -> bool:
    """Whether every line that is no marker stood in the given text, in its order."""
    lines = iter(given.splitlines())
    kept = [line for line in out.splitlines() if not line.startswith("(filtered ")]
    return bool(kept) and all(line in lines for line in kept)


def test_one_long_message_in_distilled_text_out(live: Running) -> None:
    log = build_log()
    done = run([sys.executable, str(EXAMPLES / "openai_sdk.py")], log, live.url)
    assert verbatim(done.stdout, log)
    assert "unknown type 'latch_t'" in done.stdout
    before, after = (int(n.replace(",", "")) for n in done.stderr.split(" tokens")[0].split(" -> "))
    assert 0.4 <= after / before <= 0.5


@needs_node
def test_tool_output_is_distilled_from_500_tokens_on(live: Running) -> None:
    log = build_log()
    distilled = run(typescript("tool_output.ts"), log, live.url).stdout
    assert verbatim(distilled, log) and 0.3 < len(distilled) / len(log) < 0.55
    short = log[:1_996]
    asked = len(live.requests("/v1/chat/completions"))
    assert run(typescript("tool_output.ts"), short, live.url).stdout == short
    assert len(live.requests("/v1/chat/completions")) == asked
    assert run(typescript("tool_output.ts"), "", live.url).stdout == ""


class _Null(BaseHTTPRequestHandler):
    """Stands for a service that answers nothing, which ours never does."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        message = {"role": "assistant", "content": None}
        body = json.dumps({"id": "x", "choices": [{"index": 0, "finish_reason": "stop", "message": message}]})
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def null_server() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Null)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@needs_node
def test_a_null_answer_falls_back_to_the_output(null_server: str) -> None:
    log = build_log()
    assert run(typescript("tool_output.ts"), log, null_server).stdout == log


def history(count: int) -> list[dict[str, str]]:
    chance = random.Random(3)
    said = []
    for n in range(count):
        role = "user" if n % 2 == 0 else "assistant"
        facts = " ".join(
            f"crate_{chance.randrange(10_000)} stands in hall {chance.randrange(90)}." for _ in range(12)
        )
        said.append({"role": role, "content": f"Turn {n}. {facts} Never open gate {n} at night."})
    return said


@needs_node
@pytest.mark.parametrize("count", [2, 10, 60])
def test_tiered_history(live: Running, count: int) -> None:
    messages = history(count)
    asked = len(live.requests("/v1/chat/completions"))
    out = run(typescript("tiered_history.ts"), json.dumps(messages), live.url).stdout
    whole = [f"{m['role']}: {m['content']}" for m in messages]
    assert out.endswith("\n".join(whole[-3:]))
    requests = live.requests("/v1/chat/completions")[asked:]
    if count == 2:
        assert out == "\n".join(whole) and not requests
        return
    middle = "\n".join(whole[-15:-3])
    older = whole[:-15]
    *digest, compacted, _ = out.split("\n\n")
    assert bool(digest) == bool(older)
    assert 0.3 < len(compacted) / len(middle) < 0.6
    assert sum(line.get("fallback") == "digest" for line in requests) == bool(older)
    if older:
        summary = "\n\n".join(digest)
        assert len(summary) < 0.4 * len("\n".join(older))
        assert "Summarize the key decisions" not in summary
        rules = [f"Never open gate {n} at night." for n in range(0, len(older), 2)]  # those of the user
        assert "## Constraints\n" in summary and [rule for rule in rules if rule not in summary] == []


@needs_node
def test_the_published_morph_sdk(live: Running) -> None:
    log = build_log()
    found = json.loads(run(typescript("morph_compact.ts", "unknown type latch_t"), log, live.url).stdout)
    assert {"id", "output", "messages", "usage", "model"} <= set(found)
    (message,) = found["messages"]
    assert message["content"] == found["output"] and verbatim(found["output"], log)
    kept = {n for r in message["kept_line_ranges"] for n in range(r["start"], r["end"] + 1)}
    gone = {n for r in message["compacted_line_ranges"] for n in range(r["start"], r["end"] + 1)}
    lines = log.splitlines()
    assert kept | gone == set(range(1, len(lines) + 1)) and not kept & gone
    assert 201 in kept and {lines[n - 1] for n in kept} <= set(found["output"].splitlines())
    usage = found["usage"]
    assert 0.4 <= usage["compression_ratio"] <= 0.5
    assert usage["compression_ratio"] == pytest.approx(
        usage["output_tokens"] / usage["input_tokens"], abs=0.01
    )


@needs_node
def test_the_programs_in_typescript_have_right_types() -> None:
    tsc = TYPESCRIPT / "node_modules" / ".bin" / "tsc"
    done = subprocess.run([str(tsc), "--noEmit"], cwd=TYPESCRIPT, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout
