"""`limbeck expand` and `limbeck report`: what can be asked of a recorded result."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from limbeck.core.errors import FormatError, HandleError

from .door import debug_option
from .files import decode, encode, put, read_bytes

if TYPE_CHECKING:
    from limbeck.core.result import Result

_REMEDY = "`limbeck compact FILE --keep 0.3 -o OUT --record RECORD` writes one"
_NO_LIMIT_BYTES = 1 << 40  # a record is our own and several times as large as its input


@click.command()
@click.argument("record")
@click.argument("handle")
@debug_option
def expand(record: str, handle: str) -> None:
    """Print what a marker stands for, byte for byte.

    RECORD is a file written by `limbeck compact --record` or `--json` (or - for standard input), HANDLE the
    short name in a marker: `(filtered 12 lines, k3f9a2)` has the handle k3f9a2.

    \b
    Example:
      limbeck compact build.log --keep 0.2 -o small.log --record small.record.json
      limbeck expand small.record.json k3f9a2
    """
    results = read_records(record, f"limbeck expand - {handle}")
    texts = {result.expand(handle) for result in results if handle in result.markers}
    if len(texts) > 1:
        raise HandleError(
            f"{len(results):,} results stand in {record}, and {handle} means different texts in them"
        )
    put(encode(texts.pop() if texts else results[0].expand(handle)))


@click.command()
@click.argument("record")
@debug_option
def report(record: str) -> None:
    """Say what a recorded result kept, what it left out, and why.

    RECORD is a file written by `limbeck compact --record` or `--json` (or - for standard input).

    \b
    Example:
      limbeck compact session.json --keep 0.3 --json | limbeck report -
    """
    put("\n".join(result.report() for result in read_records(record, "limbeck report -")).encode("utf-8"))


def read_records(path: str, reader: str) -> list[Result]:
    """The results in a file of one record, or of one record a line; at least one.

    Args:
        path: The file; - is standard input.
        reader: The command that reads a record from standard input, for errors.

    Raises:
        FileError, EncodingError: It cannot be read.
        FormatError: It holds something else.
    """
    from limbeck.core.record import from_record

    name = "standard input" if path == "-" else path
    _, text = decode(read_bytes(None if path == "-" else path, _NO_LIMIT_BYTES), name, reader)
    try:
        values = [json.loads(text)]
    except (ValueError, RecursionError):
        try:
            values = [json.loads(line) for line in text.split("\n") if line.strip()]
        except (ValueError, RecursionError) as error:
            raise FormatError(f"{name} is no limbeck record: not JSON ({error}); {_REMEDY}") from None
    if not values:
        raise FormatError(f"{name} is empty; {_REMEDY}")
    results = []
    for number, value in enumerate(values, 1):
        try:
            results.append(from_record(value))
        except FormatError as error:
            row = f", record {number:,}" if len(values) > 1 else ""
            raise FormatError(f"{name}{row}: {_seen(value)}{error}") from None
    return results


def _seen(value: object) -> str:
    """What was given in place of a record, where it can be told."""
    if isinstance(value, dict) and "limbeck_record" in value:
        return ""
    listed = value.get("messages") if isinstance(value, dict) else value
    if isinstance(listed, list) and listed and all(isinstance(m, dict) and "role" in m for m in listed):
        return "it holds messages, "
    if isinstance(value, dict) and isinstance(value.get("role"), str):
        return "it holds messages, "
    return ""
