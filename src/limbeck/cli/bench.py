"""`limbeck bench`: what survives compaction, on the material of a folder."""

from __future__ import annotations

import json
from pathlib import Path

import click

from limbeck.core.errors import FileError, OptionError

from .door import debug_option
from .files import encode, replace_files
from .progress import progress


@click.command()
@click.argument("data_dir", type=click.Path(path_type=Path))
@click.option("--tasks", default="later,evidence,marked", show_default=True, help="Which tasks, with commas.")
@click.option("--methods", help="Which methods, with commas. Default: all baselines, limbeck and the oracle.")
@click.option("--keep", "keeps", default="0.5,0.3,0.1", show_default=True, help="Fractions of tokens kept.")
@click.option("--limit", type=int, help="At most so many rows of a file and cases of a row: a quick look.")
@click.option("--jobs", type=int, default=1, show_default=True, help="Processes.")
@click.option("--seed", type=int, default=0, show_default=True, help="For random lines and the intervals.")
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="Write all figures to this file.")
@click.option("--png", "png_path", type=click.Path(path_type=Path), help="Plot survival against kept share.")
@debug_option
def bench(
    data_dir: Path,
    tasks: str,
    methods: str | None,
    keeps: str,
    limit: int | None,
    jobs: int,
    seed: int,
    json_path: Path | None,
    png_path: Path | None,
) -> None:
    """Measure what survives compaction, on your own material.

    DATA_DIR holds agents/*.jsonl.gz (task later), qa/*.jsonl.gz (evidence) and noisy/ci_logs.jsonl.gz
    (marked); docs/bench.md says what a row looks like. Survival is an upper bound on what a model can use.

    \b
    Example:
      limbeck bench data --tasks later --methods limbeck,masking --limit 20 --png survival.png
    """
    from limbeck.bench import METHODS, run
    from limbeck.bench.views import plot, require_plot, tables

    if png_path is not None:
        require_plot()
    for path in (json_path, png_path):
        if path is not None and not path.absolute().parent.is_dir():
            raise FileError(f"cannot write {path}: no such folder: {path.absolute().parent}")
    with progress(None, True) as advance:
        report = run(
            data_dir,
            tasks=_names(tasks),
            methods=_names(methods) if methods is not None else tuple(METHODS),
            keeps=_fractions(keeps),
            limit=limit,
            jobs=jobs,
            seed=seed,
            progress=lambda done, total: advance(f"row {done:,} of {total:,}"),
        )
    files = []
    if json_path is not None:
        files.append((json_path, encode(json.dumps(report.as_json(), indent=1, ensure_ascii=False) + "\n")))
    if png_path is not None:
        files.append((png_path, plot(report)))
    replace_files(files)
    from rich.console import Console

    console = Console()
    for table in tables(report):
        console.print(table)


def _names(listed: str) -> list[str]:
    return [name.strip() for name in listed.split(",") if name.strip()]


def _fractions(listed: str) -> list[float]:
    try:
        return [float(part) for part in _names(listed)]
    except ValueError:
        raise OptionError(f"--keep takes fractions with commas, such as 0.5,0.3; got {listed!r}") from None
