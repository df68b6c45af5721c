"""Filters of subscriptions in words."""

from __future__ import annotations

from dataclasses import replace

from monitor.cli.subscriptions.filter_text import filters_text
from monitor.domain.alerts import About
from monitor.search.article_filter import stored_filter
from tests.fakes import subscription

EVERY = frozenset({About.ARTICLES, About.SERVICE})


def test_filters_are_joined_and_none_are_everything_relevant():
    asking = subscription()
    assert filters_text(asking) == "everything relevant"
    chosen = replace(
        asking,
        themes=frozenset({"troops", "labour"}),
        languages=frozenset({"ko"}),
        feeds=frozenset({"f"}),
        min_score=0.7,
        about=EVERY,
    )
    assert filters_text(chosen) == (
        "labour, troops; ko; 1 feeds; score ≥ 0.7; and the service's own state"
    )
    assert filters_text(replace(asking, about=frozenset({About.SERVICE}))) == (
        "the service's own state"
    )


def test_what_it_is_about_beside_articles_is_named():
    asking = replace(subscription(), themes=frozenset({"arms"}), about=frozenset({About.STORIES}))
    assert filters_text(asking) == "arms; and changes of stories"
    assert filters_text(replace(asking, about=frozenset({About.SPIKES}))) == "spikes"


def test_a_filter_that_can_not_be_decided_says_so():
    broken = stored_filter("theme:(")
    shown = filters_text(replace(subscription(), filter=broken))
    assert shown.startswith("theme:( (admits everything: ")
