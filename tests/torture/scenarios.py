"""Scenarios: SIGKILL at random, SIGKILL at fail points, SIGTERM, two processes, commands."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from monitor.alerts import match
from monitor.domain.alerts import PollResult
from monitor.domain.articles import Article, Decision, DecisionReason
from monitor.domain.feeds import Entry, PollState
from monitor.failpoints import VARIABLE, Point
from monitor.store.schema.versions import SchemaState
from monitor.store.store import Store
from tests.torture.processes import ProcessStarter, ServiceProcess
from tests.torture.surroundings import Records, Surroundings

# What `monitor run` comes to; the others have acts of their own.
SERVICE_POINTS = [
    point for point in Point if point not in (Point.MIGRATING, Point.BACKING_UP, Point.ENDING)
]
PATIENCE = 60.0  # seconds, for a process to come to its point, or to tell something


@dataclass(frozen=True)
class Outcome:
    """A row of the table."""

    act: str
    times: int
    published: int = 0
    received: int = 0
    lost: int = 0
    repeats: int = 0
    most_repeats: int = 0  # of one kill and channel
    other_keys: int = 0
    integrity: str = "ok"
    note: str = ""
    seconds: float = 0.0

    @property
    def is_kept(self) -> bool:
        """Whether every promise was kept."""
        allowed = 1 if self.times else 0
        return (
            not self.lost
            and not self.other_keys
            and self.most_repeats <= allowed
            and self.integrity == "ok"
        )


def outcome(
    act: str, times: int, surroundings: Surroundings, *, note: str = "", integrity: str = "ok"
) -> Outcome:
    """A row of the table, from the records."""
    records: Records = surroundings.records
    return Outcome(
        act=act,
        times=times,
        published=len(records.published),
        received=len(records.receipts),
        lost=records.lost(),
        repeats=records.repeats(),
        most_repeats=records.most_repeats(),
        other_keys=records.other_keys() + records.told_again(),
        integrity=integrity,
        note=f"{note}; {len(records.held_back)} held back" if records.held_back else note,
    )


@contextmanager
def _watch() -> Iterator[Callable[[], float]]:
    started = perf_counter()
    yield lambda: perf_counter() - started


# ── kills ────────────────────────────────────────────────────────────────────────────────────────


def random_kills(surroundings: Surroundings, times: int) -> Outcome:
    """SIGKILL at any moment: some during the start, most during the work."""
    early = 0
    for _ in range(times):
        surroundings.publish(surroundings.chance.randint(1, 3))
        process = surroundings.start("run")
        if surroundings.chance.random() < 0.15:
            early += 1
            process.wait(surroundings.chance.uniform(0, 0.5))
        else:
            surroundings.until_active(PATIENCE)
            surroundings.publish(surroundings.chance.randint(1, 3))
            process.wait(surroundings.chance.uniform(0, 1.2))
        process.kill()
    code = surroundings.settle()
    note = f"{early} while it started; the last ended with {code}"
    return outcome(
        "SIGKILL at random", times, surroundings, note=note, integrity=surroundings.integrity()
    )


def at_points(surroundings: Surroundings, points: Sequence[Point], times: int) -> Outcome:
    """SIGKILL at each of these points, `times` times, at its first, second or third hit."""
    died: Counter[Point] = Counter()
    for _ in range(times):
        for point in points:
            surroundings.publish(3)
            at = f"{point.value}:{surroundings.chance.randint(1, 3)}"
            process = surroundings.start("run", **{VARIABLE.removeprefix("MONITOR_"): at})
            surroundings.publish(3)
            if process.wait(PATIENCE / 4) is None:  # fewer of these than it would take
                surroundings.publish(3)
                if process.wait(PATIENCE) is None:
                    process.kill()
                    continue
            died[point] += 1
    code = surroundings.settle()
    missed = {point.value: times - died[point] for point in points if died[point] < times}
    note = f"not reached: {missed}" if missed else f"the last ended with {code}"
    act = f"SIGKILL at {len(points)} named points"
    return outcome(
        act, sum(died.values()), surroundings, note=note, integrity=surroundings.integrity()
    )


# ── SIGTERM ─────────────────────────────────────────────────────────────────────────────────


def sigterms(surroundings: Surroundings, times: int) -> Outcome:
    """SIGTERM at any moment of the work: exit code 0 within ten seconds."""
    codes: Counter[int | None] = Counter()
    longest = 0.0
    for _ in range(times):
        surroundings.publish(3)
        process = surroundings.start("run")
        surroundings.until_active(PATIENCE)
        surroundings.publish(3)
        process.wait(surroundings.chance.uniform(0, 0.8))
        with _watch() as seconds:
            process.terminate()
            codes[process.wait(10)] += 1
            longest = max(longest, seconds())
        if codes[None]:
            process.kill()
    surroundings.settle()
    note = f"exit codes {dict(codes)}, the longest took {longest:.1f} s"
    integrity = surroundings.integrity() if set(codes) == {0} else f"exit codes {dict(codes)}"
    return outcome("SIGTERM", 0, surroundings, note=note, integrity=integrity)


# ── two at once ──────────────────────────────────────────────────────────────────────────────────


def two_at_once(surroundings: Surroundings, rounds: int, alerts: int = 500) -> Outcome:
    """Two processes deliver the same queue."""
    for number in range(rounds):
        _queue_alerts(surroundings, alerts // 2, number)
        processes = [
            surroundings.start("run", "--role", "deliver", DELIVER__LEASE="1m") for _ in range(2)
        ]
        surroundings.until_delivered(PATIENCE * 3)
        _end(processes)
    integrity = surroundings.integrity()
    scenario = f"two processes, {alerts} alerts a round"
    return outcome(scenario, 0, surroundings, note=f"{rounds} rounds", integrity=integrity)


def _queue_alerts(surroundings: Surroundings, articles: int, number: int) -> None:
    """Store articles with pending alerts for both subscriptions."""
    now = datetime.now(UTC)
    with Store.open(surroundings.url) as store:
        feed = store.feeds.list()[0]
        new = [_article(f"{number}-{n}", feed.key, now, surroundings) for n in range(articles)]
        alerts = match.alerts(new, store.subscriptions.list())
        far = PollState(due_at=now)
        store.commit([PollResult(feed_key=feed.key, state=far, articles=tuple(new), alerts=alerts)])


def _article(name: str, feed_key: str, now: datetime, surroundings: Surroundings) -> Article:
    mark = f"zq{surroundings.chance.getrandbits(40):010x}"
    surroundings.records.published.add(mark)
    return Article(
        key=f"article-{name}",
        copy_key=f"copy-{name}",
        feed_key=feed_key,
        entry=Entry(title=f"{mark} of {name}", language="en"),
        decision=Decision(
            relevant=True,
            reason=DecisionReason.FLAGGED,
            score=0.9,
            pack_score=0.9,
            threshold=0.5,
            themes={},
            labels=(),
        ),
        seen_at=now,
    )


def _end(processes: Sequence[ServiceProcess]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        if process.wait(20) is None:
            process.kill()


# ── commands ───────────────────────────────────────────────────────────────────────


def commands(starter: ProcessStarter, folder: Path, times: int) -> Outcome:
    """SIGKILL in a migration and in a backup: the next run completes it."""
    faults: list[str] = []
    for number in range(times):
        place = folder / f"commands-{number}"
        place.mkdir()
        faults += _killed_upgrade(starter, place) + _killed_backup(starter, place)
        shutil.rmtree(place)
    integrity = "; ".join(sorted(set(faults))) or "ok"
    return Outcome(
        act="SIGKILL in `db upgrade` and `db backup`", times=2 * times, integrity=integrity
    )


def _killed_upgrade(starter: ProcessStarter, place: Path) -> list[str]:
    url = f"sqlite:///{place}/watchpost.db"
    base = {"MONITOR_DATABASE__URL": url}
    dying = starter.start("db", "upgrade", environment={**base, VARIABLE: Point.MIGRATING.value})
    if dying.wait(PATIENCE) != -9:
        return ["the upgrade was not killed"]
    with_tables = Store.open(url, upgrade=True)  # as the next start does
    with with_tables as store:
        state = store.schema.status().state
    return (
        [] if state is SchemaState.CURRENT else [f"the tables are {state} after a killed upgrade"]
    )


def _killed_backup(starter: ProcessStarter, place: Path) -> list[str]:
    base = {"MONITOR_DATABASE__URL": f"sqlite:///{place}/watchpost.db"}
    copy = place / "copy.db"
    dying = starter.start(
        "db", "backup", str(copy), environment={**base, VARIABLE: Point.BACKING_UP.value}
    )
    if dying.wait(PATIENCE) != -9:
        return ["the backup was not killed"]
    if copy.exists():
        return ["a backup that was killed has the name of a whole one"]
    again = starter.start("db", "backup", str(copy), environment=base)
    if again.wait(PATIENCE) != 0:
        return ["after a killed backup the next one fails"]
    with Store.open(f"sqlite:///{copy}", upgrade=False) as store:
        return [] if store.schema.current() else ["the backup is not whole"]
