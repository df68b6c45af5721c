"""Unsubscribe pages: POST unsubscribes, GET asks, and an invalid token reveals nothing."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import aiohttp
import pytest

from monitor.alerts import tokens
from monitor.alerts.tokens import Purpose
from monitor.deliver.messages import render
from monitor.domain.alerts import AlertState, ChannelKind, PollResult, SubscriptionState
from monitor.runtime import transports
from tests.fakes import NOW, article, feed, subscription
from tests.store.builders import an_alert
from tests.web.conftest import Visitor

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
READER = subscription(
    "reader", name="대북 <b>감시</b>", channel=ChannelKind.EMAIL, address="reader@watch.example"
)


def path(visitor: Visitor, owner=READER, purpose=Purpose.UNSUBSCRIBE) -> str:
    return f"/unsubscribe/{tokens.token(visitor.store.tokens.secret(), purpose, owner)}"


@pytest.fixture
def site_client(visitor: Visitor) -> Visitor:
    """Store a subscription with one pending alert."""
    visitor.store.subscriptions.add(READER)
    visitor.store.feeds.add_all([feed("f")])
    flagged = article("a")
    visitor.store.commit([
        PollResult(feed_key="f", state=feed("f").poll, articles=(flagged,),
               alerts=(an_alert(flagged, READER),)),
    ])  # fmt: skip
    return visitor


async def test_get_requests_of_link_scanners_change_nothing(site_client: Visitor):
    for _ in range(3):
        answer = await site_client.get(path(site_client))
        assert answer.status == 200
        assert "Nothing has changed yet" in answer.text
    assert (await site_client.request("HEAD", path(site_client))).status == 405
    assert site_client.store.subscriptions.by_key("reader").state is SubscriptionState.ACTIVE


async def test_a_mail_program_unsubscribes_with_one_click(site_client: Visitor):
    answer = await site_client.post(path(site_client), data=ONE_CLICK)
    assert answer.status == 200
    assert "You are unsubscribed" in answer.text
    stored = site_client.store.subscriptions.by_key("reader")
    assert stored.state is SubscriptionState.UNSUBSCRIBED
    assert stored.state_reason == "by its reader, 2025-06-17 12:00 UTC"


async def test_every_encoding_of_a_one_click_request_is_accepted(site_client: Visitor):
    form = aiohttp.FormData(ONE_CLICK)
    multipart = aiohttp.MultipartWriter("form-data")
    multipart.append("One-Click").set_content_disposition("form-data", name="List-Unsubscribe")
    for body in (form, multipart, b"", b"List-Unsubscribe=One-Click"):
        assert (await site_client.post(path(site_client), data=body)).status == 200


async def test_a_second_request_is_harmless_and_keeps_the_first_date(site_client: Visitor):
    await site_client.post(path(site_client))
    site_client.clock.later(timedelta(days=3))
    assert (await site_client.post(path(site_client))).status == 200
    assert "06-17" in site_client.store.subscriptions.by_key("reader").state_reason
    assert "You are unsubscribed" in (await site_client.get(path(site_client))).text


async def test_pending_alerts_are_listed_as_undelivered(site_client: Visitor):
    await site_client.post(path(site_client))
    (alert,) = site_client.store.outbox.list(subscription="reader")
    assert (alert.state, alert.last_error) == (AlertState.DEAD, "its reader unsubscribed")


async def test_the_operator_can_undo_it(site_client: Visitor):
    await site_client.post(path(site_client))
    site_client.store.subscriptions.set_state("reader", SubscriptionState.ACTIVE, "")
    assert "Nothing has changed yet" in (await site_client.get(path(site_client))).text


async def test_every_invalid_token_is_the_same_plain_404(site_client: Visitor):
    right = path(site_client)
    stranger = path(site_client, subscription("stranger"))
    other_purpose = path(site_client, purpose=Purpose.FEED)
    older = path(site_client, subscription("reader", created_at=NOW.replace(year=2024)))
    wrong_paths = [right[:-1] + ("0" if right[-1] != "0" else "1"), stranger, other_purpose, older]
    wrong_paths += [
        "/unsubscribe/x",
        "/unsubscribe/" + "a" * 5_000,
        "/unsubscribe/%00",
        right + "/",
    ]
    answers = [
        await site_client.request(method, wrong_path)
        for wrong_path in wrong_paths
        for method in ("GET", "POST")
    ]
    assert {(answer.status, answer.text) for answer in answers} == {(404, "Not found.\n")}
    assert site_client.store.subscriptions.by_key("reader").state is SubscriptionState.ACTIVE


async def test_a_large_body_is_refused(site_client: Visitor):
    answer = await site_client.post(path(site_client), data=b"x" * 10_000)
    assert answer.status == 413
    assert site_client.store.subscriptions.by_key("reader").state is SubscriptionState.ACTIVE


async def test_a_name_is_escaped_and_the_page_loads_nothing_external(site_client: Visitor):
    page = (await site_client.get(path(site_client))).text
    assert "&lt;b&gt;감시" in page
    assert "<script" not in page
    assert "//" not in page.replace("<!DOCTYPE", "")


async def test_the_style_sheet_is_served_and_cacheable(visitor: Visitor):
    answer = await visitor.get("/style.css")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert answer.headers["cache-control"] == "public, max-age=3600"


async def test_the_link_in_a_mail_unsubscribes(site_client: Visitor, tmp_path: Path):
    settings = site_client.site.settings.model_copy(update={"path": tmp_path / "monitor.toml"})
    async with transports.channels(
        settings, link_secret=site_client.store.tokens.secret()
    ) as channels:
        message = render.test_message(READER, topic="dprk-russia", now=NOW)
        await channels[ChannelKind.EMAIL].send(message, READER, NOW)
    (file,) = (tmp_path / "alerts").glob("*.eml")
    mail = message_from_bytes(file.read_bytes())
    link = mail["List-Unsubscribe"].strip("<>")
    assert link.startswith("https://alerts.example/unsubscribe/")
    assert (await site_client.post(link.removeprefix("https://alerts.example"))).status == 200
    assert site_client.store.subscriptions.by_key("reader").state is SubscriptionState.UNSUBSCRIBED


async def test_a_broken_database_is_a_503_for_the_mail_program(site_client: Visitor):
    link = path(site_client)
    broken = "ALTER TABLE subscriptions RENAME TO lost"
    site_client.store._database.write(lambda connection: connection.exec_driver_sql(broken))
    answer = await site_client.post(link, data=ONE_CLICK)
    assert (answer.status, answer.text) == (503, "Try again later.\n")
    assert answer.headers["retry-after"] == "60"
    assert answer.headers["referrer-policy"] == "no-referrer"
