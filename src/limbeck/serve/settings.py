"""What the operator of a server decides, checked once."""

from __future__ import annotations

import ipaddress
import math
import os
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from limbeck.core.errors import OptionError

from .keys import Key

MIB = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one request may bring; the workers know these and nothing else of the settings.

    Attributes:
        body_bytes: Of a request body; beyond it 413.
        body_seconds: Until a body has arrived; beyond it 408.
        depth: Of objects and lists inside each other; beyond it 400.
        values: JSON values in a body, which bounds the memory a parsed body takes; beyond it 413.
        messages: In one request; beyond it 413.
    """

    body_bytes: int = 64 * MIB
    body_seconds: float = 30.0
    depth: int = 100
    values: int = 2_000_000
    messages: int = 20_000

    def __post_init__(self) -> None:
        for name in ("body_bytes", "depth", "values", "messages"):
            _check_count(name, getattr(self, name), 1)
        _check_seconds("body_seconds", self.body_seconds)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """A server's settings.

    Attributes:
        host, port: Where to listen; port 0 takes a free one.
        keys: Who may ask. None is allowed on a loopback host only.
        allowed_hosts: More names the Host header may carry while no keys are needed.
        upstream: Base URL that requests for other models go to; empty for none.
        upstream_key: Replaces the client's credential on the way to the upstream; empty to pass that on.
        upstream_seconds: Silence of the upstream after which a request is given up.
        workers: Processes that work; 0 for one a core.
        queue: Requests that may wait for a worker; beyond it 429.
        held_bytes: Request bodies in memory at one time, waiting or at work; beyond it 429.
        worker_bytes: A worker whose memory ever rose above this is replaced after its answer.
        deadline_seconds: A job at work is ended after this; 504.
        head_seconds: Until the head of a request has arrived; then the connection is closed.
        write_seconds: A client that takes nothing of its answer for so long is cut off.
        shutdown_seconds: Given to what was begun when the server is told to stop.
        originals_bytes, originals_seconds: Bounds of what `/v1/retrieve` can fetch.
        limits: Of one request.
        contracts: Module with `CONTRACTS`, `MODELS` and `is_ours`, imported by name in each worker.
    """

    host: str = "127.0.0.1"
    port: int = 8787
    keys: tuple[Key, ...] = ()
    allowed_hosts: tuple[str, ...] = ()
    upstream: str = ""
    upstream_key: str = field(default="", repr=False)
    upstream_seconds: float = 600.0
    workers: int = 0
    queue: int = 256
    held_bytes: int = 512 * MIB
    worker_bytes: int = 2048 * MIB
    deadline_seconds: float = 120.0
    head_seconds: float = 10.0
    write_seconds: float = 60.0
    shutdown_seconds: float = 120.0
    originals_bytes: int = 256 * MIB
    originals_seconds: float = 1800.0
    limits: Limits = field(default_factory=Limits)
    contracts: str = "limbeck.serve.contracts"

    def __post_init__(self) -> None:
        """Check the values against their ranges and against each other.

        Raises:
            OptionError: One is out of its range, the upstream is no http(s) URL, or the host can be reached
                from other machines and no keys are there.
        """
        _check_count("port", self.port, 0, 65_535)
        _check_count("workers", self.workers, 0)
        for name in ("queue", "held_bytes", "worker_bytes", "originals_bytes"):
            _check_count(name, getattr(self, name), 1)
        for name in (
            "upstream_seconds",
            "deadline_seconds",
            "head_seconds",
            "write_seconds",
            "shutdown_seconds",
            "originals_seconds",
        ):
            _check_seconds(name, getattr(self, name))
        if self.held_bytes < self.limits.body_bytes:
            raise OptionError(
                f"held_bytes of {self.held_bytes:,} cannot hold one body of {self.limits.body_bytes:,} bytes; "
                "raise held_bytes or lower body_bytes"
            )
        if self.upstream:
            _check_upstream(self.upstream)
        elif self.upstream_key:
            raise OptionError("a key for the upstream was given, but no upstream; give --upstream URL too")
        if not self.keys and not is_loopback(self.host):
            raise OptionError(
                f"{self.host} can be reached from other machines, and no API keys are configured: make one with "
                "`limbeck key NAME --file keys.txt` and give --keys keys.txt, or listen on 127.0.0.1"
            )

    @property
    def open(self) -> bool:
        """Anybody who reaches the server may ask."""
        return not self.keys

    @property
    def processes(self) -> int:
        """How many workers there are."""
        return self.workers or cores()


def cores() -> int:
    """The cores this process may use."""
    try:
        return len(os.sched_getaffinity(0)) or 1
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine alone; other names are not looked up."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _check_count(name: str, value: object, least: int, most: int | None = None) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < least or (most and value > most):
        upper = f" and at most {most:,}" if most else ""
        raise OptionError(f"{name} must be a whole number of at least {least:,}{upper}; got {value!r}")


def _check_seconds(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
        raise OptionError(f"{name} must be a number of seconds above 0; got {value!r}")


def _check_upstream(url: str) -> None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise OptionError("the upstream must be a URL such as https://host/v1")
    if parts.query or parts.fragment or parts.username or parts.password:
        raise OptionError(
            "the upstream's URL must have no user, query or fragment; a key goes into an environment variable "
            "named with --upstream-key-env"
        )
