"""A console that runs, with the demo's articles or with hostile texts in every field."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.domain.alerts import PollResult
from monitor.domain.articles import Mark
from monitor.domain.feeds import Entry
from monitor.store.store import Store
from tests.contexts import watched
from tests.fakes import article, decision, feed, subscription
from tests.grouped import KILLED, arrive, figure_pack, grouping, news

_OWN = Path(__file__).parents[1] / "data" / "markup_payloads.json"
_SHARED = Path(__file__).parents[2].parent / "shared/corpora/dompurify/payloads.json"
_START_SECONDS = 30
_STORIES = 40
_SETTINGS = """
[database]
url = "sqlite:///{database}"
[web]
listen = "127.0.0.1:{port}"
console = true
public_url = "http://127.0.0.1:{port}"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningConsole:
    """Where it is, and a one-time link for an admin, an operator and an analyst."""

    address: str
    admin_link: str
    operator_link: str
    analyst_link: str


@contextmanager
def running_console(folder: Path, *, hostile: bool) -> Iterator[RunningConsole]:
    """Run a service that serves pages alone, on articles in a new database in the folder."""
    folder.mkdir(parents=True)
    if hostile:
        database = folder / "hostile.db"
        fill_with_hostile_texts(f"sqlite:///{database}")
    else:
        database = folder / "demo.db"
        _monitor("demo", "--dir", str(folder))
    port = _free_port()
    settings = folder / "monitor.toml"
    settings.write_text(_SETTINGS.format(database=database, port=port))
    command = [sys.executable, "-m", "monitor", "--config", str(settings), "run", "--role", "web"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as service:
        try:
            _wait_until_open(port, service)
            yield RunningConsole(
                address=f"http://127.0.0.1:{port}",
                admin_link=_link(settings, "Ada", "admin"),
                operator_link=_link(settings, "Otto", "operator"),
                analyst_link=_link(settings, "Mina", "analyst"),
            )
        finally:
            service.terminate()


def _link(settings: Path, name: str, role: str) -> str:
    added = _monitor("--config", str(settings), "people", "add", name, "--role", role, "--json")
    return str(json.loads(added)["link"])


def _monitor(*words: str) -> str:
    command = [sys.executable, "-m", "monitor", *words]
    return subprocess.run(
        command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ).stdout


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_until_open(port: int, service: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        with suppress(subprocess.TimeoutExpired):
            service.wait(timeout=0.1)
            break  # it has ended instead
    sys.exit("the service did not start")


def _add_hostile_stories(store: Store, texts: list[str]) -> None:
    """A story and a figure for each of some payloads, grouped as a poll does it."""
    watched(store)
    entries = [news(f"{KILLED} {text}", -number) for number, text in enumerate(texts)]
    asyncio.run(arrive(store, grouping(figure_pack()), *entries[:_STORIES]))


def payloads() -> list[str]:
    """Mark-up that must stay text: the shared corpus where it is, and our own."""
    our_payloads: list[str] = json.loads(_OWN.read_text())
    if not _SHARED.is_file():
        return our_payloads
    return [*our_payloads, *(row["payload"] for row in json.loads(_SHARED.read_text()))]


def fill_with_hostile_texts(url: str) -> None:
    """One feed and one article for each payload, which stands in every field that is shown."""
    now = datetime.now(UTC).replace(microsecond=0)
    texts = [text.replace("\x00", "") for text in payloads()]
    with Store.open(url) as store:
        feeds = [
            feed(f"{number:032x}", title=text, url=f"https://feed-{number}.example/rss")
            for number, text in enumerate(texts)
        ]
        store.feeds.add_all(feeds)
        store.subscriptions.add(subscription("s", name=texts[0][:60]))
        _add_hostile_stories(store, texts)
        for number, text in enumerate(texts):
            key = f"{number + 4096:032x}"
            stored = article(
                key,
                copy_key=key,
                feed_key=feeds[number].key,
                seen_at=now - timedelta(seconds=number),
                entry=Entry(
                    title=text,
                    text=f"{text} Kursk {text}",
                    url=f"https://news.example/?q={number}&lang=ko",
                    author=text,
                    language="en",
                    tags=(text[:60],),
                ),
                decision=replace(decision(), labels=("troops", text[:40])),
            )
            poll = replace(feeds[number].poll, last_error=text[:300])
            store.commit([PollResult(feed_key=feeds[number].key, state=poll, articles=(stored,))])
            store.marks.add(
                Mark(article_key=key, relevant=True, marked_at=now, by=text[:60], note=text)
            )
