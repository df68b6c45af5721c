"""Normalisation of dates: digits, years of other calendars, order."""

from __future__ import annotations

import pytest

from monitor.collect.parse.date_spelling import plain_spelling


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("۱۷ ژوئن ۲۰۲۵", "17 ژوئن 2025"),
        ("２０２５年６月１７日", "2025年6月17日"),
        ("17/06/2568", "17/06/2025"),
        ("29-02-2567", "29-02-2024"),
        ("令和7年6月17日", "2025年6月17日"),
        ("令和元年6月17日", "2019年6月17日"),
        ("民國114年6月17日", "2025年6月17日"),
        ("Tue Jun 17 15:20:00 +0900 2025", "Jun 17 2025 15:20:00 +0900"),
        ("17 de junio de 2025 3:20 p. m.", "17 de junio de 2025 3:20 pm"),
        ("\u200e17/06/2025", "17/06/2025"),
    ],
)
def test_one_spelling_for_one_date(text, plain):
    assert plain_spelling(text) == plain


@pytest.mark.parametrize(
    "text", ["2025-06-17T12:00:00.2568Z", "17 Jun 2025 12:00 +2500", "1404/03/27"]
)
def test_numbers_that_are_no_buddhist_year_stay(text):
    assert plain_spelling(text) == text
