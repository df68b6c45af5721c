"""The place Teaching over a real socket: what is next, progress, packs, who sees what."""

from __future__ import annotations

import html
import re

import pytest

from monitor.access.caller import local_caller
from monitor.access.roles import PersonRole
from monitor.actions.access import access_tokens
from monitor.actions.access.access_tokens import NewAccessToken
from monitor.actions.reading.explanations import ExplainerCache
from monitor.domain.articles import Mark
from monitor.runtime import clock, status_file
from monitor.runtime.status_file import RunningSettings
from monitor.web.console.teaching.teaching_place import Proposals
from tests.web.conftest import Answer, Visitor
from tests.web.console.conftest import Member
from tests.web.wolves import TITLES, add_wolves


def next_address(page: Answer) -> str:
    """The address that the page skips to."""
    skip_link = re.search(r'<a class="button" href="([^"]+)" data-key="s">', page.text)
    assert skip_link, page.text
    return html.unescape(skip_link[1])


async def test_one_article_at_a_time_with_its_reason_and_the_progress(
    wolves: Visitor, analyst: Member
) -> None:
    page = await analyst.get("/console/teaching")
    assert page.status == 200
    assert "Article 1 of 6" in page.text
    assert "near the threshold: 0.40 of 0.50" in page.text
    assert "0 articles are marked: 0 to learn from, 0 to compare by; 20 until the next lesson." in (
        page.text
    )
    for key in ("r", "x", "s", "n", "1", "u"):
        assert f'data-key="{key}"' in page.text


async def test_a_mark_leads_to_the_next_article_and_a_skip_does_too(
    wolves: Visitor, analyst: Member
) -> None:
    first = await analyst.get("/console/teaching")
    second_address = next_address(first)
    second = await analyst.get(second_address)
    assert "Article 2 of 6" in second.text
    (article,) = re.findall(r'name="article" value="([^"]+)"', first.text)
    form = {"article": article, "relevant": "no", "next": second_address, "back": "/console/"}
    answer = await analyst.post("/console/marks", form)
    assert answer.headers["location"] == second_address
    page = await analyst.get(second_address)
    assert "Article 2 of 6" in page.text
    assert "1 article is marked" in page.text
    fresh = await analyst.get("/console/teaching")
    assert "Article 1 of 5" in fresh.text


async def test_an_article_that_was_removed_meanwhile_and_none_at_all(
    wolves: Visitor, analyst: Member
) -> None:
    page = await analyst.get("/console/teaching?list=ffff.eeee&at=0")
    assert "This article was removed meanwhile." in page.text
    for article in add_wolves(wolves.store):
        wolves.store.marks.add(Mark(article_key=article.key, relevant=True, marked_at=clock.now()))
    page = await analyst.get("/console/teaching")
    assert "There is nothing to mark" in page.text


async def test_marks_that_disagree_with_the_pack_are_listed(
    wolves: Visitor, analyst: Member
) -> None:
    article = add_wolves(wolves.store, ["Wolf kills a calf"], 0.1)[0]
    await analyst.post("/console/marks", {"article": article.key, "relevant": "yes"})
    page = await analyst.get("/console/teaching")
    assert "1 of 1 marked articles disagrees with what the pack said" in page.text
    assert f'href="/console/articles/{article.key}"' in page.text


async def test_programs_read_the_same_as_json(wolves: Visitor, viewer: Member) -> None:
    document = (await viewer.get("/console/teaching.json")).json()
    assert {row["title"] for row in document["next"]} == set(TITLES)
    assert document["progress"]["until_lesson"] == 20
    assert document["packs"]["candidate"] is None
    assert document["packs"]["in_use"].startswith("wolves@")
    assert document["last_training"] is None


async def test_a_token_that_may_not_read_articles_sees_none(wolves: Visitor) -> None:
    now = wolves.clock()
    new = NewAccessToken(name="ci", role=PersonRole.ANALYST, scopes=("model:read",))
    access_token = access_tokens.make_token(wolves.store, new, local_caller("test", now), now)
    headers = {"authorization": f"Bearer {access_token.secret}"}
    for address in ("/console/teaching", "/console/teaching.json", "/console/teaching/packs"):
        answer = await wolves.get(address, headers=headers)
        assert answer.status == 200
        assert not any(title in answer.text for title in TITLES)


async def test_a_process_that_has_another_pack_is_named(wolves: Visitor, operator: Member) -> None:
    status = RunningSettings(pid=7, role="poll", config="c", since="", pack="wolves@0123456789ab")
    assert wolves.site.settings.path is not None
    status_file.write(wolves.site.settings.path, status)
    page = await operator.get("/console/teaching/packs")
    assert "process 7 (poll) still judges by" in page.text


async def test_proposals_are_chosen_again_when_one_of_them_is_marked(wolves: Visitor) -> None:
    site, proposals = wolves.site, Proposals(wolves.site, ExplainerCache(wolves.site.settings))
    chosen = await proposals.now()
    assert await proposals.now() is chosen
    marked = chosen[0].article.key
    site.writing.store.marks.add(Mark(article_key=marked, relevant=True, marked_at=site.clock()))
    assert marked not in {row.article.key for row in await proposals.now()}


async def test_an_article_that_comes_when_all_are_marked_is_proposed_at_once(
    visitor: Visitor,
) -> None:
    proposals = Proposals(visitor.site, ExplainerCache(visitor.site.settings))
    assert not await proposals.now()
    add_wolves(visitor.store)
    assert await proposals.now()


@pytest.mark.parametrize("role", ["viewer", "analyst"])
async def test_only_operators_have_the_buttons(
    wolves: Visitor, request: pytest.FixtureRequest, role: str
) -> None:
    member: Member = await _member(request, wolves, role)
    page = await member.get("/console/teaching")
    assert "/console/teaching/train" not in page.text
    assert "Operators train, promote and roll back." in page.text
    for act in ("train", "promote", "roll-back"):
        assert (await member.post(f"/console/teaching/{act}")).status == 403


async def _member(request: pytest.FixtureRequest, visitor: Visitor, role: str) -> Member:
    from tests.web.console.conftest import sign_in

    return await sign_in(visitor, f"a {role}", PersonRole(role))


async def test_a_topic_named_by_a_path_says_why_nothing_can_be_promoted(
    wolves: Visitor, operator: Member
) -> None:
    settings = wolves.site.settings
    topic = settings.topic.model_copy(update={"pack": "./wolves"})
    object.__setattr__(wolves.site, "settings", settings.model_copy(update={"topic": topic}))
    page = await operator.get("/console/teaching")
    assert "is a path and is used as it is" in page.text
    assert 'action="/console/teaching/train"' not in page.text
