"""JSON cut into pieces that can be left out without breaking it.

Any selection that follows the rules of `Form` (a piece takes along what it needs; closers, separators and
frames follow) is valid JSON, by deletion alone. Knows nothing of what the keys mean, except which of them
name a record.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable

from limbeck.core.context import Form
from limbeck.split.long_lines import estimate_tokens, split_line
from limbeck.split.pieces import Pieces

__all__ = ["json_pieces"]

# A container that costs no more than this is one piece.
_WHOLE_TOKENS = 20
_WHOLE_CHARS = 16 * _WHOLE_TOKENS
# Keys that tell which record this is. At the head of a record, when short, they stay with its bracket.
_IDENTITY_TEXT = (
    "id _id Id ID uid uuid key name Name title path file filename type kind role "
    "timestamp time ts date @timestamp level severity code sku symbol slug number index"
)
_IDENTITY = frozenset(f'"{key}"' for key in _IDENTITY_TEXT.split())
_IDENTITY_CHARS = 64

_WS = r"[ \t\n\r]*+"
_HEX = "[0-9a-fA-F]"
# Before Python 3.11.5 a possessive group whose last try fails may leave what that try had read in the match.
# So no such group has a part that can match and then fail: others are atomic, here the digits stand singly.
_STRING = r'"[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u' + 4 * _HEX + r')[^"\\\x00-\x1f]*+)*+"'
_PLAIN = r"(?:-?(?:0|[1-9][0-9]*+)(?>(?:\.[0-9]++)?)(?>(?:[eE][+-]?+[0-9]++)?)|true|false|null)"
# One step of the reader: a comma if there is one, then an element or the closing bracket. In an array up to
# eight numbers or literals in a row are one element. The groups are the same in both.
_COMMA, _KEY, _TEXT, _SCALAR, _ARRAY, _OBJECT, _CLOSE = range(1, 8)
_IN_OBJECT = re.compile(
    rf"(?>({_WS},)?){_WS}(?:({_STRING}){_WS}:{_WS}(?:({_STRING})|({_PLAIN})|(\[)|(\{{))|(\}}))"
)
_IN_ARRAY = re.compile(
    rf"(?>({_WS},)?)()?+{_WS}(?:({_STRING})|({_PLAIN}(?>(?:{_WS},{_WS}{_PLAIN}){{0,7}}))|(\[)|(\{{)|(\]))"
)
_ROOT = re.compile(rf"()?+()?+{_WS}(?:({_STRING})|({_PLAIN})|(\[)|(\{{))")
_BLANK = re.compile(_WS)
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)")
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_LINE_END = r"\\(?:r\\n|n|r)"
# A line of a string's content as it stands, up to its escaped line end and the blank lines behind.
_LINE = re.compile(
    rf"[^\\]*+(?:\\[^nr][^\\]*+)*+(?:{_LINE_END}|\Z)(?>(?:(?>(?:[ \t]|\\t)*){_LINE_END}){{0,500}})"
)

Inside = Callable[[str, int], Pieces]


def json_pieces(text: str, max_tokens: int = 60, inside: Inside | None = None) -> Pieces | None:
    """The pieces of a JSON document or of JSON Lines; None if the text is neither.

    A container is its opening bracket with key (`"key": {`), its elements, and a closer; commas are
    separators that need the element behind them. White space belongs to what follows it, at the end of a
    document to the closer. A container of at most some 20 tokens is one piece; so are up to eight numbers in
    a row. A record (an object in an array, or a line) keeps short leading keys such as `"id"` with its
    bracket; its other fields then hold their comma themselves. A string of over `max_tokens` is opened like a
    container and cut at its line ends and further, never inside an escape or surrogate pair. The brackets of
    the one document are frames; the lines of JSON Lines need nothing and may all go.

    Args:
        text: Any text. Accepted is what `json.loads` accepts, less NaN and Infinity; nesting is not limited.
        max_tokens: Longest string value kept whole, by `estimate_tokens`, and longest piece of a cut one.
        inside: Cuts the (decoded) content of long strings in place of lines; its pieces may need each other.

    Returns:
        `Pieces` of kind `json`, or None.

    Cost: one regex step an element; some 10 MB/s. Memory: 9 bytes a piece.
    """
    begun = _BLANK.match(text)
    at = begun.end() if begun else 0
    if at == len(text):
        return None
    reader = _Reader(text, max_tokens, inside)
    end = reader.document(0, lines=False)
    if end < 0:
        return None
    if _blank_end(text, end) == len(text):
        return reader.pieces
    return _json_lines(text, at, end, max_tokens, inside)


def _json_lines(text: str, at: int, end: int, max_tokens: int, inside: Inside | None) -> Pieces | None:
    """The pieces of JSON Lines whose first value is `text[at:end]`; None if a line holds anything else."""
    if text.find("\n", at, end) >= 0:
        return None
    reader = _Reader(text, max_tokens, inside)
    at = 0
    while at < len(text):
        begun = _blank_end(text, at)
        end = reader.document(at, lines=True)
        if end < 0 or text.find("\n", begun, end) >= 0:
            return None
        at = _blank_end(text, end)
        if at < len(text) and text.find("\n", end, at) < 0:
            return None
    return reader.pieces


def _blank_end(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


class _Reader:
    """Reads documents one after another into `pieces`."""

    def __init__(self, text: str, max_tokens: int, inside: Inside | None) -> None:
        self.text = text
        self.max_tokens = max_tokens
        self.inside = inside
        self.pieces = Pieces("json")

    def document(self, at: int, lines: bool) -> int:
        """Read one value with the white space before it; where it ends, or -1 if it is not JSON."""
        text, pieces = self.text, self.pieces
        add, is_long = pieces.add, self.max_tokens
        match = _ROOT.match(text, at)
        if match is None:
            return -1
        what, begin, at = match.lastindex, at, match.end()
        form = Form.PLAIN if lines else Form.FRAME
        if what == _TEXT:
            self._string(begin, match.start(_TEXT), at, -1, form)
            return at
        parent = add(begin, -1, form)
        if what == _SCALAR:
            return at
        step = _IN_OBJECT.match if what == _OBJECT else _IN_ARRAY.match
        first = True  # no element of this container was read yet
        glued = False  # elements hold the comma before them
        names = lines and what == _OBJECT  # only naming keys were read yet
        above: list[tuple[int, bool, bool]] = []  # (piece, is an object, glued) of the containers around
        in_object = what == _OBJECT
        while True:
            match = step(text, at)
            if match is None:
                return -1
            what, comma = match.lastindex or 0, match.end(_COMMA)
            begin, at = match.start(), match.end()
            if what == _CLOSE:
                if comma >= 0:
                    return -1
                if above or lines:
                    self._close(parent, begin, at)
                else:
                    add(begin, parent, Form.FRAME)
                if not above:
                    return at
                parent, in_object, glued = above.pop()
                step = _IN_OBJECT.match if in_object else _IN_ARRAY.match
                first = names = False
                continue
            if first == (comma >= 0):
                return -1
            if names:
                if what < _ARRAY and match.group(_KEY) in _IDENTITY and at - begin <= _IDENTITY_CHARS:
                    glued, first = True, False
                    names = comma < 0  # two such keys at most
                    continue
                names = False
            if not first and not glued:
                add(begin, len(pieces.start) + 1, Form.SEPARATOR)
                begin = comma
            first = False
            if what == _TEXT and at - match.start(_TEXT) > is_long:
                self._string(begin, match.start(_TEXT), at, parent, Form.PLAIN)
            elif what < _ARRAY:
                add(begin, parent)
            else:
                above.append((parent, in_object, glued))
                parent = add(begin, parent)
                names = what == _OBJECT and not in_object
                in_object = what == _OBJECT
                step = _IN_OBJECT.match if in_object else _IN_ARRAY.match
                first, glued = True, False

    def _close(self, parent: int, begin: int, end: int) -> None:
        """Close the container opened by piece `parent`; a cheap one becomes that one piece."""
        pieces = self.pieces
        opened = pieces.start[parent]
        if end - opened <= _WHOLE_CHARS and estimate_tokens(self.text[opened:end]) <= _WHOLE_TOKENS:
            del pieces.start[parent + 1 :], pieces.needs[parent + 1 :], pieces.form[parent + 1 :]
        else:
            pieces.add(begin, parent, Form.CLOSER)

    def _string(self, begin: int, quote: int, end: int, parent: int, form: Form) -> None:
        """Add the element that begins at `begin` and whose value is the string `text[quote:end]`."""
        text, pieces = self.text, self.pieces
        opened = pieces.add(begin, parent, form)
        if end - quote <= self.max_tokens or estimate_tokens(text[quote:end]) <= self.max_tokens:
            return
        cut = self.inside
        inner = self._lines(quote + 1, end - 1) if cut is None else self._inside(cut, quote + 1, end - 1)
        if len(inner) < 2:
            return
        shift = len(pieces)
        for i in range(len(inner)):
            kind, need = inner.form[i], inner.needs[i]
            if kind == Form.FRAME:  # in here a document may go: its end is a closer like any other
                kind = Form.PLAIN if need < 0 else Form.CLOSER
            pieces.add(inner.start[i], opened if need < 0 else shift + need, kind)
        pieces.add(end - 1, opened, Form.FRAME if form == Form.FRAME else Form.CLOSER)

    def _inside(self, cut: Inside, start: int, end: int) -> Pieces:
        """The content of a string as `cut` has it when decoded."""
        content = _Content(self.text, start, end)
        pieces = cut(content.text, self.max_tokens)
        pieces.start = array("i", map(content.raw, pieces.start))
        return pieces

    def _lines(self, start: int, end: int) -> Pieces:
        """The content of a string by lines, blank ones with the line before, long ones cut further."""
        text, limit, pieces = self.text, self.max_tokens, Pieces()
        add, line = pieces.add, _LINE.match
        while start < end:
            match = line(text, start, end)
            after = match.end() if match else end
            if after - start <= limit or estimate_tokens(text[start:after]) <= limit:
                add(start)
            else:
                content = _Content(text, start, after)
                # Escapes cost tokens that the decoded line does not show: its room shrinks accordingly.
                room = max(8, limit * len(content.text) // (after - start))
                for cut in split_line(content.text, 0, len(content.text), room):
                    add(content.raw(cut))
            start = after
        return pieces


class _Content:
    """The inside of a JSON string, decoded, and where each decoded character stands in the raw text."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._decoded = array("i", [0])
        self._raw = array("i", [start])
        if text.find("\\", start, end) < 0:
            self.text = text[start:end]
            return
        parts: list[str] = []
        length, at = 0, start
        for match in _ESCAPE.finditer(text, start, end):
            plain = text[at : match.start()]
            char = _decoded(match.group())
            parts += (plain, char)
            at = match.end()
            length += len(plain)
            self._decoded.append(length)
            self._raw.append(match.start())
            length += 1
            self._decoded.append(length)
            self._raw.append(at)
        parts.append(text[at:end])
        self.text = "".join(parts)

    def raw(self, at: int) -> int:
        """Where the decoded character `at` begins in the raw text."""
        k = bisect_right(self._decoded, at) - 1
        return self._raw[k] + at - self._decoded[k]


def _decoded(escape: str) -> str:
    kind = escape[1]
    if kind != "u":
        return _ESCAPED.get(kind, kind)
    code = int(escape[2:6], 16)
    if len(escape) > 6:
        code = 0x10000 + ((code - 0xD800) << 10) + int(escape[8:], 16) - 0xDC00
    return chr(code)
