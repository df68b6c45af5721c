"""Digest messages: articles by theme and story, the highest scores first, with coverage."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.alerts.digest_schedule import BatchReason
from monitor.deliver.messages import (
    digest_story_lines,
    mail_templates,
    phrases,
    schedule_text,
    source_links,
    webhook_payload,
)
from monitor.domain.alerts import Claim
from monitor.domain.articles import Article
from monitor.domain.contents.story_contents import DigestStory
from monitor.domain.digest_content import DigestCoverage, DigestReady
from monitor.domain.messages import Message
from monitor.text import sanitize

_LONGEST_SUBJECT = 200
_LONGEST_HEADLINE = 300
_LONGEST_REASON = 200
_LONGEST_SENTENCE = 1_000
# Of a mail: mail programs cut it at about 100 kB.
_MOST_LINES = 100
_MOST_SILENCES = 10
_MOST_REPEATS = 10
_MOST_UNWELL = 10
_MOST_IN_REVIEW = 10
_OTHER = "Other"  # the title of articles without a theme
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
    others: tuple[source_links.SourceLink, ...]  # with the same text
    others_more: int  # how many more others there are


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """The articles of one story, or an article without one."""

    heading: str  # empty without a story
    notes: tuple[str, ...]  # what is new, figures, what was held back
    lines: tuple[_Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Section:
    """The stories and articles of one theme."""

    title: str
    topic: str  # of its articles
    is_other: bool  # of no theme
    count: int  # articles
    blocks: tuple[_Block, ...]
    omitted: int  # articles that are not shown


def message(
    claim: Claim,
    content: DigestReady,
    *,
    topic: str,
    theme_titles: Mapping[str, str],
    with_text: bool = True,
) -> Message:
    """The digest as a message; without articles it says that nothing is new.

    `with_text` is as in `render.message`.
    """
    articles = sorted(claim.articles, key=lambda article: (-article.decision.score, article.key))
    title = _title(content, len(articles))
    subject = sanitize.header(f"[{topic}][digest] {title}{_lead(articles)}", _LONGEST_SUBJECT)
    text = html = ""
    if with_text:
        text, html = mail_templates.rendered(
            "digest",
            subject=subject,
            topic=sanitize.name(topic),
            title=title,
            sections=_sections(articles, claim, content, theme_titles),
            criteria=phrases.criteria(claim.subscription, theme_titles),
            **_frame(claim, content),
        )
    return Message(
        key=claim.alert.key,
        subject=subject,
        text=text,
        html=html,
        type=content.type,
        data=_data(claim, content, articles),
        topic=topic,
        thread_key=claim.alert.key,
        created_at=claim.alert.created_at,
    )


# ── in words ─────────────────────────────────────────────────────────────────────────────────────


def _frame(claim: Claim, content: DigestReady) -> dict[str, object]:
    """The values that the templates show around the articles."""
    return {
        "subscription": sanitize.name(claim.subscription.name),
        "notes": _notes(content),
        "coverage": _coverage(content),
        "unwell": _unwell(content.coverage),
        "silenced": _silenced(content),
        "repeated": _repeated(content),
        "review": _review(content),
        "review_more": content.in_review - len(content.review[:_MOST_IN_REVIEW]),
        "cadence": schedule_text.schedule_phrase(claim.subscription.cadence),
        "alert_key": claim.alert.key,
    }


def _title(content: DigestReady, count: int) -> str:
    if not count:
        return "Nothing new"
    articles = "1 article" if count == 1 else f"{count:,} articles"
    return f"{articles} from quiet hours" if content.kind == BatchReason.QUIET else articles


def _lead(articles: Sequence[Article]) -> str:
    """The part of the subject that quotes the headline with the highest score."""
    return f": {sanitize.line(articles[0].entry.title, _LONGEST_HEADLINE)}" if articles else ""


def _notes(content: DigestReady) -> list[str]:
    """Which time the message covers, and what was over the budget."""
    notes = []
    if content.since and content.until:
        zone = sanitize.name(content.zone)
        start = schedule_text.moment(content.since, zone)
        notes.append(f"From {start} to {schedule_text.moment(content.until, zone)} ({zone}).")
    if content.over_budget:
        count = content.over_budget
        subject = "One of these was" if count == 1 else f"{count:,} of these were"
        notes.append(f"{subject} over the budget of {content.budget or 0} messages a day.")
    return notes


def _sections(
    articles: Sequence[Article],
    claim: Claim,
    content: DigestReady,
    theme_titles: Mapping[str, str],
) -> list[_Section]:
    """The largest theme first; each story once, under the theme of its likeliest article."""
    stories = _story_of_article(content)
    groups: dict[str, list[Article]] = {}
    for article in articles:
        story = stories.get(article.key)
        groups.setdefault(story.key if story else article.key, []).append(article)
    by_theme: dict[str, list[list[Article]]] = {}
    for group in groups.values():
        by_theme.setdefault(_theme(group[0], claim), []).append(group)
    shown = {article.key for article in articles[:_MOST_LINES]}
    sections = [
        _section(slug, members, shown, claim, stories, theme_titles)
        for slug, members in sorted(by_theme.items())
    ]
    topics = {section.topic for section in sections}
    if len(topics) > 1:
        sections = [replace(part, title=f"{part.topic}: {part.title}") for part in sections]
    return sorted(sections, key=lambda part: (part.topic, part.is_other, -part.count))


def _story_of_article(content: DigestReady) -> dict[str, DigestStory]:
    stories: dict[str, DigestStory] = {}
    for story in content.stories:
        stories |= dict.fromkeys(story.new_articles, story)
    return stories


def _section(
    slug: str,
    groups: Sequence[Sequence[Article]],
    shown: set[str],
    claim: Claim,
    stories: Mapping[str, DigestStory],
    theme_titles: Mapping[str, str],
) -> _Section:
    blocks = []
    for group in groups:
        story = stories.get(group[0].key)
        lines = tuple(
            _line(article, slug, claim, theme_titles) for article in group if article.key in shown
        )
        if lines:
            heading = digest_story_lines.heading(story) if story else ""
            notes = digest_story_lines.notes(story) if story else ()
            blocks.append(_Block(heading=heading, notes=notes, lines=lines))
    count = sum(map(len, groups))
    return _Section(
        title=sanitize.name(theme_titles.get(slug, slug)) or _OTHER,
        topic=sanitize.name(groups[0][0].decision.topic),
        is_other=not slug,
        count=count,
        blocks=tuple(blocks),
        omitted=count - sum(len(block.lines) for block in blocks),
    )


def _theme(article: Article, claim: Claim) -> str:
    labels = article.decision.labels
    subscribed = [slug for slug in labels if slug in claim.subscription.themes]
    return next(iter(subscribed or labels), "")


def _line(article: Article, theme: str, claim: Claim, theme_titles: Mapping[str, str]) -> _Line:
    entry, decision = article.entry, article.decision
    themes = [theme_titles.get(slug, slug) for slug in decision.labels if slug != theme]
    zone, others = claim.subscription.cadence.zone, source_links.other_sources(article, claim)
    return _Line(
        headline=sanitize.line(entry.title, _LONGEST_HEADLINE) or "(no headline)",
        link=sanitize.link(entry.url),
        outlet=source_links.own_name(article, claim),
        lang=sanitize.language_tag(entry.language),
        direction=sanitize.direction(entry.language),
        when=schedule_text.moment(entry.published_at or article.seen_at, zone),
        likelihood=phrases.percent(decision.score),
        also=sanitize.name(", ".join(themes)),
        others=others[: source_links.MAX_SHOWN],
        others_more=len(others[source_links.MAX_SHOWN :]),
    )


def _more(claim: Claim) -> str:
    """The command that lists all articles, where a message can't."""
    return f"monitor deliveries show {claim.alert.key[:12]}"


def _coverage(content: DigestReady) -> str:
    sentence = sanitize.line(content.coverage.sentence, _LONGEST_SENTENCE)
    held = f"{content.held:,} still held for this subscription" if content.held else ""
    return "; ".join(part for part in (sentence, held) if part)


def _unwell(coverage: DigestCoverage) -> list[tuple[str, str]]:
    """Name and reason of feeds that are not read as they should be."""
    return [
        (
            sanitize.name(feed.name),
            sanitize.line(f"{feed.state}: {feed.why}".rstrip(": "), _LONGEST_REASON),
        )
        for feed in coverage.unwell[:_MOST_UNWELL]
    ]


def _silenced(content: DigestReady) -> list[str]:
    """How many articles were silenced, and the reasons."""
    if not content.silenced:
        return []
    noun = "article was" if content.silenced == 1 else "articles were"
    lines = [f"{content.silenced:,} {noun} silenced."]
    for silence in content.silences[:_MOST_SILENCES]:
        until = f"{silence.until:%Y-%m-%d %H:%M} UTC" if silence.until else "?"
        reason = sanitize.line(silence.reason, _LONGEST_REASON)
        lines.append(f"{silence.articles:,}: {reason} (until {until})")
    return lines


def _repeated(content: DigestReady) -> list[str]:
    """How many articles of told stories were not told, the newest of them, and the reasons."""
    if not content.repeated:
        return []
    noun = "article of a story" if content.repeated == 1 else "articles of stories"
    lines = [f"{content.repeated:,} more {noun} that you know, not sent:"]
    for repeat in content.repeats[:_MOST_REPEATS]:
        title = sanitize.line(repeat.title, _LONGEST_HEADLINE) or "(no headline)"
        lines.append(f"{title}: {sanitize.line(repeat.reason, _LONGEST_REASON)}")
    return lines


def _review(content: DigestReady) -> list[dict[str, str | None]]:
    """The doubtful articles as the templates show them: every text is one safe line."""
    return [
        {
            "headline": sanitize.line(article.title, _LONGEST_HEADLINE) or "(no headline)",
            "link": sanitize.link(article.url),
            "outlet": sanitize.name(article.feed_title) or "unnamed source",
            "lang": sanitize.language_tag(article.language),
            "direction": sanitize.direction(article.language),
            "likelihood": phrases.percent(article.score),
            "key": article.article[:8],  # for the operator's command
        }
        for article in content.review[:_MOST_IN_REVIEW]
    ]


# ── as JSON ──────────────────────────────────────────────────────────────────────────────────────


def _data(claim: Claim, content: DigestReady, articles: Sequence[Article]) -> dict[str, object]:
    """A webhook's `data`: the articles with the highest scores that fit into a body of 20 kB."""
    facts = _shortened(content).to_json()
    del facts["stories"]
    stories = digest_story_lines.fitting(content.stories)
    themes: Counter[str] = Counter()
    for article in articles:
        themes.update(article.decision.labels)
    data: dict[str, object] = {
        "alert": claim.alert.key,
        "subscription": claim.subscription.key,
        "kind": facts.pop("kind"),
        "since": facts.pop("since"),
        "until": facts.pop("until"),
        "zone": facts.pop("zone"),
        "count": len(articles),
        "themes": dict(themes),
        **facts,
        "stories": stories,
        "stories_omitted": len(content.stories) - len(stories),
        "more": _more(claim),
    }
    items = _fitting((_item(article, claim) for article in articles), data)
    return data | {"items": items, "omitted": len(articles) - len(items)}


def _shortened(content: DigestReady) -> DigestReady:
    """The same content with fewer and shorter lists, all sanitized."""
    silences = tuple(
        replace(silence, reason=sanitize.line(silence.reason, _LONGEST_REASON))
        for silence in content.silences[:_MOST_SILENCES]
    )
    repeats = tuple(
        replace(
            repeat,
            title=sanitize.line(repeat.title, _LONGEST_HEADLINE),
            url=sanitize.link(repeat.url),
            reason=sanitize.line(repeat.reason, _LONGEST_REASON),
        )
        for repeat in content.repeats[:_MOST_REPEATS]
    )
    unwell = tuple(
        replace(
            feed,
            name=sanitize.name(feed.name),
            why=sanitize.line(feed.why, _LONGEST_REASON),
        )
        for feed in content.coverage.unwell[:_MOST_UNWELL]
    )
    doubtful = tuple(
        replace(
            article,
            title=sanitize.line(article.title, _LONGEST_HEADLINE),
            url=sanitize.link(article.url),
            language=sanitize.language_tag(article.language),
            feed_title=sanitize.name(article.feed_title),
        )
        for article in content.review[:_MOST_IN_REVIEW]
    )
    sentence = sanitize.line(content.coverage.sentence, _LONGEST_SENTENCE)
    coverage = replace(content.coverage, sentence=sentence, unwell=unwell)
    return replace(content, silences=silences, repeats=repeats, review=doubtful, coverage=coverage)


def _item(article: Article, claim: Claim) -> dict[str, object]:
    others = source_links.other_sources(article, claim)[: source_links.MAX_SHOWN]
    also_in = [{"feed_title": source.name, "url": source.link} for source in others]
    brief = webhook_payload.brief(article, claim.feed_titles.get(article.feed_key, ""))
    return {**brief, "also_in": also_in}


def _fitting(
    items: Iterable[Mapping[str, object]], data: Mapping[str, object]
) -> list[Mapping[str, object]]:
    """The first items that fit into the body beside `data`."""
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
