"""Each law of an artifact passes what keeps it and names what breaks it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from limbeck.core.artifact import Artifact, Statement
from limbeck.core.artifact_laws import LAWS, verify_artifact
from limbeck.core.context import Context, Segments
from limbeck.core.decisions import Usage
from limbeck.core.errors import LawError
from limbeck.core.findings import Finding
from limbeck.core.source import Source, Span

TEXT = "The dock opens at six. Never leave the gate open. The crane is out of order."
GATE, CRANE = Span(0, 23, 49), Span(0, 50, 76)


def quoted(span: Span, kind: str = "state") -> Statement:
    return Statement(kind, TEXT[span.start : span.end], (span,), quoted=True)


def artifact(*statements: Statement, form: str = "digest", after: int = 9, limit: int = 10) -> Artifact:
    sources = (Source(TEXT),)
    before = Context((), sources, Segments(sources), notes=("an orphan",))
    text = "\n".join(s.text for s in statements)
    return Artifact(form, statements, before, Usage(20, after, limit, "c", True, 0.0), (), "m", text)  # type: ignore[arg-type]  # the form is a parameter


def test_what_keeps_the_laws_gets_a_check_for_each_and_its_warnings() -> None:
    made = replace(
        artifact(quoted(GATE, "constraints"), quoted(CRANE)),
        omissions=(Finding("must-keep", " The dock opens at six. ", 0, 0, "a constraint"),),
    )
    checks = verify_artifact(made)
    assert [c.name for c in checks] == [*(name for name, _ in LAWS), "input", "must-keep"]
    assert [c.passed for c in checks[-2:]] == [True, False]
    assert checks[-1].detail == "left out: The dock opens at six."


def test_nothing_is_an_artifact_too() -> None:
    assert all(c.passed for c in verify_artifact(artifact()))


def test_written_statements_may_share_their_evidence() -> None:
    one = Statement("goal", "Keep the gate shut.", (GATE, CRANE), supersedes=(1,))
    other = Statement("state", "A crane is broken.", (CRANE, GATE))
    assert verify_artifact(artifact(one, other, form="summary"))


@pytest.mark.parametrize(
    ("made", "law"),
    [
        pytest.param(
            artifact(Statement("goal", "x", ()), form="summary"), "evidence: statement 0 has none", id="none"
        ),
        *(
            pytest.param(
                artifact(Statement("goal", "x", (span,)), form="summary"), "lies in no source", id=f"span{at}"
            )
            for at, span in enumerate(
                (Span(1, 0, 3), Span(-1, 0, 3), Span(0, 3, 3), Span(0, -1, 3), Span(0, 70, 77), Span(0, 5, 2))
            )
        ),
        pytest.param(artifact(replace(quoted(GATE), quoted=False)), "of a digest is not quoted", id="digest"),
        pytest.param(artifact(replace(quoted(GATE), text="Never")), "not the text of its span", id="text"),
        pytest.param(
            artifact(replace(quoted(GATE), evidence=(GATE, CRANE))), "not the text of its span", id="spans"
        ),
        pytest.param(artifact(quoted(GATE, "fact")), "'fact', which is no kind of digest", id="kind"),
        pytest.param(artifact(quoted(GATE), form="notes"), "'state', which is no kind of notes", id="notes"),
        pytest.param(artifact(quoted(GATE), quoted(GATE)), "distinct: statement 1", id="twice"),
        pytest.param(
            artifact(replace(quoted(GATE), supersedes=(0,))),
            "superseding: statement 0 replaces number 0",
            id="self",
        ),
        pytest.param(artifact(replace(quoted(GATE), supersedes=(1,))), "replaces number 1 of 1", id="beyond"),
        pytest.param(
            replace(
                artifact(quoted(GATE), quoted(CRANE)),
                text="The crane is out of order.\nNever leave the gate open.",
            ),
            "shown: statement 1",
            id="order",
        ),
        pytest.param(artifact(quoted(GATE), after=11), "budget: 11 tokens for a budget of 10", id="budget"),
        pytest.param(artifact(after=21, limit=30), "never larger: 20 tokens became 21", id="larger"),
    ],
)
def test_what_breaks_a_law_is_withheld(made: Artifact, law: str) -> None:
    with pytest.raises(LawError, match=r"a bug: please report it") as raised:
        verify_artifact(made)
    assert law in str(raised.value)


def test_an_empty_source_has_no_budget_to_keep() -> None:
    made = artifact(after=0, limit=0)
    assert verify_artifact(replace(made, usage=made.usage._replace(tokens_before=0)))
