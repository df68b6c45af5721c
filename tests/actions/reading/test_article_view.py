"""Tests of an article with everything that its page shows, on both databases."""

from __future__ import annotations

from monitor.actions.reading.article_view import view_article
from monitor.actions.reading.explanations import ExplainerCache
from monitor.domain.alerts import PollResult
from monitor.domain.articles import Mark
from monitor.settings import loader
from monitor.store.store import Store
from tests.fakes import NOW, article, entry, feed

SETTINGS = loader.load(environment={})
LONG = "Pyongyang will send 1,000 deminers to Kursk. " + "Other news follows. " * 200 + "The end."


def stored(store: Store, text: str):
    store.feeds.add_all([feed("f")])
    item = article("a", entry=entry("North Korea sends sappers", text=text, language="en"))
    store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=(item,))])
    return item


def test_the_judged_opening_and_the_rest_are_the_whole_text(empty_store: Store) -> None:
    item = stored(empty_store, LONG)
    explainer = ExplainerCache(SETTINGS).explainer()
    viewed = view_article(empty_store, item, explainer, SETTINGS)
    assert viewed.explained.explanation is not None
    assert viewed.explained.explanation.text.opening_text.startswith("Pyongyang will send")
    assert viewed.rest.endswith("The end.")
    assert "Pyongyang" not in viewed.rest


def test_marks_of_people_who_disagree_are_contested(empty_store: Store) -> None:
    item = stored(empty_store, LONG)
    for name, is_relevant in (("Ada", True), ("Mina", False)):
        mark = Mark(article_key="a", relevant=is_relevant, marked_at=NOW, by=name)
        empty_store.marks.add(mark)
    explainer = ExplainerCache(SETTINGS).explainer()
    viewed = view_article(empty_store, item, explainer, SETTINGS)
    assert viewed.is_contested
    assert viewed.as_json()["contested"] is True


def test_the_explainer_is_loaded_once() -> None:
    cache = ExplainerCache(SETTINGS)
    assert cache.explainer() is cache.explainer()
