"""The page of a receiver: forms change, GET never does, tokens end, each change can be undone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from monitor.alerts import tokens
from monitor.alerts.tokens import Purpose
from monitor.domain.alerts import AlertState, ChannelKind, Subscription, SubscriptionState
from monitor.domain.message_contents import SubscriptionChanged
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
def both(visitor: Visitor) -> Visitor:
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


async def test_get_requests_change_nothing_and_tell_nobody(both: Visitor):
    page = await both.get(path(both))
    assert page.status == 200
    assert "대북 &lt;b&gt;감시" in page.text
    assert "Sappers &lt;i&gt;leave" in page.text
    assert "<script" not in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in page.headers["x-robots-tag"]
    assert (await both.get(f"{path(both)}/pause")).status == 405
    assert stored(both) == READER
    assert len(both.store.outbox.list()) == 2


@pytest.mark.parametrize("purpose", [Purpose.UNSUBSCRIBE, Purpose.FEED, Purpose.UNDO])
async def test_a_forged_or_renewed_token_is_not_found(both: Visitor, purpose: Purpose):
    secret, old = both.store.tokens.secret(), path(both)
    other = tokens.token(secret, purpose, READER, "0")
    for wrong in (f"/manage/{other}", f"{old[:-1]}x", "/manage/nothing", f"{old}/everything"):
        assert (await both.post(wrong if wrong.count("/") == 3 else f"{wrong}/pause")).status == 404
    both.store.subscriptions.renew_link("reader")
    assert (await both.get(old)).status == 404
    assert (await both.get(path(both))).status == 200
    assert stored(both).state is SubscriptionState.ACTIVE


async def test_an_edit_is_saved_told_and_taken_back(both: Visitor):
    answer = await both.post(f"{path(both)}/edit", data=EDIT)
    assert answer.status == 303
    assert "Saved." in (await both.get(f"{path(both)}?done=saved")).text
    after = stored(both)
    assert after.themes == {"troops"}
    assert after.filter is not None
    message = told(both)
    assert message.changes == (
        "Themes: Troops.", "Filter: kursk.", "Schedule: daily at 07:30 (UTC).",
    )  # fmt: skip
    undo = message.undo_url.removeprefix("https://alerts.example")
    assert "Nothing has changed yet" in (await both.get(undo)).text
    assert stored(both) == after
    assert "Taken back" in (await both.post(undo)).text
    undone = stored(both)
    assert (undone.themes, undone.filter, undone.cadence.every) == (frozenset(), None, "at-once")
    assert (await both.post(undo.replace("was=", "was=x"))).status == 404
    both.clock.later(timedelta(days=15))
    assert (await both.get(undo)).status == 410


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"zone": "Europe/Warschau"}, "is not a known time zone"),
        ({"filter": "colour:red"}, "colour"),
        ({"theme": "weather"}, "no such theme"),
        ({"every": "monthly"}, "monthly"),
    ],
)
async def test_what_can_not_be_used_is_named(both: Visitor, change: dict[str, str], message: str):
    answer = await both.post(f"{path(both)}/edit", data={**EDIT, **change})
    assert answer.status == 400
    assert message in answer.text
    assert stored(both) == READER


async def test_who_pauses_or_leaves_is_told_and_can_return(both: Visitor):
    for act, state in (
        ("pause", SubscriptionState.PAUSED),
        ("resume", SubscriptionState.ACTIVE),
        ("leave", SubscriptionState.UNSUBSCRIBED),
    ):
        assert (await both.post(f"{path(both)}/{act}")).status == 303
        assert stored(both).state is state
        due = both.store.outbox.claim(
            both.clock(), limit=9, per_subscription=9, lease=timedelta(minutes=1)
        )
        assert [claim.alert.content for claim in due] == [told(both)]
        both.clock.later(timedelta(seconds=1))
    undo = told(both).undo_url.removeprefix("https://alerts.example")
    assert "Taken back" in (await both.post(undo)).text
    assert stored(both).state is SubscriptionState.ACTIVE


async def test_what_the_operator_paused_stays_paused(both: Visitor):
    both.store.subscriptions.set_state("reader", SubscriptionState.PAUSED, "by the operator")
    answer = await both.post(f"{path(both)}/resume")
    assert answer.status == 400
    assert "ask them to resume it" in answer.text


async def test_a_webhook_is_tested_replayed_and_rotated(both: Visitor):
    page = path(both, HOOK)
    trial = await both.post(f"{page}/test")
    assert "Not accepted" in trial.text
    assert "webhook-signature: v1," in trial.text
    counted = await both.post(f"{page}/replay", data={"span": "1d"})
    assert "1 message of the last day" in counted.text
    assert both.store.outbox.counts(subscription="hook")[AlertState.DEAD] == 1
    await both.post(f"{page}/replay", data={"span": "1d", "confirmed": "yes"})
    assert both.store.outbox.counts(subscription="hook")[AlertState.PENDING] == 1
    assert (await both.post(f"{page}/replay", data={"span": "99d"})).status == 400
    rotated = await both.post(f"{page}/rotate")
    assert stored(both, HOOK).signing_secret in rotated.text
    assert SECRET not in rotated.text
    assert (await both.get(page)).status == 404
    assert told(both, HOOK).undo_url == ""
    assert told(both, HOOK).manage_url.endswith(path(both, HOOK))
    assert (await both.post(f"{path(both)}/test")).status == 400  # of a mail


async def test_programs_find_schemas_and_code(both: Visitor):
    page = (await both.get(f"{path(both, HOOK)}/webhooks")).text
    assert "article.flagged" in page
    assert re.search(r"<summary>Go</summary>", page)


async def test_too_many_changes_and_requests_are_refused(both: Visitor):
    answers = [(await both.post(f"{path(both, HOOK)}/test")).status for _ in range(6)]
    assert answers == [200] * 5 + [429]
    for _ in range(120):
        last_status = (await both.get("/manage/nothing")).status
    assert last_status == 429
