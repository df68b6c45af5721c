"""Second reader: a language model reads articles in doubt; those it finds relevant are alerted.

Polling never waits for it: an article is stored and decided without it, and an answer "relevant"
confirms the article later, as a person's answer in review does.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from monitor.classify.second_reading import reader_prompt
from monitor.classify.second_reading.reader_prompt import ReaderAnswer
from monitor.domain.articles import Article
from monitor.domain.errors import FetchError, ParseError
from monitor.domain.feeds import Entry
from monitor.domain.ports import ChatModel, RunInStore
from monitor.domain.review.second_reading import SecondReading, second_reader
from monitor.pipeline.grouping.story_grouping import StoryGrouping
from monitor.pipeline.review.confirmation_stages import confirmation_stages
from monitor.store.commit.confirmations import ConfirmationRequest
from monitor.store.store import Store

log = logging.getLogger(__name__)

EVERY = timedelta(seconds=15)
_AT_ONCE = 5  # articles of one round
_SPAN = timedelta(days=2)  # older articles are not read


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondReader:
    """The model that is asked, with what, about which articles, and how often."""

    chat: ChatModel
    model: str
    instructions: str
    topic: str = ""  # that the instructions are about; empty: the only one
    scores: tuple[float, float]  # the least and the greatest score of an article in doubt
    budget: int  # questions a day (UTC)
    is_forced: bool  # asked without a trial that it passed

    @property
    def prompt(self) -> str:
        """The digest of the instructions."""
        return reader_prompt.prompt_digest(self.instructions)

    async def read(self, entry: Entry) -> ReaderAnswer:
        """Ask about one article.  Raise FetchError, and ParseError for an unusable answer."""
        question = reader_prompt.article_message(entry)
        reply = await self.chat.ask(self.instructions, question, reader_prompt.ANSWER_SCHEMA)
        return reader_prompt.parse_answer(reply)


class SecondReaderRound:
    """The round of the scheduler; failures are stored with their article and said in the log."""

    def __init__(
        self,
        readers: Sequence[SecondReader],
        store: Store,
        run_in_store: RunInStore,
        grouping: StoryGrouping | None,
    ) -> None:
        """`readers` has one for each topic, which share the budget of the day.

        `grouping` is that of polling, which the thread of the store uses alone.
        """
        self._readers = readers
        self._store = store
        self._run_in_store = run_in_store
        self._grouping = grouping
        self._fault = ""

    def fault(self) -> str:
        """Why no article is read, or why the last one could not be; empty where all is well."""
        return self._fault

    async def __call__(self, now: datetime) -> None:
        """Read the articles that are due for each topic, within the budget of the day."""
        faults: list[str] = []
        for reader in self._readers:
            missing_trial = await self._run_in_store(partial(self._missing_trial, reader))
            if missing_trial:
                faults.append(missing_trial)
            else:
                faults.append(await self._read_due(reader, now))
        self._fault = "; ".join(dict.fromkeys(filter(None, faults)))

    async def _read_due(self, reader: SecondReader, now: datetime) -> str:
        """Read the articles of one topic; why the last one could not be read."""
        fault = ""
        for article in await self._run_in_store(partial(self._due, reader, now)):
            reading = await self._read(reader, article, now)
            fault = reading.fault
            await self._run_in_store(partial(self._apply, article, reading))
        return fault

    def _missing_trial(self, reader: SecondReader) -> str:
        if reader.is_forced:
            return ""
        trial = self._store.second_readings.last_trial(model=reader.model, prompt=reader.prompt)
        if trial is not None and trial.passed:
            return ""
        of_topic = f" for {reader.topic}" if reader.topic else ""
        option = f" --topic {reader.topic}" if reader.topic else ""
        command = f"`monitor model evaluate FILE --second-reader{option}`"
        if trial is None:
            return f"the second reader is off{of_topic} until it was tried: {command}"
        return (
            f"the second reader is off{of_topic}: {trial.sentence}  It needs 90 % of at least 20"
            f" lines; try another model with {command}, or set second_reader.force"
        )

    def _due(self, reader: SecondReader, now: datetime) -> list[Article]:
        readings, day = self._store.second_readings, now.astimezone(UTC).date()
        asked_today = readings.count_asked(datetime(day.year, day.month, day.day, tzinfo=UTC))
        limit = min(_AT_ONCE, reader.budget - asked_today)
        if limit <= 0:
            return []
        return readings.due(
            now, since=now - _SPAN, scores=reader.scores, limit=limit, topic=reader.topic
        )

    async def _read(self, reader: SecondReader, article: Article, now: datetime) -> SecondReading:
        empty = SecondReading(
            article_key=article.key,
            topic=reader.topic,
            at=now,
            relevant=None,
            model=reader.model,
            prompt=reader.prompt,
            text_digest=reader_prompt.text_digest(article.entry),
        )
        earlier_reading = await self._run_in_store(
            lambda: self._store.second_readings.answer_to(
                empty.text_digest, model=reader.model, prompt=reader.prompt
            )
        )
        if earlier_reading is not None:
            return replace(
                empty, relevant=earlier_reading.relevant, reason=earlier_reading.reason, reused=True
            )
        try:
            answer = await reader.read(article.entry)
        except (FetchError, ParseError) as error:
            log.warning("second_reader.failed", extra={"key": article.key, "error": str(error)})
            return replace(empty, fault=str(error))
        return replace(empty, relevant=answer.relevant, reason=answer.reason)

    def _apply(self, article: Article, reading: SecondReading) -> None:
        """Store the reading; confirm an article that it finds relevant and nobody has marked."""
        store = self._store
        store.second_readings.add(reading)
        if not reading.relevant or article.decision.relevant:
            return
        if store.marks.of_articles([article.key], reading.topic):
            return  # a person answered meanwhile
        request = ConfirmationRequest(
            article_key=article.key,
            topic=reading.topic,
            by=second_reader(reading.model),
            at=reading.at,
        )
        complete = confirmation_stages(article, reading.at, store, self._grouping)
        confirmation = store.confirm(request, complete)
        if confirmation is not None and confirmation.is_new:
            fields = {"key": article.key, "alerts": len(confirmation.alerts)}
            log.info("second_reader.confirmed", extra=fields)
