"""Planner statistics round: analyse the tables of PostgreSQL that grew much, beside the polls."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from monitor.domain.ports import RunInStore
from monitor.store.store import Store

# Autovacuum looks once a minute; a first poll stores 10,000 articles in that time.
EVERY = timedelta(seconds=10)

log = logging.getLogger(__name__)


class StatisticsRound:
    """Looks whether statistics are outdated, which takes a millisecond, and analyses if so.

    To analyse 100,000 articles takes seconds: it is done with a store that `open_store` opens, so
    that neither a poll nor a delivery waits.
    """

    def __init__(
        self, store: Store, run_in_store: RunInStore, open_store: Callable[[], Store]
    ) -> None:
        self._store = store
        self._run_in_store = run_in_store
        self._open_store = open_store

    async def __call__(self, now: datetime) -> None:
        """Analyse what is outdated; most rounds find nothing."""
        if await self._run_in_store(self._store.outdated_statistics):
            tables = await asyncio.to_thread(self._refresh)
            log.info("database.analysed", extra={"tables": tables})

    def _refresh(self) -> list[str]:
        with self._open_store() as store:
            return store.refresh_statistics()
