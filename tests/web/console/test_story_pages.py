"""Tests of the place Stories over a real socket."""

from __future__ import annotations

import pytest

from monitor.domain.stories import Repeat
from tests.contexts import watched
from tests.fakes import feed, subscription
from tests.grouped import KILLED, MORE_KILLED, arrive, figure_pack, grouping, news
from tests.web.conftest import Visitor
from tests.web.console.conftest import Member

HOSTILE = "<script>alert(1)</script> Lavrov, floods in Kursk"


@pytest.fixture
async def keys(visitor: Visitor) -> dict[str, str]:
    """Headline → story, of two stories that were grouped from a feed of their own."""
    watched(visitor.store, feed("grouped"))
    stage = grouping(figure_pack())
    articles = [news(KILLED), news(MORE_KILLED, 1), news(HOSTILE, 2)]
    await arrive(visitor.store, stage, *articles, key="grouped", hours=3)
    return {story.title: story.key for story in visitor.store.stories.list()}


async def test_the_list_names_outlets_and_origins_and_has_filters(
    keys: dict[str, str], viewer: Member
) -> None:
    page = (await viewer.get("/console/stories")).text
    assert "2 stories." in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "1 origin" in page
    narrow = (await viewer.get("/console/stories?articles=2")).text
    assert "1 story." in narrow
    listed = (await viewer.get("/console/stories.json?articles=2")).json()["stories"]
    assert [story["key"] for story in listed] == [keys[KILLED]]
    assert (await viewer.get("/console/stories?after=x")).status == 400
    assert "No story matches" in (await viewer.get("/console/stories?articles=99")).text


async def test_what_waits_for_review_is_shown_to_be_looked_at(
    keys: dict[str, str], viewer: Member, visitor: Visitor
) -> None:
    doubtful = news("Floods: Lavrov, perhaps, in Kursk", 5)
    await arrive(visitor.store, grouping(figure_pack()), doubtful, key="grouped", hours=5)
    assert "1 to look at" in (await viewer.get("/console/stories?tier=review")).text
    (article,) = [item for item in visitor.store.articles.list() if "perhaps" in item.entry.title]
    page = (await viewer.get(f"/console/stories/{keys[HOSTILE]}")).text
    assert f'href="/console/review?open={article.key}">Please look</a>' in page
    assert "1 article of 1 outlet" in page
    assert (await viewer.get("/console/stories?tier=none")).status >= 400


async def test_the_list_is_a_table_and_a_feed_too(
    keys: dict[str, str], viewer: Member, analyst: Member
) -> None:
    table = (await analyst.get("/console/stories.csv")).text.splitlines()
    assert table[0].startswith("key,title,language,phase")
    assert len(table) == 3
    assert (await viewer.get("/console/stories.csv")).status == 403
    feed_ = await viewer.get("/console/stories.atom?articles=2")
    assert feed_.headers["content-type"] == "application/atom+xml"
    assert f'/console/stories/{keys[KILLED]}"' in feed_.text
    assert "&lt;script" not in feed_.text
    everything = (await viewer.get("/console/stories.atom")).text
    assert everything.count("<entry") == 2
    assert "<script" not in everything


async def test_a_story_shows_reasons_claims_and_no_forms_to_a_viewer(
    keys: dict[str, str], viewer: Member
) -> None:
    page = (await viewer.get(f"/console/stories/{keys[KILLED]}")).text
    assert "it has most in common with this story" in page
    assert "superseded" in page
    assert "Split off" not in page
    document = (await viewer.get(f"/console/stories/{keys[KILLED]}.json")).json()
    assert len(document["articles_listed"]) == 2
    assert (await viewer.get("/console/stories/abcdef12")).status == 404


async def test_a_story_shows_who_says_what_and_what_was_not_told(
    visitor: Visitor, viewer: Member
) -> None:
    watched(
        visitor.store,
        feed("grouped"),
        subscriptions=(subscription("t", name="<b>desk</b>", repeat=Repeat.STORY),),
    )
    stage = grouping(figure_pack())
    await arrive(visitor.store, stage, key="grouped", hours=-1)
    await arrive(visitor.store, stage, news(KILLED), key="grouped")
    denial = news("Moscow denies <i>losses</i> near Shoigu's Kursk", 1)
    await arrive(visitor.store, stage, denial, key="grouped", hours=1)
    (story,) = visitor.store.stories.list()
    page = (await viewer.get(f"/console/stories/{story.key}")).text
    assert "Who confirms and who denies" in page
    assert '<th scope="col">Moscow</th><th scope="col">Seoul</th>' in page
    assert "600 killed" in page
    assert "&lt;i&gt;losses&lt;/i&gt;" in page
    assert "this subscription is told each story once" in page
    assert "&lt;b&gt;desk" in page
    assert "<b>desk" not in page


async def test_an_analyst_merges_and_takes_it_back(
    keys: dict[str, str], visitor: Visitor, analyst: Member
) -> None:
    base = f"/console/stories/{keys[KILLED]}"
    form = {"other": keys[HOSTILE], "reason": "one trip"}
    assert (await analyst.post(f"{base}/merge", form)).status == 303
    moved = await analyst.get(f"/console/stories/{keys[HOSTILE]}")
    assert (moved.status, moved.headers["location"]) == (303, base)
    page = (await analyst.get(base)).text
    assert "put here by a person" in page
    assert "merged by Mina: " in page
    await analyst.post(f"{base}/undo")
    assert len(visitor.store.stories.list()) == 2


async def test_an_analyst_splits_and_renames(
    keys: dict[str, str], visitor: Visitor, analyst: Member
) -> None:
    base = f"/console/stories/{keys[KILLED]}"
    last = (await analyst.get(f"{base}.json")).json()["articles_listed"][-1]["key"]
    await analyst.post(f"{base}/split", {"article": last, "reason": "two trips"})
    assert len(visitor.store.stories.list()) == 3
    await analyst.post(f"{base}/rename", {"title": "The trip"})
    assert "The trip" in (await analyst.get("/console/stories")).text


async def test_what_cannot_be_done_says_why_and_changes_nothing(
    keys: dict[str, str], visitor: Visitor, analyst: Member
) -> None:
    base = f"/console/stories/{keys[KILLED]}"
    answer = await analyst.post(f"{base}/split", {"reason": "none chosen"})
    assert answer.status == 303
    assert answer.headers["location"] == base
    assert len(visitor.store.stories.list()) == 2


async def test_a_viewer_corrects_no_story(keys: dict[str, str], viewer: Member) -> None:
    base = f"/console/stories/{keys[KILLED]}"
    assert (await viewer.post(f"{base}/undo")).status == 403
