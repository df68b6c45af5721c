"""Log lines of single outcomes: each alert with its recipient, each new failure of a feed."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from monitor.domain.alerts import Attempt, Outcome, PollResult, Subscription
from monitor.domain.feeds import FeedState
from monitor.pipeline.collection import FeedAnswer

log = logging.getLogger(__name__)


def log_attempt(attempt: Attempt, subscription: Subscription) -> None:
    """One line for each recipient; the detail of an answer holds no secret."""
    fields = {"alert": attempt.alert_key[:8], "subscription": subscription.name}
    if attempt.outcome is Outcome.SENT:
        log.info("alert.sent", extra=fields)
        return
    reason = f"{attempt.reason.value}: {attempt.detail}"
    fields |= {"outcome": attempt.outcome.value, "reason": reason, "attempt": str(attempt.number)}
    log.info("alert.failed", extra=fields)


def log_disabled(subscription: Subscription, reason: str) -> None:
    """A line for a receiver that is told nothing more."""
    log.error("subscription.disabled", extra={"subscription": subscription.name, "reason": reason})


def log_new_failures(answers: Sequence[FeedAnswer], results: Sequence[PollResult]) -> None:
    """A line for each reason why feeds fail that did not fail so before."""
    errors = {result.feed_key: result.state for result in results}
    failed: dict[str, list[str]] = {}  # reason → addresses
    for answer in answers:
        state = errors.get(answer.feed.key)
        if state is None or state.state not in (FeedState.FAILING, FeedState.GONE):
            continue
        if state.last_error and state.last_error != answer.feed.poll.last_error:
            failed.setdefault(state.last_error, []).append(answer.feed.url)
    for reason, urls in failed.items():
        fields = {"feed": urls[0], "reason": reason}
        log.info("feed.failed", extra=fields if len(urls) == 1 else fields | {"feeds": len(urls)})
