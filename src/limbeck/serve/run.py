"""Listens: binds, serves with uvicorn, and ends well when told to stop."""

from __future__ import annotations

import json
import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import uvicorn

from limbeck.core.errors import LimbeckError, OptionError

from .app import create_app
from .door import log, say
from .protocol import bounded
from .settings import Settings

_KEEP_ALIVE_SECONDS = 75  # longer than clients keep idle connections, so that theirs is the first to close


class ServerError(LimbeckError, RuntimeError):
    """The server did not come up."""


def serve(settings: Settings, listening: Callable[[str], None] = lambda url: None) -> None:
    """Answer requests until SIGTERM or SIGINT, then finish what was begun and return.

    Args:
        settings: What to serve, and where.
        listening: Told the URL once requests are answered.

    Raises:
        OptionError: The address cannot be listened on.
        ServerError: A worker did not come up.
    """
    bound = _bind(settings)
    _log_to_stderr()
    url = _url(bound)
    config = uvicorn.Config(
        create_app(settings),
        http=bounded(settings.head_seconds, settings.write_seconds),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=max(1, round(settings.shutdown_seconds)),
    )

    def announce() -> None:
        say(logging.INFO, event="listening", url=url)
        listening(url)

    server = _Announced(config, announce)
    with bound, _stopping(server):
        try:
            server.run(sockets=[bound])
        except SystemExit as ended:
            raise ServerError("the server did not start; the lines above say why") from ended
    say(logging.INFO, event="stopped")


class _Announced(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._announce()


@contextmanager
def _stopping(server: uvicorn.Server) -> Iterator[None]:
    """Signals stop the server. uvicorn raises them again when it has ended; then they do nothing."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _bind(settings: Settings) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind, protocol)
        try:
            if sys.platform != "win32":  # there it would take a port that is in use
                bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(address)
        except OSError:
            bound.close()
            raise
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise OptionError(
            f"cannot listen on {settings.host} port {settings.port}: {why}; choose another --host or --port"
        ) from error
    return bound


def _url(bound: socket.socket) -> str:
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _OneLine(logging.Formatter):
    """Our lines are JSON already; those of uvicorn are put into it, without tracebacks, which could quote."""

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        if record.name == log.name:
            return message
        fields: dict[str, Any] = {"level": record.levelname.lower(), "event": message.strip()}
        if record.exc_info and record.exc_info[0] is not None:
            fields["error"] = record.exc_info[0].__name__
        return json.dumps(fields)


def _log_to_stderr() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(_OneLine())
    for name, level in (
        (log.name, logging.INFO),
        ("uvicorn.error", logging.WARNING),
        ("asyncio", logging.ERROR),
    ):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(level)
