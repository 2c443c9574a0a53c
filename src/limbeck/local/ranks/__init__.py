"""Vocabularies of OpenAI's encodings, carried in the package, and two ways of loading one.

A `.ranks` file holds the tokens of an encoding in the order of their ranks, joined by the byte FF. No other
token holds that byte, because it stands in no UTF-8 text; the token FF itself is the one empty item. The
file is not compressed: reading it takes 1 ms, and archives and packages compress it anyway.
`benchmarks/rebuild_ranks.py` makes the files and checks them against the published sha256; the tests check
them again, a load does not.

Loading a whole vocabulary builds a hash table of 200,000 entries and costs 0.13 s of CPU, and 0.05 s more to
free it at exit: too dear for a process that counts one tool output. Byte-pair encoding only ever looks up
substrings of the text at hand, so **a vocabulary without the tokens that do not stand in a text splits this
text in the same way**. `Growing` keeps such a part, and costs about 0.015 s for some kilobytes.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any, Final, Protocol, cast

import numpy as np
from numpy.typing import NDArray

_FOLDER: Final = Path(__file__).parent
_JOINT: Final = b"\xff"
_PREFIX: Final = 8  # bytes of a token that are looked for: as many as a number of 64 bits holds
_BITS: Final = 22  # of the table of seen prefixes: 4 MB, of which only touched pages are real
_MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)  # odd, bits well mixed (Fibonacci hashing)
_FIRST_BYTES: Final = np.array([(1 << 8 * n) - 1 for n in range(_PREFIX + 1)], dtype=np.uint64)


class Core(Protocol):
    """A loaded vocabulary: the part of tiktoken's compiled class that counting needs."""

    def encode_ordinary(self, text: str) -> list[int]: ...


def _core(ranks: dict[bytes, int], pattern: str) -> Core:
    # The compiled class and not `tiktoken.Encoding` around it: that one keeps the 25 MB table of Python
    # objects for its decoder and walks it once more at load, and counting needs neither.
    compiled = importlib.import_module("tiktoken._tiktoken")
    return cast(Core, compiled.CoreBPE(ranks, {}, pattern))


def read(name: str) -> bytes:
    """The content of a rank file."""
    return (_FOLDER / f"{name}.ranks").read_bytes()


def tokens(name: str) -> list[bytes]:
    """All tokens of an encoding; the rank of a token is its place. About 8 ms for 200,000."""
    found = read(name).split(_JOINT)
    found[found.index(b"")] = _JOINT
    return found


def whole(name: str, pattern: str) -> Core:
    """The whole vocabulary. 0.13 s of CPU and 60 MB for o200k_base, 0.07 s for cl100k_base."""
    found = tokens(name)
    return _core(dict(zip(found, range(len(found)), strict=True)), pattern)


class Growing:
    """The part of a vocabulary that can matter for the texts seen so far.

    A token stays out only if its first eight bytes (or all, if it is shorter) stand nowhere in these
    texts. What comes in is decided through a hash table, so some tokens come in for nothing; that costs
    a little time and changes no count.

    Not for use by several threads at once; what `covering` returns is.
    """

    def __init__(self, name: str, pattern: str) -> None:
        self._pattern = pattern
        self._content = content = read(name)
        data = np.frombuffer(content + bytes(_PREFIX), dtype=np.uint8)
        joints = np.flatnonzero(data[: len(content)] == _JOINT[0])
        self._starts: NDArray[np.intp] = np.concatenate(([0], joints + 1))
        self._ends: NDArray[np.intp] = np.concatenate((joints, [len(content)]))
        lengths = self._ends - self._starts
        prefixes = np.lib.stride_tricks.sliding_window_view(data, _PREFIX)[self._starts].view("<u8")[:, 0]
        self._places = _place(prefixes & _FIRST_BYTES[np.minimum(lengths, _PREFIX)])
        self._seen: NDArray[np.bool_] = np.zeros(1 << _BITS, dtype=np.bool_)
        self._absent: NDArray[np.bool_] = np.ones(len(self._starts), dtype=np.bool_)
        self._ranks: dict[bytes, int] = {}
        self._bring(lengths <= 1)  # single bytes: every text can fall back on them
        self._loaded: Core | None = None

    def __len__(self) -> int:
        return len(self._ranks)

    def _bring(self, which: NDArray[np.bool_]) -> None:
        ranks = np.flatnonzero(which)
        self._absent[ranks] = False
        for rank, start, end in zip(
            ranks.tolist(), self._starts[ranks].tolist(), self._ends[ranks].tolist(), strict=True
        ):
            self._ranks[self._content[start:end] or _JOINT] = rank

    def covering(self, text: bytes) -> Core:
        """A vocabulary that splits this UTF-8 text, and all given before, as the whole one does.

        Cost: some 3 ms, and 0.2 ms a kilobyte of text; memory, some 150 bytes a byte of text.
        """
        data = np.frombuffer(text + bytes(_PREFIX), dtype=np.uint8).astype(np.uint64)
        window = np.zeros(len(text), dtype=np.uint64)
        for length in range(_PREFIX):
            window |= data[length : length + len(text)] << np.uint64(8 * length)
            self._seen[_place(window)] = True
        fresh = self._seen[self._places] & self._absent
        if self._loaded is None or fresh.any():
            self._bring(fresh)
            self._loaded = _core(self._ranks, self._pattern)
        return self._loaded


def _place(prefixes: NDArray[Any]) -> NDArray[np.intp]:
    return ((prefixes * _MULTIPLIER) >> np.uint64(64 - _BITS)).astype(np.intp)
