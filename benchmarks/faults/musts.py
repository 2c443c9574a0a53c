"""Must-keeps by this package's own rule, and summaries from which one is missing.

A constraint is a sentence of a user's message, of a system message, or of a document that is itself a rule book, which
says must, should not, should only, is not allowed, is required to, may only, or commands with never, always, do not or
only. An unresolved error is an error line of the last tool output of a history that ends there.
"""

from __future__ import annotations

import random
import re

from .case import Case, Claim, Material
from .claims import drawn
from .layout import form_for, laid_out
from .sources import parts_of
from .world import World, content_words, plain

_IMPERATIVE = r"(?:^|(?<=[.:;,(] )|(?<=\*\*)|(?<=and )|(?<=but )|(?<=[Pp]lease ))"
CONSTRAINT = re.compile(
    rf"\b(?:must(?: not|n't)?|MUST(?: NOT)?|NEVER|ALWAYS|DO NOT|should (?:not|never|only|always)|shall not|"
    rf"(?:is|are) not (?:allowed|permitted)|(?:is|are) (?:required to|prohibited|forbidden)|under no circumstances|"
    rf"(?:may|can) only|not exceed|[Oo]nly (?:use|do|after|make|change|modify|edit|call|run|answer|return|respond|"
    rf"provide|work))\b|{_IMPERATIVE}(?:[Nn]ever|[Aa]lways|[Dd]o not|[Dd]on['’]t)\b"
)
NOT_ONE = re.compile(
    r"\?|\b(?:I|we|it|that|they|he|she) (?:don['’]t|do not|must have|always|never)\b|\bdon['’]t (?:know|think|have|"
    r"want|see|remember|worry|like|need|hesitate)\b|\bmust be (?:a|the)\b|\bI\b|\bnever (?:been|had|mind)\b|"
    r"\bconfused\b|\b[Ii]f you (?:don['’]t|do not|must)\b|\b(?:is|are|was|were|has|have|had|will) (?:always|never)\b"
)
ERROR = re.compile(
    r"^(?:(?:[\w.]+\.)?[A-Z]\w*(?:Error|Exception): .{8,}|(?:[\w./-]+: ?){0,3}(?:[Ee]rror|ERROR|fatal)\b: .{8,}|"
    r"Error executing .{8,}|FAILED [\w/.:-]{8,}.*|(?:[\w./-]+: ){1,4}.*(?:command not found|No such file or directory|"
    r"Permission denied|syntax error\b.*))$"
)


def constraints(world: World) -> list[Claim]:
    """The sentences of a source that bind, by the rule above."""
    rules = world.material.family == "policies"
    return [
        claim
        for claim in world.claims
        if (claim.role in ("user", "system") or (claim.role == "document" and rules))
        and claim.prose
        and claim.english
        and CONSTRAINT.search(claim.text)
        and not NOT_ONE.search(claim.text)
    ]


def dropped(world: World, rng: random.Random) -> list[Case]:
    """A summary that holds every constraint but one, and a control that holds them all."""
    found = constraints(world)
    if not 2 <= len(found) <= 30:
        return []
    gone = rng.choice(found)
    rest = [claim for claim in found if claim is not gone]
    words = content_words(gone.text)
    if len(words) < 3 or any(len(words & content_words(claim.text)) >= 0.6 * len(words) for claim in rest):
        return []  # another sentence says nearly the same
    fill = [
        claim
        for claim in drawn(world.claims, rng, 5)
        if claim not in found and len(words & content_words(claim.text)) < 0.5 * len(words)
    ]
    cases: list[Case] = []
    for kind, held in (("constraint dropped", rest), ("all constraints kept", found)):
        chosen = sorted([*fill, *held], key=lambda claim: claim.place)
        texts = [claim.text for claim in chosen]
        summary, _ = laid_out(texts, form_for(all(claim.prose for claim in chosen), rng), rng)
        kept = tuple(claim.text for claim in held)
        if kind == "constraint dropped":
            cases.append(
                Case(
                    "must-keep",
                    kind,
                    world.material,
                    summary,
                    original=gone.text,
                    sentence=gone.text,
                    kept=kept,
                )
            )
        else:
            cases.append(Case("control", kind, world.material, summary, kept=kept))
    return cases


def error_dropped(material: Material, rng: random.Random) -> list[Case]:
    """A history that ends with a failed call; its summary leaves the error out, and a control that quotes it."""
    if isinstance(material.given, str):
        return []
    ends = [
        (at, lines[-1])
        for at, message in enumerate(material.given)
        if message["role"] == "tool" and at >= 4
        if (lines := _errors(message["content"]))
        if at + 1 == len(material.given) or material.given[at + 1]["role"] != "tool"
    ]
    if not ends:
        return []
    at, error = rng.choice(ends)
    given = material.given[: at + 1]
    cut = Material(f"{material.id}#{at}", material.family, given, parts_of(given))
    if cut.tokens < 500:
        return []
    world = World(cut)
    words = set(plain(error).split())
    chosen = [
        claim
        for claim in drawn(world.claims, rng, 7)
        if len(words & set(plain(claim.text).split())) < 0.4 * len(words) and "rror" not in claim.text
    ]
    if len(chosen) < 3:
        return []
    texts = [claim.text for claim in chosen]
    form = form_for(False, rng)
    bare, _ = laid_out(texts, form, rng)
    full, _ = laid_out([*texts, f"The last call failed: {error}"], form, rng)
    return [
        Case("must-keep", "unresolved error dropped", cut, bare, original=error, sentence=error),
        Case("control", "unresolved error kept", cut, full, kept=(error,)),
    ]


def _errors(text: str) -> list[str]:
    """The error lines near the end of a tool output."""
    lines = [line.strip() for line in text.strip().split("\n")][-8:]
    return [line for line in lines if len(line) < 300 and ERROR.match(line)]
