"""What came in, as far as it must be known to render a result back in kind."""

from __future__ import annotations

from typing import Any, Protocol

from .context import Context


class Body(Protocol):
    """Renders a context in the format that came in. `limbeck.wire` makes these."""

    @property
    def format(self) -> str:
        """`text`, `openai`, `anthropic`, ..."""
        ...

    def messages(self, context: Context) -> list[dict[str, Any]]:
        """The messages as new dicts in the format that came in; for a text, one user message."""
        ...

    def whole(self, context: Context) -> Any:
        """The whole thing in kind: a text for a text, a list for a list, a mapping for a mapping."""
        ...
