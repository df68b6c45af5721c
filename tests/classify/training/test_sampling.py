"""What is proposed for marking: near the threshold, some by lot, spread, and no story twice."""

from __future__ import annotations

from collections import Counter
from datetime import date

from monitor.classify.training import sampling
from monitor.domain.feeds import Entry
from tests.classify.toy_topic import article

NEAR = [article(f"near {number}", 0.5 + number / 100) for number in range(20)]
DEEP = [article(f"deep {number}", 0.01) for number in range(20)]


def titles(sample) -> list[str]:
    return [item.article.entry.title for item in sample]


def test_two_thirds_are_near_and_a_third_is_deep():
    sample = sampling.choose_articles(NEAR, DEEP, number=9)
    assert titles(sample) == [
        *(f"near {number}" for number in range(6)),
        *(f"deep {number}" for number in range(3)),
    ]
    assert sample[0].reason == "near the threshold: 0.50 of 0.50"
    assert "random sample" in sample[-1].reason


def test_an_article_far_above_the_threshold_is_not_called_near():
    (sure,) = sampling.choose_articles([article("sure", 1.0)], [], number=1)
    assert sure.reason == "far above the threshold, for want of nearer ones: 1.00 of 0.50"


def test_where_one_kind_runs_out_the_other_fills_up():
    assert len(sampling.choose_articles(NEAR[:2], DEEP, number=9)) == 9
    assert len(sampling.choose_articles(NEAR, DEEP[:1], number=9)) == 9
    assert sampling.choose_articles([], [], number=9) == []


def test_feeds_and_languages_are_spread():
    loud = [article(f"loud {number}", 0.5) for number in range(20)]
    quiet = [
        article("still", 0.6, feed_key="g"),
        article("leise", 0.6, entry=Entry(title="leise", language="de-AT")),
        article("wortlos", 0.6, feed_key="h", entry=Entry(title="wortlos")),
    ]
    sample = sampling.choose_articles([*loud, *quiet], [], number=6)
    assert {"still", "leise", "wortlos"} < set(titles(sample))
    assert Counter(item.article.feed_key for item in sample)["f"] == 4


def test_no_headline_comes_twice():
    twins = [article("Same story", 0.5), article("SAME  story", 0.5, key="0" * 32)]
    assert len(sampling.choose_articles(twins, twins, number=3)) == 1


def test_the_sample_changes_from_day_to_day():
    today, tomorrow = date(2025, 6, 17), date(2025, 6, 18)
    assert sampling.start_of_sample(today) == sampling.start_of_sample(today)
    assert sampling.start_of_sample(today) != sampling.start_of_sample(tomorrow)
