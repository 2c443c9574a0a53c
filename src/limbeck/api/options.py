"""What `compact` is asked for, checked before anything is read; and what a scorer of one's own says."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral
from typing import Any

import numpy as np
import numpy.typing as npt

from limbeck.core.errors import OptionError
from limbeck.methods.lexical import REASONS, Worth
from limbeck.methods.select import Scorer
from limbeck.methods.view import View


def whole_number(name: str, value: object, least: int, of: str = "") -> int:
    """The value as an int, if it is a whole number (numpy's too) of `least` or more.

    Raises:
        OptionError: It is not.
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
        raise OptionError(f"{name} must be a whole number{of}, {least} or more, got {value!r}")
    return int(value)


def pin_texts(pins: object) -> tuple[str, ...]:
    """The pins, each once.

    Raises:
        OptionError: Not an iterable of non-empty strings, or a bare string.
    """
    refused = OptionError(f"pins must be a list of non-empty strings, got {pins!r}")
    if isinstance(pins, str) or not isinstance(pins, Iterable):
        raise refused
    texts = tuple(pins)
    if not all(isinstance(text, str) and text for text in texts):
        raise refused
    return tuple(dict.fromkeys(texts))


def check_options(query: object, pin_head: object, markers: object, counter: object) -> None:
    """Refuse what is outside its range.

    Raises:
        OptionError: Says which option, and what was given.
    """
    if not (query is None or isinstance(query, str)):
        raise OptionError(f"query must be a text, or None for no query, got {query!r}")
    if not isinstance(pin_head, bool) and pin_head != "system":
        raise OptionError(f'pin_head must be True, False or "system", got {pin_head!r}')
    if not isinstance(markers, bool) and markers != "blank":
        raise OptionError(f'markers must be True, False or "blank", got {markers!r}')
    check_counter(counter)


def check_counter(counter: object) -> None:
    """Refuse what is neither the name of a counter nor one.

    Raises:
        OptionError: Says what was given.
    """
    if not isinstance(counter, str) and not callable(getattr(counter, "count_each", None)):
        raise OptionError(
            f"counter must be a name or an object with count() and count_each(), got {counter!r}"
        )


def checked(scorer: Scorer) -> Scorer:
    """The same scorer, whose answer is looked at before it is used.

    Raises:
        OptionError: It cannot be called, or (when it is called) its answer is no `Worth` that fits the view.
    """
    if not callable(scorer):
        raise OptionError(f"scorer must be a function of a View that returns a Worth, got {scorer!r}")

    def scored(view: View) -> Worth:
        worth = scorer(view)
        if not isinstance(worth, Worth):
            raise OptionError(f"the scorer must return a Worth, it returned {_told(worth)}")
        rows = len(view.texts)
        why = _column("why", worth.why, rows, "segment")
        if rows and not (why.dtype.kind in "iu" and why.max() < len(REASONS)):
            raise OptionError(
                f"the scorer's why must be indexes into REASONS, whole numbers below {len(REASONS)}, "
                f"got {why.dtype} up to {why.max()}"
            )
        base = _column("base", worth.base, rows, "segment").astype(np.float64)
        weight = _column("weight", worth.weight, len(view.atom_names), "atom").astype(np.float64)
        return Worth(base, weight, why)

    return scored


def _column(name: str, values: object, length: int, what: str) -> npt.NDArray[Any]:
    expected = f"the scorer's {name} must have one finite number of 0 or more for each {what}"
    try:
        column = np.asarray(values)
    except ValueError:
        raise OptionError(f"{expected}, got rows of different lengths") from None
    if column.shape != (length,):
        shape = f"shape {column.shape}" if column.ndim else _told(values)
        raise OptionError(f"{expected}, shape ({length},); got {shape}")
    if column.size and column.dtype.kind not in "fiu":
        raise OptionError(f"{expected}, got {column.dtype}")
    wrong = np.flatnonzero(~(np.isfinite(column) & (column >= 0))) if column.size else column
    if len(wrong):
        raise OptionError(f"{expected}, got {column[wrong[0]]} at {wrong[0]}")
    return column


def _told(value: object) -> str:
    text = repr(value)
    return f"a {type(value).__name__}, {text if len(text) <= 60 else text[:60] + '...'}"
