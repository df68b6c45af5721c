"""Events are read in their order from the numbers that the store gives, on both databases."""

from __future__ import annotations

from datetime import timedelta

from monitor.domain.articles import Mark
from monitor.store.events.event_log import (
    MARKS_WAIT,
    EventPosition,
    EventType,
    StoredEvent,
    parse_position,
)
from monitor.store.rules.rule_version import RuleVersion
from monitor.store.store import Store
from tests.store.builders import NOW, a_feed, a_poll, a_rejected_article, an_article

LATER = NOW + MARKS_WAIT


def fill(store: Store) -> None:
    feed = a_feed()
    store.feeds.add(feed)
    first, second = an_article("one", feed), an_article("two", feed)
    store.commit([a_poll(feed, first, a_rejected_article("weather", feed), second)])
    store.marks.add(Mark(article_key=first.key, relevant=False, marked_at=NOW, by="Mina"))
    store.rule_versions.add(RuleVersion(at=NOW, by="Otto", text="", config="a"))


def test_events_come_once_and_in_order(store: Store) -> None:
    fill(store)
    page = store.event_log.since(EventPosition(), LATER, 10)
    kinds = [event.type.value for event in page.events]
    assert kinds == ["article.flagged"] * 2 + ["article.marked", "rules.in_force"]
    assert page.events[2].data["relevant"] is False
    assert not page.has_more
    assert page.position.reaches(EventPosition(articles=2, marks=1, rules=1))
    again = store.event_log.since(page.position, LATER, 10)
    assert (again.events, again.position) == ((), page.position)
    assert store.event_log.newest(LATER).reaches(page.position)


def test_a_page_is_bounded_and_the_next_goes_on(store: Store) -> None:
    fill(store)
    page = store.event_log.since(EventPosition(), LATER, 1)
    assert page.has_more
    following = store.event_log.since(page.position, LATER, 1)
    flagged = [event for event in following.events if event.type is EventType.ARTICLE_FLAGGED]
    assert len(flagged) == 1
    assert flagged[0].number > page.events[0].number


def test_a_mark_waits_until_none_before_it_can_come(store: Store) -> None:
    fill(store)
    early = store.event_log.since(EventPosition(), NOW + timedelta(seconds=1), 10)
    assert EventType.ARTICLE_MARKED not in {event.type for event in early.events}
    assert store.event_log.newest(NOW).marks == 0


def test_a_position_is_read_back() -> None:
    position = EventPosition(articles=12, marks=3, rules=4)
    assert parse_position(str(position)) == position
    for text in ("", "1.2", "1.2.x", "-1.2.3", "1.2.3.4", "9" * 30 + ".1.1", "１.2.3"):
        assert parse_position(text) is None
    event = StoredEvent(
        type=EventType.ARTICLE_MARKED, number=4, position=position, data={}
    )  # fmt: skip
    assert event.is_after(position)
    assert not event.is_after(EventPosition(marks=4))
