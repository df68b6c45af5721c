"""`/healthz` and `/metrics`: for programs that watch the service."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST

from monitor import __version__
from monitor.domain.errors import StoreError
from monitor.store.reports.metrics import StoreMetrics
from monitor.text.formats import rfc3339
from monitor.web.machines import health_check
from monitor.web.machines.health_check import HealthStatus, Status
from monitor.web.site.context import SiteContext

log = logging.getLogger(__name__)

# Counting a million rows takes a while; however many ask, it is done once in so long.
FRESH = timedelta(seconds=10)


class HealthCounts:
    """The figures of a moment ago, or why there are none."""

    def __init__(self, office: SiteContext) -> None:
        self._office = office
        self._read_at = office.started_at - FRESH
        self._found: StoreMetrics | StoreError | None = None

    async def now(self) -> StoreMetrics | StoreError:
        """At most `FRESH` old; an unreachable database is asked again each time."""
        now = self._office.clock()
        if isinstance(self._found, StoreMetrics) and abs(now - self._read_at) < FRESH:
            return self._found
        try:
            self._found = await self._office.run_in_store(partial(self._office.store.metrics, now))
        except StoreError as error:
            log.error("web.store_unavailable", extra={"error": str(error)})
            self._found = error
        self._read_at = now
        return self._found


def routes(office: SiteContext) -> APIRouter:
    """Both, on one count of the database."""
    router = APIRouter()
    counts = HealthCounts(office)

    @router.get("/healthz")
    async def healthz() -> Response:
        found = await counts.now()
        if isinstance(found, StoreError):
            state = health_check.unreachable("can't be asked; the log says why")
        else:
            faults = {name: said for name, look in office.looks.items() if (said := look())}
            now = office.clock()
            state = health_check.judge(found, now, started_at=office.started_at, faults=faults)
        return answer(state)

    @router.get("/metrics")
    async def metrics() -> Response:
        found = await counts.now()
        figures = None if isinstance(found, StoreError) else found
        text = office.meters.text(figures, office.clock())
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    return router


def answer(state: HealthStatus) -> Response:
    """As JSON: 503 when a person or a restart is needed, else 200."""
    fields = {"version": __version__, **asdict(state)}
    text = json.dumps(fields, default=_instant, indent=2, ensure_ascii=False) + "\n"
    code = 503 if state.status is Status.DOWN else 200
    return Response(text, status_code=code, media_type="application/json")


def _instant(value: object) -> str:
    if isinstance(value, datetime):
        return rfc3339(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
