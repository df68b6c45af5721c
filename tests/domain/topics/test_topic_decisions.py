"""Which of several decisions on an article leads."""

from __future__ import annotations

from monitor.domain.tiers import Tier
from monitor.domain.topics.topic_decisions import decision_on, leading_first, with_decisions
from tests.fakes import article, decision

WOLVES = decision(pack="wolves@1")
BEARS = decision(pack="bears@1")
REJECTED = decision(pack="lynxes@1", relevant=False)
DOUBTFUL = decision(pack="otters@1", relevant=False, score=0.3, review_threshold=0.2)


def test_a_relevant_decision_leads_and_a_doubtful_one_comes_before_a_rejected_one():
    assert DOUBTFUL.tier is Tier.REVIEW
    assert leading_first([REJECTED, DOUBTFUL, BEARS]) == [BEARS, DOUBTFUL, REJECTED]


def test_of_equals_the_topic_leads_that_the_settings_list_first():
    assert leading_first([BEARS, WOLVES]) == [BEARS, WOLVES]
    assert leading_first([WOLVES, BEARS]) == [WOLVES, BEARS]


def test_an_article_has_its_decisions_in_order_and_finds_each_by_its_topic():
    of_two_topics = with_decisions(article(), [REJECTED, WOLVES])
    assert of_two_topics.decisions == (WOLVES, REJECTED)
    assert of_two_topics.topics == ("wolves",)
    assert decision_on(of_two_topics, "lynxes") is REJECTED
    assert decision_on(of_two_topics, "bears") is None
