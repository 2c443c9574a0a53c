"""What a client spent, and the bound on it: set aside before a call, settled after it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from limbeck.core.artifact import Spent

from .endpoints import Endpoint


@dataclass(frozen=True, eq=False)
class Reserved:
    """The most that a call can cost."""

    tokens: int
    usd: float


class Ledger:
    """The spending of one client. Calls come from one event loop at a time."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self.tokens = 0
        self.usd = 0.0
        self.forget_open()

    def forget_open(self) -> None:
        """No call is out: the loop they ran on is gone."""
        self._out: list[Reserved] = []
        self._waiting: list[asyncio.Future[None]] = []

    async def reserve(self, prompt_tokens: int, completion_tokens: int) -> Reserved | str:
        """Set aside what a call can cost, or say why it cannot be made.

        Calls that are out may turn out cheaper than what was set aside for them; if that decides, they are waited for.
        """
        usd = self._endpoint.usd(prompt_tokens, completion_tokens)
        need = Reserved(prompt_tokens + completion_tokens, usd)
        while self._over(need, self._out):
            if refused := self._over(need, []):
                return refused
            settled = asyncio.get_running_loop().create_future()
            self._waiting.append(settled)
            await settled
        self._out.append(need)
        return need

    def settle(self, reserved: Reserved, spent: Spent) -> None:
        """Enter what a call did cost."""
        self._out.remove(reserved)
        self.tokens += spent.prompt_tokens + spent.completion_tokens
        self.usd += spent.usd
        waiting, self._waiting = self._waiting, []
        for settled in waiting:
            if not settled.done():
                settled.set_result(None)

    def _over(self, need: Reserved, out: list[Reserved]) -> str:
        most_tokens, most_usd = self._endpoint.max_spend_tokens, self._endpoint.max_spend_usd
        tokens = self.tokens + sum(each.tokens for each in out) + need.tokens
        if most_tokens is not None and tokens > most_tokens:
            return (
                f"{self.tokens:,} tokens are spent and this call could take {need.tokens:,} more: over the "
                f"max_spend_tokens of {most_tokens:,}"
            )
        usd = self.usd + sum(each.usd for each in out) + need.usd
        if most_usd is not None and usd > most_usd:
            return (
                f"{self.usd:.4f} USD are spent and this call could take {need.usd:.4f} more: over the max_spend_usd "
                f"of {most_usd:g}"
            )
        return ""
