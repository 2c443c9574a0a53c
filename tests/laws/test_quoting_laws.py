"""The laws of digests and extractive notes, on every fixture, at every budget, and on generated material.

Written anew from the laws' wording, beside what `verify_artifact` says.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from limbeck.core.artifact import NOTE_KINDS, SECTIONS, Artifact
from limbeck.core.artifact_laws import verify_artifact
from limbeck.core.budget import Budget
from limbeck.core.errors import BudgetError
from limbeck.local.counters import counter
from limbeck.methods.digest import Digest
from limbeck.methods.extractive_notes import ExtractiveNotes
from limbeck.methods.rendering import HEADINGS
from limbeck.wire import read

from .materials import CONVERSATIONS, TEXTS

KEEPS = (0.05, 0.1, 0.2, 0.5, 1.0)
METHODS = {"digest": Digest(), "notes": ExtractiveNotes()}
COUNTER = counter("o200k_base")
LINE_END = re.compile(r"\r\n?|\n")


def quoted_lines(artifact: Artifact) -> set[str]:
    return {line for s in artifact.statements for line in LINE_END.split(s.text)}


def check(artifact: Artifact) -> None:
    verify_artifact(artifact)
    sources = artifact.before.sources
    for statement in artifact.statements:
        (span,) = statement.evidence
        assert sources[span.source].text[span.start : span.end] == statement.text
        assert statement.text == statement.text.strip("\r\n") != ""
        assert statement.confidence == 1.0
    kinds = NOTE_KINDS if artifact.form == "notes" else SECTIONS
    order = [kinds.index(s.kind) for s in artifact.statements]
    assert order == sorted(order)
    assert COUNTER.count(artifact.text) == artifact.tokens_after <= artifact.tokens_before
    check_text(artifact, kinds)


def check_text(artifact: Artifact, kinds: tuple[str, ...]) -> None:
    """Headings are those of the kinds and no others; every other line is a quoted one, or a fence."""
    bare = "\n".join(re.sub("^(?:User|Agent|System): ", "", line) for line in artifact.text.split("\n"))
    if not artifact.text.startswith("## ") or artifact.text == artifact.statements[0].text:
        said = "\n".join(s.text for s in artifact.statements)
        assert said in (artifact.text, bare)
        return
    known, fence, headings = quoted_lines(artifact), "", []
    for line in LINE_END.split(artifact.text):
        if fence:
            if line == fence:
                fence = ""
            else:
                assert line == "" or line in known
        elif re.fullmatch("`{3,}", line) and line not in known:
            fence = line
        elif line.startswith("## "):
            headings.append(line[3:])
        else:
            said = re.sub(r"^- (?:(?:User|Agent|System): )?", "", line)
            assert line == "" or said in known or line.removeprefix("- ") in known or line in known
    assert fence == ""
    told = list(dict.fromkeys(s.kind for s in artifact.statements))
    assert headings == [HEADINGS.get(kind, kind[:1].upper() + kind[1:]) for kind in told]
    assert set(told) <= set(kinds)


def made(method: str, given_: Any, keep: float, query: str = "") -> Artifact | None:
    context, _ = read(given_, COUNTER)
    distiller = METHODS[method]
    try:
        return distiller.cut(distiller.score(context.asked(query), COUNTER), Budget(COUNTER, keep=keep))
    except BudgetError as error:
        assert error.pinned_tokens > error.limit_tokens
        return None


@pytest.mark.parametrize("method", list(METHODS))
@pytest.mark.parametrize("name", list(TEXTS))
def test_the_laws_hold_for_every_text(name: str, method: str) -> None:
    fitting = []
    for keep in KEEPS:
        artifact = made(method, TEXTS[name], keep)
        fitting.append(artifact is not None)
        if artifact is not None:
            check(artifact)
    assert fitting[-1]
    assert fitting == sorted(fitting)  # what fits once fits with more room


@pytest.mark.parametrize("method", list(METHODS))
@pytest.mark.parametrize("name", list(CONVERSATIONS))
def test_the_laws_hold_for_every_conversation(name: str, method: str) -> None:
    for keep in KEEPS:
        for query in ("", "why does load() fail for u_4411?"):
            artifact = made(method, CONVERSATIONS[name](), keep, query)
            assert artifact is not None
            check(artifact)
            assert artifact == made(method, CONVERSATIONS[name](), keep, query) or artifact.usage.seconds


@pytest.mark.parametrize("method", list(METHODS))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    texts=st.lists(
        st.text(
            alphabet=st.sampled_from("ab_1 .\n\r\t`#-{}\"\\n:[]<>|!?'*é中\ud800Never only error"),
            max_size=200,
        ),
        min_size=1,
        max_size=4,
    ),
    roles=st.lists(st.sampled_from(["system", "user", "assistant", "tool"]), min_size=4, max_size=4),
    keep=st.sampled_from(KEEPS),
)
def test_the_laws_hold_for_anything(method: str, texts: list[str], roles: list[str], keep: float) -> None:
    for given_ in (texts[0], [{"role": r, "content": t} for r, t in zip(roles, texts, strict=False)]):
        artifact = made(method, given_, keep)
        if artifact is not None:
            check(artifact)
