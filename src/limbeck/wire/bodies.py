"""What came in, kept so that a smaller context can be rendered back in kind."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from limbeck.core.context import Context, Message
from limbeck.core.errors import LawError
from limbeck.core.visible import number_of

from .groups import Pair
from .reading import Path, Way
from .shapes import copied


@dataclass(frozen=True)
class TextBody:
    """A bare text."""

    format: str = "text"

    def messages(self, context: Context) -> list[dict[str, Any]]:
        """One user message that holds what is left of the text."""
        return [{"role": "user", "content": self.whole(context)}]

    def whole(self, context: Context) -> str:
        """What is left of the text."""
        return context.texts().get(0, "")


@dataclass(frozen=True)
class Place:
    """Where a source stood inside its message (or inside `system`), and how its text goes back there."""

    path: Path
    way: Way


@dataclass(frozen=True, repr=False)
class ChatBody:
    """A list of chat messages, or a mapping that holds one.

    Attributes:
        format: `openai` or `anthropic`.
        given: The messages as they came, copied.
        places: One for each source of the context that was read; empty path for a message without any text.
        sources: For each message of that context, its sources (numbers). With `system`, that is message 0.
        groups: The group of each message of that context.
        top: The mapping the messages stood in, copied, with None in place of the messages; None for a list.
        system: Whether the mapping's `system` was read as message 0.
        pairs: The calls that go when their result goes, while the text beside them may stay.
    """

    format: str
    given: Sequence[dict[str, Any]]
    places: Sequence[Place]
    sources: Sequence[range]
    groups: Sequence[int]
    top: Mapping[str, Any] | None = None
    system: bool = False
    pairs: Sequence[Pair] = ()

    def __repr__(self) -> str:
        """One line: the messages are too long to be read."""
        top = "" if self.top is None else f" under {number_of(len(self.top), 'key')}"
        texts = number_of(len(self.places), "text")
        return f"<ChatBody {self.format}: {number_of(len(self.given), 'message')}{top}, {texts}>"

    def messages(self, context: Context) -> list[dict[str, Any]]:
        """The surviving messages as new dicts, deep-equal to what came in where no text was cut.

        Raises:
            LawError: A text that must be a JSON object is none any more.

        Cost: linear in the texts of the context.
        """
        texts = context.texts()
        shift = int(self.system)
        survivors = self._survivors(context)
        there = set(survivors)
        gone: dict[int, set[int]] = {}
        for pair in self.pairs:
            if pair.result not in there:
                gone.setdefault(pair.message, set()).add(pair.call)
        return [
            _without_calls(self._rendered(self.given[index - shift], index, context, texts), gone.get(index))
            for index in survivors
            if index >= shift
        ]

    def whole(self, context: Context) -> Any:
        """The list, or the dict it stood in with `messages` and `system` replaced.

        All other keys are as they were. A `system` of which nothing is left goes with its key, because an
        empty block is refused.

        Raises:
            LawError: As `messages`.
        """
        messages = self.messages(context)
        if self.top is None:
            return messages
        whole: dict[str, Any] = {}
        for key, value in self.top.items():
            if key == "messages":
                whole[key] = messages
            elif key == "system" and self.system:
                left = self._system(value, context)
                if left == value or (left if isinstance(left, list) else left.strip()):
                    whole[key] = left
            else:
                whole[key] = copied(value)
        return whole

    def _system(self, value: Any, context: Context) -> Any:
        if 0 not in self._survivors(context):
            return ""
        return self._rendered({"system": value}, 0, context, context.texts(), ("system",))["system"]

    def _survivors(self, context: Context) -> list[int]:
        """For each message of `context`, its index in the context that was read.

        A message of which no segment is left, but whose group lives, is known by its place in the group.
        """
        members: dict[int, list[int]] = {}
        for index, group in enumerate(self.groups):
            members.setdefault(group, []).append(index)
        waiting: dict[int, Iterator[int]] = {group: iter(found) for group, found in members.items()}
        return [self._index(message, context, waiting) for message in context.messages]

    def _index(self, message: Message, context: Context, waiting: Mapping[int, Iterator[int]]) -> int:
        by_group = next(waiting.get(message.group, iter(())), -1)
        if message.segments:
            return context.sources[context.segments.source[message.segments[0]]].message
        if by_group < 0:
            raise LawError(f"a message of group {message.group} came out that did not come in")
        return by_group

    def _rendered(
        self,
        original: dict[str, Any],
        index: int,
        context: Context,
        texts: Mapping[int, str],
        prefix: Path = (),
    ) -> dict[str, Any]:
        """A copy of one message with the texts of `context` in their places."""
        message: dict[str, Any] = copied(original)
        emptied: list[Path] = []
        for number in self.sources[index]:
            text, place = texts.get(number, ""), self.places[number]
            if text == context.sources[number].text:
                continue
            path = prefix + place.path
            _put(message, path, _object(text, path, index) if place.way is Way.OBJECT else text)
            # Whitespace alone is refused by Anthropic just as an empty block is.
            bare = not text.strip() if self.format == "anthropic" else not text
            if bare and path[-1] == "text":
                emptied.append(path)
        for path in reversed(emptied):  # later blocks first, so that the earlier keep their numbers
            *to_list, number_in_list, _ = path
            blocks = _at(message, to_list)
            del blocks[number_in_list]
            if not blocks:
                _put(message, to_list, "")
        return message


def _without_calls(message: dict[str, Any], gone: set[int] | None) -> dict[str, Any]:
    """The message without the tool calls whose results are gone."""
    if gone:
        left = [call for number, call in enumerate(message["tool_calls"]) if number not in gone]
        if left:
            message["tool_calls"] = left
        else:
            del message["tool_calls"]
    return message


def _at(value: Any, path: Sequence[str | int]) -> Any:
    for key in path:
        value = value[key]
    return value


def _put(value: Any, path: Sequence[str | int], new: Any) -> None:
    _at(value, path[:-1])[path[-1]] = new


def _object(text: str, path: Path, message: int) -> Any:
    """The object whose JSON text was cut.

    Raises:
        LawError: The text is no JSON object; the splitter or a method broke it.
    """
    where = f"message {message}, {'/'.join(map(str, path))}"
    try:
        found = json.loads(text) if text else {}
    except ValueError as error:
        raise LawError(f"{where}: no valid JSON after cutting ({error})") from None
    if not isinstance(found, dict):
        raise LawError(f"{where}: no JSON object after cutting")
    return found
