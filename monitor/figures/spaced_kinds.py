"""Kinds of figures in languages with spaces: by the noun after a number and the verbs near it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.figures.figure import NumberMatch
from monitor.figures.figure_pack import FigurePack, Kind, KindGroup
from monitor.figures.lone_numbers import kind_of_lone_number
from monitor.figures.number_words import NUMBER_WORDS

_NOUN_WIDTH, _NOUN_WORDS = 70, 7  # how far behind a number its noun is searched
_NOUN_FIRST = {"vi": 1}  # adjectives follow the noun, so it is the first word
_ELISION = re.compile(r"[dl]['’]", re.I)  # "d'obus"
_YEARS = range(1900, 2101)
_CLAUSE_END = re.compile(r"[.,;:!?()%—–\"“”»]| -(?: |$)|^ ?-")
_AGE_OR_ORDINAL = re.compile(
    r"^[-\s]?(?:year|month|day|hour)s?\b|^(?:st|nd|rd|th)\b|^-(?:летн|ий|й|го|м|річн|letni)", re.I
)
_AGE = re.compile(r"\s?(?:year|month|day|hour)s?[- ]old|-(?:year|летн|річн|letni)", re.I)
_SHIP_CLASS = re.compile(
    r"^[-\s]?(?:tonne|ton|tons)?[-\s]?(?:class|destroyer|ship|vessel|submarine|truck|bomb"
    r"|warship|tanker|ferry|freighter|rocket)", re.I
)  # fmt: skip
_OUTCOME = re.compile(
    r"^(?:\s[\w'’-]+){0,3}?\s(?:were|was|are|have been|had been|being|reported|seriously"
    r"|critically)?\s?(?P<verb>killed or (?:injured|wounded)|killed and (?:injured|wounded)"
    r"|injured|wounded|hurt|killed|dead|detained|arrested|rescued|missing|evacuated|assessed"
    r"|captured|taken prisoner)\b"
)
_OUTCOME_KINDS = {
    "injured": "wounded", "wounded": "wounded", "hurt": "wounded", "killed": "killed",
    "dead": "killed", "captured": "captured", "taken prisoner": "captured",
}  # fmt: skip
_INCLUDING_DEATHS = re.compile(r"including [\w ]{1,20}\b(?:killed|dead|deaths|fatalities)\b")
_PART_OF = re.compile(r"(?:among|out of|of the|из|spośród|von|sur)\s$", re.I)
_NO_KIND = re.compile(
    r"punishable|death penalty|death row|sentenced to death|familiar with|charges", re.I
)
_POLITICAL = re.compile(r"political|политич|politycz|політич", re.I)
_PRISONERS = re.compile(r"\bPOWs?\b|prisoners? of war|военнопленн|пленн|полонен|jeńc", re.I)
_FLEEING = re.compile(r"defect|flee|fled|escape", re.I)


@dataclass(frozen=True, slots=True)
class CountedNoun:
    """The noun that a number counts; positions in the sentence."""

    kind: Kind
    start: int
    end: int
    written: str


@dataclass(frozen=True, slots=True)
class KindRules:
    """The rules of one language, for one article: its headline helps where a sentence is silent."""

    pack: FigurePack
    language: str
    headline: str

    def kind_of(self, sentence: str, number: NumberMatch) -> tuple[str, int] | None:
        """The kind's slug and the end of the quote; None where nothing of the pack is counted."""
        if _is_age_or_name(sentence, number):
            return None
        if number.currency:
            return "money", number.end
        noun = self.noun_after(sentence, number)
        if noun is None:
            lone = kind_of_lone_number(self.pack, self.language, self.headline, sentence, number)
            return (lone, number.end) if lone else None
        kind = self._kind_by_noun(sentence, number, noun)
        return (kind, noun.end) if kind else None

    def noun_after(self, sentence: str, number: NumberMatch) -> CountedNoun | None:
        """The first noun of the pack after the number, within its phrase."""
        tail = sentence[number.end : number.end + _NOUN_WIDTH]
        previous = 0
        stops = NUMBER_WORDS[self.language].units
        for index, word in enumerate(re.finditer(r"[\w'’\-]+", tail)):
            gap = tail[previous : word.start()]
            most_words = _NOUN_FIRST.get(self.language, _NOUN_WORDS)
            if index >= most_words or (gap != "-" and _CLAUSE_END.search(gap)):
                return None
            elided = _ELISION.match(word.group())
            noun = self._noun_at(tail, word.start() + (elided.end() if elided else 0))
            if noun is not None and not self._more_exact_noun_follows(tail, noun):
                return CountedNoun(
                    noun.kind, number.end + noun.start, number.end + noun.end, noun.written
                )
            written = word.group().lower()
            of_the_number = self.language == "en" and written == "of"
            first_of = of_the_number and not (number.vague or index)
            if noun is None and (
                re.fullmatch(stops, written, re.I) or written[0].isdigit() or first_of
            ):
                return None
            previous = word.end()
        return None

    def _noun_at(self, tail: str, start: int) -> CountedNoun | None:
        """The longest noun of any kind that begins here."""
        best = None
        for kind in self.pack.kinds.values():
            match = kind.noun(self.language).match(tail, start)
            if match and (best is None or match.end() > best.end):
                best = CountedNoun(kind, start, match.end(), match.group())
        return best

    def _more_exact_noun_follows(self, tail: str, noun: CountedNoun) -> bool:
        """ "North Korean people builders", "Koreans soldiers": the second word is the noun."""
        if noun.kind.group not in (KindGroup.PEOPLE, KindGroup.SOLDIERS):
            return False
        gap = re.match(r"\s+", tail[noun.end :])
        following = self._noun_at(tail, noun.end + gap.end()) if gap else None
        if following is None:
            return False
        exact = following.kind.group in (KindGroup.SOLDIERS, KindGroup.LABOUR)
        return exact or following.kind.slug == "captured"

    def _kind_by_noun(self, sentence: str, number: NumberMatch, noun: CountedNoun) -> str | None:
        kind = noun.kind
        if _is_no_count(sentence, number, noun):
            return None
        if kind.group in (KindGroup.PEOPLE, KindGroup.SOLDIERS):
            return self._kind_of_people(sentence, number, noun)
        if kind.group is KindGroup.LABOUR:
            before = sentence[max(0, number.phrase_start - 30) : number.phrase_start]
            if self.pack.kinds["killed"].verb(self.language).search(before):
                return "killed"
            if number.size < kind.least and not number.vague:
                return None
        if kind.slug == "captured" and self._died_afterwards(sentence, noun.end):
            return "killed"
        if kind.slug in ("killed", "wounded") and self._counts_both(sentence, noun.end):
            return "casualties"
        return kind.slug

    def _died_afterwards(self, sentence: str, end: int) -> bool:
        """ "two prisoners of war died": the verb counts, not the noun."""
        return bool(self.pack.kinds["killed"].verb(self.language).match(sentence, end + 1))

    def _counts_both(self, sentence: str, end: int) -> bool:
        """ "156 injured, including 15 killed", "40 killed and wounded": both together."""
        either = {
            "en": r"\s(?:and|or) (?:injured|wounded|killed|dead)\b",
            "ru": r"\sи (?:ранен|убит|погиб|пострада)",
            "uk": r"\s(?:і|й|та) (?:поранен|вбит|загиб)",
            "pl": r"\si (?:rannych|zabitych)",
            "de": r"\sund (?:Verletzte|Verwundete|Tote)",
            "fr": r"\set (?:blessés|tués|morts)",
            "es": r"\sy (?:heridos|muertos)",
            "vi": r"\s(?:và|hoặc) bị thương",
        }[self.language]
        return bool(re.match(either, sentence[end : end + 30], re.I))

    def _kind_of_people(self, sentence: str, number: NumberMatch, noun: CountedNoun) -> str | None:
        """The kind of a number of people, by the nearest verb."""
        start, end = number.phrase_start, noun.end
        soldiers = noun.kind.group is KindGroup.SOLDIERS
        outcome = _OUTCOME.match(sentence[end : end + 40]) if self.language == "en" else None
        if outcome:
            verb = outcome["verb"]
            deaths_within = _INCLUDING_DEATHS.search(sentence, end)
            is_total = " or " in verb or " and " in verb or (verb == "injured" and deaths_within)
            return "casualties" if is_total else _OUTCOME_KINDS.get(verb)
        if soldiers and _PART_OF.search(sentence[max(0, start - 9) : start]):
            return "deployed"
        if _NO_KIND.search(sentence[start : end + 40]):
            return None
        losses = self._losses_near(sentence, start, end)
        work = self._distance("workers", sentence, start, end, (20, 32))
        if work is not None and (not losses or losses[0][0] > work):
            return "workers"
        if losses:
            return losses[0][1]
        if soldiers:
            return self._kind_of_soldiers(sentence, start, end)
        return self._kind_of_arrivals(sentence, start, end, number)

    def _losses_near(self, sentence: str, start: int, end: int) -> list[tuple[int, str]]:
        """The losses whose verb is near, the nearest first."""
        reach = {
            "killed": (45, 45, 0), "wounded": (45, 45, 0), "casualties": (40, 35, 0),
            "captured": (50, 60, 8),  # "prisoner" is often said beside another loss
        }  # fmt: skip
        near = []
        for slug, (before, after, handicap) in reach.items():
            distance = self._distance(slug, sentence, start, end, (before, after))
            if distance is not None:
                near.append((distance + handicap, slug))
        return sorted(near, key=lambda loss: loss[0])

    def _kind_of_soldiers(self, sentence: str, start: int, end: int) -> str | None:
        if _PRISONERS.search(self.headline):
            return "captured"
        if self._distance("planned", sentence, start, end, (60, 50)) is not None:
            return "planned"
        if _FLEEING.search(sentence[max(0, start - 50) : end + 50]):
            return None
        deployed = self._distance("deployed", sentence, start, end, (90, 90))
        return "deployed" if deployed is not None else None

    def _kind_of_arrivals(
        self, sentence: str, start: int, end: int, number: NumberMatch
    ) -> str | None:
        """ "10–12 thousand people arrived" below a headline about soldiers."""
        of_soldiers = self.pack.kinds["soldiers"].noun(self.language).search(self.headline)
        enough = number.size >= self.pack.kinds["deployed"].least
        if not (of_soldiers and enough) or _FLEEING.search(sentence):
            return None
        for slug in ("planned", "deployed"):
            if self._distance(slug, sentence, start, end, (6, 8)) is not None:
                return slug
        return None

    def _distance(
        self, slug: str, sentence: str, start: int, end: int, reach: tuple[int, int]
    ) -> int | None:
        """Characters to the nearest verb of the kind; None beyond `reach` (before, after)."""
        kind = self.pack.kinds.get(slug)
        return nearest(kind.verb(self.language), sentence, start, end, reach) if kind else None


def nearest(
    pattern: re.Pattern[str], sentence: str, start: int, end: int, reach: tuple[int, int]
) -> int | None:
    """Characters from start..end to the nearest match; None where it is beyond the reach."""
    best = None
    for match in pattern.finditer(sentence):
        before, after = start - match.end(), match.start() - end
        if before > reach[0] or after > reach[1]:
            continue
        distance = max(before, after, 0)
        if best is None or distance < best:
            best = distance
    return best


def is_year(number: NumberMatch, sentence: str) -> bool:
    """Whether a number looks like a year: 2025, without a thousands mark."""
    value = number.size
    written = sentence[number.start : number.end]
    return value in _YEARS and "," not in written and " " not in written


def _is_age_or_name(sentence: str, number: NumberMatch) -> bool:
    """An age ("12-year-old") or a part of a name ("Su-34")."""
    start = number.start
    in_name = start > 1 and sentence[start - 1] == "-" and sentence[start - 2].isalpha()
    return in_name or bool(_AGE.match(sentence, number.end))


def _is_no_count(sentence: str, number: NumberMatch, noun: CountedNoun) -> bool:
    """Ordinals, one of a thing, the class of a ship, a year before a currency, political
    prisoners."""
    tail = sentence[number.end : number.end + _NOUN_WIDTH]
    if _AGE_OR_ORDINAL.match(tail):
        return True
    slug, group = noun.kind.slug, noun.kind.group
    single = number.low == number.high == 1
    if single and (group in (KindGroup.THING, KindGroup.SOLDIERS)):
        return True
    before = sentence[max(0, number.phrase_start - 14) : number.phrase_start]
    if slug == "tonnes":
        return sentence[number.end : number.end + 1] == "-" or bool(
            _SHIP_CLASS.match(sentence[noun.end :])
        )
    if slug == "money":
        return is_year(number, sentence) and bool(re.search(r"\bin\s$", before, re.I))
    if slug == "captured":
        return bool(_POLITICAL.search(before + sentence[number.end : noun.start]))
    return False
