"""--show, --json, --record, expand, report, help, version."""

from __future__ import annotations

import json
import os
import pty
import re
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from limbeck import compact
from limbeck.cli.show import show
from limbeck.core.record import from_record

Run = Callable[..., Any]
Names = Callable[[Path], list[str]]
Environment = Callable[..., dict[str, str]]


def test_the_record_says_everything(run: Run, log: Path) -> None:
    done = run("compact", "pumps.log", "--keep", "0.3", "--query", "valve_9", "--json")
    assert done.returncode == 0
    record = json.loads(done.stdout)
    result = compact(log.read_text("utf-8"), keep=0.3, query="valve_9")
    assert record["text"] == result.text
    assert [tuple(span) for span in record["kept_spans"]] == result.kept_spans
    assert list(from_record(record).decisions) == list(result.decisions)
    assert record["usage"]["tokens_after"] == result.tokens_after


def test_expand_gives_the_hidden_text_back(run: Run, log: Path) -> None:
    data = log.read_bytes().replace(b"\n", b"\r\n").replace(b"steady", "stetig, größer".encode())
    log.write_bytes(data)
    done = run("compact", "pumps.log", "--keep", "0.3", "-o", "small.log", "--record", "r.json")
    assert done.returncode == 0
    small = (log.parent / "small.log").read_bytes()
    handles = re.findall(rb"\(filtered \d+ lines?, (k\w+)\)\r\n", small)
    assert handles
    rest = data
    for handle in handles:
        hidden = run("expand", "r.json", handle.decode())
        assert (hidden.returncode, hidden.stderr) == (0, b"")
        for line in hidden.stdout.splitlines(keepends=True):
            at = rest.index(line)
            rest = rest[:at] + rest[at + len(line) :]
    assert rest == re.sub(rb"\(filtered \d+ lines?, k\w+\)\r\n", b"", small)
    done = run("expand", "r.json", "k0")
    assert done.returncode == 2
    assert b"limbeck: error: no marker 'k0' in this result" in done.stderr


def test_report_of_a_record_through_a_pipe(run: Run, log: Path) -> None:
    record = run("compact", "pumps.log", "--keep", "0.3", "--json", "--quiet").stdout
    done = run("report", "-", given=record)
    assert done.returncode == 0
    assert done.stdout.decode().startswith("tokens    ")
    assert "left out because" in done.stdout.decode()


def test_records_of_several_conversations(run: Run, session: list[dict[str, Any]]) -> None:
    other = [*session[:-1], {"role": "user", "content": "Say it in Greek."}]
    rows = "".join(json.dumps({"messages": m}) + "\n" for m in (session, other))
    run("compact", "--keep", "0.5", "-o", "o.jsonl", "--record", "r.jsonl", given=rows.encode())
    done = run("report", "r.jsonl")
    assert done.stdout.decode().count("tokens    ") == 2
    record = run("compact", "--keep", "0.5", "--json", given=rows.encode())
    assert len(record.stdout.splitlines()) == 2
    handle = re.findall(rb"\(filtered \d+ lines?, (k\w+)\)", record.stdout)[0].decode()
    assert b"moisture" in run("expand", "r.jsonl", handle).stdout


def test_records_of_several_files(run: Run, log: Path, session_file: Path, names: Names) -> None:
    run("compact", "pumps.log", "session.json", "--keep", "0.5", "-o", "out", "--record", "records")
    assert names(log.parent / "records") == ["pumps.log.record.json", "session.json.record.json"]
    assert run("report", "records/session.json.record.json").returncode == 0


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", b"is empty; `limbeck compact FILE --keep 0.3 -o OUT --record RECORD` writes one"),
        (b"not json", b"no limbeck record: not JSON"),
        (b"not json", b"; `limbeck compact FILE --keep 0.3 -o OUT --record RECORD` writes one"),
        (
            b"\x1f\x8b\x08",
            b"standard input is a gzip file, not a text; unpack it: zcat FILE | limbeck report -",
        ),
        (b"[]", b"not a limbeck record"),
        (b'{"limbeck_record": 7}', b"has version 7"),
        (b'{"limbeck_record": 1}', b"standard input: the limbeck record is damaged: format is missing"),
        (b'[{"role": "user", "content": "x"}]', b"standard input: it holds messages, not a limbeck record"),
        (b'{"role": "user", "content": "x"}', b"it holds messages, not a limbeck record"),
        (
            b'{"limbeck_record": 7}\n{"limbeck_record": 1}',
            b"standard input, record 1: the record has version 7",
        ),
        (b"\xff", b"not UTF-8"),
    ],
)
def test_what_is_no_record(run: Run, data: bytes, told: bytes) -> None:
    done = run("report", "-", given=data)
    assert (done.returncode, done.stdout) == (2, b"")
    assert told in done.stderr


def test_a_conversation_is_named_and_told_from_a_record(run: Run, session_file: Path) -> None:
    done = run("report", "session.json")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"limbeck: error: session.json: it holds messages, not a limbeck record; ")
    assert b"--record FILE" in done.stderr


def test_show_marks_every_line_in_the_margin(run: Run, session_file: Path) -> None:
    done = run("compact", "session.json", "--show", "--keep", "0.3", "--query", "drip_2")
    assert done.returncode == 0, done.stderr
    shown = done.stdout.decode()
    assert "\x1b" not in shown
    assert "== 3: tool ==" in shown
    assert "\n!  pinned: system message   You look after a greenhouse." in shown
    assert re.search(r"\n-  .* hour \d+: moisture", shown)
    assert re.search(r"more lines: [\d,]+ ", shown)
    folded = len(shown.splitlines())
    whole = run("compact", "session.json", "--show=all", "--keep", "0.5").stdout.decode()
    assert len(re.findall(r"hour \d+: moisture", whole)) == 48
    assert len(whole.splitlines()) > folded


def test_show_beside_an_output_file(run: Run, log: Path) -> None:
    done = run("compact", "pumps.log", "--keep", "0.3", "--show", "-o", "out")
    assert done.stdout.startswith(b"pumps.log\n+ kept ")
    assert (log.parent / "out").read_bytes()
    done = run("compact", "pumps.log", "--keep", "0.3", "--show", "--json", "-o", "r.json")
    assert run("report", "r.json").returncode == 0


def test_untrusted_text_does_not_reach_the_terminal() -> None:
    text = "".join(f"step {n} \x1b]0;owned\x07 [red]done[/red] \u202e{n}\n" for n in range(30))
    result = compact(text, keep=0.4)
    plain = "".join(show(result, color=False, folding="all"))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", plain)
    assert plain.count("\\e]0;owned\\x07 [red]done[/red] \\u202e") == 30
    colored = "".join(show(result, color=True, folding="all"))
    assert set(re.findall("\x1b.{0,9}?m", colored)) == {"\x1b[1;36m", "\x1b[0m", "\x1b[2m", "\x1b[2;31;9m"}
    assert re.sub("\x1b\\[[\\d;]*m", "", colored).replace(" \n", "\n").split() == plain.split()


def test_show_tells_a_partly_kept_line_in_pieces() -> None:
    rows = json.dumps([{"id": n, "name": f"crate_{n}", "hall": "B"} for n in range(40)])
    result = compact(rows, keep=0.3, query="crate_7")
    shown = "".join(show(result, color=False, folding="all"))
    assert re.search(r"^\+~? +\S.*crate_7\"", shown, re.M)
    assert re.search(r"^-~ ", shown, re.M)
    margin = 4 + 24
    texts = [line[margin:] for line in shown.splitlines()[1:] if line[0] in "+-!"]
    assert "".join(texts) == rows


def test_long_dropped_lines_are_folded_too() -> None:
    text = "alpha_1 beta_2 stays\n" * 3 + "x" * 5_000 + "\n" + "gamma_3 delta_4 stays\n" * 3
    result = compact(text, keep=0.3, query="alpha_1 gamma_3")
    shown = "".join(show(result, color=False))
    assert "… 4,840 more characters" in shown
    assert max(map(len, shown.splitlines())) < 300


def on_terminal(args: list[str], folder: Path, env: dict[str, str]) -> str:
    """What a terminal would be sent, standard output and error together."""
    main, side = pty.openpty()
    command = [sys.executable, "-m", "limbeck", *args]
    with subprocess.Popen(
        command, cwd=folder, stdin=subprocess.DEVNULL, stdout=side, stderr=side, env=env
    ) as process:
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


def test_color_at_a_terminal_unless_unwanted(log: Path, plain_environment: Environment) -> None:
    args = ["compact", "pumps.log", "--keep", "0.3", "--show", "--quiet"]
    assert "\x1b[2;31;9m" in on_terminal(args, log.parent, plain_environment(TERM="xterm"))
    assert "\x1b" not in on_terminal(args, log.parent, plain_environment(TERM="xterm", NO_COLOR="1"))
    assert "\x1b" not in on_terminal(args, log.parent, plain_environment(TERM="dumb"))


def test_progress_at_a_terminal_alone(log: Path, session_file: Path, plain_environment: Environment) -> None:
    args = ["compact", "pumps.log", "session.json", "--keep", "0.5", "-o", "out"]
    assert "\x1b" in on_terminal(args, log.parent, plain_environment(TERM="xterm"))
    assert "\x1b" not in on_terminal([*args, "--quiet"], log.parent, plain_environment(TERM="xterm"))


def test_help_reads_well(run: Run) -> None:
    top = run("--help").stdout.decode()
    for name in ("compact", "expand", "report", "bench"):
        assert re.search(rf"^  {name} +\S", top, re.M)
    for name in ("compact", "expand", "report"):
        done = run(name, "-h")
        assert done.returncode == 0
        assert re.search(r"Examples?:\n( .*\n)*? .*limbeck " + name, done.stdout.decode())
    assert run("nothing").returncode == 2


def test_the_version_is_quick_and_imports_little() -> None:
    program = (
        "import sys\nfrom limbeck.cli import main\ncode = main(['--version'])\n"
        "heavy = {'numpy', 'tiktoken', 'rich', 'limbeck.api', 'limbeck.methods'} & set(sys.modules)\n"
        "print(*heavy, file=sys.stderr, end='')\nsys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert re.fullmatch(rb"limbeck \d+\.\d+\.\d+\S*\n", done.stdout)


def test_the_version_takes_little_time(run: Run) -> None:
    spent = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert run("--version").returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(spent) < 0.15
