"""From a noun to its row and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from monitor.domain.alerts import About, Alert, Health, Subscription
from monitor.domain.articles import Article, Decision, RuleAction, RuleHit, Term
from monitor.domain.delivery_schedule import PLAIN
from monitor.domain.errors import ConfigError
from monitor.domain.feeds import Entry, Feed, FeedState, Move, PollState
from monitor.polling import publisher_hints
from monitor.store import habits, rhythms
from monitor.store.columns import is_storable
from monitor.store.table_row import SENTENCE_LENGTH, URL_LENGTH
from monitor.text.comparison import wording_key

Values = dict[str, Any]


def exact(what: str, text: str, limit: int) -> str:
    """The text as it stands, for what must not be cut or mended: an address, a name, a secret.

    Raise ConfigError when it is empty, longer than `limit` bytes, or holds a character that no
    database takes.
    """
    if not text:
        raise ConfigError(f"the {what} is empty: give one")
    if not is_storable(text):
        raise ConfigError(f"the {what} holds a character that can't be stored: type it again")
    if len(text.encode()) > limit:
        raise ConfigError(f"the {what} is longer than {limit:,} bytes: use a shorter one")
    return text


def _whole(text: str | None, limit: int) -> str | None:
    """The text, or nothing: half a validator or link is worse than none."""
    if text is None or len(text) > limit or not is_storable(text):
        return None
    return text


# ── feeds ────────────────────────────────────────────────────────────────────────────────────────


def feed_values(feed: Feed) -> Values:
    """A row of `feeds`.  Raise ConfigError for a key or address that can't be stored."""
    return {
        "key": exact("feed's key", feed.key, 64),
        "url": exact("feed's address", feed.url, URL_LENGTH),
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
        **habits.values(feed.habit),
        **poll_values(feed.poll),
    }


def poll_values(poll: PollState) -> Values:
    """The columns of `feeds` that one poll changes."""
    return {
        "due_at": poll.due_at,
        "due_why": poll.due_why,
        "asked_at": poll.asked_at,
        "gap_us": poll.gap,
        "wishes": publisher_hints.flat(poll.wishes),
        "move": _flat_move(poll.move),
        "state": poll.state,
        "etag": _whole(poll.etag, SENTENCE_LENGTH),
        "last_modified": _whole(poll.last_modified, SENTENCE_LENGTH),
        "body_digest": poll.body_digest,
        "failures": poll.failures,
        "first_ok_at": poll.first_ok_at,
        "last_ok_at": poll.last_ok_at,
        "last_error": poll.last_error,
        "since": poll.since,
    }


def feed_of(row: Row[Any]) -> Feed:
    """A row as the feed it is."""
    return Feed(
        key=row.key,
        url=row.url,
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
            wishes=publisher_hints.of(row.wishes),
            move=_move(row.move),
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
        habit=habits.of(row),
    )


def is_too_long(url: str) -> bool:
    """Can't this address be stored?"""
    return _whole(url, URL_LENGTH) is None or len(url.encode()) > URL_LENGTH


def _flat_move(move: Move | None) -> Values:
    """An address that can't be stored is no move."""
    if move is None or is_too_long(move.to):
        return {}
    return {"to": move.to, "since": move.since.isoformat(), "times": move.times}


def _move(said: Values) -> Move | None:
    if not said:
        return None
    since = datetime.fromisoformat(said["since"]).astimezone(UTC)
    return Move(to=said["to"], since=since, times=said["times"])


# ── articles ─────────────────────────────────────────────────────────────────────────────────────


def article_values(article: Article) -> Values:
    """A row of `articles`."""
    entry, decision = article.entry, article.decision
    return {
        "key": article.key,
        "copy_key": article.copy_key,
        "feed_key": article.feed_key,
        "seen_at": article.seen_at,
        "backlog": article.backlog,
        "alias": article.alias,
        "wording": wording_key(entry.title, article.said.text),
        "edits": article.edits,
        "edited_at": article.edited_at,
        "title": entry.title,
        "text": entry.text,
        "own_text": article.own_text,
        "page": article.page,
        "url": _whole(entry.url, 4_000),
        "guid": entry.guid,
        "author": entry.author,
        "language": entry.language,
        "published_at": entry.published_at,
        "tags": list(entry.tags),
        "relevant": decision.relevant,
        "reason": decision.reason,
        "score": decision.score,
        "pack_score": decision.pack_score,
        "threshold": decision.threshold,
        "themes": dict(decision.themes),
        "labels": list(decision.labels),
        "terms": [[term.text, term.weight] for term in decision.terms],
        "rules": [_hit_values(hit) for hit in decision.rules],
        "pack": decision.pack,
        "config": decision.config,
    }


def _hit_values(hit: RuleHit) -> Values:
    return {
        "rule": hit.rule,
        "action": hit.action.value,
        "terms": list(hit.terms),
        "boost": hit.boost,
        "theme": hit.theme,
    }


def _hit_of(values: Values) -> RuleHit:
    return RuleHit(
        rule=values["rule"],
        action=RuleAction(values["action"]),
        terms=tuple(values["terms"]),
        boost=float(values["boost"]),
        theme=values["theme"],
    )


def article_of(row: Row[Any]) -> Article:
    """A row as the article it is."""
    return Article(
        key=row.key,
        copy_key=row.copy_key,
        feed_key=row.feed_key,
        alias=row.alias,
        seen_at=row.seen_at,
        backlog=row.backlog,
        entry=_entry_of(row),
        own_text=row.own_text,
        page=row.page,
        decision=_decision_of(row),
        edits=row.edits,
        edited_at=row.edited_at,
    )


def revision_of(row: Row[Any], newest: Article) -> Article:
    """A row of `revisions` as the article was then."""
    return replace(
        newest,
        entry=_entry_of(row),
        own_text=row.own_text,
        page=row.page,
        decision=_decision_of(row),
        edits=row.edits,
        edited_at=row.edited_at,
    )


def _entry_of(row: Row[Any]) -> Entry:
    return Entry(
        title=row.title,
        text=row.text,
        url=row.url,
        guid=row.guid,
        author=row.author,
        language=row.language,
        published_at=row.published_at,
        tags=tuple(row.tags),
    )


def _decision_of(row: Row[Any]) -> Decision:
    # PostgreSQL keeps the 1e16 of a JSON document as a whole number: hence every float()
    return Decision(
        relevant=row.relevant,
        reason=row.reason,
        score=row.score,
        pack_score=row.pack_score,
        threshold=row.threshold,
        themes={slug: float(chance) for slug, chance in row.themes.items()},
        labels=tuple(row.labels),
        terms=tuple(Term(text=text, weight=float(weight)) for text, weight in row.terms),
        rules=tuple(_hit_of(hit) for hit in row.rules),
        pack=row.pack,
        config=row.config,
    )


# ── subscriptions ────────────────────────────────────────────────────────────────────────────────


def subscription_values(subscription: Subscription) -> Values:
    """A row of `subscriptions`.  Raise ConfigError for a name or address that can't be stored."""
    secret = subscription.secret
    return {
        "key": exact("subscription's key", subscription.key, 64),
        "name": exact("subscription's name", subscription.name, 200),
        "channel": subscription.channel,
        "address": exact("subscription's address", subscription.address, URL_LENGTH),
        "secret": exact("subscription's secret", secret, URL_LENGTH) if secret else "",
        "old_secrets": secrets_values(subscription.old_secrets),
        "themes": sorted(subscription.themes),
        "languages": sorted(subscription.languages),
        "feeds": sorted(subscription.feeds),
        "min_score": subscription.min_score,
        "about": sorted(subscription.about),
        "cadence": rhythms.cadence_values(subscription.cadence),
        "next_at": None if subscription.cadence == PLAIN else subscription.created_at,
        "spent": 0,
        "state": subscription.state,
        "state_reason": subscription.state_reason,
        **health_values(subscription.health),
        "created_at": subscription.created_at,
    }


def secrets_values(old: Sequence[tuple[str, datetime]]) -> list[list[str]]:
    """Former secrets as JSON holds them, each with its end."""
    return [[secret, until.isoformat()] for secret, until in old]


def health_values(health: Health) -> Values:
    """The columns of `subscriptions` that delivering changes."""
    return {
        "failures": health.failures,
        "refusals": health.refusals,
        "failing_since": health.failing_since,
        "failed_at": health.failed_at,
        "rests_until": health.rests_until,
    }


def subscription_of(row: Row[Any]) -> Subscription:
    """A row as the subscription it is."""
    return Subscription(
        key=row.key,
        name=row.name,
        channel=row.channel,
        address=row.address,
        secret=row.secret,
        themes=frozenset(row.themes),
        languages=frozenset(row.languages),
        feeds=frozenset(row.feeds),
        min_score=row.min_score,
        about=frozenset(About(word) for word in row.about),
        cadence=rhythms.cadence_of(row.cadence),
        state=row.state,
        state_reason=row.state_reason,
        old_secrets=tuple((old, datetime.fromisoformat(until)) for old, until in row.old_secrets),
        health=Health(
            failures=row.failures,
            refusals=row.refusals,
            failing_since=row.failing_since,
            failed_at=row.failed_at,
            rests_until=row.rests_until,
        ),
        created_at=row.created_at,
    )


# ── the outbox ───────────────────────────────────────────────────────────────────────────────────


def alert_values(alert: Alert) -> Values:
    """A row of `alerts`; its articles are rows of their own, see `told_values`."""
    return {
        "key": alert.key,
        "subscription_key": alert.subscription_key,
        "type": alert.type,
        "data": dict(alert.data),
        "created_at": alert.created_at,
        "due_at": alert.due_at,
        "attempts": alert.attempts,
        "state": alert.state,
        "held_for": alert.held_for,
        "told_in": alert.told_in,
        "silenced_by": alert.silenced_by,
        "last_error": alert.last_error,
    }


def told_values(alert: Alert) -> list[Values]:
    """The rows of `alert_articles`, in order."""
    return [
        {"alert_key": alert.key, "position": position, "article_key": key}
        for position, key in enumerate(alert.article_keys)
    ]


def alert_of(row: Row[Any], article_keys: Sequence[str]) -> Alert:
    """A row as the alert it is."""
    return Alert(
        key=row.key,
        subscription_key=row.subscription_key,
        type=row.type,
        article_keys=tuple(article_keys),
        data=row.data,
        created_at=row.created_at,
        due_at=row.due_at,
        attempts=row.attempts,
        state=row.state,
        held_for=row.held_for,
        told_in=row.told_in,
        silenced_by=row.silenced_by,
        last_error=row.last_error,
    )
