"""What a file can hold - a text, messages, rows of messages - and how each is written back in kind.

Knows how JSON was laid out. Which of them a file holds is found out in `detect`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from limbeck.core.result import Result

SPACE = " \t\r\n"
"""What JSON calls white space."""


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
        whole = results[0].whole
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
        whole = results[0].whole
        if whole == self.inputs[0]:
            return self.original
        body = self.original.strip(SPACE)
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
        lines = (row.render(result.whole) for row, result in zip(self.rows, results, strict=True))
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
        context, messages = results[0].context, results[0].whole
        column, sources = context.segments.source, context.sources
        numbers = [sources[column[m.segments.start]].message for m in context.messages]
        if len(numbers) != len(messages):  # merged or split on the way; the layout of the rows is lost
            numbers = [0] * len(messages)
        lines = [self.rows[number].render(m) for number, m in zip(numbers, messages, strict=True)]
        if lines and not self.rows[-1].trail.endswith("\n") and lines[-1].endswith("\n"):
            lines[-1] = lines[-1].rstrip("\r\n")
        return "".join(lines) + self.blank_end


def style_of(text: str) -> Style:
    """How a JSON document is laid out, judged by its beginning."""
    body = text.strip(SPACE)
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


_FIRST_KEY = re.compile(r'\{\s*"(?:[^"\\]|\\.)*"(\s*:\s*)')
_BROKEN = re.compile(r"[\[{][ \t]*(\r?\n)([ \t]*)")
_ESCAPED = re.compile(r"\\u(?!00[0-7])[0-9a-fA-F]{4}")
_SURROGATE = re.compile("[\ud800-\udfff]")


def _without_surrogates(text: str) -> str:
    """JSON whose lone surrogates are escapes, because UTF-8 cannot carry them."""
    return text if text.isascii() else _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
