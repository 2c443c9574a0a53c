"""Statements into a budget: whole ones go, the least important first, and the text is counted as it will stand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from limbeck.core.artifact import NOTE_KINDS, SECTIONS, Statement
from limbeck.core.budget import Counter
from limbeck.core.source import Span

from .rendering import markdown, plain

_WEIGHTS = {
    "constraints": 100.0,
    "constraint": 100.0,
    "goal": 20.0,
    "next step": 6.0,
    "decisions": 6.0,
    "decision": 6.0,
    "preference": 6.0,
    "state": 5.0,
    "fact": 5.0,
    "errors and fixes": 5.0,
    "pitfall": 5.0,
    "open ends": 4.0,
    "open question": 4.0,
    "procedure": 4.0,
    "artifacts": 3.0,
    "event": 2.0,
}
"""What the first statement of a kind is worth; the second is worth half of it, the third a third."""


def ordered(statements: Sequence[Statement]) -> list[Statement]:
    """The statements kind by kind, in the order of kinds; what is written before quotes, quotes as they stand in
    their sources. What they supersede is named by the new places."""
    kinds = {kind: at for at, kind in enumerate(dict.fromkeys((*SECTIONS, *NOTE_KINDS)))}
    places = sorted(
        range(len(statements)),
        key=lambda at: (
            kinds[statements[at].kind],
            statements[at].quoted,
            statements[at].evidence[0] if statements[at].quoted else (),
            at,
        ),
    )
    return taken(statements, places)


def fitted(
    statements: Sequence[Statement], limit_tokens: int, counter: Counter, first: Collection[Span] = ()
) -> tuple[list[Statement], list[Statement], str, int]:
    """As many of the statements as fit, the most important ones.

    Args:
        statements: In order (`ordered`). What is superseded goes first.
        limit_tokens: The most their text may cost.
        counter: Counts it.
        first: What is quoted of these spans stays before all else.

    Returns:
        What stays, what goes, the text of what stays, and what it costs: `limit_tokens` at most.

    Cost: the text is counted once, then a logarithmic number of shorter ones.
    """
    worth = _worths(statements, first)
    order = sorted(range(len(statements)), key=lambda at: (-worth[at], at))

    def tried(count: int) -> tuple[list[Statement], str, int]:
        kept = taken(statements, sorted(order[:count]))
        text = markdown(kept)
        return kept, text, counter.count(text)

    least, most = 0, len(order)
    best: tuple[list[Statement], str, int] = ([], "", 0)
    at = most
    while least < most:
        found = tried(at)
        if found[2] <= limit_tokens:
            least, best = at, found
        else:
            most = at - 1
        at = (least + most + 1) // 2
    if not best[0]:  # no heading fits; the most important statement alone may
        for place in order:
            text = plain([statements[place]])
            tokens = counter.count(text)
            if tokens <= limit_tokens:
                best, least = (taken(statements, [place]), text, tokens), 1
                order = [place, *(other for other in order if other != place)]
                break
    return best[0], [statements[at] for at in sorted(order[least:])], best[1], best[2]


def _worths(statements: Sequence[Statement], first: Collection[Span]) -> list[float]:
    replaced = {at for statement in statements for at in statement.supersedes}
    seen: dict[str, int] = {}
    worth = []
    for at, statement in enumerate(statements):
        if at in replaced:
            worth.append(0.0)
            continue
        if statement.quoted and statement.evidence[0] in first:
            worth.append(2 * max(_WEIGHTS.values()))
            continue
        seen[statement.kind] = place = seen.get(statement.kind, 0) + 1
        worth.append(_WEIGHTS[statement.kind] / place)
    return worth


def taken(statements: Sequence[Statement], places: Sequence[int]) -> list[Statement]:
    """The statements at some places, in that order; what they supersede is named by its new place, if it stays."""
    new = {place: at for at, place in enumerate(places)}
    found = []
    for place in places:
        statement = statements[place]
        if statement.supersedes:
            left = tuple(new[old] for old in statement.supersedes if old in new)
            statement = replace(statement, supersedes=left)
        found.append(statement)
    return found
