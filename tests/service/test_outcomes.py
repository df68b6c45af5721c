"""What docs/webhooks/README.md says of each answer and of the times is what happens."""

from __future__ import annotations

import itertools
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from standardwebhooks import Webhook

from monitor.deliver.channels import retry
from monitor.deliver.transports import signature
from monitor.deliver.transports.webhook_client import WebhookChannel
from monitor.domain.alerts import AlertState, Attempt, Outcome, SubscriptionState
from monitor.pipeline import deliver
from monitor.pipeline.deliver import DeliveryContext
from monitor.store.store import Store
from tests.contexts import at_once, delivery_context
from tests.deliver.receivers import CLOSE, DRIP, ENDLESS, HANG, RESET, fault_tool, receiving, reply
from tests.store.builders import a_feed, a_poll, a_subscription, an_alert, an_article

PAGE = Path(__file__).parents[2] / "docs" / "webhooks" / "README.md"
SECRET = signature.new_secret()
START = datetime.now(UTC).replace(microsecond=0)  # receivers that verify look at the clock

# The receiver's policy, as our own and as the shared fault server's; the beginning of its row.
CASES = [
    (reply("200 OK"), "200", "`200`"),
    (reply("204 No Content"), "204", "`204`"),
    (ENDLESS, "bigbody", "2xx with an endless"),
    (DRIP, "drip:2", "2xx with an endless"),
    (reply("302 Found", "Location: /hook/200"), "302", "`302`"),
    (reply("400 Bad Request"), "400", "`400`"),
    (reply("410 Gone"), "410", "`410`"),
    (reply("429 Slow", "Retry-After: 5"), "429:5", "`429`"),
    (reply("500 Oops"), "500", "`500`"),
    (reply("503 Busy"), "503", "`500`"),
    (HANG, "late:4", "no answer within 20 s"),
    (CLOSE, "close", "connection closed or reset"),
    (RESET, "reset", "connection closed or reset"),
    (None, None, "no connection"),
]


def documented() -> dict[str, tuple[str, str]]:
    """Answer → outcome and what is next, as the page has it."""
    section = PAGE.read_text(encoding="utf-8").partition("## What you answer")[2]
    rows = re.findall(r"^\| (.+?) \| (\w+) \| ?(.*?) ?\|$", section, re.MULTILINE)
    return {you: (outcome, following) for you, outcome, following in rows if you != "you"}


@asynccontextmanager
async def outbox(tmp_path: Path, url: str, alerts: int = 1) -> AsyncIterator[Store]:
    """A store in which so many alerts wait for a receiver."""
    with Store.open(f"sqlite:///{tmp_path / 'w.db'}") as store:
        asker, feed = a_subscription(address=url, signing_secret=SECRET), a_feed()
        store.feeds.add(feed)
        store.subscriptions.add(asker)
        stories = [an_article(f"story {n}", feed, seen_at=START) for n in range(alerts)]
        waiting_alerts = tuple(an_alert(story, asker) for story in stories)
        store.commit([a_poll(feed, *stories, alerts=waiting_alerts)])
        yield store


def room(store: Store, session: aiohttp.ClientSession, row: str = "") -> DeliveryContext:
    patience = timedelta(seconds=1.5 if row.startswith("no answer") else 30)
    channel = WebhookChannel(session, timeout=patience, user_agent="Watchpost/test")
    return replace(delivery_context(store, channel), run_in_store=at_once)


@asynccontextmanager
async def there(policy: bytes | str | None) -> AsyncIterator[str]:
    if policy is None:
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            yield f"http://127.0.0.1:{unused.getsockname()[1]}/"
    else:
        async with receiving(policy) as receiver:
            yield receiver.url


def is_as_documented(store: Store, attempt: Attempt, row: str) -> None:
    ((outcome, following),) = [
        row_outcome for you, row_outcome in documented().items() if you.startswith(row)
    ]
    (alert,) = store.outbox.list()
    (asker,) = store.subscriptions.list()
    assert attempt.reason == outcome
    if outcome == "accepted":
        assert (attempt.outcome, alert.state) == (Outcome.SENT, AlertState.SENT)
        return
    assert alert.state is AlertState.PENDING
    assert (asker.state is SubscriptionState.DISABLED) == following.startswith("disabled")
    if following.startswith("paused"):
        assert asker.health.paused_until == START + timedelta(seconds=5)
    elif not following.startswith("disabled"):
        assert following.startswith("tried again")
        assert timedelta(seconds=4) < alert.due_at - START < timedelta(seconds=6)
    assert ("may have arrived" in following) == ("may have arrived" in attempt.detail)


@pytest.mark.parametrize(("policy", "shared_policy", "row"), CASES, ids=lambda v: str(v)[:24])
async def test_each_answer_has_the_outcome_that_the_documentation_names(
    tmp_path: Path,
    session: aiohttp.ClientSession,
    policy: bytes | str | None,
    shared_policy: str | None,
    row: str,
) -> None:
    async with there(policy) as url, outbox(tmp_path, url) as store:
        (attempt,) = await deliver.deliver(START, room(store, session, row))
        is_as_documented(store, attempt, row)


async def test_the_fault_servers_answers_have_the_outcomes_that_the_page_names(
    tmp_path: Path, session: aiohttp.ClientSession, shared: Path
) -> None:
    async with fault_tool(shared, "fault_server.py") as (port, _):
        for number, (_, policy, row) in enumerate(CASES):
            folder = tmp_path / str(number)
            folder.mkdir()
            if policy is not None:
                url = f"http://127.0.0.1:{port}/hook/{policy}"
                async with session.post(f"http://127.0.0.1:{port}/reset"):
                    pass
                async with outbox(folder, url) as store:
                    (attempt,) = await deliver.deliver(START, room(store, session, row))
                    is_as_documented(store, attempt, row)


async def attempts_until_given_up(
    tmp_path: Path, session: aiohttp.ClientSession, url: str
) -> list[Attempt]:
    async with outbox(tmp_path, url) as store:
        now: datetime | None = START
        while now is not None:
            await deliver.deliver(now, room(store, session))
            now = store.outbox.next_due(now)
        (alert,) = store.outbox.list()
        assert alert.state is AlertState.DEAD
        return store.outbox.attempts(alert.key)


@pytest.mark.parametrize("policy", [reply("500 Oops"), CLOSE, None], ids=["500", "close", "none"])
async def test_attempts_are_made_at_the_documented_times(
    tmp_path: Path, session: aiohttp.ClientSession, policy: bytes | str | None
) -> None:
    async with there(policy) as url:
        attempts = await attempts_until_given_up(tmp_path, session, url)
    waits = [after.at - before.at for before, after in itertools.pairwise(attempts)]
    assert len(attempts) == len(retry.WEBHOOK_WAITS) == 10
    for wait, published in zip(waits, retry.WEBHOOK_WAITS[1:], strict=True):
        assert abs(wait - published) <= 0.2 * published


def test_the_page_has_the_table_of_the_code() -> None:
    words = {"s": 1, "min": 60, "h": 3_600}
    line = re.search(r"at once, then after (.+?) \(", PAGE.read_text(encoding="utf-8"))
    assert line is not None
    named = [text.split() for text in re.split(r", | and ", line[1])]
    assert [float(number) * words[unit] for number, unit in named] == [
        wait.total_seconds() for wait in retry.WEBHOOK_WAITS[1:]
    ]


async def test_every_delivery_verifies_with_the_public_library(
    tmp_path: Path, session: aiohttp.ClientSession
) -> None:
    async with (
        receiving(reply("204 No Content")) as receiver,
        outbox(tmp_path, receiver.url, alerts=50) as store,
    ):
        # not START: the package takes no signature of five minutes ago, and a whole run is longer
        while await deliver.deliver(datetime.now(UTC), room(store, session)):
            pass
    assert len(receiver.requests) == 50
    assert len({headers["webhook-id"] for _, headers, _ in receiver.requests}) == 50
    for _, headers, sent in receiver.requests:
        Webhook(SECRET).verify(sent, headers)


@pytest.fixture(scope="session")
def shared() -> Path:
    folder = (Path(__file__).parents[2] / "../shared").resolve()
    if not folder.is_dir():
        pytest.skip(f"the shared material is not here: {folder}")
    return folder
