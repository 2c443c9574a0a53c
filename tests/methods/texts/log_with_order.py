"""A short instruction, then a long noisy log, as somebody pastes it into a chat."""

from __future__ import annotations

from .noise import service_log

GIVEN = (
    """Please find out why the export stalls every morning. The log of today is below. \
Answer in no more than 200 words. Leave the cache settings out of it, we have been through those. \
I need this by noon, and it cannot wait.
We aren't touching the scheduler this quarter, so any fix has to live in the exporter itself.

"""
    + service_log("export", 25)
    + "2026-03-14T06:25:11.402Z ERROR [export] lock on ledger_2026 held by pid 4417 for 913 s, giving up\n"
    + service_log("export", 30, "2026-03-15")
)
CONSTRAINTS = (
    "Answer in no more than 200 words.",
    "Leave the cache settings out of it, we have been through those.",
    "I need this by noon, and it cannot wait.",
    "We aren't touching the scheduler this quarter, so any fix has to live in the exporter itself.",
)
