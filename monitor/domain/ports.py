"""Ports: the protocols of the adapters to the outside world, each with a fake for tests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from monitor.domain.alerts import Subscription
from monitor.domain.articles import Verdict
from monitor.domain.feeds import Entry, Feed, Fetched, Parsed
from monitor.domain.messages import Message

T = TypeVar("T")

# Called between the steps of long work: returns when the work may go on.
GiveWay = Callable[[], None]


class Fetcher(Protocol):
    """The way to a publisher."""

    async def fetch(self, feed: Feed, /) -> Fetched:
        """Ask the publisher once, with the feed's validators.  Raise FetchError."""


class Parser(Protocol):
    """From bytes to entries."""

    async def parse(self, fetched: Fetched, memory: bytes = b"", /) -> Parsed:
        """Read the bytes as a feed.  Raise ParseError; whatever the bytes, nothing else.

        What the document behind `memory`, a `Parsed.memory`, had need not be read again.
        """


class Pages(Protocol):
    """The way to articles' pages."""

    async def read(self, url: str, /) -> str:
        """The main text of one page, plain.  Raise FetchError or ParseError."""


class Classifier(Protocol):
    """The judge of one topic."""

    def judge(self, entries: Sequence[Entry], /) -> list[Verdict]:
        """One verdict per entry, in order.  Any text gets one: never raises for an entry."""


class TextEncoder(Protocol):
    """Turns a text into a vector of meaning, alike for texts that say the same in any language."""

    def encode(self, text: str, /) -> Sequence[float]:
        """The vector of a text, of unit length.  Any text gets one."""


class ChatModel(Protocol):
    """A language model that answers one question."""

    async def ask(self, instructions: str, question: str, schema: Mapping[str, object], /) -> str:
        """The text of its reply, which should be JSON of the schema.  Raise FetchError."""


class Channel(Protocol):
    """The transport of one channel."""

    async def send(self, message: Message, to: Subscription, now: datetime, /) -> str:
        """Send the message once; return the receiver's answer.  Raise Unreachable or Refused."""


class RunInStore(Protocol):
    """The way to the one thread that owns a store."""

    def __call__(self, call: Callable[[], T], /) -> Awaitable[T]:
        """Run a call in that thread."""


def never_wait() -> None:
    """The `GiveWay` of work that nobody waits behind."""
