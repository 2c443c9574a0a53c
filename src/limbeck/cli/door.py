"""What the commands tell the outermost door."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click


@dataclass
class Door:
    """State of one run of the program.

    Attributes:
        debug: Show the traceback of an error.
        code: The exit code of a run that came to its end.
    """

    debug: bool = False
    code: int = 0


def door_of(ctx: click.Context) -> Door:
    """The door this command was called through; a new one where a command is called by itself."""
    return ctx.ensure_object(Door)


def _set_debug(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        door_of(ctx).debug = True


def debug_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds `--debug`, which any command takes."""
    return click.option(
        "--debug",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_set_debug,
        help="Show the traceback of an error.",
    )(command)
