"""The look at the bytes of a body tells what a parser would find."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limbeck.serve.errors import Refusal
from limbeck.serve.intake import _BLOCK, parse, scan
from limbeck.serve.settings import Limits

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet='ab"\\[]{},:model \u00e4\U0001f600'),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(alphabet='mo"\\[{') | st.just("model"), inner),
    max_leaves=30,
)


def depth_of(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth_of, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth_of, value), default=0)
    return 0


@given(
    st.dictionaries(st.text(alphabet='model"\\') | st.just("model"), VALUES),
    st.booleans(),
    st.sampled_from((None, 1)),
)
def test_a_scan_agrees_with_the_parser(body: dict[str, object], ascii_only: bool, indent: int | None) -> None:
    shape = scan(json.dumps(body, ensure_ascii=ascii_only, indent=indent).encode())
    model = body.get("model")
    assert shape.depth == depth_of(body)
    assert shape.model == (model if isinstance(model, str) else None)


@given(st.binary(max_size=200) | st.text(alphabet='{}[]",:\\ model').map(str.encode))
def test_no_bytes_upset_a_scan_or_the_reader(raw: bytes) -> None:
    scan(raw)
    try:
        parse(raw, Limits(depth=5, values=20))
    except Refusal as refusal:
        assert refusal.refused.status in (400, 413)


@pytest.mark.parametrize("shift", range(-4, 5))
def test_escapes_and_depth_cross_the_borders_of_blocks(shift: int) -> None:
    filler = "x" * (_BLOCK - 20 + shift)
    body = {"a": filler + '\\\\" [[{"', "b": [[["]"]]], "c": filler + '"\\' * 30, "model": "last"}
    shape = scan(json.dumps(body).encode())
    assert (shape.depth, shape.model) == (4, "last")


def test_the_last_of_two_models_counts_and_values_and_inner_keys_do_not() -> None:
    assert scan(b'{"model": "a", "x": {"model": "b"}, "model" : "c", "y": "model"}').model == "c"
    assert scan(b'{"x": "model", "y": ["model"]}').model is None
    assert scan(b'{"model": "a", "model": 3}').model is None
    assert scan(b'{"model": ' + b"[" * 3000).model is None
