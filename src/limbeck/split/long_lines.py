"""Cutting one long line into pieces of a size that can be chosen for themselves.

Also the estimate of tokens that decides what is long: it sees no tokenizer, so it is wrong by a fifth either
way on one line, and right on average.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from limbeck.split.sentences import sentence_starts

__all__ = ["estimate_tokens", "split_line"]

# What a byte-pair vocabulary of 200,000 entries mostly holds as one token: a short word with the mark or
# space before it, three digits, one or two marks, a run of spaces, one ideograph.
_ATOM = (
    r"(?:[ -/:-@\[-`{-~]?+[A-Z]?+[a-z]{1,8}+(?:[\u01a1\u01b0\u1ea0-\u1ef9]{1,2}+[a-z]{0,3}+)?+"
    r"|[ -/:-@\[-`{-~]?+[A-Z]{1,4}+"
    r"|[0-9]{1,3}+"
    r"|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]"
    r"|\s{1,80}+"
    r"|[!-/:-@\[-`{-~]{1,2}+"
    r"| ?+(?:[\u0110\u0111\u01a1\u01b0\u1ea0-\u1ef9]{1,2}+[a-z]{0,4}+|[\u00aa-\u024f]{1,4}+"
    r"|[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]{1,3}+|[\u0370-\u1fff]{1,6}+)"
    r"|.)"
)
_TOKEN = re.compile(_ATOM, re.DOTALL)
_SPACES = " \t\n\r\x0b\x0c\u2003\u2028\u2029\u3000"

# A part this many times longer, in characters, than the tokens allowed is long without being measured.
_CHARS_PER_TOKEN = 16
_FRAGMENT_TOKENS = 6


def estimate_tokens(text: str) -> int:
    """About how many tokens a text has (o200k and its kin), without a tokenizer.

    A guess for deciding what is long, never for a budget. Cost: one regex pass, some 20 MB/s.
    """
    return len(_TOKEN.findall(text))


def split_line(text: str, start: int, end: int, max_tokens: int = 60) -> list[int]:
    """Where the pieces of a long line `text[start:end]` begin: ascending code points, the first is `start`.

    Boundaries are tried in this order, a finer one only inside what is still too long: elements of JSON in
    the line (between elements only; the pieces are not JSON by themselves), escaped line ends, table cells,
    sentences, clauses, fields (`key=value`), white space, and at last marks such as `;` `{` `}` `,` `&` in a
    run without spaces. Never inside a word, number, date, escape or grapheme. Neighbors are packed up to
    `max_tokens`, except sentences: each stays a piece, whole up to twice that length; a fragment joins its
    neighbor.

    Args:
        text: Any text.
        start, end: One line, its line end included, in code points.
        max_tokens: Longest piece, by `estimate_tokens`. A run with no boundary stays whole, however long.

    Returns:
        At least `[start]`.

    Cost: linear; each finer boundary is one more pass over what is still too long.
    """
    if _tokens(text, start, end, max_tokens) <= max_tokens:
        return [start]
    stop = start + len(text[start:end].rstrip())
    if stop <= start:
        return [start]
    return [cut for cut, _ in _parts(text, start, stop, 0, max_tokens)]


def _tokens(text: str, start: int, end: int, max_tokens: int) -> int:
    """Estimated tokens of a part; its length when it is long anyway."""
    if end - start > _CHARS_PER_TOKEN * max_tokens:
        return end - start
    return len(_TOKEN.findall(text, start, end))


def _parts(text: str, start: int, end: int, level: int, max_tokens: int) -> list[tuple[int, int]]:
    """(start, tokens) of the pieces of a part that is too long, cut at `level` or finer."""
    while level < len(_LEVELS):
        cuts = [cut for cut in _LEVELS[level](text, start, end, max_tokens) if not _extends(text, cut)]
        if cuts:
            break
        level += 1
    else:
        return [(start, _tokens(text, start, end, max_tokens))]
    sentences = _LEVELS[level] is _sentences
    longest = 2 * max_tokens if sentences else max_tokens
    pieces: list[tuple[int, int]] = []
    room = 0  # tokens that the last piece may still take
    for a, b in zip([start, *cuts], [*cuts, end], strict=True):
        tokens = _tokens(text, a, b, max_tokens)
        if tokens > longest:
            pieces += _parts(text, a, b, level + 1, max_tokens)
            room = 0
        elif tokens <= room:
            pieces[-1] = (pieces[-1][0], pieces[-1][1] + tokens)
            room -= tokens
        else:
            pieces.append((a, tokens))
            room = 0 if sentences else max_tokens - tokens
    return _joined(pieces, longest)


def _joined(pieces: list[tuple[int, int]], max_tokens: int) -> list[tuple[int, int]]:
    """The pieces with those of a few tokens joined to the one after, the last to the one before."""
    kept: list[tuple[int, int]] = []
    last = len(pieces) - 1
    for i, (start, tokens) in enumerate(pieces):
        if kept:
            before = kept[-1][1]
            small = before < _FRAGMENT_TOKENS or (i == last and tokens < _FRAGMENT_TOKENS)
            if small and before + tokens <= max_tokens + _FRAGMENT_TOKENS:
                kept[-1] = (kept[-1][0], before + tokens)
                continue
        kept.append((start, tokens))
    return kept


def _extends(text: str, at: int) -> bool:
    """Whether the character at `at` belongs to the grapheme before it."""
    char = text[at]
    if char < "\u0300":
        return char == "\n" and text[at - 1] == "\r"
    return (
        unicodedata.category(char)[0] == "M"
        or char in "\u200d\u200c\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
        or "\u1160" <= char <= "\u11ff"
        or "\U000e0020" <= char <= "\U000e007f"
        or text[at - 1] == "\u200d"
    )


_JSON_HINT = re.compile(r"""[{\[]\s*["'{\[]""")
# After a comma between two elements; before the first bracket; after the last.
_JSON_CUT = re.compile(
    r"""(?<=[}\]"'0-9eEl]),(?=\s*+["'{\[])|(?<=[}\]]),(?=\s*+[-0-9tfn])|(?=\s[{\[]["'{\[])|(?<=[}\]])(?=\s++[^\s}\],])"""
)
# Line ends written as escapes, as in a quoted or encoded text. Not the \n of C:\Users\nora.
_ESCAPED_LINE_CUT = re.compile(r"(?<!\\)\\++n(?:(?>(?:\\++[rn]){1,500})|\s*+(?![a-z]))")
_CELL_CUT = re.compile(r"\t++|(?<=[^ ]) {3,}+|(?<!\|)(?=\|\s)|(?<=\s)(?=\|[^|\s])|(?<=\w)(?=\|\w)")
# A colon divides a label from its value: no boundary, except the wide one.
_CLAUSE_CUT = re.compile(
    r"[;,)](?=\s)|[、，；：،؛]|(?=\s(?:--?|[–—])\s)|[–—](?=\w{3})|\](?=\[)|>(?=\s*+<)|(?<=[>\]}]),(?=\S)"
)
_FIELD_CUT = re.compile(r"(?=(?<!\s)\s++[\w.\-/]++=)")
# Not between digits (1,234 and ESC[1;31m), not behind a backslash, not in \u{1F600}.
_MARK_CUT = re.compile(
    r"[;,](?!\d)|(?<!\d)[;,]|(?<!\\u)(?<!\\x)(?<!\\N)(?<!\\p)\{|[})\]>|]|(?<![\x1b\\])[(\[]|(?<=[^\\])(?=[&<])"
)


def _json_elements(text: str, start: int, end: int, max_tokens: int) -> list[int]:
    if not _JSON_HINT.search(text, start, end):
        return []
    return [m.end() for m in _JSON_CUT.finditer(text, start + 1, end) if start < m.end() < end]


def _by(pattern: re.Pattern[str]) -> Callable[[str, int, int, int], list[int]]:
    def cuts(text: str, start: int, end: int, max_tokens: int) -> list[int]:
        return [m.end() for m in pattern.finditer(text, start + 1, end) if m.end() < end]

    return cuts


def _sentences(text: str, start: int, end: int, max_tokens: int) -> list[int]:
    return sentence_starts(text, start, end)[1:]


@lru_cache(maxsize=64)
def _reach(max_tokens: int) -> re.Pattern[str]:
    """Matches as much as is estimated at `max_tokens` tokens."""
    return re.compile(f"{_ATOM}{{0,{max_tokens}}}+", re.DOTALL)


_SPACE = re.compile(f"[{_SPACES}]")
_NO_SPACE = re.compile(f"[^{_SPACES}]")


def _packed(
    text: str,
    start: int,
    end: int,
    max_tokens: int,
    last: Callable[[str, int, int], int],
    ahead: re.Pattern[str],
) -> list[int]:
    """Cuts as far apart as `max_tokens` allows: the `last` in reach, else the next one `ahead`."""
    reach = _reach(max(1, max_tokens)).match
    cuts: list[int] = []
    at = start
    while True:
        match = reach(text, at, end)
        limit = match.end() if match else end
        if limit >= end:
            return cuts
        begun = _NO_SPACE.search(text, at, end)
        first = begun.end() if begun else end
        cut = last(text, first, limit)
        if cut <= at:
            later = ahead.search(text, max(limit, first), end)
            if later is None:
                return cuts
            cut = later.start() if ahead is _SPACE else later.end()
            if cut >= end:
                return cuts
        cuts.append(cut)
        at = cut


def _last_space(text: str, first: int, limit: int) -> int:
    """The start of the last white space in `text[first : limit + 1]`, or -1."""
    at = max(text.rfind(space, first, limit + 1) for space in _SPACES)
    return -1 if at < 0 else first + len(text[first:at].rstrip(_SPACES))


def _last_mark(text: str, first: int, limit: int) -> int:
    """The end of the last mark in `text[first:limit]`, or -1."""
    for begin in (max(first, limit - 64), first):
        at = -1
        for m in _MARK_CUT.finditer(text, begin, limit):
            at = m.end()
        if at >= 0:
            return at
    return -1


def _spaces(text: str, start: int, end: int, max_tokens: int) -> list[int]:
    return _packed(text, start, end, max_tokens, _last_space, _SPACE)


def _marks(text: str, start: int, end: int, max_tokens: int) -> list[int]:
    return _packed(text, start, end, max_tokens, _last_mark, _MARK_CUT)


_LEVELS: tuple[Callable[[str, int, int, int], list[int]], ...] = (
    _json_elements,
    _by(_ESCAPED_LINE_CUT),
    _by(_CELL_CUT),
    _sentences,
    _by(_CLAUSE_CUT),
    _by(_FIELD_CUT),
    _spaces,
    _marks,
)
