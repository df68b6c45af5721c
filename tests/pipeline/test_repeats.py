"""No accepted message is sent again, in every order of two processes that may stand still."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from monitor.domain.alerts import AlertState, Claim
from monitor.domain.errors import Unreachable
from monitor.domain.reasons import DeliveryReason
from monitor.pipeline import deliver
from monitor.pipeline.group_commit import GroupCommit
from monitor.store.repositories.outbox import RecordedAttempt
from monitor.store.store import Store
from tests.contexts import LATER, alerted, delivery_context
from tests.fakes import subscription
from tests.store.builders import an_alert

STEPS = ("claim", "send", "record")
PAUSE = "lease ends"
LEASE = timedelta(minutes=1)


@dataclass
class Receiver:
    """Takes every message; the answers to some processes are lost."""

    lost: frozenset[str]
    sent: list[str] = field(default_factory=list)  # the processes, in order of their calls
    taken: list[str] = field(default_factory=list)  # those that got the answer

    def channel_of(self, process: str) -> object:
        receiver = self

        class Channel:
            async def send(self, *_: object) -> str:
                receiver.sent.append(process)
                if process in receiver.lost:
                    raise Unreachable(DeliveryReason.DROPPED, "it may have arrived")
                receiver.taken.append(process)
                return "taken"

        return Channel()


class Process:
    """One process that delivers, a step at a time."""

    def __init__(self, name: str, store: Store, receiver: Receiver) -> None:
        self.group: Sequence[Claim] = ()
        self._may_record = asyncio.Event()
        self._delivering: asyncio.Task[object] | None = None

        async def record(entries: Sequence[RecordedAttempt]) -> list[bool]:
            await self._may_record.wait()
            return store.outbox.record_all(entries)

        self._context = delivery_context(
            store, receiver.channel_of(name), attempts=GroupCommit(record), lease=LEASE
        )

    async def claim(self, now: datetime) -> None:
        groups = await deliver.claim(now, self._context)
        self.group = groups[0] if groups else ()

    async def send(self, now: datetime) -> None:
        """Call the receiver; what it answered waits to be recorded."""
        if self.group:
            sending = deliver.send_all(self.group, lambda: now, self._context)
            self._delivering = asyncio.create_task(sending)
            for _ in range(10):
                await asyncio.sleep(0)

    async def record(self, now: datetime) -> None:
        self._may_record.set()
        if self._delivering is not None:
            await self._delivering


def orders() -> Iterator[tuple[tuple[str, str], ...]]:
    """Every order of the steps of two processes, of which the first begins, and of one pause."""
    events = [("a", step) for step in STEPS] + [("b", step) for step in STEPS] + [("", PAUSE)]
    for order in itertools.permutations(events):
        of_each = [[step for name, step in order if name == process] for process in "ab"]
        if of_each == [list(STEPS)] * 2 and order[0] == ("a", "claim"):
            yield order


ORDERS = list(orders())


async def play(
    order: Sequence[tuple[str, str]], store: Store, receiver: Receiver
) -> dict[tuple[str, str], int]:
    """Take the steps in this order; how many calls the receiver had got before each."""
    now = LATER
    processes = {name: Process(name, store, receiver) for name in "ab"}
    calls_before = {}
    for event in order:
        calls_before[event] = len(receiver.sent)
        name, step = event
        if step == PAUSE:
            now += LEASE
        else:
            await getattr(processes[name], step)(now)
    return calls_before


@pytest.mark.parametrize("lost", ["", "a", "b", "ab"])
async def test_an_accepted_message_is_sent_again_only_after_a_lost_answer_or_beside_it(
    sqlite_url: str, lost: str
):
    with Store.open(sqlite_url) as store:
        await alerted(store)
        article = next(store.articles.oldest_first())
        for other in store.subscriptions.list():
            store.subscriptions.remove(other.key, LATER)
        for index, order in enumerate(ORDERS):
            reader = subscription(f"reader {index}")
            alert = an_alert(article, reader)
            store.subscriptions.add(reader)
            store.outbox.add([alert])
            receiver = Receiver(frozenset(lost))
            calls_before = await play(order, store, receiver)
            assert receiver.sent, order
            for process in receiver.taken:
                later_calls = receiver.sent[calls_before[process, "record"] :]
                assert not later_calls, (order, receiver)
            after = store.outbox.find(alert.key)
            assert after is not None
            assert (after.state is AlertState.SENT) == bool(receiver.taken), (order, receiver)
            store.subscriptions.remove(reader.key, LATER)
