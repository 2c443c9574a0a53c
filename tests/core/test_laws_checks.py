"""Every law is broken on purpose, one at a time, and each is noticed by its name."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from limbeck import compact
from limbeck.core.context import Pin, Written
from limbeck.core.errors import LawError
from limbeck.core.laws import verify
from limbeck.core.result import Result

CHAT: list[dict[str, Any]] = [
    {"role": "system", "content": "You keep bees."},
    {"role": "user", "content": "Which hive swarmed?"},
    {
        "role": "assistant",
        "content": "I read the scales.",
        "tool_calls": [
            {"id": "s", "type": "function", "function": {"name": "read", "arguments": '{"hive": 4}'}}
        ],
    },
    {
        "role": "tool",
        "tool_call_id": "s",
        "content": "".join(f"hive_{n} weighs {n * 13} kg\n" for n in range(70)),
    },
    {"role": "assistant", "content": "hive_4 lost 3 kg."},
]
LAWS = ["accounted", "deletion only", "pinned", "budget", "never larger", "paired", "resolvable", "heads"]


def sound() -> Result:
    return compact(CHAT, keep=0.4, preserve_recent=1)


def laws_broken(result: Result) -> list[str]:
    """The names of the laws that a result breaks, as the error gives them."""
    with pytest.raises(LawError) as caught:
        verify(result)
    message = str(caught.value)
    assert message.endswith(" (a bug: please report it)")
    found = [part.split(": ")[0] for part in message.removesuffix(" (a bug: please report it)").split("; ")]
    assert set(found) <= set(LAWS)
    return found


def test_a_sound_result_passes_all_of_them() -> None:
    checks = verify(sound())
    assert [check.name for check in checks] == LAWS
    assert all(check.passed and not check.detail for check in checks)


def with_kept(result: Result, changed: dict[int, int]) -> Result:
    kept = bytearray(result.decisions.kept)
    for row, value in changed.items():
        kept[row] = value
    return replace(result, decisions=replace(result.decisions, kept=kept))


def dropped_row(result: Result) -> int:
    return result.decisions.kept.index(0)


def test_a_segment_without_a_decision() -> None:
    result = sound()
    rows = len(result.before.segments)
    for kept, count in ((result.decisions.kept[:-1], rows - 1), (result.decisions.kept + b"\0", rows + 1)):
        other = replace(result, decisions=replace(result.decisions, kept=kept))
        assert laws_broken(other) == ["accounted"]
        with pytest.raises(LawError, match=f"^accounted: {rows} segments came in, {count} were decided on "):
            verify(other)


def test_a_segment_said_to_be_kept_that_is_not_there() -> None:
    result = sound()
    assert laws_broken(with_kept(result, {dropped_row(result): 1})) == ["accounted"]


def test_a_pin_that_did_not_hold() -> None:
    result = sound()
    row = dropped_row(result)
    segments = replace(result.before.segments, pin=bytearray(len(result.before.segments)), pins=[None])
    segments.pin[row] = segments.pin_index(Pin(True, "pinned by the user"))
    pinned = replace(result, before=replace(result.before, segments=segments))
    with pytest.raises(LawError, match=f"^pinned: hard-pinned segment {row} is gone"):
        verify(pinned)
    segments.pins[segments.pin[row]] = Pin(False, "states a constraint")
    lost = verify(pinned)[-1]
    assert (lost.name, lost.passed) == ("constraint", False)
    assert lost.detail == "left out: " + result.before.segments.text(row).strip()


def swapped(result: Result) -> Result:
    """Two neighboring quotes of one text change places."""
    s = result.context.segments
    row = next(
        i for i in range(len(s) - 1) if s.source[i] == s.source[i + 1] and not {i, i + 1} & set(s.written)
    )
    start, end = array("i", s.start), array("i", s.end)
    start[row], start[row + 1], end[row], end[row + 1] = (
        s.start[row + 1],
        s.start[row],
        s.end[row + 1],
        s.end[row],
    )
    return replace(result, context=replace(result.context, segments=replace(s, start=start, end=end)))


def repeated(result: Result) -> Result:
    """One quote stands there twice, the second time in place of the next."""
    s = result.context.segments
    row = next(
        i for i in range(len(s) - 1) if s.source[i] == s.source[i + 1] and not {i, i + 1} & set(s.written)
    )
    start, end = array("i", s.start), array("i", s.end)
    start[row + 1], end[row + 1] = start[row], end[row]
    return replace(result, context=replace(result.context, segments=replace(s, start=start, end=end)))


def other_source(result: Result) -> Result:
    """A text stands before the text that came before it."""
    s = result.context.segments
    source = array("i", s.source)
    source[-1] = 0
    return replace(result, context=replace(result.context, segments=replace(s, source=source)))


def marker_too_early(result: Result) -> Result:
    s = result.context.segments
    row = min(i for i in s.written if i and s.source[i - 1] == s.source[i])
    start = array("i", s.start)
    start[row] = s.end[row - 1] - 1
    return replace(result, context=replace(result.context, segments=replace(s, start=start)))


@pytest.mark.parametrize("tamper", [swapped, repeated, other_source, marker_too_early])
def test_quotes_that_do_not_ascend(tamper: Callable[[Result], Result]) -> None:
    assert laws_broken(tamper(sound())) == ["deletion only"]


def with_usage(result: Result, **figures: int) -> Result:
    return replace(result, usage=result.usage._replace(**figures))


def test_a_budget_that_was_passed() -> None:
    result = sound()
    limit = result.usage.limit_tokens
    over = with_usage(result, tokens_after=limit + 1)
    assert laws_broken(over) == ["budget"]
    with pytest.raises(LawError, match=f"^budget: {limit + 1} tokens for a budget of {limit} "):
        verify(over)
    verify(with_usage(result, tokens_after=limit))


def test_a_result_larger_than_what_came_in() -> None:
    result = sound()
    before = result.tokens_before
    larger = with_usage(result, tokens_after=before + 1, limit_tokens=2 * before)
    with pytest.raises(LawError, match=f"^never larger: {before} tokens became {before + 1} "):
        verify(larger)
    verify(with_usage(result, tokens_after=before, limit_tokens=2 * before))


def test_half_a_group() -> None:
    result = sound()
    messages = [m for m in result.context.messages if m.role != "tool"]
    assert len(messages) == len(result.context.messages) - 1
    torn = replace(result, context=replace(result.context, messages=tuple(messages)))
    assert laws_broken(torn) == ["paired"]
    with pytest.raises(LawError, match=r"^paired: of tool call \d, message \d is gone"):
        verify(torn)


def test_a_group_that_never_came_in() -> None:
    result = sound()
    *rest, last = result.context.messages
    strange = replace(result, context=replace(result.context, messages=(*rest, replace(last, group=99))))
    with pytest.raises(LawError, match=r"^paired: of 0 messages of group 99, 1 stay "):
        verify(strange)


def with_marker(result: Result, written: Written) -> Result:
    s = result.context.segments
    row = next(iter(s.written))
    return replace(
        result, context=replace(result.context, segments=replace(s, written={**s.written, row: written}))
    )


def test_a_marker_that_stands_for_nothing() -> None:
    result = sound()
    assert laws_broken(with_marker(result, Written("(filtered 1 line, kaaaaa)\n", (), "kaaaaa"))) == [
        "resolvable"
    ]
    verify(with_marker(result, Written("\n", ())))  # a blank line has no handle to resolve


def test_two_markers_of_one_handle() -> None:
    scales, combs = (
        CHAT[3]["content"],
        "".join(f"comb_{n} holds {n * 17} cells of brood\n" for n in range(70)),
    )
    result = compact(
        [{"role": "user", "content": text} for text in (scales, combs)], keep=0.6, pins=["hive_3", "comb_3"]
    )
    s = result.context.segments
    assert len(result.markers) > 1
    same = {row: Written(w.text, w.evidence, "kaaaaa") for row, w in s.written.items()}
    twice = replace(result, context=replace(result.context, segments=replace(s, written=same)))
    with pytest.raises(LawError, match=r"^resolvable: two markers share a handle "):
        verify(twice)


def test_a_piece_without_its_head() -> None:
    result = sound()
    before = result.before.segments
    needs = array("i", before.needs)
    row = result.decisions.kept.rindex(1)
    needs[row] = dropped_row(result)
    headless = replace(result, before=replace(result.before, segments=replace(before, needs=needs)))
    with pytest.raises(
        LawError, match=f"^heads: segment {row} stays without segment {needs[row]}, which it needs "
    ):
        verify(headless)


def test_all_that_is_broken_is_named_at_once() -> None:
    result = with_usage(sound(), tokens_after=10**6)
    assert laws_broken(swapped(result)) == ["deletion only", "budget", "never larger"]


def test_oddities_of_the_input_are_told_and_break_nothing() -> None:
    result = compact([*CHAT[:2], {"role": "tool", "tool_call_id": "x", "content": "late"}, CHAT[4]], keep=1.0)
    notes = [check for check in verify(result) if check.name == "input"]
    assert [(check.passed, check.detail) for check in notes] == [
        (True, "1 tool result without its call (message 2)")
    ]
