"""Progress of teaching: how many articles are marked, until the next lesson, and which marks
disagree with the pack.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.actions import as_json
from monitor.actions.as_json import JsonObject

if TYPE_CHECKING:
    from monitor.settings.sections import Settings
    from monitor.store.store import Store
    from monitor.store.teaching.mark_summaries import MarkSummary

# With so many new marks to learn from another candidate is worth its training.
MARKS_OF_A_LESSON = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkProgress:
    """How many articles are marked, and what that is enough for.

    Articles with equal headlines teach once; contested ones do not teach.
    """

    relevant: int  # articles on whose relevance everybody agrees
    irrelevant: int
    contested: int  # articles on which people disagree
    to_learn: int  # of relevant and irrelevant: headlines that a candidate is trained on
    held_out: int  # headlines that packs are compared by, and never trained on
    until_lesson: int  # more marks to learn from until another training is worthwhile

    @property
    def marked(self) -> int:
        """All articles with a mark that counts."""
        return self.relevant + self.irrelevant

    @property
    def sentence(self) -> str:
        """ "31 articles are marked: 25 to learn from, 6 to compare by; 6 until the next …" """
        verb = "article is" if self.marked == 1 else "articles are"
        if not self.until_lesson:
            lesson = "enough for the next lesson"
        else:
            lesson = f"{self.until_lesson:,} until the next lesson"
        contested = f", {self.contested:,} contested" if self.contested else ""
        return (
            f"{self.marked:,} {verb} marked{contested}: {self.to_learn:,} to learn from,"
            f" {self.held_out:,} to compare by; {lesson}."
        )

    def as_json(self) -> JsonObject:
        """The counts for programs."""
        return {
            "sentence": self.sentence,
            "relevant": self.relevant,
            "irrelevant": self.irrelevant,
            "contested": self.contested,
            "to_learn": self.to_learn,
            "held_out": self.held_out,
            "until_lesson": self.until_lesson,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DisagreeingMark:
    """A mark that says the opposite of what the pack said when it judged the article."""

    summary: MarkSummary

    @property
    def distance(self) -> float:
        """How far the score lies from the threshold, from 0 to 1: the pack was so sure."""
        return abs(self.summary.score - self.summary.threshold)

    def as_json(self) -> JsonObject:
        """The mark for programs."""
        summary = self.summary
        return {
            "key": summary.article_key,
            "title": summary.title,
            "language": summary.language,
            "relevant": summary.relevant,
            "by": summary.by,
            "marked_at": as_json.instant(summary.marked_at),
            "score": as_json.score(summary.score),
            "threshold": summary.threshold,
            "pack": summary.pack,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkTally:
    """The marks of a topic, counted: all of the progress that no training changes."""

    relevant: int
    irrelevant: int
    contested: int
    to_learn: int
    held_out: int
    disagreeing: tuple[DisagreeingMark, ...]  # those first of which the pack was most sure

    def progress(self, *, learned: int) -> MarkProgress:
        """The progress, when the last candidate learned from `learned` marks."""
        new = max(0, self.to_learn - learned)
        return MarkProgress(
            relevant=self.relevant,
            irrelevant=self.irrelevant,
            contested=self.contested,
            to_learn=self.to_learn,
            held_out=self.held_out,
            until_lesson=max(0, MARKS_OF_A_LESSON - new),
        )


def tally_marks(summaries: Iterable[MarkSummary]) -> MarkTally:
    """Count marks, the newest first.

    Contested articles disagree with no pack: people have to agree first.
    """
    from monitor.classify.training.held_out import is_held_out, with_distinct_titles

    by_article = _by_article(summaries)
    settled = [marks[0] for marks in by_article if _agree(marks)]
    titled = with_distinct_titles((mark.title, mark) for mark in settled)
    is_held = [is_held_out(title) for title, _ in titled]
    relevant = sum(mark.relevant for mark in settled)
    disagreeing = (
        DisagreeingMark(summary=mark)
        for mark in settled
        if mark.relevant != (mark.score >= mark.threshold)
    )
    return MarkTally(
        relevant=relevant,
        irrelevant=len(settled) - relevant,
        contested=len(by_article) - len(settled),
        to_learn=is_held.count(False),
        held_out=is_held.count(True),
        disagreeing=tuple(
            sorted(disagreeing, key=lambda mark: (-mark.distance, mark.summary.article_key))
        ),
    )


def tally_of_topic(store: Store, settings: Settings) -> MarkTally:
    """The marks that teach the first topic, counted: of several, those that answer for it."""
    from monitor.runtime import topics

    topic = topics.topic_of_marks(settings)
    return tally_marks(mark for mark in store.mark_summaries.list() if topic in ("", mark.topic))


def mark_progress(store: Store, settings: Settings, now: datetime) -> MarkProgress:
    """The progress of the first topic since its last training that made a candidate."""
    last = store.pack_trainings.newest_done(settings.topic.pack, now)
    return tally_of_topic(store, settings).progress(learned=last.marks if last else 0)


def _by_article(summaries: Iterable[MarkSummary]) -> Sequence[Sequence[MarkSummary]]:
    """The marks of each article, the newest first; articles in the order of their newest mark."""
    by_article: dict[str, list[MarkSummary]] = {}
    for summary in summaries:
        by_article.setdefault(summary.article_key, []).append(summary)
    return list(by_article.values())


def _agree(marks: Sequence[MarkSummary]) -> bool:
    return len({mark.relevant for mark in marks}) == 1
