"""Faults in what a statement says of its words: negations added or taken out, opposites, modal verbs."""

from __future__ import annotations

import random
import re

from .case import Edit, replaced, share
from .world import World

NEGATIVE = re.compile(
    r"\b(?:not|never|no|none|nothing|nobody|neither|nor|without|cannot|hardly|rarely|unless|fails?|"
    r"failed|lacks?|"
    r"only|few|little|until|against|except|but|rather)\b|n['’]t\b",
    re.I,
)
ASKS = re.compile(
    r"\?|^(?:what|how|why|who|where|when|which)\b|\bwhether\b|\bor (?:may )?not\b|\bnot only\b", re.I
)
CONDITION = re.compile(r"\b(?:if|when|once|after|before|unless|because|what|that|which|until)\b", re.I)
VERBS = re.findall(
    r"\S+",
    """
    return contain use support require include create provide allow need show work run call start stop
    save store delete remove add update change handle check accept ignore raise throw produce generate
    send receive read write load keep open close apply affect cause match exist appear connect respond
    know want like play live own offer cover belong represent mean cost serve receive win lose believe
    think agree plan hope enjoy help prefer expect remain depend consist extend define refer describe
    enable prevent replace implement inherit override trigger confirm explain report recommend suggest
    charge accept grant apply hold carry control influence employ
    """,
)


def _third(verb: str) -> str:
    if verb.endswith(("s", "sh", "ch", "x", "z")):
        return verb + "es"
    return verb[:-1] + "ies" if verb.endswith("y") and verb[-2] not in "aeiou" else verb + "s"


def _past(verb: str) -> str:
    if verb.endswith("e"):
        return verb + "d"
    return verb[:-1] + "ied" if verb.endswith("y") and verb[-2] not in "aeiou" else verb + "ed"


IRREGULAR = {
    "planned": "plan", "stopped": "stop", "won": "win", "lost": "lose", "ran": "run", "wrote": "write", "sent": "send",
    "kept": "keep", "knew": "know", "thought": "think", "held": "hold", "showed": "show", "preferred": "prefer",
    "found": "find", "gave": "give", "made": "make", "took": "take", "went": "go", "saw": "see", "got": "get",
    "began": "begin", "bought": "buy", "said": "say", "told": "tell", "became": "become", "led": "lead", "met": "meet",
    "threw": "throw", "meant": "mean", "referred": "refer", "controlled": "control",
    "overrode": "override",
}  # fmt: skip
THIRD = {_third(verb): verb for verb in VERBS}
PAST = {_past(verb): verb for verb in VERBS if verb not in {*IRREGULAR.values(), "cost", "read"}} | IRREGULAR
_NOUN_LIKE = (
    "runs|costs|changes|shows|reports|calls|starts|stops|stores|handles|checks|matches|offers|covers|plans|needs|uses|"
    "supports|works|returns|lives|plays|updates|loads|throws|causes|helps|raises|reads|grants|charges|hopes|holds|"
    "controls|influences|accepts|wins|sends|saves|ignores|triggers|overrides"
)
_PLAIN_THIRD = "|".join(
    verb for verb in sorted(THIRD, key=len, reverse=True) if verb not in _NOUN_LIKE.split("|")
)
_PAST = "|".join(sorted(PAST, key=len, reverse=True))
_NEXT = (
    r"(?= (?:the|a|an|its|their|his|her|your|our|my|this|these|all|any|that|to|for|in|on|from|as|at|when|more|"
    r"about)\b)"
)
_SUBJECT = r"(?:I|We|we|He|he|She|she|They|they|It|it|You|you|[A-Z][a-z]{3,}(?<!ly)|who|which)"

ADDED: dict[str, list[tuple[str, str]]] = {
    "negation added: be": [
        (r"(?<![.\w-])(?P<v>is|are|was|were)\b(?= (?:[a-z]|the\b))(?! (?:it|there|that|you|he|she|"
        r"they|we)\b)", r"\g<v> not"),
    ],
    "negation added: modal": [
        (r"(?<!\b[Tt]he )(?<!\ba )(?<!\b[Gg]ood )(?<!\bfree )(?<!\w-)\b(?P<v>will|should|must|could|"
        r"would)\b(?= [a-z]{2})(?! (?:you|i|we|it|be able)\b)", r"\g<v> not"),
        (r"(?<!\b[Tt]he )(?<!\ba )\b(?P<v>can)\b(?= [a-z]{2})(?! (?:you|i|we|it)\b)", "cannot"),
        (r"\b(?P<v>has|have|had)\b(?= (?:been|[a-z]{3,}ed)\b)", r"\g<v> not"),
    ],
    "negation added: verb": [
        (rf"(?<= )(?<!to )(?<!the )(?<!a )(?<!and )(?P<v>{_PLAIN_THIRD})\b{_NEXT}", "does not {third}"),
        (
            rf"\b(?:[Ii]t|[Hh]e|[Ss]he|which|that|[Tt]his|who|user|agent|system|function|method|server|script|command|"
            rf"tool|file|code|test|class|section) (?P<v>{_NOUN_LIKE})\b{_NEXT}",
            "does not {third}",
        ),
        (rf"\b{_SUBJECT} (?P<v>{_PAST})\b{_NEXT}", "did not {past}"),
    ],
    "negation added: imperative": [
        (r"^(?P<v>Use|Add|Run|Keep|Include|Check|Make|Create|Call|Set|Provide|Ask|Write|Return|"
        r"Remove|Update|Read|Ensure|Put|Follow|Start|Send|Allow|Follow)\b(?= [a-z`])", "Do not {lower}"),
    ],
}  # fmt: skip

_TAIL = r"(?! (?:only|just|necessarily|sure|unless|until|least|yet|to mention|merely|simply|more than|less than)\b)"
REMOVED: dict[str, list[tuple[str, str]]] = {
    "negation removed: not": [
        (rf"\b(?P<v>(?P<k>is|are|was|were|do|does|did|should|must|could|would|will|has|have|had|may|"
        rf"can) not)\b{_TAIL}", r"\g<k>"),
        (rf"\b(?P<v>cannot)\b{_TAIL}", "can"),
    ],
    "negation removed: n't": [
        (rf"\b(?P<v>(?P<k>is|are|was|were|do|does|did|should|must|could|would|has|have|had|"
        rf"need)n['’]t)\b{_TAIL}", r"\g<k>"),
        (rf"\b(?P<v>can['’]t)\b{_TAIL}", "can"),
        (rf"\b(?P<v>won['’]t)\b{_TAIL}", "will"),
    ],
    "negation removed: never": [
        (r"(?<!\w)(?P<v>never)\b", "always"),
        (r"\b(?P<v>NEVER)\b", "ALWAYS"),
        (r"\b(?P<v>Never)\b", "Always"),
    ],
    "negation removed: no": [
        (r"(?<=[a-z,] )(?P<v>no longer)\b", "still"),
        (r"\b(?P<v>no)\b(?= [a-z]{3,}s\b)(?! (?:matter|less|sooner|means)\b)", "some"),
        (r"\b(?P<v>is no)\b(?= [a-z]{3,})(?! (?:longer|more|less|one|need)\b)", "is a"),
        (r"\b(?P<v>nothing)\b(?! (?:but|more|less))", "everything"),
        (r"\b(?P<v>[Nn]one of)\b", "all of"),
        (r"\b(?P<v>[Nn]o one|[Nn]obody)\b(?!-)", "everyone"),
    ],
}  # fmt: skip
QUANTITY: dict[str, list[tuple[str, str]]] = {
    "quantity: always to never": [
        (r"\b(?P<v>always)\b", "never"), (r"\b(?P<v>ALWAYS)\b", "NEVER"), (r"\b(?P<v>Always)\b", "Never"),
    ],
    "quantity: all to no": [
        (r"(?<!of )(?<!at )(?<!in )(?<!with )(?<!\w-)\b(?P<v>all)\b(?= (?:[a-z]+ )?[a-z]{3,}s\b)(?! "
        r"(?:this|was|is|across|the|our|your|my|its|his|her|their|these|those|of)\b)", "no"),
        (r"^(?P<v>All)\b(?= (?:[a-z]+ )?[a-z]{3,}s\b)(?! (?:the|our|your|my|its|his|her|their|these|"
        r"those|of|this|is|was)\b)", "No"),
        (r"\b(?P<v>all of|[Aa]ll the)\b(?= (?:the |our |your |its )?[a-z]{3,}s\b)", "none of the"),
        (r"\b(?P<v>[Bb]oth of)\b", "neither of"),
        (r"\b(?P<v>[Mm]ost)\b(?= of (?:the|our|your|its|their)\b)", "few"),
        (r"\b(?P<v>everyone|everybody)\b", "nobody"), (r"\b(?P<v>Everyone|Everybody)\b", "Nobody"),
    ],
    "quantity: with and without": [
        (r"\b(?P<v>without)\b(?= (?:an?y?|the|your|their|[a-z]+ing|[a-z]+s)\b)", "with"),
        (r"(?<!help )(?<!deal )(?<!wrong )(?<!issue )(?<!up )(?<!along )(?<!start )(?<!problem )\b"
        r"(?P<v>with)\b(?= (?:an?|the|your|its|their|[a-z]+s)\b)", "without"),
    ],
    "quantity: at least": [
        (r"\b(?P<v>at least)\b", "at most"), (r"\b(?P<v>at most)\b", "at least"),
        (r"\b(?P<v>more than)\b", "less than"), (r"\b(?P<v>less than|fewer than)\b", "more than"),
        (r"\b(?P<v>greater than)\b", "less than"), (r"\b(?P<v>up to)\b(?= (?:\d|\$))", "at least"),
        (r"\b(?P<v>over)\b(?= \d)", "under"), (r"\b(?P<v>under)\b(?= \d)", "over"),
    ],
}  # fmt: skip

PAIRS: dict[str, tuple[tuple[str, str], ...]] = {
    "opposite: pass and fail": (
        ("fails", "passes"), ("failed", "passed"), ("failing", "passing"), ("fail", "pass"), ("failure", "success"),
        ("succeeded", "failed"), ("succeeds", "fails"), ("successfully", "unsuccessfully"),
        ("successful", "unsuccessful"), ("correct", "incorrect"), ("correctly", "incorrectly"), ("valid", "invalid"),
        ("resolved", "unresolved"), ("won", "lost"),
    ),
    "opposite: switch": (
        ("enabled", "disabled"), ("enable", "disable"), ("enables", "disables"), ("true", "false"), ("True", "False"),
        ("active", "inactive"), ("online", "offline"), ("connected", "disconnected"), ("open", "closed"),
        ("opened", "closed"), ("started", "stopped"), ("installed", "uninstalled"), ("added", "removed"),
        ("add", "remove"), ("include", "exclude"), ("includes", "excludes"), ("included", "excluded"),
        ("including", "excluding"), ("encrypted", "unencrypted"), ("present", "absent"),
    ),
    "opposite: leave": (
        ("allowed", "forbidden"), ("allow", "forbid"), ("allows", "forbids"), ("permitted", "prohibited"),
        ("prohibited", "permitted"), ("forbidden", "allowed"), ("accepted", "rejected"), ("accept", "reject"),
        ("approved", "denied"), ("denied", "granted"), ("required", "optional"), ("optional", "required"),
        ("possible", "impossible"), ("impossible", "possible"), ("available", "unavailable"),
        ("unavailable", "available"), ("eligible", "ineligible"), ("unable", "able"), ("able", "unable"),
        ("legal", "illegal"), ("public", "private"), ("safe", "unsafe"),
    ),
    "opposite: order and size": (
        ("before", "after"), ("after", "before"), ("above", "below"), ("below", "above"), ("increase", "decrease"),
        ("increased", "decreased"), ("increases", "decreases"), ("higher", "lower"), ("lower", "higher"),
        ("larger", "smaller"), ("smaller", "larger"), ("maximum", "minimum"), ("minimum", "maximum"),
        ("longer", "shorter"), ("faster", "slower"), ("older", "younger"), ("earlier", "later"), ("highest", "lowest"),
        ("largest", "smallest"), ("oldest", "newest"), ("best", "worst"), ("rise", "fall"), ("rose", "fell"),
        ("agreed", "disagreed"), ("agree", "disagree"), ("inside", "outside"), ("internal", "external"),
        ("north", "south"), ("northern", "southern"), ("winner", "loser"), ("cheaper", "dearer"),
        ("positive", "negative"), ("upgrade", "downgrade"), ("gained", "lost"), ("easy", "hard"),
    ),
}  # fmt: skip

MODAL: dict[str, list[tuple[str, str]]] = {
    "modality: must to may": [
        (r"\b(?P<v>must)\b(?! not\b)(?= [a-z])", "may"), (r"\b(?P<v>MUST)\b(?! NOT\b)", "MAY"),
        (r"\b(?P<v>has to|is required to)\b", "may"),
        (r"(?<!may )(?<!might )(?<!will )(?<!would )(?<!could )(?<!n['’]t )\b(?P<v>have to|"
        r"are required to)\b", "may"),
        (r"\b(?P<v>need to|needs to)\b(?! (?:and|or|but)\b)(?= [a-z])", "may"),
    ],
    "modality: should to must": [(r"\b(?P<v>should)\b(?! (?:not|have|you|they|we|it|i|he|she|the)\b)"
    r"(?= [a-z])", "must")],
    "modality: may to must": [
        (r"(?<!\d )\b(?P<v>may)\b(?! (?:not|have|\d)\b)(?= [a-z]{2})", "must"),
        (r"(?<!\b[Tt]he )(?<!\ba )\b(?P<v>can)\b(?! (?:not|also|you|I|we|be seen)\b)(?= [a-z]{2})", "must"),
    ],
    "modality: will to might": [
        (r"(?<!\b[Tt]he )(?<!\ba )(?<!free )\b(?P<v>will)\b(?! not\b)(?= [a-z]{2})", "might"),
        (r"(?P<v>['’]ll)\b(?= [a-z])", " might"),
    ],
    "modality: did to should": [
        (r"(?<!not )(?<!would )(?<!could )(?<!may )(?<!might )(?<!must )(?<!should )\b"
        r"(?P<v>has been|have been)\b(?= [a-z]+ed\b)", "should be"),
        (rf"\b{_SUBJECT} (?P<v>{_PAST})\b{_NEXT}", "should {past}"),
    ],
    "modality: might to is": [
        (r"(?<![a-rt-z]s )(?<!they )(?<!we )(?<!you )(?<!I )\b(?P<v>(?:might|may|could) be)\b(?! "
        r"(?:able|a bit|[a-z]+ed|[a-z]+en)\b)", "is certainly"),
        (r"\b(?P<v>seems to be|appears to be|is probably|is likely(?! to))\b", "is certainly"),
        (r"\b(?P<v>might have|may have)\b(?= [a-z]+ed\b)", "certainly"),
    ],
}  # fmt: skip

RULES: dict[str, list[tuple[re.Pattern[str], str]]] = {
    kind: [(re.compile(pattern), new) for pattern, new in rules]
    for kind, rules in (ADDED | REMOVED | QUANTITY | MODAL).items()
}
PAIR_RULES: dict[str, list[list[tuple[re.Pattern[str], str]]]] = {
    kind: [
        [
            (re.compile(rf"(?<![\w`\"'“/.=_-])(?P<v>{a})(?![\w`\"'”=_/-]|\.\w|\()"), b)
            for a, b in ((one, other), (other, one))
        ]
        for one, other in pairs
    ]
    for kind, pairs in PAIRS.items()
}
RULES |= {kind: [rule for pair in pairs for rule in pair] for kind, pairs in PAIR_RULES.items()}


def flipped(kind: str, claim: str, world: World, rng: random.Random) -> Edit | None:
    """One change of polarity or modality; None when the statement offers none that is sure to make it untrue."""
    if ASKS.search(claim):
        return None
    negated = list(NEGATIVE.finditer(claim))
    if kind.startswith("negation added") and negated:
        return None
    if kind == "quantity: all to no" and negated:
        return None
    if kind == "modality: did to should" and CONDITION.search(claim):
        return None
    if kind.startswith(("negation removed", "quantity")) and len(negated) > 1:
        return None
    rules = list(RULES[kind])
    if kind.startswith("opposite"):
        rules = [rule for pair in share(PAIR_RULES[kind], world.material.half) for rule in pair]
    rng.shuffle(rules)
    for pattern, new in rules:
        matches = [match for match in pattern.finditer(claim) if not _in_code(claim, match.start("v"))]
        if not matches:
            continue
        match = rng.choice(matches)
        old = match["v"]
        words = match.expand(new) if "\\g" in new else new
        words = words.format(third=THIRD.get(old, ""), past=PAST.get(old, ""), lower=old.lower())
        if words.lower() in claim.lower().split() and kind.startswith(
            ("opposite", "quantity", "negation removed: never")
        ):
            continue
        if match.start("v") == 0 and not words[0].isupper():
            words = words.capitalize()
        edit = replaced(claim, match.start("v"), match.end("v"), words)
        if not world.holds(edit.text):
            return edit
    return None


def _in_code(text: str, at: int) -> bool:
    """Whether a place lies in a code span or in quotation marks."""
    before = text[:at]
    return before.count("`") % 2 == 1 or before.count('"') % 2 == 1 or before.count("“") > before.count("”")
