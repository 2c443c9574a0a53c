"""Token counters: the vocabularies, exactness, odd input, when counts add up, names."""

from __future__ import annotations

import base64
import hashlib
import pickle
import random
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
import tiktoken
import tiktoken_ext.openai_public as published
from hypothesis import given, settings
from hypothesis import strategies as st

from limbeck.core.errors import LimbeckError, UnknownCounterError
from limbeck.local import counters, ranks
from limbeck.local.counters import bound, counter, features

ENCODINGS = ("o200k_base", "cl100k_base")
CODE = """\
def still(wash: str, *, heads: float = 0.05) -> str:
    # what boils off first is thrown away
    if not wash.strip():
        raise ValueError(f"nothing to distill in {wash!r}")

    return wash[int(len(wash) * heads):]
"""
LOG = """\
2031-04-05T06:07:08.901Z WARN  [still-3] pressure=1013.25hPa temp=78.37C id=9f1c0de5\r
2031-04-05T06:07:09.002Z ERROR [still-3] valve stuck: /var/lib/still/valve.sock (errno 111)\r
\tat still.Valve.open(Valve.java:42)\r
"""
JSON = (
    '{"batch": 17, "casks": [{"id": "HAT037", "litres": 12.50, "note": "it\'s \\u00e9tage 3"}, null, true]}'
)
WORLD = "Der Brennmeister prüft die Öfen. 蒸馏器在哪里？ المقطر هنا. กลั่นเหล้า 🥃👩‍🔬 Ελλάδα e\u0301 naïve"
TEXTS = (CODE, LOG, JSON, WORLD, CODE + LOG + JSON + WORLD)

# Letters, marks, breaks and blanks of every class that the two patterns tell apart, plus whole words.
ATOMS = st.sampled_from(
    [*"aZé中ก1９٣'’/\\.!_-{}\"\u0301\u00a0\u2003\u200b\x00\x1c\x85 \t\n\r\ud800\udc00🥃"]
) | (
    st.sampled_from(
        ["  ", "\r\n", "\n\n", " \n ", "the", " the", "THE", "don't", "'S", "123456", "<|x|>", "//"]
    )
)
TEXT = st.lists(ATOMS, max_size=40).map("".join) | st.text(max_size=60)


@cache
def whole(name: str) -> ranks.Core:
    return ranks.whole(name, counters._PATTERNS[name])


@cache
def reference(name: str) -> tiktoken.Encoding:
    """tiktoken's own definition of the encoding; only its download is replaced."""
    vocabulary = {token: rank for rank, token in enumerate(ranks.tokens(name))}
    original = published.load_tiktoken_bpe
    published.load_tiktoken_bpe = lambda *_, **__: vocabulary
    try:
        made: dict[str, Any] = published.ENCODING_CONSTRUCTORS[name]()
    finally:
        published.load_tiktoken_bpe = original
    return tiktoken.Encoding(**made)


@pytest.mark.parametrize(
    ("name", "size", "sha256"),
    [
        ("o200k_base", 199_998, "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"),
        ("cl100k_base", 100_256, "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"),
    ],
)
def test_vocabulary_is_the_published_one(name: str, size: int, sha256: str) -> None:
    tokens = ranks.tokens(name)
    assert len(tokens) == len(set(tokens)) == size
    lines = b"".join(base64.b64encode(token) + b" %d\n" % rank for rank, token in enumerate(tokens))
    assert hashlib.sha256(lines).hexdigest() == sha256


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("o200k_base", "hello world", 2),
        ("cl100k_base", "hello world", 2),
        ("o200k_base", "1234567", 3),
        ("o200k_base", "<|endoftext|>", 7),
        ("o200k_base", "", 0),
        ("cl100k_base", "", 0),
    ],
)
def test_known_counts(name: str, text: str, expected: int) -> None:
    assert counter(name).count(text) == expected


@pytest.mark.parametrize("name", ENCODINGS)
@given(text=TEXT)
@settings(max_examples=300, deadline=None)
def test_count_is_what_tiktoken_encodes(name: str, text: str) -> None:
    assert counter(name).count(text) == len(reference(name).encode_ordinary(text))


@pytest.mark.parametrize("name", ENCODINGS)
@given(texts=st.lists(TEXT, min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_part_of_the_vocabulary_splits_as_the_whole_does(name: str, texts: list[str]) -> None:
    growing = ranks.Growing(name, counters._PATTERNS[name])
    for text in map(counters._sound, texts):
        part = growing.covering(text.encode("utf-8"))
        assert part.encode_ordinary(text) == whole(name).encode_ordinary(text)


@pytest.mark.parametrize("name", ENCODINGS)
def test_part_keeps_what_it_covered_before(name: str) -> None:
    growing = ranks.Growing(name, counters._PATTERNS[name])
    for text in TEXTS:
        growing.covering(text.encode("utf-8"))
    core = growing.covering(b"")
    assert [core.encode_ordinary(t) for t in TEXTS] == [whole(name).encode_ordinary(t) for t in TEXTS]
    assert len(growing) < 10_000


def test_counts_stay_the_same_when_the_whole_vocabulary_comes_in() -> None:
    one = counters._Encoding("o200k_base")
    before = [one.count(text) for text in TEXTS]
    assert one._whole is None
    while one._whole is None:
        one.count(CODE)
    assert one._growing is None
    assert [one.count(text) for text in TEXTS] == before == one.count_each(TEXTS)


def test_nothing_is_loaded_for_a_name_an_empty_text_or_a_bound() -> None:
    one = counters._Encoding("o200k_base")
    assert one.count("") == 0
    assert one.bound(WORLD) == len(WORLD.encode("utf-8"))
    assert one._growing is None and one._whole is None


def test_import_is_light() -> None:
    code = (
        "import sys; from limbeck.local.counters import bound, counter; counter('gpt-4o'); bound('x');"
        "print({'numpy', 'tiktoken', 'regex', 'requests'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("set()\n", "")


LONG = {
    "code": CODE,
    "crlf": LOG,
    "one line": JSON,
    "lines without a space": "valve.sock\nvalve.open\n",
    "marks before breaks": "};\n//\n};\n/still/valve\n",
    "words": "the still drips ",
    "languages": WORLD,
    "blank lines": "a\n\n  \n\tb \n",
}


@pytest.mark.parametrize("name", ENCODINGS)
@pytest.mark.parametrize("kind", LONG)
def test_long_text_is_counted_in_parts_exactly(name: str, kind: str) -> None:
    text = LONG[kind] * (300_000 // len(LONG[kind]) + 1)
    parts = list(counters._parts(text))
    assert len(parts) > 3
    assert "".join(part for part, _ in parts) == text
    assert not any(cut for _, cut in parts)
    assert counter(name).count(text) == len(whole(name).encode_ordinary(text))


def random_letters(length: int) -> str:
    return "".join(random.Random(5).choices("abcdefghijklmnopqrstuvwxyz", k=length))


UNBROKEN: dict[str, Callable[[int], str]] = {
    "one letter": lambda n: "a" * n,
    "one capital": lambda n: "A" * n,
    "letters": random_letters,
    "digits": lambda n: "7" * n,
    "marks": lambda n: "=" * n,
    "ideographs": lambda n: "蒸" * n,
    "emoji": lambda n: "🥃" * n,
    "combining": lambda n: "\u0301" * n,
    "nul": lambda n: "\0" * n,
    "breaks": lambda n: "\n" * n,
}


@pytest.mark.parametrize("name", ENCODINGS)
@pytest.mark.parametrize("kind", UNBROKEN)
def test_unbroken_run_is_bounded_closely_from_above(name: str, kind: str) -> None:
    text = UNBROKEN[kind](400_000)
    exact = len(whole(name).encode_ordinary(text))
    assert exact <= counter(name).count(text) <= min(exact + 3 * counters._CUT_TOKENS + 3, bound(text))


@pytest.mark.parametrize("name", ENCODINGS)
@pytest.mark.parametrize("blank", [" ", "\t", "\u00a0", " \t", "\u2003"])
@pytest.mark.parametrize("after", ["", "x", "\n", "\nx"])
def test_a_million_blanks_neither_panic_nor_stall(
    name: str, blank: str, after: str, capfd: pytest.CaptureFixture[str]
) -> None:
    text = "x" + blank * (1_200_000 // len(blank)) + after
    started = time.process_time()
    assert 0 < counter(name).count(text) <= bound(text)
    assert time.process_time() - started < 8
    assert capfd.readouterr().err == ""


def test_ten_megabytes_in_one_word_take_seconds() -> None:
    text = random_letters(1_000_000) * 10
    started = time.process_time()
    count = counter().count(text)
    assert time.process_time() - started < 15
    assert count == pytest.approx(5_190_000, rel=0.01)


@pytest.mark.parametrize("name", ENCODINGS)
def test_longest_run_that_is_counted_exactly(name: str) -> None:
    word = random_letters(counters._PART_CHARS - 1)
    text = f"{word} " * 4 + f"\n{word}\n{word}\n"
    assert not any(cut for _, cut in counters._parts(text))
    assert counter(name).count(text) == len(whole(name).encode_ordinary(text))


@pytest.mark.parametrize("name", ENCODINGS)
def test_surrogates_count_as_the_text_that_can_be_sent(name: str) -> None:
    count = counter(name).count
    assert count("a\ud83e\udd43b") == count("a🥃b")
    assert count("a\ud800b") == count("a\ufffdb")
    assert count("\udc00") == count("\ufffd")
    long = ("still \ud800 " * 30_000, "still \ufffd " * 30_000)
    assert count(long[0]) == count(long[1])


@pytest.mark.parametrize("name", [*ENCODINGS, "claude-sonnet-4-5", "who-knows-1"])
@given(texts=st.lists(TEXT, max_size=6))
@settings(max_examples=60, deadline=None)
def test_count_each_is_count_of_each(name: str, texts: list[str]) -> None:
    one = counter(name)
    assert one.count_each(iter(texts + texts)) == [one.count(text) for text in texts] * 2


@pytest.mark.parametrize("fresh", [True, False])
def test_count_each_takes_long_and_broken_texts_beside_short_ones(fresh: bool) -> None:
    one = counters._Encoding("o200k_base") if fresh else counter()
    texts = ["", "still", " " * 1_200_000, "a\ud800", CODE * 1_000, "still"]
    assert one.count_each(texts) == [one.count(text) for text in texts]
    assert one.count_each([]) == []


@pytest.mark.parametrize("name", [*ENCODINGS, "claude-3-opus", "gemini-3-pro", "qwen3", "who-knows-1"])
@given(text=TEXT)
@settings(max_examples=100, deadline=None)
def test_bound_is_never_below_count(name: str, text: str) -> None:
    one = counter(name)
    assert one.bound(text) >= one.count(text) >= (1 if text else 0)
    assert bound(text) >= counter().count(text)


LINE = st.tuples(
    st.sampled_from(["", " ", "    ", "\t", "\u00a0 "]),
    st.sampled_from([*"aZé中1.!_{\"'\u0301", "the", "THE", "don't", "<|x|>", "🥃", "\\"]),
    st.lists(ATOMS.filter(lambda a: not set(a) & set("\n\r")), max_size=8).map("".join),
    st.sampled_from(["\n", "\r\n", "\r"]),
).map("".join)


@pytest.mark.parametrize("name", ENCODINGS)
@given(lines=st.lists(LINE, max_size=8))
@settings(max_examples=200, deadline=None)
def test_lines_add_up_unless_blank_or_led_by_a_slash(name: str, lines: list[str]) -> None:
    count = counter(name)
    assert sum(count.count_each(lines)) == count.count("".join(lines))


@pytest.mark.parametrize("name", ENCODINGS)
@given(a=TEXT, b=TEXT)
@settings(max_examples=200, deadline=None)
def test_places_that_always_split_do(name: str, a: str, b: str) -> None:
    text = counters._sound(a + b)
    count = counter(name).count
    places = [0, *(found.end() for found in counters._ALWAYS_SPLITS.finditer(text)), len(text)]
    assert sum(count(text[start:end]) for start, end in pairwise(places)) == count(text)


@pytest.mark.parametrize(
    ("name", "a", "b"),
    [
        ("o200k_base", "x\n", "\ny"),  # a blank line
        ("o200k_base", "};\n", "/"),  # a slash joins marks across the break
        ("o200k_base", "dis", "till"),  # within a word
    ],
)
def test_elsewhere_the_whole_can_be_below_the_sum(name: str, a: str, b: str) -> None:
    count = counter(name).count
    assert count(a + b) < count(a) + count(b)


def test_the_whole_can_be_above_the_sum() -> None:
    """Why a rendered whole is counted as a whole: no subadditivity."""
    count = counter().count
    pairs = [
        (w[:i], w[i:]) for w in ("\t \t", "ababaab", *random_letters(4_000).split("e")) for i in range(len(w))
    ]
    above = [count(a + b) - count(a) - count(b) for a, b in pairs]
    assert 0 < max(above) <= 2


def test_threads_count_the_same() -> None:
    one = counters._Encoding("o200k_base")
    texts = [f"{text} {n}" for n in range(40) for text in TEXTS]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(one.count, texts))
    assert found == [len(whole("o200k_base").encode_ordinary(text)) for text in texts]


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        *((n, "o200k_base") for n in ("o200k_base", "o200k_harmony", "gpt-4o", "gpt-4o-mini-2024-07-18")),
        *(
            (n, "o200k_base")
            for n in ("GPT-4o", " gpt-4o ", "openai/gpt-4o", "ft:gpt-4o:org::1", "gpt-4.1-nano")
        ),
        *(
            (n, "o200k_base")
            for n in ("gpt-4.5-preview", "chatgpt-4o-latest", "gpt-5", "gpt-5.1-codex", "gpt-oss-20b")
        ),
        *((n, "o200k_base") for n in ("gpt-4.7-turbo", "openai/gpt-4.12", "gpt-4.2")),
        *((n, "o200k_base") for n in ("o1", "o1-pro", "o3-mini", "openai/o3", "o4-mini")),
        *(
            (n, "cl100k_base")
            for n in ("cl100k_base", "gpt-4", "gpt-4-turbo", "gpt-4-0613", "azure/gpt-4-32k")
        ),
        *((n, "cl100k_base") for n in ("gpt-3.5-turbo", "gpt-35-turbo", "gpt-3.5", "text-embedding-3-large")),
        ("text-embedding-ada-002", "cl100k_base"),
    ],
)
def test_openai_models_are_exact(name: str, encoding: str) -> None:
    assert counter(name) is counter(encoding)
    assert (counter(name).name, counter(name).exact) == (encoding, True)


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("claude-sonnet-4-5-20250929", "claude3"),
        ("us.anthropic.claude-3-5-sonnet-20241022-v2:0", "claude3"),
        ("claude-sonnet-4-20250514", "claude3"),
        ("claude-opus-4.6", "claude3"),
        ("claude-opus-4-7", "claude"),
        ("claude-opus-4-10", "claude"),
        ("claude-opus-5", "claude"),
        ("claude", "claude"),
        ("claude-2.1", "claude2"),
        ("claude-instant-1.2", "claude2"),
        ("models/gemini-2.5-pro", "gemini"),
        ("gemma-3-27b", "gemini"),
        ("meta-llama/Llama-3.1-8B", "llama"),
        ("llama-v3p1-8b", "llama"),
        ("codellama-13b", "llama2"),
        ("llama2", "llama2"),
        ("mistral-large-2411", "mistral"),
        ("open-mixtral-8x7b", "mistral"),
        ("codestral-latest", "mistral"),
        ("Qwen3-32B", "qwen"),
        ("deepseek-chat", "deepseek"),
        ("deepseek-r1-distill-llama-70b", "llama+deepseek"),
        ("some-model-of-2040", "unknown"),
        ("marco-o1", "unknown"),
        ("gpt-6", "unknown"),
    ],
)
def test_other_models_get_a_named_upper_bound(name: str, family: str) -> None:
    one = counter(name)
    assert (one.name.split("~o200k_base*")[0], one.exact) == (family, False)
    assert counter(name) is one
    for text in TEXTS:
        assert counter().count(text) <= one.count(text) <= counter("who-knows-1").count(text)
    assert one.count("") == 0


def test_bound_of_two_families_is_never_below_either() -> None:
    both = counter("deepseek-r1-distill-qwen-32b")
    for text in TEXTS:
        assert both.count(text) >= max(counter("deepseek").count(text), counter("qwen").count(text))


def test_calibrated_count_follows_its_name() -> None:
    one = counters._Calibrated("still", factor=125, digit=50, latin=200, wide=10)
    assert one.name == "still~o200k_base*1.25+0.5digits+2latin+0.1wide"
    tokens = counter().count("007 naïve 蒸")
    assert one.count("007 naïve 蒸") == -(-(125 * tokens + 3 * 50 + 200 + 2 * 10) // 100)
    assert counters._Calibrated("plain", 100, 0, 0, 0).name == "plain~o200k_base*1"


@given(a=st.text(max_size=30), b=st.text(max_size=30))
def test_features_add_up(a: str, b: str) -> None:
    assert features(a + b) == tuple(map(sum, zip(features(a), features(b), strict=True)))


def test_features_of_known_texts() -> None:
    assert features("a 007") == (3, 0, 0)
    assert features("Öfen ấm") == (0, 2, 0)
    assert features("蒸 Ω 🥃 \ud800") == (0, 0, 2 + 1 + 3 + 2)


@pytest.mark.parametrize(
    "name", ["", "   ", "--", "\n", "gpt-4o\x00", "gpt2", "r50k_base", "P50K_BASE", None, 4]
)
def test_nonsense_is_an_error_that_says_what_to_do(name: Any) -> None:
    with pytest.raises(UnknownCounterError, match="o200k_base") as caught:
        counter(name)
    assert repr(name).lower() in str(caught.value).lower()
    assert isinstance(caught.value, LimbeckError) and isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("o200k-bsae", "o200k_base"),
        ("o200k-base", "o200k_base"),
        ("o200k", "o200k_base"),
        ("CL10k_base", "cl100k_base"),
        ("gtp-4o", "gpt-4o"),
        ("gpt_4o", "gpt-4o"),
        ("openai/gtp-4o-mini", "openai/gpt-4o-mini"),
        ("cluade-sonnet-4-5", "claude-sonnet-4-5"),
        ("google/gemeni-2.5-pro", "google/gemini-2.5-pro"),
        ("lama-3.1-8b", "llama-3.1-8b"),
        ("qwn3-32b", "qwen3-32b"),
    ],
)
def test_a_slip_in_a_known_name_is_an_error_that_says_what_was_meant(name: str, meant: str) -> None:
    with pytest.raises(UnknownCounterError, match=f"did you mean '{meant}'"):
        counter(name)
    assert not counter(meant).name.startswith("unknown")


@pytest.mark.parametrize(
    "name",
    [
        "gpt-6", "gpt-j-6b", "gpt4all", "o5", "openai/o6-mini", "ollama/phi3", "phi-3-mini", "glm-4",
        "glm-4.5", "opt-6.7b", "mpt-7b", "mamba-2.8b", "command-r-plus", "grok-3-mini", "chatglm3",
        "tinyllama-1.1b", "deepcoder-14b", "deepsearch", "kimi-k2", "4o",
    ],
)  # fmt: skip
def test_a_model_nobody_knows_here_is_no_slip(name: str) -> None:
    assert counter(name).name.startswith("unknown~") and not counter(name).exact


@pytest.mark.parametrize("name", ["gpt-4o", "claude-opus-5"])
def test_counters_pickle(name: str) -> None:
    again = pickle.loads(pickle.dumps(counter(name)))
    assert (again.name, again.count(CODE)) == (counter(name).name, counter(name).count(CODE))


@pytest.mark.parametrize("name", ["gpt-4o", "claude-opus-5"])
def test_repr_is_an_expression(name: str) -> None:
    assert repr(counter(name)) == f"counter({counter(name).name!r})"
