"""Which messages live or die together.

A tool call and its results always do. In the Anthropic format roles must also alternate whatever is left out:
there a group is a run, from an assistant message through the user messages that follow it, so that what goes
is always an even stretch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

from .reading import Key, Read

Format = Literal["openai", "anthropic"]


_MOST_NAMED = 8


def note(count: int, one: str, many: str, messages: Iterable[int]) -> str:
    """`2 tool results without their calls (messages 3 and 7)`; long lists of messages are cut short."""
    found = sorted(set(messages))
    shown = ", ".join(map(str, found[:_MOST_NAMED]))
    if len(found) == 1:
        where = f"message {shown}"
    elif len(found) > _MOST_NAMED:
        where = f"messages {shown} and {len(found) - _MOST_NAMED} more"
    else:
        where = f"messages {', '.join(map(str, found[:-1]))} and {found[-1]}"
    return f"{count} {one if count == 1 else many} ({where})"


@dataclass
class _Call:
    message: int
    number: int
    answers: int = 0
    result: int = -1


class Pair(NamedTuple):
    """A tool call by its message and its number in it, and the message with its result."""

    message: int
    call: int
    result: int


class _Sets:
    """Disjoint sets of messages; a set's name is its first message."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def of(self, message: int) -> int:
        parent = self._parent
        while parent[message] != message:
            parent[message] = parent[parent[message]]
            message = parent[message]
        return message

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self.of(one), self.of(other)))
        self._parent[high] = low


def groups(read: Sequence[Read], form: Format, shift: int = 0) -> tuple[list[int], list[Pair], list[str]]:
    """A group number for each message, the calls that may leave their group, and notes on what does not pair.

    Args:
        read: The messages in order.
        form: `openai` or `anthropic`.
        shift: 1 if a system prompt that stood beside the messages is the first of `read`, else 0. Notes give
            the numbers that the messages have in their own list.

    Cost: linear in messages and calls.
    """
    sets = _Sets(len(read))
    calls, orphans, notes = _pairs(read, sets, shift)
    if form == "anthropic":
        _runs(read, sets)
    for message in orphans:
        if message > shift:
            sets.join(message, message - 1)
        elif len(read) > 1 and form == "openai":  # in Anthropic's, the first user messages stay anyway
            sets.join(0, 1)
    named: dict[int, int] = {}
    numbers = [named.setdefault(sets.of(i), len(named)) for i in range(len(read))]
    return numbers, _free(read, calls) if form == "openai" else [], notes


def _free(read: Sequence[Read], calls: Sequence[_Call]) -> list[Pair]:
    """The calls that may go while others stay.

    These are the calls of messages all of whose calls have one result each, alone in its message.
    """
    fixed = {
        call.message
        for call in calls
        if call.answers != 1
        or len(read[call.result].results) != 1
        or read[call.result].calls
        or read[call.message].held
    }
    return [Pair(call.message, call.number, call.result) for call in calls if call.message not in fixed]


def _pairs(read: Sequence[Read], sets: _Sets, shift: int) -> tuple[list[_Call], list[int], list[str]]:
    """Join calls with their results; returns the calls, the messages left with neither, and notes."""
    calls: list[_Call] = []
    by_key: dict[Key, list[_Call]] = defaultdict(list)
    lost: list[int] = []
    twice: list[int] = []
    reused: dict[Key, list[int]] = defaultdict(list)
    paired: set[int] = set()
    for message, one_read in enumerate(read):
        for key in one_read.results:
            call = _answered(by_key.get(key, []) if key is not None else calls, key is not None)
            if call is None:
                lost.append(message)
                continue
            if call.answers:
                twice.append(message)
            call.answers += 1
            call.result = message
            sets.join(message, call.message)
            paired.update((message, call.message))
        for number, key in enumerate(one_read.calls):
            if key is not None and key[0] == "id" and by_key[key]:
                reused[key].extend((by_key[key][-1].message, message))
            calls.append(_Call(message, number))
            by_key[key].append(calls[-1])
    silent = [call.message for call in calls if not call.answers]
    shown = [
        (lost, "tool result without its call", "tool results without their calls"),
        (silent, "tool call without its result", "tool calls without their results"),
        (twice, "tool result for a call answered before", "tool results for calls answered before"),
    ]
    notes = [note(len(at), one, many, (i - shift for i in at)) for at, one, many in shown if at]
    if reused:
        at = [i - shift for found in reused.values() for i in found]
        notes.append(note(len(reused), "tool call id used again", "tool call ids used again", at))
    return calls, sorted({*lost, *silent} - paired), notes


def _answered(calls: Sequence[_Call], named: bool) -> _Call | None:
    """The call that a result answers: of the last message that calls, the first that waits for a result.

    Where none waits, a result that names its call belongs to the last one, and one that does not to none.
    """
    first = calls[-1] if calls and named else None
    for call in reversed(calls):
        if call.message != calls[-1].message:
            break
        if not call.answers:
            first = call
    return first


def _runs(read: Sequence[Read], sets: _Sets) -> None:
    """Join each run: assistant messages and the user messages after them. What stands before is one run."""
    talking = [i for i, found in enumerate(read) if found.role not in ("system", "developer")]
    if all(read[i].role != "assistant" for i in talking):
        return  # nobody to alternate with
    for before, message in pairwise(talking):
        opens = read[message].role == "assistant" and read[before].role != "assistant"
        if not opens:
            sets.join(before, message)
        # A system message between two equal roles keeps them apart, so it may not go alone.
        if (read[before].role == "assistant") == (read[message].role == "assistant"):
            for between in range(before + 1, message):
                sets.join(before, between)
