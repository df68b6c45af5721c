"""Stored figures are listed by kind, claimant and story, and corrected by a person."""

from __future__ import annotations

import csv
import io

import pytest

from monitor.actions.grouping.figure_lists import (
    Correction,
    FigureQuery,
    correct_figure,
    list_figures,
)
from monitor.actions.option_values import InvalidOption
from monitor.domain.errors import ConfigError
from monitor.store.store import Store
from tests.contexts import watched
from tests.fakes import NOW
from tests.grouped import HOUR, KILLED, MORE_KILLED, arrive, figure_pack, grouping, news


async def two_figures(store: Store) -> None:
    watched(store)
    stage = grouping(figure_pack())
    await arrive(store, stage, news(KILLED))
    await arrive(store, stage, news(MORE_KILLED, 2), hours=2)


def values(store: Store, **query: object) -> list[float | None]:
    page = list_figures(store, FigureQuery(**query))  # type: ignore[arg-type] # the caller knows
    return [shown.figure.value_min for shown in page.figures]


async def test_figures_are_listed_newest_first_by_kind_claimant_story_and_time(store):
    await two_figures(store)
    (story,) = store.stories.list()
    assert values(store) == [800, 600]
    assert values(store, kind="killed", claimant="seoul", story=story.key[:8]) == [800, 600]
    assert values(store, claimant="SPY agency") == [800, 600]
    assert values(store, claimant="100%_") == []
    assert values(store, kind="shells") == []
    assert values(store, since=NOW + HOUR) == [800]


async def test_pages_follow_each_other(store):
    await two_figures(store)
    first = list_figures(store, FigureQuery(limit=1))
    second = list_figures(store, FigureQuery(limit=1, after=first.next))
    assert [page.figures[0].figure.value_min for page in (first, second)] == [800, 600]
    assert second.next is None
    with pytest.raises(InvalidOption, match="is no cursor"):
        list_figures(store, FigureQuery(after="1"))


def test_an_unknown_kind_names_the_kinds_there_are(store):
    with pytest.raises(InvalidOption, match="'dead' is no kind; kinds: killed, shells"):
        list_figures(store, FigureQuery(kind="dead"), kinds=("shells", "killed"))


async def test_the_table_has_a_line_for_each_figure(store):
    await two_figures(store)
    rows = list(csv.DictReader(io.StringIO(list_figures(store, FigureQuery()).as_csv())))
    assert [(row["value_min"], row["kind"], row["party"]) for row in rows] == [
        ("800", "killed", "seoul"),
        ("600", "killed", "seoul"),
    ]


async def test_a_correction_is_kept_with_what_was_there_and_outlives_an_edit(store):
    await two_figures(store)
    shown = list_figures(store, FigureQuery()).figures[1]
    request = Correction(value_min=650, value_max=650, reason="misread", by="ann")
    corrected = correct_figure(store, shown.key, request, NOW)
    assert (corrected.figure.value_min, corrected.is_corrected) == (650, True)
    edited = news(KILLED, text="The desk added a sentence about 20 shells.")
    await arrive(store, grouping(figure_pack()), edited, hours=3)
    assert store.articles.find(shown.figure.article_key).edits == 1
    assert values(store) == [800, 650]


async def test_a_figure_that_is_none_is_removed_from_lists(store):
    await two_figures(store)
    shown = list_figures(store, FigureQuery()).figures[0]
    correct_figure(store, shown.key, Correction(remove=True, reason="an age"), NOW)
    assert values(store) == [600]


async def test_bad_corrections_say_what_is_wrong(store):
    await two_figures(store)
    key = list_figures(store, FigureQuery()).figures[0].key
    with pytest.raises(ConfigError, match="nothing to change"):
        correct_figure(store, key, Correction(reason="x"), NOW)
    with pytest.raises(ConfigError, match="is no range"):
        correct_figure(store, key, Correction(value_min=900, value_max=1, reason="x"), NOW)
    with pytest.raises(InvalidOption, match="reason is empty"):
        correct_figure(store, key, Correction(value_min=1, reason=""), NOW)
    with pytest.raises(ConfigError, match="is no figure: give"):
        correct_figure(store, "800", Correction(value_min=1, reason="x"), NOW)
    with pytest.raises(ConfigError, match="states no figure 7"):
        correct_figure(store, key.replace(":0", ":7"), Correction(value_min=1, reason="x"), NOW)
