"""The second of two topics is taught from the console and the API; the first one stays alone."""

from __future__ import annotations

from dataclasses import replace

from monitor.access.roles import PersonRole
from monitor.actions.option_values import settings_of_topic
from monitor.domain.alerts import PollResult
from monitor.domain.articles import Mark
from monitor.runtime import clock, topic_pack
from tests.classify import toy_topic
from tests.fakes import feed
from tests.store.access.builders import DAY
from tests.web.api.conftest import program
from tests.web.conftest import Visitor
from tests.web.console.conftest import Member
from tests.web.two_topics import site_settings, site_topics, two_topics
from tests.web.wolves import TITLES, end_of_training

__all__ = ["site_settings", "site_topics", "two_topics"]

PAGE = "/console/teaching"


def judged_for_wolves(wolves: Visitor) -> None:
    """Store marked articles that the topic of wolves leads."""
    pack = topic_pack.load_pack(settings_of_topic(wolves.site.settings, "wolves")).id
    judged = [toy_topic.article(f"{title} again", 0.4, seen_at=clock.now()) for title in TITLES]
    articles = [
        replace(article, decision=replace(article.decision, pack=pack)) for article in judged
    ]
    wolves.store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=tuple(articles))])
    for article in articles:
        mark = Mark(article_key=article.key, relevant=False, marked_at=clock.now())
        wolves.store.marks.add(mark)


async def test_the_second_topic_is_trained_and_promoted(wolves: Visitor, operator: Member) -> None:
    judged_for_wolves(wolves)
    reader = program(wolves, PersonRole.OPERATOR, until=clock.now() + DAY)
    first = (await reader.get("/teaching")).json()
    second = (await reader.get("/teaching?topic=wolves")).json()
    assert (first["progress"]["irrelevant"], second["progress"]["irrelevant"]) == (0, len(TITLES))
    assert (await reader.post("/teaching/trainings", {})).status == 409  # nothing to learn from
    assert (await reader.get("/teaching?topic=bears")).status == 400

    page = (await operator.get(f"{PAGE}?topic=wolves")).text
    assert "Topic of the packs" in page
    assert (await operator.get(f"{PAGE}?topic=bears")).status == 404
    assert (await operator.post(f"{PAGE}/train", {"topic": "wolves"})).status == 303
    training = await end_of_training(wolves)
    assert (training.topic, training.fault) == ("wolves", "")
    promotion = {"topic": "wolves", "candidate": training.candidate_pack}
    assert (await reader.post("/teaching/promotion", promotion)).status == 200
    second = (await reader.get("/teaching?topic=wolves")).json()
    assert second["packs"]["in_use"] == training.candidate_pack
    assert (await reader.get("/teaching")).json()["packs"] == first["packs"]


async def test_a_refused_form_names_the_topic(wolves: Visitor, operator: Member) -> None:
    refused = await operator.post(f"{PAGE}/roll-back", {"topic": "bears"})
    flash = refused.headers["set-cookie"].partition(";")[0]
    page = await operator.get(PAGE, headers={"cookie": f"{operator.cookie}; {flash}"})
    assert "The topic bears: no such topic is watched; there are: undersea-cables" in page.text
