"""Exact heads of source files, by tree-sitter where a grammar is installed (extra `code`).

Only whole, well-formed files gain from it: a body line is then never mistaken for the end of a function, as
it can be by indentation (text at the margin inside a string). Anything else is left to the indentation rule.
"""

from __future__ import annotations

import importlib
import re
from functools import cache
from typing import Any

from limbeck.core.context import Form

from .code import is_brace_head
from .lines import HEAD_CHARS, Cutter
from .pieces import Pieces
from .statements import OPEN_ENDS, Decorators, Statement

MOST_CHARS = 200_000
"""A longer text is cut by indentation."""

MOST_HEADS = 4

# Grammar package, its language function, what speaks for the language, and what counts as a head.
_GRAMMARS = (
    (
        "tree_sitter_python",
        "language",
        r"^[ ]*(?:async )?def \w+\(.*|^class \w+.*:$|^(?:from [\w.]+ )?import [\w.*, ()]+$",
    ),
    ("tree_sitter_go", "language", r"^package \w+$|^func [(\w].*\{$|^import \($"),
    (
        "tree_sitter_rust",
        "language",
        r"^[ ]*(?:pub(?:\(\w+\))? )?(?:fn|impl|mod|trait)\b.*\{$|^use [\w:]+.*;$",
    ),
    (
        "tree_sitter_java",
        "language",
        r"^package [\w.]+;$|^import [\w.*]+;$|^[ ]*(?:public|private|protected) .*[{;]$",
    ),
    (
        "tree_sitter_c",
        "language",
        r"^#include [<\"].*|^#define \w+.*|^(?:typedef|static|int|void|char|unsigned)\b[^;=]*$",
    ),
    (
        "tree_sitter_typescript",
        "language_typescript",
        r"^import .* from [\"'].*|^(?:export )?(?:interface|type) \w+.*"
        r"|^[ ]+\w+\??: (?:string|number|boolean)\b.*",
    ),
    (
        "tree_sitter_javascript",
        "language",
        r"^(?:const|let|var) .*=.*|^(?:export )?(?:async )?function\b.*|^module\.exports.*"
        r"|^[\"']use strict[\"'];?$|^import .* from [\"'].*",
    ),
)
_SIGNS = tuple(re.compile(sign, re.MULTILINE) for _, _, sign in _GRAMMARS)
_HEAD_TYPES = frozenset(
    {
        "function_definition",
        "class_definition",
        "function_declaration",
        "generator_function_declaration",
        "class_declaration",
        "abstract_class_declaration",
        "type_alias_declaration",
        "interface_declaration",
        "enum_declaration",
        "method_definition",
        "method_declaration",
        "constructor_declaration",
        "record_declaration",
        "type_declaration",
        "function_item",
        "impl_item",
        "struct_item",
        "enum_item",
        "trait_item",
        "mod_item",
        "struct_specifier",
        "enum_specifier",
        "union_specifier",
        "internal_module",
    }
)
# In JavaScript these are heads when they look like one: `const f = () => {`, `describe("x", () => {`.
_PERHAPS = frozenset({"lexical_declaration", "variable_declaration", "expression_statement", "pair"})
# What cannot hold a definition that matters, and makes up most of a file.
_LEAVES = frozenset(
    {
        "expression_statement",
        "call",
        "assignment",
        "return_statement",
        "import_statement",
        "string",
        "comment",
        "parameters",
        "import_from_statement",
        "identifier",
        "type",
        "argument_list",
        "formal_parameters",
        "assert_statement",
        "raise_statement",
        "line_comment",
        "block_comment",
        "use_declaration",
        "preproc_include",
        "pass_statement",
        "decorator",
        "import_declaration",
        "binary_operator",
        "boolean_operator",
        "comparison_operator",
        "not_operator",
        "attribute",
        "subscript",
        "field_declaration",
        "local_variable_declaration",
    }
)
_CLOSING = re.compile(r"[^\w\s]{0,3}\s*\Z")


@cache
def _parser(package: str, function: str) -> Any:
    """A parser, or None if the grammar is not installed."""
    try:
        binding = importlib.import_module("tree_sitter")
        grammar = importlib.import_module(package)
    except ImportError:
        return None
    return binding.Parser(binding.Language(getattr(grammar, function)()))


def definitions(text: str) -> list[tuple[int, int]] | None:
    """First and last line of each definition of more than one line in a source file, outer ones first.

    Returns:
        None when the text is too long, in no language whose grammar is installed, or not well-formed.
    """
    if len(text) > MOST_CHARS or "\r" in text:
        return None
    sample = text[:6_000]
    counts = [sum(1 for _ in sign.finditer(sample)) for sign in _SIGNS]
    if max(counts) < 2:
        return None
    package, function, _ = _GRAMMARS[counts.index(max(counts))]
    parser = _parser(package, function)
    if parser is None:
        return None
    try:
        root = parser.parse(text.encode()).root_node
    except UnicodeEncodeError:  # a lone surrogate
        return None
    if root.has_error:
        return None
    lines = text.split("\n")
    braces = function == "language_typescript" or package == "tree_sitter_javascript"
    found: list[tuple[int, int]] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        kind = node.type
        if kind in _HEAD_TYPES or kind in _PERHAPS:
            first, last = node.start_point[0], node.end_point[0]
            if first == last:
                continue  # on one line nothing can stand below it
            if kind in _HEAD_TYPES or (braces and is_brace_head(lines[first].lstrip(), 0, HEAD_CHARS)):
                # Annotations and a return type may stand on lines of their own; the name says what it is.
                name = node.child_by_field_name("name") or node.child_by_field_name("declarator")
                found.append((first if name is None else name.start_point[0], last))
            elif kind in _LEAVES:
                continue
        elif kind in _LEAVES:
            continue
        waiting += node.named_children
    found.sort(key=lambda lines: (lines[0], -lines[1]))
    return found


def cut_definitions(text: str, kind: str, max_tokens: int, spans: list[tuple[int, int]]) -> Pieces:
    """Cut a source file whose definitions are known: a line needs the first line of the innermost one.

    Or that of the statement it goes on with.
    """
    cutter = Cutter(text, max_tokens, kind)
    bounds, pieces = cutter.bounds, cutter.pieces
    heads: list[tuple[int, int]] = []  # the last line and the piece of the definitions that stand open
    coming = iter([*spans, (cutter.count + 1, cutter.count + 1)])
    upcoming = next(coming)
    statement, decorators = Statement(), Decorators()
    for i in range(cutter.count):
        while heads and heads[-1][0] < i:
            heads.pop()
        start, end = bounds[i], bounds[i + 1]
        line = text[start:end].lstrip()
        indent = end - start - len(line)
        need = statement.need(indent + line.startswith((")", "]", "}")), heads[-1][1] if heads else -1)
        if statement.piece >= 0:
            statement.go_on(line, indent)
        if i != upcoming[0] and end - start < 80 and _CLOSING.match(line):
            if heads and heads[-1][0] == i and line[:1] == "}":
                cutter.add(i, need, Form.CLOSER)
                continue
            joins = len(pieces) > 0 and (line == "" or pieces.start[-1] == bounds[i - 1])
            if joins and not (heads and heads[-1][1] == len(pieces) - 1 and line and line[0] not in "{)"):
                continue
        piece = cutter.add(i, need)
        decorators.see(line, indent, piece, pieces.needs)
        if i == upcoming[0]:
            last = upcoming[1]
            while upcoming[0] == i:
                upcoming = next(coming)
            if cutter.can_head(i) and len(heads) < MOST_HEADS:
                heads.append((last, piece))
                statement.piece = -1
        elif statement.piece < 0 and line.rstrip()[-1:] in OPEN_ENDS:
            statement.begin(line, indent, piece)
    return pieces
