"""The result of one poll: what its feed's answer and its new articles change in the store."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import datetime

from monitor.domain.alerts import PollResult
from monitor.domain.articles import Article
from monitor.domain.feeds import PollState, PublishingHistory
from monitor.pipeline.collection import FeedAnswer
from monitor.polling import poll_state, redirects, staleness
from monitor.polling.next_poll import PollIntervals
from monitor.polling.staleness import StalenessLimits


def poll_result(
    answer: FeedAnswer,
    articles: Sequence[Article],
    edited_keys: Container[str],
    now: datetime,
    intervals: PollIntervals,
    limits: StalenessLimits,
) -> PollResult:
    """The result of this answer, without alerts; `articles` are its new and edited ones."""
    new = [article for article in articles if article.key not in edited_keys]
    history = staleness.updated_history(
        answer.feed.history, staleness.publication_times(new, answer.feed.history)
    )
    state = _next_poll_state(answer, history, now, limits)
    entries = [article.entry for article in new]
    state = poll_state.with_next_poll(answer.feed, state, now, intervals, entries)
    parsed = answer.document.parsed
    return PollResult(
        feed_key=answer.feed.key,
        token=answer.claimed.token,
        at=now,
        state=state,
        url=redirects.new_address(state, now),
        history=history if new else None,
        title=parsed.title,
        language=parsed.language,
        entries=len(parsed.entries),
        articles=tuple(new),
        edited=tuple(article for article in articles if article.key in edited_keys),
        memory=parsed.memory,
    )


def _next_poll_state(
    answer: FeedAnswer,
    history: PublishingHistory,
    now: datetime,
    limits: StalenessLimits,
) -> PollState:
    """How the feed does after this answer; when it is polled next is not planned yet."""
    feed = answer.feed
    state = poll_state.next_state(feed, now, answer.fetched, answer.parsed, answer.error)
    return staleness.with_staleness(feed.poll, state, history, now, limits)
