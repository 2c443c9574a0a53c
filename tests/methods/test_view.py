"""What a scorer is shown."""

from __future__ import annotations

import numpy as np

import limbeck
from limbeck.methods.view import ROLES, View, view, words

from .building import Said, context, structure


def seen(*said: Said, query: str = "") -> View:
    made = context(*said, query=query)
    return view(made, [made.segments.text(i) for i in range(len(made.segments))], structure(made))


def test_words_are_stems_in_lower_case() -> None:
    assert words("Running RUNNER a user_id=42!") == ["runnin", "runner", "user", "id", "42"]
    assert words("Größe naïve") == ["größe", "naïve"]
    assert words("") == words("- ! ?") == []


def test_scripts_without_spaces_are_read_by_pairs() -> None:
    assert words("仓库在") == ["仓库在", "仓库", "库在"]
    assert words("ok 仓") == ["ok"]


def test_lines_and_patterns() -> None:
    found = seen(Said([["  12\tx = 1\n", "x = 1\n", "13: x = 1 \n", "x = 2\n", "y = 1\n", "x - 1\n"]]))
    line, pattern = found.line.tolist(), found.pattern.tolist()
    assert line[0] == line[1] == line[2]
    assert len(set(line[2:])) == 4
    assert pattern[0] == pattern[3]
    assert len({pattern[0], pattern[4], pattern[5]}) == 3


def test_who_speaks() -> None:
    roles = ["system", "developer", "user", "assistant", "tool", "function", "critic"]
    found = seen(*(Said([["x"]], role) for role in roles))
    spoken = [ROLES[number] for number in found.role]
    assert spoken == ["system", "system", "user", "assistant", "tool", "tool", "user"]


def test_a_tool_s_words_in_a_user_s_message_are_a_tool_s() -> None:
    found = seen(Said([["a", "b"], ["c"]], "user", pointers=["/0/content/0/content", "/0/content/1/text"]))
    assert [ROLES[number] for number in found.role] == ["tool", "tool", "user"]


def test_atoms_of_each_row_and_as_columns() -> None:
    found = seen(Said([["open src/a.py\n", "nothing here\n", "src/a.py and max_retry\n"]]))
    named = [[found.atom_names[a] for a in row] for row in found.atoms]
    assert "src/a.py" in named[0]
    assert named[1] == []
    assert {"src/a.py", "max_retry"} <= set(named[2])
    pairs = list(zip(found.pair_row.tolist(), found.pair_atom.tolist(), strict=True))
    assert pairs == [(row, a) for row, atoms in enumerate(found.atoms) for a in atoms]


def test_where_words_stand() -> None:
    pieces = Said([["the pump runs\n", "idle\n", "a pump, the pump 42\n"]])
    hits = seen(pieces).hits(["pump", "the", "unknow", "pump"])
    assert hits.numbers == {"pump": 0, "the": 1, "unknow": 2}
    found = list(zip(hits.row.tolist(), hits.word.tolist(), strict=True))
    assert found == [(0, 1), (0, 0), (2, 0), (2, 1), (2, 0)]
    assert [column.tolist() for column in hits.pairs()] == [[0, 0, 2, 2], [0, 1, 0, 1], [1, 1, 2, 1]]
    assert hits.length.tolist() == [3, 1, 3]  # figures are not counted
    joined = hits.joined(np.array([0, 0, 1], np.int32))
    assert (joined.row.tolist(), joined.length.tolist()) == ([0, 0, 1, 1, 1], [4, 3])


def test_no_words_stand_nowhere() -> None:
    hits = seen(Said([["the pump\n"]])).hits([])
    assert (len(hits.row), hits.length.tolist(), hits.numbers) == (0, [2], {})
    assert [len(column) for column in hits.pairs()] == [0, 0, 0]
    assert len(seen().hits(["a"]).joined(np.zeros(0, np.int32)).length) == 0


def test_nothing_to_see() -> None:
    found = seen()
    assert (len(found.role), len(found.line), found.atom_names) == (0, 0, [])
    assert limbeck.compact([], keep=0.5, query="anything").messages == []
