"""A support chat: an agent with a rule book in its system message, lookups in between, wishes of the customer."""

from __future__ import annotations

from .noise import answered, called, records

GIVEN = [
    {
        "role": "system",
        "content": "You are the support agent of Velofind, a shop for used bicycles in Ghent. The shop opened in "
        "2016 and "
        "has two workshops. Bicycles are inspected at 42 points before they are sold. Customers reach us by chat from "
        "eight to eight.\n\n"
        "Exchanges are possible for 30 days after delivery. Identify the customer by order number and postal "
        "code before "
        "you say anything about an order. You are not allowed to promise a delivery date. Discounts beyond 10 % "
        "need the "
        "approval of the store manager. Do not discuss other customers. If a frame is cracked, the case goes to the "
        "workshop at once, whatever the customer wants.",
    },
    {
        "role": "user",
        "content": "Hi! My bike arrived on Thursday and the rear wheel rubs against the brake. Order VF-20931.",
    },
    {
        "role": "assistant",
        "content": "I am sorry to hear that. May I have your postal code, so that I can find the order?",
    },
    {"role": "user", "content": "9000. It is the green one, a Koga from 2014, really beautiful otherwise."},
    called(1, "orders", {"number": "VF-20931", "postal_code": "9000"}),
    answered(1, records("orders", 14)),
    {
        "role": "assistant",
        "content": "Found it, thank you. The wheel is probably out of true after the transport; that happens in "
        "about one "
        "of fifty deliveries. There are two ways: a mechanic comes to you, or you bring it to the workshop.",
    },
    {
        "role": "user",
        "content": "A mechanic would be great. I work shifts, so mornings only. Please don't call me, I can't "
        "pick up at work, "
        "a message is fine. And I'd prefer not to pay for it, obviously.",
    },
    called(2, "slots", {"city": "Ghent", "kind": "mechanic"}),
    answered(2, records("slots", 16)),
    {
        "role": "assistant",
        "content": "There is no charge. I see mornings on Tuesday and on Friday. The mechanic has a stand and all he "
        "needs; twenty minutes are usually enough for a wheel.",
    },
    {
        "role": "user",
        "content": "Friday then. He shouldn't ring at the front door, the baby sleeps; the side entrance is "
        "open. Also I was "
        "going to ask whether you have a rack for it, but it needs to be under 60 euros and it can't be welded on.",
    },
    called(3, "search", {"query": "rear rack Koga 2014", "max_price": 60}),
    answered(3, records("racks", 18)),
    {
        "role": "assistant",
        "content": "Three racks would fit: RA4026 at 39 euros, RA4065 at 45 and RA4091 at 58. The second one is "
        "the one "
        "that our mechanics like best.",
    },
    {"role": "user", "content": "RA4065 sounds good. Can he bring it along on Friday?"},
]
CONSTRAINTS = (
    "Exchanges are possible for 30 days after delivery.",
    "Identify the customer by order number and postal code before you say anything about an order.",
    "You are not allowed to promise a delivery date.",
    "Discounts beyond 10 % need the approval of the store manager.",
    "Do not discuss other customers.",
    "If a frame is cracked, the case goes to the workshop at once, whatever the customer wants.",
    "I work shifts, so mornings only.",
    "Please don't call me, I can't pick up at work, a message is fine.",
    "He shouldn't ring at the front door, the baby sleeps; the side entrance is open.",
    "Also I was going to ask whether you have a rack for it, but it needs to be under 60 euros and it can't be "
    "welded on.",
)
