"""Controls: rewordings after which a statement says the same, or less, and nothing else."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from .case import Claim

Reword = Callable[[Claim, random.Random], str | None]

SYNONYMS: tuple[tuple[str, str], ...] = (
    (r"in order to", "to"), (r"prior to", "before"), (r"for example", "for instance"), (r"because"
    r"(?! of)", "since"),
    (r"begins", "starts"), (r"began", "started"), (r"shows", "displays"), (r"showed", "displayed"),
    (r"shown", "displayed"), (r"uses", "makes use of"), (r"large", "big"),
    (r"many", "numerous"), (r"need to", "have to"), (r"needs to", "has to"), (r"currently", "at present"),
    (r"ensure that", "make sure that"), (r"although", "though"), (r"whole", "entire"), (r"buy", "purchase"),
    (r"bought", "purchased"), (r"verify", "check"), (r"creates", "makes"), (r"modify", "change"),
    (r"modified", "changed"), (r"locate", "find"), (r"located", "situated"), (r"purchase", "buy"),
    (r"approximately", "about"), (r"roughly", "about"), (r"assist", "help"), (r"obtain", "get"),
    (r"obtained", "got"), (r"receive", "get"), (r"received", "got"), (r"additional", "further"),
    (r"various", "several different"), (r"therefore", "so"), (r"however", "though"),
    (r"such as", "like"), (r"kids", "children"), (r"attempt", "try"), (r"attempts", "tries"),
    (r"commence", "begin"), (r"terminate", "end"), (r"occurs", "happens"), (r"occurred", "happened"),
    (r"speaks", "talks"), (r"movie", "film"), (r"film", "movie"), (r"repair", "fix"), (r"(?<=the )issue", "problem"),
    (r"quickly", "fast"), (r"frequently", "often"), (r"often", "frequently"), (r"wish", "want"),
    (r"requires", "calls for"), (r"contains", "holds"), (r"demonstrates", "shows"), (r"indicates", "shows"),
    (r"comprises", "consists of"), (r"nearly", "almost"), (r"almost", "nearly"), (r"entire", "whole"),
    (r"choose", "pick"), (r"select", "choose"), (r"handles", "deals with"), 
    (r"as well as", "and"), (r"a number of", "several"), (r"due to", "because of"), (r"via", "through"),
)  # fmt: skip
_SYNONYM = [
    (re.compile(rf"(?<![\w`/.=-]){old}(?![\w`/=-]|\.\w)|^{old.capitalize()}(?= )"), new)
    for old, new in SYNONYMS
]

EXPANDED: tuple[tuple[str, str], ...] = (
    (r"don['’]t", "do not"), (r"doesn['’]t", "does not"), (r"didn['’]t", "did not"), (r"isn['’]t", "is not"),
    (r"aren['’]t", "are not"), (r"wasn['’]t", "was not"), (r"weren['’]t", "were not"), (r"can['’]t", "cannot"),
    (r"won['’]t", "will not"), (r"shouldn['’]t", "should not"), (r"couldn['’]t", "could not"),
    (r"wouldn['’]t", "would not"), (r"hasn['’]t", "has not"), (r"haven['’]t", "have not"), (r"I['’]m", "I am"),
    (r"it['’]s(?= (?:a|an|the|not|very|important|possible|likely|been)\b)", "it is"), (r"I['’]ll", "I will"),
    (r"we['’]ll", "we will"), (r"you['’]ll", "you will"), (r"I['’]ve", "I have"), (r"we['’]ve", "we have"),
    (r"they['’]re", "they are"), (r"you['’]re", "you are"), (r"we['’]re", "we are"),
    (r"that['’]s(?= (?:a|an|the|not|very|why|what|how)\b)", "that is"),
)  # fmt: skip
_EXPAND = [(re.compile(rf"(?<!\w){old}\b(?!(?-i: [A-Z]))", re.I), new) for old, new in EXPANDED]
_CONTRACT = [
    (re.compile(rf"(?<!\w){old}\b(?! (?:only|just|to\b))"), new)
    for old, new in (
        ("do not", "don't"), ("does not", "doesn't"), ("did not", "didn't"), ("is not", "isn't"),
        ("are not", "aren't"), ("was not", "wasn't"), ("were not", "weren't"), ("cannot", "can't"),
        ("will not", "won't"), ("should not", "shouldn't"), ("could not", "couldn't"), ("has not", "hasn't"),
        ("have not", "haven't"), ("would not", "wouldn't"), ("must not", "mustn't"), ("Do not", "Don't"),
    )
]  # fmt: skip
_NEGATION = re.compile(r"n['’]t\b|\b(?:not|never|no|without)\b", re.I)
_OBLIGED = (
    (re.compile(r"\b(I|[Yy]ou|[Ww]e|[Tt]hey|[a-z]{3,}s) must(?= [a-z]+\b)(?! not)"), r"\1 have to"),
    (re.compile(r"\b([a-z]{2,}[a-rt-z]|[Ii]t|[Hh]e|[Ss]he) must(?= [a-z]+\b)(?! not)"), r"\1 has to"),
    (
        re.compile(
            r"(?<!will )(?<!would )(?<!could )(?<!may )(?<!might )(?<!should )(?<!to )\b(?:has|"
            r"have) to(?= [a-z]{2,}\b)"
        ),
        "must",
    ),
    (re.compile(r"\b(?:is|are) required to\b"), "must"),
    (re.compile(r"\b(?:is|are) permitted to\b"), "may"),
    (re.compile(r"\b(?:is|are) allowed to\b"), "may"),
    (re.compile(r"\b(?:is|are) able to\b"), "can"),
    (re.compile(r"\b[Mm]ake sure (?:to|that you)\b"), "be sure to"),
)


def _free(text: str, at: int) -> bool:
    """Whether a place lies outside code spans and quotation marks."""
    before = text[:at]
    return (
        before.count("`") % 2 == 0 and before.count('"') % 2 == 0 and before.count("“") <= before.count("”")
    )


def _substituted(text: str, rules: list[tuple[re.Pattern[str], str]], limit: int) -> str | None:
    made = 0
    for pattern, new in rules:
        match = pattern.search(text)
        if not match or not _free(text, match.start()):
            continue
        words = match.expand(new)
        if match[0][0].isupper():
            words = words[0].upper() + words[1:]
        text = text[: match.start()] + words + text[match.end() :]
        made += 1
        if made == limit:
            break
    return text if made else None


def synonyms(claim: Claim, rng: random.Random) -> str | None:
    rules = list(_SYNONYM)
    rng.shuffle(rules)
    return _substituted(claim.text, rules, 2) if claim.english and claim.prose else None


def contractions(claim: Claim, rng: random.Random) -> str | None:
    if not claim.english or not claim.prose:
        return None
    return _substituted(claim.text, _EXPAND, 3) or _substituted(claim.text, list(_CONTRACT), 3)


def obligations(claim: Claim, rng: random.Random) -> str | None:
    if not claim.english or not claim.prose or _NEGATION.search(claim.text):
        return None  # `do not have to` is not `must not`
    return _substituted(claim.text, list(_OBLIGED), 1)


_DONE = r"created|added|updated|modified|fixed|removed|edited|installed|canceled|cancelled|booked|"
r"deleted|opened|wrote"
_ACTIVE = re.compile(
    rf"^(?P<who>I|We)(?P<has>['’]ve| have)? (?:successfully )?(?P<verb>{_DONE}) "
    r"(?P<what>(?:the|a|an|your) [^,;:!?]{4,80})[.!]$"
)
_PLAIN = re.compile(
    r"^(?P<who>(?:The |A )?[A-Z]?[a-zA-Z]+(?: [A-Z]?[a-z]+){0,2}) (?P<verb>defeated|occupied|"
    r"replaced|introduced|released|"
    r"attacked|destroyed|abolished|founded|produced|directed|published|designed|established|"
    r"announced|approved|"
    r"acquired|adopted|rejected|developed|discovered|invented|opened|updated|added|created|removed|ordered) "
    r"(?P<what>(?:the|a|an) [^,;:!?.]{4,80}?)(?P<when> in (?:\w+ )?\d{4})?\.$"
)
_BY = re.compile(
    r"^(?P<what>(?:The|A|An) [a-zA-Z -]{3,50}) (?P<be>was|were) (?P<verb>written|created|built|"
    r"designed|directed|"
    r"founded|produced|developed|published|maintained|abolished|occupied|replaced|introduced|"
    r"discovered|established|"
    r"acquired|approved|opened) by (?P<who>[^,;.]{3,60}?)(?P<when> in (?:\w+ )?\d{4})?\.$"
)


def passive(claim: Claim, rng: random.Random) -> str | None:
    """Active to passive, or back, for whole simple sentences."""
    if match := _ACTIVE.match(claim.text):
        if claim.role != "assistant":
            return None
        verb = "written" if match["verb"] == "wrote" else match["verb"]
        what = match["what"].replace("your", "the")
        return f"{what[0].upper()}{what[1:]} {'has been' if match['has'] else 'was'} {verb} by the assistant."
    if match := _BY.match(claim.text):
        past = {"written": "wrote", "built": "built"}.get(match["verb"], match["verb"])
        who, what = match["who"], match["what"]
        return f"{who[0].upper()}{who[1:]} {past} {what[0].lower()}{what[1:]}{match['when'] or ''}."
    if match := _PLAIN.match(claim.text):
        who, what = match["who"], match["what"]
        if re.search(r"\b(?:and|but|who|which|that|while|have|has|had|was|is)\b", f"{who} {what}"):
            return None
        who = who[0].lower() + who[1:] if who.startswith(("The ", "A ", "He", "She", "They", "It")) else who
        who = {"he": "him", "she": "her", "they": "them"}.get(who, who)
        be = (
            "were"
            if re.search(r"[a-rt-z]s$", what.split(" of ")[0].split(" to ")[0].split(" in ")[0])
            else "was"
        )
        return f"{what[0].upper()}{what[1:]} {be} {match['verb']} by {who}{match['when'] or ''}."
    return None


FRAMES: dict[str, tuple[str, ...]] = {
    "user": ("The user said: {}", 'The user wrote: "{}"', "User: {}", "According to the user: {}"),
    "tool": ("The tool returned: {}", "Tool output: {}", "A tool result shows: {}", "The output says: {}"),
    "assistant": ("The assistant said: {}", "The agent noted: {}", "The assistant wrote: {}", "Agent: {}"),
    "system": ("The system prompt says: {}", "Policy: {}", "The instructions state: {}", "Rule: {}"),
    "document": ("The text says: {}", "According to the document: {}", "The document states: {}", "Source: {}"),
}  # fmt: skip


def attributed(claim: Claim, rng: random.Random) -> str | None:
    """Who said it, before the words themselves."""
    frame = rng.choice(FRAMES[claim.role])
    return frame.format(claim.text) if '"' not in claim.text or '"' not in frame else None


_PERSON: tuple[tuple[str, str], ...] = (
    (r"I['’]m|I am", "{} is"), (r"I['’]ve|I have", "{} has"), (r"I['’]ll|I will", "{} will"),
    (r"I['’]d like", "{} would like"), (r"I would", "{} would"), (r"I need", "{} needs"), (r"I want", "{} wants"),
    (r"I think", "{} thinks"), (r"I believe", "{} believes"), (r"I see", "{} sees"), (r"I know", "{} knows"),
    (r"I like", "{} likes"), (r"I can", "{} can"), (r"I was", "{} was"), (r"I had", "{} had"),
    (r"I should", "{} should"), (r"I must", "{} must"), (r"I don['’]t", "{} does not"), (r"I didn['’]t", "{} did not"),
    (r"I couldn['’]t", "{} could not"),
    (r"I (?=[a-z]+ed\b)", "{} "), (r"I found", "{} found"), (r"I understand", "{} understands"), (r"I do", "{} does"),
)  # fmt: skip
_PERSONS = [
    (re.compile(rf"\b{old}\b" if not old.endswith(")") else rf"\b{old}"), new) for old, new in _PERSON
]


def third_person(claim: Claim, rng: random.Random) -> str | None:
    """`I` of the user or the assistant told from outside."""
    if claim.role not in ("user", "assistant") or not claim.english or not re.search(r"\bI\b", claim.text):
        return None
    if (
        re.search(r"\b(?:we|our|us|you|your|['’]s)\b", claim.text, re.I)
        or '"' in claim.text
        or "`" in claim.text
    ):
        return None
    who = "the user" if claim.role == "user" else rng.choice(("the assistant", "the agent"))
    text = claim.text
    for pattern, new in _PERSONS:
        text = pattern.sub(new.format(who), text)
    if re.search(r"\bI\b", text):
        return None
    their = "their" if claim.role == "user" else "its"
    text = re.sub(r"\b[Mm]y\b", their, text)
    text = re.sub(r"\bmyself\b", "themselves" if claim.role == "user" else "itself", text)
    text = re.sub(r"\bme\b", "them" if claim.role == "user" else "it", text)
    return text[0].upper() + text[1:]


_SPLITS = (
    (re.compile(r"; (?=(?:the|it|they|he|she|this|these|you|we|I)\b)"), ". "),
    (re.compile(r", and (?=(?:it|they|he|she|this|these|you|we|I) [a-z]+)"), ". "),
    (re.compile(r", but (?=(?:it|they|he|she|this|these|you|we|I) [a-z]+)"), ". However, "),
)


def split_up(claim: Claim, rng: random.Random) -> str | None:
    """One sentence made two, where a new subject begins."""
    if not claim.english or re.search(
        r"\b(?:if|when|unless|because|although|while|that|who|which)\b", claim.text, re.I
    ):
        return None
    for pattern, new in _SPLITS:
        if (match := pattern.search(claim.text)) and _free(claim.text, match.start()):
            tail = claim.text[match.end() :]
            tail = tail if new.endswith(", ") else tail[0].upper() + tail[1:]
            return claim.text[: match.start()] + new + tail
    return None


_DROPS = (
    (re.compile(r" \((?![^)]*(?:not|n't|except|unless|only|if))[^()]{2,120}\)"), ""),
    (re.compile(r", which (?:is|was|are|were|has|had)(?! not)[^,.;:]{4,80}(?=[,.])(?:,(?= [a-z]))?"), ""),
    (re.compile(r"^(?:For example|However|Therefore|In addition|Additionally|Moreover|Furthermore|"
    r"Also|So|Now|Then|"
                r"Finally|As a result|In fact|Of course|Well|Indeed|Thus|Next), (?=[a-zA-Z])"), ""),
    (re.compile(r", (?:because|since|as|so that|e\.g\.|for example|such as) [^.;]{6,120}(?=\.$)"), ""),
    (re.compile(r"\b(?:really|very|quite|actually|basically|clearly|obviously) "), ""),
)  # fmt: skip


def shortened(claim: Claim, rng: random.Random) -> str | None:
    """A parenthesis, an aside or an opening word left out; conditions and exceptions stay."""
    if not claim.english or re.search(r"\b(?:not|never|no|only|unless|except)\b|n['’]t", claim.text):
        return None
    for pattern, new in _DROPS:
        match = pattern.search(claim.text)
        if match and _free(claim.text, match.start()):
            text = (claim.text[: match.start()] + new + claim.text[match.end() :]).strip()
            if len(text) > 20 and text.count("(") == text.count(")"):
                return text[0].upper() + text[1:]
    return None


_NAME = re.compile(
    r"(?<![\w`/.\"'*-])(?:[\w.-]+/)*(?:[A-Za-z]+_\w+|[a-z]+[A-Z]\w*|\w+\.(?:py|js|ts|json|yaml|md|"
    r"toml|txt))(?![\w`/\"'*-]|\.\w)"
)


def ticked(claim: Claim, rng: random.Random) -> str | None:
    """Code ticks round names and paths."""
    if "`" in claim.text or '"' in claim.text or "http" in claim.text:
        return None
    text = _NAME.sub(lambda match: f"`{match[0]}`", claim.text)
    return text if text != claim.text else None


def emphasized(claim: Claim, rng: random.Random) -> str | None:
    """Bold or italic words."""
    if any(char in claim.text for char in '*`"“'):
        return None
    words = list(re.finditer(r"(?<![\w./-])[A-Za-z]{5,}(?![\w/'’-]|\.\w)", claim.text))
    if not words:
        return None
    word = rng.choice(words)
    mark = rng.choice(("**", "*", "_"))
    return claim.text[: word.start()] + mark + word[0] + mark + claim.text[word.end() :]


def quotes(claim: Claim, rng: random.Random) -> str | None:
    """Straight quotation marks and apostrophes made curly, or curly ones straight."""
    text = claim.text
    if '""' in text or "''" in text or "\\" in text:
        return None
    if any(char in text for char in "“”’‘"):
        return text.translate({0x201C: '"', 0x201D: '"', 0x2019: "'", 0x2018: "'"})
    text = re.sub(r"(?<=\w)'(?=\w)", "’", text)
    text = re.sub(r'(?<![\w=])"([^"\n]+)"(?!\w)', r"“\1”", text)
    return text if text != claim.text else None


def first_letter(claim: Claim, rng: random.Random) -> str | None:
    """The first letter in lower case, the last point off."""
    first = claim.text.split()[0]
    if not claim.prose or not first[0].isupper() or not first[1:].islower() or not claim.english:
        return None
    text = claim.text[0].lower() + claim.text[1:]
    return text.rstrip(".") if not text.endswith("..") else text


def articles(claim: Claim, rng: random.Random) -> str | None:
    """Telegram style: articles left out."""
    if not claim.english:
        return None
    if '"' in claim.text or "“" in claim.text or "`" in claim.text:
        return None  # words that are quoted stay as they are
    text = re.sub(r"(?<![\w'’/-])(?:[Tt]he|[Aa]n?) (?=[a-z])", "", claim.text)
    return text[0].upper() + text[1:] if text != claim.text else None


def short_path(claim: Claim, rng: random.Random) -> str | None:
    """A path from the root, or a long one, told by its last parts."""
    pattern = re.compile(r"(?<![^\s`'\"(\[])/?(?:[\w.@+-]+/){2,}[\w@+-]+\.\w{1,5}\b(?!/)")
    match = pattern.search(claim.text)
    if not match or "//" in claim.text or "http" in claim.text:
        return None
    pieces = match[0].split("/")
    keep = rng.choice((2, 3)) if len(pieces) > 3 else 2
    return claim.text[: match.start()] + "/".join(pieces[-keep:]) + claim.text[match.end() :]


REWORDS: dict[str, Reword] = {
    "synonyms": synonyms,
    "contractions": contractions,
    "must and has to": obligations,
    "passive": passive,
    "attributed": attributed,
    "third person": third_person,
    "split": split_up,
    "shortened": shortened,
    "code ticks": ticked,
    "emphasis": emphasized,
    "quotation marks": quotes,
    "first letter, last point": first_letter,
    "no articles": articles,
    "path by its end": short_path,
}
