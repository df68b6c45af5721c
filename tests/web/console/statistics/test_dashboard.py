"""The dashboard over a real socket."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.access.roles import PersonRole
from monitor.actions.statistics.statistics_tables import StatisticsTable
from monitor.domain.alerts import AlertState
from monitor.domain.articles import Mark
from monitor.domain.feeds import FeedState
from monitor.stories.volume_spikes import SpikeSubject, UsualBand, VolumeSpike
from tests.contexts import watched
from tests.fakes import NOW, feed
from tests.grouped import KILLED, MORE_KILLED, arrive, figure_pack, grouping, news
from tests.store.builders import a_feed, a_poll, a_subscription, an_alert, an_article
from tests.web.conftest import Visitor
from tests.web.console.conftest import Member, sign_in

HOSTILE = "<script>alert(1)</script>\"'&"
HOUR = timedelta(hours=1)


@pytest.fixture
def filled(visitor: Visitor) -> Visitor:
    """A feed with two flagged articles, one of whose alerts was given up; and a failing feed."""
    wire, bad = a_feed("one", title="Harbour Wire"), a_feed("two", title=HOSTILE)
    desk = a_subscription("desk@example.org")
    visitor.store.feeds.add_all([wire, bad])
    visitor.store.subscriptions.add(desk)
    stories = [an_article(name, wire, seen_at=NOW - HOUR) for name in ("a", "b")]
    alerts = (
        an_alert(stories[0], desk, state=AlertState.DEAD, last_error="status: 410 gone"),
        an_alert(stories[1], desk, state=AlertState.SENT),
    )
    failed = a_poll(bad, at=NOW - HOUR)
    failed = replace(failed, state=replace(failed.state, state=FeedState.FAILING, last_error="why"))
    visitor.store.commit([a_poll(wire, *stories, alerts=alerts, at=NOW - HOUR), failed])
    return visitor


async def test_the_page_begins_with_the_coverage_sentence(filled: Visitor, viewer: Member) -> None:
    page = await viewer.get("/console/dashboard")
    assert page.status == 200
    lead = page.text.split('<p class="lead')[1]
    assert "1 of 2 feeds healthy; failing:" in lead
    assert "2 read, 2 flagged, 1 alerted" in lead


async def test_each_chart_has_a_picture_a_finding_a_table_and_its_files(
    filled: Visitor, admin: Member
) -> None:
    page = (await admin.get("/console/dashboard")).text
    figures = page.split("<figure")[1:]
    assert len(figures) == 4
    assert all("<figcaption>" in figure for figure in figures)
    assert page.count('role="img"') >= 4  # two strips among them
    assert page.count("<summary>As a table</summary>") == 3
    for address in re.findall(r'href="(/console/dashboard[^"]+\.(?:csv|json)[^"]*)"', page):
        assert (await admin.get(address.replace("&amp;", "&"))).status == 200


async def test_the_names_of_publishers_are_shown_as_they_are_and_run_nothing(
    filled: Visitor, admin: Member
) -> None:
    for address in ("/console/dashboard", "/console/dashboard/feeds", "/console/settings"):
        page = await admin.get(address)
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert(1)" in page.text
        assert "style=" not in page.text


@pytest.mark.parametrize("name", StatisticsTable)
async def test_the_numbers_of_a_chart_are_csv_and_json(
    filled: Visitor, admin: Member, name: StatisticsTable
) -> None:
    table = await admin.get(f"/console/dashboard/{name}.csv")
    assert table.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(table.text)))
    assert all(len(row) == len(rows[0]) for row in rows)
    assert (await admin.get(f"/console/dashboard/{name}.json")).json()


async def test_receivers_are_named_to_operators_only(filled: Visitor, viewer: Member) -> None:
    operator = await sign_in(filled, "Olga", PersonRole.OPERATOR)
    assert "desk@example.org" in (await operator.get("/console/dashboard")).text
    assert "status: 410 gone" in (await operator.get("/console/dashboard")).text
    assert "desk@example.org" not in (await viewer.get("/console/dashboard")).text
    assert "desk@example.org" not in (await viewer.get("/console/dashboard.json")).text
    assert (await viewer.get("/console/dashboard/undelivered.csv")).status == 403


async def test_another_threshold_is_tried_by_a_form_without_a_script(
    filled: Visitor, viewer: Member
) -> None:
    page = await viewer.get("/console/dashboard?at=95")
    assert "At 95 %: 2 fewer would be flagged." in page.text
    assert 'href="/console/dashboard?since=24h&amp;at=96"' in page.text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?at=many", "give a number of per cent"),
        ("?at=120", "a threshold lies between 0 and 1"),
        ("?at=nan", "a threshold lies between 0 and 1"),
        ("?since=forever", "since"),
        ("?since=400d", "from 1m to 92d ago"),
        ("/feeds?after=xyz", "is no cursor of this list"),
    ],
)
async def test_what_can_not_be_asked_is_a_clear_page(
    viewer: Member, query: str, sentence: str
) -> None:
    answer = await viewer.get(f"/console/dashboard{query}")
    assert answer.status == 400
    assert sentence in answer.text


async def test_figures_are_two_minutes_old_at_most(filled: Visitor, viewer: Member) -> None:
    before = (await viewer.get("/console/dashboard.json")).json()
    wire = a_feed("one")
    filled.store.commit([a_poll(wire, an_article("c", wire, seen_at=NOW - HOUR))])
    assert (await viewer.get("/console/dashboard.json")).json() == before
    filled.clock.later(timedelta(minutes=2))
    after = (await viewer.get("/console/dashboard.json")).json()
    assert after["coverage"]["read"] == 3


async def test_an_empty_installation_says_what_would_fill_the_page(viewer: Member) -> None:
    page = (await viewer.get("/console/dashboard")).text
    assert "No feed is watched" in page
    assert "monitor feeds add URL" in page
    assert "Nothing was flagged in these 30 days." in page


async def test_all_feeds_are_there_page_by_page(visitor: Visitor, viewer: Member) -> None:
    names = [f"Feed {number:03}" for number in range(130)]
    visitor.store.feeds.add_all([a_feed(name, title=name) for name in names])
    first = await viewer.get("/console/dashboard/feeds")
    (following,) = re.findall(r'rel="next" href="([^"]+)"', first.text)
    rest = await viewer.get(following)
    shown = re.findall(r"Feed \d{3}", first.text) + re.findall(r"Feed \d{3}", rest.text)
    assert sorted(set(shown)) == names
    assert 'rel="next"' not in rest.text


async def test_the_story_of_the_week_and_figures_by_claimant_are_shown(
    visitor: Visitor, viewer: Member
) -> None:
    watched(visitor.store, feed("grouped"))
    articles = [news(KILLED), news(MORE_KILLED, 1)]
    await arrive(visitor.store, grouping(figure_pack()), *articles, key="grouped", hours=3)
    visitor.clock.at = max(story.last_at for story in visitor.store.stories.list())
    page = (await viewer.get("/console/dashboard")).text
    assert "Story of the week" in page
    assert "Figures by claimant" in page
    document = (await viewer.get("/console/dashboard/figures.json")).json()
    values = [value["low"] for row in document["claimants"] for value in row["values"]]
    assert sorted(values) == [600, 800]
    table = (await viewer.get("/console/dashboard/figures.csv")).text.splitlines()
    assert table[0] == "at,claimant,low,high,words"
    assert len(table) == 3


async def test_spikes_of_a_day_are_marked_with_the_number_and_the_band(
    filled: Visitor, viewer: Member
) -> None:
    spike = VolumeSpike(
        subject=SpikeSubject.THEME, name="troops", title=HOSTILE, began_at=NOW - HOUR, last_at=NOW,
        volume=21, peak=30, band=UsualBand(median=2, low=0, high=8, windows=24),
    )  # fmt: skip
    filled.store.spikes.record(None, spike, lambda: ())
    page = (await viewer.get("/console/dashboard")).text
    assert "21 articles in 3 hours, usual 0 to 8" in page
    assert HOSTILE not in page


async def test_the_recall_is_a_tile_with_its_interval(filled: Visitor, viewer: Member) -> None:
    page = (await viewer.get("/console/dashboard")).text
    assert "Recall, estimated" in page
    assert "is being measured: load the page again in a moment" in page
    await viewer.get("/console/dashboard.json")  # a program waits for it
    assert "monitor marks next --sample" in (await viewer.get("/console/dashboard")).text
    filled.clock.later(timedelta(days=7))
    for article in filled.store.articles.list():
        filled.store.marks.add(Mark(article_key=article.key, relevant=True, marked_at=NOW))
    figures = (await viewer.get("/console/dashboard.json")).json()
    assert figures["recall"]["answers"] == 2
    page = (await viewer.get("/console/dashboard")).text
    assert "2 answers to the sample of 8 weeks" in page
