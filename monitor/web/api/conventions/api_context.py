"""The context of the API: the site, and what its operations share."""

from __future__ import annotations

from dataclasses import dataclass, field

from monitor.actions.as_json import JsonObject
from monitor.actions.reading.explanations import ExplainerCache
from monitor.web.api.conventions.request_limits import RequestLimits
from monitor.web.site.context import SiteContext
from monitor.web.site.event_streams import EventStreams
from monitor.web.site.pack_operations import PackOperations
from monitor.web.site.rule_lab import RuleLab
from monitor.web.site.short_cache import ShortCache
from monitor.web.site.site_health import SiteHealth


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiContext:
    """What operations need beside their request."""

    site: SiteContext
    explainers: ExplainerCache
    health: SiteHealth
    statistics: ShortCache[JsonObject]  # that many programs ask for
    packs: PackOperations
    lab: RuleLab
    events: EventStreams
    limits: RequestLimits = field(default_factory=RequestLimits)
