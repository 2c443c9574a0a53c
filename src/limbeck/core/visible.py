"""What is shown: untrusted text made safe to print, which a terminal obeys none of; numbers with their noun."""

from __future__ import annotations

import re

# Controls (C0 but tab, DEL, C1), line and paragraph separators, marks that reorder what is shown (bidi
# embeddings, overrides, isolates, marks), invisible fillers, the byte order mark and lone surrogates.
_UNSEEN = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_NAMED = {"\n": "\\n", "\r": "\\r", "\x1b": "\\e"}


def visible(text: str) -> str:
    r"""The text with every control character written as an escape (`\e`, `\r`, `\x07`, `\u202e`).

    Tabs become four spaces. The result stands on one line and can always be encoded. A backslash of the
    text itself stays as it is, so the view cannot be turned back: it is for reading only. Linear.
    """
    return _UNSEEN.sub(_escape, text).replace("\t", "    ")


def shortened(text: str, most_chars: int) -> str:
    """The text, cut to `most_chars` code points with an ellipsis if it is longer."""
    return text if len(text) <= most_chars else text[: max(0, most_chars - 1)] + "…"


def number_of(count: int, noun: str) -> str:
    """`1 line`, `1,204 lines`: for nouns whose plural has an s."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _escape(found: re.Match[str]) -> str:
    char = found[0]
    if char in _NAMED:
        return _NAMED[char]
    return f"\\x{ord(char):02x}" if ord(char) < 0x100 else f"\\u{ord(char):04x}"
