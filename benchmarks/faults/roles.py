"""Faults of provenance: what a tool, a document or the assistant said is told as the user's word, or nobody said it."""

from __future__ import annotations

import random
import re

from .case import Claim, Edit, share
from .world import World, content_words

WISH = (
    "The user wants to {}.", "The user asked to {}.", "The user would like to {}.", "The user prefers to {}.",
    "User request: {}.", "The user instructed the agent to {}.", "As the user requested, the plan is to {}.",
)  # fmt: skip
SAID = (
    "The user said: {}", "The user stated that {}", "The user's requirement: {}", "According to the user, {}",
    "The user insists: {}", "User preference: {}",
)  # fmt: skip
IMPERATIVE = re.compile(
    r"^(?:Please |You (?:should|must|need to|can) |(?:First|Then|Next|Now),? )?"
    r"(?P<body>(?P<verb>use|run|add|remove|install|update|check|see(?! you)|set|create|make|read|write|edit|"
    r"change|keep|avoid|"
    r"include|provide|ensure|try|enter|select|choose|call|send|click|delete|open|reset|restart|turn|"
    r"wait|follow|specify|"
    r"consider|fix|replace|rename|return|start|stop|submit|upgrade|verify|search)\b .{12,})$",
    re.I,
)
PROPOSAL = re.compile(
    r"^(?:(?:First|Now|Next|Then|So|OK|Okay|Great|Therefore),? )?(?:I['’]ll|I will|Let me|Let['’]s|"
    r"let me|let['’]s|"
    r"I(?:['’]m| am) going to|I (?:recommend|suggest|propose) (?:to|that we)|We (?:should|need to|"
    r"can)|we (?:should|can)|"
    r"I (?:need|want) to) (?:now |first |then |also |just )?(?!need|want|have|be |try|not|see )"
    r"(?P<body>[a-z]+ .{12,})$"
)
SHIFT = (
    (re.compile(r"\b[Mm]y\b"), "the"), (re.compile(r"\b[Yy]our\b"), "the"), (re.compile(r"\b[Yy]ou\b"), "they"),
    (re.compile(r"\bour\b"), "the"), (re.compile(r"\b(?:us|me)\b"), "them"), (re.compile(r"\bwe\b|"
    r"\bI\b"), "they"),
)  # fmt: skip


def _shifted(body: str) -> str:
    for pattern, new in SHIFT:
        body = pattern.sub(new, body)
    return body.rstrip(" .:!;")


def _not_said(world: World, text: str) -> bool:
    """Whether the user said nothing of the kind: under half of the words, and two of them at least are new."""
    words = content_words(text)
    return (
        len(words) >= 4
        and len(words & world.user_words) < 0.5 * len(words)
        and len(words - world.user_words) >= 2
    )


def told_as_wish(kind: str, claim: Claim, world: World, rng: random.Random) -> Edit | None:
    """An instruction in a tool's or document's text, or a plan of the assistant, told as the user's wish."""
    if not claim.english or not _not_said(world, claim.text):
        return None
    if kind == "role: assistant's plan as user's":
        match = PROPOSAL.match(claim.text) if claim.role == "assistant" else None
        frames: tuple[str, ...] = (*WISH[:3], "The user decided to {}.", "The user has chosen to {}.")
    elif kind == "role: tool's instruction as user's":
        match = IMPERATIVE.match(claim.text) if claim.role == "tool" else None
        frames = WISH
    else:
        match = IMPERATIVE.match(claim.text) if claim.role == "document" else None
        frames = WISH[:4]
    if not match:
        return None
    body = _shifted(match["body"][0].lower() + match["body"][1:])
    if re.search(r"\b(?:they(?:['’]|re)|let)", body) or len(body) > 220:
        return None
    text = rng.choice(share(frames, world.material.half)).format(body)
    return Edit(text, 0, len(text), claim.text)


def told_as_said(kind: str, claim: Claim, world: World, rng: random.Random) -> Edit | None:
    """A statement of a tool's output or of the assistant, told as something the user said."""
    role = "tool" if kind == "role: tool's statement as user's" else "assistant"
    if claim.role != role or not claim.english or not claim.prose or not _not_said(world, claim.text):
        return None
    if (
        not claim.text[0].isupper()
        or not claim.text.endswith(".")
        or claim.text.startswith(("But ", "And ", "For "))
    ):
        return None
    if re.search(r"\b(?:I|me|my|we|you|your|our|us)\b|['’]ll", claim.text, re.I):
        return None
    frame = rng.choice(share(SAID, world.material.half))
    first = claim.text
    if frame.endswith(("that {}", "user, {}")) and first.split()[0] in (
        "The",
        "This",
        "It",
        "There",
        "A",
        "In",
        "If",
    ):
        first = first[0].lower() + first[1:]
    text = frame.format(first)
    return Edit(text, 0, len(text), claim.text)


MAKERS = {
    True: {
        "role: tool's instruction as user's": told_as_wish,
        "role: assistant's plan as user's": told_as_wish,
        "role: tool's statement as user's": told_as_said,
        "role: assistant's statement as user's": told_as_said,
    },
    False: {"role: document's instruction as user's": told_as_wish},
}
"""What can be made of a conversation (True) and of a text alone."""

INVENTED = (
    "The user asked to keep every answer under fifty words.",
    "The user wants all comments to be written in Spanish.",
    "The user prefers tabs over spaces.",
    "The user instructed the agent never to touch the database without asking.",
    "The user asked for a weekly report by mail.",
    "The user does not want any new dependencies.",
    "The user told the agent to skip the slow checks.",
    "The user said that backward compatibility does not matter.",
    "The user approved the deployment to production.",
    "The user wants to be called before anything is deleted.",
    "The user explicitly asked for a second opinion from a colleague.",
    "The user said that money is no object.",
    "The user wants the work to be finished before the weekend.",
    "The user prefers a window seat and a vegetarian meal.",
    "The user asked to have everything translated into French afterwards.",
    "The user authorized the agent to act without further confirmation.",
    "User preference: short answers without explanations.",
    "User instruction: do not use any external services.",
    "The user forbade changes to the public interface.",
    "The user gave permission to delete old backups.",
    "The user changed their mind and wants to start over.",
    "The user insisted on strict type checking everywhere.",
    "The user requires that all names be anonymized.",
    "The user asked to ignore the warnings for now.",
    "The user demanded a full refund to the original card.",
    "The user stressed that the summary must stay confidential.",
    "The user wants screenshots of each step.",
    "The user asked the agent to commit after each change and to push to a fork.",
    "As instructed by the user, all tests are to be left alone.",
    "The user would rather have a simple solution than a fast one.",
)
PLACED = (
    "The user asked not to change {}.", "The user wants {} to be renamed.", 
    "The user prefers {} over the alternatives.",
    "The user instructed the agent to remove {}.", "The user said that {} is the most important part.",
    "The user asked to be told before {} is touched.", "The user decided to give up on {}.",
)  # fmt: skip


def invented(kind: str, world: World, rng: random.Random) -> Edit | None:
    """A wish that nobody uttered; the second kind speaks of a path or name of the source."""
    if kind == "role: invented about a value":
        known = [
            text
            for name in ("path", "file", "identifier")
            for text in world.by_type.get(name, [])[:400]
            if len(text) < 60 and text not in world_user(world)
        ]
        if len(known) < 2:
            return None
        text = rng.choice(share(PLACED, world.material.half)).format(rng.choice(known))
        return Edit(text, 0, len(text), "")
    free = [
        text
        for text in share(INVENTED, world.material.half)
        if len(content_words(text) & world.user_words - {"user"}) <= 1
    ]
    if not free:
        return None
    text = rng.choice(free)
    return Edit(text, 0, len(text), "")


def world_user(world: World) -> str:
    return "\n".join(part.text for part in world.material.parts if part.role == "user")
