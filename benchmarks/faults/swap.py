"""Faults in which every word stands in the source: one value, or one name, in the place of another."""

from __future__ import annotations

import random
import re

from .case import Edit, replaced, share
from .values import Value, values
from .world import World

TYPES: dict[str, tuple[str, ...]] = {
    "swap: number": ("number", "measure", "percent"),
    "swap: money": ("money",),
    "swap: date": ("date", "year", "time"),
    "swap: path": ("path", "file"),
    "swap: identifier": ("identifier", "code"),
    "swap: version or hash": ("version", "hash", "uuid", "ip"),
    "swap: error": ("error",),
}
STRANGERS = (
    "Ottoline Brask", "Farrow", "Quillon Labs", "Tessaly", "Brimstead", "Ravi Anand", "Halvorsen", "Nordwick Systems",
    "Odessa Pryce", "Corvane", "Juniper Hale", "Larkfield",
)  # fmt: skip


def _shape(value: Value) -> tuple[str, str]:
    """What makes two values of one type exchangeable: unit, extension, writing."""
    text = value.text
    if value.type == "number":
        return value.type, f"{'.' in text}{len(text.split('.')[0].replace(',', '').lstrip('-')) > 2}"
    if value.type in ("measure", "percent"):
        return value.type, re.sub(r"[\d.,]+", "", text).strip(" -").rstrip("s")
    if value.type == "date":
        return value.type, re.sub(r"\d+", "0", re.sub("[A-Z][a-z]+", "A", text))
    if value.type == "identifier":
        return value.type, ("." if "." in text else "") + ("_" if "_" in text else "")
    if value.type in ("hash", "code"):
        return value.type, str(len(text))
    return value.type, ""


def swapped(kind: str, claim: str, world: World, rng: random.Random) -> Edit | None:
    """A value of the statement replaced by another of the same type that the source holds elsewhere."""
    types = TYPES[kind]
    mine = [value for value in values(claim) if value.type in types]
    rng.shuffle(mine)
    for value in mine:
        shape = _shape(value)
        others = [
            text
            for text in world.by_type[value.type]
            if _shape(Value(value.type, text, 0, 0)) == shape
            and _differs(text, value.text)
            and text not in claim
        ]
        rng.shuffle(others)
        for other in others[:12]:
            edit = replaced(claim, value.start, value.end, other)
            if not world.may_be_true(edit, share=0.4):
                return edit
    return None


def _differs(one: str, other: str) -> bool:
    """Whether two values can mean the same: equal numbers, or one the end of the other."""
    if one.lower() in other.lower() or other.lower() in one.lower():
        return False
    digits = [re.sub(r"[^\d.]", "", text).strip(".") for text in (one, other)]
    if all(re.fullmatch(r"\d+(?:\.\d+)?", text) for text in digits):
        return float(digits[0]) != float(digits[1])
    return True


def exchanged(claim: str, world: World, rng: random.Random) -> Edit | None:
    """Two values of one type in one statement change places, where their order means something.

    Not in lists, and not where they stand alike on both sides of `and` or `or`.
    """
    found = values(claim)
    pairs = [
        (a, b)
        for at, a in enumerate(found)
        for b in found[at + 1 :]
        if a.type != "count" and _shape(a) == _shape(b) and _differs(a.text, b.text) and b.start - a.end > 6
    ]
    rng.shuffle(pairs)
    for a, b in pairs:
        between = claim[a.end : b.start]
        if re.fullmatch(r"\s*(?:,|;|and|or|&|/|,\s*and|-|–)\s*", between) or len(between.split()) < 2:
            continue
        if not re.search(r"[A-Za-z]{3,}", between) or between.count(",") > 2 or "{" in between:
            continue
        text = claim[: a.start] + b.text + between + a.text + claim[b.end :]
        edit = Edit(text, a.start, a.start + len(b.text) + len(between) + len(a.text), claim[a.start : b.end])
        if not world.holds(text):
            return edit
    return None


def _spots(claim: str, world: World) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    for name in world.names:
        for match in re.finditer(rf"(?<![\w-])(?<![A-Z][a-z] ){re.escape(name)}(?![\w-]| [A-Z])", claim):
            found.append((match.start(), match.end(), name))
    return found


def name_swapped(claim: str, world: World, rng: random.Random) -> Edit | None:
    """A name becomes another name of the same source that shares no word with it."""
    spots = _spots(claim, world)
    rng.shuffle(spots)
    for start, end, name in spots:
        words = set(re.split("[ -]", name))
        others = [
            other
            for other in world.names
            if not words & set(re.split("[ -]", other))
            and other not in claim
            and (" " in other) == (" " in name)
            and not world.holds(f"{name} {other}")
            and not world.holds(f"{other} {name}")
        ]
        rng.shuffle(others)
        for other in others[:8]:
            edit = replaced(claim, start, end, other)
            if not world.may_be_true(edit, share=0.4):
                return edit
    return None


def name_invented(claim: str, world: World, rng: random.Random) -> Edit | None:
    """A name becomes one that the source does not hold."""
    spots = _spots(claim, world)
    if not spots:
        return None
    start, end, _ = rng.choice(spots)
    new = rng.choice(
        [
            name
            for name in share(STRANGERS, world.material.half)
            if not any(world.holds(word) for word in name.split())
        ]
    )
    return replaced(claim, start, end, new)
