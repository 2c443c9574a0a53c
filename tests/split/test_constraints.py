from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limbeck.split.constraints import constraint_spans

RULES = [
    # English
    "You must keep the old names.",
    "The answer must not be longer than a page.",
    "Never push to the main branch.",
    "Please do not touch the lock file.",
    "Don't add new packages.",
    "Don’t rename anything in the public folder.",
    "Fix the parser, but don't change its tests.",
    "Only edit files below src.",
    "Use only the standard library.",
    "Return only the table.",
    "Respond in French only.",
    "Always run the linter before you answer.",
    "You should never guess a phone number.",
    "Leave the comments alone unless I ask for it.",
    "Every function is required to have a docstring.",
    "Make sure the old links still work.",
    "IMPORTANT: avoid global variables.",
    "Write no more than three sentences.",
    "The title should have at most 60 characters.",
    "Under no circumstances may the key be shown.",
    "Do the clean-up without asking me first, but delete nothing.",
    "Do not book a flight without the user's explicit approval.",
    "Basic tickets cannot be changed.",
    "It is strictly forbidden to call the live server.",
    "No new dependencies.",
    "Keep the signature of load() unchanged.",
    "Passwords are mandatory off-limits: they are not allowed in logs.",
    "Agents may only issue one refund a day.",
    "You can't use the network.",
    # German
    "Du musst die alten Namen behalten.",
    "Bitte ändere nichts an den Tests.",
    "Ändere keine öffentlichen Namen.",
    "Nur die Dateien im Ordner src bearbeiten.",
    "Niemals auf den Hauptzweig pushen.",
    "Antworte immer auf Deutsch.",
    "Die Datei darf nicht gelöscht werden.",
    "Unter keinen Umständen etwas veröffentlichen.",
    "Schreibe höchstens drei Sätze.",
    # French
    "Ne modifiez pas les tests.",
    "N'ajoute rien au fichier de verrouillage.",
    "Tu dois garder les anciens noms.",
    "Il ne faut jamais publier la clé.",
    "Utilise uniquement la bibliothèque standard.",
    "Répondez toujours en français.",
    "Évitez les variables globales.",
    # Spanish
    "No modifiques las pruebas.",
    "Debes conservar los nombres antiguos.",
    "Nunca borres la carpeta de datos.",
    "Usa solo la biblioteca estándar.",
    "Responde siempre en español.",
    "Asegúrate de cerrar los archivos.",
    # Italian
    "Non modificare i test.",
    "Devi conservare i vecchi nomi.",
    "Usa solo la libreria standard.",
    "Evita le variabili globali.",
    # Portuguese
    "Não altere os testes.",
    "Você deve manter os nomes antigos.",
    "Nunca apague a pasta de dados.",
    "Use apenas a biblioteca padrão.",
    # Dutch
    "Je moet de oude namen behouden.",
    "Wijzig de tests niet.",
    "Gebruik alleen de standaardbibliotheek.",
    "Je mag het bestand niet verwijderen.",
    # Russian
    "Не меняйте тесты.",
    "Ты должен сохранить старые имена.",
    "Никогда не удаляй папку с данными.",
    "Используйте только стандартную библиотеку.",
    "Без разрешения ничего нельзя публиковать.",
    # bare infinitives
    "Nicht löschen!",
    "Bitte nicht ändern.",
    "Keine Dateien umbenennen!",
    "ACHTUNG: nicht überschreiben",
    "Nichts installieren.",
    "Ne pas supprimer",
    "Ne pas ouvrir le port.",
    "Ne rien effacer.",
    "Ne pas l'effacer.",
    "No borrar",
    "No tocarlo, por favor.",
    "Non eliminare",
    "Non aprirlo!",
    "Não apagar",
    "Não mexer nos testes.",
    "Niet verwijderen",
    "Geen bestanden wijzigen!",
    "Не удалять",
    "Тесты трогать нельзя, и не менять.",
    "Ничего не менять!",
    # Chinese
    "不要修改测试。",
    "你必须保留旧名称。",
    "只使用标准库。",
    "除非我要求，请勿删除文件。",
    "回答请控制在三句以内。",
    # Japanese
    "テストを変更しないでください。",
    "古い名前を残さなければならない。",
    "必ず日本語で答えてください。",
    "標準ライブラリのみを使用すること。",
    "許可なくファイルを削除するのは禁止です。",
    # Korean
    "테스트를 수정하지 마세요.",
    "반드시 이전 이름을 유지해야 합니다.",
    "표준 라이브러리만 사용하세요.",
    "허락 없이 파일을 지우면 안 됩니다.",
    # Arabic
    "يجب أن تحتفظ بالأسماء القديمة.",
    "لا تحذف مجلد البيانات.",
    "استخدم المكتبة القياسية فقط.",
    # Hindi
    "आपको पुराने नाम रखने चाहिए।",
    "परीक्षण मत बदलो।",
    "केवल मानक लाइब्रेरी का उपयोग करें।",
]

REPORTS = [
    # English
    "Only 3 tests failed.",
    "It always fails on Mondays.",
    "It never worked for me.",
    "The build was not touched.",
    "I don't know why it breaks.",
    "The tests don't pass any more.",
    "There must have been a mistake.",
    "At least 3 tests failed today.",
    "At most one of them was slow.",
    "I only edited two files.",
    "This is the only place that uses it.",
    "Do you always run the linter?",
    "Must I keep the old names?",
    "We never saw that before.",
    "The total was up to 40 percent higher.",
    "ValueError: the value must be positive",
    "error: you must give a name",
    "Don't worry, it is fine.",
    "He left without a word.",
    "I want to make sure I understood it.",
    "The door opened and the cat came in.",
    "That should not happen.",
    "Never mind.",
    "It must've been a long way.",
    "A good lamp is a must.",
    "You never know.",
    "You will not be able to see it.",
    "assert x, 'must not be empty'",
    # other languages
    "Nicht gefunden.",
    "Keine Daten gefunden.",
    "Keine weiteren Fragen.",
    "Nicht vorhanden.",
    "Nicht installiert.",
    "Wir konnten es nicht löschen.",
    "No user found.",
    "No longer works.",
    "No server.",
    "No similar issue.",
    "Non software parts are late.",
    "Não quer abrir.",
    "Não requer senha.",
    "Niet gevonden.",
    "Geen vragen.",
    "Не найдено.",
    "Не часть кода.",
    "Nur drei Tests sind fehlgeschlagen.",
    "Das hat nie funktioniert.",
    "Ich weiß nicht, warum es bricht.",
    "Seuls trois tests ont échoué.",
    "Il ne marche pas.",
    "Je ne sais pas pourquoi.",
    "Solo fallan tres pruebas.",
    "No hay más archivos.",
    "Non funziona più.",
    "Solo tre test falliti.",
    "Não sei por que falhou.",
    "Het werkt niet meer.",
    "Тест не прошёл.",
    "Упали только три теста.",
    "测试没有通过。",
    "只有三个测试失败了。",
    "テストが三つだけ失敗した。",
    "테스트 세 개만 실패했다.",
    "فشلت ثلاثة اختبارات فقط.",
    "केवल तीन परीक्षण विफल हुए।",
]


@pytest.mark.parametrize("rule", RULES)
def test_rules(rule: str) -> None:
    assert constraint_spans(rule) == [(0, len(rule))]


@pytest.mark.parametrize("report", REPORTS)
def test_reports_are_no_rules(report: str) -> None:
    assert constraint_spans(report) == []


def spanned(text: str) -> list[str]:
    return [text[a:b] for a, b in constraint_spans(text)]


def test_only_the_sentences_that_state_it() -> None:
    text = "The parser is slow. Make it fast, but never change its output! It has 3 tests. You must run them."
    assert spanned(text) == ["Make it fast, but never change its output!", "You must run them."]


def test_list_items_and_headings() -> None:
    text = "# Rules\n\n- Always sign commits\n* a note\n  2. **Do not** squash\r\n> Never rebase\n"
    assert spanned(text) == ["- Always sign commits", "2. **Do not** squash", "> Never rebase"]


def test_a_wrapped_sentence_is_one_span() -> None:
    text = (
        "The service reads its settings once when it starts and you\n"
        "must not change that order. It logs them.\n"
    )
    assert spanned(text) == [text[: text.index(" It logs")]]


def test_fenced_code_is_left_out() -> None:
    text = "Look:\n```\nyou must not see this.\n```\nYou must see this."
    assert spanned(text) == ["You must see this."]


def test_a_giant_line_is_safe() -> None:
    assert constraint_spans("you must " * 100_000) == []
    assert len(constraint_spans("You must stop. " * 2_000)) == 2_000


PARTS = [*RULES, *REPORTS, "\n", " ", "- ", "```\n"]


@given(st.text(max_size=200) | st.lists(st.sampled_from(PARTS)).map("".join))
def test_spans_ascend_and_are_trimmed(text: str) -> None:
    at = 0
    for start, end in constraint_spans(text):
        assert at <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        at = end
