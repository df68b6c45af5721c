"""Kinds of figures in Korean, Japanese and Chinese: by the counter and the words of its clause."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.figures.figure import NumberMatch
from monitor.figures.figure_pack import FigurePack
from monitor.figures.spaced_kinds import nearest

_PEOPLE = frozenset(["명", "인", "人", "名", "여명"])
_CLAUSE_STARTS, _CLAUSE_ENDS = "、，,；;：:…“「", "、，,；;…”」"
_NOT_PEOPLE = {
    "ja": re.compile(r"(?:目|組|中)"),
    "zh": re.compile(r"(?:次|单|列)"),
    "ko": re.compile(r"(?:실|용|승)"),
}
_VEHICLE_CLASS = re.compile(r"\s?(?:급|트럭|화물차|전철|級|级)")
_WON_FOLLOWS = re.compile(r"\s?(?:→|~)\s?[\d,]+\s?원")
_TONNES_FOLLOW = re.compile(r"\s?(?:→|~)\s?[\d,.]+(?:만)?\s?(?:t|톤)")
_NORTH = re.compile("북한|북 |北|朝鮮|朝鲜|北韩|北韓")
_CONTINGENT = 1_000  # from here on the headline may say what is counted
_CLAIM_REACH = {  # characters before and after the number
    "casualties": (22, 16), "killed": (16, 24), "wounded": (14, 20), "captured": (16, 18),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Clause:
    """The part of a sentence that says something of one number; positions within it."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class CjkKindRules:
    """The rules of one language, for one article."""

    pack: FigurePack
    language: str
    headline: str

    def kind_of(
        self, sentence: str, number: NumberMatch, numbers: Sequence[NumberMatch]
    ) -> str | None:
        """The kind's slug; None where nothing of the pack is counted."""
        counter = number.counter
        if counter in _PEOPLE:
            return self._kind_of_people(sentence, number, numbers)
        if counter in self.pack.kinds["money"].counters:
            return "money"
        if counter in self.pack.kinds["tonnes"].counters:
            vehicle = _VEHICLE_CLASS.match(sentence, number.phrase_end)
            enough = number.size >= self.pack.kinds["tonnes"].least
            return "tonnes" if enough and not vehicle else None
        if counter:
            return self._kind_of_things(sentence, number)
        if _WON_FOLLOWS.match(sentence, number.end):
            return "money"
        return "tonnes" if _TONNES_FOLLOW.match(sentence, number.end) else None

    def _kind_of_things(self, sentence: str, number: NumberMatch) -> str | None:
        reach = {"shells": (26, 16), "missiles": (26, 16), "containers": (20, 12)}
        near = []
        for slug, window in reach.items():
            kind = self.pack.kinds[slug]
            if number.counter in kind.counters:
                distance = nearest(
                    kind.noun(self.language), sentence, number.phrase_start, number.phrase_end,
                    window,
                )  # fmt: skip
                if distance is not None:
                    near.append((distance, slug))
        return min(near)[1] if near else None

    def _kind_of_people(
        self, sentence: str, number: NumberMatch, numbers: Sequence[NumberMatch]
    ) -> str | None:
        written = sentence[number.start : number.end]
        if _NOT_PEOPLE[self.language].match(sentence, number.phrase_end):
            return None
        if number.counter == "인" and not re.search(r"\d\s?인$", written):
            return None
        clause = self._clause_of(sentence, number, numbers)
        whole = _Clause(sentence, number.phrase_start, number.phrase_end)
        losses = self._losses_near(clause)
        kind = self._kind_in_clause(clause, whole, losses, number)
        if kind is None and number.size >= _CONTINGENT:
            return self._kind_by_headline(sentence, number)
        return kind

    def _kind_in_clause(
        self,
        clause: _Clause,
        whole: _Clause,
        losses: list[tuple[int, str]],
        number: NumberMatch,
    ) -> str | None:
        """Deminers, then workers, then a loss, then soldiers, as the words are near."""
        deminers = self._noun_distance("deminers", clause, (14, 14))
        if deminers is not None and not (losses and losses[0][1] == "killed"):
            return "deminers"
        soldiers = self._noun_distance("soldiers", clause, (40, 40))
        if soldiers is None:
            soldiers = self._noun_distance("soldiers", whole, (40, 40))
        workers = self._noun_distance("workers", clause, (18, 24))
        if workers is None and not losses and soldiers is None:
            workers = self._noun_distance("workers", whole, (30, 40))
        enough = number.size >= self.pack.kinds["workers"].least
        if workers is not None and enough and (not losses or losses[0][0] > workers):
            return "workers"
        if losses:
            return losses[0][1]
        if soldiers is None or number.size < self.pack.kinds["deployed"].least:
            return None
        return self._movement_near(clause, whole)

    def _movement_near(self, clause: _Clause, whole: _Clause) -> str | None:
        if self._verb_distance("planned", clause, (14, 26)) is not None:
            return "planned"
        near = self._verb_distance("deployed", clause, (60, 60))
        if near is None:
            near = self._verb_distance("deployed", whole, (60, 60))
        return "deployed" if near is not None else None

    def _kind_by_headline(self, sentence: str, number: NumberMatch) -> str | None:
        """A large number of people without a word of its own: what the headline is about."""
        kinds, language, headline = self.pack.kinds, self.language, self.headline
        if kinds["workers"].noun(language).search(headline):
            return "workers"
        around = headline + sentence
        of_soldiers = kinds["soldiers"].noun(language).search(around) or _NORTH.search(around)
        if not (of_soldiers and kinds["deployed"].verb(language).search(sentence)):
            return None
        after = sentence[number.phrase_end : number.phrase_end + 16]
        return "planned" if kinds["planned"].verb(language).search(after) else "deployed"

    def _losses_near(self, clause: _Clause) -> list[tuple[int, str]]:
        """The losses whose verb is in reach, the nearest first."""
        distances = {
            slug: self._verb_distance(slug, clause, reach) for slug, reach in _CLAIM_REACH.items()
        }
        near = [(distance, slug) for slug, distance in distances.items() if distance is not None]
        return sorted(near, key=lambda loss: loss[0])

    def _verb_distance(self, slug: str, clause: _Clause, reach: tuple[int, int]) -> int | None:
        pattern = self.pack.kinds[slug].verb(self.language)
        return nearest(pattern, clause.text, clause.start, clause.end, reach)

    def _noun_distance(self, slug: str, clause: _Clause, reach: tuple[int, int]) -> int | None:
        pattern = self.pack.kinds[slug].noun(self.language)
        return nearest(pattern, clause.text, clause.start, clause.end, reach)

    def _clause_of(
        self, sentence: str, number: NumberMatch, numbers: Sequence[NumberMatch]
    ) -> _Clause:
        """From the mark before the number to the next mark or number: verbs follow numbers."""
        start, end = number.phrase_start, number.phrase_end
        first = max(sentence.rfind(mark, 0, start) for mark in _CLAUSE_STARTS) + 1
        ends = [sentence.find(mark, end) for mark in _CLAUSE_ENDS]
        following = [other.phrase_start for other in numbers if other.phrase_start >= end]
        last = min([position for position in ends if position >= 0] + following + [len(sentence)])
        previous = [o.phrase_end for o in numbers if first <= o.phrase_end <= start]
        if (
            previous
            and start - max(previous) < 16
            and self._names_loss(sentence[max(previous) : start])
        ):
            first = start  # the words between belong to the previous number
        return _Clause(sentence[first:last], start - first, end - first)

    def _names_loss(self, words: str) -> bool:
        slugs = ("killed", "wounded", "casualties")
        return any(self.pack.kinds[slug].verb(self.language).search(words) for slug in slugs)
