"""Endpoints for monitoring programs: `/healthz` and `/metrics`."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from datetime import datetime

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST

from monitor import __version__
from monitor.actions.operations import service_health
from monitor.actions.operations.service_health import HealthStatus, ServiceStatus
from monitor.domain.errors import StoreError
from monitor.text.formats import rfc3339
from monitor.web.site.context import SiteContext
from monitor.web.site.site_health import SiteHealth

log = logging.getLogger(__name__)


def routes(site: SiteContext, health: SiteHealth) -> APIRouter:
    """Both endpoints, over the one health of the site."""
    router = APIRouter()

    @router.get("/healthz")
    async def healthz() -> Response:
        try:
            status = await health.status()
        except StoreError as error:
            log.error("web.store_unavailable", extra={"error": str(error)})
            reason = error.cause or "can't be reached; the log has the reason"
            status = service_health.unreachable_database(reason)
        return health_response(status)

    @router.get("/metrics")
    async def prometheus() -> Response:
        try:
            stored = await health.metrics()
        except StoreError as error:
            log.error("web.store_unavailable", extra={"error": str(error)})
            stored = None
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
