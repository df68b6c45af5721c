"""Warm-up of the console: what the first request of a page would load is loaded after the start.

The templates, the first page of the queue and what the places prepare once; the pack that
explains decisions now, and again after a promotion.  A page waits for one step at most.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from monitor.actions.reading import flagged
from monitor.actions.reading.explanations import ExplainerCache
from monitor.actions.reading.flagged import QueueRequest
from monitor.domain.errors import MonitorError
from monitor.runtime import process_memory
from monitor.runtime.service import Round
from monitor.store.store import Store
from monitor.web.console.frame.rendering import compile_template, template_names
from monitor.web.site.context import SiteContext

_EVERY = timedelta(minutes=1)


def warm_up_round(site: SiteContext, explainers: ExplainerCache) -> Round:
    """Load at the start; then look every minute whether another pack is in use.

    What the start, a download or a trial needed for a moment is given back.
    """
    remaining = template_names()
    preparations = list(site.preparations)

    async def work(now: datetime) -> None:
        def ask_for_queue(store: Store) -> None:
            flagged.flagged_queue(store, QueueRequest(), now)

        if remaining:
            await site.read(ask_for_queue)
        while remaining:
            await site.read(lambda store: compile_template(remaining.pop()))
        with suppress(MonitorError):  # pages and `/healthz` say which pack can't be used, and why
            await site.read(lambda store: explainers.explainer())
        while preparations:
            with suppress(MonitorError):  # the page itself says why
                await preparations.pop(0)()
        await site.read(lambda store: process_memory.collect_for_pages())
        await site.read(lambda store: process_memory.return_free_pages())

    return Round(name="warm-up", every=_EVERY, work=work)
