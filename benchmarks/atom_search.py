"""Exact search: which values of a written text stand nowhere in its source?

    python benchmarks/atom_search.py WRITTEN SOURCE

An independent check of what a guard accepted. It shares no code with Limbeck and knows nothing of sentences, nearness
or meaning: each path, identifier, number, URL, quotation and code span of the written text is looked for in the source,
character for character once white space, quotation marks, letter case and thousands separators are made alike.
A number may also stand there as a word (3, three) or with other zeros and separators (1,200 and 1200.0); in another
unit it counts as missing.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

URL = re.compile(r"https?://[^\s<>\"'`)\]}]*[\w/]")
SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
QUOTE = re.compile(r"\"([^\"\n]{2,200})\"|“([^”\n]{2,200})”")
PATH = re.compile(
    r"(?<![\w/.:@])(?:(?:~|\.{1,2})?/)?(?:[\w.@+-]+/)+[\w.@+-]*\w|(?<![\w/.@])[\w-]+\.[a-z]{1,5}\b(?!\.\w)"
)
NAME = re.compile(
    r"(?<![\w./-])(?:[A-Za-z]\w*(?:\.[A-Za-z_]\w*)+|\w*[a-z0-9]_\w+|_\w+|[a-z]+[A-Z]\w*|[A-Z][a-z]+[A-Z]\w*|"
    r"(?=\w*\d)(?=\w*[A-Za-z])\w{4,})(?![\w/])"
)
NUMBER = re.compile(
    r"(?<![\w.,])\d[\d,]*(?:\.\d+)*(?![\w])|(?<![\w.,])\d[\d,]*(?:\.\d+)?(?=[a-zA-Z%]{1,4}\b)"
)
WORDS = re.findall(
    r"\S+",
    """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen twenty
    """,
)
TICKS = str.maketrans({"“": '"', "”": '"', "’": "'", "‘": "'", "\u00a0": " "})


def alike(text: str) -> str:
    """A text as it is searched: one space, straight quotation marks, lower case, no Markdown emphasis."""
    return " ".join(text.translate(TICKS).replace("**", "").lower().split())


def atoms(text: str) -> Iterator[tuple[str, str]]:
    """Kind and text of each value, in order of kinds; the later kinds see nothing of the earlier ones."""
    rest = text
    for kind, pattern in (
        ("url", URL),
        ("span", SPAN),
        ("quote", QUOTE),
        ("path", PATH),
        ("name", NAME),
        ("number", NUMBER),
    ):
        for match in pattern.finditer(rest):
            yield kind, next((group for group in match.groups() if group), match[0])
        rest = pattern.sub(lambda match: " " * len(match[0]), rest)


def unsupported(text: str, source_text: str) -> list[str]:
    """The values of `text` that stand nowhere in `source_text`, each once, in order of kinds.

    Cost: a search of the source for each distinct value.
    """
    source = alike(source_text)
    numbers = {plain_number(match[0]) for match in NUMBER.finditer(source_text)}
    numbers |= {plain_number(found) for found in re.findall(r"\d[\d,]*(?:\.\d+)?", source_text)}
    missing: dict[str, None] = {}
    for kind, atom in atoms(re.sub(r"(?m)^\s*(?:\d{1,3}[.)]|[-*+])\s+", "", text)):
        if kind == "number":
            found = number_known(plain_number(atom), numbers, source)
        elif kind == "quote":
            found = alike(atom).rstrip(" .,;:!?") in source
        else:
            found = stands(alike(atom), source) or stands(alike(atom).strip(" ./~()"), source)
            found = found or (
                kind == "name" and measured(atom) and all(number in numbers for number in digits(atom))
            )
        if not found:
            missing[atom] = None
    return list(missing)


def plain_number(text: str) -> str:
    """A number without separators and without zeros that say nothing."""
    plain = text.replace(",", "").strip(".")
    if plain.count(".") == 1:
        plain = plain.rstrip("0").rstrip(".")
    return plain.lstrip("0") or "0"


def number_known(number: str, numbers: set[str], source: str) -> bool:
    """Whether the source holds a number as digits or as a word."""
    if number in numbers:
        return True
    known = number.isdigit() and int(number) < len(WORDS)
    return known and bool(re.search(rf"\b{WORDS[int(number)]}\b", source))


def stands(atom: str, source: str) -> bool:
    """Whether an atom stands in the source, not as a part of a longer word."""
    return bool(atom) and bool(re.search(rf"(?<!\w){re.escape(atom)}(?!\w)", source))


def measured(atom: str) -> bool:
    """Whether a name is only a number with its unit, such as 90min or 11th."""
    return bool(re.fullmatch(r"\d+[a-zA-Z]{1,7}", atom))


def digits(atom: str) -> list[str]:
    return [plain_number(found) for found in re.findall(r"\d+", atom)]


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    written, source = (Path(name).read_text(encoding="utf-8") for name in sys.argv[1:])
    missing = unsupported(written, source)
    print("\n".join(missing))
    sys.exit(1 if missing else 0)


if __name__ == "__main__":
    main()
