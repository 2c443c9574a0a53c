"""What is refused, and how it is told: one line, exit code 2, nothing on standard output."""

from __future__ import annotations

import gzip
import hashlib
import lzma
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ([], "give either --keep F or --max-tokens N"),
        (["--keep", "0.5", "--max-tokens", "9"], "not both"),
        (["--keep", "0"], "0 < F <= 1, got 0"),
        (["--keep", "1.01"], "0 < F <= 1, got 1.01"),
        (["--keep", "nan"], "0 < F <= 1, got nan"),
        (["--keep", "half"], "'half' is not a valid float"),
        (["--max-tokens", "0"], "must be 1 or more, got 0"),
        (["--keep", "0.5", "--preserve-recent", "-1"], "must be 0 or more, got -1"),
        (["--keep", "0.5", "--no-markers", "--blank-markers"], "exclude each other"),
        (["--keep", "0.5", "--pin", ""], "--pin needs a text"),
        (["--keep", "0.5", "--max-input-mb", "0"], "must be above 0"),
        (["--keep", "0.5", "--json", "--show"], "-o OUT"),
        (["--keep", "0.5", "-", "-"], "can be read only once"),
        (["--keep", "0.5", "a", "b"], "2 inputs need a folder to write to: -o FOLDER"),
        (["--keep", "0.5", "x/a", "y/a", "-o", "o"], "both be written to"),
        (["--keep", "0.5", "a", "-o", "o", "--record", "o"], "both be written to"),
        (["--keep", "0.5", "--counter", ""], "counter"),
        (["--wrong"], "No such option"),
    ],
)
def test_wrong_usage(run: Run, args: list[str], told: str) -> None:
    done = run("compact", *args, given=b"some text")
    assert (done.returncode, done.stdout) == (2, b"")
    assert told in " ".join(done.stderr.decode().split())
    assert "Traceback" not in done.stderr.decode()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"one\ntwo\ncaf\xe9\n", "byte 0xe9 at offset 11, line 3 (invalid continuation byte)"),
        ("ü".encode("utf-16"), "it begins with the mark of UTF-16"),
        ("ü".encode("utf-32"), "it begins with the mark of UTF-32"),
        (b"\xed\xa0\x80", "byte 0xed at offset 0, line 1"),
        (b"cut off \xe2\x82", "unexpected end of data"),
    ],
)
def test_not_utf8(run: Run, data: bytes, told: str) -> None:
    done = run("compact", "--keep", "0.5", given=data)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith("limbeck: error: standard input is not UTF-8: byte 0x")
    assert told in done.stderr.decode() and "iconv -f " in done.stderr.decode()


PLAIN = "eine Zeile über Öl\n" * 40


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (
            gzip.compress(PLAIN.encode(), mtime=0),
            "is a gzip file, not a text; unpack it: zcat 'a b' | limbeck compact -",
        ),
        (lzma.compress(PLAIN.encode()), "is an xz file, not a text; unpack it: xzcat 'a b' | limbeck"),
        (b"\x28\xb5\x2f\xfd\x04\x00", "is a zstd file, not a text; unpack it: zstdcat 'a b' | limbeck"),
        (b"PK\x03\x04\x14\x00", "is a zip file, not a text; unpack it: unzip -p 'a b' | limbeck"),
        (PLAIN.encode("utf-16-le"), "is not UTF-8 but UTF-16LE, without a mark"),
        (PLAIN.encode("utf-16-be"), "iconv -f UTF-16BE -t UTF-8 'a b' | limbeck compact -"),
        ("plain 😀\n".encode("utf-16-le") * 9_000, "is not UTF-8 but UTF-16LE"),
        (PLAIN.encode("utf-16"), "iconv -f UTF-16 -t UTF-8 'a b' | limbeck compact -"),
        (PLAIN.encode("cp1252"), "iconv -f WINDOWS-1252 -t UTF-8 'a b' | limbeck compact -"),
    ],
    ids=["gzip", "xz", "zstd", "zip", "utf-16-le", "utf-16-be", "long utf-16-le", "utf-16", "cp1252"],
)
def test_what_is_no_utf8_is_named_with_the_command_that_helps(
    run: Run, tmp_path: Path, data: bytes, told: str
) -> None:
    (tmp_path / "a b").write_bytes(data)
    done = run("compact", "a b", "--keep", "0.5")
    assert (done.returncode, done.stdout) == (2, b"")
    assert told in done.stderr.decode()


def test_noise_is_no_text_in_an_old_encoding(run: Run) -> None:
    noise = b"".join(hashlib.sha256(bytes([n])).digest() for n in range(60))
    for data in (noise, b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00"):
        told = run("compact", "--keep", "0.5", given=data).stderr.decode()
        assert told.startswith("limbeck: error: standard input is not a text: byte 0x")
        assert "control characters" in told and "1252" not in told


@pytest.mark.parametrize("data", [b"a.txt\0b.txt\0", b"\0", b"\0" * 8, b"a\0\0b" * 3, b"a\0\x01\0" * 4])
def test_a_text_with_nulls_stays_a_text(run: Run, data: bytes) -> None:
    done = run("compact", "--keep", "1", given=data)
    assert (done.returncode, done.stdout) == (0, data)


def test_what_cannot_be_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    done = run("compact", "gone", "folder", "loop", "folder/x/", "--keep", "0.5", "-o", "out")
    told = done.stderr.decode()
    assert done.returncode == 1
    assert "cannot read gone: No such file or directory" in told
    assert "folder is a folder; name the files in it, e.g. folder/*" in told
    assert "cannot read loop: Too many levels of symbolic links" in told
    assert list((tmp_path / "out").iterdir()) == []


def test_no_permission_to_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    (tmp_path / "secret").chmod(0)
    done = run("compact", "secret", "--keep", "0.5")
    if os.geteuid() == 0:  # root may read everything
        assert done.returncode == 0
    else:
        assert b"cannot read secret: Permission denied" in done.stderr


@pytest.mark.parametrize("piped", [True, False])
def test_over_the_input_limit(run: Run, tmp_path: Path, piped: bool) -> None:
    data = b"a line of text\n" * 10_000
    (tmp_path / "big").write_bytes(data)
    args = ["compact", "--keep", "0.5", "--max-input-mb", "0.1"]
    done = run(*args, given=data) if piped else run(*args, "big")
    assert done.returncode == 2
    assert b"the limit is 0.1 MiB; raise it with --max-input-mb N" in done.stderr
    assert run("compact", "big", "--keep", "0.5", "--max-input-mb", "0.15").returncode == 0


def test_the_default_limit_refuses_before_reading(run: Run, tmp_path: Path) -> None:
    with (tmp_path / "huge").open("wb") as stream:
        stream.truncate(1 << 40)
    done = run("compact", "huge", "--keep", "0.5")
    assert done.returncode == 2
    assert b"huge has 1,099,511,627,776 bytes, the limit is 64 MiB" in done.stderr


def test_an_odd_conversation_is_told(run: Run) -> None:
    done = run("compact", "--keep", "0.5", given=b'[{"role": "user", "content": 5}]')
    assert done.returncode == 2
    assert b"message 0" in done.stderr and b"Traceback" not in done.stderr


def test_a_row_is_named(run: Run) -> None:
    good = '{"messages": [{"role": "user", "content": "fine"}]}\n'
    bad = '{"messages": [{"role": "user", "content": 5}]}\n'
    done = run("compact", "--keep", "0.5", given=(good + bad).encode())
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"limbeck: error: row 2: message 0" in done.stderr


def test_hostile_file_names_are_shown_and_not_obeyed(run: Run) -> None:
    done = run("compact", "evil\x1b]0;x\x07[bold]", "--keep", "0.5")
    assert done.returncode == 2
    assert b"\x1b" not in done.stderr and b"\x07" not in done.stderr
    assert b"evil\\e]0;x\\x07[bold]" in done.stderr


def test_deep_json_is_a_text(run: Run) -> None:
    done = run("compact", "--keep", "1", given=b"[" * 5_000 + b"]" * 5_000)
    assert done.returncode == 0, done.stderr[-300:]
    assert done.stdout == b"[" * 5_000 + b"]" * 5_000


def test_debug_shows_the_traceback(run: Run) -> None:
    for args in (
        ["--debug", "compact", "gone", "--keep", "1"],
        ["compact", "gone", "--keep", "1", "--debug"],
    ):
        done = run(*args)
        assert done.returncode == 2
        assert b"Traceback" in done.stderr and b"FileError" in done.stderr


def test_a_bug_is_told_in_a_line(tmp_path: Path) -> None:
    program = (
        "import sys, limbeck.cli.compact as c\n"
        "def broken(*_): raise ZeroDivisionError('oh\\x1bno')\n"
        "c.shape_of = broken\n"
        "from limbeck.cli import main\n"
        "sys.exit(main(['compact', '--keep', '0.5']))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], input=b"x", capture_output=True, check=False)
    assert done.returncode == 70
    assert done.stderr.decode() == (
        "limbeck: error: unexpected ZeroDivisionError: oh\\eno; run again with --debug for the traceback, "
        "and please report it\n"
    )


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_goes_away_is_no_error(tmp_path: Path, unbuffered: str) -> None:
    (tmp_path / "long").write_text("".join(f"line {n} of many\n" for n in range(50_000)))
    command = [sys.executable, "-m", "limbeck", "compact", str(tmp_path / "long"), "--keep", "1", "--quiet"]
    env = os.environ | {"PYTHONUNBUFFERED": unbuffered}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.read(10) == b"line 0 of "
        process.stdout.close()
        told = process.stderr.read()
        assert (process.wait(60), told) == (141, b"")


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_is_told(tmp_path: Path, unbuffered: str) -> None:
    command = [sys.executable, "-m", "limbeck", "compact", "--keep", "1", "--quiet"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command,
            input=b"text\n" * 9_000,
            stdout=full,
            stderr=subprocess.PIPE,
            env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr == b"limbeck: error: cannot write standard output: No space left on device\n"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted(tmp_path: Path, number: signal.Signals, code: int) -> None:
    command = [sys.executable, "-m", "limbeck", "compact", "--keep", "0.5", "-o", "out"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=tmp_path, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdin is not None and process.stderr is not None
        process.stdin.write(b"waiting for more\n")
        process.stdin.flush()
        time.sleep(1.5)  # until it reads
        process.send_signal(number)
        assert process.wait(60) == code
        assert process.stderr.read() == b""
    assert list(tmp_path.iterdir()) == []
