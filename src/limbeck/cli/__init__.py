"""The command line: parse, call the library, print. One of the two outermost doors.

Exit codes: 0 done; 1 some of several files failed, or `limbeck check` found something; 2 wrong usage or an
error Limbeck raised on purpose; 70 a bug; 130 interrupted; 141 the reader of the output went away; 143 told to
stop.
"""

from __future__ import annotations

import signal
import sys
import threading
import traceback
from collections.abc import Sequence
from types import FrameType

import click

from limbeck.core.errors import LimbeckError
from limbeck.core.visible import visible

from .door import Door, debug_option
from .files import forget_stdout, stand_in_for_stdout
from .lazy import LazyGroup

COMMANDS = {
    "compact": (
        "limbeck.cli.compact:compact",
        "Keep what matters of a text or a conversation, word for word.",
    ),
    "expand": ("limbeck.cli.records:expand", "Print what a marker stands for."),
    "report": ("limbeck.cli.records:report", "Say what a recorded result kept, left out, and why."),
    "summarize": (
        "limbeck.cli.summarize:summarize",
        "Write a summary by a model, each statement checked against its source.",
    ),
    "notes": ("limbeck.cli.summarize:notes", "Write typed notes: decisions, constraints, facts, pitfalls."),
    "digest": ("limbeck.cli.summarize:digest", "Quote what matters under the sections of a summary."),
    "check": ("limbeck.cli.check:check", "Hold a summary that anyone wrote against its source."),
    "bench": ("limbeck.cli.bench:bench", "Measure what survives compaction, on your own material."),
    "serve": (
        "limbeck.cli.serve:serve",
        "Answer over HTTP: existing clients change key and URL only.",
    ),
    "key": ("limbeck.cli.serve:key", "Make an API key for the server."),
}
"""Each command: where it is, read only when it is used, and what the list of commands says about it."""


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from limbeck import __version__

        click.echo(f"limbeck {__version__}")
        ctx.exit()


@click.group(cls=LazyGroup, commands_at=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version."
)
@debug_option
def group() -> None:
    """Limbeck, the open context distillery.

    Returns the smallest context that still carries the signal: fewer verbatim pieces of a chat history,
    a tool output, a log or a document, or a summary that was checked against it, within a token budget,
    with an account of everything left out. Checks summaries that others wrote.

    \b
    Examples:
      limbeck compact session.json --keep 0.3 -o smaller.json
      cat build.log | limbeck compact --max-tokens 4000 --query "why did the link step fail?"
      limbeck compact session.json --keep 0.3 --show
      limbeck check summary.md --against session.json
    """


def main(args: Sequence[str] | None = None) -> int:
    """Run the command line and give its exit code; nothing is raised but SystemExit on SIGTERM.

    Args:
        args: What follows the program's name; by default that of this process.
    """
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _told_to_stop)
    stand_in_for_stdout()
    given = list(sys.argv[1:] if args is None else args)
    door = Door()
    try:
        with group.make_context("limbeck", given, obj=door) as ctx:
            group.invoke(ctx)
        sys.stdout.flush()
        return door.code
    except click.exceptions.Exit as wish:
        return wish.exit_code
    except (click.exceptions.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        forget_stdout()
        return 141
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except LimbeckError as error:
        _complain(str(error), door)
        return 2
    except Exception as error:  # the door: a bug of ours is told, not spilled
        hint = "" if door.debug else "; run again with --debug for the traceback, and please report it"
        _complain(f"unexpected {type(error).__name__}: {error}{hint}", door)
        return 70


def _complain(message: str, door: Door) -> None:
    if door.debug:
        traceback.print_exc()
    click.echo("limbeck: error: " + "\n".join(visible(line) for line in message.split("\n")), err=True)


def _told_to_stop(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(143)  # unwinds, so that temporary files go
