"""Keyword lab of one site: trials of drafts, for the console and the API.

The outcomes of the rules in force are kept, so that a draft is tried in a moment.  What takes
longer is done in a thread with a store of its own, one run at a time, gives way to pages, and can
be followed.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from monitor.actions.operations.configuration import settings_now, settings_of_file
from monitor.actions.reading.explanations import ExplainerCache
from monitor.actions.rules import golden_outcomes, rule_trial
from monitor.actions.rules.golden_outcomes import GoldenChange, JudgedEvents
from monitor.actions.rules.outcomes import Outcomes
from monitor.actions.rules.rule_trial import RuleTrial, TrialBasis
from monitor.actions.rules.trial_plan import TopicPlan, TrialPlan, plan_trial
from monitor.actions.teaching.backtest import BacktestWindow
from monitor.classify.packs.pack import Pack
from monitor.classify.rules.decision_rules import DecisionRules
from monitor.domain.errors import ConfigError
from monitor.domain.ports import GiveWay, never_wait
from monitor.runtime import build, topic_pack, topics
from monitor.settings.rule_text import draft_settings
from monitor.settings.sections import Settings
from monitor.store.rules.rule_candidates import TooManyCandidates
from monitor.store.store import Store
from monitor.web.site.context import SiteContext

SPAN = timedelta(days=30)
AT_ONCE = 2_000  # articles that are decided while the caller waits
_KEPT = timedelta(minutes=10)  # outcomes of the rules in force; later articles are not in them
_CACHE_MB = 1
_MOST_TRIALS = 4  # kept; the oldest is dropped
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_FIRST = "those of the rules in force come first"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialProgress:
    """A run over every article goes on; ask again."""

    done: int
    articles: int
    reason: str  # why it is needed, a sentence without a full stop

    @property
    def sentence(self) -> str:
        """ "12,000 of 100,000 articles are decided: the rules in force are looked at first." """
        return f"{self.done:,} of {self.articles:,} articles are decided: {self.reason}."


class _Stopped(Exception):
    """The site ends, or another run is wanted."""


@dataclass(slots=True)
class _Run:
    """A run in its thread."""

    key: str
    articles: int
    reason: str
    decide: Callable[..., Outcomes]  # by a store: `rule_trial.in_force` or `rule_trial.replay`
    done: int = 0
    is_stopped: bool = False
    give_way: GiveWay = never_wait
    task: asyncio.Task[None] | None = None

    def progress(self, count: int) -> None:
        if self.is_stopped:
            raise _Stopped
        self.done = count
        self.give_way()

    def trial_progress(self) -> TrialProgress:
        return TrialProgress(done=self.done, articles=self.articles, reason=self.reason)


@dataclass(slots=True)
class _Finished:
    outcomes: Outcomes
    at: datetime


@dataclass(frozen=True, slots=True)
class _KeptTrial:
    """A trial and what it rests on: it holds until one of these changes."""

    before: Outcomes
    basis: TrialBasis
    trial: RuleTrial

    def rests_on(self, before: Outcomes, basis: TrialBasis) -> bool:
        return self.before is before and self.basis == basis


# Calls with the store for reading or for counts, in its thread.
_Ask = Callable[[Callable[[Store], _KeptTrial]], Awaitable[_KeptTrial]]


def span_of_trials(now: datetime, newest: datetime | None) -> BacktestWindow:
    """The last 30 days; where they have no article, the 30 days up to the newest one."""
    until = now if newest is None or newest > now - SPAN else newest
    return BacktestWindow(since=until - SPAN, until=until)


@dataclass(slots=True)
class RuleLab:
    """Trials against the rules in force; used from the event loop, which alone keeps them."""

    site: SiteContext
    explainers: ExplainerCache
    _finished: dict[str, _Finished] = field(default_factory=dict)
    _faults: dict[str, str] = field(default_factory=dict)
    # id of the pack → its lexicon → its golden events
    _golden: dict[str, dict[str, JudgedEvents | None]] = field(default_factory=dict)
    _golden_changes: dict[tuple[str, ...], GoldenChange | None] = field(default_factory=dict)
    _trials: dict[tuple[object, ...], _KeptTrial] = field(default_factory=dict)
    _run: _Run | None = None

    async def try_text(self, text: str) -> RuleTrial | TrialProgress:
        """Try a rule text against the rules in force; a progress while that takes longer.

        Raise ConfigError with the line that is wrong.
        """
        site = self.site
        plan = await site.read(lambda store: self._plan(text))
        before = await self._outcomes(plan, plan.before_rules, _FIRST)
        if isinstance(before, TrialProgress):
            return before
        golden = await self._golden_change(plan)
        try:
            return await self._instant_trial(site.read, plan, before, golden)
        except TooManyCandidates as error:
            reason = str(error)
        sides = await self._both_sides(plan, before, reason)
        if isinstance(sides, TrialProgress):
            return sides

        def compare_replays(store: Store, basis: TrialBasis) -> RuleTrial:
            return rule_trial.compare(
                store, plan, sides, basis, golden=golden, replay_reason=reason
            )

        return await self._kept_trial(site.read, plan, sides[0], compare_replays)

    async def _instant_trial(
        self, ask: _Ask, plan: TrialPlan, before: Outcomes, golden: GoldenChange | None
    ) -> RuleTrial:
        """The trial by the search index; raise TooManyCandidates where that can't tell."""

        def compare(store: Store, basis: TrialBasis) -> RuleTrial:
            after = rule_trial.decide_changes(store, plan, before, basis)
            return rule_trial.compare(store, plan, (before, after), basis, golden=golden)

        return await self._kept_trial(ask, plan, before, compare)

    async def _kept_trial(
        self,
        ask: _Ask,
        plan: TrialPlan,
        before: Outcomes,
        compare: Callable[[Store, TrialBasis], RuleTrial],
    ) -> RuleTrial:
        """The trial of this plan, computed again when outcomes, subscriptions or marks changed."""
        after = plan.after
        key = (
            plan.before.decision_digest, after.decision_digest, after.keywords.alert_budget,
            plan.pack_ids,
        )  # fmt: skip
        stored_trial = self._trials.get(key)

        def compute(store: Store) -> _KeptTrial:
            basis = rule_trial.read_basis(store, before.window)
            if stored_trial is not None and stored_trial.rests_on(before, basis):
                return stored_trial
            return _KeptTrial(before, basis, compare(store, basis))

        current_trial = await ask(compute)
        _keep_newest(self._trials, key, current_trial)
        return current_trial.trial

    async def in_force(self) -> Outcomes | None:
        """The kept outcomes of the rules in force; None while they are not known."""
        settings, _ = await asyncio.to_thread(settings_now, self.site.settings)
        finished = self._finished.get(_key(settings.decision_digest, ""))
        return finished.outcomes if finished else None

    async def close(self) -> None:
        """Stop what runs."""
        run = self._run
        if run is not None and run.task is not None:
            run.is_stopped = True
            with suppress(asyncio.CancelledError):
                await run.task

    def _plan(self, text: str) -> TrialPlan:
        current = settings_of_file(self.site.settings)
        return plan_trial(current, draft_settings(current, text), self.packs(current))

    def packs(self, settings: Settings) -> dict[str, Pack]:
        """The pack in use of each topic, loaded once: topic → pack."""
        names = topics.settings_by_topic(settings)
        return {name: self.explainers.explainer(name).pack for name in names}

    async def _both_sides(
        self, plan: TrialPlan, before: Outcomes, reason: str
    ) -> tuple[Outcomes, Outcomes] | TrialProgress:
        """Decide every article by the draft; with other lexicon entries by both sides."""
        entries = plan.drafted_lexicons if plan.changes_lexicon else ""
        if entries:
            first = await self._outcomes(plan, plan.before_rules, reason, entries)
            if isinstance(first, TrialProgress):
                return first
            before = first
        after = await self._outcomes(plan, plan.after_rules, reason, entries)
        return after if isinstance(after, TrialProgress) else (before, after)

    async def _outcomes(
        self, plan: TrialPlan, rules: DecisionRules, reason: str, entries: str = ""
    ) -> Outcomes | TrialProgress:
        """The outcomes of these rules, kept or computed; `entries` name a changed lexicon."""
        now, key = self.site.clock(), _key(rules.config, entries)
        fault = self._faults.pop(key, "")
        if fault:
            raise ConfigError(f"the trial failed: {fault}")
        self._finished = {
            name: finished
            for name, finished in self._finished.items()
            if abs(now - finished.at) < _KEPT
        }
        if key in self._finished:
            return self._finished[key].outcomes
        if self._run is not None:
            return self._run.trial_progress()
        newest = await self.site.read(lambda store: store.articles.newest_seen_at())
        window = span_of_trials(now, newest)
        articles = await self.site.read(lambda store: store.articles.count(since=window.since))
        # other lexicon entries have articles judged anew, also by the rules in force
        is_in_force = rules is plan.before_rules and not entries
        decide = (
            partial(rule_trial.in_force, plan=plan, window=window)
            if is_in_force
            else partial(rule_trial.replay, rules=rules, window=window)
        )
        if articles <= AT_ONCE:
            outcomes = await self.site.read(decide)
            self._finished[key] = _Finished(outcomes, now)
            return outcomes
        self._run = run = _Run(key, articles, reason, decide, give_way=self.site.turns.give_way)
        run.task = asyncio.create_task(self._follow(run, plan))
        return run.trial_progress()

    async def _follow(self, run: _Run, plan: TrialPlan) -> None:
        try:
            outcomes = await asyncio.to_thread(_decide, self.site.settings, run)
            # what the trial that shows them needs, so that nobody waits for that
            golden = await self._golden_change(plan, run.give_way)
            if run.reason == _FIRST:
                with suppress(TooManyCandidates):
                    await self._instant_trial(self.site.count, plan, outcomes, golden)
            self._finished[run.key] = _Finished(outcomes, self.site.clock())
        except _Stopped:
            return
        # Nobody awaits this task: a fault that is not kept here would leave its trial running.
        except Exception as error:  # noqa: BLE001 - whoever asks for the trial next gets it
            self._faults[run.key] = str(error) or type(error).__name__
        finally:
            run.is_stopped = True  # the thread too, when the service ends
            self._run = None

    async def _golden_change(
        self, plan: TrialPlan, give_way: GiveWay = never_wait
    ) -> GoldenChange | None:
        """The golden events on both sides; kept, for the rules look at each wording."""
        key = plan.before.decision_digest, plan.after.decision_digest, *plan.pack_ids
        if key in self._golden_changes:
            return self._golden_changes[key]
        changes = [await self._compare_golden(topic, give_way) for topic in plan.topics]
        change = golden_outcomes.sum_of_topics(changes)
        _keep_newest(self._golden_changes, key, change)
        return change

    async def _compare_golden(self, topic: TopicPlan, give_way: GiveWay) -> GoldenChange | None:
        """The golden events of one topic on both sides."""
        rules = topic.before_rules, topic.after_rules
        before = await self._judged_events(topic.pack_id, topic.before, rules[0], give_way)
        after = await self._judged_events(topic.pack_id, topic.after, rules[1], give_way)
        if before is None or after is None:
            return None
        return await asyncio.to_thread(golden_outcomes.golden_change, (before, after), rules)

    async def _judged_events(
        self, pack_id: str, settings: Settings, rules: DecisionRules, give_way: GiveWay
    ) -> JudgedEvents | None:
        """The verdicts of a pack on its golden events; those of two lexicons are kept.

        One is that of the rules in force, with which every draft is compared.
        """
        verdicts = self._golden.setdefault(pack_id, {})
        lexicon = json.dumps(settings.topic.lexicon, sort_keys=True)
        if lexicon in verdicts:
            return verdicts[lexicon]
        file = topic_pack.golden_file(settings)
        events = await asyncio.to_thread(golden_outcomes.judge_events, file, rules, give_way)
        while len(verdicts) > 1:
            verdicts.popitem()
        verdicts[lexicon] = events
        return events


def _keep_newest(entries: dict[_Key, _Value], key: _Key, value: _Value) -> None:
    """Keep this entry as the newest; the oldest beyond `_MOST_TRIALS` is dropped."""
    entries.pop(key, None)
    entries[key] = value
    if len(entries) > _MOST_TRIALS:
        del entries[next(iter(entries))]


def _key(config: str, entries: str) -> str:
    return f"{config} {entries}"


def _decide(settings: Settings, run: _Run) -> Outcomes:
    """In a thread, with a store of its own: neither a mark nor a page waits for it."""
    with build.open_store(settings, upgrade=False, cache_mb=_CACHE_MB) as store:
        store.before_statements(run.give_way)
        return run.decide(store, on_progress=run.progress)
