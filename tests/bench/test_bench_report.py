"""From scores to figures."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from limbeck.bench.material import CALLS, Material, RowMaterial, material_of, row_material
from limbeck.bench.report import NOTE, POOLED, Report, Score
from limbeck.bench.units import count_tokens
from limbeck.bench.views import plot, tables


def score(survival: float, **fields: Any) -> Score:
    plain: dict[str, Any] = {
        "task": "t", "column": "c", "method": "m", "keep": 0.3, "source": "s", "cluster": "k", "case": "x",
        "survival": survival, "kept": 0.3,
    }  # fmt: skip
    return Score(**(plain | fields))


def many(count: int, survival: float, source: str, **fields: Any) -> list[Score]:
    return [score(survival, source=source, cluster=f"{source}{n}", **fields) for n in range(count)]


def test_means_over_sources() -> None:
    scores = many(12, 1.0, "a", kept=0.2) + many(36, 0.0, "b", kept=0.4)
    (row,) = Report(scores).rows
    assert (row.survival, row.over_cases, row.cases) == (0.5, 0.25, 48)
    assert row.kept == pytest.approx(0.3)
    assert row.by_source == {"a": 1.0, "b": 0.0}


def test_sources_under_12_cases_count_as_one() -> None:
    scores = many(11, 0.0, "a") + many(1, 1.0, "b") + many(12, 1.0, "c")
    (row,) = Report(scores).rows
    assert row.by_source == {POOLED: pytest.approx(1 / 12), "c": 1.0}
    assert row.survival == pytest.approx((1 / 12 + 1) / 2)


def test_sources_are_counted_in_each_column() -> None:
    scores = many(12, 1.0, "a", column="wide") + many(12, 0.0, "b", column="wide") + many(3, 1.0, "a")
    report = Report(scores)
    assert report.row("wide", "m", 0.3).by_source == {"a": 1.0, "b": 0.0}
    assert report.row("c", "m", 0.3).by_source == {POOLED: 1.0}


def test_one_row_for_each_column_method_and_keep() -> None:
    scores = [score(0.1), score(0.2, keep=0.5), score(0.3, method="n")]
    scores += [score(0.4, column="d"), score(0.6, column="d")]
    report = Report(scores)
    assert [(r.column, r.method, r.keep) for r in report.rows] == [
        ("c", "m", 0.3), ("c", "m", 0.5), ("c", "n", 0.3), ("d", "m", 0.3),
    ]  # fmt: skip
    assert report.row("d", "m", 0.3).survival == pytest.approx(0.5)
    with pytest.raises(KeyError):
        report.row("d", "n", 0.3)


def test_intervals_hold_the_mean_and_shrink_with_clusters() -> None:
    def width(clusters: int) -> float:
        scores = [score(float(n % 2), cluster=str(n % clusters), case=str(n)) for n in range(64)]
        (row,) = Report(scores).rows
        assert row.low <= row.survival == 0.5 <= row.high
        return row.high - row.low

    # With two clusters, one of ones and one of zeros, a draw is 0, 0.5 or 1; with 64 the spread is that of 64
    # coins: 1.96 * 0.5 / 8 to each side.
    assert width(2) == 1.0
    assert width(64) == pytest.approx(0.245, abs=0.04)


def test_intervals_of_one_cluster_are_a_point() -> None:
    (row,) = Report([score(0.25), score(0.75)]).rows
    assert (row.low, row.survival, row.high) == (0.5, 0.5, 0.5)


def test_intervals_when_a_source_is_missing_from_a_draw() -> None:
    scores = [score(1.0, source="a", cluster="one")] * 12 + [score(0.0, source="b", cluster="two")] * 12
    (row,) = Report(scores).rows
    assert (row.low, row.survival, row.high) == (0.0, 0.5, 1.0)


def test_same_seed_same_figures() -> None:
    scores = [score(n / 40, cluster=str(n)) for n in range(40)]
    assert Report(scores, seed=3).rows == Report(scores, seed=3).rows
    assert Report(scores, seed=3).rows != Report(scores, seed=4).rows


def test_as_json() -> None:
    value = Report(
        many(12, 1.0, "a"), [Material("a", 1, 10, 0.5, 10, (None, None), (0, 0))], seed=5
    ).as_json()
    assert json.loads(json.dumps(value))["rows"][0]["survival"] == 1.0
    assert (value["seed"], value["note"], value["material"][0]["tool_share"]) == (5, NOTE, 0.5)


def printed(report: Report) -> str:
    console = Console(file=StringIO(), width=120)
    for table in tables(report):
        console.print(table)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_tables() -> None:
    scores = many(12, 0.25, "a", method="first") + many(12, 0.75, "a", method="second", kept=0.123)
    scores += many(3, 1.0, "a", task="other", column="d", method="first")
    scores += many(4, 1.0, "a", task="other", column="e", method="second")
    text = printed(Report(scores, [Material("a/b", 7, 12_345, 0.5, 2_000, (1_500, None), (3, 0))]))
    lines = [line.split() for line in text.splitlines()]
    assert ["first", "0.3", "0.300", "0.25", "±0.00", "0.25"] in lines
    assert ["second", "0.3", "0.123", "0.75", "±0.00", "0.75"] in lines
    assert ["first", "0.3", "0.300", "1.00", "±0.00", "-"] in lines
    assert ["second", "0.3", "0.300", "-", "1.00", "±0.00"] in lines
    assert ["a/b", "7", "12", "50%", "2.0", "1.5", "(3)", "-"] in lines
    assert "upper bound" in text and "12 cases" in text
    assert "the material" in text and "the material" not in printed(Report(scores))


def test_plot_is_a_png_and_the_same_each_time() -> None:
    scores = [
        s
        for keep in (0.5, 0.1)
        for column in ("one", "two", "three")
        for s in many(12, keep, "a", keep=keep, kept=keep, column=column)
    ]
    image = plot(Report(scores))
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    assert image == plot(Report(scores))
    assert image != plot(Report(scores[:-12]))


def test_row_material() -> None:
    messages: list[dict[str, Any]] = [{"role": "user", "content": "please begin"}]
    for n in range(21):
        messages.append({"role": "assistant", "content": "I look"})
        messages.append({"role": "tool", "content": f"answer number {n}"})
    found = row_material({"source": "s", "messages": messages})
    tools = sum(count_tokens(f"answer number {n}") for n in range(21))
    asked, look = count_tokens("please begin"), count_tokens("I look")
    assert CALLS == (20, 30)
    assert (found.source, found.tool_tokens, found.total_tokens) == ("s", tools, asked + 21 * look + tools)
    assert found.after == (asked + 20 * look + tools - count_tokens("answer number 20"), None)


def test_material_of_sources() -> None:
    rows = [
        RowMaterial("a", 100, 20, (None, None)),
        RowMaterial("b", 300, 150, (100, None)),
        RowMaterial("b", 500, 450, (300, 400)),
        RowMaterial("b", 200, 0, (None, None)),
    ]
    assert material_of(rows) == [
        Material("b", 3, 1000, 0.6, 300, (200, 400), (2, 1)),
        Material("a", 1, 100, 0.2, 100, (None, None), (0, 0)),
    ]
    assert material_of([]) == []
