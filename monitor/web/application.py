"""The web application: its routes, its error responses, and `open_site`, which serves it."""

from __future__ import annotations

import logging
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import FastAPI, HTTPException, Request, Response
from starlette.exceptions import HTTPException as AnyHttpException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp

from monitor.actions.as_json import JsonObject
from monitor.actions.reading.explanations import ExplainerCache
from monitor.domain.errors import ConfigError, StoreError
from monitor.domain.ports import GiveWay
from monitor.runtime import build, topic_pack, topics
from monitor.runtime.clock import StepDetector
from monitor.runtime.service import Round
from monitor.settings.sections import Settings, WebSettings
from monitor.web.console import places
from monitor.web.console.frame import error_pages
from monitor.web.console.frame.gate import ConsoleGate
from monitor.web.console.frame.hosts import KnownHosts
from monitor.web.console.frame.warm_up import warm_up_round
from monitor.web.machines import monitoring, websub
from monitor.web.pages import feeds, manage, search_feeds, signup, unsubscribe
from monitor.web.site import server, style
from monitor.web.site.context import SiteContext, ThreadedStore
from monitor.web.site.pack_operations import PackOperations
from monitor.web.site.page_turns import PageTurns
from monitor.web.site.prometheus import Metrics
from monitor.web.site.security_headers import SecurityHeaders
from monitor.web.site.short_cache import ShortCache
from monitor.web.site.site_health import SiteHealth

log = logging.getLogger(__name__)

# A thread that judges articles holds the interpreter for so long before a page gets its turn.  With
# the usual 5 ms a page, which gives it up at each query, waits a third of a second while articles
# are judged; judging is not slower by this.
_TURN_SECONDS = 0.0005

# Of each of the three stores: a page reads no slower than with the 16 MB that a poll needs.
_STORE_CACHE_MB = 1

# gzip for clients that take it: a page of 55 kB becomes 8 kB, and level 9 is hardly smaller than 5.
_LEAST_COMPRESSED_BYTES, _COMPRESSION_LEVEL = 1_000, 5

# Of the numbers of the dashboard, which take a while to count.
_STATISTICS_AGE = timedelta(minutes=1)

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_ROUTES = (unsubscribe.routes, manage.routes, feeds.routes, search_feeds.routes, websub.routes)


def asgi_app(site: SiteContext, explainers: ExplainerCache) -> ASGIApp:
    """The application with every route that the settings ask for."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    health = SiteHealth(site)
    app.include_router(monitoring.routes(site, health))
    for routes in _ROUTES:
        app.include_router(routes(site))
    if site.settings.web.signup:
        app.include_router(signup.routes(site))
    app.include_router(style.routes())
    web = site.settings.web
    if web.console:
        add_console(app, site, health, explainers)
    _register_errors(app, site)
    guarded: ASGIApp = app
    if web.console:
        hosts = KnownHosts.from_settings(web.listen, web.public_url, web.hosts)
        guarded = ConsoleGate(app, hosts)
    compressed = GZipMiddleware(guarded, _LEAST_COMPRESSED_BYTES, _COMPRESSION_LEVEL)
    return PageTurns(SecurityHeaders(compressed), site.turns)


def add_console(
    app: FastAPI, site: SiteContext, health: SiteHealth, explainers: ExplainerCache
) -> None:
    """The console, the API and the tools for assistants, with one explainer for all."""
    from monitor.web.api import api_routes  # loaded for a console only: it takes memory
    from monitor.web.api.conventions.api_context import ApiContext
    from monitor.web.assistants import http_endpoint
    from monitor.web.assistants.http_endpoint import AssistantEndpoint
    from monitor.web.site.event_streams import EventStreams
    from monitor.web.site.rule_lab import RuleLab

    packs = PackOperations(site)
    lab = RuleLab(site, explainers)
    places.add_to(app, site, health, explainers, packs, lab)
    statistics = ShortCache[JsonObject](site.clock, _STATISTICS_AGE)
    events = EventStreams(site)
    context = ApiContext(
        site=site,
        explainers=explainers,
        health=health,
        statistics=statistics,
        packs=packs,
        lab=lab,
        events=events,
    )
    api_routes.add_to(app, context)
    http_endpoint.add_to(app, AssistantEndpoint(site, explainers, context.limits))


def _register_errors(app: FastAPI, site: SiteContext) -> None:
    async def http_error(request: Request, error: Exception) -> Response:
        page = error_pages.http_error(site, request, error) if site.settings.web.console else None
        return page or _plain_error(error)

    async def store_error(request: Request, error: Exception) -> Response:
        page = error_pages.http_error(site, request, error) if site.settings.web.console else None
        return page or _unavailable(error)

    async def nobody_left(_request: Request, _error: Exception) -> Response:
        return Response(
            status_code=400
        )  # who asked has gone: no fault of ours, and nobody reads it

    app.add_exception_handler(AnyHttpException, http_error)
    app.add_exception_handler(ClientDisconnect, nobody_left)
    app.add_exception_handler(StoreError, store_error)


def _plain_error(error: Exception) -> Response:
    """One line of text; the same for an unknown address and for an invalid token."""
    assert isinstance(error, HTTPException | AnyHttpException)  # noqa: S101 - registered for it
    sentences = {404: "Not found.", 405: "Not allowed.", 413: "Too large."}
    return Response(
        f"{sentences.get(error.status_code) or error.detail}\n",
        status_code=error.status_code,
        media_type="text/plain",
        headers=error.headers,
    )


def _unavailable(error: Exception) -> Response:
    """503: the database can't be used; nothing was changed, and the request may be repeated."""
    log.error("web.store_unavailable", extra={"error": str(error)})
    headers = {"retry-after": "60"}
    return Response("Try again later.\n", 503, headers=headers, media_type="text/plain")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningSite:
    """A site that answers requests."""

    address: str  # http://127.0.0.1:8080
    taken: str  # the address of the settings, if another program listens there
    rounds: tuple[Round, ...]  # regular work that it needs
    give_way: GiveWay  # lets pages go first


@asynccontextmanager
async def open_site(
    settings: Settings,
    *,
    clock: Callable[[], datetime],
    metrics: Metrics,
    fault_checks: Mapping[str, Callable[[], str]],
) -> AsyncIterator[RunningSite]:
    """Serve the pages at `web.listen` while the context is open.

    They use stores of their own, so that they respond while articles are judged, a mark does not
    wait for a search, and neither waits for a count.  `fault_checks` return, by name, a sentence
    about a fault of the service, or an empty text.  Raise ConfigError when the address can't be
    listened at.
    """
    web = settings.web
    sys.setswitchinterval(_TURN_SECONDS)
    if web.signup and not web.public_url:
        raise ConfigError("web.signup sends mails with a link to here: set web.public_url")
    card = topic_pack.read_card(settings)
    socket = server.bind(web.listen, or_next=may_move(web))
    with (
        closing(socket),
        _threaded_store(settings) as writing,
        _threaded_store(settings) as reading,
        _threaded_store(settings) as counting,
    ):
        site = SiteContext(
            settings=settings,
            writing=writing,
            reading=reading,
            counting=counting,
            clock=clock,
            started_at=clock(),
            counting_since=StepDetector(clock).since,
            topic=card.name,
            topics=topics.topic_titles(settings),
            theme_titles=topics.theme_titles(settings),
            fault_checks=fault_checks,
            metrics=metrics,
            stories=build.story_grouping(settings),
        )
        counting.store.before_statements(site.turns.give_way)
        explainers = ExplainerCache(settings)
        app, rounds = asgi_app(site, explainers), _rounds(site, explainers)
        async with server.serve(app, socket, proxies=web.proxies) as address:
            occupied_address = "" if server.is_at(socket, web.listen) else web.listen
            yield RunningSite(
                address=address, taken=occupied_address, rounds=rounds, give_way=site.turns.give_way
            )


@contextmanager
def _threaded_store(settings: Settings) -> Iterator[ThreadedStore]:
    """A store for the pages."""
    with (
        closing(build.StoreThread()) as run_in_thread,
        closing(build.open_store(settings, upgrade=False, cache_mb=_STORE_CACHE_MB)) as store,
    ):
        yield ThreadedStore(store, run_in_thread)


def _rounds(site: SiteContext, explainers: ExplainerCache) -> tuple[Round, ...]:
    """The regular work that these pages need."""
    rounds = []
    if site.settings.web.signup:
        rounds.append(signup.cleanup_round(site))
    if site.settings.web.console:
        rounds.append(warm_up_round(site, explainers))
    return tuple(rounds)


def may_move(web: WebSettings) -> bool:
    """Whether the pages may listen at the next free port when that of `web.listen` is taken.

    Only a console that people of this machine open may: a reverse proxy, a monitoring program or a
    container expects the pages where the settings say.
    """
    host = web.listen.rpartition(":")[0].strip("[]")
    return web.console and host in _LOOPBACK and not (web.public_url or web.hosts or web.signup)
