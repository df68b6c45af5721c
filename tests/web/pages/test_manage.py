"""The page of a receiver: forms change, GET never does, tokens end, each change can be undone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from monitor.actions.subscribing.delivery_schedules import schedule_fields
from monitor.alerts import tokens
from monitor.alerts.tokens import Purpose
from monitor.domain.alerts import AlertState, ChannelKind, Subscription, SubscriptionState
from monitor.domain.message_contents import SubscriptionChanged
from monitor.domain.stories import Repeat
from tests.fakes import subscription
from tests.store.builders import a_feed, a_poll, an_alert, an_article
from tests.web.conftest import Visitor

SECRET = "whsec_" + "c2VjcmV0" * 4
READER = subscription(
    "reader", name="대북 <b>감시</b>", channel=ChannelKind.EMAIL, address="reader@watch.example"
)
HOOK = subscription("hook", name="hook", address="http://127.0.0.1:9/in", signing_secret=SECRET)
EDIT = {"theme": "troops", "filter": "kursk", "every": "daily", "at": "07:30", "zone": "UTC"}


@pytest.fixture
def page_visitor(visitor: Visitor) -> Visitor:
    """A reader and a webhook, each with one message that was given up."""
    store, source = visitor.store, a_feed("wire")
    store.feeds.add(source)
    story = an_article("Sappers <i>leave", source)
    store.commit([a_poll(source, story)])
    for owner in (READER, HOOK):
        store.subscriptions.add(owner)
        at = visitor.clock() - timedelta(minutes=1)
        store.outbox.add([an_alert(story, owner, state=AlertState.DEAD, created_at=at)])
    return visitor


def path(visitor: Visitor, owner: Subscription = READER) -> str:
    stored = visitor.store.subscriptions.by_key(owner.key)
    assert stored is not None
    secret = visitor.store.tokens.secret()
    return tokens.manage_url("", secret, stored, stored.link_version)


def stored(visitor: Visitor, owner: Subscription = READER) -> Subscription:
    subscription_now = visitor.store.subscriptions.by_key(owner.key)
    assert subscription_now is not None
    return subscription_now


def told(visitor: Visitor, owner: Subscription = READER) -> SubscriptionChanged:
    """What the newest message about a change says."""
    newest = visitor.store.outbox.list(subscription=owner.key, limit=1)[0].content
    assert isinstance(newest, SubscriptionChanged)
    return newest


async def test_get_requests_change_nothing_and_tell_nobody(page_visitor: Visitor):
    page = await page_visitor.get(path(page_visitor))
    assert page.status == 200
    assert "대북 &lt;b&gt;감시" in page.text
    assert "Sappers &lt;i&gt;leave" in page.text
    assert "<script" not in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in page.headers["x-robots-tag"]
    assert (await page_visitor.get(f"{path(page_visitor)}/pause")).status == 405
    assert stored(page_visitor) == READER
    assert len(page_visitor.store.outbox.list()) == 2


@pytest.mark.parametrize("purpose", [Purpose.UNSUBSCRIBE, Purpose.FEED, Purpose.UNDO])
async def test_a_forged_or_renewed_token_is_not_found(page_visitor: Visitor, purpose: Purpose):
    secret, old = page_visitor.store.tokens.secret(), path(page_visitor)
    other = tokens.token(secret, purpose, READER, "0")
    for wrong in (f"/manage/{other}", f"{old[:-1]}x", "/manage/nothing", f"{old}/everything"):
        assert (
            await page_visitor.post(wrong if wrong.count("/") == 3 else f"{wrong}/pause")
        ).status == 404
    page_visitor.store.subscriptions.renew_link("reader")
    assert (await page_visitor.get(old)).status == 404
    assert (await page_visitor.get(path(page_visitor))).status == 200
    assert stored(page_visitor).state is SubscriptionState.ACTIVE


async def test_an_edit_is_saved_told_and_taken_back(page_visitor: Visitor):
    answer = await page_visitor.post(f"{path(page_visitor)}/edit", data=EDIT)
    assert answer.status == 303
    assert "Saved." in (await page_visitor.get(f"{path(page_visitor)}?done=saved")).text
    after = stored(page_visitor)
    assert after.themes == {"troops"}
    assert after.filter is not None
    message = told(page_visitor)
    assert message.changes == (
        "Themes: Troops.", "Filter: kursk.", "Schedule: daily at 07:30 (UTC).",
    )  # fmt: skip
    undo = message.undo_url.removeprefix("https://alerts.example")
    assert "Nothing has changed yet" in (await page_visitor.get(undo)).text
    assert stored(page_visitor) == after
    assert "Taken back" in (await page_visitor.post(undo)).text
    undone = stored(page_visitor)
    assert (undone.themes, undone.filter, undone.cadence.every) == (frozenset(), None, "at-once")
    assert (await page_visitor.post(undo.replace("was=", "was=x"))).status == 404
    page_visitor.clock.later(timedelta(days=15))
    assert (await page_visitor.get(undo)).status == 410


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"zone": "Europe/Warschau"}, "is not a known time zone"),
        ({"filter": "colour:red"}, "colour"),
        ({"theme": "weather"}, "no such theme"),
        ({"every": "monthly"}, "monthly"),
        ({"every": "at-once", "budget": "many"}, "a whole number from 1 to 10,000"),
        ({"every": "at-once", "group": "13h"}, "longer than 12 hours"),
        ({"repeat": "some"}, "one of facts, story, every"),
    ],
)
async def test_what_can_not_be_used_is_named(
    page_visitor: Visitor, change: dict[str, str], message: str
):
    answer = await page_visitor.post(f"{path(page_visitor)}/edit", data={**EDIT, **change})
    assert answer.status == 400
    assert message in answer.text
    assert stored(page_visitor) == READER


async def test_a_budget_and_what_repeats_are_set_told_and_taken_back(page_visitor: Visitor):
    wanted = {
        "every": "at-once", "budget": "5", "at": "09:00", "group": "10m", "empty": "yes",
        "quiet": "22:00-07:00", "repeat": "story",
    }  # fmt: skip
    assert (await page_visitor.post(f"{path(page_visitor)}/edit", data=wanted)).status == 303
    after = stored(page_visitor)
    assert (after.cadence.budget, after.cadence.group, after.cadence.empty, after.repeat) == (
        5, timedelta(minutes=10), True, Repeat.STORY,
    )  # fmt: skip
    message = told(page_visitor)
    assert message.changes[0] == "Further articles of a story: none."
    assert "at most 5 a day, the rest in a digest at 09:00" in message.changes[1]
    page = (await page_visitor.get(path(page_visitor))).text
    assert re.search(r'name="budget" value="5"', page)
    assert re.search(r'name="group" value="10m"', page)
    # A digest is one message already: what is only for messages at once does not stand in its way.
    daily = {**wanted, "every": "daily"}
    page_visitor.clock.later(timedelta(seconds=1))
    assert (await page_visitor.post(f"{path(page_visitor)}/edit", data=daily)).status == 303
    assert stored(page_visitor).cadence.budget is None
    await page_visitor.post(message.undo_url.removeprefix("https://alerts.example"))
    undone = stored(page_visitor)
    assert schedule_fields(undone.cadence) == schedule_fields(READER.cadence)
    assert undone.repeat is READER.repeat


async def test_who_pauses_or_leaves_is_told_and_can_return(page_visitor: Visitor):
    for act, state in (
        ("pause", SubscriptionState.PAUSED),
        ("resume", SubscriptionState.ACTIVE),
        ("leave", SubscriptionState.UNSUBSCRIBED),
    ):
        assert (await page_visitor.post(f"{path(page_visitor)}/{act}")).status == 303
        assert stored(page_visitor).state is state
        due = page_visitor.store.outbox.claim(
            page_visitor.clock(), limit=9, per_subscription=9, lease=timedelta(minutes=1)
        )
        assert [claim.alert.content for claim in due] == [told(page_visitor)]
        page_visitor.clock.later(timedelta(seconds=1))
    undo = told(page_visitor).undo_url.removeprefix("https://alerts.example")
    assert "Taken back" in (await page_visitor.post(undo)).text
    assert stored(page_visitor).state is SubscriptionState.ACTIVE


async def test_what_the_operator_paused_stays_paused(page_visitor: Visitor):
    page_visitor.store.subscriptions.set_state(
        "reader", SubscriptionState.PAUSED, "by the operator"
    )
    answer = await page_visitor.post(f"{path(page_visitor)}/resume")
    assert answer.status == 400
    assert "ask them to resume it" in answer.text


async def test_a_webhook_is_tested_replayed_and_rotated(page_visitor: Visitor):
    page = path(page_visitor, HOOK)
    trial = await page_visitor.post(f"{page}/test")
    assert "Not accepted" in trial.text
    assert "webhook-signature: v1," in trial.text
    counted = await page_visitor.post(f"{page}/replay", data={"span": "1d"})
    assert "1 message of the last day" in counted.text
    assert page_visitor.store.outbox.counts(subscription="hook")[AlertState.DEAD] == 1
    await page_visitor.post(f"{page}/replay", data={"span": "1d", "confirmed": "yes"})
    assert page_visitor.store.outbox.counts(subscription="hook")[AlertState.PENDING] == 1
    assert (await page_visitor.post(f"{page}/replay", data={"span": "99d"})).status == 400
    rotated = await page_visitor.post(f"{page}/rotate")
    assert stored(page_visitor, HOOK).signing_secret in rotated.text
    assert SECRET not in rotated.text
    assert (await page_visitor.get(page)).status == 404
    assert told(page_visitor, HOOK).undo_url == ""
    assert told(page_visitor, HOOK).manage_url.endswith(path(page_visitor, HOOK))
    assert (await page_visitor.post(f"{path(page_visitor)}/test")).status == 400  # of a mail


async def test_programs_find_schemas_and_code(page_visitor: Visitor):
    page = (await page_visitor.get(f"{path(page_visitor, HOOK)}/webhooks")).text
    assert "article.flagged" in page
    assert re.search(r"<summary>Go</summary>", page)


async def test_too_many_changes_and_requests_are_refused(page_visitor: Visitor):
    answers = [
        (await page_visitor.post(f"{path(page_visitor, HOOK)}/test")).status for _ in range(6)
    ]
    assert answers == [200] * 5 + [429]
    for _ in range(120):
        last_status = (await page_visitor.get("/manage/nothing")).status
    assert last_status == 429
