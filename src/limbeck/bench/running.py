"""Run tasks x methods x budgets over a data folder.

Rows are read lazily and measured one by one, in this process or in several. The same data, methods and seed
give the same figures, whatever the number of processes.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from itertools import islice
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path
from types import TracebackType
from typing import Any
from zlib import crc32

from limbeck.bench.baselines import BASELINES, baseline
from limbeck.bench.cases import Case, Method, Output
from limbeck.bench.evidence import evidence_cases, marked_cases
from limbeck.bench.later import later_cases
from limbeck.bench.material import RowMaterial, material_of, row_material
from limbeck.bench.oracle import Oracle
from limbeck.bench.product import Compaction, Quoting, piece_starts
from limbeck.bench.report import Report, Score
from limbeck.bench.texts import given_text
from limbeck.bench.units import count_tokens, line_starts
from limbeck.core.errors import FileError, InputError, OptionError

__all__ = ["KEEPS", "METHODS", "TASKS", "run"]

KEEPS = (0.5, 0.3, 0.1)
METHODS: dict[str, Callable[[], Method | Oracle]] = {
    **{name: partial(baseline, name) for name in BASELINES},
    "limbeck": Compaction,
    "digest": partial(Quoting, "digest"),
    "notes": partial(Quoting, "notes"),
    "oracle": partial(Oracle, piece_starts),
    "oracle-lines": partial(Oracle, line_starts, "oracle-lines"),
}
"""What the command line knows by name, in the order of the table."""

Progress = Callable[[int, int], None]

# Later Pythons than 3.11 warn when a process with threads forks, and numpy has threads.
_START = "forkserver" if sys.version_info >= (3, 12) and "forkserver" in get_all_start_methods() else None


@dataclass(frozen=True)
class _Task:
    pattern: str
    cases: Callable[[dict[str, Any]], Iterator[Case]]


TASKS: dict[str, _Task] = {
    "later": _Task("agents/*.jsonl.gz", later_cases),
    "evidence": _Task("qa/*.jsonl.gz", evidence_cases),
    "marked": _Task("noisy/ci_logs.jsonl.gz", marked_cases),
}


@dataclass(frozen=True)
class _Job:
    """One row to be measured; `line` is its JSON, parsed where it is measured."""

    task: str
    line: str
    where: str


@dataclass(frozen=True)
class _Plan:
    """What is done with each row."""

    methods: tuple[Method | Oracle, ...]
    keeps: tuple[float, ...]
    limit: int | None
    seed: int


@dataclass(frozen=True)
class _Measured:
    """What came out of one row."""

    scores: list[Score]
    material: RowMaterial | None


class _Naming:
    """Adds to an error that a method raises which method, case and budget it was."""

    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            error.add_note(f"while benchmarking {self._what}")


def _spread(count: int, limit: int | None) -> range | list[int]:
    """At most `limit` of `count` indices, evenly spread."""
    if limit is None or count <= limit:
        return range(count)
    return [i * count // limit for i in range(limit)]


def _files(data_dir: Path, task: str) -> list[Path]:
    if not data_dir.is_dir():
        raise FileError(f"no such folder: {data_dir}; name the folder that holds agents/, qa/ and noisy/")
    files = sorted(data_dir.glob(TASKS[task].pattern))
    if not files:
        raise FileError(f"no {TASKS[task].pattern} under {data_dir}, which the task {task!r} reads")
    return files


def _lines(path: Path) -> Iterator[str]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                if line.strip():
                    yield line
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise FileError(f"cannot read {path}: {error}") from error


def _jobs(files: Iterable[tuple[str, Path, frozenset[int]]]) -> Iterator[_Job]:
    for task, path, rows in files:
        for index, line in enumerate(_lines(path)):
            if index in rows:
                yield _Job(task, line, f"{path}, row {index + 1}")


def _row(job: _Job) -> dict[str, Any]:
    try:
        row = json.loads(job.line)
    except ValueError as error:
        raise InputError(f"{job.where}: not JSON: {error}") from error
    if not isinstance(row, dict):
        raise InputError(f"{job.where}: a row must be a JSON object")
    return row


def _measure(job: _Job, plan: _Plan) -> _Measured:
    """All scores of one row."""
    row = _row(job)
    try:
        cases = list(TASKS[job.task].cases(row))
        material = row_material(row) if job.task == "later" else None
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{job.where}: not a row for the task {job.task!r}: {error!r}") from error
    scores: list[Score] = []
    given: object = None
    tokens = 0
    for index in _spread(len(cases), plan.limit):
        case = cases[index]
        if case.given is not given:
            given = case.given
            tokens = max(1, count_tokens(given_text(case.given)))
        for method in plan.methods:
            scores.extend(_measure_case(case, method, tokens, plan))
    return _Measured(scores, material)


def _measure_case(case: Case, method: Method | Oracle, tokens: int, plan: _Plan) -> Iterator[Score]:
    seed = crc32(f"{plan.seed}/{case.id}".encode())
    with _Naming(f"{method.name} on {case.id}"):
        if isinstance(method, Oracle):
            cut = method.knowing(case.needs).prepare(case.given, case.query, seed)
        else:
            cut = method.prepare(case.given, case.query, seed)
        for keep in plan.keeps:
            output = Output(cut(keep))
            kept = count_tokens(output.text) / tokens
            for need in case.needs:
                yield Score(
                    case.task, need.column, method.name, keep, case.source, case.cluster, case.id,
                    output.survival(need), kept,
                )  # fmt: skip


def _in_processes(jobs: Iterator[_Job], plan: _Plan, workers: int) -> Iterator[tuple[int, _Measured]]:
    """Scores by number of the job, as they come; few jobs are in flight, so rows are read as needed."""
    pool = ProcessPoolExecutor(workers, mp_context=get_context(_START))
    try:
        flying: dict[Future[_Measured], int] = {}
        numbered = enumerate(jobs)
        for number, job in islice(numbered, 3 * workers):
            flying[pool.submit(_measure, job, plan)] = number
        while flying:
            for future in wait(flying, return_when=FIRST_COMPLETED).done:
                yield flying.pop(future), future.result()
                for number, job in islice(numbered, 1):
                    flying[pool.submit(_measure, job, plan)] = number
    finally:
        pool.shutdown(cancel_futures=True)


def _resolve(methods: Sequence[str | Method | Oracle]) -> tuple[Method | Oracle, ...]:
    resolved: list[Method | Oracle] = []
    for method in methods:
        if not isinstance(method, str):
            resolved.append(method)
        elif method in METHODS:
            resolved.append(METHODS[method]())
        else:
            raise OptionError(f"unknown method {method!r}; known are {', '.join(METHODS)}")
    names = [method.name for method in resolved]
    for name in names:
        if names.count(name) > 1:
            raise OptionError(f"two methods are named {name!r}; give each a name of its own")
    if not resolved:
        raise OptionError(f"no methods; known are {', '.join(METHODS)}")
    return tuple(resolved)


def run(
    data_dir: str | Path,
    tasks: Sequence[str] = ("later", "evidence", "marked"),
    methods: Sequence[str | Method | Oracle] = tuple(METHODS),
    keeps: Sequence[float] = KEEPS,
    limit: int | None = None,
    jobs: int = 1,
    seed: int = 0,
    progress: Progress | None = None,
) -> Report:
    """Measure methods on real material.

    Args:
        data_dir: A folder with `agents/*.jsonl.gz` (task `later`), `qa/*.jsonl.gz` (`evidence`) and
            `noisy/ci_logs.jsonl.gz` (`marked`), as `docs/bench.md` describes them.
        tasks: Any of `later`, `evidence`, `marked`.
        methods: Names (`METHODS`) or objects with the protocol `Method`. With `jobs` over 1 the objects must
            pickle.
        keeps: Fractions of tokens to keep, each in (0, 1].
        limit: Quick look: at most this many rows of each file and cases of each row, evenly spread.
        jobs: Processes. Where they do not begin as copies of this one (Python 3.12 and later), a script needs
            the usual `if __name__ == "__main__":`.
        seed: For random choices and the bootstrap.
        progress: Called with rows done and rows in all.

    Raises:
        OptionError: An unknown task or method, a `keep` out of range, or a `limit` or `jobs` below 1.
        FileError: The folder or the files of a task are missing or unreadable.
        InputError: A row is not what its task reads.

    Cost: one `prepare` for each case and method, one cut for each budget; the reading and counting around it
    takes some minutes for 9 million tokens.
    """
    for task in tasks:
        if task not in TASKS:
            raise OptionError(f"unknown task {task!r}; known are {', '.join(TASKS)}")
    if not tasks:
        raise OptionError(f"no tasks; known are {', '.join(TASKS)}")
    for keep in keeps:
        if not 0 < keep <= 1:
            raise OptionError(f"keep is {keep}; it must be above 0 and at most 1")
    if not keeps:
        raise OptionError("no keeps; give at least one fraction in (0, 1]")
    if jobs < 1 or (limit is not None and limit < 1):
        raise OptionError(f"limit is {limit} and jobs is {jobs}; both must be at least 1")
    plan = _Plan(_resolve(methods), tuple(keeps), limit, seed)
    files: list[tuple[str, Path, frozenset[int]]] = []
    for task in dict.fromkeys(tasks):
        for path in _files(Path(data_dir), task):
            count = sum(1 for _ in _lines(path))
            files.append((task, path, frozenset(_spread(count, limit))))
    total = sum(len(rows) for _, _, rows in files)
    results: Iterator[tuple[int, _Measured]]
    if jobs == 1:
        results = ((n, _measure(job, plan)) for n, job in enumerate(_jobs(files)))
    else:
        results = _in_processes(_jobs(files), plan, jobs)
    found: dict[int, _Measured] = {}
    for done, (number, measured) in enumerate(results, 1):
        found[number] = measured
        if progress is not None:
            progress(done, total)
    ordered = [found[number] for number in sorted(found)]
    return Report(
        [score for measured in ordered for score in measured.scores],
        material=material_of(m.material for m in ordered if m.material is not None),
        seed=seed,
    )
