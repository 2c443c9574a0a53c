"""Writes the example session as a folder that `limbeck bench` reads: one history, for a first look.

python examples/bench_data.py build/data
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path


def write(folder: Path) -> Path:
    """Write `agents/example.jsonl.gz` under `folder`; returns its path."""
    session = json.loads(Path(__file__).with_name("session.json").read_text(encoding="utf-8"))
    place = folder / "agents" / "example.jsonl.gz"
    place.parent.mkdir(parents=True, exist_ok=True)
    row = {"id": "example", "source": "example", "messages": session}
    place.write_bytes(gzip.compress(json.dumps(row).encode("utf-8"), mtime=0))
    return place


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print(write(Path(sys.argv[1])))
