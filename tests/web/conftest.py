"""The pages over a real socket: a site on a real store, asked by a real client."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import pytest

from monitor.runtime import build
from monitor.settings import loader
from monitor.store.store import Store
from monitor.web.application import asgi_app
from monitor.web.site import server
from monitor.web.site.context import SiteContext
from monitor.web.site.prometheus import Metrics
from tests.fakes import NOW


@dataclass
class Clock:
    """Time that tests turn."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def later(self, by: timedelta) -> None:
        self.at += by


@dataclass
class Answer:
    """What came back, whole."""

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
    """Asks the site for its paths; follows no redirect, keeps no cookie."""

    base: str
    store: Store
    clock: Clock
    office: SiteContext
    faults: dict[str, str]  # of the service: what its looks say
    session: aiohttp.ClientSession = field(repr=False)

    async def get(self, path: str, **more: Any) -> Answer:
        return await self.ask("GET", path, **more)

    async def post(self, path: str, **more: Any) -> Answer:
        return await self.ask("POST", path, **more)

    async def ask(self, method: str, path: str, **more: Any) -> Answer:
        asked = self.session.request(method, self.base + path, allow_redirects=False, **more)
        async with asked as response:
            return Answer(response.status, response.headers, await response.read())


@pytest.fixture
def web_settings() -> dict[str, object]:
    """The table `web`, besides the defaults; a test may override this."""
    return {"public_url": "https://alerts.example"}


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    """On SQLite alone: what the pages ask of a store is tried on both in tests/store."""
    with Store.open(sqlite_url) as opened:
        yield opened


@pytest.fixture
async def visitor(store: Store, web_settings: dict[str, object]) -> AsyncIterator[Visitor]:
    """A visitor of a running site."""
    clock, faults = Clock(), dict[str, str]()
    with (
        closing(build.StoreThread()) as run_in_store,
        closing(server.bind("127.0.0.1:0")) as socket,
    ):
        office = SiteContext(
            settings=loader.load(environment={}, overrides={"web": web_settings}),
            store=store,
            run_in_store=run_in_store,
            clock=clock,
            started_at=clock() - timedelta(days=1),
            topic="dprk-russia",
            theme_titles={"labour": "Labour", "troops": "Troops"},
            meters=Metrics(),
            looks={"configuration": lambda: faults.get("configuration", "")},
        )
        async with (
            server.serving(asgi_app(office), socket, proxies=office.settings.web.proxies) as base,
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
        ):
            yield Visitor(base, store, clock, office, faults, session)
