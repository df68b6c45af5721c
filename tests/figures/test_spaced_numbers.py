"""Numbers in languages with spaces."""

from __future__ import annotations

import pytest

from monitor.figures.spaced_numbers import find_numbers


@pytest.mark.parametrize(
    ("language", "text", "bounds"),
    [
        ("en", "1.5 million", (1.5e6, 1.5e6)),
        ("en", "5K", (5000, 5000)),
        ("en", "three dozen", (36, 36)),
        ("en", "twenty-five thousand", (25_000, 25_000)),
        ("en", "six hundred thousand", (600_000, 600_000)),
        ("en", "30-40", (30, 40)),
        ("en", "10 or more", (10, None)),
        ("en", "hundreds of thousands", (100_000, None)),
        ("en", "1.250 million", (1_250_000, 1_250_000)),
        ("en", "half a million", (500_000, 500_000)),
        ("en", "2bn", (2e9, 2e9)),
        ("en", "no more than 30", (None, 30)),
        ("en", "no fewer than 30", (30, None)),
        ("en", "fewer than 30", (None, 30)),
        ("ru", "не более 30", (None, 30)),
        ("ru", "более 30", (30, None)),
        ("en", "30 to 20", (30, 30)),
        ("en", "3 to 4 million", (3e6, 4e6)),
        ("en", "tens of thousands", (10_000, None)),
        ("ru", "до 30", (None, 30)),
        ("ru", "выросло до 30", (30, 30)),
        ("uk", "зросла до 30", (30, 30)),
        ("pl", "wzrosła do 30", (30, 30)),
        ("pl", "do 30", (None, 30)),
        ("es", "2.500 millones", (2.5e9, 2.5e9)),
        ("de", "2.500 Millionen", (2.5e9, 2.5e9)),
        ("de", "1.250.000", (1_250_000, 1_250_000)),
        ("ru", "тысяча", (1000, 1000)),
        ("ru", "от 3 до 4 тыс.", (3000, 4000)),
        ("ru", "не менее 40", (40, None)),
        ("ru", "полторы тысячи", (1500, 1500)),
        ("pl", "pół miliona", (500_000, 500_000)),
        ("de", "1.000", (1000, 1000)),
        ("de", "2,5 Mio.", (2.5e6, 2.5e6)),
        ("fr", "jusqu'à 3 000", (None, 3000)),
        ("es", "más de 2 millones", (2e6, None)),
        ("vi", "hàng chục nghìn", (10_000, None)),
    ],
)
def test_a_number_has_its_bounds(language, text, bounds):
    (number,) = find_numbers(text, language)
    assert (number.low, number.high) == bounds


@pytest.mark.parametrize(
    "text", ["not 40", "14:30", "0:00", "3:05:09", "17-10", "Su34", "half", "a few"]
)
def test_words_that_are_no_number_are_left_out(text):
    assert find_numbers(text, "en") == []


def test_a_currency_before_a_number_is_noted():
    (number,) = find_numbers("about US$2 million", "en")
    assert number.currency
    assert number.approx
    assert number.low == 2e6
