"""An alert in words: subject, plain text, HTML and the webhook's data.  Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.deliver.messages import (
    confirm,
    coverage_statement,
    digest,
    disabled,
    feed_changes,
    mail_templates,
    notice,
    phrases,
    service_faults,
    sources,
    webhook_payload,
)
from monitor.domain.alerts import ChannelKind, Claim, Subscription
from monitor.domain.articles import Article, Decision, Term
from monitor.domain.errors import Refused
from monitor.domain.keys import key_of
from monitor.domain.messages import Message, MessageType
from monitor.domain.reasons import DeliveryReason
from monitor.text import sanitize

_LONGEST_SUBJECT = 200
_LONGEST_HEADLINE = 300
_LONGEST_SUMMARY = 500
_LONGEST_TERM = 60
_MOST_TERMS = 5
_MOST_RULES = 5

# Messages about the service itself: what each says, made of what its alert sealed.
_NOTICES = {
    MessageType.DISABLED: disabled.notice,
    MessageType.FEED: feed_changes.notice,
    MessageType.COVERAGE: coverage_statement.notice,
    MessageType.SERVICE: service_faults.notice,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Theme:
    title: str
    chance: str
    likelihood: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    text: str
    weight: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Card:
    """One article as the templates show it: every text is one safe line, not yet escaped."""

    headline: str
    link: str | None
    outlet: str
    also: tuple[sources.Outlet, ...]  # others with the same text
    also_more: int  # and so many others
    language: str
    lang: str
    direction: str
    published: str
    seen: str
    summary: str
    themes: tuple[_Theme, ...]
    settled: str
    score_percent: int  # 0 to 100, for the bar
    threshold_percent: int
    spoke_for: tuple[_Word, ...]
    spoke_against: tuple[_Word, ...]
    rules: tuple[str, ...]
    explain: str


def message(
    claim: Claim,
    *,
    topic: str,
    theme_titles: Mapping[str, str],
    explain_hint: str = "monitor explain",
) -> Message:
    """The alert as a message of its type.

    `explain_hint` is the command that shows the whole decision when an article's key follows it.
    Whatever the texts hold this does not raise; Refused when no article is left to tell of, or
    this version has no words for the type.
    """
    if claim.alert.type is MessageType.CONFIRM:
        return confirm.message(claim, topic=topic)
    if claim.alert.type in _NOTICES:
        return notice.message(claim, _NOTICES[claim.alert.type](claim.alert.data), topic=topic)
    if claim.alert.type is MessageType.DIGEST:
        return digest.message(claim, topic=topic, theme_titles=theme_titles)
    if claim.alert.type is not MessageType.FLAGGED:
        raise Refused(DeliveryReason.UNWRITABLE, f"no words for a message {claim.alert.type}")
    return _flagged(claim, topic, theme_titles, explain_hint)


def _flagged(
    claim: Claim, topic: str, theme_titles: Mapping[str, str], explain_hint: str
) -> Message:
    """For one article."""
    if not claim.articles:
        raise Refused(DeliveryReason.UNWRITABLE, "its article is no longer stored")
    subject = _subject(claim, topic, _headline(claim.articles[0]))
    text = html = ""
    if claim.subscription.channel is not ChannelKind.WEBHOOK:  # half of the work of a message
        text, html = _letter(claim, subject, topic, theme_titles, explain_hint)
    return Message(
        key=claim.alert.key,
        subject=subject,
        text=text,
        html=html,
        type=MessageType.FLAGGED,
        data=webhook_payload.flagged(claim),
        topic=topic,
        thread_key=_thread_key(claim),
        created_at=claim.alert.created_at,
    )


def _letter(
    claim: Claim, subject: str, topic: str, theme_titles: Mapping[str, str], explain_hint: str
) -> tuple[str, str]:
    return mail_templates.rendered(
        "alert",
        subject=subject,
        topic=sanitize.name(topic),
        subscription=sanitize.name(claim.subscription.name),
        wishes=phrases.wishes(claim.subscription, theme_titles),
        alert_key=claim.alert.key,
        card=_card(claim.articles[0], claim, theme_titles, explain_hint),
    )


def test_message(subscription: Subscription, *, topic: str, now: datetime) -> Message:
    """A message that shows that messages arrive."""
    key = key_of("test", subscription.key, now.isoformat())
    subject = sanitize.header(f"[{topic}] Test of “{subscription.name}”", _LONGEST_SUBJECT)
    note = f"A test of the subscription “{sanitize.name(subscription.name)}”."
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
        type=MessageType.TEST,
        data={"alert": key, "subscription": subscription.key, "note": note},
        topic=topic,
        thread_key=key,
        created_at=now,
    )


# ── the parts ────────────────────────────────────────────────────────────────────────────────────


def _thread_key(claim: Claim) -> str:
    """Equal for all that one subscriber is told of one article."""
    return key_of("thread", claim.subscription.key, claim.articles[0].copy_key)


def _subject(claim: Claim, topic: str, headline: str) -> str:
    """ "[dprk-russia][troops] Headline": tags that a mail filter can rely on."""
    labels = claim.articles[0].decision.labels
    asked = [slug for slug in labels if slug in claim.subscription.themes]
    theme = "".join(f"[{slug}]" for slug in (asked or labels)[:1])
    return sanitize.header(f"[{topic}]{theme} {headline}", _LONGEST_SUBJECT)


def _card(
    article: Article, claim: Claim, theme_titles: Mapping[str, str], explain_hint: str
) -> _Card:
    entry, decision = article.entry, article.decision
    chosen, also = _strongest(decision.terms), sources.others(article, claim)
    return _Card(
        headline=_headline(article),
        link=sanitize.link(entry.url),
        outlet=sources.own(article, claim),
        also=also[: sources.MOST],
        also_more=len(also[sources.MOST :]),
        language=phrases.language_name(entry.language),
        lang=sanitize.language_tag(entry.language),
        direction=sanitize.direction(entry.language),
        published=phrases.instant(entry.published_at) if entry.published_at else "",
        seen=phrases.instant(article.seen_at),
        summary=sanitize.line(entry.text, _LONGEST_SUMMARY),
        themes=_themes(decision, theme_titles),
        settled=phrases.settled(decision),
        score_percent=_hundredths(decision.score),
        threshold_percent=_hundredths(decision.threshold),
        spoke_for=tuple(_word(term) for term in chosen if term.weight > 0),
        spoke_against=tuple(_word(term) for term in chosen if term.weight < 0),
        rules=tuple(phrases.rule(hit) for hit in decision.rules[:_MOST_RULES]),
        explain=f"{explain_hint} {article.key}",
    )


def _headline(article: Article) -> str:
    return sanitize.line(article.entry.title, _LONGEST_HEADLINE) or "(no headline)"


def _themes(decision: Decision, theme_titles: Mapping[str, str]) -> tuple[_Theme, ...]:
    """The themes it counts for; one that only a rule named has no probability of its own."""
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
    """The five that moved the score most; one that spoke against it is always among them."""
    ordered = sorted(terms, key=lambda term: -abs(term.weight))
    chosen = ordered[:_MOST_TERMS]
    against = [term for term in ordered if term.weight < 0]
    if against and against[0] not in chosen:
        chosen[-1] = against[0]
    return chosen


def _word(term: Term) -> _Word:
    return _Word(text=sanitize.line(term.text, _LONGEST_TERM), weight=phrases.weight(term.weight))


def _hundredths(share: float) -> int:
    """A share as whole hundredths that a bar can be made of."""
    return round(100 * min(1.0, max(0.0, share))) if share == share else 0  # NaN is not itself
