"""Console benchmark: latency of every page, memory, size of the first view, cost of strips.

    python -m tests.bench.console --articles 100000

fills a database as a month of service leaves it (on SQLite and on PostgreSQL), starts the real
service with a console, and asks every place: once while the service has nothing else to do, once
while it polls 500 feeds and judges what they bring.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import create_engine, make_url, text

from monitor.store.store import Store
from monitor.web.console.frame.navigation import PLACES
from tests.bench.console import service as console_service
from tests.bench.console import strip_cost
from tests.bench.console.filled_store import Filling, fill
from tests.bench.console.service import ConsoleService
from tests.bench.measure import Failed
from tests.bench.publishers import loopback_hosts, serving
from tests.store_fixtures import serving as postgresql_server

FEEDS = 500
ENTRIES = 80  # that each feed has, and the service judges while pages are asked for
HOSTS = 50
# Milliseconds: idle, and while articles are judged.
LIMITS = {"sqlite": (50, 100), "postgresql": (120, 200)}
MOST_MEMORY_MB, MOST_FIRST_VIEW_BYTES = 25, 40_000
_ACTIVE_SESSIONS = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()"
)
TRIAL = "/console/keywords/trial"
# Beside the places of the navigation.
ADDRESSES = (
    "/console/?show=all",
    "/console/?show=near",
    "/console/?q=lang:ko",
    "/console/flagged.json",
    "/console/flagged.csv",
    "/console/flagged.atom",
    "/console/live",
    TRIAL,
    "/console/search?q=kursk",
    "/console/search?q=%EB%B6%81%ED%95%9C%EA%B5%B0+theme:troops",
    "/console/dashboard?since=7d",
    "/console/dashboard?at=55",
    "/console/dashboard.json",
    "/console/dashboard/feeds",
    "/console/dashboard/volume.csv",
    "/console/dashboard/scores.json",
    "/console/settings.json",
)
# Sent while they are read, whatever their length: the time is that to the first part.  A whole one
# takes longer than all other pages together, so it is asked for in the first turns alone.
DOWNLOADS = ("/console/flagged.csv",)
DOWNLOAD_TURNS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTimes:
    """Milliseconds of one address; the first request fills caches."""

    address: str
    first: float
    p50: float
    p95: float
    most: float
    processor: float  # what the service spent on one of these requests, in all its threads
    bytes: int


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.console", description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000, help="stored (default 100000)")
    parser.add_argument("--requests", type=int, default=100, help="of each page (default 100)")
    parser.add_argument(
        "--database", choices=[*LIMITS, "both"], default="both", help="default: both"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there, too")
    chosen = parser.parse_args(arguments)
    if chosen.articles < 1_000 or chosen.requests < 5:
        parser.error("articles start at 1000, requests at 5")
    return chosen


def main() -> int:
    chosen = options()
    databases = list(LIMITS) if chosen.database == "both" else [chosen.database]
    figures: dict[str, object] = {}
    missed: list[str] = []
    for database in databases:
        with tempfile.TemporaryDirectory(prefix="watchpost-console-") as place:
            figures[database] = measure(database, Path(place), chosen, missed)
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=1) + "\n")
    for line in missed:
        show(f"MISSED  {line}")
    show("every limit is met" if not missed else f"{len(missed)} limits are missed")
    return 1 if missed else 0


def measure(
    database: str, folder: Path, chosen: argparse.Namespace, missed: list[str]
) -> dict[str, object]:
    """All figures of one database."""
    hosts = loopback_hosts(HOSTS)
    with database_address(database, folder) as url, serving(FEEDS, ENTRIES, hosts) as publishers:
        say(f"{database}: filling {chosen.articles:,} articles")
        filling = Filling(
            articles=chosen.articles,
            until=datetime.now(UTC),
            addresses=tuple(publishers.addresses()),
        )
        with Store.open(url, upgrade=True) as store:
            fill(store, filling)
            store.refresh_statistics()  # as `monitor run` does every few seconds
        limits = LIMITS[database]
        with console_service.running(folder, settings_text(url), role="web") as service:
            service.sign_in(folder)
            view = first_view(service, missed)
            with activity_of(url) as is_busy:
                seconds = service.wait_until_idle(is_busy)
            show(f"warm-up: {seconds:.0f} s until it has nothing else to do")
            service.finish_trial(TRIAL)
            idle = times_of(service, chosen.requests)
        report(f"{database}, {chosen.articles:,} articles, nothing else to do", idle)
        check(idle, limits[0], f"{database}, idle", missed)
        busy, work = while_judging(folder, url, chosen.requests)
        report(f"{database}, while {work}", busy)
        check(busy, limits[1], f"{database}, while articles are judged", missed)
        memory = memory_cost(folder, url, missed)
        strips = strip_cost.measure(url)
        show(strips.line)
    return {
        "idle": [asdict(page) for page in idle],
        "busy": [asdict(page) for page in busy],
        "first_view": view,
        "memory": memory,
        "strips": asdict(strips),
    }


@contextmanager
def database_address(name: str, folder: Path) -> Iterator[str]:
    """The address of an empty database."""
    if name == "sqlite":
        yield f"sqlite:///{folder / 'watchpost.db'}"
        return
    with postgresql_server() as server, server.database() as url:
        yield url


@contextmanager
def activity_of(url: str) -> Iterator[Callable[[], bool]]:
    """Asks whether a server works for the service now; SQLite works within the service."""
    if make_url(url).get_backend_name() == "sqlite":
        yield lambda: False
        return
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield lambda: bool(connection.scalar(_ACTIVE_SESSIONS))
    engine.dispose()


def settings_text(url: str, *, console: bool = True) -> str:
    """The settings of the service; it may poll the publishers of this machine."""
    return (
        f'[database]\nurl = "{url}"\n[poll]\nevery = "1m"\nfastest = "1m"\n'
        '[egress]\nallow = ["127.0.0.0/8"]\n'
        f'[web]\nlisten = "127.0.0.1:{free_port()}"\nconsole = {str(console).lower()}\n'
    )


def free_port() -> int:
    """A port that nobody listens at now."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def addresses(service: ConsoleService) -> list[str]:
    """The places of the navigation, and the other pages; an article's page among them."""
    queue = json.loads(service.ask("/console/flagged.json").body)
    article = [f"/console/articles/{queue['items'][0]['key']}"] if queue["items"] else []
    return [*(place.address for place in PLACES), *ADDRESSES, *article]


def times_of(service: ConsoleService, requests: int) -> list[PageTimes]:
    """Each page so many times, one after the other in turns."""
    pages = addresses(service)
    milliseconds: dict[str, list[float]] = {page: [] for page in pages}
    spent = dict.fromkeys(pages, 0.0)
    sizes: dict[str, int] = {}
    for turn in range(requests):
        for page in pages:
            if page in DOWNLOADS and turn >= DOWNLOAD_TURNS:
                continue
            before = service.run_milliseconds()
            reply = service.ask(page)
            if reply.status != 200:
                raise Failed(f"{page} was answered with {reply.status}")
            seconds = reply.begins if page in DOWNLOADS else reply.seconds
            milliseconds[page].append(seconds * 1_000)
            spent[page] += service.run_milliseconds() - before
            sizes[page] = len(reply.body)
        if turn % 20 == 0:
            say(f"  turn {turn} of {requests}")
    return [
        page_times(page, milliseconds[page], spent[page] / len(milliseconds[page]), sizes[page])
        for page in pages
    ]


def page_times(page: str, milliseconds: list[float], spent: float, size: int) -> PageTimes:
    in_order = sorted(milliseconds)
    return PageTimes(
        address=re.sub(r"[0-9a-f]{20,}", "KEY", page),
        first=milliseconds[0],
        p50=statistics.median(in_order),
        p95=in_order[-(-len(in_order) * 95 // 100) - 1],
        most=in_order[-1],
        processor=spent,
        bytes=size,
    )


def while_judging(folder: Path, url: str, requests: int) -> tuple[list[PageTimes], str]:
    """The same while the whole service polls the feeds and judges all that they have."""
    stored = count_articles(url)
    with console_service.running(folder, settings_text(url), role="all") as service:
        service.sign_in(folder)
        processor = service.processor_seconds()
        times = times_of(service, requests)
        spent = service.processor_seconds() - processor
    new_articles = count_articles(url) - stored
    return times, f"{new_articles:,} new articles are judged, {spent:.0f} s of processor time"


def count_articles(url: str) -> int:
    """The stored articles."""
    with Store.open(url) as store:
        return store.counts().articles


def memory_cost(folder: Path, url: str, missed: list[str]) -> dict[str, float]:
    """What the console adds to a service that polls nothing meanwhile: used, less without it.

    Both run for the same time: the store of the rounds fills its cache in the first minute.
    """
    with Store.open(url) as store:
        for feed in store.feeds.list():
            store.feeds.set_paused(feed.key, True, datetime.now(UTC))
    sizes = {}
    began = time.monotonic()
    with console_service.running(folder, settings_text(url), role="all") as service:
        service.sign_in(folder)
        for page in addresses(service) * 3:
            service.ask(page)
        sizes["with"] = service.resident_mb()
    seconds = time.monotonic() - began
    plain = settings_text(url, console=False)
    with console_service.running(folder, plain, role="all") as service:
        service.ask("/healthz")
        service.runs_for(seconds)
        sizes["without"] = service.resident_mb()
    added = sizes["with"] - sizes["without"]
    show(
        f"memory: {sizes['without']:.0f} MB without console, {sizes['with']:.0f} MB with one that"
        f" was used: {added:+.1f} MB (at most {MOST_MEMORY_MB})"
    )
    if added > MOST_MEMORY_MB:
        missed.append(f"memory: {added:.1f} MB, at most {MOST_MEMORY_MB}")
    return sizes | {"added": added}


def first_view(service: ConsoleService, missed: list[str]) -> dict[str, int]:
    """The gzip size of the first page with all that it loads, and requests to other hosts."""
    page = service.ask("/console/").body
    html = page.decode()
    loads = re.findall(r'<(?:link|script|img)\b[^>]*\b(?:href|src)="([^"]+)"', html)
    foreign = [link for link in loads if urlsplit(link).netloc]
    links = [link for link in dict.fromkeys(loads) if not urlsplit(link).netloc]
    size = sum(len(service.ask(link, encoding="gzip").body) for link in ("/console/", *links))
    show(
        f"first view: {size:,} bytes as sent with gzip, {1 + len(links)} requests, {len(foreign)}"
        f" of them to other hosts (at most {MOST_FIRST_VIEW_BYTES:,} bytes and none)"
    )
    if size > MOST_FIRST_VIEW_BYTES:
        missed.append(f"first view: {size:,} bytes, at most {MOST_FIRST_VIEW_BYTES:,}")
    if foreign:
        missed.append(f"first view: loads {', '.join(foreign)}")
    return {"gzip_bytes": size, "requests": 1 + len(links), "foreign": len(foreign)}


def report(title: str, pages: list[PageTimes]) -> None:
    show(f"\n{title}, ms")
    show(f"{'':60} {'first':>7} {'p50':>7} {'p95':>7} {'most':>7} {'CPU':>7} {'kB':>6}")
    for page in sorted(pages, key=lambda each: -each.p95):
        show(
            f"{page.address:60} {page.first:7.1f} {page.p50:7.1f} {page.p95:7.1f} {page.most:7.1f}"
            f" {page.processor:7.1f} {page.bytes / 1_000:6.1f}"
        )


def check(pages: list[PageTimes], limit: float, where: str, missed: list[str]) -> None:
    missed += [
        f"{where}: p95 of {page.address} is {page.p95:.0f} ms, at most {limit:.0f}"
        for page in pages
        if page.p95 > limit
    ]


def say(line: str) -> None:
    """Print progress to standard error; standard output has the figures only."""
    sys.stderr.write(f"{line}\n")


def show(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failed:
        sys.exit(f"bench: {failed}")
