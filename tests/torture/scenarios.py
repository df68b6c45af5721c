"""What is done to the program: killed at random, killed at every edge, told to stop, doubled."""

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
from tests.torture.processes import Life, Nursery
from tests.torture.surroundings import Books, Stage

# What `monitor run` comes to; the others have acts of their own.
SERVICE_POINTS = [
    point for point in Point if point not in (Point.MIGRATING, Point.BACKING_UP, Point.ENDING)
]
PATIENCE = 60.0  # seconds, for a life to come to its point, or to tell something


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
        """Is all as promised?"""
        allowed = 1 if self.times else 0
        return (
            not self.lost
            and not self.other_keys
            and self.most_repeats <= allowed
            and self.integrity == "ok"
        )


def outcome(
    act: str, times: int, stage: Stage, *, note: str = "", integrity: str = "ok"
) -> Outcome:
    """What the books say."""
    books: Books = stage.books
    return Outcome(
        act=act,
        times=times,
        published=len(books.published),
        received=len(books.receipts),
        lost=books.lost(),
        repeats=books.repeats(),
        most_repeats=books.most_repeats(),
        other_keys=books.other_keys(),
        integrity=integrity,
        note=note,
    )


@contextmanager
def _watch() -> Iterator[Callable[[], float]]:
    started = perf_counter()
    yield lambda: perf_counter() - started


# ── kills ────────────────────────────────────────────────────────────────────────────────────────


def random_kills(stage: Stage, times: int) -> Outcome:
    """SIGKILL at any moment: some while it starts, most while it works."""
    early = 0
    for _ in range(times):
        stage.publish(stage.chance.randint(1, 3))
        life = stage.start("run")
        if stage.chance.random() < 0.15:
            early += 1
            life.wait(stage.chance.uniform(0, 0.5))
        else:
            stage.until_active(PATIENCE)
            stage.publish(stage.chance.randint(1, 3))
            life.wait(stage.chance.uniform(0, 1.2))
        life.kill()
    code = stage.settle()
    note = f"{early} while it started; the last ended with {code}"
    return outcome("SIGKILL at random", times, stage, note=note, integrity=stage.integrity())


def at_points(stage: Stage, points: Sequence[Point], times: int) -> Outcome:
    """SIGKILL at each of these points, so many times, the first, second or third time it comes."""
    died: Counter[Point] = Counter()
    for _ in range(times):
        for point in points:
            stage.publish(3)
            at = f"{point.value}:{stage.chance.randint(1, 3)}"
            life = stage.start("run", **{VARIABLE.removeprefix("MONITOR_"): at})
            stage.publish(3)
            if life.wait(PATIENCE / 4) is None:  # fewer of these than it would take
                stage.publish(3)
                if life.wait(PATIENCE) is None:
                    life.kill()
                    continue
            died[point] += 1
    code = stage.settle()
    missed = {point.value: times - died[point] for point in points if died[point] < times}
    note = f"not reached: {missed}" if missed else f"the last ended with {code}"
    act = f"SIGKILL at {len(points)} named points"
    return outcome(act, sum(died.values()), stage, note=note, integrity=stage.integrity())


# ── told to stop ─────────────────────────────────────────────────────────────────────────────────


def sigterms(stage: Stage, times: int) -> Outcome:
    """SIGTERM at any moment of its work: exit code 0 within ten seconds."""
    codes: Counter[int | None] = Counter()
    longest = 0.0
    for _ in range(times):
        stage.publish(3)
        life = stage.start("run")
        stage.until_active(PATIENCE)
        stage.publish(3)
        life.wait(stage.chance.uniform(0, 0.8))
        with _watch() as seconds:
            life.terminate()
            codes[life.wait(10)] += 1
            longest = max(longest, seconds())
        if codes[None]:
            life.kill()
    stage.settle()
    note = f"exit codes {dict(codes)}, the longest took {longest:.1f} s"
    said = stage.integrity() if set(codes) == {0} else f"exit codes {dict(codes)}"
    return outcome("SIGTERM", 0, stage, note=note, integrity=said)


# ── two at once ──────────────────────────────────────────────────────────────────────────────────


def two_at_once(stage: Stage, rounds: int, alerts: int = 500) -> Outcome:
    """Two processes deliver the same queue."""
    for number in range(rounds):
        _promise(stage, alerts // 2, number)
        lives = [stage.start("run", "--role", "deliver", DELIVER__LEASE="1m") for _ in range(2)]
        stage.until_told(PATIENCE * 3)
        _end(lives)
    said = stage.integrity()
    return outcome(f"two processes, {alerts} alerts a round", 0, stage, note=f"{rounds} rounds",
                   integrity=said)  # fmt: skip


def _promise(stage: Stage, articles: int, number: int) -> None:
    """Articles that wait for both subscriptions."""
    now = datetime.now(UTC)
    with Store.open(stage.url) as store:
        feed = store.feeds.list()[0]
        new = [_article(f"{number}-{n}", feed.key, now, stage) for n in range(articles)]
        promised = match.alerts(new, store.subscriptions.list())
        far = PollState(due_at=now)
        store.commit(
            [PollResult(feed_key=feed.key, state=far, articles=tuple(new), alerts=promised)]
        )


def _article(name: str, feed_key: str, now: datetime, stage: Stage) -> Article:
    mark = f"zq{stage.chance.getrandbits(40):010x}"
    stage.books.published.add(mark)
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


def _end(lives: Sequence[Life]) -> None:
    for life in lives:
        life.terminate()
    for life in lives:
        if life.wait(20) is None:
            life.kill()


# ── an operator's commands ───────────────────────────────────────────────────────────────────────


def commands(nursery: Nursery, folder: Path, times: int) -> Outcome:
    """SIGKILL in a migration and in a backup: the next try does it whole."""
    faults: list[str] = []
    for number in range(times):
        place = folder / f"commands-{number}"
        place.mkdir()
        faults += _killed_upgrade(nursery, place) + _killed_backup(nursery, place)
        shutil.rmtree(place)
    said = "; ".join(sorted(set(faults))) or "ok"
    return Outcome(act="SIGKILL in `db upgrade` and `db backup`", times=2 * times, integrity=said)


def _killed_upgrade(nursery: Nursery, place: Path) -> list[str]:
    url = f"sqlite:///{place}/watchpost.db"
    base = {"MONITOR_DATABASE__URL": url}
    dying = nursery.start("db", "upgrade", environment={**base, VARIABLE: Point.MIGRATING.value})
    if dying.wait(PATIENCE) != -9:
        return ["the upgrade was not killed"]
    with_tables = Store.open(url, upgrade=True)  # as the next start does
    with with_tables as store:
        state = store.schema.status().state
    return (
        [] if state is SchemaState.CURRENT else [f"the tables are {state} after a killed upgrade"]
    )


def _killed_backup(nursery: Nursery, place: Path) -> list[str]:
    base = {"MONITOR_DATABASE__URL": f"sqlite:///{place}/watchpost.db"}
    copy = place / "copy.db"
    dying = nursery.start(
        "db", "backup", str(copy), environment={**base, VARIABLE: Point.BACKING_UP.value}
    )
    if dying.wait(PATIENCE) != -9:
        return ["the backup was not killed"]
    if copy.exists():
        return ["a backup that was killed has the name of a whole one"]
    again = nursery.start("db", "backup", str(copy), environment=base)
    if again.wait(PATIENCE) != 0:
        return ["after a killed backup the next one fails"]
    with Store.open(f"sqlite:///{copy}", upgrade=False) as store:
        return [] if store.schema.current() else ["the backup is not whole"]
