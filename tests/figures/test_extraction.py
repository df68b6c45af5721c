"""Extraction, on sentences of our own: numbers, kinds and traps in every language."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.figures.extraction import MAX_FIGURES, SourceText, extract_figures, fold_digits

# (language, sentence, [(minimum, maximum, approx, kind)])
READ = [
    ("en", "2,400 North Korean soldiers arrived at the border range",
     [(2400, 2400, False, "deployed")]),
    ("en", "Up to 7,500 sappers could be hired", [(None, 7500, False, "deminers")]),
    ("en", "The brigade lost almost 480 killed and wounded", [(480, 480, True, "casualties")]),
    ("en", "Between 4,000 and 4,500 soldiers were sent to Bryansk",
     [(4000, 4500, False, "deployed")]),
    ("en", "Half a million shells were shipped through Rason",
     [(500_000, 500_000, False, "shells")]),
    ("en", "Zero casualties among the North's soldiers", [(0, 0, False, "casualties")]),
    ("en", "More than two dozen containers left Rajin", [(24, None, False, "containers")]),
    ("en", "The toll in the barracks rises to 27", [(27, 27, False, "killed")]),
    ("ko", "북한군 사상자 2천300여 명", [(2300, None, True, "casualties")]),
    ("ko", "북한이 병력 3천500명을 추가로 파견할 계획이다", [(3500, 3500, False, "planned")]),
    ("ko", "북한이 포탄 450만 발을 보냈다", [(4_500_000, 4_500_000, False, "shells")]),
    ("ko", "전투에서 북한군 두 명이 생포됐다", [(2, 2, False, "captured")]),
    ("ko", "북한 노동자 최소 1만5천 명이 일한다", [(15_000, None, False, "workers")]),
    ("ru", "КНДР направила 2,3 тыс. военных под Белгород", [(2300, 2300, False, "deployed")]),
    ("ru", "Погибли около 350 северокорейских солдат", [(350, 350, True, "killed")]),
    ("ru", "Пообещали до шести тысяч строителей", [(None, 6000, False, "workers")]),
    ("ru", "Тысяча сапёров прибыла в Суджу", [(1000, 1000, False, "deminers")]),
    ("ru", "Потери превысили 4 тысячи", [(4000, 4000, False, "casualties")]),
    ("uk", "До Курщини прибули понад 2 тис. військових КНДР", [(2000, None, False, "deployed")]),
    ("uk", "Загинули щонайменше сто двадцять солдатів", [(120, None, False, "killed")]),
    ("uk", "П'ять тисяч будівельників поїдуть далі", [(5000, 5000, False, "workers")]),
    ("zh", "朝鲜向俄罗斯派遣约3500名士兵", [(3500, 3500, True, "deployed")]),
    ("zh", "朝鲜派出两千五百名劳工", [(2500, 2500, False, "workers")]),
    ("zh", "朝鲜运送了上万枚炮弹", [(10_000, None, True, "shells")]),
    ("zh", "投入1兆韩元", [(1e12, 1e12, False, "money")]),
    ("ja", "北朝鮮兵約400人が死亡した", [(400, 400, True, "killed")]),
    ("ja", "北朝鮮は砲弾250万発を送った", [(2_500_000, 2_500_000, False, "shells")]),
    ("ja", "労働者二千五百人が到着した", [(2500, 2500, False, "workers")]),
    ("pl", "Zginęło około 350 żołnierzy z Północy", [(350, 350, True, "killed")]),
    ("pl", "Wyślą od 5 do 6 tysięcy robotników", [(5000, 6000, False, "workers")]),
    ("pl", "Dziesiątki rannych po ostrzale", [(10, None, True, "wounded")]),
    ("en", "14:30 600 soldiers were killed at 9:00", [(600, 600, False, "killed")]),
    ("de", "Nordkorea will 1.000 Soldaten nach Kursk entsenden", [(1000, 1000, False, "planned")]),
    ("de", "Etwa 2,5 Millionen Granaten geliefert", [(2_500_000, 2_500_000, True, "shells")]),
    ("fr", "Environ 2 400 soldats nord-coréens ont été tués", [(2400, 2400, True, "killed")]),
    ("fr", "Plus de 3 millions d'obus livrés", [(3_000_000, None, False, "shells")]),
    ("es", "Al menos 350 soldados norcoreanos murieron", [(350, None, False, "killed")]),
    ("es", "Enviarán mil zapadores a Sudzha", [(1000, 1000, False, "deminers")]),
    ("vi", "350 binh sĩ Triều Tiên thiệt mạng", [(350, 350, False, "killed")]),
    ("vi", "Họ sẽ gửi hàng nghìn công nhân", [(1000, None, True, "workers")]),
]  # fmt: skip

# Numbers that count nothing of the pack.
TRAPS = [
    ("en", "Kim, 41, met the 155-mm gunners of the 91st brigade on 14 May 2025"),
    ("en", "A 19-year-old soldier was captured"),
    ("en", "The Hwasong-18 crew fired on day 1,012"),
    ("en", "Pyongyang did not send 5,000 troops"),
    ("en", "The veteran of two wars dies at 88"),
    ("en", "Half of the battalion's soldiers were killed"),
    ("en", "Article 4 and unit 44321 are named in chapter 12"),
    ("en", "A 9,000-tonne-class ship and 83 % of deaths"),
    ("en", "Five nuclear-capable missile types were shown"),
    ("ko", "12살 소년, 제63여단, 2025년 3월 4일"),
    ("ko", "5천톤급 구축함을 공개했다"),
    ("ko", "수출이 사상 최대인 300억"),
    ("ru", "25-летний боец 11-го корпуса ранен 3 мая"),
    ("uk", "19-річний боєць 3 травня о 14:30"),
    ("ja", "第91旅団の19歳の兵士"),
    ("zh", "第63旅19岁士兵，2025年3月4日"),
    ("pl", "Układ z 2024 roku, artykuł 4"),
    ("vi", "Ông Kim ngày 17-10 cũng cáo buộc các binh sĩ"),
    ("vi", "Họ không tấn công"),
]


@pytest.mark.parametrize(("language", "sentence", "expected"), READ)
def test_a_figure_is_read_with_its_bounds_and_kind(extract, language, sentence, expected):
    figures = extract(language, sentence)
    values = [(f.value_min, f.value_max, f.approx, f.kind) for f in figures]
    assert values == expected
    assert all(figure.quote in sentence for figure in figures)


@pytest.mark.parametrize(("language", "sentence"), TRAPS)
def test_a_number_that_counts_something_else_is_no_figure(extract, language, sentence):
    assert extract(language, sentence) == []


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        ("The spokesman said not 900 but 350 soldiers were killed", 350),
        ("북한군 600명이 아니라 300명이 전사했다", 300),
        ("死亡したのは兵士600人ではなく300人だ", 300),
        ("Погибли не 600, а 300 солдат", 300),
    ],
)
def test_a_number_that_is_denied_is_left_out(extract, sentence, value):
    language = {"T": "en", "북": "ko", "死": "ja", "П": "ru"}[sentence[0]]
    assert [figure.value_min for figure in extract(language, sentence)] == [value]


@pytest.mark.parametrize(
    "written", ["1200", "1,200", "1.200", "1 200", "1\u202f200", "١٢٠٠", "１２００", "١٬٢٠٠"]
)
def test_thousands_are_read_in_every_notation(extract, written):
    (figure,) = extract("en", f"{written} soldiers deployed to Bryansk")
    assert figure.value_min == 1200
    assert figure.quote == f"{written} soldiers"


def test_a_figure_that_is_repeated_is_reported_once(extract):
    text = "Moscow paid for 640 shells.  640 shells went north.  Later 700 shells followed."
    assert [f.value_min for f in extract("en", "640 shells", text)] == [640, 700]


def test_two_equal_figures_of_one_sentence_are_two(extract):
    sentence = "A swap freed 55 soldiers for 55 prisoners of war"
    assert [figure.value_min for figure in extract("en", sentence)] == [55, 55]


def test_the_sentence_and_the_date_come_with_the_figure(extract):
    (figure,) = extract("en", "At the front", "It rained.  Then 70 soldiers died.  It went on.")
    assert figure.sentence == "Then 70 soldiers died."
    assert figure.claimed_on == "2025-05-02"


def test_a_language_without_a_grammar_is_read_as_its_neighbour_or_as_english(extract):
    assert extract("be", "Загінулі 30 солдат, погибли 40 солдат")[-1].value_min == 40
    assert extract("xx", "44 soldiers killed")[0].kind == "killed"
    assert extract(None, "44 soldiers killed")[0].kind == "killed"
    assert extract("en-GB", "44 soldiers killed")[0].kind == "killed"


@pytest.mark.parametrize("language", ["en", "ko", "ru", "ja", "zh", "vi"])
def test_a_text_without_a_full_stop_is_read_in_bounded_pieces(extract, language):
    text = " ".join(f"{number} soldiers killed 명 사망 人死亡" for number in range(9000, 9900))
    assert len(extract(language, "", text)) <= MAX_FIGURES


PARTS = (
    "1,000|12|60万|3천|명|人|soldiers|killed|солдат|погибло|about|約|약|up|to|до|-|,|.|(|%|according"
    "|Seoul|said|국방부는|밝혔다|によると|据|称|half|zero|兆|١٢٣|not|не|тыс.|million|’|«|\n"
)
WORDS = st.sampled_from(PARTS.split("|"))


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    language=st.sampled_from(
        ["en", "ko", "ru", "uk", "zh", "ja", "pl", "de", "fr", "es", "vi", ""]
    ),
    title=st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=15).map(" ".join)),
    text=st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=25).map(" ".join)),
)
def test_no_text_makes_it_fail_and_quotes_stand_in_the_text(pack, language, title, text):
    whole = f"{title}\n{text}"
    for figure in extract_figures(SourceText(title=title, text=text, language=language), pack):
        assert figure.quote in whole
        assert figure.sentence in whole
        assert figure.kind in pack.kinds
        assert (figure.value_min, figure.value_max) != (None, None)
        assert figure.value_text


@given(st.text())
def test_folded_digits_keep_every_position(text):
    assert len(fold_digits(text)) == len(text)
