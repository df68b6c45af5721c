"""The place Review over a real socket: doubtful articles, and answers by one key."""

from __future__ import annotations

import pytest

from monitor.domain.review.second_reading import second_reader
from monitor.pipeline.review.confirmation_stages import confirmation_stages
from monitor.store.commit.confirmations import ConfirmationRequest
from tests.fakes import NOW
from tests.web.api.teaching.test_review_resource import store_doubtful
from tests.web.conftest import Visitor
from tests.web.console.conftest import Member
from tests.web.console.test_marking import follow


@pytest.fixture
def in_doubt(wolves: Visitor) -> Visitor:
    wolves.clock.at = NOW
    store_doubtful(wolves.store)
    return wolves


async def test_the_first_doubtful_article_is_open_with_one_key_for_yes_and_one_for_no(
    in_doubt: Visitor, analyst: Member
) -> None:
    page = (await analyst.get("/console/review")).text
    assert "2 doubtful articles: please look." in page
    assert 'action="/console/review" class="acts" id="mark"' in page
    assert 'data-key="r"' in page
    assert 'data-key="x"' in page
    assert "From 0.15 on an article is in review." in page
    listed = (await analyst.get("/console/review.json")).json()["items"]
    assert [item["title"] for item in listed] == ["A wreath", "A letter"]


async def test_yes_alerts_and_leads_to_the_next_article(in_doubt: Visitor, analyst: Member) -> None:
    form = {"article": "eeeeeeee", "relevant": "yes", "next": "/console/review?open=dddddddd"}
    answer = await analyst.post("/console/review", form)
    assert answer.headers["location"] == "/console/review?open=dddddddd"
    page = await follow(analyst, answer.headers["location"], answer.headers["set-cookie"])
    assert "Confirmed: 1 alert follows." in page
    assert "1 doubtful article: please look." in page
    assert len(in_doubt.store.outbox.list()) == 1
    article = (await analyst.get("/console/articles/eeeeeeee")).text
    assert "Confirmed in review by Mina." in article


async def test_no_can_be_undone_as_every_mark(in_doubt: Visitor, analyst: Member) -> None:
    answer = await analyst.post("/console/review", {"article": "eeeeeeee", "relevant": "no"})
    page = await follow(analyst, "/console/review", answer.headers["set-cookie"])
    assert "Rejected: nobody is alerted." in page
    assert 'action="/console/marks/undo"' in page
    await analyst.post("/console/marks/undo")
    assert "2 doubtful articles" in (await analyst.get("/console/review")).text


async def test_no_on_the_page_of_an_article_takes_the_second_reader_s_yes_back(
    in_doubt: Visitor, analyst: Member
) -> None:
    store = in_doubt.store
    article = store.articles.find("eeeeeeee")
    assert article is not None
    request = ConfirmationRequest(article_key=article.key, by=second_reader("qwen3"), at=NOW)
    store.confirm(request, confirmation_stages(article, NOW, store, None))
    address = "/console/articles/eeeeeeee"
    assert 'action="/console/review" class="acts" id="mark"' in (await analyst.get(address)).text
    form = {"article": "eeeeeeee", "relevant": "no", "back": address}
    answer = await analyst.post("/console/review", form)
    assert answer.headers["location"] == address
    page = await follow(analyst, address, answer.headers["set-cookie"])
    assert "The second reader&#39;s answer is taken back" in page
    assert store.outbox.list() == []


async def test_an_article_that_is_not_in_review_is_refused_with_the_reason(
    in_doubt: Visitor, analyst: Member
) -> None:
    answer = await analyst.post("/console/review", {"article": "aaaaaaaa", "relevant": "yes"})
    page = await follow(analyst, "/console/review", answer.headers["set-cookie"])
    assert "it is flagged already" in page


async def test_an_empty_list_says_when_articles_appear(wolves: Visitor, analyst: Member) -> None:
    page = (await analyst.get("/console/review")).text
    assert "No doubtful article waits for an answer." in page
    assert "topic.review_threshold" in page


async def test_a_viewer_reads_and_does_not_answer(in_doubt: Visitor, viewer: Member) -> None:
    page = (await viewer.get("/console/review")).text
    assert 'id="mark"' not in page
    answer = await viewer.post("/console/review", {"article": "eeeeeeee", "relevant": "no"})
    assert answer.status == 403
