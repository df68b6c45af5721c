"""Dates: read whole and right, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect.parse import dates
from monitor.collect.parse.dates import DateReader


def read(text: str, language: str | None = None) -> str | None:
    instant = DateReader(language).read(text)
    assert instant is None or instant.utcoffset() == timedelta()
    return instant.strftime("%Y-%m-%d %H:%M") if instant else None


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("Tue, 17 Jun 2025 15:20:00 GMT", "2025-06-17 15:20"),
        ("Tue, 17 Jun 2025 15:20:00 +0900", "2025-06-17 06:20"),
        ("Mon, 17 Jun 2025 15:20 Z", "2025-06-17 15:20"),  # the weekday is wrong
        ("17 Jun 25 15:20:00 UT", "2025-06-17 15:20"),
        ("17 Jun 99 15:20:00 UT", "1999-06-17 15:20"),
        ("Fri, Oct 7, 2022 10:15 EDT", "2022-10-07 14:15"),
        ("Mon, 06 Sept 2010 00:01:00 +0000", "2010-09-06 00:01"),
        ("Tue, 17 Jun 2025 15:20:60 GMT", "2025-06-17 15:20"),  # a leap second
        ("2025-06-17T15:20:00+09:00", "2025-06-17 06:20"),
        ("2025-06-17T15:20Z", "2025-06-17 15:20"),
        ("2025-06-17 15:20:00 +0900", "2025-06-17 06:20"),
        ("2025-06-17", "2025-06-17 00:00"),
        ("2025-W25-2T15:20Z", "2025-06-17 15:20"),
        ("2025-168", "2025-06-17 00:00"),
        ("20250617T152000Z", "2025-06-17 15:20"),
        ("2025-06-17T15:20:60,5Z", "2025-06-17 15:20"),
        ("2025-06-17T24:00Z", "2025-06-18 00:00"),
    ],
)
def test_the_standard_forms(text, instant):
    assert read(text) == instant


@pytest.mark.parametrize(
    ("zone", "instant"),
    [
        ("KST", "06:20"), ("JST", "06:20"), ("MSK", "12:20"), ("МСК", "12:20"), ("CEST", "13:20"),
        ("CET", "14:20"), ("EEST", "12:20"), ("EET", "13:20"), ("GMT+7", "08:20"),
        ("UTC+09:00", "06:20"), ("-0430", "19:50"), ("A", "15:20"), ("+0000Z", "15:20"),
        ("+0900 KST", "06:20"), ("+09:00[Asia/Seoul]", "06:20"),
        ("(KST)", "15:20"), ("+0900 (KST)", "06:20"),
    ],
)  # fmt: skip
def test_zones_by_their_letters_and_offsets(zone, instant):
    assert read(f"Tue, 17 Jun 2025 15:20:00 {zone}") == f"2025-06-17 {instant}"


@pytest.mark.parametrize("zone", ["IST", "BST", "XYZ", "+9900"])
def test_a_zone_that_is_unknown_or_shared_makes_it_no_date(zone):
    assert read(f"Tue, 17 Jun 2025 15:20:00 {zone}") is None


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026/6/29 15:07:41", "2026-06-29 15:07"),
        ("2026.06.29 15:07", "2026-06-29 15:07"),
        ("2026. 6. 29. 15:07", "2026-06-29 15:07"),
        ("10-04-2026", "2026-04-10 00:00"),
        ("10.04.2026 12:30", "2026-04-10 12:30"),
        ("17/06/2025 10:00", "2025-06-17 10:00"),
        ("2026년 6월 29일 15:07", "2026-06-29 15:07"),
        ("2026年6月29日 15:07", "2026-06-29 15:07"),
        ("17 июня 2025 г., 15:20", "2025-06-17 15:20"),
        ("17 июня 2025, 15:20 МСК", "2025-06-17 12:20"),
        ("Вт, 17 июн 2025 15:20:00 +0300", "2025-06-17 12:20"),
        ("화, 17 6월 2025 15:20:00 +0900", "2025-06-17 06:20"),
        ("17 czerwca 2025 15:20", "2025-06-17 15:20"),
        ("17 червня 2025 15:20", "2025-06-17 15:20"),
        ("17. Juni 2025 15:20", "2025-06-17 15:20"),
        ("17 juin 2025 à 15h20", "2025-06-17 15:20"),
        ("17 tháng 6 2025", "2025-06-17 00:00"),
        ("Tuesday, June 17, 2025 - 15:20", "2025-06-17 15:20"),
        ("Tue Jun 17 15:20:00 KST 2025", "2025-06-17 06:20"),
        ("Tue, 17 Jun 2025 3:20 PM", "2025-06-17 15:20"),
        ("2025-06-17 03:20 PM", "2025-06-17 15:20"),
        ("화, 17 Jun 2025 15:20:00 +0900", "2025-06-17 06:20"),
        ("Tue, 17 Jun 2025 15.20.00 GMT", "2025-06-17 15:20"),
        ("17 Ağustos 2025 15:20", "2025-08-17 15:20"),
        ("17. června 2025", "2025-06-17 00:00"),
        ("17 يونيو 2025", "2025-06-17 00:00"),
        ("17 มิ.ย. 2568 15:20 น.", "2025-06-17 15:20"),
        ("2568-06-17T15:20:00+07:00", "2025-06-17 08:20"),
    ],
)
def test_forms_that_publishers_write_by_hand(text, instant):
    assert read(text) == instant


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "2025", "2025-06", "June 2025", "17 Jun", "5월 17일", "15:20", "yesterday", "now",
        "2 hours ago", "2026/29/06", "2025-02-30", "2025-W25", "2025061", "175015080", "2031010112",
        "31 Jun 2025 10:00 GMT", "Tue, 17 Jun 2025 24:01:00 GMT",
        "Wed, 30 Nov -0001 00:00:00 +0000",
        "Mon, 01 Jan 0001 00:00:00 GMT", "2025-06-17T15:20:00Z+09:00", "17.06.25 15:20",
        "0001-01-01T00:00:00+09:00", "9999999-01-01", "x" * 5_000,
    ],
)  # fmt: skip
def test_a_text_without_a_whole_day_is_no_date(text):
    assert read(text) is None


@pytest.mark.parametrize(
    ("language", "instant"),
    [
        (None, None),
        ("en", None),
        ("en-US", "2025-06-07 00:00"),
        ("en-GB", "2025-07-06 00:00"),
        ("fr", "2025-07-06 00:00"),
    ],
)
def test_a_day_and_month_that_could_be_swapped_need_the_feeds_language(language, instant):
    assert read("06/07/2025", language) == instant


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("20250617", "2025-06-17 00:00"),
        ("20250617152000", "2025-06-17 15:20"),
        ("1750173600", "2025-06-17 15:20"),
        ("1750173600000", "2025-06-17 15:20"),
        ("1750173600.25", "2025-06-17 15:20"),
    ],
)
def test_numbers_that_are_a_day_or_seconds_since_1970(text, instant):
    assert read(text) == instant


@pytest.mark.parametrize(
    ("language", "instant"), [("hr", "2025-10-17 00:00"), ("pl", "2025-11-17 00:00")]
)
def test_a_name_of_two_months_is_read_in_the_language_of_the_document(language, instant):
    assert read("17. listopada 2025", language) == instant


def test_a_document_gets_a_bounded_number_of_odd_forms():
    reader = DateReader()
    read_dates = [reader.read("2026.06.29") for _ in range(dates.MAX_UNUSUAL_FORMATS + 5)]
    assert sum(date is not None for date in read_dates) == dates.MAX_UNUSUAL_FORMATS
    assert reader.read("2026-06-29") is not None  # standard forms cost nothing


@given(st.text(max_size=60) | st.from_regex(r"[A-Z][a-z]{2}, ?\d{1,4}[ /.-]\w{1,4}[ /.-]\d{2,5}.*"))
def test_any_text_is_read_without_an_error(text):
    DateReader().read(text)


@given(st.integers(631_152_000, 4_000_000_000))
def test_a_date_comes_back_as_it_was_written(seconds):
    instant = datetime.fromtimestamp(seconds, UTC)
    for form in ("%a, %d %b %Y %H:%M:%S +0000", "%Y-%m-%dT%H:%M:%SZ", "%Y/%m/%d %H:%M:%S"):
        assert DateReader().read(instant.strftime(form)) == instant
