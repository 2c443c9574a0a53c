"""Contracts that do as they are told, to see what the server makes of it. `Settings.contracts` names this module."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from typing import Any

from limbeck.serve.answers import Answer, Refused

MODELS = ("limbeck-compact", "morph-compact")


def is_ours(model: str) -> bool:
    return model.partition(":")[0] in MODELS


class Contract:
    """A contract of a name; `{"do": ...}` in the body says what happens."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, body: Mapping[str, Any], *, fallback: bool = False) -> Answer | Refused:
        do = body.get("do", "echo")
        if do == "sleep":
            time.sleep(body["seconds"])
        elif do == "die":
            os._exit(3)
        elif do == "raise":
            raise KeyError(body["secret"])
        elif do == "refuse":
            return Refused(
                422, "budget_error", "12 pinned tokens exceed 3", "budget", "keep", {"addends": {"a": 12}}
            )
        elif do == "fill":
            return Answer({"text": "x" * body["chars"]})
        elif do == "events":
            return Answer({}, events=tuple(b"data: %d\n\n" % n for n in range(body["count"])))
        elif do == "hide":
            return Answer({"hidden": True}, originals=body["texts"])
        elif do == "grow":
            kept = bytearray(body["bytes"])
            kept[:: 1 << 12] = b"x" * len(kept[:: 1 << 12])
        told = {"contract": self.name, "pid": os.getpid(), "fallback": fallback, "given": dict(body)}
        told["heavy"] = [name for name in ("fastapi", "uvicorn", "httpx") if name in sys.modules]
        return Answer(
            told,
            headers={"x-limbeck-tokens-before": "10", "x-limbeck-tokens-after": "4"},
            tokens_before=10,
            tokens_after=4,
            fallback="digest" if fallback else "",
        )


CONTRACTS = {
    name: Contract(name)
    for name in ("chat", "responses", "messages", "compact", "compress", "distill", "check")
}
