"""The README, tried: every block of Python runs, every command line works on the examples."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tried import ROOT, blocks, environment, make_clone, run

README = (ROOT / "README.md").read_text(encoding="utf-8")
NOT_RUN = ("pip install", "make ")  # what `make demo` and `make test` are themselves
SERVERS = "limbeck serve"


def commands() -> list[str]:
    lines = [line for block in blocks(README, "console") for line in block.splitlines()]
    return [
        line[2:] for line in lines if line.startswith("$ ") and not line[2:].startswith((*NOT_RUN, SERVERS))
    ]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a new user has it: the examples, a log to cut, and `limbeck` and `python` on the path."""
    return make_clone(tmp_path_factory.mktemp("clone"))


def test_there_is_something_to_try() -> None:
    assert len(blocks(README, "python")) >= 3
    assert len(commands()) >= 8
    assert any(command.startswith("limbeck expand") for command in commands())


def test_every_python_block_runs(clone: Path) -> None:
    program = "\n".join(blocks(README, "python"))
    done = run(clone, [sys.executable, "-c", program])
    assert done.returncode == 0, done.stderr
    assert "kept     '" in done.stdout
    assert "left out '" in done.stdout
    assert "pinned tokens exceed the budget of 100" in done.stdout


def test_the_first_block_of_python_has_six_lines() -> None:
    assert len([line for line in blocks(README, "python")[0].splitlines() if line]) == 6


def test_every_command_works_in_order(clone: Path) -> None:
    for command in commands():
        if command.startswith("limbeck expand"):
            record = json.loads((clone / "record.json").read_text(encoding="utf-8"))
            handle = next(iter(record["markers"]))["handle"]
            command, changed = re.subn(r"\bk[0-9a-f]{5}\b", handle, command)
            assert changed == 1
        done = run(clone, ["sh", "-c", command])
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        assert done.stdout.strip() or "-o " in command, command


def test_the_written_session_is_smaller_and_still_a_conversation(clone: Path) -> None:
    run(clone, ["sh", "-c", commands()[0]])
    before = json.loads((ROOT / "examples" / "session.json").read_text(encoding="utf-8"))
    after = json.loads((clone / "smaller.json").read_text(encoding="utf-8"))
    assert after[:2] == before[:2]
    assert after[-2:] == before[-2:]
    assert len(json.dumps(after)) < 0.5 * len(json.dumps(before))


def test_links_lead_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "AGENTS.md", *(ROOT / "docs").rglob("*.md")]
    for page in pages:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_figures_of_the_table_have_a_place() -> None:
    assert README.count("<!-- figures -->") == README.count("<!-- /figures -->") == 1


def test_every_server_comes_up_and_goes_when_told(clone: Path) -> None:
    lines = [
        line[2:] for block in blocks(README, "console") for line in block.splitlines() if SERVERS in line
    ]
    assert len(lines) == 2
    for line in lines:
        command = [*shlex.split(line, comments=True), "--port", "0"]
        with subprocess.Popen(
            command, cwd=clone, env=environment(clone), stderr=subprocess.PIPE, text=True, encoding="utf-8"
        ) as server:
            assert server.stderr is not None
            told = server.stderr.readline()
            assert '"listening"' in told, told
            server.terminate()
            server.stderr.read()
            assert server.wait(60) == 0
