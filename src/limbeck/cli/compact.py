"""`limbeck compact`: files in, fewer verbatim pieces out."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from limbeck.core.errors import BudgetError, InputError
from limbeck.core.report import counted_by, percent, summary
from limbeck.core.visible import visible

from .detect import shape_of
from .door import debug_option, door_of
from .files import MIB, decode, encode, make_folder, put, read_bytes, replace_files
from .progress import Advance, progress
from .shapes import Shape
from .show import Folding, show, wants_color

if TYPE_CHECKING:
    from limbeck.core.result import Result

_LONG_BYTES = 2 * MIB  # from here on, one input is long work


_REMEDIES = (  # what a reason for a pin has in it, and what takes the pin away
    ("system message", "--no-pin-head"),
    ("first user message", "--no-pin-head"),
    ("the last", "--preserve-recent 0"),
    ("keepContext", "no <keepContext> tags in the input"),
    ("pinned by the user", "fewer --pin TEXT"),
)


@dataclass(frozen=True)
class Job:
    """One input, where its output and record go, and whether it is one of several.

    No path is standard input, no output standard output, no record none.
    """

    name: str
    path: str | None
    output: Path | None
    record: Path | None
    named: bool


@dataclass(frozen=True)
class Wish:
    """What was asked for.

    Attributes:
        options: For `limbeck.compact`.
        format: How to read the input.
        limit_bytes: Of an input.
        as_json: The record goes out in place of the result.
        shown: Show what was kept and dropped, and how.
        quiet: No summary, no progress.
    """

    options: dict[str, Any]
    format: str
    limit_bytes: int
    as_json: bool
    shown: Folding | None
    quiet: bool


class _CompactCommand(click.Command):
    """Lets `--show` stand alone: click would take a file name after it for its value."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        stop = args.index("--") if "--" in args else len(args)
        head = ["--show=folded" if a == "--show" else a for a in args[:stop]]
        return super().parse_args(ctx, head + args[stop:])


@click.command(cls=_CompactCommand)
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--keep", type=float, metavar="F", help="Fraction of tokens to keep, 0 < F <= 1.")
@click.option("--max-tokens", type=int, metavar="N", help="Most tokens the result may have.")
@click.option("--query", metavar="Q", help="What the result must still answer.")
@click.option("-o", "--output", metavar="OUT", help="File to write; for several FILEs, a folder.")
@click.option(
    "--json", "as_json", is_flag=True, help="Write the whole result: text, messages, every decision."
)
@click.option(
    "--show",
    "shown",
    type=click.Choice(["folded", "all"]),
    metavar="[=all]",
    help="Show what was kept, dropped (and why) and pinned; --show=all folds nothing.",
)
@click.option("--record", metavar="R", help="Also write the whole result here, for `limbeck expand`.")
@click.option("--preserve-recent", type=int, metavar="N", help="Last messages that stay whole.  [2 or 0]")
@click.option("--no-pin-head", is_flag=True, help="System and first user message may be cut too.")
@click.option("--whole-calls", is_flag=True, help="Cut no arguments of a tool call that stays.")
@click.option("--no-markers", is_flag=True, help="No `(filtered N lines, handle)` lines.")
@click.option("--blank-markers", is_flag=True, help="An empty line in place of a marker.")
@click.option("--pin", "pins", multiple=True, metavar="TEXT", help="What holds this text stays. Repeatable.")
@click.option(
    "--counter", metavar="NAME", default="o200k_base", help="Encoding or model that counts.  [o200k_base]"
)
@click.option(
    "--format",
    "asked_format",
    type=click.Choice(["auto", "text", "messages", "jsonl"]),
    default="auto",
    help="How to read the input.  [auto]",
)
@click.option("--max-input-mb", type=float, default=64, metavar="N", help="Refuse inputs over N MiB.  [64]")
@click.option("--quiet", is_flag=True, help="No summary and no progress on standard error.")
@debug_option
@click.pass_context
def compact(
    ctx: click.Context,
    files: tuple[str, ...],
    keep: float | None,
    max_tokens: int | None,
    query: str | None,
    output: str | None,
    as_json: bool,
    shown: Folding | None,
    record: str | None,
    preserve_recent: int | None,
    no_pin_head: bool,
    whole_calls: bool,
    no_markers: bool,
    blank_markers: bool,
    pins: tuple[str, ...],
    counter: str,
    asked_format: str,
    max_input_mb: float,
    quiet: bool,
) -> None:
    """Keep what matters of a text or a conversation, word for word.

    FILE is a text (a log, a document, code, tool output) or a conversation: a JSON list of OpenAI or
    Anthropic messages, an object with "messages", or JSON Lines of messages or of such objects. No FILE, or
    -, means standard input. The output is of the same kind and holds nothing that was not in the input but
    the markers; what was left out can be fetched back with `limbeck expand` from a --record.

    \b
    Examples:
      limbeck compact session.json --keep 0.3 --query "why does the login test fail?" -o out.json
      cat build.log | limbeck compact --max-tokens 4000
      limbeck compact session.json --keep 0.3 --show
      limbeck compact logs/*.log --keep 0.2 -o smaller/
      limbeck compact session.json --keep 0.3 --json | limbeck report -
    """
    _check_options(keep, max_tokens, preserve_recent, max_input_mb, no_markers and blank_markers, pins)
    if as_json and shown and output is None:
        raise click.UsageError(
            "--json and --show would both go to standard output; give one of them a place: -o OUT"
        )
    options: dict[str, Any] = {
        "keep": keep,
        "max_tokens": max_tokens,
        "query": query,
        "preserve_recent": preserve_recent,
        "pin_head": not no_pin_head,
        "whole_calls": whole_calls,
        "markers": False if no_markers else "blank" if blank_markers else True,
        "pins": pins,
        "counter": counter,
    }
    wish = Wish(options, asked_format, round(max_input_mb * MIB), as_json, shown, quiet)
    jobs = _jobs(files, output, record, to_stdout_ok=as_json or shown is not None)
    if not files and sys.stdin.isatty() and not quiet:
        click.echo("limbeck: reading standard input; end it with Ctrl-D", err=True)
    if len(jobs) == 1:
        with progress(None, not quiet and _long(jobs[0])) as advance:
            _run(jobs[0], wish, advance)
        return
    failed = _run_all(jobs, wish)
    if failed:
        click.echo(f"limbeck: {failed:,} of {len(jobs):,} inputs failed", err=True)
        door_of(ctx).code = 1


def _check_options(
    keep: float | None,
    max_tokens: int | None,
    preserve_recent: int | None,
    max_input_mb: float,
    both_markers: bool,
    pins: Sequence[str],
) -> None:
    if (keep is None) == (max_tokens is None):
        both = "not both" if keep is not None else "for without one nothing says how much may stay"
        raise click.UsageError(f"give either --keep F or --max-tokens N, {both}")
    if keep is not None and not 0 < keep <= 1:
        raise click.UsageError(f"--keep is the fraction of tokens to keep, 0 < F <= 1, got {keep:g}")
    if max_tokens is not None and max_tokens < 1:
        raise click.UsageError(f"--max-tokens must be 1 or more, got {max_tokens}")
    if preserve_recent is not None and preserve_recent < 0:
        raise click.UsageError(f"--preserve-recent must be 0 or more, got {preserve_recent}")
    if not 0 < max_input_mb <= 1 << 20:
        raise click.UsageError(
            f"--max-input-mb must be above 0 and at most {1 << 20:,}, got {max_input_mb:g}"
        )
    if both_markers:
        raise click.UsageError("--no-markers and --blank-markers exclude each other")
    if not all(pins):
        raise click.UsageError("--pin needs a text; an empty one stands everywhere")


def _jobs(files: Sequence[str], output: str | None, record: str | None, *, to_stdout_ok: bool) -> list[Job]:
    """What to do, with every clash found before anything is read."""
    names = list(files) or ["-"]
    if names.count("-") > 1:
        raise click.UsageError("standard input (-) can be read only once")
    several = len(names) > 1
    if several and output is None and not to_stdout_ok:
        raise click.UsageError(f"{len(names):,} inputs need a folder to write to: -o FOLDER")
    if several:
        for folder in (output, record):
            if folder is not None:
                make_folder(Path(folder))
    jobs = []
    for name in names:
        path = None if name == "-" else name
        own = "stdin" if path is None else Path(name).name
        jobs.append(
            Job(
                "standard input" if path is None else name,
                path,
                _place(output, own, several),
                _place(record, own + ".record.json", several),
                several,
            )
        )
    taken: dict[Path, str] = {}
    for job in jobs:
        for place in (job.output, job.record):
            if place is None or (place.exists() and not place.is_file()):
                continue  # a device or a pipe takes more than one
            what = f"the {'record' if place is job.record else 'result'} of {job.name}"
            other = taken.setdefault(place.resolve(), what)
            if other is not what:
                raise click.UsageError(f"{other} and {what} would both be written to {place}")
    return jobs


def _place(wanted: str | None, own: str, several: bool) -> Path | None:
    if wanted is None or wanted == "-":
        return None
    place = Path(wanted)
    return place / own if several or place.is_dir() else place


def _long(job: Job) -> bool:
    return job.path is not None and Path(job.path).is_file() and Path(job.path).stat().st_size > _LONG_BYTES


def _run_all(jobs: Sequence[Job], wish: Wish) -> int:
    """Do every job; say what is wrong with a bad input, and go on. Gives the number of bad ones."""
    failed = 0
    with progress(len(jobs), not wish.quiet) as advance:
        for job in jobs:
            advance(job.name)
            try:
                _run(job, wish, None)
            except (InputError, BudgetError) as error:
                failed += 1
                text = str(error)
                where = "" if job.name in text else f"{job.name}: "
                click.echo(f"limbeck: error: {visible(where + text)}", err=True)
    return failed


def _run(job: Job, wish: Wish, advance: Advance | None) -> None:
    mark, text = decode(read_bytes(job.path, wish.limit_bytes), job.name)
    shape = shape_of(text, wish.format, job.name)
    results = list(_compacted(shape, job, wish, advance))
    record = b"" if job.record is None and not wish.as_json else b"".join(map(_record, results))
    if wish.as_json:
        out = record
    elif job.output is not None or wish.shown is None:
        out = encode(mark + shape.render(results))
    else:
        out = None
    written = [(job.output, out), (job.record, record)]
    replace_files([(place, data) for place, data in written if place is not None and data is not None])
    if wish.shown is not None:
        _show(results, job, wish.shown)
    if out is not None and job.output is None:
        put(out)
    if not wish.quiet:
        click.echo((f"{visible(job.name)}: " if job.named else "") + _summary(results), err=True)
        for note in _notes(results):
            click.echo(note + (f" ({visible(job.name)})" if job.named else ""), err=True)


def _compacted(shape: Shape, job: Job, wish: Wish, advance: Advance | None) -> Iterator[Result]:
    from limbeck import compact as compacted

    # The size was checked in bytes of the file; what is parsed may be larger when written another way.
    options = wish.options | {"max_input_bytes": 4 * wish.limit_bytes}
    several = len(shape.inputs) > 1
    for number, given in enumerate(shape.inputs, 1):
        if advance is not None:
            advance(f"{job.name} row {number:,}" if several else job.name)
        try:
            yield compacted(given, **options)
        except (InputError, BudgetError) as error:
            row = f"row {number:,}: " if several else ""
            remedy = _remedy(error) if isinstance(error, BudgetError) else ""
            error.args = (f"{row}{error}{remedy}", *error.args[1:])
            raise


def _remedy(error: BudgetError) -> str:
    """The options of this program that help, for the error names those of the library."""
    found = [remedy for part, remedy in _REMEDIES if any(part in reason for reason in error.addends)]
    return f"\n  (here: a larger --max-tokens N or --keep F{''.join(f', {r}' for r in dict.fromkeys(found))})"


def _notes(results: Sequence[Result]) -> Iterator[str]:
    """Pins that stand in none of the conversations of a file."""
    lost = [[check.detail for check in result.checks if check.name == "pin"] for result in results]
    for detail in lost[0] if lost else []:
        if all(detail in others for others in lost):
            yield f"limbeck: note: --pin {visible(detail)}"


def _record(result: Result) -> bytes:
    from limbeck.core.record import to_record

    line = json.dumps(to_record(result), ensure_ascii=False)
    return encode(_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", line)) + b"\n"


_SURROGATE = re.compile("[\ud800-\udfff]")


def _show(results: Sequence[Result], job: Job, folding: Folding) -> None:
    color = wants_color(sys.stdout)
    for number, result in enumerate(results, 1):
        row = f" row {number:,}" if len(results) > 1 else ""
        put(f"{visible(job.name)}{row}\n".encode())
        lines = show(result, color=color, folding=folding)
        while some := "".join(islice(lines, 1_000)):
            put(some.encode())


def _summary(results: Sequence[Result]) -> str:
    if len(results) == 1:
        only = results[0]
        return summary(only.before, only.context, only.decisions, only.usage)
    before = sum(result.tokens_before for result in results)
    after = sum(result.tokens_after for result in results)
    seconds = sum(result.usage.seconds for result in results)
    return (
        f"{len(results):,} conversations, {before:,} -> {after:,} tokens{counted_by(results[0].usage)} "
        f"({percent(after, before)} kept), {seconds:.2f} s"
    )
