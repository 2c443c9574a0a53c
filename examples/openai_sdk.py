"""Distill one long text with the OpenAI SDK: only the address and the key differ from a hosted service.

    limbeck serve &
    python examples/openai_sdk.py build.log
    some command | python examples/openai_sdk.py

The address is taken from LIMBECK_URL (default http://127.0.0.1:8787/v1), the key from LIMBECK_API_KEY. On loopback
without keys any key is accepted.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from openai import OpenAI


def distill(client: OpenAI, text: str) -> str:
    """The lines of a text that matter most, byte for byte; about half of its tokens."""
    answer = client.chat.completions.create(
        model="morph-compact",
        messages=[{"role": "user", "content": text}],
    )
    usage = answer.usage
    if usage is not None:
        print(f"{usage.prompt_tokens:,} -> {usage.completion_tokens:,} tokens", file=sys.stderr)
    return answer.choices[0].message.content or text


if __name__ == "__main__":
    given = Path(sys.argv[1]).read_text(encoding="utf-8") if len(sys.argv) > 1 else sys.stdin.read()
    with OpenAI(
        base_url=os.environ.get("LIMBECK_URL", "http://127.0.0.1:8787/v1"),
        api_key=os.environ.get("LIMBECK_API_KEY", "any"),
    ) as limbeck:
        sys.stdout.write(distill(limbeck, given))
