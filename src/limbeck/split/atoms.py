"""Atoms: the names, paths, codes and numbers in a text that a later text may need letter for letter.

An atom is what cannot be paraphrased: `src/app/login.py`, `retry_count`, `HTTPServer`, `HAT037`, `12.50`.
Plain words are not atoms, in capitals or not. The rule is the same for prose, code, JSON and logs, and an
atom is cut so that the same name compares equal wherever it stands: quotes, brackets, a final full stop, a
`:12` behind a file, a scheme before a URL, `#`, `$`, `@` or `./` in front are not part of it.

This module knows nothing of messages, lines or tokens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["MAX_ATOM_CHARS", "MIN_ATOM_CHARS", "AtomNumbers", "atoms", "find_atoms"]

MIN_ATOM_CHARS = 4
MAX_ATOM_CHARS = 120

# Latin, Greek and Cyrillic letters may stand inside a name. Scripts written without spaces may not: there a
# version number would be glued to the sentence around it.
_WORD = r"[0-9A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u052f]"

# One pass: an optional lead (stripped below, except the slash of an absolute path), then words with single
# joiners between them. A lead of `\n` or `\t` is an escape in quoted code, not the first letter of a name.
# Quantifiers are possessive, the joiners are no word characters and a lead is short, so the pass is linear.
_LEAD_PATTERN = r"(?:\\[A-Za-z]|[.~<)\]}/]){0,8}+"
_RUN = re.compile(
    _LEAD_PATTERN + r"(?:[A-Za-z]:\\(?:" + _WORD + r"++[\\.-]?)++"
    r"|" + _WORD + r"++(?:(?:[.@/-]" + _WORD + r"|/\." + _WORD + r")" + _WORD + r"*+)*+)"
)
_LEAD = re.compile(_LEAD_PATTERN)

_DIGIT = re.compile(r"[0-9]")
_JOINED = re.compile(r"[^\W_][./@_\\]|[./@_\\][^\W_]")
_HUMP = re.compile(r"[a-z][A-Z]|[A-Z]{2}[a-z]{2}")


def _offset_and_atom(run: str) -> tuple[int, str] | None:
    """Where in a run its atom starts, and the atom; None when the run holds no atom."""
    start = 0
    first = run[0]
    if first in "\\.~<)]}/":
        lead = _LEAD.match(run)
        start = lead.end() if lead is not None else 0
        if run[:start] == "/":
            start = 0
    atom = run[start:].rstrip("\\.-") if run[-1] in "\\.-" else run[start:]
    if not MIN_ATOM_CHARS <= len(atom) <= MAX_ATOM_CHARS:
        return None
    if _DIGIT.search(atom) or _JOINED.search(atom) or _HUMP.search(atom):
        return start, atom
    return None


def atoms(text: str) -> set[str]:
    """The distinct atoms of a text.

    An atom has 4 to 120 characters and holds a digit (`HAT037`, `12.50`, `2024-05-10`), a slash, dot, at sign
    or underscore inside (`src/app.py`, `os.path`, `a@b.org`, `snake_case`), or a second hump (`camelCase`,
    `HTTPServer`). Longer runs, such as base64, give no atom.

    Args:
        text: Any text; lone surrogates and NUL are separators.

    Cost: one regex pass, then a test for each distinct run; above 10 MB/s.
    """
    found = set()
    for run in set(_RUN.findall(text)):
        hit = _offset_and_atom(run)
        if hit is not None:
            found.add(hit[1])
    return found


def find_atoms(text: str) -> Iterator[tuple[int, int, str]]:
    """Each occurrence of an atom as (start, end, atom), in order; start and end in code points.

    `text[start:end] == atom`, occurrences do not overlap, and the atoms are those of `atoms(text)`.

    Cost: as `atoms`, plus a lookup for each run.
    """
    known: dict[str, tuple[int, str] | None] = {}
    for match in _RUN.finditer(text):
        run = match.group()
        try:
            hit = known[run]
        except KeyError:
            hit = known[run] = _offset_and_atom(run)
        if hit is not None:
            start = match.start() + hit[0]
            yield start, start + len(hit[1]), hit[1]


class AtomNumbers:
    """Numbers the atoms of many short texts by first appearance.

    Attributes:
        names: The atoms by number.

    Cost: as `atoms`, with each distinct run looked at once over all texts.
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self._numbers: dict[str, int] = {}
        self._runs: dict[str, int] = {}

    def read(self, text: str) -> tuple[int, ...]:
        """The numbers of the distinct atoms of a text, in order of appearance."""
        runs = self._runs
        found: dict[int, None] = {}
        for run in _RUN.findall(text):
            number = runs.get(run)
            if number is None:
                number = self._number(run)
            if number >= 0:
                found[number] = None
        return tuple(found)

    def _number(self, run: str) -> int:
        hit = _offset_and_atom(run)
        number = -1
        if hit is not None:
            number = self._numbers.setdefault(hit[1], len(self.names))
            if number == len(self.names):
                self.names.append(hit[1])
        self._runs[run] = number
        return number
