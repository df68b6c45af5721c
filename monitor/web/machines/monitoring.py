"""Endpoints for monitoring programs: `/healthz` and `/metrics`."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST

from monitor import __version__
from monitor.actions.operations import service_health
from monitor.actions.operations.service_health import HealthStatus, ServiceStatus
from monitor.domain.errors import StoreError
from monitor.store.reports.metrics import StoreMetrics
from monitor.text.formats import rfc3339
from monitor.web.site.context import SiteContext

log = logging.getLogger(__name__)

# Counting a million rows takes a while: however many requests come, it is done once in this time.
CACHE_TIME = timedelta(seconds=10)


class MetricsCache:
    """The metrics of the store, cached for `CACHE_TIME`, or the error of reading them."""

    def __init__(self, site: SiteContext) -> None:
        self._site = site
        self._read_at = site.started_at - CACHE_TIME
        self._cached: StoreMetrics | StoreError | None = None

    async def now(self) -> StoreMetrics | StoreError:
        """The metrics, at most `CACHE_TIME` old; an error is not cached."""
        now = self._site.clock()
        if isinstance(self._cached, StoreMetrics) and abs(now - self._read_at) < CACHE_TIME:
            return self._cached
        try:
            self._cached = await self._site.run_in_store(partial(self._site.store.metrics, now))
        except StoreError as error:
            log.error("web.store_unavailable", extra={"error": str(error)})
            self._cached = error
        self._read_at = now
        return self._cached


def routes(site: SiteContext) -> APIRouter:
    """Both endpoints, over one cache."""
    router = APIRouter()
    cache = MetricsCache(site)

    @router.get("/healthz")
    async def healthz() -> Response:
        metrics = await cache.now()
        if isinstance(metrics, StoreError):
            reason = "can't be reached; the log has the reason"
            return health_response(service_health.unreachable_database(reason))
        sentences = {name: check() for name, check in site.fault_checks.items()}
        faults = {name: sentence for name, sentence in sentences.items() if sentence}
        now = site.clock()
        status = service_health.health_status(
            metrics, now, started_at=site.counting_since(), faults=faults
        )
        return health_response(status)

    @router.get("/metrics")
    async def prometheus() -> Response:
        metrics = await cache.now()
        stored = None if isinstance(metrics, StoreError) else metrics
        text = site.metrics.text(stored, site.clock())
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    return router


def health_response(status: HealthStatus) -> Response:
    """The status as JSON; HTTP status 503 when a person or a restart is needed, else 200."""
    fields = {"version": __version__, **asdict(status)}
    text = json.dumps(fields, default=_instant, indent=2, ensure_ascii=False) + "\n"
    code = 503 if status.status is ServiceStatus.DOWN else 200
    return Response(text, status_code=code, media_type="application/json")


def _instant(value: object) -> str:
    if isinstance(value, datetime):
        return rfc3339(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
