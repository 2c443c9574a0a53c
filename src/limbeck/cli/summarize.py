"""`limbeck summarize`, `notes`, `digest`: files in, one text of checked or quoted statements out."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from limbeck.core.errors import OptionError
from limbeck.core.report import counted_by, percent
from limbeck.core.visible import number_of, shortened, visible

from .detect import shape_of
from .door import debug_option
from .files import MIB, decode, encode, put, read_bytes, replace_files
from .progress import progress

if TYPE_CHECKING:
    from limbeck.core.artifact import Artifact
    from limbeck.llm import Client

Command = Callable[..., Any]

_STDIN: Final = "standard input"
_SHOWN_ROWS: Final = 8
_SHOWN_CHARS: Final = 160
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_HEADS: Final = {"quoted": "quoted instead", "dropped": "dropped", "digest": "no model's text"}


@dataclass(frozen=True)
class Wish:
    """What every one of these commands is asked for.

    Attributes:
        files: To be taken together; none for standard input.
        options: For the library.
        output: Where the text goes; None for standard output.
        as_json: Write the whole artifact.
        format: How to read the files.
        limit_bytes: Of each.
        quiet: No account and no progress.
    """

    files: tuple[str, ...]
    options: dict[str, Any]
    output: Path | None
    as_json: bool
    format: str
    limit_bytes: int
    quiet: bool

    @staticmethod
    def of(
        files: tuple[str, ...],
        keep: float | None,
        max_tokens: int | None,
        query: str | None,
        pins: tuple[str, ...],
        output: str | None,
        as_json: bool,
        counter: str,
        asked_format: str,
        max_input_mb: float,
        quiet: bool,
    ) -> Wish:
        """The options of the command line, checked before anything is read."""
        if keep is not None and max_tokens is not None:
            raise click.UsageError("give either --keep F or --max-tokens N, not both")
        if keep is not None and not 0 < keep <= 1:
            raise click.UsageError(f"--keep is the fraction of tokens to keep, 0 < F <= 1, got {keep:g}")
        if max_tokens is not None and max_tokens < 1:
            raise click.UsageError(f"--max-tokens must be 1 or more, got {max_tokens}")
        if not 0 < max_input_mb <= 1 << 20:
            raise click.UsageError(
                f"--max-input-mb must be above 0 and at most {1 << 20:,}, got {max_input_mb:g}"
            )
        if not all(pins):
            raise click.UsageError("--pin needs a text; an empty one stands everywhere")
        if files.count("-") > 1:
            raise click.UsageError("standard input (-) can be read only once")
        limit = round(max_input_mb * MIB)
        options = {
            "keep": keep,
            "max_tokens": max_tokens,
            "query": query,
            "pins": pins,
            "counter": counter,
            "max_input_bytes": 4 * limit,  # JSON that was parsed may be larger when written another way
        }
        place = None if output is None or output == "-" else Path(output)
        return Wish(files or ("-",), options, place, as_json, asked_format, limit, quiet)


def _common(share: str) -> Callable[[Command], Command]:
    """The options that all three commands have."""
    options: list[Callable[[Command], Command]] = [
        click.argument("files", nargs=-1, metavar="[FILE]..."),
        click.option("--keep", type=float, metavar="F", help=f"Fraction of tokens to keep.  [{share}]"),
        click.option("--max-tokens", type=int, metavar="N", help="Most tokens the text may have."),
        click.option("--query", metavar="Q", help="What the text must still answer."),
        click.option(
            "--pin",
            "pins",
            multiple=True,
            metavar="TEXT",
            help="What holds this text is carried. Repeatable.",
        ),
        click.option("-o", "--output", metavar="OUT", help="File to write.  [standard output]"),
        click.option(
            "--json", "as_json", is_flag=True, help="Write every statement with its evidence, as JSON."
        ),
        click.option(
            "--counter",
            metavar="NAME",
            default="o200k_base",
            help="Encoding or model that counts.  [o200k_base]",
        ),
        click.option(
            "--format",
            "asked_format",
            type=click.Choice(["auto", "text", "messages", "jsonl"]),
            default="auto",
            help="How to read FILE.  [auto]",
        ),
        click.option(
            "--max-input-mb", type=float, default=64, metavar="N", help="Refuse inputs over N MiB.  [64]"
        ),
        click.option("--quiet", is_flag=True, help="No account and no progress on standard error."),
        debug_option,
    ]
    return _with(options)


def _model_options(command: Command) -> Command:
    """The options of the commands that ask a model. A key is none of them: others can see a command line."""
    options: list[Callable[[Command], Command]] = [
        click.option("--model", metavar="NAME", help="Model to ask.  [LIMBECK_MODEL, or the config file]"),
        click.option("--url", metavar="URL", help="Its endpoint.  [LIMBECK_MODEL_URL, or the config file]"),
        click.option("--provider", type=click.Choice(["openai", "anthropic"]), help="How it is spoken to."),
        click.option("--no-model", is_flag=True, help="Quotes alone, even if a model is configured."),
        click.option("--strict", is_flag=True, help="Fail where quotes would stand in for the model's text."),
        click.option("--tape", metavar="DIR", help="Record the answers here, and play back what is there."),
        click.option(
            "--deadline", type=float, metavar="S", help="Seconds for one question, retries included."
        ),
        click.option("--max-spend-tokens", type=int, metavar="N", help="Most tokens to spend in all."),
        click.option("--max-spend-usd", type=float, metavar="X", help="Most money to spend; needs prices."),
    ]
    return _with(options)(command)


def _with(options: Sequence[Callable[[Command], Command]]) -> Callable[[Command], Command]:
    def added(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return added


@click.command()
@_common("0.2")
@_model_options
def summarize(
    model: str | None,
    url: str | None,
    provider: str | None,
    no_model: bool,
    strict: bool,
    tape: str | None,
    deadline: float | None,
    max_spend_tokens: int | None,
    max_spend_usd: float | None,
    **common: Any,
) -> None:
    """Write a summary, every statement of which was checked against the lines it cites.

    What the model gets wrong is asked for once more, then replaced by the lines it stood for, or dropped. Where
    it fails altogether, or none is configured, `limbeck digest` serves; standard error says so, and --strict
    makes it an error. Several FILEs are taken together. No FILE, or -, means standard input.

    The key is read from LIMBECK_MODEL_KEY, from the variable of the provider, or from the config file.

    \b
    Examples:
      limbeck summarize session.json --max-tokens 2000 -o summary.md
      limbeck summarize thread.json --model qwen3 --url http://localhost:8000/v1 --strict
      limbeck summarize session.json --json | limbeck check - --against session.json
    """
    chosen = (model, url, provider, no_model, tape, deadline, max_spend_tokens, max_spend_usd)
    _write("summarize", Wish.of(**common), _client(*chosen, strict), {"strict": strict})


@click.command()
@_common("0.1")
@_model_options
def notes(
    model: str | None,
    url: str | None,
    provider: str | None,
    no_model: bool,
    strict: bool,
    tape: str | None,
    deadline: float | None,
    max_spend_tokens: int | None,
    max_spend_usd: float | None,
    **common: Any,
) -> None:
    """Write notes: decisions with reasons, constraints, preferences, facts, pitfalls, each with its evidence.

    A note that its evidence does not support is refused. Without a model the notes are quotes; standard error
    says so, and --strict makes it an error. Several FILEs are taken together. No FILE, or -, means standard input.

    The key is read from LIMBECK_MODEL_KEY, from the variable of the provider, or from the config file.

    \b
    Examples:
      limbeck notes session.json -o notes.md
      limbeck notes session.json --model qwen3 --url http://localhost:8000/v1 --json -o notes.json
    """
    chosen = (model, url, provider, no_model, tape, deadline, max_spend_tokens, max_spend_usd)
    _write("notes", Wish.of(**common), _client(*chosen, strict), {"strict": strict})


@click.command()
@_common("0.2")
def digest(**common: Any) -> None:
    """Quote what matters under the sections of a summary: goal, constraints, decisions, state, errors, next step.

    No model, no network: every line is the source's own, byte for byte. Several FILEs are taken together. No
    FILE, or -, means standard input.

    \b
    Examples:
      limbeck digest session.json -o digest.md
      limbeck digest report.txt --max-tokens 800 --query "what did the repair cost?"
    """
    _write("digest", Wish.of(**common), None, {})


def _client(
    model: str | None,
    url: str | None,
    provider: str | None,
    no_model: bool,
    tape: str | None,
    deadline: float | None,
    max_spend_tokens: int | None,
    max_spend_usd: float | None,
    strict: bool,
) -> Client | None:
    """Whom to ask, with the bounds; None for nobody."""
    asked = [name for name, value in (("--model", model), ("--url", url), ("--provider", provider)) if value]
    if no_model and (asked or strict):
        raise click.UsageError(f"--no-model and {asked[0] if asked else '--strict'} exclude each other")
    if no_model:
        return None
    from limbeck.llm import Client, Tape, endpoint

    whom = endpoint(
        model=model,
        url=url,
        provider=provider,
        deadline_seconds=deadline,
        max_spend_tokens=max_spend_tokens,
        max_spend_usd=max_spend_usd,
    )
    if whom is not None:
        return Client(whom, tape=None if tape is None else Tape(tape))
    if strict or tape is not None:
        raise OptionError(
            f"{'--strict' if strict else '--tape'} needs a model, and none is given or configured; give --model and "
            "--url, set LIMBECK_MODEL and LIMBECK_MODEL_URL, or write a [model] table into the config file"
        )
    return None


def _write(how: str, wish: Wish, client: Client | None, more: dict[str, Any]) -> None:
    """Read, distill, write, account."""
    if wish.files == ("-",) and sys.stdin.isatty() and not wish.quiet:
        click.echo("limbeck: reading standard input; end it with Ctrl-D", err=True)
    given = [one for path in wish.files for one in _inputs(path, wish)]
    import limbeck

    options = wish.options | more
    with client or nullcontext(), progress(None, not wish.quiet) as advance:
        advance(how if client is None else f"{how} by {client.endpoint.model}")
        if how != "digest":
            options["model"] = client
        made: Artifact = getattr(limbeck, how)(given[0] if len(given) == 1 else given, **options)
    out = _record(made) if wish.as_json else encode(made.text + "\n" if made.text else "")
    if wish.output is None:
        put(out)
    else:
        replace_files([(wish.output, out)])
    if not wish.quiet:
        for line in account(made, client.endpoint.model if client is not None else ""):
            click.echo(visible(line), err=True)


def _inputs(path: str, wish: Wish) -> Sequence[Any]:
    name = _STDIN if path == "-" else path
    data = read_bytes(None if path == "-" else path, wish.limit_bytes)
    return shape_of(decode(data, name)[1], wish.format, name).inputs


def _record(made: Artifact) -> bytes:
    from limbeck.core.artifact_record import artifact_record

    line = json.dumps(artifact_record(made), ensure_ascii=False)
    return encode(_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", line)) + b"\n"


def account(made: Artifact, model: str) -> Iterator[str]:
    """What was written, what stands in its place, what is missing, what it cost: a line each."""
    if not any(source.text.strip() for source in made.before.sources):
        yield "the input is empty; so is the output"
        return
    quoted = sum(statement.quoted for statement in made.statements)
    parts = [f"{len(made.statements) - quoted:,} written", f"{quoted:,} quoted"]
    yield (
        f"{made.tokens_before:,} -> {made.tokens_after:,} tokens{counted_by(made.usage)} "
        f"({percent(made.tokens_after, made.tokens_before)} kept), "
        f"{number_of(len(made.statements), 'statement')}: {', '.join(parts)}, {made.usage.seconds:.2f} s"
    )
    if model and made.spent.calls:
        spent = made.spent
        money = f", ${spent.usd:.4f}" if spent.usd else ""
        replayed = f", {spent.replayed:,} from the tape" if spent.replayed else ""
        yield (
            f"{model}: {number_of(spent.calls, 'answer')}{replayed}, {spent.prompt_tokens:,} tokens read, "
            f"{spent.completion_tokens:,} written{money}"
        )
    yield from _listed(
        [f"{_HEADS[f.what]}: {f.why}" + (f": {f.text}" if f.text else "") for f in made.fallbacks]
    )
    yield from _listed([f"not carried ({f.reason}): {f.text}" for f in made.omissions])
    if made.usage.counter.startswith("unknown~"):
        yield "--counter names no model or encoding that is known: the figures are an upper bound for any model"
    yield from (f"--pin {check.detail}" for check in made.checks if check.name == "pin")


def _listed(lines: Sequence[str]) -> Iterator[str]:
    yield from (shortened(" ".join(line.split()), _SHOWN_CHARS) for line in lines[:_SHOWN_ROWS])
    if len(lines) > _SHOWN_ROWS:
        yield f"and {len(lines) - _SHOWN_ROWS:,} more"
