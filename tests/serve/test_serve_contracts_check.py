"""Our own `/v1/check`: the audit of `limbeck.check`, or why there is none."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from contract_bodies import LOG, answer, conversation, refusal, user
from serving import Running, environment

import limbeck
from limbeck.core.artifact_record import artifact_record
from limbeck.serve.contracts.check import MOST_VALUES
from limbeck.serve.schemas import CheckAnswer

SOURCE = (
    "The pump ran at 340 bar.\nIt stopped at 12:05 because of a leak in hall 9.\nNever open gate 4 at night."
)
FALSE = "The pump ran at 430 bar. It stopped at 12:05 because of a leak in hall 9."
EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize(
    "source",
    [SOURCE, [user(SOURCE)], {"messages": [user(SOURCE)], "system": "Be brief."}, conversation(6)],
    ids=["text", "messages", "mapping", "conversation"],
)
@pytest.mark.parametrize(
    "summary", [SOURCE, FALSE, [user(FALSE)], ""], ids=["true", "false", "messages", "empty"]
)
def test_it_is_the_audit_of_the_library(source: Any, summary: Any) -> None:
    found = answer("check", {"summary": summary, "source": source})
    CheckAnswer.model_validate(json.loads(json.dumps(found.body)))
    assert found.body == limbeck.check(summary, against=source).to_json()
    assert (found.status, found.tokens_before, found.tokens_after, found.headers) == (200, 0, 0, {})


def test_what_is_wrong_and_what_is_missing() -> None:
    body = answer("check", {"summary": FALSE, "source": SOURCE}).body
    (wrong,) = body["findings"]
    assert (wrong["kind"], wrong["text"]) == ("altered", "430") and "340 bar" in wrong["evidence"][0]["text"]
    (missing,) = body["omissions"]
    assert missing["kind"] == "must-keep" and "Never open gate 4" in missing["text"]
    assert not body["clean"]
    assert answer("check", {"summary": SOURCE, "source": SOURCE}).body["clean"]
    without = SOURCE.rpartition("\n")[0]
    assert answer("check", {"summary": without, "source": SOURCE}).body["clean"]
    assert not answer("check", {"summary": without, "source": SOURCE, "complete": True}).body["clean"]


def test_every_option_of_the_library() -> None:
    options: dict[str, Any] = {
        "pins": ["leak", "stands nowhere"], "complete": True, "min_tokens": 500, "max_tokens": 600,
        "counter": "cl100k_base", "names": ["the log", "the talk"],
    }  # fmt: skip
    sources = [LOG, [user(SOURCE), {"role": "assistant", "content": "Noted."}]]
    found = answer("check", {"summary": FALSE, "sources": sources, **options}).body
    assert found == limbeck.check(FALSE, against=sources, **options).to_json()
    assert [source["name"] for source in found["sources"]] == ["the log", "the talk"]
    assert found["counter"] == "cl100k_base"
    kinds = [one["kind"] for one in found["omissions"]]
    assert kinds.count("must-keep") >= 2 and "short" in kinds
    assert "stands nowhere" in [one["text"] for one in found["omissions"]]


def test_each_of_several_mappings_is_a_source_of_its_own() -> None:
    sources = [{"messages": [user(SOURCE)], "role": "user"}, {"messages": [user(LOG)], "role": "user"}]
    found = answer("check", {"summary": FALSE, "sources": sources}).body
    assert [(source["name"], source["messages"]) for source in found["sources"]] == [
        ("source 1", 1), ("source 2", 1),
    ]  # fmt: skip


@pytest.mark.parametrize("as_text", [False, True])
def test_the_citations_of_a_record(as_text: bool) -> None:
    record = json.loads(json.dumps(artifact_record(limbeck.digest(SOURCE, keep=0.9))))
    good = answer("check", {"summary": json.dumps(record) if as_text else record, "source": SOURCE}).body
    assert good["clean"] and good["text"] == record["text"]
    record["statements"][0]["evidence"][0]["start"] += 1
    bad = answer("check", {"summary": json.dumps(record) if as_text else record, "source": SOURCE}).body
    assert [one["kind"] for one in bad["findings"]] == ["citation"]


@pytest.mark.parametrize(
    ("body", "param", "words"),
    [
        ({"source": "x"}, "summary", "summary is missing"),
        ({"summary": "x"}, "source", "either source or sources"),
        ({"summary": "x", "source": "y", "sources": ["y"]}, "source", "either source or sources"),
        ({"summary": "x", "sources": []}, "sources", "at least 1 item"),
        ({"summary": "x", "source": []}, "source", "at least 1 item"),
        ({"summary": "x", "source": 3}, "source", "source should be a valid string"),
        ({"summary": "x", "source": "y", "names": ["a", "b"]}, "names", "one for each source"),
        ({"summary": "x", "source": "y", "min_tokens": 9, "max_tokens": 3}, "min_tokens", "not be above max_tokens"),
        ({"summary": "x", "source": "y", "complete": "yes"}, "complete", "valid boolean"),
        ({"summary": "x", "source": "y", "pins": [""]}, "pins.0", "at least 1 character"),
        ({"summary": "x", "source": "y", "counter": ""}, "counter", "counter is not known"),
        ({"summary": "x", "source": "y", "agianst": "z"}, "agianst", "agianst is not known; known: complete"),
        ({"summary": "x", "source": [user([{"type": "text"}])]}, "source", "source: message 0, content part 0: text"),
        (
            {"summary": [user([{"type": "text"}])], "sources": ["x"]},
            "summary",
            "summary: message 0, content part 0: text",
        ),
        ({"summary": "x", "sources": ["x", [user([{"type": "text"}])]]}, "sources.1", "sources.1: message 0"),
        ({"summary": '{"limbeck_artifact": 1}', "source": "x"}, "summary", "is damaged"),
    ],
)  # fmt: skip
def test_refusals(body: dict[str, Any], param: str, words: str) -> None:
    found = refusal("check", body)
    assert (found.status, found.kind, found.param) == (422, "invalid_request_error", param)
    assert words in found.message


def test_a_record_in_a_text_has_a_limit_of_its_own() -> None:
    text = '{"limbeck_artifact": 1, "x": [' + "[]," * MOST_VALUES
    found = refusal("check", {"summary": text, "source": "x"})
    assert (found.status, found.code, found.param) == (413, "request_too_large", "summary")
    assert not answer("check", {"summary": text[: 3 * MOST_VALUES // 100], "source": "x"}).body["clean"]


def test_many_findings_in_one_long_sentence_stay_small() -> None:
    summary = " ".join(f"item{n} holds {n} bar" for n in range(1_500))
    found = answer("check", {"summary": summary, "source": "There is nothing.\n" * 50})
    assert len(found.body["findings"]) >= 1_500
    assert len(json.dumps(found.body)) < 80 * len(
        summary
    )  # whole sentences would make it 1,000 times as long


def test_over_http_it_is_what_the_command_writes(live: Running) -> None:
    summary = (EXAMPLES / "summary.md").read_text(encoding="utf-8")
    session = json.loads((EXAMPLES / "session.json").read_text(encoding="utf-8"))
    source = session["messages"] if isinstance(session, dict) else session
    got = live.ask("/v1/check", {"summary": summary, "source": source, "names": ["examples/session.json"]})
    command = [
        sys.executable,
        "-m",
        "limbeck",
        "check",
        "examples/summary.md",
        "--against",
        "examples/session.json",
    ]
    done = subprocess.run(
        [*command, "--json"],
        cwd=EXAMPLES.parent,
        capture_output=True,
        encoding="utf-8",
        env=environment(),
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert got.status == 200 and not got.json()["clean"]
    assert got.json() == json.loads(done.stdout)
    line = live.logged("/v1/check", status=200)[-1]
    assert (line["tokens_in"], line["tokens_out"]) == (0, 0)


def test_over_http_refusals_have_the_plain_shape(live: Running) -> None:
    got = live.ask("/v1/check", {"summary": "x", "source": "y", "names": ["a", "b"]})
    message = "names must be one for each source, or none"
    error = {"message": message, "type": "invalid_request_error", "param": "names"}
    assert (got.status, got.json()) == (422, {"error": error})
    many = [user("x")] * 20_001
    for body in ({"source": many}, {"sources": ["x", many]}, {"sources": ["x", {"messages": many}]}):
        got = live.ask("/v1/check", {"summary": "x"} | body)
        assert (got.status, got.json()["error"]["param"]) == (413, next(iter(body)))
    assert live.ask("/v1/check", b"{").status == 400
    assert live.ask("/v1/check").status == 405
