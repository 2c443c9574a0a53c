"""Values in a text - numbers, dates, paths, identifiers, ... - found by patterns of this package's own."""

from __future__ import annotations

import re
from dataclasses import dataclass

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
COUNTS = (
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "fifteen", "twenty",
    "thirty", "forty", "fifty", "sixty",
)  # fmt: skip
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
EXTENSIONS = (
    "py|pyi|js|jsx|ts|tsx|mjs|json|yaml|yml|toml|md|rst|txt|cfg|ini|sh|rs|go|c|h|cpp|hpp|cc|java|kt|rb|php|html|css|"
    "scss|sql|csv|log|xml|lock|conf|env|ipynb|so|tar|gz|zip|pdf|png|svg|proto|swift|lua|pl|vue|php"
)
UNITS = (
    "milliseconds|seconds|minutes|hours|days|weeks|months|years|second|minute|hour|day|week|month|year|bytes|tokens|"
    "kilometers|kilometres|miles|meters|metres|feet|inches|inch|pounds|kilograms|grams|degrees|"
    "KiB|MiB|GiB|TiB|KB|MB|GB|TB|kB|ms|secs|sec|mins|min|hrs|km|cm|mm|kg|mb|gb|Mi|Gi|rpm|fps|mph|Hz|MHz|GHz"
)
_MONTH = "(?:" + "|".join(MONTHS) + "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)"
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"

PATTERNS: tuple[tuple[str, str], ...] = (
    ("url", r"https?://[^\s<>\"'`)\]}|\\]*[\w/]"),
    ("uuid", r"\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b"),
    ("email", r"\b[\w.+-]+@[\w-]+\.[\w.]*\w"),
    (
        "path",
        r"(?<![\w/.@:~-])(?:(?:~|\.{1,2})?/)?(?:[\w.@+-]+/)+[\w.@+-]*\.(?:" + EXTENSIONS + r")\b(?![\w/])"
        r"|(?<![\w/.@:~<-])/(?:[\w.@+-]+/)+[\w.@+-]*\w(?![\w/])",
    ),
    ("file", r"(?<![\w/.@:~-])[A-Za-z_][\w-]*(?:\.[\w-]+)*\.(?:" + EXTENSIONS + r")\b(?![\w/(.]\w)"),
    ("date", r"\b(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?![\d-])"),
    ("date", rf"\b{_MONTH}\.? (?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?,? (?:19|20)\d\d\b"),
    ("date", rf"\b(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)? {_MONTH},? (?:19|20)\d\d\b"),
    ("date", rf"\b{_MONTH}\.? (?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?\b(?!,? \d)"),
    ("date", rf"\b{_MONTH},? (?:19|20)\d\d\b"),
    ("time", r"(?<![\d:.])(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:\s?[ap]\.?m\b\.?)?(?![\d:.])"),
    ("time", r"\b(?:1[0-2]|[1-9])\s?[ap]\.?m\b"),
    ("ip", r"(?<![\w.])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w.]\d)"),
    (
        "money",
        rf"(?<![\w\"'\\=])[$€£]\s?(?!\d\b(?![.,]\d| (?:million|billion|per)))(?:{_NUMBER})"
        r"(?:\s?(?:million|billion|thousand|[kKmM]|bn)\b)?",
    ),
    ("money", rf"\b(?:{_NUMBER}) (?:USD|EUR|GBP|dollars|euros)\b"),
    ("percent", rf"(?<![\w.,-])(?:{_NUMBER})\s?(?:%|percent\b|per cent\b)"),
    ("version", r"(?<![\w.])v?\d+\.\d+\.\d+(?:[-.]?(?:dev|rc|alpha|beta|post|a|b)\.?\d*)?(?![\w.]\w)"),
    ("measure", rf"(?<![\w.,-])(?:{_NUMBER})[ -]?(?:{UNITS})\b"),
    ("ordinal", r"\b\d+(?:st|nd|rd|th)\b"),
    ("hash", r"(?<![\w-])(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,40}(?![\w-])"),
    (
        "error",
        r"\b(?:[A-Z]\w*(?:Error|Exception|Warning)|ERR_[A-Z_]+|E(?:NOENT|ACCES|PERM|XIST|"
        r"CONNREFUSED|CONNRESET|TIMEDOUT|NOMEM|PIPE|ADDRINUSE|NOTFOUND|RESOLVE)|E\d{4})\b",
    ),
    ("error", r"\b(?:HTTP|[Ss]tatus|exit code|error code)(?: code)?:? [1-5]\d{0,2}\b"),
    ("identifier", r"(?<![\w./-])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+(?![\w/])"),
    ("identifier", r"(?<![\w./-])(?>[A-Za-z]+(?:_[A-Za-z0-9]+)+)(?!\w|[./-]\w)"),
    (
        "identifier",
        r"(?<![\w./-])(?!Ma?c[A-Z]|De[A-Z]|O[A-Z])(?>(?:[a-z]+[A-Z]|[A-Z][a-z]+[A-Z][a-z])[A-Za-z0-9]*)"
        r"(?!\w|[./-]\w)",
    ),
    ("identifier", r"(?<![\w./-])(?=[a-z-]*\d)(?>[a-z]+(?:-[a-z0-9]+)+)(?!\w|[./-]\w)"),
    ("code", r"(?<![\w./#-])(?=[A-Z0-9]*\d)(?=[A-Z0-9]*[A-Z])(?>[A-Z0-9]{5,10})(?!\w|[./-]\w)"),
    ("year", r"(?<![\w.,$€£/:-])(?:1[6-9]|20)\d\d(?![\w:/%-]|[.,]\d)"),
    ("number", rf"(?<![\w.,$€£/:#@-])-?(?:{_NUMBER})(?![\w:/%-]|[.,]\d)"),
    ("count", r"\b(?:" + "|".join(COUNTS) + r")\b"),
    ("rank", r"\b(?:" + "|".join(ORDINALS[1:]) + r")\b"),
)
SCAN = re.compile("|".join(f"(?P<v{at}>{pattern})" for at, (_, pattern) in enumerate(PATTERNS)))
QUOTED = re.compile(r"\"([^\"\n]{4,90})\"|“([^”\n]{4,90})”")
SPAN = re.compile(r"(?<!`)`([^`\n]{2,60})`(?!`)")


@dataclass(frozen=True)
class Value:
    """A value and where it stands."""

    type: str
    text: str
    start: int
    end: int


def values(text: str) -> list[Value]:
    """The values of a text from left to right; none lies in another. Linear, some megabytes a second."""
    found: list[Value] = []
    for match in SCAN.finditer(text):
        assert match.lastgroup is not None
        kind = PATTERNS[int(match.lastgroup[1:])][0]
        if kind == "identifier" and re.fullmatch(
            r"(?:[A-Za-z]\.)+[A-Za-z]?|[A-Z]?[a-z]+\.[A-Z][a-z]+", match[0]
        ):
            continue  # e.g, U.S, or two sentences without a space
        found.append(Value(kind, match[0], match.start(), match.end()))
    return found
