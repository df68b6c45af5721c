"""The health of the service for all pages of a site: `/healthz`, `/metrics`, console and API.

Counting alerts and articles takes a while, monitoring programs ask often, and every open page asks
twice a minute: the store is asked at most once in `CACHE_TIME`, however many ask, and who asks for
the status soon after that does not wait for the counts.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from monitor.actions.operations.service_health import HealthStatus, health_status
from monitor.store.reports.metrics import StoreMetrics
from monitor.store.reports.work_state import WorkState
from monitor.web.site.context import SiteContext
from monitor.web.site.short_cache import ShortCache

if TYPE_CHECKING:
    from monitor.actions.operations.service_state import ServiceState, StoreFindings

CACHE_TIME = timedelta(seconds=10)
# While findings are looked for anew: the page says of when they are.
_GRACE = timedelta(minutes=2) - CACHE_TIME


class SiteHealth:
    """The status of the service, and the metrics of its store."""

    def __init__(self, site: SiteContext) -> None:
        self._site = site
        self._work = ShortCache[WorkState](site.clock, CACHE_TIME, grace=CACHE_TIME)
        self._metrics = ShortCache[StoreMetrics](site.clock, CACHE_TIME)
        self._findings = ShortCache["StoreFindings"](site.clock, CACHE_TIME, grace=_GRACE)

    async def metrics(self) -> StoreMetrics:
        """The metrics of the store, at most `CACHE_TIME` old.  Raise StoreError, never cached."""
        site = self._site
        now = site.clock()
        return await self._metrics.get(
            "metrics", lambda: site.writing.call(lambda store: store.metrics(now))
        )

    async def status(self) -> HealthStatus:
        """The status and its reasons, by counts that are at most twice `CACHE_TIME` old.

        Faults of the service are those of now.  Raise StoreError.
        """
        site, now = self._site, self._site.clock()
        stored = await self._work.get(
            "work", lambda: site.writing.call(lambda store: store.work(now))
        )
        sentences = {name: check() for name, check in site.fault_checks.items()}
        faults = {name: sentence for name, sentence in sentences.items() if sentence}
        return health_status(stored, now, started_at=site.counting_since(), faults=faults)

    async def service_state(self) -> ServiceState:
        """The state of now, with findings about the database of the last two minutes.

        Raise StoreError.
        """
        from monitor.actions.operations.service_state import service_state  # for a console only

        site, status = self._site, await self.status()
        last_findings = await self._findings.get("findings", self._find)
        read = partial(
            service_state,
            started=site.settings,
            health=status,
            last_findings=last_findings,
            now=site.clock(),
            file=site.settings.path,
        )
        return await site.read(read)

    async def _find(self) -> StoreFindings:
        from monitor.actions.operations.service_state import store_findings  # for a console only

        settings, now = self._site.settings, self._site.clock()
        return await self._site.count(
            lambda store: store_findings(store, settings, now, settings.path)
        )
