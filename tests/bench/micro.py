"""The parts: how fast each piece of the program is by itself, beside a reference."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench import measure, peers
from tests.bench.measure import Failed
from tests.bench.publishers import Publishers

ALERTS, SUBSCRIPTIONS = 500, 10
_SUBSCRIBER_ARTICLES = ALERTS // SUBSCRIPTIONS
_RULE = """
[[keywords.rules]]
name = "everything"
regex = "."
action = "flag"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One figure, and the same of something known."""

    name: str
    unit: str
    value: float = 0.0
    reference: float = 0.0
    beside: str = ""  # what the reference is
    skipped: str = ""  # why there is no figure


def parts(publishers: Publishers, folder: Path, *, say: Callable[[str], None]) -> list[Part]:
    """Every part; one that can't be measured says why and spoils nothing."""
    found: list[Part] = []
    figures: tuple[tuple[str, Callable[[], list[Part]]], ...] = (
        ("starting", lambda: _starting(folder)),
        ("reading", lambda: _inside("reading", folder)),
        ("judging", lambda: _inside("judging", folder)),
        ("storing", lambda: _inside("storing", folder)),
        ("delivering", lambda: _delivering(publishers, folder)),
    )
    for name, figure in figures:
        say(f"part       {name}")
        try:
            found += figure()
        except Failed as failed:
            found.append(Part(name=name, unit="", skipped=str(failed).strip().splitlines()[-1]))
    return found


def _inside(name: str, folder: Path) -> list[Part]:
    """Figures taken inside a process of their own (`inside.py`)."""
    return [Part(**part) for part in json.loads(peers.call(folder, "tests.bench.inside", name))]


def _starting(folder: Path) -> list[Part]:
    """What each command costs before it does anything."""
    bare = _wall(folder, "-c", "pass")
    sklearn = _wall(folder, "-c", "import sklearn.linear_model")
    return [
        Part(
            name="monitor --help",
            unit="ms",
            value=_wall(folder, "-m", "monitor", "--help"),
            reference=bare,
            beside="python -c pass",
        ),
        Part(
            name="monitor poll with no feed",
            unit="ms",
            value=_idle_poll(folder / "idle"),
            reference=sklearn,
            beside="import sklearn.linear_model",
        ),
    ]


def _wall(folder: Path, *arguments: str) -> float:
    """Milliseconds that a run of Python takes: median of five."""
    command = [sys.executable, *arguments]
    env = peers.environment(folder)
    return median(measure.run(command, cwd=folder, env=env).wall * 1000 for _ in range(5))


def _idle_poll(folder: Path) -> float:
    peers.fresh(peers.watchpost(), folder, [])
    return _wall(folder, "-m", "monitor", "poll", "--all", "--json")


def _delivering(publishers: Publishers, folder: Path) -> list[Part]:
    """500 alerts to ten webhooks on loopback: the whole command, start-up included."""
    place = folder / "delivering"
    publishers.add(0)
    peers.fresh(peers.watchpost(), place, [])
    with (place / "monitor.toml").open("a", encoding="utf-8") as config:
        config.write(_RULE)
    for number in range(SUBSCRIPTIONS):
        name, hook = f"receiver {number}", publishers.hook()
        peers.call(place, "monitor", "subscriptions", "add", name, f"--webhook={hook}")
    alerts, address = 0, iter(publishers.addresses())
    while alerts < ALERTS and (feed := next(address, None)):
        peers.call(place, "monitor", "feeds", "add", feed)
        polled = peers.call(place, "monitor", "poll", f"--feed={feed}", "--alert-backlog", "--json")
        alerts += json.loads(polled)["alerts"]
    publishers.asked()
    command = [sys.executable, "-m", "monitor", "deliver", "--json"]
    cost = measure.run(command, cwd=place, env=peers.environment(place))
    asked = publishers.asked()
    if json.loads(cost.out)["sent"] != alerts or asked.get("hook") != alerts:
        raise Failed(f"of {alerts} alerts {cost.out.strip()}; the receiver got {asked}")
    plain = json.loads(peers.call(place, "tests.bench.inside", "posting", publishers.hook()))
    return [
        Part(
            name=f"monitor deliver, {alerts} webhooks: per second",
            unit="/s",
            value=alerts / cost.wall,
            reference=plain["per_second"],
            beside=f"bare aiohttp, {SUBSCRIPTIONS} at a time, nothing signed or recorded",
        ),
        Part(
            name=f"monitor deliver, {alerts} webhooks: CPU each",
            unit="ms",
            value=cost.cpu / alerts * 1000,
            reference=plain["cpu_ms"],
            beside="the same",
        ),
    ]
