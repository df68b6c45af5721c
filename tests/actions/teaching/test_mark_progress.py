"""Progress counts what teaches; marks that disagree with the pack come in the order of surprise."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.access.caller import local_caller
from monitor.actions.teaching import trainings
from monitor.actions.teaching.mark_progress import (
    MARKS_OF_A_LESSON,
    mark_progress,
    tally_marks,
)
from monitor.classify.training.held_out import is_held_out
from monitor.settings.sections import Settings
from monitor.store.store import Store
from monitor.store.teaching.mark_summaries import MarkSummary
from monitor.store.teaching.pack_training import TrainingOutcome
from tests.actions.teaching.conftest import TITLES
from tests.fakes import NOW

MARK = MarkSummary(
    article_key="a", title="Wolf dances", language="en", by="ann", relevant=True, marked_at=NOW,
    score=0.9, threshold=0.5, pack="wolves@0", topic="wolves",
)  # fmt: skip


def a_mark(key: str, **changes: object) -> MarkSummary:
    return replace(MARK, article_key=key, title=f"Wolf number {key}", **changes)


def test_progress_counts_articles_not_marks_and_leaves_contested_ones_out():
    marks = [
        a_mark("1"), a_mark("1", by="bo"), a_mark("2", relevant=False),
        a_mark("3"), a_mark("3", by="bo", relevant=False),
    ]  # fmt: skip
    progress = tally_marks(marks).progress(learned=0)
    assert (progress.relevant, progress.irrelevant, progress.contested) == (1, 1, 1)
    assert progress.marked == 2 == progress.to_learn + progress.held_out


def test_equal_headlines_teach_once():
    marks = [replace(a_mark(key), title="Wolf dances") for key in "123"]
    progress = tally_marks(marks).progress(learned=0)
    assert progress.relevant == 3
    assert progress.to_learn + progress.held_out == 1


def test_the_next_lesson_comes_after_twenty_new_marks_to_learn_from():
    marks = [a_mark(str(number)) for number in range(60)]
    to_learn = sum(not is_held_out(mark.title) for mark in marks)
    assert tally_marks(marks).progress(learned=to_learn).until_lesson == MARKS_OF_A_LESSON
    assert tally_marks(marks).progress(learned=to_learn - 14).until_lesson == 6
    progress = tally_marks(marks).progress(learned=0)
    assert progress.until_lesson == 0
    assert progress.sentence == (
        f"60 articles are marked: {to_learn} to learn from, {60 - to_learn} to compare by; enough"
        " for the next lesson."
    )
    undone = tally_marks(marks[:5]).progress(learned=to_learn)
    assert undone.until_lesson == MARKS_OF_A_LESSON
    assert "20 until the next lesson" in undone.sentence


def test_a_finished_training_begins_a_new_lesson(wolves: Settings, wolf_store: Store):
    before = mark_progress(wolf_store, wolves, NOW)
    assert before.marked == len(TITLES)
    assert before.until_lesson == MARKS_OF_A_LESSON - before.to_learn
    training = trainings.begin_training(wolf_store, wolves, local_caller("Otto", NOW), NOW)
    outcome = TrainingOutcome(marks=before.to_learn, current_pack="", candidate_pack="", report={})
    wolf_store.pack_trainings.finish(training.key, NOW, outcome)
    after = mark_progress(wolf_store, wolves, NOW + timedelta(days=1))
    assert after.until_lesson == MARKS_OF_A_LESSON
    assert after.as_json()["held_out"] == before.held_out


def test_marks_that_disagree_with_the_pack_come_surest_first():
    marks = [
        a_mark("right"), a_mark("near", relevant=False, score=0.55),
        a_mark("sure", relevant=False, score=0.99), a_mark("missed", score=0.1),
        a_mark("contested"), a_mark("contested", by="bo", relevant=False),
    ]  # fmt: skip
    disagreeing = tally_marks(marks).disagreeing
    assert [mark.summary.article_key for mark in disagreeing] == ["sure", "missed", "near"]
    assert disagreeing[1].as_json()["score"] == 0.1
