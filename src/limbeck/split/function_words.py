"""Words that hold a question together and say nothing of what it is about, in fourteen languages.

Rarity within one text does not tell them: in a log of a meeting `think` is as rare as a name.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")

_ENGLISH = """
a an the this that these those it its he him his she her hers they them their theirs we us our ours you your
yours i me my mine who whom whose which what when where why how there here and or but nor so if then than
because while until unless though although as at by for from in into of off on onto out over per to under up
upon with within without about above across after against along among around before behind below beneath
beside between beyond down during near since through toward towards via is am are was were be been being do
does did doing done have has had having can could may might must shall should will would not no yes only
just also too very much many more most some any each every either neither both few several such other
another same own all again once ever still even else say says said saying tell tells told give gives gave
given list lists name names named describe describes described explain explains explained mention mentions
mentioned discuss discusses discussed discussion summarize summarise summarizes summary think thinks thought
opinion talk talks talked ask asks asked answer find show please according what's who's where's it's don't
doesn't didn't isn't aren't wasn't weren't can't
"""
_GERMAN = """
der die das den dem des ein eine einen einem einer eines dieser diese dieses und oder aber ist sind war
waren sein wird werden wurde wurden hat haben hatte hatten kann können konnte muss müssen soll sollte will
wollte nicht kein keine nur auch noch schon sehr mehr als wie wer wen wem wessen was wann wo warum wieso
weshalb welche welcher welches welchen welchem in im an am auf aus bei mit nach von vom vor zu zum zur über
unter für durch gegen ohne um zwischen während seit bis es er sie wir ihr ich du sich dass ob wenn dann da
hier dort man sagt sagte nennt nenne beschreibe erkläre liste
"""
_FRENCH = """
le la les l un une des du de d ce cet cette ces et ou mais est sont était étaient être été a ont avait avoir
il elle ils elles on nous vous je tu se qui que quoi quel quelle quels quelles quand où pourquoi comment
combien dans en au aux par pour sur sous avec sans entre vers chez depuis pendant avant après ne pas plus
moins très aussi seulement son sa ses leur leurs dit décris explique résume selon
"""
_SPANISH = """
el la los las lo un una unos unas del de y o pero es son era eran fue fueron ser sido ha han había hay se su
sus él ella ellos ellas nosotros yo tú que qué quién quiénes cuál cuáles cuándo dónde cómo cuánto cuánta
cuántos cuántas por para con sin sobre entre desde hasta durante antes después en al a no sí más menos muy
también sólo solo según dice dijo explica describe resume
"""
_PORTUGUESE = """
o a os as um uma uns umas do da dos das de e ou mas é são era eram foi foram ser sido há se seu sua seus
suas ele ela eles elas nós eu que quê quem qual quais quando onde como quanto quantos por porque para com
sem sobre entre desde até durante em no na nos nas ao à não mais menos muito também só segundo
"""
_ITALIAN = """
il lo la i gli le un uno una del dello della dei degli delle di e o ma è sono era erano essere stato ha
hanno aveva si suo sua suoi sue lui lei loro noi io tu che chi cosa quale quali quando dove perché come
quanto quanti per con senza su sopra tra fra da dal dalla in nel nella al alla non più meno molto anche solo
secondo
"""
_DUTCH = """
de het een en of maar is zijn was waren wordt worden werd heeft hebben had kan kon moet zal zou niet geen
ook nog al zeer meer als hoe wie wat wanneer waar waarom welke welk in op aan bij met naar van voor over
onder tussen tijdens sinds tot door om te uit hij zij ze wij we ik jij je u er dat die dit deze
"""
_RUSSIAN = """
и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по ее мне было вот от меня о из
ему когда ли если или ни быть был него до вас опять уж вам ведь там потом кто какой какая какое какие каком
где куда почему зачем сколько чем был была были это этот эта эти для при об под над между
"""
_POLISH = """
i w we na z ze do od o u po za przez dla przy pod nad oraz lub ale a że to ten ta te tego tej tym nie tak
jest są był była było były być ma mają kto co kiedy gdzie jak jaki jaka jakie jakich który która które ile
czy dlaczego się jego jej ich on ona ono oni
"""
_TURKISH = """
ve veya ama ile için gibi bir bu şu o da de ki mi mı mu mü ne kim kimin kime neden niçin nasıl nerede nereye
hangi kaç ne zaman kadar daha en çok az var yok olan olarak oldu olduğu idi ise her hiç sonra önce
"""
_ROMANIAN = """
și sau dar un o unei unui al ale a ai de la în din pe cu fără pentru prin între după înainte este sunt era
erau fost fi a au avea că ce cine când unde cum cât câți câte care de ce nu da mai foarte se său sa săi sale
lui ei lor acest această
"""
_GREEK = """
ο η το οι τα του της των τον την ένας μια ένα και ή αλλά είναι ήταν να θα έχει είχε σε στο στη στην στον
στις στους στα από για με χωρίς προς μετά πριν ποιος ποια ποιο ποιοι ποιες τι πότε πού πώς πόσο πόσα πόσοι
γιατί δεν μη που ως
"""
_VIETNAMESE = """
và hoặc nhưng là của cho với từ trong ngoài trên dưới đến tại ở bởi về như một các những này đó kia ai gì
nào đâu khi bao nhiêu sao thế không có được bị đã đang sẽ rất cũng chỉ
"""
_ARABIC = """
و أو ثم في من إلى على عن مع بين هو هي هم هذا هذه ذلك تلك التي الذي الذين ما ماذا من متى أين كيف كم لماذا هل
أي لا لم لن قد كان كانت يكون أن إن كل
"""
_LISTS = (
    _ENGLISH, _GERMAN, _FRENCH, _SPANISH, _PORTUGUESE, _ITALIAN, _DUTCH, _RUSSIAN, _POLISH, _TURKISH, _ROMANIAN,
    _GREEK, _VIETNAMESE, _ARABIC,
)  # fmt: skip
ENGLISH_WORDS = frozenset(_ENGLISH.split())
FUNCTION_WORDS = frozenset(word for words in _LISTS for word in words.split())


def content(text: str) -> str:
    """A question without its function words; the question itself if it has no others."""
    left = " ".join(word for word in _WORD.findall(text) if word.lower() not in FUNCTION_WORDS)
    return left or text
