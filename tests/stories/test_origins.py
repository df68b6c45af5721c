"""Where a report comes from."""

from __future__ import annotations

from monitor.stories.origins import agency, origin_of

AGENCIES = (
    agency("yonhap", ["Yonhap", "연합뉴스"], ["yna.co.kr"]),
    agency("tass", ["TASS", "ТАСС"]),
)


def origin(text: str, url: str | None = None) -> str:
    return origin_of(text, url, "f", AGENCIES)


def test_the_agency_that_is_named_first_is_the_origin():
    assert origin("Seoul says so, Yonhap reported, citing TASS") == "agency:yonhap"
    assert origin("(서울=연합뉴스) 북한이") == "agency:yonhap"
    assert origin("Как сообщает ТАСС") == "agency:tass"


def test_a_name_inside_a_word_or_in_small_letters_is_none():
    assert origin("A tassel and the TASSILI hills") == "feed:f"


def test_the_agencys_own_pages_are_its_origin():
    assert origin("Kursk", "https://en.yna.co.kr/view/1") == "agency:yonhap"
    assert origin("Kursk", "https://notyna.co.kr/view/1") == "feed:f"
    assert origin("Kursk", "https://[broken") == "feed:f"
    assert origin("Kursk") == "feed:f"


def test_a_name_may_stand_in_a_word_before_it_stands_alone():
    tass = AGENCIES[1]
    assert tass.first_in("TASSILI, says TASS") == len("TASSILI, says ")
    assert tass.first_in("TASSILI") is None
    assert agency("none", []).first_in("TASS") is None
