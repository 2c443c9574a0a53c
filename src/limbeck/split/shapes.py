"""What a line looks like by its first characters: one pattern, tried once a line."""

from __future__ import annotations

import re

from . import code, diff, records, traceback

_END = r"(?=[\r\n]|\Z)"


class Shape:
    """Numbers of the groups of `SHAPE`; `lastindex` says which one matched (`PLAIN`: none of them)."""

    NUMBER, PLAIN = 1, 2
    BLANK, FENCE, CLOSE, HEAD, TRACE, DIFF, FRAME, POINT, TREE, PIPES, RULE = range(3, 14)
    SECTION, SECTION_END, GO, JSON, HEADING, LOOSE, CAPITALS, KEY, CLOSING, GOROUTINE, TAG = range(14, 25)


SHAPE = re.compile(
    r"([ ]{0,7}\d{1,7}(?:\t|:[ ]?|\|[ ]?|→))?"  # a line number and
    r"([ \t]*)"  # the indentation, before
    r"(?:"
    r"([\r\n]|\Z)"  # nothing
    r"|(`{3,6}(?=[^`\r\n]*" + _END + r")|~~~~?(?=[ \w\r\n]|\Z))"  # a fence
    r"|([^\w\s]{1,3}[ \t]*" + _END + r"|end[ \t]*" + _END + r")"  # nothing but closing
    r"|(" + code.KEYWORD_HEAD + r")"
    r"|(" + traceback.OPENING + r")"
    r"|(" + diff.OPENING + r")"
    r"|(at [^\s(][^\r\n]{0,200}[(:])"  # a frame of Java, JavaScript, .NET
    r"|((?:-->|:::) [^\r\n]+:\d)"  # where a compiler's message points
    r"|([|│ \xa0]*(?:├──|└──|\|--|`--))"  # an entry of a directory tree
    r"|(" + records.PIPE_OR_GRID + r")"
    r"|(" + records.COLUMN_RULE + r")"
    r"|(_{3,} [^\r\n]+ _{3,}" + _END + r"|(?:FAIL|ERROR): \w+ \([\w.<>]+[^\r\n]*\)"
    r"|-{4} [^\r\n]+ -{4}" + _END + r"|● )"  # a failed test: pytest, unittest, cargo, jest
    r"|(={8,}|_{20,}|Ran \d+ test|failures:" + _END + r"|Test Suites:)"  # the end of one
    r"|((?:---|===) (?:FAIL|PASS|SKIP|RUN)\b)"  # go test
    r"|([{\[])"  # perhaps JSON
    r"|(\#{1,6} )"  # a heading, or a comment
    r"|(\#(?:if|el|end|def|undef|inc|prag|err|line|region)\w*\b"  # says nothing of the indentation
    r"|(?:public|private|protected|signals|slots)(?: slots)?:)"
    r"|(" + records.CAPITAL_HEAD + r")"
    r"|([\w./@+-][^\s:\"']*:[ \t]*" + _END + r")"  # `directory:` or `key:`
    r"|([)\]}])"  # begins by closing
    r"|(goroutine \d+ \[)"
    r"|(<)"  # a tag
    r"|)"
)
"""Matches every text at every place; linear in the line."""
