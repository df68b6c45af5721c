"""Render an alert as a message: subject, plain text, HTML and the webhook's data.  Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.alerts import match
from monitor.deliver.messages import (
    confirm,
    coverage_statement,
    digest,
    disabled,
    fault_notice,
    feed_changes,
    mail_templates,
    notice,
    phrases,
    source_links,
    spike,
    story_update,
    webhook_payload,
)
from monitor.domain.alerts import Claim, Subscription
from monitor.domain.articles import Article, Decision, Term
from monitor.domain.contents.spike_content import SpikeBegan
from monitor.domain.contents.story_contents import NewsKind, StoryUpdated
from monitor.domain.digest_content import DigestReady
from monitor.domain.errors import Refused
from monitor.domain.keys import key_of
from monitor.domain.message_contents import (
    ArticleFlagged,
    CoverageReady,
    FeedStateChanged,
    ServiceStateChanged,
    SubscriptionChanged,
    SubscriptionConfirm,
    SubscriptionDisabled,
    SubscriptionTest,
)
from monitor.domain.messages import Message
from monitor.domain.reasons import DeliveryReason
from monitor.text import sanitize
from monitor.text.language_names import language_name

_LONGEST_SUBJECT = 200
_LONGEST_HEADLINE = 300
_LONGEST_SUMMARY = 500
_LONGEST_TERM = 60
_MOST_TERMS = 5
_MOST_RULES = 5
_LONGEST_NEWS = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class _Theme:
    title: str
    chance: str
    likelihood: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _TermChip:
    text: str
    weight: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Card:
    """One article as the templates show it: every text is one safe line, not yet escaped."""

    headline: str
    link: str | None
    outlet: str
    also: tuple[source_links.SourceLink, ...]  # other sources with the same text
    also_more: int  # how many more there are
    language: str
    lang: str
    direction: str
    published: str
    seen: str
    summary: str
    themes: tuple[_Theme, ...]
    verdict: str  # a sentence: the score and the threshold, or the rule
    score_percent: int  # 0 to 100, for the bar
    threshold_percent: int
    terms_for: tuple[_TermChip, ...]
    terms_against: tuple[_TermChip, ...]
    rules: tuple[str, ...]
    key: str  # of the article, for the operator
    story: str  # its title and size; empty: it has none
    news: tuple[str, ...]  # why it is told


def message(
    claim: Claim,
    *,
    topic: str,
    theme_titles: Mapping[str, str],
    with_text: bool = True,
) -> Message:
    """The alert as a message of its type; `topic` tags those that are about no single article.

    Without `with_text` the text and HTML of messages about articles stay empty: programs read
    their data only, and the text is half of the work.
    Raise Refused for an alert that can't be sent: its article is no longer stored, its content is
    incomplete.  No text of others makes this raise.
    """
    subscription = claim.subscription
    views = tuple(match.wanted_view(article, subscription) for article in claim.articles)
    claim = replace(claim, articles=views)
    match claim.alert.content:
        case ArticleFlagged():
            return _flagged(claim, topic, theme_titles, with_text=with_text)
        case DigestReady() as content:
            return digest.message(
                claim, content, topic=topic, theme_titles=theme_titles, with_text=with_text
            )
        case StoryUpdated() as content:
            # one thread with the mails about its articles
            thread_key = key_of("thread", claim.subscription.key, content.story.key)
            return notice.message(
                claim, story_update.notice(content, thread_key=thread_key), topic=topic
            )
        case SubscriptionConfirm() as content:
            return confirm.message(claim, content, topic=topic)
        case SubscriptionTest() as content:
            raise Refused(DeliveryReason.UNWRITABLE, f"{content.type} is never queued")
        case content:
            return notice.message(claim, _notice(content), topic=topic)


def _notice(
    content: SpikeBegan
    | SubscriptionDisabled
    | SubscriptionChanged
    | FeedStateChanged
    | CoverageReady
    | ServiceStateChanged,
) -> notice.Notice:
    match content:
        case SpikeBegan():
            return spike.notice(content)
        case SubscriptionDisabled():
            return disabled.notice(content)
        case SubscriptionChanged():
            return disabled.changed_notice(content)
        case FeedStateChanged():
            return feed_changes.notice(content)
        case CoverageReady():
            return coverage_statement.notice(content)
        case ServiceStateChanged():
            return fault_notice.notice(content)


def _flagged(
    claim: Claim, topic: str, theme_titles: Mapping[str, str], *, with_text: bool
) -> Message:
    """The message about one article."""
    if not claim.articles:
        raise Refused(DeliveryReason.UNWRITABLE, "its article is no longer stored")
    topic = claim.articles[0].decision.topic or topic
    subject = _subject(claim, topic, _lead(claim))
    text = html = ""
    if with_text:
        text, html = _letter(claim, subject, topic, theme_titles)
    return Message(
        key=claim.alert.key,
        subject=subject,
        text=text,
        html=html,
        type=claim.alert.type,
        data=webhook_payload.flagged(claim),
        topic=topic,
        thread_key=_thread_key(claim),
        created_at=claim.alert.created_at,
    )


def _letter(
    claim: Claim, subject: str, topic: str, theme_titles: Mapping[str, str]
) -> tuple[str, str]:
    return mail_templates.rendered(
        "alert",
        subject=subject,
        topic=sanitize.name(topic),
        subscription=sanitize.name(claim.subscription.name),
        criteria=phrases.criteria(claim.subscription, theme_titles),
        alert_key=claim.alert.key,
        card=_card(claim.articles[0], claim, theme_titles),
    )


def test_message(subscription: Subscription, *, topic: str, now: datetime) -> Message:
    """The message of `monitor subscriptions test`: it shows that messages arrive."""
    key = key_of("test", subscription.key, now.isoformat())
    subject = sanitize.header(f"[{topic}] Test of “{subscription.name}”", _LONGEST_SUBJECT)
    content = SubscriptionTest(note=_note(subscription))
    text, html = mail_templates.rendered(
        "test",
        subject=subject,
        topic=sanitize.name(topic),
        subscription=sanitize.name(subscription.name),
        sent=phrases.instant(now),
        alert_key=key,
    )
    return Message(
        key=key,
        subject=subject,
        text=text,
        html=html,
        type=content.type,
        data={"alert": key, "subscription": subscription.key, **content.to_json()},
        topic=topic,
        thread_key=key,
        created_at=now,
    )


def _note(subscription: Subscription) -> str:
    return f"A test of the subscription “{sanitize.name(subscription.name)}”."


# ── the parts ────────────────────────────────────────────────────────────────────────────────────


def _thread_key(claim: Claim) -> str:
    """Equal for all messages to one subscriber about one story, or about one article without."""
    story = _content(claim).story
    subject = claim.articles[0].copy_key if story is None else story.key
    return key_of("thread", claim.subscription.key, subject)


def _content(claim: Claim) -> ArticleFlagged:
    content = claim.alert.content
    return content if isinstance(content, ArticleFlagged) else ArticleFlagged()


def _lead(claim: Claim) -> str:
    """The headline; of a told story what is new before it: "Figures: NIS now says …" """
    headline = _headline(claim.articles[0])
    first = next(iter(_content(claim).news), None)
    if first is None or first.kind == NewsKind.STORY:
        return headline
    words = story_update.news_word(first.kind)
    return f"{words}: {sanitize.line(first.text, _LONGEST_NEWS)} · {headline}"


def _subject(claim: Claim, topic: str, headline: str) -> str:
    """ "[dprk-russia][troops] Headline": tags that a mail filter can rely on."""
    labels = claim.articles[0].decision.labels
    subscribed = [slug for slug in labels if slug in claim.subscription.themes]
    theme = "".join(f"[{slug}]" for slug in (subscribed or labels)[:1])
    return sanitize.header(f"[{topic}]{theme} {headline}", _LONGEST_SUBJECT)


def _card(article: Article, claim: Claim, theme_titles: Mapping[str, str]) -> _Card:
    entry, decision = article.entry, article.decision
    terms, others = _strongest(decision.terms), source_links.other_sources(article, claim)
    return _Card(
        headline=_headline(article),
        link=sanitize.link(entry.url),
        outlet=source_links.own_name(article, claim),
        also=others[: source_links.MAX_SHOWN],
        also_more=len(others[source_links.MAX_SHOWN :]),
        language=language_name(entry.language),
        lang=sanitize.language_tag(entry.language),
        direction=sanitize.direction(entry.language),
        published=phrases.instant(entry.published_at) if entry.published_at else "",
        seen=phrases.instant(article.seen_at),
        summary=sanitize.line(entry.text, _LONGEST_SUMMARY),
        themes=_themes(decision, theme_titles),
        verdict=phrases.decision(decision),
        score_percent=_percent(decision.score),
        threshold_percent=_percent(decision.threshold),
        terms_for=tuple(_chip(term) for term in terms if term.weight > 0),
        terms_against=tuple(_chip(term) for term in terms if term.weight < 0),
        rules=tuple(phrases.rule(hit) for hit in decision.rules[:_MOST_RULES]),
        key=article.key,
        story=_story_line(_content(claim)),
        news=tuple(sanitize.line(news.text, _LONGEST_NEWS) for news in _content(claim).news),
    )


def _story_line(content: ArticleFlagged) -> str:
    """ "Shoigu arrives in Pyongyang (4 articles)"; empty without a story."""
    if content.story is None:
        return ""
    count = content.story.articles
    noun = "1 article" if count == 1 else f"{count:,} articles"
    return f"{sanitize.line(content.story.title, _LONGEST_HEADLINE)} ({noun})"


def _headline(article: Article) -> str:
    return sanitize.line(article.entry.title, _LONGEST_HEADLINE) or "(no headline)"


def _themes(decision: Decision, theme_titles: Mapping[str, str]) -> tuple[_Theme, ...]:
    """The labelled themes; one that only a keyword rule named has no probability."""
    return tuple(
        _Theme(
            title=sanitize.name(theme_titles.get(slug, slug)),
            chance=phrases.percent(decision.themes[slug]) if slug in decision.themes else "",
            likelihood=phrases.likelihood(decision.themes[slug])
            if slug in decision.themes
            else "named by a keyword rule",
        )
        for slug in decision.labels
    )


def _strongest(terms: Sequence[Term]) -> list[Term]:
    """The five terms with the largest weights; at least one negative term, if there is any."""
    ordered = sorted(terms, key=lambda term: -abs(term.weight))
    strongest = ordered[:_MOST_TERMS]
    negative = [term for term in ordered if term.weight < 0]
    if negative and negative[0] not in strongest:
        strongest[-1] = negative[0]
    return strongest


def _chip(term: Term) -> _TermChip:
    return _TermChip(
        text=sanitize.line(term.text, _LONGEST_TERM), weight=phrases.weight(term.weight)
    )


def _percent(share: float) -> int:
    """A share in whole percent, 0 to 100, for the bar; 0 for NaN."""
    return 0 if math.isnan(share) else round(100 * min(1.0, max(0.0, share)))
