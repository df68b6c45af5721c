"""Tests of teaching over the API: progress, a training, promotion and rollback."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.access.roles import PersonRole, Scope
from monitor.domain.alerts import PollResult
from monitor.domain.articles import Mark
from monitor.runtime import clock, topic_pack
from tests.classify import toy_topic
from tests.fakes import feed
from tests.store.access.builders import DAY
from tests.web.api.conftest import Program, program
from tests.web.conftest import Visitor
from tests.web.wolves import TITLES, add_wolves, end_of_training, mark_all


def a_program(visitor: Visitor, role: PersonRole, *scopes: Scope) -> Program:
    until = clock.now() + DAY
    return program(visitor, role, scopes or frozenset(Scope), until=until, name=f"a {role}")


async def test_the_progress_names_articles_to_readers_only(wolves: Visitor) -> None:
    article = add_wolves(wolves.store, ["Wolf kills a calf"], 0.1)[0]
    wolves.store.marks.add(Mark(article_key=article.key, relevant=True, marked_at=clock.now()))
    reader = a_program(wolves, PersonRole.VIEWER)
    shown = (await reader.get("/teaching")).json()
    assert shown["progress"]["relevant"] == 1
    assert [item["key"] for item in shown["disagreeing"]["items"]] == [article.key]
    statistician = a_program(wolves, PersonRole.ANALYST, Scope.MODEL_READ)
    shown = (await statistician.get("/teaching")).json()
    assert shown["disagreeing"] == {"total": 1, "items": []}


async def test_a_candidate_is_trained_promoted_and_rolled_back(wolves: Visitor) -> None:
    operator = a_program(wolves, PersonRole.OPERATOR)
    nothing = await operator.post("/teaching/trainings", {})
    assert nothing.status == 409
    assert "none to learn from" in nothing.json()["detail"]
    mark_all(wolves)
    before = topic_pack.load_pack(wolves.site.settings).id
    begun = await operator.post("/teaching/trainings", {"reason": "the circus came"})
    assert (begun.json()["kind"], begun.json()["state"]) == ("training", "waiting")
    assert (await operator.post("/teaching/trainings", {})).status == 409
    await end_of_training(wolves)
    shown = (await operator.get("/teaching")).json()
    assert shown["last_training"]["state"] == "done"
    assert shown["last_training"]["fault"] == ""
    assert shown["comparison"]["changes"]["articles"] == len(TITLES)
    candidate = shown["packs"]["candidate"]
    other = {"candidate": "wolves@0123456789ab"}
    assert (await operator.post("/teaching/promotion", other)).status == 409
    promoted = await operator.post("/teaching/promotion", {"candidate": candidate})
    assert promoted.json() == {"before": before, "in_use": candidate, "faults": []}
    back = await operator.post("/teaching/rollback", {"reason": "too few wolves"})
    assert back.json()["in_use"] == before
    assert (await operator.post("/teaching/rollback", {})).status == 409


async def test_a_loss_is_accepted_with_a_reason_only(wolves: Visitor) -> None:
    operator = a_program(wolves, PersonRole.OPERATOR)
    body = {"candidate": "wolves@0123456789ab", "accept_loss": True}
    refused = await operator.post("/teaching/promotion", body)
    assert refused.status == 422
    assert "Say why" in refused.json()["detail"]


async def test_the_recall_is_estimated_from_the_marks_on_the_sample(wolves: Visitor) -> None:
    last_week = clock.now() - timedelta(days=7)
    articles = [
        replace(toy_topic.article(f"Wolf {n} howls", 0.9), seen_at=last_week) for n in range(4)
    ]
    wolves.store.feeds.add_all([feed("f")])
    state = feed("f").poll
    wolves.store.commit([PollResult(feed_key="f", state=state, articles=tuple(articles))])
    reader = a_program(wolves, PersonRole.VIEWER)
    unknown = (await reader.get("/teaching/recall")).json()
    assert (unknown["recall"], unknown["answers"], unknown["weeks"]) == (None, 0, 8)
    for article in articles:
        wolves.store.marks.add(Mark(article_key=article.key, relevant=True, marked_at=clock.now()))
    wolves.clock.at = clock.now()
    measured = (await reader.get("/teaching/recall?weeks=2")).json()
    # two of a high range are drawn
    assert (measured["answers"], measured["weeks"]) == (2, 2)
    low, high = measured["interval"]
    assert low <= measured["recall"] <= high
