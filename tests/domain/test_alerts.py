"""Alerts and the counts of a poll."""

from __future__ import annotations

from monitor.domain.alerts import Alert, PollResult
from monitor.domain.feeds import PollState
from monitor.domain.message_contents import ServiceStateChanged
from tests.fakes import NOW, article, decision


def test_an_alert_has_the_type_of_its_content():
    content = ServiceStateChanged()
    notice = Alert(key="k", subscription_key="s", content=content, created_at=NOW, due_at=NOW)
    assert notice.type is content.type


def test_the_counts_of_a_poll_have_no_texts():
    state = PollState(due_at=NOW)
    flagged, old = article("a", seen_at=NOW), article("b", backlog=True, seen_at=NOW)
    rejected = article("c", decision=decision(relevant=False))
    poll = PollResult(
        feed_key="f", state=state, articles=(flagged, old, rejected), edited=(flagged,)
    )
    counts = poll.counts()
    assert (counts.feed_key, counts.state, counts.new) == ("f", state, 3)
    assert (counts.backlog, counts.edited) == (1, 1)
    assert "a" in {article.key for article in counts.flagged}
    assert "c" not in {article.key for article in counts.flagged}
