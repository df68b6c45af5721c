"""The state of a feed after each kind of answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.errors import FetchError, ParseError
from monitor.domain.feeds import FeedState, Parsed, PollState, PublisherHints
from monitor.domain.reasons import FeedReason
from monitor.polling import poll_state
from tests.fakes import BOUNDS, NOW, entry, feed, fetched

WHOLE = Parsed(entries=(entry(),))
CUT = Parsed(entries=(entry(),), damage="the document ends early")
TIMEOUT = FetchError(FeedReason.TIMEOUT, "no answer within 30 s")
HALF_HOUR = timedelta(minutes=30)


def before(state: FeedState = FeedState.OK, **changes: object):
    poll = PollState(
        due_at=NOW, state=state, etag='"v1"', last_modified="then", body_digest="d",
        first_ok_at=NOW - timedelta(days=9), last_ok_at=NOW - timedelta(days=1),
    )  # fmt: skip
    return feed(poll=replace(poll, **changes))


def test_a_document_read_whole_is_well_and_its_validators_are_kept():
    state = poll_state.next_state(
        before(), NOW, fetched("x", etag='"v2"', last_modified="now"), WHOLE, None
    )
    assert (state.state, state.etag, state.last_modified) == (FeedState.OK, '"v2"', "now")
    assert (state.failures, state.last_error, state.last_ok_at) == (0, None, NOW)


def test_a_document_cut_short_is_degraded_and_its_validators_are_not_kept():
    state = poll_state.next_state(before(), NOW, fetched("x", etag='"v2"'), CUT, None)
    assert (state.state, state.last_error) == (FeedState.DEGRADED, "the document ends early")
    assert (state.etag, state.last_modified, state.body_digest) == (None, None, None)


def test_a_feed_without_entries_is_neither_success_nor_failure():
    state = poll_state.next_state(before(), NOW, fetched("x"), Parsed(), None)
    assert (state.state, state.failures, state.last_error) == (FeedState.EMPTY, 0, None)


def test_the_first_document_sets_when_we_began_to_watch_and_no_later_one_does():
    first = poll_state.next_state(feed(), NOW, fetched("x"), Parsed(), None)
    assert first.first_ok_at == NOW
    assert poll_state.next_state(before(), NOW, fetched("x"), WHOLE, None).first_ok_at < NOW


def test_the_same_bytes_need_no_reading():
    read = poll_state.next_state(feed(), NOW, fetched("x"), WHOLE, None)
    assert poll_state.is_same_body(feed(poll=read), fetched("x"))
    assert not poll_state.is_same_body(feed(poll=read), fetched("y"))
    assert not poll_state.is_same_body(feed(), fetched("x"))


@pytest.mark.parametrize(
    ("before_state", "after_state"),
    [
        (FeedState.OK, FeedState.UNCHANGED),
        (FeedState.UNCHANGED, FeedState.UNCHANGED),
        (FeedState.EMPTY, FeedState.EMPTY),
        (FeedState.DEGRADED, FeedState.DEGRADED),
        (FeedState.FAILING, FeedState.FAILING),
        (FeedState.GONE, FeedState.GONE),
    ],
)
def test_unchanged_is_unchanged_and_no_recovery(before_state, after_state):
    old = before(before_state, failures=3, last_error="timeout: x")
    state = poll_state.next_state(old, NOW, fetched(None), None, None)
    assert state.state is after_state
    assert state.failures == 0


def test_after_a_failure_unchanged_asks_for_the_whole_document_next():
    old = before(FeedState.FAILING, failures=3, last_error="timeout: x")
    state = poll_state.next_state(old, NOW, fetched(None), None, None)
    assert (state.etag, state.last_modified, state.last_error) == (None, None, "timeout: x")
    settled = poll_state.next_state(feed(poll=state), NOW, fetched("x"), WHOLE, None)
    assert (settled.state, settled.last_error) == (FeedState.OK, None)


@pytest.mark.parametrize("before_state", [FeedState.FAILING, FeedState.GONE, FeedState.OK])
def test_the_same_bytes_sent_again_are_a_recovery(before_state):
    old = before(before_state, failures=3, last_error="timeout: x")
    state = poll_state.next_state(old, NOW, fetched("x", etag='"v2"'), None, None)
    assert (state.state, state.failures, state.last_error) == (FeedState.UNCHANGED, 0, None)
    assert (state.etag, state.last_modified, state.body_digest) == ('"v2"', None, "d")


@pytest.mark.parametrize(
    ("error", "expected", "sentence"),
    [
        (TIMEOUT, FeedState.FAILING, "timeout: no answer within 30 s"),
        (ParseError(FeedReason.NOT_A_FEED, "a page"), FeedState.FAILING, "not_a_feed: a page"),
        (FetchError(FeedReason.GONE, "410"), FeedState.GONE, "gone: 410"),
    ],
)
def test_a_failure_is_a_state_with_a_reason_and_forgets_nothing(error, expected, sentence):
    state = poll_state.next_state(before(), NOW, None, None, error)
    assert (state.state, state.last_error, state.failures) == (expected, sentence, 1)
    assert (state.etag, state.last_ok_at) == ('"v1"', NOW - timedelta(days=1))


def test_twice_gone_is_gone_and_what_came_before_does_not_count():
    gone = FetchError(FeedReason.GONE, "410")
    once = poll_state.next_state(before(FeedState.FAILING, failures=7), NOW, None, None, gone)
    assert (once.state, once.failures) == (FeedState.GONE, 1)
    twice = poll_state.next_state(feed(poll=once), NOW, None, None, gone)
    assert (twice.state, twice.failures) == (FeedState.GONE, 2)


def test_what_the_server_asks_for_is_remembered_with_each_answer():
    hours = timedelta(hours=7)
    error = FetchError(FeedReason.THROTTLED, "429", retry_after=hours)
    failed = poll_state.next_state(before(), NOW, None, None, error)
    assert failed.hints.wait == hours
    answer = fetched("x", retry_after=hours, fresh_for=hours / 7)
    read = poll_state.next_state(feed(poll=failed), NOW, answer, WHOLE, None)
    assert (read.hints.wait, read.hints.fresh_for) == (hours, hours / 7)
    assert poll_state.next_state(feed(poll=read), NOW, fetched(None), None, None).hints.wait is None


@pytest.mark.parametrize(
    ("fresh_for", "expected"), [(None, HALF_HOUR), (timedelta(), timedelta()), (2 * HALF_HOUR,) * 2]
)
def test_a_304_that_says_nothing_of_freshness_leaves_it_as_it_was(fresh_for, expected):
    poll = replace(before().poll, hints=PublisherHints(fresh_for=HALF_HOUR, ttl=HALF_HOUR))
    state = poll_state.next_state(
        feed(poll=poll), NOW, fetched(None, fresh_for=fresh_for), None, None
    )
    assert (state.hints.fresh_for, state.hints.ttl) == (expected, HALF_HOUR)


def test_what_a_document_hints_at_replaces_the_hints_of_the_one_before():
    poll = replace(before().poll, hints=PublisherHints(ttl=HALF_HOUR))
    with_hints = replace(WHOLE, hints=PublisherHints(skip_hours=frozenset({3})))
    state = poll_state.next_state(feed(poll=poll), NOW, fetched("x"), with_hints, None)
    assert state.hints == PublisherHints(skip_hours=frozenset({3}))


@pytest.mark.parametrize("state", [FeedState.FAILING, FeedState.GONE])
def test_a_feed_that_fails_is_no_better_for_unusable_entries(state):
    failing = before(state, last_error="timeout: x", asked_at=NOW).poll
    assert poll_state.degraded(failing, "one entry could not be stored") == failing


def test_a_feed_is_degraded_since_its_first_unusable_entry():
    first = poll_state.degraded(before(asked_at=NOW).poll, "entry 1")
    assert (first.state, first.last_error, first.since) == (FeedState.DEGRADED, "entry 1", NOW)
    later = poll_state.degraded(replace(first, asked_at=NOW + HALF_HOUR), "entry 2")
    assert (later.last_error, later.since) == ("entry 2", NOW)


def test_every_answer_says_when_we_asked():
    for answer in ((fetched("x"), WHOLE, None), (fetched(None), None, None), (None, None, TIMEOUT)):
        assert poll_state.next_state(before(), NOW, *answer).asked_at == NOW


def test_the_publishing_rate_is_learned_from_what_polls_bring_and_not_from_failures():
    def gap(feed_before, *answer, news=()):
        state = poll_state.next_state(feed_before, NOW, *answer)
        return poll_state.with_next_poll(feed_before, state, NOW, BOUNDS, news).gap

    hourly = before(gap=timedelta(hours=6))
    busy = tuple(
        entry(str(n), published_at=NOW - n * timedelta(hours=1)) for n in range(1, 20)
    )  # fmt: skip
    assert gap(hourly, fetched("x"), WHOLE, None, news=busy) < timedelta(hours=3)
    assert gap(hourly, fetched(None), None, None) > timedelta(hours=6)
    assert gap(hourly, None, None, TIMEOUT) == timedelta(hours=6)
    assert gap(feed(), fetched("x"), WHOLE, None, news=busy) < timedelta(hours=2)
    assert gap(feed(), fetched("x"), WHOLE, None) is None


def test_a_feed_whose_host_had_no_turn_free_is_as_it_was_and_soon_due():
    idle = before(FeedState.OK, asked_at=NOW - HALF_HOUR, gap=HALF_HOUR)
    busy = FetchError(FeedReason.BUSY, "many wait")
    state = poll_state.with_next_poll(
        idle, poll_state.next_state(idle, NOW, None, None, busy), NOW, BOUNDS
    )
    assert replace(state, due_at=NOW, due_why="") == idle.poll
    assert timedelta(minutes=1) <= state.due_at - NOW <= timedelta(minutes=2)
    assert state.due_why == "soon: its host is busy with its other feeds"
