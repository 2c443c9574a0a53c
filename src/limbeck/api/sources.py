"""What a written text is held against: one source or several, read into one context and told apart in it."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from limbeck.core.audit_rows import Origin
from limbeck.core.budget import Counter
from limbeck.core.context import Context, Message, Segments
from limbeck.core.errors import OptionError
from limbeck.core.source import Source
from limbeck.wire import read

Given = str | Sequence[Mapping[str, Any]] | Mapping[str, Any]

DOCUMENT_ROLE = "document"
"""The role of a bare text that stands beside a conversation: nobody in it said what it says."""


def read_sources(
    against: Given | Sequence[Given], names: Sequence[str], counter: Counter
) -> tuple[Context, tuple[Origin, ...]]:
    """One context over all sources, without pins, and which of it came from where.

    A text, a mapping with `messages`, and a list of messages (mappings with a role) are one source each. Any
    other list is a list of sources.

    Args:
        against: The source, or several.
        names: What each is called; none for `source`, or `source 1`, `source 2`, ...
        counter: Counts names and other short texts beside the messages.

    Raises:
        FormatError: One of them is neither a text nor messages in a known format.
        OptionError: There is no source, or not one name for each.

    Cost: that of reading them.
    """
    given = sources_in(against)
    if not given:
        raise OptionError("against is an empty list; give a text, messages, or several of them")
    if names and len(names) != len(given):
        raise OptionError(f"{len(names)} names for {len(given)} sources; give one for each, or none")
    called = list(names) or (
        ["source"] if len(given) == 1 else [f"source {number}" for number in range(1, len(given) + 1)]
    )
    contexts = [_unpinned(read(one, counter)[0]) for one in given]
    bare = [isinstance(one, str) for one in given]
    if any(bare) and not all(bare):
        contexts = [_document(c) if text else c for c, text in zip(contexts, bare, strict=True)]
    context, origins = contexts[0] if len(contexts) == 1 else joined(contexts), []
    source = message = 0
    for name, text, one in zip(called, bare, contexts, strict=True):
        count = len(one.messages)
        origins.append(Origin(name, range(source, source + len(one.sources)), message, 0 if text else count))
        source, message = source + len(one.sources), message + count
    return context, tuple(origins)


def sources_in(against: Given | Sequence[Given]) -> list[Given]:
    """The sources one by one; see `read_sources` for what is one."""
    if isinstance(against, str | bytes | bytearray | Mapping) or not isinstance(against, Sequence):
        return [against]
    if against and all(isinstance(one, Mapping) and "role" in one for one in against):
        return [against]  # type: ignore[list-item]  # all are mappings, so it is a list of messages
    return list(against)


def joined(contexts: Sequence[Context]) -> Context:
    """Several contexts one after another: messages, groups and parts keep what they are within each.

    It is material only if all are. The query is that of the first. Pins are left out. Linear.

    Args:
        contexts: At least one; as read, so without written segments.
    """
    sources, messages, notes = list[Source](), list[Message](), list[str]()
    columns = Segments(())
    group = part = 0
    for context in contexts:
        segments, row, first, message = context.segments, len(columns), len(sources), len(messages)
        columns.source.extend(array("i", [number + first for number in segments.source]))
        columns.start.extend(segments.start)
        columns.end.extend(segments.end)
        columns.needs.extend(array("i", [need + row if need >= 0 else -1 for need in segments.needs]))
        columns.form.extend(segments.form)
        columns.pin.extend(bytes(len(segments)))
        for source in context.sources:
            own = source.part + part if source.part >= 0 else -1
            sources.append(replace(source, message=source.message + message, part=own))
        for m in context.messages:
            rows = range(m.segments.start + row, m.segments.stop + row)
            messages.append(replace(m, segments=rows, group=m.group + group))
        notes.extend(context.notes)
        group = max((m.group for m in messages), default=-1) + 1
        part = max((source.part for source in sources), default=-1) + 1
    columns.sources = tuple(sources)
    material = all(context.material for context in contexts)
    return Context(tuple(messages), columns.sources, columns, contexts[0].query, material, tuple(notes))


def _unpinned(context: Context) -> Context:
    """Without the pins that only keep a format valid when messages are left out."""
    pin = bytearray(len(context.segments))
    return replace(context, segments=replace(context.segments, pin=pin, pins=[None]))


def _document(context: Context) -> Context:
    return replace(context, messages=tuple(replace(m, role=DOCUMENT_ROLE) for m in context.messages))
