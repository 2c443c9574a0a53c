"""`limbeck serve`: existing clients work by changing the base URL. `limbeck key`: who may ask."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from limbeck.core.errors import OptionError

from .door import debug_option
from .files import MIB

if TYPE_CHECKING:
    from limbeck.serve.keys import Key

_MISSING = ("fastapi", "starlette", "uvicorn", "httpx", "prometheus_client", "pydantic", "h11", "anyio")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", type=int, default=8787, show_default=True, help="0 takes a free one.")
@click.option(
    "--keys",
    "keys_path",
    type=click.Path(path_type=Path),
    help="File of API keys, as `limbeck key` writes. Needed beyond loopback.",
)
@click.option("--upstream", default="", metavar="URL", help="Where requests for other models go, unchanged.")
@click.option(
    "--upstream-key-env",
    metavar="VAR",
    help="Environment variable with the key for the upstream; else the client's own is passed on.",
)
@click.option(
    "--upstream-seconds",
    type=float,
    default=600,
    show_default=True,
    help="Give up when the upstream is silent for so long.",
)
@click.option("--workers", type=int, default=0, help="Processes that work.  [one a core]")
@click.option("--queue", type=int, default=256, show_default=True, help="Requests that may wait; then 429.")
@click.option(
    "--deadline-seconds", type=float, default=120, show_default=True, help="A job at work is ended then; 504."
)
@click.option(
    "--max-body-mb", type=float, default=64, show_default=True, help="MiB of a request body; then 413."
)
@click.option(
    "--max-held-mb", type=float, default=512, show_default=True, help="MiB of all bodies in memory; then 429."
)
@click.option("--max-messages", type=int, default=20_000, show_default=True, help="In one request; then 413.")
@click.option("--max-depth", type=int, default=100, show_default=True, help="Of nested JSON; then 400.")
@click.option("--body-seconds", type=float, default=30, show_default=True, help="To send a body; then 408.")
@click.option(
    "--head-seconds", type=float, default=10, show_default=True, help="To send headers; then cut off."
)
@click.option(
    "--shutdown-seconds",
    type=float,
    default=120,
    show_default=True,
    help="For what was begun, when told to stop.",
)
@click.option(
    "--originals-mb", type=float, default=256, show_default=True, help="MiB kept in memory for /v1/retrieve."
)
@click.option(
    "--originals-minutes", type=float, default=30, show_default=True, help="How long they are kept."
)
@click.option(
    "--allow-host", "allowed_hosts", multiple=True, metavar="NAME", help="One more Host name. Repeatable."
)
@debug_option
def serve(
    host: str,
    port: int,
    keys_path: Path | None,
    upstream: str,
    upstream_key_env: str | None,
    upstream_seconds: float,
    workers: int,
    queue: int,
    deadline_seconds: float,
    max_body_mb: float,
    max_held_mb: float,
    max_messages: int,
    max_depth: int,
    body_seconds: float,
    head_seconds: float,
    shutdown_seconds: float,
    originals_mb: float,
    originals_minutes: float,
    allowed_hosts: tuple[str, ...],
) -> None:
    """Serve compaction over HTTP: programs of OpenAI, Anthropic, Morph and Headroom change key and URL only.

    Routes: POST /v1/chat/completions, /v1/responses, /v1/messages, /v1/compact, /v1/compress, /v1/distill;
    GET /v1/models, /v1/retrieve/HASH, /healthz, /metrics, /openapi.json. Models: limbeck-compact,
    morph-compact, morph-compactor. On loopback without --keys any key or none is accepted. One line of JSON
    for each request goes to standard error, without anything of its text. SIGTERM or Ctrl-C stops it: what was
    begun is finished first.

    \b
    Examples:
      limbeck serve
      limbeck serve --upstream https://api.example.com/v1 --upstream-key-env EXAMPLE_API_KEY
      limbeck key laptop --file keys.txt && limbeck serve --host 0.0.0.0 --keys keys.txt
    """
    _require_serve()
    from limbeck.serve.run import serve as run
    from limbeck.serve.settings import Limits, Settings

    run(
        Settings(
            host=host,
            port=port,
            keys=_keys(keys_path),
            allowed_hosts=allowed_hosts,
            upstream=upstream,
            upstream_key=_secret(upstream_key_env),
            upstream_seconds=upstream_seconds,
            workers=workers,
            queue=queue,
            held_bytes=_bytes("--max-held-mb", max_held_mb),
            deadline_seconds=deadline_seconds,
            head_seconds=head_seconds,
            shutdown_seconds=shutdown_seconds,
            originals_bytes=_bytes("--originals-mb", originals_mb),
            originals_seconds=originals_minutes * 60,
            limits=Limits(
                body_bytes=_bytes("--max-body-mb", max_body_mb),
                body_seconds=body_seconds,
                depth=max_depth,
                messages=max_messages,
            ),
        ),
        lambda url: click.echo(f"limbeck serves on {url}", err=True),
    )


@click.command()
@click.argument("name")
@click.option(
    "--file",
    "path",
    type=click.Path(path_type=Path),
    required=True,
    help="File to append the key's hash to; made if it is not there, for its owner only.",
)
@debug_option
def key(name: str, path: Path) -> None:
    """Make an API key for NAME and print it, this once: the file keeps its hash only.

    \b
    Example:
      limbeck key laptop --file keys.txt
    """
    from limbeck.serve.keys import add_key

    click.echo(add_key(path, name))


def _require_serve() -> None:
    """Find out whether the extra is there.

    Raises:
        OptionError: It is not.
    """
    try:
        import limbeck.serve.run  # noqa: F401  only whether it can be imported
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in _MISSING:
            raise
        raise OptionError(f"the server needs {error.name}: pip install 'limbeck[serve]'") from None


def _keys(path: Path | None) -> tuple[Key, ...]:
    from limbeck.serve.keys import read_keys

    return () if path is None else read_keys(path)


def _secret(variable: str | None) -> str:
    if variable is None:
        return ""
    value = os.environ.get(variable, "")
    if not value:
        raise OptionError(
            f"--upstream-key-env names {variable}, which is not set; set it to the upstream's key"
        )
    if not value.isascii() or not value.isprintable() or value != value.strip():
        raise OptionError(f"the key in {variable} has spaces or characters that no HTTP header can carry")
    return value


def _bytes(option: str, mib: float) -> int:
    try:
        return int(mib * MIB)
    except (OverflowError, ValueError):
        raise OptionError(f"{option} must be a number of MiB; got {mib}") from None
