"""Lists of articles beside a page: their addresses and formats."""

from __future__ import annotations

import csv
import io
import json

from fastapi import Request

from monitor.actions.reading.articles import ListedArticle
from monitor.web.console import article_lists
from monitor.web.console.article_lists import ListPage
from tests.fakes import article


def test_each_format_has_an_address_with_the_filters_of_the_page():
    formats = article_lists.formats("/console/search", {"q": "theme:arms", "after": ""})
    assert formats == {
        "JSON": "/console/search.json?q=theme%3Aarms",
        "CSV": "/console/search.csv?q=theme%3Aarms",
        "Atom": "/console/search.atom?q=theme%3Aarms",
    }
    assert article_lists.query_text({"q": ""}) == ""
    assert article_lists.query_text({"q": "a&b", "n": "1"}) == "?q=a%26b&n=1"


def listed(key: str, feed_title: str) -> ListedArticle:
    return ListedArticle(article=article(key), feed_title=feed_title, sources=())


def test_json_keeps_letters_as_they_are():
    response = article_lists.json_response({"title": "북한군"})
    assert "북한군" in response.body.decode()
    assert json.loads(response.body) == {"title": "북한군"}


async def test_csv_is_a_file_with_a_row_for_each_article_and_the_title_of_its_feed():
    pages = {
        "": ListPage(articles=[listed("a", "The Wire")], next="2"),
        "2": ListPage(articles=[listed("b", "The Post")], next=None),
    }

    async def read_page(after: str) -> ListPage:
        return pages[after]

    response = await article_lists.csv_response(Request({"type": "http"}), read_page)
    text = "".join([str(part) async for part in response.body_iterator])
    first, second = csv.DictReader(io.StringIO(text))
    assert "The Wire" in first.values()
    assert "The Post" in second.values()
    assert 'filename="articles.csv"' in response.headers["content-disposition"]
