"""Servers for the tests of a session: each is a process of its own on a free port."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from serving import Running, UpstreamServer, command, stubbed, upstream_server


@pytest.fixture(scope="session")
def live() -> Iterator[Running]:
    """`limbeck serve` as a user starts it, with two workers."""
    with command("--workers", "2") as server:
        yield server


@pytest.fixture(scope="session")
def stub() -> Iterator[Running]:
    """A server with tight limits whose contracts do as they are told."""
    with stubbed(
        workers=1,
        queue=3,
        deadline_seconds=3,
        head_seconds=1.5,
        write_seconds=2,
        held_bytes=2_000_000,
        limits={"body_bytes": 1_000_000, "body_seconds": 1.5, "values": 50_000, "messages": 10},
    ) as server:
        yield server


@pytest.fixture(scope="session")
def provider() -> Iterator[UpstreamServer]:
    """An upstream."""
    with upstream_server() as server:
        yield server
