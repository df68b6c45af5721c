"""Train a candidate, one at a time: begin, follow and read trainings of the topic's packs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from monitor.actions.access import audit_log
from monitor.actions.teaching import candidates, pack_changes, training_report
from monitor.actions.teaching.candidates import TrainedCandidate
from monitor.actions.teaching.mark_progress import tally_of_topic
from monitor.domain.errors import ConfigError, MonitorError
from monitor.runtime import build, topic_pack
from monitor.store.teaching.pack_training import PackTraining, TrainingOutcome

if TYPE_CHECKING:
    from monitor.access.caller import Caller
    from monitor.actions.teaching.pack_changes import PackChanges
    from monitor.settings.sections import Settings
    from monitor.store.store import Store

TRAIN = "train candidate"  # in the audit log


def check_trainable(store: Store, settings: Settings) -> int:
    """The number of marks that a training of the first topic would learn from.

    Raise ConfigError when there is none, and when the topic's packs can't be promoted.
    """
    candidates.check_registry(settings)
    progress = tally_of_topic(store, settings).progress(learned=0)
    if not progress.to_learn:
        raise ConfigError(candidates.nothing_to_learn(progress.held_out))
    return progress.to_learn


def begin_training(
    store: Store,
    settings: Settings,
    caller: Caller,
    now: datetime,
    *,
    reason: str = "",
    key: str = "",
) -> PackTraining:
    """Announce a training, so that no second one begins; `run_training` does it.

    `key` is its key where it belongs to something that is done again after a crash.  Raise
    ConfigError when one runs already, when there is no mark to learn from, and when the topic's
    packs can't be promoted.
    """
    marks = check_trainable(store, settings)
    training = PackTraining(
        key=key or uuid4().hex,
        topic=settings.topic.pack,
        started_at=now,
        started_by=caller.name,
        step="starting",
        beat_at=now,
    )
    changed = audit_log.Changed(after={"marks": marks}, reason=reason)
    entry = audit_log.entry_of(caller, TRAIN, settings.topic.pack, now, changed)
    if store.pack_trainings.begin(training, entry):
        return training
    running = store.pack_trainings.newest(settings.topic.pack, now)
    by = f" by {running.started_by}" if running else ""
    raise ConfigError(f"a training{by} runs already: wait for its end")


def run_training(
    store: Store,
    settings: Settings,
    training: PackTraining,
    clock: Callable[[], datetime],
    *,
    base: Path | None = None,
    on_step: Callable[[str], None] = lambda step: None,
) -> TrainedCandidate:
    """Train the candidate, compare it, and store the outcome, a failure too.

    `base` is the folder of the examples, by default the topic's own pack; `on_step` is called with
    what is done next.  Raise ConfigError, PackError.
    """

    def follow(step: str) -> None:
        store.pack_trainings.beat(training.key, clock(), step)
        on_step(step)

    try:
        plan = candidates.plan_candidate(store, settings, base=base)
        trained = candidates.train_candidate(plan, settings, on_step=follow)
        days = pack_changes.choose_span(store, clock())
        follow(f"judging the articles of {days} days with both packs")
        changes = _changes(store, settings, plan, trained, clock() - timedelta(days=days), days)
        report = training_report.make_report(trained, changes)
    except BaseException as error:
        store.pack_trainings.fail(training.key, clock(), _fault(error))
        raise
    outcome = TrainingOutcome(
        marks=trained.marks,
        current_pack=trained.current,
        candidate_pack=trained.candidate,
        report=report.as_json(),
    )
    store.pack_trainings.finish(training.key, clock(), outcome)
    return trained


def _changes(
    store: Store,
    settings: Settings,
    plan: candidates.CandidatePlan,
    trained: TrainedCandidate,
    since: datetime,
    days: int,
) -> PackChanges:
    """What the candidate would change in the articles seen since then."""
    candidate = candidates.load_candidate(trained.folder, settings)
    return pack_changes.compare_decisions(
        store.articles.with_texts(since),
        build.classifier(plan.current),
        build.classifier(candidate),
        topic_pack.keyword_rules(settings, plan.current),
        days=days,
    )


def _fault(error: BaseException) -> str:
    if isinstance(error, MonitorError):
        return str(error)
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
