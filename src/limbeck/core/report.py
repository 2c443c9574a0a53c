"""The account of a result in words: plain text of at most 80 columns, safe to print."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from .context import Context, Form, Written
from .decisions import Check, Decisions, Usage
from .tally import NOTHING, Amount, amounts, line_ends, total
from .visible import number_of, shortened, visible

_COLUMNS = 80
_MESSAGE_ROWS = 10  # up to so many messages get a row each; more are put together by role and kind
_TABLE_ROWS = 16
_REASON_ROWS = 10
_MARKER_ROWS = 8
_CONSTRAINT_ROWS = 20
_CONSTRAINT_CHARS = 300
_TOLD_APART = ("input", "constraint")  # warnings that have a part of their own: notes, lost constraints


def report_text(
    before: Context,
    after: Context,
    decisions: Decisions,
    usage: Usage,
    checks: Sequence[Check],
    method: str,
    markers: Mapping[str, Written],
) -> str:
    """What was kept, what was left out and why.

    Texts of the material are shown with their control characters escaped. Linear in the segments.
    """
    parts = [
        _head(before, after, usage, method),
        _table(before, after),
        _reasons(decisions),
        [*_markers(before, markers), *_unmarked(before, after, decisions, len(markers))],
        _constraints(before, decisions),
        _listed("Notes", before.notes),
        _checks(checks),
    ]
    return "\n".join(block for part in parts if (block := "".join(f"{line}\n" for line in part)))


def summary(before: Context, after: Context, decisions: Decisions, usage: Usage) -> str:
    """One line: tokens before and after, the counter if it is not exact, what was left out, time."""
    here, there = total(amounts(before)), total(amounts(after))
    left_out = here.lines - there.lines
    if left_out or all(decisions.kept):
        what = f"{left_out:,} of {number_of(here.lines, 'line')} left out"
    else:  # a text of few, long lines: say what was cut inside them
        what = f"{decisions.kept.count(0):,} of {number_of(len(decisions), 'piece')} left out"
    return (
        f"{usage.tokens_before:,} -> {usage.tokens_after:,} tokens{counted_by(usage)} "
        f"({percent(usage.tokens_after, usage.tokens_before)} kept), {what}, {usage.seconds:.2f} s"
    )


def counted_by(usage: Usage) -> str:
    """The counter, where its figures are only bounds; nothing where they are exact."""
    return "" if usage.exact else f" by {visible(usage.counter)} (upper bound)"


def lost_constraints(decisions: Decisions) -> list[int]:
    """The segments with a soft pin whose text stands nowhere in the result, in order."""
    segments = decisions.before.segments
    soft = {number for number, pin in enumerate(segments.pins) if pin is not None and not pin.hard}
    if not soft:
        return []
    rows = [row for row, pin in enumerate(segments.pin) if pin in soft and segments.form[row] == Form.PLAIN]
    kept = {segments.text(row).strip() for row in rows if decisions.kept[row]}
    return [row for row in rows if not decisions.kept[row] and segments.text(row).strip() not in kept]


def percent(part: int, whole: int) -> str:
    """`29.9 %`; of nothing, everything."""
    return f"{100 * part / whole:.1f} %" if whole else "100.0 %"


def _head(before: Context, after: Context, usage: Usage, method: str) -> Iterator[str]:
    here, there = total(amounts(before)), total(amounts(after))
    yield (
        f"tokens    {usage.tokens_before:,} -> {usage.tokens_after:,} "
        f"({percent(usage.tokens_after, usage.tokens_before)} kept), at most {usage.limit_tokens:,} allowed"
    )
    yield f"counter   {usage.counter}, " + ("exact" if usage.exact else "an upper bound")
    yield f"method    {method}, {usage.seconds:.2f} s"
    if before.query:
        yield from _wrapped("query     ", visible(shortened(before.query, _CONSTRAINT_CHARS)))
    if len(before.messages) > 1:
        yield f"messages  {len(after.messages):,} of {len(before.messages):,} kept"
    yield f"lines     {there.lines:,} of {here.lines:,} kept, {here.lines - there.lines:,} left out"
    yield f"chars     {there.chars:,} of {here.chars:,} kept, {here.chars - there.chars:,} left out"


def _table(before: Context, after: Context) -> Iterator[str]:
    roles = _roles(before)
    single = len(before.messages) <= _MESSAGE_ROWS
    groups: dict[tuple[str, str], tuple[int, Amount, Amount]] = {}
    for source, here, there in zip(before.sources, amounts(before), amounts(after), strict=True):
        role = roles.get(source.message)
        if role is None or here.chars == 0:
            continue
        if single and len(before.messages) > 1:
            role = f"{source.message} {role}"
        texts, sum_here, sum_there = groups.get((role, source.kind), (0, NOTHING, NOTHING))
        groups[role, source.kind] = texts + 1, sum_here.plus(here), sum_there.plus(there)
    if not groups:
        return
    rows = list(groups.items()) if single else sorted(groups.items(), key=lambda item: -item[1][1].chars)
    if len(rows) > _TABLE_ROWS:
        rest = [figures for _, figures in rows[_TABLE_ROWS - 1 :]]
        others = sum(f[0] for f in rest), total(f[1] for f in rest), total(f[2] for f in rest)
        rows = [*rows[: _TABLE_ROWS - 1], (("others", ""), others)]
    yield f"{'message' if single else 'role':<14}{'kind':<11}{'texts':>6}{'lines kept':>20}{'chars kept':>22}"
    for (role, kind), (texts, here, there) in rows:
        yield (
            f"{shortened(visible(role), 13):<14}{shortened(visible(kind), 10):<11}{texts:>6,}"
            f"{_of(there.lines, here.lines):>20}{_of(there.chars, here.chars):>22}"
            f"{100 * there.chars / here.chars:>5.0f} %"
        )


def _of(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,}"


def _roles(context: Context) -> dict[int, str]:
    """The role by the number that the sources of a message carry; a bare text is called `text`."""
    column = context.segments.source
    if len(context.sources) == 1 and not context.sources[0].pointer:
        return {context.sources[0].message: "text"}
    return {
        context.sources[column[m.segments.start]].message: m.role for m in context.messages if len(m.segments)
    }


def _reasons(decisions: Decisions) -> Iterator[str]:
    segments = decisions.before.segments
    pieces: dict[tuple[int, int], int] = {}
    chars: dict[tuple[int, int], int] = {}
    for key, start, end in zip(
        zip(decisions.kept, decisions.reason, strict=True), segments.start, segments.end, strict=True
    ):
        pieces[key] = pieces.get(key, 0) + 1
        chars[key] = chars.get(key, 0) + end - start
    for kept, title in ((1, "kept because"), (0, "left out because")):
        rows = sorted((key for key in pieces if bool(key[0]) == bool(kept)), key=lambda key: -chars[key])
        if not rows:
            continue
        yield f"{'pieces':>10}{'chars':>14}  {title}"
        for key in rows[:_REASON_ROWS]:
            reason = shortened(visible(decisions.reasons[key[1]]), _COLUMNS - 26)
            yield f"{pieces[key]:>10,}{chars[key]:>14,}  {reason}"
        if rest := rows[_REASON_ROWS:]:
            yield (
                f"{sum(pieces[key] for key in rest):>10,}{sum(chars[key] for key in rest):>14,}"
                f"  {number_of(len(rest), 'more reason')}"
            )


def _markers(before: Context, markers: Mapping[str, Written]) -> Iterator[str]:
    if not markers:
        return
    yield f"{number_of(len(markers), 'marker')}, each can be expanded by its handle"
    roles = _roles(before)
    for handle, marker in islice(markers.items(), _MARKER_ROWS):
        spans = [span for span in marker.evidence if span.end > span.start]
        lines = max(1, sum(_ended_lines(before.sources[s].text, a, b) for s, a, b in spans))
        size = sum(span.end - span.start for span in spans)
        place = ""
        if spans and len(before.messages) > 1:
            message = before.sources[spans[0].source].message
            place = f", message {message} ({roles.get(message, 'gone')})"
        yield (
            f"  {shortened(visible(handle), 20)}  "
            f"{number_of(lines, 'line')}, {number_of(size, 'character')}{visible(place)}"
        )
    if len(markers) > _MARKER_ROWS:
        yield f"  and {len(markers) - _MARKER_ROWS:,} more"


def _unmarked(before: Context, after: Context, decisions: Decisions, markers: int) -> list[str]:
    """How much was left out that no marker speaks for, and where it stood; nothing where that is nothing."""
    column = before.segments
    there = {
        after.sources[after.segments.source[m.segments.start]].message
        for m in after.messages
        if len(m.segments)
    }
    hidden, rest = 0, dict.fromkeys(("in JSON", "in messages left out whole", "in gaps without a marker"), 0)
    for row, (source, start, end) in enumerate(zip(column.source, column.start, column.end, strict=True)):
        if decisions.kept[row] or row in column.written:
            continue
        hidden += end - start
        if decisions.handle(row):
            continue
        if before.sources[source].message not in there:
            rest["in messages left out whole"] += end - start
        elif before.sources[source].kind == "json":
            rest["in JSON"] += end - start
        else:
            rest["in gaps without a marker"] += end - start
    left = sum(rest.values())
    if not left:
        return []
    places = [f"{where} ({chars:,})" for where, chars in rest.items() if chars]
    listed = " and ".join([", ".join(places[:-1]), places[-1]] if len(places) > 1 else places)
    size = number_of(hidden, "left-out character")
    if not markers:
        return _wrapped("", f"no markers; {size} stood {listed}: see decisions")
    cover = "covers" if markers == 1 else "cover"
    covered = f"{number_of(markers, 'marker')} {cover} {hidden - left:,} of {size}"
    return _wrapped("", f"{covered}; the rest stood {listed}: see decisions")


def _ended_lines(text: str, start: int, end: int) -> int:
    """Line ends in the range; the end of the text is one where it has no other."""
    return line_ends(text, start, end) + (end == len(text) and not text.endswith(("\n", "\r")))


def _constraints(before: Context, decisions: Decisions) -> Iterator[str]:
    lost = lost_constraints(decisions)
    if not lost:
        return
    yield f"{number_of(len(lost), 'constraint')} lost, by text"
    for row in lost[:_CONSTRAINT_ROWS]:
        place = ""
        if len(before.messages) > 1:
            place = f"message {before.sources[before.segments.source[row]].message}: "
        text = visible(shortened(before.segments.text(row).strip(), _CONSTRAINT_CHARS))
        yield from _wrapped("  - ", place + text)
    if len(lost) > _CONSTRAINT_ROWS:
        yield f"  and {len(lost) - _CONSTRAINT_ROWS:,} more"


def _listed(title: str, texts: Iterable[str]) -> Iterator[str]:
    for number, text in enumerate(texts):
        if number == 0:
            yield title
        yield from _wrapped("  - ", visible(text))


def _checks(checks: Sequence[Check]) -> Iterator[str]:
    checks = [check for check in checks if check.name not in _TOLD_APART]
    held = [check.name for check in checks if check.passed]
    if held:
        yield from _wrapped("Checked and held: ", visible(", ".join(dict.fromkeys(held))))
    yield from _listed(
        "Did not hold", [f"{c.name}: {c.detail}" if c.detail else c.name for c in checks if not c.passed]
    )


def _wrapped(head: str, text: str) -> list[str]:
    """The text in lines of at most 80 columns (code points), the first one after `head`."""
    return textwrap.wrap(text, _COLUMNS, initial_indent=head, subsequent_indent=" " * min(len(head), 10)) or [
        head.rstrip()
    ]
