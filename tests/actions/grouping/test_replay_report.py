"""The report of a replay is stored with its job and read again."""

from __future__ import annotations

import pytest

from monitor.actions.grouping.replay_report import (
    JoinedStories,
    MovedArticle,
    NamedStory,
    ReplayReport,
    SplitStory,
    StoryShare,
)
from tests.fakes import NOW
from tests.grouped import HOUR

HOSTILE = "<script>alert(1)</script>"


def a_report() -> ReplayReport:
    """A report in which something is joined, split and moved."""
    stored = NamedStory(key="a" * 64, title="Sappers leave for Kursk")
    begun = NamedStory(key=None, title=HOSTILE)
    shares = StoryShare(story=stored, articles=2), StoryShare(story=begun, articles=1)
    why = "it has most in common with this story: kursk"
    return ReplayReport(
        since=NOW - 720 * HOUR,
        until=NOW,
        topic="dprk-russia",
        story_data="0123456789ab",
        encoder=False,
        articles=60,
        copies=3,
        without_story=1,
        stories_stored=15,
        stories_replayed=14,
        stories_same=12,
        agreement=0.9621,
        precision=0.95,
        recall=0.9745,
        joined_count=101,
        split_count=1,
        moved_count=4,
        joined=(JoinedStories(story=stored, stored=shares, why=why),),
        split=(SplitStory(story=stored, replayed=shares, why=why),),
        moved=(
            MovedArticle(
                article="b" * 64,
                title=HOSTILE,
                in_review=True,
                stored=stored,
                replayed=begun,
                why=why,
            ),
        ),
    )


def test_a_stored_report_is_read_again():
    report = a_report()
    assert ReplayReport.from_json(report.as_json()) == report
    assert report.sentence == (
        "12 of 15 stories would be the same, 101 joined, 1 split; 4 of 60 articles would move"
    )


def test_the_result_of_another_job_is_no_report():
    with pytest.raises(ValueError, match="since"):
        ReplayReport.from_json({"articles": 3})
