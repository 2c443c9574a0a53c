"""Faults in quotations and code spans: a word changed inside, or one that nobody wrote."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from .alter import misspelled
from .case import Edit, replaced, share
from .values import QUOTED, SPAN
from .world import World

REMARKS = (
    "this is good enough for a first release", "nobody will ever look at that part again",
    "we have seen the same thing twice before", "that number is only an estimate",
    "it should be safe on every platform we ship", "the previous attempt made matters worse",
    "everybody in the room was against it", "there are better ways to spend a day",
    "one more week would have been enough",
)  # fmt: skip
SPANS = (
    "retry_with_backoff()", "--no-verify", "ConfigLoader.reload", "max_open_handles=64", "npm run lint:fix",
    "SKIP_SLOW_TESTS=1", "git bisect run", "utils/dates.py", "resolve_timezone", "chmod 600 key.pem",
    "PoolClosed", "make -j8 check",
)  # fmt: skip
WORDS_FOR = (
    "always", "remote", "second", "local", "final", "weekly", "partial", "silver", "morning", "public", "smaller",
    "hidden", "empty", "manual", "northern",
)  # fmt: skip


def quote_changed(claim: str, world: World, rng: random.Random) -> Edit | None:
    """One word inside quotation marks becomes another."""
    for match in QUOTED.finditer(claim):
        words = list(re.finditer(r"[A-Za-z]{4,}", match[0]))
        if len(words) < 2:
            continue
        word = rng.choice(words)
        start = match.start() + word.start()
        edit = replaced(claim, start, start + len(word[0]), rng.choice(WORDS_FOR))
        if edit.changed != edit.original.lower() and not world.holds(edit.text[match.start() : edit.end]):
            return edit
    return None


def quote_invented(claim: str, world: World, rng: random.Random) -> Edit | None:
    """Quotation marks with words that nobody wrote, put after the statement."""
    said = rng.choice(share(REMARKS, world.material.half))
    if world.holds(said):
        return None
    stem = claim.rstrip(" .")
    text = f'{stem}, with the remark "{said}".'
    return Edit(text, text.index(said) - 1, text.index(said) + len(said) + 1, "")


def span_invented(claim: str, world: World, rng: random.Random) -> Edit | None:
    """A code span that stands nowhere."""
    span = rng.choice(share(SPANS, world.material.half))
    if world.occurs(span):
        return None
    text = f"{claim.rstrip(' .')} ({rng.choice(('see', 'via', 'using', 'with'))} `{span}`)."
    return Edit(text, text.index(span) - 1, text.index(span) + len(span) + 1, "")


def span_changed(claim: str, world: World, rng: random.Random) -> Edit | None:
    """Another letter, word or flag inside a code span."""
    for match in SPAN.finditer(claim):
        words = list(re.finditer(r"[A-Za-z]{3,}", match[1]))
        if not words:
            continue
        word = rng.choice(words)
        start = match.start(1) + word.start()
        new = misspelled(word[0], rng) or f"{word[0]}s"
        edit = replaced(claim, start, start + len(word[0]), new)
        body = edit.text[match.start(1) : match.end(1) + len(new) - len(word[0])]
        if not world.occurs(body) and new != word[0]:
            return edit
    return None


SPECIAL: dict[str, Callable[[str, World, random.Random], Edit | None]] = {
    "quote: changed": quote_changed,
    "quote: invented": quote_invented,
    "code span: invented": span_invented,
    "code span: changed": span_changed,
}
