"""Every error a user can meet, as one tree.

LimbeckError
├── InputError (ValueError)          the material cannot be read as given
│   ├── FormatError                  neither text nor a message list we know
│   ├── EncodingError                bytes that are not UTF-8
│   ├── TooLargeError                over the stated input limit
│   └── FileError (OSError)          a file that cannot be read or written
├── OptionError (ValueError)         an argument outside its range
│   └── UnknownCounterError          a token counter nobody knows
├── BudgetError (ValueError)         what must stay does not fit
├── HandleError (KeyError)           a handle this result does not know
├── ModelError (RuntimeError)        a model wrote nothing that can be used, and no fallback was wanted
└── LawError (RuntimeError)          a result broke a law: a bug of ours, nothing was returned

Each says what happened, the numbers, where, and what to do. All of them pickle.
"""

from __future__ import annotations


class LimbeckError(Exception):
    """Anything Limbeck raises on purpose."""


class InputError(LimbeckError, ValueError):
    """The material cannot be read as given."""


class FormatError(InputError):
    """Neither a text nor a message list in a known format."""


class EncodingError(InputError):
    """The bytes are not UTF-8."""


class TooLargeError(InputError):
    """The input is over the stated limit."""


class FileError(InputError, OSError):
    """A file cannot be read or written."""


class OptionError(LimbeckError, ValueError):
    """An argument lies outside its range, or two exclude each other."""


class UnknownCounterError(OptionError):
    """The name of a token counter is not known."""


class BudgetError(LimbeckError, ValueError):
    """What must stay does not fit into the budget.

    Attributes:
        limit_tokens: the budget.
        pinned_tokens: what the hard pins cost when rendered.
        addends: pinned tokens by reason, e.g. `{"system message": 900, "the last 2 messages": 312}`.
    """

    def __init__(
        self,
        message: str,
        limit_tokens: int = 0,
        pinned_tokens: int = 0,
        addends: dict[str, int] | None = None,
    ) -> None:
        super().__init__(message)
        self.limit_tokens = limit_tokens
        self.pinned_tokens = pinned_tokens
        self.addends = addends or {}

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return type(self), (str(self), self.limit_tokens, self.pinned_tokens, self.addends)


class HandleError(LimbeckError, KeyError):
    """No marker with this handle is known here."""

    def __str__(self) -> str:  # KeyError would show the repr of the message
        return str(self.args[0]) if self.args else ""


class ModelError(LimbeckError, RuntimeError):
    """A model wrote nothing that can be used, and no fallback was wanted (`strict`).

    Attributes:
        kind: Why: `timeout`, `refused`, ... as of `Failed`; `malformed` for a reply that cannot be read;
            `unsupported` for one that its source does not bear out.
        detail: What there is to say about it; may be empty.
    """

    def __init__(self, message: str, kind: str = "malformed", detail: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.detail = detail

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return type(self), (str(self), self.kind, self.detail)


class LawError(LimbeckError, RuntimeError):
    """A result broke one of the laws; it is withheld. This is a bug, please report it."""
