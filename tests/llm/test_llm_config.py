"""Which model is meant: arguments, environment, file, and which key goes where."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from limbeck.core.errors import FileError, OptionError
from limbeck.llm import Endpoint, endpoint
from limbeck.llm.config import config_path

OPENAI, ANTHROPIC = "https://api.openai.com/v1", "https://api.anthropic.com"
LOCAL = "http://localhost:8000/v1"


def file(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "limbeck" / "config.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    path.chmod(mode)
    return path


def resolved(folder: Path, env: dict[str, str] | None = None, **given: Any) -> Endpoint | None:
    return endpoint(environment={"XDG_CONFIG_HOME": str(folder), **(env or {})}, **given)


def found(folder: Path, env: dict[str, str] | None = None, **given: Any) -> tuple[str, str, str, str]:
    end = resolved(folder, env, **given)
    assert end is not None
    return end.model, end.provider, end.url, end.secret.reveal()


def test_nothing_is_configured(tmp_path: Path) -> None:
    assert resolved(tmp_path) is None
    # A provider's own variables are there for other programs: they choose no model.
    assert resolved(tmp_path, {"OPENAI_API_KEY": "sk-o", "OPENAI_BASE_URL": "http://gateway/v1"}) is None
    file(tmp_path, "[model]\ndeadline_seconds = 5\n")
    assert resolved(tmp_path) is None


@pytest.mark.parametrize(
    ("env", "given", "expected"),
    [
        ({}, {"model": "a"}, ("a", "openai", OPENAI, "")),
        ({}, {"model": "claude-x"}, ("claude-x", "anthropic", ANTHROPIC, "")),
        ({}, {"model": "claude-x", "url": LOCAL}, ("claude-x", "openai", LOCAL, "")),
        ({}, {"model": "x", "url": "https://api.anthropic.com/v1/"}, ("x", "anthropic", ANTHROPIC, "")),
        ({}, {"model": "x", "url": "http://h", "provider": "anthropic"}, ("x", "anthropic", "http://h", "")),
        ({"LIMBECK_MODEL": "b"}, {}, ("b", "openai", OPENAI, "")),
        ({"LIMBECK_MODEL": "b"}, {"model": "a"}, ("a", "openai", OPENAI, "")),
        (
            {
                "LIMBECK_MODEL": "b",
                "LIMBECK_MODEL_PROVIDER": "anthropic",
                "LIMBECK_MODEL_URL": "http://H:9/v1",
            },
            {},
            ("b", "anthropic", "http://h:9", ""),
        ),
        (
            {"LIMBECK_MODEL": "b", "LIMBECK_MODEL_URL": LOCAL, "LIMBECK_MODEL_KEY": "sk-l"},
            {},
            ("b", "openai", LOCAL, "sk-l"),
        ),
        ({"LIMBECK_MODEL_KEY": "sk-l"}, {"model": "a", "url": LOCAL}, ("a", "openai", LOCAL, "sk-l")),
        ({"LIMBECK_MODEL_KEY": "sk-l"}, {"model": "a", "key": "sk-a"}, ("a", "openai", OPENAI, "sk-a")),
        ({"MINE": "sk-m"}, {"model": "a", "key_env": "MINE"}, ("a", "openai", OPENAI, "sk-m")),
        ({"OPENAI_API_KEY": "sk-o"}, {"model": "a"}, ("a", "openai", OPENAI, "sk-o")),
        ({"OPENAI_API_KEY": "sk-o"}, {"model": "a", "url": OPENAI + "/"}, ("a", "openai", OPENAI, "sk-o")),
        ({"OPENAI_API_KEY": "sk-o"}, {"model": "a", "url": LOCAL}, ("a", "openai", LOCAL, "")),
        ({"OPENAI_API_KEY": "sk-o"}, {"model": "claude-x"}, ("claude-x", "anthropic", ANTHROPIC, "")),
        ({"ANTHROPIC_API_KEY": "sk-n"}, {"model": "claude-x"}, ("claude-x", "anthropic", ANTHROPIC, "sk-n")),
        (
            {"OPENAI_API_KEY": "sk-o", "OPENAI_BASE_URL": "http://gw/v1"},
            {"model": "a"},
            ("a", "openai", "http://gw/v1", "sk-o"),
        ),
        # The key belongs to the gateway that the variable beside it names, not to OpenAI's own URL.
        (
            {"OPENAI_API_KEY": "sk-o", "OPENAI_BASE_URL": "http://gw/v1"},
            {"model": "a", "url": OPENAI},
            ("a", "openai", OPENAI, ""),
        ),
    ],
    ids=str,
)
def test_arguments_and_environment(
    env: dict[str, str], given: dict[str, str], expected: tuple[str, ...], tmp_path: Path
) -> None:
    assert found(tmp_path, env, **given) == expected


def test_the_file(tmp_path: Path) -> None:
    file(
        tmp_path,
        f'[model]\nmodel = "q"\nurl = "{LOCAL}"\nkey = "sk-f"\nwindow_tokens = 32768\nretries = 7\n'
        "[model.extra.chat_template_kwargs]\nenable_thinking = false\n",
    )
    assert found(tmp_path) == ("q", "openai", LOCAL, "sk-f")
    end = resolved(tmp_path, retries=1)
    assert end is not None
    assert (end.window_tokens, end.retries) == (32_768, 1)
    assert end.extra == {"chat_template_kwargs": {"enable_thinking": False}}
    # Another model of the same server; another server gets no key of this one.
    assert found(tmp_path, {"LIMBECK_MODEL": "r"}) == ("r", "openai", LOCAL, "sk-f")
    assert found(tmp_path, url="http://other:1/v1") == ("q", "openai", "http://other:1/v1", "")
    assert found(tmp_path, provider="anthropic")[3] == ""
    # What other programs were told does not turn a request away from where the file sends it.
    assert found(tmp_path, {"OPENAI_BASE_URL": "http://gw/v1", "OPENAI_API_KEY": "sk-o"})[2:] == (
        LOCAL,
        "sk-f",
    )


def test_the_file_names_a_variable(tmp_path: Path) -> None:
    file(tmp_path, '[model]\nmodel = "q"\nkey_env = "MINE"\n', 0o644)
    assert found(tmp_path, {"MINE": "sk-m"})[3] == "sk-m"
    with pytest.raises(OptionError, match="MINE, which is not set"):
        resolved(tmp_path)


@pytest.mark.skipif(os.name != "posix", reason="other systems have other rights")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_others_must_not_read_a_key(mode: int, tmp_path: Path) -> None:
    path = file(tmp_path, '[model]\nmodel = "q"\nkey = "sk-f"\n', mode)
    with pytest.raises(OptionError, match=rf"mode {mode:o}.*chmod 600") as caught:
        resolved(tmp_path)
    assert "sk-f" not in str(caught.value)
    path.write_text('[model]\nmodel = "q"\n', "utf-8")
    assert found(tmp_path)[0] == "q"


@pytest.mark.parametrize(
    ("text", "error", "told"),
    [
        ("[model]\nmodle = 'q'\n", OptionError, "modle in .model.; known are model, provider, url"),
        ("[models]\nmodel = 'q'\n", OptionError, "holds models"),
        ("model = 'q'\n", OptionError, "which is no table"),
        ("[model]\nmodel = 3\n", OptionError, "model in .* must be a string"),
        ("[model]\nmodel = 'q'\nprovider = 'aws'\n", OptionError, "openai, anthropic"),
        ("[model]\nurl = 'http://h'\n", OptionError, "url in .* is given but no model"),
        ("[model]\nmodel = 'q'\nkey = 'sk-f'\nkey_env = 'E'\n", OptionError, "key and key_env"),
        (
            "[model]\nmodel = 'q'\ndeadline_seconds = 'x'\n",
            OptionError,
            "deadline_seconds must be a number above 0",
        ),
        ("[model\n", FileError, "is not TOML"),
    ],
    ids=range(9),
)
def test_what_is_wrong_in_the_file(text: str, error: type[Exception], told: str, tmp_path: Path) -> None:
    file(tmp_path, text)
    with pytest.raises(error, match=told):
        resolved(tmp_path)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="there is no"):
        endpoint(file=tmp_path / "none.toml", environment={})
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(FileError, match="cannot read"):
        endpoint(file=tmp_path / "folder.toml", environment={})
    (tmp_path / "odd.toml").write_bytes(b"[model]\nmodel = '\xff'\n")
    with pytest.raises(FileError, match="not UTF-8"):
        endpoint(file=tmp_path / "odd.toml", environment={})


@pytest.mark.parametrize(
    ("env", "given"),
    [
        ({"LIMBECK_MODEL_URL": LOCAL}, {}),
        ({}, {"url": LOCAL}),
        ({}, {"key": "sk-a"}),
        ({"LIMBECK_MODEL_KEY": "k"}, {}),
    ],
    ids=str,
)
def test_half_a_configuration_is_an_error(env: dict[str, str], given: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="is given but no model"):
        resolved(tmp_path, env, **given)


def test_where_the_file_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert config_path({}) == tmp_path / ".config" / "limbeck" / "config.toml"
    assert config_path({"XDG_CONFIG_HOME": "relative"}) == config_path({})  # as the specification says
    assert config_path({"XDG_CONFIG_HOME": "/x"}) == Path("/x/limbeck/config.toml")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("LIMBECK_MODEL", "from-the-process")
    end = endpoint()
    assert end is not None and end.model == "from-the-process"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"model": " "}, "name of a model"),
        ({"provider": "bedrock"}, "one of openai, anthropic"),
        ({"url": "localhost:8000"}, "http://localhost:8000/v1"),
        ({"url": "ftp://host"}, "must be one such as"),
        ({"url": "http://host:99999"}, "must be one such as"),
        ({"url": "http://host:0"}, "must be one such as"),
        ({"deadline_seconds": 0}, "above 0"),
        ({"deadline_seconds": float("inf")}, "above 0"),
        ({"deadline_seconds": None}, "above 0"),
        ({"retries": -1}, "at least 0"),
        ({"retries": True}, "at least 0"),
        ({"concurrency": 0}, "at least 1"),
        ({"window_tokens": 1.5}, "whole number"),
        ({"prompt_usd_per_million": -1}, "at least 0"),
        ({"max_spend_tokens": -1}, "at least 0"),
        ({"max_spend_usd": 1}, "needs prices"),
        ({"temperature": -0.1}, "at least 0"),
        ({"temperature": 0.5, "provider": "anthropic"}, "takes no temperature"),
        ({"extra": 3}, "must map"),
        ({"extra": {"model": "x", "stream": False}}, "cannot set model, stream"),
    ],
    ids=str,
)
def test_values_out_of_range(fields: dict[str, Any], told: str) -> None:
    with pytest.raises(OptionError, match=told):
        Endpoint(**{"model": "m", **fields})


@pytest.mark.parametrize(
    ("provider", "given", "url", "window"),
    [
        ("openai", "", OPENAI, 128_000),
        ("anthropic", "", ANTHROPIC, 200_000),
        ("openai", "http://h:1", "http://h:1/v1", 8_192),
        ("openai", "http://h:1/", "http://h:1/v1", 8_192),
        ("openai", "http://h/v1beta/openai/", "http://h/v1beta/openai", 8_192),
        ("openai", "http://h/v1/chat/completions", "http://h/v1", 8_192),
        ("anthropic", "http://h/v1/messages", "http://h", 8_192),
        ("anthropic", "http://h/proxy/v1", "http://h/proxy", 8_192),
    ],
)
def test_base_urls_and_windows(provider: Any, given: str, url: str, window: int) -> None:
    end = Endpoint(model="m", provider=provider, url=given)
    assert (end.url, end.window_tokens) == (url, window)
    assert Endpoint(model="m", url=given, window_tokens=5).window_tokens == 5
