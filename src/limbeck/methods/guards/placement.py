"""Does a value or a name stand in its own place, or in that of another of its kind?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from .alignment import ORDERED, SURE, TRUSTED, WHOLE, Alignment
from .reading import Reading
from .tokens import Token, agree

NEAR = 0.12
"""Windows whose share is this near to the best one count as well."""
ALONE_THERE = 0.7
"""From this share on, the one value of a kind that a window has and the sentence lacks is taken for its counterpart."""
SOME = 1.0
"""With less weight around it, nothing can be said of a value's place."""
NAMED = 0.7
"""Identifiers stand in lists of their kind; one is out of place only where this share stands in order."""
RECORD, RECORD_TOKENS = 0.8, 24
"""A piece of at most so many words and values that holds this share of a sentence is a record of its own."""
RECORD_VALUES = 2
LITTLE = 0.7
"""So much weight of other words a record is told by."""
ENOUGH_AROUND = 5
"""From so many like words around it on (content counts twice) another value is taken for the one that belongs there."""
LESS = 0.25
"""A value is out of place if, where it stands in the source, so much less of its sentence stands around it."""
SMALL = 12
"""Counts up to here are often the writer's own; they are judged only where the source has another in their place."""


_MEASURED = frozenset({"s", "B", "%", "m", "kg", "USD", "EUR", "GBP", "JPY", "CHF", "INR"})
_CODED = re.compile(r"(?=.*\d)[\w.:-]+")
"""Codes, versions and the like: one belongs to one record."""
_COUNTS = re.compile(r"[ -][^\W\d_]{3,}")
_LISTED = re.compile(r"[A-Za-z_]+(?<!Error)(?<!Exception)(?<!Warning)")


class Instead(NamedTuple):
    """What the source has in the place of a token, and where."""

    token: Token
    found: Alignment


def misplaced(
    reading: Reading,
    text: str,
    tokens: Sequence[Token],
    at: int,
    weight: Sequence[float],
    found: Sequence[Alignment],
    places: Sequence[int],
    prose: bool = True,
) -> Instead | None:
    """What the source has where a value or name stands that it holds elsewhere; None if nothing speaks against it.

    Args:
        reading: The source.
        text, tokens, at: The sentence and the token that is judged.
        weight: What each token weighs.
        found: The windows of the source that the sentence is laid beside.
        places: Where the source has the token.
        prose: Whether it is a sentence, and no line of code.
    """
    rest = around(weight, at)
    record = _in_record(reading, tokens, at, rest, found, places) if prose else None
    if record is not None:
        return record
    beside = [share(rest, a) for a in found]
    best = max(beside, default=0.0)
    if sum(rest) < SOME or best < TRUSTED:
        return None
    near = [a for held, a in zip(beside, found, strict=True) if a.met[at] and held >= best - LESS / 2]
    other: Instead | None = None
    if near:  # It stands there; but does it stand in another's place?
        exchanged = [_exchanged(tokens, at, a) for a in near]
        if not all(exchanged):
            return None
        other = exchanged[-1]
    else:
        other = instead(text, tokens, at, found, beside)
        reach = 0 if best >= WHOLE else 2
        if other is not None and _elsewhere(reading, tokens, rest, places, reach) > best - LESS:
            return None
    return other


def _in_record(
    reading: Reading,
    tokens: Sequence[Token],
    at: int,
    rest: Sequence[float],
    found: Sequence[Alignment],
    places: Sequence[int],
) -> Instead | None:
    """What the one short piece that says all the rest of a sentence has in place of a token that it does not hold.

    Lines of tables, lists and records and short sentences say by themselves what belongs together. The token has to
    stand elsewhere with much less of the sentence around it, and the piece must have one value of its kind that the
    sentence does not.
    """
    token = tokens[at]
    if token.kind == "atom" and _CODED.fullmatch(token.text) is None:
        return None  # identifiers and paths stand in many places beside each other
    rest = [
        w if reading.knows(other.key) or other.value else 0.0 for other, w in zip(tokens, rest, strict=True)
    ]
    # Its own name, and values that may be exchanged with it, say nothing of its place.
    for k, other in enumerate(tokens):
        if _same_name(tokens, at, k) or (token.value and _alike(token, other, strict=True)):
            rest[k] = 0.0
    if sum(rest) < (SOME if token.kind == "atom" else LITTLE):
        return None
    if token.value and sum(1 for other in tokens if _alike(token, other, strict=True)) > RECORD_VALUES:
        return None  # a row of values: which of them belongs where cannot be told so
    longest = RECORD_TOKENS if token.value else RECORD_TOKENS // 2
    pieces = [a for a in found if a.pieces == 1 and len(a.window.tokens) <= longest]
    held = [(share(rest, a), a) for a in pieces]
    best = max((h for h, _ in held), default=0.0)
    if best < RECORD or any(a.met[at] and h >= best - LESS for h, a in held):
        return None
    if _elsewhere(reading, tokens, rest, places, 0) > best - LESS:
        return None
    for h, a in held:
        if h < best - NEAR / 2:
            continue
        free = [
            other
            for j, other in enumerate(a.window.tokens)
            if j not in a.pairs and _counterpart(token, other) and not any(agree(t, other) for t in tokens)
        ]
        if (
            free
            and (token.value or all(capital(other) or other.kind == "name" for other in free))
            and len(free) <= 2
        ):
            return Instead(free[0], a)
    return None


def _same_name(tokens: Sequence[Token], at: int, k: int) -> bool:
    """Whether two tokens are words of one name."""
    low, high = min(at, k), max(at, k)
    return not tokens[at].value and all(
        capital(t) or t.kind == "name" or (len(t.text) == 1 and t.text.isupper())
        for t in tokens[low : high + 1]
    )


def _counterpart(token: Token, other: Token) -> bool:
    """Whether a value of a record could be another's: of the same kind, or a code in capitals for an identifier."""
    if token.kind == "atom" and other.kind in ("name", "word"):
        return other.text.isupper() and len(other.text) > 3
    if not token.value and not token.quantity:
        return (other.kind == "name" or capital(other)) and token.text.istitle() == other.text.istitle()
    return _alike(token, other, strict=True)


def around(weight: Sequence[float], at: int) -> list[float]:
    """What the other tokens weigh for judging the one at a place: less the farther they stand."""
    return [0.0 if k == at else w * _nearness(abs(k - at)) for k, w in enumerate(weight)]


def _nearness(steps: int) -> float:
    return 1.0 if steps <= 5 else 0.5 if steps <= 10 else 0.15


def share(rest: Sequence[float], found: Alignment) -> float:
    return sum(w for w, met in zip(rest, found.met, strict=True) if met) / (sum(rest) or 1.0)


def instead(
    text: str, tokens: Sequence[Token], at: int, found: Sequence[Alignment], beside: Sequence[float]
) -> Instead | None:
    """What the best windows have in the place of a token: a value of its kind that the sentence does not have."""
    token = tokens[at]
    best = max(beside, default=0.0)
    if best < TRUSTED:
        return None
    # A name or a count is weak evidence: it must stand alone in the very place of the other.
    tight = not token.value or own(token, text)
    identifier = token.kind == "atom" and _LISTED.fullmatch(token.text) is not None
    least = NAMED if identifier else ORDERED
    for held, a in sorted(zip(beside, found, strict=True), key=lambda pair: -pair[0]):
        if held < best - NEAR:
            break
        between = a.opposite(at) if a.order >= least else ()
        if tight and (len(between) > 3 or not _alone(a, at, tokens)):
            continue
        for other in between:
            lone = _alone(a, at, tokens)
            if not lone and a.order < SURE - 0.1:
                continue
            if (
                _alike(token, other, strict=token.kind == "atom" and other.kind == "atom")
                and not agree(token, other)
                and not agree(other, token)
            ):
                taken = any(agree(t, other) for k, t in enumerate(tokens) if k != at)
                if not taken or len(between) == 1:
                    return Instead(other, a)
        if tight or identifier:
            continue
        free = [
            other
            for j, other in enumerate(a.window.tokens)
            if j not in a.pairs
            and _alike(token, other, strict=True)
            and not any(agree(t, other) for t in tokens)
        ]
        if (len(free) == 1 and held >= ALONE_THERE) or (free and held >= SURE):
            return Instead(free[0], a)
    return None


def _exchanged(tokens: Sequence[Token], at: int, found: Alignment) -> Instead | None:
    """The value in whose place a token stands within a window that holds them both."""
    if found.pairs[at] >= 0:
        return _outdone(tokens, at, found)
    beside = found.opposite(at)
    single = _alone(found, at) and len(beside) == 1
    named = not tokens[at].value and _alone(found, at, tokens) and 0 < len(beside) <= 3
    if (single or named) and _alike(tokens[at], beside[0]) and not any(agree(tokens[at], b) for b in beside):
        return Instead(beside[0], found)
    return None


def _outdone(tokens: Sequence[Token], at: int, found: Alignment) -> Instead | None:
    """Another value of its kind that the window has between the same words as the sentence has the token.

    `a deposit of 35 EUR is refundable` can be read out of `a deposit of 250 EUR is refundable; the fee of 35 EUR is
    not` by leaving words out, and is false.
    """
    theirs = found.window.tokens
    own_best, best, other = 0, 0, None
    for j, candidate in enumerate(theirs):
        if agree(tokens[at], candidate) or agree(candidate, tokens[at]):
            own_best = max(own_best, _like_around(tokens, at, theirs, j))
        elif _alike(tokens[at], candidate, strict=True):
            like = _like_around(tokens, at, theirs, j)
            if like > best:
                best, other = like, candidate
    if other is not None and best >= own_best + 2 and best >= ENOUGH_AROUND:
        return Instead(other, found)
    return None


def _like_around(tokens: Sequence[Token], at: int, theirs: Sequence[Token], j: int) -> int:
    """How many words around two tokens are the same without a gap, up to three on each side, content counted twice."""
    like = 0
    for step in (-1, 1):
        for k in range(1, 4):
            ours, other = at + step * k, j + step * k
            if (
                not (0 <= ours < len(tokens) and 0 <= other < len(theirs))
                or tokens[ours].key != theirs[other].key
            ):
                break
            like += 2 if tokens[ours].content else 1
    return like


def _alone(found: Alignment, at: int, tokens: Sequence[Token] | None = None) -> bool:
    """Whether both neighbors of a token have their partners in the window."""
    pairs = found.pairs
    left, right = at - 1, at + 1
    if tokens is not None:  # the other words of the same name aside
        while left >= 0 and pairs[left] < 0 and capital(tokens[left]):
            left -= 1
        while right < len(pairs) and pairs[right] < 0 and capital(tokens[right]):
            right += 1
    return (left < 0 or pairs[left] >= 0) and (right >= len(pairs) or pairs[right] >= 0)


def _alike(token: Token, other: Token, strict: bool = False) -> bool:
    """Whether one could stand in the place of the other: two dates, two amounts, two paths, two names."""
    if token.quantity is not None:
        if other.quantity is None:
            return False
        ours, theirs = token.quantity.dimension, other.quantity.dimension
        return ours == theirs or (not strict and not ({ours, theirs} & {"date", "time", "ordinal"}))
    if token.kind == "atom":
        return (other.kind == "atom" and (not strict or _shape(token.text) == _shape(other.text))) or (
            not strict and other.kind == "name" and not other.text.istitle()
        )
    if not (token.kind == "name" or capital(token)):
        return False
    return other.kind == "atom" or (
        (capital(other) or other.kind == "name") and token.text.istitle() == other.text.istitle()
    )


def capital(token: Token) -> bool:
    return (
        token.kind in ("word", "name") and token.text[:1].isupper() and len(token.text) > 1 and token.content
    )


def _shape(atom: str) -> str:
    if "://" in atom:
        return "url"
    if "@" in atom:
        return "mail"
    if "/" in atom or "\\" in atom:
        return "path"
    if re.fullmatch(r"v?\d+(?:\.\d+){1,3}\S*", atom):
        return "version"
    if re.search(r"\.[a-z]{1,5}$", atom):
        return "path"
    return "code" if re.fullmatch(r"(?:0x)?[0-9a-f]+|[\d.:-]+", atom) else "identifier"


def similar(token: Token, found: Sequence[Alignment]) -> Instead | None:
    """A value near by that is nearly the same letters."""
    for a in found[:4]:
        for other in a.window.tokens:
            most = max(1, len(token.text) // 5)
            if (
                (other.value or other.kind == "word")
                and other.kind == token.kind
                and len(token.text) > 2
                and Levenshtein.distance(token.text, other.text, score_cutoff=most) <= most
            ):
                return Instead(other, a)
    return None


def own(token: Token, text: str) -> bool:
    """Whether a number of a sentence may be the writer's own count: `3 files`, not `== 3` or `code 3`."""
    q = token.quantity
    if q is None or (not q.spelled and _COUNTS.match(text, token.end) is None):
        return False
    if not q.spelled and token.start and text[token.start - 1] not in " \t\n(\"'“":
        return False
    if q.dimension in ("date", "time"):
        return False
    if q.dimension == "ordinal":
        return True
    if q.dimension in _MEASURED:
        return False
    small = 0 <= q.raw <= SMALL and q.raw == int(q.raw)
    return (q.spelled and q.raw <= 100) or small


def _elsewhere(
    reading: Reading,
    tokens: Sequence[Token],
    rest: Sequence[float],
    places: Sequence[int],
    reach: int,
) -> float:
    """How much of the rest of a sentence stands within reach of the value, at the best of its places."""
    best = 0.0
    total = sum(rest) or 1.0
    for place in places:
        row = reading.piece_at(place)
        first, last = reading.around(row, reach)
        window = reading.window(first, last, row)
        keys = {t.key for t in window.tokens}
        held = sum(w for t, w in zip(tokens, rest, strict=True) if w and t.key in keys)
        best = max(best, held / total)
    return best


def midway(reading: Reading, word: str) -> bool:
    """Whether the source has a word with its capital inside a sentence."""
    for at in reading.places(word):
        before = reading.joined[max(0, at - 3) : at].rstrip(", ")
        if at and reading.joined[at - 1] == " " and before and before[-1].isalpha():
            return True
    return False
