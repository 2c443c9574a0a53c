"""How much may stay, and who counts it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Protocol

from .context import Context
from .errors import OptionError


class Counter(Protocol):
    """Counts tokens of a text, exactly or as an upper bound."""

    @property
    def name(self) -> str: ...
    @property
    def exact(self) -> bool: ...
    def count(self, text: str) -> int: ...
    def count_each(self, texts: Iterable[str]) -> list[int]: ...


@dataclass(frozen=True)
class Budget:
    """`max_tokens`, or `keep`: the fraction of tokens kept, 0 < keep <= 1. Exactly one of them.

    Raises:
        OptionError: Both or neither given, or outside the range.
    """

    counter: Counter
    max_tokens: int | None = None
    keep: float | None = None

    def __post_init__(self) -> None:
        if (self.max_tokens is None) == (self.keep is None):
            raise OptionError(
                "give either keep (fraction of tokens kept) or max_tokens, "
                + ("not both" if self.keep is not None else "neither was given")
            )
        # Numbers of other kinds (numpy's) are taken, and held as Python's own.
        if self.keep is not None:
            if isinstance(self.keep, bool) or not isinstance(self.keep, Real) or not 0 < self.keep <= 1:
                raise OptionError(f"keep is the fraction of tokens kept, 0 < keep <= 1, got {self.keep!r}")
            object.__setattr__(self, "keep", float(self.keep))
        else:
            most = self.max_tokens
            if isinstance(most, bool) or not isinstance(most, Integral) or most < 1:
                raise OptionError(f"max_tokens must be a whole number of 1 or more, got {most!r}")
            object.__setattr__(self, "max_tokens", int(most))

    def limit(self, tokens_before: int) -> int:
        """The most tokens the result may have: `max_tokens`, or `max(1, floor(keep * tokens_before))`."""
        if self.max_tokens is not None:
            return self.max_tokens
        keep = self.keep if self.keep is not None else 1.0
        return max(1, math.floor(keep * tokens_before))


def count_context(context: Context, counter: Counter) -> int:
    """The tokens of a context as rendered: every source's text, and the riders of every message."""
    return sum(m.rider_tokens for m in context.messages) + sum(
        counter.count(text) for text in context.texts().values()
    )
