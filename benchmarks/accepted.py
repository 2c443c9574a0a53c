"""Does a value that no source holds get through? An imperfect writer, and an independent search of what was accepted.

    python benchmarks/accepted.py DATA [--per 8] [--share 0.5]

DATA holds `agents/` with gzip'd JSON Lines. For each history a script stands in for a model: it copies sentences of the
numbered material into a summary and, in a share of them, changes a number, a letter of a name, or puts in a value from
nowhere. What `limbeck.summarize` then returns is searched by `atom_search.py`, which shares no code with the guards.
No figure of quality is drawn from such a writer.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from atom_search import unsupported

import limbeck
from limbeck.core.distiller import Ask

LONGEST = 120_000
"""Histories of more characters are left out, to keep a run short."""
STRANGE = (
    "config/tidal_lock.yaml",
    "E7731",
    "`orbitctl --spin 9`",
    "48.25 MB",
    "https://example.org/nowhere",
    "2031-02-30",
)


def sentences(ask: Ask) -> Iterator[tuple[int, str]]:
    """The first sentence of each numbered chunk of the material, with its number."""
    said = ask.messages[-1]["content"]
    chunks = re.split(r"(?m)^\[(\d+)\] ?", said.split("</material-")[0])
    for number, text in zip(chunks[1::2], chunks[2::2], strict=False):
        sentence = " ".join(re.split(r"(?<=[.!?])\s", text.strip())[0].split())
        if 25 < len(sentence) < 300:
            yield int(number), sentence


def spoiled(sentence: str, dice: random.Random) -> str:
    """A sentence with one value changed or put in."""
    found = list(re.finditer(r"\d+|[A-Za-z_]{3,}[._/-][\w./-]{2,}", sentence))
    if not found or dice.random() < 0.3:
        return sentence.rstrip(".") + f", see {dice.choice(STRANGE)}."
    place = dice.choice(found)
    if place[0].isdigit():
        new = place[0]
        while new == place[0]:
            new = str(dice.randrange(10 ** len(place[0])))
    else:
        at = dice.randrange(len(place[0]))
        letter = dice.choice("abcdefghijklmnopqrstuvwxyz".replace(place[0][at].lower(), ""))
        new = place[0][:at] + letter + place[0][at + 1 :]
    return sentence[: place.start()] + new + sentence[place.end() :]


class Writer:
    """Copies and spoils; when it is asked once more it does so again."""

    def __init__(self, share: float, seed: str) -> None:
        self.share, self.dice = share, random.Random(seed)
        self.spoiled: set[str] = set()

    def __call__(self, ask: Ask) -> str:
        said = list(sentences(ask))
        self.dice.shuffle(said)
        out = []
        for number, sentence in said[:25]:
            if self.dice.random() < self.share:
                sentence = spoiled(sentence, self.dice)
                self.spoiled.add(sentence)
            out.append({"section": "state", "text": sentence, "cites": [number]})
        return json.dumps({"statements": out})


def histories(data: Path, per: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """So many histories of each file of `agents/`, the same ones every time."""
    for path in sorted((data / "agents").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        random.Random(path.name).shuffle(rows)
        short = [row for row in rows if 4_000 < len(json.dumps(row["messages"])) < LONGEST]
        for row in short[:per]:
            yield f"{path.name}:{row['id']}", row["messages"]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--per", type=int, default=8)
    parser.add_argument("--share", type=float, default=0.5)
    parser.add_argument("--show", action="store_true", help="print what got through")
    options = parser.parse_args()
    total = written = tried = through = missing = 0
    for name, messages in histories(options.data, options.per):
        writer = Writer(options.share, name)
        result = limbeck.summarize(messages, model=writer, max_tokens=1500)
        source = "\n".join(part.text for part in result.before.sources)
        total += 1
        tried += len(writer.spoiled)
        for statement in result.statements:
            if statement.quoted:
                continue
            written += 1
            through += statement.text in writer.spoiled
            lost = unsupported(statement.text, source)
            missing += bool(lost)
            if lost and options.show:
                print(f"{name}: {lost} in {statement.text[:160]!r}")
    print(f"{total} histories, {written:,} written statements accepted, {tried:,} spoiled ones offered")
    print(
        f"spoiled ones accepted, the value standing elsewhere included: {through} ({through / max(1, tried):.1%})"
    )
    print(f"accepted statements with a value that the independent search does not find: {missing}")


if __name__ == "__main__":
    main()
