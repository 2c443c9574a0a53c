"""Writes the figures of a bench run into the table of the README.

    limbeck bench data --jobs 2 --json figures.json
    python benchmarks/readme_figures.py figures.json README.md

Only what stands between `<!-- figures -->` and `<!-- /figures -->` is replaced.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- figures -->", "<!-- /figures -->"


def table(figures: dict[str, Any]) -> str:
    """The rows of a bench run as a Markdown table: a row a method, a column a task, a figure a budget."""
    rows = figures["rows"]
    keeps = sorted({row["keep"] for row in rows}, reverse=True)
    columns = list(dict.fromkeys(row["column"] for row in rows))
    methods = list(dict.fromkeys(row["method"] for row in rows))
    found = {(row["method"], row["column"], row["keep"]): row["survival"] for row in rows}
    cases = {row["column"]: row["cases"] for row in rows}
    heads = [f"{column} ({cases[column]:,} cases)" for column in columns]
    lines = [
        f"| keep {' / '.join(f'{keep:g}' for keep in keeps)} | {' | '.join(heads)} |",
        "|---" * (len(columns) + 1) + "|",
    ]
    for method in methods:
        cells = [" ".join(_figure(found.get((method, column, keep))) for keep in keeps) for column in columns]
        name = f"**{method}**" if method == "limbeck" else method
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _figure(survival: float | None) -> str:
    if survival is None:
        return "-"
    return "1.0" if survival >= 0.995 else f"{survival:.2f}"[1:]


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    figures, readme = map(Path, arguments)
    text = readme.read_text(encoding="utf-8")
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        print(f"{readme} must hold {BEGIN} and {END} once each", file=sys.stderr)
        return 1
    head, rest = text.split(BEGIN)
    made = table(json.loads(figures.read_text(encoding="utf-8")))
    readme.write_text(f"{head}{BEGIN}\n{made}{END}{rest.split(END)[1]}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
