"""What a person may do with feeds: add, find, list, show, pause, resume, change, remove.

Discovery and trial fetches are in `feed_discovery` and `feed_check`, OPML lists in `feed_lists`.
Functions that take `key_or_url` raise ConfigError when no feed is meant by it, or several.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.actions import as_json
from monitor.actions.as_json import JsonObject
from monitor.actions.collecting.feed_logins import without_login
from monitor.actions.header_files import header_names
from monitor.actions.option_values import check_interval, check_language
from monitor.domain.errors import ConfigError
from monitor.domain.feeds import Feed, FeedLogin, FeedState, PollState
from monitor.domain.keys import feed_key
from monitor.polling import staleness
from monitor.text.formats import duration_text, readable_duration
from monitor.text.urls import web_address

if TYPE_CHECKING:
    from monitor.polling.websub import HubSubscription
    from monitor.settings.values import Network
    from monitor.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFeed:
    """A feed to poll, as a person or a list describes it."""

    url: str  # checked by `check_feed_url`
    login: FeedLogin | None = None
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    key: str = ""  # empty: made from the address
    title: str = ""
    language: str | None = None  # BCP 47
    interval: timedelta | None = None  # between two polls; None: as the feed publishes
    tags: tuple[str, ...] = ()
    note: str = ""
    paused: bool = False
    full_text: bool = False

    def feed(self, now: datetime) -> Feed:
        """The feed, due now."""
        return Feed(
            key=self.key or feed_key(self.url),
            url=self.url,
            login=self.login,
            headers=self.headers,
            title=self.title,
            language=self.language,
            every=self.interval,
            tags=self.tags,
            note=self.note,
            paused=self.paused,
            fulltext=self.full_text,
            poll=PollState(due_at=now),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedFeed:
    """The feed that was added, or the one of the same address that was stored before."""

    feed: Feed
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFeed:
    """A stored feed, as lists show it."""

    feed: Feed

    def as_json(self) -> JsonObject:
        """The feed as `feeds list --json` prints it."""
        return _feed_as_json(self.feed)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDetails:
    """One feed, with its subscription at a WebSub hub if it has one."""

    feed: Feed
    hub: HubSubscription | None

    def as_json(self) -> JsonObject:
        """The feed as `feeds show --json` prints it."""
        return _feed_as_json(self.feed)


def check_feed_url(url: str, allow: Collection[Network]) -> str:
    """The address, normalised.  Raise FetchError or ConfigError when it may not be fetched.

    `allow` holds the private address ranges that the operator opened.
    """
    from monitor.net import egress

    return egress.check_url(web_address(url), allow=tuple(allow))


def check_full_text() -> None:
    """Raise ConfigError when the library that reads article pages is not installed."""
    from monitor.runtime import build

    reason = build.full_text_fault()
    if reason:
        raise ConfigError(reason)


def add_feed(store: Store, request: NewFeed, now: datetime) -> AddedFeed:
    """Store a feed; its first poll stores what is there and alerts nobody.

    A feed of the same address stays as it is.  Raise ConfigError when the feed can't be stored, or
    when full text is asked for and can't be read.
    """
    if request.full_text:
        check_full_text()
    if request.language:
        check_language(request.language)
    if request.interval is not None:
        check_interval(request.interval)
    check_authorization(request.login, request.headers)
    feed = request.feed(now)
    return AddedFeed(feed=feed, is_new=store.feeds.add(feed))


def find_feed(store: Store, key_or_url: str) -> Feed:
    """The feed of this key, beginning of a key, or address.  Raise ConfigError."""
    name = without_login(key_or_url)
    feed = store.feeds.find(name)
    if feed is None:
        raise ConfigError(f"no feed {name!r}: `monitor feeds list` shows their keys and addresses")
    return feed


def list_feeds(store: Store, states: Collection[FeedState] = ()) -> list[ListedFeed]:
    """Every feed in one of these states; without states, every feed."""
    only_paused = set(states) == {FeedState.PAUSED}
    feeds = store.feeds.list(paused=True if only_paused else None)
    return [ListedFeed(feed=feed) for feed in feeds if not states or feed_state(feed) in states]


def show_feed(store: Store, key_or_url: str) -> FeedDetails:
    """One feed with all that is known of it."""
    feed = find_feed(store, key_or_url)
    return FeedDetails(feed=feed, hub=store.websub.by_feed(feed.key))


def pause_feed(store: Store, key_or_url: str, now: datetime) -> Feed:
    """Stop polling a feed until `resume_feed`."""
    feed = find_feed(store, key_or_url)
    store.feeds.set_paused(feed.key, True, now)
    return feed


def resume_feed(store: Store, key_or_url: str, now: datetime) -> Feed:
    """Poll a paused feed again; a feed that was gone is due now."""
    feed = find_feed(store, key_or_url)
    store.feeds.set_paused(feed.key, False, now)
    if feed.poll.state is FeedState.GONE:
        store.feeds.revive(feed.key, now)
    return feed


def poll_soon(store: Store, key_or_url: str, now: datetime) -> Feed:
    """Poll a feed at the next round, whatever the time of its next poll was.

    Raise ConfigError for a feed that is paused.
    """
    feed = find_feed(store, key_or_url)
    if feed.paused:
        raise ConfigError(f"{feed.url} is paused: resume it first")
    store.feeds.make_due(feed.key, now)
    return feed


def set_interval(store: Store, key_or_url: str, interval: timedelta | None) -> Feed:
    """Set the time between two polls, from the next poll on; None: as the feed publishes.

    The limits that the publisher declares are kept in any case.  Raise InvalidOption for a time
    that is too short or too long.
    """
    if interval is not None:
        check_interval(interval, "the interval")
    feed = find_feed(store, key_or_url)
    store.feeds.set_interval(feed.key, interval)
    return feed


def set_full_text(store: Store, key_or_url: str, enabled: bool) -> Feed:
    """Read the pages of a feed's new articles, or not, from the next poll on.

    Raise ConfigError when pages can't be read.
    """
    if enabled:
        check_full_text()
    feed = find_feed(store, key_or_url)
    store.feeds.set_fulltext(feed.key, enabled)
    return feed


def set_login(store: Store, key_or_url: str, login: FeedLogin | None, now: datetime) -> Feed:
    """Set the user name and password of a feed, or remove them, and poll it at the next round."""
    feed = find_feed(store, key_or_url)
    check_authorization(login, feed.headers)
    store.feeds.set_login(feed.key, login, now)
    return feed


def set_headers(
    store: Store, key_or_url: str, headers: tuple[tuple[str, str], ...], now: datetime
) -> Feed:
    """Set the feed's own request headers, instead of all others, and poll it at the next round.

    Raise ConfigError for an Authorization header of a feed that has a user name.
    """
    feed = find_feed(store, key_or_url)
    check_authorization(feed.login, headers)
    store.feeds.set_headers(feed.key, headers, now)
    return feed


def check_authorization(login: FeedLogin | None, headers: tuple[tuple[str, str], ...]) -> None:
    """Raise ConfigError when both would send the same header."""
    if login is not None and any(name.lower() == "authorization" for name, _ in headers):
        raise ConfigError(
            "the feed has a user name already, which is sent as Authorization: remove it with"
            " `monitor feeds login FEED --remove`, or leave the header out"
        )


def remove_feed(store: Store, key_or_url: str) -> Feed:
    """Delete a feed; its articles stay."""
    feed = find_feed(store, key_or_url)
    store.feeds.remove(feed.key)
    return feed


def feed_state(feed: Feed) -> FeedState:
    """The state to show: a paused feed is `paused`, whatever its last poll came to."""
    return FeedState.PAUSED if feed.paused else feed.poll.state


def state_reason(feed: Feed, now: datetime) -> str:
    """The fault and how long it has lasted; without one, the reason of the next poll's time."""
    poll = feed.poll
    if feed.paused:
        return "not polled until `monitor feeds resume`"
    if poll.last_error is None:
        return poll.due_why
    if poll.since is None or poll.state is FeedState.SILENT:  # its sentence names the time
        return poll.last_error
    return f"{poll.last_error} (for {readable_duration(now - poll.since)})"


def _feed_as_json(feed: Feed) -> JsonObject:
    """Instants are in RFC 3339, durations as in "1h30m"."""

    def duration(value: timedelta | None) -> str | None:
        return duration_text(value) if value else None

    return {
        "key": feed.key,
        "url": feed.url,
        "title": feed.title,
        "former_urls": feed.former_urls,
        "language": feed.language,
        "state": feed_state(feed),
        "since": as_json.instant(feed.poll.since),
        "newest_at": as_json.instant(feed.history.newest_at),
        "usual_gap": duration(staleness.usual_gap(feed.history)),
        "last_ok_at": as_json.instant(feed.poll.last_ok_at),
        "last_error": feed.poll.last_error,
        "due_at": as_json.instant(feed.poll.due_at),
        "failures": feed.poll.failures,
        "due_why": feed.poll.due_why,
        "asked_at": as_json.instant(feed.poll.asked_at),
        "gap": duration(feed.poll.gap),
        "every": duration(feed.every),
        "full_text": feed.fulltext,
        "tags": feed.tags,
        "note": feed.note,
        "user": feed.login.user if feed.login else None,
        "header_names": header_names(feed.headers),
    }
