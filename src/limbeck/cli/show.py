"""The material with what was kept, dropped and pinned, for a reader at a terminal.

Every line of the material stands behind a margin: a sign (`+` kept, `-` dropped, `!` pinned), and the
reason where it changes. Where one line is partly kept, it is shown in pieces, the later ones behind a `~`.
The material is untrusted: its control characters are shown as escapes; nothing in it can style or move
anything.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TextIO

from limbeck.core.context import Message
from limbeck.core.result import Result
from limbeck.core.visible import number_of, shortened, visible

Folding = Literal["folded", "all"]

_REASON_COLUMNS = 24
_FOLDED_LINES = 2  # lines of a long dropped run that are shown
_WORTH_FOLDING = 4  # a run of at most so many lines is shown whole
_FOLDED_CHARS = 160  # of a dropped line, when folded
_LINE_END = re.compile("\r\n|\r|\n")
_STYLES = {"+": "", "-": "2;31;9", "!": "1;34", "=": "1;36", ".": "2"}


@dataclass(frozen=True)
class Run:
    """A stretch of one source with one fate."""

    sign: str
    reason: str
    text: str
    handle: str
    starts_line: bool


def wants_color(stream: TextIO) -> bool:
    """Whether a stream is a terminal whose user did not ask for plain text (`NO_COLOR`, `TERM=dumb`)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def show(result: Result, *, color: bool, folding: Folding = "folded") -> Iterator[str]:
    """The view, line by line, each with its line end."""
    paint = _painted if color else _plain
    yield paint("=", "+ kept   - dropped   ! pinned   ~ the line goes on")
    for number, message in enumerate(result.before.messages):
        if len(result.before.messages) > 1:
            yield paint("=", f"== {number}: {shortened(visible(message.role), 30)} ==")
        reason = ""
        for stretch in _stretches(_runs(result, message)):
            for sign, why, text in _lines(stretch, folding):
                told = shortened(why, _REASON_COLUMNS) if why != reason else ""
                reason = why
                yield paint(sign[0], f"{sign:<2} {told:<{_REASON_COLUMNS}} ", text)


def _plain(_: str, margin: str, text: str = "") -> str:
    return (margin + text if text else margin.rstrip(" ")) + "\n"


def _painted(sign: str, margin: str, text: str = "") -> str:
    style = _STYLES[sign]
    if sign == "-":  # the margin is dim, only the material is struck out
        return f"\x1b[2m{margin}\x1b[0m\x1b[{style}m{text}\x1b[0m\n"
    return f"\x1b[{style}m{margin}{text}\x1b[0m\n" if style else f"{margin}{text}\n"


def _runs(result: Result, message: Message) -> Iterator[list[Run]]:
    """The runs of a message, those of each source in a list."""
    segments, decisions = result.before.segments, result.decisions
    source, runs, key, starts_line = -1, list[Run](), ("", "", ""), True
    parts: list[str] = []

    def close() -> None:
        if parts:
            runs.append(Run(key[0], key[1], "".join(parts), key[2], starts_line))
            parts.clear()

    for row in message.segments:
        if segments.source[row] != source:
            close()
            if runs:
                yield runs
            source, runs, key, starts_line = segments.source[row], [], ("", "", ""), True
        sign = ("!" if segments.hard(row) else "+") if decisions.kept[row] else "-"
        found = (sign, decisions.reasons[decisions.reason[row]], decisions.handle(row))
        if found != key:
            close()
            starts_line = not runs or runs[-1].text.endswith(("\n", "\r"))
            key = found
        parts.append(segments.text(row))
    close()
    if runs:
        yield runs


def _stretches(sources: Iterator[list[Run]]) -> Iterator[list[Run]]:
    """Neighboring runs that are all dropped, under one marker, come together; every other run by itself."""
    for runs in sources:
        stretch: list[Run] = []
        last = {run.handle: number for number, run in enumerate(runs)}
        for number, run in enumerate(runs):
            if run.handle and number < last[run.handle]:  # one marker for many gaps is told at the last
                run = replace(run, handle="")
            if stretch and not (run.sign == stretch[-1].sign == "-" and not stretch[-1].handle):
                yield stretch
                stretch = []
            stretch.append(run)
        if stretch:
            yield stretch


def _lines(stretch: list[Run], folding: Folding) -> Iterator[tuple[str, str, str]]:
    """Sign, reason and visible text of each line; a long dropped stretch is folded."""
    dropped = stretch[0].sign == "-"
    lines = [
        (run.sign + ("" if first else "~"), run.reason, text)
        for run in stretch
        for first, text in _split(run)
    ]
    if not dropped or folding == "all" or len(lines) <= _WORTH_FOLDING:
        shown, rest = lines, []
    else:
        shown, rest = lines[:_FOLDED_LINES], lines[_FOLDED_LINES:]
    for sign, reason, text in shown:
        if dropped and folding != "all" and len(text) > _FOLDED_CHARS:
            more = len(text) - _FOLDED_CHARS
            text = f"{visible(text[:_FOLDED_CHARS])}… {number_of(more, 'more character')}"
        else:
            text = visible(text)
        yield sign, reason, text
    handle = visible(stretch[-1].handle)
    if rest:
        reasons = Counter(reason for _, reason, _ in rest)
        why = ", ".join(f"{count:,} {visible(reason)}" for reason, count in reasons.most_common(3))
        known = f"; marked {handle}" if handle else ""
        yield ".", "", f"… {len(rest):,} more lines: {why}{known}"
    elif dropped and handle:
        yield ".", "", f"… marked {handle}"


def _split(run: Run) -> Iterator[tuple[bool, str]]:
    """The lines of a run without their ends, and whether each begins a line of the material."""
    first = run.starts_line
    at = 0
    for end in _LINE_END.finditer(run.text):
        yield first, run.text[at : end.start()]
        first, at = True, end.end()
    if at < len(run.text):
        yield first, run.text[at:]
