"""Second readings: what the second reader answered, what it is asked next, and how it was tried."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    func,
    insert,
    select,
)

from monitor.domain.articles import Article, DecisionReason
from monitor.domain.review.second_reading import SecondReading
from monitor.store.database.postgresql_values import json_path, jsonb
from monitor.store.database.transactions import Database
from monitor.store.mapping import article_rows
from monitor.store.schema.tables import (
    IS_RELEVANT,
    IS_REMEMBERED_BESIDE,
    articles,
    marks,
    reader_trials,
    second_readings,
)
from monitor.store.teaching.reader_trial import ReaderTrial

MOST_TRIES = 3  # of one article
RETRY_AFTER = timedelta(minutes=10)
_BY_SCORE = (DecisionReason.SCORE, DecisionReason.BELOW, DecisionReason.BOOSTED)
_DOUBT_PATH = (
    "$[*] ? (@.pack starts with $pack && @.score >= $lowest && @.score <= $highest"
    ' && (@.reason == "score" || @.reason == "below" || @.reason == "boosted"))'
)


class SecondReadings:
    """The tables of readings and of trials."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def due(
        self,
        now: datetime,
        *,
        since: datetime,
        scores: tuple[float, float],
        limit: int,
        topic: str = "",
    ) -> list[Article]:
        """Articles to read: in doubt, seen at `since` or later, unmarked, and not read yet.

        Of one `topic` those that it leads, and those relevant for no topic that pass its gate; an
        empty one: of any.  Those below their threshold come first, because an answer may change
        their outcome.  One that could not be read is due again after `RETRY_AFTER`, `MOST_TRIES`
        times in all.
        """
        recent = and_(articles.c.seen_at >= since, ~articles.c.backlog, *_unread(now, topic))
        led = _in_doubt(scores)
        if topic:
            led = and_(led, articles.c.pack.startswith(f"{topic}@", autoescape=True))
        queries = [select(articles).where(recent, led)]
        if topic:
            beside = _in_doubt_beside(self._database, topic, scores)
            queries.insert(0, select(articles).where(recent, beside))
        in_order = (articles.c.relevant, articles.c.seen_at.desc(), articles.c.key)

        def read(connection: Connection) -> list[Article]:
            due: list[Article] = []
            for query in queries:
                rows = connection.execute(query.order_by(*in_order).limit(limit))
                due += map(article_rows.article_from_row, rows)
            due.sort(key=lambda article: article.decision.relevant)
            return due[:limit]

        return self._database.read(read)

    def add(self, reading: SecondReading) -> None:
        """Store an answer, or why there is none."""
        values = {
            "article_key": reading.article_key,
            "topic": reading.topic,
            "at": reading.at,
            "relevant": reading.relevant,
            "reason": reading.reason,
            "fault": reading.fault,
            "model": reading.model,
            "prompt": reading.prompt,
            "text_digest": reading.text_digest,
            "reused": reading.reused,
        }
        self._database.write(
            lambda connection: connection.execute(insert(second_readings).values(values))
        )

    def answer_to(self, text_digest: str, *, model: str, prompt: str) -> SecondReading | None:
        """The answer of this model to the same text and instructions; None when there is none."""
        query = select(second_readings).where(
            second_readings.c.text_digest == text_digest,
            second_readings.c.model == model,
            second_readings.c.prompt == prompt,
            second_readings.c.relevant.is_not(None),
        )
        return self._first(query.order_by(second_readings.c.number).limit(1))

    def of_article(self, article_key: str) -> list[SecondReading]:
        """The last reading of an article for each topic, the latest of all first."""
        query = (
            select(second_readings)
            .where(second_readings.c.article_key == article_key)
            .order_by(second_readings.c.number.desc())
        )
        rows = self._database.read(lambda connection: connection.execute(query).all())
        by_topic: dict[str, SecondReading] = {}
        for row in rows:
            by_topic.setdefault(row.topic, _reading(row))
        return list(by_topic.values())

    def _first(self, query: Any) -> SecondReading | None:
        row = self._database.read(lambda connection: connection.execute(query).first())
        return _reading(row) if row else None

    def count_asked(self, since: datetime) -> int:
        """How many questions were sent since then."""
        query = select(func.count()).where(
            second_readings.c.at >= since, second_readings.c.reused.is_(False)
        )
        return self._database.read(lambda connection: connection.scalar(query)) or 0

    def add_trial(self, trial: ReaderTrial) -> None:
        """Store how often the reader was right on labelled lines."""
        values = {
            "at": trial.at,
            "model": trial.model,
            "prompt": trial.prompt,
            "asked": trial.asked,
            "correct": trial.correct,
        }
        self._database.write(
            lambda connection: connection.execute(insert(reader_trials).values(values))
        )

    def last_trial(self, *, model: str, prompt: str) -> ReaderTrial | None:
        """The last trial of this model with these instructions; None when there was none."""
        query = (
            select(reader_trials)
            .where(reader_trials.c.model == model, reader_trials.c.prompt == prompt)
            .order_by(reader_trials.c.number.desc())
            .limit(1)
        )
        row = self._database.read(lambda connection: connection.execute(query).first())
        if row is None:
            return None
        return ReaderTrial(
            at=row.at, model=row.model, prompt=row.prompt, asked=row.asked, correct=row.correct
        )


def _unread(now: datetime, topic: str) -> list[ColumnElement[bool]]:
    """Nobody marked the article, and it was not read, or not too often or too lately."""
    of_article = second_readings.c.article_key == articles.c.key
    if topic:  # a reading from when there was one topic is of any
        of_article = and_(of_article, second_readings.c.topic.in_((topic, "")))
    is_read = select(second_readings.c.number).where(
        of_article, second_readings.c.relevant.is_not(None)
    )
    tried_lately = select(second_readings.c.number).where(
        of_article, second_readings.c.at > now - RETRY_AFTER
    )
    tries = select(func.count()).select_from(second_readings).where(of_article).scalar_subquery()
    marked = select(marks.c.article_key).where(marks.c.article_key == articles.c.key)
    if topic:
        marked = marked.where(marks.c.topic == topic)
    return [~is_read.exists(), ~tried_lately.exists(), ~marked.exists(), tries < MOST_TRIES]


def _in_doubt(scores: tuple[float, float]) -> ColumnElement[bool]:
    return and_(articles.c.score.between(*scores), articles.c.reason.in_(_BY_SCORE))


def _in_doubt_beside(
    database: Database, topic: str, scores: tuple[float, float]
) -> ColumnElement[bool]:
    """The article is relevant for no topic, and a decision beside the leading one is in doubt."""
    is_open = and_(IS_REMEMBERED_BESIDE, ~IS_RELEVANT)
    if not database.is_sqlite:
        variables = {"pack": f"{topic}@", "lowest": scores[0], "highest": scores[1]}
        return and_(
            is_open,
            func.jsonb_path_exists(
                jsonb(articles.c.other_decisions),
                json_path(_DOUBT_PATH),
                jsonb(variables),
            ),
        )
    others = func.json_each(articles.c.other_decisions).table_valued("value")

    def field(name: str) -> ColumnElement[Any]:
        return func.json_extract(others.c.value, f"$.{name}")

    in_doubt = select(others.c.value).where(
        field("pack").startswith(f"{topic}@", autoescape=True),
        field("score").between(*scores),
        field("reason").in_([reason.value for reason in _BY_SCORE]),
    )
    return and_(is_open, in_doubt.exists())


def _reading(row: Row[Any]) -> SecondReading:
    return SecondReading(
        article_key=row.article_key,
        topic=row.topic,
        at=row.at,
        relevant=row.relevant,
        reason=row.reason,
        fault=row.fault,
        model=row.model,
        prompt=row.prompt,
        text_digest=row.text_digest,
        reused=row.reused,
    )
