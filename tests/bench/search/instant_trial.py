"""Instant trial of a keyword rule: CPU time of the search index and of the whole trial.

    python -m tests.bench.search.instant_trial --articles 100000

fills a database as a month of service leaves it, keeps the outcomes of the rules in force as the
keyword lab does, and tries one rule after another.  The machine may be busy: what is printed is
CPU time of this process, the best of some runs; on PostgreSQL the server's is not in it, so the
time that passed is printed as well.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from monitor.actions.rules.outcomes import Outcomes
from monitor.actions.rules.rule_trial import compare, decide_changes, read_basis, replay
from monitor.actions.rules.trial_plan import TrialPlan, plan_trial
from monitor.actions.teaching.backtest import BacktestWindow
from monitor.classify.packs.pack import Pack, load_pack
from monitor.runtime import topic_pack
from monitor.settings import loader
from monitor.settings.rule_text import draft_settings
from monitor.settings.sections import Settings
from monitor.store.rules import rule_candidates
from monitor.store.store import Store
from tests.bench.console.filled_store import DAYS, Filling, fill
from tests.bench.search.__main__ import DATABASES, address

LIMIT_MS = 50.0  # of CPU, for the index
# Seven terms each: in no article, in one of 200, of 120 and of 30.
RULES = {
    "no article": {
        "any": ["volcano*", "tsunami", "earthquake*", "화산", "地震", "вулкан*", "Erdbeben"],
    },
    "one of 200": {
        "all": ["sappers", "harbour"],
        "any": ["quarter", "museum", "league", "garden", "author", "winter", "festival"],
    },
    "one of 120": {
        "any": ["sappers", "minelayer*", "Seversk", "deminer*", "Pokpung", "Kimchaek", "Wonsan"],
    },
    "one of 30": {
        "any": ["sappers", "сапёры", "공병", "工兵", "minelayer*", "deminer*", "Pokpung"],
    },
}  # fmt: skip
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialCost:
    """What the trial of one rule took, in milliseconds."""

    name: str
    candidates: int  # articles that the index gives
    lost: int  # articles that the rule drops
    lookup_cpu: float  # the candidates' keys alone, of the index
    trial_cpu: float  # plan, candidates, decisions, comparison
    trial_elapsed: float


def main(arguments: list[str] | None = None) -> int:
    """Run it as the command line says; 0: at most 50 ms in the index for up to 1,000 articles."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.search.instant_trial", description=__doc__
    )
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5, help="of each rule (default 5)")
    parser.add_argument("--database", choices=[*DATABASES, "both"], default="both")
    chosen = parser.parse_args(arguments)
    is_quick = True
    for name in DATABASES if chosen.database == "both" else [chosen.database]:
        with (
            tempfile.TemporaryDirectory() as folder,
            address(name, Path(folder)) as url,
            Store.open(url, upgrade=True) as store,
        ):
            say(f"{name}, {chosen.articles:,} articles, the best of {chosen.rounds} runs, ms")
            say(f"{'':12}{'candidates':>11}{'lost':>8}{'index':>8}{'trial':>8}{'elapsed':>9}")
            for cost in measure(store, chosen.articles, chosen.rounds):
                say(
                    f"{cost.name:12}{cost.candidates:>11,}{cost.lost:>8,}{cost.lookup_cpu:>8.1f}"
                    f"{cost.trial_cpu:>8.1f}{cost.trial_elapsed:>9.1f}"
                )
                is_quick &= cost.candidates > 1_000 or cost.lookup_cpu <= LIMIT_MS
    return int(not is_quick)


def measure(store: Store, articles: int, rounds: int) -> Iterator[TrialCost]:
    """The cost of each rule on so many articles."""
    rule_candidates._TIME_LIMIT = timedelta(minutes=5)  # else a busy machine ends the look-up
    until = datetime.now(UTC)
    fill(store, Filling(articles=articles, until=until))
    settings = loader.load(environment={})
    pack = load_pack(topic_pack.pack_folder(settings))
    window = BacktestWindow(since=until - timedelta(days=DAYS), until=until)
    in_force = replay(store, _plan(settings, pack, RULES["no article"]).before_rules, window)
    for name, rule in RULES.items():
        yield _cost(name, store, partial(_plan, settings, pack, rule), in_force, rounds)


def _plan(settings: Settings, pack: Pack, rule: dict[str, list[str]]) -> TrialPlan:
    """The plan for one more rule."""
    fields = "\n".join(f"{name} = {terms!r}" for name, terms in rule.items())
    text = f"[[keywords.rules]]\nname = 'new'\naction = 'drop'\n{fields}\n"
    return plan_trial(settings, draft_settings(settings, text), {pack.name: pack})


def _cost(
    name: str, store: Store, plan_of: Callable[[], TrialPlan], in_force: Outcomes, rounds: int
) -> TrialCost:
    window, question = in_force.window, plan_of().question()

    def look_up() -> int:
        return len(store.rule_candidates.find(window.since, window.until, words=question))

    def try_rule() -> int:
        plan, basis = plan_of(), read_basis(store, window)
        after = decide_changes(store, plan, in_force, basis)
        return compare(store, plan, (in_force, after), basis).lost.count

    candidates, lookup_cpu, _ = _best(look_up, rounds)
    lost, trial_cpu, elapsed = _best(try_rule, rounds)
    return TrialCost(
        name=name,
        candidates=candidates,
        lost=lost,
        lookup_cpu=lookup_cpu,
        trial_cpu=trial_cpu,
        trial_elapsed=elapsed,
    )


def _best(work: Callable[[], _T], rounds: int) -> tuple[_T, float, float]:
    """The result; milliseconds of CPU and of time passed, each the least of some runs."""
    cpu, elapsed = [], []
    for _ in range(rounds):
        cpu_start, start = time.process_time(), time.perf_counter()
        result = work()
        cpu.append(time.process_time() - cpu_start)
        elapsed.append(time.perf_counter() - start)
    return result, min(cpu) * 1_000, min(elapsed) * 1_000


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
