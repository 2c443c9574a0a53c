"""What a file holds - a text, messages, rows of messages - found by looking, and written back in kind.

Knows JSON's outside only: which values are conversations, and how the file was laid out. What a message
means is `limbeck.wire`'s business.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from limbeck.core.errors import FormatError
from limbeck.core.result import Result

FORMATS = ("auto", "text", "messages", "jsonl")


class Shape(Protocol):
    """The inputs of a file, each to be compacted by itself, and how to write the results."""

    @property
    def inputs(self) -> Sequence[Any]: ...
    def render(self, results: Sequence[Result]) -> str: ...


@dataclass(frozen=True)
class Text:
    """A text."""

    inputs: Sequence[Any]

    def render(self, results: Sequence[Result]) -> str:
        whole = whole_of(results[0])
        return whole if isinstance(whole, str) else results[0].text


@dataclass(frozen=True)
class Style:
    """How JSON was laid out.

    Attributes:
        indent: What stands before an element of the outermost container; None for a single line.
        separators: For `json.dumps`.
        ascii_only: Whether other characters are escaped.
        newline: The line end.
        row_lines: The elements of the outermost list stand on one line each.
    """

    indent: str | None
    separators: tuple[str, str]
    ascii_only: bool
    newline: str = "\n"
    row_lines: bool = False

    def dumps(self, value: Any) -> str:
        if self.row_lines and isinstance(value, list) and value and self.indent is not None:
            rows = [self.indent + self._line(row) for row in value]
            joined = f",{self.newline}".join(rows)
            return f"[{self.newline}{joined}{self.newline}]"
        text = json.dumps(value, ensure_ascii=self.ascii_only, indent=self.indent, separators=self.separators)
        if self.newline != "\n":
            text = text.replace("\n", self.newline)  # inside strings a line end is always an escape
        return _without_surrogates(text)

    def _line(self, value: Any) -> str:
        text = json.dumps(value, ensure_ascii=self.ascii_only, separators=(", ", self.separators[1]))
        return _without_surrogates(text)


@dataclass(frozen=True)
class Document:
    """One JSON document: a message list, or a mapping with one."""

    inputs: Sequence[Any]
    original: str
    style: Style

    def render(self, results: Sequence[Result]) -> str:
        whole = whole_of(results[0])
        if whole == self.inputs[0]:
            return self.original
        body = self.original.strip(_SPACE)
        lead, _, trail = self.original.partition(body)
        return lead + self.style.dumps(whole) + trail


@dataclass(frozen=True)
class Row:
    """A line of JSON Lines: its value, its text, and the space around it with the line end."""

    value: Any
    text: str
    lead: str
    trail: str
    number: int

    def render(self, value: Any) -> str:
        text = self.text if value == self.value else style_of(self.text).dumps(value)
        return self.lead + text + self.trail


@dataclass(frozen=True)
class Rows:
    """JSON Lines whose rows are conversations, each compacted by itself."""

    rows: Sequence[Row]
    blank_end: str = ""

    @property
    def inputs(self) -> Sequence[Any]:
        return [row.value for row in self.rows]

    def render(self, results: Sequence[Result]) -> str:
        lines = (row.render(whole_of(result)) for row, result in zip(self.rows, results, strict=True))
        return "".join(lines) + self.blank_end


@dataclass(frozen=True)
class MessageRows:
    """JSON Lines whose rows are messages: one conversation."""

    rows: Sequence[Row]
    blank_end: str = ""
    inputs: Sequence[Any] = field(default=(), init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "inputs", [[row.value for row in self.rows]])

    def render(self, results: Sequence[Result]) -> str:
        context, messages = results[0].context, whole_of(results[0])
        column, sources = context.segments.source, context.sources
        numbers = [sources[column[m.segments.start]].message for m in context.messages]
        if len(numbers) != len(messages):  # merged or split on the way; the layout of the rows is lost
            numbers = [0] * len(messages)
        lines = [self.rows[number].render(m) for number, m in zip(numbers, messages, strict=True)]
        if lines and not self.rows[-1].trail.endswith("\n") and lines[-1].endswith("\n"):
            lines[-1] = lines[-1].rstrip("\r\n")
        return "".join(lines) + self.blank_end


def shape_of(text: str, asked: str, name: str) -> Shape:
    """What the text holds.

    Args:
        text: Of the file, without byte order mark.
        asked: One of `FORMATS`.
        name: Of the file, for errors.

    Raises:
        FormatError: It is not what was asked for.
    """
    if asked == "text" or (asked == "auto" and text[:1_000].lstrip(_SPACE)[:1] not in ("{", "[", "")):
        return Text([text])
    repeated: list[str] = []
    problem = "it is not JSON"
    if asked != "jsonl":
        try:
            value = _parse(text, repeated)
        except (ValueError, RecursionError) as error:
            problem = f"it is not JSON ({error})"
        else:
            if _conversation(value) or (asked == "messages" and isinstance(value, list | dict)):
                _refuse_repeated(repeated, name)
                return Document([value], text, style_of(text))
            problem = (
                "it is JSON, but neither a list of messages (objects with a role) nor an object with messages"
            )
    shape = _lines(text, name)
    if shape is not None:
        return shape
    if asked == "auto":
        return Text([text])
    if asked == "jsonl":
        problem = "not every line is a JSON object that has a role or messages"
    raise FormatError(f"{name} has not the format {asked}: {problem}; use --format auto or --format text")


def whole_of(result: Result) -> Any:
    """What came out, in kind."""
    return result.messages if result.body is None else result.body.whole(result.context)


def style_of(text: str) -> Style:
    """How a JSON document is laid out, judged by its beginning."""
    body = text.strip(_SPACE)
    key = _FIRST_KEY.search(body)
    colon = ": " if key is None or key[1].strip(":") else ":"
    ascii_only = body.isascii() and _ESCAPED.search(body) is not None
    broken = _BROKEN.match(body)
    if broken is None:
        return Style(None, (", " if colon == ": " else ",", colon), ascii_only)
    rest = body[broken.end() :]
    first_line = rest.partition("\n")[0].rstrip().rstrip(",")
    row_lines = body.startswith("[") and first_line.startswith("{") and first_line.endswith("}")
    return Style(broken[2], (",", colon), ascii_only, broken[1], row_lines)


_SPACE = " \t\r\n"
_FIRST_KEY = re.compile(r'\{\s*"(?:[^"\\]|\\.)*"(\s*:\s*)')
_BROKEN = re.compile(r"[\[{][ \t]*(\r?\n)([ \t]*)")
_ESCAPED = re.compile(r"\\u(?!00[0-7])[0-9a-fA-F]{4}")
_SURROGATE = re.compile("[\ud800-\udfff]")


def _without_surrogates(text: str) -> str:
    """JSON whose lone surrogates are escapes, because UTF-8 cannot carry them."""
    return text if text.isascii() else _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _parse(text: str, repeated: list[str]) -> Any:
    """The value of a JSON document; keys that stand twice in an object go to `repeated`.

    Raises:
        ValueError: Not JSON, or a number that no float can hold.
    """

    def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            keys = [key for key, _ in pairs]
            repeated.append(next(key for key in keys if keys.count(key) > 1))
        return made

    return json.loads(text, object_pairs_hook=mapping, parse_float=_number, parse_constant=_constant)


def _number(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError(f"the number {text[:20]} is too large to be written back")
    return value


def _constant(text: str) -> float:
    raise ValueError(f"{text} is not JSON")


def _refuse_repeated(repeated: list[str], name: str) -> None:
    if repeated:
        raise FormatError(
            f"{name} has an object in which the key {repeated[0]!r} stands twice; one of them would be lost. "
            "Remove one, or use --format text"
        )


def _message(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("role"), str)


def _conversation(value: Any) -> bool:
    if isinstance(value, dict):
        value = value.get("messages")
    return isinstance(value, list) and bool(value) and all(map(_message, value))


def _lines(text: str, name: str) -> Rows | MessageRows | None:
    """JSON Lines of messages or of rows with messages; None for anything else."""
    rows: list[Row] = []
    repeated: list[str] = []
    lead, at = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        whole = line + text[at + len(line) : at + len(line) + 1]
        at += len(whole)
        body = line.strip(_SPACE)
        if not body:
            lead += whole
            continue
        if not body.startswith("{"):
            return None
        try:
            value = _parse(body, repeated)
        except (ValueError, RecursionError):
            return None
        if not (_message(value) or _conversation(value)):
            return None
        before, _, after = whole.partition(body)
        rows.append(Row(value, body, lead + before, after, number))
        lead = ""
    if not rows:
        return None
    if all(_message(row.value) for row in rows):
        _refuse_repeated(repeated, name)
        return MessageRows(rows, lead)
    if all(_conversation(row.value) for row in rows):
        _refuse_repeated(repeated, name)
        return Rows(rows, lead)
    return None
