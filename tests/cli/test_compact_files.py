"""Files in, files out: kinds, bytes, places, atomicity."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
Names = Callable[[Path], list[str]]


def test_a_text_from_a_pipe(run: Run, log: Path) -> None:
    done = run("compact", "--max-tokens", "200", "--query", "valve_9 stuck", given=log.read_bytes())
    assert done.returncode == 0
    assert b"valve_9 stuck at 17 percent" in done.stdout
    whole = set(log.read_bytes().splitlines())
    others = [line for line in done.stdout.splitlines() if line not in whole]
    assert all(line.startswith(b"(filtered ") for line in others)
    told = done.stderr.decode()
    assert told.count("\n") == 1
    assert " tokens (" in told and " of 80 lines left out, " in told


def test_a_pin_that_stands_nowhere_is_noted(run: Run, log: Path) -> None:
    args = [
        "compact",
        "pumps.log",
        "--keep",
        "0.3",
        "--pin",
        "pump_4 pressure steady at 301",
        "--pin",
        "pump_9\x1b",
    ]
    done = run(*args)
    assert done.returncode == 0
    summary, note = done.stderr.decode().splitlines()
    assert " tokens (" in summary
    assert note == "limbeck: note: --pin 'pump_9\\x1b' stands nowhere in the input"
    assert run(*args, "--quiet").stderr == b""


def test_a_pin_counts_for_all_conversations_of_a_file(run: Run, session: list[dict[str, Any]]) -> None:
    rows = [{"messages": session}, {"messages": [*session[:4], {"role": "user", "content": "Lime it."}]}]
    text = "".join(json.dumps(row) + "\n" for row in rows).encode()
    (told,) = run("compact", "--keep", "1", "--pin", "Lime it.", given=text).stderr.decode().splitlines()
    assert "2 conversations" in told
    done = run("compact", "--keep", "1", "--pin", "Paint it.", given=text).stderr.decode()
    assert done.count("limbeck: note: --pin 'Paint it.' stands nowhere in the input\n") == 1


def test_a_counter_that_is_a_bound_is_named(run: Run, log: Path, session: list[dict[str, Any]]) -> None:
    told = run("compact", "pumps.log", "--keep", "0.5", "--counter", "house-model-3").stderr.decode()
    assert re.match(
        r"[\d,]+ -> [\d,]+ tokens by unknown~o200k_base\*\S+ \(upper bound\) \([\d.]+ % kept\)", told
    )
    rows = (json.dumps({"messages": session}) + "\n") * 2
    told = run("compact", "--keep", "0.9", "--counter", "claude-opus-5", given=rows.encode()).stderr.decode()
    assert re.search(r" tokens by claude~o200k_base\*\S+ \(upper bound\) \(", told)
    done = run("compact", "pumps.log", "--keep", "0.5", "--counter", "o200k-bsae")
    assert done.returncode == 2 and b"did you mean 'o200k_base'" in done.stderr


def test_a_budget_error_names_the_options_that_help(run: Run, session_file: Path) -> None:
    session = json.loads(session_file.read_text("utf-8"))
    session[1]["content"] += "\n<keepContext>\nplan_a\n</keepContext>\n"
    session_file.write_text(json.dumps(session))
    done = run("compact", "session.json", "--max-tokens", "3", "--preserve-recent", "0", "--no-pin-head")
    assert done.stderr.endswith(
        b"(here: a larger --max-tokens N or --keep F, no <keepContext> tags in the input)\n"
    )
    done = run("compact", "session.json", "--max-tokens", "3", "--no-pin-head", "--pin", "drip_2")
    assert b", --preserve-recent 0, " in done.stderr and b", fewer --pin TEXT" in done.stderr
    assert b"--no-pin-head" not in done.stderr


def test_quiet_says_nothing(run: Run, log: Path) -> None:
    done = run("compact", str(log), "--keep", "0.3", "--quiet")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout


@pytest.mark.parametrize("options", [["--no-markers"], ["--blank-markers"], []])
def test_markers(run: Run, log: Path, options: list[str]) -> None:
    out = run("compact", "-", "--keep", "0.3", *options, given=log.read_bytes()).stdout
    assert (b"(filtered" in out) is (not options)
    assert any(line == b"" for line in out.splitlines()) is (options == ["--blank-markers"])


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffone\r\ntwo\r\nthree",
        "one\rtwo\rthree\r",
        "mixed\r\nends\nand\rmore",
        "nul\x00 and \x1b[31mcolor\x1b[0m\n",
        "שלום\nعالم\n漢字かな\n👩‍🔧\n",
        "\ufeff",
        "",
        "\n\n\n",
        "[not json\n",
        '{"a": [1, 2,  3], "b": 1.10}\n',
    ],
)
def test_everything_kept_is_byte_for_byte_the_input(run: Run, tmp_path: Path, text: str) -> None:
    (tmp_path / "in").write_bytes(text.encode())
    done = run("compact", "in", "--keep", "1", "-o", "out")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out").read_bytes() == text.encode()
    assert done.stdout == b""


def test_byte_order_mark_and_line_ends_survive_a_cut(run: Run, log: Path) -> None:
    text = "\ufeff" + log.read_text("utf-8").replace("\n", "\r\n").removesuffix("\r\n")
    out = run("compact", "--keep", "0.3", "--no-markers", given=text.encode()).stdout
    assert out.startswith(b"\xef\xbb\xbf") and out.count(b"\xef\xbb\xbf") == 1
    assert 0 < len(out) < len(text) / 2
    assert out.count(b"\n") == out.count(b"\r\n")


def test_a_conversation_leaves_as_it_was_laid_out(run: Run, session_file: Path) -> None:
    done = run("compact", "session.json", "--keep", "0.5", "-o", "out.json")
    assert done.returncode == 0, done.stderr
    out = (session_file.parent / "out.json").read_text("utf-8")
    messages = json.loads(out)
    assert out == json.dumps(messages, indent=2, ensure_ascii=False) + "\n"
    assert [m["role"] for m in messages] == ["system", "user", "assistant", "tool", "assistant", "user"]
    assert "(filtered " in messages[3]["content"]
    before = json.loads(session_file.read_text("utf-8"))
    assert [m for n, m in enumerate(messages) if n not in (2, 3)] == [before[n] for n in (0, 1, 4, 5)]


@pytest.mark.parametrize(
    ("dump", "line_end"),
    [
        (lambda v: json.dumps(v, separators=(",", ":")), ""),
        (lambda v: json.dumps(v), "\n"),
        (lambda v: json.dumps(v, indent="\t").replace("\n", "\r\n"), "\r\n"),
        (lambda v: json.dumps(v, indent=4, ensure_ascii=False), "\n"),
        (lambda v: "[\n" + ",\n".join("  " + json.dumps(m) for m in v) + "\n]", "\n"),
    ],
)
def test_layouts(run: Run, session: list[dict[str, Any]], dump: Callable[[Any], str], line_end: str) -> None:
    done = run("compact", "--keep", "0.5", given=(dump(session) + line_end).encode())
    messages = json.loads(done.stdout)
    assert messages != session
    assert done.stdout.decode() == dump(messages) + line_end


def test_a_request_body_keeps_its_other_keys(run: Run, session: list[dict[str, Any]]) -> None:
    body = {"model": "any", "temperature": 0.5, "messages": session, "stream": True}
    out = json.loads(run("compact", "--keep", "0.5", given=json.dumps(body).encode()).stdout)
    assert list(out) == list(body)
    assert {k: v for k, v in out.items() if k != "messages"} == {
        k: v for k, v in body.items() if k != "messages"
    }
    assert out["messages"] != session


def test_json_that_is_no_conversation_stays_json(run: Run) -> None:
    rows = [
        {"id": n, "name": f"crate_{n}", "weight_grams": 100 + n, "note": "stands in hall B"}
        for n in range(60)
    ]
    done = run("compact", "--keep", "0.3", "--query", "crate_41", given=json.dumps(rows).encode())
    kept = json.loads(done.stdout)
    assert any(row.get("name") == "crate_41" for row in kept)
    assert 0 < len(done.stdout) < 0.5 * len(json.dumps(rows))
    assert b"pieces left out" in done.stderr or b"lines left out" in done.stderr


def test_lines_of_messages_are_one_conversation(run: Run, session: list[dict[str, Any]]) -> None:
    lines = [json.dumps(m, ensure_ascii=n % 2 == 0) + "\r\n" for n, m in enumerate(session)]
    text = "".join(lines).removesuffix("\r\n")
    out = run("compact", "--keep", "0.5", given=text.encode()).stdout.decode()
    kept = out.split("\r\n")
    assert kept[0] + "\r\n" == lines[0] and kept[1] + "\r\n" == lines[1]
    assert kept[-1] == lines[-1].removesuffix("\r\n")
    assert json.loads(kept[3])["role"] == "tool" and "(filtered " in kept[3]


def test_lines_of_conversations_are_compacted_each_by_itself(run: Run, session: list[dict[str, Any]]) -> None:
    short = [{"role": "user", "content": "Hello."}]
    rows = [{"id": 1, "messages": session}, {"id": 2, "messages": short}]
    text = json.dumps(rows[0]) + "\n\n" + json.dumps(rows[1], separators=(",", ":")) + "\n"
    done = run("compact", "--keep", "0.5", "--preserve-recent", "0", "--no-pin-head", given=text.encode())
    assert done.returncode == 0, done.stderr
    first, blank, second, end = done.stdout.decode().split("\n")
    assert (blank, end) == ("", "")
    assert json.loads(first)["id"] == 1 and len(first) < len(text) / 1.5
    assert json.loads(second)["id"] == 2
    assert b"2 conversations, " in done.stderr


def test_lines_of_other_json_are_a_text(run: Run) -> None:
    text = "".join(json.dumps({"t": n, "msg": f"event_{n} seen"}) + "\n" for n in range(50))
    out = run("compact", "--keep", "0.3", given=text.encode()).stdout.decode()
    assert set(out.splitlines()) < set(text.splitlines())


def test_a_format_can_be_asked_for(run: Run, session_file: Path) -> None:
    done = run("compact", "session.json", "--keep", "0.5", "--format", "text", "--no-markers")
    assert done.returncode == 0
    json.loads(done.stdout)  # by deletion alone
    done = run("compact", "--keep", "0.5", "--format", "messages", given=b"just a text")
    assert done.returncode == 2
    assert b"standard input has not the format messages" in done.stderr
    done = run("compact", "--keep", "0.5", "--format", "jsonl", given=b'{"a": 1}\n')
    assert done.returncode == 2 and b"has not the format jsonl" in done.stderr


def test_a_key_that_stands_twice_is_not_lost_in_silence(run: Run) -> None:
    text = b'[{"role": "user", "content": "a", "content": "b"}]'
    done = run("compact", "--keep", "0.5", given=text)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"the key 'content' stands twice" in done.stderr and b"--format text" in done.stderr


def test_a_lone_surrogate_leaves_as_the_escape_it_came_as(run: Run) -> None:
    messages = '[{"role": "user", "content": "' + "ä half a pair: \\ud83d, and more words.\\n" * 9 + '"}]'
    done = run("compact", "--keep", "0.6", "--no-markers", given=messages.encode())
    assert done.returncode == 0, done.stderr
    content = json.loads(done.stdout)[0]["content"]
    assert "half a pair: \ud83d, and" in content
    assert run("compact", "--keep", "0.6", "--json", given=messages.encode()).returncode == 0


def test_several_files_go_into_a_folder(run: Run, log: Path, session_file: Path) -> None:
    done = run("compact", "pumps.log", "session.json", "--keep", "0.5", "-o", "new/smaller")
    assert done.returncode == 0, done.stderr
    folder = log.parent / "new" / "smaller"
    assert sorted(p.name for p in folder.iterdir()) == ["pumps.log", "session.json"]
    assert 0 < (folder / "pumps.log").stat().st_size < log.stat().st_size
    json.loads((folder / "session.json").read_bytes())
    assert done.stderr.decode().startswith("pumps.log: ")


def test_a_bad_file_does_not_stop_the_others(run: Run, log: Path) -> None:
    (log.parent / "bad.txt").write_bytes(b"ok\nna\xefve\n")
    done = run("compact", "bad.txt", "gone.txt", "pumps.log", "--keep", "0.5", "-o", "out")
    assert done.returncode == 1
    assert [p.name for p in (log.parent / "out").iterdir()] == ["pumps.log"]
    told = done.stderr.decode()
    assert "bad.txt is not UTF-8" in told and "cannot read gone.txt: No such file" in told
    assert "2 of 3 inputs failed" in told


def test_one_file_into_a_folder_that_exists(run: Run, log: Path) -> None:
    (log.parent / "out").mkdir()
    assert run("compact", "pumps.log", "--keep", "0.5", "-o", "out").returncode == 0
    assert (log.parent / "out" / "pumps.log").exists()


def test_the_output_may_be_the_input_and_keeps_its_permissions(run: Run, log: Path, names: Names) -> None:
    log.chmod(0o640)
    before = log.read_bytes()
    done = run("compact", "pumps.log", "--keep", "0.3", "-o", "pumps.log")
    assert done.returncode == 0, done.stderr
    assert 0 < len(log.read_bytes()) < len(before)
    assert stat.S_IMODE(log.stat().st_mode) == 0o640
    assert names(log.parent) == ["pumps.log"]


def test_a_new_file_gets_the_usual_permissions(run: Run, log: Path) -> None:
    run("compact", "pumps.log", "--keep", "0.3", "-o", "out")
    plain = log.parent / "plain"
    plain.touch()
    assert (log.parent / "out").stat().st_mode == plain.stat().st_mode


def test_a_link_stays_a_link(run: Run, log: Path) -> None:
    (log.parent / "real").write_text("old")
    (log.parent / "link").symlink_to("real")
    assert run("compact", "pumps.log", "--keep", "0.3", "-o", "link").returncode == 0
    assert (log.parent / "link").is_symlink()
    assert (log.parent / "real").read_text() != "old"


def test_a_device_is_written_to_and_not_replaced(run: Run, log: Path) -> None:
    assert run("compact", "pumps.log", "--keep", "0.3", "-o", os.devnull).returncode == 0
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


@pytest.mark.parametrize("options", [["--max-tokens", "1"], ["--keep", "0.01"]])
def test_a_failed_run_leaves_the_output_alone(
    run: Run, session_file: Path, options: list[str], names: Names
) -> None:
    out = session_file.parent / "out.json"
    out.write_text("precious")
    done = run("compact", "session.json", *options, "-o", "out.json", "--record", "r.json")
    assert done.returncode == 2
    assert out.read_text() == "precious"
    assert names(session_file.parent) == ["out.json", "session.json"]
    assert b"--preserve-recent 0" in done.stderr and b"Traceback" not in done.stderr


def test_output_and_record_come_together_or_not_at_all(run: Run, log: Path, names: Names) -> None:
    done = run("compact", "pumps.log", "--keep", "0.3", "-o", "out", "--record", "missing/r.json")
    assert done.returncode == 2
    assert b"cannot write missing/r.json: No such file or directory" in done.stderr
    assert names(log.parent) == ["pumps.log"]


@pytest.mark.parametrize("place", ["missing/out", "pumps.log/out"])
def test_a_place_that_cannot_be_written(run: Run, log: Path, place: str, names: Names) -> None:
    done = run("compact", "pumps.log", "--keep", "0.3", "-o", place)
    assert done.returncode == 2
    assert done.stderr.decode().startswith(f"limbeck: error: cannot write {place}: ")
    assert names(log.parent) == ["pumps.log"]


def test_a_folder_in_the_way(run: Run, log: Path, names: Names) -> None:
    (log.parent / "out" / "pumps.log").mkdir(parents=True)
    done = run("compact", "pumps.log", "--keep", "0.3", "-o", "out")
    assert done.returncode == 2 and b"it is a folder" in done.stderr
    assert names(log.parent / "out") == ["pumps.log"]


def test_a_file_where_a_folder_should_be(run: Run, log: Path, session_file: Path) -> None:
    done = run("compact", "pumps.log", "session.json", "--keep", "0.3", "-o", "pumps.log")
    assert done.returncode == 2
    assert b"pumps.log is a file; several results need a folder" in done.stderr


def test_whole_calls_keeps_the_arguments_of_a_call_that_stays(
    run: Run, session: list[dict[str, Any]]
) -> None:
    beds = {f"bed_{n}": {"drip": n % 3, "hours": 40 + n, "plants": f"tomato_{n}"} for n in range(20)}
    asked = json.dumps(beds)
    session[2]["tool_calls"][0]["function"]["arguments"] = asked
    args = ["compact", "--keep", "0.6", "--query", "moisture"]
    for more, whole in (([], False), (["--whole-calls"], True)):
        done = run(*args, *more, given=json.dumps(session).encode())
        assert done.returncode == 0, done.stderr
        calls = [call for message in json.loads(done.stdout) for call in message.get("tool_calls") or ()]
        assert [call["function"]["arguments"] == asked for call in calls] == [whole]
