"""A whole result as plain values that JSON can carry, and back.

A record holds the original texts once, every decision, and what was rendered, so that it can be reported on
and its markers expanded in another process, long after. It does not hold what is needed to compact again.
"""

from __future__ import annotations

import math
import sys
from array import array
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from .context import Context, Form, Message, Pin, Segments, Written
from .decisions import Check, Decisions, Usage
from .errors import FormatError
from .record_fields import conform
from .result import Result
from .source import Source, Span

VERSION = 1


@dataclass(frozen=True)
class RecordedBody:
    """A rendering that was made earlier; it fits the one context it was made of.

    Attributes:
        format: The format that came in.
        context: The context that was rendered.
        rendered: Its messages.
        everything: The whole thing in kind.
    """

    format: str
    context: Context
    rendered: list[dict[str, Any]]
    everything: Any

    def messages(self, context: Context) -> list[dict[str, Any]]:
        self._only(context)
        return deepcopy(self.rendered)

    def whole(self, context: Context) -> Any:
        self._only(context)
        return deepcopy(self.everything)

    def _only(self, context: Context) -> None:
        if context is not self.context:
            raise FormatError(
                "a result that was read from a record can be reported on and expanded, not compacted again; "
                "compact the original, or the record's messages"
            )


def to_record(result: Result) -> dict[str, Any]:
    """The whole result as JSON values. Linear in the segments; about 150 bytes of JSON for each.

    `kept_spans` are code points of the texts of `sources` joined by newlines; all other spans are
    `[source, start, end]` or the fields of that name. An infinite score is written as the largest
    float, and a score that is no number as null. A text with two lone surrogates that would make a pair
    does not survive JSON; `from_record` notices.
    """
    context, before, decisions = result.context, result.before, result.decisions
    messages, text = result.messages, result.text
    record: dict[str, Any] = {
        "limbeck_record": VERSION,
        "format": result.body.format if result.body is not None else "",
        "method": result.method,
        "query": before.query,
        "material": before.material,
        "usage": result.usage._asdict(),
        "checks": [check._asdict() for check in result.checks],
        "notes": list(before.notes),
        "messages": messages,
        "text": text,
        "kept_spans": [list(span) for span in result.kept_spans],
        "markers": [
            {"handle": w.handle, "text": w.text, "evidence": [list(span) for span in w.evidence]}
            for w in result.markers.values()
        ],
        "sources": [
            {"message": s.message, "pointer": s.pointer, "kind": s.kind, "part": s.part}
            | {"content": s.content, "text": s.text}
            for s in context.sources
        ],
        "input": [
            {"role": m.role, "group": m.group, "rider_tokens": m.rider_tokens, "segments": len(m.segments)}
            for m in before.messages
        ],
        "decisions": [_decision(decisions, row) for row in range(len(decisions))],
        "written": [
            {"row": row, "handle": w.handle, "text": w.text, "evidence": [list(span) for span in w.evidence]}
            | dict(zip(("source", "start", "end"), context.segments.span(row), strict=True))
            for row, w in sorted(context.segments.written.items())
        ],
    }
    whole = result.body.whole(context) if result.body is not None else messages
    if whole != text and whole != messages:
        record["whole"] = whole
    elif whole == text:
        record["whole_is"] = "text"
    return record


def from_record(record: Mapping[str, Any]) -> Result:
    """The result that `to_record` wrote: it reports, expands and lists decisions as the first one did.

    Its body renders what was recorded; compacting it again raises FormatError.

    Raises:
        FormatError: Not a record, of another version, or damaged.
    """
    if not isinstance(record, Mapping) or "limbeck_record" not in record:
        raise FormatError(
            "not a limbeck record; `limbeck compact --json` and `--record FILE` write one, "
            "and limbeck.core.record.to_record makes one"
        )
    if record["limbeck_record"] != VERSION:
        raise FormatError(
            f"the record has version {record['limbeck_record']!r}, this program reads version {VERSION}; "
            "compact the original again"
        )
    conform(record)
    try:
        return _result(record)
    except (ValueError, OverflowError) as error:
        raise FormatError(f"the limbeck record is damaged: {error}") from error


def _decision(decisions: Decisions, row: int) -> dict[str, Any]:
    segments = decisions.before.segments
    entry: dict[str, Any] = {
        "source": segments.source[row],
        "start": segments.start[row],
        "end": segments.end[row],
        "kept": bool(decisions.kept[row]),
        "reason": decisions.reasons[decisions.reason[row]],
        "score": _score(decisions.score[row]),
        "marker": decisions.handle(row),
    }
    if segments.form[row] != Form.PLAIN:
        entry["form"] = segments.form[row]
    if segments.needs[row] >= 0:
        entry["needs"] = segments.needs[row]
    pin = segments.pins[segments.pin[row]]
    if pin is not None:
        entry["pin"] = {"hard": pin.hard, "reason": pin.reason, "weight": pin.weight}
    written = segments.written.get(row)
    if written is not None:
        entry["written"] = {
            "handle": written.handle,
            "text": written.text,
            "evidence": [list(span) for span in written.evidence],
        }
    return entry


def _score(score: float) -> float | None:
    if math.isfinite(score):
        return score
    return None if math.isnan(score) else math.copysign(sys.float_info.max, score)


def _read_score(score: float | None) -> float:
    if score is None:
        return math.nan
    return math.copysign(math.inf, score) if abs(score) == sys.float_info.max else score


def _result(record: Mapping[str, Any]) -> Result:
    sources = tuple(
        Source(s["text"], s["message"], s["pointer"], s["kind"], s.get("part", -1)) for s in record["sources"]
    )
    for number, (source, entry) in enumerate(zip(sources, record["sources"], strict=True)):
        if source.content != entry["content"]:
            raise ValueError(f"the text of source {number} does not have the sha256 that was recorded")
    before = _before(record, sources)
    decisions = _decisions(record["decisions"], before)
    after = _after(record["written"], before, decisions)
    usage = Usage(**record["usage"])
    checks = tuple(Check(**check) for check in record["checks"])
    text = record["text"]
    messages = list(record["messages"])
    everything = record.get("whole", text if record.get("whole_is") == "text" else messages)
    body = RecordedBody(record["format"], after, messages, everything)
    return Result(after, before, decisions, usage, checks, record["method"], body)


def _written(entry: Mapping[str, Any], sources: tuple[Source, ...]) -> Written:
    evidence = tuple(Span(*span) for span in entry["evidence"])
    for number, start, end in evidence:
        _within(number, start, end, sources)
    return Written(entry["text"], evidence, entry["handle"])


def _within(number: int, start: int, end: int, sources: tuple[Source, ...]) -> None:
    if not (0 <= number < len(sources) and 0 <= start <= end <= len(sources[number].text)):
        raise ValueError(f"span [{start}, {end}) does not lie in source {number}")


def _add(segments: Segments, span: Span, pin: int = 0, form: int = 0, needs: int = -1) -> None:
    _within(*span, segments.sources)
    segments.source.append(span.source)
    segments.start.append(span.start)
    segments.end.append(span.end)
    segments.needs.append(needs)
    segments.form.append(form)
    segments.pin.append(pin)


def _before(record: Mapping[str, Any], sources: tuple[Source, ...]) -> Context:
    segments = Segments(sources)
    for row, entry in enumerate(record["decisions"]):
        pin = entry.get("pin")
        number = segments.pin_index(Pin(pin["hard"], pin["reason"], pin["weight"])) if pin else 0
        if number > 255:
            raise ValueError("its decisions have more than 255 different pins")
        needs = entry.get("needs", -1)
        if not -1 <= needs < len(record["decisions"]):
            raise ValueError(f"decision {row} needs decision {needs}, which does not exist")
        span = Span(entry["source"], entry["start"], entry["end"])
        _add(segments, span, number, Form(entry.get("form", 0)), needs)
        if "written" in entry:
            segments.written[row] = _written(entry["written"], sources)
    messages: list[Message] = []
    at = 0
    for m in record["input"]:
        stop = at + m["segments"]
        if stop < at:
            raise ValueError(f"message {len(messages)} has {m['segments']} segments")
        messages.append(Message(m["role"], range(at, stop), m["group"], m["rider_tokens"]))
        at = stop
    if at != len(segments):
        raise ValueError(f"{at} segments in messages, {len(segments)} decisions")
    return Context(
        tuple(messages), sources, segments, record["query"], record["material"], tuple(record["notes"])
    )


def _decisions(entries: list[Mapping[str, Any]], before: Context) -> Decisions:
    reasons: dict[str, int] = {}
    handles: dict[str, int] = {}
    kept, reason = bytearray(), bytearray()
    score, marker = array("d"), array("i")
    for entry in entries:
        kept.append(bool(entry["kept"]))
        number = reasons.setdefault(entry["reason"], len(reasons))
        if number > 255:
            raise ValueError("its decisions have more than 256 different reasons")
        reason.append(number)
        score.append(_read_score(entry["score"]))
        handle = entry["marker"]
        marker.append(handles.setdefault(handle, len(handles)) if handle else -1)
    return Decisions(before, kept, reason, tuple(reasons), score, marker, tuple(handles))


def _after(written: Sequence[Mapping[str, Any]], before: Context, decisions: Decisions) -> Context:
    """The quotes that were kept, with the written segments put back at their rows."""
    old, segments = before.segments, Segments(before.sources, pins=list(before.segments.pins))
    at_row = {entry["row"]: entry for entry in written}
    quotes = iter([row for row in range(len(decisions)) if decisions.kept[row] and row not in old.written])
    place: dict[int, int] = {}  # where the rows that were kept stand now
    size = len(written) + decisions.kept.count(1) - sum(decisions.kept[row] for row in old.written)
    for here in range(size):
        entry = at_row.get(here)
        if entry is not None:
            segments.written[here] = _written(entry, before.sources)
            _add(segments, Span(entry["source"], entry["start"], entry["end"]))
        else:
            row = next(quotes, -1)
            if row < 0:
                raise ValueError(f"what was written for row {max(at_row)} has no place among {size} rows")
            place[row] = here
            _add(segments, old.span(row), old.pin[row], old.form[row], old.needs[row])
    for here in range(size):  # a need may point forward, so only now
        if here not in segments.written:
            segments.needs[here] = place.get(segments.needs[here], -1)
    messages = _survivors(before, segments)
    return Context(messages, before.sources, segments, before.query, before.material, before.notes)


def _survivors(before: Context, segments: Segments) -> tuple[Message, ...]:
    column, sources = before.segments.source, before.sources
    known = {sources[column[m.segments.start]].message: m for m in before.messages if len(m.segments)}
    starts = [
        row
        for row in range(len(segments))
        if row == 0 or sources[segments.source[row]].message != sources[segments.source[row - 1]].message
    ]
    survivors = []
    for start, stop in pairwise([*starts, len(segments)]):
        number = sources[segments.source[start]].message
        m = known.get(number)
        if m is None:
            raise ValueError(f"source {segments.source[start]} stands in message {number}, where it is not")
        survivors.append(Message(m.role, range(start, stop), m.group, m.rider_tokens))
    return tuple(survivors)
