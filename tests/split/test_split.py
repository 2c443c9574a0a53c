"""What a kept line needs, for every kind of text, and the laws of a cut."""

from __future__ import annotations

import json
import random
import time

import pytest
import split_samples as samples
from hypothesis import given
from hypothesis import strategies as st

from limbeck.core.context import Form
from limbeck.split import Pieces, split
from limbeck.split.lines import line_bounds
from limbeck.split.mixed import cut_lines
from tests.forms import staying


def need_of(text: str, pieces: Pieces, line: str) -> int:
    """What the piece that begins with a line needs."""
    return pieces.needs[pieces.start.index(text.index("\n" + line) + 1)]


def check_laws(text: str, pieces: Pieces) -> None:
    assert "".join(pieces.texts(text)) == text
    assert pieces.start[0] == 0
    assert len(pieces) == len(pieces.needs) == len(pieces.form) >= 1
    assert all(a < b for a, b in zip(pieces.start, pieces.start[1:], strict=False))
    assert text == "" or pieces.start[-1] < len(text)
    depth: dict[int, int] = {-1: 0}
    for i in range(len(pieces)):
        path: list[int] = []
        while i not in depth:
            assert i not in path, "a circle"
            path.append(i)
            assert -1 <= pieces.needs[i] < len(pieces)
            i = pieces.needs[i]
        for j in reversed(path):
            depth[j] = depth[pieces.needs[j]] + 1
    for i in range(len(pieces)):
        if pieces.form[i] in (Form.CLOSER, Form.SEPARATOR):
            assert pieces.needs[i] >= 0
        if pieces.needs[i] >= 0 and pieces.form[i] == Form.PLAIN:
            assert pieces.form[pieces.needs[i]] in (Form.PLAIN, Form.FRAME)


def lines_with_needs(text: str, kind: str | None = None) -> dict[str, str | None]:
    """Each line that begins a piece (stripped) -> the line it needs (stripped); a line's end is looked through."""
    pieces = split(text, kind)
    check_laws(text, pieces)
    first = [piece.split("\n")[0].strip() for piece in pieces.texts(text)]
    needs = [n if n < 0 or first[n] else pieces.needs[n] for n in pieces.needs]
    return {first[i]: first[n] if (n := needs[i]) >= 0 else None for i in range(len(first))}


def closers(text: str) -> list[tuple[str, str]]:
    pieces = split(text)
    shown = [piece.strip() for piece in pieces.texts(text)]
    return [(shown[i], shown[pieces.needs[i]]) for i in range(len(shown)) if pieces.form[i] == Form.CLOSER]


@pytest.mark.parametrize("name", samples.STACK)
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r", "none", "mixed"])
def test_every_sample_obeys_the_laws(name: str, ends: str) -> None:
    text = samples.STACK[name]
    if ends == "none":
        text = text.rstrip("\n")
    elif ends == "mixed":
        rng = random.Random(name)
        text = "".join(line + rng.choice(["\n", "\r\n", "\r"]) for line in text.split("\n"))
    else:
        text = text.replace("\n", ends)
    check_laws(text, split(text))
    check_laws("\ufeff" + text, split("\ufeff" + text))


@pytest.mark.parametrize("name", sorted(set(samples.STACK) - {"python", "markdown"}))
def test_line_ends_change_nothing(name: str) -> None:
    text = samples.STACK[name]
    plain = cut_lines(text, "text", 60)
    windows = text.replace("\n", "\r\n")
    other = cut_lines(windows, "text", 60)
    assert [p.replace("\r\n", "\n") for p in other.texts(windows)] == list(plain.texts(text))
    assert other.needs == plain.needs
    assert other.form == plain.form


def test_empty_and_odd_texts() -> None:
    odd = (
        "",
        " ",
        "\n",
        "\r",
        "\r\n",
        "\0",
        "\ud800",
        "\ufeff",
        "\u2028",
        "a",
        "}\n",
        "```",
        "{",
        "|",
        "-- --",
    )
    for text in odd:
        check_laws(text, split(text))
    assert len(split("")) == 1
    text = "\x1b[31mred\x1b[0m\nnul \0 in it\nlone \udcff\nשלום עולם\n日本語\n👩‍👩‍👧 hi\nx\u2028y\x0bz\x0c\n"
    pieces = split(text)
    check_laws(text, pieces)
    assert len(pieces) == 7  # U+2028, VT and FF end no line


def test_line_bounds() -> None:
    assert line_bounds("") == [0, 0]
    assert line_bounds("a") == [0, 1]
    assert line_bounds("a\n") == [0, 2]
    assert line_bounds("a\n\nb") == [0, 2, 3, 4]
    assert line_bounds("a\r\nb\rc\n\r") == [0, 3, 5, 7, 8]
    assert line_bounds("a\r") == [0, 2]


def test_blank_lines_and_lone_brackets_join_the_piece_before() -> None:
    text = "alpha()\n\n\nbeta = [\n    1\n]\ngamma\n"
    assert list(split(text).texts(text)) == ["alpha()\n\n\n", "beta = [\n", "    1\n]\n", "gamma\n"]
    wide = "a\n" + " " * 50 + "\nb\n"
    assert len(split(wide)) == 3  # white space that costs is no gift


def test_python_heads() -> None:
    needs = lines_with_needs(samples.PYTHON)
    assert needs["class Kettle(Vessel):"] is None
    assert needs["@cached"] == "class Kettle(Vessel):"
    assert needs["limit = 100"] == "class Kettle(Vessel):"
    assert needs["def fill("] == "class Kettle(Vessel):"
    assert needs[") -> None:"] == "def fill("
    assert needs["raise ValueError("] == "def fill("
    assert needs["litres,"] == "raise ValueError("
    assert needs["self.litres = litres"] == "def fill("
    assert needs["self.litres = 0"] == "def empty(self):"
    assert needs["return kettle.fill(2)"] == "def brew(kettle):"
    assert needs["PORT = 8080"] is None


def test_brace_heads_and_their_closers() -> None:
    needs = lines_with_needs(samples.TYPESCRIPT)
    assert needs["this.name = name;"] == 'constructor(name: string = "corner", seats = 4) {'
    assert needs["await pour(cup);"] == "async serve(cup: Cup) {"
    assert needs["async serve(cup: Cup) {"] == "export class Bar {"
    assert needs["rinse(cup);"] == "const wash = async (cup: Cup) => {"
    assert needs["expect(1).toBe(1);"] == 'it("serves", () => {'
    assert ("}", "export interface Cup {") in closers(samples.TYPESCRIPT)
    assert ("};", "const wash = async (cup: Cup) => {") in closers(samples.TYPESCRIPT)


def test_heads_in_other_languages() -> None:
    c = lines_with_needs(samples.C)
    assert c["return depth;"] == "gauge(const char *name,"
    assert c['printf("%s", name);'] == "gauge(const char *name,"
    assert c['return gauge("tank", 3);'] == "int main(void) {"
    wide = "static int\ngauge(int depth,\n      " + "int length, " * 30 + "int width)\n{\n    x = 1;\n}\n"
    pieces = cut_lines(wide, "text", 60)
    assert list(pieces.needs) == [-1, -1, 1, 2, 2, 1, 1, 1]  # parts of a long line need its beginning still
    odd = lines_with_needs("foo\n    bar baz\n{\n    x = 1;\n}\n")
    assert odd["x = 1;"] is None
    pascal = lines_with_needs("class Pot\n{\n    int a;\n}\nint b;\n")
    assert pascal["int a;"] == "class Pot" and pascal["int b;"] is None
    space = lines_with_needs("namespace pots {\n    int a;\n} // namespace pots\n    int b;\n")
    assert space["int a;"] == space["} // namespace pots"] == "namespace pots {"
    assert space["int b;"] is None
    go = lines_with_needs(samples.GO)
    assert go["volume int"] == "type Pot struct {"
    assert go["return nil"] == "func (p *Pot) Heat(by int) error {"
    rust = lines_with_needs(samples.RUST)
    assert rust["pub fn wind(&mut self) {"] == "impl Coil {"
    assert rust["self.turns += 1;"] == "pub fn wind(&mut self) {"
    assert lines_with_needs(samples.RUBY)["pour"] == "def tap"
    assert [c for c, _ in closers(samples.RUBY)] == ["end", "end", "end"]


def test_what_is_no_head() -> None:
    branches = ("if (x) {", "for (a of b) {", "while (y) {", "items.each(x) {")
    for line in (*branches, "class of 1999 met again", "class Forward;"):
        text = f"{line}\n    below\n"
        assert split(text).needs[1] == -1, line


def test_a_very_long_head_is_not_needed() -> None:
    text = "def f(" + ", ".join(f"argument_{i}" for i in range(40)) + "):\n    pass\n"
    assert need_of(text, cut_lines(text, "code", 60), "    pass") == -1


def test_heads_are_not_chained_without_end() -> None:
    text = "".join("    " * i + f"def f{i}():\n" for i in range(12))
    pieces = cut_lines(text, "code", 60)
    depth, i = 0, 11
    while pieces.needs[i] >= 0:
        depth, i = depth + 1, pieces.needs[i]
    assert depth == 4


def test_line_numbers_are_looked_through() -> None:
    needs = lines_with_needs(samples.NUMBERED)
    assert needs["9\t        self.water = 0"] == "8\t    def dry(self):"
    assert needs["12\t        self.height += 1"] == "11\t    def grow(self):"
    assert needs["11\t    def grow(self):"] == "7\tclass Hop(Plant):"
    assert needs["</output>"] is None
    viewer = lines_with_needs(samples.VIEWER)
    assert viewer['14:        self.door = "open"'] == "13:    def open(self):"
    assert viewer["16:WALLS = 4"] is None


def test_diff() -> None:
    needs = lines_with_needs(samples.DIFF)
    assert needs["@@ -10,5 +10,6 @@ class Barn:"] == "+++ b/orchard/barn.py"
    assert needs['+        self.door = "open"'] == "@@ -10,5 +10,6 @@ class Barn:"
    assert needs["self.door = None"] == "@@ -10,5 +10,6 @@ class Barn:"
    assert needs["-WALLS = 3"] == "@@ -40,2 +41,1 @@"
    assert needs["@@ -1 +0,0 @@"] == "--- a/old.txt"  # the new file is /dev/null
    assert needs["-gone"] == "@@ -1 +0,0 @@"
    assert needs["Applied."] is None  # the counts say that the hunk is over
    old, gone = "--- a/orchard/barn.py", "+++ /dev/null"
    assert closers(samples.DIFF) == [(old, "+++ b/orchard/barn.py"), (gone, "--- a/old.txt")]


def test_diff_cut_off_and_without_newline() -> None:
    text = "--- a\n+++ b\n@@ -1,9 +1,9 @@\n x = 1\n-y = 1\n\\ No newline at end of file\n+y = 2\n"
    pieces = split(text)
    check_laws(text, pieces)
    assert list(pieces.needs[3:]) == [2, 2, 2, 2]
    done = "@@ -1 +1 @@\n-a b c d\n+a b c e\n\\ No newline at end of file\nnext\n"
    assert lines_with_needs(done)["next"] is None
    assert list(split("@@ -x\ny\n").needs) == [-1, -1]
    assert list(split("@@ -1 junk\ny\n").needs) == [-1, -1]
    assert list(split("--- a\n+++ b\n@@ odd\ny\n").needs) == [1, -1, -1, -1]
    assert list(split("diff --git a b\n+++ b\n@@ -1 +1 @@\n-x\n").needs) == [-1, -1, 1, 2]
    assert list(split("diff --git a b\n--- a\n").needs) == [-1, -1]
    dear = "--- " + "a" * 200 + "\n+++ b\n"
    assert set(split(dear).needs[1:]) == {-1} and set(split(dear).form) == {Form.PLAIN}
    wide = "--- a\n+++ b\n@@ -1 +1 @@\n-x = 1\n+" + "word, " * 100 + "\n"
    assert list(split(wide).needs[3:]) == [2, 2, 4, 4, 4, 4]  # a long line's parts need its first
    hidden = "--- a\n+++ b\n@@ -1,2 +1,2 @@\n x Traceback (most recent call last):\n yes\nend it\n"
    assert list(split(hidden).needs) == [1, -1, 1, 2, 2, -1]
    long_head = "--- a\n+++ b\n@@ -1,2 +1,2 @@ " + "x" * 200 + "\n a = 1\n"
    assert split(long_head).needs[-1] == 1  # the file, since the hunk's header costs too much


def test_traceback_needs_the_exception_below() -> None:
    needs = lines_with_needs(samples.TRACEBACK)
    exception = "pot.Overflow: too hot"
    assert needs["Traceback (most recent call last):"] == exception
    assert needs['File "still.py", line 12, in run'] == exception
    assert needs["heat(pot)"] == 'File "still.py", line 12, in run'
    assert needs['raise Overflow("too hot")'] == 'File "pot.py", line 3, in heat'
    assert needs[exception] is None
    assert needs["Cooling down"] is None


def test_traceback_behind_a_logs_prefix() -> None:
    needs = lines_with_needs(samples.LOGGED_TRACEBACK)
    exception = "10:00:01 ERROR worker: ValueError: too hot"
    assert needs['10:00:01 ERROR worker:   File "still.py", line 12, in run'] == exception
    frame = '10:00:01 ERROR worker:   File "still.py", line 12, in run'
    assert needs["10:00:01 ERROR worker:     heat(pot)"] == frame
    assert needs["10:00:02 INFO worker: restarted"] is None


def test_traceback_without_head_or_end() -> None:
    syntax = '  File "<string>", line 1\n    x = = 1\n        ^\nSyntaxError: invalid syntax\n'
    assert list(split(syntax).needs) == [3, 0, 0, -1]
    cut = 'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    g()\n'
    assert list(split(cut).needs) == [-1, -1, 1]
    repeated = (
        'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    f()\n'
        "  [Previous line repeated 995 more times]\nRecursionError: deep\n"
    )
    assert list(split(repeated).needs)[-1] == -1
    blank = 'Traceback (most recent call last):\n  File "a.py", line 1, in f\n\nafter\n'
    assert lines_with_needs(blank)["after"] is None
    two = samples.TRACEBACK + samples.LOGGED_TRACEBACK + samples.LOGGED_TRACEBACK
    check_laws(two, split(two))
    long_end = 'Traceback (most recent call last):\n  File "a.py", line 1, in f\nE: ' + "y " * 100 + "\n"
    assert split(long_end).needs[1] == -1
    long_frame = (
        "Traceback (most recent call last):\n    odd first line\n    ^^^\n"
        '  File "' + "d/" * 100 + 'a.py", line 1, in f\n    call()\nE: x\n'
    )
    pieces = split(long_frame)
    check_laws(long_frame, pieces)
    last = len(pieces) - 1  # the parts of the long frame need its beginning
    assert {pieces.needs[i] for i in range(last)} == {3, last}


def test_frames_below_the_exception() -> None:
    needs = lines_with_needs(samples.JAVA_TRACE)
    first = 'Exception in thread "main" java.lang.IllegalStateException: boiler is dry'
    assert needs["at com.still.Main.main(Main.java:5)"] == first
    assert needs["at com.still.Tap.open(Tap.java:9)"] == "Caused by: java.io.IOException: no water"
    assert list(split("an Error\n\tat a.b(c.js:1)").needs) == [-1, 0]
    assert list(split("nothing raised\n\tat a.b(c.js:1)\n").needs) == [-1, -1]
    panic = lines_with_needs(samples.GO_PANIC)
    assert panic["/src/still/main.go:12 +0x1d"] == "goroutine 1 [running]:"
    assert panic["exit status 2"] is None


def test_failed_tests() -> None:
    needs = lines_with_needs(samples.PYTEST)
    (name,) = (line for line in needs if line.startswith("___"))
    assert needs["E       assert 3 == 2"] == name
    assert needs["heating by 3"] == name
    assert needs["FAILED tests/test_pot.py::test_overflow - assert 3 == 2"] is None
    unit = lines_with_needs(samples.UNITTEST)
    assert unit["AssertionError: False is not true"] == "FAIL: test_dry (tests.test_pot.PotTest)"
    assert unit["Ran 2 tests in 0.001s"] is None
    go = lines_with_needs(samples.GO_TEST)
    assert go["pot_test.go:19: too slow"] == "--- FAIL: TestHeat/slow (0.00s)"
    cargo = lines_with_needs(samples.CARGO_TEST)
    assert cargo["assertion failed: hot"] == "---- pot::heats stdout ----"
    assert cargo["pot::heats"] is None
    jest = lines_with_needs(samples.JEST)
    assert jest["expect(received).toBe(expected)"] == "● pot › heats"
    assert jest["Test Suites: 1 failed, 1 total"] is None


def test_compiler_messages() -> None:
    needs = lines_with_needs(samples.RUSTC)
    error = "error[E0384]: cannot assign twice to immutable variable `heat`"
    assert needs["--> src/pot.rs:4:5"] == error
    assert needs["4 |     heat = 2;"] == error
    assert set(split("--> a.rs:1\nx\n").needs) == {-1}
    closed = split("class Pot {\n}\n --> a.rs:1\nx\n")
    assert closed.form[1] == Form.CLOSER and list(closed.needs) == [-1, 0, -1, -1]  # nothing needs a closer
    assert needs["9 |     let cold = 0;"] == "warning: unused variable: `cold`"


def test_grep() -> None:
    assert set(lines_with_needs(samples.GREP).values()) == {None}
    heading = lines_with_needs(samples.RIPGREP)
    assert heading["30:    def cool(self, by):"] == "src/still/pot.py"
    assert heading["4:from pot import Pot"] == "src/still/main.py"
    found = lines_with_needs(samples.SEARCH)
    assert found["Line 30:    self.heat(0)"] == 'Found 2 matches for "heat" in /orchard/src/pot.py:'


def test_listings() -> None:
    ls = lines_with_needs(samples.LS)
    assert ls["-rw-r--r-- 1 ann staff  880 May 12 10:01 pot.py"] == "src:"
    recursive = lines_with_needs(samples.LS_R)
    assert recursive["main.py"] == "farm/src:"
    assert recursive["test_pot.py"] == "farm/tests:"
    tree = lines_with_needs(samples.TREE)
    assert tree["│       └── main.py"] == "│   └── still"
    assert tree["│   └── still"] == "├── src"
    assert tree["└── tests"] is None


def test_tables() -> None:
    kubectl = lines_with_needs(samples.KUBECTL)
    head = "NAME        READY   STATUS             RESTARTS   AGE"
    assert kubectl["pot-6f9     1/1     Running            0          12d"] == head
    assert kubectl["done"] is None
    assert lines_with_needs(samples.PIP)["rich       13.7"] == "Package    Version"
    assert closers(samples.PIP) == [("---------- -------", "Package    Version")]
    assert closers(samples.PIPES) == [("|-----|-------:|", "| pot | litres |")]
    assert lines_with_needs(samples.PIPES)["| b   | 31     |"] == "| pot | litres |"
    assert lines_with_needs(samples.PIPES)["after"] is None
    grid = lines_with_needs(samples.GRID)
    assert grid["| 2  | still |"] == "| id | name  |"
    assert grid["| id | name  |"] is None
    assert lines_with_needs(samples.CSV)["still,31,false"] == "name,litres,hot"
    assert lines_with_needs(samples.TSV)["still\t31"] == "name\tlitres"


def test_what_is_no_table() -> None:
    for text in (
        "TITLE IN CAPITALS\nsome text\n",
        "NAME  AGE",
        "| one | lonely | row |\ntext\n",
        "+---+\nno grid\nhere\n",
        "+---+\n",
        "-- -- --\ntext\n",
        "one, two\nthree, four\nfive, six\n",
        "a,b\n1\n2,3\n",
        "name,size\n1,2\n",
    ):
        assert set(split(text).needs) == {-1}, text
    wide = "|" + " head |" * 40 + "\n|" + "---|" * 40 + "\n| 1 |\n"
    assert need_of(wide, split(wide), "| 1 |") == -1
    bars = "a very long line " * 12 + "\n---- ----\nrow\n"
    assert need_of(bars, split(bars), "row") == -1


def test_keys() -> None:
    needs = lines_with_needs(samples.YAML)
    assert needs["- image: pot:1.2"] == "containers:"
    assert needs["containers:"] == "spec:"
    comment = 'def f(x):\n    """Do.\n\n    Args:\n        x: A thing.\n    """\n    try:\n        g()\n'
    pieces = cut_lines(comment, "text", 60)
    assert set(pieces.needs) == {-1, 0}


def test_markdown() -> None:
    needs = lines_with_needs(samples.MARKDOWN)
    assert needs["Read this first."] == "# Still"
    assert needs["- light the fire"] == "## Steps"
    assert needs["def heat():"] == "```python"
    assert needs["return 3"] == "def heat():"
    assert closers(samples.MARKDOWN) == [("```", "```python")]
    assert needs["After the code."] == "## Steps"
    dear = "# " + "A heading that goes on and on " * 2 + "\n\ntext below\n"
    assert set(split(dear, "markdown").needs) == {-1}
    assert split("# run this\nmake\n", "code").needs[1] == -1


def test_fences() -> None:
    assert set(split("```\nnever closed\n").needs) == {-1}
    nested = "````\n```\ninner\n```\n````\nafter\n"
    pieces = split(nested)
    check_laws(nested, pieces)
    assert pieces.form[4] == Form.CLOSER and pieces.needs[4] == 0 and pieces.needs[5] == -1
    assert list(split("~~~ sh\nmake\n~~~\n").needs) == [-1, 0, 0]
    rule = "Title\n~~~~~~~~\ntext\n~~~~~~~~\n"
    assert set(split(rule).needs) == {-1}
    comment = "def f():\n    ```\n    x\n    ```\n"
    assert set(cut_lines(comment, "text", 60).needs) == {-1, 0}


def test_prose_is_cut_by_sentence() -> None:
    pieces = list(split(samples.PROSE).texts(samples.PROSE))
    assert " Mr. Brand cleaned it one evening." in pieces
    assert " It cost him 3.50 and two hours of work!" in pieces
    assert "by hand, as letters used to be,\n" in pieces
    endless = "The pot was hot. It held " + "water and wine and " * 60 + "more. That was all."
    assert len(split(endless)) > 5
    assert len(list(split(samples.CHINESE).texts(samples.CHINESE))) == 13  # with the line's end


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_of_prose_of_which_a_sentence_stays_keeps_its_end(end: str) -> None:
    line = (
        "The ferry to the southern island leaves the pier at nine. Nobody was seen on its upper deck. It brought "
        + "many crates of pears, and " * 20
    )
    text = f"Pears:{end}{line}{end}{end}Next line{end}"
    pieces = split(text, "prose")
    check_laws(text, pieces)
    texts = list(pieces.texts(text))
    assert texts[-2:] == [end + end, f"Next line{end}"]
    line_end = len(texts) - 2
    for at in range(1, line_end):
        stays = staying(pieces.needs, pieces.form, [at])
        assert line_end in stays
        assert stays <= {at, line_end, 3}  # a part of the last sentence brings its beginning
    assert set(split(line, "prose").needs[:3]) == {-1}  # a line without an end has none to keep


def test_a_long_line_of_one_sentence_keeps_its_end() -> None:
    text = "The crates of fig. 3 " + "came with pears, and " * 40 + "rain.\nNext line\n"
    pieces = split(text, "prose")
    check_laws(text, pieces)
    texts = list(pieces.texts(text))
    assert texts[-2:] == ["\n", "Next line\n"] and pieces.form[len(texts) - 2] == Form.CLOSER


def test_long_lines_are_cut_and_keep_their_need() -> None:
    text = "def f():\n    values = [" + ", ".join(f"entry_{i}" for i in range(80)) + "]\n"
    pieces = cut_lines(text, "code", 60)
    check_laws(text, pieces)
    assert len(pieces) > 4
    assert pieces.needs[1] == 0 and set(pieces.needs[2:]) == {1}
    assert len(cut_lines(text, "code", 10_000)) == 2


def test_a_part_of_a_long_line_brings_its_beginning_and_the_line_end() -> None:
    stamp = "2026-11-20T10:00:00 worker-3 "
    text = stamp + ", ".join(f"entry_{i}=loaded" for i in range(60)) + "\r\nnext line\n"
    pieces = split(text)
    check_laws(text, pieces)
    *parts, end, after = pieces.texts(text)
    assert parts[0].startswith(stamp) and len(parts) > 3
    assert (end, after) == ("\r\n", "next line\n")
    assert set(pieces.needs[1 : len(parts) + 1]) == {0}
    assert pieces.form[len(parts)] == Form.CLOSER and set(pieces.form[: len(parts)]) == {Form.PLAIN}


def test_a_part_of_a_long_sentence_brings_the_sentence_begin_and_no_other_sentence() -> None:
    long = "The ferry carries " + ", ".join(f"{i} crates of green pears" for i in range(40)) + "."
    text = f"It rains today and the harbor is closed until noon. {long} Nobody complains about it any more.\n"
    pieces = split(text)
    check_laws(text, pieces)
    begins = list(pieces.texts(text))
    second = next(i for i, piece in enumerate(begins) if piece.startswith(" The ferry"))
    last = next(i for i, piece in enumerate(begins) if piece.startswith(" Nobody"))
    line_end = len(pieces) - 1
    assert pieces.needs[second] == pieces.needs[last] == line_end and pieces.needs[line_end] == -1
    assert second + 1 < last and set(pieces.needs[second + 1 : last]) == {second}


def test_json_is_left_to_the_json_cutter() -> None:
    text = " \n" * 40 + json.dumps({"a": list(range(60)), "b": "x"})
    assert split(text).kind == "json"
    assert split(text, "json").kind == "json"
    assert split("{not json", "json").kind == "json"  # the caller's word stands
    assert split('{"a": 1}', "text").kind == "text"


def test_json_within_other_text() -> None:
    record = {"name": "still", "parts": [{"id": i, "label": f"part number {i}"} for i in range(12)]}
    for document in (json.dumps(record), json.dumps(record, indent=2)):
        text = f"stdout:\n{document}\ndone\n"
        pieces = split(text)
        check_laws(text, pieces)
        assert Form.FRAME not in list(pieces.form)
        assert text.count("part number 7") == 1
        assert Form.SEPARATOR in list(pieces.form)
        outer = [n for n, form in zip(pieces.needs, pieces.form, strict=True) if form == Form.CLOSER]
        assert [pieces.needs[n] for n in outer].count(-1) == 1
        assert lines_with_needs(text)["done"] is None
    nearly = ("{\nno json\n}\nx\n", "[\nno end\n", "{" * 300 + "\n", "[" + "x" * 300 + "]\n", "{ a }\n" * 3)
    many = '{\n"a":\n' * 30 + "}\n"  # each could be a document: only so much is tried
    for text in (*nearly, many):
        check_laws(text, split(text))


def test_partial_json_keeps_its_keys() -> None:
    text = '      "labels": {\n        "severity": "high"\n      },\n      "alerts": [],\n'
    pieces = split(text)
    assert list(pieces.needs) == [-1, 0, 0, -1]
    assert pieces.form[2] == Form.CLOSER


LINES = sorted({line + "\n" for sample in samples.STACK.values() for line in sample.split("\n")})
ODD = ["\r", "\r\n", "\x1b[1m", "\0", "\ud800", "{", "}", "```\n", "x" * 300 + "\n", "    ", "\t"]
ODD.append('{"a": [1, {"b": 2}]}\n')
ODD += ["@lost\n", "  @lost(\n", "call(\n", "  call(a,\n", "x = {\n", "a + \\\n"]


@given(
    st.lists(st.sampled_from(LINES + ODD), max_size=40), st.sampled_from([None, "markdown", "code", "text"])
)
def test_laws_hold_for_any_mixture_of_lines(lines: list[str], kind: str | None) -> None:
    text = "".join(lines)
    check_laws(text, split(text, kind))


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=400), st.integers(1, 80))
def test_laws_hold_for_any_text(text: str, max_tokens: int) -> None:
    check_laws(text, split(text, None, max_tokens))


@given(st.sampled_from(sorted(samples.STACK)), st.sampled_from(sorted(samples.STACK)), st.integers(0, 2000))
def test_laws_hold_for_samples_cut_anywhere(first: str, second: str, at: int) -> None:
    text = samples.STACK[first][at % len(samples.STACK[first]) :] + samples.STACK[second]
    check_laws(text, split(text))


@pytest.mark.parametrize(
    "line",
    ["{\n", "[\n", "{\nx\n", "```\n", "```x\ny\n", "k:\n", "def f(x):\n", "int f(int a)\n{\n", "| a | b |\n",
     "x Traceback (most recent call last):\n", '  File "a.py", line 3\n', "-- --\n", "AB  CD\n", "___ x ",
     "AB  CD ", "-- ", "\n", "}\n", "1:\n"],
)  # fmt: skip
def test_time_grows_with_the_size(line: str) -> None:
    def seconds(size: int) -> float:
        text = line * (size // len(line)) + "\n}"
        started = time.process_time()
        split(text)
        return time.process_time() - started

    seconds(20_000)
    small = min(seconds(20_000) for _ in range(3))
    # Sixteen times the text; quadratic work would take 256 times as long.
    assert seconds(320_000) < 64 * small + 0.1
