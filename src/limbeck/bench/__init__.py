"""The benchmark: what survives compaction of real histories, documents and logs.

It knows nothing of how methods work: it hands them a text or messages and looks at what comes back.
"""

from __future__ import annotations

from limbeck.bench.baselines import BASELINES, baseline
from limbeck.bench.cases import Case, Cut, Method, Need, Output
from limbeck.bench.material import Material
from limbeck.bench.oracle import Oracle
from limbeck.bench.product import Compaction, piece_starts
from limbeck.bench.report import Report, Row, Score
from limbeck.bench.running import KEEPS, METHODS, TASKS, run
from limbeck.bench.texts import Given, message_text
from limbeck.bench.units import Splitter, Units, line_starts, units_of

__all__ = [
    "BASELINES",
    "KEEPS",
    "METHODS",
    "TASKS",
    "Case",
    "Compaction",
    "Cut",
    "Given",
    "Material",
    "Method",
    "Need",
    "Oracle",
    "Output",
    "Report",
    "Row",
    "Score",
    "Splitter",
    "Units",
    "baseline",
    "line_starts",
    "message_text",
    "piece_starts",
    "run",
    "units_of",
]
