"""With two topics a mark is for one of them, in the console and the API; figures are by topic."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.access.roles import PersonRole
from monitor.domain.alerts import PollResult
from monitor.domain.articles import Article
from monitor.domain.topics.topic_decisions import with_decisions
from monitor.runtime import clock
from tests.classify import toy_topic
from tests.fakes import doubtful, entry, feed
from tests.store.access.builders import DAY
from tests.web.api.conftest import program
from tests.web.conftest import Visitor
from tests.web.console.conftest import Member
from tests.web.two_topics import site_settings, site_topics, two_topics

__all__ = ["site_settings", "site_topics", "two_topics"]

MARKS = "/console/marks"


@pytest.fixture
def flagged(wolves: Visitor) -> Article:
    """An article that is flagged for wolves, and was judged for undersea cables, too."""
    plain = toy_topic.article("Wolf at the cable station", 0.9, seen_at=wolves.clock.at)
    rejected = replace(plain.decision, relevant=False, score=0.1, pack="undersea-cables@1")
    relevant = replace(plain.decision, pack="wolves@1")
    article = with_decisions(plain, [rejected, relevant])
    state = feed("f").poll
    wolves.store.commit([PollResult(feed_key="f", state=state, articles=(article,))])
    return article


async def test_the_article_offers_both_topics_the_leading_one_first(
    wolves: Visitor, operator: Member, flagged: Article
) -> None:
    page = (await operator.get(f"/console/articles/{flagged.key}")).text
    assert page.index('<option value="wolves">') < page.index('<option value="undersea-cables">')
    form = {"article": flagged.key, "back": "/console/"}
    await operator.post(MARKS, form | {"relevant": "yes", "topic": ""})
    await operator.post(MARKS, form | {"relevant": "no", "topic": "undersea-cables"})
    marks = wolves.store.marks.of_articles([flagged.key])[flagged.key]
    assert {mark.topic: mark.relevant for mark in marks} == {
        "wolves": True,
        "undersea-cables": False,
    }
    page = (await operator.get(f"/console/articles/{flagged.key}")).text
    assert f"for {wolves.site.topics['undersea-cables']}" in page
    await operator.post(MARKS, form | {"relevant": "no", "topic": "bears"})
    assert len(wolves.store.marks.of_articles([flagged.key])[flagged.key]) == 2


async def test_the_dashboard_has_figures_of_each_topic(
    wolves: Visitor, operator: Member, flagged: Article
) -> None:
    page = (await operator.get("/console/dashboard")).text
    assert "By topic, in 30 days" in page
    reader = program(wolves, PersonRole.OPERATOR, until=clock.now() + DAY)
    overview = (await reader.get("/stats/overview")).json()
    assert [(row["topic"], row["flagged"]) for row in overview["topics"]] == [
        ("undersea-cables", 0),
        ("wolves", 1),
    ]


async def test_a_program_marks_for_a_topic_and_asks_for_its_recall(
    wolves: Visitor, flagged: Article
) -> None:
    marker = program(wolves, PersonRole.OPERATOR, until=clock.now() + DAY)
    body = {"relevant": False, "topic": "undersea-cables"}
    path = f"/articles/{flagged.key}/mark"
    marked = await marker.ask("PUT", path, json=body)
    assert marked.json()["topic"] == "undersea-cables"
    of_other_topic = body | {"relevant": True, "themes": ["labour"]}
    refused = await marker.ask("PUT", path, json=of_other_topic)
    assert refused.status == 422
    assert "no such theme: labour; there are: " in refused.text
    unknown = await marker.ask("PUT", path, json=body | {"topic": "bears"})
    assert unknown.status in (400, 422)
    assert "no such topic is watched" in unknown.text
    assert (await marker.ask("DELETE", f"{path}?topic=bears")).status == 404
    assert (await marker.ask("DELETE", f"{path}?topic=undersea-cables")).status == 204
    recall = (await marker.get("/teaching/recall?topic=undersea-cables")).json()
    assert (recall["topic"], recall["recall"]) == ("undersea-cables", None)
    assert (await marker.get("/teaching/recall?topic=bears")).status == 400


async def test_review_lists_the_articles_of_one_topic_or_of_all(
    wolves: Visitor, operator: Member
) -> None:
    packs = {"w": "wolves@1", "c": "undersea-cables@1"}
    articles = tuple(
        doubtful(
            key,
            entry=entry(f"Doubt {key}"),
            seen_at=wolves.clock.at,
            decision=replace(doubtful(key).decision, pack=pack),
        )
        for key, pack in packs.items()
    )
    state = feed("f").poll
    wolves.store.commit([PollResult(feed_key="f", state=state, articles=articles)])
    page = (await operator.get("/console/review")).text
    assert "2 doubtful articles" in page
    assert 'href="/console/review?topic=undersea-cables"' in page
    page = (await operator.get("/console/review?topic=undersea-cables")).text
    assert "1 doubtful article: please look." in page
    assert 'href="/console/review?topic=undersea-cables&amp;open=c"' in page
    listed = (await operator.get("/console/review.json?topic=wolves")).json()["items"]
    assert [(item["key"], item["topic"]) for item in listed] == [("w", "wolves")]
    assert (await operator.get("/console/review?topic=bears")).status == 404
    reader = program(wolves, PersonRole.ANALYST, until=clock.now() + DAY)
    listed = (await reader.get("/review?topic=undersea-cables")).json()["items"]
    assert [item["key"] for item in listed] == ["c"]
    assert (await reader.get("/review?topic=bears")).status == 400
