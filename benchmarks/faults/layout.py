"""Statements laid out as a summary: bullets, numbers, paragraphs, headings."""

from __future__ import annotations

import random

FORMS = ("bullets", "stars", "numbers", "paragraph", "paragraphs", "headings")
HEADINGS = ("Overview", "Key points", "Details", "Findings", "Notes", "State", "Background", "Open points")


def laid_out(texts: list[str], form: str, rng: random.Random) -> tuple[str, list[tuple[int, int]]]:
    """The summary, and where each statement stands in it."""
    out = ""
    spans: list[tuple[int, int]] = []
    headings = list(HEADINGS)
    rng.shuffle(headings)
    sentences_only = form in ("paragraph", "paragraphs")
    for at, text in enumerate(texts):
        if form == "headings" and at % 3 == 0:
            out += ("\n" if out else "") + f"## {headings[(at // 3) % len(headings)]}\n\n"
        if sentences_only:
            out += "" if not out else "\n\n" if form == "paragraphs" and at % 3 == 0 else " "
            if text[-1] not in ".!?:;\"'”’)":
                text += "."
        elif form == "stars":
            out += "* "
        elif form == "numbers":
            out += f"{at + 1}. "
        else:
            out += "- "
        spans.append((len(out), len(out) + len(text)))
        out += text + ("" if sentences_only else "\n")
    return out, spans


def form_for(prose: bool, rng: random.Random) -> str:
    """A layout: log lines are not joined to paragraphs."""
    return rng.choice(FORMS if prose else ("bullets", "stars", "headings"))
