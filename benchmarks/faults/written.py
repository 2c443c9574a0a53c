"""Summaries written by hand, which live outside the repository: honest ones as controls, their variants as faults."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .case import Case, Half, Material, half_of
from .claims import sentences
from .scoring import BY_HAND
from .sources import materials

GROUP_OF = {
    "altered": "atom", "invented": "atom", "swap": "swap", "polarity": "polarity", "modality": "modality",
    "role": "role", "hijack": "hijack",
}  # fmt: skip


def written_cases(folder: Path, data: Path, half: Half) -> list[Case]:
    """The cases of `folder/*.json` whose source lies in this half.

    A file holds a list of `{"source_id", "summary", "faults": [{"kind", "old", "new"}]}`; `old` stands once in
    the summary. A fault with an empty `old` puts `new` at the end.

    Raises:
        ValueError: A source is not in the data, or `old` does not stand in its summary exactly once.
    """
    entries = [entry for path in sorted(folder.glob("*.json")) for entry in json.loads(path.read_text())]
    mine = [entry for entry in entries if half_of(str(entry["source_id"])) == half]
    wanted = {entry["source_id"] for entry in mine}
    known = {material.id: material for material in materials(data, half, 10_000, only=wanted)}
    found: list[Case] = []
    for entry in mine:
        if entry["source_id"] not in known:
            raise ValueError(f"no source {entry['source_id']!r} in {data}")
        found += entry_cases(entry, known[entry["source_id"]])
    return found


def entry_cases(entry: dict[str, Any], material: Material) -> list[Case]:
    """One summary as a control, and each of its faulty variants."""
    summary: str = entry["summary"]
    found = [Case("control", f"{BY_HAND}: summary", material, summary)]
    for fault in entry["faults"]:
        old, new = fault["old"], fault["new"]
        group = GROUP_OF[fault["kind"].split(":")[0]]
        kind = f"{BY_HAND}: {fault['kind']}"
        if not old:
            start = len(summary) + 1
            text = f"{summary}\n{new}"
            found.append(Case(group, kind, material, text, start, len(text), (start, len(text))))
            continue
        if summary.count(old) != 1:
            raise ValueError(f"{old!r} stands {summary.count(old)} times in the summary of {material.id}")
        at = summary.index(old)
        text = summary[:at] + new + summary[at + len(old) :]
        begin, end = sentence_around(text, at)
        found.append(
            Case(group, kind, material, text, begin, max(end, at + len(new)), (at, at + len(new)), old,
                 summary[slice(*sentence_around(summary, at))])
        )  # fmt: skip
    return found


def sentence_around(text: str, at: int) -> tuple[int, int]:
    """The sentence that holds a place."""
    begin = text.rfind("\n", 0, at) + 1
    stop = text.find("\n", at)
    line = text[begin : stop if stop >= 0 else len(text)]
    place = begin
    for sentence in sentences(line):
        start = text.index(sentence, place)
        place = start + len(sentence)
        if at <= place:
            return start, place
    return begin, begin + len(line)
