from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from limbeck.core.context import Pin, Written
from limbeck.core.decisions import Check, Usage
from limbeck.core.report import lost_constraints, percent, summary
from limbeck.core.result import Result
from limbeck.core.source import Span

Make = Callable[..., Result]


def test_the_report_tells_every_part(marked: Result) -> None:
    assert marked.report() == (
        "tokens    100 -> 40 (40.0 % kept), at most 50 allowed\n"
        "counter   by hand, exact\n"
        "method    tested, 0.25 s\n"
        "query     what is wrong?\n"
        "messages  3 of 3 kept\n"
        "lines     4 of 6 kept, 2 left out\n"
        "chars     16 of 38 kept, 22 left out\n"
        "\n"
        "message       kind        texts          lines kept            chars kept\n"
        "0 user        prose           1              1 of 1               7 of 25   28 %\n"
        "1 tool        log             1              2 of 4                4 of 8   50 %\n"
        "2 assistant   prose           1              1 of 1                5 of 5  100 %\n"
        "\n"
        "    pieces         chars  kept because\n"
        "         4            16  kept for its worth\n"
        "    pieces         chars  left out because\n"
        "         3            22  worth too little\n"
        "\n"
        "1 marker, each can be expanded by its handle\n"
        "  kabc  2 lines, 4 characters, message 1 (tool)\n"
        "1 marker covers 4 of 22 left-out characters; the rest stood in gaps without a\n"
        "marker (18): see decisions\n"
        "\n"
        "1 constraint lost, by text\n"
        "  - message 0: Never touch a.py.\n"
        "\n"
        "Notes\n"
        "  - 1 tool result without its call (message 1)\n"
        "\n"
        "Checked and held: budget, pinned\n"
        "Did not hold\n"
        "  - guard: a number changed\n"
    )


def test_untrusted_text_cannot_style_the_report(make_result: Make) -> None:
    result = make_result(
        [("user\x1b[1m", "pro\nse", ["a", "never \x1b]0;gone\x07"]), ("tool", "", ["b"])],
        {0, 2},
        pins={1: Pin(False, "states a constraint")},
        notes=("odd \x1b[2J",),
        query="q\r",
    )
    told = result.report()
    assert "\x1b" not in told and "\r" not in told
    assert "never \\e]0;gone\\x07" in told
    assert "odd \\e[2J" in told


def test_many_messages_are_told_by_role_and_kind_within_the_width(make_result: Make) -> None:
    kinds = ["log", "json", "a kind with a very long name", "code"]
    told = [(f"role{n % 7}", kinds[n % 4], ["x" * (n + 1) + "\n"] * 3) for n in range(100)]
    report = make_result(told, set(range(0, 300, 2))).report()
    lines = report.split("\n")
    assert max(map(len, lines)) <= 80
    assert len(lines) < 40
    assert any(line.startswith("others") for line in lines)
    texts = [int(line[25:31]) for line in lines[8:24]]
    assert sum(texts) == 100


def test_a_constraint_that_stands_elsewhere_is_not_lost(make_result: Make) -> None:
    result = make_result(
        [("user", "prose", ["Never push.", " Never push.\n", "Always test."])],
        {0},
        pins=dict.fromkeys(range(3), Pin(False, "states a constraint")),
    )
    assert lost_constraints(result.decisions) == [2]
    assert "1 constraint lost, by text\n  - Always test.\n" in result.report()


def test_hard_pins_are_no_lost_constraints(make_result: Make) -> None:
    result = make_result([("user", "prose", ["a", "b"])], {0}, pins={1: Pin(True, "system message")})
    assert lost_constraints(result.decisions) == []
    assert "constraint" not in result.report()


def test_long_lists_are_cut_and_say_so(make_result: Make) -> None:
    pieces = [f"Never touch file {n}.\n" for n in range(30)]
    markers = {n: Written(f"(filtered 1 line, k{n})\n", (Span(0, 0, 1),), f"k{n}") for n in range(0, 30, 2)}
    result = make_result(
        [("user", "prose", pieces)], set(), pins=dict.fromkeys(range(30), Pin(False, "c")), markers=markers
    )
    report = result.report()
    assert "15 markers" in report and "  and 7 more\n" in report
    assert "30 constraints lost, by text" in report and "  and 10 more\n" in report


def test_warnings_with_a_part_of_their_own_are_not_told_twice(make_result: Make) -> None:
    checks = (Check("input", True, "odd"), Check("constraint", False, "left out: x"))
    report = make_result([("", "text", ["a"])], {0}, checks=checks, notes=("odd", "even")).report()
    assert report.count("odd") == 1
    assert "Did not hold" not in report and "Checked" not in report


def test_an_upper_bound_is_called_one(make_result: Make) -> None:
    usage = Usage(10, 5, 5, "claude~o200k*1.35", False, 0.0)
    report = make_result([("", "text", ["a"])], {0}, usage=usage).report()
    assert "counter   claude~o200k*1.35, an upper bound\n" in report


def test_the_summary_counts_lines(make_result: Make) -> None:
    result = make_result([("", "text", ["ab\n", "cd\n", "ef"])], {0})
    figures = Usage(12034, 3598, 4000, "by hand", True, 0.206)
    line = summary(result.before, result.context, result.decisions, figures)
    assert line == "12,034 -> 3,598 tokens (29.9 % kept), 2 of 3 lines left out, 0.21 s"


def test_the_summary_counts_pieces_where_no_whole_line_went(make_result: Make) -> None:
    result = make_result([("", "json", ["[1", ", 2", "]"])], {0, 2})
    line = summary(result.before, result.context, result.decisions, result.usage)
    assert line == "100 -> 40 tokens (40.0 % kept), 1 of 3 pieces left out, 0.25 s"


def test_percent_of_nothing() -> None:
    assert percent(0, 0) == "100.0 %"


def test_an_empty_result_has_a_report(make_result: Make) -> None:
    result = make_result([], set(), usage=Usage(0, 0, 1, "by hand", True, 0.0))
    assert result.report() == (
        "tokens    0 -> 0 (100.0 % kept), at most 1 allowed\ncounter   by hand, exact\n"
        "method    tested, 0.00 s\nlines     0 of 0 kept, 0 left out\nchars     0 of 0 kept, 0 left out\n"
    )
    assert replace(result, method="x").report() != result.report()


def test_many_reasons_are_put_together(make_result: Make) -> None:
    result = make_result([("", "text", ["ab"] * 14)], set(range(14)))
    decisions = replace(
        result.decisions, reasons=[f"reason {n}" for n in range(14)], reason=bytearray(range(14))
    )
    assert "         4             8  4 more reasons\n" in replace(result, decisions=decisions).report()


def test_a_text_that_came_empty_has_no_row(make_result: Make) -> None:
    report = make_result([("user", "prose", ["a"]), ("assistant", "text", [""])], {0, 1}).report()
    assert "0 user        prose" in report and "1 assistant" not in report


def test_a_check_without_detail_is_named(make_result: Make) -> None:
    report = make_result([("", "text", ["a"])], {0}, checks=(Check("guard", False),)).report()
    assert "Did not hold\n  - guard\n" in report
    assert "Checked and held" not in report


def test_what_no_marker_covers_is_told_by_place(make_result: Make) -> None:
    hidden = {
        n: Written(f"(filtered 1 line, k{n})\n", (Span(1, at, at + 4),), f"k{n}")
        for n, at in ((1, 0), (2, 4))
    }
    result = make_result(
        [
            ("user", "prose", ["Fix it."]),
            ("tool", "log", ["abc\n", "def\n", "x" * 1_200, "end"]),
            ("assistant", "json", ["[1", ", 2", "]"]),
            ("assistant", "prose", ["Gone.", " All of it."]),
        ],
        {0, 4, 5, 7},
        markers=hidden,
    )
    told = result.report().replace("\n", " ")
    assert (
        " 2 markers cover 8 of 1,227 left-out characters; the rest stood in JSON (3), in messages left out "
        "whole (16) and in gaps without a marker (1,200): see decisions "
    ) in told


def test_a_report_without_markers_says_where_things_stood(make_result: Make) -> None:
    cut = make_result([("", "json", ["[1", ", 2", "]"])], {0, 2}).report()
    assert "\nno markers; 3 left-out characters stood in JSON (3): see decisions\n" in cut
    gone = make_result([("user", "prose", ["a"]), ("tool", "log", ["b"])], {0}).report()
    assert "\nno markers; 1 left-out character stood in messages left out whole (1): see\ndecisions\n" in gone


def test_nothing_is_said_where_markers_cover_everything(make_result: Make) -> None:
    marker = {1: Written("(filtered 1 line, kabc)\n", (Span(0, 2, 4),), "kabc")}
    report = make_result([("", "text", ["a\n", "b\n", "c\n"])], {0, 2}, markers=marker).report()
    assert "1 marker, each can be expanded by its handle\n  kabc  1 line, 2 characters\n" in report
    assert "see decisions" not in report and "no markers" not in report
    assert "see decisions" not in make_result([("", "text", ["a"])], {0}).report()


def test_a_marker_of_an_earlier_result_is_no_left_out_text(make_result: Make) -> None:
    result = make_result([("", "text", ["a\n", "b\n"])], {0})
    result.before.segments.written[1] = Written("(filtered 1 line, kold)\n", (Span(0, 2, 4),), "kold")
    assert "see decisions" not in result.report()


def test_one_of_a_thing_is_singular(make_result: Make) -> None:
    result = make_result([("", "text", ["a"])], set())
    line = summary(result.before, result.context, result.decisions, result.usage)
    assert ", 1 of 1 line left out, " in line
    reasons = make_result([("", "text", ["ab"] * 11)], set(range(11)))
    decisions = replace(reasons.decisions, reasons=list("abcdefghijk"), reason=bytearray(range(11)))
    assert "  1 more reason\n" in replace(reasons, decisions=decisions).report()
