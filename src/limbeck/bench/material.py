"""What the material is like: how much of it is tool output, and how large it is after so many calls."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from limbeck.bench.texts import message_text
from limbeck.bench.units import count_tokens

__all__ = ["CALLS", "Material", "RowMaterial", "material_of", "row_material"]

CALLS = (20, 30)


@dataclass(frozen=True)
class RowMaterial:
    """One history in tokens; `after` holds the tokens up to and with the answer to the 20th and 30th call."""

    source: str
    total_tokens: int
    tool_tokens: int
    after: tuple[int | None, ...]


@dataclass(frozen=True)
class Material:
    """The histories of one source.

    Attributes:
        rows: Number of histories.
        total_tokens: All tokens, arguments of calls decoded, names and ids left out.
        tool_share: Share of the tokens that is tool output, 0 to 1.
        median_tokens: Of a history.
        after_tokens: For 20 and 30 calls: the median tokens of a history up to and with the answer to that
            call, over the histories that have so many; None if there are none.
        after_rows: For 20 and 30 calls: how many histories have so many.
    """

    source: str
    rows: int
    total_tokens: int
    tool_share: float
    median_tokens: int
    after_tokens: tuple[int | None, ...]
    after_rows: tuple[int, ...]


def row_material(row: dict[str, Any]) -> RowMaterial:
    """Count one row of `agents/`."""
    total = tools = calls = 0
    after: list[int | None] = [None] * len(CALLS)
    for message in row["messages"]:
        tokens = count_tokens(message_text(message))
        total += tokens
        if message.get("role") == "tool":
            tools += tokens
            calls += 1
            if calls in CALLS:
                after[CALLS.index(calls)] = total
    return RowMaterial(str(row["source"]), total, tools, tuple(after))


def material_of(rows: Iterable[RowMaterial]) -> list[Material]:
    """One line for each source, the largest first."""
    by_source: dict[str, list[RowMaterial]] = {}
    for row in rows:
        by_source.setdefault(row.source, []).append(row)
    lines = []
    for source, group in by_source.items():
        total = sum(row.total_tokens for row in group)
        reached = [
            [tokens for row in group if (tokens := row.after[i]) is not None] for i in range(len(CALLS))
        ]
        lines.append(
            Material(
                source=source,
                rows=len(group),
                total_tokens=total,
                tool_share=sum(row.tool_tokens for row in group) / max(1, total),
                median_tokens=round(statistics.median(row.total_tokens for row in group)),
                after_tokens=tuple(round(statistics.median(found)) if found else None for found in reached),
                after_rows=tuple(map(len, reached)),
            )
        )
    return sorted(lines, key=lambda line: (-line.total_tokens, line.source))
