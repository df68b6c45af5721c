"""Lists of articles beside a page: their addresses and formats."""

from __future__ import annotations

import csv
import io
import json

from monitor.actions.reading.articles import ListedArticle
from monitor.web.console import article_lists
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


def test_json_keeps_letters_as_they_are():
    response = article_lists.json_response({"title": "북한군"})
    assert "북한군" in response.body.decode()
    assert json.loads(response.body) == {"title": "북한군"}


def test_csv_is_a_file_with_a_row_for_each_article_and_the_title_of_its_feed():
    listed = ListedArticle(article=article("a"), feed_title="The Wire", sources=())
    response = article_lists.csv_response([listed])
    (row,) = csv.DictReader(io.StringIO(response.body.decode("utf-8-sig")))
    assert "The Wire" in row.values()
    assert 'filename="articles.csv"' in response.headers["content-disposition"]
