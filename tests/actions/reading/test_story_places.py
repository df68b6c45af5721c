"""Why an article is in its story, in a sentence."""

from __future__ import annotations

from monitor.actions.reading.story_places import story_place
from tests.contexts import watched
from tests.fakes import NOW
from tests.grouped import FIRST, OTHER, SECOND, arrive, grouping, news


async def test_the_sentence_names_what_is_shared_and_the_nearest_article(store):
    watched(store)
    await arrive(store, grouping(), news(FIRST), news(SECOND, 3))
    (story,) = store.stories.list()
    founder, joined = store.stories.articles(story.number)
    place = story_place(store, joined.article_key)
    assert place is not None
    assert "it has most in common with this story: " in place.sentence
    assert f"nearest “{FIRST}”, 0 hours apart, 0.88" in place.sentence
    assert place.as_json()["key"] == story.key
    began = story_place(store, founder.article_key)
    assert began is not None
    assert "it began a story" in began.sentence


async def test_an_article_without_a_story_has_no_place(store):
    watched(store)
    await arrive(store, None, news(OTHER))
    article = next(article for article in store.articles.list() if article.entry.title == OTHER)
    assert story_place(store, article.key) is None


async def test_a_place_by_a_person_says_so(store):
    watched(store)
    await arrive(store, grouping(), news(FIRST), news(OTHER))
    numbers = {story.title: story.number for story in store.stories.list()}
    store.story_edits.merge(numbers[OTHER], numbers[FIRST], by="ann", reason="x", now=NOW)
    keys = [article.key for article in store.articles.list() if article.feed_key == "f"]
    assert keys
    for key in store.stories.grouped(keys):
        place = story_place(store, key)
        assert place is not None
        assert place.sentence.endswith("a person put it here")
