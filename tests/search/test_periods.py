"""Dates of any precision as periods, and what is no date."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.search.periods import instant, period_of_date, period_of_range

NOW = datetime(2025, 6, 17, 12, 0, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("2025", (2025, 1, 1), (2026, 1, 1)),
        ("2025-12", (2025, 12, 1), (2026, 1, 1)),
        ("2024-02-29", (2024, 2, 29), (2024, 3, 1)),
        ("2025-06-17T12", (2025, 6, 17, 12), (2025, 6, 17, 13)),
        ("2025-06-17T12:59", (2025, 6, 17, 12, 59), (2025, 6, 17, 13)),
        ("2025-06-17T12:59:59", (2025, 6, 17, 12, 59, 59), (2025, 6, 17, 13)),
    ],
)
def test_a_date_is_a_period(text: str, first: tuple[int, ...], after: tuple[int, ...]):
    assert period_of_date(text, UTC) == (datetime(*first, tzinfo=UTC), datetime(*after, tzinfo=UTC))


@pytest.mark.parametrize(
    "text", ["", "25", "2025-13", "2025-06-31", "1899", "9999", "2025-06-17T24"]
)
def test_what_is_no_date_is_refused(text: str):
    with pytest.raises(ValueError, match=r"date|years"):
        period_of_date(text, UTC)


def test_a_range_may_be_open_and_is_not_empty():
    assert period_of_range("2025..", UTC)[1] is None
    assert period_of_range("..2025", UTC) == (None, datetime(2026, 1, 1, tzinfo=UTC))
    for text in ("..", "2025..2024"):
        with pytest.raises(ValueError, match=r"end"):
            period_of_range(text, UTC)


def test_a_time_ago_has_whole_seconds():
    assert instant("90m", NOW, UTC) == datetime(2025, 6, 17, 10, 30, tzinfo=UTC)
    assert instant("2w", NOW, UTC) == datetime(2025, 6, 3, 12, tzinfo=UTC)
