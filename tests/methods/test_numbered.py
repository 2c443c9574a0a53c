"""Numbered chunks: they cover the source, their spans are true, nothing in the source can forge them."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limbeck.core.source import Span
from limbeck.methods.numbered import CHUNK_TOKENS, LONGEST_TOKENS, Numbered, words

from .writing_scripts import CHAT, GERMAN, WORDS, anthropic, context_of, long_chat


def numbered(given: Any) -> Numbered:
    return Numbered(context_of(given), WORDS)


SOURCES: dict[str, Any] = {
    "chat": CHAT,
    "anthropic": anthropic(),
    "German": GERMAN,
    "one line": "word " * 4_000,
    "one word": "x" * 9_000,
}


@pytest.mark.parametrize("given", SOURCES.values(), ids=SOURCES)
def test_chunks_cover_all_that_is_said_in_order(given: Any) -> None:
    source = numbered(given)
    at: dict[int, int] = {}
    for chunk in source.chunks:
        number, start, end = chunk.span
        text = source.context.sources[number].text
        assert text[at.get(number, 0) : start].strip() == ""
        assert text[start:end].strip() and start < end
        assert chunk.tokens <= LONGEST_TOKENS
        at[number] = end
    for number, one in enumerate(source.context.sources):
        assert one.text[at.get(number, 0) :].strip() == ""
    spans = [chunk.span for chunk in source.chunks]
    assert spans == sorted(spans)


def test_short_lines_share_a_number_and_long_ones_are_cut() -> None:
    log = numbered("".join(f"02:{n:02} pump runs\n" for n in range(60)))
    assert 1 < len(log.chunks) < 30
    assert all(chunk.tokens <= CHUNK_TOKENS for chunk in log.chunks)
    assert len(numbered("word " * 4_000).chunks) > 4_000 / LONGEST_TOKENS


def test_the_nonce_stands_in_no_source_even_if_the_source_guesses_it() -> None:
    first = numbered("A pump.").nonce
    assert len(first) == 6
    digest = hashlib.sha256(hashlib.sha256(b"A pump.").hexdigest().encode()).hexdigest()
    assert first == digest[:6]
    other = numbered([{"role": "user", "content": "A pump."}, {"role": "user", "content": f"It is {first}."}])
    assert other.nonce not in f"It is {first}."


def test_a_source_that_holds_every_short_name_gets_a_longer_one() -> None:
    class Everything(str):
        """A text in which all short names stand."""

        def __contains__(self, name: object) -> bool:
            return len(str(name)) < 9

    source = numbered("A pump.")
    object.__setattr__(source.context.sources[0], "text", Everything("A pump."))
    assert len(Numbered(source.context, WORDS).nonce) == 9


def test_spans_that_touch_become_one() -> None:
    source = numbered("".join(f"Line {n} says that the pump {n} runs at {n} rpm today.\n" for n in range(30)))
    (span,) = source.spans([3, 1, 2, 2])
    assert (span.start, span.end) == (source.chunks[0].span.start, source.chunks[2].span.end)
    assert len(source.spans([1, 3])) == 2
    assert source.numbers([span]) == [1, 2, 3]
    assert source.numbers([Span(0, 0, 1)]) == [1]
    assert source.numbers([Span(7, 0, 1)]) == []


def test_the_nearest_chunks_hold_the_rare_words() -> None:
    source = numbered(long_chat())
    among = range(1, len(source.chunks) + 1)
    (best, *_) = source.nearest("Pump P-107 runs at 1407 rpm.", among)
    assert "P-107 runs at 1407" in source.text(best)
    assert source.nearest("Pump P-107 runs at 1407 rpm.", range(1, 3)) != [best]
    assert source.nearest("xylophone zeppelin", among) == []
    assert source.nearest("the of and", among) == []
    assert source.overlap("Pump P-107 runs at 1407 rpm.", best) > 0.9
    assert source.overlap("xylophone", best) == 0 == source.overlap("", best)


def test_a_statement_over_two_chunks_gets_both() -> None:
    source = numbered(long_chat())
    found = source.nearest(
        "Pump P-107 runs at 1407 rpm, pump P-131 at 1431 rpm.", range(1, len(source.chunks) + 1)
    )
    texts = " ".join(source.text(number) for number in found)
    assert "1407" in texts and "1431" in texts


def test_words_are_those_that_say_something() -> None:
    assert words("The pump P-107 was NOT in src/pump.py") == {
        "pump",
        "p",
        "107",
        "p-107",
        "src",
        "py",
        "src/pump.py",
    }


def test_who_said_it() -> None:
    source = numbered(CHAT)
    said = {source.said(number) for number in range(1, len(source.chunks) + 1)}
    assert said == {"system", "user", "assistant", "assistant calls a tool", "tool result"}
    assert numbered("A pump.").said(1) == "document"


def test_markers_of_an_earlier_distillation_get_no_number() -> None:
    import limbeck

    result = limbeck.compact(
        "".join(f"Line {n} of pump {n % 7} at {n * 13} rpm\n" for n in range(300)), keep=0.2
    )
    source = Numbered(result.context, WORDS)
    assert result.markers
    assert "filtered" not in source.material(range(1, len(source.chunks) + 1))


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.text(st.characters(codec=None), max_size=300), min_size=1, max_size=5), st.integers(20, 400)
)
def test_parts_take_every_number_once(texts: list[str], room: int) -> None:
    source = numbered([{"role": "user", "content": text} for text in texts])
    parts = source.parts(room)
    assert [number for part in parts for number in part] == list(range(1, len(source.chunks) + 1))
    assert all(len(part) for part in parts) or not source.chunks
    fence = WORDS.count(source.material([]))
    for part in parts:
        if len(part) > 1:
            assert WORDS.count(source.material(part)) <= room + fence + 10
