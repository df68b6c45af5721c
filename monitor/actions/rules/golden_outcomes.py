"""Golden events under keyword rules: which of them a draft would no longer recall."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.classify.rules.decision import decide
from monitor.classify.rules.decision_rules import DecisionRules
from monitor.domain.articles import Verdict
from monitor.domain.ports import GiveWay, never_wait

if TYPE_CHECKING:
    from monitor.classify.training.golden import GoldenEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedEvents:
    """Golden events with the pack's verdict on each of their wordings."""

    events: tuple[GoldenEvent, ...]
    verdicts: tuple[tuple[Verdict, ...], ...]

    def recalled(self, rules: DecisionRules) -> frozenset[str]:
        """The keys of the events of which a wording is relevant by the rules."""
        pairs = zip(self.events, self.verdicts, strict=True)
        return frozenset(
            event.key for event, verdicts in pairs if _is_recalled(event, verdicts, rules)
        )


def _is_recalled(event: GoldenEvent, verdicts: Sequence[Verdict], rules: DecisionRules) -> bool:
    """Whether a wording of the event is relevant."""
    for wording, verdict in zip(event.wordings, verdicts, strict=True):
        hits = rules.rules.hits(wording)
        if decide(_at(verdict, rules), hits, config=rules.config).relevant:
            return True
    return False


def _at(verdict: Verdict, rules: DecisionRules) -> Verdict:
    """The verdict with the threshold of the rules."""
    return Verdict(
        score=verdict.score,
        threshold=rules.threshold,
        themes=verdict.themes,
        theme_thresholds=rules.theme_thresholds,
        pack=verdict.pack,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenChange:
    """How many golden events are recalled on each side, and those that differ."""

    events: int
    before: int
    after: int
    lost: tuple[GoldenEvent, ...]
    gained: tuple[GoldenEvent, ...]

    @property
    def sentence(self) -> str:
        """ "All 58 golden events are recalled." """
        if self.after == self.events and not self.lost:
            return f"All {self.events:,} golden events are recalled."
        counts = f"{self.after:,} of {self.events:,} golden events are recalled"
        return f"{counts} ({self.before:,} by the rules in force)."


def sum_of_topics(changes: Iterable[GoldenChange | None]) -> GoldenChange | None:
    """The golden events of several topics together; None where no topic has any."""
    of_topics = [change for change in changes if change is not None]
    if not of_topics:
        return None
    return GoldenChange(
        events=sum(change.events for change in of_topics),
        before=sum(change.before for change in of_topics),
        after=sum(change.after for change in of_topics),
        lost=tuple(chain.from_iterable(change.lost for change in of_topics)),
        gained=tuple(chain.from_iterable(change.gained for change in of_topics)),
    )


def judge_events(
    file: Path, rules: DecisionRules, give_way: GiveWay = never_wait
) -> JudgedEvents | None:
    """Judge every wording of a file by the classifier of the rules; None where there is no file.

    `give_way` is called between events.  Raise ConfigError for a file that can't be read.
    """
    from monitor.classify.training.golden import load_golden_events

    if not file.is_file():
        return None
    events = tuple(load_golden_events(file))
    by_event = []
    for event in events:
        by_event.append(tuple(rules.classifier.judge(event.wordings)))
        give_way()
    return JudgedEvents(events=events, verdicts=tuple(by_event))


def golden_change(
    sides: Sequence[JudgedEvents], rules: Sequence[DecisionRules]
) -> GoldenChange:  # fmt: skip
    """Compare both sides, each with the verdicts of its lexicon."""
    before, after = (side.recalled(rule_set) for side, rule_set in zip(sides, rules, strict=True))
    events = sides[0].events
    return GoldenChange(
        events=len(events),
        before=len(before),
        after=len(after),
        lost=tuple(event for event in events if event.key in before - after),
        gained=tuple(event for event in events if event.key in after - before),
    )
