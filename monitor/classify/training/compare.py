"""Comparison of the candidate with the pack in use, on the same articles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.classify.training import golden
from monitor.classify.training.examples import Example
from monitor.classify.training.golden import GoldenEvent, GoldenScore, Judge
from monitor.domain.feeds import Entry

# With fewer, a percentage would suggest more precision than there is.
MIN_SAMPLE = 20
_Z = 1.96  # 95 %


@dataclass(frozen=True, slots=True)
class Proportion:
    """A number of hits out of a total."""

    hits: int
    total: int

    def __str__(self) -> str:
        """ "23 of 31, 74 % (57–86 %)"; the counts alone when there are few."""
        counts = f"{self.hits} of {self.total}"
        if self.total < MIN_SAMPLE:
            return counts
        low, high = self.interval()
        return f"{counts}, {self.hits / self.total:.0%} ({low:.0%}–{high:.0%})".replace("%", " %")

    def interval(self) -> tuple[float, float]:
        """Return the 95 % Wilson score interval of the true proportion."""
        if not self.total:
            return 0.0, 1.0
        share, square = self.hits / self.total, _Z * _Z / self.total
        middle = (share + square / 2) / (1 + square)
        around = math.sqrt(share * (1 - share) / self.total + square / self.total / 4)
        half = _Z * around / (1 + square)
        return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))

    def as_dict(self) -> dict[str, object]:
        """Return the counts, and the interval if the sample is large enough."""
        if self.total < MIN_SAMPLE:
            return {"hits": self.hits, "of": self.total}
        return {
            "hits": self.hits,
            "of": self.total,
            "interval": [round(bound, 4) for bound in self.interval()],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PackScores:
    """The scores of one pack."""

    precision: Proportion  # on the held-out marks
    recall: Proportion  # on the held-out marks
    own_examples: Proportion  # correctly judged examples of the pack itself
    golden: GoldenScore | None  # None: the topic has no golden events


@dataclass(frozen=True, slots=True, kw_only=True)
class PackComparison:
    """Two packs side by side."""

    held_out: int  # marks that neither pack was trained on
    current: PackScores
    candidate: PackScores
    mended: int  # held-out marks that only the candidate judges correctly
    broken: int  # held-out marks that only the current pack judges correctly
    lost: tuple[GoldenEvent, ...]  # recalled by the current pack, not by the candidate

    @property
    def says_little(self) -> bool:
        """Whether there are too few held-out marks to compare the packs by them."""
        return self.held_out < MIN_SAMPLE

    def rows(self) -> list[tuple[str, str, str]]:
        """Return the table for people: figure, current pack, candidate."""
        pairs: list[tuple[str, object, object]] = [
            ("held-out marks: precision", self.current.precision, self.candidate.precision),
            ("held-out marks: recall", self.current.recall, self.candidate.recall),
            ("own examples judged right", self.current.own_examples, self.candidate.own_examples),
        ]
        current, candidate = self.current.golden, self.candidate.golden
        if current and candidate:
            pairs += [
                ("golden events recalled", _events(current), _events(candidate)),
                ("their wordings flagged", _wordings(current), _wordings(candidate)),
            ]
        return [(name, str(left), str(right)) for name, left, right in pairs]

    def as_dict(self) -> dict[str, object]:
        """What `model train --with-marks --json` shows."""
        return {
            "held_out": self.held_out,
            "says_little": self.says_little,
            "mended": self.mended,
            "broken": self.broken,
            "golden_lost": [event.key for event in self.lost],
            "figures": self.figures(),
        }

    def figures(self) -> dict[str, object]:
        """The scores of both packs as numbers."""
        return {"current": _as_dict(self.current), "candidate": _as_dict(self.candidate)}


def _events(score: GoldenScore) -> Proportion:
    return Proportion(len(score.recalled), score.events)


def _wordings(score: GoldenScore) -> Proportion:
    return Proportion(sum(score.flagged.values()), sum(score.wordings.values()))


def _as_dict(figures: PackScores) -> dict[str, object]:
    return {
        "precision": figures.precision.as_dict(),
        "recall": figures.recall.as_dict(),
        "own_examples": figures.own_examples.as_dict(),
        "golden": figures.golden.as_dict() if figures.golden else None,
    }


def compare_packs(
    current: Judge,
    candidate: Judge,
    *,
    held_out: Sequence[Example],
    own_examples: Sequence[Example],
    events: Sequence[GoldenEvent],
) -> PackComparison:
    """Judge the held-out marks, the pack's own examples and the golden events with both packs."""
    truth = [example.relevant for example in held_out]
    before, after = _answers(current, held_out), _answers(candidate, held_out)
    scores_before = _scores(current, before, truth, own_examples, events)
    scores_after = _scores(candidate, after, truth, own_examples, events)
    correct_before = [answer == is_true for answer, is_true in zip(before, truth, strict=True)]
    correct_after = [answer == is_true for answer, is_true in zip(after, truth, strict=True)]
    pairs = list(zip(correct_before, correct_after, strict=True))
    return PackComparison(
        held_out=len(held_out),
        current=scores_before,
        candidate=scores_after,
        mended=pairs.count((False, True)),
        broken=pairs.count((True, False)),
        lost=lost_events(events, scores_before.golden, scores_after.golden),
    )


def lost_events(
    events: Sequence[GoldenEvent], current: GoldenScore | None, candidate: GoldenScore | None
) -> tuple[GoldenEvent, ...]:
    """Return the golden events that the current pack recalls and the candidate does not."""
    if current is None or candidate is None:
        return ()
    lost = current.recalled - candidate.recalled
    return tuple(event for event in events if event.key in lost)


def _scores(
    judge: Judge,
    answers: Sequence[bool],
    truth: Sequence[bool],
    own_examples: Sequence[Example],
    events: Sequence[GoldenEvent],
) -> PackScores:
    true_positives = sum(map(bool.__and__, answers, truth))
    return PackScores(
        precision=Proportion(true_positives, sum(answers)),
        recall=Proportion(true_positives, sum(truth)),
        own_examples=_correct(judge, own_examples),
        golden=golden.score_golden_events(events, judge) if events else None,
    )


def _answers(judge: Judge, examples: Sequence[Example]) -> list[bool]:
    """Whether the pack finds each example relevant."""
    entries = [
        Entry(title=example.title, text=example.text, language=example.language or None)
        for example in examples
    ]
    return [verdict.score >= verdict.threshold for verdict in judge(entries)]


def _correct(judge: Judge, examples: Sequence[Example]) -> Proportion:
    answers = zip(_answers(judge, examples), examples, strict=True)
    correct = sum(answer == example.relevant for answer, example in answers)
    return Proportion(correct, len(examples))
