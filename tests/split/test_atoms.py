"""Atoms: the names, paths, codes and numbers that cannot be paraphrased."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from limbeck.split.atoms import MAX_ATOM_CHARS, MIN_ATOM_CHARS, AtomNumbers, atoms, find_atoms

ATOMS_OF = {
    # paths
    "see lib/parse.py": {"lib/parse.py"},
    "a/b": set(),  # three characters
    "a/bc": {"a/bc"},
    "run ./tools/build": {"tools/build"},
    "in ../tools/build": {"tools/build"},
    "~/notes/today": {"notes/today"},
    "/usr/bin/": {"/usr/bin"},
    "open('/etc/hosts')": {"/etc/hosts"},
    "//server/share": {"server/share"},
    ".github/workflows": {"github/workflows"},
    "a/.cache/x": {"a/.cache/x"},
    "C:\\x": {"C:\\x"},
    "at C:\\Users\\kim\\log.txt.": {"C:\\Users\\kim\\log.txt"},
    # where a file is followed by a line number, a class, a method
    "lib/parse.py:12: error": {"lib/parse.py"},
    "lib/parse.py:1234": {"lib/parse.py", "1234"},
    "t/test_a.py::TestWide::test_one": {"t/test_a.py", "TestWide", "test_one"},
    # dotted
    "import os.path": {"os.path"},
    "ends here.Next": {"here.Next"},
    "e.g. this": set(),
    "wait...what": set(),
    "self.rows.append(x)": {"self.rows.append"},
    # underscores
    "retry_count = 3": {"retry_count"},
    "_hidden": {"_hidden"},
    "__init__": {"__init__"},
    "MAX_RETRIES": {"MAX_RETRIES"},
    "____": set(),
    "a_b": set(),
    "--max_width=80": {"max_width"},
    "größe_x": {"größe_x"},
    "длина_x": {"длина_x"},
    # humps
    "readLine": {"readLine"},
    "LineReader": {"LineReader"},
    "HTTPServer": {"HTTPServer"},
    "Reader": set(),
    "WARNING": set(),
    "APIs": set(),
    # codes and numbers
    "seat HAT037.": {"HAT037"},
    '{"item": "B09QQLDJ93"}': {"B09QQLDJ93"},
    "order #W1234": {"W1234"},
    "#W12": set(),
    "error[E0308]": {"E0308"},
    "0x1f": {"0x1f"},
    "9f86d081": {"9f86d081"},
    "v1.2": {"v1.2"},
    "12.50": {"12.50"},
    "$120.50": {"120.50"},
    "123": set(),
    "1234": {"1234"},
    "on 2024-05-10,": {"2024-05-10"},
    "1e-5": {"1e-5"},
    "84139fe9-5554-4cde": {"84139fe9-5554-4cde"},
    # mail and web
    "<kim.lee@example.org>": {"kim.lee@example.org"},
    "@app.route": {"app.route"},
    "https://example.org/a/b?page=1234": {"example.org/a/b", "1234"},
    # markup, JSON, escapes, scripts without spaces
    "</section>": set(),
    '{"user_id":"kim_lee_1"}': {"user_id", "kim_lee_1"},
    "`a_bc`, (d.ef) [g/hi] 'jk_l'": {"a_bc", "d.ef", "g/hi", "jk_l"},
    "first\\nsecond_one": {"second_one"},
    "\\n" * 20 + "second_one": {"second_one"},
    "." * 20 + "some_name": {"some_name"},
    "版本1.2.3发布": {"1.2.3"},
    "trailing_-": {"trailing_"},
    "plain words only": set(),
    "": set(),
    "\x00\ud800": set(),
}


@pytest.mark.parametrize("text", ATOMS_OF)
def test_atoms_of(text: str) -> None:
    assert atoms(text) == ATOMS_OF[text]


@pytest.mark.parametrize("chars", [MIN_ATOM_CHARS, MAX_ATOM_CHARS])
def test_lengths_within(chars: int) -> None:
    text = "a" * (chars - 1) + "1"
    assert atoms(text) == {text}


@pytest.mark.parametrize("chars", [MIN_ATOM_CHARS - 1, MAX_ATOM_CHARS + 1, 250])
def test_lengths_beyond(chars: int) -> None:
    assert atoms("a" * (chars - 1) + "1") == set()


def test_find_atoms_gives_each_occurrence_in_order() -> None:
    text = "a_bc then x/yz, then a_bc."
    assert list(find_atoms(text)) == [(0, 4, "a_bc"), (10, 14, "x/yz"), (21, 25, "a_bc")]


def test_find_atoms_skips_the_lead() -> None:
    assert list(find_atoms("./lib/parse.py)")) == [(2, 14, "lib/parse.py")]
    assert list(find_atoms(")/usr/bin")) == [(2, 9, "usr/bin")]
    assert list(find_atoms("x /usr/bin")) == [(2, 10, "/usr/bin")]


NAMES = st.text(st.sampled_from("abzABZ019_./\\-@:#~<>)]}\n \t\"'n版é"), max_size=60)


@given(st.one_of(NAMES, st.text(max_size=60)))
@example("C:\\n\\n.a_bc")
def test_occurrences_agree_with_the_set(text: str) -> None:
    found = list(find_atoms(text))
    assert {atom for _, _, atom in found} == atoms(text)
    at = 0
    for start, end, atom in found:
        assert at <= start < end
        assert text[start:end] == atom
        assert MIN_ATOM_CHARS <= len(atom) <= MAX_ATOM_CHARS
        assert not any(c.isspace() for c in atom)
        at = end


@given(st.lists(NAMES.filter(lambda t: "\n" not in t), max_size=4))
def test_lines_do_not_see_each_other(lines: list[str]) -> None:
    assert atoms("\n".join(lines)) == set().union(*map(atoms, lines))


@given(NAMES)
def test_an_atom_in_quotes_is_the_same_atom(text: str) -> None:
    for atom in atoms(text):
        assert atoms(f'"{atom}": ({atom}), `{atom}`') == {atom}


def test_numbers_go_by_first_appearance() -> None:
    numbers = AtomNumbers()
    assert numbers.read("x/yz plain a_bc, x/yz") == (0, 1)
    assert numbers.read("d_ef a_bc") == (2, 1)
    assert numbers.read("./x/yz)") == (0,)  # another run, the same atom
    assert numbers.read("plain") == ()
    assert numbers.names == ["x/yz", "a_bc", "d_ef"]


@given(st.lists(NAMES, max_size=4))
def test_numbers_name_the_atoms(texts: list[str]) -> None:
    numbers = AtomNumbers()
    for text in texts:
        read = numbers.read(text)
        assert len(read) == len(set(read))
        assert {numbers.names[n] for n in read} == atoms(text)
    assert len(numbers.names) == len(set(numbers.names))


@pytest.mark.parametrize("unit", ["a", "a.", "a_", "/", ".", "\\n", "\\", "C:\\", "a1-", ")", "aB1c2/", "@"])
def test_long_runs_take_linear_time(unit: str) -> None:
    text = unit * (400_000 // len(unit))
    began = time.process_time()
    assert len(atoms(text)) <= 1
    assert sum(1 for _ in find_atoms(text)) <= len(text)
    assert time.process_time() - began < 2.0  # quadratic would be minutes
