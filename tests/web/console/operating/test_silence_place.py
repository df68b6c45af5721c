"""The place Silences over a real socket: preview, add, end, recurring ones."""

from __future__ import annotations

from datetime import timedelta

from monitor.domain.alerts import PollResult
from tests.fakes import NOW, article, feed, subscription
from tests.web.conftest import Visitor
from tests.web.console.conftest import Member

PATH = "/console/silences"
SILENCE = {"reason": "summit <b>", "for": "3d", "theme": "labour", "every": "00:00-24:00"}


async def test_a_silence_is_seen_before_it_is_added_and_ended_early(
    visitor: Visitor, operator: Member, viewer: Member
):
    store = visitor.store
    store.feeds.add(feed("f"))
    news = article("a" * 64, seen_at=NOW - timedelta(days=1))
    store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=(news,))])
    store.subscriptions.add(subscription("d" * 64, name="desk"))
    preview = await operator.post(f"{PATH}/try", SILENCE)
    assert "It would have kept back 1 of 1 alerts of the last 7 days." in preview.text
    assert 'value="summit &lt;b&gt;"' in preview.text
    assert store.silences.list() == []
    assert (await operator.post(PATH, {**SILENCE, "zone": "Asia/Seoul"})).status == 303
    [silence] = store.silences.list()
    page = (await viewer.get(PATH)).text
    assert "theme labour, 00:00-24:00 Asia/Seoul" in page
    assert "Add a silence" not in page
    assert (await viewer.post(f"{PATH}/{silence.key}/end")).status == 403
    assert (await operator.post(f"{PATH}/{silence.key}/end")).status == 303
    [item] = (await viewer.get(PATH + ".json")).json()["items"]
    assert item["until"] == "2025-06-17T12:00:00Z"
    assert (await operator.post(f"{PATH}/none/end")).status == 303


async def test_what_can_not_be_used_is_named_and_what_was_typed_stays(
    visitor: Visitor, operator: Member
):
    for change, message in (
        ({"for": ""}, "say how long"),
        ({"reason": " "}, "reason is empty"),
        ({"theme": "weather"}, "no such theme"),
        ({"every": "", "zone": "UTC"}, "zone is that of"),
        ({"every": "always"}, "can&#39;t be understood"),
        ({"zone": "Mars/Olympus"}, "not a known time zone"),
        ({"feed": "nowhere"}, "nowhere"),
    ):
        for path in (PATH, f"{PATH}/try"):
            answer = await operator.post(path, {**SILENCE, "term": "parade", **change})
            assert answer.status == 400
            assert message in answer.text
            assert 'value="parade"' in answer.text
    assert visitor.store.silences.list() == []


async def test_a_link_fills_the_form(operator: Member):
    page = (await operator.get(f"{PATH}?theme=troops&term=parade")).text
    assert 'value="parade"' in page
    assert '<option value="troops" selected>' in page
