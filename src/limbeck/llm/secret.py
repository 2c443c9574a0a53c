"""A key that nothing shows: not its repr, not a copy, not a pickle; and that is taken out of what comes back."""

from __future__ import annotations

import base64
import re
from typing import Final
from urllib.parse import quote

from limbeck.core.errors import OptionError

HIDDEN: Final = "[key]"
# Below this many characters a "key" is a word that servers without keys are given (`none`, `ollama`), and it may
# stand in any text.
_REAL_KEY_CHARS: Final = 16
# So much of a key in a row is taken for the key.
_PIECE_CHARS: Final = 12
# How endpoints abridge the key they were shown: `sk-ab****yz`.
_ABRIDGED: Final = re.compile(r"[^\s'\"]*\*{3,}[^\s'\"]*")
_KEY: Final = re.compile(r"[\x21-\x7e]+")


class Secret:
    """A key, or none. A copy made by pickling is empty.

    Raises:
        OptionError: It is no string, or holds white space or characters that no HTTP header takes.
    """

    __slots__ = ("_forms", "_value")

    def __init__(self, value: str = "") -> None:
        if not isinstance(value, str):
            raise OptionError(f"a key is a string, got a value of type {type(value).__name__}")
        value = value.strip()
        if value and not _KEY.fullmatch(value):
            raise OptionError(
                "the key holds white space or characters beyond ASCII, so it is none; copy it once more"
            )
        self._value = value
        coded = base64.b64encode(value.encode()).decode().rstrip("=")
        forms = {value, quote(value, safe=""), coded} if value else set()
        self._forms = sorted(forms, key=len, reverse=True)

    def reveal(self) -> str:
        """The key itself; for the one place that sends it."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return f"Secret({HIDDEN if self else ''})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    def __reduce__(self) -> tuple[type, tuple[()]]:
        return Secret, ()

    def scrub(self, text: str) -> str:
        """A text that a model wrote, without the key in any of its spellings.

        Keys of fewer than 16 characters are words; those stay.
        """
        if len(self._value) < _REAL_KEY_CHARS:
            return text
        for form in self._forms:
            text = text.replace(form, HIDDEN)
        return text

    def scrub_error(self, text: str) -> str:
        """What an endpoint said, without the key, any twelve characters of it in a row, and abridged keys."""
        for form in self._forms:
            text = text.replace(form, HIDDEN)
        value = self._value
        for start in range(len(value) - _PIECE_CHARS + 1):
            text = text.replace(value[start : start + _PIECE_CHARS], HIDDEN)
        return _ABRIDGED.sub(HIDDEN, text)
