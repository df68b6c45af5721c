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
    learned = publishing_rate.initial_gap(dated(*(n * gap for n in range(1, 51))), NOW)
    assert learned == pytest.approx(gap, rel=0.35)


@pytest.mark.parametrize(
    "ages", [(), (HOUR,), (-HOUR, -2 * HOUR), (HOUR, HOUR + MINUTE, HOUR + 2 * MINUTE)]
)
def test_without_two_publications_in_the_past_nothing_is_known(ages):
    assert publishing_rate.initial_gap(dated(*ages), NOW) is None
    assert publishing_rate.initial_gap([entry()] * 5, NOW) is None


@pytest.mark.parametrize("start", [None, MINUTE, 300 * DAY])
@pytest.mark.parametrize("gap", [20 * MINUTE, 2 * HOUR, 9 * HOUR])
def test_polls_every_half_hour_learn_the_gap_within_two_weeks(start, gap):
    learned, step = start, 30 * MINUTE
    published, now = NOW, NOW
    for _ in range(14 * 48):
        since, now, news = now, now + step, []
        while published <= now:
            news.append(entry(str(published), published_at=published))
            published += gap
        learned = publishing_rate.updated_gap(learned, news, since, now)
    assert learned == pytest.approx(gap, rel=0.35)


def test_a_batch_is_one_publication_and_so_is_an_old_archive():
    batch = [entry(str(n), published_at=NOW - n * timedelta(seconds=2)) for n in range(1, 50)]
    archive = [entry(str(n), published_at=NOW - n * DAY) for n in range(10, 500)]
    single = publishing_rate.updated_gap(HOUR, dated(MINUTE), NOW - HOUR, NOW)
    assert publishing_rate.updated_gap(HOUR, batch, NOW - HOUR, NOW) == single
    assert publishing_rate.updated_gap(HOUR, archive, NOW - HOUR, NOW) == single
    assert publishing_rate.updated_gap(HOUR, [entry()], NOW - HOUR, NOW) == single


def test_polls_without_news_lengthen_the_gap_up_to_a_bound():
    gap = HOUR
    for _ in range(2_000):
        longer = publishing_rate.updated_gap(gap, (), NOW - DAY, NOW)
        assert longer >= gap
        gap = longer
    assert gap == publishing_rate.LONGEST_GAP


INSTANTS = st.timedeltas(-40_000 * DAY, 20_000 * DAY).map(lambda span: NOW + span)


@given(
    st.none() | st.timedeltas(timedelta(), 400 * DAY),
    st.lists(st.none() | INSTANTS, max_size=20),
    INSTANTS,
    INSTANTS,
)
def test_whatever_the_dates_the_gap_is_positive_and_bounded(gap, dates, since, now):
    news = [entry(str(number), published_at=at) for number, at in enumerate(dates)]
    later = publishing_rate.updated_gap(gap, news, since, now)
    assert timedelta() < later <= publishing_rate.LONGEST_GAP
    first = publishing_rate.initial_gap(news, now)
    assert first is None or timedelta() < first <= publishing_rate.LONGEST_GAP
