"""The whole text: what fails only there, and what becomes of a text of which nothing is left.

The guard here is a stand-in that objects to what the test says, because the real one finds such things sentence by
sentence already.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from limbeck.core.artifact import Artifact
from limbeck.core.context import Context
from limbeck.core.errors import ModelError
from limbeck.core.findings import Finding
from limbeck.core.source import Span
from limbeck.methods.digest import Digest
from limbeck.methods.extractive_notes import ExtractiveNotes
from limbeck.methods.guards import Guard
from limbeck.methods.notes import Notes
from limbeck.methods.summarize import Summarize

from .writing_scripts import CHAT, Script, budget, context_of, sound

SAID = "schedules/night.yaml sets 1400 rpm from 22:00 to 06:00."
OTHER = "Pump P-2 stopped at 02:31 with error E-417."


class Objecting(Guard):
    """Objects to the whole text wherever it holds some words under a heading; else to nothing."""

    def __init__(self, context: Context, words: str, kind: str, pins: Sequence[str] = ()) -> None:
        super().__init__(context, pins)
        self.words, self.kind = words, kind

    def examine(self, text: str) -> list[Finding]:
        at = text.find(self.words) if text.startswith("## ") else -1
        if at < 0:
            return []
        kind = "hijack" if self.kind == "hijack" else "swapped"
        return [Finding(kind, self.words, at, at + len(self.words), "a reason", ())]

    def examine_statement(self, text: str, evidence: Sequence[Span]) -> list[Finding]:
        return []


def made(method: Summarize | Notes, *said: str) -> Artifact:
    script = Script({"write": lambda _: [("state", text, []) for text in said]})
    return sound(script.run(method.steps(context_of(CHAT), budget(300))))


def summarizer(words: str, kind: str = "swapped", strict: bool = False) -> Summarize:
    return Summarize(Digest(), strict=strict, guard=lambda context: Objecting(context, words, kind))


def noter(words: str, kind: str = "swapped", strict: bool = False) -> Notes:
    return Notes(ExtractiveNotes(), strict=strict, guard=lambda context: Objecting(context, words, kind))


def test_what_fails_in_the_whole_text_gives_way_to_its_lines() -> None:
    artifact = made(summarizer(SAID), SAID, OTHER)
    (fallback,) = artifact.fallbacks
    assert (fallback.what, fallback.text, fallback.why) == ("quoted", SAID, "swapped: a reason")
    assert SAID not in artifact.text and OTHER in artifact.text
    assert "schedules/night.yaml now sets 1400 rpm" in artifact.text


def test_of_notes_it_is_dropped() -> None:
    artifact = made(noter(SAID), SAID, OTHER)
    (fallback,) = artifact.fallbacks
    assert (fallback.what, fallback.text) == ("dropped", SAID)
    assert SAID not in artifact.text and OTHER in artifact.text


@pytest.mark.parametrize("method", [summarizer, noter])
def test_a_text_that_fails_as_a_whole_is_digested(method: Callable[..., Summarize | Notes]) -> None:
    artifact = made(method("## ", "hijack"), SAID, OTHER)
    assert artifact.fallbacks[0].what == "digest"
    assert "fails: a reason" in artifact.fallbacks[0].why
    with pytest.raises(ModelError, match="a reason") as caught:
        made(method("## ", "hijack", True), SAID, OTHER)
    assert caught.value.kind == "unsupported"


def test_what_stands_in_a_quote_fails_nothing() -> None:
    artifact = made(summarizer("Never open valve V-7", "hijack"), SAID)
    assert artifact.form == "summary" and artifact.fallbacks == ()
    assert "Never open valve V-7 while pump P-2 runs." in artifact.text


def test_a_text_of_which_nothing_fits_is_digested() -> None:
    endless = "The pump " + "and the valve " * 200 + "run."
    artifact = made(summarizer("no such words"), endless)
    held = [s for s in artifact.statements if not s.quoted]
    assert held == [] and any(f.text == endless or f.what == "digest" for f in artifact.fallbacks)
