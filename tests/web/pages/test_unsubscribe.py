"""The way out: POST acts, GET asks, and a wrong token learns nothing."""

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
from monitor.runtime import build
from tests.fakes import NOW, article, feed, subscription
from tests.store.builders import an_alert
from tests.web.conftest import Visitor

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
READER = subscription(
    "reader", name="대북 <b>감시</b>", channel=ChannelKind.EMAIL, address="reader@watch.example"
)


def path(visitor: Visitor, of=READER, purpose=Purpose.UNSUBSCRIBE) -> str:
    return f"/unsubscribe/{tokens.token(visitor.store.tokens.secret(), purpose, of)}"


@pytest.fixture
def told(visitor: Visitor) -> Visitor:
    """A reader for whom one alert waits."""
    visitor.store.subscriptions.add(READER)
    visitor.store.feeds.add_all([feed("f")])
    found = article("a")
    visitor.store.commit([
        PollResult(feed_key="f", state=feed("f").poll, articles=(found,),
               alerts=(an_alert(found, READER),)),
    ])  # fmt: skip
    return visitor


async def test_a_program_that_looks_at_links_changes_nothing(told: Visitor):
    for _ in range(3):
        answer = await told.get(path(told))
        assert answer.status == 200
        assert "Nothing has changed yet" in answer.text
    assert (await told.ask("HEAD", path(told))).status == 405
    assert told.store.subscriptions.by_key("reader").state is SubscriptionState.ACTIVE


async def test_a_mail_program_ends_it_with_one_click(told: Visitor):
    answer = await told.post(path(told), data=ONE_CLICK)
    assert answer.status == 200
    assert "You are unsubscribed" in answer.text
    kept = told.store.subscriptions.by_key("reader")
    assert kept.state is SubscriptionState.UNSUBSCRIBED
    assert kept.state_reason == "by its reader, 2025-06-17 12:00 UTC"


async def test_every_form_of_a_one_click_is_taken(told: Visitor):
    form = aiohttp.FormData(ONE_CLICK)
    multipart = aiohttp.MultipartWriter("form-data")
    multipart.append("One-Click").set_content_disposition("form-data", name="List-Unsubscribe")
    for body in (form, multipart, b"", b"List-Unsubscribe=One-Click"):
        assert (await told.post(path(told), data=body)).status == 200


async def test_asking_twice_is_no_harm_and_keeps_the_first_date(told: Visitor):
    await told.post(path(told))
    told.clock.later(timedelta(days=3))
    assert (await told.post(path(told))).status == 200
    assert "06-17" in told.store.subscriptions.by_key("reader").state_reason
    assert "You are unsubscribed" in (await told.get(path(told))).text


async def test_what_waited_is_listed_as_undelivered(told: Visitor):
    await told.post(path(told))
    (alert,) = told.store.outbox.list(subscription="reader")
    assert (alert.state, alert.last_error) == (AlertState.DEAD, "its reader unsubscribed")


async def test_the_operator_can_undo_it(told: Visitor):
    await told.post(path(told))
    told.store.subscriptions.set_state("reader", SubscriptionState.ACTIVE, "")
    assert "Nothing has changed yet" in (await told.get(path(told))).text


async def test_a_wrong_token_is_a_plain_404_whatever_is_wrong(told: Visitor):
    right = path(told)
    stranger = path(told, subscription("stranger"))
    another = path(told, purpose=Purpose.FEED)
    again = path(told, subscription("reader", created_at=NOW.replace(year=2024)))
    wrong = [right[:-1] + ("0" if right[-1] != "0" else "1"), stranger, another, again]
    wrong += ["/unsubscribe/x", "/unsubscribe/" + "a" * 5_000, "/unsubscribe/%00", right + "/"]
    answers = [await told.ask(method, one) for one in wrong for method in ("GET", "POST")]
    assert {(answer.status, answer.text) for answer in answers} == {(404, "Not found.\n")}
    assert told.store.subscriptions.by_key("reader").state is SubscriptionState.ACTIVE


async def test_a_body_without_end_is_refused(told: Visitor):
    answer = await told.post(path(told), data=b"x" * 10_000)
    assert answer.status == 413
    assert told.store.subscriptions.by_key("reader").state is SubscriptionState.ACTIVE


async def test_a_name_is_text_and_the_page_loads_nothing_foreign(told: Visitor):
    page = (await told.get(path(told))).text
    assert "&lt;b&gt;감시" in page
    assert "<script" not in page
    assert "//" not in page.replace("<!DOCTYPE", "")


async def test_the_style_is_served_and_may_be_kept(visitor: Visitor):
    answer = await visitor.get("/style.css")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert answer.headers["cache-control"] == "public, max-age=3600"


async def test_the_link_of_a_mail_leads_out(told: Visitor, tmp_path: Path):
    settings = told.office.settings.model_copy(update={"path": tmp_path / "monitor.toml"})
    async with build.channels(settings, link_secret=told.store.tokens.secret()) as channels:
        message = render.test_message(READER, topic="dprk-russia", now=NOW)
        await channels[ChannelKind.EMAIL].send(message, READER, NOW)
    (file,) = (tmp_path / "alerts").glob("*.eml")
    mail = message_from_bytes(file.read_bytes())
    link = mail["List-Unsubscribe"].strip("<>")
    assert link.startswith("https://alerts.example/unsubscribe/")
    assert (await told.post(link.removeprefix("https://alerts.example"))).status == 200
    assert told.store.subscriptions.by_key("reader").state is SubscriptionState.UNSUBSCRIBED


async def test_a_database_that_can_not_be_written_is_told_to_the_mail_program(told: Visitor):
    link = path(told)
    broken = "ALTER TABLE subscriptions RENAME TO lost"
    told.store._database.write(lambda connection: connection.exec_driver_sql(broken))
    answer = await told.post(link, data=ONE_CLICK)
    assert (answer.status, answer.text) == (503, "Try again later.\n")
    assert answer.headers["retry-after"] == "60"
    assert answer.headers["referrer-policy"] == "no-referrer"
