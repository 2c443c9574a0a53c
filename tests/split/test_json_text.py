from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from limbeck.core.context import Form
from limbeck.split.json_text import json_pieces
from limbeck.split.pieces import Pieces
from tests.forms import staying


def render(text: str, pieces: Pieces, chosen: set[int]) -> str:
    """What is left of a text when `chosen` plain pieces stay."""
    frames = {i for i in range(len(pieces)) if pieces.form[i] == Form.FRAME}
    kept = staying(pieces.needs, pieces.form, chosen | frames)
    texts = list(pieces.texts(text))
    return "".join(texts[i] for i in sorted(kept))


def check_shape(text: str, pieces: Pieces) -> None:
    assert "".join(pieces.texts(text)) == text
    starts = list(pieces.start)
    assert starts[0] == 0
    assert all(a < b for a, b in zip(starts, [*starts[1:], len(text)], strict=True))
    for i in range(len(pieces)):
        need, form = pieces.needs[i], pieces.form[i]
        if form == Form.CLOSER:
            assert 0 <= need < i
        elif form == Form.SEPARATOR:
            assert need == i + 1
            assert pieces.form[need] == Form.PLAIN
        else:
            assert -1 <= need < i
            assert need < 0 or pieces.form[need] in (Form.PLAIN, Form.FRAME)


def choosable(pieces: Pieces) -> list[int]:
    return [i for i in range(len(pieces)) if pieces.form[i] == Form.PLAIN]


def subset_of(part: Any, whole: Any) -> bool:
    """Whether `part` is `whole` with elements left out; strings may lose characters."""
    if isinstance(whole, dict):
        return isinstance(part, dict) and all(k in whole and subset_of(v, whole[k]) for k, v in part.items())
    if isinstance(whole, list):
        if not isinstance(part, list):
            return False
        rest = iter(whole)
        return all(any(subset_of(v, w) for w in rest) for v in part)
    if isinstance(whole, str):
        rest_chars = iter(whole)
        return isinstance(part, str) and all(c in rest_chars for c in part)
    return bool(part == whole) and type(part) is type(whole)


KEYS = st.one_of(st.sampled_from(["id", "name", "path", "a", "b", "c", "text"]), st.text(max_size=6))
BITS = ["red fox", "naïve\n", "\\", '"', "日本語。", "👩‍👩‍👧", "\t", "é. ", "a,b; "]
LONG = st.one_of(
    st.text(min_size=120, max_size=400),
    st.lists(st.sampled_from(BITS), min_size=60).map(" ".join),
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    LONG,
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=8), st.dictionaries(KEYS, inner, max_size=8)),
    max_leaves=40,
)
STYLES = st.fixed_dictionaries(
    {
        "indent": st.sampled_from([None, None, 0, 1, 4, "\t"]),
        "separators": st.sampled_from([None, (",", ":"), (" , ", " : "), ("\n,", ":\r\n")]),
        "ensure_ascii": st.booleans(),
    }
)


@given(
    VALUES,
    STYLES,
    st.sampled_from(["", " ", "\r\n\t"]),
    st.integers(8, 60),
    st.randoms(use_true_random=False),
)
@settings(max_examples=300)
def test_every_closed_selection_is_valid_json(
    value: Any, style: dict[str, Any], around: str, max_tokens: int, pick: random.Random
) -> None:
    text = around + json.dumps(value, **style) + around
    pieces = json_pieces(text, max_tokens)
    assert pieces is not None
    assert pieces.kind == "json"
    check_shape(text, pieces)
    everything = choosable(pieces)
    assert render(text, pieces, set(everything)) == text
    for share in (0.0, 0.1, 0.5, 0.9):
        chosen = {i for i in everything if pick.random() < share}
        assert subset_of(json.loads(render(text, pieces, chosen)), value)


@given(
    st.lists(VALUES, min_size=2, max_size=6),
    st.sampled_from(["\n", "\r\n", "\n\n", " \n\t\n "]),
    st.booleans(),
)
def test_json_lines_stay_json_lines(values: list[Any], between: str, final: bool) -> None:
    text = between.join(json.dumps(v) for v in values) + (between if final else "")
    pieces = json_pieces(text, 20)
    assert pieces is not None
    check_shape(text, pieces)
    assert not any(form == Form.FRAME for form in pieces.form)
    pick = random.Random(len(text))
    for share in (0.0, 0.3, 0.7):
        chosen = {i for i in choosable(pieces) if pick.random() < share}
        lines = render(text, pieces, chosen).split("\n")
        assert subset_of([json.loads(line) for line in lines if line.strip()], values)


MARKS = ["{", "}", "[", "]", ",", ":", '"', "'", "/", " ", "\n", "\t", "\x00", "\xa0", "\ufeff", "\\n"]
VALID = ['"a"', "1", "0", "true", "null", '"\\ud83d\\ude00"', '"\\/"']
BROKEN = ["-", ".5", "e3", "nul", '"\\x"', '"\\u12g4"', "01", "+1", "NaN"]
TOKENS = st.lists(st.sampled_from([*MARKS, *VALID, *VALID, *BROKEN]), max_size=12).map("".join)


def loads(text: str) -> bool:
    """Whether `json.loads` takes it, the constants that are not JSON left aside."""

    def refuse(name: str) -> None:
        raise ValueError(name)

    try:
        json.loads(text, parse_constant=refuse)
    except ValueError:
        return False
    return True


def is_json_lines(text: str) -> bool:
    lines = [line for line in text.split("\n") if line.strip(" \t\r")]
    return len(lines) > 1 and all(loads(line) for line in lines)


@given(TOKENS)
@settings(max_examples=1500)
@example('["a\x1fb"]')
@example('["a\x7fb"]')
@example("[1,]")
@example("[,1]")
@example('{"a":1,}')
@example('{"a" 1}')
@example('{"a":}')
@example("{1:2}")
@example("[1 2]")
@example("[1}")
@example('{"a":1]')
@example("[1]]")
@example("[1] [2]")
@example("[1,2.]")
@example("[1,-]")
@example("[01]")
@example("[1]\n[\n2]")
@example("[\n1]\n[2]")
@example("1\n2")
@example("1\r2")
@example('"\ud800"')
@example("")
@example(" \n ")
@example("[1\xa0]")
@example("\ufeff[1]")
@example("[NaN]")
@example("[1]\n]")
@example("[1]\n\n")
def test_accepts_exactly_what_the_standard_library_accepts(text: str) -> None:
    assert (json_pieces(text) is not None) == (loads(text) or is_json_lines(text))


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    pieces = json_pieces(text)
    if pieces is not None:
        check_shape(text, pieces)


def shown(text: str, max_tokens: int = 60) -> list[tuple[str, int, str]]:
    pieces = json_pieces(text, max_tokens)
    assert pieces is not None
    return [
        (piece, need, Form(form).name)
        for piece, need, form in zip(pieces.texts(text), pieces.needs, pieces.form, strict=True)
    ]


def test_pieces_of_a_document() -> None:
    wide = "w" * 30
    text = f' {{"first": 1 , "list": ["{wide}1", "{wide}2", "{wide}3"]\n}} '
    assert shown(text) == [
        (" {", -1, "FRAME"),
        ('"first": 1', 0, "PLAIN"),
        (" ,", 3, "SEPARATOR"),
        (' "list": [', 0, "PLAIN"),
        (f'"{wide}1"', 3, "PLAIN"),
        (",", 6, "SEPARATOR"),
        (f' "{wide}2"', 3, "PLAIN"),
        (",", 8, "SEPARATOR"),
        (f' "{wide}3"', 3, "PLAIN"),
        ("]", 3, "CLOSER"),
        ("\n} ", 0, "FRAME"),
    ]


def test_a_cheap_container_is_one_piece() -> None:
    assert shown('[{"id": 3, "ok": true}, [], {"a": [1, {"b": 2}]}]') == [
        ("[", -1, "FRAME"),
        ('{"id": 3, "ok": true}', 0, "PLAIN"),
        (",", 3, "SEPARATOR"),
        (" []", 0, "PLAIN"),
        (",", 5, "SEPARATOR"),
        (' {"a": [1, {"b": 2}]}', 0, "PLAIN"),
        ("]", 0, "FRAME"),
    ]


def test_a_record_keeps_its_name_and_its_other_fields_their_comma() -> None:
    body = "blue river stones under cold water " * 3
    record = f'{{"id": 17, "name": "otter", "kind": "mammal", "note": "{body}"}}'
    assert shown(f"[{record}]")[1:] == [
        ('{"id": 17, "name": "otter"', 0, "PLAIN"),
        (', "kind": "mammal"', 1, "PLAIN"),
        (f', "note": "{body}"', 1, "PLAIN"),
        ("}", 1, "CLOSER"),
        ("]", 0, "FRAME"),
    ]


def test_only_short_leading_names_stay_with_a_record() -> None:
    body = "blue river stones under cold water " * 3
    late = f'[{{"note": "{body}", "id": 17}}]'
    assert ("{", 0, "PLAIN") in shown(late)
    long_name = f'[{{"name": "{body}", "id": 17, "at": "somewhere in the far far north"}}]'
    assert ("{", 0, "PLAIN") in shown(long_name)
    nested = f'{{"box": {{"id": 17, "note": "{body}"}}}}'
    assert (' {"id": 17', 0, "PLAIN") not in shown(nested)


def test_numbers_come_eight_at_a_time() -> None:
    text = json.dumps(list(range(100, 140)))
    plain = [piece for piece, _, form in shown(text) if form == "PLAIN"]
    assert plain[0] == "100, 101, 102, 103, 104, 105, 106, 107"
    assert len(plain) == 5


def test_a_long_string_opens_and_closes() -> None:
    lines = [f"line {n} of the report says nothing new at all" for n in range(6)]
    text = json.dumps({"report": "\n".join(lines) + "\n\n", "x": 1})
    pieces = shown(text)
    assert pieces[1] == ('"report": "', 0, "PLAIN")
    assert [p for p, need, form in pieces if need == 1 and form == "PLAIN"] == [
        *(line + "\\n" for line in lines[:-1]),
        lines[-1] + "\\n\\n",
    ]
    assert pieces[8] == ('"', 1, "CLOSER")


def test_a_scalar_document_is_a_frame() -> None:
    assert shown(" 12.5e3\n") == [(" 12.5e3\n", -1, "FRAME")]
    assert shown('"short"') == [('"short"', -1, "FRAME")]
    text = json.dumps("one line\n" * 40)
    pieces = shown(text)
    assert pieces[0] == ('"', -1, "FRAME")
    assert pieces[1] == ("one line\\n", 0, "PLAIN")
    assert pieces[-1] == ('"', 0, "FRAME")


def test_a_string_without_a_boundary_stays_whole() -> None:
    text = json.dumps({"blob": "QUJD" * 500})
    assert shown(text)[1] == (text[1:-1], 0, "PLAIN")


@pytest.mark.parametrize("ascii_only", [True, False])
def test_long_strings_are_never_cut_inside_an_escape_or_grapheme(ascii_only: bool) -> None:
    words = 'naïve e\u0301tude, 👩‍👩‍👧 日本語のテキスト。 C:\\new\\table "quoted" tab\there; '
    text = json.dumps({"v": words * 20}, ensure_ascii=ascii_only)
    inner = [piece for piece, need, form in shown(text) if need == 1 and form == "PLAIN"]
    assert len(inner) > 4
    for piece in inner:
        decoded = json.loads(f'"{piece}"')
        assert not decoded.startswith(("\u0301", "\u200d"))
        assert not any("\ud800" <= c <= "\udfff" for c in decoded)


def test_inside_cuts_the_decoded_string_and_may_nest() -> None:
    record = {"id": 1, "words": ["amber", "birch", "cedar"] * 8}
    text = json.dumps({"stdout": json.dumps([record, record]), "ok": True})

    def inside(content: str, max_tokens: int) -> Pieces:
        pieces = json_pieces(content, max_tokens)
        assert pieces is not None
        return pieces

    pieces = json_pieces(text, 20, inside)
    assert pieces is not None
    check_shape(text, pieces)
    pick = random.Random(5)
    seen = set()
    for _ in range(60):
        chosen = {i for i in choosable(pieces) if pick.random() < 0.2}
        out = json.loads(render(text, pieces, chosen))
        if out.get("stdout"):
            seen.add(out["stdout"])
            assert subset_of(json.loads(out["stdout"]), [record, record])
    assert len(seen) > 10


@pytest.mark.parametrize("opening,closing", [("[", "]"), ('{"a":', "}")])
def test_nesting_is_not_limited(opening: str, closing: str) -> None:
    depth = 100_000
    text = opening * depth + "1" + closing * depth
    pieces = json_pieces(text)
    assert pieces is not None
    assert "".join(pieces.texts(text)) == text
    assert json_pieces(text[:-1]) is None


def test_a_long_document_takes_linear_time() -> None:
    import time

    def seconds(copies: int) -> float:
        text = json.dumps([{"id": n, "tags": ["a", "b"], "text": "a word\n" * 30} for n in range(copies)])
        began = time.process_time()
        assert json_pieces(text) is not None
        return time.process_time() - began

    few = min(seconds(500) for _ in range(3))
    assert seconds(5000) < 40 * few
