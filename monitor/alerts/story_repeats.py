"""Repeats: a further article of a story that was told is told only when it brings something new.

Pure.  What a subscription was told of a story are the articles of its alerts, however they were
sent; those that were held back bring nothing to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.domain.alerts import NOT_SENT, Alert, AlertState
from monitor.domain.contents.story_contents import News, NewsKind, StoryMention
from monitor.domain.message_contents import ArticleFlagged
from monitor.domain.stated_figures import StatedFigure, agree, claimant_of, value_text
from monitor.domain.stories import SAYS_NOTHING, Repeat, Stance, Statement, party_title

_LONGEST_CLAIMANT = 60
_MOST_NEWS = 5  # that a message names
_LONGEST_EXCERPT = 120  # characters of a sentence
_SILENCE = timedelta(hours=24)  # without a word of a party that is expected to speak
_HOUR = timedelta(hours=1)
_NEW_STANCES = {Stance.CONFIRMED: "confirms", Stance.DENIED: "denies"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFacts:
    """What an article of a story brings."""

    story: int
    mention: StoryMention
    figures: tuple[StatedFigure, ...] = ()
    themes: frozenset[str] = frozenset()  # slugs
    statements: tuple[Statement, ...] = ()
    at: datetime | None = None  # of the article; None: not known
    expected: frozenset[str] = frozenset()  # parties whose silence about any story is noted


@dataclass(slots=True)
class ToldStory:
    """What one subscription was told of one story, or what the whole story had."""

    at: datetime  # when first
    figures: list[StatedFigure] = field(default_factory=list)
    themes: set[str] = field(default_factory=set)
    stances: set[tuple[str, Stance]] = field(default_factory=set)  # of parties

    def add(self, facts: ArticleFacts) -> None:
        """One more article was told."""
        self.figures += facts.figures
        self.themes |= facts.themes
        self.stances |= stances_of(facts.statements)


ToldStories = dict[tuple[str, int], ToldStory]  # subscription's key and story → what was told


def settle(
    alerts: Sequence[Alert],
    repeats: Mapping[str, Repeat],
    facts: Mapping[str, ArticleFacts],
    told_stories: ToldStories,
) -> list[Alert]:
    """The alerts with their stories and what is new; those with nothing new are not sent.

    `repeats` has the choice of each subscription, `facts` those of each grouped article.  What is
    told here is added to `told_stories`.
    """
    return [_settled(alert, repeats, facts, told_stories) for alert in alerts]


def _settled(
    alert: Alert,
    repeats: Mapping[str, Repeat],
    facts: Mapping[str, ArticleFacts],
    told_stories: ToldStories,
) -> Alert:
    article = facts.get(alert.article_keys[0]) if alert.article_keys else None
    if article is None or not isinstance(alert.content, ArticleFlagged):
        return alert
    key = alert.subscription_key, article.story
    before = told_stories.get(key)
    news = tuple(news_of(article, before))
    repeat = repeats.get(alert.subscription_key, Repeat.EVERY)
    is_known = before is not None and (repeat is Repeat.STORY or not news)
    if before is not None and is_known and repeat is not Repeat.EVERY:
        return _held_back(alert, article, before, repeat)
    if alert.state not in NOT_SENT:
        told_stories.setdefault(key, ToldStory(at=alert.created_at)).add(article)
    content = ArticleFlagged(story=article.mention, news=news[:_MOST_NEWS])
    return replace(alert, content=content)


def _held_back(alert: Alert, article: ArticleFacts, before: ToldStory, repeat: Repeat) -> Alert:
    """An alert that is stored with its reason, and not sent; one that is silenced stays so."""
    if alert.state in NOT_SENT:
        return alert
    story = f"its story {article.mention.key[:8]} was told at {before.at:%Y-%m-%d %H:%M} UTC"
    reason = (
        "this subscription is told each story once"
        if repeat is Repeat.STORY
        else "it has no new figure, claimant, confirmation, denial or theme"
    )
    return replace(
        alert,
        state=AlertState.REPEATED,
        held_for=None,
        due_at=alert.created_at,
        content=ArticleFlagged(story=article.mention),
        last_error=f"{story}, and {reason}",
    )


def news_of(article: ArticleFacts, told_story: ToldStory | None) -> Iterator[News]:
    """What is new in an article for a subscription that was told so much of its story."""
    if told_story is None:
        yield News(kind=NewsKind.STORY, text="a new story")
        return
    for figure in article.figures:
        news = _news_of_figure(figure, told_story.figures)
        if news is not None:
            yield news
    yield from _news_of_stances(article, told_story)
    for theme in sorted(article.themes - told_story.themes):
        yield News(kind=NewsKind.THEME, text=f"the story has a new theme: {theme}")


def stances_of(statements: Iterable[Statement]) -> set[tuple[str, Stance]]:
    """Who says what."""
    return {(statement.party, statement.stance) for statement in statements}


def _news_of_stances(article: ArticleFacts, told_story: ToldStory) -> Iterator[News]:
    """Parties that confirm or deny for the first time, or break their silence."""
    for statement in article.statements:
        party, stance = statement.party, statement.stance
        if (party, stance) in told_story.stances or stance in SAYS_NOTHING:
            continue
        verb = _NEW_STANCES.get(stance) or _broken_silence(party, article, told_story)
        if verb:
            text = f"{party_title(party)} {verb}: {_excerpt(statement.sentence)}"
            yield News(kind=NewsKind.STANCE, text=text)


def _broken_silence(party: str, article: ArticleFacts, told_story: ToldStory) -> str:
    """ "breaks its silence" of a party that declined to comment or did not answer, or that was
    expected to speak and said nothing for a day; empty of any other.
    """
    before = {stance for other, stance in told_story.stances if other == party}
    if before:
        return "breaks its silence" if before <= set(SAYS_NOTHING) else ""
    if party not in article.expected or article.at is None or article.at - told_story.at < _SILENCE:
        return ""
    return f"breaks its silence of {(article.at - told_story.at) // _HOUR} hours"


def _excerpt(sentence: str) -> str:
    if len(sentence) <= _LONGEST_EXCERPT:
        return f"“{sentence}”"
    return f"“{sentence[:_LONGEST_EXCERPT].rstrip()}…”"


def _news_of_figure(figure: StatedFigure, told_figures: Sequence[StatedFigure]) -> News | None:
    """What a figure adds to those that were told; a figure of nobody adds a new value only."""
    value = value_text(figure.value_min, figure.value_max, approx=figure.approx)
    claimant = (figure.claimant or "").strip()[:_LONGEST_CLAIMANT]
    same_kind = [other for other in told_figures if other.kind == figure.kind]
    is_told = any(agree(figure, other) for other in same_kind)
    by_same_claimant = [other for other in same_kind if claimant_of(other) == claimant_of(figure)]
    if not claimant:
        return None if is_told else News(kind=NewsKind.FIGURE, text=f"{value} {figure.kind}")
    if any(agree(figure, other) for other in by_same_claimant):
        return None
    if by_same_claimant:
        text = f"{claimant} now says {value} {figure.kind}"
        return News(kind=NewsKind.FIGURE, text=text)
    if is_told:
        return News(kind=NewsKind.CLAIMANT, text=f"{claimant}, too, says {value} {figure.kind}")
    return News(kind=NewsKind.FIGURE, text=f"{claimant} says {value} {figure.kind}")
