"""A checked text with its findings colored, for a terminal that the text itself cannot move.

Every control character of the text is shown as an escape; the only escape sequences are those written here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from .findings import Finding, FindingKind
from .visible import number_of, shortened, visible

_WHOLE_LINES = 60  # a text of at most so many lines is shown whole
_AROUND = 2  # lines shown before and after one with a finding, where the text is longer
_LINE_CHARS = 2_000  # a longer line is shown in parts, those without a finding folded like lines

STYLES: Final[dict[FindingKind, str]] = {
    "unsupported": "31;4",
    "altered": "31;4",
    "swapped": "35;4",
    "polarity": "33;4",
    "modality": "33;4",
    "role": "36;4",
    "hijack": "97;41",
    "citation": "34;4",
    "must-keep": "33",
    "short": "33",
    "long": "33",
}
"""How each kind looks: parameters of the escape sequence."""

_MEANINGS: Final[dict[FindingKind, str]] = {
    "unsupported": "stands nowhere in the source",
    "altered": "stands nearly so in the source",
    "swapped": "the source has another value here",
    "polarity": "a negation too many or too few",
    "modality": "said more or less firmly than the source says it",
    "role": "laid to somebody who did not say it",
    "hijack": "answers or obeys the material",
    "citation": "not borne out by what it cites",
}


class _Line(NamedTuple):
    number: int
    start: int
    end: int


def colored_text(text: str, findings: Sequence[Finding], columns: int) -> str:
    """The text with its findings colored, lines numbered and broken at `columns`, and a legend.

    Where findings overlap, the one that begins first is seen. Empty if no finding has a place. Linear.
    """
    marks = _apart([f for f in findings if f.end > f.start])
    if not marks:
        return ""
    lines = list(_lines(text))
    near = _near(lines, marks)
    digits = len(f"{lines[-1].number:,}")
    out, last = list[str](), 0
    for line in (line for line, shown in zip(lines, near, strict=True) if shown):
        if line.number > last + 1:
            out.append(f"\x1b[2m{'':>{digits}} … {number_of(line.number - last - 1, 'line')}\x1b[0m")
        told = f"{line.number:,}" if line.number != last else "…"
        for part in _broken(text, line, marks, columns - digits - 3):
            out.append(f"\x1b[2m{told:>{digits}} │\x1b[0m {part}")
            told = ""
        last = line.number
    if lines[-1].number > last:
        out.append(f"\x1b[2m{'':>{digits}} … {number_of(lines[-1].number - last, 'line')}\x1b[0m")
    out.append("")
    for kind, count in Counter(f.kind for f in findings if f.end > f.start).most_common():
        gap = " " * (12 - len(kind))
        out.append(
            f"\x1b[{STYLES[kind]}m{kind}\x1b[0m{gap}{count:>4,}  {shortened(_MEANINGS.get(kind, ''), columns - 18)}"
        )
    return "".join(f"{line}\n" for line in out)


def _apart(findings: Sequence[Finding]) -> list[tuple[int, int, str]]:
    """Start, end and style of stretches that do not overlap, ascending."""
    marks: list[tuple[int, int, str]] = []
    at = 0
    for finding in sorted(findings, key=lambda f: (f.start, -f.end)):
        start = max(at, finding.start)
        if finding.end > start:
            marks.append((start, finding.end, STYLES[finding.kind]))
            at = finding.end
    return marks


def _lines(text: str) -> Iterator[_Line]:
    """The lines without their ends, the very long ones in parts."""
    at = 0
    lines = text.split("\n")
    if len(lines) > 1 and not lines[-1]:
        lines.pop()
    for number, line in enumerate(lines, 1):
        for start in range(0, max(1, len(line)), _LINE_CHARS):
            yield _Line(number, at + start, at + min(len(line), start + _LINE_CHARS))
        at += len(line) + 1


def _near(lines: Sequence[_Line], marks: Sequence[tuple[int, int, str]]) -> list[bool]:
    """Which lines are shown."""
    if len(lines) <= _WHOLE_LINES:
        return [True] * len(lines)
    shown = [False] * len(lines)
    starts = [line.start for line in lines]
    for start, end, _ in marks:
        first, last = bisect_right(starts, start) - 1, bisect_right(starts, end - 1) - 1
        for at in range(max(0, first - _AROUND), min(len(lines), last + _AROUND + 1)):
            shown[at] = True
    return shown


def _broken(text: str, line: _Line, marks: Sequence[tuple[int, int, str]], width: int) -> Iterator[str]:
    """The line in parts of at most `width` visible characters, broken at spaces where there are any."""
    cells = list(_cells(text, line, marks))
    while cells:
        cut = len(cells)
        if cut > width:
            spaces = (at for at in range(width, width // 2, -1) if cells[at][0] == " ")
            cut = next(spaces, width)
        yield _styled(cells[:cut])
        cells = cells[cut:]
        while cells and cells[0] == (" ", ""):
            cells.pop(0)
    if line.end == line.start:
        yield ""


def _cells(text: str, line: _Line, marks: Sequence[tuple[int, int, str]]) -> Iterator[tuple[str, str]]:
    """Each visible character with its style."""
    at = line.start
    for number in range(max(0, bisect_right(marks, (line.start,)) - 1), len(marks)):
        start, end, style = marks[number]
        if start >= line.end:
            break
        if end > at:
            yield from ((char, "") for char in visible(text[at : max(at, start)]))
            yield from ((char, style) for char in visible(text[max(at, start) : min(end, line.end)]))
            at = min(end, line.end)
    yield from ((char, "") for char in visible(text[at : line.end]))


def _styled(cells: Sequence[tuple[str, str]]) -> str:
    parts: list[str] = []
    now = ""
    for char, style in cells:
        if style != now:
            parts.append(("\x1b[0m" if now else "") + (f"\x1b[{style}m" if style else ""))
            now = style
        parts.append(char)
    return "".join(parts) + ("\x1b[0m" if now else "")
