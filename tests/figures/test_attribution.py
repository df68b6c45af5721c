"""Attribution: claimant, party and medium, by the forms of every language."""

from __future__ import annotations

import pytest

CLAIMS = [
    ("en", "Seoul's spy agency says 240 soldiers were killed", "", "Seoul's spy agency", "seoul"),
    ("en", "Kyiv: 740 troops killed near Pogrebki", "", "Kyiv", "kyiv"),
    ("en", "740 troops killed in a week — Pentagon", "", "Pentagon", "washington"),
    ("en", "In the north", "Some 740 troops were killed, according to NATO.", "NATO", "nato"),
    ("ko", '국가정보원 "북한군 사상자 2천300명"', "", "국가정보원", "seoul"),
    ("ko", "한국 합참은 북한이 병력 3천500명을 추가로 파견할 계획이라고 밝혔다.", "",
     "한국 합참", "seoul"),
    ("ko", "북한 노동자 1만5천 명이 일한다고 유엔 전문가가 말했다", "", "유엔 전문가", "un"),
    ("ru", "ГУР: КНДР направила 2,3 тыс. военных", "", "ГУР", "kyiv"),
    ("ru", "По данным южнокорейской разведки, погибли 350 солдат", "",
     "южнокорейской разведки", "seoul"),
    ("uk", "За даними Генштабу, загинули 120 солдатів", "", "Генштабу", "kyiv"),
    ("pl", "Według wywiadu Korei Południowej zginęło 350 żołnierzy", "",
     "wywiadu Korei Południowej", "seoul"),
    ("zh", "乌克兰军方称，四百名朝鲜士兵阵亡", "", "乌克兰军方", "kyiv"),
    ("ja", "韓国国防省「北朝鮮兵3500人を派遣」", "", "韓国国防省", "seoul"),
    ("ja", "ウクライナ軍によると、北朝鮮兵400人が死亡した", "", "ウクライナ軍", "kyiv"),
    ("de", "Laut Kiew wurden 350 nordkoreanische Soldaten getötet", "", "Kiew", "kyiv"),
    ("fr", "Selon Séoul, 2 400 soldats nord-coréens ont été tués", "", "Séoul", "seoul"),
    ("es", "Según Kiev, 350 soldados norcoreanos murieron", "", "Kiev", "kyiv"),
    ("vi", "Theo Seoul, 350 binh sĩ Triều Tiên thiệt mạng", "", "Seoul", "seoul"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "title", "text", "claimant", "party"), CLAIMS)
def test_the_claimant_is_named_with_the_party(extract, language, title, text, claimant, party):
    (figure,) = extract(language, title, text)
    assert (figure.attribution.claimant, figure.attribution.party) == (claimant, party)


def test_nobody_is_made_up(extract):
    (figure,) = extract("en", "Seven soldiers killed in a drone strike")
    assert figure.attribution.claimant is None
    assert figure.attribution.party is None


def test_a_place_before_a_french_headline_is_no_claimant(extract):
    (figure,) = extract("fr", "Lisbonne : seize morts après un accident")
    assert figure.attribution.claimant is None


def test_a_pronoun_stands_for_the_speaker_named_before_it(extract):
    text = "General Anatoly Korzh said the assault failed. He said 320 soldiers were killed."
    (figure,) = extract("en", "Losses at the front", text)
    assert figure.attribution.claimant == "General Anatoly Korzh"


@pytest.mark.parametrize("sentence", ["He said 320 soldiers were killed", "They report 60 killed"])
def test_a_pronoun_without_a_name_is_no_claimant(extract, sentence):
    (figure,) = extract("en", sentence)
    assert figure.attribution.claimant is None


def test_a_medium_that_passes_the_claim_on_is_named_beside_the_claimant(extract):
    (figure,) = extract("en", "Kyiv: 740 troops killed", "Reuters had the report first.")
    assert figure.attribution.through is None
    (figure,) = extract("en", "Kyiv says 740 troops were killed, Reuters reports")
    assert figure.attribution.through == "Reuters"


def test_a_figure_of_the_text_without_a_speaker_takes_that_of_the_headline(extract):
    (figure,) = extract("en", "Pentagon: heavy fighting", "Some 90 soldiers were wounded.")
    assert figure.attribution.claimant == "Pentagon"


@pytest.mark.parametrize(
    ("language", "title", "text", "claimant", "party"),
    [
        ("en", "740 troops killed", "It rained. 740 troops fell. NATO said 740 troops died.",
         "NATO", "nato"),
        ("en", "740 troops killed", "The Pentagon said that it saw losses.", "Pentagon",
         "washington"),
        ("en", "740 troops killed near the border", "Rain fell all day.", None, None),
        ("en", "Losses", "He said fighting went on. Some 90 soldiers were wounded.", None, None),
        ("en", "Losses", "It rained. He said 90 soldiers were wounded.", None, None),
        ("en", "U.S. says 740 troops killed", "", "U.S.", "washington"),
        ("ja", "損失", "韓国国防省は北朝鮮兵3500人が派遣されたと発表した。", "韓国国防省", "seoul"),
        ("ru", "Потери", "Он сообщил, что погибли 740 солдат.", None, None),
        ("ko", "국정원은 북한군 740명이 사망했다고 밝혔다", "", "국정원", "seoul"),
        ("ko", '젤렌스키 "북한군 3천명 사상"', "", "젤렌스키", "kyiv"),
        ("ru", "Погибли 740 солдат — Зеленский", "", "Зеленский", "kyiv"),
        ("ru", "Потери", "Погибли 740 солдат, сообщил Буданов.", "Буданов", "kyiv"),
        ("de", "Verluste", "740 Soldaten wurden getötet, sagte Selenskyj.", "Selenskyj", "kyiv"),
        ("es", "Pérdidas", "740 soldados murieron, dijo Zelenski.", "Zelenski", "kyiv"),
        ("vi", "Tổn thất", "Ukraine cho biết 740 binh sĩ thiệt mạng.", "Ukraine", "kyiv"),
    ],
)  # fmt: skip
def test_the_speaker_is_sought_where_the_figure_stands(
    extract, language, title, text, claimant, party
):
    attribution = extract(language, title, text)[0].attribution
    assert (attribution.claimant, attribution.party) == (claimant, party)


@pytest.mark.parametrize(
    ("sentence", "medium"),
    [
        ("Seoul: 740 troops killed (Yonhap)", "Yonhap"),
        ("Seoul says 740 troops were killed in a report seen by Reuters", "Reuters"),
        ("Yonhap: 740 troops killed", None),
        ("Seoul: 740 troops killed", None),
    ],
)
def test_a_medium_beside_the_claimant_is_who_it_came_through(extract, sentence, medium):
    (figure,) = extract("en", sentence)
    assert figure.attribution.through == medium
