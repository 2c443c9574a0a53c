"""Statements as Markdown: cheap, faithful line by line, and nothing in a quote can break it."""

from __future__ import annotations

import pytest

from limbeck.core.artifact import Statement
from limbeck.core.source import Span
from limbeck.methods.rendering import cited, markdown, plain


def quoted(text: str, start: int = 0, source: int = 0, kind: str = "state") -> Statement:
    return Statement(kind, text, (Span(source, start, start + len(text)),), quoted=True)


def written(text: str, kind: str = "state", rationale: str = "") -> Statement:
    return Statement(kind, text, (Span(0, 1, 4), Span(2, 0, 9)), rationale=rationale)


def test_nothing_is_no_text() -> None:
    assert markdown(()) == plain(()) == ""


def test_sentences_are_bullets_under_the_heading_of_their_kind() -> None:
    said = [quoted("Do not push.", kind="constraints"), quoted("All is well."), quoted("It rains.", 40, 1)]
    assert markdown(said) == "## Constraints\n- Do not push.\n\n## State\n- All is well.\n- It rains."


def test_lines_of_one_source_share_a_fence_with_a_blank_line_for_what_was_left_out_of_code() -> None:
    lines = [quoted("import os"), quoted("import re", 10), quoted("x = 1", 90), quoted("y = 2\nz = 3", 200)]
    assert markdown(lines) == "## State\n```\nimport os\nimport re\nx = 1\ny = 2\nz = 3\n```"
    lines.append(quoted("    return z", 300))
    assert (
        markdown(lines) == "## State\n```\nimport os\nimport re\n\nx = 1\n\ny = 2\nz = 3\n\n    return z\n```"
    )


def test_one_or_two_lines_are_bullets_and_another_source_has_a_fence_of_its_own() -> None:
    lines = [quoted("import os"), quoted("a = 1", 0, 1), quoted("b = 2", 50, 1), quoted("c = 3", 90, 1)]
    assert markdown(lines) == "## State\n- import os\n```\na = 1\nb = 2\nc = 3\n```"


def test_a_wrapped_sentence_is_one_bullet() -> None:
    assert markdown([quoted("The dock\nopens at six.")]) == "## State\n- The dock\nopens at six."


@pytest.mark.parametrize(
    "text",
    ["# Title", "## Goal", "> said he", "| a | b |", "<details>", "- item", "3. third", "    indented", "\ttab", "---",
     "***", "===", "~~~", "a sentence.\n# Title.", "one.\n\ntwo.", "one\n- two.", "no stop\nat its end", ""],
)  # fmt: skip
def test_what_would_open_a_block_is_fenced(text: str) -> None:
    assert markdown([quoted(text)]) == f"## State\n```\n{text}\n```"
    assert markdown([written(text)]) == f"## State\n```\n{text}\n```"


@pytest.mark.parametrize("text", ["```", "say ```x``` here\n", "`````\nx\n`````"])
def test_no_quote_closes_its_fence(text: str) -> None:
    first, *inner, last = markdown([quoted(text)]).split("\n")[1:]
    assert first == last
    assert set(first) == {"`"}
    assert "\n".join(inner) == text
    assert all(line != first for line in inner)


def test_written_sentences_stay_bullets_however_many_they_are() -> None:
    said = [
        written("without a stop", "decisions", "it was cheaper"),
        *[written(f"no stop {n}", "decisions") for n in range(5)],
    ]
    assert markdown(said).startswith("## Decisions\n- without a stop (it was cheaper)\n- no stop 0\n")


def test_citations_say_where_the_evidence_stands() -> None:
    assert cited([Span(3, 0, 12)]) == "[3:0-12]"
    assert markdown([written("It rains.")], citations=True) == "## State\n- It rains. [0:1-4] [2:0-9]"
    lines = [quoted("a = 1"), quoted("b = 2", 50), quoted("c = 3", 90)]
    assert markdown(lines, citations=True).endswith("```\n[0:0-5] [0:50-55] [0:90-95]")


def test_without_headings_the_statements_stand_alone() -> None:
    assert plain([quoted("a = 1"), quoted("b = 2", 50)]) == "a = 1\nb = 2"
