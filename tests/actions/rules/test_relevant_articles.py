"""Relevant articles as columns: changed, compared, counted."""

from __future__ import annotations

from datetime import date

from monitor.actions.rules.relevant_articles import (
    RelevantArticle,
    RelevantArticles,
    RelevantColumns,
    RelevantOutcome,
)
from monitor.actions.teaching.subscription_load import NO_ALERTS, AlertDays

MONDAY, TUESDAY = date(2025, 6, 16), date(2025, 6, 17)


def relevant(
    key: str, *, copy_key: str = "", day: date = MONDAY, receivers: tuple[str, ...] = ("desk",)
) -> RelevantArticle:
    outcome = RelevantOutcome(topics=("wolves",), receivers=receivers, day=day)
    return RelevantArticle(key=key, copy_key=copy_key or f"copy-{key}", outcome=outcome)


def columns_of(*articles: RelevantArticle) -> RelevantArticles:
    columns = RelevantColumns()
    for article in articles:
        columns.add(article)
    return columns.articles()


def test_articles_of_one_side_are_listed_newest_first():
    articles = columns_of(*(relevant(key) for key in ("a", "b", "c")))
    fewer = articles.with_changes({"b": None})
    assert articles.without(fewer) == ["b"]
    assert articles.without(columns_of()) == ["c", "b", "a"]
    assert fewer.without(articles) == []
    assert (len(articles), len(fewer), len(columns_of())) == (3, 2, 0)


def test_changed_outcomes_replace_former_ones():
    before = columns_of(relevant("a"), relevant("b"))
    longer = "a key that is longer than the others, 한국"
    changes = {"a": relevant("a", receivers=()), "b": None, longer: relevant(longer, day=TUESDAY)}
    after = before.with_changes(changes)
    assert after.among(["a", "b", longer]) == {"a", longer}
    assert after.alert_days("desk").counts == {TUESDAY: 1}
    assert after.with_changes({longer: None}).receivers() == set()
    assert columns_of().with_changes({"b": relevant("b")}).among(["b"]) == {"b"}


def test_columns_hold_more_articles_than_one_chunk():
    articles = columns_of(*(relevant(f"{number:04}") for number in range(2_500)))
    assert (len(articles), articles.of_topic("wolves"), articles.of_topic("seals")) == (
        2_500,
        2_500,
        0,
    )
    assert articles.without(columns_of())[0] == "2499"
    assert len(articles.outcomes) == 1


def test_a_copy_is_the_same_alert_on_the_day_of_the_first():
    late, early = relevant("b", copy_key="x", day=TUESDAY), relevant("a", copy_key="x")
    other = relevant("c", day=TUESDAY, receivers=("desk", "phone"))
    articles = columns_of(late, early, other)
    assert articles.receivers() == {"desk", "phone"}
    assert articles.alert_days("desk") == AlertDays.of({"x": MONDAY, "copy-c": TUESDAY})
    assert articles.alert_days("phone") == AlertDays.of({"copy-c": TUESDAY})
    assert articles.alert_days("archive") == NO_ALERTS
    assert columns_of().alert_days("desk") == NO_ALERTS
