"""Near-duplicates: copies of one report in several outlets, as against two reports of one event.

The rule is `are_copies`; docs/decisions/010 gives its reasons.  The fingerprints of `fingerprints`
find the few stored articles that are worth comparing with a new one.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from monitor.text import comparison
from monitor.text.comparison import Terms, Tokens

# How far apart copies may be published: with equal headlines only, and with texts to compare.  The
# same headline soon is other news: "N. Korea fires ballistic missile" came four times in a week.
HEADLINE_DISTANCE = timedelta(hours=12)
LEAD_DISTANCE = timedelta(hours=36)

# In words, and in characters of scripts without spaces: the shortest telling headline, the shortest
# lead that can be compared, the longest part of it that is compared, the length of a shingle.
_HEADLINE = (6, 14)
_LEAD = (15, 38)
LONGEST_COMPARED = (60, 120)
_SHINGLE = (2, 3)

_SAME_TEXT = 0.75  # resemblance of two leads under different headlines
_SAME_HEADLINE = 0.3  # overlap of two leads under equal headlines
_ABOUT = 0.5  # share of a headline's terms that the other headline or both leads have

# Fingerprints in common, a headline's counting twice: a single run of words may be a phrase.
REQUIRED_WEIGHT = 2

LONGEST_LEAD = 500  # characters, with a dateline

# "(워싱턴=연합뉴스) 조준형 특파원 = ", "SEOUL, Aug. 14 (Yonhap) -- ", "【ソウル聯合ニュース】",
# "新华社平壤8月15日电（记者张三）": where and by whom it was sent.
_DATELINE = re.compile(
    r"^(?:\s*[(（\[【〔][^)）\]】〕]{1,60}[)）\]】〕]\s*(?:[^=]{0,40}?(?:기자|특파원|記者|记者)\s*[=＝])?"
    r"|[^.!?。]{0,50}?\((?:[A-Z][\w. /-]{1,30})\)\s*[-–—:]+"
    r"|[A-Z][A-Z .,'’-]{2,40}(?:, ?[A-Z][a-z]+\.? ?\d{1,2})?\s*(?:\([^)]{1,30}\))?\s*[-–—]+\s"
    r"|(?:新华社|中新社|中新网|ТАСС|РИА)[^.。]{0,40}?(?:电|[-–—])\s*(?:[（(][^）)]{1,30}[）)])?"
    r")\s*"
)
# "[속보]", "(LEAD)", "BREAKING:", "UPDATE 2-": how urgent it is.
_TAG = re.compile(
    r"^\s*(?:[\[(【（<][^\])】）>]{1,14}[\])】）>]|(?:breaking|update ?\d*|exclusive|urgent|lead"
    r"|срочно|молния|速報|快讯|快訊|독점|속보)\s*[:：\-–—|])\s*",
    re.IGNORECASE,
)
# " - Reuters", " | The Example Post" at the end: at most four words.
_OUTLET = re.compile(r"\s+[-–—|]\s+(?:[^\s|–—]+\s?){1,4}$")
# "(종합2보)" after the headline: which edition it is.
_EDITION = re.compile(r"\s*\((?:종합|상보|\d보|종합\d보)\)\s*$")
# Numbers and days in words; "one" is left out, because it is also an article or a pronoun.
_COUNT_WORDS = (
    "monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun"
    " first second third fourth fifth two three four five six seven eight nine ten eleven twelve"
    " dozen dozens hundred hundreds thousand thousands million"
    " lundi mardi mercredi jeudi vendredi samedi dimanche"
    " deux trois quatre cinq sept huit neuf dix onze douze cent cents mille"
    " montag dienstag mittwoch donnerstag freitag samstag sonntag"
    " zwei drei vier fünf sechs sieben acht neun zehn elf zwölf hundert tausend"
    " понедельник вторник среду четверг пятницу субботу воскресенье"
    " два две три четыре пять шесть семь восемь девять десять сто тысяча тысячи тысяч"
    " понеділок вівторок середу п'ятницю суботу неділю дві чотири шість сім вісім"
    " dos tres cuatro cinco siete ocho nueve diez cien mil"
)
_COUNTED = frozenset(_COUNT_WORDS.split())


class CopyKind(enum.StrEnum):
    """What two copies have in common."""

    ADDRESS = "address"
    HEADLINE = "headline"
    TEXT = "text"


@dataclass(frozen=True, kw_only=True)
class ComparableText:
    """What is compared of an article: the tokens of its headline and of its lead.

    They are computed at first use, because most articles of a first poll are compared with none,
    and once, because articles that are nearly alike are compared with many.
    """

    title: str
    text: str  # at most LONGEST_LEAD characters
    published_at: datetime  # when it was seen, if that is unknown
    feed: str

    @cached_property
    def headline(self) -> Tokens:
        """The tokens of the headline, without tags and the name of the outlet."""
        return comparison.tokens(bare_headline(self.title))

    @cached_property
    def lead(self) -> Tokens:
        """The first tokens of the text, without a dateline."""
        lead = comparison.tokens(_without_dateline(self.text))
        return lead[: comparison.for_script(lead, LONGEST_COMPARED)]

    @cached_property
    def headline_terms(self) -> Terms:
        """The terms of the headline."""
        return comparison.terms(self.headline)

    @cached_property
    def lead_terms(self) -> Terms:
        """The terms of the lead."""
        return comparison.terms(self.lead)

    @cached_property
    def headline_facts(self) -> frozenset[str]:
        """The numbers and days of the headline."""
        return _facts(self.headline)

    def lead_facts(self, size: int | None = None) -> frozenset[str]:
        """The numbers and days of the lead, or of its first `size` tokens."""
        if size not in self._facts_by_size:
            self._facts_by_size[size] = _facts(self.lead[:size])
        return self._facts_by_size[size]

    def shingles(self, size: int, length: int) -> Terms:
        """Every run of `length` tokens in the first `size` of the lead."""
        if (size, length) not in self._shingles_by_size:
            shingles = comparison.shingles(self.lead[:size], length)
            self._shingles_by_size[size, length] = shingles
        return self._shingles_by_size[size, length]

    # Most leads are as long as others, so that a text is cut at few places.

    @cached_property
    def _facts_by_size(self) -> dict[int | None, frozenset[str]]:
        return {}

    @cached_property
    def _shingles_by_size(self) -> dict[tuple[int, int], Terms]:
        return {}


def comparable_text(*, title: str, text: str, published_at: datetime, feed: str) -> ComparableText:
    """An article's headline and text in comparable form."""
    return ComparableText(
        title=title, text=text[:LONGEST_LEAD], published_at=published_at, feed=feed
    )


def bare_headline(title: str) -> str:
    """The headline without tags at its beginning and without the outlet's name at its end."""
    bare = _EDITION.sub("", _without_tags(title))
    without_outlet = _OUTLET.sub("", bare)
    least = comparison.for_script(comparison.tokens(bare), _HEADLINE)
    is_telling = len(comparison.tokens(without_outlet)) >= least
    return without_outlet if is_telling else bare


def _without_tags(title: str) -> str:
    while True:
        shorter = _TAG.sub("", title, count=1)
        if shorter == title or not shorter.strip():
            return title
        title = shorter


def _without_dateline(text: str) -> str:
    return _DATELINE.sub("", text, count=1)


# ── the rule ─────────────────────────────────────────────────────────────────────────────────────


def are_copies(text: ComparableText, other: ComparableText) -> CopyKind | None:
    """What two copies of one text have in common; None when they are not copies.

    Texts with different numbers or days are never copies: a second launch, a higher toll is news.
    Else they are copies by either of:
    - equal telling headlines, in two feeds within 12 hours, with a third of the texts' terms in
      common or without comparable texts;
    - the same lead, under headlines that are about it: in two feeds within 36 hours, or in one feed
      within 12 hours under headlines that are alike.
    """
    distance = abs(text.published_at - other.published_at)
    if distance > (LEAD_DISTANCE if text.feed != other.feed else HEADLINE_DISTANCE):
        return None
    size = min(len(text.lead), len(other.lead))
    has_leads = size >= comparison.for_script(text.lead[:size], _LEAD)
    is_same_headline = text.headline == other.headline
    if _conflict(text, other, size):
        return None
    is_related = (
        not has_leads or comparison.overlap(text.lead_terms, other.lead_terms) >= _SAME_HEADLINE
    )
    is_near = (
        text.feed != other.feed and distance <= HEADLINE_DISTANCE and has_telling_headline(text)
    )
    if is_same_headline and is_near and is_related:
        return CopyKind.HEADLINE
    if not has_leads or resemblance(text, other) < _SAME_TEXT:
        return None
    return CopyKind.TEXT if is_same_headline or _headlines_match_text(text, other) else None


def resemblance(text: ComparableText, other: ComparableText) -> float:
    """The share (Jaccard, 0 to 1) of the leads' shingles in common, up to the shorter's length."""
    size = min(len(text.lead), len(other.lead))
    length = comparison.for_script(text.lead[:size], _SHINGLE)
    first, second = text.shingles(size, length), other.shingles(size, length)
    return len(first & second) / max(1, len(first | second))


def is_headline_only(text: ComparableText) -> bool:
    """Whether the text is too short to compare, so that only the headline counts."""
    return len(text.lead) < comparison.for_script(text.lead, _LEAD)


def has_telling_headline(text: ComparableText) -> bool:
    """Whether the headline is long enough for equal headlines to mean the same report."""
    return len(text.headline) >= comparison.for_script(text.headline, _HEADLINE)


def _conflict(text: ComparableText, other: ComparableText, size: int) -> bool:
    """Whether each has a number or day that the other lacks, in the headlines or the leads."""
    size = max(0, size - 3)  # the last token may be cut in the middle
    first, second = text.lead_facts(size), other.lead_facts(size)
    if first - second and second - first:
        return True
    title, other_title = text.headline_facts, other.headline_facts
    has_own = bool(title - other_title - other.lead_facts())
    other_has_own = bool(other_title - title - text.lead_facts())
    return has_own and other_has_own


def _facts(units: Tokens) -> frozenset[str]:
    return comparison.numbers(units) | _COUNTED.intersection(units)


def _headlines_match_text(text: ComparableText, other: ComparableText) -> bool:
    """Whether both headlines are about the lead.

    A lead that they are not about is a notice that a publisher puts over every text.
    """
    common = text.lead_terms & other.lead_terms
    first, second = text.headline_terms, other.headline_terms
    if text.feed == other.feed:
        return len(first & second) >= _ABOUT * max(1, len(first), len(second))
    return _is_about(first, common | second) and _is_about(second, common | first)


def _is_about(headline: Terms, text: Terms) -> bool:
    return len(headline & text) >= _ABOUT * max(1, len(headline))


def weight(fingerprint: int) -> int:
    """The weight of a fingerprint in common: 2 of a headline, which is odd, 1 of a lead."""
    return 1 + (fingerprint & 1)
