"""Relevant articles of a span of time, as columns: 44 bytes for each.

A service stores tens of thousands for the rules in force while somebody tries drafts.  As Python
objects with their strings 50,000 took 15 MB more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain

import numpy as np
import numpy.typing as npt

from monitor.actions.teaching.subscription_load import AlertDays, alerts_checksum, copy_number

_CHUNK = 1_000  # articles that are Python objects until they become columns


@dataclass(frozen=True, slots=True)
class RelevantOutcome:
    """What the rules say of an article that is relevant by them; many articles have the same."""

    topics: tuple[str, ...]  # that it is relevant for
    receivers: tuple[str, ...]  # keys of the subscriptions that it alerts
    day: date  # UTC, when it was seen


@dataclass(frozen=True, slots=True)
class RelevantArticle:
    """An article that is relevant by the rules."""

    key: str
    copy_key: str  # copies are one alert
    outcome: RelevantOutcome


@dataclass(frozen=True, slots=True, eq=False)
class RelevantArticles:
    """Articles with their outcomes, the oldest first; those that a draft changed come last."""

    keys: npt.NDArray[np.bytes_]  # shape (n,)
    copy_numbers: npt.NDArray[np.uint64]  # shape (n,): see `copy_number`
    outcome_numbers: npt.NDArray[np.int32]  # shape (n,): places in `outcomes`
    outcomes: tuple[RelevantOutcome, ...]

    def __len__(self) -> int:
        return len(self.keys)

    def with_changes(self, changes: Mapping[str, RelevantArticle | None]) -> RelevantArticles:
        """The same with other outcomes for some articles, the oldest first; None: not relevant."""
        stays = ~np.isin(self.keys, _encoded(changes))
        columns = RelevantColumns(self.outcomes)
        columns.add_columns(self.keys[stays], self.copy_numbers[stays], self.outcome_numbers[stays])
        for article in changes.values():
            if article is not None:
                columns.add(article)
        return columns.articles()

    def without(self, others: RelevantArticles) -> list[str]:
        """Keys of the articles that are not among the others, the newest first."""
        if others is self:
            return []
        present = set(others.keys.tolist())  # `np.isin` would sort tens of thousands
        return [key.decode() for key in self.keys[::-1].tolist() if key not in present]

    def among(self, keys: Collection[str]) -> set[str]:
        """Those of these keys that are of relevant articles."""
        present = self.keys[np.isin(self.keys, _encoded(keys))]
        return {key.decode() for key in present.tolist()}

    def of_topic(self, topic: str) -> int:
        """How many articles are relevant for the topic."""
        is_of_topic = np.array([topic in outcome.topics for outcome in self.outcomes], dtype=bool)
        return int(is_of_topic[self.outcome_numbers].sum()) if len(self) else 0

    def receivers(self) -> set[str]:
        """Keys of the subscriptions that receive any alert."""
        in_use = np.unique(self.outcome_numbers).tolist()  # a draft may have left others
        return set(chain.from_iterable(self.outcomes[number].receivers for number in in_use))

    def alert_days(self, subscription: str) -> AlertDays:
        """The alerts of a subscription; copies are one, on the day of the first."""
        is_received = np.array([subscription in each.receivers for each in self.outcomes], bool)
        ordinals = np.array([outcome.day.toordinal() for outcome in self.outcomes], np.int32)
        received = is_received[self.outcome_numbers]
        days = ordinals[self.outcome_numbers[received]]
        earliest_first = np.argsort(days, kind="stable")
        copy_numbers = self.copy_numbers[received][earliest_first]
        numbers, first = np.unique(copy_numbers, return_index=True)
        counts = Counter(days[earliest_first][first].tolist())
        return AlertDays(
            counts={date.fromordinal(day): count for day, count in counts.items()},
            checksum=alerts_checksum(numbers.tolist()),
        )


class RelevantColumns:
    """Columns of relevant articles while they come in."""

    def __init__(self, outcomes: Iterable[RelevantOutcome] = ()) -> None:
        """`outcomes` are those of columns that are added."""
        self._numbers = {outcome: number for number, outcome in enumerate(outcomes)}
        self._keys: list[npt.NDArray[np.bytes_]] = [np.empty(0, np.bytes_)]
        self._copy_numbers = [np.empty(0, np.uint64)]
        self._outcome_numbers = [np.empty(0, np.int32)]
        self._pending: list[RelevantArticle] = []

    def add(self, article: RelevantArticle) -> None:
        """The next article, seen after those before."""
        self._pending.append(article)
        if len(self._pending) == _CHUNK:
            self._close_chunk()

    def add_columns(
        self,
        keys: npt.NDArray[np.bytes_],
        copy_numbers: npt.NDArray[np.uint64],
        outcome_numbers: npt.NDArray[np.int32],
    ) -> None:
        """Articles that are columns already."""
        self._keys.append(keys)
        self._copy_numbers.append(copy_numbers)
        self._outcome_numbers.append(outcome_numbers)

    def articles(self) -> RelevantArticles:
        """All that came in."""
        self._close_chunk()
        return RelevantArticles(
            keys=np.concatenate(self._keys),
            copy_numbers=np.concatenate(self._copy_numbers),
            outcome_numbers=np.concatenate(self._outcome_numbers),
            outcomes=tuple(self._numbers),
        )

    def _close_chunk(self) -> None:
        articles = self._pending
        numbers = [
            self._numbers.setdefault(article.outcome, len(self._numbers)) for article in articles
        ]
        self.add_columns(
            _encoded([article.key for article in articles]),
            np.array([copy_number(article.copy_key) for article in articles], np.uint64),
            np.array(numbers, np.int32),
        )
        self._pending = []


def _encoded(keys: Iterable[str]) -> npt.NDArray[np.bytes_]:
    """Keys as a column."""
    return np.array([key.encode() for key in keys], dtype=np.bytes_)
