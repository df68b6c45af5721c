"""What the pages work with: a store of their own, in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.domain.ports import RunInStore
from monitor.settings.sections import Settings
from monitor.store.store import Store
from monitor.web.site.prometheus import Metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteContext:
    """Put together by `site.open_site`."""

    settings: Settings
    store: Store
    run_in_store: RunInStore
    clock: Callable[[], datetime]
    started_at: datetime
    topic: str  # its name
    theme_titles: Mapping[str, str]
    looks: Mapping[str, Callable[[], str]]  # what is wrong with the service: a name, a sentence
    meters: Metrics
