"""An investigation in Anthropic's format: blocks, tool results in user messages, rules beside them."""

from __future__ import annotations

from .noise import records, service_log

GIVEN = [
    {
        "role": "user",
        "content": [
            {
                "type": "text",
                "text": "Orders from the night of the 14th show up twice in the ledger. I need to know which "
                "ones and why.",
            },
            {
                "type": "text",
                "text": "You may read the production replica but not write to it. We are frozen until Tuesday, "
                "so nothing "
                "gets deployed. Anything involving the payroll table goes through me first.",
            },
        ],
    },
    {
        "role": "assistant",
        "content": [
            {"type": "text", "text": "I start with the service log of that night."},
            {
                "type": "tool_use",
                "id": "tu_1",
                "name": "read_log",
                "input": {"service": "ledger", "lines": 70},
            },
        ],
    },
    {
        "role": "user",
        "content": [{"type": "tool_result", "tool_use_id": "tu_1", "content": service_log("ledger", 70)}],
    },
    {
        "role": "assistant",
        "content": [
            {"type": "text", "text": "There are slow queries on session_2 and session_4. Now the orders."},
            {
                "type": "tool_use",
                "id": "tu_2",
                "name": "orders",
                "input": {"from": "2026-03-14", "to": "2026-03-15"},
            },
        ],
    },
    {
        "role": "user",
        "content": [
            {
                "type": "tool_result",
                "tool_use_id": "tu_2",
                "content": [{"type": "text", "text": records("orders", 22)}],
            },
            {
                "type": "text",
                "text": "While you are at it: customer names are to be left out of anything you write down. The report "
                "should fit on one page.",
            },
        ],
    },
    {
        "role": "assistant",
        "content": [
            {
                "type": "text",
                "text": "The duplicates come from a retry after a timeout: the first write had gone through. "
                "OR4013 and "
                "OR4091 are affected so far.",
            },
            {
                "type": "tool_use",
                "id": "tu_3",
                "name": "read_log",
                "input": {"service": "queue", "lines": 60},
            },
        ],
    },
    {
        "role": "user",
        "content": [
            {"type": "tool_result", "tool_use_id": "tu_3", "content": service_log("queue", 60, "2026-03-15")}
        ],
    },
    {
        "role": "user",
        "content": "Thanks. Please hold off on contacting the customers until legal has signed off.",
    },
]
CONSTRAINTS = (
    "You may read the production replica but not write to it.",
    "We are frozen until Tuesday, so nothing gets deployed.",
    "Anything involving the payroll table goes through me first.",
    "customer names are to be left out of anything you write down.",
    "The report should fit on one page.",
    "Please hold off on contacting the customers until legal has signed off.",
)
