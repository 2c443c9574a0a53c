"""What a chat request is answered with: a compaction, or a digest where a model is asked for that is not here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from limbeck import api
from limbeck.core.budget import count_context
from limbeck.core.errors import BudgetError
from limbeck.local.counters import counter
from limbeck.serve.schemas import Options
from limbeck.wire import read

from .instruction import summary_material
from .material import COUNTER, Distilled, Wanted, distilled, is_ours, wanted
from .plain import Messages, plain
from .refusing import RequestError
from .turns import turns

if TYPE_CHECKING:
    from limbeck.core.artifact import Artifact

SUMMARY_KEEP = 0.25
"""Where nothing says how long the summary may be."""
FALLBACK = "digest"


def answered(
    messages: Messages, options: Options, model: str, *bounds: int | None, fallback: bool, ignored: int = 0
) -> tuple[Distilled, str]:
    """What a chat request is answered with, and the name of the fallback that answered, if one did.

    Raises:
        RequestError: An option is wrong; or the model is none of ours and, with `fallback`, no summary is asked for.
    """
    if is_ours(model):
        found, name = distilled(messages, wanted(options, model, *bounds)), ""
    else:
        bare, others = plain(messages)
        ignored += others
        material = summary_material(bare) if fallback else None
        if material is None:
            raise RequestError(
                "this model is not served here, no upstream is configured, and the request asks for no summary;"
                " use limbeck-compact, or start the server with --upstream URL",
                "model", 404, "model_not_found",
            )  # fmt: skip
        asked = wanted(options, model, *bounds, default_keep=SUMMARY_KEEP)
        asked = replace(asked, query=asked.query or "", preserve_recent=0, pin_head=False)
        found, name = digested(material, asked) if material else Distilled(""), FALLBACK
    return replace(found, ignored=found.ignored + ignored), name


def digested(material: Messages, asked: Wanted) -> Distilled:
    """A digest of messages that `plain` made, within the smaller of both budgets.

    Where not even one quote fits, the shortest one; where there is nothing to quote, or only pins that take more
    room under a heading than they do in the material, what a compaction leaves.

    Cost: that of `limbeck.digest`, and of reading and counting once more.
    """
    given, before = _given(material)
    limit = max(1, int(asked.keep * before))
    if asked.max_tokens is not None:
        limit = min(limit, asked.max_tokens)
    try:
        artifact = _shortest(given, asked, limit)
    except BudgetError:
        return distilled(material, asked)
    if not artifact.text:
        return distilled(material, asked)
    after = artifact.usage.tokens_after
    return Distilled(artifact.text, before, after, max(0, after - limit))


def _given(material: Messages) -> tuple[str | Sequence[Any], int]:
    """What is digested and its tokens: a lone text counts as such, several messages with their envelopes."""
    counting = counter(COUNTER)
    if len(material) == 1 and isinstance(material[0]["content"], str) and not material[0].get("tool_calls"):
        text = material[0]["content"]
        return turns(text) or text, counting.count(text)
    return material, count_context(read(material, counting)[0], counting)


def _shortest(given: str | Sequence[Any], asked: Wanted, limit: int) -> Artifact:
    """A digest within a limit or, if what must stay is more, of just that.

    Raises:
        BudgetError: It is more than the material.
    """

    def run(most: int) -> Artifact:
        # By its module, which imports it now: who only compacts waits for none of it at the start.
        return api.digest(given, max_tokens=most, query=asked.query, pins=asked.pins, counter=COUNTER)

    try:
        return run(limit)
    except BudgetError as error:
        return run(error.pinned_tokens)
