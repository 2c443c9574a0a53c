"""Runs what a page of the documents shows: its console blocks and its Python, in a folder as a new user has it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: str, kind: str) -> list[str]:
    """The fenced blocks of a page that are of a kind (`console`, `python`)."""
    return [text for found, text in BLOCK.findall(page) if found == kind]


def make_clone(folder: Path) -> Path:
    """Fill a folder with the examples, a log to cut, and `limbeck` and `python` for the path."""
    shutil.copytree(ROOT / "examples", folder / "examples", ignore=shutil.ignore_patterns("node_modules"))
    shutil.copy(ROOT / "AGENTS.md", folder)
    log = "".join(f"[{n:4d}/9000] cc -O2 -c unit_{n}.c -o unit_{n}.o\n" for n in range(9000))
    (folder / "build.log").write_text(f"{log}ld: undefined symbol: start_engine\n", encoding="utf-8")
    (folder / "bin").mkdir()
    for name, ahead in (("limbeck", "-m limbeck"), ("python", "")):
        shim = folder / "bin" / name
        shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" {ahead} "$@"\n', encoding="utf-8")
        shim.chmod(0o755)
    return folder


def environment(clone: Path) -> dict[str, str]:
    """The variables of a process that has the folder's programs on its path and no model configured."""
    unset = {f"LIMBECK_{name}": "" for name in ("MODEL", "MODEL_URL", "MODEL_KEY", "MODEL_PROVIDER")}
    paths = {
        "PATH": f"{clone / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONWARNINGS": "error",
        "XDG_CONFIG_HOME": str(clone / "config"),
    }
    return {**os.environ, **unset, **paths}


def run(clone: Path, command: list[str]) -> subprocess.CompletedProcess[str]:
    """A command in the folder."""
    return subprocess.run(
        command,
        cwd=clone,
        env=environment(clone),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
