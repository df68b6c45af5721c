"""The result tables: medians, and ratios of runs in the same round."""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench.micro import Part
from tests.bench.peers import Peer
from tests.bench.rounds import STEPS, Measured

_LIBRARIES = ("feedparser", "aiohttp", "sqlalchemy", "scikit-learn")
_HEADS = {
    "first": "first poll",
    "unchanged": "all unchanged (304)",
    "one new": "one new entry each",
}
_FIGURES = ("cpu", "wall", "peak_mb")


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine of the measurement."""

    line: str
    cores: int
    processor: str
    load_before: float  # runnable processes over the last minute: above 0.5, expect noise


def machine(peers: Sequence[Peer]) -> Machine:
    """This machine, the Python and the versions, in a line."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = os.getloadavg()[0]
    versions = [f"{peer.name} {peer.version}" for peer in peers if peer.missing is None]
    versions += [f"{name} {importlib.metadata.version(name)}" for name in _LIBRARIES]
    line = (
        f"{cores} cores ({_processor()}), {platform.system()} {platform.release()},"
        f" {platform.python_implementation()} {platform.python_version()};"
        f" load before {load:.1f}; {', '.join(versions)}"
    )
    return Machine(line=line, cores=cores or 1, processor=_processor(), load_before=load)


def _processor() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def polls(measured: Sequence[Measured], chosen: argparse.Namespace, hosts: int) -> str:
    """The polls of all peers, and the ratio of each to Watchpost."""
    rounds = 1 + max(run.round for run in measured)
    names = list(dict.fromkeys(run.peer for run in sorted(measured, key=lambda m: m.round)))
    rows = [(name, [_median(measured, name, step) for step in STEPS]) for name in names]
    size = f"{chosen.feeds} feeds × {chosen.entries} entries of 1–3 KB HTML"
    lines = [
        f"{size} on {hosts} loopback hosts; medians of {rounds} interleaved rounds",
        "CPU: user + system of the whole process tree; MB: its peak, shared pages counted once",
        "",
        " " * 22 + "".join(f"{_HEADS[step]:^26}" for step in STEPS),
        " " * 22 + f"{'CPU s':>8}{'wall s':>8}{'MB':>8}  " * len(STEPS),
    ]
    lines += [f"{name:22}" + "".join(map(_cells, figures)) for name, figures in rows]
    watchpost = "watchpost"
    if watchpost in names:
        for name in names:
            if name != watchpost:
                ratios = [_ratio(measured, name, watchpost, step) for step in STEPS]
                lines.append(f"{f'{name} ÷ {watchpost}':22}" + "".join(map(_times, ratios)))
    return "\n".join(lines)


def _of(measured: Sequence[Measured], peer: str, step: str) -> list[Measured]:
    return [run for run in measured if run.peer == peer and run.step == step]


def _median(measured: Sequence[Measured], peer: str, step: str) -> list[float]:
    runs = _of(measured, peer, step)
    return [median(getattr(run.cost, figure) for run in runs) for figure in _FIGURES]


def _ratio(measured: Sequence[Measured], peer: str, watchpost: str, step: str) -> list[float]:
    """The median over the rounds of a peer's figure divided by Watchpost's in the same round."""
    pairs = list(
        zip(_of(measured, peer, step), _of(measured, watchpost, step), strict=True)
    )  # both in the order of the rounds
    return [
        median(getattr(a.cost, figure) / getattr(b.cost, figure) for a, b in pairs)
        for figure in _FIGURES
    ]


def _cells(figures: list[float]) -> str:
    cpu, wall, peak = figures
    return f"{cpu:8.2f}{wall:8.2f}{peak:8.0f}  "


def _times(ratios: list[float]) -> str:
    return "".join(f"{f'×{ratio:.2f}':>8}" for ratio in ratios) + "  "


def parts(measured: Sequence[Part]) -> str:
    """The parts, each with a reference of the same run."""
    lines = [f"{'part':44}{'Watchpost':>16}   reference"]
    for part in measured:
        if part.skipped:
            lines.append(f"{part.name:44}{'–':>16}   {part.skipped}")
            continue
        watchpost = f"{_round(part.value)} {part.unit}"
        beside = f"{_round(part.reference)} {part.unit}  {part.beside}" if part.beside else ""
        lines.append(f"{part.name:44}{watchpost:>16}   {beside}".rstrip())
    return "\n".join(lines)


def _round(value: float) -> str:
    """Three significant digits."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
