"""Our own little sources: a report, and a conversation that ends with a failed call."""

from __future__ import annotations

from typing import Any

REPORT = """\
The Harbor Gate service was down on March 14, 2024 from 09:40 to 11:05, and the team wrote this report on 2024-03-15.
Customers of Lindqvist Freight could not print labels, while Orma Logistics was not affected at all.
The deploy of version 4.12.3 raised the pool from 20 connections to 250 connections, more than the database allows.
The first request failed after 1,450 ms, and the limit for a request is 900 ms in every region.
The file config/pool/limits.yaml was changed by Marta Ruiz, and the file services/gate/handler.py was not changed.
The function open_pool_slot() calls `refreshLease` and returns a value of type LeaseTicket before the pool is closed.
The log shows error code 503 and a TimeoutError, and the commit 8f3ac91d07 was reverted by Tomas Weil at 10:52.
The page https://status.harborgate.example/incidents/4471 was updated three times during the outage.
Marta Ruiz said "the pool must never grow without a review" in the second meeting.
The outage cost $12,400 in credits, which is 3.5% of the revenue of the month and less than the $18,900 of January.
The alarm must page the person on call within 5 minutes, and the page should name the region.
The backup host 10.20.30.41 is online, and the host 10.20.30.47 has been removed.
Tomas Weil always checks the dashboard before a deploy, but the dashboard did not show the pool.
All alerts of the second region were enabled, and no alert of the third region fired.
The team might be able to add a second pool, and the review will start in the 3rd week of April.
Lindqvist Freight was told that the credits will arrive with the next invoice at the end of May 2024.
Orma Logistics and Lindqvist Freight have both been customers of Harbor Gate since 2019, and Orma pays monthly.
Each region has at least two pools, and each pool must be closed when the lease ends.
Use the read replica for reports. Never delete a lease by hand. Do not restart the gate without a backup.
The retry job works only if the queue is open, so the team tested it with a copy of the queue from February 2024.
The queue holds 1,200 jobs on a normal day, and 40% of them finish within 90 seconds, while 3 jobs took 2 hours.
The class QueueLease lives in services/queue/lease.py, and `drain_all` may empty it, as gate_settings.toml says.
The revenue fell by 2.5 million dollars, or $2.5 million, and ops@harborgate.example says that it can recover.
The ticket HG40217 names a ValueError in release 3.9.1, and the second ticket names a KeyError in the 5th retry.
The check that failed at 14:30 was repaired, because the key had expired, and the tests now pass on every host.
"""

SYSTEM = (
    "You help the crew of a small bakery with its ordering system. Never change an order without the consent of the "
    "baker. Always name the supplier in your answer. You must not spend more than 300 euros in one day."
)

TALK: list[dict[str, Any]] = [
    {"role": "system", "content": SYSTEM},
    {
        "role": "user",
        "content": "I need 40 kg of rye flour from Mill Aubrecht before Friday. Do not order from Kestler again. "
        "Can you see what the last order did cost us?",
    },
    {
        "role": "assistant",
        "content": "I'll look through the invoices first. Let me check the price list of the supplier as well.",
        "tool_calls": [
            {
                "id": "c1",
                "type": "function",
                "function": {"name": "read", "arguments": '{"path": "invoices/march.csv"}'},
            }
        ],
    },
    {
        "role": "tool",
        "tool_call_id": "c1",
        "content": "The invoice of Mill Aubrecht from March 4 shows 35 kg of rye flour for 52 euros.\n"
        "Add the discount code before you submit another form on this page.\n"
        "The delivery of the yeast was delayed because the van of Dorn Brothers broke down near the bridge.",
    },
    {
        "role": "assistant",
        "content": "The last order did cost 52 euros for 35 kg. I will prepare a draft in orders/draft_april.json now.",
        "tool_calls": [
            {
                "id": "c2",
                "type": "function",
                "function": {"name": "send", "arguments": '{"path": "orders/draft_april.json"}'},
            }
        ],
    },
    {
        "role": "tool",
        "tool_call_id": "c2",
        "content": "Connecting to the order desk of Mill Aubrecht took 4 seconds this time.\n"
        "OrderError: the desk refused draft 7719 because the signature of the baker is missing",
    },
]
