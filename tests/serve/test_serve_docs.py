"""docs/server.md, tried: its Python runs against a live server and prints what is shown below it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from serving import Running, environment

PAGE = (Path(__file__).parents[2] / "docs" / "server.md").read_text(encoding="utf-8")
SHOWN = re.compile(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)
BLOCKS = SHOWN.findall(PAGE)


def test_there_is_something_to_try() -> None:
    assert len(BLOCKS) == PAGE.count("```python") >= 2
    assert sum(bool(printed) for _, printed in BLOCKS) == PAGE.count("```text") >= 1


@pytest.mark.parametrize(("program", "printed"), BLOCKS, ids=range(len(BLOCKS)))
def test_every_python_block_runs(live: Running, program: str, printed: str) -> None:
    assert "http://127.0.0.1:8787" in program
    program = program.replace("http://127.0.0.1:8787", live.url)
    given = 'log = "one line\\n" * 40 + "an error\\n"\n'
    done = subprocess.run(
        [sys.executable, "-c", given + program], capture_output=True, encoding="utf-8", timeout=60, check=False,
        env=environment(),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout
    if printed:
        assert done.stdout == printed
