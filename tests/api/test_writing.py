"""`summarize`, `notes` and `digest` as a user calls them. Models are plain functions: scripts, not wits."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest

import limbeck
from limbeck.core.artifact import Artifact
from limbeck.core.artifact_laws import verify_artifact
from limbeck.core.distiller import Ask
from limbeck.core.errors import BudgetError, FormatError, ModelError, OptionError, TooLargeError
from limbeck.llm import Endpoint
from tests.methods.writing_scripts import CHAT, GERMAN, WORDS, anthropic, copied, long_chat, statements

WRITERS: tuple[Callable[..., Artifact], ...] = (limbeck.summarize, limbeck.notes)


def model(ask: Ask) -> str:
    return statements(*copied(ask))


def broken(ask: Ask) -> str:
    raise ConnectionError("no route to the model")


def slow(ask: Ask) -> str:
    raise TimeoutError("after 12.0 s")


@pytest.fixture(autouse=True)
def nothing_configured(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    for name in ("", "_URL", "_KEY", "_PROVIDER"):
        monkeypatch.delenv(f"LIMBECK_MODEL{name}", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


def test_a_summary_by_a_function() -> None:
    untouched = copy.deepcopy(CHAT)
    artifact = limbeck.summarize(CHAT, model=model, max_tokens=300)
    assert untouched == CHAT
    assert artifact.form == "summary" and artifact.method == "summarize"
    assert artifact.spent.calls == 1
    assert artifact.tokens_after <= 300 < artifact.tokens_before
    assert artifact.usage.seconds > 0
    assert {"evidence", "verbatim", "budget", "guard"} <= {
        check.name for check in artifact.checks if check.passed
    }
    assert "<Artifact summary by summarize" in repr(artifact)


def test_notes_by_a_function() -> None:
    artifact = limbeck.notes(CHAT, model=model, max_tokens=300)
    assert artifact.form == "notes" and artifact.method == "notes"
    assert any(not s.quoted for s in artifact.statements)


@pytest.mark.parametrize(
    "given", [CHAT, anthropic(), GERMAN, {"messages": CHAT}, [GERMAN, "Another text."], [CHAT, GERMAN]]
)
def test_every_format(given: Any) -> None:
    artifact = limbeck.summarize(given, model=model, max_tokens=250)
    assert artifact.statements
    assert limbeck.digest(given, max_tokens=250).statements


def test_an_earlier_result_can_be_summarized() -> None:
    result = limbeck.compact(long_chat(20), keep=0.5)
    artifact = limbeck.summarize(result, model=model, max_tokens=400)
    assert artifact.tokens_before == result.tokens_after
    assert "filtered" not in artifact.text


@pytest.mark.parametrize(("write", "keep"), [(limbeck.summarize, 0.2), (limbeck.notes, 0.1)])
def test_what_is_kept_if_nobody_says(write: Callable[..., Artifact], keep: float) -> None:
    artifact = write(long_chat(), model=model)
    assert artifact.usage.limit_tokens == int(keep * artifact.tokens_before)
    assert limbeck.digest(long_chat()).usage.limit_tokens == int(0.2 * artifact.tokens_before)


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("named", [None, "auto"])
def test_without_a_model_quotes_serve_and_it_is_said(
    write: Callable[..., Artifact], named: str | None
) -> None:
    artifact = write(long_chat(), model=named)
    assert all(s.quoted for s in artifact.statements)
    assert artifact.fallbacks[0][:2] == ("digest", "no model is given or configured")
    with pytest.raises(ModelError, match="strict") as caught:
        write(long_chat(), model=named, strict=True)
    assert caught.value.kind == "absent"


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize(("function", "why"), [(broken, "no route to the model"), (slow, "after 12.0 s")])
def test_a_function_that_raises_is_a_fallback(
    write: Callable[..., Artifact], function: Callable[[Ask], str], why: str
) -> None:
    artifact = write(long_chat(), model=function)
    assert artifact.fallbacks[0].what == "digest" and why in artifact.fallbacks[0].why
    with pytest.raises(ModelError, match=why):
        write(long_chat(), model=function, strict=True)


def test_a_digest_asks_nobody_and_says_nothing_of_a_fallback() -> None:
    artifact = limbeck.digest(CHAT, max_tokens=200, query="Which file holds the night speed?")
    assert (artifact.form, artifact.method, artifact.fallbacks) == ("digest", "digest", ())
    assert artifact.spent.calls == 0


def test_pins_are_carried() -> None:
    pin = "02:17 P-2 runs at 1497 rpm"
    for artifact in (
        limbeck.summarize(CHAT, model=model, max_tokens=300, pins=[pin]),
        limbeck.notes(CHAT, model=model, max_tokens=300, pins=[pin]),
        limbeck.digest(CHAT, max_tokens=300, pins=[pin]),
    ):
        assert pin in artifact.text
    told = limbeck.summarize(CHAT, model=model, max_tokens=300, pins=["nowhere at all"]).checks
    assert [check.detail for check in told if check.name == "pin"] == [
        "'nowhere at all' stands nowhere in the input"
    ]


def test_the_query_reaches_the_model() -> None:
    asked: list[str] = []

    def listens(ask: Ask) -> str:
        asked.append(ask.messages[-1]["content"])
        return model(ask)

    limbeck.summarize(CHAT, model=listens, query="Which file holds the night speed?", max_tokens=200)
    assert "Which file holds the night speed?" in asked[0]


def test_the_window_is_the_one_given_or_that_of_the_endpoint() -> None:
    costs: list[int] = []

    def weighs(ask: Ask) -> str:
        costs.append(sum(WORDS.count(m["content"]) for m in ask.messages) + ask.max_tokens)
        return model(ask)

    limbeck.summarize(long_chat(), model=weighs, max_tokens=400, window_tokens=3_000)
    assert len(costs) > 2 and max(costs) <= 3_000
    from limbeck.api.writing import WINDOW_TOKENS, window_of

    assert window_of(weighs, None) == WINDOW_TOKENS
    assert window_of(Endpoint(model="m", url="http://localhost:1/v1", window_tokens=16_000), None) == 12_000
    assert window_of(weighs, 5_000) == 5_000


def test_artifacts_pickle() -> None:
    artifact = limbeck.summarize(CHAT, model=model, max_tokens=300)
    back = pickle.loads(pickle.dumps(artifact))
    assert back.text == artifact.text and verify_artifact(back)


@pytest.mark.parametrize("write", [limbeck.summarize, limbeck.notes, limbeck.digest])
@pytest.mark.parametrize(
    ("options", "error", "told"),
    [
        ({"keep": 0}, OptionError, "keep"),
        ({"keep": 0.5, "max_tokens": 5}, OptionError, "not both"),
        ({"max_tokens": 0}, OptionError, "max_tokens"),
        ({"query": 7}, OptionError, "query"),
        ({"pins": "one"}, OptionError, "pins"),
        ({"counter": 7}, OptionError, "counter"),
        ({"max_input_bytes": 0}, OptionError, "max_input_bytes"),
        ({"max_input_bytes": 10}, TooLargeError, "over the limit of 10"),
        ({"max_tokens": 1}, BudgetError, "raise max_tokens"),
    ],
)
def test_options_that_are_none(
    write: Callable[..., Artifact], options: dict[str, Any], error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        write(CHAT, **options)


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"model": model, "url": "http://localhost:1/v1"}, "belong to the name of a model"),
        ({"url": "http://localhost:1/v1"}, "belong to the name of a model"),
        ({"model": 7}, "Endpoint"),
        ({"model": "m", "url": "no url"}, "URL"),
        ({"model": model, "strict": "yes"}, "strict"),
        ({"strict": 1}, "strict"),
        ({"model": model, "window_tokens": 10}, "window_tokens"),
        ({"model": model, "window_tokens": "many"}, "window_tokens"),
    ],
)
def test_models_that_are_none(write: Callable[..., Artifact], options: dict[str, Any], told: str) -> None:
    with pytest.raises(OptionError, match=told):
        write(CHAT, **options)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (7, "accepted: a text"),
        ([7], "message 0"),
        ([{"content": "x"}], "message 0 has no role"),
        ({"text": "x"}, "without 'messages'"),
        ([CHAT, {"text": "x"}], "without 'messages'"),
    ],
)
def test_what_cannot_be_read(given: Any, told: str) -> None:
    with pytest.raises(FormatError, match=told):
        limbeck.summarize(given, model=model)


@pytest.mark.parametrize("given", ["", [], {"messages": []}, [""]])
def test_of_nothing_there_is_nothing_to_say(given: Any) -> None:
    for artifact in (limbeck.summarize(given, model=model), limbeck.notes(given), limbeck.digest(given)):
        assert (artifact.text, artifact.statements, artifact.tokens_after) == ("", (), 0)


def test_a_reply_can_be_anything() -> None:
    for reply in ("", "{", json.dumps({"statements": 7}), "\ud800", "I cannot help with that."):
        artifact = limbeck.summarize(CHAT, model=lambda _, reply=reply: reply, max_tokens=200)
        assert artifact.fallbacks[0].what == "digest"
