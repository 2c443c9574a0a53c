"""What the lexical scorer finds worth keeping."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from limbeck.methods.lexical import REASONS, Lexical, Worth
from limbeck.methods.relevance import Relevance
from limbeck.methods.view import View, view

from .building import Said, context, structure

NOTHING = Lexical(
    shown=1,
    line=0,
    declared=0,
    rewritten=0,
    taken=0,
    recent=0,
    own=0,
    call=0,
    trouble=0,
    asked_trouble=0,
    changed=0,
    question=0,
)
"""Only atoms count."""


ALONE = Relevance(lent=0, near=0, wide=0)
"""No segment shares in what its neighbors say."""


def seen(*said: Said, query: str = "") -> View:
    made = context(*said, query=query, material=False)
    return view(made, [made.segments.text(i) for i in range(len(made.segments))], structure(made))


def of(worth: Worth, found: View, atom: str) -> float:
    return float(worth.weight[found.atom_names.index(atom)])


def test_a_name_taken_up_again_is_worth_most_and_one_that_is_everywhere_little() -> None:
    often = [f"say every_where {n}\n" for n in range(4)]
    found = seen(Said([[*often, "say once_only\n", "say twice_said\n", "say twice_said\n"]], "tool"))
    worth = NOTHING(found)
    twice, once, everywhere = (of(worth, found, a) for a in ("twice_said", "once_only", "every_where"))
    assert twice > once > everywhere > 0
    assert not worth.base.any()


def test_names_that_the_agent_wrote_are_worth_more() -> None:
    tool = Said([["see theirs_only\n"]], "tool")
    agent = Said([["try mine_once\n", "try mine_twice\n", "so mine_twice\n"]], "assistant")
    found = seen(tool, agent)
    weights = replace(NOTHING, mentions=(1.0,))(found)
    assert [of(weights, found, a) for a in ("theirs_only", "mine_once", "mine_twice")] == [1.0, 1.3, 2.0]


def test_what_a_long_query_shows_is_worth_less_and_what_a_question_asks_for_is_not() -> None:
    message = Said([["open max_retry\n", "open min_retry\n"]], "tool")
    short = seen(message, query="max_retry")
    long = seen(message, query="max_retry " + " ".join(f"word{n}" for n in range(60)))
    scorer = replace(NOTHING, shown=0.25)
    assert of(scorer(short), short, "max_retry") == pytest.approx(1, abs=0.01)
    assert of(scorer(long), long, "max_retry") == pytest.approx(0.25, abs=0.01)
    assert of(scorer(long), long, "min_retry") == 1


def test_declarations_in_code() -> None:
    lines = ["import os\n", "  12: def run():\n", "\tx = importlib\n", "pub fn go() {\n", "define it\n"]
    code = replace(NOTHING, declared=1)(seen(Said([lines], "tool", kind="code")))
    assert code.base.tolist() == [1, 1, 0, 1, 0]
    assert not replace(NOTHING, declared=1)(seen(Said([lines], "tool", kind="prose"))).base.any()


def test_lines_that_the_agent_writes_again() -> None:
    line, other = "run the whole suite now\n", "run it once and for all\n"
    scorer = replace(NOTHING, rewritten=1)
    again = scorer(seen(Said([[line]], "assistant"), Said([[line, other]], "assistant")))
    assert again.base.tolist() == [0.2, 1, 0]  # mostly the newest copy
    assert not scorer(seen(Said([[line]], "tool"), Said([[line, other]], "tool"))).base.any()


def test_lines_near_names_that_the_agent_takes_up() -> None:
    tool = Said(
        [["def load_rows(path):\n", "    return list(path)\n", *["    pass  # and so on\n"] * 9]], "tool"
    )
    agent = Said([["I will change load_rows first\n"]], "assistant")
    scorer = replace(NOTHING, taken=1, repeat=1)
    base = scorer(seen(tool, agent)).base
    assert base[1] > base[4] > base[7] == base[10] == 0
    assert not scorer(seen(agent, tool)).base.any()


def test_recent_lines_the_agent_s_own_and_its_calls() -> None:
    line = "a line of some words\n"
    said = [
        Said([[line]], "tool"),
        Said([["another line of words\n"]], "assistant"),
        Said([["a last line of words\n"]]),
    ]
    recent = replace(NOTHING, recent=1)(seen(*said)).base
    assert recent[0] == 0 < recent[1] < recent[2]
    own = replace(NOTHING, own=1)(seen(*said)).base
    assert own[0] == own[2] == 0 < own[1]
    call = seen(Said([["{", '"the_command": "ls -la"', "}"]], "assistant", kind="json"))
    assert replace(NOTHING, call=1)(call).base.tolist() == [0, 23, 0]


def test_near_duplicates_share_one_worth_but_for_trouble() -> None:
    lines = [
        "block 12 was read from disk\n",
        "block 13 was read from disk\n",
        "block 13 was read from disk\n",
    ]
    scorer = replace(NOTHING, line=1, repeat=0.1)
    assert scorer(seen(Said([lines], kind="log"))).base.tolist() == pytest.approx([0.1, 0.1, 1])
    failed = [line.replace("was read", "failed") for line in lines]
    assert scorer(seen(Said([failed], kind="log"))).base.tolist() == pytest.approx([1, 0.1, 1])


def test_trouble_counts_where_it_is_reported() -> None:
    line = ["cannot open the file here\n", "could open the file here\n"]
    scorer = replace(NOTHING, trouble=1)
    assert scorer(seen(Said([line], kind="log"))).base.tolist() == [26, 0]
    assert not scorer(seen(Said([line], kind="code"))).base.any()


def test_short_lines_answer_and_report_too() -> None:
    table = Said([["city,2018\n", "town16,5920\n", "town17,6290\n", "---------------------------\n"]])
    answers = replace(NOTHING, question=3.0)(seen(table, query="cost of town17")).base
    assert answers.argmax() == 2 and answers[3] == 0
    log = Said([["ok: ready\n", "FATAL: oom\n"]], kind="log")
    assert replace(NOTHING, trouble=1)(seen(log)).base.tolist() == [0, 11]


def test_a_question_about_trouble_makes_it_an_answer() -> None:
    log = Said([["Name: giant-narwhal\n", "Reason: OOMKilled here\n"]], kind="log")
    scorer = replace(NOTHING, trouble=0.1, asked_trouble=1.0)
    wrong = scorer(seen(log, query="What is wrong with giant-narwhal?")).base[1]
    name = scorer(seen(log, query="What is the name of giant-narwhal?")).base[1]
    assert wrong > 5 * name > 0


def test_changed_lines_of_a_diff() -> None:
    lines = ["--- a/x\n", "+++ b/x\n", "@@ -1 +1 @@\n", " kept\n", "-old\n", "+new\n", "--x\n"]
    scorer = replace(NOTHING, changed=1)
    assert scorer(seen(Said([lines], kind="diff"))).base.tolist() == [0, 0, 0, 0, 1, 1, 1]
    assert not scorer(seen(Said([lines], kind="text"))).base.any()


def test_a_question_outweighs_and_a_long_query_does_not() -> None:
    lines = Said([["the pump is in the hall\n", "the cat is in the yard\n"]])
    asked = replace(NOTHING, question=3.0, relevance=ALONE)
    short = asked(seen(lines, query="where is the pump?")).base
    assert short[0] > 2 * short[1]
    long = asked(seen(lines, query="pump " + " ".join(f"word{n}" for n in range(60)))).base
    assert 0 < long[0] < short[0] / 50


def test_the_reason_is_what_speaks_most() -> None:
    said = Said(
        [["the pump stands in the hall\n", "see config.max_retry_count\n", "nothing of note is here\n"]]
    )
    worth = Lexical(relevance=ALONE)(seen(said, query="Where is the pump?"))
    assert REASONS[worth.why[0]] == "answers the query"
    assert REASONS[worth.why[1]] == "names something"
    assert set(np.unique(worth.why)) <= set(range(len(REASONS)))


def test_nothing() -> None:
    worth = Lexical()(seen())
    assert (len(worth.base), len(worth.weight), len(worth.why)) == (0, 0, 0)
