"""An audit: places, evidence, the table, the colored text, the JSON."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limbeck.core.audit import Audit
from limbeck.core.audit_colors import colored_text
from limbeck.core.audit_excerpts import excerpt, focus_of
from limbeck.core.audit_rows import EVIDENCE_CHARS, SENTENCE_CHARS, Origin, place_of
from limbeck.core.findings import Finding
from limbeck.core.source import Span
from limbeck.local.counters import counter
from limbeck.wire import read

ESCAPES = re.compile("\x1b\\[[0-9;]*m")
TEXT = "The pump ran at 340 bar.\nIt stopped twice. The valve is valve_9.\n"
MESSAGES = [
    {"role": "user", "content": "What did the pump do?\nNever open valve_7."},
    {"role": "assistant", "content": "I read the log."},
    {"role": "tool", "tool_call_id": "c", "content": "pump at 430 bar\nvalve_7 closed\n"},
]


def finding(words: str, kind: str = "altered", text: str = TEXT, evidence: tuple[Span, ...] = ()) -> Finding:
    start = text.index(words)
    return Finding(kind, words, start, start + len(words), "the source says otherwise", evidence)  # type: ignore[arg-type]  # parametrized


def audit_of(*found: Finding, text: str = TEXT, complete: bool = False, exact: bool = True) -> Audit:
    context, _ = read(MESSAGES, counter("o200k_base"))
    return Audit(
        text=text,
        findings=tuple(f for f in found if not f.omission),
        omissions=tuple(f for f in found if f.omission),
        context=context,
        origins=(Origin("session.json", range(len(context.sources)), 0, len(context.messages)),),
        speakers=("user", "assistant", "tool"),
        tokens_source=40,
        tokens_text=20,
        counter="o200k_base",
        exact=exact,
        complete=complete,
        sentences=((0, 24), (25, 42), (42, 65)),
        notes=("a pin stands nowhere",) if complete else (),
    )


WRONG = finding("340 bar", evidence=(Span(2, 8, 15),))
LOST = Finding("must-keep", "Never open valve_7.", 0, 0, "states a constraint", (Span(0, 22, 41),))


def test_a_place_is_a_line_a_column_and_a_sentence() -> None:
    audit = audit_of(WRONG, finding("valve_9"))
    assert audit.place(audit.findings[0]) == (1, 17, "The pump ran at 340 bar.")
    assert audit.place(audit.findings[1]) == (2, 32, "The valve is valve_9.")
    assert audit.place(LOST) == (0, 0, "")


@pytest.mark.parametrize("start", [0, 5, 199, 200, 201, 4_000, 9_800, 9_995])
def test_of_a_long_sentence_the_part_around_the_finding_is_shown(start: int) -> None:
    text = "".join(f"{n:04d} " for n in range(2_000))
    finding = Finding("unsupported", text[start : start + 4], start, start + 4, "why")
    place = place_of(text, [(0, len(text))], finding)
    assert finding.text in place.sentence and place.sentence in text
    assert SENTENCE_CHARS // 2 - 5 <= len(place.sentence) <= SENTENCE_CHARS
    whole = Finding("hijack", text, 0, len(text), "why")
    assert place_of(text, [(0, len(text))], whole).sentence == text[:SENTENCE_CHARS].strip()


def test_a_finding_outside_all_sentences_shows_its_line() -> None:
    text = "## Head\n- One bed is dry.\n- Two are wet.\n"
    found = [finding(words, text=text) for words in ("Head", "- ", "dry", "wet", "\n")]
    shown = [place_of(text, [(10, 25), (28, 40)], f).sentence for f in found]
    assert shown == ["## Head", "- One bed is dry.", "One bed is dry.", "Two are wet.", "## Head"]
    assert place_of(text, [], found[2]).sentence == "- One bed is dry."


def test_a_finding_that_reaches_over_a_sentence_shows_all_of_it() -> None:
    audit = audit_of(finding("340 bar.\nIt stopped"))
    assert audit.place(audit.findings[0]).sentence == "The pump ran at 340 bar.\nIt stopped"


def test_evidence_names_source_message_speaker_and_line() -> None:
    (one,) = audit_of(WRONG).evidence(WRONG)
    assert one == ("session.json", 2, "tool", 8, 15, 1, "430 bar")
    (two,) = audit_of(LOST).evidence(LOST)
    assert (two.message, two.role, two.line, two.text) == (0, "user", 2, "Never open valve_7.")


def test_evidence_in_one_of_several_sources() -> None:
    context, _ = read(MESSAGES, counter("o200k_base"))
    origins = (Origin("a.txt", range(1), 0, 0), Origin("b.json", range(1, 3), 1, 2))
    audit = replace(audit_of(WRONG, LOST), context=context, origins=origins)
    assert audit.evidence(WRONG)[0][:3] == ("b.json", 1, "tool")
    assert audit.evidence(LOST)[0][:3] == ("a.txt", None, "")
    assert "b.json, message 1 (tool), line 1:" in audit.report()
    assert "a.txt, line 2\n" in audit.report()


@pytest.mark.parametrize(
    ("found", "complete", "clean"),
    [
        ((), False, True),
        ((), True, True),
        ((WRONG,), False, False),
        ((LOST,), False, True),
        ((LOST,), True, False),
        ((WRONG, LOST), True, False),
    ],
    ids=["none", "none complete", "wrong", "lost", "lost complete", "both"],
)
def test_clean(found: tuple[Finding, ...], complete: bool, clean: bool) -> None:
    audit = audit_of(*found, complete=complete)
    assert audit.clean is clean
    assert audit.report().startswith("clean") is clean
    assert audit.to_json()["clean"] is clean


def test_the_table() -> None:
    report = audit_of(WRONG, LOST).report()
    assert report.splitlines() == [
        "1 finding, 1 omission",
        "checked   20 tokens",
        "against   40 tokens, session.json (3 messages)",
        "",
        "WRONG        line  words, why, and where the source says otherwise",
        "altered         1  340 bar",
        "                   in: The pump ran at 340 bar.",
        "                   the source says otherwise",
        "                   session.json, message 2 (tool), line 1:",
        "                     pump at 430 bar",
        "",
        "MISSING (listed only; --complete makes it count)",
        "must-keep          Never open valve_7.",
        "                   states a constraint",
        "                   session.json, message 0 (user), line 2",
    ]


def test_what_is_missing_counts_when_asked_for_and_notes_are_told() -> None:
    report = audit_of(LOST, complete=True, exact=False).report()
    assert "\nMISSING\n" in report
    assert report.endswith("Notes\n  - a pin stands nowhere\n")
    assert "20 tokens by o200k_base (upper bound)\n" in report


def test_a_finding_without_words_shows_its_reason() -> None:
    report = audit_of(Finding("long", "", 0, 0, "9 tokens, at most 3 were asked for")).report()
    assert "\nlong               9 tokens, at most 3 were asked for\n" in report


def test_many_names_and_many_findings_are_counted() -> None:
    audit = audit_of(*[WRONG] * 230)
    origins = tuple(Origin(f"s{n}", range(3 * (n == 0)), 0, 3) for n in range(6))
    report = replace(audit, origins=origins).report()
    assert report.endswith("\nand 30 more\n")
    assert "s3 (3 messages) and 2 more" in " ".join(report.split())


@pytest.mark.parametrize("columns", [10, 40, 44, 59, 60, 80, 120])
def test_no_line_is_wider_than_asked(columns: int) -> None:
    long = "word " * 60 + "w" * 300
    text = TEXT + long
    audit = audit_of(
        WRONG,
        LOST,
        finding(long, text=text, evidence=(Span(2, 0, 31), Span(0, 0, 1))),
        text=text,
        complete=True,
    )
    assert max(map(len, audit.report(columns).splitlines())) <= max(40, columns)
    plain = ESCAPES.sub("", audit.report(columns, color=True))
    assert max(map(len, plain.splitlines())) <= max(40, columns)
    assert "\x1b" in audit.report(columns, color=True)
    shown = ESCAPES.sub("", audit.colored(columns))
    assert max(map(len, shown.splitlines())) <= max(40, columns)


def test_untrusted_text_reaches_no_terminal() -> None:
    text = "step \x1b]0;owned\x07 at 17 \u202e bar\r\n"
    audit = audit_of(finding("17 \u202e bar", text=text), text=text)
    for shown in (audit.report(), audit.report(color=True), audit.colored()):
        bare = ESCAPES.sub("", shown)
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", bare)
    assert "step \\e]0;owned\\x07 at 17 \\u202e bar" in ESCAPES.sub("", audit.colored())


def test_the_colored_text_marks_what_was_found_and_says_what_it_means() -> None:
    shown = audit_of(WRONG, finding("valve_9", "unsupported"), LOST).colored()
    assert "ran at \x1b[31;4m340 bar\x1b[0m." in shown
    assert ESCAPES.sub("", shown).splitlines() == [
        "1 │ The pump ran at 340 bar.",
        "2 │ It stopped twice. The valve is valve_9.",
        "",
        "altered        1  stands nearly so in the source",
        "unsupported    1  stands nowhere in the source",
    ]


def test_nothing_is_colored_where_nothing_has_a_place() -> None:
    assert audit_of(LOST, Finding("long", "", 0, 0, "too long")).colored() == ""


def test_overlapping_findings_are_painted_once() -> None:
    shown = audit_of(
        finding("340 bar"),
        finding("ran at 340 bar.\nIt stopped", "polarity"),
        finding("stopped twice", "role"),
    ).colored()
    assert "\x1b[33;4mran at 340 bar.\x1b[0m\n" in shown
    assert "\x1b[33;4mIt stopped\x1b[0m\x1b[36;4m twice\x1b[0m. The valve" in shown


def test_long_texts_are_folded_around_their_findings() -> None:
    lines = [f"line {n} is as it should be" for n in range(1, 201)]
    lines[99] = "line 100 holds 99999"
    text = "\n".join(lines)
    shown = ESCAPES.sub("", colored_text(text, [finding("99999", text=text)], 80)).splitlines()
    assert shown[0].strip() == "… 97 lines"
    assert [line.split(" │ ")[0].strip() for line in shown[1:6]] == ["98", "99", "100", "101", "102"]
    assert shown[6].strip() == "… 98 lines"
    at_end = colored_text(text, [finding("line 200", text=text)], 80)
    assert "more" not in at_end and "98" in at_end


def test_blank_lines_stay() -> None:
    shown = ESCAPES.sub("", colored_text("one\n\ntwo", [finding("two", text="one\n\ntwo")], 40))
    assert shown.splitlines()[:3] == ["1 │ one", "2 │ ", "3 │ two"]


def test_a_very_long_line_is_shown_in_parts() -> None:
    text = "x" * 300_000 + " 99999 " + "y" * 300_000
    shown = ESCAPES.sub("", colored_text(text, [finding("99999", text=text)], 80))
    assert "99999" in shown
    assert len(shown) < 15_000


def test_lines_break_at_spaces_where_there_are_any() -> None:
    text = "alpha beta gamma delta epsilon zeta eta theta 99 " + "z" * 60
    shown = ESCAPES.sub("", colored_text(text, [finding("99", text=text)], 40)).splitlines()
    assert shown[:3] == [
        "1 │ alpha beta gamma delta epsilon zeta",
        "  │ eta theta 99 " + "z" * 23,
        "  │ " + "z" * 36,
    ]


@given(st.text(max_size=60), st.data(), st.integers(40, 90))
def test_any_text_can_be_colored(text: str, data: st.DataObject, columns: int) -> None:
    found = []
    for kind in ("altered", "role", "hijack"):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, len(text)))
        found.append(Finding(kind, text[start:end], start, end, "why"))
    shown = colored_text(text, found, columns)
    bare = ESCAPES.sub("", shown)
    assert "\x1b" not in bare
    assert bool(shown) == any(f.end > f.start for f in found)
    bare.encode()


@given(st.text(max_size=400), st.data(), st.integers(20, 90))
def test_an_excerpt_fits_and_stays_on_one_line(source: str, data: st.DataObject, width: int) -> None:
    start = data.draw(st.integers(0, len(source)))
    end = data.draw(st.integers(start, len(source)))
    shown = excerpt(source, start, end, width)
    assert len(shown) <= width
    assert "\n" not in shown and "\x1b" not in shown


def test_an_excerpt_keeps_the_span_in_sight() -> None:
    line = "a" * 200 + " needle " + "b" * 200
    source = f"before\n{line}\nafter"
    at = source.index("needle")
    shown = excerpt(source, at, at + 6, 40)
    assert "needle" in shown and len(shown) == 40
    assert shown[0] == shown[-1] == "…"
    assert excerpt("needle in hay", 0, 6, 40) == "needle in hay"
    assert excerpt("in hay a needle", 9, 15, 40) == "in hay a needle"
    assert excerpt("x\n  needle", 2, 10, 40) == "needle"
    assert excerpt("a" * 100, 0, 100, 40) == "a" * 39 + "…"


LOG = (
    "09:12 the lag on db-2 went over 40 s.\nThe pager fired.\nNobody may ever restart db-2 by hand.\n"
    "Checkout slowed down.\nabout 1,840 orders came late, none were lost.\n"
)


@pytest.mark.parametrize(
    ("words", "reason", "sentence", "line"),
    [
        ("lost", "the source says 'none' of 'lost'; here nothing denies it", "1,840 orders were lost.", 5),
        ("50 s", "'50 s' stands nowhere in the source; it has \"40 s\" there", "The lag was over 50 s.", 1),
        ("db-2", "a reason without words", "Restart db-2 by hand.", 3),
        ("db-2", "a reason without words", "The lag on db-2 went over 40 s.", 1),
        ("all of it", "a reason without words", "The pager never fired.", 2),
        ("nothing", "a reason without words", "Xyz uvw.", 1),
    ],
    ids=["denied", "value", "by its words", "by others", "by the sentence", "nothing shared"],
)
def test_of_long_evidence_the_line_that_matters_is_shown(
    words: str, reason: str, sentence: str, line: int
) -> None:
    context, _ = read(LOG, counter("o200k_base"))
    found = replace(finding(words, text=sentence + words, evidence=(Span(0, 0, len(LOG)),)), reason=reason)
    audit = replace(audit_of(found, text=sentence + words), context=context, sentences=((0, len(sentence)),))
    report = replace(audit, origins=(Origin("log", range(1), 0, 0),)).report(120).splitlines()
    at = report.index(f"                   log, line {line}:")
    assert report[at + 1].strip() == LOG.splitlines()[line - 1]
    assert (
        replace(audit, origins=(Origin("log", range(1), 0, 0),)).to_json()["findings"][0]["evidence"][0][
            "line"
        ]
        == 1
    )


def test_the_table_shows_the_sentence_with_the_words_in_sight() -> None:
    text = (
        "At noon "
        + "and after a while " * 9
        + "the pump ran at 340 bar "
        + "as it always did " * 9
        + "today."
    )
    found = finding("340 bar", text=text)
    audit = replace(audit_of(found, text=text), sentences=((0, len(text)),))
    (line,) = [line for line in audit.report().splitlines() if " in: " in line]
    assert re.search(r" in: ….* ran at 340 bar as .*…$", line) and len(line) == 80
    whole = replace(audit_of(finding("valve_9", text="valve_9"), text="valve_9"), sentences=((0, 7),))
    assert " in: " not in whole.report()


def test_an_empty_text_is_not_called_clean() -> None:
    audit = replace(audit_of(LOST, text=" \n"), sentences=())
    assert audit.empty and audit.clean
    assert audit.report().startswith("empty: nothing to check, 1 omission\n")
    assert "\x1b[1;33mempty" in audit.report(color=True)
    assert audit.to_json()["empty"] is True
    assert replace(audit, complete=True).report().startswith("empty: nothing to check, 1 omission\n")
    assert not audit_of(WRONG).empty


@given(st.text(max_size=300), st.text(max_size=20), st.text(max_size=60), st.data())
def test_the_words_that_matter_lie_in_the_evidence(
    source: str, words: str, reason: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(source)))
    end = data.draw(st.integers(start, len(source)))
    first, last = focus_of(source, start, end, words, reason, source[::2])
    assert start <= first <= last <= end


def test_json_is_json_and_holds_everything() -> None:
    record = json.loads(json.dumps(audit_of(WRONG, LOST).to_json()))
    assert record["limbeck_audit"] == 1
    assert record["sources"] == [{"name": "session.json", "messages": 3, "characters": 87}]
    assert record["findings"] == [
        {
            "kind": "altered",
            "text": "340 bar",
            "start": 16,
            "end": 23,
            "line": 1,
            "column": 17,
            "sentence": "The pump ran at 340 bar.",
            "reason": "the source says otherwise",
            "evidence": [
                {
                    "source": "session.json",
                    "message": 2,
                    "role": "tool",
                    "start": 8,
                    "end": 15,
                    "line": 1,
                    "text": "430 bar",
                }
            ],
        }
    ]
    assert [entry["line"] for entry in record["omissions"]] == [0]
    assert record["text"] == TEXT


def test_long_evidence_is_cut_in_json_and_its_span_is_not() -> None:
    context, _ = read("x" * 5_000, counter("o200k_base"))
    origins = (Origin("x", range(1), 0, 0),)
    audit = replace(
        audit_of(finding("340 bar", evidence=(Span(0, 0, 5_000),))), context=context, origins=origins
    )
    (entry,) = audit.to_json()["findings"][0]["evidence"]
    assert (entry["end"], len(entry["text"]), entry["message"]) == (5_000, EVIDENCE_CHARS, None)
    assert audit.to_json()["sources"][0]["messages"] is None


def test_the_repr_is_one_line() -> None:
    assert repr(audit_of(WRONG, LOST)) == "<Audit of 20 tokens against 40: 1 finding, 1 omission>"
