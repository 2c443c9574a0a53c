"""Print speed, memory and cold start of `limbeck.compact`.

    python benchmarks/speed.py [DATA]

DATA is a folder with `agents/*.jsonl.gz` (rows with `messages`); without it, transcripts are built from
`examples/session.json` with every number in it changed from copy to copy. Each measurement runs in a process
of its own; medians of several runs; ratios are taken within one call of this script.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent.parent
CHARS_PER_TOKEN = 3.4


def from_rows(folder: Path) -> Iterator[dict[str, Any]]:
    """Messages of recorded histories, one source after the other in turn, without their system messages."""
    files = sorted(folder.glob("agents/*.jsonl.gz"))
    with ExitStack() as stack:
        opened = [stack.enter_context(gzip.open(path, "rt", encoding="utf-8")) for path in files]
        while opened:
            for stream in list(opened):
                line = stream.readline()
                if not line:
                    opened.remove(stream)
                    continue
                yield from (m for m in json.loads(line)["messages"] if m["role"] != "system")


def from_example() -> Iterator[dict[str, Any]]:
    """The example session again and again, its numbers changed in each copy."""
    messages = json.loads((HERE / "examples" / "session.json").read_text(encoding="utf-8"))
    text = json.dumps(messages[1:])
    for copy in count():
        parts = re.split(r"(?<=[A-Za-z_ ])(\d{2,6})\b", text)
        parts[1::2] = [str(int(number) + copy) for number in parts[1::2]]
        yield from json.loads("".join(parts))


def transcript(tokens: int, data: Path | None) -> list[dict[str, Any]]:
    """About so many tokens of messages."""
    out, chars = [], 0.0
    for message in from_rows(data) if data else from_example():
        out.append(message)
        chars += len(message.get("content") or "")
        chars += sum(len(c["function"]["arguments"]) for c in message.get("tool_calls") or [])
        if chars > tokens * CHARS_PER_TOKEN:
            break
    return out


def measure(path: str, runs: int) -> None:
    """In a process of its own: compact a transcript and print figures as JSON."""
    import limbeck

    messages = json.loads(Path(path).read_text(encoding="utf-8"))
    limbeck.compact("warm up\n" * 50, keep=0.5)
    wall, cpu = [], []
    for _ in range(runs):
        began, began_cpu = time.perf_counter(), time.process_time()
        result = limbeck.compact(messages, keep=0.3, preserve_recent=2, max_input_bytes=1 << 30)
        wall.append(time.perf_counter() - began)
        cpu.append(time.process_time() - began_cpu)
    print(
        json.dumps(
            {
                "tokens": result.tokens_before,
                "kept": result.tokens_after / result.tokens_before,
                "chars": sum(len(s.text) for s in result.before.sources),
                "wall": statistics.median(wall),
                "cpu": statistics.median(cpu),
                "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            }
        )
    )


def child_cpu(command: list[str], runs: int = 7) -> float:
    """Median user and system seconds of a whole process."""
    seconds = []
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(seconds)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", nargs="?", type=Path)
    parser.add_argument("--sizes", default="100000,1000000,5000000")
    parser.add_argument("--measure", nargs=2, metavar=("FILE", "RUNS"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(options.measure[0], int(options.measure[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        rows = []
        for size in map(int, options.sizes.split(",")):
            path = Path(folder) / f"{size}.json"
            path.write_text(json.dumps(transcript(size, options.data)), encoding="utf-8")
            runs = 5 if size <= 200_000 else 1
            command = [sys.executable, __file__, "--measure", str(path), str(runs)]
            figures = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            rows.append(figures)
            slower = figures["wall"] / figures["tokens"] / (rows[0]["wall"] / rows[0]["tokens"])
            allowed = 25 * figures["chars"] + 250e6
            print(
                f"{figures['tokens']:>10,} tokens: "
                f"{figures['tokens'] / figures['wall']:>9,.0f} tokens/s wall, "
                f"{figures['tokens'] / figures['cpu']:>9,.0f} per CPU-second, "
                f"{slower:.2f} x the time per token, "
                f"peak {figures['peak_bytes'] / 1e6:,.0f} MB of {allowed / 1e6:,.0f} MB allowed, "
                f"kept {figures['kept']:.3f}"
            )
        small = Path(folder) / "small.txt"
        example = json.loads((HERE / "examples" / "session.json").read_text(encoding="utf-8"))
        text = "".join(m["content"] or "" for m in example)
        small.write_text(text[:7000], encoding="utf-8")
        limbeck = [sys.executable, "-m", "limbeck"]
        print(f"limbeck --version: {child_cpu([*limbeck, '--version']):.3f} s of CPU time")
        seconds = child_cpu([*limbeck, "compact", str(small), "--keep", "0.3", "--quiet"])
        print(f"compacting about 2,000 tokens from a cold start: {seconds:.3f} s of CPU time")


if __name__ == "__main__":
    main()
