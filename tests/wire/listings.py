"""Generated message lists for the laws: both providers' shapes, well paired or not."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

TEXTS = st.one_of(
    st.text(max_size=40),
    st.lists(
        st.sampled_from(["def f(x):", "    return x", "", "a: b", "Ünï ❄️ 日本", "\ud800", "\x00"]), max_size=6
    ).map("\n".join),
    st.sampled_from(
        ["One sentence. And another, longer one. " * 6, "\r\n\r\n", "  ", '{"a": [1, {"b": "c"}]}\n']
    ),
)
SPOKEN = TEXTS.filter(lambda text: bool(text.strip()))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.text(max_size=8), VALUES, max_size=5)
NAMES = st.sampled_from(["read_file", "shell", "grep"])
IDS = st.sampled_from(["c1", "c2", "c3", "c4"])
EXTRAS = st.dictionaries(st.sampled_from(["x_note", "weight", "annotations"]), VALUES, max_size=2)
_ARGUMENTS = st.one_of(OBJECTS.map(json.dumps), OBJECTS.map(lambda o: json.dumps(o, indent=2)), TEXTS)
_PARTS = st.one_of(
    TEXTS.map(lambda t: {"type": "text", "text": t}),
    TEXTS.map(lambda t: {"type": "refusal", "refusal": t}),
    st.just({"type": "image_url", "image_url": {"url": "https://pictures.example/a.png"}}),
    st.fixed_dictionaries({"type": st.just("something_new"), "payload": VALUES}),
)
_OPENAI_CALLS = st.lists(
    st.builds(
        lambda i, n, a: {"id": i, "type": "function", "function": {"name": n, "arguments": a}},
        IDS,
        NAMES,
        _ARGUMENTS,
    ),
    max_size=3,
)


@st.composite
def openai_messages(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Any roles in any order; calls and results pair only by chance."""
    made = []
    for role in draw(
        st.lists(st.sampled_from(["system", "developer", "user", "assistant", "tool"]), max_size=8)
    ):
        message: dict[str, Any] = {"role": role}
        message["content"] = draw(st.one_of(TEXTS, st.none(), st.lists(_PARTS, max_size=4)))
        if role == "assistant" and draw(st.booleans()):
            message["tool_calls"] = draw(_OPENAI_CALLS)
        if role == "tool":
            message["tool_call_id"] = draw(IDS)
        made.append({**message, **draw(EXTRAS)})
    return made


@st.composite
def openai_sessions(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Every call has its result behind it, before the next message of the assistant; ids are unique."""
    made: list[dict[str, Any]] = [{"role": "system", "content": draw(TEXTS)}] if draw(st.booleans()) else []
    for turn in range(draw(st.integers(0, 4))):
        if draw(st.booleans()):
            made.append({"role": "user", "content": draw(TEXTS)})
        calls = draw(_OPENAI_CALLS)
        for number, call in enumerate(calls):
            call["id"] = f"t{turn}-{number}"
        made.append({"role": "assistant", "content": draw(st.none() | TEXTS), "tool_calls": calls})
        results = [{"role": "tool", "tool_call_id": call["id"], "content": draw(TEXTS)} for call in calls]
        made += draw(st.permutations(results))
    return made


_CACHE = st.sampled_from([{}, {}, {"cache_control": {"type": "ephemeral"}}])


@st.composite
def anthropic_sessions(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Alternating messages as the provider accepts them, every tool use answered in the next message."""
    made: list[dict[str, Any]] = []
    open_calls: list[str] = []
    for turn in range(draw(st.integers(1, 7))):
        content: list[dict[str, Any]] = []
        if turn % 2 == 0:
            for one in open_calls:
                inner = draw(
                    st.one_of(TEXTS, st.lists(SPOKEN.map(lambda t: {"type": "text", "text": t}), min_size=1))
                )
                failed = (
                    bool(inner)
                    and (not isinstance(inner, str) or bool(inner.strip()))
                    and draw(st.booleans())
                )
                result = {"type": "tool_result", "tool_use_id": one, "content": inner}
                content.append({**result, "is_error": True} if failed else result)
            open_calls = []
        else:
            if draw(st.booleans()):
                content.append({"type": "thinking", "thinking": draw(TEXTS), "signature": "c2ln"})
            for number in range(draw(st.integers(0, 2))):
                open_calls.append(f"u{turn}-{number}")
                content.append(
                    {"type": "tool_use", "id": open_calls[-1], "name": draw(NAMES), "input": draw(OBJECTS)}
                )
        texts = [{"type": "text", "text": t, **draw(_CACHE)} for t in draw(st.lists(SPOKEN, max_size=3))]
        if turn % 2 == 0:
            content += texts
        else:
            content[:0] = [] if content and content[0]["type"] == "thinking" else texts
            content += texts if content and content[0]["type"] == "thinking" and not open_calls else []
        if all(block["type"] == "thinking" for block in content):
            content.append({"type": "text", "text": draw(SPOKEN)})
        plain = len(content) == 1 and content[0]["type"] == "text" and draw(st.booleans())
        made.append(
            {"role": ["user", "assistant"][turn % 2], "content": content[0]["text"] if plain else content}
        )
    if open_calls:
        made.append({"role": "user", "content": [_result(one, draw(TEXTS)) for one in open_calls]})
    return made


def _result(of: str, content: str) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": of, "content": content}


@st.composite
def anthropic_requests(draw: st.DrawFn) -> dict[str, Any]:
    """A request body with a system prompt."""
    spoken = st.lists(SPOKEN.map(lambda t: {"type": "text", "text": t}), min_size=1, max_size=3)
    return {
        "model": "some-model",
        "system": draw(st.one_of(SPOKEN, spoken)),
        "messages": draw(anthropic_sessions()),
        "max_tokens": 100,
    }
