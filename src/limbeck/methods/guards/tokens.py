"""A sentence as the guards read it: words by their stem, values as what they mean, names by their letters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from limbeck.split.atoms import MAX_ATOM_CHARS, find_atoms
from limbeck.split.function_words import ENGLISH_WORDS, FUNCTION_WORDS

from .quantities import Quantity, quantities, same

TokenKind = Literal["word", "name", "quantity", "atom"]


@dataclass(frozen=True)
class Token:
    """One word or value.

    Attributes:
        kind: `word`; `name` (a capitalized word inside a sentence); `quantity` (number, date, time);
            `atom` (path, identifier, URL, version, code).
        key: What equals if two tokens say the same, letters and forms aside.
        text, start, end: As it stands.
        quantity: What it means, if it is one.
        first: Whether a sentence begins with it, so that its capital says nothing.
        clause: Counts the sentences and bracketed parts of the text it was read from.
        comma: Whether a comma stands before it.
        content: Whether it says what the text is about.
    """

    kind: TokenKind
    key: str
    text: str
    start: int
    end: int
    quantity: Quantity | None = None
    first: bool = False
    clause: int = 0
    comma: bool = False
    content: bool = True

    @property
    def value(self) -> bool:
        """Whether it must stand in the source letter for letter, or mean the same number."""
        return self.kind in ("quantity", "atom")


_URL = re.compile(r"\b(?:https?|ftp|file|s3|git|ssh)://[^\s<>\"'`»”)\]}|\\]+")
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|(?<=[^\W\d_])[\u0300-\u036f])*(?:['’][^\W\d_]+)*|[^\W_]+")
_CONTRACTED = re.compile(r"(?i)\b(ca|wo|sha|ai|[^\W\d_]+)(n['’]t)\b")
_SHALL = re.compile(r"(?i)\b([^\W\d_]+)(['’]ll)\b")
_NEGATED = {"ca": "can", "wo": "will", "sha": "shall", "ai": "is"}
_UNDERLINED = re.compile(r"(?<![\w`/.])_([^\s_](?:[^_\n]*[^\s_])?)_(?![\w`(/]|\.\w)")
_BREAK = re.compile(r"[.!?;:{}。！？\n]")
_HYPHENED = re.compile(r"(?<![\w.-])\d+(?:-\d+)+(?![\w-]|\.\d)")
_GROUPS = re.compile(r"(?<![\w.])\d+(?::\d+)+(?:[.,]\d+)?(?!\w)")
_LONG_PATH = re.compile(r"(?<![\w/])(?:[A-Za-z]:)?(?:[/\\][\w.@+-]+){3,}")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_SLASHED = re.compile(r"[^\W\d_]+(?:/[^\W\d_]+)\Z")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]?\Z")
_SENTENCE_END = '.!?:;。！？|>#*•–—\n([{"“'

# Well-known names that are written with capitals inside; they are no identifiers.
_PRODUCTS = frozenset(
    [
        "javascript",
        "typescript",
        "github",
        "gitlab",
        "postgresql",
        "mysql",
        "mongodb",
        "openai",
        "macos",
        "ios",
        "devops",
        "nodejs",
        "graphql",
        "youtube",
        "linkedin",
        "whatsapp",
        "paypal",
        "wordpress",
        "kubernetes",
        "pytorch",
        "tensorflow",
        "numpy",
        "scipy",
        "fastapi",
        "dynamodb",
        "cloudfront",
        "redis",
        "sqlite",
        "sqlalchemy",
        "bigquery",
        "pagerduty",
        "powershell",
        "webassembly",
        "websocket",
        "websockets",
        "ebay",
        "iphone",
        "ipad",
        "mcdonald",
        "phd",
        "todo",
        "readme",
        "stackoverflow",
        "hotpotqa",
        "wikipedia",
        "openapi",
        "oauth",
    ]
)


def tokens_of(text: str) -> list[Token]:
    """The words and values of a text, in order; Markdown marks and punctuation fall away.

    `don't` gives two tokens, `do` and `not`. Scripts without spaces give a token a character. Linear.
    """
    found: list[Token] = []
    taken = bytearray(len(text))
    text = _UNDERLINED.sub(r" \1 ", text)  # of the same length, so that places stay

    def claim(start: int, end: int) -> bool:
        if any(taken[start:end]):
            return False
        taken[start:end] = b"\1" * (end - start)
        return True

    for m in _URL.finditer(text):
        end = m.start() + len(m[0].rstrip(".,;:!?*_"))
        if claim(m.start(), end):
            found.append(
                Token("atom", text[m.start() : end].rstrip("/"), text[m.start() : end], m.start(), end)
            )
    for m in _LONG_PATH.finditer(text):
        if m.end() - m.start() > MAX_ATOM_CHARS and claim(m.start(), m.end()):
            found.append(Token("atom", m[0], m[0], m.start(), m.end()))
    for m in _HYPHENED.finditer(text):
        long = any(len(group) > 2 for group in m[0].split("-"))
        if long and next(quantities(m[0])).dimension != "date" and claim(*m.span()):
            found.append(Token("atom", m[0], m[0], m.start(), m.end()))
    meant = list(quantities(text))
    for m in _GROUPS.finditer(text):
        # Figures with colons between them that are no time of day: looked for as they stand.
        if not any(
            q.dimension == "time" and q.start < m.end() and m.start() < q.end for q in meant
        ) and claim(*m.span()):
            found.append(Token("atom", m[0], m[0], m.start(), m.end()))
    spoken = [q for q in meant if claim(q.start, q.end)]
    found += [
        Token("quantity", f"{q.dimension}:{q.value:.12g}:{q.date}", text[q.start : q.end], q.start, q.end, q)
        for q in spoken
    ]
    for start, end, atom in find_atoms(text):
        if start and text[start - 1] == "/" and (start < 2 or text[start - 2] in " \t\n`'\"(=:"):
            start, atom = start - 1, "/" + atom
        if atom.lower() in _PRODUCTS or (_INITIALS.match(atom) and not atom.islower()):
            if claim(start, end):
                found.append(Token("name", atom.lower().rstrip("."), atom, start, end))
        elif _is_atom(atom) and claim(start, end):
            found.append(Token("atom", atom, atom, start, end))
    for m in _CONTRACTED.finditer(text):
        if claim(m.start(), m.end()):
            verb = m[1].lower()
            found.append(Token("word", stem(_NEGATED.get(verb, verb)), m[1], m.start(1), m.end(1)))
            found.append(Token("word", "not", m[2], m.start(2), m.end(2)))
    for m in _SHALL.finditer(text):
        if claim(m.start(), m.end()):
            found.append(Token("word", stem(m[1]), m[1], m.start(1), m.end(1)))
            found.append(Token("word", "will", m[2], m.start(2), m.end(2)))
    for m in _WORD.finditer(text):
        if not claim(m.start(), m.end()):
            continue
        word = m[0]
        if _WIDE.search(word):
            found += [Token("word", c, c, m.start() + i, m.start() + i + 1) for i, c in enumerate(word)]
            continue
        first = _begins(text, m.start())
        name = word[0].isupper() and len(word) > 1 and word.lower() not in ENGLISH_WORDS and not first
        found.append(Token("name" if name else "word", stem(word), word, m.start(), m.end(), first=first))
    found.sort(key=lambda t: t.start)
    clause, at = 0, 0
    usual = _usual(found)
    for k, token in enumerate(found):
        clause += _BREAK.search(text, at, token.start) is not None
        at = token.end
        comma = k > 0 and "," in text[found[k - 1].end : token.start]
        empty = token.kind == "word" and (token.text.lower() in usual or token.key in _EMPTY)
        if clause or comma or empty:
            found[k] = replace(token, clause=clause, comma=comma, content=not empty)
    return found


def _is_atom(atom: str) -> bool:
    if _INITIALS.match(atom):
        return False
    if _SLASHED.match(atom):  # and/or, input/output, Alice/Bob: two words
        return any(not (part.islower() or part.istitle()) for part in atom.split("/"))
    return True


def _begins(text: str, at: int) -> bool:
    """Whether a sentence, item or quotation begins at `at`."""
    before = text[max(0, at - 12) : at].rstrip(" \t*_`'’")
    return (
        not before or before[-1] in _SENTENCE_END or bool(re.search(r"(?:^|\n)\s*(?:[-+]|\d+[.)])$", before))
    )


_IRREGULAR = {
    form: base
    for base, forms in {
        "note": "notes noted noting",
        "be": "is are was were been being am isn aren wasn weren", "do": "did done does doing",
        "have": "has had having", "go": "went gone goes going", "run": "ran running runs",
        "write": "wrote written writing",
        "send": "sent", "build": "built", "find": "found", "make": "made making", "get": "got gotten getting",
        "leave": "left leaving", "keep": "kept", "say": "said says", "tell": "told",
        "take": "took taken taking",
        "give": "gave given giving", "see": "saw seen", "come": "came coming", "know": "knew known",
        "think": "thought",
        "read": "reading reads", "set": "setting sets", "begin": "began begun beginning",
        "break": "broke broken",
        "choose": "chose chosen choosing", "buy": "bought", "pay": "paid", "lose": "lost losing",
        "mean": "meant",
        "meet": "met", "show": "shown showed", "hold": "held", "use": "used using uses",
        "add": "added adding adds",
        "throw": "threw thrown", "grow": "grew grown", "speak": "spoke spoken", "lead": "led", "win": "won",
        "bring": "brought", "understand": "understood", "catch": "caught", "fall": "fell fallen",
        "die": "died dying",
        "try": "tried tries trying", "become": "became becoming", "hear": "heard", "eat": "ate eaten",
        "draw": "drew drawn",
        "forget": "forgot forgotten forgetting", "fight": "fought", "seek": "sought", "spend": "spent",
        "stand": "stood",
        "steal": "stole stolen", "swear": "swore sworn", "wake": "woke woken", "deal": "dealt",
        "sit": "sat sitting",
        "sing": "sang sung", "swim": "swam swum", "drink": "drank drunk", "ride": "rode ridden",
        "shoot": "shot shooting",
        "strike": "struck", "bind": "bound", "feed": "fed", "sleep": "slept", "sweep": "swept",
        "wind": "wound", "ask": "asked asking asks", "feel": "felt", "sell": "sold", "teach": "taught",
        "drive": "drove driven", "rise": "rose risen", "wear": "wore worn", "hide": "hid hidden",
        "fly": "flew flown",
    }.items()
    for form in forms.split()
}  # fmt: skip


PAST = frozenset(
    form
    for form, base in _IRREGULAR.items()
    if form != base
    and not form.endswith(("ing", "s"))
    and form not in ("are", "am", "is", "isn", "aren", "wasn", "weren")
)
"""Irregular verbs told as done."""


_CLITIC = re.compile(r"(?<=.)'(?:ve|ll|re|d|m)\Z")


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A word without its endings, in lower case; rough, the same for both sides."""
    low = word.lower().replace("’", "'")
    if low.endswith("'s"):
        low = low[:-2]
    low = _CLITIC.sub("", low).replace("'", "")
    if low in _IRREGULAR:
        base = _IRREGULAR[low]
        return base[:-1] if len(base) > 3 and base.endswith("e") and base != "note" else base
    if len(low) <= 3 or not low.isascii():
        return low
    for end, put in (
        ("iness", "y"),
        ("ies", "y"),
        ("ied", "y"),
        ("ally", "al"),
        ("ing", ""),
        ("edly", ""),
        ("ed", ""),
        ("ly", ""),
    ):
        if low.endswith(end) and len(low) - len(end) + len(put) >= 3:
            low = low[: -len(end)] + put
            break
    else:
        if low.endswith(("sses", "shes", "ches", "xes", "zes")):
            low = low[:-2]
        elif low.endswith("s") and not low.endswith(("ss", "us", "is")):
            low = low[:-1]
    if len(low) > 4 and low[-1] == low[-2] and low[-1] not in "lsz":
        low = low[:-1]
    return low[:-1] if len(low) > 3 and low.endswith("e") and low != "note" else low


_EMPTY = frozenset(
    [
        "user",
        "assistant",
        "agent",
        "tool",
        "also",
        "please",
        "note",
        "not",
        "will",
        "s",
        "t",
        "re",
        "ve",
        "ll",
        "d",
        "m",
        "howev",
        "therefor",
        "moreov",
        "additional",
        "final",
        "instead",
        "meanwhil",
        "furthermor",
        "thus",
        "henc",
    ]
)
"""Stems that carry nothing in a text about a text."""


def _usual(tokens: Sequence[Token]) -> frozenset[str]:
    """The function words to go by: English ones in English, so that `lost`, `die` and `Kim` keep their sense there."""
    words = [token.text.lower() for token in tokens if token.kind == "word"]
    english = sum(word in ENGLISH_WORDS for word in words)
    return ENGLISH_WORDS if 2 * english >= sum(word in FUNCTION_WORDS for word in words) else FUNCTION_WORDS


@lru_cache(maxsize=65536)
def parts(atom: str) -> frozenset[str]:
    """The stems of the words that a name is made of: `last_service`, `lastService` and `last.service` alike."""
    return frozenset(stem(word) for word in _PART.findall(atom) if len(word) > 1)


_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


def agree(a: Token, b: Token) -> bool:
    """Whether two tokens say the same."""
    if a.key == b.key:
        return True
    if a.quantity is not None and b.quantity is not None:
        return same(a.quantity, b.quantity)
    if a.kind == "atom" and b.kind == "atom":
        return within(a.key, b.key)
    return False


def within(short: str, whole: str) -> bool:
    """Whether a path or name is the end, the beginning or a run of whole parts of another."""
    if len(short) > len(whole):
        return False
    at = whole.find(short)
    while at >= 0:
        before, after = whole[at - 1 : at] if at else "", whole[at + len(short) : at + len(short) + 1]
        if (
            (not before or before in "/\\.:@(")
            and (not after or after in "/\\:(")
            and (at == 0 or before != ".")
        ):
            return True
        at = whole.find(short, at + 1)
    return False
