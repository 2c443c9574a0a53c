"""Which requests ask for a summary, and which part of such a request is the instruction, which the material.

Told from the words alone, in English, German, French and Spanish.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .plain import SYSTEM_ROLES, Messages, text_of

_HEAD_LINES = 3
_ZONE_CHARS = 600
"""How far from the beginning or the end of a message an instruction is looked for."""
_SHORT_CHARS = 400
"""What follows an instruction in the last of several messages and is no longer than this belongs to it."""

_NO_THING = r"(?!(?:function|script|program|code|class|method|tests?|query|component|app|that|which)\b)"
_WORDS = rf"(?:{_NO_THING}[\w'’-]+,?\s+){{0,6}}?"
_POLITE = (
    r"(?:(?:please|kindly|now|first|next|then|ok|okay|hi|hello|so|and|also|again|\w+ly|in [^,.!?\n]{1,40},"
    r"|(?:can|could|would|will) you|you (?:must|should|will|are to|have to|need to)"
    r"|i (?:want|need|would like) you to|i'd like you to|let's|help me(?: to)?"
    r"|your (?:\w+ )?(?:task|job|goal|role) is to|you(?:'re| are) (?:asked|tasked|required|going) to"
    r"|bitte|kannst du|könntest du|können sie|könnten sie|deine aufgabe ist(?: es)?,?"
    r"|peux-tu|pouvez-vous|pourrais-tu|pourriez-vous|s['’]il (?:te|vous) pla[iî]t"
    r"|por favor|puedes|podrías|puede|podría)[\s,:]+)*"
)
_SHRINK = (
    r"(?:compact|compress|shorten)\s+(?:down\s+)?(?:(?:the|this|our|my|all|following|above|entire|whole|previous)"
    r"\s+)*(?:conversation|chat|history|context|messages?|transcript|discussion|thread|dialog(?:ue)?|session)\b"
)
_MAKE = (
    r"(?:write|give|create|provide|produce|generate|make|prepare|draft|return|output|do|send|show)\s+"
    rf"{_WORDS}(?:summary|recap|tl;?dr|synopsis)\b"
)
_GERMAN = (
    r"fass(?:e|t|en sie)?\s[^.!?\n]{1,160}\bzusammen\b|verdichte(?:n sie)?\s|zusammenfassung (?:de[rs]|von|bitte)"
    r"|(?:erstellen?|schreiben?|gib|geben|mach(?:en?)?|liefere|erzeuge)\s[^.!?\n]{0,80}\b\w*zusammenfassung\b"
    r"|(?:[^.!?\n]{1,160}\s)?(?<!nicht )zusammenfassen\b"
    r"|(?:das|den|die|dieses|diesen|unser)\s[^.!?\n]{0,80}zusammenzufassen"
)
_FRENCH = (
    r"résum(?:e|ez|er|ons)\b|resum(?:e|ez|er)[- ](?:le|la|les|l['’]|ce|cet|cette|ces|notre|nos|moi)\b"
    r"|synth[ée]tise[rz]?\b|r[ée]capitule[rz]?\b|condense[rz]\b|résumé (?:de|du|des)\b"
    r"|(?:fai[st]|faites|[ée]cri[st]|[ée]crivez|donne[rz]?|r[ée]dige[rz]?|cr[ée]e[rz]?|produi[st]|fournis(?:sez)?)"
    r"(?:-moi)?\s[^.!?\n]{0,60}\b(?:r[ée]sum[ée]|synth[èe]se|r[ée]capitulatif)\b"
)
_SPANISH = (
    r"resum(?:e|a|an|ir)\s+(?:el|la|los|las|lo|est[aeo]s?|todo|toda|mi|nuestr[ao]|brevemente)\b"
    r"|(?:sintetiza|condensa|recapitula)r?\b|resumen de\b"
    r"|(?:haz|haga|escrib[ea]|da|dame|crea|genera|prepara|elabora|proporciona)\s[^.!?\n]{0,60}\bresumen\b"
)
_REQUEST = re.compile(
    rf"(?:^|(?<=[.!?:;\n]))[^\w\n]*{_POLITE}(?:summari[sz]e\b|condense\b|recap(?:itulate)?\b|tl;?dr\b"
    r"|(?:a |the |short |brief |concise )*summary(?:,? please| of (?:the|this|our|my|all|what)\b)"
    rf"|{_SHRINK}|{_MAKE}|{_GERMAN}|{_FRENCH}|{_SPANISH})",
    re.IGNORECASE,
)
_CALLING = re.compile(
    r"\b(?:you|your|act as|an?)\b(?:(?!\b(?:can|not|never)\b)[^.!?,\n]){0,120}"
    r"\b(?:summari[sz](?:e|es|ing|er|ers|ation)|condens(?:e|es|ing)|compaction)\b",
    re.IGNORECASE,
)
"""What a system message calls the assistant: one that summarizes."""
_EARLIER = re.compile(
    r"\b(?:conversations?|chat|discussion|dialog(?:ue)?|session|so far|above|previous|preceding|earlier|history"
    r"|thread|everything|gespräch\w*|unterhaltung|verlauf|bisher\w*|oben|obige\w*|échanges?|ci-dessus|jusqu"
    r"|conversación|hasta ahora|anterior(?:es)?|arriba|historial)\b",
    re.IGNORECASE,
)
_HERE = re.compile(
    r"\b(?:following|below|folgend\w*|unten\w*|suivante?s?|ci-dessous|siguientes?|abajo)\b", re.IGNORECASE
)
_COLON = re.compile(r":(?=\s|\Z)")
_PARAGRAPH = re.compile(r"\n[ \t\r]*\n")
_LINE = re.compile(r"\n")
_QUESTION = re.compile(r"[^\n]{0,400}[?？]")
_SENTENCE = re.compile(r"[.!?。](?=\s)")


def summary_material(messages: Messages) -> list[Mapping[str, Any]] | None:
    """The messages of which a summary is asked for, without the instruction; None if none is asked for.

    Takes messages as `plain` makes them.

    The instruction stands in the last user message, alone, before the material or after it; or in a system
    message, and then all other messages are the material.
    """
    said = [m for m in messages if m["role"] not in SYSTEM_ROLES]
    system = [m for m in messages if m["role"] in SYSTEM_ROLES]
    if not said:
        said, system = system, []
    last = next((i for i in range(len(said) - 1, -1, -1) if said[i]["role"] != "assistant"), -1)
    if last >= 0 and said[last]["role"] != "tool":
        found = _in_message(said, last)
        if found is not None:
            return found
    zones = [_text(message)[:_ZONE_CHARS] for message in system]
    asked = last >= 0 and _QUESTION.fullmatch(_text(said[last]).strip())  # asks one that merely can summarize
    called = not asked and any(map(_CALLING.search, zones))
    return said if called or any(map(_REQUEST.search, zones)) else None


def instruction_end(text: str) -> int:
    """Where the instruction ends that a text begins with; 0 if it begins with none.

    It ends at a colon on its line, else with its line, else with its sentence. What an instruction says in
    further lines is taken for material: too much of that does less harm than too little.
    """
    zone = "\n".join(text[:_ZONE_CHARS].split("\n")[:_HEAD_LINES])
    found = _REQUEST.search(zone)
    if found is None:
        return 0
    at = found.end()
    line = text.find("\n", at)
    colon = _COLON.search(text, at, len(text) if line < 0 else line + 1)
    if colon is not None and colon.end() - at <= _ZONE_CHARS:
        return colon.end()
    if line >= 0:
        return line + 1
    sentence = _SENTENCE.search(text, at)
    return sentence.end() if sentence is not None else len(text)


def instruction_start(text: str) -> int:
    """Where the instruction begins that a text ends with; its length if it ends with none.

    It is the last paragraph, the last line or the last sentence.
    """
    text = text.rstrip()
    floor = max(0, len(text) - _ZONE_CHARS)
    starts = [[0] if not floor else []]
    starts += [
        [found.end() for found in edge.finditer(text, floor)][-1:] for edge in (_PARAGRAPH, _LINE, _SENTENCE)
    ]
    for start in sorted({start for found in starts for start in found}):
        begin = start + len(text[start:]) - len(text[start:].lstrip())
        if _REQUEST.match(text, start):
            return begin
    return len(text)


def _in_message(said: Messages, last: int) -> list[Mapping[str, Any]] | None:
    """The material, if the message at `last` asks for a summary."""
    text = _text(said[last])
    before = [message for message in said[:last] if _speaks(message)]
    end = instruction_end(text)
    if end and (before or text[end:].strip() or not text[: instruction_start(text)].strip()):
        instruction, rest = text[:end], text[end:].lstrip("\r\n ")
        here = _HERE.search(instruction) is not None
        earlier = _EARLIER.search(instruction) is not None or len(rest) <= _SHORT_CHARS
        if before and (not rest.strip() or (earlier and not here)):
            return before
        return [{"role": "user", "content": rest}] if rest.strip() else []
    start = instruction_start(text)
    if start == len(text.rstrip()):
        return None
    rest = text[:start].rstrip()
    return [*before, {"role": "user", "content": rest}] if rest else before


def _text(message: Mapping[str, Any]) -> str:
    return text_of(message["content"])


def _speaks(message: Mapping[str, Any]) -> bool:
    """Whether a message holds any text, calls and results of tools included."""
    return bool(_text(message).strip() or message.get("tool_calls") or isinstance(message["content"], list))
