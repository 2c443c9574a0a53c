"""A bar on standard error, for long work at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from limbeck.core.visible import shortened, visible

Advance = Callable[[str], None]
"""Says what is worked on now; what came before is done."""


@contextmanager
def progress(steps: int | None, wanted: bool) -> Iterator[Advance]:
    """Show how far the work is, if `wanted` and standard error is a terminal.

    Args:
        steps: How often `Advance` is called; None if nobody knows.
        wanted: Whether the work is long enough to show anything.
    """
    if not wanted or not sys.stderr.isatty():
        yield lambda name: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),  # a file name is not markup
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=steps)
        done = -1

        def advance(name: str) -> None:
            nonlocal done
            done += 1
            bar.update(task, completed=done, description=shortened(visible(name), 40))

        yield advance
