"""Finds out what a file holds: a text, messages, rows of messages.

A transcript that is damaged, or has other things between its messages, is refused and not read as a text:
as a text it would be cut through the middle of messages, and nobody would be told. What is honestly a text,
or JSON of another kind, is a text.

Knows JSON's outside only. What a message means is `limbeck.wire`'s business.
"""

from __future__ import annotations

import json
import math
import re
from itertools import islice
from typing import Any

from limbeck.core.errors import FormatError

from .shapes import SPACE, Document, MessageRows, Row, Rows, Shape, Text, style_of

_ROLES = ("system", "developer", "user", "assistant", "tool", "function")
_SAYS = ("content", "tool_calls", "function_call")
_REMEDY = "or use --format text to compact the file as a text"
_BEGINS = re.compile(r"[ \t\r\n]*[\[{]")
_BEGINS_WITH_OBJECT = re.compile(r"""[ \t\r\n]*(?:\[\s*)?\{\s*["']""")
_SPEAKS = re.compile(rf"""["']role["']\s*:\s*["'](?:{"|".join(_ROLES)})["']""")
_SPEAKS_WITHIN_CHARS = 4_096  # or before the place where the JSON breaks
_LINE = re.compile(r"^[ \t\r]*([^\s])", re.M)
_SAMPLE_LINES = 20
_SHOWN_CHARS = 40


def shape_of(text: str, asked: str, name: str) -> Shape:
    """What the text holds.

    Args:
        text: Of the file, without byte order mark.
        asked: `auto`, `text`, `messages` or `jsonl`.
        name: Of the file, for errors.

    Raises:
        FormatError: It is not what was asked for; or it is a transcript that is damaged, or has other things
            between its messages. Says where, and what to do.
    """
    if asked == "text":
        return Text([text])
    problem, damage = "it is not JSON", ""
    if asked != "jsonl" and _BEGINS.match(text):
        faults: list[str] = []
        try:
            value = _parse(text, faults)
        except (ValueError, RecursionError) as error:
            problem = f"it is not JSON ({_why(error)})"
            damage = _damage(text, error)
        else:
            if _conversation(value) or (asked == "messages" and isinstance(value, list | dict)):
                _refuse(faults, name)
                return Document([value], text, style_of(text))
            problem = (
                "it is JSON, but neither a list of messages (objects with a role) nor an object with messages"
            )
            damage = _odd_element(value)
    if asked == "jsonl" or _seems_rows(text):
        rows = _rows(text, name)
        if not isinstance(rows, str):
            return rows
        damage = rows or damage
    if asked == "auto" and not damage:
        return Text([text])
    if asked == "auto":
        raise FormatError(f"{name} is a damaged or mixed conversation: {damage}; mend it, {_REMEDY}")
    if asked == "jsonl":
        problem = damage or "not every line is a JSON object that has a role or messages"
    raise FormatError(f"{name} has not the format {asked}: {problem}; use --format auto or --format text")


def _parse(text: str, faults: list[str]) -> Any:
    """The value of a JSON document; what could not be written back as it was goes to `faults`.

    NaN and the infinities, which Python and others write, are taken and written back.

    Raises:
        ValueError, RecursionError: Not JSON, or nested too deeply.
    """

    def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            faults.append(
                f"has an object in which the key {twice!r} stands twice; one would be lost. Remove one of them"
            )
        return made

    def number(digits: str) -> float:
        value = float(digits)
        if math.isinf(value):
            faults.append(
                f"has the number {digits[:20]}, which is too large to be written back. Write it as a string"
            )
        return value

    return json.loads(text, object_pairs_hook=mapping, parse_float=number)


def _why(error: ValueError | RecursionError) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)


def _refuse(faults: list[str], name: str) -> None:
    if faults:
        raise FormatError(f"{name} {faults[0]}, {_REMEDY}")


def _message(value: Any) -> bool:
    """Whether it can be a message; a record of a person with a role is none."""
    if not (isinstance(value, dict) and isinstance(value.get("role"), str)):
        return False
    return value["role"] in _ROLES or "content" in value


def _surely_message(value: Any) -> bool:
    return _message(value) and value["role"] in _ROLES and any(key in value for key in _SAYS)


def _listed(value: Any) -> Any:
    return value.get("messages") if isinstance(value, dict) else value


def _conversation(value: Any) -> bool:
    listed = _listed(value)
    if not isinstance(listed, list) or not all(map(_message, listed)):
        return False
    return bool(listed) or isinstance(value, dict)  # an empty list can be a list of anything


def _mixed(value: Any) -> bool:
    """Whether messages stand in a list, be it with other things."""
    listed = _listed(value)
    return isinstance(listed, list) and any(map(_surely_message, listed))


def _odd_element(value: Any) -> str:
    """What stands between messages in a list and is none; empty if there is nothing of the kind."""
    if not _mixed(value):
        return ""
    number, odd = next((n, e) for n, e in enumerate(_listed(value)) if not _message(e))
    return f"element {number:,} of {len(_listed(value)):,} is {_told(odd)}"


def _told(value: Any) -> str:
    if not isinstance(value, dict):
        text = json.dumps(value)
        return text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]}..."
    keys = ", ".join(repr(key[:_SHOWN_CHARS]) for key in islice(value, 4))
    what = f"an object with {keys}{', ...' if len(value) > 4 else ''}" if value else "an empty object"
    role = value.get("role")
    return f"{what} and no role" if role is None else f"{what}, whose role is {_told(role)}"


def _damage(text: str, error: ValueError | RecursionError) -> str:
    """What is wrong with JSON that began as a conversation; empty if it did not begin so."""
    if not _BEGINS_WITH_OBJECT.match(text):
        return ""
    at = error.pos if isinstance(error, json.JSONDecodeError) else len(text)
    if not _SPEAKS.search(text, 0, max(at, _SPEAKS_WITHIN_CHARS)):
        return ""
    if isinstance(error, json.JSONDecodeError) and error.msg == "Extra data":
        whole = _parse(text[:at], [])
        if not (_conversation(whole) or _mixed(whole) or _surely_message(whole)):
            return ""
        more = text[at : at + _SHOWN_CHARS].partition("\n")[0].rstrip()
        return f"it ends before line {error.lineno}, column {error.colno}, where more follows: {more}"
    return f"it is not valid JSON ({_why(error)})"


def _seems_rows(text: str) -> bool:
    """Whether most of the first lines that are not blank begin as JSON objects do."""
    heads = [found[1] for found in islice(_LINE.finditer(text), _SAMPLE_LINES)]
    return 2 * heads.count("{") > len(heads)


def _rows(text: str, name: str) -> Rows | MessageRows | str:
    """JSON Lines of messages or of conversations; else what stands between them; else nothing."""
    if '"role"' not in text and '"messages"' not in text:
        return ""
    rows: list[Row] = []
    faults: list[str] = []
    odd, objects, others, speaks = "", 0, 0, False
    lead, at = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        whole = line + text[at + len(line) : at + len(line) + 1]
        at += len(whole)
        body = line.strip(SPACE)
        if not body:
            lead += whole
            continue
        value, wrong = _row(body, faults)
        objects, others = objects + body.startswith("{"), others + (not body.startswith("{"))
        speaks = speaks or _surely_message(value) or _mixed(value)
        if not wrong and rows and not odd and _conversation(value) != _conversation(rows[0].value):
            first = rows[0].number
            wrong = f"is {_kind(value)}, line {first:,} is {_kind(rows[0].value)}"
        if wrong:
            odd = odd or f"line {number:,} {wrong}"
        elif not odd:
            before, _, after = whole.partition(body)
            rows.append(Row(value, body, lead + before, after, number))
            lead = ""
    if odd or not rows:
        return odd if speaks and objects > others else ""
    _refuse(faults, name)
    return Rows(rows, lead) if _conversation(rows[0].value) else MessageRows(rows, lead)


def _row(body: str, faults: list[str]) -> tuple[Any, str]:
    """The value of a line, and what is wrong with it."""
    if not body.startswith("{"):
        return None, f"is no JSON object: {body[:_SHOWN_CHARS]}"
    try:
        value = _parse(body, faults)
    except (ValueError, RecursionError) as error:
        return None, f"is not valid JSON ({_why(error)})"
    if _message(value) or _conversation(value):
        return value, ""
    mixed = _odd_element(value)
    return value, f"has messages, of which {mixed}" if mixed else f"is {_told(value)}"


def _kind(value: Any) -> str:
    return "an object with messages" if _conversation(value) else "a single message"
