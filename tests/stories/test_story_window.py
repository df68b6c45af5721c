"""Articles are grouped as they arrive, the same for the same order."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from monitor.domain.stories import Standing
from monitor.stories.anchors import StoryText
from monitor.stories.embeddings import Embedding, LanguageMeans
from monitor.stories.pair_features import ENCODER_FEATURES, FEATURES
from monitor.stories.pair_model import PairModel, Tree
from monitor.stories.story_window import MOST_STAYING, OPEN_HOURS, StoryWindow
from tests.fakes import direction
from tests.story_samples import ENCODER, ENCODER_METHOD, MEANS, METHOD, article, rarities


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


def test_a_restored_window_goes_on_like_the_one_that_was_stored():
    draw = random.Random(7)
    words = ["Shoigu", "Lavrov", "Kursk", "sappers", "arrives", "leaves", "floods"]
    articles = [
        article(str(number), " ".join(draw.sample(words, 3)), number * 2.5) for number in range(160)
    ]
    going = StoryWindow(METHOD, rarities())
    stored: dict[str, tuple[StoryText, int, dict[str, float]]] = {}
    newest = 0
    for arriving in articles[:120]:
        changed = going.add(arriving)
        links = {key: p for key, p in going.links_of(arriving.key).items() if key in stored}
        stored[arriving.key] = (arriving, changed[arriving.key], links)
        newest = max(newest, *changed.values())
        for key, story in changed.items():
            stored[key] = (stored[key][0], story, stored[key][2])
    restored = StoryWindow(METHOD, rarities(), next_story=newest + 1)
    for text, story, links in stored.values():
        restored.restore(text, story, links)
    assert restored.stories() == going.stories()
    for arriving in articles[120:]:
        assert restored.add(arriving) == going.add(arriving)


def test_articles_that_a_person_held_apart_never_become_one_story():
    window = StoryWindow(METHOD, rarities())
    window.restore(article("a", "Shoigu, Kursk"), 1, {}, pinned=True)
    window.restore(article("b", "Shoigu, Kursk", 1), 2, {"a": 0.9}, pinned=True)
    for number in range(5):
        window.add(article(f"c{number}", "Shoigu, Kursk", 2 + number))
    stories = window.stories()
    assert (stories["a"], stories["b"]) == (1, 2)


def test_a_pinned_article_keeps_its_story_against_a_majority():
    window = StoryWindow(METHOD, rarities())
    window.restore(article("a", "Shoigu, Kursk"), 5, {}, pinned=True)
    window.restore(article("b", "Shoigu, Kursk", 1), 2, {"a": 0.9})
    window.restore(article("c", "Shoigu, Kursk", 1), 2, {"a": 0.9, "b": 0.9})
    assert window.add(article("d", "Shoigu, Kursk", 2)) == {"b": 5, "c": 5, "d": 5}


def test_an_article_is_compared_with_all_of_a_story_that_it_is_linked_with():
    hours = Tree(
        features=[FEATURES.index("hours_apart"), -1, -1],
        thresholds=[6.0, 2.0, -4.0],
        left=[1, 0, 0],
        right=[2, 0, 0],
    )
    method = replace(METHOD, model=PairModel(base=0.0, trees=[hours], vetoes=[]))
    window = StoryWindow(method, rarities())
    window.add(article("a", "Shoigu, Kursk"))
    window.add(article("b", "Shoigu, Kursk, sappers", 1))
    window.add(article("elsewhere", "Lavrov", 1))
    window.add(article("c", "sappers", 2))
    assert list(window.links_of("c")) == ["b", "a"]


@pytest.mark.parametrize(
    ("earlier", "were_together", "stories"),
    [
        (1, True, 1),
        (1, False, 2),
        (MOST_STAYING - 2, True, 1),
        (MOST_STAYING, True, 2),
    ],
)
def test_an_article_stays_in_its_small_story_at_a_mean_that_joins_no_other(
    earlier: int, *, were_together: bool, stories: int
):
    model = PairModel(base=0.0, trees=[LIKELY_FROM_HALF], vetoes=[])
    method = replace(METHOD, encoder_model=model)
    window = StoryWindow(method, replace(rarities(), means=LanguageMeans(MEANS)))
    for number in range(earlier):
        window.add(between(f"a{number}", 1.0, 0.0))
    window.add(between("b", 0.7, 0.7))
    if were_together:
        window.put("b", 1, pinned=False)
    window.add(between("c", 1.0, 0.0))
    assert len(set(window.stories().values())) == stories


# cosines of embeddings up to 0.5, up to 0.9 and above: probabilities of 0.02, 0.45 and 0.88
LIKELY_FROM_HALF = Tree(
    features=[
        ENCODER_FEATURES.index("embeddings"),
        -1,
        ENCODER_FEATURES.index("embeddings"),
        -1,
        -1,
    ],
    thresholds=[0.5, -4.0, 0.9, -0.2, 2.0],
    left=[1, 0, 3, 0, 0],
    right=[2, 0, 4, 0, 0],
)


def between(key: str, first: float, second: float) -> StoryText:
    """An article with an embedding between two directions, which are orthogonal."""
    pairs = zip(direction(1), direction(2), strict=True)
    vector = [first * one_way + second * other_way for one_way, other_way in pairs]
    return replace(article(key, "Floods"), embedding=Embedding.of(vector, ENCODER))


def test_a_late_article_does_not_reopen_what_is_settled():
    window = StoryWindow(METHOD, rarities(), next_story=7)
    window.add(article("a", "Shoigu, Kursk"))
    window.add(article("new", "Floods", 60))
    assert window.add(article("late", "Shoigu, Kursk", 1)) == {"late": 7}
    assert window.members(7) == ["a", "late"]
    assert window.anchors("late").article.hours == 1


def embedded(key: str, title: str, event: int, *, model: str = ENCODER) -> StoryText:
    return replace(article(key, title), embedding=Embedding.of(direction(event), model))


def encoder_window() -> StoryWindow:
    means = LanguageMeans(MEANS)
    return StoryWindow(ENCODER_METHOD, replace(rarities(), means=means))


def test_two_articles_with_embeddings_are_compared_by_the_model_of_the_encoder():
    window = encoder_window()
    window.add(embedded("a", "Shoigu visits Kursk", 1))
    assert window.add(embedded("b", "Shoigu visits Kursk", 2)) == {"b": 2}
    assert window.add(embedded("c", "Lavrov: floods", 1)) == {"c": 1}


@pytest.mark.parametrize("vector_of", ["neither", "the other model"])
def test_an_article_without_an_embedding_of_this_model_is_compared_by_the_other_model(vector_of):
    window = encoder_window()
    window.add(embedded("a", "Shoigu visits Kursk", 1))
    later = embedded("b", "Shoigu visits Kursk", 2, model="m2")
    later = later if vector_of == "the other model" else replace(later, embedding=None)
    assert window.add(later) == {"b": 1}


def test_a_window_that_is_restored_compares_embeddings_as_before():
    articles = [
        replace(
            embedded(str(number), "Shoigu visits Kursk", number % 3),
            hours=number * 5.0,
        )
        for number in range(16)
    ]
    whole, restored = encoder_window(), encoder_window()
    for arriving in articles[:10]:
        whole.add(arriving)
        links = dict(whole.links_of(arriving.key))
        restored.restore(arriving, whole.stories()[arriving.key], links)
    for arriving in articles[10:]:
        assert whole.add(arriving) == restored.add(arriving)
        assert whole.links_of(arriving.key) == restored.links_of(arriving.key)


WORDS = ["Shoigu", "Lavrov", "Kursk", "sappers", "arrives", "leaves", "floods"]


def arrivals(seed: int, count: int) -> list[tuple[StoryText, bool]]:
    """Articles in order of time, and whether each is in review."""
    draw = random.Random(seed)
    return [
        (article(str(number), " ".join(draw.sample(WORDS, 3)), number * 1.5), draw.random() < 0.3)
        for number in range(count)
    ]


def test_relevant_articles_are_grouped_as_if_those_in_review_had_never_come():
    with_review, without = (StoryWindow(METHOD, rarities()) for _ in range(2))
    for arriving, in_review in arrivals(5, 120):
        with_review.add(arriving, in_review=in_review)
        if not in_review:
            without.add(arriving)
    names: dict[int, int] = {}  # numbers differ: those in review take some of their own
    for key, story in without.stories().items():
        assert names.setdefault(story, with_review.stories()[key]) == with_review.stories()[key]
    assert len(set(names.values())) == len(names)
    for key in without.stories():
        assert without.links_of(key).items() <= with_review.links_of(key).items()


def test_an_article_in_review_moves_only_others_in_review():
    window = StoryWindow(METHOD, rarities())
    before: dict[str, int] = {}
    doubtful: set[str] = set()
    for arriving, in_review in arrivals(6, 120):
        changed = window.add(arriving, in_review=in_review)
        if in_review:
            doubtful.add(arriving.key)
            assert changed.keys() <= doubtful
        before |= changed
        assert {key: before[key] for key in window.stories()} == dict(window.stories())


def test_one_in_review_joins_the_story_of_its_event_and_founds_none_that_has_relevant_ones():
    window = StoryWindow(METHOD, rarities())
    assert window.add(article("a", "Shoigu, Kursk"), in_review=True) == {"a": 1}
    assert window.add(article("b", "Shoigu, Kursk", 1)) == {"b": 2, "a": 2}
    assert window.founder(2) == "b"
    assert window.add(article("c", "Kursk: Shoigu", 2), in_review=True) == {"c": 2}


def test_a_confirmed_article_counts_and_draws_others():
    window = StoryWindow(METHOD, rarities())
    window.add(article("a", "Shoigu, Kursk"), in_review=True)
    window.put("a", 1, pinned=False, standing=Standing.CONFIRMED)
    assert window.add(article("b", "Shoigu, Kursk", 1)) == {"b": 1}


def test_a_window_with_articles_in_review_is_restored_as_it_was():
    going = StoryWindow(METHOD, rarities())
    events = arrivals(9, 150)
    stored: dict[str, tuple[StoryText, Standing, dict[str, float]]] = {}
    for arriving, in_review in events[:110]:
        going.add(arriving, in_review=in_review)
        links = {key: p for key, p in going.links_of(arriving.key).items() if key in stored}
        standing = Standing.REVIEW if in_review else Standing.RELEVANT
        stored[arriving.key] = arriving, standing, links
    confirmed = next(key for key, row in stored.items() if row[1] is Standing.REVIEW)
    going.put(confirmed, going.stories()[confirmed], pinned=False, standing=Standing.CONFIRMED)
    stored[confirmed] = stored[confirmed][0], Standing.CONFIRMED, stored[confirmed][2]
    restored = StoryWindow(METHOD, rarities())
    for key, (text, standing, links) in stored.items():
        restored.restore(text, going.stories()[key], links, standing=standing)
    restored.number_from(going.take_number() + 1)
    for arriving, in_review in events[110:]:
        assert restored.add(arriving, in_review=in_review) == going.add(
            arriving, in_review=in_review
        )
