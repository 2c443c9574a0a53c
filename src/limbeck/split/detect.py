"""What kind of text a text is, from a sample of its lines."""

from __future__ import annotations

import re
from collections import Counter

WINDOW_LINES = 16
WINDOW_CHARS = 2000
LINE_CHARS = 200
"""How much is read at the beginning, in the middle and at the end, and of each line."""

_NUMBER = r"(?:[ ]{0,7}\d{1,7}(?:\t|:[ ]?|\|[ ]?|→))?"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_LEVEL = r"(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)\b[ :\]]"
_LINE = re.compile(
    r"(?P<blank>\s*$)"
    r"|(?P<traceback>Traceback \(most recent call last|[ ]+File \"[^\"]+\", line \d"
    r"|[ \t]+at [\w$.<>\[\]/]+ ?\(|goroutine \d+ \[|Caused by: |Exception in thread |thread '[^']*' panicked)"
    r"|(?P<diff>diff -|@@ -\d|--- \S|\+\+\+ \S|[+-](?![+-]|[r-][w-][xsS-][r-])[ \t]*\S)"
    r"|(?P<tests>(?:PASSED|FAILED|ERROR|SKIPPED|XFAIL) [\w./-]+::"
    r"|[\w./-]+::\S+ (?:PASSED|FAILED|ERROR|SKIPPED)|test\w* \([\w.]+\)|_{3,} .* _{3,}$|={3,} .* ={3,}$"
    r"|(?:FAIL|ERROR): \w+ \(|=== RUN|--- (?:FAIL|PASS|SKIP):|ok  \t|FAIL\t|[ ]*[✓✕●✔✗×] |test [\w:]+ \.\.\. "
    r"|Ran \d+ tests?|E   |PASS |FAIL )"
    r"|(?P<log>[^\w\s]{0,3}(?:(?:task|taskcluster)[ :])?(?:\d{4}[-/.]\d\d[-/.]\d\d[T ,_]"
    r"|\d\d[-/]\d\d[ -]\d\d:\d\d|\d\d/\d\d/\d\d[ ]\d\d:|\d{6} \d{6} |\d{8}-\d|\d\d:\d\d:\d\d|\d{9,10}[ .]\d"
    rf"|(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?{_MONTH}[ ]{{1,2}}\d{{1,2}} \d\d:"
    rf"|{_LEVEL}|[IWEF]\d{{4}} \d\d:)|- \d{{9,10}} \d{{4}}\.)"
    r"|(?P<listing>[bcdlps-][r-][w-][xsStT-][rwxsStT-]{6}[.+@]?[ ]+\d|total \d+\s*$"
    r"|[ \t]*[│|]?[ ]*(?:├──|└──|\|--|`--)"
    r"|(?:\.{0,2}/)?[\w@.+-]*(?:/[\w@.+-]+)+/?:?\s*$|[\w@+-]+\.\w{1,5}\s*$)"
    r"|(?P<grep>[\w@./+-]+\.\w{1,6}[:-]\d+[:-]|[\w@.+-]*/[\w@./+-]+:.|(?:grep: |Line \d+:)|Binary file )"
    r"|(?P<table>\|.*\|\s*$|\+[-=]{3,}|[^\t]+\t[^\t]+\t|[A-Z][A-Z0-9_%-]+[ ]{2,}[A-Z]"
    r"|[^,\s]+,[^,\s]+,[^,\s]*(?:,\S*)*$|[\w./%-]+[ ]{2,}[\w./%-]+[ ]{2,}\S)"
    rf"|(?P<code>[ ]{{0,7}}\d{{1,7}}(?:\t|→|:(?!\d))|{_NUMBER}[ \t]*(?:(?:async )?def \w|class \w+[:( ]"
    r"|import [\w{*\"']|from [\w.]+ import|return\b|if .*[:{)]$|for .*[:{)]$|\}|@\w+|else\b|elif |try:|except"
    r"|(?:const|let|var) \w|function\b|(?:public|private|protected|export|static) |#include|package [\w.]+;?$"
    r"|func |fn |pub |use [\w:]+|using |struct |//|/?\*+[ /]|self\.|this\.|assert |raise |throw |\w+ = "
    r"|#!|<\?php|\"\"\"|\)))"
    r"|(?P<markdown>#{1,6} \S|[ ]*[-*+•] (?:\[[ xX]\] )?\S|[ ]*\d+[.)] \S|```|> \S|[ ]*\*\*\w)"
)
_WORDS = re.compile(r"[^\W\d_]{2,}[,;:.!?)\"”’']*[ ]")
# How much one line says for its kind: a log's date is surer than a sign or an indentation.
_WEIGHT = {"traceback": 3.0, "tests": 2.0, "log": 1.5, "grep": 1.5, "markdown": 1.2, "text": 0.5}


def kind_of(text: str) -> str:
    """The dominant kind of a text that is not one JSON document. Cost: constant, some 6,000 characters read.

    Returns:
        One of the kinds that `Pieces.kind` lists, `json` aside.
    """
    counts: Counter[str] = Counter()
    for line in _sample(text):
        counts[_kind_of_line(line)] += 1
    del counts["blank"]
    if not counts:
        return "text"
    if counts["diff"] and "@@ -" not in text[: 4 * WINDOW_CHARS]:
        counts["markdown"] += counts.pop("diff")  # bullets, most likely
    if counts["code"] > 3 * counts["markdown"]:
        counts["code"] += counts.pop("markdown", 0)  # comments
    if counts["tests"]:
        counts["tests"] += counts.pop("traceback", 0)
    if counts["markdown"]:
        counts["markdown"] += counts["prose"] // 2
    return max(counts, key=lambda k: (counts[k] * _WEIGHT.get(k, 1.0), k))


def _kind_of_line(line: str) -> str:
    found = _LINE.match(line)
    if found is not None:
        return str(found.lastgroup)
    last = line.rstrip()[-1:]
    if last in "{};":
        return "code"
    words = len(_WORDS.findall(line))
    if (words >= 5 and words * 14 >= len(line)) or last in "。！？।؟":
        return "prose"
    if line[0] in " \t" and last in "),:([":
        return "code"
    return "text"


def _sample(text: str) -> list[str]:
    if len(text) <= 3 * WINDOW_CHARS:
        lines = text.splitlines()
        if len(lines) > 3 * WINDOW_LINES:
            step = len(lines) // (3 * WINDOW_LINES) + 1
            lines = lines[::step]
    else:
        lines = []
        for at in (0, len(text) // 2, len(text) - WINDOW_CHARS):
            here = text[at : at + WINDOW_CHARS].splitlines()
            lines += here[1 if at and len(here) > 1 else 0 :][:WINDOW_LINES]  # not the rest of a line
    return [line[:LINE_CHARS] for line in lines]
