"""The story, played: feeds are read, articles judged, alerts promised."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.alerts import AlertState, PollResult
from monitor.domain.errors import FetchError
from monitor.domain.feeds import Entry, FeedState, Fetched, Parsed
from monitor.domain.reasons import FeedReason
from monitor.pipeline import deliver, poll
from monitor.store.store import Store
from tests.contexts import (
    LATER,
    NEW,
    OLD,
    alerted,
    claimed,
    delivery_context,
    live_settings,
    poll_context,
    poll_results,
    polled,
    watched,
)
from tests.fakes import (
    NOW,
    FakeChannel,
    FakeParser,
    entry,
    feed,
    fetched,
    subscription,
)


class RememberingParser:
    """Gives these documents one after another, and keeps the memories it was given."""

    def __init__(self, *documents: Parsed) -> None:
        self.documents = list(documents)
        self.given: list[bytes] = []

    async def parse(self, fetched: Fetched, memory: bytes = b"", /) -> Parsed:
        self.given.append(memory)
        return self.documents.pop(0)


async def test_the_first_poll_stores_all_and_alerts_nobody(store):
    watched(store)
    await polled(store, "two")
    articles = store.articles.list(limit=10)
    assert [(a.decision.relevant, a.backlog) for a in articles] == [(True, True), (True, True)]
    assert store.outbox.list(limit=10) == []


async def test_the_first_poll_alerts_for_its_backlog_on_request(store):
    watched(store)
    await polled(store, "two", alert_backlog=True)
    assert len(store.outbox.list(limit=10)) == 2


async def test_a_new_relevant_article_alerts_matching_subscriptions(store):
    watched(
        store, subscriptions=(subscription("s"), subscription("t", themes=frozenset({"troops"})))
    )
    await polled(store, "one", "two")
    (alert,) = store.outbox.list(limit=10)
    (article,) = [a for a in store.articles.list(limit=10) if not a.backlog]
    assert (alert.subscription_key, alert.article_keys) == ("s", (article.key,))
    assert article.entry.title == NEW.title


async def test_a_rejected_article_is_stored_with_its_decision(store):
    watched(store)
    await polled(store, "one", "dull")
    (rejected,) = store.articles.list(limit=10, flagged=False)
    assert rejected.entry.title == "Rain on Sunday"
    assert (rejected.decision.relevant, rejected.decision.pack) == (False, "test@000000000000")


async def test_a_second_poll_of_the_same_document_changes_nothing(store):
    await alerted(store)
    before = store.articles.list(limit=10), store.outbox.list(limit=10)
    await polled(store, "two", "two", at=NOW + timedelta(days=1))
    assert (store.articles.list(limit=10), store.outbox.list(limit=10)) == before


async def test_entries_that_the_parser_saw_before_are_not_compared(store):
    watched(store)
    named = replace(OLD, text="", guid="renamed", url="https://f.example/moved")
    second = Parsed(title="F", entries=(NEW, named), seen=frozenset({1}), memory=b"second")
    reader = RememberingParser(Parsed(entries=(OLD,), memory=b"first"), second, second)
    for hour, body in enumerate(("a", "b", "c")):
        context = replace(poll_context(store, f=[fetched(body)]), parser=reader)
        await poll.poll(
            claimed(store, "f", at=NOW + timedelta(hours=hour)),
            NOW + timedelta(hours=hour),
            context,
        )
    assert reader.given == [b"", b"first", b"second"]
    assert {a.entry.title for a in store.articles.list()} == {OLD.title, NEW.title}


async def test_a_document_that_was_not_committed_is_parsed_again(store):
    watched(store)
    await polled(store, "one")
    entries, broken = (NEW, OLD), poll_context(store, f=[fetched("a")])
    broken.live.replace(live_settings(classifier=None))
    reader = RememberingParser(*[Parsed(entries=entries, memory=b"both")] * 2)
    (failed,) = await poll_results(
        claimed(store, "f", at=LATER), LATER, replace(broken, parser=reader)
    )
    assert failed.state.state is FeedState.FAILING
    context = replace(poll_context(store, f=[fetched("a")]), parser=reader)
    await poll.poll(claimed(store, "f", at=LATER), LATER, context)
    assert reader.given == [b"", b""]
    assert store.articles.count() == 2


async def test_new_guids_for_old_articles_are_not_new(store):
    await alerted(store)
    again = tuple(replace(e, guid=f"other-{n}") for n, e in enumerate((NEW, OLD)))
    context = replace(
        poll_context(store, f=[fetched("storm")]), parser=FakeParser(storm=Parsed(entries=again))
    )
    await poll.poll(claimed(store, "f", at=LATER), LATER, context)
    assert len(store.articles.list(limit=10)) == 2
    assert len(store.outbox.list(limit=10)) == 1


async def read(
    store: Store, *documents: tuple[Entry, ...], feeds: str = "f", at=NOW
) -> list[PollResult]:
    """Poll these feeds once for each document, an hour apart and from an hour after `at`."""
    done = []
    for number, entries in enumerate(documents):
        now, body = at + (number + 1) * timedelta(hours=1), str(hash(entries))
        context = poll_context(store, **{key: [fetched(body)] for key in feeds})
        context = replace(context, parser=FakeParser(**{body: Parsed(title="F", entries=entries)}))
        done += await poll_results(claimed(store, *feeds, at=now), now, context)
    return done


async def test_everything_under_new_guids_at_new_addresses_is_not_new(store, caplog):
    watched(store)
    stories = tuple(entry(f"Kursk story {number} of the day") for number in range(8))
    await read(store, stories)
    moved = tuple(replace(e, guid=f"n{e.guid}", url=f"{e.url}/moved") for e in stories)
    (done,) = await read(store, (entry("Kursk has a new story"), *moved))
    assert [article.entry.title for article in done.articles] == ["Kursk has a new story"]
    assert [record.message for record in caplog.records] == ["poll.renamed"]
    assert len(store.outbox.list(limit=10)) == 1


async def test_a_headline_edited_twenty_times_is_one_article_and_one_alert(store):
    watched(store)
    await read(store, (OLD,))
    wordings = [(replace(NEW, title=f"Sappers leave for Kursk, part {n}"), OLD) for n in range(21)]
    await read(store, *wordings, *wordings)
    (newest,) = [article for article in store.articles.list(limit=10) if not article.backlog]
    assert (newest.edits, newest.entry.title) == (20, "Sappers leave for Kursk, part 20")
    before = store.articles.revisions(newest)
    assert [article.entry.title for article in before] == [old.title for old, _ in wordings[:20]]
    assert [article.edits for article in before] == list(range(20))
    assert len(store.outbox.list(limit=10)) == 1


async def test_an_edit_that_makes_an_article_relevant_alerts_once(store):
    watched(store)
    dull = entry("Explosion heard in the night", text="Nothing is known yet.")
    relevant = replace(dull, text="Sappers were seen near Kursk.")
    await read(store, (OLD,), (dull,))
    assert store.outbox.list(limit=10) == []
    (edited,) = await read(store, (relevant,))
    assert [article.edits for article in edited.edited] == [1]
    assert edited.articles == ()
    (alert,) = store.outbox.list(limit=10)
    assert alert.due_at == edited.edited[0].edited_at
    await read(store, (dull,), (relevant,), (replace(relevant, text="Kursk, again."),))
    assert len(store.outbox.list(limit=10)) == 1


async def test_backlog_alerts_when_an_edit_makes_it_relevant(store):
    watched(store)
    dull = entry("Explosion heard in the night")
    await read(store, (dull, OLD), (replace(dull, text="It was near Kursk."), OLD))
    (alert,) = store.outbox.list(limit=10)
    (article,) = [
        candidate
        for candidate in store.articles.list(limit=10)
        if candidate.entry.title == dull.title
    ]
    assert (alert.article_keys, article.backlog) == ((article.key,), False)


async def test_an_edit_does_not_alert_subscriptions_that_matched_the_first_wording(store):
    await alerted(store)
    store.subscriptions.add(subscription("late"))
    await read(store, (replace(NEW, text="More about Kursk."), OLD))
    assert len(store.outbox.list(limit=10)) == 1


async def test_one_guid_for_one_story_after_another_hides_none(store):
    watched(store)
    titles = ["Sappers leave for Kursk", "Rain on Sunday", "Kursk: a bridge was destroyed"]
    await read(store, (OLD,), *((entry(title, guid="latest", url=None),) for title in titles))
    articles = [article for article in store.articles.list(limit=10) if not article.backlog]
    assert {article.entry.title for article in articles} == set(titles)
    assert len(store.outbox.list(limit=10)) == 2


LEAD = (
    "Sappers of the North Korean army left for Kursk today, a spokesman said, to clear what was"
    " left behind by the fighting and to help with building roads and bridges before the winter."
)


def wire(feed_key: str, title: str = NEW.title, text: str = LEAD) -> Entry:
    return entry(title, guid=feed_key, url=f"https://{feed_key}.example/2025/sappers", text=text)


async def test_a_wire_report_in_three_outlets_is_one_alert_that_names_them_all(store):
    watched(store, feed("f", title="F"), feed("g", title="G"), feed("h", title="H"))
    await read(store, (OLD,), feeds="fgh")
    await read(store, (wire("f"),), feeds="f")
    await read(store, (wire("g", "North Korean sappers on the way to Kursk"),), feeds="g")
    (alert,) = store.outbox.list(limit=10)
    ((claimed,),) = await deliver.claim(LATER, delivery_context(store, FakeChannel()))
    (article,) = claimed.articles
    assert [source.feed_title for source in claimed.sources[article.key]] == ["F", "G"]
    await deliver.deliver(LATER + timedelta(minutes=5), delivery_context(store, FakeChannel()))
    (late,) = await read(store, (wire("h", text=LEAD[:110] + "…"),), feeds="h", at=LATER)
    assert (len(late.articles), late.alerts) == (1, ())
    assert store.outbox.list(limit=10) == [replace(alert, state=AlertState.SENT, attempts=1)]
    sources = store.articles.sources(late.articles)[late.articles[0].key]
    assert [source.feed_key for source in sources] == ["f", "g", "h"]


async def test_a_copy_of_backlog_alerts_in_a_feed_where_it_is_new(store):
    watched(store, feed("f"), feed("g"))
    await read(store, (OLD,), feeds="f")
    await read(store, (wire("g"),), feeds="g")  # its first poll
    assert store.outbox.list(limit=10) == []
    await read(store, (wire("f"),), feeds="f")
    assert len(store.outbox.list(limit=10)) == 1


async def test_a_relevant_copy_alerts_when_the_first_was_not_relevant(store):
    watched(store, feed("f"), feed("g"))
    await read(store, (OLD,), feeds="fg")
    mute = "Sappers leave for the border after a long training this spring"
    await read(store, (wire("f", mute, ""),), feeds="f")
    assert store.outbox.list(limit=10) == []
    await read(store, (wire("g", mute),), feeds="g")
    (alert,) = store.outbox.list(limit=10)
    (article,) = [
        candidate for candidate in store.articles.list(flagged=True) if not candidate.backlog
    ]
    sources = store.articles.sources([article])[article.key]
    assert ([source.feed_key for source in sources], alert.article_keys) == (
        ["f", "g"],
        (article.key,),
    )


async def test_a_subscription_to_one_feed_is_alerted_of_the_copy_in_that_feed(store):
    watched(
        store,
        feed("f"),
        feed("g"),
        subscriptions=(subscription("all"), subscription("g", feeds=frozenset({"g"}))),
    )
    await read(store, (OLD,), feeds="fg")
    await read(store, (wire("f"),), feeds="f")
    await read(store, (wire("g"),), feeds="g")
    assert sorted(stored.subscription_key for stored in store.outbox.list(limit=10)) == ["all", "g"]


async def test_a_pending_alert_keeps_the_wording_that_caused_it(store):
    await alerted(store)
    await read(store, (replace(NEW, title="Sappers stay, it was an error"), OLD), at=LATER)
    ((claimed,),) = await deliver.claim(LATER, delivery_context(store, FakeChannel()))
    (article,) = claimed.articles
    assert (article.entry.title, article.decision.relevant, article.edits) == (NEW.title, True, 0)


async def test_one_article_in_two_feeds_is_one_alert_for_each_subscription(store):
    watched(store, feed("f"), feed("g"))
    first = poll_context(store, f=[fetched("one")], g=[fetched("one")])
    await poll.poll(claimed(store), NOW, first)
    second = poll_context(store, f=[fetched("two")], g=[fetched("two")])
    await poll.poll(claimed(store, at=LATER), LATER, second)
    assert len(store.outbox.list(limit=10)) == 1


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (fetched("two"), FeedState.OK),
        (fetched(None), FeedState.UNCHANGED),
        (fetched("none"), FeedState.EMPTY),
        (fetched("cut"), FeedState.DEGRADED),
        (fetched("html"), FeedState.FAILING),
        (FetchError(FeedReason.TIMEOUT, "no answer within 30 s"), FeedState.FAILING),
        (FetchError(FeedReason.GONE, "410"), FeedState.GONE),
    ],
)
async def test_every_answer_ends_in_a_named_state(store, answer, state):
    watched(store)
    await polled(store, "one")
    await poll.poll(claimed(store, "f", at=LATER), LATER, poll_context(store, f=[answer]))
    after = store.feeds.find("f").poll
    assert after.state is state
    assert after.due_at > LATER
    assert (after.last_error is None) == (
        state in (FeedState.OK, FeedState.UNCHANGED, FeedState.EMPTY)
    )


async def test_a_failing_feed_keeps_its_reason_backs_off_and_recovers(store):
    watched(store)
    failure = FetchError(FeedReason.DNS, "no such host")
    waits, now = [], NOW
    for _ in range(8):
        await poll.poll(claimed(store, "f", at=now), now, poll_context(store, f=[failure]))
        state = store.feeds.find("f").poll
        waits.append(state.due_at - now)
        now = state.due_at
    assert state.last_error == "dns: no such host"
    assert state.failures == 8
    assert waits[0] < waits[1] < waits[2]
    assert max(waits) <= timedelta(days=1, hours=3)
    await polled(store, "one", at=now)
    recovered = store.feeds.find("f").poll
    assert (recovered.state, recovered.failures, recovered.last_error) == (FeedState.OK, 0, None)


async def test_a_feed_that_breaks_our_code_harms_only_itself(store):
    watched(store, feed("f"), feed("g"))
    context = poll_context(store, g=[fetched("one")])  # nothing is laid out for f: a KeyError
    await poll.poll(claimed(store), NOW, context)
    states = {stored.key: stored.poll.state for stored in store.feeds.list()}
    assert states == {"f": FeedState.FAILING, "g": FeedState.OK}


async def test_many_feeds_are_read_side_by_side_and_all_stored(store):
    feeds = [feed(f"f{number}") for number in range(120)]
    watched(store, *feeds)
    context = poll_context(store, **{feed_.key: [fetched("one")] for feed_ in feeds})
    results = await poll.poll(claimed(store), NOW, context)
    assert len(results) == 120
    assert {feed_.poll.state for feed_ in store.feeds.list()} == {FeedState.OK}


async def test_a_feed_that_only_says_unchanged_falls_silent_and_news_end_it(store):
    watched(store)
    await polled(store, "one")
    states = {}
    for days in (14, 15):
        context = poll_context(store, f=[fetched(None)])
        await poll.poll(
            claimed(store, "f", at=NOW + timedelta(days=days)), NOW + timedelta(days=days), context
        )
        states[days] = store.feeds.find("f").poll
    assert states[14].state is FeedState.UNCHANGED
    assert (states[15].state, states[15].since) == (FeedState.SILENT, NOW + timedelta(days=15))
    assert (
        states[15].last_error == "nothing new for 15 days; how often it publishes is not known yet"
    )
    await polled(store, "two", at=NOW + timedelta(days=16))
    after = store.feeds.find("f")
    assert (after.poll.state, after.poll.last_error) == (FeedState.OK, None)
    assert after.history.newest_at == NOW + timedelta(days=16)


async def test_a_feed_whose_claim_waited_longer_than_its_lease_is_given_back_due_as_before(store):
    watched(store)
    context = poll_context(store, f=[fetched("one")])
    long_ago = time.monotonic() - 2 * context.lease.total_seconds()
    before = store.feeds.find("f").poll
    assert await poll.poll(claimed(store, "f"), NOW, context, started=long_ago) == []
    assert context.fetcher.asked == []
    assert store.feeds.find("f").poll == before
    assert [claim.feed.key for claim in claimed(store, "f")] == ["f"]
