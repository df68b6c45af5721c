"""Stance words of every language that has a grammar."""

from __future__ import annotations

import pytest

from monitor.domain.stories import Stance
from monitor.figures.attribution import GRAMMARS
from monitor.figures.stances.stance_words import STANCE_WORDS


def test_every_grammar_has_words_for_every_stance_but_assertion():
    assert STANCE_WORDS.keys() == set(Stance) - {Stance.ASSERTED}
    for words in STANCE_WORDS.values():
        assert words.keys() == GRAMMARS.keys()


@pytest.mark.parametrize("text", ["identity", "denim", "a confirmand", "unconfirmed"])
def test_words_that_only_look_like_a_stance_are_none(text):
    assert not any(words["en"].search(text) for words in STANCE_WORDS.values())


def test_a_refusal_comes_before_the_words_inside_it():
    refusals = [Stance.SILENT, Stance.DECLINED]
    assert list(STANCE_WORDS) == [*refusals, Stance.DENIED, Stance.CONFIRMED]
    assert STANCE_WORDS[Stance.DECLINED]["en"].search("neither confirmed nor denied")
