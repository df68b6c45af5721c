"""Reports of what the service did: a line or JSON for each round, and counts for commands."""

from __future__ import annotations

import logging
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from monitor.domain.alerts import Attempt, Outcome, PollCounts
from monitor.domain.feeds import FeedState
from monitor.runtime import clock

if TYPE_CHECKING:
    from rich.status import Status

    from monitor.settings.sections import Settings
    from monitor.store.store import Store

_READ = {FeedState.OK, FeedState.EMPTY, FeedState.DEGRADED}


class LogFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


def poll_counts(polls: Sequence[PollCounts]) -> dict[str, float]:
    """What a round came to, as `poll --json` shows it; degraded and empty feeds count as ok."""
    return {
        "feeds": len(polls),
        "ok": sum(map(_is_read, polls)),
        "unchanged": sum(not _is_read(poll) and not failed(poll) for poll in polls),
        "failed": sum(map(failed, polls)),
        "entries": sum(poll.entries for poll in polls),
        "new": sum(poll.new for poll in polls),
        "edited": sum(poll.edited for poll in polls),
        "flagged": sum(len(poll.flagged) for poll in polls),
        "alerts": sum(poll.alerts for poll in polls),
    }


def poll_line(polls: Sequence[PollCounts]) -> str:
    """The same in a line: "12 feeds: 8 ok, 3 unchanged, 1 failed; 5 new, 1 flagged, 1 alert"."""
    counts = poll_counts(polls)
    backlog = sum(poll.backlog for poll in polls)
    words = f"{_many(counts['feeds'], 'feed')}: {counts['ok']} ok, {counts['unchanged']} unchanged"
    words += f", {counts['failed']} failed; {counts['new']} new, {counts['flagged']} flagged"
    words += f", {_many(counts['alerts'], 'alert')}"
    words += f"; {counts['edited']} edited" if counts["edited"] else ""
    return words + (f"; {backlog} were there before, stored without alerting" if backlog else "")


def deliver_counts(attempts: Sequence[Attempt]) -> dict[str, int]:
    """How the attempts ended, as `deliver --json` shows it."""
    counts = Counter(attempt.outcome for attempt in attempts)
    return {outcome.value: counts[outcome] for outcome in Outcome}


def deliver_line(attempts: Sequence[Attempt]) -> str:
    """ "3 sent, 1 later, 0 dead" """
    return ", ".join(f"{count} {name}" for name, count in deliver_counts(attempts).items())


def failed(poll: PollCounts) -> bool:
    """Whether the feed could not be read."""
    return poll.state.state in (FeedState.FAILING, FeedState.GONE)


def _is_read(poll: PollCounts) -> bool:
    """Whether a document was read; one of a silent feed may have entries, too."""
    return poll.state.state in _READ or (poll.entries > 0 and not failed(poll))


def _many(count: float, noun: str) -> str:
    return f"{count:g} {noun}{'' if count == 1 else 's'}"


class Report:
    """Reports each round on standard error: a line of text, or a JSON log record."""

    def __init__(self, form: LogFormat) -> None:
        self._json = form is LogFormat.JSON
        self._live: Status | None = None
        self._totals: Counter[str] = Counter()
        self.listeners: list[
            Callable[[Sequence[PollCounts]], None]
        ] = []  # called with the counts of each round

    def _say(self, event: str, line: str, **fields: object) -> None:
        if self._json:
            logging.getLogger("monitor").info(event, extra=fields)
            return
        at = clock.now().astimezone().strftime("%H:%M:%S %Z")
        if self._live is None:
            sys.stderr.write(f"{at}  {line}\n")
            sys.stderr.flush()
            return
        self._live.console.print(f"{at}  {line}", markup=False, highlight=False, soft_wrap=True)
        totals = (f"{count:g} {name}" for name, count in self._totals.items() if count)
        self._live.update(f"watching; so far {', '.join(totals) or 'all is quiet'}")

    def started(self, chosen: Settings, store: Store, role: str) -> None:
        """Report the start: what is watched, where the data is, and what to do if nothing is."""
        feeds, subscriptions = store.feeds.list(), store.subscriptions.list()
        place = "PostgreSQL" if chosen.database_url.startswith("postgres") else chosen.database_url
        self._say(
            "service.started",
            f"watching {_many(len(feeds), 'feed')} for {_many(len(subscriptions), 'subscription')}"
            f" ({role}; database {place}); Ctrl-C ends it",
            role=str(role),
            feeds=len(feeds),
            subscriptions=len(subscriptions),
        )
        if not self._json and not feeds:
            self._say("", "no feeds yet: `monitor feeds add URL`")
        if not self._json and not subscriptions:
            self._say("", "nobody is told yet: `monitor subscriptions add NAME --email ADDR`")
        if not self._json and sys.stderr.isatty():
            from rich.console import Console

            self._live = Console(stderr=True).status("watching")
            self._live.start()

    def shares_database(self, place: str) -> None:
        """Report another service on the same SQLite file."""
        self._say(
            "service.shares_database",
            f"WARNING  another service runs on {place}: stop one of them, or use PostgreSQL",
            database=place,
        )

    def serving(self, address: str, *, taken: str = "") -> None:
        """Report where the pages are; `taken` is the address of the settings if it was in use."""
        reason = f" ({taken} is taken by another program)" if taken else ""
        self._say("web.started", f"pages    {address}{reason}", address=address, taken=taken)

    def opened_console(self, address: str, sign_in_link: str) -> None:
        """Report where people sign in; a link is printed for people, and never logged as JSON.

        Logs of programs are kept and copied, and the link signs in whoever reads it first.
        """
        url = f"{address}/console/"
        if not sign_in_link or self._json:
            self._say("console.opened", f"console  {url}", address=url)
            return
        line = f"console  {sign_in_link} (signs in once, within 15 minutes)"
        self._say("console.opened", line)

    def polled(self, polls: Sequence[PollCounts]) -> None:
        """Report a finished round of polling, and tell the listeners."""
        for listener in self.listeners:
            listener(polls)
        if polls:
            counts = poll_counts(polls)
            self._totals += Counter(
                polls=len(polls), new=int(counts["new"]), flagged=int(counts["flagged"])
            )
            self._say("poll.done", f"polled   {poll_line(polls)}", **counts)
            for poll in polls:
                self._flagged(poll)

    def _flagged(self, poll: PollCounts) -> None:
        for article in poll.flagged:
            if not article.backlog:
                self._say(
                    "article.flagged",
                    f"flagged  {article.score:.2f} [{', '.join(article.themes)}] {article.title}",
                    key=article.key,
                    score=round(article.score, 4),
                    title=article.title,
                )

    def delivered(self, attempts: Sequence[Attempt]) -> None:
        if attempts:
            self._totals += Counter(sent=deliver_counts(attempts)["sent"])
            self._say(
                "deliver.done", f"alerts   {deliver_line(attempts)}", **deliver_counts(attempts)
            )

    def close(self) -> None:
        """Release the terminal."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def stopped(self) -> None:
        self._say("service.stopped", "stopped; nothing lost")
