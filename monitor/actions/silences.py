"""Silences (mutes): add one, list them with what each kept back, end one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.actions import as_json, option_values
from monitor.actions.as_json import JsonObject
from monitor.actions.option_values import InvalidOption
from monitor.actions.subscribing import time_zones
from monitor.alerts.time_intervals import interval_text, parse_interval
from monitor.domain.errors import ConfigError
from monitor.domain.keys import silence_key
from monitor.domain.muting.silence import Silence, TimeInterval

if TYPE_CHECKING:
    from monitor.store.store import Store

LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceRequest:
    """What to silence, for how long and why; an alert is silenced when all the parts apply."""

    reason: str
    length: timedelta
    subscription_key: str | None = None
    feed_key: str | None = None
    theme: str | None = None  # a theme of the topic: the caller checks
    term: str | None = None  # words in headline or text
    every: str | None = None  # times that come again, as typed: "mon-fri 22:00-06:00"
    zone: str | None = None  # of `every`; UTC without one

    def silence(self, now: datetime) -> Silence:
        """The silence, in force from now on.  Raise ConfigError as `check_request` does."""
        check_request(self)
        parts = (self.subscription_key, self.feed_key, self.theme, self.term)
        times = (self.every, self.zone) if self.every else ()
        return Silence(
            key=silence_key(now, *parts, *times),
            subscription_key=self.subscription_key,
            feed_key=self.feed_key,
            theme=self.theme,
            term=self.term.strip() if self.term else None,
            every=_interval(self),
            reason=self.reason.strip(),
            created_at=now,
            until=now + self.length,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedSilence:
    """A silence that was just added: it kept nothing back yet."""

    silence: Silence

    def as_json(self) -> JsonObject:
        """The silence as `silences add --json` shows it."""
        return _silence_as_json(self.silence, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSilence:
    """A silence with what it silences in words, and how many alerts it kept back."""

    silence: Silence
    scope: str
    kept_back: int

    def as_json(self) -> JsonObject:
        """The silence as `silences list --json` shows it."""
        return _silence_as_json(self.silence, self.kept_back)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedSilence:
    """What ending a silence came to."""

    silence: Silence
    was_active: bool
    kept_back: int  # alerts


def add_silence(store: Store, request: SilenceRequest, now: datetime) -> AddedSilence:
    """Silence what the request describes, from now on.

    Raise ConfigError when the request has no scope or no reason, ends in the past or after more
    than a year, or comes again at times that can't be understood.
    """
    silence = request.silence(now)
    store.silences.add(silence)
    return AddedSilence(silence=silence)


def silence_length(length: str | None, until: str | None, now: datetime) -> timedelta:
    """How long from now, by a length such as "3d" or by an end.  Raise InvalidOption."""
    if (length is None) == (until is None):
        raise InvalidOption("until", "say how long: either `for` or `until`")
    if length is not None:
        return option_values.parse_duration(length, "for")
    return option_values.parse_instant(until or "", "until", now) - now


def check_request(request: SilenceRequest) -> None:
    """Raise ConfigError for a request that silences nothing, or for too long, or without reason."""
    parts = (request.subscription_key, request.feed_key, request.theme, request.term)
    if request.length <= timedelta():
        raise ConfigError("the silence would be over already: choose a later end")
    if request.length > LONGEST:
        raise ConfigError("a silence lasts at most a year: choose an earlier end, renew it then")
    if not request.reason.strip():
        raise InvalidOption("reason", "is empty: say why, digests show it")
    if not any(parts):
        raise ConfigError("say what to silence: a subscription, a feed, a theme or a term")
    if request.term is not None and not any(letter.isalnum() for letter in request.term):
        raise InvalidOption("term", f"{request.term!r} has no letter: name a word")
    _interval(request)


def _interval(request: SilenceRequest) -> TimeInterval | None:
    """The times of a recurring silence.  Raise InvalidOption."""
    if not request.every or not request.every.strip():
        if request.zone:
            raise InvalidOption("zone", "is that of the times of a recurring silence: name them")
        return None
    zone = time_zones.parse_zone(request.zone) if request.zone else "UTC"
    try:
        return parse_interval(request.every, zone)
    except ValueError as error:
        raise InvalidOption("every", str(error)) from None


def list_silences(store: Store, now: datetime, *, include_ended: bool) -> list[ListedSilence]:
    """The silences in force, the one that ends first first; those that ended too, if asked."""
    return _listed(store, store.silences.list(until_after=None if include_ended else now))


def _listed(store: Store, silences: Sequence[Silence]) -> list[ListedSilence]:
    counts = store.silences.counts()
    names = {subscription.key: subscription.name for subscription in store.subscriptions.list()}
    feed_keys = {silence.feed_key for silence in silences if silence.feed_key}
    feeds = {key: feed.title or feed.url for key, feed in store.feeds.by_keys(feed_keys).items()}
    return [
        ListedSilence(
            silence=silence,
            scope=_scope(silence, names, feeds),
            kept_back=counts.get(silence.key, 0),
        )
        for silence in silences
    ]


def find_silence(store: Store, reference: str) -> Silence:
    """The silence of this key or beginning of a key.  Raise ConfigError when there is none."""
    silence = store.silences.find(reference)
    if silence is None:
        raise ConfigError(f"no silence {reference!r}: `monitor silences list --all` shows them")
    return silence


def show_silence(store: Store, reference: str) -> ListedSilence:
    """One silence, in force or ended.  Raise ConfigError when there is none."""
    return _listed(store, [find_silence(store, reference)])[0]


def _scope(silence: Silence, names: Mapping[str, str], feeds: Mapping[str, str]) -> str:
    """What it silences, and when: "theme treaty from TASS for desk, mon-fri 22:00-06:00 UTC"."""
    feed, subscription = silence.feed_key, silence.subscription_key
    parts = (
        f"theme {silence.theme}" if silence.theme else "",
        f"“{silence.term}”" if silence.term else "",
        f"from {feeds.get(feed, 'a feed that is gone')}" if feed else "",
        f"for {names.get(subscription, 'a subscription that is gone')}" if subscription else "",
    )
    times = f", {interval_text(silence.every)} {silence.every.zone}" if silence.every else ""
    return " ".join(part for part in parts if part) + times


def end_silence(store: Store, reference: str, now: datetime) -> EndedSilence:
    """End the silence whose key begins so.  Raise ConfigError when there is none."""
    silence = find_silence(store, reference)
    was_active = store.silences.end(silence.key, now)
    kept_back = store.silences.counts().get(silence.key, 0)
    return EndedSilence(silence=silence, was_active=was_active, kept_back=kept_back)


def _silence_as_json(silence: Silence, kept_back: int) -> JsonObject:
    return {
        "key": silence.key,
        "subscription": silence.subscription_key,
        "feed": silence.feed_key,
        "theme": silence.theme,
        "term": silence.term,
        "reason": silence.reason,
        "created_at": as_json.instant(silence.created_at),
        "until": as_json.instant(silence.until),
        "every": interval_text(silence.every) if silence.every else None,
        "zone": silence.every.zone if silence.every else None,
        "kept_back": kept_back,
    }
