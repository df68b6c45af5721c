"""A language shows in which of its characters are frequent, whatever nobody says of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect.parse.charset import decode
from monitor.collect.parse.charset_guess import guess_charset
from tests.conformance import corpora

RUSSIAN = "Северокорейские сапёры прибыли в Курск, сообщили в Министерстве обороны."
UKRAINIAN = "Північнокорейські війська прибули до Курської області, повідомили у розвідці."
KOREAN = "북한 공병부대가 쿠르스크에 도착했다고 국가정보원이 밝혔다. 지뢰 제거 작업에 투입된다."
JAPANESE = "北朝鮮の工兵部隊がロシア西部クルスク州に到着したと国防省が発表した。"
CHINESE = "朝鲜工兵部队已抵达俄罗斯库尔斯克州，俄国防部周二表示。他们将参加排雷工作。"
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
        ("Kuzey Kore askerleri Rusya'ya ulaştı, Savunma Bakanlığı açıkladı", "cp1254"),
        ("Żołnierze Korei Północnej przybyli do Rosji, ogłosiło źródło. " * 20, "cp1250"),
        ("Η Βόρεια Κορέα έστειλε στρατιώτες στη Ρωσία, ανακοίνωσε το υπουργείο", "cp1253"),
        ("צפון קוריאה שלחה חיילים לרוסיה, הודיע משרד הביטחון", "cp1255"),
        ("plain words", "ascii"),
    ],
)
def test_other_alphabets_are_not_mistaken_for_these_sets(text, codec):
    assert guess_charset(text.encode(codec)) is None


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
