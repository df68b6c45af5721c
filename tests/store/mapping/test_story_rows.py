"""Rows of stories: reasons that another version wrote read as far as they can be."""

from __future__ import annotations

from monitor.domain.stories import (
    GroupedArticle,
    GroupedWords,
    GroupingReason,
    Stance,
    Statement,
)
from monitor.store.mapping import story_rows
from tests.fakes import NOW

WHY = GroupingReason(
    sentence="s", shared=("a", "b"), nearest="n", probability=0.12345678, mean=0.5,
    hours_apart=3.5, next_story=2, next_mean=0.25,
)  # fmt: skip


def test_a_reason_is_read_as_it_was_written_with_four_digits():
    grouped = GroupedArticle(
        article_key="k", story=1, copy_key="c", origin="feed:f", at=NOW, why=WHY,
        words=GroupedWords(title="t", opening="o", language="en", source="f"),
    )  # fmt: skip
    values = story_rows.grouped_values(grouped, 7)
    assert (values["arrival"], values["links"], values["words"]["title"]) == (7, None, "t")
    reason = story_rows.reason_from_json(values["why"])
    assert (reason.shared, reason.nearest, reason.next_story) == (("a", "b"), "n", 2)
    assert reason.probability == 0.1235


def test_what_is_missing_reads_as_nothing():
    assert story_rows.reason_from_json({}) == GroupingReason(sentence="")
    assert story_rows.reason_from_json(None) == GroupingReason(sentence="")


def test_statements_are_read_as_they_were_written_and_unknown_stances_are_left_out():
    statement = Statement(party="moscow", stance=Stance.DENIED, sentence="No.")
    grouped = GroupedArticle(
        article_key="k", story=1, copy_key="c", origin="feed:f", at=NOW, why=WHY,
        statements=(statement,),
    )  # fmt: skip
    stored = story_rows.grouped_values(grouped, 1)["statements"]
    assert story_rows.statements_from_json(stored) == (statement,)
    newer = [*stored, {"party": "seoul", "stance": "mused", "sentence": "Hm."}]
    assert story_rows.statements_from_json(newer) == (statement,)
    assert story_rows.statements_from_json(None) == ()
