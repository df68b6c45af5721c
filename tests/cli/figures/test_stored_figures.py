"""`monitor figures list` and `correct`."""

from __future__ import annotations

import asyncio

import pytest

from monitor.store.store import Store
from tests.cli.conftest import Terminal
from tests.contexts import watched
from tests.grouped import KILLED, MORE_KILLED, arrive, figure_pack, grouping, news


@pytest.fixture
def stated(watch: Terminal) -> Terminal:
    """A terminal in the folder of a service with two figures."""
    with Store.open(f"sqlite:///{watch.folder / 'watchpost.db'}") as store:
        watched(store)
        stage = grouping(figure_pack())
        asyncio.run(arrive(store, stage, news(KILLED), news(MORE_KILLED, 1)))
    return watch


def test_figures_are_listed_for_people_for_programs_and_as_a_table(stated: Terminal):
    assert "killed" in stated("figures", "list").out
    figures = stated("figures", "list", "--kind", "killed", "--json").json()["figures"]
    assert {figure["value_min"] for figure in figures} == {600, 800}
    lines = stated("figures", "list", "--csv").out.splitlines()
    assert lines[0].startswith("key,at,kind,value_min")
    assert len(lines) == 3
    assert "choose one" in stated.refused("figures", "list", "--csv", "--json")
    assert "is no kind" in stated.refused("figures", "list", "--kind", "dead")


def test_a_figure_is_corrected_and_removed(stated: Terminal):
    figures = stated("figures", "list", "--json").json()["figures"]
    key = figures[0]["key"]
    corrected = stated(
        "figures", "correct", key, "--min", "700", "--max", "750", "--reason", "misread"
    )
    assert f"corrected figure {key}: 700 to 750 * killed" in corrected.err
    assert (
        ": no figure any more"
        in stated("figures", "correct", key, "--remove", "--reason", "an age").err
    )
    assert len(stated("figures", "list", "--json").json()["figures"]) == 1
