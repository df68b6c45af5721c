"""CPU by stage of `monitor poll --all`: `python -m tests.bench.running.poll_stages [--feeds N]`.

Three polls, as in `make bench`: all feeds new, all unchanged, one new entry each.  Timers around
the functions of the stages count the processor time of their thread, less that of the stages
within; they cost some microseconds a call themselves.
"""

from __future__ import annotations

import argparse
import functools
import importlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench import measure, peers
from tests.bench.publishers import loopback_hosts, serving
from tests.bench.rounds import STEPS

ENTRIES = 40
# Stage → its functions, each a module and the name in it by which its callers look it up.
STAGES: dict[str, tuple[tuple[str, str], ...]] = {
    "what is new": (("monitor.pipeline.stages", "what_is_new"),),
    "language, dates": (("monitor.pipeline.new_entries", "completed"),),
    "judge: text, lexicon": (("monitor.classify.model.linear", "extract_views"),),
    "judge: n-grams, weights": (("monitor.classify.model.linear", "mean_logits"),),
    "judge: terms": (("monitor.classify.model.linear", "strongest_terms"),),
    "judge: the rest": (("monitor.pipeline.stages", "StepwiseJudge.judge"),),
    "load the pack": (("monitor.runtime.topic_pack", "load_pack"),),
    "decide": (("monitor.pipeline.stages", "decide"),),
    "copies": (("monitor.pipeline.stages", "group_copies"),),
    "stories, figures": (("monitor.pipeline.stages", "group_stories"),),
    "alerts": (
        ("monitor.pipeline.stages", "match_alerts"),
        ("monitor.pipeline.stages", "tell_of_stories"),
    ),
    "insert articles": (("monitor.store.commit.polls", "_insert_articles"),),
    "search index": (("monitor.store.commit.polls", "_index_words"),),
    "store the rest, commit": (("monitor.store.database.transactions", "Database.write"),),
    "other steps of the group": (("monitor.pipeline.poll", "judge_and_commit"),),
}
_REST, _CHILDREN, _START = "fetch, loop", "read documents (children)", "start"


@dataclass(slots=True)
class StageTimers:
    """The processor time of stages, less that of the stages within."""

    clock: Callable[[], float] = time.thread_time  # seconds
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(STAGES, 0.0))
    _inner: list[float] = field(default_factory=list)  # of the open calls, in the one store thread

    def timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with its own time added to the stage."""

        @functools.wraps(function)
        def measured(*arguments: Any, **options: Any) -> Any:
            started = self.clock()
            self._inner.append(0.0)
            try:
                return function(*arguments, **options)
            finally:
                whole = self.clock() - started
                self.seconds[stage] += whole - self._inner.pop()
                if self._inner:
                    self._inner[-1] += whole

        return measured

    def install(self) -> None:
        """Time every function of the stages; it imports their modules."""
        for stage, functions in STAGES.items():
            for module, name in functions:
                *path, attribute = name.split(".")
                owner = functools.reduce(getattr, path, importlib.import_module(module))
                setattr(owner, attribute, self.timed(stage, getattr(owner, attribute)))


def poll_with_timers(report: Path) -> None:
    """Run `monitor poll --all` in this process and write the seconds of its stages as JSON."""
    from monitor import __main__, cli

    timers = StageTimers()
    timers.install()
    start = time.process_time()
    run = cli.run

    def reported(arguments: list[str]) -> int:
        code = run(arguments)
        own = time.process_time()
        parts = {_START: start, **timers.seconds}
        parts[_REST] = own - sum(parts.values())
        report.write_text(json.dumps(parts))
        return code

    cli.run = reported
    sys.argv = ["monitor", "poll", "--all", "--json"]
    __main__.main()


def measured_poll(folder: Path) -> dict[str, float]:
    """The seconds of each stage of one poll, of those that took any."""
    report = folder / "stages.json"
    command = [sys.executable, "-m", "tests.bench.running.poll_stages", "--report", str(report)]
    cost = measure.run(command, cwd=folder, env=peers.environment(folder))
    parts: dict[str, float] = json.loads(report.read_text())
    parts[_CHILDREN] = cost.cpu - sum(parts.values())
    return {stage: seconds for stage, seconds in parts.items() if seconds >= 0.001}


def table(step: str, parts: dict[str, float], count: int, unit: str) -> str:
    """One step as text, the dearest stage first."""
    lines = [f"{step:28} {'CPU s':>7}  ms {unit}"]
    for stage, seconds in sorted(parts.items(), key=lambda part: -part[1]):
        lines.append(f"  {stage:26} {seconds:7.2f} {1000 * seconds / count:8.3f}")
    total = sum(parts.values())
    lines.append(f"  {'together':26} {total:7.2f} {1000 * total / count:8.3f}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.running.poll_stages", description=__doc__
    )
    parser.add_argument("--feeds", type=int, default=200, help="how many feeds (default 200)")
    parser.add_argument("--report", type=Path, help=argparse.SUPPRESS)  # this is the measured poll
    chosen = parser.parse_args(arguments)
    if chosen.report is not None:
        poll_with_timers(chosen.report)
        return
    count = chosen.feeds
    hosts = loopback_hosts(min(50, count))
    load = os.getloadavg()[0]
    with (
        tempfile.TemporaryDirectory(prefix="watchpost-stages-") as place,
        serving(count, ENTRIES, hosts) as publishers,
    ):
        folder = Path(place, "watchpost")
        watchpost = peers.watchpost()
        peers.fresh(watchpost, folder, publishers.addresses()[:1])
        peers.poll(watchpost, folder)  # unmeasured: it compiles modules and reads them from disk
        peers.fresh(watchpost, folder, publishers.addresses())
        sys.stdout.write(f"{count} feeds × {ENTRIES} entries, load {load:.0f}\n")
        for step in STEPS:
            publishers.add(int(step == "one new"))
            per_article = step == "first"
            units = count * ENTRIES if per_article else count
            parts = measured_poll(folder)
            unit = "an article" if per_article else "a feed"
            sys.stdout.write(f"\n{table(step, parts, units, unit)}\n")


if __name__ == "__main__":
    main()
