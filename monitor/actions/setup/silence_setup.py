"""Silences of a setup file: which are added, replaced and ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from monitor.actions import as_json
from monitor.actions.access import audit_log
from monitor.actions.access.audit_log import Changed
from monitor.actions.collecting.feeds import find_feed
from monitor.actions.setup.setup_file import SilenceEntry
from monitor.actions.setup.setup_step import SetupStep, StepKind, named_place
from monitor.actions.silences import SilenceRequest, add_silence, check_request, end_silence
from monitor.actions.subscribing.subscriptions import check_themes, find_subscription
from monitor.alerts.time_intervals import interval_text, parse_interval

if TYPE_CHECKING:
    from monitor.access.caller import Caller
    from monitor.domain.muting.silence import Silence, TimeInterval
    from monitor.store.store import Store

_Scope = tuple[str | None, str | None, str | None, str | None]


def plan_silences(
    store: Store,
    entries: Sequence[SilenceEntry],
    topic_themes: Mapping[str, str],
    now: datetime,
    *,
    prune: bool,
) -> list[SetupStep]:
    """The steps after which the silences in force are as the entries say.

    An entry that ended ends the silence in force that it describes.  With `prune` silences that
    are not in the file are ended.  Raise ConfigError for an entry that can't be used.
    """
    remaining = [
        (_stored_scope(store, silence), silence) for silence in store.silences.list(until_after=now)
    ]
    listed: dict[tuple[_Scope, str | None], SilenceEntry] = {}
    for number, entry in enumerate(entries, start=1):
        with named_place("silences", number):
            _check(entry, topic_themes, now)
    for entry in sorted(entries, key=lambda entry: entry.until):  # of equal ones the longest holds
        if entry.until > now:
            listed[_entry_scope(store, entry), _entry_times(entry)] = entry
    stored = {place: _take(remaining, *place) for place in listed}
    steps = []
    for place, entry in listed.items():
        steps += _step(entry, stored[place] or _take(remaining, place[0]))
    for entry in entries:
        if entry.until <= now:
            scope = _entry_scope(store, entry)
            ended = _take(remaining, scope, _entry_times(entry))
            steps += [_end(scope, ended)] if ended else []
    if prune:
        steps += [_end(scope, silence) for scope, silence in remaining]
    return steps


def _take(
    remaining: list[tuple[_Scope, Silence]], scope: _Scope, *times: str | None
) -> Silence | None:
    """Take the first silence of this scope out of the list, with `times` one of these times.

    Several silences may have one scope at different times, so those of equal times are taken first.
    """
    for number, (stored_scope, silence) in enumerate(remaining):
        if stored_scope == scope and (not times or _times(silence.every) in times):
            return remaining.pop(number)[1]
    return None


def _check(entry: SilenceEntry, topic_themes: Mapping[str, str], now: datetime) -> None:
    """Raise ConfigError for an entry that can't be used; one that ended adds nothing."""
    if entry.until <= now:
        return
    if entry.theme is not None:
        check_themes([entry.theme], topic_themes)
    check_request(
        SilenceRequest(
            reason=entry.reason,
            length=entry.until - now,
            subscription_key=entry.subscription,
            feed_key=entry.feed,
            theme=entry.theme,
            term=entry.term,
            every=entry.every,
            zone=entry.zone,
        )
    )


def _entry_scope(store: Store, entry: SilenceEntry) -> _Scope:
    """Subscription, feed, theme and term by their names; a stored feed by its present address."""
    url = entry.feed
    if url is not None:
        stored = store.feeds.find(url)
        url = stored.url if stored else url
    return entry.subscription, url, entry.theme, entry.term


def _stored_scope(store: Store, silence: Silence) -> _Scope:
    subscription = (
        store.subscriptions.by_key(silence.subscription_key) if silence.subscription_key else None
    )
    feed = store.feeds.find(silence.feed_key) if silence.feed_key else None
    return (
        subscription.name if subscription else silence.subscription_key,
        feed.url if feed else silence.feed_key,
        silence.theme,
        silence.term,
    )


def _name(scope: _Scope) -> str:
    labels = ("subscription", "feed", "theme", "term")
    return ", ".join(f"{label} {part}" for label, part in zip(labels, scope, strict=True) if part)


def _step(entry: SilenceEntry, before: Silence | None) -> list[SetupStep]:
    name = _name((entry.subscription, entry.feed, entry.theme, entry.term))
    after = {
        "until": as_json.instant(entry.until),
        "reason": entry.reason.strip(),
        "every": _entry_times(entry),
    }
    if before is None:
        add = partial(_do_add, entry, None)
        return [SetupStep(kind=StepKind.ADD, noun="silence", name=name, after=after, perform=add)]
    stored = {
        "until": as_json.instant(before.until),
        "reason": before.reason,
        "every": _times(before.every),
    }
    changed = audit_log.changed_fields(stored, after)
    if not changed.after:
        return []
    return [
        SetupStep(
            kind=StepKind.CHANGE,
            noun="silence",
            name=name,
            before=changed.before or {},
            after=changed.after,
            perform=partial(_do_add, entry, before),
        )
    ]


def _entry_times(entry: SilenceEntry) -> str | None:
    return _times(parse_interval(entry.every, entry.zone or "UTC") if entry.every else None)


def _times(interval: TimeInterval | None) -> str | None:
    """ "mon-fri 22:00-06:00 UTC"; None: all the time."""
    return f"{interval_text(interval)} {interval.zone}" if interval else None


def _do_add(
    entry: SilenceEntry, before: Silence | None, store: Store, caller: Caller, now: datetime
) -> str:
    """Add the silence; one with the same scope ends."""
    request = SilenceRequest(
        reason=entry.reason,
        length=entry.until - now,
        subscription_key=find_subscription(store, entry.subscription).key
        if entry.subscription
        else None,
        feed_key=find_feed(store, entry.feed).key if entry.feed else None,
        theme=entry.theme,
        term=entry.term,
        every=entry.every,
        zone=entry.zone,
    )
    if before is not None:
        end_silence(store, before.key, now)
    added = add_silence(store, request, now)
    changed = Changed(after={"until": as_json.instant(entry.until)}, reason=entry.reason)
    audit_log.record(store, caller, "add silence", added.silence.key[:8], now, changed)
    return ""


def _end(scope: _Scope, silence: Silence) -> SetupStep:
    return SetupStep(
        kind=StepKind.REMOVE,
        noun="silence",
        name=_name(scope),
        perform=partial(_do_end, silence),
    )


def _do_end(silence: Silence, store: Store, caller: Caller, now: datetime) -> str:
    end_silence(store, silence.key, now)
    audit_log.record(store, caller, "end silence", silence.key[:8], now)
    return ""
