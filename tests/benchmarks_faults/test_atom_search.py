"""The independent search: what stands in the source passes in any writing, what does not is named."""

from __future__ import annotations

import pytest
from atom_search import unsupported

SOURCE = """\
The job in services/mill/grind.py (function grind_rye) failed with exit code 3 on 2024-05-10 at 14:30.
It ground 1,200 kg in 90 seconds; see https://mill.example/jobs/77 and "the stone is too hot".
Set `MAX_HEAT=80` and use coolStone before you start. Three sacks were lost.
"""


@pytest.mark.parametrize(
    "text",
    [
        "The job services/mill/grind.py failed with exit code 3.",
        "It ground 1200 kg, and 3 sacks were lost.",
        "1. grind_rye ran for 90 seconds.\n2. It ground 1,200 kg.",
        "He said “the stone is too hot”.",
        "On 10 May 2024 `coolStone` was not used, and MAX_HEAT=80 was not set.",
        "See https://mill.example/jobs/77 for more.",
    ],
)
def test_what_the_source_holds_passes(text: str) -> None:
    assert unsupported(text, SOURCE) == []


@pytest.mark.parametrize(
    "text, missing",
    [
        ("The job services/mill/grind.js failed.", "services/mill/grind.js"),
        ("It ground 1,300 kg.", "1,300"),
        ("Use `warmStone` first.", "warmStone"),
        ("He said “the stone is too cold”.", "the stone is too cold"),
        ("See https://mill.example/jobs/78 for more.", "https://mill.example/jobs/78"),
        ("The function grind_wheat failed.", "grind_wheat"),
        ("Four sacks were lost, in all 4.", "4"),
    ],
)
def test_what_it_does_not_hold_is_named(text: str, missing: str) -> None:
    assert unsupported(text, SOURCE) == [missing]
