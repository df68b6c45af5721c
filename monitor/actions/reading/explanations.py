"""Explain a decision: score, sentence, terms and rules, and what would change the outcome."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.actions import as_json
from monitor.actions.as_json import JsonObject
from monitor.actions.reading.alert_outcomes import AlertOutcome, alert_outcomes
from monitor.actions.reading.articles import (
    article_as_json,
    decision_as_json,
    find_article,
    other_decisions_as_json,
)
from monitor.actions.reading.story_places import StoryPlace, story_place
from monitor.domain.articles import Article, Decision, Source
from monitor.domain.errors import ConfigError, PackError
from monitor.domain.feeds import Entry
from monitor.domain.review.second_reading import SecondReading
from monitor.runtime import build, topic_pack, topics
from monitor.text.formats import zoned_instant

if TYPE_CHECKING:
    from monitor.classify.model.explain import Explainer, Explanation
    from monitor.settings.sections import Settings
    from monitor.store.store import Store

_SHOWN_CHARACTERS = 500  # of a text, in JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedDecision:
    """Everything there is to say about one decision."""

    entry: Entry
    decision: Decision
    article: Article | None = None  # None for a text that is not stored
    feed_title: str = ""
    sources: tuple[Source, ...] = ()
    revisions: tuple[Article, ...] = ()  # the article before each edit, oldest first
    outcomes: tuple[AlertOutcome, ...] = ()  # one for each subscription
    explanation: Explanation | None = None
    unexplained: str = ""  # why there is no explanation: no pack, or no text
    place: StoryPlace | None = None  # in its story; None: the article has none
    no_story: str = ""  # why not, where its topics are grouped into none
    # of the topic that leads, the last one; None: the second reader was not asked
    second_reading: SecondReading | None = None
    other_readings: tuple[SecondReading, ...] = ()  # about the other topics

    @property
    def language(self) -> str | None:
        """The language of the text; None: unknown.

        That of a text that is not stored is detected when it is asked for: the detector takes
        longer to load than the text to judge, and no decision reads the language.
        """
        if self.article is not None:
            return self.entry.language
        from monitor.classify.features import language

        return language.entry_language(self.entry, None)

    def as_json(self) -> JsonObject:
        """The decision as `explain --json` shows it."""
        shown: JsonObject = {"title": self.entry.title}
        if self.article:
            shown = article_as_json(self.article, self.sources)
            shown |= other_decisions_as_json(self.article)
            shown["revisions"] = self.revisions_as_json()
        explanation = self.explanation.as_dict() if self.explanation else {}
        return {
            **shown,
            "language": self.language,
            "feed_title": self.feed_title,
            "text": self.entry.text[:_SHOWN_CHARACTERS],
            "decision": decision_as_json(self.decision),
            "sentence": explanation.pop("sentence", None),
            "otherwise": explanation or None,
            "story": self.place.as_json() if self.place else None,
            **({"no_story": self.no_story} if self.no_story else {}),
            "second_reading": _reading_as_json(self.second_reading),
            **self._other_readings_as_json(),
            "subscriptions": self.outcomes_as_json(),
        }

    def _other_readings_as_json(self) -> JsonObject:
        """What the second reader answered about other topics; nothing where it was not asked."""
        others = [
            {"topic": reading.topic, **(_reading_as_json(reading) or {})}
            for reading in self.other_readings
        ]
        return {"other_second_readings": others} if others else {}

    def revisions_as_json(self) -> list[JsonObject]:
        """The article as it was before each edit, the oldest first."""
        return [_revision_as_json(revision) for revision in self.revisions]

    def outcomes_as_json(self) -> list[JsonObject]:
        """What became of the article, for each subscription."""
        return [
            {
                "subscription": outcome.subscription,
                "state": outcome.state,
                "at": as_json.instant(outcome.at),
                "why": outcome.sentence,
            }
            for outcome in self.outcomes
        ]


def explain_article(store: Store, reference: str, settings: Settings) -> ExplainedDecision:
    """Explain the stored decision about the article whose key begins so.

    Raise ConfigError when there is no such article.  Without a usable pack the stored decision is
    returned without an explanation, and with `unexplained`.
    """
    article = find_article(store, reference)
    try:
        explainer = load_explainer(_of_leading_topic(settings, article.decision.topic))
    except PackError as error:
        return explain_stored(store, article, None, settings, unexplained=str(error))
    return explain_stored(store, article, explainer, settings)


def _of_leading_topic(settings: Settings, topic: str) -> Settings:
    """The settings of the topic that an article is told of; of the first for one not watched."""
    if not settings.topic.further:
        return settings
    return topics.settings_by_topic(settings).get(topic, settings)


def explain_stored(
    store: Store,
    article: Article,
    explainer: Explainer | None,
    settings: Settings,
    *,
    unexplained: str = "",
) -> ExplainedDecision:
    """The stored decision of an article; without an explainer, `unexplained` says why.

    An article whose text was pruned is not judged anew: of its headline alone it would be another
    decision.
    """
    explanation = None
    if article.text_pruned_at is not None:
        unexplained = pruned_text_note(article.text_pruned_at)
    elif explainer is not None:
        explanation = explainer.explain(
            article.entry, config=settings.decision_digest, similar=article.decision.similar
        )
    place = story_place(store, article.key)
    readings = store.second_readings.of_article(article.key)
    leading_topics = ("", article.decision.topic)
    of_leading = next((reading for reading in readings if reading.topic in leading_topics), None)
    return ExplainedDecision(
        entry=article.entry,
        decision=article.decision,
        article=article,
        feed_title=store.feeds.titles({article.feed_key}).get(article.feed_key, ""),
        sources=tuple(store.articles.sources([article])[article.key]),
        revisions=tuple(store.articles.revisions(article)),
        outcomes=alert_outcomes(article, store),
        explanation=explanation,
        unexplained=unexplained,
        place=place,
        no_story="" if place else _why_no_story(article, settings),
        second_reading=of_leading,
        other_readings=tuple(reading for reading in readings if reading is not of_leading),
    )


def _why_no_story(article: Article, settings: Settings) -> str:
    """Why a relevant article is in no story: no topic that it is relevant for has any; else ""."""
    try:
        topic_with_stories = topics.topic_of_marks(settings)
    except PackError:  # `unexplained` says so
        return ""
    if not topic_with_stories or not article.topics or topic_with_stories in article.topics:
        return ""
    return (
        "in no story: stories are grouped for the first topic only, and articles of the others"
        " alert one by one"
    )


def pruned_text_note(pruned_at: datetime) -> str:
    """Why an article has no text any more."""
    return (
        f"the text was pruned on {zoned_instant(pruned_at)} (`retention.rejected_texts`);"
        " the decision and its terms are those of then"
    )


def explain_text(
    text: str, settings: Settings, explainer: Explainer | None = None
) -> ExplainedDecision:
    """Judge a text as if a feed had brought it; its first line is the headline.

    Without an `explainer` one is loaded.  Raise PackError when no pack can be used.
    """
    printable = text.encode("utf-8", "replace").decode()  # drops halves of surrogate pairs
    title, _, body = printable.strip().partition("\n")
    entry = Entry(title=title, text=body.strip())
    explainer = explainer or load_explainer(settings)
    explanation = explainer.explain(entry, config=settings.decision_digest)
    return ExplainedDecision(entry=entry, decision=explanation.decision, explanation=explanation)


def load_explainer(settings: Settings) -> Explainer:
    """An explainer of the pack in use and the rules in force; loading takes a moment.

    Raise PackError when no pack can be used.
    """
    from monitor.classify.model.explain import Explainer

    pack = topic_pack.load_pack(settings)
    return Explainer(pack, build.classifier(pack), topic_pack.keyword_rules(settings, pack))


def _reading_as_json(reading: SecondReading | None) -> JsonObject | None:
    """What the second reader answered; None where it was not asked."""
    if reading is None:
        return None
    return {
        "at": as_json.instant(reading.at),
        "relevant": reading.relevant,
        "reason": reading.reason,
        "fault": reading.fault,
        "model": reading.model,
        "prompt": reading.prompt,
        "reused": reading.reused,
        "sentence": reading.sentence,
    }


def _revision_as_json(revision: Article) -> JsonObject:
    """An article as it was before an edit."""
    return {
        "from": as_json.instant(revision.edited_at or revision.seen_at),
        "title": revision.entry.title,
        "text": revision.entry.text[:_SHOWN_CHARACTERS],
        "decision": decision_as_json(revision.decision),
    }


class ExplainerCache:
    """The explainer of the pack in use and the rules in force.

    It is loaded once, and again after a promotion or a change of the rules.  Used by one thread.
    """

    def __init__(self, settings: Settings) -> None:
        self._started = settings
        self._known: dict[str, tuple[object, ...]] = {}  # by topic
        self._file_state: tuple[int, ...] = ()
        self._settings = settings
        self._explainers: dict[str, Explainer] = {}

    def explainer(self, topic: str = "") -> Explainer:
        """The explainer for the pack and the rules that are in use now.  Raise PackError.

        It is that of the first topic where this one is not watched.
        """
        settings = _of_leading_topic(self._settings_now(), topic)
        folder = topic_pack.first_pack_folder(settings)
        versions, name = (folder, settings.decision_digest), settings.topic.pack
        if versions != self._known.get(name):
            self._explainers[name] = load_explainer(settings)
            self._known[name] = versions
        return self._explainers[name]

    def _settings_now(self) -> Settings:
        """The settings of the file; those before where it is refused."""
        from monitor.settings import loader

        path = self._started.path
        state = _file_state(path)
        if path is not None and state and state != self._file_state:
            self._file_state = state
            with suppress(ConfigError):
                self._settings = loader.load(path)
        return self._settings


def _file_state(path: Path | None) -> tuple[int, ...]:
    """What changes with the file; empty where there is none."""
    try:
        status = path.stat() if path else None
    except OSError:
        return ()
    return (status.st_mtime_ns, status.st_size, status.st_ino) if status else ()
