"""Old tool calls kept as they were made."""

from __future__ import annotations

import re
from dataclasses import replace

from limbeck.core.context import Context, Form

# OpenAI's calls stand at `/3/tool_calls/0/function/arguments` and the like, Anthropic's at `/3/content/1/input`.
ARGUMENTS = re.compile(r"/(?:tool_calls/\d+/.*|function_call/arguments|content/\d+/input)\Z")


def whole_calls(context: Context) -> Context:
    """The same context, in which the arguments of a tool call stay whole as long as the call stays.

    Cut arguments say that the agent did something that it never did. Kept whole they cost: a call that wrote a
    file brings the file.
    """
    old = context.segments
    segments = replace(old, form=bytearray(old.form))
    for source, rows in zip(context.sources, context.source_rows(), strict=True):
        if len(rows) and ARGUMENTS.search(source.pointer):
            segments.form[rows.start : rows.stop] = bytes([Form.FRAME]) * len(rows)
    return replace(context, segments=segments)
