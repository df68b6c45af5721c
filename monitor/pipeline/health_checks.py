"""The regular work beside polling and delivering: is anybody blind, and who has to know?

Each round takes `now`, looks at the database in the store's thread, and promises what is to be
told through the outbox, in the transaction that remembers that it was told.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import partial
from typing import Protocol

from monitor.alerts import match
from monitor.deliver.messages import coverage_statement, fault_notice, feed_changes
from monitor.domain.alerts import Alert, PollCounts
from monitor.domain.errors import DeliveryError
from monitor.domain.feeds import FeedState
from monitor.domain.ports import RunInStore
from monitor.health import feed_notices
from monitor.health.coverage import sentence
from monitor.health.feed_notices import WELL, FeedHealth, FeedNotice, NoticePolicy
from monitor.store.store import Store

log = logging.getLogger(__name__)

DAY = timedelta(days=1)
# How long something about the service itself must last: an edit of the configuration that is
# mended at once is nobody's business.
LASTING = timedelta(minutes=2)


class HeartbeatPort(Protocol):
    """Tell somebody outside that we live.  Raise DeliveryError."""

    async def __call__(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthChecks:
    """What the rounds work with; `app` puts it together."""

    store: Store
    run_in_store: RunInStore
    patience: NoticePolicy
    at: time  # of the daily statement
    zone: tzinfo


# ── feeds ────────────────────────────────────────────────────────────────────────────────────────


async def watch(lookout: HealthChecks, now: datetime) -> None:
    """Say that somebody watches, and tell of the feeds that changed."""
    await lookout.run_in_store(partial(lookout.store.record_heartbeat, now))
    told = await lookout.run_in_store(partial(_tell, lookout, now))
    for one in told.feeds if told else ():
        level = logging.INFO if one.state is WELL else logging.WARNING
        fields = {
            "feed": one.url,
            "state": one.state.value,
            "was": one.notified_state.value,
            "why": one.why,
        }
        log.log(level, "feed.state_changed", extra=fields)


def _tell(lookout: HealthChecks, now: datetime) -> FeedNotice | None:
    store = lookout.store
    standings, watched = store.feed_notices.list()
    found = feed_notices.due_notice(standings, watched, now, lookout.patience)
    if found is None:
        return None
    healthy = watched - sum(one.state is not WELL for one in standings)
    content = feed_changes.content(found, healthy=healthy, watched=watched, now=now)
    subscriptions = store.subscriptions.list()
    occasion = " ".join(sorted(map(_occasion, found.feeds)))
    notices = match.notices(content, subscriptions, now, occasion=occasion)
    return found if store.feed_notices.record(found.feeds, notices, now) else None


def _occasion(one: FeedHealth) -> str:
    """Names this change of this feed: the same one told again has the same name."""
    known = one.notified_at.isoformat() if one.notified_at else "never"
    return f"{one.key} {known} {one.notified_state} {one.state}"


# ── the service itself ───────────────────────────────────────────────────────────────────────────


class ServiceFaultCheck:
    """Tells when something about this process is not as it should be, and when it is again."""

    def __init__(
        self, lookout: HealthChecks, looks: Mapping[str, Callable[[], str]], *, lasting: timedelta
    ) -> None:
        """`looks` says for each name what is wrong, or an empty text; of `lasting` see LASTING."""
        self._lookout = lookout
        self._looks = looks
        self._lasting = lasting
        self._since: dict[str, datetime] = {}

    async def __call__(self, now: datetime) -> None:
        found = {name: said for name, look in self._looks.items() if (said := look())}
        self._since = {name: self._since.get(name, now) for name in found}
        lasting = {
            name: said for name, said in found.items() if now - self._since[name] >= self._lasting
        }
        # what is not told yet and does not last yet: neither there nor over
        owned = [name for name in self._looks if name in lasting or name not in found]
        if await self._lookout.run_in_store(partial(self._settle, owned, lasting, now)):
            for name, said in sorted(lasting.items()):
                log.error("service.degraded", extra={"condition": name, "error": said})

    def _settle(self, owned: Sequence[str], lasting: Mapping[str, str], now: datetime) -> bool:
        store = self._lookout.store
        subscriptions = store.subscriptions.list()

        def notices(present: Mapping[str, str], over: Mapping[str, str]) -> Sequence[Alert]:
            content, when = fault_notice.content(present, over), now.isoformat()
            return match.notices(content, subscriptions, now, occasion=when)

        return store.service_faults.replace(owned, lasting, notices, now)


# ── the day ──────────────────────────────────────────────────────────────────────────────────────


class CoverageStatement:
    """Says once on each local date what was watched in the day before, and what came of it.

    The promise is named by its date: however often this process starts, and however many there
    are, each subscriber gets one.
    """

    def __init__(self, lookout: HealthChecks) -> None:
        self._lookout = lookout
        self._stated: date | None = None

    async def __call__(self, now: datetime) -> None:
        day = last_date(now, self._lookout.at, self._lookout.zone)
        if day != self._stated:
            said = await self._lookout.run_in_store(partial(self._state, day, now))
            if said:
                log.info("coverage.ready", extra={"date": day.isoformat(), "coverage": said})
            self._stated = day

    def _state(self, day: date, now: datetime) -> str:
        """Promise it; what it says, or nothing where no feed was ever asked."""
        store, at, zone = self._lookout.store, self._lookout.at, self._lookout.zone
        since, until = instant(day - DAY, at, zone), instant(day, at, zone)
        coverage = store.coverage(since, until)
        asked = [one for one in store.subscriptions.list() if one.created_at < until]
        content = coverage_statement.content(coverage, day)
        store.outbox.add(match.notices(content, asked, now, occasion=day.isoformat()))
        never_asked = len(coverage.in_states(FeedState.NEW))
        return "" if 0 < never_asked == coverage.feeds else sentence(coverage)


def instant(day: date, at: time, zone: tzinfo) -> datetime:
    """When the clock shows this there; of a time that is shown twice the first."""
    return datetime.combine(day, at, zone).astimezone(UTC)


def last_date(now: datetime, at: time, zone: tzinfo) -> date:
    """The last local date on which this time has come."""
    today = now.astimezone(zone).date()
    return today if instant(today, at, zone) <= now else today - DAY


# ── the dead man's call ──────────────────────────────────────────────────────────────────────────


class Heartbeat:
    """Calls somebody outside after each good round, so that he misses us when we are gone.

    A round is good when it was stored and at least one publisher answered well.  Without one
    there is no call, whatever else this process does.
    """

    def __init__(self, call: HeartbeatPort) -> None:
        self._call = call
        self._good = False
        self._failing = False

    def polled(self, polls: Sequence[PollCounts]) -> None:
        """Note whether a publisher answered well in this round, which was stored."""
        self._good |= any(
            poll.at is not None and poll.state.last_ok_at == poll.at for poll in polls
        )

    async def __call__(self, now: datetime) -> None:
        if not self._good:
            return
        try:
            await self._call()
        except DeliveryError as error:  # tried again at the next tick: it is still true
            if not self._failing:
                log.warning("deadman.failed", extra={"error": str(error)})
            self._failing = True
            return
        self._good = self._failing = False
