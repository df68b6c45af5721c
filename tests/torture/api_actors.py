"""Actors who work over the API while the service is killed: marks, rule edits, replays.

Each request that may be repeated has an idempotency key, and is sent again with it to the next
process when no answer came.  What was answered, and what was not, is kept for the comparison.
"""

from __future__ import annotations

import http.client
import json
import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from uuid import uuid4

BATCH = 3  # articles that are marked at once
_PATIENCE = 60  # seconds, for one answer
_PAUSE = 0.05  # seconds between two changes
_RULES = """
[[keywords.rules]]
name = "everything"
regex = "."
action = "flag"

[[keywords.rules]]
name = "{name}"
any = ["zzedit{number}"]
action = "boost"
boost = 0.01
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiAnswer:
    """What the service answered."""

    status: int
    content: Any
    etag: str


@dataclass(slots=True, kw_only=True)
class Connection:
    """How to ask the process that runs now."""

    port: int
    token: str

    def ask(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> ApiAnswer:
        """Raise OSError or HTTPException when no whole answer comes."""
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)
        try:
            sent = {"authorization": f"Bearer {self.token}", **(headers or {})}
            if body is not None:
                sent["content-type"] = "application/json"
            client.request(method, f"/api/v1{path}", json.dumps(body) if body else None, sent)
            response = client.getresponse()
            content = json.loads(response.read() or b"null")
            return ApiAnswer(
                status=response.status, content=content, etag=response.headers.get("etag", "")
            )
        finally:
            client.close()


class Actor(Protocol):
    """Somebody who makes one change after another."""

    @property
    def done(self) -> int:
        """The number of changes that were answered."""

    def act(self, connection: Connection) -> None:
        """Make one change, or repeat the one that got no answer."""


@dataclass(slots=True)
class KeyedChange:
    """A change with its idempotency key, and how it was answered."""

    path: str
    body: dict[str, Any]
    key: str = field(default_factory=lambda: str(uuid4()))
    is_done: bool = False
    is_unknown: bool = False  # its process died; the next one can't say whether it was done
    answer: Any = None

    def send(self, connection: Connection) -> None:
        answer = connection.ask("POST", self.path, self.body, {"idempotency-key": self.key})
        is_cut_off = answer.status == 409 and answer.content["type"].endswith("key-in-use")
        self.is_done, self.is_unknown = answer.status in (200, 201), is_cut_off
        self.answer = answer.content
        assert self.is_done or self.is_unknown, (answer.status, answer.content)


@dataclass
class KeyedActor(ABC):
    """Makes changes with idempotency keys; the last one may lack its answer."""

    changes: list[KeyedChange] = field(default_factory=list)

    @property
    def done(self) -> int:
        return sum(change.is_done for change in self.changes)

    def act(self, connection: Connection) -> None:
        last = self.changes[-1] if self.changes else None
        if last is None or last.is_done or last.is_unknown:
            last = self.new_change(connection)
            if last is None:
                return  # there is nothing to change yet
            self.changes.append(last)
        last.send(connection)

    @abstractmethod
    def new_change(self, connection: Connection) -> KeyedChange | None:
        """The next change."""


@dataclass
class Marker(KeyedActor):
    """Marks three articles at once, none of them twice."""

    _marked: set[str] = field(default_factory=set)

    def new_change(self, connection: Connection) -> KeyedChange | None:
        listed = connection.ask("GET", "/articles?limit=200")
        items = listed.content["items"] if listed.status == 200 else []  # else it is too busy
        fresh = [item["key"] for item in items if item["key"] not in self._marked][:BATCH]
        if len(fresh) < BATCH:
            return None
        self._marked.update(fresh)
        body = {"articles": fresh, "relevant": True, "note": f"batch {len(self.changes)}"}
        return KeyedChange("/marks/batch", body)


@dataclass
class Replayer(KeyedActor):
    """Sends everything of one subscription again, each time of a span of its own."""

    subscription: str = field(kw_only=True)
    first: datetime = field(
        default_factory=lambda: datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    )

    def new_change(self, connection: Connection) -> KeyedChange | None:
        since = self.first - timedelta(seconds=len(self.changes))
        body = {"subscription": self.subscription, "since": since.isoformat()}
        counted = connection.ask("POST", "/deliveries/replay", {**body, "dry_run": True})
        return KeyedChange("/deliveries/replay", body) if counted.content["found"] else None


@dataclass
class RuleEditor:
    """Puts one set of rules after another in force; `answered` has the version of each reason."""

    answered: dict[str, int] = field(default_factory=dict)
    _tried: int = 0

    @property
    def done(self) -> int:
        return len(self.answered)

    def act(self, connection: Connection) -> None:
        self._tried += 1
        current, name = connection.ask("GET", "/rules"), f"edit {self._tried}"
        text = _RULES.format(name=name, number=self._tried)
        body = {"text": text, "reason": name, "accept_loss": True}
        answer = connection.ask("PUT", "/rules", body, {"if-match": current.etag})
        if answer.status == 200:
            self.answered[name] = answer.content["number"]
        else:  # still being tried, or changed by the edit whose answer was cut off
            assert answer.status in (409, 412), (answer.status, answer.content)


class ActorThreads:
    """Runs each actor in a thread for the life of one process."""

    def __init__(self, actors: dict[str, Actor], connection: Connection) -> None:
        self.faults: list[str] = []
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(name, actor, connection), daemon=True)
            for name, actor in actors.items()
        ]
        for thread in self._threads:
            thread.start()

    def _run(self, name: str, actor: Actor, connection: Connection) -> None:
        while not self._over.is_set():
            try:
                actor.act(connection)
            except (OSError, http.client.HTTPException, json.JSONDecodeError):
                self._over.wait(0.2)  # it does not listen yet, or was killed
            except (AssertionError, LookupError, TypeError) as error:
                self.faults.append(f"{name}: {error!r}")
                return
            self._over.wait(_PAUSE)

    def stop(self) -> None:
        """After the process was killed: wait for the threads."""
        self._over.set()
        for thread in self._threads:
            thread.join(_PATIENCE + 5)
