"""What caching headers say to those who poll."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from monitor.collect.http.cache_headers import MAX_LIFETIME, freshness_lifetime

DATE = "Tue, 17 Jun 2025 12:00:00 GMT"
HOUR, NONE = timedelta(hours=1), timedelta()


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"Cache-Control": "public"}, None),
        ({"Cache-Control": "max-age=3600"}, HOUR),
        ({"Cache-Control": "MAX-AGE = 3600 , public"}, HOUR),
        ({"Cache-Control": 'max-age="3600"'}, HOUR),
        ({"Cache-Control": "public, max-age=3600, s-maxage=9"}, HOUR),
        ({"Cache-Control": "max-age=3600, max-age=1"}, HOUR),
        ({"Cache-Control": 'private="max-age=1", max-age=3600'}, HOUR),
        ({"Cache-Control": "max-age=3600", "Age": "600"}, HOUR - timedelta(minutes=10)),
        ({"Cache-Control": "max-age=3600", "Age": "9999"}, NONE),
        ({"Cache-Control": "max-age=3600", "Age": "x"}, HOUR),
        ({"Cache-Control": "no-cache, max-age=3600"}, NONE),
        ({"Cache-Control": "no-store"}, NONE),
        ({"Cache-Control": "max-age=0"}, NONE),
        ({"Cache-Control": "max-age=-1"}, NONE),
        ({"Cache-Control": "max-age"}, NONE),
        ({"Cache-Control": "max-age=abc"}, NONE),
        ({"Cache-Control": "max-age=315360000"}, MAX_LIFETIME),
        ({"Cache-Control": "max-age=" + "9" * 30}, MAX_LIFETIME),
        ({"Expires": "Tue, 17 Jun 2025 13:00:00 GMT", "Date": DATE}, HOUR),
        ({"Expires": "Tue, 17 Jun 2025 13:00:00 GMT", "Date": DATE, "Age": "3600"}, NONE),
        ({"Expires": "Tue, 17 Jun 2025 11:00:00 GMT", "Date": DATE}, NONE),
        ({"Expires": "Thu, 31 Dec 2037 23:55:55 GMT", "Date": DATE}, MAX_LIFETIME),
        ({"Expires": "Tue, 17 Jun 2025 13:00:00 GMT"}, NONE),
        ({"Expires": "0", "Date": DATE}, NONE),
        ({"Expires": "-1", "Date": DATE}, NONE),
        ({"Expires": "Tue, 17 Jun 2025 13:00:00 GMT", "Date": DATE, "Cache-Control": "max-age=1"},
         timedelta(seconds=1)),
    ],
)  # fmt: skip
def test_how_long_an_answer_stays_fresh(headers, expected):
    assert freshness_lifetime(CIMultiDict(headers)) == expected


@given(st.text(max_size=80), st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_no_header_raises_and_every_lifetime_is_limited(control, expires, date, age):
    headers = CIMultiDict({"Cache-Control": control, "Expires": expires, "Date": date, "Age": age})
    got = freshness_lifetime(headers)
    assert got is None or NONE <= got <= MAX_LIFETIME
