"""What a file is taken for, and which are refused rather than cut as a text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limbeck import compact
from limbeck.cli.detect import shape_of
from limbeck.cli.shapes import Document, MessageRows, Rows, Text
from limbeck.core.errors import FormatError

TALK: list[dict[str, Any]] = [
    {"role": "user", "content": "Where does the kiln_7 log go?"},
    {"role": "assistant", "content": "Into kiln_7.log, beside the others."},
    {"role": "user", "content": "Show the last lines of it."},
]
LINES = [json.dumps(message) for message in TALK]
WHOLE = json.dumps(TALK)
META = '{"type": "meta", "version": 3}'


def told(text: str, asked: str = "auto") -> str:
    with pytest.raises(FormatError) as caught:
        shape_of(text, asked, "talk.jsonl")
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("\n".join([META, *LINES]), "line 1 is an object with 'type', 'version' and no role"),
        ("\n".join([LINES[0], "", META, *LINES[1:]]), "line 3 is an object with 'type', 'version' and no role"),
        ("\n".join([*LINES, "{}"]), "line 4 is an empty object and no role"),
        ("\n".join([*LINES, '{"role": 3, "content": ""}']), "line 4 is an object with 'role', 'content', whose"),
        ("\n".join([*LINES, LINES[0][:30]]), "line 4 is not valid JSON (Unterminated string"),
        ("\n".join([LINES[0], LINES[1][:30]]), "line 2 is not valid JSON (Unterminated string"),
        ("\n".join([*LINES, "Killed"]), "line 4 is no JSON object: Killed"),
        ("\n".join(["# a talk", *LINES]), "line 1 is no JSON object: # a talk"),
        ("\n".join([*LINES, WHOLE]), "line 4 is no JSON object: [{"),
        ("\n".join([*LINES, f'{{"messages": {WHOLE}}}']), "line 4 is an object with messages, line 1 is a single"),
        (
            "\n".join([f'{{"messages": {WHOLE}}}', f'{{"messages": [{LINES[0]}, {META}]}}']),
            "line 2 has messages, of which element 1 of 2 is an object with 'type'",
        ),
        (WHOLE + "\nDone in 3 s\n", "ends before line 2, column 1, where more follows: Done in 3 s"),
        (WHOLE + "]", "where more follows: ]"),
        (LINES[0] + "\nDone\nin\n3 s\n", "where more follows: Done"),
        (f'{{"messages": {WHOLE}}} trailing', "where more follows: trailing"),
        (WHOLE[:-1], "not valid JSON (Expecting ',' delimiter: line 1 column"),
        (WHOLE[:-20], "not valid JSON (Unterminated string starting at: line 1 column"),
        (json.dumps(TALK, indent=2)[:-30], "not valid JSON (Unterminated string starting at: line 12 column"),
        (f'{{"model": "m", "messages": {WHOLE}', "not valid JSON (Expecting ',' delimiter: line 1 column"),
        (repr(TALK), "not valid JSON (Expecting property name"),
        (WHOLE.replace("}]", "},]"), "not valid JSON ("),
        ('[{"role": "user", "content": ' + "[" * 100_000, "not valid JSON ("),
        (f"[{LINES[0]}, {META}, {LINES[1]}]", "element 1 of 3 is an object with 'type', 'version' and no role"),
        (f"[{LINES[0]}, null]", "element 1 of 2 is null"),
        (f'{{"messages": [{LINES[0]}, "{"and " * 30}"]}}', 'element 1 of 2 is "and and'),
    ],
)  # fmt: skip
def test_a_damaged_or_mixed_conversation_is_refused(text: str, says: str) -> None:
    error = told(text)
    assert says in error
    assert error.startswith("talk.jsonl is a damaged or mixed conversation: ")
    assert error.endswith("mend it, or use --format text to compact the file as a text")
    assert isinstance(shape_of(text, "text", "talk.jsonl"), Text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n\n",
        "just words",
        "[2030-01-02] kiln_7 lit\n[2030-01-03] kiln_7 out\n",
        "[link](https://example.org) to a page that shows\n" + "\n".join(LINES[:1]),
        "{template} with {holes}\n",
        "[]",
        "{}",
        "[1, 2, 3]",
        '{"a": [1, 2,  3], "b": 1.10}\n',
        '{"messages": {"hello": "Hallo", "bye": "Tschau"}}',
        '{"messages": ["kiln_7 lit", "kiln_7 out"]}',
        META,
        "\n".join([META, META]),
        "\n".join(json.dumps({"time": n, "body": {"messages": TALK}}) for n in range(3)),
        "\n".join([json.dumps({"time": 1, "body": {"messages": TALK}}), "some other line", "and one more"]),
        "\n".join(json.dumps({"type": "user", "message": message}) for message in TALK),
        '[{"name": "Ann", "role": "potter"}, {"name": "Bo", "role": "user"}, {"name": "Cy"}]',
        '[{"name": "Ann", "role": "potter"}, {"name": "Bo", "role": "smith"}]',
        '{"name": "Ann", "role": "potter"}\n{"name": "Bo", "role": "user"}\n{"name": "Cy"}\n',
        "The request was:\n" + "\n".join(LINES[:1]) + "\nand then it stopped.\nNobody knows why.\n",
        json.dumps(TALK[0], indent=1),
        '{"role" of the user}: a heading\ntext\n',
        "[" * 50_000,
        '[{"big": 1e999}]',
    ],
)
def test_what_is_honestly_something_else_is_a_text(text: str) -> None:
    shape = shape_of(text, "auto", "x")
    assert isinstance(shape, Text)
    assert shape.inputs == [text]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (WHOLE, Document),
        (f'{{"messages": {WHOLE}}}', Document),
        ('{"messages": []}', Document),
        (' {"messages": [], "model": "m"}\n', Document),
        ('[{"role": "user"}]', Document),
        ('[{"role": "human", "content": "of another house"}]', Document),  # the reader says what is wrong
        ("\n".join(LINES), MessageRows),
        ("\n\n" + LINES[0] + "\n\n", MessageRows),
        (f'{{"messages": {WHOLE}}}\n{{"messages": []}}\n', Rows),
    ],
)
def test_conversations(text: str, kind: type) -> None:
    assert isinstance(shape_of(text, "auto", "x"), kind)


@pytest.mark.parametrize("lines", [False, True])
@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_only_some_write_come_back(number: str, lines: bool) -> None:
    long = {"role": "assistant", "content": "".join(f"kiln_{n} is at {n * 9} degrees. " for n in range(40))}
    given_ = [TALK[0], long | {"score": "?"}, TALK[2] | {"score": "?"}]
    text = ("\n".join(map(json.dumps, given_)) if lines else json.dumps(given_)).replace('"?"', number)
    shape = shape_of(text, "auto", "x")
    assert isinstance(shape, MessageRows if lines else Document)
    assert shape.render([compact(shape.inputs[0], keep=1.0)]) == text
    smaller = shape.render([compact(shape.inputs[0], keep=0.5, preserve_recent=1, markers=False)])
    assert len(smaller) < 0.7 * len(text)
    assert smaller.count(f'"score": {number}') == 2


def test_a_number_that_cannot_be_written_back_is_told() -> None:
    text = WHOLE.replace('{"role"', '{"cost": 1e999, "role"', 1)
    with pytest.raises(FormatError, match=r"x has the number 1e999, which is too large .*--format text"):
        shape_of(text, "auto", "x")
    with pytest.raises(FormatError, match="1e999"):
        shape_of("\n".join(LINES).replace('{"role"', '{"cost": -1e999, "role"', 1), "auto", "x")


def test_what_was_asked_for_is_said_with_what_was_found() -> None:
    assert "has not the format jsonl: line 1 is an object with 'type'" in told(
        "\n".join([META, *LINES]), "jsonl"
    )
    assert "has not the format jsonl: not every line" in told("words", "jsonl")
    assert "has not the format messages: it is not JSON (Expecting ','" in told(WHOLE[:-1], "messages")
    assert "has not the format messages: it is not JSON;" in told("words", "messages")
    assert isinstance(shape_of(f"[{META}]", "messages", "x"), Document)  # the reader says what is wrong
    assert isinstance(shape_of(LINES[0], "jsonl", "x"), MessageRows)


def test_a_transcript_that_was_cut_off_is_told_by_the_program(run: Any) -> None:
    done = run("compact", "--keep", "0.5", given="\n".join([*LINES, LINES[0][:25]]).encode())
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"line 4 is not valid JSON" in done.stderr and b"--format text" in done.stderr
    done = run("compact", "--keep", "1", given=b'{"messages": []}\n')
    assert (done.returncode, done.stdout) == (0, b'{"messages": []}\n')


@given(st.text(max_size=60) | st.sampled_from([WHOLE, "\n".join(LINES), META]), st.integers(0, 300))
def test_any_text_is_taken_or_told(text: str, stop: int) -> None:
    try:
        shape = shape_of(text[:stop], "auto", "x")
    except FormatError:
        return
    if isinstance(shape, Text):
        assert shape.inputs == [text[:stop]]
    elif isinstance(shape, Document):
        assert json.loads(text[:stop]) == shape.inputs[0]
