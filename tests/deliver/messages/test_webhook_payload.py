"""A webhook body is valid, small, the same at every attempt, and follows its schema."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from monitor.deliver.messages import render, webhook_payload
from monitor.domain.alerts import Claim
from monitor.domain.articles import Article, RuleAction, RuleHit, Source, Term
from monitor.domain.messages import Message

SCHEMAS = Path(__file__).parents[3] / "docs/webhooks"
NAMES = tuple(sorted(path.name.removesuffix(".v1.json") for path in SCHEMAS.glob("*.v1.json")))


def schema(name: str) -> Draft202012Validator:
    text = (SCHEMAS / f"{name}.v1.json").read_text(encoding="utf-8")
    return Draft202012Validator(
        json.loads(text), format_checker=Draft202012Validator.FORMAT_CHECKER
    )


@pytest.fixture(scope="session")
def sent(claim: Callable[..., Claim]) -> Callable[..., dict[str, Any]]:
    """The body as a receiver reads it."""

    def make(*articles: Article, **fields: Any) -> dict[str, Any]:
        message = render.message(claim(*articles, **fields), topic="t", theme_titles={})
        octets = webhook_payload.webhook_body(message)
        assert len(octets) < 20_000
        read: dict[str, Any] = json.loads(octets, parse_constant=lambda name: pytest.fail(name))
        schema(read["type"]).validate(read)
        return read

    return make


def test_an_alert_carries_the_article_and_the_decision(sent: Callable[..., dict[str, Any]]) -> None:
    assert sent() == {
        "type": "article.flagged",
        "timestamp": "2025-06-17T11:55:00Z",
        "data": {
            "alert": "e" * 32,
            "subscription": "5" * 32,
            "article": {
                "key": "a" * 32,
                "url": "https://news.example.org/2025/kursk?id=1&page=2",
                "title": "Sappers seen in Kursk",
                "summary": "A brigade arrived in January, officials in Seoul said.",
                "language": "en",
                "feed": "f" * 32,
                "feed_title": "Yonhap News",
                "published_at": "2025-06-17T11:30:00Z",
                "seen_at": "2025-06-17T12:00:00Z",
            },
            "decision": {
                "relevant": True,
                "reason": "score",
                "score": 0.93,
                "threshold": 0.5,
                "themes": {"troops": 0.94, "arms": 0.62, "labour": 0.05},
                "labels": ["troops", "arms"],
                "terms": [
                    {"text": "kursk", "weight": 2.31},
                    {"text": "brigade", "weight": 1.4},
                    {"text": "exercise", "weight": -0.42},
                ],
                "rules": [
                    {
                        "rule": "sappers",
                        "action": "boost",
                        "terms": ["Sapper"],
                        "boost": 0.1,
                        "theme": None,
                    }
                ],
                "pack": "dprk-russia@1a2b3c4d5e6f",
                "config": "abcdef012345",
                "tier": "alert",
            },
            "sources": [
                {
                    "article": "a" * 32,
                    "url": "https://news.example.org/2025/kursk?id=1&page=2",
                    "feed": "f" * 32,
                    "feed_title": "Yonhap News",
                    "seen_at": "2025-06-17T12:00:00Z",
                }
            ],
        },
    }


def test_every_source_is_named_until_the_body_is_too_long(
    claim: Callable[..., Claim], article: Callable[..., Article]
) -> None:
    long_article = article("한" * 500, text="국" * 4_000)
    sources = tuple(
        Source(
            article_key=f"{number:032}",
            feed_key=f"f{number}",
            feed_title="Outlet " * 20,
            url=f"https://example.org/{number}/" + "x" * 400,
            seen_at=long_article.seen_at,
        )
        for number in range(30)
    )
    for text, left in (("short", 20), ("국" * 4_000, 20)):
        shortened = replace(long_article, entry=replace(long_article.entry, text=text))
        fields = replace(claim(shortened), sources={shortened.key: sources})
        octets = webhook_payload.webhook_body(render.message(fields, topic="t", theme_titles={}))
        assert len(octets) < 20_000
        assert len(json.loads(octets)["data"]["sources"]) in (1, left)


@pytest.mark.parametrize("name", NAMES)
def test_each_schema_is_valid_and_names_its_type(name: str) -> None:
    document = schema(name).schema
    Draft202012Validator.check_schema(document)
    assert document["properties"]["type"]["const"] == name
    assert document["$id"] == f"urn:watchpost:webhook:{name}:v1"


def test_there_is_no_member_that_the_schema_does_not_know(
    sent: Callable[..., dict[str, Any]], article: Callable[..., Article]
) -> None:
    def unknown(value: Any, part: dict[str, Any], root: dict[str, Any]) -> Iterator[str]:
        part = root["$defs"][part["$ref"].rpartition("/")[2]] if "$ref" in part else part
        if isinstance(value, dict) and "properties" in part:
            yield from value.keys() - part["properties"].keys()
            for name in value.keys() & part["properties"].keys():
                yield from unknown(value[name], part["properties"][name], root)
        if isinstance(value, list) and isinstance(part.get("items"), dict):
            for element in value:
                yield from unknown(element, part["items"], root)

    read = sent()
    document = schema(read["type"]).schema
    assert list(unknown(read, document, document)) == []


def test_unknown_values_are_null(
    sent: Callable[..., dict[str, Any]], article: Callable[..., Article]
) -> None:
    read = sent(article(url="javascript:x", language='"', published_at=None))["data"]["article"]
    assert (read["url"], read["language"], read["published_at"]) == (None, None, None)


def test_of_a_long_article_the_summary_is_cut_first(
    sent: Callable[..., dict[str, Any]], article: Callable[..., Article]
) -> None:
    themes = {f"theme-{n}": 0.5 for n in range(600)}
    read = sent(article("제목" * 200, text="본문 " * 9_000, decided={"themes": themes}))["data"]
    assert read["article"]["title"] == "제목" * 200
    assert 0 < len(read["article"]["summary"]) < 4_000
    assert read["article"]["summary"].endswith("…")
    assert len(read["decision"]["terms"]) == 3


def test_then_the_title_and_then_the_lists(
    sent: Callable[..., dict[str, Any]], article: Callable[..., Article]
) -> None:
    themes = {f"theme-{n:03}" + "x" * 20: 0.5 for n in range(500)}
    hits = tuple(
        RuleHit(rule=f"{n}" * 150, action=RuleAction.FLAG, terms=("y" * 90,) * 20) for n in range(9)
    )
    read = sent(article("제목" * 200, text="본문", decided={"themes": themes, "rules": hits}))[
        "data"
    ]
    assert (read["article"]["summary"], read["article"]["title"]) == ("…", "…")
    assert read["decision"]["rules"] == []
    assert len(read["decision"]["themes"]) == 500


@settings(max_examples=40, deadline=None)
@given(
    title=st.text(st.characters(exclude_categories=()), max_size=800),
    text=st.text(st.characters(exclude_categories=()), max_size=500).map(lambda t: t * 40),
    number=st.floats(),
)
def test_whatever_the_text_and_numbers_the_body_is_valid(
    sent: Callable[..., dict[str, Any]],
    article: Callable[..., Article],
    title: str,
    text: str,
    number: float,
) -> None:
    terms = tuple(Term(text=title, weight=number) for _ in range(40))
    sent(article(title, text=text, decided={"terms": terms}))


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner),
        max_leaves=15,
    )
)
def test_any_data_becomes_json(message: Callable[..., Message], value: object) -> None:
    json.loads(webhook_payload.webhook_body(message(data={"alert": "x", "value": value})))


def test_every_attempt_carries_the_same_bytes(claim: Callable[..., Claim]) -> None:
    rendered = [render.message(claim(), topic="t", theme_titles={}) for _ in range(2)]
    assert len({webhook_payload.webhook_body(element) for element in rendered}) == 1
