"""Export as a job: articles are written to a file that any web process offers for download.

It takes the options of `monitor export`, by the same names.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.actions.jobs.job_site import JobSite
from monitor.actions.option_values import parse_duration
from monitor.actions.reading.articles import check_theme
from monitor.actions.reading.exports import (
    MAX_FEED_ITEMS,
    ExportFormat,
    ExportRequest,
    export_articles,
)
from monitor.actions.subscribing.subscriptions import find_subscription
from monitor.domain.alerts import Subscription
from monitor.domain.jobs.job import Job
from monitor.domain.tiers import Tier
from monitor.runtime import topics

if TYPE_CHECKING:
    from monitor.settings.sections import Settings
    from monitor.store.store import Store

OPTIONS: Mapping[str, str] = {
    "format": f"by default jsonl; atom and jsonfeed have the newest {MAX_FEED_ITEMS} articles",
    "since": "only articles seen within this time before the request, as 7d",
    "theme": "only articles of this theme",
    "subscription": "only articles that this subscription (name or key) asks for",
    "tier": "only articles of this tier",
    "all": "yes: include rejected articles",
}
CHOICES: Mapping[str, tuple[str, ...]] = {
    "format": tuple(ExportFormat),
    "tier": tuple(Tier),
    "all": ("yes", "no"),
}
_ENDINGS = {
    ExportFormat.ATOM: "atom",
    ExportFormat.JSONFEED: "json",
    ExportFormat.CSV: "csv",
    ExportFormat.JSONL: "jsonl",
}
_ARTICLES_PER_STEP = 500


def check(store: Store, settings: Settings, options: Mapping[str, str], _now: datetime) -> None:
    """Raise InvalidOption for a wrong span or theme, ConfigError for an unknown subscription."""
    _length(options)
    check_theme(options.get("theme") or None, settings)
    _subscription(store, options)


def basis(settings: Settings, options: Mapping[str, str]) -> str:
    """The topics, whose names and themes the file has."""
    return "topics " + ", ".join(topics.settings_by_topic(settings))


def run(site: JobSite, job: Job) -> Mapping[str, object]:
    """Write the file; its name, its size in bytes and its SHA-256.

    Raise ConfigError when it gets too large.
    """
    request = _request(site.store, job.options, job.asked_at)
    site.step("counting articles")
    total = site.store.articles.count(since=request.since, flagged=request.flagged)

    def follow(articles: int) -> None:
        if articles % _ARTICLES_PER_STEP == 0:
            site.step("writing articles", min(articles, total), total)

    pieces = export_articles(site.store, request, site.settings, site.clock(), on_progress=follow)
    ending = _ENDINGS[request.format]
    file = site.make_file(f"articles-{job.asked_at:%Y-%m-%d}.{ending}", pieces)
    return {"file": file.name, "bytes": file.size, "sha256": file.sha256}


def _request(store: Store, options: Mapping[str, str], asked_at: datetime) -> ExportRequest:
    """What the options ask for.  Raise InvalidOption, ConfigError."""
    length = _length(options)
    return ExportRequest(
        format=ExportFormat(options.get("format") or ExportFormat.JSONL),
        since=asked_at - length if length else None,
        theme=options.get("theme") or None,
        subscription=_subscription(store, options),
        include_rejected=options.get("all") == "yes",
        tier=Tier(options["tier"]) if options.get("tier") else None,
    )


def _length(options: Mapping[str, str]) -> timedelta | None:
    since = options.get("since")
    return parse_duration(since, "since") if since else None


def _subscription(store: Store, options: Mapping[str, str]) -> Subscription | None:
    name = options.get("subscription")
    return find_subscription(store, name) if name else None
