"""A report for the eye: tables for the terminal, a plot."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from limbeck.bench.material import CALLS
from limbeck.bench.report import NOTE, Report, Row
from limbeck.core.errors import OptionError

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["plot", "require_plot", "tables"]


def tables(report: Report) -> Iterator[Table]:
    """One table for each task, then the material. Imports rich."""
    for task in dict.fromkeys(row.task for row in report.rows):
        yield _task_table(task, [row for row in report.rows if row.task == task])
    if report.material:
        yield _material_table(report)


def _task_table(task: str, rows: list[Row]) -> Table:
    from rich import box
    from rich.table import Table

    columns = list(dict.fromkeys(row.column for row in rows))
    figures = {(row.method, row.keep, row.column): row for row in rows}
    cases = {row.column: row.cases for row in rows}
    caption = f"±: half of the 95 % interval. {NOTE}"
    table = Table(title=f"survival: {task}", box=box.SIMPLE_HEAD, caption=caption, pad_edge=False)
    table.add_column("method", no_wrap=True)
    table.add_column("keep", justify="right")
    table.add_column("kept", justify="right")
    for column in columns:
        table.add_column(f"{_broken(column)}\n{cases[column]:,} cases", justify="right", no_wrap=True)
    if len(columns) == 1:
        table.add_column("over all\ncases", justify="right")
    last = ""
    for method, keep in dict.fromkeys((row.method, row.keep) for row in rows):
        if last and method != last:
            table.add_section()
        found = [figures.get((method, keep, column)) for column in columns]
        kept = next(row.kept for row in found if row is not None)
        cells = [_cell(row) for row in found]
        if len(columns) == 1 and found[0] is not None:
            cells.append(f"{found[0].over_cases:.2f}")
        table.add_row(method if method != last else "", f"{keep:g}", f"{kept:.3f}", *cells)
        last = method
    return table


def _broken(column: str) -> str:
    """The name of a column on lines short enough for four columns in 80 characters."""
    return column.replace("later-", "later-\n").replace(", tool output ", ",\ntool output\n")


def _cell(row: Row | None) -> str:
    if row is None:
        return "-"
    return f"{row.survival:.2f} ±{(row.high - row.low) / 2:.2f}"


def _material_table(report: Report) -> Table:
    from rich import box
    from rich.table import Table

    title = "the material, in thousands of tokens (medians; in brackets: histories with so many calls)"
    table = Table(title=title, box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("source", overflow="fold")
    for heading in ("histories", "all", "tool\noutput", "one\nhistory"):
        table.add_column(heading, justify="right")
    for calls in CALLS:
        table.add_column(f"after\n{calls} calls", justify="right")
    for line in report.material:
        after = [
            f"{tokens / 1000:,.1f} ({rows:,})" if tokens is not None else "-"
            for tokens, rows in zip(line.after_tokens, line.after_rows, strict=True)
        ]
        table.add_row(
            line.source,
            f"{line.rows:,}",
            f"{line.total_tokens / 1000:,.0f}",
            f"{line.tool_share:.0%}",
            f"{line.median_tokens / 1000:,.1f}",
            *after,
        )
    return table


def require_plot() -> None:
    """Find out before a long run whether a plot can be made.

    Raises:
        OptionError: matplotlib is not installed.
    """
    try:
        import matplotlib.figure  # noqa: F401  only whether it is there
    except ImportError:
        raise OptionError('the plot needs matplotlib: pip install "limbeck[bench]"') from None


def plot(report: Report) -> bytes:
    """Survival against the kept share, measured, as a PNG: one panel a column, one line a method.

    Raises:
        OptionError: matplotlib is not installed.
    """
    require_plot()
    from matplotlib.figure import Figure

    columns = list(dict.fromkeys(row.column for row in report.rows))
    across = min(2, max(1, len(columns)))
    down = max(1, -(-len(columns) // across))
    figure = Figure(figsize=(5.2 * across, 3.6 * down), layout="constrained")
    panels = figure.subplots(down, across, squeeze=False).flat
    for column, panel in zip(columns, panels, strict=False):
        for method in dict.fromkeys(row.method for row in report.rows):
            points = sorted(
                (row.kept, row.survival, row.low, row.high)
                for row in report.rows
                if (row.column, row.method) == (column, method)
            )
            kept, survival, low, high = zip(*points, strict=True) if points else ((), (), (), ())
            panel.plot(kept, survival, marker="o", markersize=3, linewidth=1.2, label=method)
            panel.fill_between(kept, low, high, alpha=0.12, linewidth=0)
        panel.set(title=column, xlabel="kept share of tokens", ylabel="survival", ylim=(0, 1.02))
        panel.set_xlim(left=0)
        panel.grid(alpha=0.25)
    for panel in list(panels):
        panel.set_axis_off()
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False)
    image = BytesIO()
    figure.savefig(image, format="png", dpi=120, metadata={"Software": None})
    return image.getvalue()
