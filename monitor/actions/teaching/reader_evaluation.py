"""Try a second reader on labelled lines: its answers on those in doubt, and what they change."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.actions.teaching.evaluation import JudgedLine, judge_file
from monitor.domain.articles import Verdict
from monitor.domain.errors import ConfigError, FetchError, ParseError
from monitor.domain.feeds import Entry
from monitor.runtime import transports

if TYPE_CHECKING:
    from monitor.pipeline.review.second_reader_round import SecondReader
    from monitor.settings.sections import Settings
    from monitor.store.store import Store
    from monitor.store.teaching.reader_trial import ReaderTrial

_AT_ONCE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedReader:
    """A reader's trial, and the figures of the pack with its answers."""

    trial: ReaderTrial
    unanswered: int  # lines in doubt to which no usable answer came
    first_fault: str  # of them; empty: there is none
    as_service: Mapping[str, object]  # its "relevant" confirms; nothing is taken back
    as_judge: Mapping[str, object]  # its answers decide both ways

    @property
    def sentence(self) -> str:
        """How often it was right, what failed, and whether a service asks it."""
        parts = [self.trial.sentence]
        if self.unanswered:
            parts.append(f"{self.unanswered} had no usable answer, as: {self.first_fault}.")
        if self.trial.passed:
            parts.append("A running service asks it now.")
        else:
            parts.append("That is not enough: a service asks it only with second_reader.force.")
        return " ".join(parts)

    def as_json(self) -> dict[str, object]:
        """The trial as `model evaluate --second-reader --json` shows it."""
        return {
            "model": self.trial.model,
            "prompt": self.trial.prompt,
            "asked": self.trial.asked,
            "correct": self.trial.correct,
            "passed": self.trial.passed,
            "unanswered": self.unanswered,
            "first_fault": self.first_fault,
            "as_service": self.as_service,
            "as_judge": self.as_judge,
        }


async def try_reader(file: Path, settings: Settings, store: Store, now: datetime) -> TriedReader:
    """Ask the second reader of the settings about the lines in doubt, and store the trial.

    Raise ConfigError when no reader is set, or no line is in doubt, and as `judge_file` does.
    """
    from monitor.classify.training import evaluate
    from monitor.store.teaching.reader_trial import ReaderTrial

    rows = judge_file(file, settings)
    async with transports.second_readers(settings) as readers:
        if not readers:
            raise ConfigError("no second reader is set: name one with second_reader.url and .model")
        reader = readers[0]
        lowest, highest = reader.scores
        in_doubt = [row for row in rows if lowest <= row.verdict.score <= highest]
        if not in_doubt:
            raise ConfigError(f"{file}: no line has a score from {lowest:g} to {highest:g}")
        answers = await _ask_all(reader, in_doubt)
    answer_by_row = {id(row): answer for row, answer in zip(in_doubt, answers, strict=True)}
    usable = [answer for answer in answers if isinstance(answer, bool)]
    faults = [answer for answer in answers if isinstance(answer, str)]
    trial = ReaderTrial(
        at=now,
        model=reader.model,
        prompt=reader.prompt,
        asked=len(in_doubt),
        correct=sum(
            answer_by_row[id(row)] is (row.line["label"] == "positive") for row in in_doubt
        ),
    )
    store.second_readings.add_trial(trial)

    def figures(*, both_ways: bool) -> Mapping[str, object]:
        verdicts = [
            _read(row.verdict, answer_by_row.get(id(row)), both_ways=both_ways) for row in rows
        ]
        lines = [row.line for row in rows]
        return evaluate.evaluate_verdicts(lines, verdicts, name=str(file))

    return TriedReader(
        trial=trial,
        unanswered=len(in_doubt) - len(usable),
        first_fault=next(iter(faults), ""),
        as_service=figures(both_ways=False),
        as_judge=figures(both_ways=True),
    )


async def _ask_all(reader: SecondReader, rows: Sequence[JudgedLine]) -> list[bool | str]:
    """The answer to each line, or why there is none."""
    slots = asyncio.Semaphore(_AT_ONCE)

    async def ask(row: JudgedLine) -> bool | str:
        line = row.line
        entry = Entry(title=str(line["title"]), text=str(line.get("text") or ""))
        async with slots:
            try:
                return (await reader.read(entry)).relevant
            except (FetchError, ParseError) as error:
                return str(error)

    return list(await asyncio.gather(*map(ask, rows)))


def _read(verdict: Verdict, answer: bool | str | None, *, both_ways: bool) -> Verdict:
    """The verdict with the reader's answer in place of the score."""
    if answer is True:
        return replace(verdict, score=max(verdict.score, verdict.threshold))
    if answer is False and both_ways:
        return replace(verdict, score=min(verdict.score, verdict.threshold / 2))
    return verdict
