"""Tests of stories over the API: lists, decisions and their undo."""

from __future__ import annotations

import pytest

from tests.contexts import watched
from tests.fakes import feed
from tests.grouped import KILLED, MORE_KILLED, arrive, figure_pack, grouping, news
from tests.web.api.conftest import Program
from tests.web.conftest import Visitor

OTHER = "Lavrov visits, floods in Kursk"


@pytest.fixture
async def keys(visitor: Visitor) -> dict[str, str]:
    """Headline → story, of two stories: one of two articles, one of one."""
    watched(visitor.store, feed("grouped"))
    articles = [news(KILLED), news(MORE_KILLED, 1), news(OTHER, 2)]
    await arrive(visitor.store, grouping(figure_pack()), *articles, key="grouped", hours=3)
    return {story.title: story.key for story in visitor.store.stories.list()}


async def test_stories_are_listed_page_by_page_and_narrowed(
    keys: dict[str, str], reader: Program
) -> None:
    first = (await reader.get("/stories", params={"limit": "1"})).json()
    second = (await reader.get("/stories", params={"limit": "1", "after": first["next"]})).json()
    listed = [story["key"] for story in first["items"] + second["items"]]
    assert sorted(listed) == sorted(keys.values())
    large = (await reader.get("/stories", params={"least_articles": "2"})).json()["items"]
    assert [story["key"] for story in large] == [keys[KILLED]]
    assert (await reader.get("/stories", params={"after": "x"})).status == 400


async def test_articles_in_review_are_not_counted_and_named(
    keys: dict[str, str], reader: Program, visitor: Visitor
) -> None:
    joins = news("Floods: Lavrov, perhaps, in Kursk", 5)
    alone = news("Sappers, perhaps", 5)
    await arrive(visitor.store, grouping(figure_pack()), joins, alone, key="grouped", hours=5)
    listed = (await reader.get("/stories")).json()["items"]
    counts = {story["key"]: (story["articles"], story["in_review"]) for story in listed}
    assert counts == {keys[KILLED]: (2, 0), keys[OTHER]: (1, 1)}
    everything = (await reader.get("/stories", params={"tier": "review"})).json()["items"]
    assert sorted(story["articles"] for story in everything) == [0, 1, 2]
    shown = (await reader.get(f"/stories/{keys[OTHER]}")).json()["articles_listed"]
    assert [article["in_review"] for article in shown] == [False, True]
    explained = (await reader.get(f"/articles/{shown[1]['key']}/explanation")).json()
    assert explained["story"]["in_review"] is True


async def test_a_story_shows_its_articles_and_claims(keys: dict[str, str], reader: Program) -> None:
    shown = (await reader.get(f"/stories/{keys[KILLED][:10]}")).json()
    assert len(shown["articles_listed"]) == 2
    assert shown["claims"]
    assert shown["matrix"]["parties"] == ["seoul"]
    assert shown["held_back"] == []
    assert (await reader.get("/stories/abcdef")).status == 404


async def test_stories_are_merged_and_the_merge_is_taken_back(
    keys: dict[str, str], analyst: Program
) -> None:
    body = {"other": keys[OTHER], "reason": "one visit"}
    merged = await analyst.post(f"/stories/{keys[KILLED]}/merge", body)
    assert merged.json()["kind"] == "merged"
    [event] = (await analyst.get(f"/stories/{keys[KILLED]}")).json()["events"]
    assert (event["by"], event["reason"]) == ("mina's script", "one visit")
    assert (await analyst.post(f"/stories/{keys[KILLED]}/undo")).status == 200
    assert (await analyst.get(f"/stories/{keys[OTHER]}")).json()["articles"] == 1


async def test_a_story_is_split_and_renamed(keys: dict[str, str], analyst: Program) -> None:
    path = f"/stories/{keys[KILLED]}"
    articles = (await analyst.get(path)).json()["articles_listed"]
    body = {"articles": [articles[1]["key"]], "reason": "another battle"}
    split = await analyst.post(f"{path}/split", body)
    assert split.json()["kind"] == "split"
    named = await analyst.ask("PATCH", path, json={"title": "Losses in Kursk"})
    assert named.json()["title"] == "Losses in Kursk"
    assert named.json()["renamed_by"] == "mina's script"


async def test_a_decision_that_can_not_be_taken_is_refused(
    keys: dict[str, str], analyst: Program, reader: Program
) -> None:
    path = f"/stories/{keys[KILLED]}"
    twice = {"other": keys[KILLED], "reason": "x"}
    assert (await analyst.post(f"{path}/merge", twice)).status == 422
    assert (await analyst.post(f"{path}/undo")).status == 422
    blank = await analyst.ask("PATCH", path, json={"title": "  "})
    assert blank.json()["errors"][0]["pointer"] == "/title"
    assert (await reader.post(f"{path}/undo")).status == 403


async def test_spikes_are_reported_with_what_is_usual(
    keys: dict[str, str], reader: Program
) -> None:
    report = (await reader.get("/stories/spikes", params={"since": "7d"})).json()
    assert report["spikes"] == []
    assert all(volume["usual"] is None for volume in report["volumes"])
    assert (await reader.get("/stories/spikes", params={"since": "soon"})).status == 400
    assert (await reader.get("/stories/spikes", params={"since": "740000d"})).status == 400
