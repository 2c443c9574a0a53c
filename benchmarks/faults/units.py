"""Controls: the same value in another writing."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from .case import Claim
from .values import MONTHS

Rewrite = Callable[[Claim, random.Random], str | None]
WORDS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_END = r"(?![\w%/]|[.,:-]\d)"


def _first(text: str, pattern: str, make: Callable[[re.Match[str]], str | None]) -> str | None:
    for match in re.finditer(pattern, text):
        if text[: match.start()].count("`") % 2 == 0 and text[: match.start()].count('"') % 2 == 0:
            new = make(match)
            if new is not None and new != match[0]:
                return text[: match.start()] + new + text[match.end() :]
    return None


def thousands(claim: Claim, rng: random.Random) -> str | None:
    """1,200 and 1200 and 1.2k."""

    def make(match: re.Match[str]) -> str | None:
        number = int(match[0].replace(",", ""))
        if "," in match[0]:
            if number % 100 == 0 and number < 1_000_000 and rng.random() < 0.4:
                return f"{number / 1000:g}k"
            return str(number)
        return None if 1500 < number < 2100 else f"{number:,}"

    return _first(
        claim.text,
        rf"(?<![\w.,$€£/:#@-])(?:\d{{1,3}}(?:,\d{{3}})+{_END}(?!,\d)|[1-9]\d{{3,6}}(?= [a-z]{{3,}}s\b))",
        make,
    )


def percents(claim: Claim, rng: random.Random) -> str | None:
    """50%, 50 percent, half."""

    def make(match: re.Match[str]) -> str | None:
        if match[1] == "50" and claim.text[match.end() :].startswith(" of "):
            return "half"
        return f"{match[1]} percent" if match[2] == "%" else f"{match[1]}%"

    return _first(claim.text, r"(?<![\w.,$-])(\d+(?:\.\d+)?)(%| percent\b| per cent\b)(?!\w)", make)


def durations(claim: Claim, rng: random.Random) -> str | None:
    """90 s, 90 seconds, 1.5 min; 24 hours, 1 day."""
    full = {"s": "seconds", "sec": "seconds", "secs": "seconds", "min": "minutes", "mins": "minutes", 
            "ms": "milliseconds", "h": "hours", "hrs": "hours"}  # fmt: skip
    short = {"seconds": "s", "minutes": "min", "milliseconds": "ms", "hours": "h"}

    def make(match: re.Match[str]) -> str | None:
        number, unit = match[1], match[2]
        if unit == "seconds" and float(number) % 30 == 0 and float(number) >= 60:
            return f"{float(number) / 60:g} minutes"
        if unit == "hours" and float(number) % 24 == 0 and float(number) >= 24:
            days = float(number) / 24
            return f"{days:g} day" + ("s" if days != 1 else "")
        if unit == "minutes" and float(number) % 60 == 0 and float(number) >= 60:
            hours = float(number) / 60
            return f"{hours:g} hour" + ("s" if hours != 1 else "")
        return f"{number} {full[unit]}" if unit in full else f"{number} {short[unit]}"

    return _first(
        claim.text,
        r"(?<![\w.,$-])(\d+(?:\.\d+)?) ?(seconds|minutes|milliseconds|hours|secs|sec|mins|min|ms|"
        r"hrs|(?<!\d{4})s)\b(?![-/'’])",
        make,
    )


def dates(claim: Claim, rng: random.Random) -> str | None:
    """2024-05-10, May 10, 2024, 10 May 2024."""

    def iso(match: re.Match[str]) -> str | None:
        month, day = int(match[2]), int(match[3])
        if not (1 <= month <= 12 and 1 <= day <= 31):
            return None
        name = MONTHS[month - 1]
        return rng.choice((f"{name} {day}, {match[1]}", f"{day} {name} {match[1]}"))

    months = "|".join(MONTHS)

    def written(match: re.Match[str]) -> str | None:
        month = MONTHS.index(match[1]) + 1
        return rng.choice(
            (f"{match[3]}-{month:02d}-{int(match[2]):02d}", f"{match[2]} {match[1]} {match[3]}")
        )

    def reverse(match: re.Match[str]) -> str | None:
        month = MONTHS.index(match[2]) + 1
        return rng.choice(
            (f"{match[3]}-{month:02d}-{int(match[1]):02d}", f"{match[2]} {match[1]}, {match[3]}")
        )

    return (
        _first(claim.text, r"(?<![\w/-])((?:19|20)\d\d)-(\d\d)-(\d\d)(?![\w/-]| \d)", iso)
        or _first(claim.text, rf"\b({months}) (\d{{1,2}})(?:st|nd|rd|th)?, ?((?:19|20)\d\d)\b", written)
        or _first(claim.text, rf"\b(\d{{1,2}})(?:st|nd|rd|th)? ({months}),? ((?:19|20)\d\d)\b", reverse)
    )


def amounts(claim: Claim, rng: random.Random) -> str | None:
    """$5, 5 USD, 5 dollars; $1 million, 1 million dollars."""
    if not claim.prose:
        return None

    def make(match: re.Match[str]) -> str | None:
        if match[2]:
            return f"{match[1]}{match[2]} dollars"
        return f"{match[1]} {rng.choice(('USD', 'dollars'))}"

    return _first(
        claim.text,
        r"(?<![\w$])\$ ?(\d(?:[\d,]*\d)?(?:\.\d+)?)( (?:million|billion))?(?![\w%/.,-]\w|[\w])",
        make,
    )


def clock(claim: Claim, rng: random.Random) -> str | None:
    """14:30, 2:30 pm."""
    if not claim.prose:
        return None

    def make(match: re.Match[str]) -> str | None:
        hour = int(match[1])
        if match[3]:
            hour = hour % 12 + (12 if match[3].lower().startswith("p") else 0)
            return f"{hour}:{match[2]}" if hour > 9 else f"{hour:02d}:{match[2]}"
        if hour < 13:
            return None
        return f"{hour - 12}:{match[2]} pm"

    return _first(
        claim.text,
        r"(?<![\d:.,T-])\b((?:1?\d|2[0-3])):([0-5]\d)(?: ?([AaPp]\.?[Mm]\b\.?))?(?!:?\d|\.\d|\w)",
        make,
    )


def sizes(claim: Claim, rng: random.Random) -> str | None:
    """1024 KB, 1 MB; 10 MB and 10MB."""

    def make(match: re.Match[str]) -> str | None:
        number, space, unit = match[1], match[2], match[3]
        step = {"KB": "MB", "MB": "GB", "KiB": "MiB", "MiB": "GiB"}
        if unit in step and float(number) % 1024 == 0:
            return f"{float(number) / 1024:g} {step[unit]}"
        return number + ("" if space else " ") + unit

    return _first(
        claim.text, r"(?<![\w.,$-])(\d+(?:\.\d+)?)( ?)(KB|MB|GB|TB|KiB|MiB|GiB|kg|km|cm|mm|GHz|MHz)\b", make
    )


def counts(claim: Claim, rng: random.Random) -> str | None:
    """3 tests, three tests."""

    def to_word(match: re.Match[str]) -> str | None:
        return WORDS[int(match[1])] + match[2]

    def to_digit(match: re.Match[str]) -> str | None:
        return str(WORDS.index(match[1])) + match[2]

    words = "|".join(WORDS[2:])
    return _first(
        claim.text, r"(?<=[a-z] )(?<!step )(?<!line )(?<!version )([2-9])( [a-z]{3,}s\b)", to_word
    ) or _first(claim.text, rf"(?<=[a-z] )({words})( [a-z]{{3,}}s\b)", to_digit)


UNITS: dict[str, Rewrite] = {
    "thousands": thousands,
    "percent": percents,
    "durations": durations,
    "dates": dates,
    "money": amounts,
    "clock": clock,
    "sizes": sizes,
    "count words": counts,
}
