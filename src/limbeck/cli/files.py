"""Bytes in and out: strict UTF-8, limits that are stated, files that are replaced whole or not at all."""

from __future__ import annotations

import codecs
import contextlib
import os
import secrets
import shlex
import stat
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from limbeck.core.errors import EncodingError, FileError, TooLargeError

MIB = 1024 * 1024
_PART_BYTES = 4 * MIB
BOM = "\ufeff"
_FOREIGN_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),  # before UTF-16, whose mark is the beginning of this one
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_PACKED = (  # how a packed file begins, what it is, and what unpacks it to standard output
    (b"\x1f\x8b", "a gzip file", "zcat"),
    (b"PK\x03\x04", "a zip file", "unzip -p"),
    (b"\xfd7zXZ\x00", "an xz file", "xzcat"),
    (b"\x28\xb5\x2f\xfd", "a zstd file", "zstdcat"),
)
_LOOKED_AT_BYTES = 64 * 1024
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\f\r\x08\x1b")) + b"\x7f"
_BINARY_SHARE = 0.01  # of controls: text in an old encoding has none, noise has one in ten
_WIDE_HIGH_SHARE = 0.8  # of NULs that are high bytes; the low byte of a few characters is NUL too
_WIDE_SHARE = 0.2  # of NULs: from here on, even valid UTF-8 is looked at as UTF-16


def read_bytes(path: str | None, limit_bytes: int) -> bytes:
    """The whole of a file, or of standard input for None.

    Raises:
        FileError: It cannot be read.
        TooLargeError: It has more than `limit_bytes`.
    """
    try:
        if path is None:
            return _within(sys.stdin.buffer, "standard input", limit_bytes)
        with Path(path).open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            if size > limit_bytes:
                raise _too_large(path, f"{size:,} bytes", limit_bytes)
            return _within(stream, path, limit_bytes)
    except TooLargeError:
        raise
    except IsADirectoryError:
        raise FileError(
            f"{path} is a folder; name the files in it, e.g. {path.rstrip('/') if path else ''}/*"
        ) from None
    except OSError as error:
        raise FileError(f"cannot read {path or 'standard input'}: {error.strerror or error}") from error


def _within(stream: BinaryIO, name: str, limit_bytes: int) -> bytes:
    data = bytearray()
    while part := stream.read(
        min(_PART_BYTES, limit_bytes + 1 - len(data))
    ):  # one large read takes its room at once
        data += part
    if len(data) > limit_bytes:
        raise _too_large(name, f"more than {limit_bytes:,} bytes", limit_bytes)
    return bytes(data)


def _too_large(name: str, size: str, limit_bytes: int) -> TooLargeError:
    return TooLargeError(
        f"{name} has {size}, the limit is {limit_bytes / MIB:.4g} MiB; raise it with --max-input-mb N, "
        "or cut the input first"
    )


def decode(data: bytes, name: str, reader: str = "limbeck compact -") -> tuple[str, str]:
    """The byte order mark, if there is one, and the text after it.

    Args:
        data: The bytes of a file.
        name: Of the file, for errors.
        reader: The command that the converted text can be piped into, for errors.

    Raises:
        EncodingError: Not UTF-8; says what it is, or where it breaks, and what to do.
    """
    file = "FILE" if name == "standard input" else shlex.quote(name)
    for beginning, what, unpacker in _PACKED:
        if data.startswith(beginning):
            raise EncodingError(f"{name} is {what}, not a text; unpack it: {unpacker} {file} | {reader}")
    wide = _wide_encoding(data)
    if wide:
        raise EncodingError(
            f"{name} is not UTF-8 but {wide}, without a mark at its beginning; convert it first, "
            f"e.g. iconv -f {wide} -t UTF-8 {file} | {reader}"
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf8(error, data, name, f"{file} | {reader}") from None
    return (BOM, text[1:]) if text.startswith(BOM) else ("", text)


def _wide_encoding(data: bytes) -> str:
    """UTF-16LE or UTF-16BE for a text in it that has no mark; empty for everything else."""
    sample = data[:_LOOKED_AT_BYTES]
    nulls = sample.count(0)
    if len(data) % 2 or nulls < max(2, _WIDE_SHARE * len(sample)):
        return ""
    for codec, high in (("UTF-16LE", 1), ("UTF-16BE", 0)):
        if sample[high::2].count(0) >= _WIDE_HIGH_SHARE * nulls:
            try:  # the sample may end within a pair of surrogates
                text = codecs.getincrementaldecoder(codec)().decode(sample)
            except UnicodeDecodeError:
                continue
            if all(char.isprintable() or char.isspace() for char in text):
                return codec
    return ""


def _not_utf8(error: UnicodeDecodeError, data: bytes, name: str, rest: str) -> EncodingError:
    line = data.count(b"\n", 0, error.start) + 1
    where = f"byte 0x{data[error.start]:02x} at offset {error.start:,}"
    marked = next((known for mark, known in _FOREIGN_MARKS if data.startswith(mark)), "")
    sample = data[:_LOOKED_AT_BYTES]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if not marked and controls > _BINARY_SHARE * len(sample):
        return EncodingError(
            f"{name} is not a text: {where} is not UTF-8, and {controls:,} of the first {len(sample):,} bytes "
            "are control characters; extract its text first"
        )
    encoding = marked or "WINDOWS-1252"
    what = f"it begins with the mark of {marked}" if marked else error.reason
    return EncodingError(
        f"{name} is not UTF-8: {where}, line {line:,} ({what}); convert it first, "
        f"e.g. iconv -f {encoding} -t UTF-8 {rest}"
    )


def encode(text: str) -> bytes:
    """UTF-8. A lone surrogate, which only a JSON escape can bring in, leaves as the bytes that name it."""
    return text.encode("utf-8", "surrogatepass")


def put(data: bytes) -> None:
    """Write to standard output, byte for byte.

    Raises:
        FileError: It takes no more (a full disk), or is closed.
        BrokenPipeError: Its reader is gone.
    """
    if data and not sys.stdout.writable():
        raise FileError("cannot write standard output: it is closed")
    rest = memoryview(data)
    try:
        while rest:  # unbuffered (PYTHONUNBUFFERED), a write may take only a part
            rest = rest[sys.stdout.buffer.write(rest) :]
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        forget_stdout()
        raise FileError(f"cannot write standard output: {error.strerror or error}") from error


def stand_in_for_stdout() -> None:
    """Where the program was started with standard output closed: something that can be asked and takes nothing."""
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115  it stays to the end of the process


def forget_stdout() -> None:
    """Send what is still buffered nowhere: its reader is gone, and Python would complain at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def replace_files(pairs: Sequence[tuple[Path, bytes]]) -> None:
    """Write every file to a neighbor first, then put all in place; on failure nothing has changed.

    A file that exists keeps its permissions; a link keeps pointing where it points; what is no regular file
    (a device, a pipe) is written to directly.

    Raises:
        FileError: A file cannot be written.
    """
    ready: list[tuple[Path, Path]] = []
    target = Path()
    try:
        for path, data in pairs:
            target = path
            place = path.resolve()
            if place.exists() and not place.is_file():
                if place.is_dir():
                    raise IsADirectoryError(None, "it is a folder")
                with place.open("wb") as stream:
                    stream.write(data)
            else:
                ready.append((_neighbor(place), place))
                _fill(ready[-1][0], place, data)
        while ready:
            temporary, target = ready[0]
            temporary.replace(target)
            _settle(target.parent)
            ready.pop(0)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise FileError(
            f"cannot write {target}: {error.strerror or error}; nothing was written there"
        ) from error
    finally:
        for temporary, _ in ready:
            with contextlib.suppress(OSError):  # it was never there, or its folder is gone
                temporary.unlink()


def _neighbor(place: Path) -> Path:
    return place.with_name(f".{place.name[:100]}.{secrets.token_hex(6)}.tmp")


def _fill(temporary: Path, place: Path, data: bytes) -> None:
    mode = 0o600 if place.exists() else 0o666  # never wider, even for a moment, than what it replaces
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
        stream.flush()
        if place.exists():
            old = place.stat()
            with contextlib.suppress(PermissionError):  # another's file, replaced by one of ours
                os.chown(handle, old.st_uid, old.st_gid)
            temporary.chmod(stat.S_IMODE(old.st_mode))
        os.fsync(handle)


def _settle(folder: Path) -> None:
    """Make the new name last through a power cut, where the file system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def make_folder(path: Path) -> None:
    """Make a folder and those above it, if they are not there.

    Raises:
        FileError: It cannot be made, or a file stands there.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise FileError(f"{path} is a file; several results need a folder") from None
    except OSError as error:
        raise FileError(f"cannot make the folder {path}: {error.strerror or error}") from error
