"""Try keyword rules on history: what a changed configuration would have flagged and alerted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.actions import as_json
from monitor.actions.as_json import JsonObject
from monitor.actions.rules import rule_trial
from monitor.actions.rules.outcomes import Outcomes, side_of
from monitor.actions.rules.rule_trial import TrialBasis
from monitor.actions.rules.trial_plan import TrialPlan, plan_trial
from monitor.actions.teaching.backtest import (
    BacktestReport,
    BacktestSide,
    BacktestWindow,
    DecisionChange,
    LabelledShare,
    decision_change,
    trial_warnings,
)
from monitor.domain.errors import ConfigError
from monitor.runtime import topic_pack, topics

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.settings.sections import Settings
    from monitor.store.store import Store

_PAGE = 250  # changed articles with their texts of one read


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordTrialRequest:
    """Which change to try, and on which articles."""

    length: timedelta  # articles seen within, until now
    file: Path | None = None  # the change; None: current settings against stored decisions
    draft: str = ""  # the change as text instead of a file
    alert_budget: int | None = None  # alerts a day for a subscription; None: from settings


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordTrial:
    """What the change would have done, and what to know before making it."""

    report: BacktestReport
    window: BacktestWindow
    warnings: tuple[str, ...]

    def as_json(self) -> JsonObject:
        """The trial as `keywords test --json` shows it."""
        report = self.report
        return {
            "since": as_json.instant(self.window.since),
            "until": as_json.instant(self.window.until),
            "days": round(report.days, 3),
            "articles": report.articles,
            "before": _side_as_json(report, report.before),
            "after": _side_as_json(report, report.after),
            "gained": [change.article.key for change in report.gained],
            "lost": [change.article.key for change in report.lost],
            "changes": [_change_as_json(change) for change in (*report.gained, *report.lost)],
            "labelled": {
                "n": report.labelled,
                "before": _labelled_as_json(report.before),
                "after": _labelled_as_json(report.after),
            },
            "warnings": list(self.warnings),
        }


def try_keywords(
    store: Store,
    request: KeywordTrialRequest,
    settings: Settings,
    now: datetime,
    *,
    on_progress: Callable[[int], None] = lambda articles: None,
) -> KeywordTrial:
    """What the changed settings say of the stored articles of the span, beside those in force.

    `on_progress` is called with the number of articles that are done.  Raise ConfigError when the
    file is no valid configuration or names another pack.
    """
    file = request.file
    changed = _changed_settings(request, settings)
    _check_same_pack(settings, changed, file)
    packs = topics.packs_in_use(settings)
    _check_same_topics(topics.lexicon_entries(settings), topics.lexicon_entries(changed), file)
    plan = plan_trial(settings, changed, packs, file=file)
    window = BacktestWindow(since=now - request.length, until=now)
    basis = rule_trial.read_basis(store, window)
    as_stored = changed is settings
    if as_stored:
        replay = rule_trial.stored_replay(store, plan, window, on_progress)
        sides = replay.stored_and_in_force()
    else:
        sides, _reason = rule_trial.decide_sides(store, plan, window, basis, on_progress)
    report = _report(store, plan, sides, basis, as_stored=as_stored)
    budget = request.alert_budget or changed.keywords.alert_budget
    warnings = trial_warnings(
        (report.before, report.after),
        budget,
        by_pack=report.packs,
        packs=plan.pack_ids,
        articles=report.articles,
        pruned_texts=sides[0].pruned_texts,
    )
    return KeywordTrial(report=report, window=window, warnings=tuple(warnings))


def _report(
    store: Store,
    plan: TrialPlan,
    sides: tuple[Outcomes, Outcomes],
    basis: TrialBasis,
    *,
    as_stored: bool,
) -> BacktestReport:
    """The outcomes of both sides, and every article that only one of them flags."""
    before, after = sides
    gained, lost = after.relevant.without(before.relevant), before.relevant.without(after.relevant)
    return BacktestReport(
        articles=before.articles,
        packs=before.packs,
        days=before.days,
        before=side_of(before, basis.subscriptions, basis.labels),
        after=side_of(after, basis.subscriptions, basis.labels),
        gained=tuple(_changes(store, plan, gained, as_stored=as_stored)),
        lost=tuple(_changes(store, plan, lost, as_stored=as_stored)),
        labelled=len(basis.labels),
    )


def _changes(
    store: Store, plan: TrialPlan, keys: Iterable[str], *, as_stored: bool
) -> list[DecisionChange]:
    """These articles with both decisions, the oldest first."""
    remaining = iter(keys)
    changes: list[DecisionChange] = []
    while page := list(islice(remaining, _PAGE)):
        for article in store.articles.by_keys(page).values():
            before = article if as_stored else plan.before_rules.decided(article)
            changes.append(decision_change(article, before, plan.after_rules.decided(article)))
    return sorted(changes, key=lambda change: (change.article.seen_at, change.article.key))


def _changed_settings(request: KeywordTrialRequest, settings: Settings) -> Settings:
    """The settings with the change of the request; the same ones where it has none."""
    from monitor.settings import loader
    from monitor.settings.rule_text import draft_settings

    if request.file:
        if request.file.is_dir():  # also '', which names the folder of now
            raise ConfigError(f"give a file of rules: {request.file} is a folder")
        return loader.load_changed(settings, request.file)
    return draft_settings(settings, request.draft) if request.draft else settings


def _check_same_pack(settings: Settings, changed: Settings, file: Path | None) -> None:
    current, other = topic_pack.pack_folder(settings), topic_pack.pack_folder(changed)
    if current.resolve() != other.resolve():
        raise ConfigError(
            f"{file}: topic.pack = {changed.topic.pack!r} is another pack, and what it would say"
            f" of the stored articles is not known: try the rules with {settings.topic.pack!r}"
        )


def _check_same_topics(
    watched: Collection[str], changed: Collection[str], file: Path | None
) -> None:
    """Raise ConfigError where the change adds or removes a topic."""
    if {*watched} != {*changed}:
        raise ConfigError(
            f"{file}: its topics are {', '.join(changed)}, and {', '.join(watched)} are watched:"
            " stored articles have no decision on another topic, so try the rules with the same"
            " [[topic.further]]"
        )


def _side_as_json(report: BacktestReport, side: BacktestSide) -> JsonObject:
    return {
        "flagged": side.flagged,
        "flagged_per_day": round(report.per_day(side.flagged), 3),
        "alerts": side.alerts,
        "alerts_per_day": round(report.per_day(side.alerts), 3),
        "days": {day.isoformat(): alerts for day, alerts in side.days.items()},
        "subscriptions": [
            {
                "key": load.key,
                "name": load.name,
                "alerts": load.alerts,
                "alerts_per_day": round(report.per_day(load.alerts), 3),
                "busiest_day": load.busiest,
            }
            for load in side.loads
        ],
    }


def _change_as_json(change: DecisionChange) -> JsonObject:
    return {
        "key": change.article.key,
        "title": change.article.entry.title,
        "seen_at": as_json.instant(change.article.seen_at),
        "backlog": change.article.backlog,
        "relevant": change.after.relevant,
        "score_before": as_json.score(change.before.score),
        "score_after": as_json.score(change.after.score),
        "causes": [
            {"why": cause.why, "rule": cause.hit.rule if cause.hit else None}
            for cause in change.causes
        ],
    }


def _labelled_as_json(side: BacktestSide) -> JsonObject:
    return {"precision": _share_as_json(side.precision), "recall": _share_as_json(side.recall)}


def _share_as_json(share: LabelledShare) -> JsonObject:
    low, high = share.interval or (None, None)
    return {
        "hits": share.hits,
        "n": share.n,
        "share": share.share,
        "low": low,
        "high": high,
        "words": share.words,
    }
