"""Search index round: index the articles that were stored before, in steps between polls."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta

from monitor.domain.ports import RunInStore
from monitor.store.store import Store

EVERY = timedelta(minutes=1)
# Between two steps: who waits for the lock of a SQLite file looks again after 100 ms at most, so a
# mark or a command gets it.
PAUSE = timedelta(milliseconds=200)

log = logging.getLogger(__name__)


class IndexRound:
    """Completes the index once; a poll waits for one step of it at most."""

    def __init__(self, store: Store, run_in_store: RunInStore) -> None:
        self._store = store
        self._run_in_store = run_in_store
        self._is_complete = False

    async def __call__(self, now: datetime) -> None:
        """Index until nothing is left; a round that fails is continued by the next."""
        if not self._is_complete:
            progress = await self._run_in_store(self._store.search.progress)
            self._is_complete = progress.is_complete
        while not self._is_complete:
            progress = await self._run_in_store(self._store.search.rebuild_step)
            self._is_complete = progress.is_complete
            if not self._is_complete:
                await asyncio.sleep(PAUSE.total_seconds())
            log.info(
                "search.indexed",
                extra={"indexed": progress.indexed, "articles": progress.articles},
            )
