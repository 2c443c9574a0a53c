"""Sentences that lay down a rule: must, never, do not, only edit, unless asked, at most three lines.

By words and their place in the sentence, in thirteen languages. A report ("only 3 tests failed", "it never
worked") is no rule; when in doubt a sentence is none. Knows nothing of who said it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from limbeck.split.function_words import FUNCTION_WORDS
from limbeck.split.paragraphs import paragraphs
from limbeck.split.sentences import sentence_starts

__all__ = ["constraint_spans", "rule_sentences"]

# Where an order can begin: at the head of the sentence or behind a mark or a linking word.
_HEAD = (
    r"(?:^|[,;:.!–—(]\s*|\s-\s|\b(?:please|and|but|so|just|also|then|or|bitte|und|aber|et|mais|y|pero|por\sfavor|"
    r"e|ma|per\sfavore|mas|en|maar|alsjeblieft|graag)\s+)"
)
_COUNT = r"(?:\d|an?\b|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty)"
_DO_EN = (
    r"(?:edit|change|modify|touch|use|run|write|read|return|reply|respond|answer|output|print|include|add|delete|"
    r"remove|commit|push|ask|call|create|update|consider|allow|accept|show|report|do|install|fix|look|work|make|"
    r"deploy|send|give|list|proceed|act|follow|keep|say|speak|offer|provide|propose|import|test|check|merge|limit|"
    r"search|open|save|take|refund|transfer|book|cancel|mention|quote|cite|refer|describe|issue|perform|generate)"
)
# Each with the words of which one must be there, so that most sentences meet few patterns or none.
_ENGLISH = (
    (
        "must mustn't",
        r"(?<!\ba\s)\bmust(?:n't)?\b(?!['-])(?!\s+(?:not\s+)?(?:have|be)\s+(?:been\b"
        r"|(?:a|an|the|some|my)\s|something|wrong|missing|broken))(?!\s+have\s+\w+(?:ed|en|t)\b)"
        # "It must be cached" concludes, "breakfast must be included" demands.
        r"(?!(?:(?<=\bit must)|(?<=\bthis must)|(?<=\bthat must)|(?<=\bthere must))\s+be\s+\w+(?:ed|en)\b\s*[.!]?$)",
    ),
    (
        "not don't dont",
        rf"{_HEAD}(?:do\s+not|don'?t)\s+(?!(?:know|think|see|believe|remember|understand|seem|worry|mind|get|"
        r"have|want|you|we|i|they|really|care|like|agree|exist|work|pass|match)\b)\w",
    ),
    (
        "not never only always",
        r"\byou\s+(?:(?:should|may|must|shall)\s+(?:not|never|only|always)|can\s+(?:not|never|only))\b"
        r"|\b(?:shall|should|may|must)\s+(?:only|always|never)\b(?!\s+have)",
    ),
    (
        "cannot can't",
        r"(?<!\bthen )(?<!\bbecause )\byou\s+(?:cannot|can't)\s+(?!(?:see|find|imagine|tell|just)\b)",
    ),
    (
        "not shouldn't",
        r"\b(?:should\s+not|shouldn't|shall\s+not|may\s+not)\s+(?!(?:really\s+)?(?:happen|matter|fail|take|cause|affect|work|"
        r"last|have|be\s+(?:a|the|too|hard|here|confused)|b)\b)",
    ),
    (
        "never",
        rf"(?:{_HEAD}|\byou\s+)never\s+(?!mind|been|had|was|did|seen|heard|saw|got|have|before|again|know|the\b|"
        r"\w+ed\b)\w",
    ),
    (
        "always",
        rf"(?:{_HEAD}|\byou\s+)always\s+(?!has|had|been|was|is|are|nice|good|a\b|the\b|\w+(?:ed|s)\b)\w",
    ),
    (
        "only nothing exclusively",
        rf"{_HEAD}only\s+{_DO_EN}\b(?!\s+(?:was|were|is|are))"
        rf"|{_HEAD}(?:always\s+)?{_DO_EN}\b(?:(?!\b(?:was|were|is|are|if|when|because|that|the\s+only)\b)[^.;])"
        r"{0,50}?\s(?:only|nothing\s+but|exclusively)\b",
    ),
    (
        "unless",
        r"\bunless\s+(?:explicitly|specifically|otherwise|you|i|we|the\s+(?:user|customer)|asked|told|instructed"
        r"|absolutely|necessary|requested|directed|approved|strictly)\b",
    ),
    (
        "sure ensure remember care avoid refrain stick limit",
        rf"{_HEAD}(?:make\s+(?:very\s+)?sure|ensure|be\s+sure\s+to|remember\s+to|take\s+care\s+(?:not\s+)?to|"
        r"avoid|refrain\s+from|stick\s+to|limit\s+yourself)\b|\b(?:should|must|shall)\s+(?:avoid|ensure)\b",
    ),
    (
        "circumstances account case exceptions",
        r"\bunder\s+no\s+circumstances|\bon\s+no\s+account\b|\bin\s+no\s+case\b|\bno\s+exceptions\b",
    ),
    (
        "without",
        r"\bwithout\s+(?:first\s+)?(?:asking|confirming|permission|approval|confirmation"
        r"|(?:my|explicit|prior|written|the\s+user's|user)\s+(?:permission|approval|consent|confirmation"
        r"|explicit))\b",
    ),
    (
        "allowed permitted acceptable forbidden prohibited mandatory limits",
        r"\b(?:is|are|be)\s+(?:strictly\s+)?(?:not\s+(?:allowed|permitted|acceptable)|forbidden|prohibited"
        r"|mandatory|off[\s-]limits)\b",
    ),
    ("required", r"\b(?:is|are)\s+(?:always\s+|strictly\s+)?required\b(?!\s+(?:argument|positional))"),
    (
        "cannot can't not",
        r"\b(?:cannot|can't|may\s+not|must\s+not)\s+(?:exceed|be\s+(?:cancel{1,2}ed|modified|changed|refunded"
        r"|edited|combined|exchanged|shared|reused|transferred))\b",
    ),
    ("no", r"^no\s+(?:new|other|external|additional|third-party|extra|breaking)\s\w+(?:\s\w+){0,4}\s*[.!]?$"),
    (
        "keep leave",
        rf"{_HEAD}(?:keep|leave)\b[^.;]{{0,60}}\b(?:as\s+(?:it\s+|they\s+)?(?:is|are)|unchanged|untouched|alone"
        r"|intact)\b",
    ),
    (
        "hands stay keep steer hold",
        rf"\bhands\s+off\b(?!\s+to\b)|{_HEAD}(?:stay|keep)\s+(?:well\s+)?(?:away|off|clear|out)\b(?!\s+(?:the\s+good|of\s+date))"
        rf"|{_HEAD}(?:steer\s+clear|hold\s+off)\b",
    ),
    ("leave", rf"{_HEAD}leave\b[^.;]{{0,60}}\bout\s+of\s+(?:it|this|that|the\b)"),
    (
        "keep",
        rf"{_HEAD}keep\s+(?!\w+ing\b)[^.;:]{{1,40}}\bout\s+of\s+(?!date|sync|order|trouble|memory|range)\S",
    ),
    ("rather", r"\b(?:i|we)(?:'d|\s+would)\s+(?:much\s+)?rather\s+(?:you|not)\b"),
    ("bounds limit budget", r"\b(?:out\s+of\s+bounds|hard\s+limit)\b|\bbudget\s+is\s+[^.;]{0,12}?\d"),
    (
        "most least maximum minimum than exceed exceeding up",
        rf"(?:{_HEAD}{_DO_EN}|\b(?:should|must|shall|may))\b[^.;]{{0,60}}\b(?:no\s+(?:more|fewer|less|longer)\s+than"
        rf"|at\s+most|at\s+least|a\s+(?:maximum|minimum)\s+of|not\s+exceed(?:ing)?|up\s+to)\s+{_COUNT}",
    ),
)
_DO_DE = (
    r"(?:änder|lösch|nutz|verwend|benutz|schreib|entfern|füg|committ?|rühr|fass|mach|lass|berühr|push|veränder|"
    r"antwort|gib|geb|führ|start|installier|bearbeit|behalt|halt|nenn|frag|lies|les)\w*"
)
# Infinitives that forbid when "not" stands before them at the head ("Nicht löschen!"). Listed, where the form
# alone would take participles and nouns for them ("Nicht gefunden", "No user").
_NOT_DE = (
    r"(?:(?:an|ab|um|ver|über|aus|ein|zu|auf|weg|mit|raus|hinzu|weiter|zusammen|be|durch|vor|los)?"
    r"(?:lösch|änder|fass|rühr|mach|nutz|wend|entfern|schreib|lass|schieb|führ|start|teil|send|schick|speicher"
    r"|ruf|rat|setz|kürz|füg|stopp|end|stell|öffn|schließ|leg|nehm|werf|tausch|nenn|les|veröffentlich|benutz"
    r"|berühr|arbeit|erfind|ersetz|antwort|vergess|wart|frag|push|merg|deploy|commit{1,2}|benenn|unterbrech"
    r"|brech|lad|druck|tipp|klick)|(?:weiter|heraus|preis|aus)geb|\w*ier)e?(?:n|rn|ln)\b"
    r"(?!\s+(?:können|kann|konnten?|lassen|wollen|will|wollten?)\b)"
)
_NOT_ES = (
    r"(?:usar|utilizar|tocar|cambiar|modificar|borrar|eliminar|hacer|añadir|agregar|ejecutar|escribir|incluir|olvidar"
    r"|responder|instalar|enviar|romper|editar|mover|renombrar|subir|publicar|compartir|sobree?scribir|crear|abrir"
    r"|cerrar|quitar|alterar|inventar|traducir|comentar|mencionar|mostrar|revelar|suponer|asumir|reiniciar|detener"
    r"|desplegar|fusionar|copiar|guardar|llamar|leer|contestar|repetir|reemplazar|sustituir|actualizar)(?:l[oae]s?)?\b"
)
_NOT_NL = (
    r"(?:verwijderen|wijzigen|aanpassen|veranderen|gebruiken|aanraken|aankomen|schrijven|overschrijven|toevoegen|pushen"
    r"|committen|installeren|openen|sluiten|afsluiten|verplaatsen|hernoemen|uitvoeren|starten|stoppen|vertalen"
    r"|vergeten|kopiëren|publiceren|sturen|versturen|verzenden|mergen|bewerken|raden|verzinnen|doen|maken"
    r"|bellen|uitzetten|weggooien|wissen|legen|afbreken|noemen|vermelden|deployen|inkorten)\b"
    r"(?!\s+(?:kunnen|kan|kon(?:den)?|lukt)\b)"
)
_GERMAN = rf"""
  \b(?:muss|musst|müssen|müsst)\b(?!\s+(?:wohl|ein\s+(?:fehler|bug)))
 |\b(?:darf|darfst|dürfen|dürft|soll|sollst|sollen|sollte|sollten)\b[^.;]{{0,60}}\b(?:nicht|nichts|kein\w*|nur|nie|niemals|immer)\b|{_HEAD}(?:nie|niemals|immer)\s+(?:\w+\s+){{0,4}}\w+(?:en|ern|eln)\b(?!\s*(?:wir|sie)\b)|{_HEAD}nur\s+(?!\d)(?!.*\b(?:sind|waren|wurden?|haben|hat|ist|war)\b)(?:\w+\s+){{1,5}}\w+(?:en|ern|eln)[.!]?$|{_HEAD}{_DO_DE}\b[^.;]{{0,70}}\b(?:nicht|nichts|kein\w*|nur|nie|niemals|immer|ausschließlich|höchstens|maximal|mindestens)\b|\bbitte\s+(?:\w+\s+){{0,5}}(?:nicht|nichts|keine?\w*|nur|immer|nie)\b|\bauf\s+keinen\s+fall\b|\bunter\s+keinen\s+umständen\b|\bkeinesfalls\b|\bzwingend\b|{_HEAD}(?:stellt?e?n?\s+(?:sie\s+)?sicher|achten?\s+(?:sie\s+)?darauf|vermeide)|\b(?:nicht\s+erlaubt|verboten|untersagt)\b|\bohne\s+(?:rückfrage|erlaubnis|zustimmung|genehmigung|(?:vorher\s+)?zu\s+fragen)\b|\bes\s+sei\s+denn\b
 |{_HEAD}(?:nichts?\s+(?:[^\s.;,]+\s+){{0,5}}|kein(?:e[nmrs]?)?\s+(?:[^\s.;,]+\s+){{1,5}}(?=(?-i:[a-zäöü]))){_NOT_DE}
"""
_FRENCH = rf"""
  \b(?:dois|devez|doivent|il\s+faut|il\s+ne\s+faut)\b
 |\bdoit\b(?!\s+être\s+une?\s+(?:bug|erreur|problème))
 |{_HEAD}(?:ne\s+(?:l[ea]s?\s+)?\w+\s+(?:pas|jamais|rien|que|plus)\b|ne\s+(?:pas|jamais|rien|plus)\s+(?:(?:l[ea]s?|y|en|me|nous|se)\s+|[lsmn]['’])?\w+(?:er?|ir|oir)\b|n['’]\w+\s+(?:pas|jamais|rien|que)\b)(?!\s+(?:été|eu)\b)|{_HEAD}(?:toujours|jamais)\s+\w+(?:er|ir|re|ez)\b|{_HEAD}(?:uniquement|seulement)\s+\w+(?:er|ez)\b|{_HEAD}(?:utilis|répond|modifi|ajout|écri|lanc|exécut|gard|touch|renvo|retourn|affich|limit|conserv)\w*\b[^.;]{{0,60}}\b(?:toujours|uniquement|seulement|jamais|au\s+plus|au\s+maximum|au\s+moins|que)\b|{_HEAD}(?:assure[zr]?-(?:vous|toi)|veille[zr]?\s+à|évite[zr]?\b|merci\s+de\s+ne|veuillez\s+(?:ne|toujours))|\ben\s+aucun\s+cas\b|\bsous\s+aucun\s+prétexte\b|\bà\s+moins\s+que\b|\bsauf\s+(?:si|indication|demande)\b|\b(?:est|sont)\s+(?:interdite?s?|obligatoires?)\b|\bsans\s+(?:me\s+)?(?:demander|mon\s+accord|autorisation|permission|ma\s+permission|confirmation)\b
"""
_SPANISH = rf"""
  {_HEAD}no\s+{_NOT_ES}
 |\b(?:debes|deben|debéis|debe|hay\s+que|no\s+se\s+debe|no\s+se\s+permite|no\s+está\s+permitido)\b(?!\s+(?:de\s+)?(?:ser\s+un\s+error|haber))|{_HEAD}no\s+(?:us|toqu|cambi|modifi|borr|elimin|hag|añad|agreg|ejecut|escrib|incluy|olvid|respond|instal|envi|envíe|rompa)\w*(?:e|es|en|a|as|an)\b|{_HEAD}(?:nunca|jamás|siempre)\s+(?!(?:ha|he|has|han|fue|era|está|es|se)\b)\w+(?:e|es|en|a|as|an|r)\b|{_HEAD}(?:s[oó]lo|solamente|únicamente)\s+(?!falla|tre\b|una\b|dos\b|tres\b)\w+(?:e|a|es|as|en|an|ar|er|ir)\b|{_HEAD}(?:us[ae]|utilic[ae]n?|utiliza|respond[ea]|modific[ae]|modifique|cambi[ae]|escrib[ea]|ejecut[ae]|devuelv[ea]|mant[eé]n\w*)\b[^.;]{{0,60}}\b(?:s[oó]lo|solamente|únicamente|siempre|como\s+máximo|como\s+mínimo|al\s+menos)\b|{_HEAD}(?:asegúr[ae](?:te|se)|evit[ae]\b|evitar\b)|\bbajo\s+ningun[ao]?\s+circunstancia|\ben\s+ningún\s+caso\b|\ba\s+menos\s+que\b|\b(?:es|son)\s+obligatori[oa]s?\b|\b(?:está|queda)\s+prohibido\b|\bsin\s+(?:preguntar|permiso|pedir|autorización|mi\s+(?:permiso|aprobación))\w*\b
"""
_ITALIAN = rf"""
  {_HEAD}non\s+(?!essere|avere|potere|sapere|volere|\w*ware\b)\w{{3,}}(?:are|ere|ire|ar(?:l[oaie]|ne)|er(?:l[oaie]|ne)|ir(?:l[oaie]|ne))\b|
  \b(?:devi|devono|dovete|deve|bisogna)\b(?!\s+essere\s+un\s+(?:errore|bug))
 |{_HEAD}non\s+(?:modific|tocc|us|cambi|cancell|elimin|fare|fate|aggiung|esegu|scriv|rimuov|dimentic|install|rispond|invi)\w*(?:are|ere|ire|ate|ete|ite)?\b(?<!\busata)(?<!\busato)|{_HEAD}(?:mai|sempre|solo|soltanto)\s+\w+(?:are|ere|ire)\b|{_HEAD}(?:usa|usate|utilizza|modifica|rispondi|scrivi|esegui|mantieni|restituisci|cambia)\b[^.;]{{0,60}}\b(?:solo|soltanto|sempre|mai|al\s+massimo|almeno|esclusivamente)\b|{_HEAD}(?:assicurati|assicuratevi|evita(?:re|te)?\b)|\bin\s+nessun\s+caso\b|\bper\s+nessun\s+motivo\b|\ba\s+meno\s+che\b|\b(?:è|sono)\s+(?:obbligatori[oaie]?|vietat[oaie])\b|\bsenza\s+(?:chiedere|permesso|autorizzazione|il\s+mio)\b
"""
_PORTUGUESE = rf"""
  {_HEAD}não\s+(?!(?:ser|ter|haver|estar|poder|saber|conseguir|querer|quer|requer|sequer|qualquer|vir)\b)\w{{2,}}[aei]r\b|
  \b(?:deves|devem|deve|é\s+preciso|não\s+(?:deve|devem|pode|podes))\b(?!\s+(?:ser\s+um\s+(?:erro|bug)|ter))|{_HEAD}não\s+(?:alter|mud|modifi|us|apag|toqu|remov|faç|adicion|exclu|execut|escrev|mex|esqueç|instal|envi|respond)\w*(?:e|es|em|a|as|am)\b|{_HEAD}(?:nunca|jamais|sempre)\s+(?!(?:foi|era|está|é|se|falha)\b)\w+(?:e|em|a|am|ar|er|ir)\b|{_HEAD}(?:apenas|somente|só)\s+(?:us|modif|alter|edit|respond|escrev|execut|devolv|retorn|mud)\w*\b|{_HEAD}(?:use|utilize|modifique|altere|responda|escreva|execute|mantenha|retorne)\b[^.;]{{0,60}}\b(?:apenas|somente|só|sempre|no\s+máximo|pelo\s+menos|no\s+mínimo)\b|{_HEAD}(?:certifique-se|garanta|evite|evitar)\b|\bem\s+hipótese\s+alguma\b|\b(?:em|sob)\s+nenhuma\s+circunstância\b|\ba\s+menos\s+que\b|\b(?:é|são)\s+(?:obrigatóri[oa]s?|proibid[oa]s?)\b|\bsem\s+(?:perguntar|permissão|autorização|pedir)\b
"""
_DUTCH = rf"""
  {_HEAD}(?:niets?\s+(?:[^\s.;,]+\s+){{0,5}}|geen\s+(?:[^\s.;,]+\s+){{1,5}}){_NOT_NL}|
  \b(?:moet|moeten)\b(?!\s+(?:wel\s+)?een\s+(?:fout|bug))
 |\b(?:mag|mogen|mocht)\b[^.;]{{0,40}}\b(?:niet|niets|geen|alleen|nooit|slechts)\b
 |{_HEAD}(?:nooit|altijd)\s+(?:\w+\s+){{0,4}}\w+en\b
 |{_HEAD}alleen\s+(?!\d)(?!.*\b(?:zijn|waren|werden|is|was|heeft|hebben)\b)(?:\w+\s+){{1,5}}\w+en[.!]?$|{_HEAD}(?:wijzig|verander|gebruik|verwijder|raak|schrijf|voeg|doe|maak|push|commit|antwoord|voer|geef|houd|vraag)\b[^.;]{{0,60}}\b(?:niet|niets|geen|nooit|alleen|altijd|uitsluitend|hoogstens|maximaal|minstens)\b|{_HEAD}(?:zorg\s+(?:er\s?voor|dat)|vermijd)|\bonder\s+geen\s+(?:beding|voorwaarde|enkele)|\bin\s+geen\s+geval\b|\btenzij\b|\b(?:is|zijn)\s+(?:verplicht|verboden|niet\s+toegestaan)\b|\bzonder\s+(?:te\s+vragen|toestemming|overleg|het\s+te\s+vragen)\b
"""
_RUSSIAN = r"""
  (?:^|[,.:;!–—(]\s*|\b(?:и|а|но|пожалуйста)\s+)(?:ничего\s+)?не\s+(?!(?:опять|пять|десять|память|сеть|есть|часть|быть|иметь|знать
   |мочь|видеть|хотеть|понять)\b)\w{2,}(?:[аяиеуоы]ть|сти|зти|чь)(?:ся)?\b|
  \bдолж(?:ен|на|но|ны)\b(?!\s+был)|\bнельзя\b|\bобязательно\b(?=.*(?:йте?|ите|ь)\b)
 |\bнеобходимо\b|\bзапрещ\w+|\bни\s+в\s+коем\s+случае\b|\bни\s+при\s+каких\b
 |\b(?:никогда\s+)?не\s+(?:\w+(?:йте|ите|ьте|ай|яй|уй)|трогай|меняй|удаляй|пиши|делай)\b
 |\bникогда\s+не\s+\w+ть\b|\b(?:всегда|только)\s+\w+(?:йте|ите|ьте|ай|яй|уй)\b
 |\b\w+(?:йте|ите|ьте|ай|яй|уй)\s+(?:\w+\s+){0,3}(?:только|всегда)\b|\b(?:убедись|убедитесь)\b
 |\bизбегай(?:те)?\b|\bбез\s+(?:спроса|разрешения|моего|согласия|подтверждения)\b|\bне\s+следует\b
 |\b\w+(?:йте|ите|ьте|ай|яй|уй|ши)\s+(?:\w+\s+){0,4}не\s+(?:более|менее|больше|меньше)\s+\S
"""
_CHINESE = r"""
  必须|必須|不得(?!不|了|已)|(?:^|[，,。：:；;请請你您也并並])(?:千万|絕對|绝对)?不要|不许|不許
 |严禁|嚴禁|切勿|[请請]勿|务必|務必|一定要|(?:你|您|绝对|絕對)不(?:能|可以)|禁止(?!了)|只能(?!够)
 |只允许|只允許
 |(?:^|[，,。：:；;请請])[仅僅只](?:限|使用|修改|允许|返回|回答|输出|改|用|编辑|編輯)|除非|未经
 |未經|应当|應當|(?:^|[，,。：:；;请請要])(?:始终|始終|总是|避免|确保|確保)
 |(?:请|請|要|应|應|写|用|返回|给出|列出|保持|控制)[^。]*(?:至少|最多|不超过|不超過|以内)
"""
_JAPANESE = r"""
  (?:ては|では|ちゃ)(?:いけない|いけません|ならない|なりません|だめ|ダメ)
 |ないで(?:ください|下さい|ね|$)|ないこと(?=[。．]?$)
 |(?:なければ|なくては|ねば)(?:ならない|なりません|いけない|いけません)
 |(?:必ず|常に|絶対に|のみ|だけ)[^。]*(?:ください|下さい|すること|なさい|ように)(?=[。．]?$)
 |(?:絶対に|決して)[^。]*(?:ない|な)(?=[。．]?$)|禁止(?!され|した)|避けて(?:ください|下さい)
 |避けること|許可なく|確認せずに|場合を除[きい]|(?:以内|以下|以上)[^。]*(?:ください|下さい|すること)
"""
_KOREAN = r"""
  반드시|절대로?\s[^.]*(?:마|말|안|금지)|지\s?(?:마세요|마십시오|말\s?것|말아|마라|마시오|말고)
 |해야\s?(?:한다|합니다|해|함|만|됩니다)|(?:으?면|서는)\s?안\s?(?:된다|됩니다|돼|됨)
 |금지(?!되었|했)|항상[^.]*(?:세요|십시오|하라|할\s것|해라)
 |만\s(?:사용|수정|변경|편집|출력)(?:하세요|하십시오|해|할\s것)|(?:허락|승인|허가|확인)\s?없이
 |피하(?:세요|십시오|라)|하지\s않는\s한|(?:이내|이하)로\s[^.]*(?:세요|십시오|하라|할\s것)
"""
_ARABIC = r"""
  \bيجب\b|لا\s+يجوز|\bممنوع|\bي[ُ]?منع\b
 |\bلا\s+ت(?:قم|ستخدم|غي[ّ]?ر|حذف|عد[ّ]?ل|لمس|نس|كتب|ضف|رسل|شغل)\w*|إلا\s+إذا|\bما\s+لم\b
 |\b(?:استخدم|عد[ّ]?ل|أجب|اكتب|غي[ّ]?ر|أعد|احتفظ)\b[^.؟]*(?:فقط|دائم|كحد\s+أقصى|على\s+الأكثر|على\s+الأقل)|\bتأكد\s+من|(?:^|[،.:]\s*)تجنب|\b(?:بدون|دون)\s+(?:إذن|سؤال|موافقة|أن\s+تسأل)|لا\s+بد|\bإياك|(?:^|[،.:]\s*)دائم\w+\s
"""
_HINDI = r"""
  चाहिए|अनिवार्य|वर्जित|मना\s+है|कभी\s+(?:भी\s+)?(?:न|नहीं|मत)\s|(?:^|\s)मत\s+\S+
 |(?:^|\s)न\s+(?:करें|बदलें|हटाएँ|हटाएं|छुएँ|छुएं|लिखें|दें)|बिना\s+(?:पूछे|अनुमति)
 |(?:केवल|सिर्फ़?|हमेशा|कम\s+से\s+कम|अधिकतम|ज़्यादा\s+से\s+ज़्यादा)\s[^।]*(?:करें|करो|कीजिए|रखें|रखो|दें|दो|लिखें|बदलें|चलाएँ|चलाएं)(?=\s*[।.!]?$)|सुनिश्चित\s+कर
"""


def _compiled(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in patterns), re.IGNORECASE | re.VERBOSE)


_ENGLISH_RULES = tuple(
    (frozenset(words.split()), re.compile(rule, re.IGNORECASE)) for words, rule in _ENGLISH
)
_LATIN_RULE = _compiled(_GERMAN, _FRENCH, _SPANISH, _ITALIAN, _PORTUGUESE, _DUTCH)
_OTHER_RULE = _compiled(_RUSSIAN, _CHINESE, _JAPANESE, _KOREAN, _ARABIC, _HINDI)

# A line with none of the words above or below, and no letters beyond Latin, holds no rule.
_LATIN_TEXT = (
    "muss musst müssen müsst nicht nichts kein keine keinen keiner keinem keines nur nie niemals immer "
    "ausschließlich höchstens maximal mindestens zwingend keinesfalls sicher darauf vermeide verboten "
    "untersagt ohne denn dois devez doivent doit faut ne n pas jamais rien "
    "que plus toujours uniquement seulement "
    "évite évitez éviter veillez veille veiller merci veuillez assurez assure assurer aucun sauf moins "
    "interdit interdite interdits interdites obligatoire obligatoires sans "
    "debes deben debéis debe hay se no nunca siempre solo sólo solamente únicamente asegúrate asegúrese "
    "evita evite evitar ningún ninguna menos obligatorio obligatoria prohibido sin máximo mínimo "
    "devi devono dovete deve bisogna non mai sempre soltanto assicurati assicuratevi evitare evitate nessun "
    "meno obbligatorio obbligatoria vietato vietata senza massimo almeno esclusivamente "
    "deves devem preciso não apenas somente só certifique garanta hipótese nenhuma obrigatório obrigatória "
    "proibido proibida sem moet moeten mag mogen nooit altijd alleen zorg vermijd geen tenzij verplicht "
    "toegestaan zonder niet niets"
)
_LATIN_WORDS = frozenset(_LATIN_TEXT.split())
_TRIGGERS = _LATIN_WORDS.union(*(words for words, _ in _ENGLISH_RULES))
_WORD = re.compile(r"[^\W\d_]+(?:['’]t)?")
_OTHER_SCRIPT = re.compile(
    r"[\u0400-\u04ff\u0600-\u06ff\u0900-\u097f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]"
)
_ENGLISH_TEXT = "the and you with this that for not are your to it"
_ENGLISH_WORDS = frozenset(_ENGLISH_TEXT.split())

_FENCE = re.compile(r"[ \t]*(?:```|~~~)")
_BULLET = re.compile(r"[\s>#\-+•‣–_`\"'“‘«]*(?:\(?\d{1,3}[.)]\s+|[a-zA-Z][.)]\s+)?[\s_`\"'“‘«]*")
# What a program says rather than a person, and what only repeats what happened.
_PROGRAM = re.compile(
    r"\s*(?:[\w.]*(?:Error|Exception|Warning)\b\s*:|(?:error|warning|note|fatal|info|debug|trace|warn|usage)\b\s*[:\[]"
    r"|assert\b|raise\b|throw\b|return\b.*[;)]$|if\s*\(|\[?\d{4}-\d\d-\d\d|File \")",
    re.IGNORECASE,
)
_MAX_CHARS = 1_500


def constraint_spans(text: str) -> list[tuple[int, int]]:
    """Where a text lays down rules: the spans of its sentences and list items that state a constraint.

    Languages: English, German, French, Spanish, Italian, Portuguese, Dutch, Russian, Chinese, Japanese,
    Korean, Arabic, Hindi. Fenced code, questions and what reads like a program's message are left out; so are
    sentences of over 1,500 characters.

    Args:
        text: What a person or a system prompt says; any text is safe.

    Returns:
        (start, end) in code points, ascending, not overlapping, without the white space around.

    Cost: a word lookup for each line; some 10 MB/s where few lines hold such words.
    """
    return [(start, end) for start, end, said in rule_sentences(text, _may_hold_a_rule) if _is_rule(said)]


def rule_sentences(
    text: str, looked_at: Callable[[str], bool] = lambda said: True
) -> Iterator[tuple[int, int, str]]:
    """The sentences that could lay something down, with what is said in them, bullets and emphasis aside.

    Fenced code, questions, what reads like a program's message or code, and sentences of over 1,500 characters
    are passed over.

    Args:
        text: Any text.
        looked_at: Whether to look into the sentences of a paragraph.
    """
    fenced = False
    for start, end in paragraphs(text):
        if _FENCE.match(text, start, end):
            fenced = not fenced
            continue
        if fenced or not looked_at(text[start:end]):
            continue
        starts = sentence_starts(text, start, end)
        for a, b in zip(starts, [*starts[1:], end], strict=True):
            sentence = text[a:b]
            said = _bare(sentence) if b - a <= _MAX_CHARS else ""
            if said and not said.endswith(("?", "？", "؟", "{", "}", ";")) and not _PROGRAM.match(said):
                yield a + len(sentence) - len(sentence.lstrip()), a + len(sentence.rstrip()), said


def _may_hold_a_rule(said: str) -> bool:
    latin = not _TRIGGERS.isdisjoint(_WORD.findall(said.lower().replace("’", "'")))
    return latin or (not said.isascii() and _OTHER_SCRIPT.search(said) is not None)


def _bare(sentence: str) -> str:
    """What is said, without bullet, emphasis and quotation marks around it."""
    said = sentence.replace("*", "").replace("’", "'")
    bullet = _BULLET.match(said)
    return said[bullet.end() if bullet else 0 :].rstrip(" \t\r\n\"'”»_`)")


def _speaks(words: frozenset[str], said: str) -> bool:
    """Whether it may be a sentence of another Latin language, and no line of a log that holds a word like `no`."""
    return len(said) < _SHORT_CHARS or len(words & FUNCTION_WORDS) > 1


_SHORT_CHARS = 60
"""A shorter one may be an order without two small words: `Nicht löschen!`"""


def _is_rule(said: str) -> bool:
    words = frozenset(_WORD.findall(said.lower()))
    if not _TRIGGERS.isdisjoint(words):
        if any(rule.search(said) for needed, rule in _ENGLISH_RULES if not needed.isdisjoint(words)):
            return True
        if _ENGLISH_WORDS.isdisjoint(words) and _speaks(words, said) and _LATIN_RULE.search(said):
            return True
    return not said.isascii() and _OTHER_RULE.search(said) is not None
