"""Operators' keyword rules: what they find, and what they refuse."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.classify.rules.keywords import KeywordRule, KeywordRules
from monitor.domain.articles import RuleAction
from monitor.domain.errors import ConfigError
from monitor.domain.feeds import Entry


def found(rule: KeywordRule, title: str, text: str = "") -> tuple[str, ...] | None:
    hits = KeywordRules([rule], themes=("labour",)).hits(Entry(title=title, text=text))
    return hits[0].terms if hits else None


def term(word: str, title: str) -> tuple[str, ...] | None:
    return found(KeywordRule(name="r", any=(word,)), title)


@pytest.mark.parametrize(
    ("word", "title", "terms"),
    [
        ("sapper", "A sapper in Kursk", ("sapper",)),
        ("sapper", "SAPPER!", ("SAPPER",)),
        ("sapper", "Sappers in Kursk", None),
        ("sapper", "a-sapper-b", ("sapper",)),
        ("sapper*", "Sappers' work", ("Sappers",)),
        ("un", "under the UN flag", ("UN",)),
        ("un", "under a flag", None),
        ("north korea", "North  Korea sends", ("North Korea",)),
        ("north korea", "North Korean troops", None),
        ("north korea*", "North Korean troops", ("North Korean",)),
        ("north* korea*", "Northern Koreans", ("Northern Koreans",)),
        ("сапер*", "Сапери вирушать", ("Сапери",)),
        ("сапёр", "САПЁР", ("САПЁР",)),
        ("łódź", "W ŁODZI i ŁÓDŹ", ("ŁÓDŹ",)),
        ("ecole", "École", None),
        ("école", "e\u0301cole", ("école",)),
        ("파병", "북한군 해외파병을 검토", ("파병",)),
        ("북한", "북한군이 도착", ("북한",)),
        ("北", "北 공병 파견", ("北",)),
        ("北", "北京的会议", None),
        ("工兵", "朝鲜工兵抵达", ("工兵",)),
        ("派兵", "ロシアへの派兵を確認", ("派兵",)),
        ("c++", "C++ is named", ("C++",)),
        ("o'neill", "Sen. O’Neill, again", ("O’Neill",)),
        ("п’ять", "П'ять ракет", ("П'ять",)),
        ("su-57", "The SU−57 flies", ("SU−57",)),
        ("Kang Ho-jun", "Kang Ho Jun arrives", ("Kang Ho Jun",)),
        ("Kang Ho Jun", "Kang Ho‑jun’s car", ("Kang Ho‑jun",)),
        ("drive-by shoot*", "Drive–by shooting", ("Drive–by shooting",)),
        ("самолёт*", "САМОЛЕТЫ сели", ("САМОЛЕТЫ",)),
        ("самолет*", "Самолёты сели", ("Самолёты",)),
        ("straße", "IN DER STRASSE", ("STRASSE",)),
        ("strasse", "in der Straße", ("Straße",)),
        ("istanbul", "İstanbul'da", ("İstanbul",)),
        ("fleet", "The ﬂeet sails", ("ﬂeet",)),
        ("NATO", "ＮＡＴＯ", ("ＮＡＴＯ",)),
        ("محمد", "قال مُحَمَّد", ("مُحَمَّد",)),
        ("-50", "at -50 degrees", ("-50",)),
        ("a.b", "acb a.b", ("a.b",)),
    ],
)
def test_a_term_matches_whole_words_also_in_scripts_without_spaces(word, title, terms):
    assert term(word, title) == terms


@pytest.mark.parametrize(
    ("rule", "applies"),
    [
        (KeywordRule(name="r", any=("x", "kursk")), True),
        (KeywordRule(name="r", any=("x", "y")), False),
        (KeywordRule(name="r", all=("kursk", "sappers")), True),
        (KeywordRule(name="r", all=("kursk", "x")), False),
        (KeywordRule(name="r", any=("kursk",), none=("sappers",)), False),
        (KeywordRule(name="r", any=("kursk",), none=("x",)), True),
        (KeywordRule(name="r", any=("mines",), where="title"), False),
        (KeywordRule(name="r", any=("mines",), where="text"), True),
        (KeywordRule(name="r", any=("kursk",), where="text"), False),
        (KeywordRule(name="r", regex=r"kur\w+"), True),
        (KeywordRule(name="r", regex=r"^mines"), False),
        (KeywordRule(name="r", any=("kursk",), regex="nothing"), False),
        (KeywordRule(name="r", any=("x",), regex="kursk"), False),
    ],
)
def test_any_all_none_regex_and_where(rule, applies):
    assert (found(rule, "Sappers reach Kursk", "They clear mines.") is not None) is applies


def test_a_hit_says_which_rule_what_it_does_and_what_it_found():
    rule = KeywordRule(
        name="deminers", any=("sapper*",), all=("Kursk",), regex=r"1,\d+", action="boost",
        boost=0.2, theme="labour",
    )  # fmt: skip
    (hit,) = KeywordRules([rule], themes=("labour",)).hits(Entry(title="1,000 sappers for Kursk"))
    assert hit.terms == ("sappers", "Kursk", "1,000")
    assert (hit.rule, hit.action, hit.boost, hit.theme) == (
        "deminers", RuleAction.BOOST, 0.2, "labour",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (KeywordRule(name="r"), "would apply to everything"),
        (KeywordRule(name="r", none=("x",)), "would apply to everything"),
        (KeywordRule(name="r", any=("X",), none=("x",)), "can never apply"),
        (KeywordRule(name="r", any=("ёж",), none=("еж",)), "can never apply"),
        (KeywordRule(name="r", any=("\bpier\b",)), "control character"),
        (KeywordRule(name="r", regex="pier|"), "matches an empty text"),
        (KeywordRule(name="r", any=("",)), "is not a term"),
        (KeywordRule(name="r", any=("*",)), "is not a term"),
        (KeywordRule(name="r", any=("*x",)), "is not a term"),
        (KeywordRule(name="r", any=("x**",)), "is not a term"),
        (KeywordRule(name="r", any=("x", "a * b")), "is not a term"),
        (KeywordRule(name="r", any=("x",), theme="labor"), "there are: labour"),
        (KeywordRule(name="r", any=("x",), action="boost"), "has no boost value"),
        (KeywordRule(name="r", any=("x",), boost=0.1), "has a boost"),
        (KeywordRule(name="r", regex="("), "not an RE2 pattern"),
        (KeywordRule(name="r", regex="(?=x)"), "no look-around"),
        (KeywordRule(name="r", regex=r"(x)\1"), "not an RE2 pattern"),
        (KeywordRule(name="r", regex="x{1001}"), "not an RE2 pattern"),
        (KeywordRule(name="r", regex="x" * 1_001), "longer than 1000 characters"),
    ],
)
def test_an_invalid_rule_is_refused_by_name(rule, message):
    with pytest.raises(ConfigError, match="keyword rule 'r'") as error:
        KeywordRules([rule], themes=("labour",))
    assert message in str(error.value)


def test_two_rules_of_one_name_are_refused():
    twice = [KeywordRule(name="r", any=("x",)), KeywordRule(name="r", any=("y",))]
    with pytest.raises(ConfigError, match="exists twice"):
        KeywordRules(twice, themes=())


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(.*a){20}", r"^(\w+\s?)+$"])
def test_a_hostile_pattern_ends_on_a_hostile_text(pattern):
    rules = KeywordRules([KeywordRule(name="r", regex=pattern)], themes=())
    rules.hits(Entry(title="a" * 30, text="a" * 20_000 + "!"))


@given(st.text(alphabet="abwolfs *-ß’ё兵", max_size=60), st.sampled_from(("wol[fv]", "")))
def test_the_same_rules_apply_without_terms(title, regex):
    rules = KeywordRules(
        [
            KeywordRule(name="any", any=("wolf*", "兵"), none=("ab",), regex=regex),
            KeywordRule(name="all", all=("a", "b"), where="title", action="boost", boost=0.1),
        ],
        themes=(),
    )
    hits = rules.hits(Entry(title=title, text="a wolf"))
    without_terms = rules.hits_without_terms(Entry(title=title, text="a wolf"))
    assert without_terms == tuple(replace(hit, terms=()) for hit in hits)


@given(st.text(max_size=200), st.text(max_size=500))
def test_every_hit_in_any_text_names_its_terms(title, text):
    rules = KeywordRules([KeywordRule(name="r", any=("x*",), regex=r"\d+ y")], themes=())
    for hit in rules.hits(Entry(title=title, text=text)):
        assert hit.terms
