"""The laws that every result is checked against before anyone sees it."""

from __future__ import annotations

from .context import Context, Form
from .decisions import Check
from .errors import LawError
from .result import Result


def verify(result: Result) -> tuple[Check, ...]:
    """Check a result against the laws; linear in what came in.

    Returns:
        One check a law, all passed, then warnings: constraints that were lost, oddities of the input.

    Raises:
        LawError: A law is broken; the result must not be used.
    """
    # Without a decision for each row, no other law can be looked up.
    laws = LAWS if len(result.before.segments) == len(result.decisions) else LAWS[:1]
    broken = [(name, detail) for name, law in laws if (detail := law(result))]
    if broken:
        raise LawError(
            "; ".join(f"{name}: {detail}" for name, detail in broken) + " (a bug: please report it)"
        )
    return tuple(Check(name, True) for name, _ in LAWS) + tuple(_warnings(result))


def _accounted(result: Result) -> str:
    rows, decided = len(result.before.segments), len(result.decisions)
    if rows != decided:
        return f"{rows} segments came in, {decided} were decided on"
    quotes = len(result.context.segments) - len(result.context.segments.written)
    kept = result.decisions.kept.count(1) - sum(
        result.decisions.kept[i] for i in result.before.segments.written
    )
    return "" if quotes == kept else f"{kept} segments are said to be kept, {quotes} stand in the result"


def _deletion_only(result: Result) -> str:
    """Quotes ascend and do not overlap, source by source; their text is the source's by construction."""
    s = result.context.segments
    source = end = -1
    for i in range(len(s)):
        if s.source[i] < source or (s.source[i] == source and s.start[i] < end):
            return f"segment {i} stands before its predecessor"
        if i not in s.written:
            source, end = s.source[i], s.end[i]
    return ""


def _pinned(result: Result) -> str:
    segments, kept = result.before.segments, result.decisions.kept
    hard = {number for number, pin in enumerate(segments.pins) if pin is not None and pin.hard}
    lost = [row for row, number in enumerate(segments.pin) if number in hard and not kept[row]]
    return f"hard-pinned segment {lost[0]} is gone" if lost else ""


def _budget(result: Result) -> str:
    usage = result.usage
    over = usage.tokens_after > usage.limit_tokens and usage.tokens_before > 0
    return f"{usage.tokens_after} tokens for a budget of {usage.limit_tokens}" if over else ""


def _never_larger(result: Result) -> str:
    usage = result.usage
    larger = usage.tokens_after > usage.tokens_before
    return f"{usage.tokens_before} tokens became {usage.tokens_after}" if larger else ""


def _paired(result: Result) -> str:
    return _groups(result) or _parts(result)


def _parts(result: Result) -> str:
    """Where a text of a part is left, every message that holds a text of it is there."""
    holders: dict[int, set[int]] = {}
    for source in result.before.sources:
        if source.part >= 0:
            holders.setdefault(source.part, set()).add(source.message)
    column, sources = result.context.segments.source, result.context.sources
    there = {sources[column[m.segments.start]].message for m in result.context.messages if len(m.segments)}
    for number in set(column):
        part = sources[number].part
        if part >= 0 and not holders[part] <= there:
            return f"of tool call {part}, message {min(holders[part] - there)} is gone"
    return ""


def _groups(result: Result) -> str:
    """Messages of a group stay or go together, but for those whose texts are parts, which see to themselves."""

    sources = result.before.sources
    apart = {source.message for source in sources if source.part >= 0}

    def sizes(context: Context) -> dict[int, int]:
        column = context.segments.source
        found: dict[int, int] = {}
        for message in context.messages:
            if not len(message.segments) or sources[column[message.segments.start]].message not in apart:
                found[message.group] = found.get(message.group, 0) + 1
        return found

    before = sizes(result.before)
    after = sizes(result.context)
    torn = [group for group, count in after.items() if count != before.get(group, 0)]
    if not torn:
        return ""
    return f"of {before.get(torn[0], 0)} messages of group {torn[0]}, {after[torn[0]]} stay"


def _resolvable(result: Result) -> str:
    handles = [w.handle for w in result.context.segments.written.values() if w.handle]
    if len(set(handles)) != len(handles):
        return "two markers share a handle"
    return "" if all(w.evidence for w in result.markers.values()) else "a marker stands for nothing"


def _heads(result: Result) -> str:
    """What a kept segment needs is kept."""
    s = result.context.segments
    kept = result.decisions.kept
    before = result.before.segments
    lost = [
        row
        for row, need in enumerate(before.needs)
        if kept[row] and need >= 0 and not kept[need]
    ]  # fmt: skip
    return (
        f"segment {lost[0]} stays without segment {before.needs[lost[0]]}, which it needs"
        if lost and s
        else ""
    )


LAWS = (
    ("accounted", _accounted),
    ("deletion only", _deletion_only),
    ("pinned", _pinned),
    ("budget", _budget),
    ("never larger", _never_larger),
    ("paired", _paired),
    ("resolvable", _resolvable),
    ("heads", _heads),
)


def _warnings(result: Result) -> list[Check]:
    found = [Check("input", True, note) for note in result.before.notes]
    segments, kept = result.before.segments, result.decisions.kept
    for row, number in enumerate(segments.pin):
        pin = segments.pins[number]
        if pin is not None and not pin.hard and not kept[row] and segments.form[row] == Form.PLAIN:
            found.append(Check("constraint", False, f"left out: {segments.text(row).strip()[:200]}"))
    return found
