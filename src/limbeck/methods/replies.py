"""What models really write when asked for statements: read as well as it can be, and never raised over.

JSON lines, a JSON document, either in code fences or in the middle of prose, cut off or with commas too many;
Markdown with headings and `[12]` for citations; plain sentences. What is read here is not believed: that is
the guards' work.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from limbeck.core.visible import visible
from limbeck.split.sentences import sentence_starts

MAX_REPLY_CHARS = 400_000
"""A longer reply is read up to here."""
MAX_DRAFTS = 600
"""More statements than this are not taken from one reply."""
MAX_TEXT_CHARS = 4_000
"""A longer statement is none."""
_WIDEST_RANGE = 40

_TEXT_KEYS = ("text", "statement", "content", "note", "summary")
_KIND_KEYS = ("section", "kind", "type", "category")
_CITE_KEYS = ("cites", "cite", "citations", "evidence", "sources", "segments")
_STRING = r'"((?>(?:[^"\\]|\\.|"(?!\s*[,}\]:]|\s*\Z)){0,4000}))"'
_FIELD = re.compile(
    rf'"([a-z_]{{2,12}})"\s*:\s*(?:{_STRING}|(\[[^\][{{}}"]*(?:"[^"\n]{{0,20}}"[^\][{{}}"]*){{0,40}}\])|(-?\d+))',
    re.DOTALL,
)
_CITED = re.compile(r"[ \t]*(?:\[\s*S?\d+(?:\s*[-–,;]\s*S?\d+)*\s*\])+")
_STOP_CITED = re.compile(r"([.!?])((?:\s*\[\s*S?\d+(?:\s*[-–,;]\s*S?\d+)*\s*\])+)")
_RANGE = re.compile(r"(\d{1,9})(?:\s*[-–]\s*S?(\d{1,9}))?")
_CODE_FENCE = re.compile(r"^[ \t]*```\w*[ \t]*$", re.MULTILINE)
_HEADING = re.compile(
    r"\s{0,3}(?:#{1,6}\s+(.{1,80}?)\s*#*|(?:\*\*|__)([^*_]{2,40})(?:\*\*|__):?|([^\W\d][\w &/]{1,30}):)\s*\Z"
)
_LEAD = re.compile(r"\s{0,3}(?:\*\*|__)([^*_\n]{2,40}?):?(?:\*\*|__):?\s+(?=\S)")
# What makes the line that a text stands on a block of its own, or all of it bold.
_MARKS = re.compile(
    r"(?:\s*(?:#{1,6}(?=\s|\Z)|>|`{3,}\w*(?=\s|\Z)|~{3,}\w*|[-*+•‣–](?=\s)|\(?\d{1,3}[.)](?=\s)|[-=_*|]{3,}))+\s*"
)
_CLOSED = re.compile(r"\s+(?:#{1,6}|`{3,}|~{3,})\s*\Z|(?<!`)`{3,}\s*\Z")
_BOLD = re.compile(r"(\*{1,3}|_{1,3})(?![*_\s])([^*_]+)(?<!\s)\1(:?)\Z")
_TAGGED = re.compile(r"<(b|i|em|strong|u|p|h[1-6]|li|mark)>(.*)</\1>\Z", re.IGNORECASE)
_LABEL = re.compile(r"[\w /&'’-]{1,40}:\Z")
_BULLET = re.compile(r"\s*(?:[-*+•‣–]|\(?\d{1,3}[.)])\s+")


@dataclass(frozen=True)
class Draft:
    """One statement as a model wrote it.

    Attributes:
        kind: The section or kind it was put under; always one of those asked for.
        text: What it says, on one line, without citations.
        cites: The numbers it cites, each once, in order; only those that were asked about.
        rationale: For a decision, why.
        replaces: The number of the statement it stands for, or -1.
        number: Its own number in the reply, for notes that name each other; -1 if it has none.
        supersedes: Numbers of earlier statements of the reply that it replaces.
    """

    kind: str
    text: str
    cites: tuple[int, ...]
    rationale: str = ""
    replaces: int = -1
    number: int = -1
    supersedes: tuple[int, ...] = ()


@dataclass
class Terms:
    """What may stand in a reply.

    Attributes:
        kinds: The sections or kinds, in order.
        among: The numbers that may be cited.
        other: Where a statement goes whose kind is none of these.
        names: Other names that models give them.
    """

    kinds: Sequence[str]
    among: range
    other: str
    names: Mapping[str, str] = field(default_factory=dict)

    def kind(self, name: object) -> str | None:
        """The kind of a name: itself, in another case, in the plural, or one of the other names."""
        if not isinstance(name, str):
            return None
        plain = re.sub(r"[^a-zà-ž]+", " ", name.lower()).strip()
        if not plain:
            return None
        for known in self.kinds:
            if plain in (known, known + "s", known.rstrip("s")):
                return known
        if plain in self.names:
            return self.names[plain]
        return next((known for known in self.kinds if known in plain), None)

    def says(self, text: str) -> bool:
        """Whether a text is a statement, and not only the name of a kind."""
        name = text.rstrip(":").casefold()
        return speaks(text) and name not in self.names and name not in self.kinds

    def cites(self, value: object) -> tuple[int, ...]:
        """The numbers in a value of any shape, each once; ranges are counted out."""
        found: dict[int, None] = {}
        for start, end in _RANGE.findall(_flat(value)):
            last = int(end or start)
            for number in range(int(start), min(last, int(start) + _WIDEST_RANGE) + 1):
                if number in self.among:
                    found[number] = None
        return tuple(found)


class Read(NamedTuple):
    """What was read from a reply; `formed` if it was JSON, be it broken, and no prose."""

    drafts: list[Draft]
    formed: bool


def read_reply(reply: str, terms: Terms) -> Read:
    """The statements of a reply; none if none can be read.

    Args:
        reply: Whatever a model wrote.
        terms: The kinds and numbers that may stand in it. Other kinds become `terms.other`, other numbers go.

    Cost: linear in the reply, of which at most `MAX_REPLY_CHARS` are read.
    """
    reply = reply[:MAX_REPLY_CHARS]
    bare = _CODE_FENCE.sub("", reply)
    for read in (_documents, _fields):
        found = [draft for record in read(bare) if (draft := _draft(record, terms)) is not None]
        if found:
            return Read(found[:MAX_DRAFTS], True)
    if '"text"' in bare or bare.lstrip()[:1] in ("{", "["):
        return Read([], True)  # JSON of which nothing is left is no prose
    return Read(list(_markdown(bare, terms))[:MAX_DRAFTS], False)


def read_drafts(reply: str, terms: Terms) -> list[Draft]:
    """The statements of `read_reply`."""
    return read_reply(reply, terms).drafts


def _documents(reply: str) -> Iterator[Mapping[str, Any]]:
    """Records of JSON that reads as JSON: one document, or one a line."""
    begun = min((at for at in (reply.find("{"), reply.find("[")) if at >= 0), default=-1)
    if begun < 0:
        return
    parse = json.JSONDecoder(strict=False).raw_decode
    try:
        value, end = parse(reply, begun)
    except (ValueError, RecursionError):
        return
    yield from _records(value, "")
    rest = reply[end:]
    for line in rest.splitlines():
        line = line.strip().rstrip(",")
        if line[:1] == "{":
            try:
                yield from _records(parse(line)[0], "")
            except (ValueError, RecursionError):
                yield from _fields(line)


def _records(value: object, kind: str, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """The records in a value: those with a text, and texts under the name of a section."""
    if depth > 4:
        return
    if isinstance(value, list):
        for item in value:
            yield from _records(item, kind, depth + 1)
    elif isinstance(value, str):
        if kind:
            yield {"section": kind, "text": value}
    elif isinstance(value, Mapping):
        if any(isinstance(value.get(key), str) for key in _TEXT_KEYS):
            yield {"section": kind, **value}
            return
        for name, item in value.items():
            # A list under any other name only wraps what is in it.
            yield from _records(item, kind if name in ("statements", "notes", "items") else name, depth + 1)


def _fields(reply: str) -> Iterator[Mapping[str, Any]]:
    """Records by their fields alone, wherever brackets, braces or commas are missing or too many."""
    record: dict[str, Any] = {}
    end = 0
    for found in _FIELD.finditer(reply):
        name = found[1]
        if name in record or "{" in reply[end : found.start()]:
            yield record
            record = {}
        record[name] = _unescaped(found[2]) if found[2] is not None else found[3] or int(found[4][:12])
        end = found.end()
    yield record


def _unescaped(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return text.replace('\\"', '"').replace("\\n", "\n")


def _draft(record: Mapping[str, Any], terms: Terms) -> Draft | None:
    text = next((record[key] for key in _TEXT_KEYS if isinstance(record.get(key), str)), "")
    kind = next((k for key in _KIND_KEYS if (k := terms.kind(record.get(key))) is not None), terms.other)
    cites = terms.cites(" ".join(_flat(record[key]) for key in _CITE_KEYS if key in record))
    said, inline = _without_cites(text, terms)
    said = bared(said)
    if not terms.says(said):
        return None
    rationale = record.get("rationale")
    return Draft(
        kind,
        said,
        cites or inline,
        bared(_without_cites(rationale, terms)[0]) if isinstance(rationale, str) else "",
        _whole(record.get("replaces")),
        _whole(record.get("number", record.get("id"))),
        tuple(int(n) for n in re.findall(r"\d{1,9}", _flat(record.get("supersedes")))),
    )


def _flat(value: object) -> str:
    """A text, a number or a list of them as one text; anything else says nothing."""
    if isinstance(value, list):
        return " ".join(str(item) for item in value if isinstance(item, str | int))
    return str(value) if isinstance(value, str | int) else ""


def _whole(value: object) -> int:
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value.strip()[:9])
    return value if isinstance(value, int) and not isinstance(value, bool) else -1


def _without_cites(text: str, terms: Terms) -> tuple[str, tuple[int, ...]]:
    """The text on one line without its citations, and their numbers. Brackets with other numbers stay, and
    those in code spans."""
    cited: list[int] = []

    def taken(found: re.Match[str]) -> str:
        numbers = terms.cites(found[0])
        if not numbers or text.count("`", 0, found.start()) % 2:
            return found[0]
        cited.extend(numbers)
        return ""

    said = _CITED.sub(taken, text)
    if visible(said) != said:  # what nobody sees says nothing, or is meant for other eyes
        said = "".join(char for char in said if char.isspace() or visible(char) == char)
    return " ".join(said.split()), tuple(dict.fromkeys(cited))


def bared(text: str) -> str:
    """A statement without what would make a heading, an item, a fence or bold print of all of it; no longer ones."""
    text, before = text.strip(), ""
    while text != before and len(text) <= MAX_TEXT_CHARS:
        before = text
        marks = _MARKS.match(text)
        text = _CLOSED.sub("", text[marks.end() if marks else 0 :]).strip()
        wrap = _BOLD.match(text) or _TAGGED.match(text)
        if wrap:
            text = wrap[2].strip() + (wrap[3] if wrap.re is _BOLD else "")
    return text


def speaks(text: str) -> bool:
    """Whether a text is a statement: neither marks alone nor a label without anything behind it, and not endless."""
    return (
        len(text) <= MAX_TEXT_CHARS
        and sum(char.isalnum() for char in text[:200]) >= 3
        and _LABEL.match(text) is None
    )


def _markdown(reply: str, terms: Terms) -> Iterator[Draft]:
    """Bullets and sentences under headings. What stands before the first of them is the model talking."""
    kind = terms.other
    lines = [line for line in reply.splitlines() if line.strip()]
    formed = any(_BULLET.match(line) or _heading(line, terms) for line in lines)
    begun = not formed
    for line in lines:
        headed = _heading(line, terms)
        if headed is not None:
            kind, begun = headed, True
            continue
        bullet = _BULLET.match(line)
        begun = begun or bullet is not None
        if not begun:
            continue
        said, here = line[bullet.end() :] if bullet else line, kind
        lead = _LEAD.match(said)
        if lead is not None and (under := terms.kind(lead[1])) is not None:
            said, here = said[lead.end() :], under
        for sentence in [said] if bullet else _sentences(said):
            text, cites = _without_cites(sentence, terms)
            text = bared(text).strip("#|*_ ")
            if terms.says(text):
                yield Draft(here, text, cites)


def _heading(line: str, terms: Terms) -> str | None:
    """The kind that a heading names; `terms.other` for a heading of another name; None for any other line."""
    found = _HEADING.match(line)
    if found is None:
        return None
    name = found[1] or found[2] or found[3]
    known = terms.kind(name)
    return known if known is not None or found[3] else terms.other


def _sentences(line: str) -> Iterable[str]:
    line = _STOP_CITED.sub(r"\2\1", line)  # citations behind a stop are of the sentence that it ends
    starts = sentence_starts(line, 0, len(line))
    ends = [*starts[1:], len(line)]
    return [line[a:b] for a, b in zip(starts, ends, strict=True)]
