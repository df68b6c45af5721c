"""When a publisher is asked again, and what each answer makes of a feed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect import pacing
from monitor.domain import FeedState, Parsed, PollState
from monitor.errors import FetchError, ParseError
from monitor.reasons import FeedReason
from tests.fakes import NOW, entry, feed, fetched

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


@given(
    st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=30)),
    st.integers(0, 10_000),
    st.one_of(st.none(), st.timedeltas(timedelta(), timedelta(days=1))),
)
def test_the_next_poll_is_later_than_now_and_no_sooner_than_the_server_asked(
    every, failures, asked
):
    due = pacing.next_due(NOW, every, failures=failures, key="f", at_least=asked)
    assert due > NOW
    assert due >= NOW + (asked or timedelta())
    assert due <= NOW + max(timedelta(days=1), every) * 1.1


def test_each_failure_doubles_the_pause_up_to_a_day():
    def pause(failures: int) -> float:
        return (pacing.next_due(NOW, HALF_HOUR, failures=failures, key="f") - NOW) / timedelta(
            hours=1
        )

    assert [pause(n) / pause(0) for n in range(6)] == pytest.approx([1, 2, 4, 8, 16, 32])
    assert 24 * 0.9 <= pause(6) == pause(100) <= 24 * 1.1


def test_feeds_added_together_are_not_asked_together():
    due = {pacing.next_due(NOW, HALF_HOUR, failures=0, key=f"f{n}") for n in range(50)}
    assert len(due) == 50


def test_a_document_read_whole_is_well_and_its_validators_are_kept():
    got = pacing.next_state(
        before(), NOW, fetched("x", etag='"v2"', last_modified="now"), WHOLE, None
    )
    assert (got.state, got.etag, got.last_modified) == (FeedState.OK, '"v2"', "now")
    assert (got.failures, got.last_error, got.last_ok_at) == (0, None, NOW)


def test_a_document_cut_short_is_degraded_and_its_validators_are_not_kept():
    got = pacing.next_state(before(), NOW, fetched("x", etag='"v2"'), CUT, None)
    assert (got.state, got.last_error) == (FeedState.DEGRADED, "the document ends early")
    assert (got.etag, got.last_modified, got.body_digest) == (None, None, None)


def test_a_feed_without_entries_is_neither_success_nor_failure():
    got = pacing.next_state(before(), NOW, fetched("x"), Parsed(), None)
    assert (got.state, got.failures, got.last_error) == (FeedState.EMPTY, 0, None)


def test_the_first_document_sets_when_we_began_to_watch_and_no_later_one_does():
    first = pacing.next_state(feed(), NOW, fetched("x"), Parsed(), None)
    assert first.first_ok_at == NOW
    assert pacing.next_state(before(), NOW, fetched("x"), WHOLE, None).first_ok_at < NOW


def test_the_same_bytes_need_no_reading():
    read = pacing.next_state(feed(), NOW, fetched("x"), WHOLE, None)
    assert pacing.is_same_body(feed(poll=read), fetched("x"))
    assert not pacing.is_same_body(feed(poll=read), fetched("y"))
    assert not pacing.is_same_body(feed(), fetched("x"))


@pytest.mark.parametrize(
    ("was", "now_is"),
    [
        (FeedState.OK, FeedState.UNCHANGED),
        (FeedState.UNCHANGED, FeedState.UNCHANGED),
        (FeedState.EMPTY, FeedState.EMPTY),
        (FeedState.DEGRADED, FeedState.DEGRADED),
        (FeedState.FAILING, FeedState.FAILING),
        (FeedState.GONE, FeedState.GONE),
    ],
)
def test_unchanged_is_unchanged_and_no_recovery(was, now_is):
    old = before(was, failures=3, last_error="timeout: x")
    got = pacing.next_state(old, NOW, fetched(None), None, None)
    assert got.state is now_is
    assert got.failures == 0


def test_after_a_failure_unchanged_asks_for_the_whole_document_next():
    old = before(FeedState.FAILING, failures=3, last_error="timeout: x")
    got = pacing.next_state(old, NOW, fetched(None), None, None)
    assert (got.etag, got.last_modified, got.last_error) == (None, None, "timeout: x")
    settled = pacing.next_state(feed(poll=got), NOW, fetched("x"), WHOLE, None)
    assert (settled.state, settled.last_error) == (FeedState.OK, None)


@pytest.mark.parametrize("was", [FeedState.FAILING, FeedState.GONE, FeedState.OK])
def test_the_same_bytes_sent_again_are_proof_enough(was):
    old = before(was, failures=3, last_error="timeout: x")
    got = pacing.next_state(old, NOW, fetched("x", etag='"v2"'), None, None)
    assert (got.state, got.failures, got.last_error) == (FeedState.UNCHANGED, 0, None)
    assert (got.etag, got.last_modified, got.body_digest) == ('"v2"', None, "d")


@pytest.mark.parametrize(
    ("error", "state", "says"),
    [
        (TIMEOUT, FeedState.FAILING, "timeout: no answer within 30 s"),
        (ParseError(FeedReason.NOT_A_FEED, "a page"), FeedState.FAILING, "not_a_feed: a page"),
        (FetchError(FeedReason.GONE, "410"), FeedState.GONE, "gone: 410"),
    ],
)
def test_a_failure_is_a_state_with_a_reason_and_forgets_nothing(error, state, says):
    got = pacing.next_state(before(), NOW, None, None, error)
    assert (got.state, got.last_error, got.failures) == (state, says, 1)
    assert (got.etag, got.last_ok_at) == ('"v1"', NOW - timedelta(days=1))


def test_a_feed_that_is_gone_is_still_asked_once_a_day():
    got = pacing.next_state(before(), NOW, None, None, FetchError(FeedReason.GONE, "410"))
    assert got.due_at - NOW == pytest.approx(timedelta(days=1), rel=0.11)


def test_what_the_server_asks_for_is_kept():
    error = FetchError(FeedReason.THROTTLED, "429", retry_after=timedelta(hours=7))
    assert pacing.next_state(before(), NOW, None, None, error).due_at >= NOW + timedelta(hours=7)
    asked = fetched("x", retry_after=timedelta(hours=7))
    assert pacing.next_state(before(), NOW, asked, WHOLE, None).due_at >= NOW + timedelta(hours=7)
