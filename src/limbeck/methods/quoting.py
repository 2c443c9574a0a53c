"""Quoting within a budget: what the digest and the extractive notes share.

Cut by sentence, put the must-keeps first, rank the rest as compaction does, and take as much of that order as
fits when it is written out.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from limbeck.core.artifact import Statement
from limbeck.core.budget import Counter, count_context
from limbeck.core.context import Context, Form
from limbeck.core.errors import BudgetError
from limbeck.core.findings import Finding

from .forest import WRITTEN, Forest, forest
from .must_keeps import CONSTRAINT, GOAL, REQUIREMENT, Must, constraints, goals, unresolved
from .order import Order, order
from .queues import queues
from .quotes import KEY, only_keys, quotes
from .rendering import markdown, plain
from .rubble import rubble
from .sections import sections
from .select import Scorer
from .sentence_rows import by_sentence, spoken
from .speakers import TOOL_ROLES, speakers
from .view import WORD, view
from .voices import voices

FENCE_TOKENS = 4
"""What quoting from one more tool output costs besides the quotes."""
ROW_TOKENS = 1
"""What a row costs besides its text: a bullet or a line end."""

SPARSE_STEPS = 100
"""How many steps are tried where the first is too much."""
WELL_USED = 0.95
"""Of a budget of which less is used, the rest is filled with later steps that fit,"""
FILL_TRIES, FILL_STEPS = 12, 400
"""so many tries among so many steps."""

HEADING = re.compile(r"#{1,6} .*|</?[\w-]+[^<>]*>")
"""A line that opens or closes a part of what people say, and says nothing by itself."""


Classify = Callable[[Context, Sequence[str], Sequence[Must]], list[int]]
"""Gives each segment of a context, cut by sentence, the number of its kind; knows the texts and the must-keeps."""


@dataclass
class Scores:
    """Everything about a digest that does not depend on the budget.

    Attributes:
        given: What came in.
        context: The same, cut by sentence.
        order: The order in which its rows are quoted.
        section: For each row an index into `names`.
        names: The kinds of statements.
        alone: For each row whether its lines are statements of their own: what people and the agent say, JSON.
        voice: For each row who says it.
        needs: For each row the one that is quoted along, or -1.
        musts: What must not be lost.
        tokens_before: Of what came in.
        counter: Who counts.
        seconds: What the scoring took.
    """

    given: Context
    context: Context
    order: Order
    section: list[int]
    names: Sequence[str]
    alone: list[bool]
    voice: list[str]
    needs: list[int]
    musts: list[Must]
    tokens_before: int
    counter: Counter
    seconds: float

    def quoted(self, steps: int) -> Quoted:
        """What the first `steps` steps of the order make."""
        return self.shown(self.order.rows[: self.order.ends[steps - 1] if steps else 0])

    def shown(self, rows: Sequence[int]) -> Quoted:
        """What some rows make."""
        kept = sorted(rows)
        statements = quotes(self.context, kept, self.section, self.names, self.alone, self.voice)
        text = markdown(statements)
        return Quoted(kept, statements, text, self.counter.count(text))


class Quoted(NamedTuple):
    """Rows that stay, the statements they make, their Markdown, its exact tokens."""

    rows: list[int]
    statements: tuple[Statement, ...]
    text: str
    tokens: int


def scored(
    context: Context,
    counter: Counter,
    scorer: Scorer,
    names: Sequence[str],
    classify: Classify,
    by_line: bool = False,
) -> Scores:
    """The dear half: sentences, must-keeps, kinds, worth, order. Linear but for sorting.

    Args:
        context: What is to be quoted from.
        counter: Who counts.
        scorer: Gives the worth of segments and atoms.
        names: The kinds of statements in the order they are shown.
        classify: Gives each segment its kind.
        by_line: Whether lines of tool output are statements of their own, too.
    """
    began = time.perf_counter()
    finer = by_sentence(context)
    segments = finer.segments
    texts = [segments.text(row) for row in range(len(segments))]
    f = _structure(finer, texts, counter)
    musts = [*constraints(finer), *unresolved(finer), *goals(finer)]
    _whole(f, musts)
    seen = view(finer, texts, f)
    worth = scorer(seen)
    hard = [row for row in range(len(segments)) if segments.hard(row) and f.form[row] == Form.PLAIN]
    who = speakers(finer)
    first = queues(seen, musts, sections(finer, texts, musts))
    ranked = order(f, worth.base.tolist(), worth.weight.tolist(), seen.atoms, hard, *first[0], *first[1:])
    alone = [
        by_line or role not in TOOL_ROLES or source.kind == "json"
        for source, role in zip(finer.sources, who, strict=True)
    ]
    return Scores(
        context, finer, ranked, classify(finer, texts, musts), names,
        [alone[number] for number in segments.source], voices(finer), f.needs.tolist(), musts,
        count_context(context, counter), counter,
        time.perf_counter() - began,
    )  # fmt: skip


def fitted(scores: Scores, most: int, limit: int) -> Quoted:
    """The most steps of the order whose Markdown has no more than `most` tokens.

    Where not even the first step fits, later ones that do; at the least one quote without a heading.

    Raises:
        BudgetError: Not one quote fits, or the hard pins do not.
    """
    cum = np.array(scores.order.cum, np.int64)
    low, high = scores.order.pinned_steps, len(cum) + 1
    best = scores.quoted(low)
    if best.tokens > most:
        raise BudgetError(*_too_small(best.tokens, limit, "pinned"))
    guess, tries = int(np.searchsorted(cum, most, side="right")), 0
    while low + 1 < high:
        guess = min(max(guess, low + 1), high - 1)
        found = scores.quoted(guess)
        if found.tokens <= most:
            low, best = guess, found
        else:
            high = guess
        tries += 1
        # The estimate leads to within a few steps of the border; where it does not, halve.
        wanted = int(cum[guess - 1]) + most - found.tokens
        guess = (low + high) // 2 if tries > 8 else int(np.searchsorted(cum, wanted, side="right"))
    if not best.statements:
        return _sparse(scores, most, limit)
    return _filled(scores, best, low, most)


def _filled(scores: Scores, best: Quoted, steps: int, most: int) -> Quoted:
    """What the first steps make, with later ones that fit where the next one was too large.

    No softer requirement takes the place of a constraint that did not fit.
    """
    made = scores.order
    kept = set(best.rows)
    held = any(must.what == CONSTRAINT and not kept.issuperset(must.rows) for must in scores.musts)
    barred = {row for must in scores.musts if held and must.what == REQUIREMENT for row in must.rows}
    tries = 0
    for step in range(steps, min(steps + FILL_STEPS, len(made.ends))):
        if best.tokens >= WELL_USED * most or tries == FILL_TRIES:
            break
        rows = made.rows[made.ends[step - 1] if step else 0 : made.ends[step]]
        if made.cum[step] - (made.cum[step - 1] if step else 0) > most - best.tokens or not barred.isdisjoint(
            rows
        ):
            continue
        if any(scores.needs[row] >= 0 and scores.needs[row] not in kept | set(rows) for row in rows):
            continue
        tries += 1
        found = scores.shown([*best.rows, *rows])
        if found.tokens <= most and len(found.statements) >= len(best.statements):
            best = found
            kept.update(rows)
    return best


def _sparse(scores: Scores, most: int, limit: int) -> Quoted:
    """Where the first step is too much: the first ones that fit, under their headings or, one alone, without."""
    made, best = scores.order, scores.quoted(0)
    alone: list[Quoted] = []
    rows: list[int] = []
    for start, end in pairwise([0, *made.ends[:SPARSE_STEPS]]):
        found = scores.shown([*rows, *made.rows[start:end]])
        if found.tokens <= most:
            rows, best = found.rows, found
        elif not rows:
            text = plain(found.statements)
            alone.append(found._replace(text=text, tokens=scores.counter.count(text)))
    if best.statements or not alone:
        return best
    fitting = next((quoted for quoted in alone if quoted.tokens <= most), None)
    if fitting is None:
        raise BudgetError(*_too_small(min(quoted.tokens for quoted in alone), limit, "the shortest quote"))
    return fitting


def _too_small(tokens: int, limit: int, what: str) -> tuple[str, int, int, dict[str, int]]:
    message = (
        f"{tokens:,} tokens ({what}) exceed the budget of {limit:,}; raise max_tokens to at least {tokens:,}"
    )
    return message, limit, tokens, {what: tokens}


def omissions(scores: Scores, rows: Sequence[int], limit: int) -> tuple[Finding, ...]:
    """The constraints and unresolved errors that are not among the rows that stay, each wording once."""
    kept = set(rows)
    sources = scores.given.sources
    held: dict[str, Finding | None] = {}
    for must in sorted(scores.musts, key=lambda must: not kept.issuperset(must.rows)):
        source, start, end = must.span
        text = sources[source].text[start:end].strip()
        if kept.issuperset(must.rows):
            held[text] = None
        elif must.what != GOAL and text not in held:
            reason = f"{must.what}, not quoted: it does not fit into {limit:,} tokens beside the rest"
            held[text] = Finding("must-keep", text, 0, 0, reason, (must.span,))
    return tuple(finding for finding in held.values() if finding is not None)


def _structure(context: Context, texts: list[str], counter: Counter) -> Forest:
    """What has to be quoted along, and the price: heads that say something; a fence for each tool output."""
    f = forest(context, texts, counter)
    form = f.form.copy()
    form[(form != Form.PLAIN) & (form != WRITTEN)] = Form.CLOSER
    says = [WORD.search(text) is not None for text in texts]
    for row, alone in enumerate(rubble(context, texts)):
        says[row] &= not alone
    heads = [WORD.search(text) is not None for text in texts]
    for row in only_keys(context):
        heads[row] = False
        says[row] = KEY.fullmatch(texts[row]) is None
    needs = f.needs.copy()
    plain_ = form == Form.PLAIN
    said = speakers(context)
    prose = [spoken(s, role) for s, role in zip(context.sources, said, strict=True)]
    by_people = np.array(prose or [False], bool)[f.source]
    for row in np.flatnonzero(needs >= 0).tolist():
        at = -1 if by_people[row] and not texts[row].lstrip().startswith("|") else int(needs[row])
        while at >= 0 and not (plain_[at] and heads[at]):
            at = int(f.needs[at])
        needs[row] = at
    cost = np.array(counter.count_each([text.strip() for text in texts]), np.int32) + ROW_TOKENS
    cost[~plain_] = 0
    titles = [s.kind == "markdown" or told for s, told in zip(context.sources, prose, strict=True)]
    bare = bytearray(f.bare)
    for row, speaks in enumerate(says):
        if context.segments.hard(row):
            bare[row] = 0
            continue
        bare[row] |= not speaks or (
            titles[f.source[row]] and HEADING.fullmatch(texts[row].strip()) is not None
        )
    group_cost = [FENCE_TOKENS if role in TOOL_ROLES else 0 for role in said]
    return replace(
        f, form=form, needs=needs, cost=cost, bare=bare, group=f.source, group_cost=group_cost,
        frames=[[] for _ in group_cost],
    )  # fmt: skip


def _whole(f: Forest, musts: Sequence[Must]) -> None:
    """A must-keep of several rows is quoted whole or not at all: each row needs the one before it."""
    for must in musts:
        for before, row in pairwise(must.rows):
            f.needs[row] = before
            f.bare[before] = 1
        # What the first needs may itself need a later one (a frame its exception): that would be a circle.
        at = int(f.needs[must.rows[0]])
        while at >= 0 and at not in must.rows:
            at = int(f.needs[at])
        if at >= 0:
            f.needs[must.rows[0]] = -1
