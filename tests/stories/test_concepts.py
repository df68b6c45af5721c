"""The concept dictionary finds one concept in the words of several languages."""

from __future__ import annotations

import pytest

from monitor.stories.concepts import Concept, ConceptDictionary

DICTIONARY = ConceptDictionary(
    [
        Concept(
            key="c.kp",
            kind="country",
            entries={"en": ("north korea", "dprk"), "ko": ("북한", "=북"), "ru": ("северн коре",)},
        ),
        Concept(key="c.kr", kind="country", entries={"en": ("south korea", "rok")}),
        Concept(key="p.kim", kind="person", entries={"en": ("kim ",), "ru": ("ким ",)}),
        Concept(
            key="w.troops",
            kind="word",
            entries={
                "en": ("soldier", "=men"),
                "ru": ("солдат",),
                "uk": ("бійц",),
                "zh": ("士兵",),
            },
        ),
        Concept(key="w.drone", kind="word", entries={"en": ("drone",), "zh": ("无人机",)}),
    ]
)


@pytest.mark.parametrize(
    ("language", "text", "keys"),
    [
        ("en", "North Korean soldiers", {"c.kp", "w.troops"}),
        ("en", "Seoul's rockets", set()),
        ("en", "the ROK and the DPRK", {"c.kp", "c.kr"}),
        ("en", "Six men in mentoring", {"w.troops"}),
        ("en", "mentoring", set()),
        ("en", "Kim's kimono", set()),
        ("en", "Kim in a kimono", {"p.kim"}),
        ("ru", "Северную Корею", {"c.kp"}),
        ("ru", "Солдаты с севера Кореи", {"w.troops"}),
        ("uk", "Бійці та солдати", {"w.troops"}),
        ("zh", "朝鲜士兵操作无人机", {"w.troops", "w.drone"}),
        ("ko", "북, 발사", {"c.kp"}),
        ("ko", "강북에서", set()),
        ("sw", "drone ya DPRK", {"w.drone", "c.kp"}),
        ("en", "anti-drone nets", {"w.drone"}),
    ],
)
def test_a_text_names_the_concepts_of_its_language(language, text, keys):
    assert DICTIONARY.keys_in(text, language) == keys


def test_the_longest_entry_at_a_place_wins():
    dictionary = ConceptDictionary(
        [
            Concept(key="w.air", kind="word", entries={"en": ("air",), "ja": ("空",)}),
            Concept(key="w.base", kind="word", entries={"en": ("air base",), "ja": ("空港",)}),
        ]
    )
    assert dictionary.keys_in("an air base", "en") == {"w.base"}
    assert dictionary.keys_in("空港で", "ja") == {"w.base"}


def test_names_are_countries_people_organisations_and_places():
    assert DICTIONARY.names == {"c.kp", "c.kr", "p.kim"}


def test_a_dictionary_without_entries_finds_nothing():
    assert ConceptDictionary([]).keys_in("North Korea", "en") == frozenset()


def test_equal_entries_of_two_concepts_name_both_and_an_empty_one_names_nothing():
    dictionary = ConceptDictionary(
        [
            Concept(key="w.a", kind="word", entries={"en": ("base", " "), "ja": ("基地",)}),
            Concept(key="w.b", kind="word", entries={"en": ("base",), "ja": ("基地",)}),
        ]
    )
    assert dictionary.keys_in("a base", "en") == {"w.a", "w.b"}
    assert dictionary.keys_in("基地で", "ja") == {"w.a", "w.b"}
    assert dictionary.keys_in(" ", "en") == frozenset()


def test_a_language_of_latin_script_reads_english_names_where_it_has_no_entry_of_its_own():
    dictionary = ConceptDictionary(
        [
            Concept(key="p.kim", kind="person", entries={"en": ("kim ",)}),
            Concept(key="c.kp", kind="country", entries={"en": ("north",), "es": ("norte",)}),
            Concept(key="w.men", kind="word", entries={"en": ("=men",)}),
        ]
    )
    assert dictionary.keys_in("Kim, norte, north, men", "es") == {"p.kim", "c.kp"}
    assert dictionary.keys_in("north", "es") == frozenset()


def test_a_vietnamese_entry_is_no_stem():
    dictionary = ConceptDictionary([Concept(key="w.ship", kind="word", entries={"vi": ("tàu",)})])
    assert dictionary.keys_in("Tàu chiến", "vi") == {"w.ship"}
    assert dictionary.keys_in("tàun", "vi") == frozenset()


def test_of_entries_as_long_as_each_other_the_first_says_how_many_words_are_read():
    pair = Concept(key="w.pair", kind="word", entries={"de": ("abc de",)})
    whole = Concept(key="w.whole", kind="word", entries={"de": ("abcde",)})
    second = Concept(key="w.second", kind="word", entries={"de": ("def",)})
    both = {"w.pair", "w.whole"}
    assert ConceptDictionary([pair, whole, second]).keys_in("abcde def", "de") == both
    assert ConceptDictionary([whole, pair, second]).keys_in("abcde def", "de") == {
        *both,
        "w.second",
    }


def test_a_stem_of_one_letter_is_a_whole_word():
    korea = Concept(key="c.kp", kind="country", entries={"pl": ("n korei",)})
    dictionary = ConceptDictionary([korea])
    assert dictionary.keys_in("N Korei", "pl") == {"c.kp"}
    assert dictionary.keys_in("Nowej Korei", "pl") == frozenset()
