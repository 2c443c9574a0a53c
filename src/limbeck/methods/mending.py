"""Which failures of an agent's tools nothing later mends, by what was called and by the tests that are named.

A failure is mended when the same is done again and goes well, or goes wrong otherwise: the same command; another run
of the same program that tests, builds or checks; a call with the same arguments' names; the test that failed, reported
as passed. What tools returned without a known call is mended by such a test alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache

from limbeck.core.context import Context

from .calls import ARGUMENTS
from .speakers import TOOL_ROLES, speakers

_RUNS = re.compile(
    r"\b(?P<name>py\.?test|tox|nox|unittest|jest|vitest|mocha|rspec|phpunit|ctest|tsc|mypy|ruff|flake8|eslint|mvn|gradlew?"
    r"|(?:cargo|go|npm|yarn|pnpm|dotnet|git|make|rake|bundle|composer|terraform|npx)(?: +(?:run|exec))? +[a-z][\w:-]*"
    r"|manage\.py +\w+|runtests?(?:\.\w+)?)(?![\w/.=-])"
    r"|(?:^|[\s;&|\"'(])(?:python[\d.]*|node|ruby|perl|php|bash|sh) +(?:-\w+ +)*(?P<script>[\w./-]+\.\w{1,4})\b"
)
"""Programs of which a later run tells what became of an earlier one: what tests, builds, checks; one script."""
_COMMAND = frozenset(
    {"command", "cmd", "code", "script", "input", "commands", "bash_command", "action", "keystrokes"}
)
"""Names of arguments that hold a command of a shell or a program."""
_BLOCK = re.compile(r"(.*/content/\d+)/content")
_TEST = re.compile(
    r"(?:FAILED|FAIL|ERROR)[: \t]+(?:[\w./-]+::)?(?P<name>[\w:.\[\]-]*test[\w:.\[\]-]*)", re.IGNORECASE
)
_PASSED = re.compile(r"\b(?:PASS(?:ED)?|passed|ok|OK)\b|[✓✔]")


def results(context: Context) -> Iterator[tuple[int, str]]:
    """The number of each source that a tool returned, in order, and the arguments it was called with; '' if unknown."""
    called: dict[int, str] = {}
    waiting: list[str] = []
    answered: list[str] = []
    blocks: dict[str, int] = {}
    for number, (source, role) in enumerate(zip(context.sources, speakers(context), strict=True)):
        if ARGUMENTS.search(source.pointer):
            if source.part >= 0:
                called[source.part] = source.text.strip()
            else:
                waiting.append(source.text.strip())
        elif role in TOOL_ROLES:
            if source.part >= 0:
                yield number, called.get(source.part, "")
                continue
            # Results without a number answer the calls before them in their order.
            if waiting:
                answered, waiting, blocks = waiting, [], {}
            block = _BLOCK.match(source.pointer)
            at = blocks.setdefault(block[1], len(blocks)) if block else len(answered)
            yield number, answered[at] if at < len(answered) else ""


@lru_cache(maxsize=4096)
def families(arguments: str) -> frozenset[str]:
    """What a call does, as names that another call which does the same shares."""
    try:
        value = json.loads(arguments)
    except (ValueError, RecursionError):
        value = arguments
    if isinstance(value, dict) and value and not _COMMAND.intersection(value):
        return frozenset({arguments, "\n".join(sorted(value))})
    said = (
        "\n".join(v for v in value.values() if isinstance(v, str)) if isinstance(value, dict) else str(value)
    )
    ran = {m["script"] or " ".join(m["name"].split()) for m in _RUNS.finditer(said)}
    return frozenset({arguments, *ran} - {""})


def failed_test(line: str) -> str:
    """The name of the test that a line reports as failed, or ''."""
    found = _TEST.search(line)
    return found["name"].rpartition("::")[2] if found else ""


def passes(text: str, test: str) -> bool:
    """Whether an output reports a test as passed."""
    at = text.find(test)
    while at >= 0:
        start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
        line = text[start : end if end >= 0 else len(text)]
        if _PASSED.search(line.replace(test, " ")):
            return True
        at = text.find(test, at + 1)
    return False
