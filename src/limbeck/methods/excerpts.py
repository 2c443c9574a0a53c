"""A part of a context as a context of its own, over the same sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from limbeck.core.context import Context, Segments
from limbeck.core.source import Span


def excerpt(context: Context, spans: Sequence[Span]) -> Context:
    """The context with only those segments that hold a part of the spans.

    Messages of which nothing is left are gone. Spans still point into the original sources. What a segment
    needs is left behind where it stands in no span. Linear.

    Args:
        context: Any.
        spans: In ascending order by source and start, not overlapping.
    """
    old = context.segments
    within: dict[int, list[Span]] = {}
    for span in spans:
        within.setdefault(span.source, []).append(span)
    new: dict[int, int] = {}
    messages = []
    at: dict[int, int] = {}
    for message in context.messages:
        first = len(new)
        for row in message.segments:
            source, start, end = old.span(row)
            places, place = within.get(source, []), at.get(source, 0)
            while place < len(places) and places[place].end <= start:
                place += 1
            at[source] = place
            if row not in old.written and place < len(places) and places[place].start < end:
                new[row] = len(new)
        if len(new) > first:
            messages.append(replace(message, segments=range(first, len(new))))
    segments = Segments(old.sources, form=bytearray(old.form[row] for row in new), pins=list(old.pins))
    segments.pin.extend(old.pin[row] for row in new)
    for row in new:
        segments.source.append(old.source[row])
        segments.start.append(old.start[row])
        segments.end.append(old.end[row])
        segments.needs.append(new.get(old.needs[row], -1))
    return replace(context, messages=tuple(messages), segments=segments)
