"""Words of a pack: stars, exceptions, capitals, scripts without spaces."""

from __future__ import annotations

from monitor.figures.figure_pack import compile_name, compile_words


def test_a_star_stands_for_any_ending_and_a_word_is_whole():
    pattern = compile_words(["soldier*", "man"], "en")
    assert pattern.findall("Soldiers, a woman, one man") == ["Soldiers", "man"]


def test_an_exception_begins_like_an_entry_and_is_none():
    pattern = compile_words(["death"], "en", ["death penalty"])
    assert len(pattern.findall("death penalty, death toll")) == 1


def test_a_bar_closes_a_word_of_a_script_without_spaces():
    pattern = compile_words(["|포로"], "ko")
    assert pattern.search("포로 두 명")
    assert not pattern.search("체포로 이어졌다")


def test_a_capital_in_a_name_matches_a_capital_only():
    assert compile_name("US").search("a US official")
    assert not compile_name("US").search("they told us")
    assert compile_name("kremlin").search("the Kremlin")
