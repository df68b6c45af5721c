"""Try keyword rules on history: what a changed configuration would have flagged and alerted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.actions import as_json
from monitor.actions.as_json import JsonObject
from monitor.actions.progress import counted
from monitor.actions.teaching import backtest
from monitor.actions.teaching.backtest import (
    BacktestReport,
    BacktestSide,
    BacktestWindow,
    DecisionChange,
    LabelledShare,
)
from monitor.actions.teaching.subscription_load import SubscriptionLoad
from monitor.domain.errors import ConfigError
from monitor.runtime import build, topic_pack, topics

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.settings.sections import Settings
    from monitor.store.store import Store


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
    """Decide the stored articles of the span again with the changed settings.

    `on_progress` is called with the number of articles that are decided.  Raise ConfigError when
    the file is no valid configuration or names another pack.
    """
    file = request.file
    changed = _changed_settings(request, settings)
    _check_same_pack(settings, changed, file)
    packs = topics.packs_in_use(settings)
    old_entries, new_entries = topics.lexicon_entries(settings), topics.lexicon_entries(changed)
    _check_same_topics(old_entries, new_entries, file)
    entries = {name: old_entries[name] | new_entries[name] for name in old_entries}
    before = None
    if changed is not settings:
        before = topics.rulebook(settings, packs, build.classifier, entries=entries)
    after = topics.rulebook(changed, packs, build.classifier, file=file, entries=entries)
    window = BacktestWindow(since=now - request.length, until=now)
    report = backtest.backtest_rules(
        counted(store.articles.with_texts(window.since), on_progress),
        store.subscriptions.list(),
        before=before,
        after=after,
        window=window,
        labels=store.marks.settled_labels(window.since, window.until),
    )
    budget = request.alert_budget or changed.keywords.alert_budget
    pruned_texts = store.articles.count_pruned_texts(window.since)
    warnings = (
        *_warnings(report, budget, [pack.id for pack in packs.values()]),
        *pruned_warnings(pruned_texts),
    )
    return KeywordTrial(report=report, window=window, warnings=warnings)


def _changed_settings(request: KeywordTrialRequest, settings: Settings) -> Settings:
    """The settings with the change of the request; the same ones where it has none."""
    from monitor.settings import loader
    from monitor.settings.rule_text import draft_settings

    if request.file:
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


def pruned_warnings(texts: int) -> Iterator[str]:
    """That so many articles can't be decided again, if there are any."""
    if texts:
        yield (
            f"{texts:,} articles of this span are left out: their texts were pruned"
            " (retention.rejected_texts)"
        )


NOBODY_SUBSCRIBED = "nobody is subscribed, so no alert is counted"


def _warnings(report: BacktestReport, budget: int, packs: Sequence[str]) -> Iterator[str]:
    """What the operator should know before believing or making the change."""
    yield from load_warnings(report.before.loads, report.after.loads, budget)
    yield from pack_warnings(report.packs, report.articles, packs)
    if not report.after.loads:
        yield NOBODY_SUBSCRIBED


def load_warnings(
    before: Sequence[SubscriptionLoad], after: Sequence[SubscriptionLoad], budget: int
) -> Iterator[str]:
    """A sentence for each subscription that would have got more alerts than its daily budget."""
    for old, new in zip(before, after, strict=True):
        days = new.days_over(budget)
        if days:
            yield (
                f"{new.name} would have been told more than {budget} times a day on"
                f" {day_count(days)}, {new.busiest} times on the worst"
                f" (before: on {day_count(old.days_over(budget))})"
            )


def pack_warnings(by_pack: Mapping[str, int], articles: int, packs: Sequence[str]) -> Iterator[str]:
    """That articles have the scores of other packs than those in use, or none on a topic.

    `by_pack` counts the articles by the id of the pack; `packs` are the ids in use, the first
    topic's first.
    """
    for place, pack in enumerate(packs):
        topic = pack.partition("@")[0]
        of_topic = sum(count for name, count in by_pack.items() if name.partition("@")[0] == topic)
        # The first topic decides on whatever there is; the others only on what was judged for them.
        others = (articles if place == 0 else of_topic) - by_pack.get(pack, 0)
        if others:
            yield (
                f"{others:,} of {articles:,} articles were judged by another pack than {pack}:"
                " their scores are of then"
            )
        if place and of_topic < articles:
            yield (
                f"{articles - of_topic:,} of {articles:,} articles came before {topic} was watched:"
                " they are not decided for it"
            )


def day_count(count: int) -> str:
    """ "3 days", "1 day", "no days" """
    return f"{count or 'no'} day{'' if count == 1 else 's'}"


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
