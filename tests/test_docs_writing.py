"""docs/writing.md, tried: every command runs, what is shown below it is what it prints, its Python runs."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from limbeck.core.findings import FindingKind
from tests.tried import ROOT, blocks, make_clone, run

PAGE = (ROOT / "docs" / "writing.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clone(tmp_path_factory.mktemp("clone"))


def shown() -> Iterator[tuple[str, list[str]]]:
    """Each command and the lines shown below it; `...` stands for any number of lines."""
    for block in blocks(PAGE, "console"):
        command, lines = "", list[str]()
        for line in block.splitlines():
            if line.startswith("$ "):
                if command:
                    yield command, lines
                command, lines = line[2:], []
            else:
                lines.append(line)
        yield command, lines


def test_every_command_prints_what_is_shown(clone: Path) -> None:
    found = list(shown())
    assert len(found) >= 7
    for command, lines in found:
        done = run(clone, ["sh", "-c", command])
        assert done.returncode in (0, 1), f"{command}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        pattern = "\n".join(re.escape(line) if line != "..." else r"(?:.*\n)*?.*" for line in lines)
        assert re.fullmatch(pattern + r"\n*" if lines else r"[\s\S]*", done.stdout), (
            f"{command}\n{done.stdout}"
        )


def test_every_python_block_runs(clone: Path) -> None:
    done = run(clone, [sys.executable, "-c", "\n".join(blocks(PAGE, "python"))])
    assert done.returncode == 0, done.stderr
    assert "digest no model is given or configured" in done.stdout


def test_every_kind_of_finding_is_told() -> None:
    for kind in get_args(FindingKind):
        assert f"`{kind}`" in PAGE
