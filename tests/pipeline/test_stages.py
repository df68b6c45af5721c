"""Copies are grouped with the first of their kind, and one report is told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from monitor.domain.alerts import PollResult
from monitor.domain.articles import Article
from monitor.domain.feeds import Entry, Feed
from monitor.pipeline import stages
from monitor.pipeline.poll_context import Topic
from monitor.store.schema.tables import prints
from monitor.store.store import Store
from tests.contexts import NO_RULES
from tests.fakes import FakeClassifier
from tests.store.builders import (
    MINUTE,
    NOW,
    a_decision,
    a_feed,
    a_poll,
    a_rejected_article,
    a_subscription,
    an_article,
)
from tests.store.test_processes import run_together

WIRE = (
    "Builders and deminers will be sent to the border region before winter to clear what the"
    " fighting left behind, a spokesman said after talks in the capital on the alliance of both."
)
HEADLINE = "Builders and deminers to be sent to the border region"
ONE, TWO, THREE = (a_feed(name, title=name) for name in ("one", "two", "three"))


@pytest.fixture
def subscribed_store(store: Store) -> Store:
    store.feeds.add_all([ONE, TWO, THREE])
    store.subscriptions.add(a_subscription())
    return store


def copy(
    feed: Feed, title: str = HEADLINE, text: str = WIRE, make=an_article, **changes: object
) -> Article:
    entry = Entry(title=title, text=text, url=f"https://example.org/{feed.title}/1")
    return make(f"{feed.title} {title}", feed, entry=entry, **changes)


def commit(store: Store, *polls: PollResult, before: Article | None = None) -> list[PollResult]:
    """Commit as a round of polling does; `before` is what an edited article was."""
    audience = stages.Audience(
        subscriptions=store.subscriptions.list(),
        silences=(),
        before={before.key: before} if before else {},
        decided_at=NOW,
    )

    def group_and_match(polls, look_ups):
        copied = stages.group_copies(polls, look_ups.find_candidates, audience)
        return stages.match_alerts(copied, audience)

    return store.commit(polls, group_and_match)


def sources(store: Store, article: Article) -> list[str]:
    return [source.feed_title for source in store.articles.sources([article])[article.key]]


class TestGroupCopies:
    def test_stores_a_copy_without_a_second_alert(self, subscribed_store: Store) -> None:
        first, second = copy(ONE), copy(TWO, seen_at=NOW + MINUTE)
        commit(subscribed_store, a_poll(ONE, first))
        (done,) = commit(subscribed_store, a_poll(TWO, second))
        assert done.alerts == ()
        assert done.articles == (replace(second, copy_key=first.copy_key),)
        assert subscribed_store.articles.find(second.key) == done.articles[0]
        assert sources(subscribed_store, done.articles[0]) == ["one", "two"]
        assert len(subscribed_store.outbox.list()) == 1

    def test_joins_copies_of_one_commit_in_one_alert(self, subscribed_store: Store) -> None:
        later = NOW + MINUTE
        polls = [a_poll(ONE, copy(ONE)), a_poll(TWO, copy(TWO, seen_at=later))]
        done = commit(subscribed_store, *polls)
        assert [len(poll.alerts) for poll in done] == [1, 0]
        assert sources(subscribed_store, done[0].articles[0]) == ["one", "two"]

    def test_alerts_for_a_copy_whose_original_was_not_relevant(
        self, subscribed_store: Store
    ) -> None:
        first = copy(ONE, text="", make=a_rejected_article)
        commit(subscribed_store, a_poll(ONE, first))
        (done,) = commit(subscribed_store, a_poll(TWO, copy(TWO, seen_at=NOW + MINUTE)))
        assert len(done.alerts) == 1
        assert sources(subscribed_store, first) == ["one", "two"]

    def test_compares_with_a_copy_that_stands_in_for_an_original_without_text(
        self, subscribed_store: Store
    ) -> None:
        """The first had no text, so the second stands in for it: under another headline, too."""
        commit(subscribed_store, a_poll(ONE, copy(ONE, text="")))
        commit(subscribed_store, a_poll(TWO, copy(TWO, seen_at=NOW + MINUTE)))
        third = copy(THREE, "A border region waits for builders and deminers", seen_at=NOW + MINUTE)
        (done,) = commit(subscribed_store, a_poll(THREE, third))
        assert done.alerts == ()
        assert sources(subscribed_store, done.articles[0]) == ["one", "two", "three"]

    def test_keeps_copies_apart_that_lie_days_apart(self, subscribed_store: Store) -> None:
        commit(subscribed_store, a_poll(ONE, copy(ONE)))
        (done,) = commit(subscribed_store, a_poll(TWO, copy(TWO, seen_at=NOW + timedelta(days=3))))
        assert len(done.alerts) == 1

    @pytest.mark.parametrize("full_first", [True, False])
    def test_compares_the_texts_of_feeds_not_of_pages(
        self, subscribed_store: Store, full_first: bool
    ) -> None:
        texts = "The page begins with quite other words, and goes on for long. " * 5, WIRE
        owns = WIRE, None
        order = 1 if full_first else -1
        first, second = [
            copy(feed, text=text, own_text=own_text, seen_at=at)
            for feed, text, own_text, at in zip(
                (ONE, TWO), texts[::order], owns[::order], (NOW, NOW + MINUTE), strict=True
            )
        ]
        commit(subscribed_store, a_poll(ONE, first))
        (done,) = commit(subscribed_store, a_poll(TWO, second))
        assert done.alerts == ()
        assert sources(subscribed_store, done.articles[0]) == ["one", "two"]

    def test_joins_articles_that_are_alike_at_one_address(self, subscribed_store: Store) -> None:
        alias = {"alias": "same page"}
        commit(subscribed_store, a_poll(ONE, copy(ONE, "Builders are sent", "", **alias)))
        (done,) = commit(
            subscribed_store, a_poll(TWO, copy(TWO, "Builders to be sent", "", **alias))
        )
        assert done.alerts == ()

    def test_keeps_articles_apart_that_differ_at_one_address(self, subscribed_store: Store) -> None:
        alias = {"alias": "same page"}
        commit(subscribed_store, a_poll(ONE, copy(ONE, "Builders are sent", "", **alias)))
        (done,) = commit(subscribed_store, a_poll(TWO, copy(TWO, "Rain on Sunday", "", **alias)))
        assert len(done.alerts) == 1


def edited(article: Article, **changes: object) -> Article:
    entry = replace(article.entry, **changes)
    return replace(article, entry=entry, edits=1, edited_at=NOW + 5 * MINUTE)


class TestAnEdit:
    def test_that_makes_it_a_copy_of_an_alerted_article_does_not_alert(
        self, subscribed_store: Store
    ) -> None:
        later = {"make": a_rejected_article, "seen_at": NOW + MINUTE}
        flash = copy(TWO, "Something about builders", "", **later)
        commit(subscribed_store, a_poll(ONE, copy(ONE)), a_poll(TWO, flash))
        now = edited(replace(flash, decision=a_decision()), title=HEADLINE, text=WIRE)
        (done,) = commit(subscribed_store, a_poll(TWO, edited=(now,)), before=flash)
        assert (len(done.edited), done.alerts) == (1, ())
        assert sources(subscribed_store, done.edited[0]) == ["one", "two"]

    def test_is_compared_with_later_copies(self, subscribed_store: Store) -> None:
        flash = copy(ONE, "Something about builders", "")
        commit(subscribed_store, a_poll(ONE, flash))
        commit(
            subscribed_store,
            a_poll(ONE, edited=(edited(flash, title=HEADLINE, text=WIRE),)),
            before=flash,
        )
        (done,) = commit(subscribed_store, a_poll(TWO, copy(TWO, seen_at=NOW + 9 * MINUTE)))
        assert done.alerts == ()

    def test_replaces_the_wording_and_keeps_the_old_as_a_revision(
        self, subscribed_store: Store
    ) -> None:
        first = copy(ONE)
        commit(subscribed_store, a_poll(ONE, first))
        now = edited(first, title="Builders to go")
        commit(subscribed_store, a_poll(ONE, edited=(now,)), before=first)
        commit(subscribed_store, a_poll(ONE, edited=(now,)), before=first)  # again changes nothing
        assert subscribed_store.articles.find(first.key) == now
        assert subscribed_store.articles.revisions(now) == [first]
        assert subscribed_store.articles.list() == [now]


def test_a_phrase_of_many_articles_is_not_stored_for_more_of_them(store: Store) -> None:
    feeds = [a_feed(f"f{number}", title=f"f{number}") for number in range(30)]
    store.feeds.add_all(feeds)
    notice = "Subscribe to our newsletter to get the most important reports of the day at noon"
    polls = [
        a_poll(feed, copy(feed, f"Headline {number} on subject {number}", f"{notice} {number}"))
        for number, feed in enumerate(feeds)
    ]
    for poll in polls:
        commit(store, poll)
    counted = (
        select(func.count())
        .select_from(prints)
        .group_by(prints.c.print)
        .order_by(func.count().desc())
    )
    largest = store._database.read(lambda connection: connection.scalar(counted.limit(1)))
    assert largest <= 9


def test_fingerprints_are_removed_when_they_have_expired(subscribed_store: Store) -> None:
    counted = select(func.count()).select_from(prints)
    commit(subscribed_store, a_poll(ONE, copy(ONE)))
    before = subscribed_store._database.read(lambda connection: connection.scalar(counted))
    commit(subscribed_store, a_poll(TWO, copy(TWO, seen_at=NOW + timedelta(days=9))))
    assert (
        subscribed_store._database.read(lambda connection: connection.scalar(counted)) == before > 3
    )


def test_two_processes_that_poll_at_once_alert_for_one_report_once(
    store: Store, database_url: str
) -> None:
    feeds = [a_feed(name) for name in ("left", "right")]
    store.feeds.add_all(feeds)
    store.subscriptions.add(a_subscription())
    script = """
        from tests.pipeline.test_stages import WIRE, commit
        feed = a_feed("{name}")
        for number in range(40):
            words = " ".join(f"w{{number}}x{{each}}" for each in "abcdefghijklmnopqrst")
            entry = Entry(title=f"Report number {{number}} of {name}", text=words + " " + WIRE)
            story = an_article(f"{name} {{number}}", feed, entry=entry)
            (done,) = commit(store, a_poll(feed, story))
            print(*(alert.key for alert in done.alerts))
    """
    outputs = run_together(database_url, [script.format(name=n) for n in ("left", "right")])
    assert sum(map(len, outputs)) == len(store.outbox.list(limit=100)) == 40


def test_entries_are_judged_a_few_at_a_time_with_a_turn_for_others_in_between():
    turns: list[int] = []
    judged: list[int] = []
    fake = FakeClassifier()

    class Counting:
        def judge(self, entries, /):
            judged.append(len(entries))
            return fake.judge(entries)

    entries = [Entry(title=f"headline {number}") for number in range(40)]
    topics = [Topic(classifier=Counting(), rules=NO_RULES), Topic(classifier=fake, rules=NO_RULES)]
    stepwise = stages.StepwiseJudge(topics, lambda: turns.append(len(judged)))
    verdicts = fake.judge(entries)
    assert stepwise.judge(entries) == list(zip(verdicts, verdicts, strict=True))
    assert judged == [16, 16, 8]
    assert turns == [0, 1, 2]
