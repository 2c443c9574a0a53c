"""Run the checker over seeded faults and honest controls made from a folder of real material.

    python benchmarks/guard_faults.py DATA [--half dev|held] [--per 12] [--sources 12] [--written FOLDER]
                                           [--kind PREFIX] [--json OUT] [--show N]

DATA holds `agents/`, `noisy/`, `policies/` and `qa/` with gzip'd JSON Lines. Half of its rows, by the hash of their id,
is for development; the other half is held back, and nothing of it is ever shown. `--per` is the number of cases of a
kind of fault (controls: twice as many), `--sources` how many rows of a file are used. `--written` adds
summaries written by hand, which are no part of this repository: `<file>.json` with `source_id`, `summary` and `faults`
(`kind`, `old`, `new`).

A fault counts as found if a finding lies in the sentence that was changed, for a must-keep if an omission names what
is missing. "any" counts findings anywhere in the text. For controls every finding is a false alarm; omissions are not.
Speed is in source tokens of four characters, everything included, from the source as given to the findings.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterable
from pathlib import Path

from faults.building import cases
from faults.case import Case, Given
from faults.scoring import Found, Outcome, judged, rows
from faults.written import written_cases


def findings(summary: str, source: Given) -> Iterable[Found]:
    """The checker under test: the one place to put another."""
    from limbeck.api.checking import check

    audit = check(summary, against=source)
    return [*audit.findings, *audit.omissions]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--half", choices=("dev", "held"), default="dev")
    parser.add_argument("--per", type=int, default=12)
    parser.add_argument("--sources", type=int, default=12)
    parser.add_argument("--written", type=Path)
    parser.add_argument("--kind", default="", help="only kinds or groups that start so")
    parser.add_argument("--json", type=Path)
    parser.add_argument(
        "--show", type=int, default=0, help="print so many misses and false alarms of each kind"
    )
    options = parser.parse_args()
    if options.show and options.half == "held":
        parser.error("the held-back half is not shown")
    made = cases(options.data, options.half, per_kind=options.per, per_file=options.sources)
    if options.written:
        made += written_cases(options.written, options.data, options.half)
    made = [
        case
        for case in made
        if f"{case.kind}\n{case.group}".startswith(options.kind) or case.group == options.kind
    ]
    outcomes, seconds = run(made)
    report(outcomes, seconds)
    if options.json:
        tokens = sum(outcome.case.material.tokens for outcome in outcomes)
        table = [row.as_json() for row in rows(outcomes)]
        figures = {"half": options.half, "rows": table, "tokens": tokens, "seconds": seconds}
        options.json.write_text(json.dumps(figures, indent=1) + "\n")
    if options.show:
        show(outcomes, options.show)


def run(made: list[Case]) -> tuple[list[Outcome], float]:
    """Every case through the checker, and the seconds that the checker took."""
    outcomes: list[Outcome] = []
    seconds = 0.0
    for case in made:
        began = time.perf_counter()
        found = list(findings(case.summary, case.material.given))
        seconds += time.perf_counter() - began
        outcomes.append(judged(case, found))
    return outcomes, seconds


def report(outcomes: list[Outcome], seconds: float) -> None:
    print(f"{'kind':42} {'cases':>5} {'found':>5}  {'share':>6}  {'95 % interval':>15}   {'any':>6}")
    for row in rows(outcomes):
        if row.kind.startswith("="):
            print()
        print(row.line())
    held = [outcome for outcome in outcomes if outcome.case.kept]
    total = sum(len(outcome.case.kept) for outcome in held)
    wrong = sum(outcome.wrong_omissions for outcome in held)
    tokens = sum(outcome.case.material.tokens for outcome in outcomes)
    print(f"\nmust-keeps that the summary holds: {total:,}; reported missing all the same: {wrong:,}")
    speed = tokens / max(seconds, 1e-9)
    print(f"{len(outcomes):,} cases, {tokens:,} source tokens in {seconds:.1f} s: {speed:,.0f} a second")


def show(outcomes: list[Outcome], count: int) -> None:
    """Misses and false alarms, the words that matter marked."""
    shown: dict[str, int] = {}
    for outcome in outcomes:
        case = outcome.case
        if outcome.hit != case.control or shown.get(case.kind, 0) == count:
            continue
        shown[case.kind] = shown.get(case.kind, 0) + 1
        print(f"\n## {'false alarm' if case.control else 'missed'}: {case.kind}  [{case.material.id}]")
        if case.control:
            for finding in outcome.findings:
                if not finding.omission:
                    around = case.summary[max(0, finding.start - 120) : finding.end + 80]
                    print(f"   {finding.kind}: {finding.text!r} - {finding.reason}\n      in: {around!r}")
        elif case.group == "must-keep":
            print(f"   not reported missing: {case.original!r}")
        else:
            start, end = case.span
            marked = (
                case.summary[case.start : start]
                + "[["
                + case.summary[start:end]
                + "]]"
                + case.summary[end : case.end]
            )
            print(f"   {marked!r}\n   was: {case.sentence!r}")


if __name__ == "__main__":
    main()
