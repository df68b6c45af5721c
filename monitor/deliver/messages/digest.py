"""Several articles in one message: grouped by theme, the likeliest first, with what was covered."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.alerts.digest_schedule import BatchReason
from monitor.deliver.messages import (
    mail_templates,
    phrases,
    schedule_text,
    sources,
    webhook_payload,
)
from monitor.domain.alerts import ChannelKind, Claim
from monitor.domain.articles import Article
from monitor.domain.messages import Message, MessageType
from monitor.text import sanitize

_LONGEST_SUBJECT = 200
_LONGEST_HEADLINE = 300
_LONGEST_REASON = 200
# Of a mail: mail programs cut it at about 100 kB.
_MOST_LINES = 100
_MOST_SILENCES = 10
_MOST_UNWELL = 10
# Of a webhook's body: what the envelope around `data` takes.
_ENVELOPE_BYTES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One article as the templates show it: every text is one safe line, not yet escaped."""

    headline: str
    link: str | None
    outlet: str
    lang: str
    direction: str
    when: str
    likelihood: str
    also: str  # its other themes
    others: tuple[sources.Outlet, ...]  # with the same text
    others_more: int  # and so many


@dataclass(frozen=True, slots=True, kw_only=True)
class _Section:
    """The articles of one theme."""

    title: str
    count: int
    lines: tuple[_Line, ...]
    omitted: int  # how many are not shown


def message(claim: Claim, *, topic: str, theme_titles: Mapping[str, str]) -> Message:
    """The digest as a message; one without articles says that there was nothing."""
    chosen = sorted(claim.articles, key=lambda one: (-one.decision.score, one.key))
    subject = sanitize.header(f"[{topic}][digest] {_title(claim)}{_lead(chosen)}", _LONGEST_SUBJECT)
    text = html = ""
    if claim.subscription.channel is not ChannelKind.WEBHOOK:
        sections = _sections(chosen, claim, theme_titles)
        text, html = mail_templates.rendered(
            "digest",
            subject=subject,
            topic=sanitize.name(topic),
            sections=sections,
            wishes=phrases.wishes(claim.subscription, theme_titles),
            **_around(claim),
        )
    return Message(
        key=claim.alert.key,
        subject=subject,
        text=text,
        html=html,
        type=MessageType.DIGEST,
        data=_data(claim, chosen),
        topic=topic,
        thread_key=claim.alert.key,
        created_at=claim.alert.created_at,
    )


# ── in words ─────────────────────────────────────────────────────────────────────────────────────


def _around(claim: Claim) -> dict[str, object]:
    """What the templates show around the articles."""
    sealed = claim.alert.data
    return {
        "subscription": sanitize.name(claim.subscription.name),
        "title": _title(claim),
        "notes": _notes(claim),
        "more": _more(claim),
        "covered": _covered(sealed),
        "unwell": _unwell(sealed),
        "silenced": _silenced(sealed),
        "cadence": schedule_text.described(claim.subscription.cadence),
        "alert_key": claim.alert.key,
    }


def _title(claim: Claim) -> str:
    count = len(claim.articles)
    if not count:
        return "Nothing new"
    articles = "1 article" if count == 1 else f"{count:,} articles"
    kind = claim.alert.data.get("kind")
    return f"{articles} from quiet hours" if kind == BatchReason.QUIET else articles


def _lead(chosen: Sequence[Article]) -> str:
    """Of the subject: the likeliest headline."""
    return f": {sanitize.line(chosen[0].entry.title, _LONGEST_HEADLINE)}" if chosen else ""


def _notes(claim: Claim) -> list[str]:
    """Why these are one message, and which time it covers."""
    sealed, zone = claim.alert.data, claim.subscription.cadence.zone
    since, until = _time(sealed, "since"), _time(sealed, "until")
    notes = []
    if since and until:
        zone = sanitize.name(str(sealed.get("zone", zone)))
        span = f"From {schedule_text.moment(since, zone)} to {schedule_text.moment(until, zone)}"
        notes.append(f"{span} ({zone}).")
    over = _number(sealed, "over_budget")
    if over:
        these = "One of these was" if over == 1 else f"{over:,} of these were"
        notes.append(f"{these} over the budget of {_number(sealed, 'budget')} messages a day.")
    return notes


def _sections(
    chosen: Sequence[Article], claim: Claim, theme_titles: Mapping[str, str]
) -> list[_Section]:
    """The largest theme first; each article once, under the likeliest theme that was asked for."""
    of_theme: dict[str, list[Article]] = {}
    for article in chosen:
        of_theme.setdefault(_theme(article, claim), []).append(article)
    shown = {article.key for article in chosen[:_MOST_LINES]}
    in_order = sorted(of_theme.items(), key=lambda item: (not item[0], -len(item[1]), item[0]))
    return [
        _Section(
            title=sanitize.name(theme_titles.get(slug, slug)) or "Other",
            count=len(articles),
            lines=tuple(
                _line(article, slug, claim, theme_titles)
                for article in articles
                if article.key in shown
            ),
            omitted=sum(article.key not in shown for article in articles),
        )
        for slug, articles in in_order
    ]


def _theme(article: Article, claim: Claim) -> str:
    labels = article.decision.labels
    asked = [slug for slug in labels if slug in claim.subscription.themes]
    return next(iter(asked or labels), "")


def _line(article: Article, theme: str, claim: Claim, theme_titles: Mapping[str, str]) -> _Line:
    entry, decision = article.entry, article.decision
    themes = [theme_titles.get(slug, slug) for slug in decision.labels if slug != theme]
    zone, brought = claim.subscription.cadence.zone, sources.others(article, claim)
    return _Line(
        headline=sanitize.line(entry.title, _LONGEST_HEADLINE) or "(no headline)",
        link=sanitize.link(entry.url),
        outlet=sources.own(article, claim),
        lang=sanitize.language_tag(entry.language),
        direction=sanitize.direction(entry.language),
        when=schedule_text.moment(entry.published_at or article.seen_at, zone),
        likelihood=phrases.percent(decision.score),
        also=sanitize.name(", ".join(themes)),
        others=brought[: sources.MOST],
        others_more=len(brought[sources.MOST :]),
    )


def _more(claim: Claim) -> str:
    """The command that lists all of them, where a message can't."""
    return f"monitor deliveries show {claim.alert.key[:12]}"


def _covered(sealed: Mapping[str, Any]) -> str:
    sentence = sanitize.line(str(sealed.get("coverage", {}).get("sentence", "")), 1_000)
    held = _number(sealed, "held")
    waits = f"{held:,} still held for this subscription" if held else ""
    return "; ".join(part for part in (sentence, waits) if part)


def _unwell(sealed: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Feeds that are not read as they should be, and why."""
    found = sealed.get("coverage", {}).get("unwell", ())
    return [
        (
            sanitize.name(str(one["name"])),
            sanitize.line(f"{one['state']}: {one['why']}".rstrip(": "), _LONGEST_REASON),
        )
        for one in found[:_MOST_UNWELL]
    ]


def _silenced(sealed: Mapping[str, Any]) -> list[str]:
    """What was kept back on purpose, and the reasons."""
    total, silences = _number(sealed, "silenced"), sealed.get("silences", ())
    if not total:
        return []
    noun = "article was" if total == 1 else "articles were"
    first = f"{total:,} {noun} silenced; `monitor deliveries list --state silenced` shows them."
    return [
        first,
        *(
            f"{one['articles']:,}: {sanitize.line(str(one['reason']), _LONGEST_REASON)}"
            f" (until {str(one['until'])[:16].replace('T', ' ')} UTC)"
            for one in silences[:_MOST_SILENCES]
        ),
    ]


def _number(sealed: Mapping[str, Any], name: str) -> int:
    value = sealed.get(name)
    return value if isinstance(value, int) else 0


def _time(sealed: Mapping[str, Any], name: str) -> datetime | None:
    value = sealed.get(name)
    return datetime.fromisoformat(value) if isinstance(value, str) else None


# ── as JSON ──────────────────────────────────────────────────────────────────────────────────────


def _data(claim: Claim, chosen: Sequence[Article]) -> dict[str, object]:
    """A webhook's `data`: the likeliest articles, as many as fit into a body of 20 kB."""
    sealed: Mapping[str, Any] = claim.alert.data  # JSON of our own making: `store.sealed`
    coverage = sealed.get("coverage", {})
    silences = sealed.get("silences", ())
    data: dict[str, object] = {
        "alert": claim.alert.key,
        "subscription": claim.subscription.key,
        "kind": sealed.get("kind", BatchReason.DIGEST.value),
        "since": sealed.get("since"),
        "until": sealed.get("until"),
        "zone": sealed.get("zone", "UTC"),
        "count": len(chosen),
        "themes": dict(Counter(slug for one in chosen for slug in one.decision.labels)),
        "budget": sealed.get("budget"),
        "over_budget": _number(sealed, "over_budget"),
        "held": _number(sealed, "held"),
        "silenced": _number(sealed, "silenced"),
        "silences": [
            {**one, "reason": sanitize.line(str(one["reason"]), _LONGEST_REASON)}
            for one in silences[:_MOST_SILENCES]
        ],
        "coverage": {
            **coverage,
            "sentence": sanitize.line(str(coverage.get("sentence", "")), 1_000),
            "unwell": [
                {
                    **one,
                    "name": sanitize.name(one["name"]),
                    "why": sanitize.line(one["why"], _LONGEST_REASON),
                }
                for one in coverage.get("unwell", ())[:_MOST_UNWELL]
            ],
        },
        "more": _more(claim),
    }
    items = _that_fit((_item(one, claim) for one in chosen), data)
    return data | {"items": items, "omitted": len(chosen) - len(items)}


def _item(article: Article, claim: Claim) -> dict[str, object]:
    brought = sources.others(article, claim)[: sources.MOST]
    also_in = [{"feed_title": one.name, "url": one.link} for one in brought]
    brief = webhook_payload.brief(article, claim.feed_titles.get(article.feed_key, ""))
    return {**brief, "also_in": also_in}


def _that_fit(
    items: Iterable[Mapping[str, object]], data: Mapping[str, object]
) -> list[Mapping[str, object]]:
    room = webhook_payload.LIMIT_BYTES - _ENVELOPE_BYTES - _size(data)
    fitting = []
    for item in items:
        room -= _size(item) + 1
        if room < 0:
            break
        fitting.append(item)
    return fitting


def _size(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
