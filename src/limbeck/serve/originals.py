"""What was left out, in memory, until it is fetched or too old: bounded by bytes and by age."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

_REMEMBERED = 10_000
"""Handles whose text is gone, known by name so that an answer can say so."""


ENTRY_BYTES = 512
"""What a text costs beside its own bytes: names, places, objects."""


@dataclass(frozen=True)
class Original:
    """A text that was left out.

    Attributes:
        text: In UTF-8, lone surrogates passed.
        expires: By the store's clock, in seconds.
    """

    text: bytes
    expires: float


class Originals:
    """A store of bounded size and age; each owner sees its own.

    Storing a text again makes it young again. When there is no room, the oldest go first; a text larger
    than the whole store is not kept at all.

    Args:
        most_bytes: Of all texts together, `ENTRY_BYTES` for each included.
        seconds: How long a text stays.
        clock: Gives seconds that never go back.
    """

    def __init__(self, most_bytes: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.most_bytes = most_bytes
        self.seconds = seconds
        self.held_bytes = 0
        self._clock = clock
        self._texts: OrderedDict[tuple[str, str], Original] = OrderedDict()
        self._gone: OrderedDict[tuple[str, str], None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._texts)

    def put(self, owner: str, texts: Mapping[str, bytes]) -> None:
        """Keep texts by their hash."""
        self.sweep()
        expires = self._clock() + self.seconds
        for name, text in texts.items():
            place = (owner, name)
            known = self._texts.pop(place, None)
            if known is not None:
                self.held_bytes -= len(known.text) + ENTRY_BYTES
            self._gone.pop(place, None)
            self._texts[place] = Original(text, expires)
            self.held_bytes += len(text) + ENTRY_BYTES
        while self.held_bytes > self.most_bytes:
            self._drop_oldest()

    def get(self, owner: str, name: str) -> Original | Literal["expired", "unknown"]:
        """The text of a hash, or why there is none: it is gone, or was never here."""
        self.sweep()
        place = (owner, name)
        found = self._texts.get(place)
        if found is not None:
            return found
        return "expired" if place in self._gone else "unknown"

    def left(self, original: Original) -> float:
        """Seconds until it goes."""
        return max(0.0, original.expires - self._clock())

    def sweep(self) -> None:
        """Let go what is too old."""
        now = self._clock()
        while self._texts and next(iter(self._texts.values())).expires <= now:
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        place, original = self._texts.popitem(last=False)
        self.held_bytes -= len(original.text) + ENTRY_BYTES
        self._gone[place] = None
        if len(self._gone) > _REMEMBERED:
            self._gone.popitem(last=False)
