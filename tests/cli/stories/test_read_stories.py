"""`monitor stories list` and `show`, `explain`."""

from __future__ import annotations

import asyncio

import pytest

from monitor.cli.stories.read_stories import sparkline
from monitor.store.store import Store
from tests.cli.conftest import Terminal
from tests.contexts import watched
from tests.grouped import KILLED, MORE_KILLED, OTHER, arrive, figure_pack, grouping, news

DOUBTFUL = "Shoigu, perhaps, in Kursk"


@pytest.fixture
def grouped(watch: Terminal) -> Terminal:
    """A terminal in the folder of a service with two stories of three articles."""
    with Store.open(f"sqlite:///{watch.folder / 'watchpost.db'}") as store:
        watched(store)
        stage = grouping(figure_pack())
        asyncio.run(arrive(store, stage, news(KILLED), news(MORE_KILLED, 1), news(OTHER, 2)))
    return watch


def test_stories_are_listed_and_shown_with_reasons_and_claims(grouped: Terminal):
    listed = grouped("stories", "list").out
    assert KILLED[:20] in listed
    page = grouped("stories", "list", "--articles", "2", "--json").json()
    (story,) = page["stories"]
    assert (story["articles"], story["outlets"], story["origins"]) == (2, 1, 1)
    shown = grouped("stories", "show", story["key"][:8]).out
    assert "it has most in common with this story" in shown
    assert "killed: 600, says" in shown
    assert "(superseded)" in shown
    assert "Seoul asserted: " in shown
    document = grouped("stories", "show", story["key"], "--json").json()
    assert len(document["articles_listed"]) == 2


def test_articles_in_review_are_listed_on_request_and_shown_to_be_looked_at(watch: Terminal):
    with Store.open(f"sqlite:///{watch.folder / 'watchpost.db'}") as store:
        watched(store)
        asyncio.run(arrive(store, None, hours=-1))
        asyncio.run(arrive(store, grouping(), news(DOUBTFUL)))
    assert watch("stories", "list", "--json").json()["stories"] == []
    (story,) = watch("stories", "list", "--tier", "review", "--json").json()["stories"]
    assert (story["articles"], story["in_review"]) == (0, 1)
    assert DOUBTFUL[:20] in watch("stories", "list", "--tier", "review").out
    shown = watch("stories", "show", story["key"]).out
    assert "0 articles · 0 outlets · 0 origins · 1 in review" in " ".join(shown.split())
    (article,) = watch("stories", "show", story["key"], "--json").json()["articles_listed"]
    assert article["in_review"] is True
    assert f"please look: `monitor review confirm {article['key'][:8]}`" in shown
    assert "when somebody confirms it" in " ".join(watch("explain", article["key"]).out.split())


def test_explain_says_why_an_article_is_in_its_story(grouped: Terminal):
    articles = grouped("articles", "list", "--json").json()
    keys = [item["key"] for item in articles if item["title"] in (KILLED, MORE_KILLED)]
    reasons = [" ".join(grouped("explain", key).out.split()) for key in keys]
    assert sum("it has most in common" in reason for reason in reasons) == 1
    assert sum("it began a story" in reason for reason in reasons) == 1
    explained = [grouped("explain", key, "--json").json()["story"]["why"] for key in keys]
    assert any(why["nearest"] for why in explained)


def test_an_empty_list_says_what_would_fill_it(watch: Terminal):
    assert "relevant articles are grouped" in watch("stories", "list").err
    assert "no story 'abcdef'" in watch.refused("stories", "show", "abcdef")


def test_days_are_bars_of_the_busiest_one():
    assert sparkline((1, 0, 8)) == "▁ █"
    assert sparkline(()) == ""


def test_without_stories_the_list_says_whether_the_pack_can_group(watch: Terminal):
    assert "grouped when `monitor poll` reads them" in watch("stories", "list").err
    (watch.folder / "monitor.toml").write_text("[topic]\npack = 'undersea-cables'\n")
    assert "undersea-cables has no data for grouping" in watch("stories", "list").err
