"""What a checker found of what was there: shares with Wilson intervals, by kind."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from .case import Case
from .world import content_words

GROUPS = ("atom", "swap", "polarity", "modality", "must-keep", "role", "hijack", "control")
BY_HAND = "by hand"


class Found(Protocol):
    """One finding of a checker, as `limbeck.core.findings.Finding` has it."""

    @property
    def kind(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def reason(self) -> str: ...
    @property
    def omission(self) -> bool: ...


@dataclass(frozen=True)
class Outcome:
    """A case and what the checker said of it.

    Attributes:
        hit: For a fault: a finding (for a must-keep, an omission) lies where the fault is. For a control: any finding.
        anything: Any finding at all, omissions aside.
        wrong_omissions: For must-keeps and their controls: constraints that the summary does hold, reported missing.
    """

    case: Case
    hit: bool
    anything: bool
    findings: tuple[Found, ...] = field(repr=False)
    wrong_omissions: int = 0


def same_words(one: str, other: str) -> bool:
    """Whether two passages are about the same sentence: most words of the shorter stand in the longer."""
    words, others = content_words(one), content_words(other)
    few = min(len(words), len(others))
    return bool(few) and len(words & others) >= 0.7 * few and min(len(one), len(other)) > 0.4 * len(one)


def judged(case: Case, findings: Iterable[Found]) -> Outcome:
    found = tuple(findings)
    wrong = [finding for finding in found if not finding.omission]
    missing = [finding for finding in found if finding.omission and finding.kind == "must-keep"]
    wrong_omissions = sum(any(_same(finding.text, kept) for finding in missing) for kept in case.kept)
    if case.group == "must-keep":
        hit = any(_about(finding.text, case.original) for finding in missing)
    elif case.group == "control":
        hit = bool(wrong)
    else:
        hit = any(finding.start < case.end and case.start < finding.end for finding in wrong)
    return Outcome(case, hit, bool(wrong), found, wrong_omissions)


def _same(reported: str, sentence: str) -> bool:
    """Whether what is reported missing is this very sentence, or a line or clause that holds it or lies in it."""
    flat, line = " ".join(reported.split()), " ".join(sentence.split())
    return (len(flat) > 15 and flat in line) or line in flat


def _about(reported: str, sentence: str) -> bool:
    """Whether what is reported missing is this sentence, or says most of it."""
    return _same(reported, sentence) or same_words(sentence, reported)


def wilson(hits: int, cases: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    if not cases:
        return 0.0, 1.0
    z = 1.959964
    share = hits / cases
    middle = (share + z * z / (2 * cases)) / (1 + z * z / cases)
    half = z * math.sqrt(share * (1 - share) / cases + z * z / (4 * cases * cases)) / (1 + z * z / cases)
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True)
class Row:
    group: str
    kind: str
    cases: int
    hits: int
    anything: int

    def as_json(self) -> dict[str, Any]:
        low, high = wilson(self.hits, self.cases)
        return {
            "group": self.group, "kind": self.kind, "cases": self.cases, "hits": self.hits, "anything": self.anything,
            "share": self.hits / max(self.cases, 1), "low": low, "high": high,
        }  # fmt: skip

    def line(self) -> str:
        low, high = wilson(self.hits, self.cases)
        share = self.hits / max(self.cases, 1)
        return (
            f"{self.kind:42} {self.cases:5} {self.hits:5}  {share:6.1%}  {low:6.1%} - {high:6.1%}   "
            f"{self.anything / max(self.cases, 1):6.1%}"
        )


def rows(outcomes: Sequence[Outcome]) -> list[Row]:
    """A row for each kind, and one for each group before its kinds; what was written by hand stands by itself."""
    kinds: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        kinds[outcome.case.group, outcome.case.kind].append(outcome)
    made: list[Row] = []
    for by_hand in (False, True):
        for group in GROUPS:
            inside = {
                kind: found
                for (its, kind), found in kinds.items()
                if its == group and kind.startswith(BY_HAND) == by_hand
            }
            if inside:
                name = f"= {group}" + (", by hand" if by_hand else "")
                made.append(_row(group, name, [one for found in inside.values() for one in found]))
            made += [_row(group, kind, inside[kind]) for kind in sorted(inside)]
    return made


def _row(group: str, kind: str, found: list[Outcome]) -> Row:
    return Row(group, kind, len(found), sum(one.hit for one in found), sum(one.anything for one in found))
