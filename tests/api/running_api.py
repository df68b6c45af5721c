"""A real server of the API on a filled database, with an access token of each role."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from monitor.access.accounts import AccessToken
from monitor.access.caller import local_caller
from monitor.access.roles import PersonRole, Scope
from monitor.access.secret_text import digest, new_token
from monitor.actions import silences
from monitor.actions.access import people
from monitor.actions.access.people import NewPerson
from monitor.actions.reading import saved_searches
from monitor.actions.reading.explanations import ExplainerCache
from monitor.actions.reading.saved_searches import SaveRequest
from monitor.actions.silences import SilenceRequest
from monitor.domain.alerts import AlertState
from monitor.domain.articles import Mark
from monitor.runtime import build
from monitor.settings import loader
from monitor.store.store import Store
from monitor.store.stories.figure_ledger import FigureFilter
from monitor.web.application import asgi_app
from monitor.web.site import server
from monitor.web.site.context import SiteContext, ThreadedStore
from monitor.web.site.prometheus import Metrics
from tests.contexts import watched
from tests.fakes import NOW, feed
from tests.grouped import KILLED, MORE_KILLED, arrive, figure_pack, grouping, news
from tests.store.access.builders import ENTRY
from tests.store.builders import a_feed, a_poll, a_subscription, an_alert, an_article

_ARTICLES = 120
_STEP = timedelta(seconds=1)


class QuickClock:
    """A clock that is a second later at each look, so that no rate limit is reached."""

    def __init__(self) -> None:
        self._at = NOW

    def __call__(self) -> datetime:
        self._at += _STEP
        return self._at


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningApi:
    """Where it listens, the token of each role, and keys of what is there by resource."""

    address: str
    tokens: dict[PersonRole, str]
    keys: dict[str, list[str]]


@asynccontextmanager
async def running_api(database_url: str, folder: Path) -> AsyncIterator[RunningApi]:
    """Serve the API on this database while the context is open; no network is reached."""
    clock = QuickClock()
    with (
        closing(build.StoreThread()) as run_in_store,
        closing(build.StoreThread()) as run_in_reading_store,
        closing(build.StoreThread()) as run_in_counting_store,
        Store.open(database_url) as store,
        Store.open(database_url) as reading_store,
        Store.open(database_url) as counting_store,
        closing(server.bind("127.0.0.1:0")) as socket,
    ):
        await fill(store)
        site = SiteContext(
            settings=loader.load(environment={}, overrides=_settings(folder, database_url)),
            writing=ThreadedStore(store, run_in_store),
            reading=ThreadedStore(reading_store, run_in_reading_store),
            counting=ThreadedStore(counting_store, run_in_counting_store),
            clock=clock,
            started_at=clock(),
            counting_since=lambda: NOW,
            topic="dprk-russia",
            topics={"dprk-russia": "Military cooperation"},
            theme_titles={"labour": "Labour", "troops": "Troops"},
            metrics=Metrics(),
            fault_checks={},
        )
        tokens = {role: _token(store, role) for role in PersonRole}
        async with server.serve(asgi_app(site, ExplainerCache(site.settings)), socket) as address:
            yield RunningApi(address=address, tokens=tokens, keys=_keys(store))


def _settings(folder: Path, database_url: str) -> dict[str, object]:
    quick = {"timeout": "1s"}
    return {
        "database": {"url": database_url},
        "web": {"console": True},
        "poll": quick,
        "webhook": quick,
        "apprise": quick,
        "email": {"folder": str(folder)},
    }


def _keys(store: Store) -> dict[str, list[str]]:
    """The first part of an address → keys of things that are there."""
    articles = store.articles.list(limit=5)
    figures = store.figures.list(FigureFilter(limit=5))
    return {
        "articles": [article.key for article in articles],
        "deliveries": [alert.key for alert in store.outbox.list(limit=6)],
        "feeds": [source.key for source in store.feeds.list()],
        "figures": [f"{row.figure.article_key}:{row.figure.position}" for row in figures],
        "people": ["Anna"],
        "saved-searches": ["north"],
        "silences": [silence.key for silence in store.silences.list()],
        "stories": [story.key for story in store.stories.list()],
        "subscriptions": [desk.key for desk in store.subscriptions.list()],
        "tokens": ["nothing"],
    }


def _token(store: Store, role: PersonRole) -> str:
    """A token with every scope."""
    secret = new_token()
    token = AccessToken(
        key=digest(secret),
        name=f"every {role}",
        role=role,
        scopes=frozenset(Scope),
        person_key="",
        created_at=NOW,
        until=NOW + timedelta(days=3_000),
    )
    assert store.access_tokens.add(token, ENTRY)
    return secret


async def fill(store: Store) -> None:
    """Some of everything that the API shows."""
    source, desk = a_feed("wire"), a_subscription("desk")
    store.feeds.add(source)
    store.subscriptions.add(desk)
    articles = [an_article(f"story {number}", source) for number in range(_ARTICLES)]
    store.commit([a_poll(source, *articles)])
    states = (AlertState.PENDING, AlertState.DEAD, AlertState.SENT)
    store.outbox.add(
        an_alert(article, desk, state=states[number % len(states)])
        for number, article in enumerate(articles)
    )
    for article in articles[:5]:
        store.marks.add(Mark(article_key=article.key, relevant=True, marked_at=NOW, by="Ada"))
    watched(store, feed("grouped"))
    grouped = [news(KILLED), news(MORE_KILLED, 1), news("Lavrov visits Wonsan", 2)]
    await arrive(store, grouping(figure_pack()), *grouped, key="grouped", hours=3)
    silence = SilenceRequest(reason="summit", length=timedelta(days=300), theme="troops")
    silences.add_silence(store, silence, NOW)
    caller = local_caller("test", NOW)
    saved = SaveRequest(name="north", question="kursk OR wonsan")
    saved_searches.save_search(store, saved, caller, NOW)
    person = NewPerson(name="Anna", role=PersonRole.ANALYST)
    people.add_person(store, person, caller, "", NOW)
