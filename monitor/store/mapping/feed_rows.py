"""Rows of `feeds`: a feed, its poll state and publishing history to columns, and back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from monitor.domain.feeds import Feed, FeedLogin, FeedState, PollState, PublishingHistory, Redirect
from monitor.polling import publisher_hints
from monitor.store.mapping.column_text import (
    Values,
    exact_text,
    headers_from_json,
    headers_json,
    text_or_none,
)
from monitor.store.schema.base import HOST_LENGTH, LOGIN_LENGTH, SENTENCE_LENGTH, URL_LENGTH
from monitor.text.urls import host_name

# The next document is read, even when it is the same as the last one.
UNREAD: Values = {"etag": None, "last_modified": None, "body_digest": None}


def feed_values(feed: Feed) -> Values:
    """The columns of a new feed.  Raise ConfigError for a key or address that can't be stored."""
    return {
        "key": exact_text("feed's key", feed.key, 64),
        **address_values(feed.url),
        **login_values(feed.login),
        "headers": headers_json(feed.headers),
        "title": feed.title,
        "language": feed.language,
        "former_urls": list(feed.former_urls),
        "every_us": feed.every,
        "tags": list(feed.tags),
        "note": feed.note,
        "paused": feed.paused,
        "fulltext": feed.fulltext,
        "pushed_until": feed.pushed_until,
        "told_state": FeedState.OK,
        "told_at": None,
        "told_times": 0,
        **history_values(feed.history),
        **poll_values(feed.poll),
    }


def edited_values(after: Feed) -> Values:
    """The columns that an edit writes.  Raise ConfigError for an address that can't be stored.

    Without a title or a language the next document gives them: then it is read whole.
    """
    values = {
        **address_values(after.url),
        "title": after.title,
        "language": after.language,
        "tags": list(after.tags),
        "note": after.note,
    }
    return values if after.title and after.language else {**values, **UNREAD}


def address_values(url: str) -> Values:
    """The columns of a feed's address.  Raise ConfigError when it can't be stored."""
    return {
        "url": exact_text("feed's address", url, URL_LENGTH),
        "host": host_name(url)[:HOST_LENGTH],
    }


def moved_values(row: Row[Any], after: Feed, now: datetime) -> Values:
    """The columns that an edit of the address writes, too."""
    former = [old for old in row.former_urls if old not in (row.url, after.url)]
    return {
        **UNREAD,
        **login_values(after.login),
        "headers": headers_json(after.headers),
        "former_urls": [*former, row.url],
        "move": {},
        "failures": 0,
        "due_at": now,
        "due_why": "now: its address was changed",
    }


def login_values(login: FeedLogin | None) -> Values:
    """The columns of a feed's login.  Raise ConfigError when it can't be stored."""
    if login is None:
        return {"username": None, "password": None}
    texts = {"username": login.user, "password": login.password}
    return {
        name: exact_text(f"feed's {name}", text, LOGIN_LENGTH) if text else ""
        for name, text in texts.items()
    }


def poll_values(poll: PollState) -> Values:
    """The columns that each poll writes."""
    return {
        "due_at": poll.due_at,
        "due_why": poll.due_why,
        "asked_at": poll.asked_at,
        "gap_us": poll.gap,
        "wishes": publisher_hints.hints_as_json(poll.hints),
        "move": _redirect_json(poll.redirect),
        "state": poll.state,
        "etag": text_or_none(poll.etag, SENTENCE_LENGTH),
        "last_modified": text_or_none(poll.last_modified, SENTENCE_LENGTH),
        "body_digest": poll.body_digest,
        "failures": poll.failures,
        "first_ok_at": poll.first_ok_at,
        "last_ok_at": poll.last_ok_at,
        "last_error": poll.last_error,
        "since": poll.since,
    }


def history_values(history: PublishingHistory) -> Values:
    """The columns that a poll with new entries writes."""
    return {"newest_at": history.newest_at, "habit": [list(day) for day in history.days]}


def feed_from_row(row: Row[Any]) -> Feed:
    """The feed of a row."""
    return Feed(
        key=row.key,
        url=row.url,
        login=_login(row),
        headers=headers_from_json(row.headers),
        title=row.title,
        language=row.language,
        former_urls=tuple(row.former_urls),
        every=row.every_us,
        tags=tuple(row.tags),
        note=row.note,
        paused=row.paused,
        fulltext=row.fulltext,
        pushed_until=row.pushed_until,
        poll=PollState(
            due_at=row.due_at,
            due_why=row.due_why,
            asked_at=row.asked_at,
            gap=row.gap_us,
            hints=publisher_hints.hints_from_json(row.wishes),
            redirect=_redirect(row.move),
            state=row.state,
            etag=row.etag,
            last_modified=row.last_modified,
            body_digest=row.body_digest,
            failures=row.failures,
            first_ok_at=row.first_ok_at,
            last_ok_at=row.last_ok_at,
            last_error=row.last_error,
            since=row.since,
        ),
        history=_history(row),
    )


def is_too_long(url: str) -> bool:
    """Whether this address is too long, or holds characters that can't be stored."""
    return text_or_none(url, URL_LENGTH) is None or len(url.encode()) > URL_LENGTH


def _login(row: Row[Any]) -> FeedLogin | None:
    if row.username is None:
        return None
    return FeedLogin(user=row.username, password=row.password or "")


def _history(row: Row[Any]) -> PublishingHistory:
    days = tuple((day, count, longest) for day, count, longest in row.habit)
    return PublishingHistory(newest_at=row.newest_at, days=days)


def _redirect_json(redirect: Redirect | None) -> Values:
    """The column `move`; an address that can't be stored is ignored."""
    if redirect is None or is_too_long(redirect.to):
        return {}
    return {"to": redirect.to, "since": redirect.since.isoformat(), "times": redirect.times}


def _redirect(column: Values) -> Redirect | None:
    if not column:
        return None
    since = datetime.fromisoformat(column["since"]).astimezone(UTC)
    return Redirect(to=column["to"], since=since, times=column["times"])
