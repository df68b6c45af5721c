"""A term weighs less the more articles have it."""

from __future__ import annotations

from monitor.stories.rarity import Rarity


def test_a_term_weighs_less_the_more_articles_have_it():
    rarity = Rarity({"common": 90, "rare": 2}, 100)
    assert rarity.weight("unseen") > rarity.weight("rare") > rarity.weight("common") > 0


def test_articles_are_counted_as_they_come():
    rarity = Rarity({}, 0)
    rarity.count(["a"])
    rarity.count(["a", "b"])
    assert (rarity.share("a"), rarity.share("b"), rarity.share("c")) == (1.0, 0.5, 0.0)


def test_an_empty_count_has_no_shares():
    assert Rarity({}, 0).share("a") == 0


def test_taking_an_article_back_gives_the_weights_from_before():
    rarity = Rarity({"kursk": 3}, 10)
    before = rarity.weight("kursk"), rarity.share("kursk")
    rarity.count({"kursk", "new"})
    rarity.uncount({"kursk", "new"})
    assert (rarity.weight("kursk"), rarity.share("kursk")) == before
