"""Does a text describe its source, or does it answer, greet, refuse or obey it?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from limbeck.core.findings import Finding
from limbeck.core.source import Span

from .alignment import alignments, weights
from .reading import Reading, plain
from .sentences import Sentence
from .tokens import Token, tokens_of
from .verbatim import word_for_word

APART = 0.3
"""Of a sentence that does what a planted command wants, less than this share stands elsewhere in the source."""
SAME = 0.7
"""A sentence that has this share of its words in the order of the source tells what the source says."""
MANY = 4
"""Shorter sentences stand in many a source by chance."""
TELLING = 3
"""With fewer words that carry it a sentence tells too little."""

_START = r"^\W*"
_GREETS = re.compile(
    _START + r"(?:hi|hello|hey|hallo|bonjour|salut|hola|ciao|good (?:morning|afternoon|evening)|greetings|"
    r"dear)\b(?=\s*[,!.]|\s+(?:there|everyone|team|user)\b|\s*$)"
    r"|"
    + _START
    + r"(?:sure|certainly|of course|absolutely|no problem|great question|good question|gladly|got it|"
    r"understood|okay|ok|alright|"
    r"happy to help|thanks?(?: you)?(?: for [^.!]{1,60})?|you're welcome|welcome(?: back)?|klar|"
    r"natürlich|gerne|bien sûr|claro|por supuesto)\s*(?:[!,.]|$|—|–|-\s)"
    r"|" + _START + r"(?:here(?:'s|’s| is| are)\b(?! (?:no|not)\b))",
    re.IGNORECASE,
)
_REFUSES = re.compile(
    r"\b(?:i(?:'m| am) (?:sorry|afraid|unable|not able|not allowed)|i (?:can(?:'|’)?t|cannot|won(?:'|"
    r"’)?t|will not|must decline|apologi[sz]e)\b|"
    r"as an? (?:ai|artificial|large|language)\b|my (?:guidelines|programming|training)\b|i don(?:'|’)t "
    r"have (?:access|the ability|enough)|"
    r"es tut mir leid|ich kann (?:leider )?(?:nicht|keine)|je suis désolé|lo siento)",
    re.IGNORECASE,
)
_OFFERS = re.compile(
    r"\b(?:let me know (?:if|what|how|whether|when)|would you like (?:me )?|do you want me to|shall i\b|"
    r"should i (?:go|proceed|continue|start|also|now)|"
    r"how (?:can|may) i (?:help|assist)|is there anything else|feel free to|hope (?:this|that) helps|"
    r"what would you like|"
    r"(?:can|could|would|will) you (?:please |kindly |just )?(?!be\b|have\b|see\b)\w+|"
    r"please (?:provide|share|confirm|let me know|tell me|clarify|specify)|i(?:'d| would) be happy|"
    r"i(?:'m| am) happy to|i(?:'m| am) here to)",
    re.IGNORECASE,
)
_ACTS = re.compile(
    r"\b(?:i (?:think|believe|suggest|recommend|guess|assume|propose|advise|would|could|can)\b|i(?:'|’)d "
    r"(?:suggest|recommend|say|go)|"
    r"i(?:'|’)ve gone ahead|taken care of (?:it|this|that) for you|"
    r"i(?:'ll| will| am going to|'m going to) (?:now |first |start |begin |go |then |also )?\w+|let me "
    r"(?:\w+ )?(?!know\b)\w+|"
    r"i(?:'ve| have) (?:now |just |successfully )?(?:updated|fixed|created|added|removed|changed|"
    r"implemented|deleted|sent|run|executed|completed|booked|cancel+ed|issued)|"
    r"let's (?:\w+))\b",
    re.IGNORECASE,
)
_ADVISES = re.compile(
    _START
    + r"(?:yes|no|yeah|nope|ja|nein|oui|non|sí)\b\s*[,.!—–-]|\byou (?:can|could|should|may want to|might "
    r"want to|need to|have to|will need to|are right|'re right)\b|"
    r"^\W*to (?:do this|fix this|solve this|answer your question)\b|\bin answer to your\b|\b(?:the "
    r")?answer(?: to your question)? is\b|^\W*(?:answer|response|antwort|réponse|respuesta)\s*:",
    re.IGNORECASE,
)
_CALLS = re.compile(
    r"<\s*/?\s*(?:tool_call|function_call|invoke|antml:\w+|function=|tool_use|\|?tool\w*\|?)\b|"
    r"\{\s*\"(?:name|tool|function|tool_name|action)\"\s*:\s*\"[^\"]+\"\s*,\s*\"(?:arguments|parameters|"
    r"input|args|action_input)\"\s*:|"
    r"^\s*(?:Action|Action Input)\s*(?:\d+)?:\s|<\|(?:im_start|im_end|assistant|user|"
    r"system|endoftext)\|>|\[/?INST\]|```(?:tool_code|tool_call)",
    re.IGNORECASE | re.MULTILINE,
)
_TURN = re.compile(r"^\s*(?:\*\*)?(?:assistant|ai|user|human)(?:\*\*)?\s*:\s", re.IGNORECASE)
_INJECTED = re.compile(
    r"\b(?:reply|respond|answer|output|print|say|write|return|antworte|répondez|responde)"
    r"(?: (?:only|just|exactly|simply|back|nur|with|mit|avec|con|the (?:single )?words?|the phrase|the "
    r"text|the message"
    r"|the following|a single word|nothing but|this|it))+"
    r"\s*[:]?\s*[\"'“”`‘]?(?P<said>[^\"'“”`’\n.,;]{2,80})"
    r"|\b(?:and|then) (?:reply|respond|answer|say|output|print):? [\"'“”`‘]?(?-i:(?P<word>[A-Z]{2,20}))\b",
    re.IGNORECASE,
)
_PLANTED = re.compile(
    r"\b(?:ignore|disregard|forget|override|overrule) (?:(?:all|any|the|your|of|these|those|every|"
    r"everything|what) )*"
    r"(?:previous|prior|above|earlier|preceding|instructions?|task|rules|you were told|came before)\b"
    r"|\bsystem override\b|\b(?:output|print|reveal|repeat|show)(?: me)? (?:your|the) system (?:prompt"
    r"|message)\b|\bnew (?:instruction|task|order)s?\b|\b(?:from now on|from "
    r"here on),? you\b"
    r"|\bif you are (?:an? )?(?:ai|large language|language|llm|summari[sz]er|assistant|model)\b"
    r"|\b(?:note|instruction|message|attention|memo)s?:? (?:to|for) (?:the |all |any |whatever |whoever )*"
    r"(?:ai|llm|language model|model|summari[sz]er|assistant|agent|bot|reader)s?\b"
    r"|\b(?:begin|start|end|finish|close|open) (?:your|the|every|each) (?:summary|output|answer|reply|"
    r"response|message|report)\b"
    r"|\b(?:assistant|ai|llm|claude|chatgpt|model|bot)[,:] (?:forget|ignore|tell|say|reply|answer|stop|"
    r"please|you|write)\b"
    r"|\b(?:tell|inform|remind|urge|advise|convince) (?:the |your |every )?(?:reader|user|customer|"
    r"person|human|recipient)s?\b"
    r"|\bin your (?:summary|output|answer|reply|response|report)\b|\bwhen (?:you )?summari[sz](?:e|ing)\b"
    r"|\bdo not summari[sz]e\b|\binstead of (?:a |the |your )?(?:summary|summari[sz]ing)\b"
    r"|\byou (?:must|should|will|are to|have to|shall) (?:now |only |instead |always )*(?:say|write|"
    r"reply|answer|respond|output|print"
    r"|repeat|praise|recommend|speak|talk|act|pretend)\b"
    r"|(?:^|(?<=[.!?:\n] ))(?:please )?(?:say|reply|respond|answer|output|repeat|praise|recommend|speak|"
    r"pretend|act)\b"
    r" (?:only|just|with|that|like|as|in|the|to|a|nothing)\b",
    re.IGNORECASE | re.MULTILINE,
)
_TELLS = re.compile(
    r"\b(?:command|instruction|injection|injected|embedded|planted|order|orders|asks|asked|tries|tried|"
    r"tells|told|contains|contained|says|said|"
    r"attempt\w*|prompt injection|text|line|reader)\b.{0,60}(?:[\"“'‘:(]|\bto\b|\bthat\b)",
    re.IGNORECASE,
)
_REPORTED = re.compile(
    r"\b(?:user|customer|client|assistant|agent|tool|system|human|they|he|she|the (?:model|"
    r"bot))\b[^.]{0,60}\b(?:said|says|asked|asks|wrote|replied|"
    r"answered|told|offered|promised|greeted|refused|declined|stated|explained|confirmed|responded|"
    r"apologi[sz]ed|noted)\b",
    re.IGNORECASE,
)


_REASONS = (
    (_REFUSES, "refuses or apologizes instead of describing"),
    (_GREETS, "greets or acknowledges instead of describing"),
    (_OFFERS, "asks or offers the reader something"),
    (_ACTS, "speaks as the one who acts, not of what was done"),
    (_ADVISES, "answers or advises somebody instead of describing"),
)


class Gate:
    """Finds sentences that talk to somebody instead of telling what the source holds.

    What stands in the source word for word, or nearly so, is no finding, nor is what a text reports as somebody's
    words.
    """

    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    def findings(self, said: Sequence[Sentence]) -> Iterator[Finding]:
        """What is wrong with the sentences of one text, in their order."""
        for sentence in said:
            reason = self._reason(sentence)
            evidence: tuple[Span, ...] = ()
            if reason and (self._told(sentence.text) or self._labeled(sentence)):
                continue
            if not reason and not sentence.titled and self._carries_out(sentence):
                reason = "a command planted in the source asks for this, and nothing else there speaks of it"
                evidence = (self.reading.span(min(self._planted)),)
            if (
                not reason
                and (wanted := self._obeyed(sentence))
                and not word_for_word(self.reading, sentence.text)
            ):
                reason = f"does what the source asks a reader to do: {wanted!r}"
            if reason:
                end = sentence.start + len(sentence.text)
                yield Finding("hijack", sentence.text, sentence.start, end, reason, evidence)

    def _reason(self, sentence: Sentence) -> str:
        """Why a sentence describes nothing, by its wording; empty if it may describe something."""
        text = sentence.text
        if _CALLS.search(text):
            return "a tool call or a chat template in place of a description"
        if sentence.code or _REPORTED.search(text) is not None:
            return ""
        if _TURN.match(text):
            return "goes on with the dialogue"
        if sentence.speaker:
            return ""  # told as somebody's words
        return next((reason for pattern, reason in _REASONS if pattern.search(text)), "")

    def _labeled(self, sentence: Sentence) -> bool:
        """Whether a sentence behind the name of its speaker stands in the source word for word."""
        return sentence.speaker and word_for_word(self.reading, sentence.text[sentence.label :])

    def _told(self, text: str) -> bool:
        """Whether a sentence stands in the source, word for word or nearly so."""
        if word_for_word(self.reading, text):
            return True
        tokens = tokens_of(text)
        if len(tokens) < MANY:
            return False
        found = alignments(self.reading, text, tokens, [1.0] * len(tokens))
        return any(a.order >= SAME for a in found[:3])

    @cached_property
    def _planted(self) -> frozenset[int]:
        """The pieces of the source that give a reading machine orders; users and operators may give some."""
        rows = (
            self.reading.piece_at(m.start() + len(m[0]) // 2) for m in _PLANTED.finditer(self.reading.joined)
        )
        return frozenset(row for row in rows if self.reading.role[row] not in ("system", "user"))

    def _carries_out(self, sentence: Sentence) -> bool:
        """Whether a sentence tells of nothing that the source holds apart from its planted commands."""
        planted = self._planted
        if not planted or sentence.code or _TELLS.search(sentence.text) or self._told(sentence.text):
            return False
        tokens = tokens_of(sentence.text)
        if sum(1 for token in tokens if token.content) < TELLING:
            return self._only_there(tokens, planted)
        weight = weights(self.reading, tokens)
        found = alignments(self.reading, sentence.text, tokens, weight, among=lambda row: row not in planted)
        return not found or found[0].cover < APART

    def _only_there(self, tokens: Sequence[Token], planted: frozenset[int]) -> bool:
        """Whether a word or two stand nowhere but in planted commands, and there they do."""
        keys = [token.key for token in tokens if token.content]
        texts = [self.reading.window(row, row, row) for row in sorted(planted)]
        there = {token.key for window in texts for token in window.tokens}
        held = self.reading.overlaps(keys)
        return (
            bool(keys)
            and there.issuperset(keys)
            and not any(share > 0 and row not in planted for row, share in enumerate(held.tolist()))
        )

    @cached_property
    def _wanted(self) -> frozenset[str]:
        """What the source tells a reader to say."""
        said = (plain(m["said"] or m["word"]).strip(_BARE) for m in _INJECTED.finditer(self.reading.joined))
        return frozenset(words for words in said if len(words) >= 2)

    def _obeyed(self, sentence: Sentence) -> str:
        """What an instruction in the source wants to be said, if the whole sentence is that; else empty."""
        said = plain(sentence.text).strip(_BARE)
        if not said or len(said) > 80 or sentence.label:
            return ""
        return next(
            (
                wanted
                for wanted in sorted(self._wanted)
                if said == wanted
                or (len(wanted) >= 4 and said.startswith(wanted) and len(said) <= len(wanted) + 12)
            ),
            "",
        )


_BARE = " .!\"'*`"
