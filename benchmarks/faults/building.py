"""All cases of one half of the data, the same on every machine."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from . import alter, hijacks, musts, polarity, rewords, roles, spans, swap, units
from .case import Case, Claim, Edit, Half, Material, seeded
from .claims import drawn, informative
from .layout import form_for, laid_out
from .sources import materials
from .world import World

Make = Callable[[str, World, random.Random], Edit | None]


def _edits() -> dict[str, tuple[str, Make]]:
    """Every fault that changes words of one statement: its group and what makes it."""
    found: dict[str, tuple[str, Make]] = {}
    for kind in alter.KINDS:
        found[kind] = ("atom", lambda text, world, rng, kind=kind: alter.altered(kind, text, world, rng))  # type: ignore[misc]
    for kind, special in spans.SPECIAL.items():
        found[kind] = ("atom", special)
    for kind in swap.TYPES:
        found[kind] = ("swap", lambda text, world, rng, kind=kind: swap.swapped(kind, text, world, rng))  # type: ignore[misc]
    found["swap: two of a statement"] = ("swap", swap.exchanged)
    found["swap: name"] = ("swap", swap.name_swapped)
    found["name: invented"] = ("atom", swap.name_invented)
    for kind in polarity.RULES:
        group = "modality" if kind.startswith("modality") else "polarity"
        found[kind] = (group, lambda text, world, rng, kind=kind: polarity.flipped(kind, text, world, rng))  # type: ignore[misc]
    return found


EDITS = _edits()
NEEDS_ENGLISH = ("polarity", "modality")


def cases(data: Path, half: Half, *, per_kind: int, per_file: int = 12) -> list[Case]:
    """Up to `per_kind` cases of each kind of fault, and twice as many of each kind of control.

    No source gives more than one case of a kind, and what is common does not crowd out what is rare: sources are
    taken file by file in turn.
    """
    sources = sorted(
        materials(data, half, per_file), key=lambda material: seeded("turn", material.id).random()
    )
    made: Counter[str] = Counter()
    seen: set[tuple[str, str]] = set()
    found: list[Case] = []
    for material in sources:
        wanted = Counter({kind: per_kind - made[kind] for kind in EDITS})
        for case in of_source(material, wanted):
            limit = 2 * per_kind if case.control else per_kind
            same = (case.kind, case.sentence or case.summary)
            if made[case.kind] < limit and (same not in seen or not case.sentence):
                seen.add(same)
                made[case.kind] += 1
                found.append(case)
    return found


def of_source(material: Material, wanted: Counter[str] | None = None) -> Iterator[Case]:
    """The cases that one source gives, at most one of a kind."""
    world = World(material)
    good = [claim for claim in world.claims if informative(claim)]
    if len(good) < 4:
        return
    for kind, (group, make) in EDITS.items():
        if wanted is not None and wanted[kind] <= 0:
            continue
        if case := _edited(kind, group, make, world, good):
            yield case
    rng = seeded("roles", material.id)
    yield from _role_cases(world, good, rng)
    chosen = drawn(world.claims, rng, rng.randint(4, 9))
    for kind in hijacks.POOLS:
        yield from hijacks.hijacked(kind, world, chosen, seeded(kind, material.id))
    yield from hijacks.obeyed(world, chosen, rng)
    yield from musts.dropped(world, rng)
    yield from musts.error_dropped(material, rng)
    yield from controls(world, good)


def _edited(kind: str, group: str, make: Make, world: World, good: list[Claim]) -> Case | None:
    """A true extract in which one statement is changed."""
    rng = seeded(kind, world.material.id)
    order = list(good)
    rng.shuffle(order)
    for claim in order[:150]:
        if group in NEEDS_ENGLISH and not (claim.english and claim.prose):
            continue
        edit = make(claim.text, world, rng)
        if edit is None or edit.text == claim.text:
            continue
        return _placed(kind, group, edit, claim, world, rng)
    return None


def _placed(kind: str, group: str, edit: Edit, claim: Claim, world: World, rng: random.Random) -> Case:
    """The changed statement among true ones of other places."""
    others = [other for other in drawn(world.claims, rng, rng.randint(4, 10)) if other.text != claim.text]
    chosen = sorted([*others, claim], key=lambda one: one.place)
    at = chosen.index(claim)
    texts = [one.text for one in chosen]
    texts[at] = edit.text
    summary, places = laid_out(texts, form_for(all(one.prose for one in chosen), rng), rng)
    start = places[at][0]
    span = (start + edit.start, start + edit.end)
    return Case(group, kind, world.material, summary, *places[at], span, edit.original, claim.text)


def _role_cases(world: World, good: list[Claim], rng: random.Random) -> Iterator[Case]:
    talk = not isinstance(world.material.given, str)
    order = list(good)
    rng.shuffle(order)
    if not talk and world.material.family == "policies":
        return  # a prompt alone may well be the user's own words
    for kind, make in roles.MAKERS[talk].items():
        for claim in order:
            if edit := make(kind, claim, world, rng):
                yield _placed(kind, "role", edit, claim, world, rng)
                break
    for kind in ("role: invented", "role: invented about a value"):
        if talk and (edit := roles.invented(kind, world, rng)):
            yield _placed(kind, "role", edit, rng.choice(good), world, rng)


def controls(world: World, good: list[Claim]) -> Iterator[Case]:
    """Honest summaries: extracts as they are, in another order, reworded by one rule, by several."""
    material = world.material
    rng = seeded("controls", material.id)
    chosen = drawn(world.claims, rng, rng.randint(5, 12))
    prose = all(claim.prose for claim in chosen)

    def case(kind: str, texts: list[str], form: str = "") -> Case:
        summary, _ = laid_out(texts, form or form_for(prose, rng), rng)
        return Case("control", kind, material, summary)

    texts = [claim.text for claim in chosen]
    yield case("plain extract", texts)
    shuffled = list(texts)
    rng.shuffle(shuffled)
    yield case("reordered", shuffled)
    joined = [_join(a, b) for a, b in zip(chosen[::2], chosen[1::2], strict=False)]
    if any(text is not None for text in joined):
        yield case("joined", [text for text in joined if text is not None], "bullets")
    asked = hijacks.questions(material)
    if asked:
        question = rng.choice(asked)
        told = rng.choice(
            (f'The user asked: "{question}"', f"The user asked: {question}", f"User question: {question}")
        )
        yield case("user's question reported", [told, *texts])
    for kind, rule in (rewords.REWORDS | units.UNITS).items():
        rng = seeded(kind, material.id)
        order = list(good)
        rng.shuffle(order)
        texts = []
        for claim in order[:400]:
            if (text := rule(claim, rng)) is not None and text != claim.text:
                texts.append(text)
            if len(texts) == 6:
                break
        if texts:
            fill = [claim.text for claim in drawn(world.claims, rng, 3)] if len(texts) < 3 else []
            yield case(kind, [*texts, *fill], "bullets" if kind == "first letter, last point" else "")
    yield from _mixed(world, chosen, prose)


def _join(one: Claim, other: Claim) -> str | None:
    if not (one.prose and other.prose and one.english and other.english and one.role == other.role):
        return None
    if not one.text.endswith(".") or len(one.text) + len(other.text) > 400:
        return None
    return f"{one.text[:-1]}; {other.text}"


def _mixed(world: World, chosen: list[Claim], prose: bool) -> Iterator[Case]:
    """Every statement through as many rules as apply, one after the other."""
    rng = seeded("mixed", world.material.id)
    rules = [rewords.synonyms, rewords.contractions, rewords.obligations, rewords.shortened, rewords.articles,
             units.thousands, units.percents, units.dates, units.durations, units.counts,
             rewords.emphasized]  # fmt: skip
    texts: list[str] = []
    changed = 0
    for claim in chosen:
        now = claim
        for rule in rules:
            if (text := rule(now, rng)) is not None:
                now = replace(now, text=text)
        changed += now.text != claim.text
        texts.append(now.text)
    if changed >= 2:
        rng.shuffle(texts)
        summary, _ = laid_out(texts, form_for(prose, rng), rng)
        yield Case("control", "mixed rewording", world.material, summary)
