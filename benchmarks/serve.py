"""Print what the server costs beside the library: time, fairness, memory.

    python benchmarks/serve.py [DATA] [--requests 10000]

DATA as for benchmarks/speed.py. A server of its own is started for each part. Three parts:

1. A conversation of 100,000 tokens over HTTP beside the library call with the same options, in pairs, so that
   a busy machine weighs on both; medians of the pairs' ratios.
2. 64 clients at once, requests of equal size: errors, p50, p99.
3. Memory of the server and its workers over many small requests: at the start, in the middle, at the end.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from speed import transcript

MIB = 1 << 20


@contextmanager
def server(*args: str) -> Iterator[tuple[int, int]]:
    """`limbeck serve` on a free port: its port and process id."""
    process = subprocess.Popen(
        [sys.executable, "-m", "limbeck", "serve", "--port", "0", *args], stderr=subprocess.PIPE, text=True
    )
    port = 0
    assert process.stderr is not None
    for line in process.stderr:
        if found := re.search(r"limbeck serves on http://.*:(\d+)", line):
            port = int(found[1])
            break
    drain = threading.Thread(target=process.stderr.read, daemon=True)
    drain.start()
    try:
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(60)
        drain.join(10)
        process.stderr.close()


class Client:
    """One connection that is kept."""

    def __init__(self, port: int) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=600)

    def post(self, path: str, body: bytes) -> int:
        """Send a body, read the whole answer, give its status."""
        self.line.request("POST", path, body, {"content-type": "application/json"})
        got = self.line.getresponse()
        got.read()
        return got.status


def seconds(work: Callable[[], object]) -> float:
    """How long this takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def as_far_as(path: str, given: list[dict[str, Any]], **options: Any) -> tuple[object, ...]:
    """The library call, its result read as far as the route reads it; a whole result has views made on demand."""
    import limbeck

    result = limbeck.compact(given, **options)
    if path == "/v1/distill":
        return result.text, result.messages, result.kept_spans, result.report()
    return result.text, result.messages


def beside_the_library(messages: list[dict[str, Any]], pairs: int) -> None:
    """Part 1."""
    import limbeck
    from limbeck.serve.contracts import CONTRACTS

    counted = limbeck.compact(messages, keep=0.5, max_input_bytes=1 << 30)
    print(
        f"1. over HTTP and beside it: {counted.tokens_before:,} tokens, {len(messages):,} messages, {pairs} pairs"
    )
    material = [{"role": "user", "content": "\n".join(str(m.get("content") or "") for m in messages)}]
    asked = [m for m in messages if m["role"] == "user"]
    query = str(asked[-1]["content"]) if asked else ""  # what these routes ask by default
    cases: tuple[tuple[str, str, dict[str, Any], dict[str, Any]], ...] = (
        (
            "chat",
            "/v1/chat/completions",
            {"model": "limbeck-compact", "messages": messages},
            {"query": query},
        ),
        ("chat", "/v1/chat/completions", {"model": "limbeck-compact", "messages": material}, {}),
        ("compact", "/v1/compact", {"messages": messages}, {"query": query, "pin_head": "system"}),
        ("distill", "/v1/distill", {"messages": messages, "keep": 0.5, "include_decisions": False}, {}),
    )
    print(f"   {'route':<22}{'input':<14}{'library':>10}{'contract':>10}{'HTTP':>10}{'HTTP/library':>14}")
    with server("--workers", "1") as (port, _):
        client = Client(port)
        for name, path, body, options in cases:
            raw, given = json.dumps(body).encode(), body["messages"]
            runs: dict[str, list[float]] = {"library": [], "contract": [], "http": []}
            call = partial(as_far_as, path, given, keep=0.5, max_input_bytes=1 << 30, **options)
            for number in range(pairs + 1):
                taken = {
                    "library": seconds(call),
                    "http": seconds(partial(client.post, path, raw)),
                    "contract": seconds(partial(CONTRACTS[name], body)),
                }
                for kind, value in taken.items():
                    if number:  # the first warms up
                        runs[kind].append(value)
            ratio = statistics.median(h / b for h, b in zip(runs["http"], runs["library"], strict=True))
            middle = {kind: f"{statistics.median(values):.3f} s" for kind, values in runs.items()}
            told = "one message" if len(given) == 1 else "conversation"
            print(
                f"   {path:<22}{told:<14}{middle['library']:>10}{middle['contract']:>10}{middle['http']:>10}"
                f"{ratio:>13.3f}x"
            )


def many_clients(messages: list[dict[str, Any]], clients: int, each: int) -> None:
    """Part 2."""
    raw = json.dumps({"messages": messages}).encode()
    with server() as (port, _):
        Client(port).post("/v1/compact", raw)
        taken: list[float] = []
        wrong: list[object] = []
        gate = threading.Barrier(clients)

        def ask() -> None:
            client = Client(port)
            gate.wait()
            for _ in range(each):
                began = time.perf_counter()
                try:
                    status = client.post("/v1/compact", raw)
                except OSError as error:
                    status, client = 0, Client(port)
                    wrong.append(type(error).__name__)
                taken.append(time.perf_counter() - began)
                if status != 200:
                    wrong.append(status)

        with ThreadPoolExecutor(clients) as threads:
            whole = seconds(lambda: [done.result() for done in [threads.submit(ask) for _ in range(clients)]])
    taken.sort()
    middle, late = taken[len(taken) // 2], taken[min(len(taken) - 1, int(len(taken) * 0.99))]
    print(
        f"2. {clients} clients, {each} requests each of {len(raw) / 1000:,.0f} kB, {os.cpu_count()} cores: "
        f"{len(wrong)} errors {sorted(set(map(str, wrong)))}, {len(taken) / whole:.1f} requests/s, p50 {middle:.2f} s, "
        f"p99 {late:.2f} s, p99/p50 {late / middle:.2f}, worst {taken[-1]:.2f} s"
    )


def memory(requests: int) -> None:
    """Part 3; Linux only."""
    if not Path("/proc/self/status").exists():
        print("3. memory: only on Linux")
        return
    sizes = (20, 60, 150, 400)
    with server() as (port, pid):
        marks = {max(1, requests // 10): "start", requests // 2: "middle", requests: "end"}
        print(
            f"3. memory over {requests:,} requests of {sizes[0]} to {sizes[-1]} lines, MiB (server; workers)"
        )
        done = 0
        with ThreadPoolExecutor(8) as threads:
            clients = [Client(port) for _ in range(8)]

            def ask(slot: int, first: int, count: int) -> int:
                bad = 0
                for number in range(first, first + count):
                    lines = sizes[number % len(sizes)]
                    text = "".join(
                        f"{n:05} pump_{(n * 31 + number) % 97} at {n * number % 1009}\n" for n in range(lines)
                    )
                    messages = [{"role": "user", "content": text}, {"role": "assistant", "content": "ok"}] * 3
                    path = ("/v1/compact", "/v1/compress", "/v1/distill")[number % 3]
                    body: dict[str, Any] = {"messages": messages}
                    if path == "/v1/distill":
                        body["keep"] = 0.9
                    bad += clients[slot].post(path, json.dumps(body).encode()) != 200
                return bad

            bad = 0
            for mark, name in marks.items():
                share = (mark - done) // 8
                jobs = [
                    threads.submit(ask, slot, done + slot * share, share + (slot < (mark - done) % 8))
                    for slot in range(8)
                ]
                bad += sum(job.result() for job in jobs)
                done = mark
                own, workers = rss(pid), [rss(child) for child in children(pid)]
                listed = ", ".join(f"{size:.1f}" for size in sorted(workers))
                print(f"   {name:<7} after {done:>7,}: {own:.1f}; {listed}")
        print(f"   answers other than 200: {bad}")


def rss(pid: int) -> float:
    """Resident memory of a process in MiB."""
    text = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", text)[1]) * 1024 / MIB  # type: ignore[index]  # always there


def children(pid: int) -> list[int]:
    """Processes that this one started, without Python's own resource tracker."""
    listed = [int(part) for part in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    for task in Path(f"/proc/{pid}/task").iterdir():
        listed += [int(part) for part in (task / "children").read_text().split()]
    return [
        child
        for child in sorted(set(listed))
        if b"resource_tracker" not in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", nargs="?", type=Path)
    parser.add_argument("--tokens", type=int, default=100_000, help="of the conversation of part 1")
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--each", type=int, default=5, help="requests of each client")
    parser.add_argument("--client-tokens", type=int, default=10_000, help="of each request of part 2")
    parser.add_argument("--requests", type=int, default=10_000, help="of part 3")
    parser.add_argument("--parts", default="1,2,3")
    args = parser.parse_args()
    parts = args.parts.split(",")
    if "1" in parts:
        beside_the_library(transcript(args.tokens, args.data), args.pairs)
    if "2" in parts:
        many_clients(transcript(args.client_tokens, args.data), args.clients, args.each)
    if "3" in parts:
        memory(args.requests)


if __name__ == "__main__":
    main()
