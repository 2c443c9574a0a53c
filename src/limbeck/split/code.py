"""Heads of code: the lines that name what the lines below them belong to."""

from __future__ import annotations

import re

_WORDS_BEFORE = (
    r"(?:(?:export|default|public|private|protected|internal|static|abstract|final|async|override|virtual"
    r"|inline|extern|unsafe|const|pub(?:\([\w: ]+\))?|sealed|partial|open|data|suspend|native|synchronized"
    r"|declare|global|local|readonly|typedef|constexpr)[ ]+)*"
)
KEYWORD_HEAD = (
    _WORDS_BEFORE
    + r"(?:def|class|function\*?|func|fn|interface|struct|enum|trait|impl|module|namespace|object|protocol"
    r"|extension|record|union|defmodule|defp|sub|fun|mod|type)(?:[ ]+[\w$*&(<\"'@]|<|[ ]*\()"
)
"""Pattern of the beginning of a line that may be a head; `is_keyword_head` looks at the rest."""

# `class of 1999` is no head: it has no bracket, colon or brace, and more than a name.
_REST = re.compile(
    r"[^\r\n]*?(?:[({:]|<|\bend\b)"  # something that opens
    r"|[ ]*(?:\w+[ ]+){1,3}[\w$.:]+[?!]?[ \t]*(?=[\r\n]|\Z)"  # `module Name`, `def name`, `public class Name`
)
_NOT_A_HEAD = (
    r"(?!(?:if|for|while|switch|catch|else|do|try|return|with|case|match|loop|unless|synchronized|using|lock"
    r"|foreach|elif|elsif|select|defer|go|await|new|throw|yield|default|finally|until|when|assert|print|and|or"
    r"|not|in|import|from|raise|del|echo|super|require|expect|@media)\b)"
)
# A definition without a keyword, on a line that ends with an opening brace: `int main(void) {`, `render() {`,
# `const f = (x) => {`, `key: function (x) {`, `describe("x", () => {`.
_BRACE_HEAD = re.compile(
    _NOT_A_HEAD + r"(?:"
    r"(?:[\w$.<>\[\],:*&?~@]+[ ]+){0,6}[*&]*[~\w$:<>#]+[ ]?\((?![\"'])[^;{}]*\)(?!\.)[^;={}()^]*\{"
    r"|[+-][ ]?\([\w *<>]+\)[^;{}]*\{"
    r"|(?:export[ ]+)?(?:default[ ]+)?(?:const|let|var|public|private|static|readonly)?[ ]*[\w$.#]+"
    r"(?:[ ]*:[^={}]*)?[ ]*[=:][ ]*(?:async[ ]+)?"
    r"(?:function\b[^{}]*|\([^{}]*\)[^{}()]*=>[ ]*|[\w$]+[ ]*=>[ ]*)\{"
    r"|(?:describe|it|test|suite|context|beforeEach|afterEach|TEST_CASE)(?:\.\w+)?\([^{}]*\{"
    r"|\"[^\"\r\n]{1,60}\"[ ]?:[ ]?\{"  # a key of JSON that is not whole
    r")[ \t]*(?=[\r\n]|\Z)"
)
# A definition whose opening brace stands alone on the line below: `static int f(int x)`.
_BARE_HEAD = re.compile(
    _NOT_A_HEAD + r"(?:(?:[\w$.<>\[\],:*&?~@]+[ ]+)*[*&]*[~\w$:<>]+[ ]?\([^;{}]*|[+-][ ]?\([\w *<>]+\)[ ]?\w)"
)
# The same, when the brace stands below and the parameters take several lines.
_LAST_PARAMETERS = re.compile(r"[^;{}]*\)[ \t]*(?:const|noexcept|override)?[ \t]*(?=[\r\n]|\Z)")


def is_keyword_head(text: str, start: int, end: int) -> bool:
    """Whether a line that begins like `KEYWORD_HEAD` is a definition, not prose or a forward declaration."""
    last = end
    while last > start and text[last - 1] in "\r\n \t":
        last -= 1
    return last > start and text[last - 1] != ";" and _REST.match(text, start, end) is not None


def is_brace_head(text: str, start: int, end: int) -> bool:
    """Whether a line that ends with an opening brace defines something (and does not merely branch)."""
    return _BRACE_HEAD.match(text, start, end) is not None


def is_bare_head(text: str, start: int, end: int) -> bool:
    """Whether the line above a lone opening brace is a definition."""
    return _BARE_HEAD.match(text, start, end) is not None


def ends_parameters(text: str, start: int, end: int) -> bool:
    """Whether a line can be the last of a definition's parameters."""
    return _LAST_PARAMETERS.match(text, start, end) is not None
