"""What a silence would have kept back."""

from __future__ import annotations

from datetime import timedelta

from monitor.actions.silence_preview import preview_silence
from monitor.actions.silences import SilenceRequest
from monitor.domain.alerts import PollResult
from monitor.store.store import Store
from tests.fakes import NOW, article, feed, subscription

DAY = timedelta(days=1)
WEEK = NOW - 7 * DAY


def test_a_recurring_silence_keeps_back_only_in_its_times(store: Store):
    store.feeds.add(feed("g"))
    stored = tuple(
        article(f"a{number}", feed_key="g", seen_at=NOW - number * DAY) for number in range(1, 4)
    )
    store.commit([PollResult(feed_key="g", state=feed("g").poll, articles=stored)])
    store.subscriptions.add(subscription("d", name="desk"))
    request = SilenceRequest(
        reason="r", length=DAY, subscription_key="d", feed_key="g", every="sun,mon"
    )
    preview = preview_silence(store, request, WEEK, NOW)  # seen on Saturday, Sunday and Monday
    assert preview.sentence.startswith("It would have kept back 2 of ")
    assert [past.article.key for past in preview.kept_back] == ["a1", "a2"]
    assert store.silences.list() == []
