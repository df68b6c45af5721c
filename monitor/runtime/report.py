"""What the service did, in a line or in numbers: of one round, and while it runs."""

from __future__ import annotations

import logging
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from monitor.domain.alerts import AlertState, Attempt, Outcome, PollResult
from monitor.domain.feeds import FeedState
from monitor.runtime import clock

if TYPE_CHECKING:
    from rich.status import Status

    from monitor.settings.sections import Settings
    from monitor.store.store import Store

_READ = {FeedState.OK, FeedState.EMPTY, FeedState.DEGRADED}
_SAME = {FeedState.UNCHANGED, FeedState.SILENT}


class LogFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


def poll_counts(polled: Sequence[PollResult]) -> dict[str, float]:
    """What a round came to, as `poll --json` shows it; degraded and empty feeds count as ok."""
    articles = [article for one in polled for article in one.articles]
    return {
        "feeds": len(polled),
        "ok": sum(one.state.state in _READ for one in polled),
        "unchanged": sum(one.state.state in _SAME for one in polled),
        "failed": sum(map(failed, polled)),
        "entries": sum(one.entries for one in polled),
        "new": len(articles),
        "edited": sum(len(one.edited) for one in polled),
        "flagged": sum(article.decision.relevant for article in articles),
        "alerts": sum(
            alert.state is not AlertState.SILENCED for one in polled for alert in one.alerts
        ),
    }


def poll_line(polled: Sequence[PollResult]) -> str:
    """The same in a line: "12 feeds: 8 ok, 3 unchanged, 1 failed; 5 new, 1 flagged, 1 alert"."""
    counts = poll_counts(polled)
    backlog = sum(article.backlog for one in polled for article in one.articles)
    words = f"{_many(counts['feeds'], 'feed')}: {counts['ok']} ok, {counts['unchanged']} unchanged"
    words += f", {counts['failed']} failed; {counts['new']} new, {counts['flagged']} flagged"
    words += f", {_many(counts['alerts'], 'alert')}"
    words += f"; {counts['edited']} edited" if counts["edited"] else ""
    return words + (f"; {backlog} were there before, stored without alerting" if backlog else "")


def deliver_counts(attempts: Sequence[Attempt]) -> dict[str, int]:
    """How the attempts ended, as `deliver --json` shows it."""
    return {
        outcome.value: sum(attempt.outcome is outcome for attempt in attempts)
        for outcome in Outcome
    }


def deliver_line(attempts: Sequence[Attempt]) -> str:
    """ "3 sent, 1 later, 0 dead" """
    return ", ".join(f"{count} {name}" for name, count in deliver_counts(attempts).items())


def failed(polled: PollResult) -> bool:
    """Could it not be read?"""
    return polled.state.state in (FeedState.FAILING, FeedState.GONE)


def _many(count: float, noun: str) -> str:
    return f"{count:g} {noun}{'' if count == 1 else 's'}"


class Report:
    """Tells whoever watches what the service does: a line a round, or a JSON object."""

    def __init__(self, form: LogFormat) -> None:
        self._json = form is LogFormat.JSON
        self._live: Status | None = None
        self._totals: Counter[str] = Counter()
        self.listeners: list[Callable[[Sequence[PollResult]], None]] = []  # who else counts polls

    def _say(self, event: str, line: str, **fields: object) -> None:
        if self._json:
            logging.getLogger("monitor").info(event, extra=fields)
            return
        at = clock.now().astimezone().strftime("%H:%M:%S")
        if self._live is None:
            sys.stderr.write(f"{at}  {line}\n")
            sys.stderr.flush()
            return
        self._live.console.print(f"{at}  {line}", markup=False, highlight=False, soft_wrap=True)
        totals = (f"{count:g} {name}" for name, count in self._totals.items() if count)
        self._live.update(f"watching; so far {', '.join(totals) or 'all is quiet'}")

    def started(self, chosen: Settings, store: Store, role: str) -> None:
        """Where things are, and what to do if there is nothing to do."""
        feeds, told = store.feeds.list(), store.subscriptions.list()
        place = "PostgreSQL" if chosen.database_url.startswith("postgres") else chosen.database_url
        self._say(
            "service.started",
            f"watching {_many(len(feeds), 'feed')} for {_many(len(told), 'subscription')}"
            f" ({role}; database {place}); Ctrl-C ends it",
            role=str(role),
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

    def polled(self, polled: Sequence[PollResult]) -> None:
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

    def _flagged(self, polled: PollResult) -> None:
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
