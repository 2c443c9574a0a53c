from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from limbeck.core.visible import shortened, visible


def test_what_a_terminal_would_obey_is_written_out() -> None:
    assert visible("\x1b[31mred\x07\r\n") == "\\e[31mred\\x07\\r\\n"
    assert visible("a\tb\x9b\u202e\u2028\ud800") == "a    b\\x9b\\u202e\\u2028\\ud800"


def test_what_is_only_text_stays() -> None:
    text = "naïve 漢字 🙂 👩\u200d🔧 שלום [bold] \\e"
    assert visible(text) == text


@given(st.text(st.characters(exclude_categories=()), max_size=30))
def test_the_result_is_one_encodable_line_without_controls(text: str) -> None:
    shown = visible(text)
    shown.encode()
    assert len(shown.splitlines()) <= 1
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in shown)
    assert not any(unicodedata.bidirectional(c) in ("LRE", "RLE", "LRO", "RLO", "PDF") for c in shown)


def test_shortened_keeps_the_length() -> None:
    assert shortened("abcdef", 6) == "abcdef"
    assert shortened("abcdefg", 6) == "abcde…"
