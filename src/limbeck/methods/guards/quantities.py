"""Numbers, dates and times in a text, as what they mean: `1,200` is `1.2k`, `90 s` is `1.5 minutes`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import NamedTuple


class Quantity(NamedTuple):
    """A number with its dimension, a date or a time of day.

    Attributes:
        start, end: Where it stands, sign, currency and unit included.
        dimension: `s`, `B`, `%`, a currency, another unit, `date`, `time`, `ordinal`; empty for a bare number.
        value: In the base unit (seconds, bytes, ...); for a date the days of its known fields, never compared.
        digits: Significant digits as written; 0 if spelled in letters.
        raw: The number as written, without its unit.
        date: Year, month, day; 0 where not said.
        scaled: Whether a letter or word scales it (`k`, `million`), which rounds.
        unit: The unit as written, in small letters; empty if none or converted from words.
    """

    start: int
    end: int
    dimension: str
    value: float
    digits: int
    raw: float
    date: tuple[int, int, int] = (0, 0, 0)
    scaled: bool = False
    unit: str = ""

    @property
    def spelled(self) -> bool:
        """Written in letters."""
        return self.digits == 0


_TIME = {
    "ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "msec": 1e-3, "millisecond": 1e-3, "s": 1.0, "sec": 1.0,
    "second": 1.0, "sekunde": 1.0, "seconde": 1.0, "segundo": 1.0, "min": 60.0, "minute": 60.0, "minuto": 60.0,
    "h": 3600.0, "hr": 3600.0, "hour": 3600.0, "stunde": 3600.0, "heure": 3600.0, "hora": 3600.0,
    "d": 86400.0, "day": 86400.0, "tag": 86400.0, "jour": 86400.0, "día": 86400.0,
    "week": 604800.0, "woche": 604800.0, "semaine": 604800.0, "semana": 604800.0,
}  # fmt: skip
_BYTES = {"b": 1.0, "byte": 1.0} | {
    form: 1024.0**power
    for power, letter in enumerate("kmgt", 1)
    for form in (f"{letter}b", f"{letter}ib", f"{letter}byte")
}
_MONEY = {
    "$": "USD", "us$": "USD", "usd": "USD", "dollar": "USD", "€": "EUR", "eur": "EUR", "euro": "EUR",
    "£": "GBP",
    "gbp": "GBP", "pound": "GBP", "¥": "JPY", "jpy": "JPY", "yen": "JPY", "chf": "CHF", "₹": "INR",
    "inr": "INR",
}  # fmt: skip
_LENGTH = {"mm": 1e-3, "cm": 1e-2, "m": 1.0, "meter": 1.0, "metre": 1.0, "km": 1e3, "kilometer": 1e3}
_MASS = {"mg": 1e-6, "g": 1e-3, "gram": 1e-3, "kg": 1.0, "kilogram": 1.0}
_OTHER = (
    "month", "monat", "mois", "mes", "year", "jahr", "an", "año", "token", "line", "row", "file", "px", "point",
    "item", "user", "people", "person", "time", "x", "°c", "°f", "°", "mile", "mbps", "hz", "khz", "mhz", "ghz",
)  # fmt: skip
_SCALE = {"k": 1e3, "thousand": 1e3, "tausend": 1e3, "mille": 1e3, "mil": 1e3, "m": 1e6, "million": 1e6,
          "millionen": 1e6, "mio": 1e6, "bn": 1e9, "b": 1e9, "billion": 1e9, "milliarden": 1e9,
          "mrd": 1e9}  # fmt: skip
_PERCENT = ("%", "percent", "pct", "prozent", "pourcent", "per cent", "por ciento")
_CONVERTED = {
    **{unit: ("s", factor) for unit, factor in _TIME.items()},
    **{unit: ("B", factor) for unit, factor in _BYTES.items()},
    **{unit: (code, 1.0) for unit, code in _MONEY.items()},
    **{unit: ("m", factor) for unit, factor in _LENGTH.items()},
    **{unit: ("kg", factor) for unit, factor in _MASS.items()},
    **dict.fromkeys(_PERCENT, ("%", 1.0)),
    **{unit: (unit, 1.0) for unit in _OTHER},
}
del _CONVERTED["b"]  # a letter alone is more often a name than a byte
_UNIT = "|".join(sorted(map(re.escape, _CONVERTED), key=len, reverse=True))
_NUMBER = re.compile(
    r"(?<![\w.,/\\@#-])(?<!\d:)(?P<sign>(?:(?<=[\s(=])|(?<![^\s]))[-−+](?=[\d.$€£]))?(?P<front>us\$|"
    r"[$€£¥₹]\s?)?"
    r"(?P<digits>\d{1,3}(?:\.\d{3}){2,}|\d{1,3}(?:[,\u202f\u00a0'’]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?|\.\d+)"
    r"(?:(?P<scale>k|bn|m|[\s\u00a0-]?(?:thousand|million|billion|tausend|millionen|milliarden|mio|"
    r"mrd))(?![\w]))?"
    rf"(?:(?P<gap>[\s\u00a0\u202f-]?)(?P<unit>{_UNIT})(?:s|n|en)?(?!\w|/\D))?"
    r"(?![\w@\\])(?!\.\d)",
    re.IGNORECASE,
)
_TIME_OF_DAY = re.compile(
    r"(?<![\d.:])(?P<hour>\d{1,2}):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:[.,]\d+)?)?(?:\s?(?P<half>[ap])\.?m\b\.?)?(?![\d:])"
    r"|(?<![\d.:])(?P<hour2>\d{1,2})\s?(?P<half2>[ap])\.?m\b\.?",
    re.IGNORECASE,
)
_MONTH_NAMES = (
    "jan(?:uary|uar|vier|eiro)?|ene(?:ro)?", "feb(?:ruary|ruar|rero)?|f[ée]v(?:rier)?", "mar(?:ch|s|zo)?|märz?",
    "a[pbv]r(?:il)?", "may|mai|mayo", "june?|juni?|juin|junio", "july?|juli?|juillet|julio",
    "aug(?:ust)?|ao[uû]t|agosto",
    "sept?(?:ember|embre|iembre)?", "o[ck]t(?:ober|obre|ubre)?", "nov(?:ember|embre|iembre)?",
    "de[cz](?:ember|embre)?|d[ée]c(?:embre)?|dic(?:iembre)?",
)  # fmt: skip
_MONTH = [re.compile(f"(?:{names})\\Z", re.IGNORECASE) for names in _MONTH_NAMES]
_MONTH_RE = "|".join(_MONTH_NAMES)
_DATE = re.compile(
    r"(?<![\d./-])(?P<y1>(?:19|20)\d\d)[-/.](?P<m1>0?[1-9]|1[0-2])[-/.](?P<d1>3[01]|[12]\d|0?[1-9])(?![\d/-])"
    r"|(?<![\d./-])(?P<d2>3[01]|[12]\d|0?[1-9])\.\s?(?P<m2>0?[1-9]|1[0-2])\.\s?(?P<y2>(?:19|20)\d\d)(?!\d)"
    r"|(?<![\d./-])(?P<a3>\d{1,2})/(?P<b3>\d{1,2})/(?P<y3>(?:19|20)\d\d)(?![\d/])"
    r"|(?:(?<=\bam )|(?<=\bvom )|(?<=\bzum )|(?<=\bbis )|(?<=\bseit )|(?<=\bab ))(?P<d7>3[01]|[12]\d|"
    r"0?[1-9])\.(?P<m7>0?[1-9]|1[0-2])\.(?!\d)"
    rf"|\b(?P<m4>{_MONTH_RE})\.?\s+(?P<d4>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?:,?\s+(?P<y4>(?:19|"
    rf"20)\d\d))?(?![\d:.]\d)\b"
    rf"|(?<![\d.])\b(?P<d5>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th|\.)?\s+(?:of\s+|"
    rf"de\s+)?(?P<m5>{_MONTH_RE})\b(?:\.(?!\s+[A-Z]|\s*$))?(?:,?\s+(?:de\s+)?(?P<y5>(?:19|20)\d\d))?"
    rf"|\b(?P<m6>{_MONTH_RE})\.?\s+(?P<y6>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_SPELLED = {
    word: number
    for words in (
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty",
        "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
        "zéro un deux trois quatre cinq six sept huit neuf dix onze douze",
        "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce",
    )
    for number, word in enumerate(words.split())
    if word not in ("un", "null")
} | {"dozen": 12, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
"ninety": 90,
     "hundred": 100, "thousand": 1000, "million": 1e6, "half": 0.5, "twice": 2, "thrice": 3,
     "hundert": 100}  # fmt: skip
_ORDINAL = {
    word: number
    for number, word in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
        ],
        1,
    )
}
_RANGE = re.compile(
    rf"(?<![\w.,/:-])(?P<from>\d+(?:\.\d+)?)\s?(?:-|–|"
    rf"to)\s?(?P<to>\d+(?:\.\d+)?)(?P<gap>\s?)(?P<unit>{_UNIT})(?:s|n|en)?(?!\w|/\D|-)",
    re.IGNORECASE,
)
_ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = [
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ONE, _TEN = "|".join(_ONES), "|".join(_TENS)
_BELOW_HUNDRED = rf"(?:(?:{_TEN})(?:[\s-](?:{_ONE}))?|{'|'.join(_TEENS)}|{_ONE})"
_BELOW_THOUSAND = rf"(?:(?:{_ONE}|a)[\s-]hundred(?:(?:\s(?:and\s)?){_BELOW_HUNDRED})?|{_BELOW_HUNDRED})"
_WORDS = re.compile(
    rf"\b(?P<whole>{_BELOW_THOUSAND})"
    rf"(?:(?P<half>\sand\sa\shalf)|\spoint\s(?P<point>(?:{_ONE}|zero)(?:\s(?:{_ONE}|zero))*))?"
    rf"(?P<scale>[\s-](?:thousand|million|billion))?(?:\s(?P<unit>{_UNIT})(?:s|n|en)?)?\b",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"(?<![\w.])[^\W\d_]+(?!\w)")
_ORDINAL_DIGITS = re.compile(r"(?<![\w.])(\d{1,4})(?:st|nd|rd|th)\b")
_SPELLED_UNIT = re.compile(
    rf"[\s-](?P<scale>hundred|thousand|million|billion)?(?:(?(scale)\s))?(?P<unit>{_UNIT})(?:s|n|en)?\b",
    re.IGNORECASE,
)


def quantities(text: str) -> Iterator[Quantity]:
    """The numbers, dates and times of a text, in order; they do not overlap.

    What is part of a name (`v1.2.3`, `HAT037`, `10.0.0.1`) is no number here. Cost: a few regex passes.
    """
    found: list[Quantity] = []
    taken = bytearray(len(text))

    def free(start: int, end: int) -> bool:
        return not any(taken[start:end])

    def take(start: int, end: int) -> None:
        taken[start:end] = b"\1" * (end - start)

    for m in _RANGE.finditer(text):
        low, high = _range(m)
        found += [low, high]
        take(low.start, low.end)
        take(high.start, high.end)
    for pattern, make in (
        (_DATE, _date),
        (_TIME_OF_DAY, _time),
        (_ORDINAL_DIGITS, _ordinal),
        (_NUMBER, _number),
        (_WORDS, _in_words),
        (_LETTERS, _spelled),
    ):
        for m in pattern.finditer(text):
            if free(m.start(), m.end()):
                made = make(m)
                if made is not None and free(made.start, made.end):
                    found.append(made)
                    take(made.start, made.end)
    found.sort(key=lambda q: q.start)
    return iter(found)


def same(a: Quantity, b: Quantity) -> bool:
    """Whether two quantities mean the same: equal, converted, rounded as written, or one without its unit."""
    if "date" in (a.dimension, b.dimension):
        return a.dimension == b.dimension and all(
            x == y or not x or not y for x, y in zip(a.date, b.date, strict=True)
        )
    if a.dimension != b.dimension:
        if {a.dimension, b.dimension} == {"%", ""}:
            return any(
                _close(x, y) for x, y in ((a.raw, b.raw), (a.value / 100, b.value), (a.value, b.value / 100))
            )
        # One of the two may leave its unit to be understood, or name what is counted; not so a real unit.
        plain = a.dimension in _COUNTED or b.dimension in _COUNTED
        return plain and (_close(a.raw, b.raw) or _rounds(a, b))
    if a.dimension == "time" and 4 in (a.digits, b.digits):
        return a.value // 60 == b.value // 60
    if a.dimension == "B" and a.unit != b.unit:
        return abs(a.value - b.value) <= 0.08 * max(abs(a.value), abs(b.value))
    return _close(a.value, b.value) or _rounds(a, b)


_COUNTED = frozenset(
    {"", "token", "line", "row", "file", "point", "item", "user", "people", "person", "time", "x"}
)


def _close(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-12)


def _rounds(a: Quantity, b: Quantity) -> bool:
    """Whether the one with fewer digits is the other, rounded to them."""
    rough, exact = (a, b) if (a.scaled, -a.digits) >= (b.scaled, -b.digits) else (b, a)
    if (
        not rough.digits
        or not exact.value
        or not math.isfinite(exact.value)
        or (rough.digits < 2 and (not rough.scaled or exact.scaled))
    ):
        return False
    if not rough.scaled and float(rough.raw).is_integer():
        return False
    places = rough.digits - 1 - math.floor(math.log10(abs(exact.value)))
    return places < 300 and _close(round(exact.value, places), rough.value)


def _digits(written: str) -> int:
    return max(1, len(re.sub(r"\D", "", written).lstrip("0")))


def _number(m: re.Match[str]) -> Quantity | None:
    written = m["digits"]
    bare = re.sub(r"[\u202f\u00a0'’]", "", written)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", bare):
        bare = bare.replace(",", "")
    if bare.count(".") > 1:
        bare = bare.replace(".", "")
    raw = float(bare.replace(",", "."))
    if m["sign"] and m["sign"] in "-−":
        raw = -raw
    value, scale, unit = raw, (m["scale"] or "").strip(" -\u00a0").lower(), (m["unit"] or "").lower()
    end = m.end()
    if scale:
        value *= _SCALE[scale]
    dimension = ""
    if m["front"]:
        dimension = _MONEY[m["front"].strip().lower()]
    elif unit:
        if unit in ("m", "h", "d", "g", "s", "x", "an") and m["gap"] == "-":
            end = m.start("unit") - 1
        else:
            dimension, factor = _CONVERTED[unit]
            value *= factor
    return Quantity(m.start(), end, dimension, value, _digits(written), raw, (0, 0, 0), bool(scale), unit)


def _range(m: re.Match[str]) -> tuple[Quantity, Quantity]:
    """`45-55ms`: both numbers have the unit that stands behind the second."""
    dimension, factor = _CONVERTED[m["unit"].lower()]
    low, high = float(m["from"]), float(m["to"])
    return (
        Quantity(m.start(), m.end("from"), dimension, low * factor, _digits(m["from"]), low),
        Quantity(m.start("to"), m.end(), dimension, high * factor, _digits(m["to"]), high),
    )


def _in_words(m: re.Match[str]) -> Quantity | None:
    """A number of several words: `three hundred`, `twelve and a half`, `one point five million`."""
    words = [word for word in re.split(r"[\s-]+", m["whole"].lower()) if word != "and"]
    if len(words) == 1 and not (m["scale"] or m["half"] or m["point"]):
        return None
    value = 0.0
    for word in words:
        value = (value or 1) * 100 if word == "hundred" else value + (1 if word == "a" else _SPELLED[word])
    if m["half"]:
        value += 0.5
    if m["point"]:
        digits = "".join(str(int(_SPELLED[digit])) for digit in m["point"].lower().split())
        value += float("0." + digits)
    if m["scale"]:
        value *= _SCALE[m["scale"].strip(" -").lower()]
    end, dimension, factor = m.end(), "", 1.0
    if m["unit"]:
        unit = m["unit"].lower()
        if len(unit) > 1 or unit == "%":
            dimension, factor = _CONVERTED[unit]
        else:
            end = m.start("unit") - 1
    return Quantity(m.start(), end, dimension, value * factor, 0, value)


def _date(m: re.Match[str]) -> Quantity | None:
    g = m.groupdict()
    for n in "1234567":
        if g.get(f"y{n}") is None and g.get(f"m{n}") is None:
            continue
        year = int(g.get(f"y{n}") or 0)
        if n == "3":
            one, other = int(g["a3"]), int(g["b3"])
            month, day = (one, other) if one <= 12 else (other, one)
            if one <= 12 and other <= 12 and one != other:
                return Quantity(m.start(), m.end(), "date", 0.0, 8, 0.0, (year, 0, 0))  # either order
        else:
            named = g[f"m{n}"]
            month = (
                int(named) if named.isdigit() else 1 + next(i for i, p in enumerate(_MONTH) if p.match(named))
            )
            day = int(g.get(f"d{n}") or 0)
        return Quantity(m.start(), m.end(), "date", 0.0, 8, 0.0, (year, month, day))
    return None


def _time(m: re.Match[str]) -> Quantity | None:
    hour = int(m["hour"] or m["hour2"])
    half = (m["half"] or m["half2"] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    seconds = 3600.0 * hour + 60.0 * int(m["minute"] or 0) + int(m["second"] or 0)
    return Quantity(m.start(), m.end(), "time", seconds, 6 if m["second"] else 4, seconds)


def _ordinal(m: re.Match[str]) -> Quantity | None:
    return Quantity(m.start(), m.end(), "ordinal", float(m[1]), len(m[1]), float(m[1]))


def _spelled(m: re.Match[str]) -> Quantity | None:
    word = m[0].lower()
    if word in _ORDINAL:
        value = float(_ORDINAL[word])
        return Quantity(m.start(), m.end(), "ordinal", value, 0, value)
    if word not in _SPELLED:
        return None
    raw = value = float(_SPELLED[word])
    unit = _SPELLED_UNIT.match(m.string, m.end())
    if unit is None or unit["unit"].lower() in ("m", "h", "d", "g", "s", "x", "an", "b", "$"):
        return Quantity(m.start(), m.end(), "", value, 0, raw)
    dimension, factor = _CONVERTED[unit["unit"].lower()]
    if unit["scale"]:
        factor *= _SPELLED[unit["scale"].lower()] if unit["scale"].lower() != "billion" else 1e9
    return Quantity(m.start(), unit.end(), dimension, value * factor, 0, raw)
