"""Words that open the gate of the shipped topic, in sentences where they mean something else."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from monitor.classify.features.lexicon import Lexicon
from monitor.classify.features.opening import prepare_opening
from monitor.classify.features.word_lists import load_lexicon
from monitor.classify.packs.metadata import read_metadata

SHIPPED = Path(__file__).parents[3] / "models" / "dprk-russia"

# Every sentence names Russia or Ukraine, so that a weak class alone would open the gate.
OTHER_MEANINGS = {
    "en": [
        "Russia's Battlegroup North reports a village taken near Kharkiv",
        "Group of Forces North repels an attack, says Moscow; South Korean shares fall",
        "Governor of Mykolaiv Vitaliy Kim asks for pumps after the Russian raid",
        "Russian tourists return to the North Caucasus",
        "Court reopens the case of Kim Philby, Moscow's man in London",
        "Insurers look again at the Northern Sea Route off Russia",
        "Russian wheat for Egypt: North Africa buys early",
        "Gas through North Stream, as some in Russia spell it",
        "Russia's North waits for fuel before the ice",
        "Russians holiday up north, in Karelia",
        "Northerners in Yakutia get a railway, says Moscow",
        "North Gyeongsang farmers sell apples to Russia, says Seoul",
        "Brazil's Workers' Party debates the war in Ukraine",
    ],
    "ru": [
        "Группировка «Север» заняла посёлок, сообщило минобороны России",
        "Подразделения группировки войск «Север» отражают контратаки под Волчанском",
        "Бойцы «Севера» сбили шесть беспилотников, сообщила Москва",
        "Россия вложит миллиарды в Крайний Север",
        "Россия вернётся к Северу: ледоколы и порты",
        "Холод с Севера придёт в центр России",
        "Атмосферный фронт движется над Севером России",
        "Николаевский губернатор Виталий Ким сообщил о взрывах, пишут в России",
        "Виталия Кима вызвали в Киев, на Украине говорят о замене",
        "Юлий Ким спел в Москве для друзей",
        "Северянам России проиндексируют пенсии",
    ],
    "uk": [
        "Угруповання «Північ» втратило техніку, кажуть у ЗСУ; Росія мовчить",
        "Оперативне командування «Північ» попереджає про обстріли з Росії",
        "Віталій Кім розповів про наслідки удару росіян",
        "Віталія Кіма привітали в Києві",
        "На Півночі України сніг",
        "Дрони над Північчю: росіяни били по Чернігову",
        "Північ. Сирени лунають по всій Україні",
        "Північанам Росії обіцяють газ",
    ],
    "pl": [
        "Rosyjskie zgrupowanie Północ traci czołgi",
        "Rosja buduje drogi na dalekiej Północy",
        "Gubernator Witalij Kim: Rosja ostrzelała port",
        "Północ Rosji bez paliwa",
        "Rosyjskie samoloty nad Północą Europy",
        "Z Północy Rosji wieje mroźny wiatr",
    ],
    "de": [
        "Der Norden Russlands meldet Frost",
        "Russische Tanker meiden den Norden Finnlands",
        "Wintersturm aus dem Norden trifft Russland",
        "Im Handel des Nordens fehlt Holz aus Russland",
        "Gouverneur Vitaliy Kim meldet Treffer in der Ukraine",
    ],
    "fr": [
        "Le gaz russe contourne la mer du Nord",
        "La Macédoine du Nord expulse trois Russes",
        "La Russie regarde vers le Nord et ses glaces",
        "Au Nord, Moscou rouvre un port",
    ],
    "es": [
        "Rusia pierde un buque en el mar del Norte",
        "Macedonia del Norte expulsa a tres rusos",
        "Rusia mira hacia el Norte y su hielo",
        "El Norte de Rusia se queda sin luz",
        "Rusia envía trenes al Norte",
        "La agrupación del Norte avanza, dice Moscú",
        "Moscú prueba un fármaco contra la corea de Huntington",
    ],
    "vi": [
        "Nga tăng cường phòng không trên bán đảo Crimea",
        "Núi lửa phun trào trên bán đảo Kamchatka của Nga",
        "Cụm quân phía Bắc của Nga chiếm thêm một làng",
        "Nga mở rộng tuyến đường biển phía Bắc",
        "Du khách Nga tránh rét, miền Bắc mưa lớn",
    ],
    "ko": [
        "러시아 조선소에서 쇄빙선 진수",
        "조선일보 \"러시아 유가 상한 재검토\"",
        "러시아 수출길 막힌 조선 3사, 수주는 늘어",
        "TV조선, 우크라이나 현지 생중계",
        "달라진 러시아 경제, 물가는 그대로",
        "러시아 피해 규모는 아직 드러나진 않았다",
        "러시아산 명태 원산지 속인 업자 적발",
        "경북에 사는 러시아 동포들",
        "우크라이나 국민의 평안을 비는 미사",
        "부산 남포동에서 러시아 관광객 길 잃어",
        "러시아 외무부, 서방의 비난에 조소로 답해",
        "부산역 북측 광장에서 우크라이나 사진전",
        "러시아 북쪽에서 한파가 내려온다",
    ],
    "zh": [
        "罗先生在俄罗斯开餐馆",
        "南浦大桥旁的俄罗斯餐厅开业",
        "清朝政府与俄国的旧约展出",
        "俄罗斯金价上涨，购金者增加",
    ],
    "ja": [
        "ロシアの影響で対北米輸出が増える",
        "ロシア産のカニ、対北海道の出荷が止まる",
        "ロシアで朝鮮人参の人気が高まる",
    ],
}  # fmt: skip

# The same words where they do mean North Korea.
MEANT = [
    "Seoul says North has sent more soldiers to Russia",
    "In Seoul: North-South talks off, Russia watches",
    "Korea's North trades shells for Russian oil",
    "Kim's soldiers were seen near Sudzha in Russia",
    "Сеул: снаряды с Севера идут в Россию",
    "Бойцы Кима замечены под Курском",
    "Бійців Кіма помітили на Курщині, кажуть у Росії",
    "Seul: żołnierze z Północy walczą dla Rosji",
    "Südkorea: Soldaten des Nordens in Russland",
    "Séoul craint que le Nord n'envoie des hommes en Russie",
    "Seúl teme que el Norte envíe hombres a Rusia",
    "Hàn Quốc: lính miền Bắc chiến đấu cho Nga",
    "조선과 러시아의 친선",
    "나진 항에서 러시아로",
    "원산에 온 러시아 관광객",
    "金氏、ロシアへ特別列車で",
    "朝鮮の兵士、ロシアで訓練",
]


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon(SHIPPED / "lexicon")


def opens(lexicon: Lexicon, sentence: str) -> bool:
    text = prepare_opening(sentence, "")
    return read_metadata(SHIPPED).topic.opens(lexicon.hits(text.shown, text.folded))


@pytest.mark.parametrize(
    "sentence", [sentence for sentences in OTHER_MEANINGS.values() for sentence in sentences]
)
def test_a_word_that_means_something_else_does_not_open_the_gate(lexicon, sentence):
    assert not opens(lexicon, sentence)


@pytest.mark.parametrize("sentence", MEANT)
def test_the_same_words_open_it_where_they_mean_north_korea(lexicon, sentence):
    assert opens(lexicon, sentence)


def test_every_entry_for_the_north_has_a_sentence():
    """The class of which most entries mean something else in most news."""
    lists = tomllib.loads((SHIPPED / "lexicon" / "1-countries.toml").read_text("utf-8"))["NORTH"]
    lists.pop("title")
    for language, entries in lists.items():
        sentences = "\n".join(OTHER_MEANINGS[language]).casefold()
        assert [entry for entry in entries if entry.rstrip("*").casefold() not in sentences] == []


def test_every_language_with_a_lexicon_has_sentences():
    languages = {"en", "ko", "ru", "uk", "zh", "ja", "pl", "de", "fr", "es", "vi"}
    assert set(OTHER_MEANINGS) == languages
