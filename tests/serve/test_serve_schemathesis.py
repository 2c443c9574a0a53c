"""Requests made from the OpenAPI document, good and bad: no 5xx, and every answer is as the document says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from serving import Running, environment

# A body can fit its schema and still make no sense: neither `input` nor `messages`, a call without a name.
EXCLUDED = "positive_data_acceptance"


def test_every_answer_is_as_the_document_says(live: Running, tmp_path: Path) -> None:
    command = ["-m", "schemathesis.cli", "run", f"{live.url}/openapi.json", "--seed", "7", "--no-color"]
    command += ["--max-examples", "20", "--exclude-checks", EXCLUDED, "--generation-database", "none"]
    got = subprocess.run(
        [sys.executable, *command],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment(PYTHONWARNINGS=""),
        timeout=300,
        check=False,
    )
    assert got.returncode == 0, got.stdout[-4000:] + got.stderr[-2000:]
    assert "Tested: 12" in got.stdout
    assert all(line["status"] < 500 for line in live.lines if "status" in line)
    assert live.health()["workers_ready"] == 2
