"""A language shows in which of its characters are frequent, whatever nobody says of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect.parse.charset import decode
from monitor.collect.parse.charset_guess import guess_charset, is_less_likely
from tests.conformance import corpora

RUSSIAN = "Северокорейские сапёры прибыли в Курск, сообщили в Министерстве обороны."
UKRAINIAN = "Північнокорейські війська прибули до Курської області, повідомили у розвідці."
KOREAN = "북한 공병부대가 쿠르스크에 도착했다고 국가정보원이 밝혔다. 지뢰 제거 작업에 투입된다."
JAPANESE = "北朝鮮の工兵部隊がロシア西部クルスク州に到着したと国防省が発表した。"
CHINESE = "朝鲜工兵部队已抵达俄罗斯库尔斯克州，俄国防部周二表示。他们将参加排雷工作。"
GREEK = "Η Βόρεια Κορέα έστειλε στρατιώτες στη Ρωσία, ανακοίνωσε το υπουργείο."
POLISH = "Żołnierze Korei Północnej przybyli do Rosji, ogłosiło źródło w tamtejszej armii."
TURKISH = "Kuzey Kore askerleri Rusya'ya ulaştı, Savunma Bakanlığı üç gün önce açıkladı."
TRADITIONAL = "北韓工兵部隊已抵達俄羅斯庫斯克州，俄國國防部週二表示。他們將參加排雷工作。"


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (UKRAINIAN, "cp1251"),
        (UKRAINIAN, "koi8-u"),
        (KOREAN, "cp949"),
        (JAPANESE, "cp932"),
        (JAPANESE, "euc_jp"),
        (CHINESE, "gb18030"),
        (TRADITIONAL, "big5"),
        (GREEK, "cp1253"),
        (POLISH, "cp1250"),
        (POLISH, "iso8859-2"),
        (TURKISH, "cp1254"),
    ],
)
@pytest.mark.parametrize("claim", ["", "text/xml; charset=us-ascii", "text/xml; charset=utf-8"])
def test_text_without_or_with_a_wrong_declaration_is_decoded(text, codec, claim):
    document = f"<rss><channel><item><title>{text}</title></item></channel></rss>" * 3
    assert decode(document.encode(codec), claim) == document


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("Le président a déclaré que l'armée était déjà à l'œuvre, créée à Noël", "cp1252"),
        ("وزارة الدفاع الروسية تعلن عن وصول قوات من كوريا الشمالية", "cp1256"),
        ("La canción del niño llegó también al último rincón de España, según él", "cp1252"),
        ("A decisão não foi só um avanço: também é a solução de três órgãos", "cp1252"),
        ("Die Größe der Übung überraschte die Verbündeten, hieß es in Köln", "cp1252"),
        ("Perché la città è così più felice, però non sarà già finito", "cp1252"),
        ("Ön och sjön är blå när våren kommer åter", "cp1252"),
        ("צפון קוריאה שלחה חיילים לרוסיה, הודיע משרד הביטחון", "cp1255"),
        ("plain words", "ascii"),
    ],
)
def test_other_alphabets_are_not_mistaken_for_these_sets(text, codec):
    assert guess_charset(text.encode(codec)) is None


@pytest.mark.parametrize(
    ("text", "codec", "claim"),
    [
        (RUSSIAN, "cp1251", "koi8-u"),
        (RUSSIAN, "koi8-r", "cp1251"),
        (CHINESE, "gb18030", "big5hkscs"),
        (TRADITIONAL, "big5", "gb18030"),
        (JAPANESE, "cp932", "euc_jp"),
    ],
)
def test_a_set_in_which_the_text_makes_no_sense_is_less_likely(text, codec, claim):
    body = text.encode(codec)
    assert is_less_likely(claim, guess_charset(body), body)


@pytest.mark.parametrize("text", [RUSSIAN.upper(), UKRAINIAN.upper(), RUSSIAN, UKRAINIAN])
@pytest.mark.parametrize(("codec", "other"), [("cp1251", "koi8-u"), ("koi8-u", "cp1251")])
def test_a_right_declaration_is_not_doubted_even_in_upper_case(text, codec, other):
    assert not is_less_likely(codec, other, text.encode(codec))


@given(st.binary(max_size=400))
def test_any_bytes_get_a_guess_or_none(body):
    assert isinstance(guess_charset(body), str | None)


@corpora.needs_documents
def test_documents_of_the_corpora_without_a_declaration_are_recognised():
    folder = corpora.CORPORA / "feedparser" / "illformed" / "chardet"
    guesses = {path.stem: guess_charset(path.read_bytes()) for path in folder.iterdir()}
    assert guesses == {
        "big5": "big5hkscs",
        "eucjp": "euc_jp",
        "euckr": "cp949",
        "gb2312": "gb18030",
        "koi8r": "koi8-u",
        "shiftjis": "cp932",
        "tis620": None,
        "windows1255": None,
    }
