"""A digest is grouped by theme, short enough, and states what it leaves out and the coverage."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import time
from pathlib import Path
from types import MappingProxyType

import jsonschema
import pytest

from monitor.deliver.messages import render, webhook_payload
from monitor.domain.alerts import Claim
from monitor.domain.articles import Article, Source
from monitor.domain.delivery_schedule import DeliverySchedule, Frequency
from monitor.domain.digest_content import DigestReady
from monitor.domain.messages import Message
from tests.deliver.conftest import eleven_sources

THEMES = {"troops": "Troops", "arms": "Arms", "labour": "Labour"}
DAILY = DeliverySchedule(every=Frequency.DAILY, at=time(7, 30), zone="Europe/Warsaw")
SCHEMA = Path(__file__).parents[3] / "docs" / "webhooks" / "digest.ready.v1.json"
SCHEMA_PARTS = json.loads(SCHEMA.read_text(encoding="utf-8"))
COVERAGE = {
    "sentence": "41 of 43 feeds healthy; silent: KCNA; 1,204 read, 11 flagged, 3 alerted",
    "feeds": 43,
    "healthy": 41,
    "unwell": [{"feed": "k", "name": "KCNA", "state": "silent", "why": "nothing new for 3 days"}],
    "unwatched_seconds": 0,
    "read": 1204,
    "backlog": 0,
    "flagged": 11,
    "alerted": 3,
    "held": 2,
    "undelivered": 0,
    "suppressed": 4,
}
CONTENT = {
    "kind": "digest",
    "since": "2025-06-16T05:30:00Z",
    "until": "2025-06-17T05:30:00Z",
    "zone": "Europe/Warsaw",
    "budget": None,
    "over_budget": 0,
    "held": 0,
    "silenced": 4,
    "silences": [
        {"key": "5", "reason": "known flood", "until": "2025-06-20T00:00:00Z", "articles": 4}
    ],
    "coverage": COVERAGE,
}


@pytest.fixture
def digest(claim: Callable[..., Claim]) -> Callable[..., Message]:
    """The message of a digest about these articles."""

    def make(
        *articles: Article,
        sources: Mapping[str, tuple[Source, ...]] = MappingProxyType({}),
        **changes: object,
    ) -> Message:
        usual = claim(*articles) if articles else replace(claim(), articles=())
        digest_claim = replace(
            usual,
            sources=sources,
            alert=replace(usual.alert, content=DigestReady.from_json(CONTENT | changes)),
            subscription=replace(usual.subscription, cadence=DAILY),
        )
        return render.message(digest_claim, topic="dprk-russia", theme_titles=THEMES)

    return make


def shown(message: Message) -> str:
    """The HTML as text."""
    return " ".join(re.sub(r"<[^>]+>", " ", message.html.partition("<body")[2]).split())


def sent(message: Message) -> dict:
    """The webhook's body, valid by the published schema."""
    octets = webhook_payload.webhook_body(message)
    assert len(octets) < 20_000
    read = json.loads(octets)
    jsonschema.Draft202012Validator(
        SCHEMA_PARTS, format_checker=jsonschema.FormatChecker()
    ).validate(read)
    data = SCHEMA_PARTS["properties"]["data"]["properties"]
    assert set(read["data"]) == set(data)
    return read["data"]


def test_articles_are_grouped_by_theme_the_likeliest_first(digest, article):
    message = digest(
        article("One brigade", key="k1", decided={"score": 0.7}),
        article("Two shells", key="k2", decided={"labels": ("arms",), "score": 0.8}),
        article("Three brigades", key="k3", decided={"score": 0.9}),
    )
    assert message.subject == "[dprk-russia][digest] 3 articles: Three brigades"
    for text in (message.text, shown(message)):
        places = [text.index(part) for part in ("Three brigades", "One brigade", "Two shells")]
        assert places == sorted(places)
        assert "From Mon 16 Jun 2025, 07:30 to Tue 17 Jun 2025, 07:30 (Europe/Warsaw)" in text
        assert "Yonhap News · Tue 17 Jun 2025, 13:30 · 90% · also Arms" in text
    assert "Troops (2)\n\n- Three brigades\n" in message.text
    data = sent(message)
    assert [item["article"]["key"] for item in data["items"]] == ["k3", "k2", "k1"]
    assert data["themes"] == {"troops": 2, "arms": 3}
    assert (data["count"], data["omitted"]) == (3, 0)


def test_the_other_outlets_with_the_same_text_are_named(digest, article):
    brigade, shells = article("One brigade", key="k1"), article("Two shells", key="k2")
    message = digest(brigade, shells, sources={"k1": eleven_sources(brigade)})
    assert "\n  also in Outlet <1>, Outlet <2>, " in message.text
    for text in (message.text, html.unescape(shown(message))):
        assert "Outlet <8> and 2 more" in text
        assert "Outlet <0>" not in text
        assert text.count("also in") == 1
    assert 'href="https://outlet8.example/a"' in message.html
    items = {item["article"]["key"]: item["also_in"] for item in sent(message)["items"]}
    assert items["k2"] == []
    assert items["k1"][0] == {"feed_title": "Outlet <1>", "url": "https://outlet1.example/a"}
    assert len(items["k1"]) == 8


def test_a_digest_ends_with_the_coverage_and_the_silences(digest, article):
    message = digest(article())
    for text in (message.text, shown(message)):
        assert COVERAGE["sentence"] in text
        assert "KCNA silent: nothing new for 3 days" in text
        assert "4 articles were silenced." in text
        assert "monitor " not in text
        assert "4: known flood (until 2025-06-20 00:00 UTC)" in text
        assert "daily at 07:30 (Europe/Warsaw)" in text
    assert sent(message)["coverage"] == COVERAGE


def test_an_empty_digest_says_so_and_states_the_coverage(digest):
    message = digest()
    assert message.subject == "[dprk-russia][digest] Nothing new"
    assert COVERAGE["sentence"] in message.text
    assert sent(message)["items"] == []


def test_articles_over_the_budget_are_counted(digest, article):
    articles = [article(f"Headline {n}", key=f"k{n}") for n in range(3)]
    message = digest(*articles, budget=20, over_budget=3, held=2)
    for text in (message.text, shown(message)):
        assert "3 of these were over the budget of 20 messages a day." in text
        assert "2 still held for this subscription" in text
    assert sent(message)["over_budget"] == 3


@pytest.mark.parametrize(
    ("kind", "subject"),
    [("quiet", "2 articles from quiet hours: A"), ("group", "2 articles: A")],
)
def test_the_subject_names_quiet_hours(digest, article, kind, subject):
    message = digest(article("A", key="k1"), article("B", key="k2"), kind=kind)
    assert message.subject == f"[dprk-russia][digest] {subject}"
    assert sent(message)["kind"] == kind


@pytest.mark.parametrize(
    "title", ["Headline", "북한군 러시아 파병 부대 쿠르스크 지역 전투 참가 " * 5]
)
def test_hundreds_of_articles_stay_below_the_limits_and_the_rest_is_counted(digest, article, title):
    articles = [
        article(f"{title} {n}.", key=f"{n:032}", decided={"score": 0.9}) for n in range(700)
    ]
    message = digest(*articles)
    assert len(message.html.encode()) < 100_000
    data = sent(message)
    assert len(data["items"]) > 10
    assert data["omitted"] == 700 - len(data["items"])
    assert data["more"] == f"monitor deliveries show {message.key[:12]}"
    for text in (message.text, shown(message)):
        assert f"and {700 - text.count('Yonhap News')} more" in text
        assert "monitor " not in text


def test_long_and_hostile_texts_do_no_harm(digest, article):
    long = {"name": "n" * 5_000, "why": "w" * 5_000, "state": "failing", "feed": "f" * 64}
    silence = CONTENT["silences"][0] | {"reason": "r" * 5_000}
    message = digest(
        article("\r\nBcc: x@example.org <b>\ud800", url="javascript:alert(1)"),
        coverage=COVERAGE | {"unwell": [long] * 50, "sentence": "s" * 9_000},
        silences=[silence] * 50,
    )
    assert "\n" not in message.subject
    assert "<b>" not in message.html
    assert "javascript:" not in message.html + message.text
    assert len(sent(message)["items"]) == 1


DOUBTFUL = {
    "article": "9f8e7d6c5b4a",
    "title": "A letter <b>from</b> the north\u202e",
    "url": "https://news.example.org/letter",
    "language": "en",
    "feed_title": "Harbour Wire",
    "score": 0.31,
}


def test_doubtful_articles_are_a_section_of_their_own(digest, article):
    message = digest(article("One brigade", key="k1"), in_review=1, review=[DOUBTFUL])
    for text in (message.text, html.unescape(shown(message))):
        assert "Please look" in text
        assert "A letter <b>from</b> the north" in text
        assert "Harbour Wire · 31% · 9f8e7d6c" in text
        assert text.index("One brigade") < text.index("Please look")
    assert "<b>from" not in message.html
    (listed,) = sent(message)["review"]
    assert (listed["article"], listed["score"]) == ("9f8e7d6c5b4a", 0.31)
    assert message.subject.startswith("[dprk-russia][digest] 1 article:")


def test_ten_doubtful_articles_are_listed_and_the_others_are_counted(digest):
    many = [{**DOUBTFUL, "article": f"{number:012}"} for number in range(15)]
    message = digest(in_review=15, review=many)
    for text in (message.text, shown(message)):
        assert "… and 5 more" in text
    body = sent(message)
    assert (body["in_review"], len(body["review"])) == (15, 10)


def test_without_doubtful_articles_there_is_no_section(digest, article):
    message = digest(article("One brigade", key="k1"))
    assert "Please look" not in message.text + message.html
