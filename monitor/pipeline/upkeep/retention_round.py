"""Retention round: prune what is older than the settings keep, in steps between polls."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

from monitor.domain.ports import RunInStore
from monitor.store.database.stored_states import Pruned
from monitor.store.store import Store

EVERY = timedelta(minutes=10)
MOST_STEPS = 250  # of one round: the first ones have years to prune, and polls come first

log = logging.getLogger(__name__)


class RetentionRound:
    """Prunes a part of what is too old; a poll waits for one step of it at most.

    `keep` holds how long each kind is kept; a kind that is kept for ever is left out.
    """

    def __init__(
        self, store: Store, run_in_store: RunInStore, keep: Mapping[Pruned, timedelta]
    ) -> None:
        self._store = store
        self._run_in_store = run_in_store
        self._keep = keep

    async def __call__(self, now: datetime) -> None:
        """Prune; a round that fails or is stopped is continued by the next.

        Nothing is pruned on the first day of a service, nor of a clock that was set.
        """
        if not self._keep or not await self._run_in_store(
            partial(self._store.pruning.is_credible, now)
        ):
            return
        for kind, length in self._keep.items():
            pruned = await self._prune(kind, now - length, now)
            if pruned:
                log.info("retention.pruned", extra={"kind": kind.value, "pruned": pruned})

    async def _prune(self, kind: Pruned, before: datetime, now: datetime) -> int:
        pruned = 0
        for _ in range(MOST_STEPS):
            step = await self._run_in_store(partial(self._store.pruning.step, kind, before, now))
            pruned += step.pruned
            if step.is_last:
                break
        return pruned
