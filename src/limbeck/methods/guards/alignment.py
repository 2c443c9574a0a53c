"""A sentence laid beside the part of the source that says most of the same, word against word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Indel

from .reading import NEIGHBORS, Reading, Window
from .tokens import Token, agree, parts

TRUSTED = 0.5
"""From this share of a sentence's weight on, a window is held to be what the sentence tells of."""
ORDERED = 0.6
"""What stands in a value's place is looked for where this share stands in the same order."""
SURE = 0.85
"""From here on, only windows that are nearly as good count beside it."""
CANDIDATES = 8
"""How many places of the source a sentence is laid beside."""
FUNCTION = 0.08
"""What a function word weighs."""
UNKNOWN = 0.3
"""What a word that stands nowhere in the source weighs where places of it are compared."""
WHOLE = 0.8
"""A piece that holds this share by itself needs no neighbors."""
MOST, ALONE = 0.65, 0.35
"""A piece that holds this share, in order, stands alone against windows that hold at most so much more."""
NEW_SHARE = 0.12
"""A neighboring piece is taken in if it holds at least this share of the sentence's weight that was not found yet."""


@dataclass(frozen=True)
class Alignment:
    """A sentence beside a window of the source.

    Attributes:
        window: The place of the source.
        cover: Share of the sentence's weight whose words and values stand in the window, 0 to 1.
        met: For each token of the sentence whether the window holds it anywhere.
        pairs: For each token of the sentence the token of the window in the same place of the order, or -1.
        pieces: Of how many pieces of the source the window consists.
        order: Share of the sentence's weight that stands there in the sentence's order, 0 to 1.
    """

    window: Window
    cover: float
    met: tuple[bool, ...]
    pairs: tuple[int, ...]
    pieces: int = 1
    order: float = 0.0

    def opposite(self, at: int) -> Sequence[Token]:
        """What stands in the window between the partners of the tokens left and right of token `at`."""
        left, right = at - 1, at + 1
        while left >= 0 and self.pairs[left] < 0:
            left -= 1
        while right < len(self.pairs) and self.pairs[right] < 0:
            right += 1
        if left < 0 and right >= len(self.pairs):
            return ()
        first = self.pairs[left] + 1 if left >= 0 else max(0, self.pairs[right] - (right - left - 1))
        last = self.pairs[right] if right < len(self.pairs) else min(
            len(self.window.tokens), self.pairs[left] + (right - left)
        )  # fmt: skip
        return self.window.tokens[first:last]


def weights(reading: Reading, tokens: Sequence[Token], strange: float = 1.0) -> list[float]:
    """What each token of a sentence weighs: little for function words, more the rarer it is; values at least 0.5."""
    found = []
    for token in tokens:
        if not token.content:
            found.append(FUNCTION)
        elif token.kind == "word":
            found.append(reading.weight(token.key) if reading.knows(token.key) else strange)
        else:
            found.append(max(0.5, reading.weight(token.key)))
    return found


def alignments(
    reading: Reading,
    text: str,
    tokens: Sequence[Token],
    weight: Sequence[float],
    among: Callable[[int], bool] | None = None,
) -> list[Alignment]:
    """The best places of the source for a sentence, best first."""
    total = sum(weight) or 1.0
    found: list[Alignment] = []
    seen: set[tuple[int, int]] = set()
    rows = [row for row, _ in reading.candidates(text, CANDIDATES if among is None else 4 * CANDIDATES)]
    for row in [row for row in rows if among is None or among(row)][:CANDIDATES]:
        for first, last in ((row, row), _extended(reading, row, tokens, weight, total, among)):
            if (first, last) not in seen:
                seen.add((first, last))
                window = reading.window(first, last, row)
                found.append(_sharper(tokens, weight, aligned(tokens, weight, window, last - first + 1)))
    found.sort(key=lambda a: -a.cover)
    # Where one piece says nearly all of it, what its neighbors say besides would only hide the difference.
    alone = [a for a in found if a.pieces == 1]
    if alone and max(a.order for a in alone) >= max(MOST, found[0].cover - ALONE):
        return alone
    return found


def _sharper(tokens: Sequence[Token], weight: Sequence[float], found: Alignment) -> Alignment:
    """The one clause of a window that holds as much in order as the whole window, if there is one."""
    clauses = {token.clause for token in found.window.tokens}
    if len(clauses) < 2:
        return found
    best = found
    for clause in sorted(clauses):
        held = tuple(token for token in found.window.tokens if token.clause == clause)
        if len(held) >= 3:
            one = aligned(tokens, weight, replace(found.window, tokens=held), found.pieces)
            if one.order >= max(best.order, MOST):
                best = one
    return best


def aligned(tokens: Sequence[Token], weight: Sequence[float], window: Window, pieces: int = 1) -> Alignment:
    """A sentence beside one window. Cost: the product of their lengths, in C."""
    keys = {token.key for token in window.tokens}
    values = [token for token in window.tokens if token.value]
    inside = frozenset().union(*(parts(token.key) for token in values if token.kind == "atom"))
    names: list[str] = []
    met: list[bool] = []
    for token in tokens:
        partner = token.key if token.key in keys else None
        if partner is None and token.value:
            partner = next(
                (other.key for other in values if agree(token, other) or agree(other, token)), None
            )
        met.append(partner is not None or (token.kind in ("word", "name") and token.key in inside))
        names.append(partner if partner is not None else f"\0{token.key}")
    pairs = [-1] * len(tokens)
    for step in Indel.opcodes(names, [token.key for token in window.tokens]):
        if step.tag == "equal":
            for k in range(step.src_end - step.src_start):
                pairs[step.src_start + k] = step.dest_start + k
    total = sum(weight) or 1.0
    cover = sum(w for w, there in zip(weight, met, strict=True) if there) / total
    order = sum(w for w, pair in zip(weight, pairs, strict=True) if pair >= 0) / total
    return Alignment(window, cover, tuple(met), tuple(pairs), pieces, order)


def _extended(
    reading: Reading,
    row: int,
    tokens: Sequence[Token],
    weight: Sequence[float],
    total: float,
    among: Callable[[int], bool] | None,
) -> tuple[int, int]:
    """The piece with those of its neighbors that say more of the sentence."""
    lowest, highest = reading.around(row, NEIGHBORS)
    first = last = row
    left = {t.key: w for t, w in zip(tokens, weight, strict=True) if w}
    for token in reading.window(row, row, row).tokens:
        left.pop(token.key, None)
    if sum(left.values()) <= (1 - WHOLE) * total:
        return first, last
    for step in (-1, 1):
        at = row + step
        pending = []
        while lowest <= at <= highest and left and (among is None or among(at)):
            pending.append(at)
            new = {t.key for t in reading.window(at, at, at).tokens} & left.keys()
            if sum(left[key] for key in new) >= NEW_SHARE * total:
                first, last = min(first, at), max(last, at)
                for key in new:
                    del left[key]
            at += step
    return first, last
