"""Faults in values: one number, date, path, identifier, ... of a true statement becomes another that is nowhere."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

from .case import Edit, replaced
from .values import COUNTS, MONTHS, ORDINALS, Value, values
from .world import World

Change = Callable[[str, random.Random], str | None]
EXCEPTIONS = ("ValueError", "KeyError", "TimeoutError", "ImportError", "PermissionError", "IndexError")
DIGIT = re.compile(r"\d")
SIGNED = re.compile(r"(?:^|[a-z] |[(=|] ?|[a-z]: )$")  # where a minus reads as a sign


def _digit(text: str, rng: random.Random) -> str | None:
    """Another digit in one place; a leading digit stays a digit that leads."""
    places = [match.start() for match in DIGIT.finditer(text)]
    if not places:
        return None
    at = rng.choice(places)
    leads = at == 0 or not text[at - 1].isdigit()
    choices = [digit for digit in "123456789" if digit != text[at]]
    if not leads:
        choices.append("0")
    return text[:at] + rng.choice([c for c in choices if c != text[at]]) + text[at + 1 :]


def _step(text: str, rng: random.Random) -> str | None:
    """One more or one less."""
    match = re.fullmatch(r"\d{1,6}", text)
    return str(max(0, int(text) + rng.choice((-1, 1)))) if match and int(text) else None


def _magnitude(text: str, rng: random.Random) -> str | None:
    match = re.search(r"\d[\d,]*(?:\.\d+)?", text)
    if not match or float(match[0].replace(",", "")) == 0:
        return None
    number = float(match[0].replace(",", "")) * rng.choice((10, 100, 1000))
    new = f"{number:,.0f}" if "," in match[0] or number > 99_999 else f"{number:g}"
    return text[: match.start()] + new + text[match.end() :]


def _decimal(text: str, rng: random.Random) -> str | None:
    match = re.search(r"(\d+)\.(\d+)", text)
    if not match or match[1] == "0":
        return None
    digits = match[1] + match[2]
    places = [at for at in range(1, len(digits)) if at != len(match[1])]
    if not places:
        return None
    at = rng.choice(places)
    new = digits[:at] + "." + digits[at:]
    if float(new) == float(match[0]):
        return None
    return text[: match.start()] + new + text[match.end() :]


def _sign(text: str, rng: random.Random) -> str | None:
    if re.fullmatch(r"-\d[\d,.]*", text):
        return text[1:]
    return "-" + text if re.fullmatch(r"\d+\.\d+", text) and float(text) else None


UNIT_FOR = {
    "ms": ("s", "min"), "milliseconds": ("seconds",), "seconds": ("minutes", "milliseconds"),
    "minutes": ("hours", "seconds"), "hours": ("days", "minutes"), "days": ("weeks", "hours"),
    "weeks": ("days", "months"), "months": ("years", "weeks"), "years": ("months", "decades"),
    "second": ("minute",), "minute": ("hour",), "hour": ("day",), "day": ("week",), "week": ("month",),
    "month": ("year",), "year": ("month",), "KB": ("MB", "GB"), "MB": ("GB", "KB"), "GB": ("MB", "TB"),
    "KiB": ("MiB",), "MiB": ("GiB",), "GiB": ("MiB",), "Mi": ("Gi",), "Gi": ("Mi",), "kB": ("MB",), "bytes": ("KB",),
    "km": ("miles",), "miles": ("km",), "feet": ("meters",), "meters": ("feet",), "metres": ("miles",),
    "inches": ("feet",), "inch": ("foot",), "kg": ("g",), "pounds": ("kilograms",), "mins": ("hours",),
    "cm": ("mm",), "mm": ("cm",), "sec": ("min",), "min": ("h",), "mph": ("km/h",), "MHz": ("GHz",), "GHz": ("MHz",),
}  # fmt: skip


def _unit(text: str, rng: random.Random) -> str | None:
    match = re.fullmatch(r"([\d,.]+[ -]?)([A-Za-z]+)", text)
    return match[1] + rng.choice(UNIT_FOR[match[2]]) if match and match[2] in UNIT_FOR else None


def _currency(text: str, rng: random.Random) -> str | None:
    for one, other in (
        ("$", "€"),
        ("€", "$"),
        ("£", "$"),
        ("dollars", "euros"),
        ("USD", "EUR"),
        ("euros", "dollars"),
    ):
        if one in text:
            return text.replace(one, other)
    return None


def _scale(text: str, rng: random.Random) -> str | None:
    for one, other in (("million", "billion"), ("billion", "million"), ("thousand", "million"), ("bn", "m")):
        if text.endswith(one):
            return text[: -len(one)] + other
    return None


def _ordinal(text: str, rng: random.Random) -> str | None:
    number = int(text[:-2]) + rng.choice((1, 2, 3))
    tail = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{tail}"


def _other_word(words: tuple[str, ...]) -> Change:
    def change(text: str, rng: random.Random) -> str | None:
        return rng.choice([word for word in words if word != text.lower()])

    return change


def _year(text: str, rng: random.Random) -> str | None:
    return str(int(text) + rng.choice((-20, -10, -3, -2, -1, 1, 2, 3, 10)))


def _month(text: str, rng: random.Random) -> str | None:
    for month in MONTHS:
        if text.startswith(month) or f" {month}" in text:
            return text.replace(month, rng.choice([other for other in MONTHS if other != month]))
    return None


def _day(text: str, rng: random.Random) -> str | None:
    match = re.search(r"\b([12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?\b(?![\d:])", text)
    if re.match(r"\d{4}-", text):
        match = re.search(r"(?<=-)(\d\d)$", text)
    if not match:
        return None
    old = int(match[1])
    new = rng.choice([day for day in range(1, 29) if day != old])
    written = f"{new:02d}" if match[1].startswith("0") or text[:4].isdigit() else str(new)
    tail = match[0][len(match[1]) :]
    if tail:
        tail = "th" if new in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(new % 10, "th")
    return text[: match.start()] + written + tail + text[match.end() :]


def _hour(text: str, rng: random.Random) -> str | None:
    half = re.search(r"([ap])(\.?m)", text)
    if half and rng.random() < 0.4:
        return text[: half.start()] + ("p" if half[1] == "a" else "a") + half[2] + text[half.end() :]
    match = re.match(r"\d+", text)
    if not match:
        return None
    top = 12 if half else 23
    hour = rng.choice([hour for hour in range(1, top + 1) if hour != int(match[0])])
    return (f"{hour:02d}" if match[0].startswith("0") else str(hour)) + text[match.end() :]


def _extension(text: str, rng: random.Random) -> str | None:
    base, dot, old = text.rpartition(".")
    others = {
        "py": ("pyi", "js"),
        "js": ("ts", "jsx"),
        "ts": ("tsx", "js"),
        "json": ("yaml",),
        "yml": ("yaml", "json"),
    }
    return (
        base + dot + rng.choice(others.get(old, ("bak", "txt", "py", "cfg")))
        if dot and "/" not in old
        else None
    )


def _folder(text: str, rng: random.Random) -> str | None:
    pieces = text.split("/")
    places = [at for at, piece in enumerate(pieces[:-1]) if len(piece) > 1 and piece not in ("..",)]
    if not places:
        return None
    at = rng.choice(places)
    names = ("core", "lib", "internal", "legacy", "common", "build", "shared", "old", "v2", "tools")
    pieces[at] = rng.choice([name for name in names if name != pieces[at]])
    return "/".join(pieces)


def _folders_swapped(text: str, rng: random.Random) -> str | None:
    pieces = text.split("/")
    places = [at for at in range(len(pieces) - 2) if pieces[at] and pieces[at] != pieces[at + 1]]
    if not places:
        return None
    at = rng.choice(places)
    pieces[at], pieces[at + 1] = pieces[at + 1], pieces[at]
    return "/".join(pieces)


def misspelled(text: str, rng: random.Random) -> str | None:
    """Another letter in one place, doubled or left out, in the last part of a path or name."""
    begin = text.rfind("/") + 1
    end = text.rfind(".") if text.rfind(".") > begin else len(text)
    places = [at for at in range(begin + 1, end) if text[at].isalpha()]
    if len(places) < 3:
        return None
    at = rng.choice(places)
    way = rng.randrange(3)
    if way == 0:
        return text[:at] + text[at + 1 :]
    if way == 1:
        return text[:at] + text[at] + text[at:]
    letter = rng.choice([c for c in "abcdefghiklmnoprstu" if c != text[at].lower()])
    return text[:at] + (letter.upper() if text[at].isupper() else letter) + text[at + 1 :]


def _hump(text: str, rng: random.Random) -> str | None:
    """Another part of a name in camel or snake case."""
    parts = list(re.finditer(r"[A-Z]?[a-z]{2,}|[A-Z]{3,}", text))
    if len(parts) < 2:
        return None
    part = rng.choice(parts[1:])
    words = (
        "value",
        "name",
        "list",
        "config",
        "index",
        "state",
        "count",
        "handler",
        "result",
        "options",
        "cache",
    )
    new = rng.choice([word for word in words if word != part[0].lower()])
    if part[0].isupper():
        new = new.upper()
    elif part[0][0].isupper():
        new = new.capitalize()
    return text[: part.start()] + new + text[part.end() :]


def _suffix(text: str, rng: random.Random) -> str | None:
    if "_" in text:
        return text + ("_V2" if text.isupper() else rng.choice(("_v2", "_async", "_new", "_base", "2")))
    return text + rng.choice(("Async", "V2", "Base", "Impl"))


def _error(text: str, rng: random.Random) -> str | None:
    number = re.search(r"\d+$", text)
    if number:
        return _digit(text, rng)
    if text.endswith(("Error", "Exception", "Warning")):
        return rng.choice([name for name in EXCEPTIONS if name != text])
    return rng.choice([name for name in ("ENOENT", "EACCES", "ECONNREFUSED", "EPERM") if name != text])


def _hash(text: str, rng: random.Random) -> str | None:
    places = [at for at, char in enumerate(text) if char in "0123456789abcdef"]
    at = rng.choice(places)
    return text[:at] + rng.choice([c for c in "0123456789abcdef" if c != text[at]]) + text[at + 1 :]


def _code(text: str, rng: random.Random) -> str | None:
    at = rng.randrange(len(text))
    letters = "0123456789" if text[at].isdigit() else "ABCDEFGHJKLMNPQRSTUVWXYZ"
    return text[:at] + rng.choice([c for c in letters if c != text[at]]) + text[at + 1 :]


def _url(text: str, rng: random.Random) -> str | None:
    scheme, _, rest = text.partition("://")
    host, slash, path = rest.partition("/")
    if path and rng.random() < 0.5:
        return f"{scheme}://{host}/{misspelled(path, rng) or path + 's'}"
    name, dot, end = host.rpartition(".")
    if not dot:
        return f"{scheme}://{host}s{slash}{path}"
    end = rng.choice([other for other in ("com", "org", "io", "dev", "net") if other != end])
    return f"{scheme}://{name}.{end}{slash}{path}"


KINDS: dict[str, tuple[tuple[str, ...], Change]] = {
    "number: digit": (("number",), _digit),
    "number: one off": (("number",), _step),
    "number: magnitude": (("number", "measure"), _magnitude),
    "number: decimal": (("number", "money", "percent", "measure"), _decimal),
    "number: sign": (("number",), _sign),
    "number: unit": (("measure",), _unit),
    "number: measure": (("measure",), _digit),
    "number: percent": (("percent",), _digit),
    "number: count word": (("count",), _other_word(COUNTS)),
    "number: ordinal": (("ordinal",), _ordinal),
    "number: ordinal word": (("rank",), _other_word(ORDINALS[1:])),
    "money: amount": (("money",), _digit),
    "money: currency": (("money",), _currency),
    "money: scale": (("money",), _scale),
    "date: year": (("year",), _year),
    "date: month": (("date",), _month),
    "date: day": (("date",), _day),
    "date: time": (("time",), _hour),
    "version": (("version", "ip"), _digit),
    "path: extension": (("path", "file"), _extension),
    "path: folder": (("path",), _folder),
    "path: letter": (("path", "file"), misspelled),
    "path: folders swapped": (("path",), _folders_swapped),
    "identifier: part": (("identifier",), _hump),
    "identifier: suffix": (("identifier",), _suffix),
    "identifier: letter": (("identifier",), misspelled),
    "identifier: code": (("code",), _code),
    "url": (("url",), _url),
    "error code": (("error",), _error),
    "hash": (("hash", "uuid"), _hash),
    "email": (("email",), misspelled),
}


def altered(kind: str, claim: str, world: World, rng: random.Random) -> Edit | None:
    """One value of a statement changed to one that the source does not hold; None when there is none to change."""
    types, change = KINDS[kind]
    for value in _shuffled([value for value in values(claim) if value.type in types], rng):
        for _ in range(4):
            new = change(value.text, rng)
            if kind == "number: sign" and not SIGNED.search(claim[: value.start]):
                break
            if new and new != value.text and _elsewhere(new, value, world):
                return replaced(claim, value.start, value.end, new)
    return None


def _shuffled(found: list[Value], rng: random.Random) -> Iterator[Value]:
    rng.shuffle(found)
    yield from found


def _elsewhere(new: str, value: Value, world: World) -> bool:
    """Whether the new value stands nowhere in the source, in no writing that could mean the same."""
    if value.type in ("count", "rank"):
        number = (COUNTS if value.type == "count" else ORDINALS).index(new.lower()) + (
            value.type == "count"
        ) * 2
        return not world.occurs(new) and not world.occurs(str(number))
    if re.fullmatch(r"[\d.]+", new) and re.fullmatch(r"[\d.]+", value.text) and new.count(".") < 2:
        if float(new) == float(value.text):
            return False
        if float(new).is_integer() and any(
            world.occurs(form) for form in (f"{float(new):.0f}", f"{float(new):,.0f}")
        ):
            return False
    return not world.occurs(new) and new.lower() != value.text.lower()
