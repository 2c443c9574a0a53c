"""Answers on disk: recorded by the hash of the question, and played back without a model, key or network.

A folder with a JSON file for each question, named by the hash of all that decides the answer: provider, URL, model,
messages, token bound, schema, temperature and extra fields. A file holds the answer and its cost, not what was asked;
only its owner may read it. Faults are not recorded.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from limbeck.core.distiller import Ask
from limbeck.core.errors import FileError, OptionError

from .endpoints import Endpoint

Mode = Literal["auto", "record", "replay"]
_MODES: Final = ("auto", "record", "replay")


class Recorded(NamedTuple):
    """An answer, and what it cost when it was given."""

    text: str
    prompt_tokens: int
    completion_tokens: int


def request_hash(endpoint: Endpoint, ask: Ask) -> str:
    """What a question is known by: 64 hexadecimal digits. The key is not in it."""
    decides = {
        "provider": endpoint.provider,
        "url": endpoint.url,
        "model": endpoint.model,
        "messages": [dict(message) for message in ask.messages],
        "max_tokens": ask.max_tokens,
        "schema": ask.schema,
        "temperature": endpoint.temperature,
        "extra": dict(endpoint.extra),
    }
    said = json.dumps(decides, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(said.encode()).hexdigest()


class Tape:
    """A folder of answers.

    Any number of threads and processes may use one: files appear whole or not at all.

    Args:
        path: The folder; made when something is recorded.
        mode: `replay`: nothing is asked, and what is missing is `Failed("absent")`. `record`: everything is asked and
            recorded anew. `auto`: what is there is played back, the rest asked and recorded.

    Raises:
        OptionError: The mode is none of these.
    """

    def __init__(self, path: str | os.PathLike[str], mode: Mode = "auto") -> None:
        if mode not in _MODES:
            raise OptionError(f"the tape's mode must be one of {', '.join(_MODES)}; got {mode!r}")
        self.path = Path(path)
        self.mode = mode

    def find(self, digest: str) -> Recorded | None:
        """The answer to a question, if it is here and may be played back.

        Raises:
            FileError: Its file cannot be read, or holds something else.
        """
        if self.mode == "record":
            return None
        file = self._file(digest)
        try:
            held = json.loads(file.read_text("utf-8"))
            if held["request"] != digest:
                raise ValueError("it holds the answer to another question")
            if not isinstance(held["text"], str):
                raise ValueError("its text is none")
            return Recorded(held["text"], int(held["prompt_tokens"]), int(held["completion_tokens"]))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise FileError(f"cannot read {file}: {error.strerror}") from error
        except (ValueError, LookupError, TypeError) as error:
            raise FileError(f"{file} is no record of an answer ({error}); remove it") from error

    def keep(self, digest: str, endpoint: Endpoint, answer: Recorded) -> None:
        """Record an answer; another of the same question gives way.

        Raises:
            FileError: It cannot be written.
        """
        file = self._file(digest)
        held = {"request": digest, "model": endpoint.model, "url": endpoint.url, **answer._asdict()}
        data = (json.dumps(held, indent=1) + "\n").encode()
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".part")  # mode 0600
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(data)
                Path(name).replace(file)
            except BaseException:
                with contextlib.suppress(OSError):
                    Path(name).unlink()
                raise
        except OSError as error:
            raise FileError(f"cannot record to {file}: {error.strerror}") from error

    def missing(self, digest: str) -> str:
        """What to say where nothing but this tape may answer, and it cannot."""
        return f"{self.path} holds no answer to request {digest[:12]}; record it with a model and the mode `auto`"

    def _file(self, digest: str) -> Path:
        return self.path / f"{digest}.json"


def _plain(value: Any) -> Any:
    if hasattr(value, "items"):
        return dict(value)
    raise TypeError(f"a schema is made of JSON values, not of {type(value).__name__}")
