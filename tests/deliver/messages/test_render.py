"""An alert contains the article, the reason and how to stop; hostile headlines do no harm."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.deliver.messages import render
from monitor.deliver.messages.webhook_payload import webhook_body
from monitor.domain.alerts import ChannelKind, Claim, Subscription
from monitor.domain.articles import Article, DecisionReason, RuleAction, RuleHit, Term
from monitor.domain.errors import Refused
from monitor.domain.messages import Message
from monitor.domain.reasons import DeliveryReason
from tests.deliver.conftest import eleven_sources
from tests.page import Page

any_text = st.text(st.characters(exclude_categories=()), max_size=200)


@pytest.fixture(scope="session")
def rendered(
    claim: Callable[..., Claim], article: Callable[..., Article], theme_titles: dict[str, str]
) -> Callable[..., Message]:
    """Render an alert about one article."""

    def make(title: str = "Sappers seen in Kursk", **changes: object) -> Message:
        return render.message(
            claim(article(title, **changes)), topic="dprk-russia", theme_titles=theme_titles
        )

    return make


# ── what it says ─────────────────────────────────────────────────────────────────────────────────


def test_the_plain_text_is_complete_on_its_own(rendered: Callable[..., Message]) -> None:
    assert rendered().text == (
        "Sappers seen in Kursk\n"
        "Yonhap News · English\n"
        "Published 17 Jun 2025, 11:30 UTC\n"
        "Seen 17 Jun 2025, 12:00 UTC\n"
        "\n"
        "A brigade arrived in January, officials in Seoul said.\n"
        "\n"
        "https://news.example.org/2025/kursk?id=1&page=2\n"
        "\n"
        "Why you get this\n"
        "  Score:    93%; the threshold is 50%.\n"
        "  Themes:   Troops (very likely, 94%)\n"
        "            Arms (likely, 62%)\n"
        "  For:      kursk (+2.3), brigade (+1.4)\n"
        "  Against:  exercise (−0.4)\n"
        "  Rules:    “sappers” adds 10 points for: Sapper\n"
        "\n"
        "\n"
        "----\n"
        "You get this because the subscription “Europe desk” asks for everything on this topic.\n"
        "To change or end it, write to the operator of this Watchpost."
        f" Topic dprk-russia, article {'a' * 32}, alert {'e' * 32}.\n"
    )


def test_the_html_contains_all_that_the_text_contains(rendered: Callable[..., Message]) -> None:
    message = rendered()
    page = Page(message.html)
    page_text = " ".join(page.text.split())
    for line in message.text.splitlines():
        for part in re.split(r"^  \w[\w ]+: |^ +|[()]|, (?=\d|\w+ \()| · |Published ", line):
            words = part.strip()
            if words and not words.startswith(
                ("----", "Topic", "https:", "Seen", "alert", "To ch")
            ):
                assert words in page_text or words.rstrip(",.") in page_text, words
    assert ("a", "https://news.example.org/2025/kursk?id=1&page=2") in [
        (tag, attributes.get("href")) for tag, attributes in page.elements
    ]


def test_every_outlet_with_the_same_text_is_named_once(
    claim: Callable[..., Claim], article: Callable[..., Article], theme_titles: dict[str, str]
) -> None:
    headline_article = article()
    claimed = replace(
        claim(headline_article), sources={headline_article.key: eleven_sources(headline_article)}
    )
    message = render.message(claimed, topic="t", theme_titles=theme_titles)
    assert "Also in Outlet <1>: https://outlet1.example/a\n        Outlet <2>" in message.text
    assert "and 2 more" in message.text
    assert "Outlet <0>" not in message.text
    page = Page(message.html)
    assert "Also in Outlet <1>, Outlet <2>" in page.text
    assert [a["href"] for name, a in page.elements if name == "a" and "outlet" in a["href"]] == [
        f"https://outlet{number}.example/a" for number in range(1, 9)
    ]


def test_the_html_is_small_quiet_and_ready_for_the_dark(rendered: Callable[..., Message]) -> None:
    html = rendered().html
    page = Page(html)
    assert len(html) < 12_000
    assert not page.active
    assert "prefers-color-scheme: dark" in html
    assert ("meta", {"name": "color-scheme", "content": "light dark"}) in page.elements


def test_the_article_keeps_its_language_and_direction(rendered: Callable[..., Message]) -> None:
    page = Page(rendered("كوريا الشمالية ترسل آلاف العمال", language="ar").html)
    assert [a["dir"] for _, a in page.elements if a.get("lang") == "ar"] == ["rtl", "rtl"]
    page = Page(rendered("국정원", language="ko-KR").html)
    assert all("keep-all" in a["style"] for _, a in page.elements if a.get("lang") == "ko-KR")
    page = Page(rendered("?", language='"><script>').html)
    assert not page.active
    assert all(a.get("lang") in (None, "en") for _, a in page.elements)


@pytest.mark.parametrize(
    ("changes", "absent"),
    [
        ({"url": None}, "Read the article"),
        ({"url": "javascript:alert(1)"}, "Read the article"),
        ({"published_at": None}, "11:30"),
        ({"text": ""}, "A brigade"),
        ({"decided": {"terms": ()}}, "Against"),
        ({"decided": {"rules": ()}}, "Rules"),
        ({"decided": {"labels": ()}}, "Troops"),
    ],
)
def test_unknown_values_are_left_out(
    rendered: Callable[..., Message], changes: dict[str, object], absent: str
) -> None:
    message = rendered(**changes)
    assert absent not in message.text
    assert absent not in Page(message.html).text
    assert "None" not in message.text + Page(message.html).text
    assert "\n\n\n\n" not in message.text


def test_missing_names_have_a_placeholder(
    claim: Callable[..., Claim], article: Callable[..., Article]
) -> None:
    message = render.message(
        claim(article(" \n", language=None), feed_title=""), topic="t", theme_titles={}
    )
    assert "(no headline)\nunnamed source · unknown language\n" in message.text
    assert "  Themes:   troops (very likely" in message.text


def test_a_theme_that_only_a_rule_named_has_no_percentage(rendered: Callable[..., Message]) -> None:
    message = rendered(
        decided={
            "reason": DecisionReason.FLAGGED,
            "labels": ("labour",),
            "themes": {"troops": 0.1},
            "rules": (RuleHit(rule="r", action=RuleAction.FLAG, terms=("x",), theme="labour"),),
        }
    )
    assert "Labour (named by a keyword rule)\n" in message.text
    assert "A keyword rule flags it" in message.text


def test_the_five_strongest_words_are_shown_and_one_against(
    rendered: Callable[..., Message],
) -> None:
    terms = tuple(Term(text=f"word{n}", weight=9.0 - n) for n in range(8))
    text = rendered(decided={"terms": (*terms, Term(text="but", weight=-0.1))}).text
    assert "word0 (+9.0), word1 (+8.0), word2 (+7.0), word3 (+6.0)\n" in text
    assert "  Against:  but (−0.1)\n" in text


def test_the_summary_ends_at_a_word_near_500_characters(rendered: Callable[..., Message]) -> None:
    text = rendered(text="Pyongyang denies it. " * 60).text
    summary = next(line for line in text.splitlines() if line.startswith("Pyongyang"))
    assert 450 < len(summary) <= 500
    assert summary.endswith(("denies…", "it.…", "Pyongyang…"))


def test_a_message_to_readers_has_no_command_of_the_operator(
    rendered: Callable[..., Message],
) -> None:
    message = rendered()
    assert "monitor " not in message.text
    assert "monitor " not in message.html


@pytest.mark.parametrize(
    ("score", "threshold"),
    [
        (0.93, 0.5),
        (0.5, 0.5),
        (0.2, 0.5),
        (0.0, 0.5),
        (1.0, 0.5),
        (0.0, 0.0),
        (1.0, 1.0),
        (0.2, 1.0),
    ],
)
def test_the_score_bar_is_whole(
    rendered: Callable[..., Message], score: float, threshold: float
) -> None:
    page = Page(rendered(decided={"score": score, "threshold": threshold}).html)
    cells = [a for t, a in page.elements if t == "td" and a.get("class") in ("filled", "empty")]
    widths = [int(cell["width"].rstrip("%")) for cell in cells if "width" in cell]
    assert 0 <= sum(widths) <= 100
    filled = sum(
        int(c["width"].rstrip("%")) for c in cells if c["class"] == "filled" and "width" in c
    )
    assert filled == round(100 * score)


# ── the subject ──────────────────────────────────────────────────────────────────────────────────


def test_the_subject_can_be_filtered(rendered: Callable[..., Message]) -> None:
    assert rendered().subject == "[dprk-russia][troops] Sappers seen in Kursk"
    assert rendered(decided={"labels": ()}).subject == "[dprk-russia] Sappers seen in Kursk"


def test_the_subject_names_the_subscribed_theme(
    claim: Callable[..., Claim], theme_titles: dict[str, str]
) -> None:
    claimed = claim(themes=frozenset({"arms"}))
    message = render.message(claimed, topic="t", theme_titles=theme_titles)
    assert message.subject.startswith("[dprk-russia][arms] ")


def test_a_long_headline_is_cut(rendered: Callable[..., Message]) -> None:
    message = rendered("T" * 100_000)
    assert len(message.subject) == 200
    assert len(message.html) < 13_000


def test_an_alert_without_an_article_is_refused_with_the_reason(
    claim: Callable[..., Claim],
) -> None:
    claimed = claim()
    empty = Claim(
        alert=claimed.alert,
        subscription=claimed.subscription,
        articles=(),
        feed_titles={},
        token="t",
    )
    with pytest.raises(Refused, match="no longer stored") as refused:
        render.message(empty, topic="t", theme_titles={})
    assert refused.value.reason is DeliveryReason.UNWRITABLE


# ── the test message ─────────────────────────────────────────────────────────────────────────────


def test_a_test_message_is_recognisable(
    subscription: Callable[..., Subscription], now: object
) -> None:
    to = subscription(channel=ChannelKind.WEBHOOK)
    message = render.test_message(to, topic="dprk-russia", now=now)
    assert message.subject == "[dprk-russia] Test of “Europe desk”"
    assert "This is a test of the subscription “Europe desk”" in message.text
    assert "This is a test" in Page(message.html).text
    body = json.loads(webhook_body(message))
    assert body["type"] == "subscription.test"
    assert body["data"]["subscription"] == to.key


# ── hostile text ─────────────────────────────────────────────────────────────────────────────────


def test_a_template_in_a_headline_stays_text(rendered: Callable[..., Message]) -> None:
    title = (
        "{{7*7}} ${7*7} {% for x in [] %} {{cycler.__init__.__globals__}} %s %(x)s {0.__class__}"
    )
    message = rendered(title, text=title)
    assert title in message.subject
    assert title in message.text
    assert title in Page(message.html).text


@settings(max_examples=60, deadline=None)
@given(title=any_text, text=any_text, url=any_text, outlet=any_text, word=any_text)
def test_no_text_breaks_the_rendering(
    claim: Callable[..., Claim],
    article: Callable[..., Article],
    title: str,
    text: str,
    url: str,
    outlet: str,
    word: str,
) -> None:
    hit = RuleHit(rule=word, action=RuleAction.FLAG, terms=(word,), theme=word)
    headline_article = article(
        title,
        text=text,
        url=f"https://e.org/{url}",
        language=word,
        decided={"terms": (Term(text=word, weight=1.0),), "rules": (hit,), "labels": (word,)},
    )
    message = render.message(
        claim(headline_article, feed_title=outlet, name=outlet),
        topic=outlet,
        theme_titles={word: title},
    )
    for part in (message.subject, message.text, message.html):
        part.encode()
    assert not Page(message.html).active
    assert not re.search("[\r\n\x00\u2028\u202e]", message.subject)
    assert len(webhook_body(message)) < 20_000


def test_the_dompurify_payloads_are_inert_wherever_they_stand(
    shared: Path, claim: Callable[..., Claim], article: Callable[..., Article]
) -> None:
    payloads = json.loads((shared / "corpora/dompurify/payloads.json").read_text())
    assert len(payloads) > 200
    for payload in payloads:
        text = payload["payload"]
        headline_article = article(
            text,
            text=text,
            url=text,
            author=text,
            language=text,
            decided={"terms": (Term(text=text, weight=1.0),)},
        )
        message = render.message(
            claim(headline_article, feed_title=text, name=text),
            topic="t",
            theme_titles={"troops": text},
        )
        assert not Page(message.html).active, text
