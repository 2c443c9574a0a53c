"""Runs the program as its users do: a process of its own, real files, real pipes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import limbeck

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]

SOURCES = Path(limbeck.__file__).parents[1]


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    return kept | {"PYTHONPATH": str(SOURCES), "PYTHONWARNINGS": "error"} | more


@pytest.fixture(scope="session")
def plain_environment() -> Callable[..., dict[str, str]]:
    """The environment of a process that runs the program, without wishes about color."""
    return environment


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """`limbeck ...` in an empty folder."""

    def started(*args: str, given: bytes = b"", **env: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "limbeck", *args],
            input=given,
            capture_output=True,
            cwd=tmp_path,
            env=environment(**env),
            timeout=120,
            check=False,
        )

    return started


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A log of 80 lines, two of which matter."""
    lines = [
        f"12:{n // 60:02}:{n % 60:02} INFO pump_{n % 5} pressure steady at {300 + n % 3}" for n in range(80)
    ]
    lines[31] = "12:00:31 ERROR valve_9 stuck at 17 percent, see manual/valves.md"
    lines[32] = "12:00:32 WARN pump_2 stops because valve_9 does not answer"
    path = tmp_path / "pumps.log"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


@pytest.fixture
def session() -> list[dict[str, Any]]:
    """A conversation of six messages with one call."""
    return [
        {"role": "system", "content": "You look after a greenhouse. Never open the roof in a storm."},
        {"role": "user", "content": "Why is bed_4 dry? Überprüfe es."},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {
                    "id": "call_1",
                    "type": "function",
                    "function": {"name": "read_sensors", "arguments": '{"bed": "bed_4", "hours": 48}'},
                }
            ],
        },
        {
            "role": "tool",
            "tool_call_id": "call_1",
            "content": "".join(
                f"hour {n}: moisture {40 - n % 7} percent, drip_{n % 3} open\n" for n in range(48)
            ),
        },
        {"role": "assistant", "content": "The drip line drip_2 is clogged."},
        {"role": "user", "content": "Then say how to clean it."},
    ]


@pytest.fixture
def session_file(tmp_path: Path, session: list[dict[str, Any]]) -> Path:
    path = tmp_path / "session.json"
    path.write_text(json.dumps(session, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return path


@pytest.fixture(scope="session")
def names() -> Callable[[Path], list[str]]:
    """What stands in a folder, hidden files too."""
    return lambda folder: sorted(path.name for path in folder.iterdir())
