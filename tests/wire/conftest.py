"""What the tests of the wire share: a counter and the recorded bodies."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cutting import Quarter

BODIES = Path(__file__).parent / "bodies"


@pytest.fixture(scope="session")
def quarter() -> Quarter:
    return Quarter()


@pytest.fixture(scope="session")
def recorded() -> Callable[[str], Any]:
    """A recorded body by its name."""
    return lambda name: json.loads((BODIES / f"{name}.json").read_text(encoding="utf-8"))
