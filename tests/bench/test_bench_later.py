"""Which cases a history gives, and what must survive in each."""

from __future__ import annotations

from typing import Any

import pytest
from histories import FILLER, Message, agent, history, tool, user

from limbeck.bench.cases import Case
from limbeck.bench.later import LATER, QUOTES, TOOL_LATER, TOOL_QUOTES, later_cases, plain_line

RECENT = [tool("going on"), tool("fine"), tool("still going")]


def needs(
    region: list[Message], rest: list[Message], recent: list[Message] | None = None
) -> dict[str, set[str]]:
    """What the case needs whose cut falls on `rest[0]`; empty if there is no such case."""
    row = history([tool(FILLER), *region], recent or RECENT, rest)
    cut = len(row["messages"]) - len(rest)
    for case in later_cases(row):
        if case.given == row["messages"][1 : cut - 3]:
            return {need.column: set(need.items) for need in case.needs}
    return {}


# No message before the cut is the agent's but in the region, so that some cut moves on to `rest[0]`.
def after(*messages: Message) -> list[Message]:
    return [*messages, *[tool("done")] * (4 - len(messages))]


def test_an_atom_used_later_is_needed() -> None:
    found = needs([tool("the flag is retry_count here")], after(agent("I set retry_count now")))
    assert found == {LATER: {"retry_count"}, TOOL_LATER: {"retry_count"}}


def test_arguments_count_as_use() -> None:
    found = needs([tool("src/app/main.py")], after(agent("", command='cat "src/app/main.py"')))
    assert found[LATER] == {"src/app/main.py"}


def test_an_atom_must_be_used_exactly() -> None:
    assert (
        needs([tool("flag retry_count here")], after(agent("I set retry_counter and my_retry_count"))) == {}
    )


@pytest.mark.parametrize(("lines", "needed"), [(1, True), (2, True), (3, False)])
def test_an_atom_may_stand_in_two_lines(lines: int, needed: bool) -> None:
    region = [tool("\n".join(["x retry_count y retry_count"] * lines))]
    assert (LATER in needs(region, after(agent("retry_count")))) is needed


def test_lines_are_counted_over_all_messages() -> None:
    region = [tool("one retry_count"), tool("two retry_count\nthree retry_count")]
    assert needs(region, after(agent("retry_count"))) == {}


def test_what_the_head_holds_is_not_needed() -> None:
    assert needs([tool("found head_name")], after(agent("head_name"))) == {}


@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_the_recent_messages_hold_is_not_needed(place: int) -> None:
    recent = list(RECENT)
    recent[place] = {**recent[place], "content": "retry_count"}
    assert needs([tool("found retry_count")], after(agent("retry_count")), recent) == {}


def test_what_a_message_before_the_use_holds_is_not_needed() -> None:
    region = [tool("found retry_count")]
    assert needs(region, after(agent("well"), tool("retry_count"), agent("retry_count"))) == {}
    assert needs(region, after(agent("well"), user("retry_count"), agent("retry_count"))) == {}
    found = needs(region, after(agent("well"), agent("retry_count"), tool("retry_count")))
    assert found[LATER] == {"retry_count"}


def test_only_the_agent_makes_a_need() -> None:
    assert needs([tool("found retry_count")], after(agent("well"), tool("retry_count"))) == {}


def test_tool_output_alone_leaves_out_what_the_agent_or_the_user_said() -> None:
    region = [
        tool("only_tool here"),
        agent("agent_said", command="agent_called"),
        tool("agent_said\nagent_called\nuser_said"),
        user("user_said"),
    ]
    found = needs(region, after(agent("only_tool agent_said agent_called user_said")))
    assert found[LATER] == {"only_tool", "agent_said", "agent_called", "user_said"}
    assert found[TOOL_LATER] == {"only_tool"}


def test_quotes() -> None:
    line = "return the sum of both sides"
    found = needs([tool(f"   12\t{line}\nother words stand here alone")], after(agent(f"so\n    {line};")))
    assert found == {QUOTES: {line}, TOOL_QUOTES: {line}}


def test_quotes_must_be_repeated_whole() -> None:
    region = [tool("return the sum of both sides")]
    assert needs(region, after(agent("return the sum of both"))) == {}
    assert needs(region, after(agent("return the sum of both\nsides"))) == {}


def test_quotes_may_stand_inside_longer_words() -> None:
    line = "turn the sum of both side"
    assert needs([tool(line)], after(agent("return the sum of both sides")))[QUOTES] == {line}


def test_quotes_seen_elsewhere_are_not_needed() -> None:
    line = "return the sum of both sides"
    recent = [RECENT[0], tool(f"> {line}"), RECENT[2]]
    assert needs([tool(line)], after(agent(line)), recent) == {}
    assert needs([tool(line)], after(agent("well"), tool(f"> {line}"), agent(line))) == {}
    assert needs([tool(line)], after(agent("well"), agent(line), tool(line)))[QUOTES] == {line}


def test_quotes_of_tool_output_alone() -> None:
    mine, theirs = "the words that I wrote myself", "the words that the tool wrote"
    found = needs([agent(f"note: {mine}."), tool(f"{mine}\n{theirs}")], after(agent(f"{mine} {theirs}")))
    assert found == {QUOTES: {mine, theirs}, TOOL_QUOTES: {theirs}}


def test_quotes_are_read_in_decoded_arguments() -> None:
    line = 'print("the sum of both")'
    assert needs([tool(line)], after(agent("", command=f"cat\n{line}\n")))[QUOTES] == {line}


PLAIN = {
    "   33\timport the whole thing": "import the whole thing",
    "12:import the whole thing": "import the whole thing",
    "12 | import the whole thing": "import the whole thing",
    "12-  import the whole thing": "import the whole thing",
    "  12\u2192import the whole thing": "import the whole thing",
    "12-month plans and more": "12-month plans and more",
    "  import the whole thing\r": "import the whole thing",
    "123456789012345.": "123456789012345.",  # 16 characters
    "12345678901234.": None,  # 15
    "abcdefghij......": "abcdefghij......",  # 10 letters
    "abcdefghi.......": None,  # 9
    "12345678: short": None,
    "": None,
}


@pytest.mark.parametrize("line", PLAIN)
def test_plain_line(line: str) -> None:
    assert plain_line(line) == PLAIN[line]


def row_of(roles: str, **fields: Any) -> dict[str, Any]:
    """A history by roles (s, u, a, t); message 1 after the head holds the filler, every `a` names an atom."""
    make = {"s": "system", "u": "user", "a": "assistant", "t": "tool"}
    messages: list[Message] = [{"role": make[role], "content": f"text {i}"} for i, role in enumerate(roles)]
    head = roles.index("u")
    messages[head + 1]["content"] += f"\n{FILLER}\nwanted_name"
    messages[-1]["content"] = "wanted_name"
    return {"id": "row", "source": "tests", "messages": messages, **fields}


def cuts(row: dict[str, Any]) -> list[tuple[str, int]]:
    """For each case its id and the index of the message it is cut at."""
    first = next(i for i, m in enumerate(row["messages"]) if m["role"] == "user") + 1
    return [(case.id, first + len(case.given) + 3) for case in later_cases(row)]


def test_cuts_are_moved_on_to_the_next_agent_message() -> None:
    row = row_of("suatatatatatatatatta")  # twenty messages; the last is the agent's
    assert cuts(row) == [("row@40", 8), ("row@60", 12), ("row@80", 16)]
    row["messages"][8]["role"] = row["messages"][12]["role"] = "tool"
    assert cuts(row) == [("row@40", 10), ("row@60", 14), ("row@80", 16)]


def test_cuts_on_the_same_message_are_one_case() -> None:
    assert cuts(row_of("uatttttttttttttttttt" + "a")) == [("row@40", 20)]


def test_no_cut_after_the_last_agent_message() -> None:
    row = row_of("uatttttttttttttttttt" + "t")
    assert cuts(row) == []


def test_a_history_without_user_gives_nothing() -> None:
    assert list(later_cases({"id": "x", "source": "s", "messages": [agent("a_bc")] * 20})) == []
    assert list(later_cases({"id": "x", "source": "s", "messages": []})) == []


@pytest.mark.parametrize(("chars", "cases"), [(3999, 0), (4000, 1)])
def test_regions_of_4000_characters(chars: int, cases: int) -> None:
    region = tool("wanted_name\n".ljust(chars, "."))
    row = {"id": "r", "source": "s", "messages": [user("go"), region, *RECENT, agent("wanted_name")]}
    assert len(list(later_cases(row))) == cases


def only(row: dict[str, Any]) -> Case:
    (case,) = later_cases(row)
    return case


def test_case_fields() -> None:
    recent = [agent("first", command="ls"), tool("second"), tool("third")]
    row = history([tool(FILLER + "\nwanted_name")], recent, [agent("wanted_name")])
    case = only(row)
    assert case.given == row["messages"][1:2]
    assert case.query == "first\ncommand\nls\nsecond\nthird"
    assert (case.task, case.source, case.cluster) == ("later", "tests", "row")


def test_clusters_are_tasks() -> None:
    row = history([tool(FILLER + "\nwanted_name")], RECENT, [agent("wanted_name")])
    assert only({**row, "instance_id": "lib-12"}).cluster == "lib-12"
    assert only({**row, "task_id": 0, "domain": "air"}).cluster == "tests/air/0"
    assert only({**row, "task_id": "7"}).cluster == "tests//7"
