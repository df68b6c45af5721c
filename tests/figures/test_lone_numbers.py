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
