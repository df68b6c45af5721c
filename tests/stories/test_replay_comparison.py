"""Two groupings of the same articles are compared by hand-computed values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from monitor.stories.replay_comparison import PlacedArticle, StoryPart, compare


def placed(*places: tuple[int, int], compared: bool = True) -> list[PlacedArticle]:
    """Articles named a, b, … with their stored and replayed stories."""
    return [
        PlacedArticle(article=chr(97 + n), stored=stored, replayed=replayed, is_compared=compared)
        for n, (stored, replayed) in enumerate(places)
    ]


def parts(stories: Mapping[int, Sequence[StoryPart]]) -> dict[int, dict[int, int]]:
    """Story → story of the other grouping → the articles in common."""
    return {
        story: {part.story: part.articles for part in shares} for story, shares in stories.items()
    }


def test_the_same_stories_under_other_numbers_agree():
    comparison = compare(placed((1, 11), (1, 11), (2, 12)))
    assert (comparison.articles, comparison.stored, comparison.replayed) == (3, 2, 2)
    assert comparison.same == 2
    assert comparison.agreement.f1 == 1
    assert (comparison.moved, comparison.joined, comparison.split) == ([], {}, {})
    assert comparison.continued == {11: 1, 12: 2}


def test_b3_is_the_mean_share_of_each_article_s_story():
    # stored {a b c} {d}; replayed {a b} {c d}
    comparison = compare(placed((1, 11), (1, 11), (1, 12), (2, 12)))
    # precision: a, b 2/2, c, d 1/2; recall: a, b 2/3, c 1/3, d 1/1
    assert comparison.agreement.precision == pytest.approx(3 / 4)
    assert comparison.agreement.recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)
    assert comparison.same == 0
    assert parts(comparison.joined) == {12: {1: 1, 2: 1}}
    assert parts(comparison.split) == {1: {11: 2, 12: 1}}
    assert [article.article for article in comparison.moved] == ["c"]


def test_a_story_that_is_joined_whole_moves_its_articles():
    comparison = compare(placed((1, 11), (1, 11), (2, 11)))
    assert (comparison.same, len(comparison.joined), len(comparison.split)) == (0, 1, 0)
    assert [article.article for article in comparison.moved] == ["c"]


def test_articles_from_before_tell_what_a_story_is_and_are_not_counted():
    """Story 1 began before; its only compared article would be in a story of its own."""
    comparison = compare(
        [
            PlacedArticle(article="before", stored=1, replayed=1, is_compared=False),
            PlacedArticle(article="new", stored=1, replayed=7),
        ]
    )
    assert (comparison.articles, comparison.same, comparison.stored) == (1, 0, 1)
    assert [article.article for article in comparison.moved] == ["new"]
    assert comparison.agreement.precision == 1
    assert comparison.agreement.recall == pytest.approx(1 / 2)


def test_a_story_of_the_same_number_goes_on_before_a_larger_one():
    comparison = compare(placed((1, 1), (1, 7), (1, 7)))
    assert comparison.continued == {1: 1}
    assert [article.article for article in comparison.moved] == ["b", "c"]


def test_nothing_to_compare_agrees():
    assert compare([]).agreement.f1 == 1
    assert compare(placed((1, 1), compared=False)).stored == 0
