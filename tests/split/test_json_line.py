"""A JSON document at the end of a line: whatever is left out, what stays is JSON behind its label."""

from __future__ import annotations

import json
import random
import time
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from test_json_text import VALUES, choosable, subset_of

from limbeck.core.context import Form
from limbeck.split import Pieces, split
from limbeck.split.json_line import FEWEST_TOKENS, document_at_end
from limbeck.split.long_lines import estimate_tokens
from tests.forms import staying

LABELS = ["tool: ", "  ", "2026-11-20 10:00:01 INFO reply=", "[INFO] [pool-1] x[3] {} [7]: ", "    12\tdata:"]
LABELS += [
    "rows = call(1, ",
    "E   ValueError: bad reply ",
    "@Rows(value = ",
    "| a | ",
    "It rains. The pears are ",
]
TAILS = ["", ";", ") in 3 ms", " |", "  "]
STYLES: list[dict[str, Any]] = [{}, {"separators": (",", ":")}, {"separators": (" ,\t", " : ")}]
ABOVE = [
    "",
    "Above\n",
    "\n",
    "@decorated\n",
    'Traceback (most recent call last):\n  File "a.py", line 3, in f\n',
]
BELOW = ["", "below\n", "    deeper\n", "}\n", "\n\n"]
ORDER = {"id": "NM1VX1", "pears": [{"kind": f"pear {i}", "weight": i, "ripe": True} for i in range(9)]}


def kept(text: str, pieces: Pieces, chosen: set[int]) -> str:
    texts = list(pieces.texts(text))
    return "".join(texts[i] for i in sorted(staying(pieces.needs, pieces.form, chosen)))


@given(
    st.one_of(st.lists(VALUES, min_size=1), st.dictionaries(st.text(max_size=9), VALUES, min_size=1)),
    st.sampled_from(LABELS),
    st.sampled_from(TAILS),
    st.sampled_from(["\n", "\r\n", ""]),
    st.tuples(st.sampled_from(STYLES), st.booleans()),
    st.tuples(st.sampled_from(ABOVE), st.sampled_from(BELOW)),
    st.integers(20, 60),
    st.randoms(use_true_random=False),
)
@example(ORDER, "tool: ", " in 3 ms", "\n", ({}, True), ("Above\n", "below\n"), 60, random.Random(1))
@settings(max_examples=30, deadline=None)
def test_what_stays_of_a_line_is_its_label_json_and_tail(
    value: Any,
    label: str,
    tail: str,
    end: str,
    style: tuple[dict[str, Any], bool],
    around: tuple[str, str],
    max_tokens: int,
    pick: random.Random,
) -> None:
    document = json.dumps(value, ensure_ascii=style[1], **style[0])
    assume(estimate_tokens(document) > FEWEST_TOKENS)
    line = label + document + tail + end
    above, below = around if end else (around[0], "")
    text = above + line + below
    pieces = split(text, "text", max_tokens)
    assert "".join(pieces.texts(text)) == text
    stop = len(above) + len(line)
    own = [i for i in choosable(pieces) if len(above) <= pieces.start[i] < stop]
    everything = choosable(pieces)
    assert kept(text, pieces, set(everything)) == text
    for share in (0.0, 0.1, 0.5, 0.9):
        chosen = {i for i in everything if pick.random() < share} | {pick.choice(own)}
        stays = staying(pieces.needs, pieces.form, chosen)
        texts = list(pieces.texts(text))
        left = "".join(texts[i] for i in sorted(stays) if len(above) <= pieces.start[i] < stop)
        assert left.startswith(label)
        part, length = json.JSONDecoder().raw_decode(left[len(label) :])
        assert subset_of(part, value)
        assert left[len(label) + length :].startswith(
            tail + end
        )  # behind it what joins the line's last piece


def test_keys_stay_with_their_values_and_brackets_in_pairs() -> None:
    text = f"tool: {json.dumps(ORDER)} in 3 ms\nbelow\n"
    pieces = split(text)
    texts = list(pieces.texts(text))
    assert texts[0] == "tool: {"
    assert kept(text, pieces, {0}) == "tool: {} in 3 ms\n"
    sixth = next(i for i, piece in enumerate(texts) if "pear 6" in piece)
    assert kept(text, pieces, {sixth}) == (
        'tool: { "pears": [ {"kind": "pear 6", "weight": 6, "ripe": true}]} in 3 ms\n'
    )
    below = texts.index("below\n")
    assert pieces.needs[below] == -1 and kept(text, pieces, {below}) == "below\n"


def test_the_last_part_of_a_document_cut_off_is_one() -> None:
    line = "x: " + json.dumps(ORDER)[:-1] + "\n"
    pieces = split(line)
    assert kept(line, pieces, {0}) == 'x: {"id": "NM1VX1", "pears": []\n'


@pytest.mark.parametrize(
    "line",
    [
        "It was " + "a long way, " * 12 + "[1].",
        "x: " + json.dumps(ORDER) + " and " + "so on " * 12,
        "x " * 150 + json.dumps(ORDER),
        "x: {'id': " + json.dumps(ORDER["pears"]) + "{",
        "x: (" + "[1] [2] " * 20 + json.dumps(ORDER["pears"]),
    ],
)
def test_what_is_no_document_behind_a_label(line: str) -> None:
    assert document_at_end(line, 0, len(line), 60) is None
    pieces = split(line + "\n")
    assert "".join(pieces.texts(line + "\n")) == line + "\n"
    assert Form.SEPARATOR not in list(pieces.form)


def test_a_line_that_can_head_others_stays_whole() -> None:
    raised = "ValueError: " + json.dumps([i / 7 for i in range(7)])
    text = f'Traceback (most recent call last):\n  File "a.py", line 3, in f\n    g()\n{raised}\n'
    assert estimate_tokens(raised) > 60 and len(raised) < 160
    pieces = split(text)
    assert list(pieces.texts(text))[-1] == raised + "\n"
    assert pieces.needs[0] == len(pieces) - 1


@pytest.mark.parametrize("unit", ['[["', "[[", '{"a":', "[1,", '{"a":1},', '[""],', "x[0]"])
def test_time_grows_with_the_line(unit: str) -> None:
    def seconds(size: int) -> float:
        text = "x: " + unit * (size // len(unit)) + "]}]\n"
        started = time.process_time()
        split(text)
        return time.process_time() - started

    seconds(20_000)
    small = min(seconds(20_000) for _ in range(3))
    # Sixteen times the text; quadratic work would take 256 times as long.
    assert seconds(320_000) < 64 * small + 0.1
