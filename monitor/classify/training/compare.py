"""Is the candidate better than the pack in use?  Two packs before the same articles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.classify.training import golden
from monitor.classify.training.examples import Example
from monitor.classify.training.golden import GoldenEvent, GoldenScore, Judge
from monitor.domain.feeds import Entry

# Under so many, a percentage would say more than is known.
MIN_SAMPLE = 20
_Z = 1.96  # 95 %


@dataclass(frozen=True, slots=True)
class Proportion:
    """Some of so many."""

    hits: int
    of: int

    def __str__(self) -> str:
        """ "23 of 31, 74 % (57–86 %)"; the counts alone when there are few."""
        counts = f"{self.hits} of {self.of}"
        if self.of < MIN_SAMPLE:
            return counts
        low, high = self.interval()
        return f"{counts}, {self.hits / self.of:.0%} ({low:.0%}–{high:.0%})".replace("%", " %")

    def interval(self) -> tuple[float, float]:
        """The Wilson interval: where the true share lies, 19 times in 20."""
        if not self.of:
            return 0.0, 1.0
        share, square = self.hits / self.of, _Z * _Z / self.of
        middle = (share + square / 2) / (1 + square)
        around = math.sqrt(share * (1 - share) / self.of + square / self.of / 4)
        half = _Z * around / (1 + square)
        return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))

    def as_dict(self) -> dict[str, object]:
        """The counts, and the interval where there are enough."""
        if self.of < MIN_SAMPLE:
            return {"hits": self.hits, "of": self.of}
        return {
            "hits": self.hits,
            "of": self.of,
            "interval": [round(e, 4) for e in self.interval()],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PackScores:
    """How one pack did."""

    precision: Proportion  # on the held-out labels
    recall: Proportion
    own: Proportion  # the pack's own examples on the right side
    golden: GoldenScore | None  # None: the topic has no golden events


@dataclass(frozen=True, slots=True, kw_only=True)
class PackComparison:
    """Two packs side by side."""

    held_out: int  # labels that neither pack was trained on
    current: PackScores
    candidate: PackScores
    mended: int  # held-out labels that only the candidate has right
    broken: int  # those that only the current pack has right
    lost: tuple[GoldenEvent, ...]  # recalled by the current pack, not by the candidate

    @property
    def says_little(self) -> bool:
        """Are there too few held-out labels to tell the packs apart by them?"""
        return self.held_out < MIN_SAMPLE

    def rows(self) -> list[tuple[str, str, str]]:
        """The table for people: what, the current pack, the candidate."""
        pairs: list[tuple[str, object, object]] = [
            ("held-out labels: precision", self.current.precision, self.candidate.precision),
            ("held-out labels: recall", self.current.recall, self.candidate.recall),
            ("own examples judged right", self.current.own, self.candidate.own),
        ]
        now, then = self.current.golden, self.candidate.golden
        if now and then:
            pairs += [
                ("golden events recalled", _events(now), _events(then)),
                ("their wordings flagged", _wordings(now), _wordings(then)),
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
            "figures": {
                "current": _as_dict(self.current),
                "candidate": _as_dict(self.candidate),
            },
        }


def _events(score: GoldenScore) -> Proportion:
    return Proportion(len(score.recalled), score.events)


def _wordings(score: GoldenScore) -> Proportion:
    return Proportion(sum(score.flagged.values()), sum(score.wordings.values()))


def _as_dict(figures: PackScores) -> dict[str, object]:
    return {
        "precision": figures.precision.as_dict(),
        "recall": figures.recall.as_dict(),
        "own_examples": figures.own.as_dict(),
        "golden": figures.golden.as_dict() if figures.golden else None,
    }


def compare_packs(
    current: Judge,
    candidate: Judge,
    *,
    held_out: Sequence[Example],
    own: Sequence[Example],
    events: Sequence[GoldenEvent],
) -> PackComparison:
    """Let both judge the labels held out, the pack's own examples and the golden events."""
    truth = [one.relevant for one in held_out]
    answers = [_answers(judge, held_out) for judge in (current, candidate)]
    right = [[said == true for said, true in zip(answer, truth, strict=True)] for answer in answers]
    scores = [
        golden.score_golden_events(events, judge) if events else None
        for judge in (current, candidate)
    ]
    left, other = (
        PackScores(
            precision=Proportion(sum(map(bool.__and__, answer, truth)), sum(answer)),
            recall=Proportion(sum(map(bool.__and__, answer, truth)), sum(truth)),
            own=_own(judge, own),
            golden=score,
        )
        for judge, answer, score in zip((current, candidate), answers, scores, strict=True)
    )
    return PackComparison(
        held_out=len(held_out),
        current=left,
        candidate=other,
        mended=sum(not before and after for before, after in zip(*right, strict=True)),
        broken=sum(before and not after for before, after in zip(*right, strict=True)),
        lost=lost_events(events, *scores),
    )


def lost_events(
    events: Sequence[GoldenEvent], now: GoldenScore | None, then: GoldenScore | None
) -> tuple[GoldenEvent, ...]:
    """The golden events that the pack in use recalls and the other does not."""
    if now is None or then is None:
        return ()
    gone = now.recalled - then.recalled
    return tuple(event for event in events if event.key in gone)


def _answers(judge: Judge, examples: Sequence[Example]) -> list[bool]:
    entries = [
        Entry(title=one.title, text=one.text, language=one.language or None) for one in examples
    ]
    return [verdict.score >= verdict.threshold for verdict in judge(entries)]


def _own(judge: Judge, examples: Sequence[Example]) -> Proportion:
    answers = _answers(judge, examples)
    right = sum(said == one.relevant for said, one in zip(answers, examples, strict=True))
    return Proportion(right, len(examples))
