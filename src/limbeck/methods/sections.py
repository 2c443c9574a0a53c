"""Which section of a digest a piece of text belongs to: by who says it, where it stands and how it is worded.

Plain rules in the order below; what none of them claims is state. Wordings in English, German, French and
Spanish; in other languages the speaker and the place decide alone. A tool's text is state, an artifact or an
error, whatever it says of itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from limbeck.core.artifact import SECTIONS
from limbeck.core.context import Context

from .calls import ARGUMENTS
from .lexical import REPORTS, TROUBLE
from .must_keeps import CONSTRAINT, ERROR, FAILURE, GOAL, REQUIREMENT, Must
from .speakers import SYSTEM_ROLES, TOOL_ROLES, speakers

GOALS, CONSTRAINTS, DECISIONS, STATE, ARTIFACTS, ERRORS, OPEN_ENDS, NEXT_STEP = range(len(SECTIONS))

_MUSTS = {CONSTRAINT: CONSTRAINTS, REQUIREMENT: CONSTRAINTS, ERROR: ERRORS, GOAL: GOALS}

DECIDES = re.compile(
    r"(?i)\b(?:decid(?:e|ed|es|ing) (?:to|on|that|against|for|in favou?r)|decision|agreed?(?: to| that| on|[:.])"
    r"|settled on|opted"
    r"|(?:we|i|they)(?:'ll| will| shall| are going to|'re going to| am going to|'m going to) (?:go with|use|keep|drop"
    r"|switch|stick|take)"
    r"|(?:go|going|went) (?:with|for)|instead of|rather than|let's (?:go with|use|keep|do|switch|drop|not)|chose"
    r"|chosen|approved?"
    r"|beschlossen|beschluss|vertagt|vergeben|einstimmig|genehmigt|abgelehnt|entschieden|entscheidung|einigten?"
    r"|geeinigt|décid\w+|convenu|choisi|decidi\w+|acord\w+|elegi\w+)\b"
)
FIXES = re.compile(
    r"(?i)\b(?:fix(?:ed|es)?|root cause|caused by|cause (?:is|was)|because of a bug|bug|regression|workaround"
    r"|resolved"
    r"|repaired|the (?:problem|issue|error) (?:is|was)|now passes|behoben|ursache|fehler|corrig\w+|erreur"
    r"|arregl\w+)\b"
)
OPEN = re.compile(
    r"(?i)(?:\b(?:todo|fixme|tbd|open (?:question|issue|point|item)s?|still (?:need|needs|to|open|missing|fails?"
    r"|have to|waiting)"
    r"|not (?:yet|clear|decided|sure)|unclear|undecided|remaining|remains|pending|unresolved|follow[- ]?up|yet to"
    r"|noch (?:offen|nicht|zu)|offene?r? (?:frage|punkt)\w*|unklar|reste à|pas encore|por hacer|pendiente"
    r"|todavía no)\b)"
)
NEXT = re.compile(
    r"(?i)(?:^(?:next|now|then|first|finally|afterwards?|so)\b[, ]|\bnext step|\b(?:i|we)(?:'ll| will|'m going to"
    r"| am going to"
    r"|'re going to| need to| should)\b|\blet me\b|\blet's\b|als nächstes|nächste[rn]? schritt|ich werde|ensuite"
    r"|prochaine étape"
    r"|je vais|a continuación|próximo paso|voy a)"
)
FILES = re.compile(
    r"(?i)^\s*(?:(?:new|deleted|renamed) file|(?:diff --git|rename (?:from|to)|create mode|\+\+\+ |--- )"
    r"|\[?(?:file|datei)s?: \S*[/.]\w|(?:the )?file\b.{0,120}\b(?:has been|was|were|is) (?:\w+ )?(?:created|updated"
    r"|edited|deleted|written|saved|overwritten|removed)"
    r"|(?:successfully )?(?:created|wrote|written|updated|deleted|removed|saved|modified|renamed)\b.{0,20}\s\S*[/.]\w"
    r"|(?:modified|new file|deleted|renamed):\s|\d+ files? changed|(?:exit code|exit status|returncode"
    r"|<returncode>)\b)"
)
"""A line of output that tells of a file made or changed, or of how a command ended."""


CAUSES = re.compile(
    r"(?i)\b(?:(?:root )?cause (?:is|was|of)|the cause|caused by|because of|due to|turns out|that(?:'s| is"
    r"| was) (?:the|why)"
    r"|the (?:problem|issue|bug|fault|reason|culprit) (?:is|was|lies)|confirm(?:s|ed)|reproduced|explains?"
    r"|(?:now|all)(?: \w+){0,3} pass(?:es)?|pass(?:es)? now|is fixed|fixed (?:by|it|the)|works now|culprit"
    r"|ursache|schuld"
    r"|la cause|la causa)\b"
)
"""What an agent found out about a fault, or did about it."""
_NAMES = re.compile(
    r"(?<!\S)[^\s/\\]{0,80}[/\\]\S{0,200}|\b\w[\w-]{0,60}\.[A-Za-z]\w{0,4}\b(?!\()|\b[^\W_]{1,60}_\w{1,60}"
)
"""Paths, file names and identifiers: a word of trouble in them is but a name."""
_PROSE = re.compile(r"(?:\"\w+\": ?\")?[^\W\d_](?:[\w'’,:;()$%*`&\" -]|[./](?=\S)|[.!?] ){40,}[.!?]")
"""What an agent says in the argument of a call: a sentence, and no code."""


def sections(context: Context, texts: Sequence[str], musts: Sequence[Must]) -> list[int]:
    """(n) an index into `SECTIONS` for each segment of a context, cut by sentence.

    Args:
        context: What is digested.
        texts: (n) the texts of its segments.
        musts: What must not be lost; it says its own section.

    Cost: a few searches for each segment.
    """
    found = [STATE] * len(texts)
    last = _last_word(context)
    for source, rows, role in zip(context.sources, context.source_rows(), speakers(context), strict=True):
        if not len(rows):
            continue
        if ARGUMENTS.search(source.pointer):
            for row in rows:
                prose = _PROSE.fullmatch(texts[row].strip(' ,"')) is not None
                found[row] = _told(texts[row], source.message >= last) if prose else ARTIFACTS
        elif role in TOOL_ROLES:
            reports = source.kind in REPORTS
            for row in rows:
                found[row] = _reported(texts[row], reports)
        elif source.pointer and (role == "user" or role in SYSTEM_ROLES):
            for row in rows:
                found[row] = _instructed(texts[row], role, source.message >= last)
        elif source.pointer:
            for row in rows:
                found[row] = _told(texts[row], source.message >= last)
        else:
            reports = source.kind in REPORTS - {"text"}
            for row in rows:
                found[row] = _reported(texts[row], True) if reports else _written(texts[row])
    for must in reversed(musts):
        for row in must.rows:
            found[row] = _MUSTS[must.what]
    return found


def troubled(text: str) -> bool:
    """Whether a text speaks of trouble, names of files and the like aside."""
    return TROUBLE.search(text) is not None and TROUBLE.search(_NAMES.sub(" ", text)) is not None


def _last_word(context: Context) -> int:
    """The message from which on nobody but tools has answered: the last one spoken by the user or the agent."""
    last = [
        index
        for index, message in enumerate(context.messages)
        if message.role not in TOOL_ROLES and message.role not in SYSTEM_ROLES
    ]
    return context.messages.index(context.messages[last[-1]]) if last else 0


def _reported(text: str, report: bool) -> int:
    """Of a tool's output, or of a log."""
    if FAILURE.search(text) or (report and troubled(text)):
        return ERRORS
    return ARTIFACTS if FILES.search(text) else STATE


def _instructed(text: str, role: str, last: bool) -> int:
    """Of the user, or of who set the agent up."""
    if role != "user":
        return STATE
    if last and text.rstrip().endswith(("?", "？")):
        return OPEN_ENDS
    return DECISIONS if DECIDES.search(text) else STATE


def _told(text: str, last: bool) -> int:
    """Of the agent."""
    if OPEN.search(text):
        return OPEN_ENDS if last else STATE
    if CAUSES.search(text) or (not NEXT.search(text) and (FIXES.search(text) or troubled(text))):
        return ERRORS
    if DECIDES.search(text):
        return DECISIONS
    return NEXT_STEP if last and NEXT.search(text) else STATE


def _written(text: str) -> int:
    """Of a bare text, which nobody says."""
    if OPEN.search(text):
        return OPEN_ENDS
    return DECISIONS if DECIDES.search(text) else STATE
