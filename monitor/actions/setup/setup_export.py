"""Export feeds, subscriptions and silences as a setup file; secrets are never in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.alerts.time_intervals import interval_text
from monitor.deliver.messages import schedule_text
from monitor.domain.alerts import Subscription, SubscriptionState
from monitor.domain.keys import sign_up_key
from monitor.text.formats import duration_text

if TYPE_CHECKING:
    from monitor.domain.delivery_schedule import DeliverySchedule
    from monitor.domain.feeds import Feed
    from monitor.store.store import Store

_HEAD = (
    "Feeds, subscriptions and silences of Watchpost, for `monitor apply`.",
    "Passwords, signing secrets and the tokens of chat addresses are not in it.",
)


def export_setup(store: Store, now: datetime) -> str:
    """The setup as TOML, which `apply` takes without a change.

    Subscriptions of readers who signed up by themselves, and silences that ended, are left out.
    """
    import tomlkit

    feeds = store.feeds.list()
    urls = {feed.key: feed.url for feed in feeds}
    subscriptions = store.subscriptions.list()
    names = {subscription.key: subscription.name for subscription in subscriptions}
    document = tomlkit.document()
    for line in _HEAD:
        document.add(tomlkit.comment(line))
    tables: dict[str, list[Mapping[str, object]]] = {
        "feeds": [_feed(feed) for feed in feeds],
        "subscriptions": [
            dict(_subscription(subscription, urls))
            for subscription in subscriptions
            if subscription.key != sign_up_key(subscription.address)
        ],
        "silences": list(_silences(store, names, urls, now)),
    }
    for name, entries in tables.items():
        array = tomlkit.aot()
        for entry in entries:
            array.append(tomlkit.item(entry))
        if entries:
            document.add(name, array)
    return tomlkit.dumps(document)


def _feed(feed: Feed) -> Mapping[str, object]:
    return {
        "url": feed.url,
        "title": feed.title,
        "language": feed.language or "",
        "every": duration_text(feed.every) if feed.every else "auto",
        "tags": list(feed.tags),
        "note": feed.note,
        "full_text": feed.fulltext,
        "paused": feed.paused,
    }


def _subscription(
    subscription: Subscription, urls: Mapping[str, str]
) -> Iterator[tuple[str, object]]:
    yield "name", subscription.name
    yield subscription.channel.value, subscription.address
    yield "topics", sorted(subscription.topics)
    yield "themes", sorted(subscription.themes)
    yield "languages", sorted(subscription.languages)
    yield "feeds", sorted(urls.get(key, key) for key in subscription.feeds)
    yield "min_score", subscription.min_score
    yield "filter", subscription.filter.text if subscription.filter else ""
    yield "about", sorted(about.value for about in subscription.about)
    yield "repeat", subscription.repeat.value
    yield "tier", subscription.tier.value
    yield from _schedule(subscription.cadence)
    if subscription.state in (SubscriptionState.ACTIVE, SubscriptionState.PAUSED):
        yield "paused", subscription.state is SubscriptionState.PAUSED


def _schedule(schedule: DeliverySchedule) -> Iterator[tuple[str, object]]:
    """The keys that the schedule may have: some contradict its cadence."""
    quiet = schedule.quiet
    yield "cadence", schedule.every.value
    yield "zone", schedule.zone
    yield (
        "quiet",
        "-".join(
            [schedule_text.clock(quiet.start), schedule_text.clock(quiet.end)]
            if quiet
            else ["none"]
        ),
    )
    yield "budget", "none" if schedule.budget is None else schedule.budget
    yield "group", duration_text(schedule.group) if schedule.group else "none"
    if schedule.gathers:
        yield "at", schedule_text.clock(schedule.at)
        yield "empty_digest", schedule.empty
    if schedule.every.value == "weekly":
        yield "on", schedule_text.WEEKDAYS[schedule.weekday]


def _silences(
    store: Store, names: Mapping[str, str], urls: Mapping[str, str], now: datetime
) -> Iterator[Mapping[str, object]]:
    for silence in store.silences.list(until_after=now):
        parts = {
            "subscription": names.get(silence.subscription_key or "", silence.subscription_key),
            "feed": urls.get(silence.feed_key or "", silence.feed_key),
            "theme": silence.theme,
            "term": silence.term,
        }
        if silence.every:
            times = {"every": interval_text(silence.every), "zone": silence.every.zone}
            parts |= times
        scope = {name: value for name, value in parts.items() if value}
        yield {**scope, "reason": silence.reason, "until": silence.until}
