"""Denied or not, must or may: words that turn a sentence round, compared along an alignment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple

from .alignment import Alignment
from .tokens import PAST, Token, stem

REACH = 5
"""How many tokens behind a negation the word it denies may stand."""


def _stems(words: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words.split())


DENIALS = _stems(
    "not no never without cannot none nobody nothing neither nor nowhere nope non dont didnt doesnt "
    "wont cant isnt "
    "arent wasnt werent shouldnt mustnt couldnt wouldnt hasnt havent hadnt "
    "nicht kein keine keinen keinem keiner keines nie niemals ohne nichts weder "
    "pas jamais sans aucun aucune rien ne nunca jamás sin ningún ninguna nada nem sem não nunca non mai "
    "senza niet geen nooit zonder"
)
"""Words that deny what follows."""
_OPPOSED = (
    ("pass succeed success successful ok work", "fail failure unsuccessful error broken broke crash"),
    ("enable activate active on", "disable deactivate inactive off"),
    ("allow permit permitted accept approve grant eligible",
    "forbid forbidden prohibit ban disallow reject deny refuse decline block ineligible"),
    ("before prior until", "after since following"),
    ("with including include", "without excluding exclude except"),
    ("all every always each both everyone", "none never no some few nobody neither"),
    ("always", "sometimes rarely never"),
    ("more greater higher above over increase rise grow raise longer larger bigger",
    "less fewer lower below under decrease fall drop shrink reduce shorter smaller"),
    ("maximum max most", "minimum min least"),
    ("valid correct right true available possible able present complete necessary safe stable "
     "supported compatible known reachable resolved",
     "invalid incorrect wrong false unavailable impossible unable absent missing incomplete unnecessary "
     "unsafe unstable unsupported incompatible unknown unreachable unresolved"),
    ("required mandatory obligatory", "optional voluntary unneeded"),
    ("open opened", "close closed shut"),
    ("start begin launch", "stop end halt finish"),
    ("add insert create install append", "remove delete drop uninstall omit"),
    ("keep retain preserve", "remove delete discard drop change"),
    ("online up running", "offline down stopped"),
    ("first earliest oldest", "last latest newest"), ("best", "worst"), ("inside within", "outside beyond"),
    ("earlier sooner", "later"),
    ("older elder", "younger"), ("easy easily", "hard difficult"), ("likely probably maybe possibly",
    "certainly definitely surely unlikely"),
    ("heavy", "light"), ("wet", "dry"), ("rich", "poor"), ("safe", "dangerous unsafe"), ("simple",
    "complex complicated"),
    ("near close", "far"), ("narrow", "wide"), ("alive", "dead"), ("minor", "major"), ("partial partially",
    "complete completely full fully"),
    ("rarely seldom", "often frequently usually"), ("victory", "defeat"), ("gain profit", "loss"),
    ("income", "expense"),
    ("credit", "debit"), ("supply", "demand"), ("arrive", "depart"), ("send", "receive"), ("push", "pull"),
    ("upload", "download"),
    ("show", "hide"), ("visible", "hidden"), ("local", "remote"), ("primary", "secondary"), ("parent",
    "child"), ("ahead", "behind"),
    ("left", "right"), ("up", "down"), ("most many all", "few little"), ("front", "back rear"),
    ("top", "bottom"), ("north", "south"), ("east", "west"), ("import", "export"), ("read", "write"),
    ("input", "output"),
    ("success", "failure"), ("strong", "weak"), ("fast faster", "slow slower"), ("cheap cheaper",
    "expensive"), ("good better", "bad worse"),
    ("light", "dark"), ("hot", "cold"), ("full", "empty"), ("high", "low"), ("long", "short"), ("big large",
    "small little"), ("positive", "negative"),
    ("lock", "unlock"), ("legal", "illegal"), ("temporary", "permanent"), ("manual manually",
    "automatic automatically"), ("buyer", "seller"),
    ("public", "private"), ("internal", "external"), ("inbound incoming", "outbound outgoing"),
    ("ascending", "descending"), ("synchronous", "asynchronous"), ("encrypted", "unencrypted"),
    ("agree like love prefer want", "disagree dislike hate avoid"),
    ("win won", "lose lost"), ("buy", "sell"), ("early", "late"), ("old", "new"),
    ("upgrade", "downgrade"), ("allowlist whitelist", "denylist blacklist"), ("merge", "split"),
    ("same identical equal", "different unequal"), ("connected", "disconnected"), ("locked", "unlocked"),
    ("refundable", "nonrefundable"), ("paid", "unpaid"), ("used", "unused"), ("changed", "unchanged"),
)  # fmt: skip
OPPOSITES: dict[str, set[str]] = {}
for _one, _other in _OPPOSED:
    for _a in _stems(_one):
        for _b in _stems(_other):
            if _a != _b:
                OPPOSITES.setdefault(_a, set()).add(_b)
                OPPOSITES.setdefault(_b, set()).add(_a)
NEGATIVE = frozenset(
    s
    for one, other in _OPPOSED
    if one.split()[0] in ("pass", "enable", "allow", "valid", "required", "online")
    for s in _stems(other)
    if s not in _stems("error crash failure")
) | _stems("lack refuse unable avoid refrain")
"""Words that say by themselves what another denied: `disabled` is `not enabled`."""

MODALS = {
    **dict.fromkeys(
        _stems("must shall required mandatory obligatory need needs obliged muss müssen doit debe deve"), 3
    ),
    **dict.fromkeys(_stems("should ought recommended recommend sollte sollten devrait debería"), 2),
    **dict.fromkeys(
        _stems(
            "may might could can seems appears probably apparently optional optionally possibly perhaps "
            "maybe kann können darf peut puede"
        ),
        1,
    ),
    **dict.fromkeys(_stems("will plan intend wird werden"), 4),
}
"""Classes of modal words: 3 obligation, 2 advice, 1 possibility, 4 intention."""
_SAID = {1: "a possibility", 2: "advice", 3: "an obligation", 4: "an intention"}


class Turn(NamedTuple):
    """A word that turns the sentence round against its source."""

    kind: Literal["polarity", "modality"]
    token: int
    reason: str


def turns(tokens: Sequence[Token], found: Alignment) -> Iterator[Turn]:
    """Where a sentence says the opposite, or says it with another force, of the window it is laid beside."""
    yield from _denied(tokens, found)
    yield from _opposed(tokens, found)
    yield from _modal(tokens, found)


def _denies(token: Token) -> bool:
    return token.kind == "word" and token.key in DENIALS and token.text not in ("None", "non")


def _cues(tokens: Sequence[Token]) -> list[int]:
    """The words that deny what follows: `not`, `never`, and `failed to`, `unable to`."""
    return [
        k
        for k, token in enumerate(tokens)
        if _denies(token)
        or (token.key in _FAILING and k + 1 < len(tokens) and tokens[k + 1].text.lower() == "to")
        or (token.text.lower() == "instead" and k + 1 < len(tokens) and tokens[k + 1].text.lower() == "of")
        or (token.text.lower() == "rather" and k + 1 < len(tokens) and tokens[k + 1].text.lower() == "than")
    ]


_FAILING = _stems("fail unable refuse decline")
_COMPARED = frozenset(
    {"more", "less", "fewer", "later", "longer", "earlier", "sooner", "higher", "lower", "greater", "larger"}
)
_MERELY = _stems("just only merely necessarily always yet sure")


def _anchors(tokens: Sequence[Token], at: int) -> list[int]:
    """The words that a denial at `at` may deny, likeliest first: those behind it in its sentence, then those before."""
    here = tokens[at].clause
    after: list[int] = []
    for k in range(at + 1, min(len(tokens), at + 1 + REACH)):
        if tokens[k].clause != here or (tokens[k].comma and after):
            break
        after.append(k)
    if (
        len(after) > 1
        and tokens[after[0]].text.lower() in _COMPARED
        and tokens[after[1]].text.lower() == "than"
    ):
        return []  # `no more than five`: nothing is denied
    before = [k for k in range(at - 1, max(-1, at - 4), -1) if tokens[k].clause == here]
    told = [
        k for k in after if tokens[k].content and tokens[k].kind != "quantity" and tokens[k].key not in MODALS
    ]
    return [k for k in (told or [*after, *before]) if not _denies(tokens[k])]


def _denied(tokens: Sequence[Token], found: Alignment) -> Iterator[Turn]:
    """A denial on one side whose word stands on the other side without one."""
    theirs = found.window.tokens
    back = {j: i for i, j in enumerate(found.pairs) if j >= 0}
    touched = {theirs[j].clause for j in back}
    ours, others = _cues(tokens), _cues(theirs)
    # What is denied there may stand here in another place of the order.
    first = {t.key: k for k, t in reversed(list(enumerate(tokens))) if t.content and found.pairs[k] < 0}
    ours_at = {j: first[t.key] for j, t in enumerate(theirs) if t.key in first} | back
    if len(ours) == sum(1 for k in others if theirs[k].clause in touched):
        yield from _other_way_round(tokens, found, ours, others)
        return
    for cue in ours:
        token = tokens[cue]
        if found.pairs[cue] < 0:
            anchor = _partnered(_anchors(tokens, cue), lambda k: found.pairs[k] >= 0)
            if anchor >= 0 and not _answered(theirs, found.pairs[anchor], tokens, anchor):
                yield Turn(
                    "polarity", cue, f"{token.text!r} denies {tokens[anchor].text!r}; the source does not"
                )
    for cue in others:
        token = theirs[cue]
        if cue not in back:
            anchor = _partnered(_anchors(theirs, cue), ours_at.__contains__)
            if anchor >= 0 and not _answered(tokens, ours_at[anchor], theirs, anchor):
                yield Turn(
                    "polarity", ours_at[anchor],
                    f"the source says {token.text!r} of {theirs[anchor].text!r}; here nothing denies it",
                )  # fmt: skip


def _other_way_round(
    tokens: Sequence[Token], found: Alignment, ours: Sequence[int], others: Sequence[int]
) -> Iterator[Turn]:
    """As many denials on both sides, yet of different words: `on a, not on b` for `on b, not on a`."""
    theirs = found.window.tokens
    denied = {tokens[anchor[0]].key: anchor[0] for cue in ours if (anchor := _anchors(tokens, cue))}
    there = {theirs[anchor[0]].key for cue in others if (anchor := _anchors(theirs, cue))}
    mine, yours = denied.keys() - there, there - denied.keys()
    if mine & {t.key for t in theirs} and yours & {t.key for t in tokens}:
        at = denied[min(mine & {t.key for t in theirs})]
        yield Turn(
            "polarity", at, f"{tokens[at].text!r} is denied here, where the source denies another word"
        )


def _partnered(anchors: Sequence[int], paired: Callable[[int], bool]) -> int:
    """The first of the likeliest words that stands on the other side, too; -1 if none of the first three does."""
    return next((k for k in anchors[:3] if paired(k)), -1)


def _answered(other: Sequence[Token], there: int, one: Sequence[Token], here: int) -> bool:
    """Whether the other side denies as often around the same word, be it by words like `fails` and `disabled`."""
    return _denials(other, there) % 2 == _denials(one, here) % 2 or _denials(other, there) > _denials(
        one, here
    )


def _denials(tokens: Sequence[Token], at: int) -> int:
    """How many words of the same sentence near a place deny, by themselves or for what follows."""
    return sum(
        1
        for t in tokens[max(0, at - REACH - 1) : at + 4]
        if t.clause == tokens[at].clause and (_denies(t) or (t.kind == "word" and t.key in NEGATIVE))
    )


_PREFIXES = ("un", "in", "im", "il", "ir", "dis", "non", "mis")


def opposite(one: str, other: str) -> bool:
    """Whether two stems are opposites: listed as such, or one is the other behind a denying syllable."""
    if other in OPPOSITES.get(one, ()):
        return True
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return len(shorter) > 3 and any(longer == prefix + shorter for prefix in _PREFIXES)


def _opposed(tokens: Sequence[Token], found: Alignment) -> Iterator[Turn]:
    """A word in the place of its opposite."""
    theirs = found.window.tokens
    for at, token in enumerate(tokens):
        if found.pairs[at] >= 0 or token.value:
            continue
        between = found.opposite(at)
        if len(between) > 3:
            continue
        for other in between:
            if opposite(token.key, other.key):
                if _denying(tokens, at) == _denying(theirs, theirs.index(other)):
                    yield Turn("polarity", at, f"{token.text!r} stands where the source has {other.text!r}")
                break


def _denying(tokens: Sequence[Token], at: int) -> bool:
    return (
        sum(1 for t in tokens[max(0, at - 4) : at] if _denies(t) and t.clause == tokens[at].clause) % 2 == 1
    )


_HAVE = frozenset({"have", "has", "had", "having"})
_HEDGES = _stems("seems appears likely probably might may could perhaps possibly maybe apparently")
_CERTAIN = _stems("certainly definitely surely undoubtedly clearly")


def _force(tokens: Sequence[Token], low: int, high: int) -> dict[int, int]:
    """The modal classes between two places, each with where it stands."""
    found: dict[int, int] = {}
    for k in range(max(0, low), min(len(tokens), high)):
        token = tokens[k]
        force = MODALS.get(token.key)
        if (
            force is None
            and token.text.lower() in _HAVE
            and k + 1 < len(tokens)
            and tokens[k + 1].key == "to"
        ):
            force = 3
        if force is not None and token.kind == "word":
            found.setdefault(force, k)
    return found


def _modal(tokens: Sequence[Token], found: Alignment) -> Iterator[Turn]:
    """A modal word in the place of one of another class; one before what is told as done; one that is gone."""
    theirs = found.window.tokens
    back = {j: i for i, j in enumerate(found.pairs) if j >= 0}
    told: set[int] = set()
    for at in range(len(tokens)):
        force = next(iter(_force(tokens, at, at + 1)), None)
        if force is None or found.pairs[at] >= 0:
            continue
        between = found.opposite(at)
        forces = _force(between, 0, len(between))
        if force in forces:
            continue
        if forces:
            other, where = next(iter(forces.items()))
            told.add(at)
            yield Turn(
                "modality", at,
                f"{tokens[at].text!r} says {_SAID[force]}; the source has {between[where].text!r}, "
                f"{_SAID[other]}",
            )  # fmt: skip
            continue
        verb = _verb(tokens, at, lambda k: found.pairs[k] >= 0)
        if verb >= 0 and _fact(theirs, found.pairs[verb]) and not _fact(tokens, verb):
            told.add(at)
            yield Turn(
                "modality", at, f"{tokens[at].text!r} says {_SAID[force]}; the source tells it as a fact"
            )
    hedged = [t for j, t in enumerate(theirs) if t.key in _HEDGES and j not in back]
    for at, token in enumerate(tokens):
        if token.key in _CERTAIN and found.pairs[at] < 0 and hedged and not told:
            told.add(at)
            yield Turn(
                "modality", at, f"{token.text!r} makes certain what the source has with {hedged[0].text!r}"
            )
    for there, gone in enumerate(theirs):
        lost = MODALS.get(gone.key) if gone.kind == "word" and gone.key not in _ABLE else None
        if lost is None or there in back:
            continue
        verb = _verb(theirs, there, back.__contains__)
        if verb < 0 or any(abs(at - back[verb]) <= REACH for at in told):
            continue
        here = back[verb]
        if _force(tokens, here - REACH, here + 2) or not (
            _fact(tokens, here) or (lost == 1 and _is(tokens, here))
        ):
            continue
        if _fact(theirs, verb) and lost != 1:
            continue
        yield Turn(
            "modality", here,
            f"{tokens[here].text!r} is told as a fact; the source has {gone.text!r}, {_SAID[lost]}",
        )  # fmt: skip


def _verb(tokens: Sequence[Token], modal: int, paired: Callable[[int], bool]) -> int:
    """The word a modal goes with, if it stands on the other side, too; -1 if not."""
    here = tokens[modal].clause
    for k in range(modal + 1, min(len(tokens), modal + 5)):
        if tokens[k].clause != here:
            return -1
        if paired(k) and (tokens[k].content or tokens[k].key == "be"):
            return k
    return -1


def _fact(tokens: Sequence[Token], verb: int) -> bool:
    """Whether a verb is told as done: in the past, or after `has`, `was`, `did`."""
    before = [t.text.lower() for t in tokens[max(0, verb - 3) : verb] if t.clause == tokens[verb].clause]
    if any(MODALS.get(t.key) or t.text.lower() == "to" for t in tokens[max(0, verb - 2) : verb]):
        return False
    if any(word in _DONE for word in before):
        return True
    low = tokens[verb].text.lower()
    return (
        low in PAST
        or low in _DONE
        or (low.endswith("ed") and not any(word in ("be", "is", "are", "being") for word in before))
    )


def _is(tokens: Sequence[Token], at: int) -> bool:
    """Whether it is said to be so: `is`, `are`, or a verb in the present."""
    near = [t.text.lower() for t in tokens[max(0, at - 2) : at + 1]]
    return any(word in ("is", "are", "certainly", "definitely", "clearly", "surely") for word in near)


_DONE = frozenset({"has", "have", "had", "was", "were", "been", "did"})
_ABLE = _stems(
    "can könn peut puede kann need needs required mandatory obligatory optional recommended recommend "
    "plan intend"
)
"""Modal words that a text may leave out without a change of force."""
