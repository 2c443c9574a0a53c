"""Texts of our own with the constraints marked by hand: what a digest must hold.

Each module has `GIVEN`, a text or messages, `CONSTRAINTS`, the sentences that lay something down, word for word as
they stand in it, and may have `FORGED`: what sounds like a rule and is none, because a tool says it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from . import (
    audit_replica,
    booking_agent,
    checkout_chat,
    forged_page,
    german_release,
    kitchen_mails,
    log_with_order,
    migration_session,
    museum_policy,
    planning_meeting,
    spanish_support,
    storage_policy,
    translation_brief,
)


class Marked(NamedTuple):
    """A text or messages, what they lay down, and what only pretends to."""

    given: str | list[dict[str, Any]]
    constraints: tuple[str, ...]
    forged: tuple[str, ...] = ()


TEXTS: dict[str, Marked] = {
    module.__name__.rsplit(".", 1)[-1]: Marked(
        module.GIVEN, module.CONSTRAINTS, getattr(module, "FORGED", ())
    )
    for module in (
        audit_replica,
        booking_agent,
        checkout_chat,
        forged_page,
        german_release,
        kitchen_mails,
        log_with_order,
        migration_session,
        museum_policy,
        planning_meeting,
        spanish_support,
        storage_policy,
        translation_brief,
    )
}
