"""`limbeck summarize`, `notes` and `digest` as processes, against a model server that is one, and without a model."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from limbeck import digest
from tests.llm.scripted_server import Model, model_server

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]
KEY = "sk-test-0a1b2c3d4e5f60718293a4b5c6d7e8f9"
WRITER = f"{Path(__file__).with_name('greenhouse_writer.py')}:write"
NAMES = ("MODEL", "MODEL_URL", "MODEL_KEY", "MODEL_PROVIDER")


@pytest.fixture(scope="module")
def server() -> Iterator[Model]:
    with model_server(WRITER) as running:
        yield running


@pytest.fixture
def model(server: Model) -> Model:
    server.reset()
    return server


@pytest.fixture
def write(run: Run, tmp_path: Path, session_file: Path) -> Run:
    """`limbeck ...` beside the session, with no model configured but by `env`."""

    def started(*args: str, given: bytes = b"", **env: str) -> subprocess.CompletedProcess[bytes]:
        unset = {f"LIMBECK_{name}": "" for name in NAMES} | {"XDG_CONFIG_HOME": str(tmp_path / "config")}
        return run(*args, given=given, **(unset | env))

    return started


def asking(model: Model) -> dict[str, str]:
    """The environment that makes the scripted server the configured model."""
    return {"LIMBECK_MODEL": "scripted", "LIMBECK_MODEL_URL": model.openai, "LIMBECK_MODEL_KEY": KEY}


def told(done: subprocess.CompletedProcess[bytes]) -> str:
    return done.stderr.decode()


def test_digest_quotes_and_accounts(write: Run, session: list[dict[str, Any]]) -> None:
    done = write("digest", "session.json", "--max-tokens", "200")
    assert done.returncode == 0, told(done)
    expected = digest(session, max_tokens=200)
    assert done.stdout.decode() == expected.text + "\n"
    head = f"{expected.tokens_before:,} -> {expected.tokens_after:,} tokens "
    assert told(done).startswith(head)
    assert f"0 written, {len(expected.statements)} quoted" in told(done)


def test_a_digest_is_clean_of_findings(write: Run, tmp_path: Path) -> None:
    for form in ("digest", "notes"):
        made = write(form, "session.json", "--json", "-o", "made.json", "--max-tokens", "150")
        assert (made.returncode, made.stdout) == (0, b""), told(made)
        record = json.loads((tmp_path / "made.json").read_bytes())
        assert (record["limbeck_artifact"], record["form"]) == (1, form)
        done = write("check", "made.json", "--against", "session.json")
        assert done.returncode == 0, done.stdout.decode()


def test_json_goes_through_a_pipe_into_check(write: Run) -> None:
    made = write("digest", "session.json", "--json", "--quiet")
    assert made.stderr == b""
    record = json.loads(made.stdout)
    record["statements"][0]["evidence"][0]["source"] = 3
    done = write("check", "-", "--against", "session.json", given=json.dumps(record).encode())
    assert done.returncode == 1
    assert b"is not the text that it quotes" in done.stdout


def test_a_summary_is_written_checked_and_accounted_for(write: Run, model: Model) -> None:
    done = write("summarize", "session.json", "--max-tokens", "150", **asking(model))
    assert done.returncode == 0, told(done)
    text = done.stdout.decode()
    assert "The drip line drip_2 is clogged." in text
    assert "bed_9" not in text
    assert "1 written" in told(done)
    assert "scripted: " in told(done) and " tokens read, " in told(done)
    assert "quoted instead: " in told(done) or "dropped: " in told(done)
    assert "Bed bed_9 is dry." in told(done)


def test_notes_refuse_what_their_evidence_does_not_bear(write: Run, model: Model) -> None:
    done = write("notes", "session.json", "--max-tokens", "150", "--json", **asking(model))
    record = json.loads(done.stdout)
    assert record["form"] == "notes"
    written = [statement for statement in record["statements"] if not statement["quoted"]]
    assert [statement["text"] for statement in written] == ["The drip line drip_2 is clogged."]
    assert written[0]["evidence"][0]["text"] == "The drip line drip_2 is clogged."
    assert any("bed_9" in fallback["text"] for fallback in record["fallbacks"])
    assert record["spent"]["calls"] >= 1


@pytest.mark.parametrize("how", ["summarize", "notes"])
def test_without_a_model_quotes_serve_and_it_is_said(write: Run, how: str) -> None:
    done = write(how, "session.json", "--max-tokens", "150")
    assert done.returncode == 0
    assert done.stdout.startswith(b"## ")
    assert "no model's text: no model is given or configured" in told(done)
    strict = write(how, "session.json", "--max-tokens", "150", "--strict")
    assert (strict.returncode, strict.stdout) == (2, b"")
    assert "--strict needs a model, and none is given or configured; give --model" in told(strict)


def test_a_configured_model_can_be_left_out(write: Run, model: Model) -> None:
    done = write("summarize", "session.json", "--no-model", **asking(model))
    assert done.returncode == 0
    assert model.seen() == []


@pytest.mark.parametrize(
    "fault", ["500", "hang", "cut", "empty", "bad_json", "unauthorized", "huge", "echo_key"]
)
def test_every_fault_ends_in_quotes_or_in_an_error_that_says_why(
    write: Run, model: Model, fault: str
) -> None:
    args = ["summarize", "session.json", "--max-tokens", "150", "--deadline", "1.5"]
    model.always(fault)
    began = time.monotonic()
    done = write(*args, **asking(model))
    assert time.monotonic() - began < 20
    assert done.returncode == 0, told(done)
    assert done.stdout.startswith(b"## ")
    assert "no model's text: " in told(done)
    strict = write(*args, "--strict", **asking(model))
    assert (strict.returncode, strict.stdout) == (2, b"")
    assert told(strict).startswith("limbeck: error: ")
    for text in (told(done), told(strict), done.stdout.decode()):
        assert KEY not in text and "Traceback" not in text


def test_nothing_listens(write: Run) -> None:
    env = {"LIMBECK_MODEL": "m", "LIMBECK_MODEL_URL": "http://127.0.0.1:9/v1"}
    done = write("summarize", "session.json", "--max-tokens", "150", "--deadline", "1", **env)
    assert done.returncode == 0
    assert "no model's text: " in told(done) and "127.0.0.1:9" in told(done)


def test_a_spend_bound_ends_in_quotes(write: Run, model: Model) -> None:
    done = write(
        "summarize", "session.json", "--max-tokens", "150", "--max-spend-tokens", "10", **asking(model)
    )
    assert done.returncode == 0
    assert "no model's text: " in told(done)
    assert model.seen() == []


def test_a_tape_plays_back_without_the_server(write: Run, model: Model, tmp_path: Path) -> None:
    args = ["summarize", "session.json", "--max-tokens", "150", "--tape", "tape"]
    first = write(*args, **asking(model))
    asked = len(model.seen())
    assert asked and first.returncode == 0, told(first)
    model.always("500")
    second = write(*args, **asking(model))
    assert second.stdout == first.stdout
    assert "from the tape" in told(second)
    assert len(model.seen()) == asked
    for file in (tmp_path / "tape").rglob("*"):
        assert not file.is_file() or KEY not in file.read_text("utf-8")
    alone = write(*args)
    assert (alone.returncode, alone.stdout) == (2, b"")
    assert "--tape needs a model" in told(alone)


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--keep", "0.5", "--max-tokens", "9"], "not both"),
        (["--keep", "0"], "0 < F <= 1, got 0"),
        (["--max-tokens", "0"], "must be 1 or more, got 0"),
        (["--pin", ""], "--pin needs a text"),
        (["--max-input-mb", "0"], "must be above 0"),
        (["-", "-"], "can be read only once"),
        (["--counter", ""], "counter"),
        (["gone.json"], "cannot read gone.json"),
        (["--key", KEY], "No such option"),
        (["--no-model", "--model", "m"], "--no-model and --model exclude each other"),
        (["--no-model", "--strict"], "--no-model and --strict exclude each other"),
        (["--url", "http://127.0.0.1:9/v1"], "no model"),
        (["--model", "m", "--url", "nonsense"], "http://localhost:8000/v1"),
        (["--model", "m", "--deadline", "0"], "deadline_seconds"),
        (["--model", "m", "--max-spend-usd", "1"], "prices"),
        (["--model", "m", "--provider", "nobody"], "'nobody' is not one of"),
    ],
    ids=lambda value: " ".join(value).replace(KEY, "KEY") if isinstance(value, list) else None,
)
def test_wrong_usage(write: Run, args: list[str], says: str) -> None:
    done = write("summarize", *args, given=b"The pump stands still. It is red.")
    assert (done.returncode, done.stdout) == (2, b""), told(done)
    assert says in " ".join(told(done).split())
    assert "Traceback" not in told(done)


def test_a_budget_that_nothing_fits_is_an_error(write: Run) -> None:
    done = write("digest", "session.json", "--max-tokens", "1")
    assert (done.returncode, done.stdout) == (2, b"")
    assert "limbeck: error: " in told(done)


def test_files_are_replaced_whole_or_not_at_all(
    write: Run, tmp_path: Path, names: Callable[[Path], list[str]]
) -> None:
    (tmp_path / "out.md").write_text("old", "utf-8")
    assert write("digest", "session.json", "-o", "out.md", "--max-tokens", "1").returncode == 2
    assert (tmp_path / "out.md").read_text("utf-8") == "old"
    done = write("digest", "session.json", "-o", "out.md", "--max-tokens", "120")
    assert (done.returncode, done.stdout) == (0, b"")
    assert (tmp_path / "out.md").read_bytes().startswith(b"## ")
    assert write("digest", "session.json", "-o", "no/such/folder.md").returncode == 2
    assert [name for name in names(tmp_path) if name.endswith(".tmp")] == []


def test_several_files_are_taken_together(write: Run, tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_text(
        "The roof must stay closed in winter. A pane in bay 7 is broken.\n", "utf-8"
    )
    done = write("digest", "session.json", "report.txt", "--pin", "bay 7", "--max-tokens", "200", "--json")
    record = json.loads(done.stdout)
    assert {source["message"] for source in record["sources"]} == set(range(7))
    assert "bay 7" in record["text"]
    lines = write("digest", "-", "--max-tokens", "100", given=b"It rained for 3 days. The well is full.\n")
    assert b"It rained for 3 days." in lines.stdout
    assert write("digest", "session.json", "--pin", "nowhere at all").stderr.count(b"--pin ") == 1


@pytest.mark.parametrize("command", ["digest", "summarize", "notes"])
def test_of_nothing_nothing_is_made_and_that_is_said(write: Run, command: str) -> None:
    done = write(command, "-", given=b" \n")
    assert (done.returncode, done.stdout) == (0, b"")
    assert told(done) == "the input is empty; so is the output\n"


def test_a_name_that_no_counter_has_is_told(write: Run) -> None:
    done = write("digest", "session.json", "--counter", "foo")
    assert done.returncode == 0
    assert "--counter names no model or encoding that is known" in told(done)


def test_untrusted_text_in_the_account_is_made_visible(write: Run) -> None:
    given = (
        b"Never open the roof \x1b[2J in a storm, not even for bay 7.\n" * 2
        + b"The sun shines on bay 8.\n" * 30
    )
    done = write("digest", "--max-tokens", "12", given=given)
    assert b"\x1b" not in done.stderr


def test_help_reads_well(write: Run) -> None:
    for how in ("summarize", "notes", "digest"):
        shown = write(how, "--help").stdout.decode()
        assert f"limbeck {how} session.json" in shown
        assert "--key" not in shown
        assert how in write("--help").stdout.decode()
