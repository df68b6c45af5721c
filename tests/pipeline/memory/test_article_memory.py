"""Articles are moved by similar ones that were stored before, through a whole poll."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.actions.reading.articles import memory_sentence
from monitor.classify.features.vectors import Vectoriser
from monitor.classify.model.linear import LinearClassifier
from monitor.classify.packs import pack as packs
from monitor.classify.packs.pack import Pack
from monitor.domain.articles import Article
from monitor.domain.feeds import Entry, Parsed
from monitor.pipeline import poll
from monitor.pipeline.memory.article_memory import ArticleMemory
from monitor.pipeline.poll_context import Current, Topic
from monitor.store.store import Store
from tests.classify import toy_topic
from tests.contexts import FAKE_CLASSIFIER, NO_RULES, claimed, live_settings, poll_context, watched
from tests.fakes import NOW, FakeParser, entry, feed, fetched

HOUR = timedelta(hours=1)
KILLED = "Wolf kills seven sheep near the mill"
LIKE = "Wolf kills nine sheep near the river mill"
ALSO_LIKE = "Wolf kills ten sheep near the old mill"


@pytest.fixture(scope="module")
def wolves(tmp_path_factory) -> Pack:
    return packs.load_pack(toy_topic.make(tmp_path_factory.mktemp("topic") / "wolves"))


@pytest.fixture
def memory(wolves: Pack) -> ArticleMemory:
    return ArticleMemory(lambda: wolves.model.vectoriser)


async def arrive(
    store: Store,
    wolves: Pack,
    memory: ArticleMemory | None,
    *entries: Entry,
    key: str = "f",
    hours: float = 0,
    beside: Topic | None = None,
) -> None:
    """Poll the feed once; its document has these entries; `beside` is a topic that comes first."""
    now = NOW + hours * HOUR
    body = f"body {hours}"
    live = live_settings(classifier=LinearClassifier(wolves), memory=memory)
    if beside is not None:
        live = replace(live, topics=(beside, *live.topics))
    context = replace(
        poll_context(store, **{key: [fetched(body)]}),
        parser=FakeParser(**{body: Parsed(title="F", entries=entries)}),
        live=Current(live),
    )
    await poll.poll(claimed(store, key, at=now), now, context)


def stored(store: Store, title: str) -> Article:
    return next(item for item in store.articles.list() if item.entry.title == title)


@pytest.fixture
def two_feeds(store: Store) -> Store:
    watched(store, feed("f"), feed("g"))
    return store


async def test_a_similar_article_of_another_feed_moves_the_score_and_says_so(
    two_feeds: Store, wolves: Pack, memory: ArticleMemory
):
    await arrive(two_feeds, wolves, memory, entry(KILLED))
    await arrive(two_feeds, wolves, memory, entry(LIKE), key="g", hours=1)
    first, second = stored(two_feeds, KILLED).decision, stored(two_feeds, LIKE).decision
    assert first.similar is None
    assert first.own_score == first.pack_score
    assert second.similar is not None
    assert second.similar.count == 1
    assert second.own_score != second.pack_score
    assert memory_sentence(second).startswith("1 article like this one came in the three days")


async def test_each_topic_remembers_what_passes_its_gate_also_where_another_one_leads(
    two_feeds: Store, wolves: Pack, memory: ArticleMemory
):
    war = Topic(
        classifier=FAKE_CLASSIFIER,
        rules=NO_RULES,
        memory=ArticleMemory(lambda: wolves.model.vectoriser),
    )
    killed, like = f"{KILLED} of Kursk", f"{LIKE} of Kursk"
    await arrive(two_feeds, wolves, memory, entry(killed), beside=war)
    await arrive(two_feeds, wolves, memory, entry(like), key="g", hours=1, beside=war)
    first, second = stored(two_feeds, killed), stored(two_feeds, like)
    assert [first.decision.topic, second.decision.topic] == ["test", "test"]
    assert second.decision.similar is None  # the fake pack has no gate
    (of_wolves_before,), (of_wolves,) = first.other_decisions, second.other_decisions
    assert of_wolves_before.similar is None
    assert of_wolves.similar is not None
    assert of_wolves_before.own_score is not None
    mean = 1 / (1 + math.exp(-of_wolves.similar.log_odds))
    assert mean == pytest.approx(of_wolves_before.own_score)


async def test_articles_that_come_together_do_not_move_each_other(
    two_feeds: Store, wolves: Pack, memory: ArticleMemory
):
    await arrive(two_feeds, wolves, memory, entry(KILLED), entry(LIKE))
    assert stored(two_feeds, LIKE).decision.similar is None


async def test_what_another_process_stored_is_remembered(
    two_feeds: Store, wolves: Pack, memory: ArticleMemory
):
    await arrive(two_feeds, wolves, memory, entry(KILLED))
    other = ArticleMemory(lambda: wolves.model.vectoriser)
    await arrive(two_feeds, wolves, other, entry(LIKE), key="g", hours=1)
    await arrive(two_feeds, wolves, memory, entry(ALSO_LIKE), key="f", hours=2)
    similar = stored(two_feeds, ALSO_LIKE).decision.similar
    assert similar is not None
    assert similar.count == 2


async def test_a_moved_score_is_no_ground_of_another_shift(
    two_feeds: Store, wolves: Pack, memory: ArticleMemory
):
    await arrive(two_feeds, wolves, memory, entry(KILLED))
    await arrive(two_feeds, wolves, memory, entry(LIKE), key="g", hours=1)
    await arrive(two_feeds, wolves, memory, entry(LIKE, guid="again"), key="f", hours=80)
    await arrive(two_feeds, wolves, memory, entry(ALSO_LIKE), key="g", hours=81)
    moved, similar = stored(two_feeds, LIKE).decision, stored(two_feeds, ALSO_LIKE).decision.similar
    assert moved.own_score is not None
    assert similar is not None
    assert 1 / (1 + math.exp(-similar.log_odds)) == pytest.approx(moved.own_score)


async def test_news_that_is_older_than_three_days_is_not_compared(
    two_feeds: Store, wolves: Pack, memory: ArticleMemory
):
    await arrive(two_feeds, wolves, memory, entry(KILLED))
    late = entry(LIKE, published_at=NOW - 80 * HOUR)
    await arrive(two_feeds, wolves, memory, late, key="g", hours=1)
    assert stored(two_feeds, LIKE).decision.similar is None


async def test_an_edited_article_is_not_its_own_neighbour(
    two_feeds: Store, wolves: Pack, memory: ArticleMemory
):
    await arrive(two_feeds, wolves, memory, entry(KILLED, guid="g"))
    await arrive(two_feeds, wolves, memory, entry(f"{KILLED} again", guid="g"), hours=1)
    edited = stored(two_feeds, f"{KILLED} again")
    assert edited.edits == 1
    assert edited.decision.similar is None


async def test_a_fault_of_the_memory_costs_no_article(two_feeds: Store, wolves: Pack):
    def broken() -> Vectoriser:
        raise RuntimeError("no vectors")

    await arrive(two_feeds, wolves, ArticleMemory(broken), entry(KILLED))
    assert stored(two_feeds, KILLED).decision.reason == "score"


async def test_without_memory_the_score_is_that_of_the_pack(two_feeds: Store, wolves: Pack):
    await arrive(two_feeds, wolves, None, entry(KILLED))
    await arrive(two_feeds, wolves, None, entry(LIKE), key="g", hours=1)
    decided = stored(two_feeds, LIKE).decision
    assert decided.similar is None
    assert decided.pack_score == decided.own_score
