"""Sentences that lay something down in softer words than a rule: limits, deadlines, exclusions, conditions, wishes.

`We are frozen until Tuesday`, `the budget is 40 EUR`, `mornings only`, `nothing from auction sites`: no word
in them orders anything, yet whoever acts against them has done wrong. By wording, in English, German, French and
Spanish. Wider than `constraints`, and wrong more often: meant for choosing what to quote, where a sentence too many
costs its tokens and no more. Knows nothing of who said it.
"""

from __future__ import annotations

import re

from limbeck.split.constraints import rule_sentences
from limbeck.split.requirement_words import ENGLISH, FRENCH, GERMAN, SPANISH

__all__ = ["HESITANT", "requirement_spans"]


def _compiled(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in patterns), re.IGNORECASE | re.VERBOSE)


_ENGLISH_RULES = tuple((frozenset(words.split()), re.compile(rule, re.IGNORECASE)) for words, rule in ENGLISH)
_RULES = {"de": _compiled(GERMAN), "fr": _compiled(FRENCH), "es": _compiled(SPANISH)}
_COMMON = {
    "en": "the and you with this that for not are your to it is of in a an be on or i we my me",
    "de": "der die das und ist nicht ich wir du sie ein eine mit für auf den dem zu von im es bitte keine",
    "fr": "le la les et est des un une je nous vous pas pour dans sur que qui du ne en il",
    "es": "el la los las y es de que en un una no para con por se mi su lo al del",
}
_LANGUAGES = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_WORD = re.compile(r"[^\W\d_]+")
_ITEM = re.compile(r"\s*(?:[-*+•‣–]|\(?\d{1,3}[.)])\s+[\s*_`\"']*")
_DOES = re.compile(
    r"(?:use|prefer|wrap|write|keep|run|add|follow|put|name|return|handle|log|test|document|format|check|include|make|do|give"
    r"|answer|respond|reply|ask|say|state|quote|cite|report|list|start|begin|end|stop|wait|read|verify|confirm|validate|escape"
    r"|sort|group|limit|split|match|set|leave|treat|pass|store|import|export|declare|define|mark|tag|commit|push|update|provide"
    r"|present|refer|apply|obtain|identify|assume|consider|focus|respect|preserve|maintain|wear|call|close|lock|turn|bring"
    r"|benutze|verwende|schreibe|halte|nutze|prüfe|utilise[zr]?|écri[sv]\w*|garde[zr]?|usa|utiliza|escribe|mantén)\b(?!['’:])",
    re.IGNORECASE,
)
_ITEM_CHARS = 200
# Speech as it was spoken: who thinks aloud lays nothing down.
HESITANT = re.compile(
    r"\b(?:u+h+|u+m+|erm|hm+|äh+m?|mm+|euh|you know|i mean|sort of|kind of|i think|i guess)\b|\{\w+\}",
    re.IGNORECASE,
)
# What was measured or came about: `4.03 usec per loop`, `passes except for three tests`; speech set word by word.
_REPORTS = re.compile(
    r"\d\s*(?:[nuµm]?s(?:ec)?|[KMG]i?B|[kM]?ops|it|req(?:uest)?s|loops?)\s*(?:/\s*\w+|per\s+(?:loop|iteration|call|op|second|request))"
    r"|\bbest\s+of\s+\d|\b\d+\s+(?:passed|failed|skipped|loops)\b"
    r"|\b(?:pass(?:es|ed)?|works?|worked|succeed(?:s|ed)?|green|clean|unchanged)\b[^.;]{0,30}\bexcept\b"
    r"|\w [,.?](?:\s|$)|\bbecause\b[^.;]*\bonly\b",
    re.IGNORECASE,
)


def requirement_spans(text: str) -> list[tuple[int, int]]:
    """Where a text lays something down: sentences and list items, those of `constraint_spans` among them or not.

    Args:
        text: What a person or a system prompt says; any text is safe.

    Returns:
        (start, end) in code points, ascending, not overlapping, without the white space around.

    Cost: one pass of a regular expression over each sentence.
    """
    return [
        (start, end)
        for start, end, said in rule_sentences(text)
        if HESITANT.search(said) is None
        and (
            (_lays_down(said) and _REPORTS.search(said) is None)
            or (end - start <= _ITEM_CHARS and _DOES.match(said) and _ITEM.match(text, start))
        )
    ]


def _lays_down(said: str) -> bool:
    words = frozenset(_WORD.findall(said.lower()))
    shared = {language: len(words & common) for language, common in _LANGUAGES.items()}
    best = max(shared.values())
    # Short sentences of plain letters share their few words with several languages.
    if (said.isascii() or shared["en"] == best) and any(
        rule.search(said) for needed, rule in _ENGLISH_RULES if not needed.isdisjoint(words)
    ):
        return True
    return any(
        count == best and language in _RULES and _RULES[language].search(said)
        for language, count in shared.items()
    )
