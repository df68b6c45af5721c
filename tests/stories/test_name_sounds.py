"""Phonetic keys meet across scripts."""

from __future__ import annotations

import pytest

from monitor.stories.name_sounds import name_keys


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("ko", "돈나룸마는", "Donnarumma"),
        ("ru", "Доннаруммы", "Donnarumma"),
        ("fr", "pour Donnarumma", "Donnarumma"),
        ("ja", "ゼレンスキー大統領", "Zelensky"),
        ("uk", "Зеленський", "Zelenski"),
    ],
)
def test_a_name_has_one_key_in_every_script(language, text, name):
    assert name_keys(f"{name} leaves", "en") & name_keys(text, language)


def test_words_in_small_letters_and_short_names_have_no_key():
    assert name_keys("the minister said on a day", "en") == frozenset()
    assert name_keys("Kim", "en") == frozenset()


def test_latin_names_count_inside_other_scripts():
    assert name_keys("삼성 Donnarumma", "ko") & name_keys("Donnarumma", "en")
