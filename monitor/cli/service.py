"""`monitor run`, `poll` and `deliver`: the service, and one round of it."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, closing, contextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import logs, setting, show
from monitor.cli.live import Live
from monitor.domain import AlertState, Attempt, Feed, FeedState, Outcome, Polled
from monitor.errors import ConfigError

if TYPE_CHECKING:
    from rich.status import Status

    from monitor.scheduler import Service
    from monitor.settings import Settings
    from monitor.store.store import Store

_READ = {FeedState.OK, FeedState.EMPTY, FeedState.DEGRADED}
_SAME = {FeedState.UNCHANGED, FeedState.SILENT}

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class Role(StrEnum):
    """What one process does; `all` unless several share a database."""

    ALL = "all"
    POLL = "poll"
    DELIVER = "deliver"
    WEB = "web"


class LogFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


# ── one round ────────────────────────────────────────────────────────────────────────────────────


def poll(
    context: typer.Context,
    feed: Annotated[
        list[str] | None, typer.Option(help="Only this feed (key or URL), due or not.")
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every feed, due or not.")] = False,
    alert_backlog: Annotated[
        bool, typer.Option(help="Alert for what a first poll finds, too.")
    ] = False,
    json: Json = False,
) -> None:
    """Ask the feeds that are due, now; what is new is judged, stored and promised."""
    from monitor import app
    from monitor.cli.feeds import found

    chosen = setting.settled_settings(context)
    logs.start(json_lines=chosen.log.format == "json", level="warning")
    started = time.monotonic()
    with app.open_store(chosen) as store:
        only = [found(store, which).key for which in feed] if feed else None
        with progress(visible=not json) as settled:
            polled = asyncio.run(
                _poll_once(
                    chosen,
                    store,
                    only=only,
                    due_only=not (feed or all_),
                    backlog=alert_backlog,
                    settled=settled,
                )
            )
        failing = [store.feeds.find(one.feed_key) for one in polled if _failed(one)]
    counts = {**poll_counts(polled), "seconds": round(time.monotonic() - started, 3)}
    if json:
        show.as_json(counts)
        return
    show.note(f"{poll_line(polled)} ({counts['seconds']:.1f} s)")
    for broken in failing:
        if broken is not None:
            show.note(f"  {broken.url}: {broken.poll.last_error}")


Settled = Callable[[Sequence[Polled]], None]


@contextmanager
def progress(*, visible: bool) -> Iterator[Settled]:
    """A line on a terminal's standard error that counts what was read; nothing anywhere else."""
    if not visible or not sys.stderr.isatty():
        yield lambda polled: None
        return
    from rich.console import Console

    done: list[Polled] = []
    with Console(stderr=True).status("asking the publishers …") as status:

        def settled(polled: Sequence[Polled]) -> None:
            done.extend(polled)
            status.update(f"{poll_line(done)} …")

        yield settled


async def _poll_once(
    chosen: Settings,
    store: Store,
    *,
    only: list[str] | None,
    due_only: bool,
    backlog: bool,
    settled: Settled,
) -> list[Polled]:
    """Claim and poll, a few hundred at a time, until none is left."""
    from monitor import app, pipeline

    now = setting.now()
    known = store.feeds.list()
    due = [feed.key for feed in known if not due_only or feed.poll.due_at <= now]
    wanted = only if only is not None else due
    size = app.FEEDS_AT_ONCE
    pages = [wanted[start : start + size] for start in range(0, len(wanted), size)]
    polled: list[Polled] = []
    with closing(app.StoreThread()) as in_store:
        async with app.newsdesk(chosen, store, in_store) as desk:
            for keys in pages:
                claim = partial(
                    store.feeds.claim,
                    now,
                    limit=size,
                    lease=chosen.poll.lease,
                    only=keys,
                    due_only=due_only,
                )
                feeds: list[Feed] = await in_store(claim)
                polled += await pipeline.poll(
                    feeds, now, desk, alert_backlog=backlog, settled=settled
                )
    return polled


def _failed(polled: Polled) -> bool:
    return polled.state.state in (FeedState.FAILING, FeedState.GONE)


def poll_counts(polled: Sequence[Polled]) -> dict[str, float]:
    """What a round came to, as `poll --json` shows it; degraded and empty feeds count as ok."""
    articles = [article for one in polled for article in one.articles]
    return {
        "feeds": len(polled),
        "ok": sum(one.state.state in _READ for one in polled),
        "unchanged": sum(one.state.state in _SAME for one in polled),
        "failed": sum(map(_failed, polled)),
        "entries": sum(one.entries for one in polled),
        "new": len(articles),
        "flagged": sum(article.decision.relevant for article in articles),
        "alerts": sum(
            alert.state is not AlertState.SILENCED for one in polled for alert in one.alerts
        ),
    }


def poll_line(polled: Sequence[Polled]) -> str:
    """The same in a line: "12 feeds: 8 ok, 3 unchanged, 1 failed; 5 new, 1 flagged, 1 alert"."""
    counts = poll_counts(polled)
    backlog = sum(article.backlog for one in polled for article in one.articles)
    words = f"{_many(counts['feeds'], 'feed')}: {counts['ok']} ok, {counts['unchanged']} unchanged"
    words += f", {counts['failed']} failed; {counts['new']} new, {counts['flagged']} flagged"
    words += f", {_many(counts['alerts'], 'alert')}"
    return words + (f"; {backlog} were there before, stored without alerting" if backlog else "")


def deliver(context: typer.Context, json: Json = False) -> None:
    """Send every alert that is due, now."""
    chosen = setting.settled_settings(context)
    logs.start(json_lines=chosen.log.format == "json", level="warning")
    with setting.open_store(context) as store:
        attempts = asyncio.run(_deliver_once(chosen, store))
    if json:
        show.as_json(deliver_counts(attempts))
        return
    show.note(deliver_line(attempts))
    for attempt in attempts:
        if attempt.outcome is not Outcome.SENT:
            show.note(f"  {attempt.alert_key[:8]} {attempt.outcome}: {attempt.detail}")


async def _deliver_once(chosen: Settings, store: Store) -> list[Attempt]:
    from monitor import app, pipeline

    now = setting.now()
    attempts: list[Attempt] = []
    with closing(app.StoreThread()) as in_store:
        async with app.mailroom(chosen, store, in_store) as room:
            while done := await pipeline.deliver(now, room):
                attempts += done
    return attempts


def deliver_counts(attempts: Sequence[Attempt]) -> dict[str, int]:
    """How the attempts ended, as `deliver --json` shows it."""
    return {
        outcome.value: sum(attempt.outcome is outcome for attempt in attempts)
        for outcome in Outcome
    }


def deliver_line(attempts: Sequence[Attempt]) -> str:
    """ "3 sent, 1 later, 0 dead" """
    return ", ".join(f"{count} {name}" for name, count in deliver_counts(attempts).items())


def _many(count: float, noun: str) -> str:
    return f"{count:g} {noun}{'' if count == 1 else 's'}"


# ── the service ──────────────────────────────────────────────────────────────────────────────────


def run(
    context: typer.Context,
    role: Annotated[Role, typer.Option(help="What this process does.")] = Role.ALL,
    log: Annotated[LogFormat | None, typer.Option(help="Else log.format.")] = None,
) -> None:
    """Poll, deliver and serve pages until Ctrl-C or SIGTERM: within 10 s, nothing lost."""
    chosen = setting.settled_settings(context)
    if role is Role.WEB and not chosen.web.listen:
        raise ConfigError('--role web has nowhere to listen: set web.listen = "127.0.0.1:8080"')
    form = log or LogFormat(chosen.log.format)
    logs.start(json_lines=form is LogFormat.JSON, level=chosen.log.level)
    with setting.open_store(context) as store:
        asyncio.run(_serve(chosen, store, setting.file(context), role=role, form=form))


async def _serve(
    chosen: Settings, store: Store, file: Path | None, *, role: Role, form: LogFormat
) -> None:
    from monitor import app, hubs, scheduler, topic

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    report = Report(form)
    async with AsyncExitStack() as stack:
        in_store = stack.enter_context(closing(app.StoreThread()))
        pack = desk = room = None
        looks: dict[str, Callable[[], str]] = {}
        if role in (Role.ALL, Role.POLL):
            found = topic.in_use(chosen)
            pack, looks = found.pack, {"pack": lambda: "; ".join(found.faults)}
            desk = await stack.enter_async_context(app.newsdesk(chosen, store, in_store, pack=pack))
        if role in (Role.ALL, Role.DELIVER):
            room = await stack.enter_async_context(app.mailroom(chosen, store, in_store))
        service = scheduler.Service(
            app.ticks(chosen),
            newsdesk=desk,
            mailroom=room,
            polled=report.polled,
            delivered=report.delivered,
        )
        if chosen.web.public_url and role in (Role.ALL, Role.POLL):
            hub_desk = await stack.enter_async_context(app.hub_desk(chosen, store, in_store))
            attend = partial(hubs.attend, desk=hub_desk)
            service.add(scheduler.Round(name="hubs", every=hubs.EVERY, work=attend))
        if chosen.web.listen and role in (Role.ALL, Role.WEB):
            await _open_site(chosen, service, report, stack)
        stack.callback(report.close)
        if file is not None:
            amendment = partial(app.amendment, pack=pack) if pack else app.checked_rules
            live = Live(file, chosen, role=role, amendment=amendment)
            stack.callback(live.close)
            service.watch(live.look)
            looks[f"configuration ({role})"] = live.fault
        rounds = app.lookout(chosen, store, in_store, looks, report.listeners if desk else None)
        service.add_all(await stack.enter_async_context(rounds))
        report.started(chosen, store, role)
        await service.run(stop)
    report.stopped()


async def _open_site(
    chosen: Settings, service: Service, report: Report, stack: AsyncExitStack
) -> None:
    from monitor.web.meters import Meters
    from monitor.web.site import open_site

    meters = Meters()
    report.listeners.append(meters.polled)
    service.report_missed(meters.missed)
    opened = open_site(chosen, clock=setting.now, meters=meters)
    site = await stack.enter_async_context(opened)
    for round_ in site.rounds:
        service.add(round_)
    report.serving(site.address)


class Report:
    """Tells whoever watches what the service does: a line a round, or a JSON object."""

    def __init__(self, form: LogFormat) -> None:
        self._json = form is LogFormat.JSON
        self._live: Status | None = None
        self._totals: Counter[str] = Counter()
        self.listeners: list[Callable[[Sequence[Polled]], None]] = []  # who else counts polls

    def _say(self, event: str, line: str, **fields: object) -> None:
        if self._json:
            import logging

            logging.getLogger("monitor").info(event, extra=fields)
            return
        at = setting.now().astimezone().strftime("%H:%M:%S")
        if self._live is None:
            sys.stderr.write(f"{at}  {line}\n")
            sys.stderr.flush()
            return
        self._live.console.print(f"{at}  {line}", markup=False, highlight=False, soft_wrap=True)
        totals = (f"{count:g} {name}" for name, count in self._totals.items() if count)
        self._live.update(f"watching; so far {', '.join(totals) or 'all is quiet'}")

    def started(self, chosen: Settings, store: Store, role: Role) -> None:
        """Where things are, and what to do if there is nothing to do."""
        feeds, told = store.feeds.list(), store.subscriptions.list()
        place = "PostgreSQL" if chosen.database_url.startswith("postgres") else chosen.database_url
        self._say(
            "service.started",
            f"watching {_many(len(feeds), 'feed')} for {_many(len(told), 'subscription')}"
            f" ({role}; database {place}); Ctrl-C ends it",
            role=role.value,
            feeds=len(feeds),
            subscriptions=len(told),
        )
        if not self._json and not feeds:
            self._say("", "no feeds yet: `monitor feeds add URL`")
        if not self._json and not told:
            self._say("", "nobody is told yet: `monitor subscriptions add NAME --email ADDR`")
        if not self._json and sys.stderr.isatty():
            from rich.console import Console

            self._live = Console(stderr=True).status("watching")
            self._live.start()

    def serving(self, address: str) -> None:
        self._say("web.started", f"pages    {address}", address=address)

    def polled(self, polled: Sequence[Polled]) -> None:
        for listener in self.listeners:
            listener(polled)
        if polled:
            counts = poll_counts(polled)
            self._totals += Counter(
                polls=len(polled), new=int(counts["new"]), flagged=int(counts["flagged"])
            )
            self._say("poll.done", f"polled   {poll_line(polled)}", **poll_counts(polled))
            for one in polled:
                self._flagged(one)

    def _flagged(self, polled: Polled) -> None:
        for article in polled.articles:
            if article.decision.relevant and not article.backlog:
                decision = article.decision
                self._say(
                    "article.flagged",
                    f"flagged  {decision.score:.2f} [{', '.join(decision.labels)}]"
                    f" {article.entry.title}",
                    key=article.key,
                    score=round(decision.score, 4),
                    title=article.entry.title,
                )

    def delivered(self, attempts: Sequence[Attempt]) -> None:
        if attempts:
            self._totals += Counter(sent=deliver_counts(attempts)["sent"])
            self._say(
                "deliver.done", f"alerts   {deliver_line(attempts)}", **deliver_counts(attempts)
            )

    def close(self) -> None:
        """Give the terminal back."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def stopped(self) -> None:
        self._say("service.stopped", "stopped; nothing lost")
