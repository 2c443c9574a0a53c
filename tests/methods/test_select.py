"""Scoring once, cutting at any budget."""

from __future__ import annotations

import pytest

from limbeck.core.budget import Budget
from limbeck.core.context import Quote
from limbeck.core.errors import BudgetError
from limbeck.core.result import Result
from limbeck.local.counters import counter
from limbeck.methods.pins import pinned
from limbeck.methods.select import SOFT_SHARE, Select
from limbeck.wire import read
from tests.laws.materials import CODE, LOG, PROSE, anthropic, openai

COUNTER = counter()
MIXED = LOG + "\n" + CODE + "\n" + PROSE


def spans(result: Result) -> set[tuple[int, int, int]]:
    return {tuple(s.span) for s in result.context.segments if isinstance(s, Quote) and s.text}


@pytest.mark.parametrize("given", [MIXED, openai(), anthropic()], ids=["text", "openai", "anthropic"])
@pytest.mark.parametrize("style", [True, False, "blank"])
def test_one_scoring_serves_every_budget(given: object, style: object) -> None:
    made = pinned(read(given, COUNTER)[0], 0, pin_head=False)  # type: ignore[arg-type]  # any of the kinds
    select = Select(markers=style)  # type: ignore[arg-type]  # parametrized
    scores = select.score(made, COUNTER)
    before: set[tuple[int, int, int]] = set()
    whole = scores.tokens_before
    for limit in [*range(whole // 20, whole, whole // 20), whole]:
        budget = Budget(COUNTER, max_tokens=limit)
        result = select.cut(scores, budget)
        assert result.tokens_after <= limit
        assert before <= spans(result)
        before = spans(result)
        anew = select.cut(select.score(made, COUNTER), budget)
        assert anew.text == result.text
        assert list(anew.decisions) == list(result.decisions)
    assert len(before) == sum(1 for s in made.segments if isinstance(s, Quote) and s.text)


def test_a_step_by_step_run_asks_no_model() -> None:
    made = read(MIXED, COUNTER)[0]
    budget = Budget(COUNTER, keep=0.3)
    run = Select().steps(made, budget)
    with pytest.raises(StopIteration) as done:
        next(run)
    assert done.value.value.text == Select().cut(Select().score(made, COUNTER), budget).text
    assert Select().name == done.value.value.method == "compact"


def test_the_border_is_found_exactly() -> None:
    """Without markers, no longer run of steps would have fitted much better."""
    made = read(MIXED, COUNTER)[0]
    scores = Select().score(made, COUNTER)
    sizes = [scores.tokens(steps)[1] for steps in range(len(scores.order.ends) + 1)]
    assert sizes[-1] == scores.tokens_before
    for limit in range(5, scores.tokens_before, 97):
        after = Select(markers=False).cut(scores, Budget(COUNTER, max_tokens=limit)).tokens_after
        assert after in sizes
        # Pieces that meet can join into fewer tokens, so that sizes do not quite ascend.
        assert max(size for size in sizes if size <= limit) - 3 <= after <= limit


def test_pins_that_do_not_fit_fail_at_the_cut_not_at_the_scoring() -> None:
    made = pinned(read(openai(), COUNTER)[0])
    scores = Select().score(made, COUNTER)
    with pytest.raises(BudgetError):
        Select().cut(scores, Budget(COUNTER, max_tokens=10))
    assert Select().cut(scores, Budget(COUNTER, keep=0.9)).tokens_after


def test_constraints_take_their_share_and_no_more() -> None:
    rules = "".join(f"You must never open valve_{n} before valve_{n + 1} is shut.\n" for n in range(60))
    facts = "".join(f"valve_{n} was made in {1900 + n} by firm number {n * 7}.\n" for n in range(200))
    made = pinned(read([{"role": "user", "content": rules + facts}], COUNTER)[0])
    result = Select(markers=False).cut(Select().score(made, COUNTER), Budget(COUNTER, keep=0.4))
    first = sum(
        COUNTER.count(d.segment.text) for d in result.decisions if d.reason.startswith("ranked first")
    )
    ranked = [d for d in result.decisions if d.score == float("inf")]
    assert ranked
    assert (
        sum(COUNTER.count(d.segment.text) for d in ranked if d.kept) <= SOFT_SHARE * result.tokens_after + 20
    )
    assert first >= 0.8 * SOFT_SHARE * result.tokens_after
