"""What commands print fits a terminal of 80 columns; keys and states are never broken."""

from __future__ import annotations

import asyncio
import os
import re
from datetime import timedelta

import pytest
from rich.cells import cell_len

from monitor.domain.alerts import Attempt, Outcome
from monitor.domain.reasons import DeliveryReason
from monitor.store.store import Store
from tests.cli.conftest import Terminal
from tests.contexts import watched
from tests.fakes import feed
from tests.grouped import KILLED, MORE_KILLED, OTHER, arrive, figure_pack, grouping, news
from tests.store.builders import an_alert

LISTS = [
    "articles list", "audit list", "deliveries list", "feeds list", "figures list", "marks list",
    "people list", "searches list", "silences list", "stories list", "subscriptions list",
    "tokens list",
]  # fmt: skip
KEYED = {"articles list", "deliveries list", "stories list", "subscriptions list"}
_KEY = re.compile(r"^ ?[0-9a-f]{8}\b")
_LONG = "A headline of quite some length about sappers, ferries and the bridge over the Seym"


@pytest.fixture
def narrow(watch: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal of 80 columns in the folder of a service with something in every list."""
    with Store.open(f"sqlite:///{watch.folder / 'watchpost.db'}") as store:
        watched(store, feed("f", title="The Harbour Wire and Evening Post", url=_url("f")))
        texts = news(KILLED), news(MORE_KILLED, 1), news(OTHER, 2), news(_LONG, 3)
        asyncio.run(arrive(store, grouping(figure_pack()), *texts))
    for words in (
        ("subscriptions", "add", "evening desk", "--email", "evening-desk@a-long-host.example.org"),
        (
            "silences",
            "add",
            "--theme",
            "troops",
            "--for",
            "9d",
            "--reason",
            "parades each evening",
        ),
        ("searches", "save", "kursk", "kursk OR (bridge ferry) -lang:ru"),
        ("people", "add", "a.rather.long.name@example.org", "--role", "operator"),
        ("tokens", "add", "evening program", "--role", "viewer", "--scope", "articles:read"),
    ):
        assert watch(*words).code == 0
    with Store.open(f"sqlite:///{watch.folder / 'watchpost.db'}") as store:
        article = next(store.articles.oldest_first())
        store.outbox.add([an_alert(article, store.subscriptions.list()[0])])
    key = watch("articles", "list", "--json").json()[0]["key"]
    assert watch("marks", "set", key, "relevant", "--theme", "troops").code == 0
    monkeypatch.setitem(os.environ, "COLUMNS", "80")
    return watch


def _url(name: str) -> str:
    return f"https://www.a-rather-long-host-name.example.org/feeds/of/all/sections/{name}.xml"


def too_wide(text: str) -> list[str]:
    return [line for line in text.splitlines() if cell_len(line) > 80]


def test_each_list_fits_and_breaks_no_key(narrow: Terminal):
    for command in LISTS:
        printed = narrow(*command.split()).out
        assert printed.strip(), command
        assert not too_wide(printed), command
        if command in KEYED:
            assert any(_KEY.match(line) for line in printed.splitlines()), printed
            assert "…" not in printed, command


def test_each_thing_that_is_shown_fits(narrow: Terminal):
    article = narrow("articles", "list", "--json").json()[0]["key"]
    story = narrow("stories", "list", "--json").json()["stories"][0]["key"]
    alert = narrow("deliveries", "list", "--json").json()[0]["key"]
    for words in (
        ("explain", article),
        ("stories", "show", story),
        ("deliveries", "show", alert),
        ("model", "show"),
        ("doctor",),
    ):
        assert not too_wide(narrow(*words).out), words


def test_deliveries_with_a_reason_name_their_receivers(narrow: Terminal):
    with Store.open(f"sqlite:///{narrow.folder / 'watchpost.db'}") as store:
        (alert,) = store.outbox.list()
        (claim,) = store.outbox.claim(
            alert.due_at, limit=1, per_subscription=1, lease=timedelta(minutes=1)
        )
        refused = Attempt(
            alert_key=alert.key,
            number=1,
            at=alert.due_at,
            took=timedelta(seconds=1),
            outcome=Outcome.LATER,
            reason=DeliveryReason.TIMEOUT,
            detail="the receiver did not answer within ten seconds",
        )
        store.outbox.record(refused, token=claim.token, due_at=alert.due_at + timedelta(hours=1))
    printed = narrow("deliveries", "list").out
    assert "to" in printed.split("\n")[1].split()
    assert "evening" in printed
    assert not too_wide(printed)
