"""Figures by topic are there where several are watched."""

from __future__ import annotations

from monitor.actions.statistics.topic_figures import topic_figures
from monitor.store.store import Store
from tests.fakes import NOW
from tests.store.reports.test_topic_counts import filled


def test_each_watched_topic_has_its_figures(empty_store: Store) -> None:
    figures = topic_figures(filled(empty_store), NOW, ("wolves", "lynxes", "bears"))
    counts = [(topic.topic, topic.flagged, topic.in_review) for topic in figures]
    assert counts == [("wolves", 1, 0), ("lynxes", 2, 1), ("bears", 0, 0)]
    shown = figures[1].as_json()
    assert shown["precision_as_marked"]["words"].startswith("0 of 0: too few")
    assert (shown["topic"], shown["flagged"], shown["in_review"]) == ("lynxes", 2, 1)


def test_with_one_topic_there_are_none(empty_store: Store) -> None:
    assert topic_figures(filled(empty_store), NOW, ("wolves",)) == ()
