"""The reason of a grouping names what is shared and what was next best."""

from __future__ import annotations

from monitor.stories.grouping_reason import FOUNDED, JOINED, grouping_reason
from monitor.stories.story_window import StoryWindow
from tests.story_samples import DICTIONARY, METHOD, article, rarities


def test_the_first_article_began_its_story():
    window = StoryWindow(METHOD, rarities())
    window.add(article("a", "Shoigu, Kursk"))
    reason = grouping_reason(window, "a", DICTIONARY)
    assert (reason.sentence, reason.nearest, reason.next_story) == (FOUNDED, None, None)


def test_a_later_one_names_the_nearest_article_and_the_next_best_story():
    window = StoryWindow(METHOD, rarities())
    window.restore(article("a", "Shoigu, Kursk"), 1, {})
    window.restore(article("b", "sappers, floods"), 2, {})
    window.add(article("c", "Shoigu, Kursk, sappers", 3))
    reason = grouping_reason(window, "c", DICTIONARY)
    assert reason.sentence == JOINED
    assert (reason.nearest, reason.hours_apart) == ("a", 3)
    assert set(reason.shared) == {"shoigu", "kursk"}
    assert reason.probability == reason.mean > 0.8
