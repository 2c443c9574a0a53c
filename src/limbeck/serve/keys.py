"""API keys: shown once when made, kept as hashes, compared in constant time."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from limbeck.core.errors import FileError, OptionError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LINE = re.compile(r"(?P<name>\S+)\s+sha256:(?P<digest>[0-9a-fA-F]{64})")


@dataclass(frozen=True)
class Key:
    """Who a key belongs to, and its hash.

    A plain sha256 is enough: a key is 256 random bits, so there is no dictionary to try.
    """

    name: str
    digest: bytes = field(repr=False)


def make_key() -> str:
    """A new key: 256 random bits."""
    return "lk-" + secrets.token_urlsafe(32)


def hash_key(key: bytes) -> bytes:
    """What is kept of a key, 32 bytes."""
    return hashlib.sha256(key).digest()


def owner_of(presented: bytes, keys: tuple[Key, ...]) -> str | None:
    """Whose key this is, None for nobody's; takes equally long whichever it is, and none."""
    digest, owner = hash_key(presented), None
    for key in keys:
        if hmac.compare_digest(digest, key.digest):
            owner = key.name
    return owner


def read_keys(path: Path) -> tuple[Key, ...]:
    """The keys of a file with a line `name sha256:hex` each; empty lines and `#` lines are passed over.

    Raises:
        FileError: The file cannot be read.
        OptionError: A line is none of these, a name stands twice, or there is no key.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"cannot read the keys in {path}: {_why(error)}") from error
    keys: dict[str, Key] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None or not _NAME.fullmatch(found["name"]):
            raise OptionError(
                f"line {number} of {path} is not `name sha256:hex`; `limbeck key NAME --file` writes such lines"
            )
        if found["name"] in keys:
            raise OptionError(f"line {number} of {path} names a key that is there already; remove one")
        keys[found["name"]] = Key(found["name"], bytes.fromhex(found["digest"]))
    if not keys:
        raise OptionError(f"{path} holds no key; make one with `limbeck key NAME --file {path}`")
    return tuple(keys.values())


def add_key(path: Path, name: str) -> str:
    """Make a key, append its hash to a file that only its owner may read, and give the key.

    Raises:
        FileError: The file cannot be read or written.
        OptionError: The name is not one, or is taken; or the file holds something else.
    """
    if not _NAME.fullmatch(name):
        raise OptionError("a key's name has 1 to 64 letters, digits, dots, dashes or underscores")
    filled = path.exists() and path.stat().st_size > 0
    if filled and name in {key.name for key in read_keys(path)}:
        raise OptionError(f"{path} has a key named {name} already; remove its line to replace it")
    key = make_key()
    line = f"{name} sha256:{hash_key(key.encode()).hex()}\n"
    if filled and not path.read_bytes().endswith(b"\n"):
        line = "\n" + line
    try:
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(opened, "wb") as stream:
            path.chmod(0o600)
            stream.write(line.encode())
    except OSError as error:
        raise FileError(f"cannot write {path}: {_why(error)}") from error
    return key


def _why(error: OSError | UnicodeDecodeError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"not UTF-8 at byte {error.start:,}"
    return error.strerror or type(error).__name__
