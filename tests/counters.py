"""A counter one can do in one's head."""

from __future__ import annotations

from collections.abc import Iterable


class Letters:
    """A token for each code point."""

    name = "letters"
    exact = True

    def count(self, text: str) -> int:
        return len(text)

    def count_each(self, texts: Iterable[str]) -> list[int]:
        return [len(text) for text in texts]
