"""`check`: is what somebody wrote borne out by what it was written from?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from limbeck.core.artifact import Artifact, Statement
from limbeck.core.artifact_record import MARK, Cited, read_citations
from limbeck.core.audit import Audit
from limbeck.core.budget import Counter
from limbeck.core.context import Context
from limbeck.core.errors import OptionError
from limbeck.core.findings import Finding
from limbeck.core.source import Span
from limbeck.local.counters import counter as counter_named
from limbeck.methods.guards import Guard
from limbeck.methods.guards.sentences import sentences
from limbeck.methods.speakers import SYSTEM_ROLES, speakers
from limbeck.wire import read

from .compaction import MAX_INPUT_BYTES, check_size
from .options import check_counter, pin_texts, whole_number
from .sources import Given, read_sources

SHORT_SHARE = 0.01
"""A text below this share of its source's tokens is too short to carry it, where nobody asked for a length ..."""
SHORT_FROM_TOKENS = 2_000
"""... if the source has at least so many ..."""
ENOUGH_TOKENS = 200
"""... and the text fewer than these: agents' own summaries of long sessions are below 1 % and say enough."""

AUTHORITIES = SYSTEM_ROLES | {"user"}
"""Whose word is an instruction."""
_CITATION = re.compile(r"\[\d+:\d+-\d+\]")
NO_SOURCE = "the source is empty: nothing can bear the text out"

_BETWEEN = "\n\n"
"""What stands between the texts of messages."""


def check(
    summary: Given | Artifact,
    *,
    against: Given | Sequence[Given],
    pins: Iterable[str] = (),
    complete: bool = False,
    min_tokens: int | None = None,
    max_tokens: int | None = None,
    counter: str | Counter = "o200k_base",
    names: Sequence[str] = (),
    max_input_bytes: int = MAX_INPUT_BYTES,
) -> Audit:
    """Hold a text that anyone wrote against its source: what is wrong, and what is missing.

    No model, no network. What stands word for word in the source is never taken for a hijack. A text is too
    long above `max_tokens` or above its source; it is too short below `min_tokens` or, where that is not
    given, if it is empty, or below both 200 tokens and 1 % of a source of 2,000 tokens or more.

    Args:
        summary: A text; messages or a mapping with `messages`, whose texts are checked one after another
            (what was carried over word for word is clean); an `Artifact`, or its record as a mapping or as
            JSON, whose every statement is then also held against the spans that it cites.
        against: What it was written from: a text, messages, a mapping with `messages`, or a list of several
            of these. A list of mappings with a role is one conversation.
        pins: Literal texts that the summary must hold word for word, white space aside.
        complete: Whether omissions count against `Audit.clean`.
        min_tokens, max_tokens: The length that was asked for.
        counter: An encoding or model name, or a counter. See `limbeck.local.counters.counter`.
        names: What each source is called in the report.
        max_input_bytes: Larger inputs (UTF-8) are refused, the summary and each source alike.

    Returns:
        The audit: `findings`, `omissions`, `clean`, `report()`, `colored()`, `to_json()`.

    Raises:
        FormatError: Neither a text nor messages in a known format; an artifact that is damaged.
        TooLargeError: Over `max_input_bytes`.
        OptionError: An option outside its range; no source.

    Cost: linear in the source, then in the text; no vocabulary but that of the counter is loaded.
    """
    check_counter(counter)
    if not isinstance(complete, bool):
        raise OptionError(f"complete must be True or False, got {complete!r}")
    if min_tokens is not None:
        min_tokens = whole_number("min_tokens", min_tokens, 0, " of tokens")
    if max_tokens is not None:
        max_tokens = whole_number("max_tokens", max_tokens, 1, " of tokens")
    if min_tokens is not None and max_tokens is not None and min_tokens > max_tokens:
        raise OptionError(f"min_tokens ({min_tokens:,}) is above max_tokens ({max_tokens:,})")
    max_input_bytes = whole_number("max_input_bytes", max_input_bytes, 1)
    wanted = pin_texts(pins)
    counting = counter_named(counter) if isinstance(counter, str) else counter
    check_size(against, max_input_bytes)
    if not isinstance(summary, Artifact):
        check_size(summary, max_input_bytes)
    context, origins = read_sources(against, names, counting)
    written = _written(summary, counting)
    guard = Guard(context)
    sourceless = not any(source.text.strip() for source in context.sources)
    if sourceless:
        found = [Finding("unsupported", "", 0, 0, NO_SOURCE)] if written.text.strip() else []
    elif written.cited is not None:
        found = _cited(guard, context, written.cited)
    else:
        found = _examined(guard, written, context)
    missing = [*_unpinned(context, wanted, written.text), *guard.missing(written.text)]
    tokens_text = sum(counting.count_each(written.parts))
    tokens_source = sum(counting.count_each(source.text for source in context.sources))
    length_source = 0 if sourceless else tokens_source
    wrong_length = _length(written.text, tokens_text, length_source, min_tokens, max_tokens)
    everything = [*found, *missing, *wrong_length]
    return Audit(
        text=written.text,
        findings=tuple(sorted((f for f in everything if not f.omission), key=lambda f: (f.start, f.end))),
        omissions=tuple(f for f in everything if f.omission),
        context=context,
        origins=origins,
        speakers=tuple(speakers(context)),
        tokens_source=tokens_source,
        tokens_text=tokens_text,
        counter=counting.name,
        exact=counting.exact,
        complete=complete,
        sentences=tuple((s.start, s.start + len(s.text)) for s in sentences(written.text)),
        notes=(*context.notes, *_strange_pins(context, wanted), *_unknown(counting)),
    )


@dataclass(frozen=True)
class _Written:
    """What is checked: its text, the parts it is counted by, who says each of them, its statements if it cites."""

    text: str
    parts: tuple[str, ...]
    cited: Cited | None = None
    said: tuple[str, ...] = ()


def _written(summary: Given | Artifact, counter: Counter) -> _Written:
    if isinstance(summary, Artifact):
        contents = tuple(source.content for source in summary.before.sources)
        return _of_cited(Cited(summary.text, summary.statements, contents))
    record = _record_in(summary)
    if record is not None:
        return _of_cited(read_citations(record))
    if isinstance(summary, str):
        return _Written(summary, (summary,))
    context, _ = read(summary, counter)
    parts = tuple(source.text for source in context.sources)
    return _Written(_BETWEEN.join(parts), parts, said=tuple(speakers(context)))


def _examined(guard: Guard, written: _Written, context: Context) -> list[Finding]:
    """What is wrong with a text, or with messages; of those that stand whole in the source, only who says them."""
    copied = _copied(written, context)
    found = [
        f for f in guard.examine(written.text) if not any(a <= f.start and f.end <= b for a, b in copied)
    ]
    if len(written.parts) == 1 and any(written.text in source.text for source in context.sources):
        # The rest of its sentence may deny it; but nobody talks who only repeats.
        found = [f for f in found if f.kind != "hijack"]
    return [*found, *_ascribed(written, context)]


def _ascribed(written: _Written, context: Context) -> Iterator[Finding]:
    """Parts that a message of the user or the system says, and that in the source only others say."""
    if context.material:
        return
    says: dict[str, dict[str, Span]] = {}
    for number, (source, role) in enumerate(zip(context.sources, speakers(context), strict=True)):
        says.setdefault(source.text, {}).setdefault(role, Span(number, 0, len(source.text)))
    at = 0
    for part, role in zip(written.parts, written.said, strict=False):
        others = says.get(part, {})
        if part.strip() and role in AUTHORITIES and others and not AUTHORITIES & others.keys():
            other, span = next(iter(others.items()))
            reason = (
                f"stands here in a message of role {role!r}, and in the source only role {other!r} says it"
            )
            yield Finding("role", part, at, at + len(part), reason, (span,))
        at += len(part) + len(_BETWEEN)


def _copied(written: _Written, context: Context) -> list[tuple[int, int]]:
    """Where parts of the text stand that are a whole text of the source."""
    whole = {source.text for source in context.sources}
    found, at = [], 0
    for part in written.parts:
        if part in whole:
            found.append((at, at + len(part)))
        at += len(part) + len(_BETWEEN)
    return found


def _record_in(summary: object) -> Mapping[str, Any] | None:
    """The record of an artifact, if that is what was given, be it as JSON."""
    if isinstance(summary, Mapping):
        return summary if MARK in summary else None
    if not (isinstance(summary, str) and summary.lstrip().startswith("{") and f'"{MARK}"' in summary):
        return None
    try:
        value = json.loads(summary)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and MARK in value else None


def _of_cited(cited: Cited) -> _Written:
    """The text of the artifact; behind it each statement and reason that does not stand in it as it is."""
    lost = []
    for statement, (place, after) in zip(cited.statements, _places(cited), strict=True):
        lost += [statement.text] if place < 0 else []
        lost += [statement.rationale] if statement.rationale and after < 0 else []
    text = "\n\n".join([*([cited.text] if cited.text else []), *lost])
    return _Written(text, (text,), cited._replace(text=text))


def _places(cited: Cited) -> list[tuple[int, int]]:
    """Where each statement and its reason begin in the text, -1 where they do not stand there; in order."""
    found, at = [], 0
    for statement in cited.statements:
        place = cited.text.find(statement.text, at)
        place = cited.text.find(statement.text) if place < 0 else place
        after = -1
        if place >= 0:
            at = place + len(statement.text)
            after = cited.text.find(statement.rationale, at) if statement.rationale else -1
        found.append((place, after))
    return found


def _cited(guard: Guard, context: Context, cited: Cited) -> list[Finding]:
    """What is wrong with statements that cite, each held against its own spans and against the source, and with what
    stands around them."""
    numbers = _numbers(context, cited.contents)
    found: list[Finding] = []
    rest = list(cited.text)
    for statement, (place, after) in zip(cited.statements, _places(cited), strict=True):
        spans = [s._replace(source=numbers[s.source]) for s in statement.evidence if s.source in numbers]
        inside = [s for s in spans if s.end <= len(context.sources[s.source].text)]
        if len(inside) < len(statement.evidence) or not statement.evidence:
            reason = "cites a text that is not in this source" if statement.evidence else "cites nothing"
            found.append(_about(statement, place, reason))
        if not (statement.quoted and inside):
            found.extend(_moved(_held(guard, statement.text, inside), max(place, 0)))
        elif statement.text != _texts(context, inside)[0]:
            found.append(_about(statement, place, "is not the text that it quotes", tuple(inside)))
        _blank(rest, place, len(statement.text))
        if statement.rationale:
            found.extend(_moved(_held(guard, statement.rationale, inside), max(after, 0)))
            _blank(rest, after, len(statement.rationale))
    around = _CITATION.sub(lambda cite: " " * len(cite[0]), "".join(rest))
    found.extend(guard.examine(around) if any(map(str.isalnum, around)) else ())
    return found


def _blank(rest: list[str], start: int, count: int) -> None:
    """Put spaces in the place of what was examined; lines stay lines."""
    for at in range(start, start + count) if start >= 0 else ():
        rest[at] = rest[at] if rest[at] in "\r\n" else " "


def _held(guard: Guard, text: str, spans: Sequence[Span]) -> list[Finding]:
    """What is wrong with a written text; that it cites nothing is said of its statement."""
    return guard.examine_statement(text, spans) if spans else guard.examine(text)


def _numbers(context: Context, contents: Sequence[str]) -> dict[int, int]:
    """For each source that is cited, which of the context's it is: the same text, and the same number if it can."""
    known: dict[str, list[int]] = {}
    for number, source in enumerate(context.sources):
        known.setdefault(source.content, []).append(number)
    return {
        number: number if number in known[content] else known[content][0]
        for number, content in enumerate(contents)
        if content in known
    }


def _texts(context: Context, spans: Sequence[Span]) -> list[str]:
    return [context.sources[span.source].text[span.start : span.end] for span in spans]


def _about(statement: Statement, place: int, reason: str, evidence: tuple[Span, ...] = ()) -> Finding:
    start = max(place, 0)
    return Finding("citation", statement.text, start, start + len(statement.text), reason, evidence)


def _moved(findings: Iterable[Finding], by: int) -> list[Finding]:
    return [replace(f, start=f.start + by, end=f.end + by) if f.end > f.start else f for f in findings]


def _unpinned(context: Context, pins: Sequence[str], text: str) -> list[Finding]:
    """The pins that the text does not hold, white space aside."""
    folded = " ".join(text.split())
    return [
        Finding("must-keep", pin, 0, 0, "pinned by the user", tuple(_first(context, pin)))
        for pin in pins
        if pin not in text and " ".join(pin.split()) not in folded
    ]


def _first(context: Context, pin: str) -> list[Span]:
    """The first place at which a pin stands in the source, if any."""
    for number, source in enumerate(context.sources):
        at = source.text.find(pin)
        if at >= 0:
            return [Span(number, at, at + len(pin))]
    return []


def _unknown(counter: Counter) -> list[str]:
    """A hint where the counter was named as nothing that is known."""
    if not counter.name.startswith("unknown~"):
        return []
    return [
        "the counter's name is no model or encoding that is known: the figures are an upper bound for any model"
    ]


def _strange_pins(context: Context, pins: Sequence[str]) -> list[str]:
    return [f"pin {pin!r} stands nowhere in the source" for pin in pins if not _first(context, pin)]


def _length(text: str, tokens: int, source: int, least: int | None, most: int | None) -> list[Finding]:
    found = []
    if least is not None:
        if tokens < least:
            found.append(Finding("short", "", 0, 0, f"{tokens:,} tokens, at least {least:,} were asked for"))
    elif source and not text.strip():
        found.append(Finding("short", "", 0, 0, "there is no text"))
    elif source >= SHORT_FROM_TOKENS and tokens < min(SHORT_SHARE * source, ENOUGH_TOKENS):
        reason = f"{tokens:,} tokens are less than {100 * SHORT_SHARE:g} % of the source's {source:,}"
        found.append(Finding("short", "", 0, 0, reason))
    if most is not None and tokens > most:
        found.append(Finding("long", "", 0, 0, f"{tokens:,} tokens, at most {most:,} were asked for"))
    elif tokens > source > 0 and text.strip():
        found.append(Finding("long", "", 0, 0, f"{tokens:,} tokens, more than the source's {source:,}"))
    return found
