"""Verbatim compaction: score once, cut at any budget; delete and nothing else."""

from __future__ import annotations

import math
import time
from array import array
from collections.abc import Callable, Generator
from dataclasses import dataclass, field

import numpy as np

from limbeck.core.budget import Budget, Counter, count_context
from limbeck.core.context import Context, Form
from limbeck.core.decisions import Decisions, Usage
from limbeck.core.distiller import Ask, Reply
from limbeck.core.errors import BudgetError
from limbeck.core.result import Result

from .cut import Kept, MarkerStyle, Place, everything, kept_rows, place_markers, rebuild, texts_of
from .forest import Forest, forest
from .lexical import REASONS, Lexical, Worth
from .markers import MARKER_TOKENS, count_gaps, reserve_tokens
from .order import Order, order
from .view import View, view

Scorer = Callable[[View], Worth]
"""The seam for another scorer, learned or not: columns in, worth out."""

ACCOUNT = (
    "belongs to a kept piece",
    "head of a kept piece",
    "worth less for its tokens than what was kept",
    "like a kept line, digits aside",
    "its message was left out",
    "an earlier marker, counted in the new ones",
)

REMEDIES = (
    ("system message", "pin_head=False"),
    ("first user message", "pin_head=False"),
    ("the last", "preserve_recent=0"),
    ("keepContext", "remove the keepContext tags"),
    ("pinned by the user", "fewer pins"),
)
"""How the reason of a hard pin begins, and what takes the pin away."""

SOFT_SHARE = 0.25
"""Soft pins (constraints) are ranked first up to this share of the tokens kept."""


@dataclass
class Scores:
    """Everything about a selection that does not depend on the budget."""

    context: Context
    forest: Forest
    order: Order
    why: np.ndarray
    line: np.ndarray
    tokens_before: int
    counter: Counter
    seconds: float
    counted: dict[tuple[int, int], int] = field(default_factory=dict)

    def tokens(self, steps: int) -> tuple[Kept, int]:
        """The choice that the first `steps` steps make, and its exact tokens without markers."""
        stop = self.order.ends[steps - 1] if steps else 0
        kept = kept_rows(self.context, self.forest, self.order.rows[:stop])
        return kept, self.count(kept)

    def count(self, kept: Kept) -> int:
        """Exact tokens of a choice as rendered, without markers. Texts seen before are not counted again."""
        total = sum(m.rider_tokens for m, on in zip(self.context.messages, kept.alive, strict=True) if on)
        for source, text in texts_of(self.context, self.forest, kept.rows).items():
            key = (source, hash(text))
            known = self.counted.get(key)
            if known is None:
                known = self.counted[key] = self.counter.count(text)
            total += known
        return total


@dataclass(frozen=True)
class Select:
    """Keep the segments that are worth most for their tokens.

    Attributes:
        scorer: Gives the worth of segments and atoms.
        markers: True for `(filtered N lines, handle)`, "blank" for empty lines, False for nothing.
    """

    scorer: Scorer = field(default_factory=Lexical)
    markers: MarkerStyle = True

    @property
    def name(self) -> str:
        return "compact"

    def steps(
        self, context: Context, budget: Budget
    ) -> Generator[tuple[Ask, ...], tuple[Reply, ...], Result]:
        """Score and cut. Asks no model."""
        yield from ()
        return self.cut(self.score(context, budget.counter), budget)

    def score(self, context: Context, counter: Counter) -> Scores:
        """The dear half: structure, cost, worth, order. Linear in the text but for sorting."""
        began = time.perf_counter()
        segments = context.segments
        texts = [segments.text(i) for i in range(len(segments))]
        f = forest(context, texts, counter)
        seen = view(context, texts, f)
        worth = self.scorer(seen)
        pins = [segments.pins[p] for p in range(len(segments.pins))]
        hard = [i for i, p in enumerate(segments.pin) if p and (pin := pins[p]) is not None and pin.hard]
        soft = [i for i, p in enumerate(segments.pin) if p and (pin := pins[p]) is not None and not pin.hard]
        ranked = order(f, worth.base.tolist(), worth.weight.tolist(), seen.atoms, hard, soft, SOFT_SHARE)
        scores = Scores(context, f, ranked, worth.why, seen.pattern, 0, counter, 0.0)
        whole = scores.count(everything(context, f))
        scores.tokens_before = count_context(context, counter) if segments.written else whole
        scores.seconds = time.perf_counter() - began
        return scores

    def cut(self, scores: Scores, budget: Budget) -> Result:
        """The cheap half: the longest prefix of the order that fits.

        Raises:
            BudgetError: The hard pins do not fit.
        """
        began = time.perf_counter()
        context = scores.context
        limit = budget.limit(scores.tokens_before)
        places: list[Place] = []
        if scores.tokens_before <= limit:
            kept, after, tokens = everything(context, scores.forest), context, scores.tokens_before
            if _shown(context) not in (None, self.markers):
                after, places, tokens = _mark(scores, kept, scores.count(kept), limit, self.markers)
        else:
            room = reserve_tokens(limit) if self.markers and _can_mark(context) else 0
            per_marker = 1 if self.markers == "blank" else MARKER_TOKENS
            kept, tokens = _fit(scores, limit, room, per_marker, budget.keep is not None)
            after, places, tokens = _mark(scores, kept, tokens, limit, self.markers)
        usage = Usage(
            scores.tokens_before, tokens, limit, scores.counter.name, scores.counter.exact,
            scores.seconds + time.perf_counter() - began,
        )  # fmt: skip
        return Result(after, context, _account(scores, kept, places), usage, (), self.name)


def _shown(context: Context) -> MarkerStyle | None:
    """The style of the markers that stand in a context already; None if there are none."""
    written = [w for w in context.segments.written.values() if w.text]
    return None if not written else True if any(w.handle for w in written) else "blank"


def _can_mark(context: Context) -> bool:
    return any(s.kind != "json" for s in context.sources)


def _fit(scores: Scores, limit: int, room: int, per_marker: int, by_keep: bool) -> tuple[Kept, int]:
    """The most steps whose exact tokens fit into `limit` less `room` for markers; at least the hard pins."""
    made = scores.order
    low = made.pinned_steps
    kept, tokens = scores.tokens(low)
    if tokens > limit:
        raise BudgetError(*_pin_addends(scores, tokens, limit, by_keep))
    pinned = tokens
    target = max(pinned, limit - room)
    # `cum` overstates a little, evenly: guess by it, then close in on the exact border.
    cum = np.array(made.cum, np.int64)
    high, best = len(cum) + 1, (kept, tokens)
    scale = scores.tokens_before / max(1, int(cum[-1])) if len(cum) else 1.0
    guess = int(np.searchsorted(cum, target / max(scale, 1e-9), side="right"))
    tries = 0
    while low + 1 < high:
        guess = min(max(guess, low + 1), high - 1)
        kept, tokens = scores.tokens(guess)
        at = int(cum[guess - 1])
        # What is set aside for markers goes to text where there are fewer gaps to mark.
        target = max(
            pinned, limit - min(room, per_marker * count_gaps(scores.forest, kept.rows, kept.groups))
        )
        if tokens <= target:
            low, best = guess, (kept, tokens)
        else:
            high = guess
        wanted = at + (target - tokens) / max(scale, 0.5)
        step = int(np.searchsorted(cum, wanted, side="right"))
        # The estimate leads to within a few steps of the border; where it does not, halve.
        tries += 1
        guess = (low + high) // 2 if tries > 8 else step
    return best


def _mark(
    scores: Scores, kept: Kept, tokens: int, limit: int, style: MarkerStyle
) -> tuple[Context, list[Place], int]:
    """The new context with as many markers as fit, and its exact tokens."""
    context, f = scores.context, scores.forest
    per_char = scores.tokens_before / max(1, sum(len(s.text) for s in context.sources))
    room = limit - tokens
    while True:
        places = place_markers(context, f, kept, style, room, per_char)
        after = rebuild(context, f, kept, places)
        total = count_context(after, scores.counter) if places else tokens
        if total <= limit:
            return after, places, total
        room -= max(total - limit, 1)


def _pin_addends(
    scores: Scores, tokens: int, limit: int, by_keep: bool
) -> tuple[str, int, int, dict[str, int]]:
    """What a budget error says: the pinned tokens by reason, the messages they stand in, the remedy."""
    context, f = scores.context, scores.forest
    segments = context.segments
    addends: dict[str, int] = {}
    where: dict[str, set[int]] = {}
    for row in range(len(segments)):
        pin = segments.pins[segments.pin[row]]
        if pin is not None and pin.hard:
            addends[pin.reason] = addends.get(pin.reason, 0) + int(f.cost[row])
            where.setdefault(pin.reason, set()).add(int(f.message[row]))
    rest = tokens - sum(addends.values())
    if rest > 0:
        addends["what they bring along (envelopes, heads, brackets)"] = rest
    while rest < 0:  # pieces counted one by one overstate the whole a little: the largest part bears it
        largest = max(addends, key=lambda reason: addends[reason])
        taken = min(addends[largest], -rest)
        addends[largest] -= taken
        rest += taken
    parts = []
    for reason, cost in addends.items():
        places = sorted(where.get(reason, ()))
        at = f" (message {places[0]})" if len(places) == 1 else ""
        parts.append(f"{cost:,} {reason}{at}")
    keep = f", that is keep to {math.ceil(1000 * tokens / scores.tokens_before) / 1000}" if by_keep else ""
    found = [remedy for reason, remedy in REMEDIES if any(a.startswith(reason) for a in addends)]
    unpin = f", or unpin: {', '.join(dict.fromkeys(found))}" if found else ""
    message = (
        f"{tokens:,} pinned tokens exceed the budget of {limit:,}: {' + '.join(parts)}; "
        f"raise max_tokens to at least {tokens:,}{keep}{unpin}"
    )
    return message, limit, tokens, addends


def _account(scores: Scores, kept: Kept, places: list[Place]) -> Decisions:
    """One decision for each row that came in."""
    context, f, made = scores.context, scores.forest, scores.order
    segments = context.segments
    n = len(segments)
    reasons: list[str] = [*REASONS, *ACCOUNT]
    base = len(REASONS)
    why = scores.why.astype(np.uint8).copy()
    why[f.form != Form.PLAIN] = base + ACCOUNT.index("belongs to a kept piece")
    heads = np.zeros(n + 1, bool)
    heads[f.needs[kept.rows & (f.form == Form.PLAIN)]] = True
    lone = heads[:n] & (made.score <= 0)
    why[lone] = base + ACCOUNT.index("head of a kept piece")
    dropped = ~kept.rows
    why[dropped] = base + ACCOUNT.index("worth less for its tokens than what was kept")
    twins = np.zeros(int(scores.line.max()) + 1 if n else 1, bool)
    twins[scores.line[kept.rows]] = True
    why[dropped & twins[scores.line]] = base + ACCOUNT.index("like a kept line, digits aside")
    if n:
        why[dropped & ~kept.alive[f.message]] = base + ACCOUNT.index("its message was left out")
    why[np.array(list(segments.written), np.int64)] = base + ACCOUNT.index(
        "an earlier marker, counted in the new ones"
    )
    for number, pin in enumerate(segments.pins):
        if pin is not None:
            rows = (np.frombuffer(bytes(segments.pin), np.uint8) == number) & kept.rows
            why[rows] = len(reasons)
            reasons.append(("pinned: " if pin.hard else "ranked first: ") + pin.reason)
    handles: list[str] = []
    marked = np.full(n, -1, np.int32)
    starts = np.frombuffer(segments.start, np.int32) if n else np.zeros(0, np.int32)
    rows_of = context.source_rows()
    for written in (p.written for p in places if p.written.handle):
        for span in written.evidence:
            rows_ = rows_of[span.source]
            low, high = (
                np.searchsorted(starts[rows_.start : rows_.stop], [span.start, span.end]) + rows_.start
            )
            marked[low:high] = len(handles)
        handles.append(written.handle)
    marked[kept.rows] = -1
    marker = array("i")
    marker.frombytes(marked.tobytes())
    score = array("f")
    score.frombytes(made.score.astype(np.float32).tobytes())
    return Decisions(
        context, bytearray(kept.rows.astype(np.uint8).tobytes()), bytearray(why.tobytes()), reasons, score,
        marker, handles,
    )  # fmt: skip
