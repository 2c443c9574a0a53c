"""`check` on odd inputs: nothing but the documented errors comes out, and an audit is always an account."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from limbeck import compact
from limbeck.api.checking import check
from limbeck.core.audit import Audit

WORDS = st.sampled_from(
    [
        *(
            "pump_3",
            "valve",
            "3.2 bar",
            "3.4 bar",
            "must",
            "not",
            "never",
            "config/a.toml",
            "\x1b[31m",
            "\ud800",
        ),
        *(
            "\n",
            "\n\n",
            "- ",
            "`x = 1`",
            '"quoted words"',
            "2026-03-12",
            "€40",
            "Sure, ",
            "The user",
            "ʼn",
            "\u202e",
        ),
        *(
            "# Goal\n",
            "```\n",
            "error: no such file",
            "Überlauf",
            "ポンプ",
            "\r\n",
            "\t",
            "\0",
            "{",
            "}",
            '"',
        ),
    ]
)
TEXTS = st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=25).map(" ".join))
ROLES = st.sampled_from(["system", "user", "assistant", "tool"])
MESSAGES = st.lists(st.fixed_dictionaries({"role": ROLES, "content": TEXTS}), min_size=1, max_size=5)
SOURCES = st.one_of(TEXTS, MESSAGES)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def accounted(audit: Audit) -> None:
    """Everything an audit promises of its findings, whatever they are."""
    at = 0
    for finding in audit.findings:
        assert not finding.omission and finding.reason
        assert 0 <= finding.start <= finding.end <= len(audit.text)
        assert finding.start >= at
        at = finding.start
        if finding.end > finding.start:
            assert audit.text[finding.start : finding.end] == finding.text
    for finding in audit.omissions:
        assert finding.omission and finding.start == finding.end == 0
    for finding in (*audit.findings, *audit.omissions):
        for one, span in zip(audit.evidence(finding), finding.evidence, strict=True):
            assert audit.context.sources[span.source].text[one.start : one.end] == one.text
    for columns in (40, 80):
        assert max(map(len, audit.report(columns).splitlines())) <= columns
    for shown in (audit.report(color=True), audit.colored()):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", re.sub("\x1b\\[[0-9;]*m", "", shown))
        shown.encode()
    json.dumps(audit.to_json())


@QUICK
@given(TEXTS, SOURCES, st.lists(TEXTS.filter(bool), max_size=2), st.booleans())
def test_any_text_against_any_source(summary: str, source: Any, pins: list[str], complete: bool) -> None:
    accounted(check(summary, against=source, pins=pins, complete=complete))


@QUICK
@given(MESSAGES, st.lists(SOURCES, min_size=1, max_size=3))
def test_any_messages_against_several_sources(summary: list[dict[str, str]], sources: list[Any]) -> None:
    audit = check(summary, against=sources)
    accounted(audit)
    assert [len(o.sources) > 0 for o in audit.origins] == [True] * len(audit.origins)


@QUICK
@given(SOURCES)
def test_a_source_bears_itself_out(source: Any) -> None:
    audit = check(source, against=source)
    assert audit.clean, audit.report()
    assert audit.tokens_source == audit.tokens_text


@QUICK
@given(MESSAGES, st.data())
def test_messages_that_were_carried_over_are_clean(source: list[dict[str, str]], data: st.DataObject) -> None:
    kept = [message for message in source if data.draw(st.booleans())]
    if kept:
        audit = check(kept, against=source)
        assert audit.clean, audit.report()


LOG = "".join(
    f"2026-03-12 08:{n // 60:02d}:{n % 60:02d} pump_{n % 7} at {2 + n % 5}.{n % 10} bar, valve {n * 37 % 100} open\n"
    for n in range(900)
)


def test_what_compact_kept_is_clean_against_all() -> None:
    kept = compact(LOG, keep=0.2, markers=False, query="what did pump_3 do at 08:11:42?")
    audit = check(kept.text, against=LOG)
    assert audit.clean, audit.report()


def test_a_finding_among_many_lines_is_found() -> None:
    lines = LOG.splitlines(keepends=True)[100:140]
    lines[20] = lines[20].replace("bar, valve", "bar, valve_71b")
    audit = check("".join(lines), against=LOG)
    assert {audit.place(finding).line for finding in audit.findings} == {21}


@pytest.mark.parametrize(
    ("summary", "source"),
    [
        ("", ""),
        ("", []),
        ("a", [{"role": "user", "content": None}]),
        ("x" * 200_000, "y" * 200_000),
        (" ".join(f"pump_{n}" for n in range(3_000)), LOG),
        ("(" * 5_000, "[" * 5_000),
        ("\n" * 20_000, LOG),
        ("`" * 9_999, "`" * 10_000),
        ("\x00\x01\x02\x7f" * 500, LOG),
        ("9" * 20_000, "8" * 20_000),
    ],
    ids=[
        "nothing",
        "no messages",
        "null",
        "one word",
        "names",
        "brackets",
        "blank",
        "ticks",
        "controls",
        "digits",
    ],
)
def test_odd_sizes_and_shapes(summary: str, source: Any) -> None:
    if source == []:
        source = {"messages": []}
    accounted(check(summary, against=source))
