"""Health as the console shows it: the answer of `/healthz`, asked of the store once in ten seconds.

Every open page asks for it twice a minute, and counting alerts and articles takes a while.
"""

from __future__ import annotations

from datetime import timedelta

from monitor.actions.operations.service_health import HealthStatus, health_status
from monitor.web.console.frame.short_cache import ShortCache
from monitor.web.site.context import SiteContext

CACHE_TIME = timedelta(seconds=10)


class ShownHealth:
    """The health of the service, for all pages of one site."""

    def __init__(self, site: SiteContext) -> None:
        self._site = site
        self._answers = ShortCache[HealthStatus](site.clock, CACHE_TIME)

    async def now(self) -> HealthStatus:
        """The status and its reasons, at most ten seconds old.  Raise StoreError."""
        return await self._answers.get("health", self._ask)

    async def _ask(self) -> HealthStatus:
        site, now = self._site, self._site.clock()
        metrics = await site.read(lambda store: store.metrics(now))
        sentences = {name: check() for name, check in site.fault_checks.items()}
        faults = {name: sentence for name, sentence in sentences.items() if sentence}
        return health_status(metrics, now, started_at=site.counting_since(), faults=faults)
