"""One file a contract: pure functions from a parsed body to an answer. Knows neither HTTP nor its server."""

from __future__ import annotations

from collections.abc import Mapping

from .chat import chat
from .check import check
from .compact import compact
from .compress import compress
from .distill import distill
from .material import MODELS, is_ours
from .messages import messages
from .refusing import Contract
from .responses import responses

__all__ = ["CONTRACTS", "MODELS", "Contract", "is_ours"]

CONTRACTS: Mapping[str, Contract] = {
    "chat": chat,
    "responses": responses,
    "messages": messages,
    "compact": compact,
    "compress": compress,
    "distill": distill,
    "check": check,
}
