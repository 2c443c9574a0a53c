"""Records `session.json`: an agent's debugging session on this repository, its tool results real.

    python examples/record.py            # run from the repository, with the `dev` extra installed

What the user and the agent say is written below; what the tools answer is what the commands print, run in a
copy of the tree, so that nothing here changes. Paths in the answers are relative to that copy.

The session that stands here was recorded when a second result did not know the handles of the first one yet, which
is what it looks into. Recorded anew, the commands tell another story, so the texts between them have to change first.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = Path(__file__).with_name("session.json")

SYSTEM = """\
You are a coding agent in a Python repository. You work with two tools: `bash` runs a command at the root of
the repository, `read_file` shows a file with line numbers.
- Find the cause before you change anything, and say what you found.
- Never edit files under src/limbeck/core without asking first.
- Do not install packages.
- Run the tests of what you touched, and report the command that shows the result.
"""

SCRIPT = """\
import random

import limbeck

rng = random.Random(7)
lines = []
for n in range(400):
    when = f"2026-03-02 04:{n // 60:02d}:{n % 60:02d} worker-{rng.randrange(4)}"
    lines.append(f"{when} INFO fetched page {1000 + n} in {rng.randrange(20, 90)} ms\\n")
    if n in (130, 131, 290):
        lines.append(f"{when} ERROR page {1000 + n}: TLSHandshakeTimeout after {n // 10} s\\n")
log = "".join(lines)

first = limbeck.compact(log, max_tokens=3000, query="which pages failed?")
print("first pass:", first.tokens_before, "->", first.tokens_after, "markers:", ", ".join(first.markers))

second = limbeck.compact(first, max_tokens=1000, query="which pages failed?")
print("second pass:", second.tokens_before, "->", second.tokens_after, "markers:", ", ".join(second.markers))

lost = [handle for handle in first.markers if handle not in second.markers]
print("asking the second result for", lost[0])
print(second.expand(lost[0]))
"""

TASK = f"""\
My nightly job compacts a crawl log twice: once for the archive, and the result once more when the prompt has
to be shorter. Later a person asks for one of the gaps by its handle. Since last week expand() rejects handles
that stand in our archive, with a HandleError. Why does expand() reject them, and are the lines lost?

Keep the fix out of src/limbeck/core if you can: other people are working there. The job must still make do
with two passes, and it must never read the log file again. This is the job, boiled down:

```python
{SCRIPT}```
"""

FIXED = SCRIPT.replace(
    "print(second.expand(lost[0]))\n",
    """\
archive = {}
for result in (first, second):
    for handle in result.markers:
        archive.setdefault(handle, result)
print(archive[lost[0]].expand(lost[0]).splitlines()[0])
""",
)

CONTAINMENT = """\
import contextlib, io, json
with contextlib.redirect_stdout(io.StringIO()):
    try:
        exec(open("scratch/two_passes.py").read(), space := {})
    except space["limbeck"].LimbeckError:
        pass
first, second = space["first"], space["second"]
rows = []
for handle, marker in first.markers.items():
    spans = [[s.start, s.end] for s in marker.evidence]
    inside = [h for h, m in second.markers.items()
              if all(any(a.start <= s[0] and s[1] <= a.end for a in m.evidence) for s in spans)]
    rows.append({"handle": handle, "spans": spans, "inside": inside, "same_handle": handle in second.markers,
                 "characters": len(first.expand(handle))})
print(json.dumps({"first": len(first.markers), "second": len(second.markers), "markers": rows}))
"""

TEST = '''\
"""A second pass merges the markers of the first, and nothing becomes unreachable."""

from __future__ import annotations

import pytest

import limbeck

LOG = "".join(f"step {n}: read block {n * 37 % 1000} of volume v{n % 5}\\n" for n in range(300))


def test_after_two_passes_every_line_is_shown_or_behind_a_marker() -> None:
    first = limbeck.compact(LOG, max_tokens=1200)
    second = limbeck.compact(first, max_tokens=400)
    hidden = "".join(second.expand(handle) for handle in second.markers)
    lost = [line for line in LOG.splitlines() if line not in second.text and line not in hidden]
    assert lost == []


def test_the_first_result_still_knows_its_handles() -> None:
    first = limbeck.compact(LOG, max_tokens=1200)
    second = limbeck.compact(first, max_tokens=400)
    merged = [handle for handle in first.markers if handle not in second.markers]
    assert merged
    with pytest.raises(limbeck.LimbeckError, match="handles belong to the result that shows them"):
        second.expand(merged[0])
    assert first.expand(merged[0]) in LOG
'''

WRITE_LOG = """\
(sed '/^first = /,$d' scratch/two_passes.py; echo 'print(log, end="")') | python > scratch/crawl.log
wc scratch/crawl.log"""

TIMING = """\
import json, time, limbeck
exec(open("scratch/two_passes.py").read().split("first = ")[0])
rows = []
for keep in (0.5, 0.3, 0.1, 0.05):
    began = time.perf_counter()
    r = limbeck.compact(log, keep=keep, query="which pages failed?")
    rows.append({"keep": keep, "tokens_before": r.tokens_before, "tokens_after": r.tokens_after,
                 "markers": len(r.markers), "pieces": len(r.decisions), "limit_tokens": r.usage.limit_tokens,
                 "seconds": round(time.perf_counter() - began, 2)})
print(json.dumps(rows, indent=2))
"""


@dataclass(frozen=True)
class Turn:
    """What the agent says, the calls it makes at once, and what to take from the answers for later texts.

    A call is a shell command, or `read PATH [FROM TO]` for the tool that shows a file.
    """

    say: str
    calls: tuple[str, ...] = ()
    take: dict[str, str] = field(default_factory=dict)


def heredoc(path: str, text: str) -> str:
    """The command that writes a file."""
    return f"mkdir -p {Path(path).parent} && cat > {path} <<'EOF'\n{text}EOF"


def python(program: str) -> str:
    return f"python - <<'EOF'\n{program}EOF"


PYTEST = "python -m pytest -p no:cacheprovider "

FIRST_HALF = (
    Turn(
        "I will look at the layout first, then at where the error is raised.",
        ("ls -F", "git ls-files src | xargs wc -l"),
    ),
    Turn("The package is layered. Where does HandleError come from?", ('grep -rn "HandleError" src tests',)),
    Turn(
        "It is raised in two places; Result.expand is the one in question.",
        ("read src/limbeck/core/result.py",),
    ),
    Turn(
        "expand() looks the handle up in `markers` of this very result, and `markers` lists what is written"
        " in its context. So either the second result forgets markers, or it has others. I will reproduce "
        "it before I guess.",
        (heredoc("scratch/two_passes.py", SCRIPT), "python scratch/two_passes.py 2>&1 | tail -n 8"),
        {"lost": r"no marker '(k\w+)'"},
    ),
    Turn(
        "Reproduced: $lost is a marker of the first pass and the second pass does not have it. The second "
        "result has markers of its own. Next: how markers get their handles.",
        ("read src/limbeck/methods/markers.py", 'grep -n "handle" -r src/limbeck/methods src/limbeck/api'),
    ),
    Turn(
        "handle_of() hashes the message, the pointer, the offsets and the hidden text, so a handle names an"
        " exact stretch. When the stretch grows, the handle changes. Whether a second pass joins stretches "
        "is decided in cut.py, so I will read the part that places markers.",
        (
            "read src/limbeck/methods/cut.py 81 140",
            "grep -n markers src/limbeck/methods/select.py",
        ),
    ),
    Turn(
        "place_markers() works from gaps(), and gaps() looks only at rows that are kept now; rows of "
        "earlier markers are never kept. So old markers dissolve into the new gaps. If that is right, each "
        "old stretch must lie inside the evidence of a new marker. I will measure that.",
        (python(CONTAINMENT),),
        {"first": r'"first": (\d+)', "second": r'"second": (\d+)'},
    ),
    Turn(
        "That is the cause. The first pass set $first markers, the second $second, and every old stretch "
        "lies inside a new one. A stretch that did not grow keeps its handle; the others get a new one. "
        "Nothing is lost: the second result gives the same lines under another name, and the first result "
        "still knows the old names. Before I propose a fix I want to know what the tests already promise.",
        ("ls tests tests/*", PYTEST + "tests/core/test_handles.py"),
    ),
    Turn(
        "There is no test file for handles, so that call could not work. These are the tests of results as "
        "they are:",
        ("read tests/core/test_result.py", PYTEST + "--no-header -vv tests/core"),
    ),
    Turn(
        "They pass, and one of them pins down the message of the error, but none of them compacts twice. "
        "Does the documentation say how long a handle lives?",
        ('grep -rniE "handles? (belong|live)|merge" src docs --include=*.py --include=*.md | head -n 20',),
    ),
    Turn(
        "The docstring of expand() says that handles live as long as the result; compact() says that "
        "markers of an earlier result merge. Both are true and together they explain the error.\n\nSo: "
        "expand() rejects $lost because the second pass merged that gap with its neighbors, and the merged "
        "gap has its own handle. The lines are not lost. The job asks the wrong result. I see two remedies:"
        " (a) keep both results and ask the one that showed the handle; (b) let expand() also look through "
        "the markers of `before`. (b) is a change in src/limbeck/core, so I will not make it without your "
        "word.",
    ),
)

ANSWER = """\
Take (a), and leave core alone. Two more things: the archive can hold thousands of handles, so do not search
the results one by one, and add a test that fails if a second pass ever hides something that no marker covers.
Put it in tests/core/test_handles.py. Also tell me what a pass costs; the job has only 2 seconds.
"""

SECOND_HALF = (
    Turn(
        "Decision: a dictionary from handle to the result that shows it, the first result wins. I will "
        "write the test first.",
        (heredoc("tests/core/test_handles.py", TEST), PYTEST + "tests/core/test_handles.py"),
    ),
    Turn(
        "Both pass on the code as it is, which confirms the diagnosis. A test that cannot fail is worth "
        "nothing, so I break the marker code for a moment: with the last 40 characters of each gap "
        "forgotten, the first test has to fail.",
        (
            "cp src/limbeck/methods/markers.py scratch/markers.py && "
            r"sed -i 's/int(tos\[at\]))/int(tos[at]) - 40)/' src/limbeck/methods/markers.py && "
            "git diff -- src",
            PYTEST + "--tb=short tests/core/test_handles.py",
        ),
    ),
    Turn(
        "It fails as it should. I put the file back and make sure that nothing is left of the change.",
        (
            "mv scratch/markers.py src/limbeck/methods/markers.py && git status --short",
            PYTEST + "tests/core/test_handles.py",
        ),
    ),
    Turn(
        "Now the job itself. I also want to see with my own eyes what such a log looks like after a pass.",
        (
            heredoc("scratch/two_passes.py", FIXED),
            "python scratch/two_passes.py",
            "read scratch/two_passes.py",
            WRITE_LOG,
            "python -m limbeck compact scratch/crawl.log --max-tokens 1200 --query 'which pages failed?'",
        ),
    ),
    Turn(
        "The job gets its lines, without another look at the log. What does a pass cost?",
        (python(TIMING),),
    ),
    Turn(
        "Well within 2 seconds. I check the style of what I added, and the versions this was measured with.",
        (
            "python -m ruff check tests/core/test_handles.py",
            "python -m pip --disable-pip-version-check list --exclude-editable",
        ),
    ),
    Turn(
        "One last look at the code I explained to you, to be sure that I quote it right, and at the state "
        "of the tree.",
        (
            'grep -n "def \\|raise " src/limbeck/core/result.py',
            "read src/limbeck/methods/markers.py 44 72",
            "git status --short",
        ),
    ),
)  # fmt: skip

SUMMARY = """\
expand() rejects $lost because the second pass merged the gap behind it with its neighbors: handle_of() in
src/limbeck/methods/markers.py names an exact stretch of the source, and a longer stretch has another name.
Every stretch that the first pass hid lies behind a marker of the second, so no line is lost.

- scratch/two_passes.py now keeps a dictionary from handle to the result that shows it; src/limbeck/core is
  untouched.
- tests/core/test_handles.py holds two tests; the first one failed when I shortened the gaps, as it must.
- Shown by: python -m pytest tests/core/test_handles.py
"""


class Tree:
    """A copy of the repository to run commands in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        listed = self._git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard")
        for name in listed.splitlines():
            if not name.startswith("examples/") and (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, folder / name)
        self._git(folder, "init", "-q")
        self._git(folder, "add", "-A")
        self._git(
            folder,
            "-c",
            "user.name=Limbeck",
            "-c",
            "user.email=-",
            "commit",
            "-q",
            "-m",
            "The tree as it stands",
        )
        bin_folder = Path(sys.executable).parent
        self.env = {
            "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": "src",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "0",
            "HOME": str(folder),
            "COLUMNS": "100",
            "TERM": "dumb",
            "LC_ALL": "C.UTF-8",
        }

    @staticmethod
    def _git(folder: Path, *arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True)
        return done.stdout

    def answer(self, call: str) -> str:
        """What a tool says, with paths relative to the tree."""
        if call.startswith("read "):
            name, *lines = call.split()[1:]
            return self._numbered(name, *map(int, lines))
        done = subprocess.run(
            ["bash", "-c", call], cwd=self.folder, env=self.env, text=True, errors="replace", check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        said = done.stdout + (f"(exit code {done.returncode})\n" if done.returncode else "")
        for folder in {str(self.folder.resolve()), str(self.folder), str(ROOT)}:
            said = said.replace(folder + "/", "").replace(folder, ".")
        return re.sub(r'"[^"\n]*/site-packages/', '"site-packages/', said)

    def _numbered(self, name: str, first: int = 1, last: int = 10_000) -> str:
        lines = (self.folder / name).read_text(encoding="utf-8").splitlines(keepends=True)
        return "".join(f"{n:6d}\t{line}" for n, line in enumerate(lines, 1) if first <= n <= last)


def arguments(call: str) -> tuple[str, dict[str, object]]:
    """The tool a call goes to and its arguments."""
    if not call.startswith("read "):
        return "bash", {"command": call}
    name, *lines = call.split()[1:]
    given: dict[str, object] = {"path": name}
    if lines:
        given |= {"first_line": int(lines[0]), "last_line": int(lines[1])}
    return "read_file", given


def messages(tree: Tree) -> Iterator[dict[str, object]]:
    """The session, turn by turn."""
    taken: dict[str, str] = {}
    number = 0
    yield {"role": "system", "content": SYSTEM}
    yield {"role": "user", "content": TASK}
    for half in (FIRST_HALF, SECOND_HALF):
        for turn in half:
            said = Template(turn.say).substitute(taken)
            message: dict[str, object] = {"role": "assistant", "content": said}
            results: list[dict[str, object]] = []
            made = []
            for call in turn.calls:
                number += 1
                name, given = arguments(call)
                function = {"name": name, "arguments": json.dumps(given)}
                made.append({"id": f"call_{number:02d}", "type": "function", "function": function})
                text = tree.answer(call)
                results.append({"role": "tool", "tool_call_id": f"call_{number:02d}", "content": text})
                for key, pattern in turn.take.items():
                    if found := re.search(pattern, text):
                        taken[key] = found[1]
            yield message | ({"tool_calls": made} if made else {})
            yield from results
        if half is FIRST_HALF:
            yield {"role": "user", "content": ANSWER}
    yield {"role": "assistant", "content": Template(SUMMARY).substitute(taken)}


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        recorded = list(messages(Tree(Path(folder) / "limbeck")))
    text = json.dumps(recorded, indent=1, ensure_ascii=False) + "\n"
    foreign = re.findall(r'[^\s"\'(]*(?<![\w./~])/(?:home|root|tmp|usr|var|Users)/\S*', text)
    if foreign:
        print("not saved, paths of this machine stand in it:", *foreign[:10], sep="\n  ", file=sys.stderr)
        return 1
    OUTPUT.write_text(text, encoding="utf-8")
    print(f"{OUTPUT.relative_to(ROOT)}: {len(recorded)} messages, {len(text):,} characters")
    return 0


if __name__ == "__main__":
    sys.exit(main())
