"""`monitor label`: marking articles, and what is proposed for it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from monitor.domain.alerts import PollResult
from monitor.domain.articles import Article
from monitor.domain.feeds import Feed, FeedState, PollState
from monitor.runtime import build
from monitor.settings import loader
from tests.classify import toy_topic
from tests.cli.conftest import Terminal

NEAR = [toy_topic.article(f"Wolf story {number}", 0.45 + number / 100) for number in range(8)]
DEEP = [toy_topic.article(f"Weather report {number}", 0.01) for number in range(8)]


def stored(watch: Terminal, articles: Sequence[Article]) -> None:
    """Put articles into the service's database as a poll would."""
    feed = Feed(key="f", url="https://f.example/rss", poll=PollState(due_at=toy_topic.NOW))
    state = PollState(due_at=toy_topic.NOW, state=FeedState.OK)
    with build.open_store(loader.load(watch.folder / "monitor.toml")) as store:
        store.feeds.add(feed)
        store.commit([PollResult(feed_key="f", state=state, articles=tuple(articles))])


@pytest.fixture
def read(watch: Terminal) -> Terminal:
    """A service that has read some articles."""
    stored(watch, [*NEAR, *DEEP])
    return watch


def test_an_article_is_marked_by_its_key_alone(read: Terminal):
    key = NEAR[0].key
    said = read("label", key[:8], "relevant", "--theme", "troops", "--theme", "arms", "--json")
    assert said.json()["themes"] == ["troops", "arms"]
    (label,) = read("label", "list", "--json").json()
    assert (label["key"], label["label"], label["by"]) == (key, "relevant", "operator")
    assert "Wolf story 0" in read("label", "list").out


def test_a_later_word_replaces_the_earlier(read: Terminal):
    read("label", NEAR[0].key, "relevant")
    said = read("label", "set", NEAR[0].key, "irrelevant", "--by", "Ana")
    assert "marked irrelevant: Wolf story 0" in said.err
    assert "1 labels" in said.err
    (label,) = read("label", "list", "--json").json()
    assert (label["label"], label["by"]) == ("irrelevant", "Ana")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("abcdef12", "relevant"), "no article 'abcdef12': `monitor articles list`"),
        ((NEAR[0].key, "relevant", "--theme", "weather"), "no such theme: weather; there are:"),
        ((NEAR[0].key, "irrelevant", "--theme", "arms"), "an irrelevant article has no theme"),
    ],
)
def test_what_can_not_be_marked_is_refused(read: Terminal, words, says):
    assert says in read.refused("label", *words)
    assert read("label", "list", "--json").json() == []


def test_a_word_that_is_none_is_refused(read: Terminal):
    said = read("label", NEAR[0].key, "maybe")
    assert said.code == 2
    assert "relevant" in said.err


def test_what_teaches_most_is_proposed_and_marked_ones_are_not(read: Terminal):
    asked = read("label", "next", "--n", "6", "--since", "3650d", "--json").json()
    assert [one["title"].split()[0] for one in asked] == ["Wolf"] * 4 + ["Weather"] * 2
    assert asked[0]["score"] == 0.5
    for one in asked:
        read("label", one["key"], "irrelevant")
    more = read("label", "next", "--n", "6", "--since", "3650d", "--json").json()
    assert not {one["key"] for one in asked} & {one["key"] for one in more}
    assert "drawn by lot" in read("label", "next", "--since", "3650d").out


def test_nothing_to_mark_says_what_to_do(watch: Terminal):
    said = watch("label", "next")
    assert (said.code, said.out) == (0, "")
    assert "monitor poll" in said.err
    assert "label next" in watch("label", "list").err
