"""Who said it: a tool's or a document's words must not be told as the user's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from limbeck.core.findings import Finding
from limbeck.core.source import Span

from .alignment import alignments, weights
from .reading import Reading
from .sentences import Sentence
from .tokens import tokens_of
from .verbatim import word_for_word

HEARD = 0.4
"""What the user is told to have said must stand to this share in the user's own words."""
AHEAD = 0.2
"""Somebody else said it if so much more of it stands in their words."""

_USER = r"(?<![\w`/.-])(?:the |our |this )?(?:end[- ])?(?:user|customer)(?:'s|’s)?(?![\w/-]|\.\w)"
_BETWEEN = (
    r"(?:,? (?:has|have|had|also|then|explicitly|clearly|first|later|now|only|never|still|just|always|"
    r"once|twice|again|did not|does not|"
    r"doesn['’]t|didn['’]t|further|next|himself|herself|who|in (?:the|a|an) \w+(?: \w+)?|\w+ly)){0,3},? "
)
_SAID = (
    r"(?:asks|asked|wants|wanted|requests|requested|requires|required|needs|needed|prefers|"
    r"preferred|instructs|instructed|"
    r"tells|told|says|said|insists|insisted|demands|demanded|orders|ordered|directs|directed|"
    r"specif(?:y|ies|ied)|"
    r"states|stated|mentions|mentioned|confirms|confirmed|approves|approved|agrees|agreed|decides|"
    r"decided|"
    r"chooses|chose|wishes|wished|expects|expected|would like|likes|liked|authori[sz]e[sd]?|allow(?:s|"
    r"ed)?|accept(?:s|ed)?|"
    r"has chosen|chosen|opt(?:s|ed)|has (?:made|given|set|pointed)|made (?:it )?clear|point(?:s|ed) out|"
    r"stress(?:es|ed)|not(?:es|ed)|"
    r"emphasi[sz]e[sd]?|add(?:s|ed)|remind(?:s|ed)|report(?:s|ed)|explain(?:s|ed)|describe[sd]|"
    r"propose[sd]|suggest(?:s|ed)|"
    r"has (?:asked|requested|said|told|instructed|decided|approved|confirmed|agreed|specified|stated|required)|"
    r"is asking|was asking|stated|gave|set)"
)
_ATTRIBUTED = re.compile(
    rf"(?i){_USER}{_BETWEEN}{_SAID}\b"
    r"|(?<![\w`/.-])(?:user|customer)['’]s (?:\w+ )?(?:instruction|request|preference|requirement|"
    r"constraint|decision|wish|goal"
    r"|rule|order)s?\b"
    rf"|\b(?:per|as per|according to|following|at) {_USER}"
    rf"|\b(?:asked|requested|instructed|told|required|approved|wanted|demanded|specified|confirmed|"
    rf"decided) by {_USER}"
    r"|\b(?:der|die) (?:Nutzer(?:in)?|Benutzer(?:in)?|Anwender(?:in)?|Kund(?:e|"
    r"in))\b[^.;:]{0,30}?\b(?:möchte|will|wollte|bat|bittet|verlangt|wünscht|sagte|bevorzugt|fordert|hat)\b"
    r"|\bl['’]utilisateur (?:veut|souhaite|demande|a demandé|préfère|exige)\b"
    r"|\bel usuario (?:quiere|pide|pidió|prefiere|solicita|solicitó|exige)\b"
)
_SUPPOSED = re.compile(
    r"(?i)\b(?:if|when|whenever|once|unless|until|till|after|before|whether|where|in case|as soon as|"
    r"wenn|falls|si|cuando)\s*$"
)
_ANOTHER = re.compile(
    r"(?i)[,;:—–]?\s(?:so|and|but|while|whereupon|which|after which) (?:the )?(?:agent|assistant|tool|"
    r"model|it|he|she|they|this)\b"
    r"|;\s"
)
"""Where a sentence goes over to somebody else."""
_NAMED = re.compile(
    r"(?i)\b(?:(?-i:I)|ich|mein\w*|users?|customers?|clients?|"
    r"nutzer\w*|kund\w+|utilisateurs?|usuarios?)\b"
)
"""A text in which nobody is known to speak can tell of users all the same, or be written by one."""
_WONDERS = re.compile(
    r"(?i)\s*(?:to (?:know|understand|find out|learn|see)|about|why|whether|how|what|if|which|when|where|who)\b"
)
_LABELED = re.compile(
    r"(?i)^(?:user|human|customer|user (?:request|instruction|preference|requirement)s?)\s*:\s"
)
_USER_HEADING = re.compile(
    r"(?i)\b(?:user|customer)\b.{0,20}\b(?:instruction|request|preference|requirement|constraint|message|"
    r"wish|rule)s?\b|\bpreferences\b"
)
_TOOL = re.compile(
    r"(?i)\b(?:tool|command|script|log|page|file|document|output|result|assistant|agent|website|api|"
    r"server|test)s?\b[^.;:]{0,20}"
    r"\b(?:said|says|returned|returns|showed|shows|asked|asks|told|tells|instructed|instructs|reported|"
    r"reports|contained|contains)\b"
)


def attributed(sentence: Sentence) -> int:
    """Where what the user is told to have said begins; -1 if the sentence tells nothing of the user."""
    found = _LABELED.match(sentence.text) or _ATTRIBUTED.search(sentence.text)
    if found is not None:
        return -1 if _SUPPOSED.search(sentence.text, 0, found.start()) else found.end()
    if sentence.heading and _USER_HEADING.search(sentence.heading) and not sentence.titled:
        return 0
    return -1


def role_findings(reading: Reading, sentence: Sentence) -> Iterator[Finding]:
    """A statement of the user's that the user did not make."""
    at = attributed(sentence)
    if at < 0 or _TOOL.search(sentence.text[:at]):
        return
    said = sentence.text[at:]
    another = _ANOTHER.search(said, 12)
    if another is not None:
        said = said[: another.start()]
    tokens = tokens_of(said)
    weight = weights(reading, tokens)
    if sum(1 for token in tokens if token.content) < 2:
        return
    whole = alignments(
        reading, sentence.text, tokens_of(sentence.text), [1.0] * len(tokens_of(sentence.text))
    )
    if whole and whole[0].cover >= SAME and _may_tell(reading, sentence, whole[0].window.role):
        return  # the source itself tells it so
    if not reading.roles_known:
        found = alignments(reading, said, tokens, weight)
        if not found or found[0].cover < UNHEARD or not _NAMED.search(found[0].window.text):
            yield Finding(
                "role", sentence.text, sentence.start, sentence.start + len(sentence.text),
                "told as the user's word; the source does not hold it",
            )  # fmt: skip
        return
    spoken = [role == "user" for role in reading.role]
    heading = at == 0  # a heading says it of many sentences, some of which only belong there
    theirs = alignments(reading, said, tokens, weight, among=lambda row: spoken[row])
    others = alignments(reading, said, tokens, weight, among=lambda row: not spoken[row])
    user = theirs[0].cover if theirs else 0.0
    other = others[0].cover if others else 0.0
    asking = _WONDERS.match(said) is not None  # an answer holds the words of its question
    if user >= 0.75 or (user >= HEARD and other < user + AHEAD) or (asking and user >= HEARD / 2):
        return
    where = {"tool": "a tool's output", "assistant": "the assistant's words", "system": "the system message"}
    if other >= user + AHEAD and other >= TOLD:
        role = others[0].window.role
        if role == "system":
            return  # the operator's rules bind like the user's
        reason = f"told as the user's word, but it stands in {where.get(role, 'a document')}"
        evidence: tuple[Span, ...] = (others[0].window.span,)
    elif user < (HEARD / 2 if heading else HEARD):
        reason = f"told as the user's word; only {user:.0%} of it stands in what the user said"
        evidence = (theirs[0].window.span,) if theirs else ()
    else:
        return
    yield Finding(
        "role", sentence.text, sentence.start, sentence.start + len(sentence.text), reason, evidence
    )


SAME = 0.85
"""A sentence of which this share stands in one place, attribution and all, is the source's own."""
UNHEARD = 0.6
"""Where nobody is known to speak, at least this share must stand in the source."""
TOLD = 0.5
"""From this share on it is held to be somebody else's word."""


def _may_tell(reading: Reading, sentence: Sentence, role: str) -> bool:
    """Whether what a place of the source says of the user counts: not if a tool says it, or only nearly the agent."""
    if role == "assistant":
        return word_for_word(reading, sentence.text)
    if role == "tool" or _LABELED.match(sentence.text) is not None:
        return _LABELED.match(sentence.text) is not None and word_for_word(reading, sentence.text)
    return role in ("", "user", "system")
