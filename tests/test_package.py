"""The package as a whole: its names, what importing it costs, and what must not stand in the repository."""

from __future__ import annotations

import doctest
import importlib
import inspect
import os
import pkgutil
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import limbeck

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src"
MODULES = sorted(
    found.name
    for found in pkgutil.walk_packages(limbeck.__path__, "limbeck.")
    if not found.name.endswith("__main__")
)
HEAVY = ("numpy", "tiktoken", "xxhash", "click", "rich", "matplotlib", "tree_sitter", "requests", "asyncio")
# A path that begins at the root of one machine. Not `src/home/x`, not `a.b/tmp/`, not `~/x`.
OF_A_MACHINE = re.compile(r"(?<![\w.~/*\]})-])/(?:home|root|tmp|mnt|Users)/[\w.-]+")
# Texts about other people's machines, which is what tool output is full of.
MAY_HOLD_PATHS = ("tests/split/", "tests/wire/", "tests/bench/", "tests/laws/", "tests/cli/", "tests/core/")


def python(program: str) -> str:
    """What a fresh interpreter prints."""
    env = {**os.environ, "PYTHONPATH": str(SOURCES)}
    done = subprocess.run(
        [sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_there_are_modules_of_every_layer() -> None:
    layers = {name.split(".")[1] for name in MODULES}
    assert {"api", "bench", "cli", "core", "local", "methods", "split", "wire"} <= layers


@pytest.mark.parametrize("name", ["limbeck", *MODULES])
def test_every_listed_name_is_there(name: str) -> None:
    module = importlib.import_module(name)
    listed = getattr(module, "__all__", [])
    assert len(set(listed)) == len(listed)
    for each in listed:
        assert getattr(module, each) is not None
    assert inspect.getdoc(module), f"{name} does not say what it is"


def test_the_public_names_are_the_promised_ones() -> None:
    assert {"BudgetError", "LimbeckError", "Result", "compact"} <= set(limbeck.__all__)
    assert set(limbeck.__all__) <= set(dir(limbeck))
    for name in limbeck.__all__:
        if name != "__version__":
            assert inspect.getdoc(getattr(limbeck, name))
    with pytest.raises(AttributeError, match="compress"):
        _ = limbeck.compress


def test_importing_limbeck_imports_nothing_heavy() -> None:
    program = f"import sys, limbeck; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    assert python(program).split() == []


def test_asking_for_an_error_imports_nothing_heavy() -> None:
    program = f"import sys, limbeck; limbeck.BudgetError; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    assert python(program).split() == []


def test_the_version_is_the_one_of_the_project() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    assert limbeck.__version__ == project["version"]


@pytest.mark.parametrize("name", ["limbeck", *MODULES])
def test_examples_in_docstrings_run(name: str) -> None:
    failed, _ = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert failed == 0


def test_constraints_name_packages_and_nothing_else() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9][\w.-]*==[\w.]+", line)] == []
    pinned = {line.split("==")[0].lower().replace("_", "-") for line in lines}
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    needed = [
        *project["dependencies"],
        *(d for extra in project["optional-dependencies"].values() for d in extra),
    ]
    names = {re.split(r"[\[<>=!~ ;]", need)[0].lower() for need in needed} - {"limbeck"}
    assert names <= pinned


def repository_files() -> list[Path]:
    """Every text file that is or would be in the repository."""
    skipped = {"build", "dist", "data", "__pycache__", "node_modules"}
    known = {".ci", ".gitignore"}
    found = []
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [
            f
            for f in folders
            if f not in skipped and not f.endswith(".egg-info") and (f[0] != "." or f in known)
        ]
        files = [f for f in files if not f.endswith((".ranks", ".png")) and (f[0] != "." or f in known)]
        found += [Path(folder, name) for name in files]
    return found


def test_no_file_holds_paths_of_a_machine() -> None:
    files = repository_files()
    assert ROOT / "examples" / "session.json" in files
    assert ROOT / ".ci" / "run" in files
    held = {}
    for file in files:
        name = file.relative_to(ROOT).as_posix()
        if name.startswith(MAY_HOLD_PATHS) or name == "tests/test_package.py":
            continue
        paths = OF_A_MACHINE.findall(file.read_text(encoding="utf-8"))
        if paths:
            held[name] = paths[:3]
    assert held == {}


def test_the_pattern_for_paths_finds_them() -> None:
    for path in ("/home/ada/x.py", "see /tmp/abc", '"/root/.cache"', "(/Users/x)"):
        assert OF_A_MACHINE.search(path)
    for path in ("src/home/x.py", "a/tmp/b", "~/mnt/x", "https://example.org/home/x", "/usr/bin/env"):
        assert not OF_A_MACHINE.search(path)
