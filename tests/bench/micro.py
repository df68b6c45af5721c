"""Micro-benchmarks: the speed of each part of the program, compared with a reference."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from monitor.settings import resources
from tests.bench import delivering, measure, peers
from tests.bench.measure import Failed
from tests.bench.publishers import Publishers

TRAINING_LIMIT = 120.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One figure, and that of a reference."""

    name: str
    unit: str
    value: float = 0.0
    reference: float = 0.0
    beside: str = ""  # what the reference is
    skipped: str = ""  # why there is no figure


def parts(
    publishers: Publishers, folder: Path, only: str = "", *, say: Callable[[str], None]
) -> list[Part]:
    """Every part, or those that `only` names; a part that can't be measured has the reason."""
    measured: list[Part] = []
    figures: tuple[tuple[str, Callable[[], list[Part]]], ...] = (
        ("starting", lambda: _starting(folder)),
        ("reading", lambda: _inside("reading", folder)),
        ("judging", lambda: _inside("judging", folder)),
        ("topics", lambda: _inside("topics", folder)),
        ("training", lambda: _training(folder)),
        ("trying", lambda: _trying(folder)),
        ("storing", lambda: _inside("storing", folder)),
        ("copying", lambda: _inside("copying", folder)),
        ("delivering", lambda: _delivering(publishers, folder)),
    )
    for name, figure in figures:
        if only and name not in only.split(","):
            continue
        say(f"part       {name}")
        try:
            measured += figure()
        except Failed as failed:
            measured.append(Part(name=name, unit="", skipped=str(failed).strip().splitlines()[-1]))
    return measured


def _inside(name: str, folder: Path) -> list[Part]:
    """Figures taken inside a process of their own (`inside.py`)."""
    return [Part(**part) for part in json.loads(peers.call(folder, "tests.bench.inside", name))]


def _training(folder: Path) -> list[Part]:
    """Training the shipped pack from its examples."""
    pack, out = str(resources.path("models", "dprk-russia")), str(folder / "trained")
    train = ("-m", "monitor", "model", "train", "--pack", pack, "--out", out)
    env = peers.environment(folder)
    cost = measure.run([sys.executable, *train], cwd=folder, env=env)
    return [
        Part(
            name="train the pack: CPU",
            unit="s",
            value=cost.cpu,
            reference=TRAINING_LIMIT,
            beside="the limit",
        ),
        Part(name="the same: peak", unit="MB", value=cost.peak_mb),
    ]


def _trying(folder: Path) -> list[Part]:
    """`monitor keywords test` over 20,000 stored articles (`keyword_test.py`)."""
    figures = json.loads(peers.call(folder, "tests.bench.keyword_test"))
    return [
        Part(
            name=figure["name"],
            unit="s",
            value=figure["value"],
            reference=figure["limit"],
            beside="the limit",
        )
        for figure in figures
    ]


def _starting(folder: Path) -> list[Part]:
    """The cost of starting a command."""
    bare = _runs(folder, "-c", "pass")
    helped = _runs(folder, "-m", "monitor", "--help")
    learn = _runs(folder, "-c", "import sklearn.linear_model")
    watchpost, reader = (_idle(peer, folder / "idle") for peer in peers.all_peers()[:2])
    return [
        Part(
            name="monitor --help",
            unit="ms",
            value=helped.wall * 1000,
            reference=bare.wall * 1000,
            beside="python -c pass",
        ),
        Part(
            name="a poll without feeds: CPU",
            unit="ms",
            value=watchpost.cpu * 1000,
            reference=reader.cpu * 1000,
            beside="reader",
        ),
        Part(
            name="the same: peak",
            unit="MB",
            value=watchpost.peak_mb,
            reference=learn.peak_mb,
            beside="import sklearn.linear_model",
        ),
    ]


def _idle(peer: peers.Peer, folder: Path) -> measure.Cost:
    if peer.missing:
        return measure.Cost(wall=0, cpu=0, peak_mb=0)
    peers.fresh(peer, folder, [])
    return _runs(folder, *peer.poll[1:])


def _runs(folder: Path, *arguments: str) -> measure.Cost:
    """The cost of a run of Python: each figure is the median of five."""
    command, env = [sys.executable, *arguments], peers.environment(folder)
    costs = [measure.run(command, cwd=folder, env=env) for _ in range(5)]
    return measure.Cost(
        wall=median(cost.wall for cost in costs),
        cpu=median(cost.cpu for cost in costs),
        peak_mb=median(cost.peak_mb for cost in costs),
    )


def _delivering(publishers: Publishers, folder: Path) -> list[Part]:
    """Delivery by the service to webhooks on loopback (`delivering.py`)."""
    publishers.asked()
    delivered = peers.call(
        folder, "tests.bench.delivering", str(publishers.port), str(publishers.hosts)
    )
    figures = json.loads(delivered)
    answered = publishers.asked()
    if answered.get("hook") != figures["told"]:
        raise Failed(f"{figures['delivered']} alerts were told; the receiver got {answered}")
    plain = json.loads(peers.call(folder, "tests.bench.inside", "posting", publishers.hook()))
    beside = f"bare aiohttp, {delivering.SUBSCRIPTIONS} at a time, nothing signed or recorded"
    steady, hung = figures["steady"], figures["hung"]
    return [
        Part(
            name="webhooks that wait: told per second",
            unit="/s",
            value=figures["per_second"],
            reference=plain["per_second"],
            beside=beside,
        ),
        Part(
            name="the same: CPU each",
            unit="ms",
            value=figures["cpu_ms"],
            reference=plain["cpu_ms"],
            beside=beside,
        ),
        Part(
            name=f"commit to handed over at {delivering.PACE}/s: p95",
            unit="ms",
            value=steady["p95"],
            reference=delivering.LIMIT.total_seconds() * 1000,
            beside="the limit",
        ),
        Part(
            name="the same while one endpoint of 20 hangs",
            unit="ms",
            value=hung["p95"],
            reference=steady["p95"],
            beside="while none hangs",
        ),
    ]
