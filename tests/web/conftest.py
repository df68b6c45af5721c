"""A site on a real store, and a client that requests its pages over a real socket."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import pytest

from monitor.actions.reading.explanations import ExplainerCache
from monitor.runtime import build
from monitor.settings import loader
from monitor.settings.sections import Settings
from monitor.store.store import Store
from monitor.web.application import asgi_app
from monitor.web.site import server
from monitor.web.site.context import SiteContext, ThreadedStore
from monitor.web.site.prometheus import Metrics
from tests.fakes import NOW


@dataclass
class Clock:
    """A clock that tests advance."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def later(self, by: timedelta) -> None:
        self.at += by


@dataclass
class Answer:
    """A complete response."""

    status: int
    headers: Any
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Visitor:
    """A client of the site; follows no redirect, stores no cookie."""

    base: str
    store: Store
    clock: Clock
    site: SiteContext
    faults: dict[str, str]  # name → sentence: faults of the service
    session: aiohttp.ClientSession = field(repr=False)

    async def get(self, path: str, **options: Any) -> Answer:
        return await self.request("GET", path, **options)

    async def post(self, path: str, **options: Any) -> Answer:
        return await self.request("POST", path, **options)

    async def request(self, method: str, path: str, **options: Any) -> Answer:
        pending = self.session.request(method, self.base + path, allow_redirects=False, **options)
        async with pending as response:
            return Answer(response.status, response.headers, await response.read())


@pytest.fixture
def web_settings() -> dict[str, object]:
    """Settings of `[web]` besides the defaults; a test may override this fixture."""
    return {"public_url": "https://alerts.example"}


@pytest.fixture
def other_settings() -> dict[str, object]:
    """Settings of other sections besides the defaults; a test may override this fixture."""
    return {}


@pytest.fixture
def site_settings(
    web_settings: dict[str, object], other_settings: dict[str, object], sqlite_url: str
) -> Settings:
    """All settings of the site; a test may override this fixture."""
    sections = {"database": {"url": sqlite_url}, "web": web_settings, **other_settings}
    return loader.load(environment={}, overrides=sections)


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    """A SQLite store; tests/store runs the same queries on both databases."""
    with Store.open(sqlite_url) as opened:
        yield opened


@pytest.fixture
def site_topics() -> Mapping[str, str]:
    """The topics of the site, name → title; a module with others overrides this."""
    return {"dprk-russia": "Military cooperation"}


@pytest.fixture
async def visitor(
    store: Store, sqlite_url: str, site_settings: Settings, site_topics: Mapping[str, str]
) -> AsyncIterator[Visitor]:
    """A client of a running site."""
    clock, faults = Clock(), dict[str, str]()
    with (
        closing(build.StoreThread()) as run_in_store,
        closing(build.StoreThread()) as run_in_reading_store,
        closing(build.StoreThread()) as run_in_counting_store,
        Store.open(sqlite_url) as reading_store,
        Store.open(sqlite_url) as counting_store,
        closing(server.bind("127.0.0.1:0")) as socket,
    ):
        site = SiteContext(
            settings=site_settings,
            writing=ThreadedStore(store, run_in_store),
            reading=ThreadedStore(reading_store, run_in_reading_store),
            counting=ThreadedStore(counting_store, run_in_counting_store),
            clock=clock,
            started_at=clock() - timedelta(days=1),
            counting_since=lambda: NOW - timedelta(days=1),
            topic=next(iter(site_topics)),
            topics=site_topics,
            theme_titles={"labour": "Labour", "troops": "Troops"},
            metrics=Metrics(),
            fault_checks={"configuration": lambda: faults.get("configuration", "")},
        )
        async with (
            server.serve(
                asgi_app(site, ExplainerCache(site.settings)),
                socket,
                proxies=site.settings.web.proxies,
            ) as base,
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
        ):
            yield Visitor(base, store, clock, site, faults, session)
