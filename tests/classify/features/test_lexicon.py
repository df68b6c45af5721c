"""The lexicon: how entries match, and what whole sentences name."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.classify.features import word_lists
from monitor.classify.features.lexicon import Lexicon
from monitor.classify.features.lexicon import _first_letter as first_letter
from monitor.classify.features.opening import prepare_opening

SHIPPED = Path(__file__).parents[3] / "models" / "dprk-russia" / "lexicon"
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)


def made(**entries: str) -> Lexicon:
    """A lexicon of one entry per class."""
    return Lexicon(
        {entry: (name,) for name, entry in entries.items()}, titles={name: name for name in entries}
    )


def found(words: Lexicon, sentence: str) -> list[tuple[str, ...]]:
    """Each hit: its words, then its classes."""
    text = prepare_opening(sentence, "")
    hits = words.hits(text.shown, text.folded)
    return [(text.shown[hit.start : hit.end], *hit.classes) for hit in hits]


# ── how an entry matches ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("entry", "sentence", "matches"),
    [
        ("soldier*", "Two soldiers left", ["soldiers"]),
        ("soldier*", "The Soldier", ["Soldier"]),
        ("soldier*", "A supersoldier", []),
        ("war", "War and peace", ["War"]),
        ("war", "Warsaw waits", []),
        ("north korea*", "North-Korean and north Koreas", ["North-Korean", "north Koreas"]),
        ("north korea*", "North, Korea", []),
        ("north korea*", "Go north", []),
        ("the North", "What the North wants", ["the North"]),
        ("the North", "in the north of Norway", []),
        ("UN", "The UN says", ["UN"]),
        ("UN", "un accord", []),
        ("u.s.", "U.S. troops", ["U.S"]),
        ("china, russia", "China, Russia drill", ["China, Russia"]),
        ("don't", "They don’t", ["don’t"]),
        ("북한", "대북한정책", ["북한"]),
        ("|북러", "북러가 만났다", ["북러"]),
        ("|북러", "경북러닝 대회", []),
        ("북 러", "북러 그리고 북 러", ["북러", "북 러"]),
        ("=북", "北, 북 발사", ["북"]),
        ("=북", "북이 발사했다", ["북"]),
        ("=북", "북이라는 말", []),
        ("=북", "남북 대화", []),
        ("=북", "북부 지방", []),
        ("=北", "日本と北の海", ["北"]),
        ("=北", "北京", []),
        ("=北", "東北", []),
        ("派兵", "俄国派兵了", ["派兵"]),
        ("ＫＣＮＡ", "KCNA said", ["KCNA"]),
        ("королёв*", "В Королеве", ["Королеве"]),
    ],
)  # fmt: skip
def test_an_entry_matches_as_it_is_written(entry, sentence, matches):
    assert [words for words, *_ in found(made(X=entry), sentence)] == matches


def test_the_longest_entry_at_a_place_wins_whatever_its_class():
    words = made(SHORT="north korea*", LONG="north korea* leader*", OTHER="leader*")
    assert found(words, "North Korean leaders met a leader") == [
        ("North Korean leaders", "LONG"),
        ("leader", "OTHER"),
    ]
    assert found(made(A="북한", B="북한군"), "북한군 포로") == [("북한군", "B")]


def test_text_covered_by_an_entry_is_not_matched_again():
    assert found(made(A="朝鲜士兵", B="士兵", C="兵"), "朝鲜士兵") == [("朝鲜士兵", "A")]


def test_a_silent_entry_hides_shorter_ones_and_has_no_class():
    words = Lexicon({"white russian*": (), "russian*": ("RU",)}, titles={"RU": "Russia"})
    assert found(words, "A White Russian for the Russian") == [("Russian", "RU")]


def test_a_compound_says_every_class_it_contains():
    words = Lexicon({"북한군": ("NK", "TROOPS")}, titles={"NK": "", "TROOPS": ""})
    assert found(words, "북한군 포로") == [("북한군", "NK", "TROOPS")]


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ("\ufb01re", "A fire burns"),  # a ligature, which is two letters
        ("\u0438\u0306од", "йод"),  # a letter and its sign apart
        ("\u0451лка*", "елка"),  # a look-alike
        ("\u200bwar", "The war"),  # an invisible character
        ("&eacute;tat", "l'état"),
        ("<b>war</b>", "The war"),
        ("\u0130zmir", "\u0130zmir"),  # whose lower case is two characters
        ("|K-드론", "K-드론"),
    ],
)
def test_an_entry_is_found_however_its_first_letter_is_written(entry, sentence):
    assert found(made(A=entry), sentence) == found(made(A=entry, B="z"), sentence) != []


@given(ANY_TEXT)
def test_an_entry_is_kept_under_the_letter_with_which_it_is_found(entry):
    try:
        letter = first_letter(entry)
    except IndexError:
        return  # it has no letter, and no file may list it
    assert made(A=entry)._written == {letter: [entry]}


def test_a_word_seen_often_matches_as_at_first():
    words = made(X="wolf*")
    assert found(words, "wolves wolf wolfish wolf") == found(words, "wolves wolf wolfish wolf")


@given(ANY_TEXT)
def test_hits_stand_in_the_text_without_overlaps(sentence):
    words = made(A="wolf*", B="=북", C="|北", D="士兵", E="a b", F="U.N.")
    text = prepare_opening(f"wolf {sentence}북", sentence)
    hits = words.hits(text.shown, text.folded)
    assert all(0 <= hit.start < hit.end <= len(text.shown) for hit in hits)
    assert all(left.end <= right.start for left, right in pairwise(hits))


# ── what the shipped lists say of whole sentences ────────────────────────────────────────────────

SIDES = {"NK", "RU", "UA", "SK", "CN", "US", "JP"}
SPEAK_OF = {  # leaders, places, and words that name several
    "KIM": {"NK"},
    "PUTIN": {"RU"},
    "RUPL": {"RU"},
    "NKRU": {"NK", "RU"},
    "TRI": {"NK", "RU", "CN"},
}

# Of every sentence: the sides that it names, exactly; other classes that it must name.
SENTENCES = {
    "en": [
        ("North Korean soldiers killed in Kursk lie in Pyongyang", "NK RU", "TROOPS DEAD"),
        ("Millions of artillery shells went from Rajin to Russia", "NK RU", "ARMS"),
        ("Moscow's envoy signed a treaty with the DPRK", "RU NK", "TREATY"),
        ("Pyongyang’s deminers arrive in the Kursk region", "NK RU", ""),
        ("South Korea and Japan hold talks", "SK JP", "MEET"),
        ("A wolf came to the north of Norway", "", ""),
        ("Kim Kardashian has a new perfume", "", ""),
        ("The kimchi market grows", "", ""),
    ],
    "ko": [
        ("북한군 포로 두 명이 심경을 밝혔다", "NK", "TROOPS POW"),
        ("러시아가 북한에 미사일 기술을 넘겼다", "RU NK", "ARMS TECH"),
        ("김정은 위원장이 푸틴 대통령에게 친서를 보냈다", "NK RU", "SEND"),
        ("북러 정상회담이 열렸다", "NK RU", "MEET"),
        ("우크라이나로 포탄이 갔다", "UA", "ARMS"),
        ("서울 북부지방에 비가 내린다", "SK", ""),
        ("강북구 도서관이 문을 열었다", "", ""),
        ("한국과 일본이 만났다", "SK JP", ""),
    ],
    "ru": [
        ("Северокорейские солдаты погибли под Курском", "NK RU", "TROOPS DEAD"),
        ("О северокорейских рабочих говорили в Москве", "NK RU", "LABOUR"),
        ("КНДР поставляет снаряды России", "NK RU", "SEND ARMS"),
        ("Ким Чен Ын принял Шойгу в Пхеньяне", "NK RU", ""),
        ("Южнокорейские врачи объявили забастовку", "SK", ""),
        ("Кимоно из шелка подорожали", "", ""),
        ("Северный ветер усилится к вечеру", "", ""),
    ],
    "uk": [
        ("Північнокорейські військові воюють на Курщині", "NK RU", "TROOPS COMBAT"),
        ("Росія отримала від КНДР снаряди", "RU NK", "SEND ARMS"),
        ("У Пхеньяні зустріли Лаврова", "NK RU", "MEET"),
        ("Солдатів КНДР бачили в Росії", "NK RU", "TROOPS"),
        ("Корейська кухня в Києві", "UA", ""),
        ("Південна Корея запустила супутник", "SK", ""),
        ("Північний вітер принесе дощ", "", ""),
    ],
    "zh": [
        ("朝鲜士兵在库尔斯克作战", "NK RU", "TROOPS COMBAT"),
        ("金正恩会见俄罗斯防长", "NK RU", "MEET DEFENCE"),
        ("俄朝签署条约", "NK RU", "TREATY"),
        ("普京访问平壤", "RU NK", "MEET"),
        ("韩国总统访问日本", "SK JP", ""),
        ("朝阳区举行马拉松", "", "SPORT"),
        ("朝霞映红西湖", "", ""),
    ],
    "ja": [
        ("北朝鮮の兵士がロシアに派遣された", "NK RU", "TROOPS SEND"),
        ("北朝鮮兵の捕虜", "NK", "TROOPS POW"),
        ("金正恩総書記がプーチン大統領と会談", "NK RU", "MEET"),
        ("露朝の条約が発効", "NK RU", "TREATY"),
        ("韓国の大統領が語る", "SK", ""),
        ("北海道で大雪", "", ""),
        ("朝食にパンを食べる", "", ""),
        ("今朝露がおりた", "", ""),
    ],
    "pl": [
        ("Żołnierze z Korei Północnej walczą w obwodzie kurskim", "NK RU", "TROOPS COMBAT"),
        ("Kim Dzong Un spotkał się z Putinem w Rosji", "NK RU", "MEET"),
        ("Północnokoreańskie pociski trafiły do Rosji", "NK RU", "ARMS"),
        ("Traktat Korei Płn. z Moskwą", "NK RU", "TREATY"),
        ("Korea Południowa kupi czołgi", "SK", "ARMS"),
        ("Północny wiatr przyniesie deszcz", "", ""),
        ("Rosną ceny masła", "", ""),
    ],
    "de": [
        ("Nordkoreanische Soldaten kämpfen für Russland", "NK RU", "TROOPS COMBAT"),
        ("Nordkoreas Artilleriegranaten für Russlands Armee", "NK RU", "ARMS"),
        ("Kim Jong Un trifft Putin in Pjöngjang", "NK RU", "MEET"),
        ("Der nordkoreanisch-russische Vertrag", "NK RU", "TREATY"),
        ("Südkorea wählt einen neuen Präsidenten", "SK", ""),
        ("Der Nordwind bringt Regen nach Kiel", "", ""),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def shipped() -> Lexicon:
    return word_lists.load_lexicon(SHIPPED)


@pytest.mark.parametrize(
    ("sentence", "sides", "others"),
    [case for cases in SENTENCES.values() for case in cases],
)
def test_a_sentence_names_its_sides_and_no_others(shipped, sentence, sides, others):
    named = {name for _, *names in found(shipped, sentence) for name in names}
    for name in named & SPEAK_OF.keys():
        named |= SPEAK_OF[name]
    assert named & SIDES == set(sides.split())
    assert set(others.split()) <= named


def test_sentences_are_tried_in_eight_languages():
    assert len(SENTENCES) == 8
    assert all(len(cases) >= 6 for cases in SENTENCES.values())


def test_the_shipped_lists_are_large_and_every_class_is_used(shipped):
    used = {name for names in shipped.entries.values() for name in names}
    assert used == set(shipped.classes)
    assert len(shipped.entries) > 5_000
