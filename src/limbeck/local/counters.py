"""Token counters that work offline: exact for OpenAI's encodings, calibrated upper bounds for other models.

    counter("gpt-4o").count(text)               # exact; the same as counter("o200k_base")
    counter("claude-sonnet-4-5").count(text)    # an upper bound; its name says so
    bound(text)                                 # no vocabulary is loaded: UTF-8 bytes

What a count is: the tokens of the text as ordinary text. Names of special tokens in it count as the
characters they are, and what a provider adds around a message is not in it.

How far "exact" goes: up to a stretch of 65,536 code points without any place at which the encoding always
splits (a space or line break beside a word is one). Longer stretches are cut, each cut counts eight tokens
extra, and the sum was an upper bound in all that was tried, at most 0.7 % too high. Cutting is needed: on a
million spaces the tokenizer's regular expression overflows its stack, and one word of 10 MB takes 0.7 GB.
Cost: about 25 MB of text per second of CPU; 10 MB without a space 1.5 s.

When counts add up: `count(a + b) == count(a) + count(b)` where `a` ends in something visible and `b` begins
with a space, where `a` ends in an ASCII letter or digit and `b` begins with a line break, and where `a` ends
in a line break and `b`, indented or not, begins with something visible but a slash. So lines with their ends
add up, but for blank lines and lines that begin with a slash. Elsewhere the whole is usually below the
sum, and in some 4 % of random cuts one or two above it: count the rendered whole where a budget must hold.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from string import ascii_lowercase
from typing import TYPE_CHECKING, Final, Protocol

from limbeck.core import budget
from limbeck.core.errors import UnknownCounterError

if TYPE_CHECKING:  # numpy comes with it, and only a first count needs that
    from limbeck.local.ranks import Core, Growing

__all__ = ["Counter", "bound", "counter"]

_PATTERNS: Final = {
    "o200k_base": (
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
        r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
        r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    ),
    "cl100k_base": (
        r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+"
        r"|\s++$|\s*[\r\n]|\s+(?!\S)|\s"
    ),
}

# Places where both patterns split whatever stands around, so that the parts can be counted alone:
# before a space or tab after something visible; before a line break after an ASCII letter or digit (marks
# take line breaks that follow into their token); after a line break before something visible, but for the
# slash (which o200k_base joins to marks across line breaks). No pattern looks back, and what the two that
# look ahead see at the end of a part is what they would see in the whole.
_ALWAYS_SPLITS: Final = re.compile(r"\S(?=[ \t])|[A-Za-z0-9](?=[\r\n])|[\r\n](?=[^\s/])")
_PART_CHARS: Final = 65_536
_LONGEST_CHARS: Final = 2 * _PART_CHARS  # far below the 1,000,000 spaces that overflow the stack
_CUT_TOKENS: Final = 8

# When the whole vocabulary is loaded. A part costs some 6 ms and 0.1 ms a kilobyte of text, the whole 140 ms
# and 50 ms more at exit, so: as soon as the parts have cost about half of that.
_CALL_BYTES: Final = 50_000
_PART_BYTES: Final = 800_000


class Counter(budget.Counter, Protocol):
    """Counts the tokens of a text, exactly or as an upper bound; `exact` says which, `name` how.

    `count` gives 0 for the empty text. `count_each` is made for very many short texts: equal ones are
    counted once. Nothing is raised for any text.
    """

    def bound(self, text: str) -> int:
        """Never below `count`, and no vocabulary is loaded: some four times too high on English."""
        ...


def bound(text: str) -> int:
    """The UTF-8 bytes of a text: as many tokens as it can have at most in any byte-level encoding.

    A token is one byte or more, so this is true for every text; English has about four bytes a token. Lone
    surrogates count three bytes, as the replacement character does that takes their place. Cost: one
    pass, none at all for ASCII.
    """
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


class _Encoding:
    """One of OpenAI's encodings. Its vocabulary is loaded at the first count: in part, then whole."""

    exact = True

    def __init__(self, name: str) -> None:
        self.name = name
        self._whole: Core | None = None
        self._growing: Growing | None = None
        self._spent_bytes = 0
        self._loading = threading.Lock()

    def __repr__(self) -> str:
        return f"counter({self.name!r})"

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return counter, (self.name,)

    def count(self, text: str) -> int:
        if not text:
            return 0
        text = _sound(text)
        core = self._covering(text)
        if len(text) <= _LONGEST_CHARS:
            return len(core.encode_ordinary(text))
        total = cuts = 0
        for part, cut in _parts(text):
            total += len(core.encode_ordinary(part))
            cuts += cut
        return min(total + cuts * _CUT_TOKENS, bound(text)) if cuts else total

    def count_each(self, texts: Iterable[str]) -> list[int]:
        texts = list(texts)
        counts = dict.fromkeys(texts, 0)
        core = self._whole or self._covering(_sound("\n".join(counts)))
        encode = core.encode_ordinary
        for text in counts:
            try:
                counts[text] = len(encode(text)) if len(text) <= _LONGEST_CHARS else self.count(text)
            except UnicodeEncodeError:
                counts[text] = self.count(text)
        return list(map(counts.__getitem__, texts))

    def bound(self, text: str) -> int:
        return bound(text)

    def _covering(self, text: str) -> Core:
        """A vocabulary that is enough for this text, which has no surrogates."""
        if self._whole is not None:
            return self._whole
        from limbeck.local import ranks

        with self._loading:
            if self._whole is None:
                self._spent_bytes += bound(text) + _CALL_BYTES
                if self._spent_bytes <= _PART_BYTES:
                    if self._growing is None:
                        self._growing = ranks.Growing(self.name, _PATTERNS[self.name])
                    return self._growing.covering(text.encode("utf-8"))
                self._whole = ranks.whole(self.name, _PATTERNS[self.name])
                self._growing = None
            return self._whole


def _sound(text: str) -> str:
    """The text that is counted in place of one with surrogates: pairs joined, lone ones replaced."""
    if text.isascii():
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """The text in parts of at most `_LONGEST_CHARS`, and whether each ends where it may not be split."""
    start = 0
    while len(text) - start > _LONGEST_CHARS:
        found = _ALWAYS_SPLITS.search(text, start + _PART_CHARS, start + _LONGEST_CHARS + 1)
        end = found.end() if found else start + _LONGEST_CHARS
        yield text[start:end], found is None
        start = end
    yield text[start:], False


_DIGITS: Final = "0123456789"
_LATIN: Final = re.compile("[\u0080-\u024f\u1e00-\u1eff]+")


def features(text: str) -> tuple[int, int, int]:
    """What tells tokenizers apart, cheap to count and adding up over pieces of text.

    ASCII digits (o200k_base takes three to a token, many others one), Latin letters beyond ASCII (German,
    Vietnamese), and of all other text the UTF-8 bytes beyond one a code point.
    """
    digits = sum(map(text.count, _DIGITS))
    if text.isascii():
        return digits, 0, 0
    latin = "".join(_LATIN.findall(text))
    return digits, len(latin), bound(text) - len(text) - (bound(latin) - len(latin))


@dataclass(frozen=True)
class _Calibrated:
    """An upper bound for a family of models: a weighted sum of the o200k_base count and three features.

    The weights, in hundredths a token, were fitted with `benchmarks/calibrate_counters.py`: of pieces of
    about 1,000 tokens, in each of twenty kinds of text, 99.5 % stay within the bound. It is mostly 15 to 40 %
    too high on English, code and machine text (docs/decisions/0002-token-counting.md). It is no proof: a kind
    of text that was not measured can pass it, and 0.1 to 3 % of single lines do, mostly by a few tokens.
    """

    family: str
    factor: int
    digit: int
    latin: int
    wide: int

    exact = False

    @property
    def name(self) -> str:
        parts = (("digits", self.digit), ("latin", self.latin), ("wide", self.wide))
        added = "".join(f"+{weight / 100:g}{part}" for part, weight in parts if weight)
        return f"{self.family}~o200k_base*{self.factor / 100:g}{added}"

    def __repr__(self) -> str:
        return f"counter({self.name!r})"

    def count(self, text: str) -> int:
        return self._of(counter("o200k_base").count(text), text)

    def count_each(self, texts: Iterable[str]) -> list[int]:
        texts = list(texts)
        return list(map(self._of, counter("o200k_base").count_each(texts), texts))

    def bound(self, text: str) -> int:
        return self._of(bound(text), text)

    def _of(self, tokens: int, text: str) -> int:
        digits, latin, wide = features(text)
        return -(-(self.factor * tokens + self.digit * digits + self.latin * latin + self.wide * wide) // 100)


_CLAUDE: Final = _Calibrated("claude", 226, 0, 0, 4)
_CLAUDE_3: Final = _Calibrated("claude3", 153, 0, 64, 28)
_CLAUDE_2: Final = _Calibrated("claude2", 141, 0, 157, 80)
_GEMINI: Final = _Calibrated("gemini", 141, 45, 0, 0)
_LLAMA: Final = _Calibrated("llama", 117, 0, 217, 12)
_LLAMA_2: Final = _Calibrated("llama2", 168, 30, 96, 53)
_MISTRAL: Final = _Calibrated("mistral", 161, 55, 96, 55)
_QWEN: Final = _Calibrated("qwen", 114, 60, 247, 59)
_DEEPSEEK: Final = _Calibrated("deepseek", 125, 0, 78, 13)
_FAMILIES: Final = (_CLAUDE, _CLAUDE_3, _CLAUDE_2, _GEMINI, _LLAMA, _LLAMA_2, _MISTRAL, _QWEN, _DEEPSEEK)


def _largest(family: str, among: Iterable[_Calibrated]) -> _Calibrated:
    """The bound that none of these passes."""
    among = list(among)
    return _Calibrated(
        family,
        max(c.factor for c in among),
        max(c.digit for c in among),
        max(c.latin for c in among),
        max(c.wide for c in among),
    )


# Where a family's name stands in a model's name, which may lead with a provider and a folder
# (`anthropic/claude-...`, `us.anthropic.claude-...`, `models/gemini-...`, `ft:gpt-4o:...`).
_START: Final = r"(?:^|[^a-z0-9])"
_END: Final = r"(?![a-z0-9])"
_O200K: Final = re.compile(
    rf"{_START}(?:(?:chat)?gpt-?(?:4o|4\.[1-9]\d*|5(?:\.\d+)?|oss)|o200k_(?:base|harmony)){_END}"
    rf"|(?:^|[/:])o[134]{_END}"
)
_CL100K: Final = re.compile(
    rf"{_START}(?:gpt-?(?:4|3\.?5)|text-embedding-(?:3-(?:small|large)|ada-002)|cl100k_base){_END}"
)
_CLAUDE_NAME: Final = re.compile(rf"{_START}claude")
_CLAUDE_VERSION: Final = re.compile(
    r"claude-(?:instant-)?(?:opus-|sonnet-|haiku-)?v?(\d{1,2})(?!\d)(?:[.-](\d{1,2})(?!\d))?"
)
_OTHERS: Final = (
    (re.compile(rf"{_START}gemm?(?:ini|a)"), _GEMINI),
    (re.compile(rf"{_START}(?:llama-?(?:[12]{_END}|v2)|code-?llama|vicuna)"), _LLAMA_2),
    (re.compile(rf"{_START}llama(?!-?(?:[12]{_END}|v2))"), _LLAMA),
    (re.compile(rf"{_START}(?:open-)?(?:mi[sx]tral|(?:mini|code|dev|magi)stral|pixtral)"), _MISTRAL),
    (re.compile(rf"{_START}(?:qwen|qwq)"), _QWEN),
    (re.compile(rf"{_START}deepseek"), _DEEPSEEK),
)
# What a slip of the finger is looked for among: whole names, and words of names that mean a family.
_EXACT_NAMES: Final = {
    name: name
    for name in ("o200k_base", "cl100k_base", "o200k_harmony", "gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4", "gpt-5",
                 "gpt-3.5-turbo", "chatgpt-4o-latest")
} | {"o200k": "o200k_base", "cl100k": "cl100k_base"}  # fmt: skip
_FAMILY_WORDS: Final = ("claude", "gemini", "llama", "mistral", "mixtral", "qwen", "deepseek")
_MAKERS: Final = re.compile(rf"{_START}(?:(?:chat)?gpt|o\d{_END}|ollama{_END})")
_NOT_CARRIED: Final = frozenset({"gpt2", "r50k_base", "p50k_base", "p50k_edit"})


def counter(name: str = "o200k_base") -> Counter:
    """The counter of an encoding or of a model, the same object for the same name.

    `o200k_base` and `cl100k_base`, and the models known to use them, are counted exactly. Claude, Gemini,
    Llama, Mistral, Qwen and DeepSeek models get a calibrated upper bound; where a name holds two of
    these families, the larger. Any other name gets the largest of all, and `unknown` stands in the name
    of its counter; but a name that looks like a slip in a known one is refused. Nothing is loaded before the
    first count.

    Args:
        name: An encoding, or a model as its provider writes it, with or without a leading provider.

    Raises:
        UnknownCounterError: Not a name at all, a known name misspelled, or an old OpenAI encoding that is not
            carried.
    """
    if not isinstance(name, str) or not re.search(r"[^\W_]", name) or not name.isprintable():
        raise UnknownCounterError(
            f"{name!r} names no token counter; "
            "give a model such as 'gpt-4o' or an encoding such as 'o200k_base'"
        )
    return _counter(name.strip().lower())


@lru_cache(maxsize=256)
def _counter(name: str) -> Counter:
    if name in _NOT_CARRIED:
        raise UnknownCounterError(
            f"the encoding {name!r} is not carried; 'cl100k_base' and 'o200k_base' are, "
            "and the name of any model gets an upper bound"
        )
    families = [family for pattern, family in _OTHERS if pattern.search(name)]
    if _CLAUDE_NAME.search(name):
        families.insert(0, _claude(name))
    if families:
        return families[0] if len(families) == 1 else _largest("+".join(f.family for f in families), families)
    if _O200K.search(name):
        return _encoding("o200k_base")
    if _CL100K.search(name):
        return _encoding("cl100k_base")
    meant = _meant(name)
    if meant:
        raise UnknownCounterError(
            f"{name!r} names no token counter; did you mean {meant!r}? "
            "Another model's name, spelled as its provider does, gets an upper bound"
        )
    return _largest("unknown", _FAMILIES)


def _meant(name: str) -> str:
    """The known name that an unknown one is a slip of the finger away from, or nothing.

    Makers' new models are not slips: `gpt-6` is near `gpt-5`.
    """
    from difflib import get_close_matches

    lead, slash, own = name.rpartition("/")
    spelled = own.replace("-", "_")
    known = {whole.replace("-", "_"): meant for whole, meant in _EXACT_NAMES.items()}
    if spelled in known:
        return known[spelled]
    if _MAKERS.search(name):
        return ""
    for close in get_close_matches(spelled, known, 1, 0.79):
        return lead + slash + known[close]
    word = own[: len(own) - len(own.lstrip(ascii_lowercase))]
    for family in get_close_matches(word, _FAMILY_WORDS, 1, 0.8):
        return lead + slash + family + own[len(word) :]
    return ""


def _claude(name: str) -> _Calibrated:
    """Claude 3 to 4.6 share a tokenizer, and later models another that is 20 to 50 % dearer."""
    found = _CLAUDE_VERSION.search(name)
    if not found or (version := (int(found[1]), int(found[2] or 0))) >= (4, 7):
        return _CLAUDE
    return _CLAUDE_3 if version >= (3, 0) else _CLAUDE_2


@cache
def _encoding(name: str) -> _Encoding:
    return _Encoding(name)
