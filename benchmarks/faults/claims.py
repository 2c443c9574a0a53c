"""Statements that stand in a source word for word: what an honest extract is made of."""

from __future__ import annotations

import random
import re

from .case import Claim, Material

ABBREVIATION = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|St|Prof|Sr|Jr|vs|etc|e\.g|i\.e|cf|Inc|Ltd|Corp|Co|No|Fig|al|approx|U\.S|a\.m|p\.m|[A-Z])\.$"
)
SENTENCE_END = re.compile(r"[.!?][\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9`*])")
MARKER = re.compile(r"^\s*(?:[-*+•>]|\d{1,3}[.)]|#{1,6}|\|)\s+")
CODE = re.compile(
    r"^\s*(?:import|from|def|class|return|if|elif|else|for|while|try|except|with|async|await|public|private|const|"
    r"let|var|function|fn|use|pub|package|#include|#define|@|//|/\*|\*|\{|\}|<|>>>|\.\.\.|\$|--|\+\+|diff|index)\b"
)
CODE_LIKE = re.compile(r"[{};]\s*$|\)\s*:\s*$|=>|\w\(\w*\)|&&|\|\||::|</|\s==\s|\s[+*/]?=\s")
ENGLISH = frozenset(
    re.findall(
        r"\S+",
        """
    the of and to in a is that for it as was with be by on not he his but at are this have from or had
    an they which one you were all her she there would their we him been has when who will no more if
    out so up said what its about than into them can only other time new some could these may then do
    first any my now such like our over me even your i should must did does let need
    """,
    )
)
WORD = re.compile(r"[A-Za-z]+(?:['’][a-z]+)?")


def sentences(line: str) -> list[str]:
    """The sentences of one line."""
    found: list[str] = []
    start = 0
    for match in SENTENCE_END.finditer(line):
        if not ABBREVIATION.search(line[start : match.start() + 1]):
            found.append(line[start : match.end()].strip())
            start = match.end()
    found.append(line[start:].strip())
    return [sentence for sentence in found if sentence]


def is_english(text: str) -> bool:
    words = WORD.findall(text)
    return text.isascii() | (len(words) > 3) and sum(w.lower() in ENGLISH for w in words) >= max(
        2, len(words) // 6
    )


def claims(material: Material) -> list[Claim]:
    """All statements of a source that an extract may hold, in its order."""
    found: list[Claim] = []
    seen: set[str] = set()
    for part in material.parts:
        if part.role == "call":
            continue
        fenced = False
        for raw in part.text.split("\n"):
            if raw.lstrip().startswith("```"):
                fenced = not fenced
            line = MARKER.sub("", raw.strip()).strip()
            if fenced or len(line) < 25 or raw.lstrip().startswith(("|", "#", "    ")):
                continue
            for claim in _of_line(line, part.role, len(found)):
                if claim.text not in seen:
                    seen.add(claim.text)
                    found.append(claim)
    return found


def _of_line(line: str, role: str, place: int) -> list[Claim]:
    if len(line) > 2_000 or len(set(line)) < 9:
        return []
    letters = sum(char.isalpha() or char == " " for char in line)
    words = WORD.findall(line)
    prose = (
        letters > 0.78 * len(line) and len(words) >= 5 and not CODE.match(line) and not CODE_LIKE.search(line)
    )
    if prose and is_english(line):
        made = [Claim(text, role, True, True, place) for text in sentences(line)]
        return [claim for claim in made if 30 <= len(claim.text) <= 330 and _whole(claim.text)]
    if not line.isascii() and letters > 0.78 * len(line):  # another script or language
        made = [Claim(text, role, True, False, place) for text in sentences(line)]
        return [claim for claim in made if 30 <= len(claim.text) <= 330 and _even(claim.text)]
    log = len(words) >= 3 and re.search(r"\d|/\w|Error|WARN", line) and letters > 0.45 * len(line)
    if log and len(line) <= 240 and not CODE.match(line) and not CODE_LIKE.search(line) and _even(line):
        return [Claim(line, role, False, is_english(line), place)]
    return []


def _whole(text: str) -> bool:
    """A sentence with a beginning and an end, and nothing left open."""
    return (
        (text[0].isupper() or text[0] in "\"'“`*" or text[0].isdigit())
        and len(WORD.findall(text)) >= 5
        and not text.endswith(("?", ":", ",", "...", "…"))
        and _even(text)
    )


def _even(text: str) -> bool:
    return (
        text.count("(") == text.count(")")
        and text.count("[") == text.count("]")
        and text.count('"') % 2 == 0
        and text.count("`") % 2 == 0
        and text.count("“") == text.count("”")
        and text.count("**") % 2 == 0
    )


def informative(claim: Claim) -> bool:
    """Whether a statement says something that a summary would keep."""
    words = WORD.findall(claim.text)
    content = [word for word in words if word.lower() not in ENGLISH and len(word) > 2]
    return len(content) >= (3 if claim.prose else 2)


def drawn(found: list[Claim], rng: random.Random, count: int) -> list[Claim]:
    """Some statements from different places of the source, in its order."""
    good = [claim for claim in found if informative(claim)]
    if len(good) <= count:
        return good
    chosen: list[Claim] = []
    for at in range(count):  # one from each stretch
        low, high = at * len(good) // count, (at + 1) * len(good) // count
        chosen.append(good[rng.randrange(low, max(high, low + 1))])
    return chosen
