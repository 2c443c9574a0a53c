"""How much a sentence tells: the words of the matter in it, against the small talk and the bare values around.

A scorer made for lines gives every line of some length the same worth, so of prose it likes short sentences best.
Here what people and agents say is weighed by its words instead: each counts by how often the whole text comes
back to it, function words and small talk not at all.

Source: sentences by the frequency of their words is the oldest of summarizers (Luhn, 1958, 10.1147/rd.22.0159).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import numpy as np

from limbeck.split.function_words import FUNCTION_WORDS

from .calls import ARGUMENTS
from .lexical import Lexical, Worth
from .relevance import QUESTION_WORDS
from .select import Scorer
from .sentence_rows import spoken
from .speakers import TOOL_ROLES, speakers
from .view import STEM_CHARS, UNSPACED, Floats, View, words

USUAL_WORDS = 8
"""A sentence with so many words of average weight is worth what the scorer gave it; others in proportion."""
MOST = 3.0
"""No sentence counts more than this."""
COMMON_SHARE, COMMON_TIMES = 0.08, 5
"""A word in more than this share of the sentences, and more often than this, is of no matter: the name of a speaker."""
FEW_WORDS, FEW_SHARE = 3, 0.3
"""What is left of the worth of a sentence with fewer words of the matter: "Sounds good", "Here's another"."""
EMPTY_VALUE = 0.2
"""What is left of the worth of a JSON element that holds null, false, zero or nothing."""

_SMALL_TALK_TEXT = (
    "hi hello hey thanks thank welcome please sorry sure okay yeah yes yep wow great good nice cool awesome amazing "
    "glad happy love hope bye see look let lets get got getting going gonna come came thing things something anything "
    "really lot kind way well right maybe actually know think mean guess like want need feel time day today still back "
    "make made take much bit little big new long put use doesnt dont didnt cant isnt ive youre thats its theres whats "
    "danke bitte hallo gut schön super merci bonjour gracias hola"
)
_SMALL_TALK = frozenset(_SMALL_TALK_TEXT.split())
_WORD = re.compile(r"[^\W\d_]{3,}(?:['’][^\W\d_]+)?|\d[\d.,:/-]*")
_EMPTY = re.compile(r'[\s,{\[]*"(?:[^"\\]|\\.)*"\s*:\s*(?:null|false|0(?:\.0+)?|""|\[\]|\{\})[\s,}\]]*')


LOOKED_AT = frozenset({"listing", "code", "grep"})
SHOWN_LESS = 1.2
"""How much less a line of a file or a listing is worth, in the weight of an atom: it can be looked at again."""
SCRIPT_CHARS = 300
"""A call longer than this is a script or a file; its lines are worth as much less."""
QUESTION_SHARE = 0.3
"""How much of all this counts where a question says what is wanted: a short answer tells enough."""


@dataclass(frozen=True)
class Telling:
    """Another scorer's worth, in proportion to what a sentence tells.

    Attributes:
        scorer: Gives the worth of segments and atoms.
    """

    scorer: Scorer = field(default_factory=Lexical)

    def __call__(self, view: View) -> Worth:
        """Score a view. Cost: one more pass over the words that are spoken."""
        worth = self.scorer(view)
        factor = told(view)
        if view.context.query and len(words(view.context.query)) <= QUESTION_WORDS:
            factor = 1 + QUESTION_SHARE * (factor - 1)
        less = SHOWN_LESS * _shown(view)
        return replace(worth, base=worth.base * factor - less)


def _shown(view: View) -> Floats:
    """(n) 1 for rows of listings, of code that a tool shows or a call writes; else 0."""
    kinds = [
        role in TOOL_ROLES and source.kind in LOOKED_AT
        for source, role in zip(view.context.sources, speakers(view.context), strict=True)
    ]
    shown = np.array(kinds or [False], float)[view.forest.source]
    called = [
        ARGUMENTS.search(source.pointer) is not None and len(source.text) > SCRIPT_CHARS
        for source in view.context.sources
    ]
    return np.asarray(shown + np.array(called or [False], float)[view.forest.source], np.float64)


def told(view: View) -> Floats:
    """(n) the factor for each segment: 0 to `MOST` for a spoken one, `EMPTY_VALUE` for an empty value, else 1."""
    context = view.context
    factor = np.ones(len(view.texts))
    said: list[tuple[int, tuple[str, ...]]] = []
    times: dict[str, int] = {}
    for source, rows, role in zip(context.sources, context.source_rows(), speakers(context), strict=True):
        if source.kind == "json":
            for row in rows:
                if _EMPTY.fullmatch(view.texts[row]):
                    factor[row] = EMPTY_VALUE
        elif spoken(source, role):
            for row in rows:
                stems = matter(view.texts[row])
                said.append((row, stems))
                for stem in stems:
                    times[stem] = times.get(stem, 0) + 1
    if not times:
        return factor
    most = max(COMMON_TIMES, COMMON_SHARE * len(said))
    weight = {stem: float(np.log1p(count)) if count <= most else 0.0 for stem, count in times.items()}
    counted = [weight[stem] for _, stems in said for stem in stems if weight[stem]]
    if not counted:
        return factor
    usual = USUAL_WORDS * sum(counted) / len(counted)
    for row, stems in said:
        factor[row] = min(MOST, sum(weight[stem] for stem in stems) / usual)
        if sum(weight[stem] > 0 for stem in stems) < FEW_WORDS:
            factor[row] *= FEW_SHARE
    return factor


def matter(text: str) -> tuple[str, ...]:
    """The distinct words of the matter in a sentence, by their first characters."""
    text = text.lower()
    found = [
        word[:STEM_CHARS]
        for word in _WORD.findall(text)
        if word not in FUNCTION_WORDS and word not in _SMALL_TALK
    ]
    if not text.isascii():
        for run in UNSPACED.findall(text):
            found.extend(run[i : i + 2] for i in range(len(run) - 1))
    return tuple(dict.fromkeys(found))
