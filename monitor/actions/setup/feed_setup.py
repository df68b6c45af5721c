"""Feeds of a setup file: which are added, changed and removed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from monitor.actions.access import audit_log
from monitor.actions.access.audit_log import Changed
from monitor.actions.collecting import feeds as feed_actions
from monitor.actions.collecting.feed_edits import FeedEdit, edit_feed, edited_feed, feed_fields
from monitor.actions.collecting.feed_logins import split_login
from monitor.actions.collecting.feeds import NewFeed
from monitor.actions.option_values import check_interval, check_language, parse_duration
from monitor.actions.setup.setup_file import AUTOMATIC, FeedEntry
from monitor.actions.setup.setup_step import SetupStep, StepKind, named_place
from monitor.domain.errors import ConfigError
from monitor.text.formats import duration_text

if TYPE_CHECKING:
    from monitor.access.caller import Caller
    from monitor.domain.feeds import Feed
    from monitor.settings.values import Network
    from monitor.store.store import Store


def plan_feeds(
    store: Store, entries: Sequence[FeedEntry], allow: Collection[Network], *, prune: bool
) -> list[SetupStep]:
    """The steps after which the feeds are as the entries say; with `prune`, no others are there.

    `allow` holds the private address ranges that the operator opened.  Raise ConfigError for
    an entry that can't be used.
    """
    stored = store.feeds.list()
    by_url: dict[str, Feed] = {}
    for feed in stored:
        by_url |= dict.fromkeys(feed.former_urls, feed)
    by_url |= {feed.url: feed for feed in stored}
    steps, listed = [], set()
    for number, entry in enumerate(entries, start=1):
        with named_place("feeds", number):
            url = feed_url(entry.url, allow)
            stored_feed = by_url.get(url)
            if stored_feed is None:
                steps.append(_add(entry, url))
                continue
            listed.add(stored_feed.key)
            steps += _change(stored_feed, entry)
    if prune:
        steps += [_remove(feed) for feed in stored if feed.key not in listed]
    return steps


def feed_url(text: str, allow: Collection[Network]) -> str:
    """The checked address.  Raise ConfigError for one with a password: files are shared."""
    url, login = split_login(text)
    if login is not None:
        raise ConfigError(
            f"{url}: an address in a setup file has no password: `monitor feeds login` sets it"
        )
    return feed_actions.check_feed_url(url, allow)


def _interval(text: str | None) -> timedelta | None:
    if text in (None, AUTOMATIC):
        return None
    return check_interval(parse_duration(str(text), "every"))


def _add(entry: FeedEntry, url: str) -> SetupStep:
    if entry.language:
        check_language(entry.language)
    request = NewFeed(
        url=url,
        title=entry.title or "",
        language=entry.language or None,
        interval=_interval(entry.every),
        tags=entry.tags or (),
        note=entry.note or "",
        paused=bool(entry.paused),
        full_text=bool(entry.full_text),
    )
    return SetupStep(kind=StepKind.ADD, noun="feed", name=url, perform=partial(_do_add, request))


def _do_add(request: NewFeed, store: Store, caller: Caller, now: datetime) -> str:
    if feed_actions.add_feed(store, request, now).is_new:
        audit_log.record(store, caller, "add feed", request.url, now)
    return ""


def _change(feed: Feed, entry: FeedEntry) -> list[SetupStep]:
    edit = FeedEdit(title=entry.title, language=entry.language, tags=entry.tags, note=entry.note)
    after = edited_feed(feed, edit)
    if entry.every is not None:
        after = replace(after, every=_interval(entry.every))
    if entry.full_text is not None:
        after = replace(after, fulltext=entry.full_text)
    if entry.paused is not None:
        after = replace(after, paused=entry.paused)
    if after == feed:
        return []
    changed = audit_log.changed_fields(_fields(feed), _fields(after))
    return [
        SetupStep(
            kind=StepKind.CHANGE,
            noun="feed",
            name=feed.url,
            before=changed.before or {},
            after=changed.after or {},
            perform=partial(_do_change, feed, after, edit),
        )
    ]


def _fields(feed: Feed) -> Mapping[str, object]:
    return {
        **feed_fields(feed),
        "every": duration_text(feed.every) if feed.every else AUTOMATIC,
        "full_text": feed.fulltext,
        "paused": feed.paused,
    }


def _do_change(
    before: Feed, after: Feed, edit: FeedEdit, store: Store, caller: Caller, now: datetime
) -> str:
    edit_feed(store, before.key, edit, caller, now)
    if after.every != before.every:
        feed_actions.set_interval(store, before.key, after.every)
        text = duration_text(after.every) if after.every else AUTOMATIC
        _record(store, caller, "set interval", after, now, {"interval": text})
    if after.fulltext != before.fulltext:
        feed_actions.set_full_text(store, before.key, after.fulltext)
        switch = "on" if after.fulltext else "off"
        _record(store, caller, "set full text", after, now, {"full_text": switch})
    if after.paused and not before.paused:
        feed_actions.pause_feed(store, before.key, now)
        _record(store, caller, "pause feed", after, now)
    if before.paused and not after.paused:
        feed_actions.resume_feed(store, before.key, now)
        _record(store, caller, "resume feed", after, now)
    return ""


def _record(
    store: Store,
    caller: Caller,
    act: str,
    feed: Feed,
    now: datetime,
    after: Mapping[str, object] | None = None,
) -> None:
    audit_log.record(store, caller, act, feed.url, now, Changed(after=after))


def _remove(feed: Feed) -> SetupStep:
    return SetupStep(
        kind=StepKind.REMOVE, noun="feed", name=feed.url, perform=partial(_do_remove, feed)
    )


def _do_remove(feed: Feed, store: Store, caller: Caller, now: datetime) -> str:
    feed_actions.remove_feed(store, feed.key)
    _record(store, caller, "remove feed", feed, now)
    return ""
