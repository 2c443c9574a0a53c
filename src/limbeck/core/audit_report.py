"""An audit in words: a table that fits its columns, safe to print.

The checked text and its source are untrusted: their control characters are shown as escapes.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .audit_colors import STYLES
from .audit_excerpts import centered, excerpt, focus_of, oneline
from .audit_rows import Evidence, Row
from .visible import number_of, shortened, visible

_NARROW = 60  # below so many columns, the words stand under the kind
_MARGIN, _NARROW_MARGIN = 19, 4
_WORDS_LINES = 3
_REASON_CHARS = 400
_EVIDENCE_ROWS = 2
_ROWS = 200  # more are counted
_NAMES = 4
_IN = "in: "
_HEAD = f"{'WRONG':<12}{'line':>5}  words, why, and where the source says otherwise"


class Verdict(NamedTuple):
    """The head of the report.

    Attributes:
        clean, empty, complete, tokens_text, tokens_source: As of the audit.
        counted: By whom, where the figures are bounds.
        names: Of what the text was held against.
    """

    clean: bool
    empty: bool
    complete: bool
    tokens_text: int
    tokens_source: int
    counted: str
    names: tuple[str, ...]


def report_text(
    verdict: Verdict,
    findings: Sequence[Row],
    omissions: Sequence[Row],
    notes: Sequence[str],
    columns: int,
    color: bool,
) -> str:
    """The report: verdict, what is wrong, what is missing, notes. Lines of at most `columns` code points."""
    paint = _Paint(color)
    blocks = [[*_head(verdict, len(findings), len(omissions), columns, paint)]]
    if findings:
        blocks.append([paint("1", shortened(_HEAD, columns)), *_table(findings, columns, paint)])
    if omissions:
        title = "MISSING" if verdict.complete else "MISSING (listed only; --complete makes it count)"
        blocks.append([paint("1", shortened(title, columns)), *_table(omissions, columns, paint)])
    if notes:
        blocks.append(["Notes", *(line for note in notes for line in _wrapped("  - ", note, columns))])
    return "\n".join("".join(f"{line.rstrip()}\n" for line in block) for block in blocks)


class _Paint:
    """Puts a style around a text, where color is wanted."""

    def __init__(self, color: bool) -> None:
        self.color = color

    def __call__(self, style: str, text: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self.color else text


def _head(verdict: Verdict, wrong: int, missing: int, columns: int, paint: _Paint) -> Iterator[str]:
    told = [number_of(wrong, "finding")] if wrong else []
    told += [number_of(missing, "omission")] if missing else []
    if verdict.empty:
        told.insert(0, "empty: nothing to check")
    elif verdict.clean:
        told.insert(0, "clean")
    yield paint("1;31" if not verdict.clean else "1;33" if verdict.empty else "1;32", ", ".join(told))
    listed = ", ".join(verdict.names[:_NAMES])
    if len(verdict.names) > _NAMES:
        listed += f" and {len(verdict.names) - _NAMES:,} more"
    yield from _wrapped("checked   ", number_of(verdict.tokens_text, "token") + verdict.counted, columns)
    yield from _wrapped("against   ", f"{number_of(verdict.tokens_source, 'token')}, {listed}", columns)


def _table(rows: Sequence[Row], columns: int, paint: _Paint) -> Iterator[str]:
    narrow = columns < _NARROW
    margin = " " * (_NARROW_MARGIN if narrow else _MARGIN)
    width = columns - len(margin)
    for row in rows[:_ROWS]:
        finding, line = row.finding, row.place.line
        words = textwrap.wrap(oneline(finding.text), width, max_lines=_WORDS_LINES, placeholder=" …")
        told_in = centered(row.place.sentence, row.at, row.at + len(finding.text), width - len(_IN))
        inside = [_IN + told_in] if line and told_in != oneline(finding.text).strip() else []
        reason = textwrap.wrap(visible(shortened(finding.reason, _REASON_CHARS)), width)
        cited = [
            part
            for e, text in zip(row.evidence[:_EVIDENCE_ROWS], row.texts, strict=False)
            for part in _cited(row, e, text, width)
        ]
        told = [
            *(paint("1", part) for part in words),
            *inside,
            *reason,
            *(paint("2", part) for part in cited),
        ]
        kind = paint(STYLES[finding.kind].removesuffix(";4"), finding.kind)
        gap = " " * (12 - len(finding.kind))
        if narrow:
            yield kind + gap + (f"line {line:,}" if line else "")
            yield from (margin + part for part in told)
        else:
            yield kind + gap + (f"{line:>5,}" if line else " " * 5) + "  " + (told[0] if told else "")
            yield from (margin + part for part in told[1:])
    if len(rows) > _ROWS:
        yield f"and {len(rows) - _ROWS:,} more"


def _cited(row: Row, one: Evidence, text: str, width: int) -> Iterator[str]:
    """Where the source says otherwise, and that line; of what is missing only where it stands, for it stands above."""
    finding = row.finding
    at = one.start, one.end
    if not finding.omission:
        at = focus_of(text, *at, finding.text, finding.reason, row.place.sentence)
    message = "" if one.message is None else f"message {one.message:,} ({visible(one.role)}), "
    line = one.line + text.count("\n", one.start, at[0])
    place = f"{visible(one.source)}, {message}line {line:,}"
    yield from textwrap.wrap(place if finding.omission else f"{place}:", width)
    if not finding.omission:
        yield "  " + excerpt(text, *at, width - 2)


def _wrapped(head: str, text: str, columns: int) -> list[str]:
    return textwrap.wrap(visible(text), columns, initial_indent=head, subsequent_indent=" " * len(head))
