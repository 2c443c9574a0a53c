from __future__ import annotations

import itertools
import random
import re
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limbeck.split.long_lines import estimate_tokens, split_line


def pieces(text: str, max_tokens: int = 60) -> list[str]:
    starts = split_line(text, 0, len(text), max_tokens)
    return [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("one red boat", 3),
        ("12345", 2),
        ("日本語", 3),
        (" " * 80, 1),
        ("\x00", 1),
        ("f(x)", 3),
    ],
)
def test_estimates(text: str, tokens: int) -> None:
    assert estimate_tokens(text) == tokens


@pytest.mark.parametrize(
    "text",
    [
        "The ferry leaves the southern pier at nine and comes back long after dark.",
        "def total(rows: list[int]) -> int:\n    return sum(row for row in rows if row > 0)\n",
        '{"name": "otter", "legs": 4, "weights": [3.5, 4.25], "wild": true}',
        "2024-05-10 12:30:45,123 WARN pool-3 retry 2 of 5 after 250 ms",
    ],
)
def test_estimates_are_near_four_characters_a_token(text: str) -> None:
    assert len(text) / 6 < estimate_tokens(text) < len(text) / 1.8


def test_a_short_line_is_one_piece() -> None:
    assert split_line("xx a, b; c. D", 3, 13) == [3]
    assert split_line("", 0, 0) == [0]
    assert split_line(" " * 9000, 0, 9000) == [0]


def test_boundaries_are_offsets_into_the_whole_text() -> None:
    line = "the boat went out, " * 30
    text = "before\n" + line + "\nafter"
    starts = split_line(text, 7, 7 + len(line))
    assert starts[0] == 7
    assert len(starts) > 2
    assert starts == [7 + s for s in split_line(line, 0, len(line))]


def test_json_elements_come_first() -> None:
    records = ", ".join(f'{{"id": {n}, "name": "boat, number {n}; blue"}}' for n in range(12))
    found = pieces(f"got [{records}] in 3 ms", 40)
    assert len(found) > 3
    for piece in found[:-1]:
        assert piece.endswith(",") or piece == "got"
        assert piece.count('"') % 2 == 0
    assert found[-1].endswith("] in 3 ms")


def test_python_literals_count_as_json() -> None:
    text = "{" + ", ".join(f"'key{n}': 'some, value {n}'" for n in range(20)) + "}"
    assert all(p.endswith("',") for p in pieces(text, 30)[:-1])


def test_cells() -> None:
    row = " | ".join(f"cell {n} of the row, which is long" for n in range(8))
    assert all(p.startswith("| ") for p in pieces(row, 20)[1:])
    tabs = "\t".join(f"column {n}, wide" for n in range(30))
    assert all(p.endswith("\t") for p in pieces(tabs, 20)[:-1])
    wide = "     ".join(f"NAME{n} and so on" for n in range(20))
    assert all(p.endswith("     ") for p in pieces(wide, 20)[:-1])
    assert all(not p.startswith("|") for p in pieces("if (a || b) { go(); } else { stay(); } " * 9)[1:])


def test_escaped_line_ends() -> None:
    text = "said 'first line\\nSecond line\\n\\nthird line\\n  fourth' " * 6
    found = pieces(text, 20)
    assert len(found) > 4
    assert all(p.endswith(("\\n", "\\n\\n", "\\n  ")) for p in found[:-1])
    path = "C:\\home\\nora\\notes " * 20
    assert all(p.strip().startswith("C:") for p in pieces(path, 20))


def test_each_sentence_is_a_piece() -> None:
    text = "The boat left the harbor at nine. Nobody saw it come back that night! " * 6
    assert pieces(text) == ["The boat left the harbor at nine."] + [
        " Nobody saw it come back that night!",
        " The boat left the harbor at nine.",
    ] * 5 + [" Nobody saw it come back that night! "]


def test_a_sentence_of_twice_the_length_stays_whole_and_a_longer_one_is_cut_at_clauses() -> None:
    clause = "and then the boat went on along the coast, "
    before, after = (
        "First came the long rain of the autumn. ",
        "to the end. Then the sun shone for the whole year.",
    )
    whole = before + clause * 10 + after
    assert [p.count(clause) for p in pieces(whole)] == [0, 10, 0]
    longer = before + clause * 30 + after
    found = pieces(longer)
    assert len(found) >= 6
    assert all(p.endswith(",") for p in found[1:-2])


def test_fragments_join_the_sentence_behind() -> None:
    text = "Yes. " + "The old boat was repaired and painted blue by the whole family. " * 8 + "Good."
    found = pieces(text)
    assert found[0].startswith("Yes. The old boat")
    assert found[-1].endswith("family. Good.")


def test_fields() -> None:
    text = "evt " + " ".join(f"field{n}=some_value_{n}" for n in range(40))
    assert all(re.match(r" field\d+=", p) for p in pieces(text, 30)[1:])
    query = "GET /find?" + "&".join(f"field{n}=value{n}" for n in range(60))
    assert all(p.startswith("&") for p in pieces(query, 30)[2:])


def test_white_space_and_marks() -> None:
    words = "lorem ipsum dolor sit amet " * 40
    found = pieces(words)
    assert all(p.startswith(" ") and not p.endswith(" ") for p in found[1:-1])
    assert all(50 <= estimate_tokens(p) <= 60 for p in found[:-1])
    minified = "function(a,b){return a+b};var x=[1,2,3];" * 20
    assert len(pieces(minified)) > 4
    assert all(estimate_tokens(p) <= 66 for p in pieces(minified))


def test_a_run_without_a_boundary_stays_whole() -> None:
    for run in ("QUJD" * 5000, "7" * 5000, "日本" * 3000, "👩‍👩‍👧" * 3000):
        assert pieces(run) == [run]
    mixed = "see " + "QUJD" * 200 + " and that was all of it"
    assert any("QUJD" * 200 in p for p in pieces(mixed))


UNBREAKABLE = [
    "1,234,567.89",
    "12:30:45.123",
    "2024-05-10T12:30:45Z",
    "10.0.12.255",
    "v3.11.7-rc.2",
    "0b6f7c1e-8a56-4b7e-9a50-4d3d2f1d9e11",
    "9f86d081884c7d659a2feaa0c55ad015",
    "src/limbeck/split/pieces.py:120",
    "C:\\data\\file.txt",
    "https://example.org/a/b,c;d=1?q=(x)",
    "don't",
    "e\u0301te\u0301",
    "👩‍👩‍👧",
    "🇩🇪",
    "❤️",
    "하\u1175ᆫ",
    "क्षत्रिय",
]


@given(
    st.lists(
        st.sampled_from([*UNBREAKABLE, "word", "and", "it.", "so,", "(x)", "a=b", "\\u00e9"]), min_size=60
    ),
    st.sampled_from([" ", "  ", ", ", "; ", " \u0301", "\t"]),
    st.integers(24, 60),
)
@settings(max_examples=150)
def test_no_boundary_inside_an_atom_or_grapheme(words: list[str], between: str, max_tokens: int) -> None:
    text = between.join(words)
    inside: set[int] = set()
    at = 0
    for word in words:
        inside.update(range(at + 1, at + len(word)))
        at += len(word) + len(between)
    starts = split_line(text, 0, len(text), max_tokens)
    for cut in starts[1:]:
        assert cut not in inside, (text[cut - 20 : cut], text[cut : cut + 20])
        assert not unicodedata.combining(text[cut])


@given(st.text(alphabet=st.characters() | st.sampled_from(' .,;:|\t={}[]"\\n&\u0301\u200d'), max_size=400))
@settings(max_examples=300)
def test_starts_ascend_and_no_piece_is_blank(text: str) -> None:
    starts = split_line(text, 0, len(text), 5)
    assert starts[0] == 0
    assert all(a < b for a, b in itertools.pairwise(starts))
    assert starts[-1] < max(1, len(text))
    for cut in starts[1:]:
        assert unicodedata.category(text[cut])[0] != "M"
        assert text[cut - 1 : cut + 1] != "\r\n"
        assert text[cut - 1] != "\u200d"


def test_packing_keeps_the_limit() -> None:
    pick = random.Random(3)
    words = ["river", "stone", "42", "a_b", "x=1", "so,", "then;", "(no)", "naïve"]
    for _ in range(40):
        text = " ".join(pick.choices(words, k=300))
        assert all(estimate_tokens(p) <= 68 for p in pieces(text))


@pytest.mark.parametrize(
    "unit",
    [
        "\\",
        "}",
        ".",
        '!"',
        "<>",
        ", ",
        "> ",
        "} ",
        "word and ",
        "x",
        ";",
        "a.",
        '{"',
        '"a":1,',
        "a\tb",
        "| a ",
        "&k=v",
        "k=v ",
        "文。",
        "\\n",
        " ",
        "Go. ",
        "[",
        "-",
    ],
)
def test_a_huge_line_takes_linear_time(unit: str) -> None:
    def seconds(chars: int) -> float:
        text = unit * (chars // len(unit))
        began = time.process_time()
        split_line(text, 0, len(text))
        return time.process_time() - began

    few = max(min(seconds(50_000) for _ in range(3)), 0.001)
    assert min(seconds(500_000) for _ in range(2)) < 30 * few
