"""What a scorer sees of a context: its segments' words and atoms as numbers, their places, their speakers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt
import xxhash

from limbeck.core.context import Context
from limbeck.split.atoms import AtomNumbers

from .forest import Forest, Ints
from .speakers import speakers

Floats = npt.NDArray[np.float64]

ROLES = ("system", "user", "assistant", "tool")
ROLE_NUMBERS = {"system": 0, "developer": 0, "user": 1, "assistant": 2, "tool": 3, "function": 3}

WORD = re.compile(r"[^\W_]{2,}")
# Scripts that put no spaces between words: every two neighboring characters count as a word.
UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]{2,}")
DIGITS = re.compile(r"\d+")
# `  33\t`, `123:`, `12 | `: how viewers number the lines they show. Unnumbered it is the same line.
LINE_NUMBER = re.compile(r"\s*[0-9]{1,6}(?:\s?[|:\t]|-(?=\s)|\u2192)")
STEM_CHARS = 6
"""Words are compared by their first characters, which serves inflected languages without a dictionary."""


@dataclass
class View:
    """Columns over the segments (n rows) and distinct atoms (m) of a context.

    Attributes:
        context: What came in.
        texts: (n) their texts.
        forest: Structure and cost.
        atoms: For each row the numbers of its distinct atoms (paths, identifiers, numbers), in order.
        atom_names: (m) the atoms.
        pair_row, pair_atom: The same as two flat columns, one entry for each atom of each row.
        line: (n) a number for the text of each row without line number and outer white space; rows with equal
            numbers repeat each other.
        pattern: (n) the same with digits masked; rows with equal numbers are near-duplicates.
        role: (n) index into `ROLES`; `system` for anything like it.
    """

    context: Context
    texts: list[str]
    forest: Forest
    atoms: list[tuple[int, ...]]
    atom_names: list[str]
    pair_row: Ints
    pair_atom: Ints
    line: Ints
    pattern: Ints
    role: npt.NDArray[np.int8]

    def hits(self, wanted: Iterable[str]) -> Hits:
        """Where words stand. Cost: one pass of a regular expression over the text."""
        numbers = {word: number for number, word in enumerate(dict.fromkeys(wanted))}
        rows: list[int] = []
        hits: list[int] = []
        length = np.zeros(len(self.texts))
        get = numbers.get
        for row, text in enumerate(self.texts):
            found = words(text)
            # Figures do not make the row of a table long: they are what one looks for under its label.
            length[row] = len(found) - sum(map(str.isdigit, found))
            for word in found:
                number = get(word)
                if number is not None:
                    rows.append(row)
                    hits.append(number)
        return Hits(numbers, np.array(rows, np.int32), np.array(hits, np.int32), length)


@dataclass(frozen=True)
class Hits:
    """Where some words stand in a view of n rows.

    Attributes:
        numbers: The words, numbered 0, 1, ...
        row, word: An entry for each occurrence: its row, the number of the word.
        length: (n) the words of each row, figures left out.
    """

    numbers: dict[str, int]
    row: Ints
    word: Ints
    length: Floats

    def pairs(self) -> tuple[Ints, Ints, Ints]:
        """The distinct pairs of row and word, and how often each occurs."""
        kinds = max(len(self.numbers), 1)
        pair, times = np.unique(self.row.astype(np.int64) * kinds + self.word, return_counts=True)
        return (pair // kinds).astype(np.int32), (pair % kinds).astype(np.int32), times.astype(np.int32)

    def joined(self, part: Ints) -> Hits:
        """The same with the rows of each part as one; `part` is (n) ascending numbers from 0."""
        count = int(part[-1]) + 1 if len(part) else 0
        length = np.asarray(np.bincount(part, self.length, count), np.float64)
        return Hits(self.numbers, part[self.row], self.word, length)


def words(text: str) -> list[str]:
    """The stems of a text's words, lower case; pairs of characters in scripts without spaces."""
    text = text.lower()
    found = [w[:STEM_CHARS] for w in WORD.findall(text)]
    if not text.isascii():
        for run in UNSPACED.findall(text):
            found.extend(run[i : i + 2] for i in range(len(run) - 1))
    return found


def view(context: Context, texts: list[str], forest: Forest) -> View:
    """Read a context. Cost: one pass of a regular expression over the text."""
    numbers = AtomNumbers()
    atoms = [numbers.read(text) for text in texts]
    n = len(texts)
    sizes = np.fromiter(map(len, atoms), np.int32, n)
    pair_row = np.repeat(np.arange(n, dtype=np.int32), sizes)
    pair_atom = np.fromiter(chain.from_iterable(atoms), np.int32, int(sizes.sum()))
    line, pattern = np.zeros(n, np.int32), np.zeros(n, np.int32)
    lines: dict[str, tuple[int, int]] = {}
    patterns: dict[int, int] = {}
    numbered, digits, digest = LINE_NUMBER.match, DIGITS.sub, xxhash.xxh3_64_intdigest
    for row, text in enumerate(texts):
        at = numbered(text)
        bare = text[at.end() :].strip() if at else text.strip()
        known = lines.get(bare)
        if known is None:
            key = digest(digits("0", bare).encode("utf-8", "surrogatepass"))
            known = lines[bare] = (len(lines), patterns.setdefault(key, len(patterns)))
        line[row], pattern[row] = known
    by_source = np.array([ROLE_NUMBERS.get(who, 1) for who in speakers(context)] or [1], np.int8)
    role = by_source[forest.source]
    return View(
        context, texts, forest, atoms, numbers.names, pair_row, pair_atom, line, pattern, role
    )  # fmt: skip
