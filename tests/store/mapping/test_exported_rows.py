"""Rows of the columns that exports need."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from monitor.domain.articles import Article, DecisionReason, RuleAction, RuleHit, Term
from monitor.domain.contents.exported_article import ExportedArticle
from monitor.store.mapping import article_rows
from monitor.store.mapping.exported_rows import EXPORTED_COLUMNS, exported_article
from monitor.store.schema.tables import articles
from tests.store.builders import NOW, a_decision, a_rejected_article, an_article

HIT = RuleHit(rule="r", action=RuleAction.BOOST, terms=("a",), boost=1.0)
DECIDED = a_decision(
    rules=(HIT,),
    terms=(Term(text="word", weight=1e16),),
    pack="one@1",
    config="c",
    confirmed_by="kim",
)
DOUBTFUL = a_decision(
    relevant=False, reason=DecisionReason.BELOW, score=0.2, review_threshold=0.15, pack="one@1"
)


@pytest.mark.parametrize(
    "article",
    [
        an_article(decision=DECIDED, backlog=True, seen_at=NOW),
        an_article(decision=DECIDED, other_decisions=(a_decision(pack="two@2"), DOUBTFUL)),
        an_article(decision=DOUBTFUL),
        a_rejected_article(),
    ],
)
def test_a_row_says_what_the_whole_article_says(connection: Connection, article: Article):
    connection.execute(insert(articles).values(article_rows.article_values(article)))
    row: Any = connection.execute(select(*EXPORTED_COLUMNS)).one()
    assert exported_article(row) == ExportedArticle.of(article)
