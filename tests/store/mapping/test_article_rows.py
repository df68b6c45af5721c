"""Rows of articles, revisions and marks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.domain.articles import Mark, RuleAction, RuleHit, Term
from monitor.store.mapping import article_rows
from monitor.store.schema.tables import articles, marks
from tests.store.builders import NOW, a_decision, an_article
from tests.store.mapping.conftest import ReadBack

HIT = RuleHit(rule="r", action=RuleAction.BOOST, terms=("a", "b"), boost=1e16, theme="troops")
TERMS = (Term(text="word", weight=1e16), Term(text="other", weight=-2.5))


def test_an_article_comes_back_with_everything_that_decided(read_back: ReadBack):
    decision = a_decision(rules=(HIT,), terms=TERMS)
    article = an_article(decision=decision, own_text="teaser", page="read", edits=2, edited_at=NOW)
    row = read_back(articles, article_rows.article_values(article))
    assert article_rows.article_from_row(row) == article
    weights = [term.weight for term in article_rows.article_from_row(row).decision.terms]
    assert all(isinstance(weight, float) for weight in weights)


def test_a_url_that_can_not_be_stored_whole_is_left_out(read_back: ReadBack):
    article = an_article()
    long = replace(article, entry=replace(article.entry, url="https://e.example/" + 4_000 * "a"))
    row = read_back(articles, article_rows.article_values(long))
    assert article_rows.article_from_row(row).entry.url is None


def test_the_wording_is_of_the_feeds_own_text():
    article = an_article()
    with_page = replace(
        article, entry=replace(article.entry, text="the page"), own_text=article.entry.text
    )
    wording = article_rows.article_values(article)["wording"]
    assert article_rows.article_values(with_page)["wording"] == wording
    edited = replace(article, entry=replace(article.entry, title="another headline"))
    assert article_rows.article_values(edited)["wording"] != wording


def test_a_revision_takes_what_never_changes_from_the_newest_version(read_back: ReadBack):
    before = an_article("before", edits=1, edited_at=NOW)
    row = read_back(articles, article_rows.article_values(before))
    newest = an_article("newest", edits=2, edited_at=NOW + timedelta(hours=1), backlog=True)
    revision = article_rows.revision_from_row(row, newest)
    assert (revision.key, revision.backlog) == (newest.key, True)
    assert (revision.entry, revision.edits, revision.edited_at) == (before.entry, 1, NOW)


def test_a_mark_comes_back_under_any_prefix_of_its_columns(read_back: ReadBack):
    article = an_article()
    read_back(articles, article_rows.article_values(article))
    mark = Mark(
        article_key=article.key, relevant=True, themes=("arms",), marked_at=NOW, by="reader"
    )
    row = read_back(marks, article_rows.mark_values(mark))
    assert article_rows.mark_from_row(row) == mark
