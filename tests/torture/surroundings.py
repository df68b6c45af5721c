"""Surroundings of the service under test: publishers, two receivers, and records of both."""

from __future__ import annotations

import json
import os
import random
import re
import sqlite3
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from monitor.deliver.transports.signature import new_secret
from monitor.domain.alerts import AlertState, ChannelKind, Subscription
from monitor.domain.feeds import Feed, PollState
from monitor.domain.keys import key_of
from monitor.domain.stories import Repeat
from monitor.store.store import Store
from tests.service.conftest import Letterbox, free_port
from tests.service.publisher import Hook, Publisher, rss
from tests.torture.processes import ProcessStarter, ServiceProcess

FEEDS = 8
SHOWN = 80  # items that a feed shows at a time
CHANNELS = ("webhook", "mail")
_EVENT = "Shoigu brings sappers to Kursk after talks with Kim in Pyongyang"
_MARK = re.compile(r"zq[0-9a-f]{10}")
_SYLLABLES = [a + b for a in "bdfgklmnprstvw" for b in ("a", "e", "i", "o", "u", "an", "or", "ist")]
_RULE = """
[[keywords.rules]]
name = "everything"
regex = "."
action = "flag"
"""


@dataclass(frozen=True)
class Receipt:
    """A message that a receiver accepted."""

    channel: str
    mark: str  # of the article
    key: str  # webhook-id or Message-ID
    process: int


@dataclass
class Records:
    """What was published and what was received."""

    published: set[str] = field(default_factory=set)
    receipts: list[Receipt] = field(default_factory=list)
    kills: int = 0
    # channel and mark of articles that were stored as told before, each with its reason
    held_back: set[tuple[str, str]] = field(default_factory=set)
    of_one_event: set[str] = field(default_factory=set)  # marks of articles that say the same

    def lost(self) -> int:
        """How many messages neither arrived nor were held back with a reason."""
        got = {(receipt.channel, receipt.mark) for receipt in self.receipts} | self.held_back
        return sum((channel, mark) not in got for channel in CHANNELS for mark in self.published)

    def told_again(self) -> int:
        """How many articles of the one event were told after its first, and brought nothing new."""
        told = {(receipt.channel, receipt.mark) for receipt in self.receipts}
        marks = Counter(channel for channel, mark in told if mark in self.of_one_event)
        return sum(max(0, count - 1) for count in marks.values())

    def other_keys(self) -> int:
        """How many messages arrived under a second key: duplicates no receiver can detect."""
        keys: dict[tuple[str, str], set[str]] = defaultdict(set)
        for receipt in self.receipts:
            keys[receipt.channel, receipt.mark].add(receipt.key)
        return sum(len(seen) - 1 for seen in keys.values())

    def repeats(self) -> int:
        return len(self.receipts) - len(
            {(receipt.channel, receipt.key) for receipt in self.receipts}
        )

    def most_repeats(self) -> int:
        """How many messages one kill repeated on one channel, at most."""
        last: dict[tuple[str, str], int] = {}
        repeated: Counter[tuple[str, int]] = Counter()
        for receipt in self.receipts:
            before = last.get((receipt.channel, receipt.key))
            if before is not None:
                repeated[receipt.channel, before] += 1
            last[receipt.channel, receipt.key] = receipt.process
        return max(repeated.values(), default=0)


class Surroundings:
    """One database, its publishers and receivers, and the processes of the program on it."""

    def __init__(
        self,
        folder: Path,
        url: str,
        starter: ProcessStarter,
        seed: int = 1,
        repeat: Repeat = Repeat.EVERY,
    ) -> None:
        """Where `repeat` is not EVERY, every second article reports one and the same event."""
        self.folder, self.url, self._repeat = folder, url, repeat
        self.records = Records()
        self.process = 0
        self.chance = random.Random(seed)
        self._starter = starter
        self._items: list[list[str]] = [[] for _ in range(FEEDS)]
        self._publisher = Publisher()
        self._letterbox = _Letters(self)
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._came = threading.Condition()

    # ── the world ────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def open(self) -> Iterator[Surroundings]:
        """Set up, and run until the end of the block."""
        self._letterbox.port = free_port()
        controller = Controller(self._letterbox, hostname="127.0.0.1", port=self._letterbox.port)
        controller.start()
        try:
            with self._publisher:
                self._set_up()
                yield self
        finally:
            self._over.set()
            controller.stop()

    def _set_up(self) -> None:
        (self.folder / "monitor.toml").write_text(_RULE)
        _, hook = self._publisher.hook("/hook")
        hook.calls = _Calls(self)
        now = datetime.now(UTC)
        with Store.open(self.url, upgrade=True) as store:
            for number in range(FEEDS):
                url = self._publisher.publish(f"/{number}", rss(title=f"Wire {number}"))
                read = PollState(due_at=now, first_ok_at=now - timedelta(days=1))
                store.feeds.add(
                    Feed(
                        key=key_of("feed", str(number)),
                        url=url,
                        every=timedelta(seconds=1),
                        poll=read,
                    )
                )
            hooked = Subscription(
                key=key_of("subscription", "hooked"),
                name="hooked",
                channel=ChannelKind.WEBHOOK,
                address=f"{self._publisher.address}/hook",
                signing_secret=new_secret(),
                repeat=self._repeat,
                created_at=now,
            )
            store.subscriptions.add(hooked)
            store.subscriptions.add(
                replace(
                    hooked,
                    key=key_of("subscription", "mailed"),
                    name="mailed",
                    channel=ChannelKind.EMAIL,
                    address="reader@watch.example",
                    signing_secret="",
                )
            )

    def publish(self, count: int = 1) -> None:
        """Publish articles, each in some feed, no two alike."""
        with self._lock:
            for _ in range(count):
                number = self.chance.randrange(FEEDS)
                mark = f"zq{self.chance.getrandbits(40):010x}"
                self._items[number].insert(0, f"{mark} {self._words(mark)}")
                self.records.published.add(mark)
                shown = self._items[number][:SHOWN]
                self._publisher.publish(f"/{number}", rss(*shown, title=f"Wire {number}"))

    def _words(self, mark: str) -> str:
        """The rest of a headline; of the one event its words and three of its own."""
        if self._repeat is Repeat.EVERY or len(self.records.published) % 2:
            return " ".join(self._word() for _ in range(9))
        self.records.of_one_event.add(mark)
        return f"{_EVENT} {' '.join(self._word() for _ in range(3))}"

    def _word(self) -> str:
        return "".join(self.chance.choices(_SYLLABLES, k=self.chance.randint(2, 4)))

    def hook(self, path: str) -> tuple[str, Hook]:
        """One more receiver of webhooks; its address and itself."""
        return self._publisher.hook(path)

    def take(self, channel: str, text: str, key: str) -> None:
        """Record that a receiver accepted this."""
        match = _MARK.search(text)
        with self._came:
            mark = match[0] if match else "?"
            self.records.receipts.append(Receipt(channel, mark, key, self.process))
            self._came.notify_all()

    # ── the program ──────────────────────────────────────────────────────────────────────────────

    def start(self, *arguments: str, **settings: str) -> ServiceProcess:
        """A new process of the program."""
        self.process += 1
        return self._starter.start(*arguments, environment=self._environment(settings))

    def _environment(self, settings: dict[str, str]) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("MONITOR_")}
        quick = {
            "DATABASE__URL": self.url,
            "POLL__TICK": "1s",
            "POLL__EVERY": "1s",
            "POLL__FASTEST": "1s",
            "POLL__SLOWEST": "1s",
            "POLL__LEASE": "2s",
            "DELIVER__LEASE": "2s",
            "EGRESS__ALLOW": '["127.0.0.0/8"]',
            "EMAIL__HOST": "127.0.0.1",
            "EMAIL__PORT": str(self._letterbox.port),
            "EMAIL__TLS": "none",
            "LOG__FORMAT": "json",
        }
        variables = {f"MONITOR_{name}": value for name, value in (quick | settings).items()}
        return {**inherited, "MONITOR_CONFIG": str(self.folder / "monitor.toml"), **variables}

    def until(self, condition: Any, within: float) -> bool:
        """Wait for receipts until `what()` is true."""
        with self._came:
            return self._came.wait_for(condition, timeout=within)

    def until_delivered(self, within: float) -> bool:
        """Wait until all that was published was received over both channels, or held back."""
        if self._repeat is Repeat.EVERY:
            return self.until(lambda: self.records.lost() == 0, within)
        for _ in range(round(within)):
            self._note_held_back()
            if self.until(lambda: self.records.lost() == 0, 1.0):
                return True
        return False

    def _note_held_back(self) -> None:
        """Record which articles are stored as told before, with a reason."""
        channels = {key_of("subscription", "hooked"): "webhook"}
        with Store.open(self.url) as store:
            held = store.outbox.list(state=AlertState.REPEATED, limit=100_000)
            articles = store.articles.by_keys([alert.article_keys[0] for alert in held])
        for alert in held:
            mark = _MARK.search(articles[alert.article_keys[0]].entry.title)
            if mark and alert.last_error:
                channel = channels.get(alert.subscription_key, "mail")
                self.records.held_back.add((channel, mark[0]))

    def until_active(self, within: float) -> bool:
        """Wait until this process has delivered a message."""
        process = self.process
        return self.until(
            lambda: bool(self.records.receipts) and self.records.receipts[-1].process == process,
            within,
        )

    # ── its end ──────────────────────────────────────────────────────────────────────────────────

    def settle(self, within: float = 180) -> int | None:
        """Run a last process until all is delivered, then send SIGTERM; return its exit code."""
        process = self.start("run")
        while not process.has_logged("service.started") and process.wait(0.1) is None:
            pass  # before that the default handler of SIGTERM ends it
        self.until_delivered(within)
        process.terminate()
        code = process.wait(20)
        if code is None:
            process.kill()
        return code

    def integrity(self) -> str:
        """ "ok", or what is wrong with the file or with the references between tables."""
        if self.url.startswith("sqlite"):
            with sqlite3.connect(self.url.removeprefix("sqlite:///")) as file:
                (answer,) = file.execute("PRAGMA integrity_check").fetchone()
                broken = file.execute("PRAGMA foreign_key_check").fetchall()
                if answer != "ok" or broken:
                    return f"{answer} {broken}"
        with Store.open(self.url) as store:
            counts = store.counts()
        if counts.pending or counts.dead:
            return f"{counts.pending} alerts wait, {counts.dead} are undelivered"
        return "ok"


class _Calls(list[Any]):
    """What the webhook receiver got."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__()
        self._stage = surroundings

    def append(self, call: Any) -> None:
        headers, body = call
        with suppress(ValueError):  # cut short: its sender died, and gets no answer
            title = json.loads(body)["data"]["article"]["title"]
            self._stage.take("webhook", title, headers["webhook-id"])


class _Letters(Letterbox):
    """The mail server."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__()
        self._stage = surroundings

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:
        reply = await super().handle_DATA(server, session, envelope)
        letter = self.letters.pop()
        self._stage.take("mail", str(letter["Subject"]), str(letter["Message-ID"]))
        return reply
