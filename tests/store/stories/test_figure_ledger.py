"""Figures as they are stored."""

from __future__ import annotations

from dataclasses import replace

from monitor.store.stories.figure_ledger import FigureFilter
from tests.contexts import watched
from tests.fakes import NOW, feed
from tests.grouped import KILLED, arrive, figure_pack, grouping, news


async def test_a_copy_states_the_figures_of_its_original_only_on_request(store):
    watched(store, feed("f"), feed("g"))
    stage = grouping(figure_pack())
    text = (
        "Sappers from the north arrived in Kursk on Tuesday with Shoigu, the agency reported. " * 4
    )
    await arrive(store, stage, news(KILLED, text=text))
    await arrive(store, stage, news(KILLED, 1, text=text), hours=1, key="g")
    assert len(store.figures.list(FigureFilter())) == 1
    assert len(store.figures.list(FigureFilter(copies=True))) == 2


async def test_corrections_are_numbered(store):
    watched(store)
    await arrive(store, grouping(figure_pack()), news(KILLED))
    (listed,) = store.figures.list(FigureFilter())
    assert (listed.is_corrected, listed.story) == (False, 1)
    for value in (650.0, 700.0):
        changed = replace(listed.figure, value_min=value, value_max=value)
        store.figures.correct(changed, by="ann", reason="misread", now=NOW)
    (listed,) = store.figures.list(FigureFilter())
    assert (listed.is_corrected, listed.figure.value_min) == (True, 700)
    assert store.figures.find(listed.figure.article_key, 0) == listed.figure
    assert store.figures.find(listed.figure.article_key, 1) is None
