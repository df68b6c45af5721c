"""Articles are grouped as they arrive, the same for the same order."""

from __future__ import annotations

import random

import pytest

from monitor.stories.anchors import StoryText
from monitor.stories.story_window import OPEN_HOURS, StoryWindow
from tests.stories.samples import METHOD, article, rarities


def grouped(articles: list[StoryText]) -> dict[str, int]:
    """Article → story after the last arrival."""
    window = StoryWindow(METHOD, rarities())
    stories: dict[str, int] = {}
    for arriving in articles:
        stories.update(window.add(arriving))
    return stories


def test_one_event_in_two_languages_is_one_story():
    stories = grouped(
        [
            article("en", "Shoigu brings sappers to Kursk"),
            article("ru", "Шойгу: саперы в Курске", 3, language="ru"),
            article("other", "Floods after a wet spring", 4),
        ]
    )
    assert stories == {"en": 1, "ru": 1, "other": 2}


def test_the_same_order_gives_the_same_stories():
    draw = random.Random(11)
    words = ["Shoigu", "Lavrov", "Kursk", "sappers", "arrives", "leaves", "floods"]
    articles = [
        article(str(number), " ".join(draw.sample(words, 3)), number / 2) for number in range(60)
    ]
    assert grouped(articles) == grouped(articles)


def test_an_article_that_ties_two_stories_merges_them_under_the_older_number():
    window = StoryWindow(METHOD, rarities())
    assert window.add(article("a", "Shoigu, Kursk")) == {"a": 1}
    assert window.add(article("b", "sappers, floods", 1)) == {"b": 2}
    changed = window.add(article("c", "Shoigu, Kursk, sappers, floods", 2))
    assert changed == {"c": 1}
    assert window.add(article("d", "Shoigu, Kursk, sappers, floods", 3)) == {"d": 1, "b": 1}


def test_a_week_later_the_same_words_are_another_story():
    stories = grouped([article("a", "Shoigu in Kursk"), article("b", "Shoigu in Kursk", 181)])
    assert stories == {"a": 1, "b": 2}


def test_an_old_article_leaves_the_window_and_its_key_may_return():
    window = StoryWindow(METHOD, rarities())
    window.add(article("a", "Shoigu in Kursk"))
    window.add(article("b", "Floods", OPEN_HOURS + 1))
    assert window.add(article("a", "Shoigu in Kursk", OPEN_HOURS + 2)) == {"a": 3}


def test_a_key_that_is_open_is_refused():
    window = StoryWindow(METHOD, rarities())
    window.add(article("a", "Shoigu in Kursk"))
    with pytest.raises(ValueError, match="article a"):
        window.add(article("a", "Shoigu in Kursk"))


def test_an_article_without_anchors_stands_alone():
    assert grouped([article("a", "("), article("b", "", 1)]) == {"a": 1, "b": 2}


def test_hundreds_of_copies_in_an_hour_are_one_story():
    copies = [article(str(number), "Shoigu in Kursk", number / 150) for number in range(150)]
    assert set(grouped(copies).values()) == {1}
