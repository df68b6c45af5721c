"""Editing the configuration of a service that runs: in force within 5 s, or refused, never half."""

from __future__ import annotations

import json
import random
import signal
import time
import tomllib
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from monitor.domain.feeds import Entry, Parsed
from monitor.pipeline import poll
from monitor.pipeline.poll_context import Current
from monitor.runtime import build, topic_pack
from monitor.runtime.live_changes.reload import SettingsReload
from monitor.settings import loader
from monitor.store.store import Store
from tests.contexts import claimed, poll_context
from tests.fakes import NOW, FakeParser, feed, fetched, subscription
from tests.service.conftest import Monitor
from tests.service.publisher import Publisher, rss

GOOD = "[[keywords.rules]]\nname = 'rain'\nany = ['rain']\naction = 'flag'\n"
RAIN, SNOW, DULL = "Heavy rain in Ohio", "Heavy snow in Ohio", "Council plans new bus lanes"
GUARDS = "Pyongyang's Pokpung guards seen in Belgorod"
WITHIN = 5.0  # seconds


# ── two hundred mistakes ─────────────────────────────────────────────────────────────────────────


def cut_short(chance: random.Random) -> str:
    """The good text, ended where it is not TOML any more."""
    while True:
        text = GOOD[: chance.randrange(1, len(GOOD))]
        with suppress(tomllib.TOMLDecodeError):
            tomllib.loads(text)
            continue
        return text


def rule(line: str) -> str:
    action = "" if line.startswith("action") else "action = 'flag'\n"
    return f"{GOOD}\n[[keywords.rules]]\nname = 'snow'\nany = ['snow']\n{action}{line}\n"


MISTAKES: list[Callable[[random.Random], str | bytes]] = [
    cut_short,
    lambda chance: GOOD + chance.choice(["[", "x = ", "]]", '"""', "= 1", "[topic]\n[topic]\n"]),
    lambda chance: GOOD + f"[poll]\n{''.join(chance.choices('abcxyz', k=6))} = 1\n",
    lambda chance: GOOD + f"[{''.join(chance.choices('abcxyz', k=6))}]\n",
    lambda chance: GOOD + f"[topic]\nthreshold = {chance.choice(['nan', '2', '-1', '[]'])}\n",
    lambda chance: GOOD + f"[poll]\ntimeout = {chance.choice(['5', '0', '-1', '1.5'])}\n",
    lambda chance: GOOD + "[topic]\npack = 'nowhere'\n",
    lambda chance: GOOD + f"[topic.lexicon]\n{chance.choice(['NOWHERE', 'troops'])} = ['x']\n",
    lambda chance: GOOD + f"[topic.lexicon]\nTROOPS = {chance.choice(['3', '[3]', '[]*', '*'])}\n",
    lambda chance: rule(f"regex = '{chance.choice(['(', '[a', '(?=x)', 'a{9999}', 'x**'])}'"),
    lambda chance: rule(f"theme = 'theme{chance.randrange(9)}'"),
    lambda chance: rule("none = ['snow']"),
    lambda chance: rule(f"boost = {chance.uniform(0.1, 1):.2f}"),
    lambda chance: rule("action = 'boost'"),
    lambda chance: rule(f"all = ['{chance.choice(['', '*', 'a*b', '* *'])}']"),
    lambda chance: GOOD + GOOD,
    lambda chance: GOOD.encode() + bytes(chance.choices(range(128, 192), k=5)),
    lambda chance: "x = " + "[" * chance.randrange(5_000, 9_000),
]  # fmt: skip


async def test_no_bad_edit_of_two_hundred_takes_effect_and_no_alert_is_sent_twice(
    store: Store, tmp_path: Path
):
    chance = random.Random(20_250_617)
    file = tmp_path / "monitor.toml"
    file.write_text(GOOD)
    started = loader.load(file, environment={})
    pack = topic_pack.load_pack(started)
    reload = SettingsReload(
        file, started, role="all", update=partial(build.live_settings, packs={pack.name: pack})
    )
    first = build.live_settings(started, {pack.name: pack})
    context = replace(poll_context(store), live=Current(first))
    store.feeds.add(feed())
    store.subscriptions.add(subscription())
    titles = [DULL]
    for number in range(200):
        mistake = MISTAKES[number % len(MISTAKES)](chance)
        file.write_bytes(mistake.encode() if isinstance(mistake, str) else mistake)
        assert [reload.look(), reload.look()] == [None, None], mistake
        if number % 20 == 0:
            titles += [f"{RAIN} {number}", f"{SNOW} {number}"]
            context = replace(context, parser=FakeParser(**{f"{number}": document(titles)}))
            await polled(context, store, f"{number}", number)
    alerted = [alert.article_keys[0] for alert in store.outbox.list(limit=1_000)]
    titles_by_key = {article.key: article.entry.title for article in store.articles.oldest_first()}
    assert sorted(titles_by_key[key] for key in alerted) == sorted(
        title
        for title in titles
        if RAIN in title and title != f"{RAIN} 0"  # the first is backlog
    )
    assert first.topics[0].classifier.judge([Entry(title=GUARDS)])[0].score < 0.5
    file.write_text(GOOD.replace("rain", "snow") + "[topic.lexicon]\nTROOPS = ['Pokpung guard*']\n")
    assert reload.look() is None
    amended = reload.look()
    assert amended.topics[0].classifier.judge([Entry(title=GUARDS)])[0].score > 0.5
    hits = amended.topics[0].rules.hits(Entry(title=SNOW))
    assert [hit.rule for hit in hits] == ["snow"]
    assert amended.config == loader.load(file, environment={}).decision_digest != first.config


def document(titles: list[str]) -> Parsed:
    entries = [Entry(title=title, url=f"https://f.example/{hash(title)}") for title in titles]
    return Parsed(title="F", entries=tuple(entries))


async def polled(context, store: Store, body: str, number: int) -> None:
    """Poll the feed an hour later for each number, answering with this document."""
    answering = replace(context, fetcher=poll_context(store, f=[fetched(body)]).fetcher)
    now = NOW + number * (NOW - NOW.replace(hour=11))
    await poll.poll(claimed(store, "f", at=now), now, answering)


# ── the service itself ───────────────────────────────────────────────────────────────────────────


class Lines:
    """The events of a service, as they come."""

    def __init__(self, service) -> None:
        self._service = service
        self.seen: list[dict] = []

    def until(self, event: str, *, after: float = 60.0) -> dict:
        """The next event of this name; it must come within so many seconds."""
        started = time.monotonic()
        for line in self._service.stderr:
            self.seen.append(json.loads(line))
            in_time = time.monotonic() - started < after
            if self.seen[-1]["event"] == event and in_time:
                return self.seen[-1]
            assert in_time, f"no {event} within {after} s: {self.seen[-5:]}"
        raise AssertionError(f"it ended before {event}: {self.seen}")

    def until_true(self, condition: Callable[[], bool], *, after: float = 60.0) -> None:
        """Read on until the condition holds: an alert may be sent before its poll is logged."""
        started = time.monotonic()
        while not condition():
            assert time.monotonic() - started < after, self.seen[-5:]
            self.seen.append(json.loads(self._service.stderr.readline()))


def health(pages: str) -> dict:
    """What `/healthz` answers."""
    with urllib.request.urlopen(f"{pages}/healthz", timeout=10) as answer:
        return json.loads(answer.read())


@pytest.fixture
def quick(monitor: Monitor) -> Monitor:
    """It asks its feeds every second, and serves its pages."""
    intervals = {"POLL__TICK": "1s", "POLL__EVERY": "1s", "WEB__LISTEN": "127.0.0.1:0"}
    return Monitor(monitor.folder, {f"MONITOR_{name}": value for name, value in intervals.items()})


def test_an_edit_is_in_force_within_five_seconds_and_a_bad_one_is_refused(
    quick: Monitor, publisher: Publisher
):
    url = publisher.publish("/feed", rss(DULL))
    quick("feeds", "add", url)
    address, hook = publisher.hook("/hook")
    words = ("subscriptions", "add", "program", "--webhook", address, "--repeat", "every")
    secret = quick.json(*words)["secret"]
    file = quick.folder / "monitor.toml"
    service = quick.start("run", "--log", "json")
    try:
        lines = Lines(service)
        pages = lines.until("web.started")["address"]
        lines.until("poll.done")
        assert health(pages)["status"] == "ok"

        file.write_text(GOOD)
        applied = lines.until("config.taken", after=WITHIN)
        assert applied["changed"] == "keywords.rules"
        lines.until("poll.done")  # the next poll judges by it
        publisher.publish("/feed", rss(RAIN, DULL))
        flagged = lines.until("article.flagged")
        assert flagged["title"] == RAIN
        explained = quick.json("explain", flagged["key"])["decision"]
        assert (explained["reason"], explained["config"]) == ("flagged", applied["config"])

        file.write_text(GOOD.replace("'rain']", "'snow'"))  # half written, and never finished
        refused = lines.until("config.refused", after=WITHIN)
        assert "not valid TOML" in refused["error"]
        doctor = quick.try_("doctor")
        assert doctor.returncode == 2
        assert "not valid TOML" in doctor.stderr
        assert f"process {service.pid}, role all, refuses the file" in doctor.stderr
        assert health(pages)["reasons"] == [
            "configuration: an edit is refused, `monitor doctor` says why"
        ]
        publisher.publish("/feed", rss(SNOW, f"{RAIN} again", RAIN, DULL))
        assert lines.until("article.flagged")["title"] == f"{RAIN} again"

        file.write_text(GOOD.replace("rain", "snow") + "[poll]\ntimeout = '5s'\n")
        lines.until("config.taken", after=WITHIN)
        assert lines.until("config.needs_restart", after=WITHIN)["settings"] == "poll.timeout"
        findings = {finding["subject"]: finding["finding"] for finding in quick.json("doctor")}
        assert "has to be restarted for: poll.timeout" in findings["service"]
        publisher.publish("/feed", rss(f"{SNOW} again", SNOW, f"{RAIN} again", RAIN, DULL))
        assert lines.until("article.flagged")["title"] == f"{SNOW} again"
        lines.until_true(lambda: len(hook.ids) >= 3)
    finally:
        service.send_signal(signal.SIGTERM)
        service.communicate(timeout=15)
    assert service.returncode == 0
    headlines = [body["data"]["article"]["title"] for body in hook.bodies(secret)]
    assert sorted(headlines) == sorted([RAIN, f"{RAIN} again", f"{SNOW} again"])
    assert len(set(hook.ids)) == len(hook.ids)
    findings = {finding["subject"]: finding["finding"] for finding in quick.json("doctor")}
    assert findings["service"] == "none runs on this configuration"
    assert [path.name for path in quick.folder.glob("*.json*")] == []


def test_a_process_that_only_delivers_checks_its_file_too(monitor: Monitor):
    service = monitor.start("run", "--role", "deliver", "--log", "json")
    try:
        lines = Lines(service)
        lines.until("service.started")
        (monitor.folder / "monitor.toml").write_text(GOOD + "theme = 'rain'\n")
        assert "names the theme 'rain'" in lines.until("config.refused", after=WITHIN)["error"]
        (monitor.folder / "monitor.toml").write_text(GOOD)
        assert lines.until("config.taken", after=WITHIN)["changed"] == "keywords.rules"
    finally:
        service.send_signal(signal.SIGTERM)
        service.communicate(timeout=15)
