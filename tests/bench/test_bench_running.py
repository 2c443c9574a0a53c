"""Tasks x methods x budgets over a folder, and the command."""

from __future__ import annotations

import gzip
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from histories import FILLER, agent, history, tool

from limbeck.bench import METHODS, Cut, Given, Report, run
from limbeck.cli.bench import bench
from limbeck.core.errors import FileError, InputError, LimbeckError, OptionError

RECENT = [tool("going on"), tool("fine"), tool("still going")]


class Whole:
    """Gives back the first half, or all of it from 0.5 on."""

    name = "whole"

    def prepare(self, given: Given, query: str, seed: int) -> Cut:
        return lambda keep: given if keep >= 0.5 else given[: len(given) // 2]


class Seeds:
    """Remembers the seeds it was given."""

    name = "seeds"

    def __init__(self) -> None:
        self.seen: list[int] = []

    def prepare(self, given: Given, query: str, seed: int) -> Cut:
        self.seen.append(seed)
        return lambda keep: given


class Failing:
    name = "failing"

    def prepare(self, given: Given, query: str, seed: int) -> Cut:
        raise RuntimeError("no luck")


def write(path: Path, rows: list[Any]) -> None:
    path.parent.mkdir(exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    region = [tool(FILLER), tool("found retry_count"), tool("found time_limit")]
    rows = [
        {**history(region, RECENT, [agent("retry_count and time_limit")]), "id": f"row{n}"} for n in range(5)
    ]
    write(folder / "agents" / "made.jsonl.gz", rows)
    context = "first the gold stands here.\n" + "nothing here\n" * 150 + "last the silver stands here.\n"
    questions = [
        {"question": "where is gold?", "evidence": ["first the gold stands here."]},
        {
            "question": "where are both?",
            "evidence": ["first the gold stands here.", "last the silver stands here."],
        },
    ]
    write(
        folder / "qa" / "made.jsonl.gz",
        [{"id": "q", "source": "s", "context": context, "questions": questions}],
    )
    log = {
        "id": "l",
        "source": "s",
        "text": "fine\n[error] gone\n" * 3,
        "marked_lines": [{"text": "[error] gone"}],
    }
    write(folder / "noisy" / "ci_logs.jsonl.gz", [log])
    return folder


def figures(report: Report, method: str, keep: float) -> dict[str, float]:
    return {row.column: row.survival for row in report.rows if (row.method, row.keep) == (method, keep)}


def test_survival_of_a_known_method(data: Path) -> None:
    report = run(data, methods=[Whole()], keeps=[1.0, 0.4])
    names = {
        "later-reference": 1.0,
        "later-reference, tool output alone": 1.0,
        "evidence": 1.0,
        "marked lines": 1.0,
    }
    assert figures(report, "whole", 1.0) == names
    # The first half: of three messages one, the filler; of the context the gold, which is all of the first
    # question and half of the second.
    assert figures(report, "whole", 0.4) == names | {
        "later-reference": 0.0,
        "later-reference, tool output alone": 0.0,
        "evidence": 0.75,
    }
    assert report.row("evidence", "whole", 1.0).kept == 1.0
    assert report.row("evidence", "whole", 0.4).kept == pytest.approx(0.5, abs=0.02)
    assert report.row("later-reference", "whole", 0.4).cases == 5


def test_material_comes_with_the_histories_alone(data: Path) -> None:
    (line,) = run(data, tasks=["later"], methods=[Whole()], keeps=[1]).material
    assert (line.source, line.rows) == ("tests", 5)
    assert run(data, tasks=["evidence"], methods=[Whole()], keeps=[1]).material == []


def test_every_named_method_runs_within_its_budget(data: Path) -> None:
    report = run(data, methods=list(METHODS), keeps=[0.5])
    assert {row.method for row in report.rows} == set(METHODS)
    assert all(row.kept <= 0.55 for row in report.rows)
    assert all(v == 1.0 for name in ("oracle", "oracle-lines") for v in figures(report, name, 0.5).values())


def test_same_figures_in_one_process_and_in_two(data: Path) -> None:
    one = run(data, methods=["random", "bm25"], seed=4)
    two = run(data, methods=["random", "bm25"], seed=4, jobs=2)
    assert one.as_json() == two.as_json()
    assert one.scores == two.scores
    assert run(data, methods=["random"], seed=5).scores != run(data, methods=["random"], seed=4).scores


def test_each_case_has_a_seed_of_its_own(data: Path) -> None:
    def seeds(seed: int) -> list[int]:
        method = Seeds()
        run(data, tasks=["later"], methods=[method], keeps=[1], seed=seed)
        return method.seen

    assert len(set(seeds(0))) == 5
    assert seeds(0) == seeds(0)
    assert not set(seeds(0)) & set(seeds(1))


def test_limit_takes_rows_and_cases_evenly(data: Path) -> None:
    report = run(data, methods=[Whole()], keeps=[1], limit=2)
    assert {s.case for s in report.scores if s.task == "later"} == {"row0@40", "row2@40"}
    report = run(data, methods=[Whole()], keeps=[1], limit=1)
    assert {s.case for s in report.scores} == {"row0@40", "q#0", "l"}


def test_progress(data: Path) -> None:
    seen: list[tuple[int, int]] = []
    run(data, methods=[Whole()], keeps=[1], progress=lambda done, total: seen.append((done, total)))
    assert seen == [(n, 7) for n in range(1, 8)]


def test_an_error_of_a_method_says_where(data: Path) -> None:
    with pytest.raises(RuntimeError, match="no luck") as caught:
        run(data, tasks=["marked"], methods=[Failing()])
    assert caught.value.__notes__ == ["while benchmarking failing on l"]


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "task": ({"tasks": ["sooner"]}, "unknown task 'sooner'; known are later, evidence, marked"),
    "no task": ({"tasks": []}, "no tasks"),
    "method": ({"methods": ["best"]}, "unknown method 'best'; known are random, recent, masking, bm25"),
    "no method": ({"methods": []}, "no methods"),
    "two of a name": ({"methods": ["bm25", "bm25"]}, "two methods are named 'bm25'"),
    "keep of 0": ({"keeps": [0.5, 0]}, "keep is 0; it must be above 0 and at most 1"),
    "keep over 1": ({"keeps": [1.1]}, "keep is 1.1"),
    "keep is nan": ({"keeps": [float("nan")]}, "keep is nan"),
    "no keep": ({"keeps": []}, "no keeps"),
    "jobs": ({"jobs": 0}, "jobs is 0"),
    "limit": ({"limit": 0}, "limit is 0"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_options(data: Path, name: str) -> None:
    options, message = WRONG[name]
    with pytest.raises(OptionError) as caught:
        run(data, **options)
    assert message in str(caught.value)


def test_missing_folders(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"no such folder: .*absent"):
        run(tmp_path / "absent")
    with pytest.raises(FileError, match=r"no qa/\*\.jsonl\.gz under .*, which the task 'evidence' reads"):
        run(tmp_path, tasks=["evidence"])


def test_unreadable_rows(data: Path) -> None:
    path = data / "noisy" / "ci_logs.jsonl.gz"
    write(path, [{"id": "l", "marked_lines": [{"text": "x"}]}])
    with pytest.raises(InputError, match=r"row 1: not a row for the task 'marked': KeyError\('source'\)"):
        run(data, tasks=["marked"])
    write(path, [[1, 2]])
    with pytest.raises(InputError, match="row 1: a row must be a JSON object"):
        run(data, tasks=["marked"])
    path.write_bytes(gzip.compress(b"\n{}\n{oops\n"))
    with pytest.raises(InputError, match="row 2: not JSON"):
        run(data, tasks=["marked"])
    path.write_bytes(b"not gzip")
    with pytest.raises(FileError, match=r"cannot read .*ci_logs"):
        run(data, tasks=["marked"])
    path.write_bytes(gzip.compress(b"\xff\n"))
    with pytest.raises(FileError, match=r"cannot read .*ci_logs"):
        run(data, tasks=["marked"])


def command(*args: str) -> tuple[str, BaseException | None]:
    done = CliRunner().invoke(bench, args)
    return done.output, done.exception


def test_command(data: Path, tmp_path: Path) -> None:
    output, error = command(
        str(data), "--methods", "recent, limbeck", "--keep", "0.5,0.1", "--jobs", "2",
        "--json", str(tmp_path / "out.json"), "--png", str(tmp_path / "out.png"),
    )  # fmt: skip
    assert error is None
    assert "survival: later" in output and "limbeck" in output and "the material" in output
    written = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert {row["keep"] for row in written["rows"]} == {0.5, 0.1}
    assert {row["method"] for row in written["rows"]} == {"recent", "limbeck"}
    assert (tmp_path / "out.png").read_bytes().startswith(b"\x89PNG")


def test_command_without_files(data: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    output, error = command(str(data), "--tasks", "marked", "--methods", "recent")
    assert error is None and "survival: marked" in output and "the material" not in output
    assert sorted(tmp_path.rglob("*")) == before


def test_command_errors_write_nothing(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    for args in (["--tasks", "sooner"], ["--methods", "best"], ["--keep", "half"], ["--keep", "2"]):
        _, error = command(str(data), "--json", str(out), *args)
        assert isinstance(error, LimbeckError)
    assert not out.exists()
    _, error = command(str(tmp_path / "absent"))
    assert isinstance(error, FileError)


def test_command_looks_for_the_output_folder_first(tmp_path: Path) -> None:
    _, error = command(str(tmp_path / "absent"), "--png", str(tmp_path / "no" / "out.png"))
    assert isinstance(error, FileError)
    assert "no such folder" in str(error) and str(tmp_path / "no") in str(error)


def test_command_says_that_the_plot_needs_an_extra(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    _, error = command(str(data), "--png", "out.png")
    assert isinstance(error, OptionError)
    assert 'pip install "limbeck[bench]"' in str(error)


def test_the_example_of_the_docs(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    docs = Path(__file__).parents[2] / "docs" / "bench.md"
    (example,) = re.findall(r"```python\n(.*?)```", docs.read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.chdir(data.parent)
    exec(compile(example, str(docs), "exec"), {})
    lines = [line.split()[:5] for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        ["last-lines", "marked", "lines", "0.3", "1.0"],
        ["recent", "marked", "lines", "0.3", "1.0"],
    ]
