"""Search form: one spelling of each word, for rules and silences."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.search_form import as_written, search_form, unified

SPELLINGS = [
    ("O'Neill", "O’Neill", "O‘Neill", "OʼNeill", "O`Neill", "O´Neill", "O＇Neill"),
    ("п'ять", "п’ять", "пʼять", "ПʼЯТЬ"),
    ("SU-57", "SU‑57", "SU–57", "SU−57", "SU—57", "SU－57", "su﹣57"),
    (
        "полёт",
        "полет",
        "ПОЛЁТ",
        "пол\u0435\u0308т",
        "поле\u0301т",
        "полё\u0308\u0301т",
        "по\u00adлет",
    ),
    ("замок", "за\u0301мок", "ЗА\u0301МОК", "за\u0301\u0300мок"),
    ("straße", "STRASSE", "Straẞe", "strasse"),
    ("istanbul", "İstanbul", "ISTANBUL", "I\u0307stanbul", "ıstanbul", "i\u0307\u0307stanbul"),
    ("ＮＡＴＯ", "nato", "NATO"),
    ("ﬂeet", "fleet", "FLEET"),
    ("café", "cafe\u0301", "CAFÉ"),
    ("مُحَمَّد", "محمد", "محـمد"),
    ("أحمد", "احمد"),
    ("شָׁלוֹם".replace("ش", "ש"), "שלום"),
    ("ΟΔΟΣ", "οδος", "οδοσ"),
    ("\u1112\u1161\u11ab", "한"),
    ("ﾐｻﾞｲﾙ", "ミサイル".replace("サ", "ザ")),
]


INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u0640"))


@pytest.mark.parametrize("spellings", SPELLINGS, ids=lambda spellings: spellings[0])
def test_all_spellings_of_a_word_have_one_search_form(spellings):
    assert len({search_form(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("ecole", "école"),
        ("lodz", "łódź"),
        ("и", "й"),
        ("бік", "бик"),
        ("किला", "कला"),
        ("か", "が"),
    ],
)
def test_other_letters_stay_apart(word, other):
    assert search_form(word) != search_form(other)


@pytest.mark.parametrize("spellings", SPELLINGS, ids=lambda spellings: spellings[0])
def test_the_part_of_a_text_is_returned_as_written(spellings):
    for spelling in spellings:
        written = unicodedata.normalize("NFC", spelling)
        text = f"ß İ ё – {written}, ﬁ"
        start = search_form(text).index(search_form(written))
        part = as_written(text, start, start + len(search_form(written)))
        assert part.translate(INVISIBLE) == written.translate(INVISIBLE)


_WRITTEN = st.text(alphabet="abÄßёЁ’–-' İﬁ兵북\u05d0\u05b8", max_size=30)


@given(_WRITTEN, st.sampled_from(["Straße", "Сапёры", "naïve", "북한군"]), _WRITTEN)
def test_a_word_is_returned_as_written_whatever_surrounds_it(before, word, after):
    text = unicodedata.normalize("NFC", f"{before} {word} {after}")
    start = len(search_form(text[: len(unicodedata.normalize("NFC", before)) + 1]))
    assert as_written(text, start, start + len(search_form(word))) == word


@given(st.text())
def test_a_search_form_stays_as_it_is_and_unified_text_keeps_its_length(text):
    assert len(unified(text)) == len(text)
    assert isinstance(as_written(text, 1, 5), str)
    assert search_form(text.upper()) is not None


@given(st.text(alphabet="abÄßёЁ’–-' İ\u0301", max_size=30))
def test_the_search_form_is_idempotent(text):
    assert search_form(search_form(text)) == search_form(text)
