"""From a real feed to an alert someone receives, through the command line alone."""

from __future__ import annotations

import json
import re
import signal
import threading
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.service.conftest import Letterbox, Monitor
from tests.service.publisher import Publisher, opml, rss

SHARED = Path(__file__).parents[2].parent / "shared" / "feeds"
TOLD = "North Korea sends 1,000 deminers and 5,000 military builders to Russia's Kursk region"
ALSO = "Shoigu meets Kim Jong Un in Pyongyang, North Korean sappers to follow to Kursk"
DULL = "Council approves new bus lanes for the city centre"


def real_feeds() -> list[Path]:
    folders = ("publisher", "generated_ru", "generated_ja", "reconstructed", "fixtures")
    return sorted(
        path
        for folder in folders
        for path in (SHARED / folder).rglob("*")
        if path.is_file() and path.suffix in {".xml", ".rss", ".atom", ".rdf"}
    )


def mails_to(letterbox: Letterbox) -> dict[str, str]:
    return {
        "MONITOR_EMAIL__HOST": "127.0.0.1",
        "MONITOR_EMAIL__PORT": str(letterbox.port),
        "MONITOR_EMAIL__TLS": "none",
        "MONITOR_EMAIL__SENDER": "Watchpost <alerts@watch.example>",
    }


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real feeds are not beside the checkout")
def test_real_feeds_are_read_judged_and_alerted_once(
    monitor: Monitor, publisher: Publisher, letterbox: Letterbox
):
    monitor = Monitor(monitor.folder, mails_to(letterbox))
    paths = real_feeds()
    manifest = json.loads((SHARED / "manifest.json").read_text(encoding="utf-8"))
    malformed = {row["file"] for row in manifest if row.get("well_formed") is False}
    urls = {}
    for number, path in enumerate(paths):
        urls[publisher.publish(f"/{number}", path.read_bytes())] = str(path.relative_to(SHARED))
    (monitor.folder / "all.opml").write_text(opml(*urls), encoding="utf-8")
    assert monitor.json("feeds", "import", "all.opml")["added"] == len(urls)
    address, hook = publisher.hook("/hook")
    secret = monitor.json("subscriptions", "add", "program", "--webhook", address)["secret"]
    monitor("subscriptions", "add", "reader", "--email", "reader@watch.example")

    first = monitor.json("poll", "--all", "--alert-backlog")
    assert first["feeds"] == len(urls)
    assert first["new"] > 2_000
    assert first["flagged"] > 10
    delivered = monitor.json("deliver")
    assert delivered == {"sent": first["alerts"], "later": 0, "dead": 0}

    states = {urls[feed["url"]]: feed for feed in monitor.json("feeds", "list")}
    bad = {
        name: feed["last_error"]
        for name, feed in states.items()
        # the documents are of years ago: some are read well and known to be silent since
        if feed["state"] not in ("ok", "empty", "silent") and name not in malformed
    }
    assert not bad
    flagged = monitor.json("articles", "list", "--flagged", "--limit", "10000")
    bodies = hook.bodies(secret)
    assert {body["data"]["article"]["key"] for body in bodies} <= {a["key"] for a in flagged}
    assert len(hook.ids) == len(set(hook.ids)) == len(letterbox.ids) == first["alerts"] / 2

    second = monitor.json("poll", "--all", "--alert-backlog")
    assert (second["new"], second["alerts"]) == (0, 0)
    assert monitor.json("deliver") == {"sent": 0, "later": 0, "dead": 0}
    assert len(hook.calls) == len(letterbox.letters) == first["alerts"] / 2


def test_news_after_the_first_poll_arrives_by_mail_and_by_webhook_with_the_reason(
    monitor: Monitor, publisher: Publisher, letterbox: Letterbox
):
    monitor = Monitor(monitor.folder, mails_to(letterbox))
    url = publisher.publish("/feed", rss(DULL))
    feed = monitor.json("feeds", "add", url)["key"]
    address, hook = publisher.hook("/hook")
    secret = monitor.json("subscriptions", "add", "program", "--webhook", address)["secret"]
    monitor("subscriptions", "add", "reader", "--email", "reader@watch.example")
    assert monitor.json("poll")["alerts"] == 0

    publisher.publish("/feed", rss(TOLD, DULL))
    counts = monitor.json("poll", "--feed", url)
    assert (counts["new"], counts["flagged"], counts["alerts"]) == (1, 1, 2)
    assert monitor.json("deliver") == {"sent": 2, "later": 0, "dead": 0}

    (body,) = hook.bodies(secret)
    assert body["type"] == "article.flagged"
    data = body["data"]
    assert set(data) >= {"alert", "subscription", "article", "decision"}
    assert set(data["article"]) >= {
        "key", "url", "title", "summary", "language", "feed", "published_at", "seen_at",
    }  # fmt: skip
    assert set(data["decision"]) >= {
        "score", "relevant", "themes", "terms", "rules", "pack", "config",
    }  # fmt: skip
    assert data["article"]["title"] == TOLD
    assert data["article"]["feed"] == feed
    assert data["decision"]["themes"]["labour"] > 0.5

    (letter,) = letterbox.letters
    assert letter["To"] == "reader@watch.example"
    assert data["decision"]["pack"].startswith("dprk-russia@")
    explained = monitor.json("explain", data["article"]["key"])
    assert explained["decision"]["relevant"] is True
    assert explained["decision"]["terms"]
    assert all(match["why"].startswith("sent at ") for match in explained["subscriptions"])
    assert len(explained["subscriptions"]) == 2


def test_a_failed_delivery_is_retried_with_the_same_id(monitor: Monitor, publisher: Publisher):
    url = publisher.publish("/feed", rss(DULL))
    monitor("feeds", "add", url)
    address, hook = publisher.hook("/hook", 500, 204)
    monitor("subscriptions", "add", "program", "--webhook", address)
    monitor("poll")
    publisher.publish("/feed", rss(TOLD, DULL))
    monitor("poll", "--feed", url)
    assert monitor.json("deliver") == {"sent": 0, "later": 1, "dead": 0}
    (alert,) = monitor.json("deliveries", "list", "--state", "pending")
    monitor("deliveries", "retry", alert["key"])
    assert monitor.json("deliver") == {"sent": 1, "later": 0, "dead": 0}
    assert hook.ids == [alert["key"]] * 2
    (done,) = monitor.json("deliveries", "list")
    assert [attempt["outcome"] for attempt in done["attempts"]] == ["later", "sent"]


def test_two_processes_never_send_the_same_alert(monitor: Monitor, publisher: Publisher):
    stories = [f"North Korean troops in Kursk: dispatch {number}" for number in range(60)]
    monitor("feeds", "add", publisher.publish("/feed", rss(*stories)))
    address, hook = publisher.hook("/hook")
    every = ("--repeat", "every")  # the dispatches are one story
    monitor("subscriptions", "add", "program", "--webhook", address, *every)
    alerts = monitor.json("poll", "--alert-backlog")["alerts"]
    assert alerts > 30
    processes = [monitor.start("deliver", "--json") for _ in range(2)]
    counts = [json.loads(process.communicate(timeout=120)[0]) for process in processes]
    assert sum(count["sent"] for count in counts) == alerts
    assert len(hook.ids) == len(set(hook.ids)) == alerts


def test_the_service_polls_delivers_and_ends_on_sigterm(monitor: Monitor, publisher: Publisher):
    monitor = Monitor(monitor.folder, {"MONITOR_POLL__TICK": "1s", "MONITOR_POLL__EVERY": "1s"})
    url = publisher.publish("/feed", rss(DULL))
    monitor("feeds", "add", url)
    address, hook = publisher.hook("/hook")
    monitor("subscriptions", "add", "program", "--webhook", address)
    arrived = threading.Event()
    hook.calls = _Noticed(arrived)
    service = monitor.start("run", "--log", "json")
    try:
        lines = _until(service, '"poll.done"')
        publisher.publish("/feed", rss(ALSO, DULL))
        assert arrived.wait(timeout=60)
    finally:
        service.send_signal(signal.SIGTERM)
        _, rest = service.communicate(timeout=15)
    assert service.returncode == 0
    events = [json.loads(line)["event"] for line in [*lines, *rest.splitlines()]]
    assert events[0] == "service.started"
    assert events[-1] == "service.stopped"
    assert {"poll.done", "article.flagged"} <= set(events)
    assert len(hook.calls) == 1


class _Noticed(list):
    """A list that says when something came."""

    def __init__(self, arrived: threading.Event) -> None:
        super().__init__()
        self._arrived = arrived

    def append(self, item: object) -> None:
        super().append(item)
        self._arrived.set()


def _until(process, mark: str) -> list[str]:
    """The lines of standard error up to the one with the mark."""
    lines = []
    for line in process.stderr:
        lines.append(line)
        if mark in line:
            return lines
    raise AssertionError(f"it ended before {mark}: {lines}")


def test_exported_feeds_equal_the_imported_ones(monitor: Monitor, publisher: Publisher):
    urls = [publisher.publish(f"/{number}", rss(DULL)) for number in range(3)]
    for url in urls:
        monitor("feeds", "add", url, "--tag", "Wires", "--lang", "en")
    document = monitor("feeds", "export")
    outlines = ElementTree.fromstring(document).iter("outline")
    assert [o.get("xmlUrl") for o in outlines if o.get("xmlUrl")] == urls


def test_a_test_message_reports_the_real_outcome(monitor: Monitor, publisher: Publisher):
    good, _ = publisher.hook("/good")
    bad, _ = publisher.hook("/bad", 404)
    monitor("subscriptions", "add", "good", "--webhook", good)
    monitor("subscriptions", "add", "bad", "--webhook", bad)
    assert monitor.json("subscriptions", "test", "good")["ok"] is True
    refused = monitor.try_("subscriptions", "test", "bad", "--json")
    assert refused.returncode == 1
    assert re.search("404", json.loads(refused.stdout)["answer"])
