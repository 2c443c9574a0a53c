"""Rebuild the vendored vocabularies from a package that carries them, and check them against the originals.

Usage:
    npm pack tiktoken && tar xzf tiktoken-*.tgz
    python benchmarks/rebuild_ranks.py package/encoders [--out src/limbeck/local/ranks]

The npm package `tiktoken` (MIT) holds each vocabulary as base64 in JSON. From this the original
`.tiktoken` file (a line a token: base64, space, rank) is rebuilt, its sha256 is compared with the one that
`tiktoken_ext/openai_public.py` publishes, and only then is the compact file written.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
from pathlib import Path

SHA256 = {
    "o200k_base": "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    "cl100k_base": "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
}


def tokens(packed: str) -> list[bytes]:
    """The tokens out of lines `! first-rank token token ...`, in the order of their ranks."""
    found: dict[int, bytes] = {}
    for line in packed.splitlines():
        _, first, *parts = line.split(" ")
        found.update((rank, base64.b64decode(part)) for rank, part in enumerate(parts, int(first)))
    return [found[rank] for rank in range(len(found))]


def canonical(found: list[bytes]) -> bytes:
    """The original file: a line a token."""
    return b"".join(base64.b64encode(token) + b" %d\n" % rank for rank, token in enumerate(found))


def compact(found: list[bytes]) -> bytes:
    """The vendored file: joined by the byte FF, which only the token FF holds; that token becomes empty."""
    return b"\xff".join(b"" if token == b"\xff" else token for token in found)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Rebuild the vendored vocabularies.")
    parser.add_argument("encoders", type=Path, help="the folder encoders/ of the npm package tiktoken")
    parser.add_argument("--out", type=Path, default=Path("src/limbeck/local/ranks"))
    options = parser.parse_args(arguments)
    for name, expected in SHA256.items():
        packed = json.loads((options.encoders / f"{name}.json").read_text(encoding="utf-8"))["bpe_ranks"]
        found = tokens(packed)
        actual = hashlib.sha256(canonical(found)).hexdigest()
        if actual != expected:
            print(f"{name}: sha256 {actual}, expected {expected}; nothing was written", file=sys.stderr)
            return 1
        path = options.out / f"{name}.ranks"
        path.write_bytes(compact(found))
        print(f"{path}: {len(found):,} tokens, {path.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
