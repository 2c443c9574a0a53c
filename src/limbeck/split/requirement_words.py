"""The wordings by which `requirements` tells a sentence that lays something down; nothing but patterns.

Each English pattern stands with the words of which one must be there, so that most sentences meet few patterns or
none. The other languages have one pattern each, spread over lines (`re.VERBOSE`).
"""

from __future__ import annotations

_AMOUNT = (
    r"(?:[€$£]\s?)?(?:\d|one\b|two\b|three\b|four\b|five\b|six\b|seven\b|eight\b|nine\b|ten\b|twelve\b|an?\b"
    r"|half\b)"
)
_DAY = (
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|tonight|noon|midnight|(?:the )?end of|next|easter"
    r"|christmas|\d"
    r"|(?:january|february|march|april|may|june|july|august|september|october|november|december)"
)
_LEAD = r"(?:^|[,;:.!–—(]\s*|\s-\s|\b(?:and|but|so|also|please|or|then|though)\s+)(?:please\s+)?"
# Behind "no" and "nothing" what is a finding, or just a turn of phrase.
_NOT_NO = (
    r"(?!problem|worr|idea|one\b|doubt|matter|way\b|need\b|luck|longer|news|result|error|match|issue|change|such|wonder"
    r"|thank|question|further|sooner|surprise|rush|hurry|pun|clue|reason|sign|trace|evidence|i\b|it\b|we\b|that\b|this\b"
    r"|but\b|more\b|less\b|to\b|is\b|was\b|has\b|happen|work|else|new\s+(?:message|output)|output|data|tests?\b|such"
    r"|clear|obvious|in\b|at\b|of\b|for\b|other\b)"
)
_SAYS = (
    r"(?!.*\b(?:was|were|is|are|found|has|have|had|did|does|failed|happened|came|went|could|would|changed)\b)"
)

ENGLISH = (
    (
        "budget deadline ceiling limit cap quota cutoff",
        r"\b(?:budget|deadline|hard\s+limit|ceiling|limit|cap|quota|cutoff)\b[^.;]{0,50}\b(?:is|are|at"
        rf"|of|stands)\b[^.;]{{0,30}}(?:{_AMOUNT}|{_DAY})",
    ),
    (
        "limit maximum minimum deadline",
        r"\b(?:is|are|was)\s+(?:the\s+)?(?:hard\s+|upper\s+|absolute\s+)?(?:limit|maximum|minimum"
        r"|deadline)\b",
    ),
    (
        "maximum minimum most least all",
        r"\b(?:maximum|minimum)\s+(?:of|is|are)\b"
        r"|\b(?:is|are)\s+(?:the\s+(?:most|least)|all)\s+(?:i|we|they)\b",
    ),
    (
        "max tops min most least latest earliest",
        r"\b(?:max|tops|min)\b\.?$"
        r"|\bat\s+the\s+(?:very\s+)?(?:most|least|latest|earliest)\b",
    ),
    (
        "capped limited restricted frozen reserved locked confined blocked embargoed",
        r"\b(?:is|are|be|stays?|remains?)\s+(?:\w+ly\s+)?(?:capped|limited|restricted|frozen|reserved"
        r"|locked|confined|blocked|embargoed)\b(?!\s+by\s+(?:a|an|the)\s+(?:bug|error))",
    ),
    (
        "no not",
        r"\b(?:no|not)\s+(?:more|fewer|less|longer|later|earlier|larger|bigger|higher|older"
        r"|wider)\s+than\b"
        rf"|\bnot?\s+(?:beyond|past|above|over)\s+{_AMOUNT}",
    ),
    (
        "has need needs have got gotta ought",
        r"^(?!.*\b(?:when|whenever|which|because|since)\b[^,;:]{0,40}\b(?:has|needs?|have)\s+to\b)"
        r".*\b(?:has|needs?|have|got|gotta|ought)\s+to\s+(?:be|stay|keep|remain|stop|work|fit|run|live"
        r"|go\s+through|support|pass|compile|match|end|start|finish|arrive|leave\s+room|come|include|use"
        r"|happen|cost|last|fall|return|respect|meet|follow|hold|read)\b",
    ),
    (
        "need needs",
        r"\b(?:i|we|they|he|she|it)\s+needs?\s+(?:it|this|that|them|everything|an?\s+answer"
        r"|the\s+\w+(?:\s+\w+)?)\s+(?:by|before|within|until|no\s+later|in\s+(?:the\s+)?\d)",
    ),
    (
        "by before than",
        r"\b(?:want|wants|expects?|due|needed|wanted|ready|done|finished|delivered"
        rf"|back)\b[^.;]{{0,40}}\b(?:by|before|no\s+later\s+than)\s+(?:{_DAY})",
    ),
    (
        "until till before",
        r"\b(?:until|till|before)\s+(?:\w+\s+){0,3}(?:has|have|is|are)\s+(?:\w+\s+)?(?:signed|approved"
        r"|agreed|confirmed|through|done|over|back|reviewed|cleared|passed)",
    ),
    (
        "stay stays remain remains",
        r"\b(?:stays?|remains?)\s+(?:in|out|off|on|as|at|where|until|till|dry|the\s+same|put|within|below"
        r"|under|open|closed|private|confidential|untouched|unchanged|with)\b(?!\s+(?:touch|tuned|mind))",
    ),
    (
        "frozen freeze closed unavailable off bounds limits no negotiable nonnegotiable taboo option "
        "question dealbreaker",
        r"\b(?:frozen|freeze|closed|unavailable|off)\s+(?:until|till)\b"
        r"|\b(?:out\s+of\s+bounds|off[\s-]limits|no-go|taboo|non-negotiable|nonnegotiable"
        r"|not\s+negotiable|not\s+an\s+option|out\s+of\s+the\s+question|a\s+dealbreaker)\b",
    ),
    (
        "left be stay go remain",
        r"\b(?:to\s+be\s+)?left\s+(?:out\s+of|alone|untouched|as)\b"
        r"|\b(?:is|are)\s+(?:not\s+)?to\s+(?:be|stay|go|remain)\b(?!\s+(?:honest|expected|seen|fair))",
    ),
    (
        "anything everything everybody anyone whatever",
        r"\b(?:anything|everything|everybody|anyone|whatever)\s+(?:\w+\s+){0,6}(?:is\s+out|are\s+out"
        r"|goes?\s+(?:through|to|via)|needs?|requires?|has\s+to|is\s+(?:mine|taboo|excluded))\b",
    ),
    (
        "me us my",
        r"\b(?:through|with|by|from|to|asks?|tell|call|check\s+with|run\s+it\s+by)\s+(?:me|us)\s+(?:first"
        r"|before)\b"
        r"|\bmy\s+(?:ok|okay|approval|say-so|blessing|go-ahead)\b",
    ),
    (
        "rather prefer preferably ideally",
        r"\b(?:i|we)(?:'d|\s+would)\s+(?:much\s+)?(?:rather|prefer)\b"
        r"|\b(?:i|we)\s+(?:would|'d)?\s*(?:strongly\s+)?prefer\b"
        r"|\bpreferably\b"
        r"|\bideally\b",
    ),
    (
        "no nothing zero none",
        rf"{_LEAD}(?:no|nothing|zero|none\s+of)\s+{_NOT_NO}{_SAYS}(?=\S+(?:\s+\S+){{0,13}}\s*[.!,:]*$"
        r"|[^.;]{2,60}[,:])\w",
    ),
    (
        "nothing",
        r"\bnothing\s+(?:gets?|goes|leaves|ships?|is|may|can|should|will\s+be|enters)\s+(?!wrong|on\b"
        r"|happening|working|new\b|left|there|printed|shown|found|changed|returned|logged)\w+",
    ),
    (
        "nobody one long provided",
        r"^\W*(?:and\s+|but\s+)?(?:nobody|no\s+one)\s+(?!knows?|else\s+knows|seems?|likes?|remembers?"
        r"|cares?|thinks?|was|were|had|did|has|could|would|is\s+sure|ever\s+\w+ed)\w+"
        r"|\bas\s+long\s+as\s+(?:nobody|no\s+one|you|it|they|we|the)\b"
        r"|\bprovided\s+(?:that|you|it|they)\b",
    ),
    (
        "never only always not",
        r"\b(?:is|are)\s+(?:never|only|always)\s+(?:\w+ly\s+)?(?:to\s+be\s+)?\w+(?:ed|en|wn|t)\b"
        r"|^[A-Z][^.;,]{2,60}\bare\s+not\s+(?!yet|found|defined|installed|supported|recogni|implemented"
        r"|needed|required|set\b|called|included|listed|available|changed|updated|displayed|shown|handled"
        r"|raised|passed|returned|used|sure|related|affected|connected)\w+(?:ed|en)\b",
    ),
    (
        "never",
        r"\b\w+s\s+never\s+(?:go|leave|get|appear|enter|come|stay|contain|touch|include|share|write|use"
        r"|call|import|cross)\b"
        r"""|\bnever\s+['"‘“`]""",
    ),
    (
        "only",
        r"\bonly\s+(?:ever|against|with|if|after|when|via|through|in|on|from|for|by|at|between"
        r"|to)\b(?=[^.;]{3,})(?!.*\b(?:was|were|had|did|failed|found)\b)"
        r"|\b\w+\s+only\s*[.!,;)]|\b\w+\s+only$",
    ),
    (
        "keep",
        rf"{_LEAD}keep\b[^.;]{{0,60}}\b(?:below|under|within|above|out|away|off|short|brief|simple|private"
        r"|confidential|secret|quiet|dry|small|clear|to\s+(?:a|one|two|three|\d))\b",
    ),
    (
        "keep keeps hands eyes fingers hold stay staying steer skip exclude omit forget ignore "
        "disregard spare leave",
        r"\b(?:keep|keeps)\s+(?:their|its|his|her)\b"
        r"|\b(?:hands|eyes|fingers)\s+off\b"
        r"|\bhold\s+off\b"
        r"|\bstay(?:ing)?\s+away\b"
        r"|\bsteer\s+clear\b"
        rf"|{_LEAD}(?:skip|exclude|omit|forget|ignore|disregard|spare|leave)\s+(?:the|any|all|my|our|out"
        r"|those|these|me)\b",
    ),
    (
        "approval approvals sign signoff signoffs permission permissions review reviews consent "
        "confirmation confirmations license licence licenses licences authorization authorisation "
        "badge badges signature signatures ticket tickets pass password appointment",
        r"\b(?:needs?|requires?|takes|(?:starts?|begins?)\s+with|goes?\s+through"
        r"|go\s+through)\s+(?:\w+\s+){0,3}(?:approvals?|sign-?offs?|permissions?|reviews?|consent"
        r"|confirmations?|licen[sc]es?|authori[sz]ations?|badges?|signatures?|tickets?|pass(?:word)?"
        r"|appointment)\b",
    ),
    (
        "need needs don not",
        r"\b(?:my|our|the)\s+(?:\w+\s+){1,2}needs?\s+(?:an?|the|to|its|\d|some)\b"
        r"|\b(?:i|we)\s+(?:do\s+not|don't)\s+(?:want|need\s+any|eat|drink|fly|use|accept|allow|work|take"
        r"|do|ship|deliver|like\s+(?:it\s+)?when|touch|deploy|merge|support)\b",
    ),
    (
        "cannot can won not aren isn mustn",
        r"\b(?:i|we|it|he|she|they|this|that|(?:my|our|the)\s+(?:\w+[\s-]+){1,3})(?:can(?:not|'t)|won't"
        r"|will\s+not|are\s*n[o']t|aren't|is\s+not|isn't|mustn't|'re\s+not|'m\s+not)\s+(?:be\s+(?:the|in"
        r"|on|a|more|less|moved|changed|welded|longer|late|later|over)|spend\w*|spending|exceed\w*"
        r"|go(?:ing)?\s+(?:over|beyond|above|past|to)|fly\w*|touch\w*|take\w*|eat\w*|afford\w*|wait\w*"
        r"|pay\w*|accept\w*|move\w*|chang(?:e|ing)|deploy\w*|ship\w*|climb\w*|drive\w*|use|using|allowed"
        r"|permitted|have)\b",
    ),
    (
        "cannot can won not aren isn",
        r"\b(?:i|we|they|he|she|you|it)\s+(?:can(?:not|'t)|won't|will\s+not|aren't|isn't)\s+(?:spend"
        r"|exceed|go\s+(?:over|beyond|above|to)|touch(?:ing)?|fly|take|eat|afford|wait|pay|accept|move"
        r"|deploy(?:ing)?|ship(?:ping)?|climb|drive|be\s+(?:the|in|on|more|less|moved|changed|welded|late"
        r"|later|over))\b",
    ),
    (
        "allergic intolerant vegetarian vegan diabetic celiac final personal binding confidential refundable "
        "nonrefundable compulsory obligatory exclusive due possible valid",
        r"\b(?:is|are|'m|am)\s+(?:\w+ly\s+)?(?:\w+\s+)?(?:allergic|intolerant|vegetarian|vegan|diabetic"
        r"|celiac)\b"
        r"|\b(?:is|are)\s+(?:final|personal|binding|confidential|non-?refundable|compulsory|obligatory"
        r"|exclusive|due|possible\s+(?:for|within|until|up)|valid\s+(?:for|until|only))\b",
    ),
    (
        "should",
        r"^\W*(?:and\s+|but\s+|also\s+)?(?:the|each|every|all|any|its|your|our|it|everything|they|titles?"
        r"|names?)\b[^.;,]{0,50}\bshould\s+(?:be|stay|fit|have|remain|contain|use|only|not|look|read"
        r"|sound|support|work|run|return|start|end|come|go)\b(?!\s+(?:able|easy|fine|ok|fixed|enough"
        r"|possible|there|helpful))",
    ),
    (
        "fit fits room under below within above over",
        r"\bfits?\s+(?:on|in|into|within)\s+(?:one|a|two|\d)"
        r"|\bhas\s+room\s+for\b"
        r"|\b(?:under|below|within|above|over)\s+[€$£]?\d[\d.,]*\s*(?:%|€|eur|euros?|dollars?|usd|words?"
        r"|characters|lines|pages|ms|seconds?|minutes?|hours?|days?|mb|gb|kb|watts?|db|km|kg|people"
        r"|persons)\b(?=[^.]*$)(?<!\bwas)(?!.*\b(?:was|were|took|ran|had)\b)",
    ),
    (
        "not",
        r"\bmay\s+(?:\w+\s+){1,6}but\s+not\b"
        r"|\b(?:but|just|and)\s+not\s+(?:write|touch|the|on|in|to|before|after|more)\b",
    ),
    (
        "once immediately away goes go handed transferred escalated passed instead",
        r"^\W*(?:if|when|whenever|once|in\s+case\s+of|above|beyond|outside"
        r"|for)\b[^.]{3,120},\s[^.]*\b(?:at\s+once|immediately|straight\s+away|goes?\s+to"
        r"|is\s+(?:handed|transferred|escalated|passed)|are\s+(?:handed|transferred|passed)|instead)\b",
    ),
    (
        "above over beyond exceeding more",
        rf"\b(?:above|over|beyond|exceeding|more\s+than)\s+{_AMOUNT}[^.;]{{0,30}}\b(?:go(?:es)?\s+to"
        r"|needs?|requires?|have\s+to|has\s+to|is\s+out|are\s+out|are\s+\w+ed)\b",
    ),
    (
        "handed refunded escalated signed required redeemed",
        r"^\W*(?:\w+\s+){1,5}(?:is|are)\s+(?:handed|refunded|escalated|signed|required"
        r"|redeemed)\b[^.]*\b(?:within|same\s+day|only|against|at\s+once|before|by)\b",
    ),
    (
        "identify obtain verify confirm ask get seek state name tell check wait warn use find read look",
        r"^\W*(?:identify|obtain|verify|confirm|ask|get|seek|state|name|tell|check|wait|warn"
        r"|use|find|read|look)\b[^.;]{0,90}\b(?:before|first|each|every|until|not|never|always)\b",
    ),
    (
        "per each commit file person day week page message order visit user line time customer request "
        "pr month account household",
        r"\b(?:one|two|three|\d+)\s+[\w-]+(?:\s+\w+)?\s+(?:per|a|an|each|at\s+a)\s+(?:commit|file|person"
        r"|day|week|page|message|order|visit|user|line|time|customer|pull\s+request|pr|month|request"
        r"|account|household)\b(?!.*\b(?:was|were|had)\b)",
    ),
    (
        "restrict confine limit refrain abstain stick",
        r"\b(?:restrict|confine|limit)\s+(?:yourself|yourselves|it|this|them)\b"
        rf"|{_LEAD}(?:kindly\s+)?(?:refrain|abstain|stick\s+(?:to|with))\b",
    ),
    (
        "insist insists require requires forbid forbids prohibit prohibits demand demands disallow "
        "disallows ban bans oblige obliges",
        r"\b(?:insists?|requires?|forbids?|prohibits?|demands?|disallows?|bans?|obliges?)\b(?=\s+(?:on"
        r"|that|us|you|storing|the|a|an|all|any|every|to|two|\w+ing)\b)(?!\s+an?\s+(?:argument"
        r"|positional))",
    ),
    (
        "more longer less later fewer",
        r"\b(?:not|and\s+no)\s+(?:an?\s+)?\w+\s+(?:more|longer|less|later|fewer)\b(?!\s+\w)",
    ),
    (
        "cannot can",
        r"\bcan(?:not|'t)\s+be\s+(?!found|reached|opened|loaded|parsed|resolved|imported|read\b|located"
        r"|determined|seen|explained|reproduced|right|true|that)\w+(?:ed|en|t|wn)\b",
    ),
    (
        "anything everything nothing request requests file files order orders amount amounts item "
        "items purchase purchases expense expenses",
        r"\b(?:anything|everything|nothing|requests?|files?|orders?|amounts?|items?|purchases?"
        r"|expenses?)\s+(?:over|above|beyond|under|below|bigger|larger|more|older"
        rf"|from)\b(?=[^.]*(?:{_AMOUNT}))(?!.*\b(?:was|were|had|failed)\b)",
    ),
    (
        "under below less maximum",
        rf"\b(?:in|to|at|for)\s+(?:under|below|less\s+than|a\s+maximum)\s+{_AMOUNT}(?!.*\b(?:was|were|took"
        r"|ran|had)\b)",
    ),
    (
        "only",
        r"^\W*only\s+(?!\d|then|later|now|yesterday|after\s+that|a\s+few)[^.;]{2,60}\b(?:gets?|has|have"
        r"|may|can|goes|is\s+(?:allowed|let|given))\b",
    ),
    (
        "but never without",
        r"\bbut\s+(?:never|only)\b(?!.*\b(?:was|were|had|did)\b)"
        r"|\b(?:may|can)\s+[^.;]{1,40}\bnever\b"
        r"|^\W*(?:make|do|build|write|get|solve|manage|try)\b[^.;]{1,60}\bwithout\b",
    ),
    (
        "appreciate grateful glad happy refuse let",
        r"\b(?:i|we)(?:'d|\s+would)\s+(?:appreciate|be\s+(?:grateful|glad|happy))\b"
        r"|\b(?:i|we)\s+refuse\s+to\b"
        r"|\blet's\s+(?:not|leave|keep|stick|stay|avoid|limit)\b",
    ),
    (
        "edits changes requests everything anything questions orders all every each",
        r"\b(?:edits|changes|requests|everything|anything|questions|orders|all\s+\w+)\s+(?:go|goes|come"
        r"|comes|run)\s+(?:through|to|via|by)\b"
        r"|\bfor\s+(?:everything|anything|every\s+\w+|each\s+\w+)\s+(?:that|which|you)\b",
    ),
    (
        "rejected refused declined turned sent first no",
        r"\b(?:gets?|is|are)\s+(?:rejected|refused|declined|turned\s+away|sent\s+back)\b"
        r"|\bfirst,?\s+(?:and\s+)?then\b"
        r"|\bthere(?:'s|\s+is)\s+no\s+(?:money|time|room|budget|space)\s+for\b",
    ),
    (
        "every each twice once weekly daily monthly",
        r"\b(?:is|are)\s+\w+(?:ed|en)\s+(?:every|each|twice|once\s+an?|weekly|daily|monthly)\b",
    ),
    (
        "asked requested expected obliged keep be except",
        r"\b(?:is|are)\s+(?:kindly\s+)?(?:asked|requested|expected|obliged)\s+to\b"
        r"|\b(?:i|we)(?:'d|\s+would)?\s+(?:like|want)\s+(?:to\s+keep|\w+(?:\s+\w+)?\s+to\s+be)\b"
        r"|\bexcept\s+(?:for|the|on|in|when)\b(?!.*\b(?:was|were|had|did)\b)",
    ),
    (
        "if when",
        r"^\W*(?:if|when)\s+(?:you|your|a|an|the|any|customers?|users?|guests?|members?)\b[^.]{3,200},\s*(?:then\s+)?"
        r"(?:we|you|they)(?:'(?:ll|d)|'re\s+happy|\s+(?:will|can|may|would|must|shall|get|pay))\b(?!\s+(?:see|find|notice|be\s+able))",
    ),
    (
        "answer reply respond write speak talk",
        r"^\W*(?:please\s+)?(?:answer|reply|respond|write|speak|talk)\b[^.;]{0,40}\bin\s+(?:english"
        r"|german|french|spanish|italian|dutch|portuguese|polish|plain|simple|prose|bullets?|one|two"
        r"|three|the\s+\w+\s+person|json|markdown)\b",
    ),
    (
        "not per each accepted valid open possible",
        r"^\W*(?:\w+\s+){0,3}\w+,\s+not\s+\w+(?:\s+\w+)?\s*[.!]?$"
        r"|\b(?:one|two|three|four|five|\d+)\s+[\w-]+\s+(?:per|for\s+each)\s+\w+\s*[.!]?$"
        r"|\b(?:accepted|valid|open|possible)\s+(?:until|till|from)\b",
    ),
    (
        "budget limit sum deadline",
        r"\b(?:under|within|inside)\s+the\s+(?:\w+\s+)?(?:budget|limit|sum|deadline)\b",
    ),
)
GERMAN = r"""
   \b(?:höchstens|maximal|spätestens|frühestens|mindestens|nicht\s+(?:mehr|länger|später|weniger|größer|höher)\s+als|nicht\s+(?:vor|nach|über)\s+\w+)\b
  |\bbleib(?:t|en)\b[^.;]{0,50}\b(?:wie|so|unverändert|unberührt|stehen|draußen|außen\s+vor|drin|bei|bis|aus|an|tabu|gleich|liegen)\b|\b(?:finger|hände)\s+weg\b|\bin\s+ruhe\b|\baußen\s+vor\b|\btabu\b
  |\bbudget\b[^.;]{0,60}\d|\b(?:mehr|weniger)\s+(?:ist|sind|geht|gibt\s+es)\s+nicht\b|\bnicht\s+drin\b
  |\b(?:wäre|ist)\s+(?:mir|uns)\s+lieber\b|\b(?:mir|uns)\s+(?:wäre|ist)\s+(?:es\s+)?lieber\b|\blieber\s+(?:nicht|kein\w*)\b|\bam\s+liebsten\b
  |^\W*(?:und\s+|aber\s+|bitte\s+)*(?:kein(?:e[nmrs]?)?|nichts?|niemand)\s+(?!problem|ahnung|fehler|ausgabe|mehr\b|davon\s+war)(?!.*\b(?:war|waren|hat|hatte|ist|sind|wurde|gefunden)\b)
  |\bniemand\s+(?:außer|darf|soll|kann)\b|\bnur\s+(?:mit|nach|wenn|über|von|vor|bei|in|auf|an|für|durch|noch)\b(?!.*\b(?:war|waren|wurde|wurden|hatte)\b)
  |\b(?:darf|dürfen|sollen?|sollten?|müssen|muss)\b|\bbis\s+(?:\w+\s+)?(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|morgen|mittag|ende|zum)\b[^.;]*\b(?:fertig|brauch\w*|nicht\w*|kein\w*|fällig|eingefroren)\b
  |\b(?:eingefroren|gesperrt|begrenzt\s+auf|beschränkt\s+auf|ausgeschlossen)\b|\b(?:ist|sind|bin)\s+allergisch\b|\bohne\s+(?:mich|uns|mein\w*|neue\w*)\b|\berst\s+(?:nach|wenn|mit|ab)\b|\bvorher\s+(?:\w+\s+)?(?:fragen|melden|klären)\b
"""
FRENCH = r"""
   \b(?:au\s+(?:plus|maximum|minimum)|au\s+plus\s+tard|pas\s+(?:plus|avant|après|au-delà)|maximum)\b|\bbudget\b[^.;]{0,50}\d|\b(?:reste(?:nt)?)\s+(?:comme|en|tel\w*|jusqu|inchangé\w*|fermé\w*)
  |\b(?:je\s+préfér\w+|de\s+préférence|plutôt\s+pas)\b|^\W*(?:et\s+|mais\s+)?(?:pas\s+d[e'’]|aucun[e]?\s|rien\s+(?:de|d['’]|avant|après))|\b(?:doi(?:t|vent)|il\s+faut|faudra)\b|\bseulement\s+(?:si|après|avec|le|la|les)\b|\b(?:gelé\w*|bloqué\w*|hors\s+de\s+question|interdit\w*|allergique\w*)\b|\bsauf\b|\bavant\s+(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|le\s+\d|midi)
"""
SPANISH = r"""
   \b(?:como\s+(?:máximo|mínimo|mucho)|a\s+más\s+tardar|no\s+más\s+(?:de|tarde)|máximo|mínimo)\b|\bpresupuesto\b[^.;]{0,50}\d|\b(?:tenemos|tengo|tiene|tienen|hay)\s+que\b|\b(?:debe[ns]?|deberá\w*)\b|\b(?:sólo|solo|solamente|únicamente)\s+\w+
  |^\W*(?:y\s+|pero\s+)?(?:nada\s+(?:de|antes|después)|ning[uú]n\w*\s|nadie\s|sin\s)|\bno\s+(?:puede[ns]?|puedo|podemos|compartas?|reserv\w+|llam\w+|us[ea]\w*|toqu\w+|cambi\w+|quiero|queremos)\b|\b(?:alérgic[oa]s?|prohibid[oa]s?|congelad[oa]s?|fuera\s+de\s+discusión)\b|\bse\s+queda\b[^.;]{0,30}\b(?:como|igual|así)\b|\bprefer(?:iría|imos|iríamos|ible\w*)\b|\bantes\s+(?:de[l]?\s+(?:lunes|martes|miércoles|jueves|viernes|\d)|de\s+que)\b
"""
