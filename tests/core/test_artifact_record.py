"""An artifact as JSON values: everything stands in it, and its citations can be read back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from limbeck.core.artifact import Artifact, Fallback, Spent, Statement
from limbeck.core.artifact_record import artifact_record, read_citations
from limbeck.core.decisions import Check, Usage
from limbeck.core.errors import FormatError
from limbeck.core.findings import Finding
from limbeck.core.source import Span
from limbeck.local.counters import counter
from limbeck.wire import read

MESSAGES = [
    {"role": "user", "content": "Keep bed_4 wet. Never open the roof."},
    {"role": "assistant", "content": "drip_2 is clogged."},
]


def artifact() -> Artifact:
    context, _ = read(MESSAGES, counter("o200k_base"))
    statements = (
        Statement("goal", "Keep bed_4 wet.", (Span(0, 0, 15),), quoted=True),
        Statement(
            "state",
            "The line drip_2 is clogged.",
            (Span(1, 0, 18),),
            rationale="it was seen",
            supersedes=(0,),
        ),
    )
    wrong = Finding("altered", "drip_3", 4, 10, "the source has drip_2", (Span(1, 0, 6),))
    return Artifact(
        "summary",
        statements,
        context,
        Usage(20, 12, 15, "o200k_base", True, 0.5),
        (Check("evidence", True),),
        "summarize",
        "## Goal\n- Keep bed_4 wet.\n\n## State\n- The line drip_2 is clogged. (it was seen)",
        (Fallback("dropped", "altered drip_3", "The drip_3 is clogged.", (wrong,)),),
        (Finding("must-keep", "Never open the roof.", 0, 0, "states a constraint", (Span(0, 16, 36),)),),
        Spent(1, 200, 40, 0.01),
    )


def test_the_record_holds_everything_and_is_json() -> None:
    made = artifact()
    record = json.loads(json.dumps(artifact_record(made)))
    assert (record["limbeck_artifact"], record["form"], record["method"]) == (1, "summary", "summarize")
    assert record["text"] == made.text
    assert record["statements"][1] == {
        "kind": "state",
        "text": "The line drip_2 is clogged.",
        "quoted": False,
        "rationale": "it was seen",
        "confidence": 1.0,
        "supersedes": [0],
        "speaker": "",
        "evidence": [
            {
                "source": 1,
                "start": 0,
                "end": 18,
                "message": 1,
                "role": "assistant",
                "text": "drip_2 is clogged.",
            }
        ],
    }
    assert record["usage"]["tokens_after"] == 12
    assert record["spent"] == {
        "calls": 1,
        "prompt_tokens": 200,
        "completion_tokens": 40,
        "usd": 0.01,
        "replayed": 0,
    }
    (fallback,) = record["fallbacks"]
    assert (fallback["what"], fallback["findings"][0]["text"]) == ("dropped", "drip_3")
    assert record["omissions"][0]["evidence"] == [{"source": 0, "start": 16, "end": 36}]
    assert [source["content"] for source in record["sources"]] == [s.content for s in made.before.sources]


def test_citations_come_back() -> None:
    made = artifact()
    cited = read_citations(json.loads(json.dumps(artifact_record(made))))
    assert cited.statements == made.statements
    assert cited.text == made.text
    assert cited.contents == tuple(source.content for source in made.before.sources)


def test_citations_need_no_more_than_they_say() -> None:
    record = artifact_record(artifact())
    kept = {key: record[key] for key in ("limbeck_artifact", "form", "text", "statements", "sources")}
    assert len(read_citations(kept).statements) == 2


def without(key: str) -> dict[str, Any]:
    record = artifact_record(artifact())
    del record[key]
    return record


def with_evidence(**changed: int) -> dict[str, Any]:
    record = artifact_record(artifact())
    record["statements"][0]["evidence"][0].update(changed)
    return record


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ([], "not an artifact"),
        ({"messages": []}, "not an artifact"),
        ({"limbeck_artifact": 9}, "has version 9, this program reads version 1"),
        (without("statements"), "statements is missing"),
        (without("sources"), "sources is missing"),
        ({**without("text"), "text": 3}, "text is 3"),
        (with_evidence(source=2), "statement 0 cites [0, 15) of source 2"),
        (with_evidence(source=-1), "cites"),
        (with_evidence(start=20), "statement 0 cites [20, 15)"),
        (with_evidence(start=-1), "cites [-1, 15)"),
    ],
    ids=[
        "list",
        "messages",
        "version",
        "statements",
        "sources",
        "text",
        "far",
        "negative",
        "backward",
        "before",
    ],
)
def test_what_is_no_artifact_or_damaged(record: object, told: str) -> None:
    with pytest.raises(FormatError) as error:
        read_citations(record)
    assert told in str(error.value)
