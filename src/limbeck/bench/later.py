"""Cases from agent histories: what a later message of the agent needs from the part that is compacted.

A history is cut at 40, 60 and 80 % of its messages, moved on to the next assistant message. The *region* to
compact lies between the head (the messages up to and including the first user message) and the last three
messages before the cut. Four columns come from the same outputs:

- `later-reference`: atoms that an assistant message at or after the cut uses, that stand in one or two lines
  of the region, and that nothing else still visible holds: not the head, not the last three messages, no
  message between the cut and the use.
- `quotes`: lines of the region that such a message repeats whole, seen nowhere else.
- both again for `tool output alone`: those that stand in no message of the agent or the user. (What comes
  after the cut does not count here; a need is by definition in a later message of the agent.)

Survival is an upper bound on what a model can use: what is gone cannot be used, what stays may be overlooked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from limbeck.bench.cases import Case, Need
from limbeck.bench.texts import MessageDict, message_text
from limbeck.split.atoms import atoms

__all__ = ["CUTS", "LATER", "QUOTES", "TOOL_LATER", "TOOL_QUOTES", "later_cases", "plain_line"]

LATER = "later-reference"
QUOTES = "quotes"
TOOL_LATER = "later-reference, tool output alone"
TOOL_QUOTES = "quotes, tool output alone"

CUTS = (0.4, 0.6, 0.8)
RECENT_MESSAGES = 3
MIN_REGION_CHARS = 4_000
MAX_LINES_OF_ATOM = 2
MIN_LINE_CHARS = 16
MIN_LINE_ALNUM = 10

# `  33\t`, `123:`, `12 | `, `7-`: how viewers and grep number the lines they show.
_LINE_NUMBER = re.compile(r"\s*[0-9]{1,7}(?:\s?[|:\t]|-(?=\s)|\u2192)\s?")
_ALNUM = re.compile(r"[^\W_]")
_WORDS = re.compile(r"\w+")


@dataclass
class _Read:
    """A message as the bench reads it."""

    role: str
    text: str
    atoms: set[str]
    words: set[str]


def _read(message: MessageDict) -> _Read:
    text = message_text(message)
    return _Read(str(message.get("role", "")), text, atoms(text), set(_WORDS.findall(text)))


def plain_line(line: str) -> str | None:
    """A line without its number and the white space around it; None if too little is left to be a quote."""
    number = _LINE_NUMBER.match(line)
    plain = line[number.end() :].strip() if number is not None else line.strip()
    if len(plain) < MIN_LINE_CHARS or len(_ALNUM.findall(plain)) < MIN_LINE_ALNUM:
        return None
    return plain


def _needed_atoms(region: list[_Read], visible: list[_Read], rest: list[_Read]) -> set[str]:
    lines_with: Counter[str] = Counter()
    for message in region:
        for line in message.text.split("\n"):
            lines_with.update(atoms(line))
    wanted = {atom for atom, lines in lines_with.items() if lines <= MAX_LINES_OF_ATOM}
    for message in visible:
        wanted -= message.atoms
    needed: set[str] = set()
    for message in rest:
        if message.role == "assistant":
            needed |= wanted & message.atoms
        wanted -= message.atoms
        if not wanted:
            break
    return needed


def _inner_words(line: str) -> set[str]:
    """Words that a text must have to hold the line; its ends may be parts of longer words there."""
    return set(_WORDS.findall(line)[1:-1])


def _needed_lines(region: list[_Read], visible: list[_Read], rest: list[_Read]) -> set[str]:
    lines = {plain for message in region for line in message.text.split("\n") if (plain := plain_line(line))}
    agent = [message for message in rest if message.role == "assistant"]
    # Most lines are never repeated; words tell that sooner than a search does.
    words: set[str] = set().union(*(message.words for message in agent))
    text = "\n".join(message.text for message in agent)
    seen = "\n".join(message.text for message in visible)
    wanted = {
        line: inner
        for line in lines
        if (inner := _inner_words(line)) <= words and line in text and line not in seen
    }
    needed: set[str] = set()
    for message in rest:
        here = [line for line, inner in wanted.items() if inner <= message.words and line in message.text]
        if message.role == "assistant":
            needed.update(here)
        for line in here:
            del wanted[line]
    return needed


def _cut_index(roles: list[str], fraction: float) -> int | None:
    start = int(len(roles) * fraction)
    return next((i for i in range(start, len(roles)) if roles[i] == "assistant"), None)


def _cluster(row: dict[str, Any]) -> str:
    """The task a row is a run of, so that two agents at one task are one cluster."""
    if row.get("instance_id"):
        return str(row["instance_id"])
    if row.get("task_id") is not None:
        return f"{row['source']}/{row.get('domain', '')}/{row['task_id']}"
    return str(row["id"])


def later_cases(row: dict[str, Any]) -> Iterator[Case]:
    """The cases of one row of `agents/`: up to one for each of the three cuts.

    A cut gives no case when its region is under 4,000 characters, when nothing in it is needed later, or when
    it falls on the same message as an earlier cut.
    """
    messages: list[MessageDict] = row["messages"]
    roles = [str(message.get("role", "")) for message in messages]
    if "user" not in roles:
        return
    head_end = roles.index("user") + 1
    read: list[_Read] | None = None
    done: set[int] = set()
    for fraction in CUTS:
        cut = _cut_index(roles, fraction)
        if cut is None or cut in done:
            continue
        done.add(cut)
        end = cut - RECENT_MESSAGES
        if end <= head_end:
            continue
        if read is None:
            read = [_read(message) for message in messages]
        region = read[head_end:end]
        if sum(len(message.text) for message in region) < MIN_REGION_CHARS:
            continue
        recent = read[end:cut]
        needs = _needs(region, read[:head_end] + recent, read[cut:])
        if needs:
            yield Case(
                task="later",
                id=f"{row['id']}@{round(fraction * 100)}",
                source=str(row["source"]),
                cluster=_cluster(row),
                given=messages[head_end:end],
                query="\n".join(message.text for message in recent),
                needs=needs,
            )


def _needs(region: list[_Read], visible: list[_Read], rest: list[_Read]) -> tuple[Need, ...]:
    used = _needed_atoms(region, visible, rest)
    lines = _needed_lines(region, visible, rest)
    own = [message for message in region if message.role != "tool"]
    own_atoms: set[str] = set().union(*(message.atoms for message in own))
    own_text = "\n".join(message.text for message in own)
    columns = (
        Need(LATER, "atom", tuple(sorted(used))),
        Need(QUOTES, "text", tuple(sorted(lines))),
        Need(TOOL_LATER, "atom", tuple(sorted(used - own_atoms))),
        Need(TOOL_QUOTES, "text", tuple(sorted(line for line in lines if line not in own_text))),
    )
    return tuple(need for need in columns if need.items)
