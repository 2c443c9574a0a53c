"""A long conversation about a journey: many lookups, wishes that are rules, small talk."""

from __future__ import annotations

from .noise import answered, called, records

GIVEN = [
    {
        "role": "system",
        "content": "You plan journeys. Prices are in euros. A booking is final once it is made: obtain an "
        "explicit yes before "
        "each one. Only ever talk to the test environment of the airlines.",
    },
    {
        "role": "user",
        "content": "We want to go to Lisbon in October, my wife, our daughter and I. Our daughter is eleven and "
        "gets bored in "
        "museums after exactly twenty minutes, we measured it. We don't fly with Skylark anymore, not after last "
        "summer. The "
        "total is capped at 2,400. My wife needs a ground-floor room because of her knee. And it can't be the "
        "week of the "
        "19th, that is the school play.",
    },
    called(
        1,
        "flights",
        {"from": "HAM", "to": "LIS", "month": "2026-10"},
        "I look at flights in the other weeks.",
    ),
    answered(1, records("flights", 18)),
    {
        "role": "assistant",
        "content": "There are direct flights on the 3rd and on the 10th. On the 10th the return is in the "
        "evening, which gives "
        "you almost a day more.",
    },
    {
        "role": "user",
        "content": "The 10th sounds good. Is the weather fine then? We were there in 2011, in April, and it "
        "rained on five days "
        "out of six. We still talk about the soup in that small place near the river.",
    },
    called(2, "hotels", {"city": "Lisbon", "from": "2026-10-10", "nights": 7}),
    answered(2, records("hotels", 18)),
    {
        "role": "assistant",
        "content": "October is usually dry, with about 22 degrees. Four hotels have rooms on the ground floor: "
        "HO4039, HO4078, "
        "HO4130 and HO4195. The second one has a small garden.",
    },
    {
        "role": "user",
        "content": "The garden, yes! Breakfast must be included. And please nothing near the airport. My "
        "mother-in-law might "
        "join us for the weekend, but that is a different story, we will see about that when the time comes.",
    },
    called(3, "trips", {"city": "Lisbon", "kind": "children"}),
    answered(3, records("trips", 18)),
    {
        "role": "assistant",
        "content": "For your daughter there are a boat tour, the aquarium and a workshop for tiles.",
    },
    {
        "role": "user",
        "content": "Boat and tiles. She gets seasick though, so an hour on the water is the limit.",
    },
]
CONSTRAINTS = (
    "A booking is final once it is made: obtain an explicit yes before each one.",
    "Only ever talk to the test environment of the airlines.",
    "We don't fly with Skylark anymore, not after last summer.",
    "The total is capped at 2,400.",
    "My wife needs a ground-floor room because of her knee.",
    "And it can't be the week of the 19th, that is the school play.",
    "Breakfast must be included.",
    "And please nothing near the airport.",
    "She gets seasick though, so an hour on the water is the limit.",
)
