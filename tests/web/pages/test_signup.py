"""Sign-up with double opt-in: no message before the confirmation, the same answer to everybody."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from monitor.actions.subscribing.sign_up import CONFIRM_WITHIN, SignUp
from monitor.domain.alerts import ChannelKind, PollResult, Subscription, SubscriptionState
from monitor.domain.muting.operator_pause import BY_OPERATOR
from monitor.web.pages import signup
from monitor.web.pages.signup import ADDRESS_LIMIT, NETWORK_LIMIT, TOTAL_LIMIT
from tests.fakes import NOW, article, feed, subscription
from tests.store.builders import MINUTE, an_alert, an_attempt
from tests.web.conftest import Answer, Visitor

ADDRESS = "reader@watch.example"


@pytest.fixture
def web_settings() -> dict[str, object]:
    return {"public_url": "https://alerts.example", "signup": True}


async def sign_up(visitor: Visitor, address: str = ADDRESS, *, network: str = "198.51.100.7",
                  **fields: str) -> Answer:  # fmt: skip
    form = {"email": address, **fields}
    answer = await visitor.post("/subscribe", data=form, headers={"X-Forwarded-For": network})
    for _ in range(100):  # the work after the answer runs in the store's one thread
        await visitor.site.writing.run(lambda: None)
        await asyncio.sleep(0)
    return answer


def mails(visitor: Visitor) -> list[str]:
    """Send the pending mails; the paths of their confirmation links."""
    now, outbox = visitor.clock(), visitor.store.outbox
    claims = outbox.claim(now, limit=99, per_subscription=99, lease=MINUTE)
    for claim in claims:
        outbox.record(an_attempt(claim.alert), token=claim.token, due_at=None)
    urls = [urlsplit(str(claim.alert.content.url)) for claim in claims]
    return [f"{url.path}?{url.query}" for url in urls]


def stored(visitor: Visitor) -> Subscription:
    (subscription,) = visitor.store.subscriptions.list()
    return subscription


async def test_the_form_is_a_page_without_scripts(visitor: Visitor):
    answer = await visitor.get("/subscribe")
    assert answer.status == 200
    assert 'value="labour">Labour' in answer.text
    assert "The topic: <b>Military cooperation</b>." in answer.text
    assert "<script" not in answer.text


async def test_a_reader_who_confirms_by_mail_is_subscribed(visitor: Visitor):
    answer = await sign_up(visitor, theme="labour")
    assert answer.status == 200
    assert "Check your mailbox" in answer.text
    assert stored(visitor).state is SubscriptionState.UNCONFIRMED

    (link,) = mails(visitor)
    page = (await visitor.get(link)).text
    assert "For these themes: Labour. Nothing is sent until you confirm." in page
    assert stored(visitor).state is SubscriptionState.UNCONFIRMED  # looking changes nothing

    assert "You are subscribed" in (await visitor.post(link)).text
    reader = stored(visitor)
    assert (reader.state, reader.channel, reader.address) == (
        SubscriptionState.ACTIVE, ChannelKind.EMAIL, ADDRESS,
    )  # fmt: skip
    assert reader.themes == {"labour"}
    assert "You are subscribed" in (await visitor.post(link)).text  # twice is no harm


async def test_nothing_but_the_confirmation_mail_is_sent_before_the_confirmation(visitor: Visitor):
    await sign_up(visitor)
    reader, flagged = stored(visitor), article("a")
    visitor.store.feeds.add_all([feed("f")])
    poll = PollResult(feed_key="f", state=feed("f").poll, articles=(flagged,),
                  alerts=(an_alert(flagged, reader),))  # fmt: skip
    visitor.store.commit([poll])
    assert len(mails(visitor)) == 1


async def test_a_known_address_gets_no_mail_and_the_same_answer(visitor: Visitor):
    unknown = await sign_up(visitor, "stranger@watch.example")
    visitor.store.subscriptions.add(
        subscription("me", channel=ChannelKind.EMAIL, address="Reader@watch.example")
    )
    mails(visitor)
    subscribed = await sign_up(visitor)
    assert (subscribed.status, subscribed.body) == (unknown.status, unknown.body)
    assert mails(visitor) == []


async def test_a_link_expires_and_the_page_says_so(visitor: Visitor):
    await sign_up(visitor)
    (link,) = mails(visitor)
    visitor.clock.later(CONFIRM_WITHIN + timedelta(minutes=1))
    for answer in (await visitor.get(link), await visitor.post(link)):
        assert answer.status == 410
        assert "This link has expired" in answer.text
    assert stored(visitor).state is SubscriptionState.UNCONFIRMED


async def test_a_link_that_was_changed_is_a_plain_404(visitor: Visitor):
    await sign_up(visitor, theme="labour")
    (link,) = mails(visitor)
    path, _, query = link.partition("?")
    other = link.replace("/confirm/", "/unsubscribe/")
    wrongs = [path, f"{path}?until=9999999999&themes=labour", f"{link},troops", other]
    for wrong in [*wrongs, f"{path[:-1]}?{query}", "/confirm/x?until=x"]:
        answer = await visitor.post(wrong)
        assert (answer.status, answer.text) == (404, "Not found.\n"), wrong
    assert stored(visitor).state is SubscriptionState.UNCONFIRMED


async def test_a_reader_who_unsubscribed_is_active_again_only_after_confirming(visitor: Visitor):
    await sign_up(visitor)
    (link,) = mails(visitor)
    await visitor.post(link)
    visitor.store.subscriptions.unsubscribe(stored(visitor).key, "by its reader", NOW)
    visitor.clock.later(timedelta(hours=2))
    await sign_up(visitor, theme="troops")
    assert stored(visitor).state is SubscriptionState.UNSUBSCRIBED
    (again,) = mails(visitor)
    await visitor.post(again)
    assert stored(visitor).state is SubscriptionState.ACTIVE
    assert stored(visitor).themes == {"troops"}


async def test_a_reader_whom_the_operator_paused_is_told_so(visitor: Visitor):
    await sign_up(visitor)
    (link,) = mails(visitor)
    await visitor.post(link)
    visitor.store.subscriptions.set_state(
        stored(visitor).key, SubscriptionState.PAUSED, BY_OPERATOR
    )
    answer = await visitor.get(link)
    assert answer.status == 200
    assert "You are subscribed, and paused" in answer.text


async def test_an_address_gets_one_mail_an_hour_and_a_few_a_day(visitor: Visitor):
    for _ in range(2):
        await sign_up(visitor)
    assert len(mails(visitor)) == 1
    sent = 0
    for _ in range(ADDRESS_LIMIT.times + 3):
        visitor.clock.later(timedelta(hours=1))
        answer = await sign_up(visitor)
        assert "Check your mailbox" in answer.text
        sent += len(mails(visitor))
    assert sent == ADDRESS_LIMIT.times - 2


async def test_a_network_has_a_limit_of_its_own(visitor: Visitor):
    answers = [
        await sign_up(visitor, f"reader{number}@watch.example", network=f"198.51.100.{number}")
        for number in range(NETWORK_LIMIT.times + 1)
    ]
    assert [answer.status for answer in answers] == [200] * NETWORK_LIMIT.times + [429]
    assert (await sign_up(visitor, "other@watch.example", network="203.0.113.1")).status == 200


async def test_all_sign_ups_together_have_a_limit(visitor: Visitor):
    limits = signup.RateLimiter()
    for _ in range(TOTAL_LIMIT.times):
        assert limits.allow("all", TOTAL_LIMIT, NOW)
    request = SignUp(address=ADDRESS, themes=())
    await signup.store_sign_up(visitor.site, limits, request, NOW)
    assert visitor.store.subscriptions.list() == []


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("", "no mail address"),
        ("nobody", "no mail address"),
        ("a@b.example\nBcc: c@d.example", "no mail address"),
        ("<script>@b.example", "no mail address"),
        ("a" * 300 + "@b.example", "longer than"),
    ],
)
async def test_an_invalid_address_is_refused_and_stored_nowhere(visitor: Visitor, address, message):
    answer = await sign_up(visitor, address)
    assert answer.status == 400
    assert message in answer.text
    assert "<script" not in answer.text
    assert visitor.store.subscriptions.list() == []


async def test_malformed_forms_cause_no_server_error(visitor: Visitor):
    assert (await visitor.post("/subscribe", data=b"\xff\xfe&&==")).status == 400
    assert (await visitor.post("/subscribe", data=b"&".join([b"a=1"] * 60))).status == 400
    assert (await visitor.post("/subscribe", data=b"x" * 9_000)).status == 413
    answer = await sign_up(visitor, theme="no-such-theme")
    assert answer.status == 200
    assert stored(visitor).themes == frozenset()


async def test_a_sign_up_that_is_never_confirmed_is_deleted(visitor: Visitor):
    await sign_up(visitor)
    round_ = signup.cleanup_round(visitor.site)
    await round_.work(NOW + CONFIRM_WITHIN)
    assert stored(visitor).state is SubscriptionState.UNCONFIRMED
    await round_.work(NOW + CONFIRM_WITHIN + timedelta(seconds=1))
    assert visitor.store.subscriptions.list() == []


class TestWithoutSignUp:
    @pytest.fixture
    def web_settings(self) -> dict[str, object]:
        return {"public_url": "https://alerts.example"}

    async def test_there_is_no_such_page(self, visitor: Visitor):
        assert (await visitor.get("/subscribe")).status == 404
        assert (await visitor.post("/subscribe", data={"email": ADDRESS})).status == 404
