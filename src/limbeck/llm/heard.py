"""What of an answer has come, and how a question is put in the ways that all providers share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from limbeck.core.distiller import Ask


@dataclass
class Heard:
    """An answer as far as it was read; what was read before a fault was paid for too.

    Attributes:
        parts: The text, in pieces.
        prompt_tokens, completion_tokens: As the endpoint counted; None until it says so.
        end: How it ended: whole, at the token bound, refused by the model or a filter; empty while it has not.
    """

    parts: list[str] = field(default_factory=list)
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    end: Literal["", "whole", "bound", "refused"] = ""
    begun: bool = False

    @property
    def text(self) -> str:
        return "".join(self.parts)


class Speaker(Protocol):
    """Puts a question to one provider and reads the answer."""

    errors: tuple[type[Exception], ...]

    async def say(self, ask: Ask, heard: Heard, without: frozenset[str]) -> None:
        """Fill `heard`.

        Args:
            without: Features that this endpoint does not have: `schema`, `usage`, or `bound`, the usual name of the
                bound on tokens.

        Raises:
            One of `errors` (the SDK's and its HTTP library's) or of `faults.RAISED`.
        """

    async def close(self) -> None: ...


def spoken(ask: Ask, schema_in_words: bool) -> list[dict[str, str]]:
    """The messages, in characters that UTF-8 has; with the schema in words, if it cannot go beside them."""
    said = [{"role": message["role"], "content": encodable(message["content"])} for message in ask.messages]
    if ask.schema is not None and schema_in_words:
        words = (
            "Answer with one JSON value and nothing else: no heading, no code fence. It must be valid against this "
            f"JSON schema:\n{json.dumps(ask.schema)}"
        )
        if said and said[-1]["role"] == "user":
            said[-1]["content"] += f"\n\n{words}"
        else:
            said.append({"role": "user", "content": words})
    return said


def encodable(text: str) -> str:
    """The text with halves of surrogate pairs joined where both are there, and replaced where not."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def whole_number(value: object) -> int | None:
    """A count that an endpoint gave, if it is one."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def texts(content: object) -> list[str]:
    """The texts in the content of a message that came at once: a text, or a list of blocks, of which some are texts."""
    if isinstance(content, str):
        return [content]
    blocks = content if isinstance(content, list) else []
    found = (block.get("text") for block in blocks if isinstance(block, Mapping))
    return [text for text in found if isinstance(text, str)]


def strict(schema: Mapping[str, Any]) -> bool:
    """Whether every object of a schema names all its properties as required and allows no others."""
    if schema.get("type") == "object" or "properties" in schema:
        properties = schema.get("properties", {})
        if schema.get("additionalProperties") is not False or set(schema.get("required", ())) != set(
            properties
        ):
            return False
        return all(strict(each) for each in properties.values() if isinstance(each, Mapping))
    inner = [schema.get("items"), *schema.get("anyOf", ()), *schema.get("$defs", {}).values()]
    return all(strict(each) for each in inner if isinstance(each, Mapping))
