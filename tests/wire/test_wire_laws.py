"""Laws of the wire: a round trip changes nothing, and what is cut stays valid."""

from __future__ import annotations

import copy
import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest
from cutting import (
    Quarter,
    calls_of,
    closed,
    empty_blocks,
    remaining,
    results_of,
    same_role_twice,
    unpaired,
    without_groups,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from listings import TEXTS, anthropic_requests, anthropic_sessions, openai_messages, openai_sessions

from limbeck.core.context import Context
from limbeck.wire import read

BODIES = sorted((Path(__file__).parent / "bodies").glob("*.json"))
DATA = Path(os.environ.get("LIMBECK_DATA") or Path(__file__).parents[2].parent / "shared" / "data") / "agents"
ANY = st.one_of(TEXTS, openai_messages(), openai_sessions(), anthropic_sessions(), anthropic_requests())
LAWS = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def check_round_trip(given: Any) -> Context:
    before = copy.deepcopy(given)
    context, body = read(given, Quarter())
    whole = body.whole(context)
    assert whole == before
    assert json.dumps(whole) == json.dumps(before)  # the order of the keys, too
    assert given == before and json.dumps(given) == json.dumps(before)
    return context


def check_columns(context: Context) -> None:
    rows = context.segments
    assert [i for m in context.messages for i in m.segments] == list(range(len(rows)))
    assert {len(c) for c in (rows.source, rows.start, rows.end, rows.needs, rows.form, rows.pin)} == {
        len(rows)
    }
    assert dict(context.texts()) == {n: source.text for n, source in enumerate(context.sources)}
    for index, message in enumerate(context.messages):
        assert len(message.segments) >= 1
        assert {context.sources[rows.source[i]].message for i in message.segments} == {index}
    for i, need in enumerate(rows.needs):
        assert need == -1 or (need != i and rows.source[need] == rows.source[i])


@pytest.mark.parametrize("path", BODIES, ids=lambda path: path.stem)
def test_a_recorded_body_makes_the_round_trip(path: Path) -> None:
    check_columns(check_round_trip(json.loads(path.read_text(encoding="utf-8"))))


@LAWS
@given(ANY)
def test_whatever_comes_in_makes_the_round_trip(given: Any) -> None:
    check_columns(check_round_trip(given))


@LAWS
@given(openai_sessions(), st.data())
def test_leaving_out_groups_keeps_the_pairs_of_openai(
    messages: list[dict[str, Any]], data: st.DataObject
) -> None:
    context, body = read(messages, Quarter())
    gone = data.draw(st.sets(st.sampled_from([m.group for m in context.messages] or [-1])))
    left = body.messages(without_groups(context, gone))
    assert unpaired(left) == (0, 0)
    assert left == [m for m, one in zip(messages, context.messages, strict=True) if one.group not in gone]


@LAWS
@given(anthropic_sessions(), st.data())
def test_leaving_out_groups_keeps_anthropic_in_turns(
    messages: list[dict[str, Any]], data: st.DataObject
) -> None:
    context, body = read({"system": "Be brief.", "messages": messages}, Quarter())
    gone = data.draw(st.sets(st.sampled_from(sorted({m.group for m in context.messages}))))
    cut = without_groups(context, gone)
    left = body.messages(cut)
    assert unpaired(left) == (0, 0)
    assert same_role_twice(left) == 0
    assert left == [m for m, one in zip(messages, context.messages[1:], strict=True) if one.group not in gone]
    assert ("system" in body.whole(cut)) == (context.messages[0].group not in gone)
    if len(messages) > 1:
        pinned = {
            context.segments.source[i] for i in range(len(context.segments)) if context.segments.hard(i)
        }
        assert {context.sources[s].message for s in pinned} == {1}


@LAWS
@given(anthropic_requests(), st.data())
def test_cutting_anywhere_leaves_a_valid_anthropic_body(given: Any, data: st.DataObject) -> None:
    context, body = read(given, Quarter())
    groups = sorted({m.group for m in context.messages})
    live = data.draw(st.sets(st.sampled_from(groups)))
    chosen = data.draw(st.sets(st.integers(0, len(context.segments) - 1)))
    cut = remaining(context, closed(context, chosen, live), live)
    whole = body.whole(cut)
    left = whole["messages"]
    assert unpaired(left) == (0, 0)
    assert same_role_twice(left) == 0
    assert empty_blocks(left) == 0
    for message in left:
        assert not isinstance(message["content"], str) or message["content"].strip()
        for block in message["content"] if isinstance(message["content"], list) else []:
            assert not block.get("is_error") or block["content"]
    system = whole.get("system", "gone with its key")
    assert system.strip() if isinstance(system, str) else system and not empty_blocks([{"content": system}])
    check_nothing_added(cut, whole)


@LAWS
@given(st.one_of(openai_sessions(), openai_messages()), st.data())
def test_cutting_anywhere_keeps_openai_readable(messages: list[dict[str, Any]], data: st.DataObject) -> None:
    context, body = read(messages, Quarter())
    groups = sorted({m.group for m in context.messages}) or [-1]
    live = data.draw(st.sets(st.sampled_from(groups)))
    chosen = data.draw(st.sets(st.integers(0, max(0, len(context.segments) - 1))))
    cut = remaining(context, closed(context, chosen & set(range(len(context.segments))), live), live)
    left = body.messages(cut)
    assert [m["role"] for m in left] == [m.role for m in context.messages if m.group in live]
    assert [(calls_of(m), results_of(m)) for m in left] == [
        (calls_of(m), results_of(m))
        for m, one in zip(messages, context.messages, strict=True)
        if one.group in live
    ]
    for message, original in zip(left, [messages[i] for i in survivors(context, live)], strict=True):
        for call, old in zip(message.get("tool_calls") or [], original.get("tool_calls") or [], strict=True):
            if loads(old["function"]["arguments"]) is not None:
                assert loads(call["function"]["arguments"]) is not None
    check_nothing_added(cut, left)


def survivors(context: Context, live: set[int]) -> list[int]:
    return [i for i, m in enumerate(context.messages) if m.group in live]


def loads(text: str) -> tuple[Any] | None:
    try:
        return (json.loads(text),)
    except ValueError:
        return None


def check_nothing_added(cut: Context, whole: Any) -> None:
    """Read again, the body has the very texts of the context it was rendered from, emptied ones aside."""
    again, _ = read(whole, Quarter())
    assert [same_json(t) for t in again.texts().values() if t.strip()] == [
        same_json(t) for t in cut.texts().values() if t.strip()
    ]


def same_json(text: str) -> str:
    """White space outside of strings may change where a tool's input leaves as an object again."""
    found = loads(text)
    return text if found is None else json.dumps(found[0])


@pytest.mark.skipif(
    not DATA.is_dir(), reason=f"no agent histories at {DATA}; set LIMBECK_DATA to their folder"
)
def test_every_recorded_history_makes_the_round_trip() -> None:
    files = sorted(DATA.glob("*.jsonl.gz"))
    assert files
    for path in files:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                context, body = read(row, Quarter())
                assert body.format == "openai"
                assert json.dumps(body.whole(context)) == json.dumps(row)
                gone = {m.group for m in context.messages if m.group % 3 == 1}
                left = body.messages(without_groups(context, gone))
                assert unpaired(left)[0] <= unpaired(row["messages"])[0]
