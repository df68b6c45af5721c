"""Report of a trial, in the words and numbers of the console and of the API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from monitor.actions import as_json
from monitor.actions.as_json import JsonObject
from monitor.actions.rules.checked_change import known_losses
from monitor.actions.rules.golden_outcomes import GoldenChange
from monitor.actions.rules.marked_excerpt import MarkedExcerpt, marked_excerpt
from monitor.actions.rules.rule_trial import ChangedArticles, RuleTrial, TopicTrial
from monitor.actions.teaching.backtest import BacktestSide, DecisionCause, LabelledShare
from monitor.domain.articles import RuleAction

if TYPE_CHECKING:
    from monitor.actions.teaching.backtest import DecisionChange

_CAUSES = {
    "applies": "",
    "lifted": ", no longer",
    "altered": ", altered",
    "threshold": "the threshold",
    "lexicon": "the lexicon",
    "score": "its score",
}


@dataclass(frozen=True, slots=True)
class TrialRow:
    """A figure on both sides."""

    name: str
    before: str
    after: str
    change: str  # "" for none


def cause_text(cause: DecisionCause) -> str:
    """ "deminers (flag)", "no football (drop), no longer", "the threshold" """
    hit = cause.hit
    if hit is None:
        return _CAUSES[cause.why]
    by = f" {hit.boost:+g}" if hit.action is RuleAction.BOOST else ""
    return f"{hit.rule} ({hit.action}{by}){_CAUSES[cause.why]}"


def causes_text(change: DecisionChange) -> str:
    """All causes of a change."""
    return "; ".join(map(cause_text, change.causes))


def excerpt_of(change: DecisionChange) -> MarkedExcerpt:
    """The article with the words of the rules that made the difference."""
    hits = (cause.hit for cause in change.causes if cause.hit)
    words = chain.from_iterable(hit.terms for hit in hits)
    entry = change.article.entry
    return marked_excerpt(entry.title, entry.text, words)


def sentence_of(trial: RuleTrial) -> str:
    """ "Of 1,204 articles of 30 days, 3 would be flagged newly and 1 no longer." """
    span = f"Of {trial.articles:,} articles of {_days(trial.days)}"
    if trial.changes_nothing:
        return f"{span}, nothing would change."
    gained, lost, same = trial.gained.count, trial.lost.count, trial.same
    return (
        f"{span}, {gained:,} would be flagged newly and {lost:,} no longer;"
        f" {same:,} are flagged by both."
    )


def threshold_sentences(trial: RuleTrial) -> tuple[str, ...]:
    """What the threshold of the draft would do, a sentence for each topic.

    Of several topics the flagged articles are counted, because an alert may be about two of them.

    "At a threshold of 53 %: 4.2 alerts a day, 3.1 with the rules in force; precision 92% (79% to
    97%, n = 38), recall 81% (65% to 91%, n = 37)."
    """
    if len(trial.topics) > 1:
        return tuple(map(_topic_sentence, trial.topics))
    after, at = trial.after, _at_threshold(trial.topics[0])
    daily, daily_before = after.alerts / trial.days, trial.before.alerts / trial.days
    sentence = (
        f"{at}: {daily:,.1f} alerts a day, {daily_before:,.1f} with the rules in force; precision"
        f" {_short_share(after.precision)}, recall {_short_share(after.recall)}."
    )
    return (sentence,)


def _topic_sentence(topic: TopicTrial) -> str:
    """ "At a threshold of 53 %: 3 articles flagged for undersea-cables, 5 with the rules in …" """
    noun = "article" if topic.flagged == 1 else "articles"
    return (
        f"{_at_threshold(topic)}: {topic.flagged:,} {noun} flagged for {topic.name},"
        f" {topic.flagged_before:,} with the rules in force."
    )


def _at_threshold(topic: TopicTrial) -> str:
    return f"At a threshold of {topic.threshold:.0%}".replace("%", " %")


def _short_share(share: LabelledShare) -> str:
    """ "92% (79% to 97%, n = 38)", or "3 of 5 marked" where that is too few."""
    return share.words if share.interval else f"{share.hits} of {share.n} marked"


def _days(days: float) -> str:
    return "one day" if round(days) == 1 else f"{round(days)} days"


def trial_rows(trial: RuleTrial) -> Iterator[TrialRow]:
    """The figures of a trial: articles, alerts a day by subscription, precision and recall."""
    before, after = trial.before, trial.after
    yield _count_row("relevant articles", before.flagged, after.flagged)
    yield _daily_row("alerts a day", trial, before.alerts, after.alerts)
    for old, new in zip(before.loads, after.loads, strict=True):
        name = f"for {new.name} (budget {trial.budget}, worst day {new.busiest})"
        yield _daily_row(name, trial, old.alerts, new.alerts)
    yield TrialRow("precision as marked", before.precision.words, after.precision.words, "")
    yield TrialRow("recall as marked", before.recall.words, after.recall.words, "")


def _count_row(name: str, before: int, after: int) -> TrialRow:
    return TrialRow(name, f"{before:,}", f"{after:,}", _difference(after - before, "+,"))


def _daily_row(name: str, trial: RuleTrial, before: int, after: int) -> TrialRow:
    old, new = before / trial.days, after / trial.days
    return TrialRow(name, f"{old:,.1f}", f"{new:,.1f}", _difference(new - old, "+,.1f"))


def _difference(value: float, form: str) -> str:
    return format(value, form) if value else ""


def trial_as_json(trial: RuleTrial, *, names_articles: bool = True) -> JsonObject:
    """The trial for programs; lists have the newest articles, if it may name articles."""
    golden, changes = trial.golden, _Changes(names_articles)
    return {
        "sentence": sentence_of(trial),
        "base": trial.base,
        "config": trial.config,
        "since": as_json.instant(trial.window.since),
        "until": as_json.instant(trial.window.until),
        "days": round(trial.days, 3),
        "articles": trial.articles,
        "instant": not trial.replay_reason,
        "replay_reason": trial.replay_reason or None,
        "before": _side_as_json(trial, trial.before),
        "after": _side_as_json(trial, trial.after),
        "same": trial.same,
        "threshold": trial.topics[0].threshold,
        "at_threshold": " ".join(threshold_sentences(trial)),
        "topics": [_topic_as_json(topic) for topic in trial.topics],
        "gained": changes.as_json(trial.gained),
        "lost": changes.as_json(trial.lost),
        "labelled": trial.labelled,
        "golden": _golden_as_json(golden) if golden else None,
        "known_losses": list(known_losses(trial)) if names_articles else [],
        "warnings": list(trial.warnings),
    }


def _topic_as_json(topic: TopicTrial) -> JsonObject:
    return {
        "topic": topic.name,
        "threshold_before": topic.threshold_before,
        "threshold": topic.threshold,
        "flagged_before": topic.flagged_before,
        "flagged": topic.flagged,
    }


def _golden_as_json(golden: GoldenChange) -> JsonObject:
    return {
        "events": golden.events,
        "before": golden.before,
        "after": golden.after,
        "lost": [{"id": event.key, "event": event.event} for event in golden.lost],
    }


def _side_as_json(trial: RuleTrial, side: BacktestSide) -> JsonObject:
    return {
        "flagged": side.flagged,
        "alerts": side.alerts,
        "alerts_per_day": round(side.alerts / trial.days, 3),
        "subscriptions": [
            {
                "key": load.key,
                "name": load.name,
                "alerts": load.alerts,
                "alerts_per_day": round(load.alerts / trial.days, 3),
                "busiest_day": load.busiest,
            }
            for load in side.loads
        ],
        "precision": _share_as_json(side.precision),
        "recall": _share_as_json(side.recall),
    }


def _share_as_json(share: LabelledShare) -> JsonObject:
    low, high = share.interval or (None, None)
    return {"hits": share.hits, "n": share.n, "share": share.share, "low": low, "high": high}


@dataclass(frozen=True, slots=True)
class _Changes:
    """Lists of changed articles; without names only their counts."""

    names_articles: bool

    def as_json(self, changed: ChangedArticles) -> JsonObject:
        shown = changed.shown if self.names_articles else ()
        return {"count": changed.count, "newest": [_change_as_json(change) for change in shown]}


def _change_as_json(change: DecisionChange) -> JsonObject:
    return {
        "key": change.article.key,
        "title": change.article.entry.title,
        "seen_at": as_json.instant(change.article.seen_at),
        "score_before": as_json.score(change.before.score),
        "score_after": as_json.score(change.after.score),
        "causes": causes_text(change),
    }
