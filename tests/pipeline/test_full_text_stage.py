"""The pages of what is new are asked, few and not for long, and every article says what came."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from monitor.domain.alerts import PollResult
from monitor.domain.articles import Article
from monitor.domain.errors import FetchError, ParseError, StoreError
from monitor.domain.feeds import Entry, Parsed
from monitor.domain.ports import RunInStore
from monitor.domain.reasons import FeedReason
from monitor.pipeline import new_entries
from monitor.pipeline.full_text_stage import FullTextStage
from monitor.pipeline.new_entries import Document
from monitor.pipeline.poll_context import Current, LiveSettings
from monitor.store.store import Store
from tests.contexts import at_once, claimed, live_settings, poll_context, poll_results
from tests.fakes import NOW, FakePages, FakeParser, entry, feed, fetched, subscription

OLD = entry("Rain on Sunday")
OWN = "It is not said where to."
# By its own text it is not relevant, by the page's it is.
TRAIN = entry("Train leaves", text=OWN)
FULL = "Who saw the sappers off at the station told us that the train was bound for Kursk."


@dataclass
class Watch:
    """A feed with full text, read an hour apart with real parts but for the network."""

    store: Store
    pages: FakePages
    limit: int = 20
    wait: timedelta = timedelta(seconds=20)
    hours: int = 0
    run_in_store: RunInStore = at_once
    live: LiveSettings = field(default_factory=live_settings)

    async def read(self, *entries: Entry, alert_backlog: bool = False) -> PollResult:
        result = await self.poll(*entries, alert_backlog=alert_backlog)
        assert result.state.failures == 0
        return result

    async def poll(self, *entries: Entry, alert_backlog: bool = False) -> PollResult:
        self.hours += 1
        body = str(self.hours)
        context = replace(
            poll_context(self.store, f=[fetched(body)]),
            parser=FakeParser(**{body: Parsed(entries=entries)}),
            full_text=FullTextStage(
                articles=self.store.articles,
                run_in_store=self.run_in_store,
                pages=self.pages,
                connections=asyncio.Semaphore(2),
                limit=self.limit,
                wait=self.wait,
            ),
            live=Current(self.live),
        )
        now = NOW + timedelta(hours=self.hours)
        (result,) = await poll_results(
            claimed(self.store, "f", at=now), now, context, alert_backlog=alert_backlog
        )
        return result

    def article(self, title: str = TRAIN.title) -> Article:
        (article,) = [
            candidate for candidate in self.store.articles.list() if candidate.entry.title == title
        ]
        return article


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    with Store.open(sqlite_url) as opened:
        yield opened


@pytest.fixture
async def watch(store: Store) -> Watch:
    store.feeds.add(feed(fulltext=True))
    store.subscriptions.add(subscription())
    started = Watch(store, FakePages(**{"train-leaves": FULL}))
    await started.read(OLD)
    return started


async def test_a_new_article_is_judged_by_its_page_too(watch: Watch):
    await watch.read(TRAIN, OLD)
    article = watch.article()
    assert (article.entry.text, article.own_text) == (f"{OWN} {FULL}", OWN)
    assert article.page == f"{len(FULL)} characters from the page"
    assert article.decision.relevant
    assert len(watch.store.outbox.list()) == 1


async def test_pages_of_known_and_backlog_articles_are_not_read(watch: Watch):
    for _ in range(3):
        await watch.read(TRAIN, OLD)
    assert watch.pages.asked == ["train-leaves"]
    assert watch.article(OLD.title).page == "not taken, it was there before we watched"
    assert watch.article().edits == 0


async def test_pages_of_a_backlog_that_alerts_are_read(store: Store):
    store.feeds.add(feed(fulltext=True))
    watch = Watch(store, FakePages(**{"train-leaves": FULL}))
    await watch.read(TRAIN, alert_backlog=True)
    assert watch.article().decision.relevant


async def test_no_page_is_read_for_a_feed_without_full_text(store: Store):
    store.feeds.add(feed())
    watch = Watch(store, FakePages())
    await watch.read(OLD)
    await watch.read(TRAIN, OLD)
    assert watch.pages.asked == []
    assert (watch.article().page, watch.article().own_text) == ("", None)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (FetchError(FeedReason.EGRESS, "10.0.0.1 is private"), "egress: 10.0.0.1 is private"),
        (ParseError(FeedReason.NO_TEXT, "no article"), "no_text: no article"),
        (RuntimeError("ouch"), "a fault of ours: RuntimeError('ouch')"),
        ("Short.", "the page's 6 characters are no more than the feed's 24"),
    ],
)
async def test_a_page_that_fails_leaves_the_feed_s_text_and_says_why(
    watch: Watch, answer: str | Exception, sentence: str
):
    watch.pages.answers["train-leaves"] = answer
    done = await watch.read(TRAIN, OLD)
    article = watch.article()
    assert (article.entry.text, article.own_text) == (OWN, None)
    assert article.page == f"not taken, {sentence}"
    assert (done.state.state, done.state.last_error) == ("ok", None)


async def test_an_entry_without_an_address_has_no_page(watch: Watch):
    await watch.read(replace(TRAIN, url=None), OLD)
    assert watch.article().page == "not taken, the entry names no page"


async def test_a_page_that_hangs_delays_neither_its_article_nor_the_others(
    watch: Watch, caplog: pytest.LogCaptureFixture
):
    caplog.set_level("INFO")
    watch.wait = timedelta(seconds=0.2)
    slow = entry("This page hangs", text="Sappers leave for Kursk.")
    await watch.read(slow, TRAIN, OLD)
    assert watch.article().decision.relevant
    assert watch.article(slow.title).decision.relevant
    sentence = "not taken, not read within the 0.2 s of one poll (fulltext.wait)"
    assert watch.article(slow.title).page == sentence
    (line,) = [record for record in caplog.records if record.message == "fulltext.read"]
    assert (line.new, line.taken) == (2, 1)
    assert vars(line)["not"] == "not read within the 0.2 s of one poll (fulltext.wait) 1"


async def test_no_more_pages_are_read_than_one_poll_may(watch: Watch):
    watch.limit = 1
    second_train = entry("Another train leaves", text="Sappers leave for Kursk.")
    await watch.read(TRAIN, second_train, OLD)
    assert watch.pages.asked == ["train-leaves"]
    sentence = "not taken, more than 1 articles were new at once (fulltext.pages)"
    assert watch.article(second_train.title).page == sentence
    assert watch.article(second_train.title).decision.relevant


async def test_an_edit_of_the_feed_s_text_is_one_edit_and_reads_the_page_again(watch: Watch):
    await watch.read(TRAIN, OLD)
    edited = replace(TRAIN, text="It is not said where to, nor when.")
    watch.pages.answers["train-leaves"] = longer = f"{FULL} It was the third one this week."
    for _ in range(3):
        await watch.read(edited, OLD)
    article = watch.article()
    assert (article.edits, article.own_text) == (1, edited.text)
    assert article.entry.text == f"{edited.text} {longer}"
    assert watch.pages.asked == ["train-leaves"] * 2
    (before,) = watch.store.articles.revisions(article)
    assert (before.entry.text, before.own_text) == (f"{OWN} {FULL}", OWN)
    assert before.page == f"{len(FULL)} characters from the page"
    assert len(watch.store.outbox.list()) == 1


async def test_the_feed_s_text_decides_what_is_an_edit_not_the_page_s(watch: Watch):
    """Held against the page's beginning, the same report under a new guid were another story."""
    text = "The train with its thirty carriages left the border station early in the morning."
    watch.pages.answers["train-leaves"] = "Quite different words stand in front of all this. " * 9
    await watch.read(replace(TRAIN, text=text), OLD)
    done = await watch.read(replace(TRAIN, text=f"{text} So it was said.", guid="new"), OLD)
    assert (len(done.articles), len(done.edited)) == (0, 1)


async def test_a_poll_that_failed_after_reading_pages_stores_the_same_when_repeated(watch: Watch):
    watch.live = live_settings(classifier=None)
    failed = await watch.poll(TRAIN, OLD)
    assert (failed.state.failures, failed.articles) == (1, ())
    watch.live = live_settings()
    first, again = await watch.read(TRAIN, OLD), await watch.read(TRAIN, OLD)
    assert [article.key for article in first.articles] == [watch.article().key]
    assert (again.articles, again.edited, again.alerts) == ((), (), ())
    assert watch.pages.asked == ["train-leaves"] * 2


async def out(call: object, /) -> object:
    raise StoreError("locked")


async def test_a_store_error_in_the_look_up_is_not_raised(watch: Watch):
    stage = FullTextStage(
        articles=watch.store.articles,
        run_in_store=out,
        pages=watch.pages,
        connections=asyncio.Semaphore(1),
        limit=1,
        wait=timedelta(seconds=1),
    )
    feed = watch.store.feeds.find("f")
    document = Document(feed=feed, parsed=Parsed(entries=(TRAIN,)))
    assert await stage.new_entries(document, alert_backlog=False) is None


async def test_new_entries_are_looked_up_once(watch: Watch, monkeypatch: pytest.MonkeyPatch):
    look_ups: list[int] = []
    look_up = new_entries.new_entries

    def counted(documents, articles):
        look_ups.append(len(documents))
        return look_up(documents, articles)

    monkeypatch.setattr(new_entries, "new_entries", counted)
    await watch.read(TRAIN, OLD)
    assert look_ups == [1]
    assert watch.article().decision.relevant


async def test_an_article_says_why_its_page_was_not_read_when_the_database_was_out(watch: Watch):
    watch.run_in_store = out
    await watch.read(TRAIN, OLD)
    assert watch.article().page == "not taken, the database could not be asked what is new"
    assert watch.pages.asked == []
