"""Which model is meant: arguments, then the environment, then one file, each field on its own.

`LIMBECK_MODEL`, `LIMBECK_MODEL_URL`, `LIMBECK_MODEL_KEY`, `LIMBECK_MODEL_PROVIDER`; the file is
`~/.config/limbeck/config.toml` (or below `XDG_CONFIG_HOME`):

    [model]
    model = "qwen3"
    url = "http://localhost:8000/v1"
    window_tokens = 32768

A provider's own variables (`OPENAI_BASE_URL`, `OPENAI_API_KEY`, `ANTHROPIC_BASE_URL`, `ANTHROPIC_API_KEY`) fill in
what nobody said. They never choose a model, and their key goes to their URL only.
"""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypedDict, Unpack, cast
from urllib.parse import urlsplit

from limbeck.core.errors import FileError, OptionError

from .endpoints import PROVIDERS, Endpoint, Provider, base_url
from .secret import Secret


class Bounds(TypedDict, total=False):
    """Fields of `Endpoint` beside who is asked; they stand in arguments and in the file."""

    deadline_seconds: float | None
    retries: int | None
    concurrency: int | None
    window_tokens: int | None
    prompt_usd_per_million: float | None
    completion_usd_per_million: float | None
    max_spend_tokens: int | None
    max_spend_usd: float | None
    temperature: float | None
    extra: Mapping[str, Any] | None


_WHO: Final = ("model", "provider", "url", "key", "key_env")
_KNOWN: Final = (*_WHO, *Bounds.__annotations__)


def endpoint(
    *,
    model: str | None = None,
    provider: str | None = None,
    url: str | None = None,
    key: str | Secret | None = None,
    key_env: str | None = None,
    file: str | os.PathLike[str] | None = None,
    environment: Mapping[str, str] | None = None,
    **bounds: Unpack[Bounds],
) -> Endpoint | None:
    """The model to ask, or None if none is configured.

    Args:
        model, provider, url, key: As of `Endpoint`; what is None or empty is looked for further on. Without a provider
            it is `anthropic` for that host, or for a model named `claude...` without a URL, else `openai`.
        key_env: Name of the variable that holds the key.
        file: The configuration file, if it is not the usual one.
        environment: The variables, if they are not those of the process.
        bounds: Other fields of `Endpoint`; they win over the file's.

    Raises:
        OptionError: A value is out of its range, a URL or key without a model was given, a name in the file is not
            known, or others may read a file that holds a key.
        FileError: The file cannot be read, or is not TOML.
    """
    env = os.environ if environment is None else environment
    path = Path(file) if file is not None else config_path(env)
    held = _read(path, must_exist=file is not None)
    chosen = model or env.get("LIMBECK_MODEL") or held.get("model")
    if not chosen:
        told = [name for name, value in (("url", url), ("key", key), ("key_env", key_env)) if value]
        told += [name for name in ("LIMBECK_MODEL_URL", "LIMBECK_MODEL_KEY") if env.get(name)]
        told += [f"{name} in {path}" for name in ("url", "key", "key_env") if held.get(name)]
        if told:
            raise OptionError(f"{told[0]} is given but no model; give model too, or set LIMBECK_MODEL")
        return None
    at = url or env.get("LIMBECK_MODEL_URL") or held.get("url") or ""
    by = _provider(provider or env.get("LIMBECK_MODEL_PROVIDER") or held.get("provider"), str(chosen), at)
    own = env.get(f"{by.upper()}_BASE_URL", "")
    resolved = base_url(by, at or own)
    secret = _given_key(key, key_env, env)
    if not secret and held and _is_of_file(held, by, resolved, own):
        secret = _file_key(held, env, path)
    if not secret and resolved == base_url(by, own):
        secret = Secret(env.get(f"{by.upper()}_API_KEY", ""))
    merged = {name: held[name] for name in Bounds.__annotations__ if name in held}
    merged |= {name: value for name, value in bounds.items() if value is not None}
    return Endpoint(model=str(chosen), provider=by, url=resolved, key=secret, **cast("Any", merged))


def config_path(environment: Mapping[str, str]) -> Path:
    """Where the configuration file is, whether it exists or not."""
    base = environment.get("XDG_CONFIG_HOME", "")
    folder = Path(base) if Path(base).is_absolute() else Path("~/.config").expanduser()
    return folder / "limbeck" / "config.toml"


def _provider(given: object, model: str, url: str) -> Provider:
    if given:
        if given not in PROVIDERS:
            raise OptionError(f"provider must be one of {', '.join(PROVIDERS)}; got {given!r}")
        return given
    host = urlsplit(url).hostname or "" if "//" in url else ""
    if host.endswith("anthropic.com") or (not url and model.startswith("claude")):
        return "anthropic"
    return "openai"


def _given_key(key: str | Secret | None, key_env: str | None, env: Mapping[str, str]) -> Secret:
    """The key that was given for this very call, or for Limbeck."""
    if key:
        return key if isinstance(key, Secret) else Secret(key)
    return _from_variable(key_env, env) if key_env else Secret(env.get("LIMBECK_MODEL_KEY", ""))


def _from_variable(name: str, env: Mapping[str, str]) -> Secret:
    if not env.get(name):
        raise OptionError(f"key_env names the variable {name}, which is not set")
    return Secret(env[name])


def _is_of_file(held: Mapping[str, Any], provider: str, url: str, own: str) -> bool:
    """Whether the file's key belongs to this URL: it does not follow to one that was given elsewhere."""
    said = held.get("url") or ""
    meant = _provider(held.get("provider"), str(held.get("model") or ""), said)
    return meant == provider and base_url(meant, said or own) == url


def _file_key(held: Mapping[str, Any], env: Mapping[str, str], path: Path) -> Secret:
    if held.get("key") and held.get("key_env"):
        raise OptionError(f"{path} holds key and key_env; remove one")
    return _from_variable(held["key_env"], env) if held.get("key_env") else Secret(held.get("key", ""))


def _read(path: Path, must_exist: bool) -> dict[str, Any]:
    """The `[model]` table."""
    try:
        with path.open("rb") as stream:
            mode = stat.S_IMODE(os.fstat(stream.fileno()).st_mode)
            whole = tomllib.load(stream)
    except FileNotFoundError as error:
        if must_exist:
            raise FileError(f"there is no {path}") from error
        return {}
    except OSError as error:
        raise FileError(f"cannot read {path}: {error.strerror}") from error
    except tomllib.TOMLDecodeError as error:
        raise FileError(f"{path} is not TOML: {error}") from error
    except UnicodeDecodeError as error:
        raise FileError(f"{path} is not UTF-8, at byte {error.start:,}") from None
    table = whole.pop("model", {})
    if whole or not isinstance(table, dict):
        wrong = ", ".join(sorted(whole)) or "model, which is no table"
        raise OptionError(f"{path} may hold the table [model] and nothing else; it holds {wrong}")
    unknown = sorted(set(table) - set(_KNOWN))
    if unknown:
        raise OptionError(f"{path} names {', '.join(unknown)} in [model]; known are {', '.join(_KNOWN)}")
    for name in _WHO:
        if not isinstance(table.get(name, ""), str):
            raise OptionError(f"{name} in {path} must be a string")
    if table.get("key") and os.name == "posix" and mode & 0o077:
        raise OptionError(f"others may read {path} (mode {mode:03o}), and it holds a key; chmod 600 {path}")
    return dict(table)
