"""What came out of a distillation: the new context, the account, and views of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .body import Body
from .context import Context, Written
from .decisions import Check, Decisions, Usage
from .errors import HandleError
from .report import report_text
from .visible import number_of

_HANDLES_TOLD = 5


@dataclass(frozen=True, repr=False)
class Result:
    """A distilled context with its account.

    Attributes:
        context: The new context. Its spans point into the original sources.
        before: The context that came in.
        decisions: One for each segment of `before`.
        usage: Tokens, budget, time.
        checks: The laws that were verified on this very result, and warnings (a constraint that was lost).
        method: The name of the method.
        body: Renders the context in the format that came in. Without one, messages are role and text.
    """

    context: Context
    before: Context
    decisions: Decisions
    usage: Usage
    checks: tuple[Check, ...]
    method: str
    body: Body | None = None

    def __repr__(self) -> str:
        """One line, whatever the size."""
        kept, pieces = self.decisions.kept.count(1), number_of(len(self.decisions), "piece")
        return (
            f"<Result {self.method}: {self.tokens_before:,} -> {self.tokens_after:,} tokens, "
            f"{kept:,} of {pieces} kept, {number_of(len(self.markers), 'marker')}>"
        )

    @property
    def tokens_before(self) -> int:
        """Tokens of what came in."""
        return self.usage.tokens_before

    @property
    def tokens_after(self) -> int:
        """Tokens of what came out, by the same counter."""
        return self.usage.tokens_after

    @property
    def text(self) -> str:
        """The new text: all texts that have something left, joined by newlines; made anew at each access."""
        return "\n".join(self.context.texts().values())

    @property
    def text_before(self) -> str:
        """The original texts joined by newlines; `kept_spans` point into it. For a bare text, that text."""
        return "\n".join(source.text for source in self.context.sources)

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The new messages in the format that came in; for a text, one user message."""
        if self.body is not None:
            return self.body.messages(self.context)
        texts = self.context.texts()
        column = self.context.segments.source
        return [
            {"role": m.role, "content": "\n".join(texts[n] for n in sorted({column[i] for i in m.segments}))}
            for m in self.context.messages
        ]

    @property
    def whole(self) -> Any:
        """What to send, in kind: a text for a text, a list for a list of messages, the request for a request.

        A request (a mapping with `messages`) is a new dict with `messages` and `system` replaced and all other
        keys as they were. Without a body, `messages`. Made anew at each access.
        """
        return self.messages if self.body is None else self.body.whole(self.context)

    @property
    def kept_spans(self) -> list[tuple[int, int]]:
        """What was kept, as half-open ranges of `text_before` in code points.

        Ascending and not overlapping; touching ranges are merged, yet never across two texts. Without
        markers and for a bare text, `text` is exactly the concatenation of these ranges.
        """
        offsets, at = [], 0
        for source in self.context.sources:
            offsets.append(at)
            at += len(source.text) + 1
        return [(offsets[s] + start, offsets[s] + end) for s, start, end in self.context.quoted_runs()]

    @property
    def markers(self) -> Mapping[str, Written]:
        """Every marker of the result by its handle."""
        return {w.handle: w for w in self.context.segments.written.values() if w.handle}

    def expand(self, handle: str) -> str:
        """The text a marker stands for, byte-identical: what was left out there, pieces joined in order.

        Handles live as long as this result, in memory or in its JSON; so do those of the result it was
        made from.

        Raises:
            HandleError: No marker of this result has that handle.
        """
        marker = self.markers.get(handle)
        if marker is None:
            earlier = (w for w in self.before.segments.written.values() if w.handle == handle)
            marker = next(earlier, None) if handle else None
        if marker is None:
            known = ", ".join(sorted(self.markers)[:_HANDLES_TOLD]) or "none"
            more = ", ..." if len(self.markers) > _HANDLES_TOLD else ""
            raise HandleError(
                f"no marker {handle!r} in this result ({number_of(len(self.markers), 'marker')}: {known}{more}); "
                "handles belong to the result that shows them"
            )
        sources = self.context.sources
        return "".join(sources[s.source].text[s.start : s.end] for s in marker.evidence)

    def report(self) -> str:
        """What was kept, what was left out and why: plain text, at most 80 columns. Linear in the input."""
        return report_text(
            self.before, self.context, self.decisions, self.usage, self.checks, self.method, self.markers
        )
