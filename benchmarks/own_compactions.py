"""Print what agents' own compaction summaries lost or changed.

    python benchmarks/own_compactions.py DATA [--show] [--json FILE]

DATA is a folder with `agents/interactive_sessions.jsonl.gz`, whose rows may hold `own_compactions`: the points
at which the agent replaced its history by a summary of its own, each with `after_message` and `summary`. Every
summary is held by `limbeck.check` against all messages before that point (for a later one, these are also the
messages that an earlier summary had replaced). Files: the paths that the agent had written or edited by then;
one is named if the summary has its file name. Without `--show` no text of the data is printed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from limbeck import check
from limbeck.core.audit import Audit

WRITERS = frozenset({"edit", "write", "multiedit", "notebookedit", "str_replace_based_edit_tool", "create"})
PATHS = ("path", "file_path", "notebook_path")


@dataclass(frozen=True)
class Compaction:
    """One summary and what it replaced."""

    session: str
    number: int
    messages: list[dict[str, Any]]
    summary: str

    @property
    def files(self) -> list[str]:
        """What the agent wrote or edited before, each path once."""
        return list(dict.fromkeys(path for message in self.messages for path in _written(message)))


def compactions(data: Path) -> Iterator[Compaction]:
    """Every summary of every session."""
    with gzip.open(data / "agents" / "interactive_sessions.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            for number, one in enumerate(row.get("own_compactions") or (), 1):
                yield Compaction(row["id"], number, row["messages"][: one["after_message"]], one["summary"])


def _written(message: Mapping[str, Any]) -> Iterator[str]:
    for call in message.get("tool_calls") or ():
        if call["function"]["name"].lower() not in WRITERS:
            continue
        try:
            given = json.loads(call["function"]["arguments"])
        except ValueError:
            continue
        if isinstance(given, dict):
            yield from (given[key] for key in PATHS if isinstance(given.get(key), str))


def main() -> None:
    """Read the arguments, audit, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--show", action="store_true", help="print each audit, with texts of the data")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    rows = []
    for one in compactions(options.data):
        began = time.perf_counter()
        audit = check(one.summary, against=one.messages, names=["session"])
        rows.append(figures(one, audit, time.perf_counter() - began))
        print(told(rows[-1]))
        if options.show:
            print(audit.report(columns=110))
            print("Files written but not named:", *unnamed(one), sep="\n  - ")
    print(told(total(rows)))
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def unnamed(one: Compaction) -> list[str]:
    """The files that the agent had written and the summary does not name."""
    return [path for path in one.files if PurePosixPath(path).name not in one.summary]


def figures(one: Compaction, audit: Audit, seconds: float) -> dict[str, Any]:
    """Counts alone."""
    return {
        "session": f"{one.session} {one.number}",
        "tokens_source": audit.tokens_source,
        "tokens_text": audit.tokens_text,
        "found": dict(Counter(f.kind for f in audit.findings)),
        "missing": dict(Counter(f.kind for f in audit.omissions)),
        "must_keeps": dict(Counter(f.reason for f in audit.omissions if f.kind == "must-keep")),
        "files": len(one.files),
        "files_unnamed": len(unnamed(one)),
        "seconds": round(seconds, 2),
    }


def total(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """All rows in one."""
    out: dict[str, Any] = {"session": f"all {len(rows)}"}
    for key in ("tokens_source", "tokens_text", "files", "files_unnamed", "seconds"):
        out[key] = sum(row[key] for row in rows)
    for key in ("found", "missing", "must_keeps"):
        out[key] = dict(sum((Counter(row[key]) for row in rows), Counter()))
    return out


def told(row: dict[str, Any]) -> str:
    """One row in words."""

    def listed(counts: Mapping[str, int]) -> str:
        return ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items())) or "nothing"

    return (
        f"{row['session']}: {row['tokens_source']:,} -> {row['tokens_text']:,} tokens, {row['seconds']:.1f} s\n"
        f"  found    {listed(row['found'])}\n"
        f"  missing  {listed(row['missing'])} ({listed(row['must_keeps'])})\n"
        f"  files    {row['files_unnamed']} of {row['files']} written files not named"
    )


if __name__ == "__main__":
    main()
