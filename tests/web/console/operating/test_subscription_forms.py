"""Forms of subscriptions: add, try, edit, test, rotate, pause, resume, remove."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from monitor.domain.alerts import Subscription, SubscriptionState
from tests.fakes import subscription
from tests.web.conftest import Visitor
from tests.web.console.conftest import Member

PATH = "/console/subscriptions"
DESK = "d" * 64
PAGE = f"{PATH}/{DESK}"
FIELDS = {
    "name": "desk",
    "address": "https://hooks.example/in",
    "about": "articles",
    "min_score": "0",
    "every": "at-once",
    "repeat": "facts",
    "tier": "alert",
    "zone": "UTC",
}


@pytest.fixture
def web_settings() -> dict[str, object]:
    return {"console": True, "public_url": "https://alerts.example"}


@pytest.fixture
def desk(visitor: Visitor) -> Visitor:
    visitor.store.subscriptions.add(
        subscription(DESK, name="desk", address="https://hooks.example/in")
    )
    return visitor


def stored(visitor: Visitor, key: str = DESK) -> Subscription:
    subscription = visitor.store.subscriptions.find(key)
    assert subscription is not None
    return subscription


async def version(operator: Member) -> dict[str, str]:
    page = (await operator.get(PAGE)).text
    match = re.search(r'name="version" value="(\w+)"', page)
    assert match is not None
    return {"version": match[1]}


async def test_a_webhook_is_added_and_its_secret_shown_once(visitor: Visitor, operator: Member):
    answer = await operator.post(PATH, {**FIELDS, "channel": "webhook", "filter": "lang:ko"})
    assert answer.status == 200
    added = stored(visitor, "desk")
    assert added.signing_secret in answer.text
    assert added.filter is not None
    assert added.signing_secret not in (await operator.get(f"{PATH}/{added.key}")).text
    fields = {**FIELDS, "name": "own", "channel": "webhook", "secret": "whsec_" + "c2VjcmV0" * 4}
    assert (await operator.post(PATH, fields)).status == 303
    assert stored(visitor, "own").signing_secret == fields["secret"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"zone": "Europe/Warschau"}, "is not a known time zone"),
        ({"address": "http://10.0.0.1/in"}, "10.0.0.1"),
        ({"filter": "colour:red"}, "colour"),
        ({"quiet": "late"}, "22:00-07:00"),
        ({"feeds": "nowhere"}, "nowhere"),
        ({"headers": "no header"}, "header"),
    ],
)
async def test_what_can_not_be_used_is_named_and_what_was_typed_stays(
    desk: Visitor, operator: Member, change: dict[str, str], message: str
):
    before = stored(desk)
    edited = {**FIELDS, **await version(operator), "name": "typed name", **change}
    answer = await operator.post(f"{PAGE}/edit", edited)
    assert answer.status == 400
    assert message in answer.text.partition('role="alert">')[2].partition("</p>")[0]
    assert 'value="typed name"' in answer.text
    assert stored(desk) == before
    refused = await operator.post(PATH, {**edited, "channel": "webhook"})
    assert refused.status == 400
    assert len(desk.store.subscriptions.list()) == 1


async def test_an_edit_is_tried_and_then_saved_without_a_new_secret(
    desk: Visitor, operator: Member
):
    before = stored(desk)
    edited = {**FIELDS, **await version(operator), "theme": "troops", "every": "daily"}
    edited |= {"at": "07:30", "headers": "Authorization: Bearer t0ken"}
    preview = await operator.post(f"{PAGE}/try", edited)
    assert "As edited, not saved yet" in preview.text
    assert "Daily at 07:30" in preview.text
    assert "t0ken" not in preview.text
    assert stored(desk) == before
    assert (await operator.post(f"{PAGE}/edit", edited)).status == 303
    after = stored(desk)
    assert (after.themes, after.signing_secret) == (frozenset({"troops"}), before.signing_secret)
    assert after.headers == (("Authorization", "Bearer t0ken"),)


async def test_the_second_of_two_operators_overwrites_nothing(desk: Visitor, operator: Member):
    stale = await version(operator)
    first = {**FIELDS, **stale, "name": "first"}
    assert (await operator.post(f"{PAGE}/edit", first)).status == 303
    second = await operator.post(f"{PAGE}/edit", {**FIELDS, **stale, "name": "second"})
    assert second.status == 400
    assert "changed by somebody else" in second.text
    assert stored(desk).name == "first"


async def test_a_test_to_a_private_address_is_refused_clearly(visitor: Visitor, operator: Member):
    visitor.store.subscriptions.add(subscription(DESK, address="http://127.0.0.1:9/in"))
    page = (await operator.post(f"{PAGE}/test")).text
    assert "Not accepted" in page
    assert "egress.allow" in page
    assert "webhook-signature: v1," in page


async def test_the_secret_addresses_are_shown_and_renewed(desk: Visitor, operator: Member):
    shown = await operator.post(f"{PAGE}/links")
    assert shown.text.count("https://alerts.example/") == 4
    renewed = await operator.post(f"{PAGE}/links", {"renew": "yes"})
    assert stored(desk).link_version == 1
    assert shown.text != renewed.text


async def test_a_secret_is_rotated_and_states_change(
    desk: Visitor, operator: Member, viewer: Member
):
    before = stored(desk)
    answer = await operator.post(f"{PAGE}/rotate", {"keep_hours": "24"})
    after = stored(desk)
    assert after.signing_secret in answer.text
    assert before.signing_secret not in answer.text
    for hours in ("x", "721", "9" * 5_000):
        assert (await operator.post(f"{PAGE}/rotate", {"keep_hours": hours})).status == 303
    assert stored(desk) == after
    await operator.post(f"{PAGE}/pause")
    assert stored(desk).state is SubscriptionState.PAUSED
    await operator.post(f"{PAGE}/resume")
    assert stored(desk).state is SubscriptionState.ACTIVE
    assert (await viewer.post(f"{PAGE}/remove")).status == 403
    answer = await operator.post(f"{PAGE}/remove")
    assert answer.headers["location"] == PATH
    assert desk.store.subscriptions.list() == []
    assert (await operator.post(f"{PAGE}/remove")).status == 303
    assert (await operator.post(f"{PAGE}/test")).status == 404


async def test_a_subscriber_is_erased_when_the_name_is_typed(
    desk: Visitor, operator: Member, viewer: Member
):
    assert 'action="/console/subscriptions/' + DESK + '/erase"' in (await operator.get(PAGE)).text
    assert (await viewer.post(f"{PAGE}/erase", {"name": "desk"})).status == 403
    refused = await operator.post(f"{PAGE}/erase", {"name": "Desk"})
    assert refused.headers["location"] == PAGE
    assert stored(desk).address == "https://hooks.example/in"
    page = (await operator.post(f"{PAGE}/erase", {"name": "desk"})).text
    assert "is erased: address, filters and 0 messages, 0 attempts, 0 silences are gone" in page
    assert "Backups made before" in page
    assert desk.store.subscriptions.find(DESK) is None
    assert (await operator.post(f"{PAGE}/erase", {"name": "desk"})).status == 404


async def test_one_topic_needs_no_choice(desk: Visitor, operator: Member):
    assert "Topics; none ticked" not in (await operator.get(f"{PATH}/new")).text


async def test_topics_are_chosen_where_there_are_several(desk: Visitor, operator: Member):
    topics = {"dprk-russia": "Military cooperation", "cables": "Cut cables"}
    object.__setattr__(desk.site, "topics", topics)
    assert 'value="cables"> Cut cables' in (await operator.get(f"{PATH}/new")).text
    new = {**FIELDS, "name": "sea", "channel": "webhook", "topic": "cables"}
    assert (await operator.post(PATH, new)).status == 200
    assert stored(desk, "sea").topics == {"cables"}
    saved = await operator.post(
        f"{PAGE}/edit", {**FIELDS, "topic": "cables"} | await version(operator)
    )
    assert saved.status == 303
    assert stored(desk).topics == {"cables"}
    page = (await operator.get(PAGE)).text
    assert 'value="cables" checked> Cut cables' in page
    assert "everything on cables" in page
    unknown = {**FIELDS, "topic": "wolves"} | await version(operator)
    refused = await operator.post(f"{PAGE}/edit", unknown)
    assert refused.status == 400
    assert "wolves: no such topic is watched; there are: dprk-russia, cables" in refused.text


async def test_a_topic_that_was_removed_stays_until_it_is_unticked(desk: Visitor, operator: Member):
    desk.store.subscriptions.edit(replace(stored(desk), topics=frozenset({"foxes"})), desk.clock())
    page = (await operator.get(PAGE)).text
    assert 'value="foxes" checked> foxes, which is not watched any more' in page
    edit = {**FIELDS, "topic": "foxes", "min_score": "0.5"} | await version(operator)
    assert (await operator.post(f"{PAGE}/edit", edit)).status == 303
    assert stored(desk).topics == {"foxes"}
    unticked = FIELDS | await version(operator)
    assert (await operator.post(f"{PAGE}/edit", unticked)).status == 303
    assert stored(desk).topics == frozenset()
