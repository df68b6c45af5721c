"""The letters come out right, whatever the headers claim, and no codec is a trap."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect.parse.charset import decode

RUSSIAN = "<?xml version='1.0' encoding='{}'?><t>Северокорейские сапёры прибыли в Курск</t>"
KOREAN = "<?xml version='1.0' encoding='{}'?><t>북한 군인 쿠르스크 파병 똠방각하</t>"


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (RUSSIAN, "windows-1251"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "iso-8859-5"),
        (RUSSIAN, "utf-8"),
        (KOREAN, "utf-8"),
        (KOREAN, "cp949"),
        ("<?xml version='1.0' encoding='{}'?><t>新聞 記事</t>", "shift_jis"),
        ("<?xml version='1.0' encoding='{}'?><t>新聞 記事</t>", "euc-jp"),
        ("<?xml version='1.0' encoding='{}'?><t>新聞 記事</t>", "iso-2022-jp"),
        ("<?xml version='1.0' encoding='{}'?><t>朝鲜 俄罗斯</t>", "gb2312"),
        ("<?xml version='1.0' encoding='{}'?><t>café</t>", "iso-8859-1"),
    ],
)
def test_a_declared_set_is_used(text, codec):
    declared = text.format(codec)
    assert decode(declared.encode(codec), "") == declared
    undeclared = text.format("x").replace("encoding='x'", "")
    assert decode(undeclared.encode(codec), f"text/xml; charset={codec}") == undeclared


def test_text_declared_as_euc_kr_is_decoded_as_cp949():
    declared = KOREAN.format("euc-kr")
    assert decode(declared.encode("cp949"), 'text/xml; charset="EUC-KR"') == declared


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be",
                                   "utf-32-le", "utf-32-be"])  # fmt: skip
def test_a_byte_order_mark_or_the_first_bytes_win_over_any_declaration(codec):
    text = RUSSIAN.format("windows-1251")
    assert decode(text.encode(codec), "text/xml; charset=us-ascii") == text


def test_ebcdic_is_known_by_its_first_bytes():
    text = "<?xml version='1.0' encoding='cp037'?><t>x</t>"
    assert decode(text.encode("cp037"), "") == text


@pytest.mark.parametrize("claim", ["us-ascii", "iso-8859-5", "windows-1251", "nonsense"])
def test_valid_utf_8_under_another_declaration_is_decoded_as_utf_8(claim):
    text = RUSSIAN.format(claim)
    assert decode(text.encode(), f"text/xml; charset={claim}") == text


@pytest.mark.parametrize(
    "trap", ["punycode", "undefined", "unicode_escape", "idna", "hex", "zip", "rot13", "utf-7"]
)
def test_a_codec_that_is_no_character_set_is_ignored(trap):
    text = f"<?xml version='1.0' encoding='{trap}'?><t>+AGE- \\x41 café</t>"
    assert decode(text.encode(), f"text/xml; charset={trap}") == text


def test_a_few_bad_bytes_do_not_turn_the_rest_into_noise():
    text = RUSSIAN.format("utf-8") * 3
    assert decode(text.encode()[:-5] + b"\xd0", "").startswith(RUSSIAN.format("utf-8"))
    korean = KOREAN.format("euc-kr") * 3
    got = decode(korean.encode("cp949") + b"\xff</t>", "")
    assert got.startswith(KOREAN.format("euc-kr"))


def test_undeclared_western_bytes_are_decoded_as_windows_1252():
    assert decode(b"caf\xe9 \x93quoted\x94", "") == "café “quoted”"


@given(st.binary(max_size=400), st.text(max_size=60))
def test_any_bytes_decode_to_a_text(body, content_type):
    assert isinstance(decode(body, content_type), str)


@given(st.text(min_size=4, max_size=200))
def test_utf_8_survives(text):
    body = text.encode("utf-8", "ignore")
    assert decode(b"\xef\xbb\xbf" + body, "") == body.decode()


@pytest.mark.parametrize("header", ["iso-8859-1", "windows-1252", "iso-8859-15"])
@pytest.mark.parametrize(
    ("text", "codec"),
    [(RUSSIAN, "windows-1251"), (RUSSIAN, "koi8-r"), (KOREAN, "cp949"), (KOREAN, "utf-8")],
)
def test_a_western_default_of_the_server_is_believed_last(header, text, codec):
    content_type = f"text/xml; charset={header}"
    declared = text.format("euc-kr" if codec == "cp949" else codec)
    assert decode(declared.encode(codec), content_type) == declared
    undeclared = text.format("x").replace("encoding='x'", "")
    longer = undeclared + undeclared.partition("?>")[2] * 3  # enough to guess by
    assert decode(longer.encode(codec), content_type) == longer


def test_western_text_under_a_western_header_is_read():
    text = "<t>Déjà vu à Orléans, naïve façade</t>"
    assert decode(text.encode("cp1252"), "text/xml; charset=iso-8859-1") == text


@pytest.mark.parametrize(
    ("header", "codec"), [("windows-1251", "koi8-r"), ("koi8-r", "windows-1251")]
)
def test_where_header_and_document_contradict_each_other_the_text_decides(header, codec):
    declared = RUSSIAN.format(codec)
    assert decode(declared.encode(codec), f"text/xml; charset={header}") == declared


@pytest.mark.parametrize(
    ("declared", "codec"), [("windows-1251", "koi8-r"), ("koi8-r", "windows-1251")]
)
def test_a_single_declaration_in_which_the_text_makes_no_sense_is_not_believed(declared, codec):
    text = RUSSIAN.format(declared)
    assert decode(text.encode(codec), "text/xml") == text


@pytest.mark.parametrize("claim", ["", "text/xml; charset=utf-8"])
@pytest.mark.parametrize(
    ("text", "codec"), [("<t>東京都の発表</t>", "iso2022_jp"), ("<t>서울시 발표</t>", "iso2022_kr")]
)
def test_a_seven_bit_set_is_known_by_its_escape_sequences(text, codec, claim):
    assert decode(text.encode(codec), claim) == text


def test_windows_letters_under_the_name_of_an_iso_set_are_read():
    text = "<?xml version='1.0' encoding='iso-8859-7'?><t>Αθήνα “€5” Ά</t>"
    assert decode(text.encode("cp1253"), "text/xml") == text


@pytest.mark.parametrize(
    ("name", "codec"),
    [("x-mac-cyrillic", "mac-cyrillic"), ("x-sjis", "cp932"), ("dos-866", "cp866")],
)
def test_names_of_sets_that_python_does_not_know(name, codec):
    text = "<t>что</t>"
    assert decode(text.encode(codec), f"text/xml; charset={name}") == text


def test_koi8_r_is_read_with_the_ukrainian_letters_of_its_superset():
    text = "<?xml version='1.0' encoding='koi8-r'?><t>Її гінець, Єва і ґанок</t>"
    assert decode(text.encode("koi8-u"), "") == text


@pytest.mark.parametrize("codec", ["windows-1251", "koi8-u"])
def test_one_element_in_another_set_leaves_the_others_as_they_are(codec):
    items = [f"<t>Портовый кран номер {number} снова работает</t>" for number in range(5)]
    body = "".join(items[:3]).encode() + items[3].encode(codec) + items[4].encode()
    text = decode(body, "")
    assert [item for item in items if item in text] == [*items[:3], items[3], items[4]]


def test_broken_letters_damage_their_own_element_only():
    items = [f"<t>Портовый кран номер {number}</t>".encode() for number in range(6)]
    broken = items[2].replace("кран".encode(), "кран".encode()[:-1] + b"\xff\xfe\xff")
    text = decode(b"".join([*items[:2], broken, *items[3:]]), "")
    assert [number for number in range(6) if f"кран номер {number}" in text] == [0, 1, 3, 4, 5]


def test_the_set_is_guessed_only_where_the_document_leaves_a_doubt():
    frequent = "Владимир Путин и Ким Чен Ын подписали договор в Пхеньяне. " * 2_000
    declared = f"<?xml version='1.0' encoding='utf-8'?><a>{frequent}</a>".encode()
    doubtful = frequent.encode("cp1251")
    header = "text/xml; charset=koi8-r"

    def cpu(body: bytes, content_type: str) -> float:
        started = time.process_time()
        decode(body, content_type)
        return time.process_time() - started

    evident = min(cpu(declared, "text/xml; charset=utf-8") for _ in range(5))
    assert evident * 5 < min(cpu(doubtful, header) for _ in range(2))
