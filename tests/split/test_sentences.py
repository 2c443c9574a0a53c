from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limbeck.split.sentences import sentence_starts


def sentences(text: str) -> list[str]:
    starts = sentence_starts(text, 0, len(text))
    return [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]


SPLIT = {
    "english": ["The pump broke.", " We fixed it!", " Did it hold?", " Yes."],
    "closers": ['He said "stop."', " (It stopped.)", " *Fine.*", " “Really?”", " Next."],
    "ellipsis": ["It was late…", " Nobody came...", " Then it rained."],
    "two spaces": ["One ends here.", "  Two begins there."],
    "lower case chat": ["hello there.", " how are you?", " i am fine!", " see you"],
    "number last": ["It weighs 1204.", " That is much."],
    "digit first": ["The door opened.", " 12 guests came in."],
    "german": ["Der Zug kam z.B. um 3.15 Uhr an.", " Das war am 3. Mai.", " Dr. Beier u.a. warteten."],
    "french": ["Où est M. Duval ?", " Il est parti !", " « Bien. »", " Merci."],
    "spanish": ["La Sra. Ruiz llegó.", " ¿Quién llamó?", " ¡Nadie!", " Fin."],
    "russian": ["Он жил в г. Туле.", " Это было давно!", " И т.д. и т.п."],
    "greek": ["Ήρθε ο Νίκος.", " Έφυγε αμέσως."],
    "chinese": ["水泵坏了。", "我们修好了！", "它还能用吗？", "“能。”", "好"],
    "chinese lines": ["第一段。\n\n", "第二段。 \n", "　第三段"],
    "japanese": ["雨が降った。", "「帰ろう。」", "と彼は言った。", "終わり"],
    "fullwidth latin": ["ok！", "so？！", "yes"],
    "arabic": ["وصل القطار متأخرا.", " هل انتظرت؟", " نعم."],
    "urdu": ["بارش ہوئی۔", " سب گھر گئے۔"],
    "hindi": ["बारिश हुई।", " सब घर गए॥", " फिर रात हुई।"],
    "bengali": ["বৃষ্টি হলো।", " সবাই গেল।"],
    "thai": ["ฝนตกหนักตลอดทั้งคืนจนถึงเช้า", " สมชาย ใจดี กลับบ้านตอนค่ำ", " แล้วทุกคนก็นอนหลับสบาย!", " จบ"],
    "thai with stops": ["ฝนตกหนักตลอดทั้งคืน!", " ทุกคนกลับบ้านกันหมดแล้วจริงๆ", " แล้วทุกคนก็นอนหลับสบาย"],
    "lower case paragraph": ["it rained.\n\n", "e.g. all night"],
    "armenian": ["Անձրև եկավ։", " Բոլորը գնացին։"],
    "amharic": ["ዝናብ ዘነበ።", " ሁሉም ሄዱ።"],
    "paragraphs": ["A heading without stop\n\n", "The body.\n", "More body on two\nlines, with one stop.\n"],
    "crlf": ["One.\r\n", "Two.\r\n\r\n", "  Three."],
    "bullets": ["Take along\n", "- a rope\n", "- two lamps\n", "  3) water"],
    "capital after abbreviation": ["We sold nuts, bolts, etc.", " The rest stayed."],
    "pronoun": ["So do I.", " You too."],
}


@pytest.mark.parametrize("name", SPLIT)
def test_sentences_of_many_languages(name: str) -> None:
    assert sentences("".join(SPLIT[name])) == SPLIT[name]


@pytest.mark.parametrize(
    "text",
    [
        "Mr. Hale met Mrs. Dunn and Prof. Ito at St. Anne",
        "The U.S. Navy and J. R. Smith agreed",
        "Use a knife, e.g. a small one, i.e. under 10 cm",
        "See Fig. 3 and Sec. 4 on pp. 12 of vol. 2",
        "Version 3.11.7 costs 4.50 at 10.30 on 10.0.0.1",
        "Open src/main.py or https://example.org/a.b?c=d.e now",
        "It takes approx. five hours etc. and more",
        "1. Boil the water",
        "Acme Inc. and Bolt Ltd. merged",
        "Yahoo!Mail and what?ever",
        '"Stop!" he cried, "wait..." and so on',
        "Nothing ended here\nand the line broke",
        "... and then",
        "",
        "   ",
        "\n\n",
    ],
)
def test_what_does_not_end_a_sentence(text: str) -> None:
    assert sentence_starts(text, 0, len(text)) == [0]


def test_only_the_stretch_is_looked_at() -> None:
    text = "One. Two. Three. Four."
    assert sentence_starts(text, 4, 16) == [4, 9]


@given(
    st.text(alphabet=st.sampled_from("aB. !?…\n。」\"'ก\u0301)1-؟\r\t"), max_size=60),
    st.integers(0, 9),
    st.integers(0, 9),
)
def test_starts_are_ascending_inside_and_never_blank(text: str, left: int, right: int) -> None:
    start, end = min(left, len(text)), max(min(left, len(text)), len(text) - right)
    starts = sentence_starts(text, start, end)
    assert starts[0] == start
    if text[start:end].strip():
        assert all(text[a:b].strip() for a, b in zip(starts, [*starts[1:], end], strict=True))
    else:
        assert starts == [start]
