"""How often a feed publishes, learned from its dates and from what each poll brings."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.polling import publishing_rate
from tests.fakes import NOW, entry

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def dated(*ages: timedelta):
    return [entry(str(age), published_at=NOW - age) for age in ages]


@pytest.mark.parametrize("gap", [10 * MINUTE, HOUR, 6 * HOUR, DAY])
def test_the_first_document_shows_the_gap_by_its_dates(gap):
    found = publishing_rate.first(dated(*(n * gap for n in range(1, 51))), NOW)
    assert found == pytest.approx(gap, rel=0.35)


@pytest.mark.parametrize(
    "ages", [(), (HOUR,), (-HOUR, -2 * HOUR), (HOUR, HOUR + MINUTE, HOUR + 2 * MINUTE)]
)
def test_without_two_publications_in_the_past_nothing_is_known(ages):
    assert publishing_rate.first(dated(*ages), NOW) is None
    assert publishing_rate.first([entry()] * 5, NOW) is None


@pytest.mark.parametrize("start", [None, MINUTE, 300 * DAY])
@pytest.mark.parametrize("gap", [20 * MINUTE, 2 * HOUR, 9 * HOUR])
def test_looking_every_half_hour_it_finds_the_gap_within_two_weeks(start, gap):
    known, step = start, 30 * MINUTE
    published, now = NOW, NOW
    for _ in range(14 * 48):
        since, now, news = now, now + step, []
        while published <= now:
            news.append(entry(str(published), published_at=published))
            published += gap
        known = publishing_rate.later(known, news, since, now)
    assert known == pytest.approx(gap, rel=0.35)


def test_a_batch_is_one_publication_and_so_is_an_old_archive():
    batch = [entry(str(n), published_at=NOW - n * timedelta(seconds=2)) for n in range(1, 50)]
    archive = [entry(str(n), published_at=NOW - n * DAY) for n in range(10, 500)]
    one = publishing_rate.later(HOUR, dated(MINUTE), NOW - HOUR, NOW)
    assert publishing_rate.later(HOUR, batch, NOW - HOUR, NOW) == one
    assert publishing_rate.later(HOUR, archive, NOW - HOUR, NOW) == one
    assert publishing_rate.later(HOUR, [entry()], NOW - HOUR, NOW) == one


def test_silence_makes_the_gap_longer_and_ends_somewhere():
    known = HOUR
    for _ in range(2_000):
        longer = publishing_rate.later(known, (), NOW - DAY, NOW)
        assert longer >= known
        known = longer
    assert known == publishing_rate.LONGEST


INSTANTS = st.timedeltas(-40_000 * DAY, 20_000 * DAY).map(lambda span: NOW + span)


@given(
    st.none() | st.timedeltas(timedelta(), 400 * DAY),
    st.lists(st.none() | INSTANTS, max_size=20),
    INSTANTS,
    INSTANTS,
)
def test_whatever_the_dates_the_gap_is_one(gap, dates, since, now):
    news = [entry(str(number), published_at=at) for number, at in enumerate(dates)]
    assert timedelta() < publishing_rate.later(gap, news, since, now) <= publishing_rate.LONGEST
    first = publishing_rate.first(news, now)
    assert first is None or timedelta() < first <= publishing_rate.LONGEST
