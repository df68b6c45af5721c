"""Search by topic: what is relevant for it, whichever decision leads, and the themes of all."""

from __future__ import annotations

import pytest

from monitor.domain.topics.topic_decisions import with_decisions
from monitor.store.store import Store
from tests.fakes import decision
from tests.store.builders import a_feed, a_poll, an_article
from tests.store.search.test_article_search import titles

CABLES = {"pack": "undersea-cables@1", "themes": {"damage": 0.9}}
SEA = decision(labels=("damage",), **CABLES)
NO_SEA = decision(relevant=False, **CABLES)
WAR = decision(pack="dprk-russia@1")
NO_WAR = decision(relevant=False, pack="dprk-russia@1")
DECIDED = {"both": (WAR, SEA), "war": (WAR, NO_SEA), "sea": (NO_WAR, SEA), "none": (NO_WAR, NO_SEA)}


@pytest.fixture
def filled(store: Store) -> Store:
    store.feeds.add_all([a_feed()])
    articles = [with_decisions(an_article(name), decided) for name, decided in DECIDED.items()]
    store.commit([a_poll(a_feed(), *articles)])
    return store


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("topic:undersea-cables", {"both", "sea"}),
        ("topic:dprk-russia", {"both", "war"}),
        ("-topic:undersea-cables", {"war", "none"}),
        ("topic:dprk-russia topic:undersea-cables", {"both"}),
        ("topic:wolves", set()),
        ("theme:damage", {"both", "sea"}),
        ("theme:labour -theme:damage", {"war"}),
    ],
)
def test_a_topic_finds_what_is_relevant_for_it(filled: Store, question: str, names: set[str]):
    assert set(titles(filled, question)) == names


def test_a_list_by_theme_has_the_articles_of_every_topic(filled: Store):
    assert {article.entry.title for article in filled.articles.list(theme="damage")} == {
        article.entry.title for article in filled.articles.list() if "cables" in str(article.topics)
    }
    assert filled.articles.count(theme="damage") == 2
    assert filled.articles.count(theme="labour") == 2


def test_each_topic_is_counted_in_the_facets(filled: Store):
    from tests.store.search.test_facets import counted

    assert counted(filled).topics == {"dprk-russia": 2, "undersea-cables": 2}
