"""Our own `POST /v1/distill`: a whole result, and a refusal with the addends where it does not fit."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from limbeck.api import compact
from limbeck.core.errors import BudgetError
from limbeck.core.result import Result
from limbeck.methods.markers import lines_hidden
from limbeck.serve.answers import Answer, Refused
from limbeck.serve.schemas import DistillRequest

from .material import headers
from .refusing import PLAIN, RequestError, refusing, validated

_OPTIONS = (
    "query", "keep", "max_tokens", "preserve_recent", "pin_head", "markers", "pins", "counter", "whole_calls",
)  # fmt: skip


@refusing(PLAIN, invalid=422)
def distill(body: Mapping[str, Any], fallback: bool) -> Answer | Refused:
    """`POST /v1/distill`. All options are those of `limbeck.compact`."""
    asked = validated(DistillRequest, body)
    if (asked.input is None) == (asked.messages is None):
        raise RequestError("give either input or messages", "input")
    if (asked.keep is None) == (asked.max_tokens is None):
        raise RequestError("give either keep (fraction of tokens kept) or max_tokens", "keep")
    given = body["messages"] if asked.messages is not None else body["input"]
    if asked.system is not None:
        if isinstance(given, str):
            raise RequestError("system stands beside messages, not beside a text", "system")
        given = {"system": body["system"], "messages": given}
    try:
        result = compact(given, **{name: getattr(asked, name) for name in _OPTIONS})
    except BudgetError as error:
        details = {
            "limit_tokens": error.limit_tokens, "pinned_tokens": error.pinned_tokens, "addends": error.addends,
        }  # fmt: skip
        return Refused(422, "budget_error", str(error), "budget", "max_tokens", details)
    return Answer(
        _whole(result, asked), headers=headers(result.tokens_before, result.tokens_after),
        tokens_before=result.tokens_before, tokens_after=result.tokens_after,
    )  # fmt: skip


def _whole(result: Result, asked: DistillRequest) -> dict[str, Any]:
    context = result.context
    markers = {}
    for handle, marker in result.markers.items():
        told: dict[str, Any] = {
            "lines": lines_hidden(context, list(marker.evidence)),
            "spans": [list(span) for span in marker.evidence],
        }
        if asked.include_originals:
            told["text"] = result.expand(handle)
        markers[handle] = told
    return {
        "id": f"dist-{uuid4().hex}",
        "method": result.method,
        "text": result.text,
        "messages": result.messages,
        "usage": result.usage._asdict(),
        "checks": [check._asdict() for check in result.checks],
        "notes": list(result.before.notes),
        "sources": [
            {
                "message": s.message,
                "pointer": s.pointer,
                "kind": s.kind,
                "content": s.content,
                "chars": len(s.text),
            }
            for s in context.sources
        ],
        "kept_spans": [list(span) for span in result.kept_spans],
        "decisions": _decisions(result) if asked.include_decisions else None,
        "markers": markers,
        "report": result.report(),
    }


def _decisions(result: Result) -> list[dict[str, Any]]:
    decisions, segments = result.decisions, result.before.segments
    return [
        {
            "source": segments.source[row], "start": segments.start[row], "end": segments.end[row],
            "kept": bool(decisions.kept[row]), "reason": decisions.reasons[decisions.reason[row]],
            "score": _finite(decisions.score[row]), "marker": decisions.handle(row),
        }
        for row in range(len(decisions))
    ]  # fmt: skip


def _finite(score: float) -> float | None:
    """A score as JSON can say it: an infinite one is the largest number, one that is no number is null."""
    if math.isnan(score):
        return None
    return math.copysign(sys.float_info.max, score) if math.isinf(score) else score
