"""`limbeck check` as a process: exit codes, inputs, what is printed."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]
Environment = Callable[..., dict[str, str]]

ESCAPES = re.compile("\x1b\\[[0-9;]*m")
GOOD = "Bed bed_4 is dry because the drip line drip_2 is clogged.\n"
WRONG = "Bed bed_7 is dry because the drip line drip_2 is clogged.\n"


@pytest.fixture
def summaries(tmp_path: Path, session_file: Path) -> Path:
    """Two summaries beside the session: a true one and one with another bed."""
    (tmp_path / "good.md").write_text(GOOD, "utf-8")
    (tmp_path / "wrong.md").write_text(WRONG, "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["good.md", "--against", "session.json"], 0),
        (["wrong.md", "--against", "session.json"], 1),
        (["good.md", "--against", "session.json", "--complete"], 1),
        (["session.json", "--against", "session.json", "--complete"], 0),
        (["good.md", "--against", "session.json", "--pin", "clogged"], 0),
        (["good.md", "--against", "session.json", "--max-tokens", "4"], 1),
        (["good.md", "--against", "session.json", "--min-tokens", "99"], 0),
        (["wrong.md", "--against", "wrong.md", "--against", "session.json"], 0),
        (["gone.md", "--against", "session.json"], 2),
        (["good.md", "--against", "gone.json"], 2),
        (["good.md"], 2),
        (["good.md", "--against", "session.json", "--pin", ""], 2),
        (["good.md", "--against", "session.json", "--max-tokens", "0"], 2),
        (["good.md", "--against", "session.json", "--max-input-mb", "0"], 2),
        (["good.md", "--against", "session.json", "--max-input-mb", "0.0001"], 2),
        (["good.md", "--against", "session.json", "--counter", ""], 2),
        (["-", "--against", "-"], 2),
        (["good.md", "--against", "session.json", "--json", "--quiet"], 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_exit_codes(run: Run, summaries: Path, args: list[str], code: int) -> None:
    done = run("check", *args)
    assert done.returncode == code, done.stderr.decode() + done.stdout.decode()
    if code == 2:
        assert done.stdout == b"" and b"Traceback" not in done.stderr
    else:
        assert done.stderr == b""
        assert done.stdout.startswith(b"clean") is (code == 0)


def test_the_table_says_what_where_and_why(run: Run, summaries: Path) -> None:
    told = run("check", "wrong.md", "--against", "session.json").stdout.decode()
    assert re.search(r"^(swapped|altered|unsupported) +1  .*bed_7", told, re.M)
    assert "against" in told and "session.json (6 messages)" in told
    assert re.search(r"session\.json, message \d \(\w+\), line 1:\n +.*bed_4", told)
    assert "\x1b" not in told
    assert max(map(len, told.splitlines())) <= 80


def test_what_is_missing_is_listed_and_counts_when_asked_for(run: Run, summaries: Path) -> None:
    done = run("check", "good.md", "--against", "session.json")
    assert (
        b"MISSING (listed only; --complete makes it count)\nmust-keep          Never open the roof"
        in done.stdout
    )
    done = run("check", "good.md", "--against", "session.json", "--complete", "--pin", "drip_9")
    assert b"\nMISSING\n" in done.stdout
    assert b"drip_9" in done.stdout
    assert b"pin 'drip_9' stands nowhere in the source" in done.stdout


def test_standard_input_is_the_summary_or_the_source(run: Run, summaries: Path) -> None:
    assert run("check", "-", "--against", "session.json", given=WRONG.encode()).returncode == 1
    done = run("check", "wrong.md", "--against", "-", given=(summaries / "session.json").read_bytes())
    assert done.returncode == 1
    assert b"standard input (6 messages)" in done.stdout


def test_json(run: Run, summaries: Path) -> None:
    done = run("check", "wrong.md", "--against", "session.json", "--against", "good.md", "--json")
    assert done.returncode == 1
    audit = json.loads(done.stdout)
    assert (audit["limbeck_audit"], audit["clean"], audit["text"]) == (1, False, WRONG)
    assert [source["name"] for source in audit["sources"]] == ["session.json", "good.md"]
    for entry in (*audit["findings"], *audit["omissions"]):
        assert set(entry) == {
            *("kind", "text", "start", "end", "line", "column", "sentence", "reason", "evidence")
        }
        assert entry["text"] == WRONG[entry["start"] : entry["end"]] or entry["end"] == 0
    assert any("bed_7" in entry["text"] for entry in audit["findings"])


def test_json_with_lone_surrogates(run: Run, tmp_path: Path) -> None:
    (tmp_path / "odd.json").write_text(
        r'[{"role": "user", "content": "the lamp \ud800 has 40 watts"}]', "utf-8"
    )
    done = run("check", "odd.json", "--against", "odd.json", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["text"] == "the lamp \ud800 has 40 watts"
    assert run("check", "odd.json", "--against", "odd.json").returncode == 0
    (tmp_path / "other.json").write_text(r'[{"role": "user", "content": "\udcff lamp of 90 watts"}]', "utf-8")
    done = run("check", "other.json", "--against", "odd.json", "--color", "always")
    assert done.returncode == 1
    assert b"\\udcff" in done.stdout


def test_quiet_says_it_by_exit_code_alone(run: Run, summaries: Path) -> None:
    done = run("check", "wrong.md", "--against", "session.json", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"")


def test_every_format_that_compact_reads(run: Run, tmp_path: Path, session: list[dict[str, Any]]) -> None:
    forms = {
        "body.json": json.dumps({"model": "m", "messages": session}),
        "messages.jsonl": "".join(json.dumps(message) + "\n" for message in session),
        "rows.jsonl": "".join(json.dumps({"messages": part}) + "\n" for part in (session, session[:2])),
        "anthropic.json": json.dumps(
            {
                "system": "You look after a greenhouse.",
                "messages": [
                    {"role": "user", "content": "Why is bed_4 dry?"},
                    {
                        "role": "assistant",
                        "content": [{"type": "tool_use", "id": "c", "name": "read", "input": {}}],
                    },
                    {
                        "role": "user",
                        "content": [
                            {
                                "type": "tool_result",
                                "tool_use_id": "c",
                                "content": "drip line drip_2 is clogged",
                            }
                        ],
                    },
                ],
            }
        ),
    }
    for name, text in forms.items():
        (tmp_path / name).write_text(text, "utf-8")
        good = run("check", "-", "--against", name, given=GOOD.encode())
        assert good.returncode == 0, good.stdout.decode() + good.stderr.decode()
        assert run("check", "-", "--against", name, given=WRONG.encode()).returncode == 1
    told = run("check", "-", "--against", "rows.jsonl", given=WRONG.encode()).stdout.decode()
    assert "rows.jsonl row 1 (6 messages), rows.jsonl row 2 (2 messages)" in " ".join(told.split())
    told = run("check", "-", "--against", "anthropic.json", given=WRONG.encode()).stdout.decode()
    assert "(tool)" in told or "(user)" in told


def test_a_summary_that_a_tool_wrote_into_a_message(
    run: Run, summaries: Path, session: list[dict[str, Any]]
) -> None:
    kept = [session[0], {"role": "user", "content": WRONG}, *session[-2:]]
    (summaries / "after.json").write_text(json.dumps(kept), "utf-8")
    done = run("check", "after.json", "--against", "session.json", "--json")
    assert done.returncode == 1
    assert {entry["line"] for entry in json.loads(done.stdout)["findings"]} == {3}


def test_a_summary_that_is_damaged_json_is_a_text(run: Run, summaries: Path) -> None:
    damaged = '[{"role": "user", "content": "bed_4 is dry'
    assert run("check", "-", "--against", "session.json", given=damaged.encode()).returncode in (0, 1)
    done = run("check", "good.md", "--against", "-", given=damaged.encode())
    assert done.returncode == 2
    assert b"damaged or mixed conversation" in done.stderr
    assert (
        run("check", "good.md", "--against", "-", "--format", "text", given=damaged.encode()).returncode == 1
    )


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\xff", b"is not a text"),
        (b"\x1f\x8b\x08\x00", b"is a gzip file, not a text; unpack it: zcat odd.bin | limbeck check -"),
        ("Öl\n".encode("utf-16"), b"is not UTF-8"),
        (b"caf\xe9\n", b"iconv -f WINDOWS-1252 -t UTF-8 odd.bin | limbeck check - --against SOURCE"),
    ],
    ids=["png", "gzip", "utf-16", "latin"],
)
def test_what_is_no_utf8(run: Run, summaries: Path, data: bytes, told: bytes) -> None:
    (summaries / "odd.bin").write_bytes(data)
    for args in (["odd.bin", "--against", "good.md"], ["good.md", "--against", "odd.bin"]):
        done = run("check", *args)
        assert (done.returncode, done.stdout) == (2, b"")
    done = run("check", "odd.bin", "--against", "good.md")
    assert told in done.stderr


@pytest.mark.parametrize(
    "summary", [b"", b"\n", b"\xef\xbb\xbf", b"\0\0\0"], ids=["empty", "blank", "mark", "nulls"]
)
@pytest.mark.parametrize(
    "source", [b"", b"[]", b"\n\n", GOOD.encode()], ids=["empty", "list", "blank", "text"]
)
def test_next_to_nothing(run: Run, tmp_path: Path, summary: bytes, source: bytes) -> None:
    (tmp_path / "s").write_bytes(summary)
    (tmp_path / "o").write_bytes(source)
    done = run("check", "s", "--against", "o")
    assert done.returncode in (0, 1), done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("more", [[], ["--complete"]], ids=["listed", "complete"])
def test_an_empty_summary_is_called_empty(run: Run, summaries: Path, more: list[str]) -> None:
    done = run("check", "-", "--against", "session.json", *more, given=b"\n")
    assert done.returncode == len(more)
    assert re.match(rb"empty: nothing to check, \d+ omissions\n", done.stdout)
    assert b"there is no text" in done.stdout


def test_an_empty_source_is_told_in_a_line(run: Run, summaries: Path) -> None:
    done = run("check", "session.json", "--against", "-", given=b"")
    assert done.returncode == 1
    assert done.stdout.decode().splitlines()[0] == "1 finding"
    assert "the source is empty: nothing can bear the text out" in done.stdout.decode()


def test_the_table_shows_the_sentence(run: Run, summaries: Path) -> None:
    told = run("check", "wrong.md", "--against", "session.json").stdout.decode()
    assert "in: Bed bed_7 is dry because the drip line drip_2 is clogged." in told


def test_a_name_that_no_counter_has_is_told(run: Run, summaries: Path) -> None:
    done = run("check", "good.md", "--against", "session.json", "--counter", "foo")
    assert done.returncode == 0
    assert "no model or encoding that is known" in " ".join(done.stdout.decode().split())
    done = run("check", "good.md", "--against", "session.json", "--counter", "o20k_base")
    assert done.returncode == 2
    assert b"did you mean 'o200k_base'?" in done.stderr


@pytest.mark.parametrize("more", [["--json"], [], ["--quiet"]], ids=["json", "table", "quiet"])
def test_a_closed_standard_output(summaries: Path, plain_environment: Environment, more: list[str]) -> None:
    command = ["sh", "-c", 'exec "$@" >&-', "sh", sys.executable, "-m", "limbeck"]
    args = ["check", "good.md", "--against", "session.json", *more]
    done = subprocess.run([*command, *args], cwd=summaries, env=plain_environment(), stderr=subprocess.PIPE)
    quiet = more == ["--quiet"]
    assert done.returncode == (0 if quiet else 2), done.stderr
    assert (b"cannot write standard output: it is closed" in done.stderr) is not quiet


def test_color_when_wanted_with_the_text_below_the_table(run: Run, summaries: Path) -> None:
    plain = run("check", "wrong.md", "--against", "session.json").stdout.decode()
    colored = run("check", "wrong.md", "--against", "session.json", "--color", "always").stdout.decode()
    bare = ESCAPES.sub("", colored)
    assert bare.startswith(plain)
    assert "\n1 │ Bed bed_7 is dry because" in bare
    assert re.search("\x1b\\[[0-9;]+m[^\x1b]*bed_7", colored)
    clean = run("check", "good.md", "--against", "session.json", "--color", "always").stdout.decode()
    assert "│" not in clean


def test_untrusted_text_moves_no_terminal(run: Run, tmp_path: Path) -> None:
    evil = "\x1b]0;owned\x07\x1b[2J bed_99 \u202e at 17 volts\r\n"
    (tmp_path / "evil.md").write_text(evil, "utf-8")
    (tmp_path / "evil\x1b[2J.txt").write_text("\x1b[31m bed_98 \x07 at 18 volts\n", "utf-8")
    for color in ("always", "never"):
        done = run("check", "evil.md", "--against", "evil\x1b[2J.txt", "--pin", "\x1b[3A", "--color", color)
        assert done.returncode == 1
        bare = ESCAPES.sub("", done.stdout.decode())
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", bare)
        assert "\x1b[2J" not in done.stdout.decode() and "\x1b[3A" not in done.stdout.decode()


def on_terminal(args: list[str], folder: Path, env: dict[str, str]) -> str:
    """What a terminal is sent on standard output."""
    main, side = pty.openpty()
    command = [sys.executable, "-m", "limbeck", *args]
    with subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=side, env=env) as process:
        os.close(side)
        parts = []
        while True:
            try:
                part = os.read(main, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            parts.append(part)
        process.wait(60)
    os.close(main)
    return b"".join(parts).decode()


def test_at_a_terminal(summaries: Path, plain_environment: Environment) -> None:
    args = ["check", "wrong.md", "--against", "session.json"]
    wide = on_terminal(args, summaries, plain_environment(TERM="xterm", COLUMNS="100"))
    assert "\x1b[1;31m" in wide and "│" in wide
    narrow = ESCAPES.sub("", on_terminal(args, summaries, plain_environment(TERM="xterm", COLUMNS="46")))
    assert max(map(len, narrow.splitlines())) <= 46
    for unwanted in ({"NO_COLOR": "1", "TERM": "xterm"}, {"TERM": "dumb"}):
        assert "\x1b" not in on_terminal(args, summaries, plain_environment(**unwanted))
    assert "\x1b" not in on_terminal([*args, "--color", "never"], summaries, plain_environment(TERM="xterm"))


def test_help_names_the_exit_codes(run: Run) -> None:
    told = " ".join(run("check", "--help").stdout.decode().split())
    assert "Exit codes: 0 clean, 1 something is wrong" in told
    assert "limbeck check summary.md --against session.json" in told
    assert "check" in run("--help").stdout.decode()
