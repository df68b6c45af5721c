"""The result of one poll: which articles are new, the next state, and what is stored beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.domain.errors import FetchError
from monitor.domain.feeds import ClaimedFeed, Feed, FeedState, Parsed, PollState, Redirect
from monitor.domain.reasons import FeedReason
from monitor.pipeline.collection import FeedAnswer
from monitor.pipeline.poll_results import poll_result
from monitor.polling import redirects
from monitor.polling.staleness import DEFAULT_LIMITS
from tests.fakes import BOUNDS, NOW, article, entry, feed, fetched

DAY = timedelta(days=1)
READ_BEFORE = feed(poll=PollState(due_at=NOW, state=FeedState.OK, first_ok_at=NOW - 9 * DAY,
                                  last_ok_at=NOW - DAY))  # fmt: skip
DOCUMENT = Parsed(title="Wire", language="ko", entries=(entry(), entry("Rain")), memory=b"m")


def an_answer(polled: Feed = READ_BEFORE, **changes: object) -> FeedAnswer:
    claimed = ClaimedFeed(feed=polled, token="t")
    whole = FeedAnswer(claimed=claimed, fetched=fetched("x"), parsed=DOCUMENT)
    return replace(whole, **changes)


def result(answer: FeedAnswer, *articles, edited=()):
    return poll_result(answer, articles, edited, NOW, BOUNDS, DEFAULT_LIMITS)


def test_edited_articles_are_apart_from_new_ones():
    new, edited = article("new"), article("edited", edits=1)
    poll = result(an_answer(), edited, new, edited={"edited"})
    assert (poll.articles, poll.edited) == ((new,), (edited,))


def test_the_document_gives_title_language_memory_and_the_number_of_its_entries():
    poll = result(an_answer())
    assert (poll.title, poll.language, poll.memory, poll.entries) == ("Wire", "ko", b"m", 2)
    assert (poll.feed_key, poll.token, poll.at) == ("f", "t", NOW)


def test_only_new_articles_change_the_publishing_history():
    published = entry(published_at=NOW - DAY)
    poll = result(an_answer(), article("new", entry=published))
    assert poll.history is not None
    assert poll.history.newest_at == NOW - DAY
    edit = article("edited", edits=1, entry=published)
    assert result(an_answer(), edit, edited={"edited"}).history is None


def test_a_failure_counts_and_changes_nothing_else():
    error = FetchError(FeedReason.TIMEOUT, "no answer within 30 s")
    poll = result(an_answer(fetched=None, parsed=None, error=error))
    assert (poll.state.state, poll.state.failures) == (FeedState.FAILING, 1)
    assert (poll.title, poll.entries, poll.articles, poll.history) == ("", 0, (), None)
    assert poll.state.due_at > NOW


def test_a_redirect_that_lasted_gives_the_new_address():
    to = "https://new.example/rss"
    lasting = Redirect(to=to, since=NOW - 30 * DAY, times=100)
    moving = replace(READ_BEFORE, poll=replace(READ_BEFORE.poll, redirect=lasting))
    answer = an_answer(moving, fetched=fetched("x", moved_to=to))
    assert result(answer).url == redirects.new_address(result(answer).state, NOW) == to
    assert result(an_answer()).url is None
