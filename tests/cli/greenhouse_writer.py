"""What the scripted model server writes in the tests of the command line: two true statements and a wrong one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

CHUNK = re.compile(r"^\[(\d+)\] (.*)$", re.MULTILINE)


def write(messages: Sequence[Mapping[str, str]], schema: Mapping[str, Any] | None, max_tokens: int) -> str:
    """Statements that cite the chunks they name; when asked again for a failed one, the same once more."""
    chunks = {text: int(number) for number, text in CHUNK.findall(messages[-1]["content"])}

    def number(words: str) -> int:
        return next(n for text, n in chunks.items() if words in text)

    said = [
        ("decisions", "decision", "The drip line drip_2 is clogged.", "drip_2 is clogged"),
        ("errors and fixes", "fact", "Bed bed_9 is dry.", "bed_4"),
    ]
    statements = [
        {"section": section, "kind": kind, "text": text, "cites": [number(words)]}
        for section, kind, text, words in said
        if any(words in chunk for chunk in chunks)
    ]
    return json.dumps({"statements": statements})
