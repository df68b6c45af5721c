"""How far similar articles move a score: bounded, once for each origin, never by a moved score."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.classify.memory.recent_articles import Neighbour, RecentArticle
from monitor.classify.memory.score_shift import (
    LARGEST_SHIFT,
    MOST_NEIGHBOURS,
    shifted,
    similar_articles,
    without_memory,
)
from monitor.domain.judged.similar_articles import SimilarArticles
from tests.fakes import verdict

AT = datetime(2025, 6, 17, 12, 0, tzinfo=UTC)
IN_DOUBT = verdict(0.48, own_score=0.48)


def neighbour(key: str, score: float = 0.9, *, cosine: float = 0.6, **changes: str) -> Neighbour:
    names = {"copy_key": f"copy-{key}", "origin": f"feed:{key}"} | changes
    return Neighbour(article=RecentArticle(key=key, at=AT, score=score, **names), cosine=cosine)


def similar(*neighbours: Neighbour) -> SimilarArticles:
    summed_up = similar_articles(neighbours, IN_DOUBT)
    assert summed_up is not None
    return summed_up


def test_flagged_neighbours_raise_the_score_and_rejected_ones_lower_it():
    raised = shifted(IN_DOUBT, similar(neighbour("a"), neighbour("b")))
    lowered = shifted(IN_DOUBT, similar(neighbour("a", 0.01)))
    assert lowered.score < 0.48 < raised.score
    assert raised.own_score == lowered.own_score == 0.48


def test_without_neighbours_nothing_changes():
    assert similar_articles([], IN_DOUBT) is None
    assert shifted(IN_DOUBT, None) == IN_DOUBT


def test_an_article_that_does_not_pass_the_gate_is_never_moved():
    closed = verdict(0.05)
    assert similar_articles([neighbour("a")], closed) is None
    assert shifted(closed, similar(neighbour("a"))) == closed
    assert without_memory(closed) == closed


def test_what_moved_a_score_can_be_taken_away_again():
    moved = shifted(IN_DOUBT, similar(neighbour("a")))
    assert without_memory(moved) == IN_DOUBT


def test_a_shift_is_applied_to_the_score_of_the_pack_alone_however_often():
    before = similar(neighbour("a"))
    assert shifted(shifted(IN_DOUBT, before), before) == shifted(IN_DOUBT, before)


@given(own_score=st.floats(0, 1), scores=st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_no_history_moves_a_score_by_more_than_the_bound(own_score: float, scores: list[float]):
    before = verdict(own_score, own_score=own_score)
    neighbours = [neighbour(str(number), score) for number, score in enumerate(scores)]
    memory = similar_articles(neighbours, before)
    assert memory is not None
    assert abs(memory.shift) <= LARGEST_SHIFT
    assert 0.0 <= shifted(before, memory).score <= 1.0
    assert memory.count == min(len(scores), MOST_NEIGHBOURS)


@pytest.mark.parametrize("same", [{"copy_key": "copy"}, {"origin": "agency:yonhap"}])
def test_a_thousand_copies_or_articles_of_one_origin_weigh_as_much_as_one(same: dict[str, str]):
    flood = [neighbour(str(number), 0.99, **same) for number in range(1_000)]
    other = neighbour("other", 0.01, cosine=0.5)
    assert similar(*flood, other) == similar(flood[0], other)
    assert similar(*flood).count == 1


def test_the_count_of_flagged_ones_is_by_the_score_of_the_pack_alone():
    memory = similar(neighbour("a", 0.5), neighbour("b", 0.49), neighbour("c", 0.9))
    assert (memory.count, memory.flagged) == (3, 2)


def test_another_pack_s_verdict_is_moved_by_the_same_articles():
    before = similar(neighbour("a", 0.9))
    other = shifted(verdict(0.99, own_score=0.99), before)
    assert other.score < 0.99
    assert other.similar is not None
    assert (other.similar.count, other.similar.log_odds) == (before.count, before.log_odds)
