"""A text, or chat messages whose format is known, become a `Context` and the body that renders it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from limbeck.core.body import Body
from limbeck.core.budget import Counter
from limbeck.core.context import Context, Form, Message, Pin

from .bodies import ChatBody, Place, TextBody
from .groups import Format, Pair, groups, note
from .reading import Text, Way, read_message, read_system
from .rows import Rows
from .shapes import copied
from .weights import Weights

FIRST_USER = Pin(True, "the first message must be the user's")


def read_text(text: str) -> tuple[Context, Body]:
    """A bare text: one user message that weighs no more than its text."""
    rows = Rows()
    rows.add(0, "", Text((), text))
    sources, segments = rows.finish()
    return Context((Message("user", range(len(segments)), 0),), sources, segments), TextBody()


def read_chat(
    messages: Sequence[Mapping[str, Any]],
    top: Mapping[str, Any] | None,
    form: Format,
    notes: Sequence[str],
    counter: Counter,
) -> tuple[Context, Body]:
    """Messages with known roles, and the mapping they stood in, if any.

    Raises:
        FormatError: A content, part or call has a shape nobody knows.
    """
    weights, notes = Weights(counter), list(notes)
    given = [copied(message, f"message {index}") for index, message in enumerate(messages)]
    found = [read_message(index, message, weights) for index, message in enumerate(given)]
    rest = None
    if top is not None:
        rest = {key: None if key == "messages" else copied(value, repr(key)) for key, value in top.items()}
        if top.get("tools"):
            notes.append("the tools beside the messages pass through and are not counted")
    shift = 0  # how much later a message stands in the context than in its own list
    if form == "anthropic" and rest is not None and rest.get("system") is not None:
        found.insert(0, read_system(rest["system"], weights))
        shift = 1
    group, pairs, unpaired = groups(found, form, shift)
    notes.extend(unpaired)

    rows = Rows()
    places: list[Place] = []
    sources_of: list[range] = []
    made: list[Message] = []
    broken: list[int] = []
    for index, one in enumerate(found):
        pointer = f"{'' if top is None else '/messages'}/{index - shift}" if index >= shift else "/system"
        first_source, first_row = len(rows.sources), len(rows.segments)
        free: list[range] = []
        for text in one.texts or [Text((), "")]:
            before = len(rows.segments)
            if rows.add(index, "/".join((pointer, *map(str, text.path))), text):
                broken.append(index - shift)
            places.append(Place(text.path, text.way))
            if text.way is Way.FREE:
                free.append(range(before, len(rows.segments)))
        if form == "anthropic" and index >= shift and not one.solid:
            _hold(rows, free, end=index == len(found) - 1 and one.role == "assistant")
        sources_of.append(range(first_source, len(rows.sources)))
        made.append(Message(one.role, range(first_row, len(rows.segments)), group[index], one.rider_tokens))
    if form == "anthropic":
        _pin_first(rows, made)
    empty = [index - shift for index, one in enumerate(found) if one.empty]
    if empty:
        notes.append(note(len(empty), "message without content", "messages without content", empty))
    if broken:
        many = "tool calls whose arguments are not valid JSON, cut as plain text"
        one_call = "tool call whose arguments are not valid JSON, cut as plain text"
        notes.append(note(len(broken), one_call, many, broken))
    _set_apart(rows, places, sources_of, pairs)
    sources, segments = rows.finish()
    material = all(message.role == "user" for message in made)
    context = Context(tuple(made), sources, segments, material=material, notes=tuple(notes))
    return context, ChatBody(form, given, places, sources_of, group, rest, bool(shift), pairs)


def _set_apart(
    rows: Rows, places: Sequence[Place], sources_of: Sequence[range], pairs: Sequence[Pair]
) -> None:
    """Give each call's arguments and its result a part of their own, so that the text beside it can stay alone."""
    part_of = {(pair.message, pair.call): part for part, pair in enumerate(pairs)}
    first = {pair.message: part for part, pair in reversed(list(enumerate(pairs)))}
    parts: dict[int, int] = {}  # by source
    for part, pair in enumerate(pairs):
        parts.update(dict.fromkeys(sources_of[pair.result], part))
    for message, lowest in first.items():
        beside: list[int] = []
        for number in sources_of[message]:
            path = places[number].path
            if path[:1] == ("tool_calls",):
                parts[number] = part_of[message, int(path[1])]
            else:
                beside.append(number)
        if not any(rows.sources[number].text.strip() for number in beside):  # nothing that could stand alone
            parts.update(dict.fromkeys(beside, lowest))
    for number, part in parts.items():
        rows.sources[number] = replace(rows.sources[number], part=part)


def _hold(rows: Rows, free: Sequence[range], end: bool) -> None:
    """See to it that a message of text alone cannot become empty, which Anthropic refuses.

    The last message, if it is the assistant's, keeps its end (`end`), because such a message is refused when
    it ends in whitespace.
    """
    for found in reversed(free) if end else free:
        row = rows.speaking(found, last=end)
        if rows.text(row).strip():
            rows.segments.form[row] = Form.FRAME
            return


def _pin_first(rows: Rows, messages: Sequence[Message]) -> None:
    """Pin the opening of a conversation: its first message must be the user's."""
    talking = [message for message in messages if message.role not in ("system", "developer")]
    if talking and talking[0].role == "user" and any(message.role == "assistant" for message in talking):
        row = rows.speaking(talking[0].segments)
        rows.segments.pin[row] = rows.segments.pin_index(FIRST_USER)
