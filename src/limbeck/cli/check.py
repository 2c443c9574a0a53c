"""`limbeck check`: is a text that anyone wrote borne out by what it was written from?"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import click

from limbeck.core.errors import FormatError

from .detect import shape_of
from .door import debug_option, door_of
from .files import MIB, decode, encode, put, read_bytes
from .progress import progress
from .show import wants_color

if TYPE_CHECKING:
    from limbeck.core.audit import Audit

Color = Literal["auto", "always", "never"]

_LONG_BYTES = 2 * MIB
_PIPED_COLUMNS = 80
_MOST_COLUMNS = 120  # longer lines are hard to read
_STDIN = "standard input"
_SURROGATE = re.compile("[\ud800-\udfff]")


@click.command()
@click.argument("summary")
@click.option(
    "--against",
    "sources",
    multiple=True,
    required=True,
    metavar="SOURCE",
    help="What it was written from. Repeatable.",
)
@click.option("--pin", "pins", multiple=True, metavar="TEXT", help="SUMMARY must hold this text. Repeatable.")
@click.option("--complete", is_flag=True, help="What is missing counts too: exit code 1.")
@click.option("--min-tokens", type=int, metavar="N", help="Fewer are an omission.  [1 % of a long SOURCE]")
@click.option("--max-tokens", type=int, metavar="N", help="More are a finding.  [as many as SOURCE has]")
@click.option(
    "--json", "as_json", is_flag=True, help="Write every finding with its place and evidence as JSON."
)
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="Color the table, and show the text with its findings colored.  [auto: at a terminal]",
)
@click.option("--quiet", is_flag=True, help="Print nothing; the exit code says it.")
@click.option(
    "--counter", metavar="NAME", default="o200k_base", help="Encoding or model that counts.  [o200k_base]"
)
@click.option(
    "--format",
    "asked_format",
    type=click.Choice(["auto", "text", "messages", "jsonl"]),
    default="auto",
    help="How to read SOURCE.  [auto]",
)
@click.option("--max-input-mb", type=float, default=64, metavar="N", help="Refuse inputs over N MiB.  [64]")
@debug_option
@click.pass_context
def check(
    ctx: click.Context,
    summary: str,
    sources: tuple[str, ...],
    pins: tuple[str, ...],
    complete: bool,
    min_tokens: int | None,
    max_tokens: int | None,
    as_json: bool,
    color: Color,
    quiet: bool,
    counter: str,
    asked_format: str,
    max_input_mb: float,
) -> None:
    """Hold a summary that anyone wrote against its source.

    Finds what the source does not bear out: values that stand nowhere in it, altered or swapped ones, flipped
    negations, instructions that nobody gave, text that obeys the material. Lists what is missing: constraints,
    unresolved errors, your pins. No model, no network.

    SUMMARY is a text, messages (their texts are checked), or the --json of `limbeck digest`, `summarize` or
    `notes` (its citations are checked too). SOURCE is a text or a conversation, in any format that `limbeck
    compact` reads. One of them may be -, standard input.

    Exit codes: 0 clean, 1 something is wrong (with --complete also: something is missing), 2 an error.

    \b
    Examples:
      limbeck check summary.md --against session.json
      pbpaste | limbeck check - --against session.jsonl --pin "never push to main" --complete
      limbeck check notes.md --against report.txt --against thread.json --json
    """
    if [summary, *sources].count("-") > 1:
        raise click.UsageError("standard input (-) can be read only once")
    if not 0 < max_input_mb <= 1 << 20:
        raise click.UsageError(
            f"--max-input-mb must be above 0 and at most {1 << 20:,}, got {max_input_mb:g}"
        )
    if quiet and as_json:
        raise click.UsageError("--quiet prints nothing and --json the audit; give one of them")
    if not all(pins):
        raise click.UsageError("--pin needs a text; an empty one stands everywhere")
    limit = round(max_input_mb * MIB)
    read = [_read(path, limit) for path in (summary, *sources)]
    given, names = _sources(list(zip(sources, read[1:], strict=True)), asked_format)
    with progress(None, not quiet and sum(map(len, read)) > _LONG_BYTES) as advance:
        advance(_name(summary))
        from limbeck import check as checked

        audit = checked(
            _summary(read[0], _name(summary)),
            against=given,
            pins=pins,
            complete=complete,
            min_tokens=min_tokens,
            max_tokens=max_tokens,
            counter=counter,
            names=names,
            max_input_bytes=4 * limit,  # JSON that was parsed may be larger when written another way
        )
    if as_json:
        put(encode(_SURROGATE.sub(_escaped, json.dumps(audit.to_json(), ensure_ascii=False))) + b"\n")
    elif not quiet:
        put(shown(audit, color).encode())
    door_of(ctx).code = 0 if audit.clean else 1


def shown(audit: Audit, color: Color) -> str:
    """The table and, in color, the text with its findings."""
    columns = (
        shutil.get_terminal_size((_PIPED_COLUMNS, 24)).columns if sys.stdout.isatty() else _PIPED_COLUMNS
    )
    columns = min(columns, _MOST_COLUMNS)
    colored = color == "always" or (color == "auto" and wants_color(sys.stdout))
    text = audit.colored(columns) if colored else ""
    return audit.report(columns, colored) + ("\n" + text if text else "")


def _name(path: str) -> str:
    return _STDIN if path == "-" else path


def _read(path: str, limit_bytes: int) -> str:
    data = read_bytes(None if path == "-" else path, limit_bytes)
    return decode(data, _name(path), "limbeck check - --against SOURCE")[1]


def _summary(text: str, name: str) -> Any:
    """Messages, if the file holds one conversation; else the text, for any text can be checked."""
    try:
        inputs = shape_of(text, "auto", name).inputs
    except FormatError:
        return text
    return inputs[0] if len(inputs) == 1 else text


def _sources(files: Sequence[tuple[str, str]], asked_format: str) -> tuple[list[Any], list[str]]:
    """Each source and what it is called; every row of a file of conversations is one."""
    given: list[Any] = []
    names: list[str] = []
    for path, text in files:
        inputs = shape_of(text, asked_format, _name(path)).inputs
        given.extend(inputs)
        several = len(inputs) > 1
        names.extend(
            f"{_name(path)} row {row}" if several else _name(path) for row in range(1, len(inputs) + 1)
        )
    return given, names


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
