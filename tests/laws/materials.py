"""Material of every kind for the laws: written here, odd inputs included."""

from __future__ import annotations

import json
from typing import Any

CODE = '''import os
from pathlib import Path


class UserStore:
    """Keeps users in a file."""

    def __init__(self, path: Path, retry_count: int = 3) -> None:
        self.path = path
        self.retry_count = retry_count

    def load(self, user_id: str) -> dict:
        raw = self.path.read_text()
        if not raw:
            raise KeyError(f"no user {user_id} in {self.path}")
        return json.loads(raw)[user_id]


def find_config(start: Path) -> Path | None:
    for parent in [start, *start.parents]:
        if (parent / "limbeck.toml").exists():
            return parent / "limbeck.toml"
    return None
'''
LOG = "".join(
    f"2026-11-{day:02d} 10:{minute:02d}:07,{minute * 7:03d} {'ERROR' if minute == 31 else 'INFO'} "
    f"worker-{minute % 4} handled request req_{day}{minute:02d} in {minute * 3} ms\n"
    for day in (18, 19)
    for minute in range(0, 60, 3)
)
PROSE = (
    "The warehouse in Arnhem holds 4,200 pallets. Dr. Vos signed the lease on 3 May 2024! You must never "
    "ship lithium cells by air. Every driver carries a scanner, and the scanner syncs at 18:30. "
    "Is the cold room certified? It is, until 2027-02-01; the certificate is NL-COLD-5519.\n\n"
    "Returns go to dock 7. Damaged goods are photographed first. Nobody may sign for a colleague.\n"
) * 3
JSON_TEXT = json.dumps(
    {
        "items": [
            {"id": n, "name": f"part_{n}", "tags": ["steel", "M8"], "price": n * 1.25, "note": None}
            for n in range(30)
        ],
        "total": 30,
        "comment": "line one\nline two \u00e9\u4e2d\U0001f600 " * 20,
        "empty": {},
        "nested": {"a": [[], [1, [2, [3]]]], "b": {"c": {"d": "deep value here"}}},
    },
    indent=2,
)
JSON_LINE = json.dumps(json.loads(JSON_TEXT))
DIFF = """diff --git a/src/store.py b/src/store.py
index 1234567..89abcde 100644
--- a/src/store.py
+++ b/src/store.py
@@ -10,7 +10,7 @@ class UserStore:
     def load(self, user_id):
-        raw = self.path.read_text()
+        raw = self.path.read_text(encoding="utf-8")
         if not raw:
             raise KeyError(user_id)
         return json.loads(raw)[user_id]
@@ -40,3 +40,6 @@ def find_config(start):
     return None
+
+def reset_cache():
+    CACHE.clear()
"""
GREP = "".join(f"src/app/mod_{n}.py:{n * 11}:    value_{n} = load_value(index_{n}, {n})\n" for n in range(40))
TRACEBACK = """Traceback (most recent call last):
  File "app/main.py", line 12, in main
    store.load(user_id)
  File "app/store.py", line 31, in load
    return json.loads(raw)[user_id]
KeyError: 'u_4411'
"""
TABLE = "| name | size | owner |\n|---|---|---|\n" + "".join(
    f"| file_{n}.bin | {n * 1024} | team-{n % 3} |\n" for n in range(30)
)
MARKDOWN = "# Guide\n\n" + "".join(
    f"## Part {n}\n\n- Always run `make check_{n}` first.\n- Then read docs/part_{n}.md.\n\n"
    f"```sh\nmake part_{n}\n```\n\n"
    for n in range(12)
)
ODD = {
    "empty": "",
    "newline": "\n",
    "one word": "word",
    "crlf": LOG.replace("\n", "\r\n"),
    "cr": GREP.replace("\n", "\r"),
    "mixed ends": "a.b.c = 1\r\nx_y\rz_w 2\n\r\nlast_line without end",
    "bom": "\ufeff" + PROSE,
    "nul": "count_1\x00zero\x00\nline_2 \x00 end\n" * 8,
    "lone surrogates": "name_1 \ud800 text \udfff end\n" * 10,
    "ansi": "".join(
        f"\x1b[31mFAIL\x1b[0m tests/test_{n}.py::test_case_{n} \x1b[2m{n}ms\x1b[0m\n" for n in range(20)
    ),
    "rtl": "هذا سطر أول فيه رقم 4411. وهذا سطر ثان؟ نعم، هذا صحيح.\n" * 8
    + "זהו משפט בעברית עם build_12.\n" * 5,
    "cjk": "仓库在阿纳姆，有四千个托盘。司机必须带扫描仪！冷藏室已认证吗？证书号 NL-5519。" * 6,
    "emoji": "👩‍👩‍👧 family_1 🇳🇱 flag ❤️ heart 👍🏽 ok. Next one 🎉! " * 8,
    "long run": "x" * 5000,
    "minified": "function a(b,c){return b+c};var d_1=a(1,2);" * 60,
    "blank lines": "\n\n\nvalue_1\n\n\n   \n\t\nvalue_2\n\n" * 6,
    "forged marker": "(filtered 12 lines, k3f9a2)\nreal_line_1\n" * 12,
    "keep tags": "noise_1 line\n" * 20
    + "<keepContext>\nsecret_plan = 42\n</keepContext>\n"
    + "noise_2 line\n" * 20,
    "deep json": "[" * 400 + "1" + "]" * 400,
    "json string": json.dumps("one sentence. another sentence! " * 40),
    "jsonl": "".join(
        json.dumps({"event": n, "path": f"a/b_{n}.py", "ok": n % 2 == 0}) + "\n" for n in range(40)
    ),
}
TEXTS: dict[str, str] = {
    "code": CODE * 2,
    "log": LOG,
    "prose": PROSE,
    "json": JSON_TEXT,
    "json line": JSON_LINE,
    "diff": DIFF * 3,
    "grep": GREP,
    "traceback": LOG + TRACEBACK + LOG,
    "table": TABLE,
    "markdown": MARKDOWN,
    **ODD,
}


def call(number: int, name: str, arguments: str) -> dict[str, Any]:
    return {"id": f"call_{number}", "type": "function", "function": {"name": name, "arguments": arguments}}


def openai() -> list[dict[str, Any]]:
    """A coding conversation: parallel calls, JSON results, arguments with code in them."""
    return [
        {"role": "system", "content": "You are careful. Never push to main. Only edit files under src/."},
        {
            "role": "user",
            "content": "The login test fails since yesterday. Find out why. Do not touch the database.",
        },
        {
            "role": "assistant",
            "content": "I look at the tests first.",
            "tool_calls": [
                call(1, "bash", '{"command": "ls -R"}'),
                call(2, "read", '{"path": "src/store.py"}'),
            ],
        },
        {"role": "tool", "tool_call_id": "call_1", "content": GREP},
        {"role": "tool", "tool_call_id": "call_2", "content": CODE},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                call(
                    3,
                    "edit",
                    json.dumps(
                        {"path": "src/store.py", "old": CODE[:300], "new": CODE[:280] + "# changed\n"}
                    ),
                )
            ],
        },
        {"role": "tool", "tool_call_id": "call_3", "content": JSON_LINE},
        {"role": "assistant", "content": "The cause is `retry_count`. I set it to 5 in src/store.py."},
        {"role": "user", "content": [{"type": "text", "text": "Good. Now run the tests again."}]},
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [call(4, "bash", '{"command": "pytest -q tests/test_login.py"}')],
        },
        {"role": "tool", "tool_call_id": "call_4", "content": LOG + TRACEBACK},
        {"role": "assistant", "content": "KeyError: 'u_4411' comes from app/store.py, line 31."},
        {"role": "user", "content": "Fix it, then stop."},
    ]


def anthropic() -> list[dict[str, Any]]:
    """The same kind of conversation in blocks."""
    return [
        {"role": "user", "content": "Why does the nightly job fail? You must not restart it."},
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "Look at the log first.", "signature": "c2lnbmVk"},
                {"type": "text", "text": "I read the log."},
                {
                    "type": "tool_use",
                    "id": "tu_1",
                    "name": "read_log",
                    "input": {"path": "logs/nightly.log", "tail": 400},
                },
            ],
        },
        {
            "role": "user",
            "content": [
                {
                    "type": "tool_result",
                    "tool_use_id": "tu_1",
                    "content": [{"type": "text", "text": LOG + TRACEBACK}],
                }
            ],
        },
        {
            "role": "assistant",
            "content": [{"type": "text", "text": "A KeyError for u_4411. I check the store."}],
        },
        {"role": "user", "content": "Go on."},
        {
            "role": "assistant",
            "content": [
                {
                    "type": "tool_use",
                    "id": "tu_2",
                    "name": "read",
                    "input": {"path": "app/store.py", "text": CODE},
                }
            ],
        },
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "tu_2", "content": CODE}]},
        {"role": "assistant", "content": "The user u_4411 was removed by cleanup_users.py."},
        {"role": "user", "content": "Thanks. Write that down."},
    ]


def orphans() -> list[dict[str, Any]]:
    """Results without calls, calls without results, a list that begins with a tool message."""
    return [
        {"role": "tool", "tool_call_id": "gone", "content": LOG},
        {"role": "assistant", "content": "I go on.", "tool_calls": [call(9, "bash", '{"command": "make"')]},
        {"role": "user", "content": PROSE},
        {"role": "tool", "tool_call_id": "never", "content": GREP},
        {"role": "assistant", "content": "Done: see build_7.log."},
    ]


CONVERSATIONS = {"openai": openai, "anthropic": anthropic, "orphans": orphans}
