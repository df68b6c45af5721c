"""Lone numbers beside a word of loss."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("language", "sentence", "kind"),
    [
        ("en", "The shelling killed at least six", "killed"),
        ("en", "The number of wounded climbs to 61", "wounded"),
        ("ru", "Число погибших выросло до 21", "killed"),
        ("uk", "Втрати перевищили 4 тисячі", "casualties"),
        ("en", "The singer died in 2019", None),
        ("en", "The general dies at 88", None),
    ],
)
def test_the_word_before_decides(extract, language, sentence, kind):
    figures = extract(language, sentence)
    assert (figures[0].kind if figures else None) == kind


@pytest.mark.parametrize(
    ("title", "text", "kinds"),
    [
        ("North Korean troops", "Twelve thousand by winter", ["deployed"]),
        ("North Korean troops", "Pyongyang will send twelve thousand by winter", ["planned"]),
        ("North Korean troops", "Twelve hundred flags", []),
        ("North Korean troops", "12,000 by winter", []),
        ("Tourists in Seoul", "Twelve thousand by winter", []),
    ],
)
def test_a_contingent_in_words_is_one_of_soldiers(extract, title, text, kinds):
    assert [figure.kind for figure in extract("en", title, text)] == kinds
