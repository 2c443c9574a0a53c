"""The examples of docs/models.md run, in their order."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from limbeck.llm import Endpoint
from limbeck.llm.config import endpoint

from .conftest import FAULT_KINDS, KEY
from .scripted_server import Model

PAGE = (Path(__file__).parents[2] / "docs" / "models.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.S | re.M)


def test_the_examples_run(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for name, value in (("", "scripted"), ("_URL", model.openai), ("_KEY", KEY)):
        monkeypatch.setenv("LIMBECK_MODEL" + name, value)
    model.answers(*["Still."] * 6)
    names: dict[str, Any] = {}
    for block in blocks("python"):
        exec(compile(block, "docs/models.md", "exec"), names)
    assert capsys.readouterr().out.startswith("['Still.', 'Still.'] ")
    assert names["words"] == ["Still.", "Still."]
    assert len(model.seen()) == 4


def test_the_file_is_read_as_shown(tmp_path: Path) -> None:
    (text,) = blocks("toml")
    tomllib.loads(text)
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    found = endpoint(file=path, environment={})
    assert isinstance(found, Endpoint)
    assert (found.model, found.window_tokens, found.max_spend_tokens) == ("qwen3-30b", 32_768, 2_000_000)


def test_every_kind_of_fault_is_told() -> None:
    section = PAGE.partition("## What can go wrong")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.M)) == FAULT_KINDS
