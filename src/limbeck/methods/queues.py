"""What a digest takes first, each kind within a share: what must be kept, what came of it, what answers the query."""

from __future__ import annotations

from collections.abc import Sequence

from limbeck.core.context import Context, Form

from .must_keeps import CONSTRAINT, ERROR, GOAL, REQUIREMENT, Must
from .relevance import QUESTION_WORDS, Relevance
from .rubble import leads
from .sections import CAUSES, DECISIONS, ERRORS, OPEN_ENDS
from .sentence_rows import spoken
from .speakers import SYSTEM_ROLES, speakers
from .telling import matter
from .view import WORD, View, words

RULES_SHARE = 0.75
"""What constraints and, when these are all in, softer requirements may take of a digest, as far as there is anything
else to quote."""
STANDING_SHARE = 0.3
"""What rules of a conversation's system messages may take: they are sent along with every request anyway."""
ERROR_SHARE, REPORTED_SHARE, FIRST_REPORTED = 0.15, 0.5, 3
"""What errors may take, what they may take of a bare log beyond the first three, which may take all."""
GOAL_SHARE = 0.15
"""What was asked first and last."""
OUTCOME_SHARE = 0.35
"""What was concluded: the agent's last words, then decisions, causes and fixes, the newest first."""
ANSWER_SHARE = 0.4
"""What people and the agent said that answers the query."""
ANSWERS, LEAST_ANSWER = 12, 0.35
"""So many sentences are answers, if each is so much as relevant as the best one."""
LAST_WORD = 1.5
"""How much more an answer counts in the last thing that the agent said: it knew most then."""
WORDS = 3
"""A sentence of fewer words of the matter concludes nothing: `Done.`, `Will do.`"""


Queues = list[tuple[list[int], float]]
"""Rows, the most important first, and the share that they may take."""


def queues(view: View, musts: Sequence[Must], section: Sequence[int]) -> Queues:
    """What is to be placed first, in the order in which the queues are looked at.

    Args:
        view: The context, cut by sentence.
        musts: What must not be lost, each kind with the most important first.
        section: For each row an index into `SECTIONS`.

    Cost: linear; for a question one more pass over the words.
    """
    context = view.context
    who = speakers(context)
    bare = not any(source.pointer for source in context.sources)
    standing = [not context.material and who[must.span.source] in SYSTEM_ROLES for must in musts]
    last = _last_word(context, who)

    def rows(*kinds: str, rules: bool = False) -> list[int]:
        return [
            must.rows[-1]
            for kind in kinds
            for must, rule in zip(musts, standing, strict=True)
            if must.what == kind and rule == rules
        ]

    found: Queues = []
    if context.query and len(words(context.query)) <= QUESTION_WORDS:
        found.append((_answers(view, who, last), ANSWER_SHARE))
    found += [
        (rows(CONSTRAINT, REQUIREMENT), RULES_SHARE),
        (rows(GOAL), GOAL_SHARE),
        (rows(ERROR)[: FIRST_REPORTED if bare else 0], 1.0),
        (rows(ERROR), REPORTED_SHARE if bare else ERROR_SHARE),
        (_outcomes(view, who, last, section), OUTCOME_SHARE),
        (rows(CONSTRAINT, REQUIREMENT, rules=True), STANDING_SHARE),
    ]
    return found


def _last_word(context: Context, who: Sequence[str]) -> int:
    """The number of the message in which the agent spoke last, as sources count; -1 if it never did."""
    said = [
        source.message
        for source, role in zip(context.sources, who, strict=True)
        if role == "assistant" and spoken(source, role) and WORD.search(source.text)
    ]
    return said[-1] if said else -1


def _outcomes(view: View, who: Sequence[str], last: int, section: Sequence[int]) -> list[int]:
    """The agent's last words as they stand, then what was decided and found out, newest first.

    Of a bare text its decisions, then what it leaves open, in order.
    """
    context = view.context
    final: list[int] = []
    agent: list[int] = []
    decided: list[int] = []
    open_: list[int] = []
    bare = {DECISIONS: decided, OPEN_ENDS: open_}
    for source, rows, role in zip(context.sources, context.source_rows(), who, strict=True):
        if not len(rows) or not spoken(source, role):
            continue
        for row in rows:
            if not _concludes(view, row):
                continue
            if not source.pointer:
                if section[row] in bare:
                    bare[section[row]].append(row)
            elif role == "assistant" and source.message == last:
                final.append(row)
            elif section[row] == DECISIONS or (
                role == "assistant" and section[row] == ERRORS and CAUSES.search(view.texts[row])
            ):
                agent.append(row)
    return [*final, *agent[::-1], *decided, *open_]


def _concludes(view: View, row: int) -> bool:
    text = view.texts[row]
    return (
        view.forest.form[row] == Form.PLAIN
        and not view.forest.bare[row]
        and len(matter(text)) >= WORDS
        and not leads(text)
        and not text.rstrip().endswith(("?", "？"))
    )


def _answers(view: View, who: Sequence[str], last: int) -> list[int]:
    """What people and the agent said that is most about the query, best first."""
    worth = Relevance()(view)
    best: list[tuple[float, int]] = []
    for source, rows, role in zip(view.context.sources, view.context.source_rows(), who, strict=True):
        if not source.pointer or role not in ("user", "assistant") or not spoken(source, role):
            continue
        factor = (LAST_WORD if source.message == last else 1.0) if role == "assistant" else 0.5
        best += [
            (-float(worth[row]) * factor, row) for row in rows if worth[row] > 0 and _concludes(view, row)
        ]
    best.sort()
    least = best[0][0] * LEAST_ANSWER if best else 0.0
    return [row for value, row in best[:ANSWERS] if value <= least]
