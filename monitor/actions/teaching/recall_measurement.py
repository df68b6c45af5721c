"""Measured recall: which share of the relevant articles is flagged, from a weekly random sample.

Of every completed ISO week (UTC) the same few articles of each range of scores are drawn, flagged
and rejected ones, and most of the lowest range.  People mark them; the marks give the estimate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from monitor.actions.as_json import JsonObject
from monitor.actions.teaching.marks import ProposedArticle
from monitor.articles.contested_marks import is_contested

if TYPE_CHECKING:
    from monitor.classify.training.measured_recall import RecallEstimate, Stratum
    from monitor.domain.articles import Mark
    from monitor.store.store import Store
    from monitor.store.teaching.score_strata import RangeSample, ScoreRange

WeekSample: TypeAlias = "Mapping[str, RangeSample]"  # by the name of the range

WEEKS = 8
_WEEK = timedelta(weeks=1)
_BOUNDS = (0.01, 0.05, 0.2)  # between the ranges of rejected articles
# Articles drawn a week, of those ranges from the lowest up and of the flagged: most where most of
# what is missed may hide (`tests.classify.training.simulated_weeks` compares allocations).
DRAWN_OF_REJECTED, DRAWN_OF_FLAGGED = (10, 4, 2, 2), 2


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredRecall:
    """The recall of some completed weeks, and what the estimate rests on."""

    topic: str  # empty: all topics together
    weeks: int
    strata: tuple[Stratum, ...]
    estimate: RecallEstimate | None  # None without any answer
    to_halve: int | None  # more answers that would halve the interval; None: more than there are

    @property
    def sentence(self) -> str:
        """ "72 % of the relevant articles were flagged (95 %: 55 to 88 %), by 61 answers." """
        unanswered = sum(stratum.drawn - stratum.answered for stratum in self.strata)
        option = f" --topic {self.topic}" if self.topic else ""
        todo = f"{unanswered} drawn articles wait for a mark: monitor marks next --sample{option}"
        if self.estimate is None:
            return f"No drawn article is marked, so the recall is unknown. {todo}"
        estimate = self.estimate
        on_topic = f" for {self.topic}" if self.topic else ""
        words = (
            f"{estimate.recall:.0%} of the relevant articles were flagged{on_topic} (95 % interval"
            f" {estimate.low:.0%} to {estimate.high:.0%}), by {estimate.answered} answers."
        )
        if self.to_halve is not None:
            words += f" About {self.to_halve} more answers would halve the interval."
        return f"{words} {todo}" if unanswered else words

    def as_json(self) -> JsonObject:
        """The estimate as `model recall --json` shows it."""
        estimate = self.estimate
        return {
            "topic": self.topic or None,
            "weeks": self.weeks,
            "recall": round(estimate.recall, 4) if estimate else None,
            "interval": [round(estimate.low, 4), round(estimate.high, 4)] if estimate else None,
            "missed": round(estimate.missed, 1) if estimate else None,
            "answers": estimate.answered if estimate else 0,
            "answers_to_halve": self.to_halve,
            "widest": estimate.widest if estimate else None,
            "strata": [
                {
                    "name": stratum.name,
                    "flagged": stratum.flagged,
                    "articles": stratum.articles,
                    "mean_score": round(stratum.mean_score, 6),
                    "drawn": stratum.drawn,
                    "answered": stratum.answered,
                    "relevant": stratum.relevant,
                }
                for stratum in self.strata
            ],
            "sentence": self.sentence,
        }


def measure_recall(
    store: Store, now: datetime, *, weeks: int = WEEKS, topic: str = ""
) -> MeasuredRecall:
    """Estimate the recall of the last completed weeks from the marks on their sample.

    For one topic by its decisions and the marks that answer for it; an empty one: for all topics
    together, by the decisions that lead.
    """
    samples = [sample_week(store, now, ago, topic) for ago in range(weeks)]
    return recall_by_samples(store, samples, topic)


def sample_week(store: Store, now: datetime, weeks_ago: int, topic: str = "") -> WeekSample:
    """What each range has in a completed week, 0 for the last one, and the articles drawn.

    Reads the scores of all its articles: 1 s for 250,000 of them.
    """
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    until = day - timedelta(days=day.weekday()) - weeks_ago * _WEEK
    return store.score_strata.samples(_ranges(), since=until - _WEEK, until=until, topic=topic)


def recall_by_samples(
    store: Store, samples: Sequence[WeekSample], topic: str = ""
) -> MeasuredRecall:
    """Estimate the recall of some weeks from the marks on their samples, as they are now."""
    strata = _strata(store, samples, topic)
    estimate, to_halve = None, None
    if any(stratum.answered for stratum in strata):
        estimate, to_halve = _estimate(strata)
    return MeasuredRecall(
        topic=topic, weeks=len(samples), strata=strata, estimate=estimate, to_halve=to_halve
    )


@lru_cache(maxsize=4)
def _estimate(strata: tuple[Stratum, ...]) -> tuple[RecallEstimate, int | None]:
    """The estimate, and how many answers would halve its interval.

    Pages ask again and again for the same strata, and the draws of one take some milliseconds.
    """
    from monitor.classify.training import measured_recall

    return measured_recall.estimate_recall(strata), measured_recall.answers_to_halve(strata)


def propose_sample(
    store: Store, now: datetime, *, number: int, weeks: int = WEEKS, topic: str = ""
) -> list[ProposedArticle]:
    """The drawn articles that nobody has marked for the topic, those of the last week first."""
    reasons: dict[str, str] = {}
    for ago in range(weeks):
        for name, sample in sample_week(store, now, ago, topic).items():
            reasons |= dict.fromkeys(sample.keys, name)
    marked = store.marks.of_articles(reasons, topic)
    open_keys = [key for key in reasons if key not in marked][:number]
    drawn = store.articles.by_keys(open_keys)
    titles = store.feeds.titles({article.feed_key for article in drawn.values()})
    return [
        ProposedArticle(
            article=drawn[key],
            feed_title=titles.get(drawn[key].feed_key, ""),
            reason=f"weekly sample: {reasons[key]}",
        )
        for key in open_keys
        if key in drawn
    ]


def _strata(store: Store, by_week: Sequence[WeekSample], topic: str) -> tuple[Stratum, ...]:
    """Each range over all weeks, with the answers to its sample."""
    strata = []
    for name, score_range in _ranges().items():
        samples = [samples[name] for samples in by_week]
        answers = _answers(store, samples, topic)
        strata.append(_stratum(name, samples, answers, flagged=score_range.flagged))
    return tuple(strata)


def _answers(store: Store, samples: Sequence[RangeSample], topic: str) -> list[bool]:
    """Whether each drawn article is relevant, of those that people have marked and agree on."""
    drawn = chain.from_iterable(sample.keys for sample in samples)
    return [
        _is_relevant(article_marks)
        for article_marks in store.marks.of_articles(drawn, topic).values()
        if not is_contested(article_marks)
    ]


def _is_relevant(marks: Sequence[Mark]) -> bool:
    """Whether they find the article relevant, for any topic."""
    return any(mark.relevant for mark in marks)


def _stratum(
    name: str, samples: Sequence[RangeSample], answers: Sequence[bool], *, flagged: bool
) -> Stratum:
    from monitor.classify.training.measured_recall import Stratum

    articles = sum(sample.articles for sample in samples)
    scores = sum(sample.mean_score * sample.articles for sample in samples)
    return Stratum(
        name=name,
        flagged=flagged,
        articles=articles,
        mean_score=scores / articles if articles else 0.0,
        drawn=sum(len(sample.keys) for sample in samples),
        answered=len(answers),
        relevant=sum(answers),
    )


def _ranges() -> dict[str, ScoreRange]:
    """Name → range: the rejected from the lowest scores up, then the flagged."""
    from monitor.store.teaching.score_strata import ScoreRange

    lows, highs = (0.0, *_BOUNDS), (*_BOUNDS, 2.0)
    ranges = {
        _range_name(low, high): ScoreRange(flagged=False, drawn=drawn, low=low, high=high)
        for low, high, drawn in zip(lows, highs, DRAWN_OF_REJECTED, strict=True)
    }
    return {**ranges, "flagged": ScoreRange(flagged=True, drawn=DRAWN_OF_FLAGGED)}


def _range_name(low: float, high: float) -> str:
    if not low:
        return f"rejected, below {high}"
    return f"rejected, {low} to {high}" if high <= 1 else f"rejected, from {low}"
