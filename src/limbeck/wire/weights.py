"""What the parts of a message weigh that never enter the core: its riders, in tokens.

No provider publishes its exact accounting, so all of these are estimates; they are kept in this one place,
each with its reason. The texts themselves are counted elsewhere, by the budget's own counter.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from limbeck.core.budget import Counter

MESSAGE_TOKENS = 3
"""Role and delimiters of a message, as published for OpenAI's chat models. A tool call or result adds its
function's name, which is counted; its identifier is not shown to the model."""
IMAGE_TOKENS = 765
"""A picture of 1024 x 1024 points at high detail (85 + 4 tiles of 170); at 750 points a token it is one of
757 x 757. The true size is not looked up: a picture may be a link."""
PDF_BYTES_PER_TOKEN = 25
"""A page of a typical PDF has 50 kB and, read as text and picture, 2,000 tokens."""
PAGE_TOKENS = 1500
"""The least a document weighs, and what one weighs whose size cannot be seen (a link or a file id)."""
AUDIO_BYTES_PER_TOKEN = 1600
"""Ten tokens a second, at the 16 kB a second of compressed speech; for uncompressed sound it is too much."""
AUDIO_TOKENS = 10
"""The least a sound weighs: one second."""
OPAQUE_CHARS_PER_TOKEN = 4
"""Encrypted thinking, and blocks of a type unknown here (weighed by their JSON)."""

_BASE64_BYTES = 3 / 4  # four characters of base64 hold three bytes


class Weights:
    """Weighs riders with one counter; the names of tools repeat, so each is counted once."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._names: dict[str, int] = {}

    def name(self, name: object) -> int:
        """Tokens of a tool's or speaker's name; anything but a text weighs nothing."""
        if not isinstance(name, str) or not name:
            return 0
        known = self._names.get(name)
        if known is None:
            known = self._names[name] = self._counter.count(name)
        return known

    def text(self, text: object) -> int:
        """Tokens of a text that travels as a rider; anything but a text weighs nothing."""
        return self._counter.count(text) if isinstance(text, str) and text else 0

    def opaque(self, value: object) -> int:
        """Tokens of something not looked into, by the length of its text or of its JSON."""
        if not isinstance(value, str):
            value = json.dumps(value, ensure_ascii=False, default=str)
        return len(value) // OPAQUE_CHARS_PER_TOKEN

    def document(self, block: Mapping[str, Any]) -> int:
        """Tokens of a document (Anthropic) or a file (OpenAI): its text counted, its bytes estimated."""
        source = block.get("source", block.get("file"))
        if not isinstance(source, Mapping):
            return PAGE_TOKENS
        beside = self.text(block.get("title")) + self.text(block.get("context"))
        kind = source.get("type")
        data = source.get("data", source.get("file_data"))
        if kind == "text":
            return beside + self.text(data)
        if kind == "content":
            content = source.get("content")
            return beside + (self.text(content) if isinstance(content, str) else self.blocks(content))
        size = len(data) * _BASE64_BYTES if isinstance(data, str) else 0
        return beside + max(PAGE_TOKENS, int(size / PDF_BYTES_PER_TOKEN))

    def audio(self, block: Mapping[str, Any]) -> int:
        """Tokens of a recorded sound, by its bytes."""
        sound = block.get("input_audio")
        data = sound.get("data") if isinstance(sound, Mapping) else None
        size = len(data) * _BASE64_BYTES if isinstance(data, str) else 0
        return max(AUDIO_TOKENS, int(size / AUDIO_BYTES_PER_TOKEN))

    def blocks(self, blocks: object) -> int:
        """Tokens of a list of blocks that is carried, not read: the inside of a document."""
        if not isinstance(blocks, list | tuple):
            return 0
        return sum(self.block(block) for block in blocks)

    def block(self, block: object) -> int:
        """Tokens of one block that is carried, not read."""
        if not isinstance(block, Mapping):
            return self.opaque(block)
        match block.get("type"):
            case "text":
                return self.text(block.get("text"))
            case "image" | "image_url" | "input_image":
                return IMAGE_TOKENS
            case "document" | "file":
                return self.document(block)
            case "input_audio":
                return self.audio(block)
            case "redacted_thinking":
                return self.opaque(block.get("data") or "")
        return self.opaque(block)
