"""Course of figures: what each claimant stated, for the kind that is stated most; the story of the
week.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.actions.as_json import JsonObject, instant
from monitor.actions.grouping.figure_lists import FigureQuery, ShownFigure, list_figures
from monitor.actions.grouping.story_reports import ListedStory, StoryQuery, list_stories
from monitor.charts.step_lines import ClaimedSteps, StatedValue, step_lines
from monitor.domain.stated_figures import StatedFigure, value_text

if TYPE_CHECKING:
    from monitor.charts.chart import Chart
    from monitor.store.store import Store

SPAN, WEEK = timedelta(days=30), timedelta(days=7)
_MOST_FIGURES, _MOST_STORIES, _MOST_CLAIMANTS = 1_000, 200, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureCourse:
    """What was stated of one kind in thirty days, by claimant."""

    kind: str  # "" where nothing was stated
    since: datetime
    until: datetime
    series: tuple[ClaimedSteps, ...]  # the claimant with the latest figure first, at most six

    def chart(self) -> Chart:
        """The steps of each claimant."""
        return step_lines(self.kind, self.series, self.since, self.until)

    def as_json(self) -> JsonObject:
        """The values for programs."""
        return {
            "kind": self.kind or None,
            "since": instant(self.since),
            "until": instant(self.until),
            "claimants": [_steps_json(steps) for steps in self.series],
        }


def _steps_json(steps: ClaimedSteps) -> JsonObject:
    values = [
        {"at": instant(value.at), "low": value.low, "high": value.high, "words": value.words}
        for value in steps.values
    ]
    return {"claimant": steps.claimant, "values": values}


def figure_course(store: Store, now: datetime) -> FigureCourse:
    """The course of the kind that most articles stated in the last thirty days."""
    since = now - SPAN
    figures = list_figures(store, FigureQuery(since=since, limit=_MOST_FIGURES)).figures
    kinds = Counter(shown.figure.kind for shown in figures if _claimant(shown.figure))
    kind = min(kinds, key=lambda name: (-kinds[name], name), default="")
    return FigureCourse(kind=kind, since=since, until=now, series=_series(figures, kind))


def _series(figures: Sequence[ShownFigure], kind: str) -> tuple[ClaimedSteps, ...]:
    by_claimant: dict[str, list[StatedFigure]] = defaultdict(list)
    for shown in figures:
        claimant = _claimant(shown.figure)
        if shown.figure.kind == kind and claimant:
            by_claimant[claimant].append(shown.figure)
    series = [
        ClaimedSteps(claimant=claimant, values=_changes(stated))
        for claimant, stated in by_claimant.items()
    ]
    series.sort(key=lambda steps: (-steps.values[-1].at.timestamp(), steps.claimant))
    return tuple(series[:_MOST_CLAIMANTS])


def _claimant(figure: StatedFigure) -> str:
    """The side that states it, else who does as written."""
    return figure.party or figure.claimant or ""


def _changes(stated: Sequence[StatedFigure]) -> tuple[StatedValue, ...]:
    """The values in the order of time; one that is only repeated is left out."""
    values: list[StatedValue] = []
    for figure in sorted(stated, key=lambda item: (item.at, item.article_key, item.position)):
        value = _value(figure)
        if not values or values[-1].words != value.words:
            values.append(value)
    return tuple(values)


def _value(figure: StatedFigure) -> StatedValue:
    """The value as a range; an open end is drawn at the end that is known."""
    low = figure.value_min if figure.value_min is not None else figure.value_max
    high = figure.value_max if figure.value_max is not None else figure.value_min
    words = value_text(figure.value_min, figure.value_max, approx=figure.approx)
    return StatedValue(at=figure.at, low=low or 0.0, high=high or 0.0, words=words)


def story_of_week(store: Store, now: datetime) -> ListedStory | None:
    """Of the stories with an article in the last seven days the one with the most origins."""
    query = StoryQuery(since=now - WEEK, limit=_MOST_STORIES)
    stories = list_stories(store, query, now).stories
    return max(
        stories,
        key=lambda listed: (listed.origins, listed.outlets, listed.story.articles),
        default=None,
    )
