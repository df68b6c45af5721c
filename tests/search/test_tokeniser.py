"""One tokeniser for index and questions: folding, pairs of signs, phrases, and the superset."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.classify.rules.keywords import KeywordRule, KeywordRules
from monitor.domain.errors import ConfigError
from monitor.domain.feeds import Entry
from monitor.search.tokeniser import Phrase, index_tokens, question_phrase


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Kim Jong-un's ÉCOLE", "kim jong un s ecole"),
        ("Ёлка Straße ﬁn", "елка strasse fin"),
        ("북한군", "북한 한군 군"),
        ("北", "北"),
        ("TV조선 5호", "tv 조선 선 5 호"),
        ("ｶﾅ Ｋ２", "カナ ナ k2"),
        ("5㎏", "5"),
        ("a_b", "a_b"),
        ("co\u00adopera\u200btion 북\u00ad한", "cooperation 북한 한"),
        ("كِتَابٌ أمر ی İı", "كتاب امر ي ii"),
        ("\ufb2a\ufb35\ufb1d \ufefb", "שוי لا"),  # presentation forms with points
        (
            "é\u2003e\u0301\u0085 \u0301a",
            "e e a",
        ),  # white space of every kind, and an accent after it
        (f"{'é' * 50} {'é' * 50} 북한", f"{'e' * 50} {'e' * 50} 북한 한"),  # no usual words
        ("", ""),
        ("\u0000—🇰🇵", ""),
    ],
)
def test_a_text_becomes_tokens(text: str, tokens: str):
    assert index_tokens(text) == tokens.split()


def test_every_character_can_be_indexed():
    for first in range(0, 0x110000, 0x1000):
        block = "".join(map(chr, range(first, first + 0x1000)))
        assert all(index_tokens(block)), hex(first)


@pytest.mark.parametrize(
    ("words", "tokens", "is_prefix"),
    [
        ("Kim Jong-un", "kim jong un", False),
        ("북한군", "북한 한군", False),
        ("북", "북", True),
        ("북한 파병", "북한 한 파병", False),
        ("K팝", "k 팝", True),
        ("5호기 b", "5 호기 기 b", False),
        ("—", "", False),
    ],
)
def test_a_question_becomes_a_phrase(words: str, tokens: str, is_prefix: bool):
    assert question_phrase(words) == Phrase(tuple(tokens.split()), is_prefix)


def test_a_star_finds_every_ending():
    assert question_phrase("sapper", any_ending=True) == Phrase(("sapper",), is_prefix=True)


def is_found(phrase: Phrase, tokens: list[str]) -> bool:
    """Whether the tokens of a text hold the phrase, as the index of a database looks for it."""
    length = len(phrase.tokens)
    for start in range(len(tokens) - length + 1):
        *whole, last = tokens[start : start + length]
        end = phrase.tokens[-1]
        ends = last.startswith(end) if phrase.is_prefix else last == end
        if ends and tuple(whole) == phrase.tokens[:-1]:
            return True
    return False


LETTERS = "abKé ёйЖ북한군朝鲜カナกุ๊ 1２_-.㎏ﬁ々ー々İıſ\u0301\u00ad\u200bأ\u064e"


@given(st.text(LETTERS, max_size=30), st.text(LETTERS, min_size=1, max_size=8))
def test_what_a_keyword_rule_matches_is_found(text: str, term: str):
    assume(question_phrase(term).tokens)
    try:
        rules = KeywordRules([KeywordRule(name="r", any=(term,), where="text")], themes=())
    except ConfigError:
        assume(False)
    for body in (text, f"{text} {term} {text}", f"{text}{term}{text}"):
        if rules.hits(Entry(title="", text=body)):
            assert is_found(question_phrase(term), index_tokens(body))


@given(st.text(max_size=200))
def test_any_text_has_tokens_without_spaces_or_quotation_marks(text: str):
    for token in index_tokens(text):
        assert token
        assert token == token.strip()
        assert not set(token) & set("' \"\\:*()&|!<>")


@given(st.text(max_size=60))
def test_a_text_is_found_by_itself(text: str):
    phrase = question_phrase(text)
    assume(phrase.tokens)
    assert is_found(phrase, index_tokens(text))
