"""Near-duplicates: copies of one report in several outlets, as against two reports of one event.

The rule is `are_copies`; docs/decisions/010 gives its reasons.  `fingerprints` find the few
stored articles that are worth comparing with a new one.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from monitor.text import comparison
from monitor.text.comparison import Tokens

# How far apart copies may be published: with equal headlines only, and with texts to compare.  The
# same headline soon is other news: "N. Korea fires ballistic missile" came four times in a week.
HEADLINE_DISTANCE = timedelta(hours=12)
LEAD_DISTANCE = timedelta(hours=36)

# In words, and in characters of scripts without spaces: the shortest telling headline, the shortest
# lead that can be compared, the longest part of it that is compared, the length of a shingle.
_HEADLINE = (6, 14)
_LEAD = (15, 38)
_HEAD = (60, 120)
_SHINGLE = (2, 3)

_SAME_TEXT = 0.75  # resemblance of two leads under different headlines
_SAME_HEADLINE = 0.3  # overlap of two leads under equal headlines
_ABOUT = 0.5  # share of a headline's terms that the other headline or both leads have

# Winnowing (Schleimer, Wilkerson, Aiken 2003): the least of every _WINDOW shingles in a row is a
# fingerprint, so that texts with a run of _PRINTED + _WINDOW - 1 tokens in common, wherever it is,
# have one in common, and those with a run of _LEAD tokens two.
_PRINTED = (4, 7)
_WINDOW = (6, 16)

# Fingerprints in common, a headline's counting twice: a single run of words may be a phrase.
REQUIRED_WEIGHT = 2

LONGEST_LEAD = 500  # characters, with a dateline

_BASE = 0x9E3779B97F4A7C15  # odd, with well-mixed bits
_64_BITS = (1 << 64) - 1

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparableText:
    """What is compared of an article: the tokens of its headline and of its lead."""

    headline: Tokens
    lead: Tokens
    published_at: datetime  # when it was seen, if that is unknown
    feed: str


def comparable_text(*, title: str, text: str, published_at: datetime, feed: str) -> ComparableText:
    """An article's headline and text in comparable form."""
    lead = comparison.tokens(_without_dateline(text[:LONGEST_LEAD]))
    return ComparableText(
        headline=comparison.tokens(bare_headline(title)),
        lead=lead[: comparison.for_script(lead, _HEAD)],
        published_at=published_at,
        feed=feed,
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
    is_related = not has_leads or comparison.overlap(text.lead, other.lead) >= _SAME_HEADLINE
    is_near = (
        text.feed != other.feed and distance <= HEADLINE_DISTANCE and _has_telling_headline(text)
    )
    if is_same_headline and is_near and is_related:
        return CopyKind.HEADLINE
    if not has_leads or resemblance(text.lead, other.lead) < _SAME_TEXT:
        return None
    return CopyKind.TEXT if is_same_headline or _headlines_match_text(text, other) else None


def resemblance(lead: Tokens, other: Tokens) -> float:
    """The share (Jaccard, 0 to 1) of shingles in common, up to the length of the shorter lead."""
    size = min(len(lead), len(other))
    length = comparison.for_script(lead[:size], _SHINGLE)
    first, second = (
        comparison.shingles(lead[:size], length),
        comparison.shingles(other[:size], length),
    )
    return len(first & second) / max(1, len(first | second))


def is_headline_only(text: ComparableText) -> bool:
    """Whether the text is too short to compare, so that only the headline counts."""
    return len(text.lead) < comparison.for_script(text.lead, _LEAD)


def _has_telling_headline(text: ComparableText) -> bool:
    return len(text.headline) >= comparison.for_script(text.headline, _HEADLINE)


def _conflict(text: ComparableText, other: ComparableText, size: int) -> bool:
    """Whether each has a number or day that the other lacks, in the headlines or the leads."""
    size = max(0, size - 3)  # the last token may be cut in the middle
    first, second = _facts(text.lead[:size]), _facts(other.lead[:size])
    if first - second and second - first:
        return True
    title, other_title = _facts(text.headline), _facts(other.headline)
    has_own = bool(title - other_title - _facts(other.lead))
    other_has_own = bool(other_title - title - _facts(text.lead))
    return has_own and other_has_own


def _facts(units: Tokens) -> frozenset[str]:
    return comparison.numbers(units) | _COUNTED.intersection(units)


def _headlines_match_text(text: ComparableText, other: ComparableText) -> bool:
    """Whether both headlines are about the lead.

    A lead that they are not about is a notice that a publisher puts over every text.
    """
    common = comparison.terms(text.lead) & comparison.terms(other.lead)
    first, second = comparison.terms(text.headline), comparison.terms(other.headline)
    if text.feed == other.feed:
        return len(first & second) >= _ABOUT * max(1, len(first), len(second))
    return _is_about(first, common | second) and _is_about(second, common | first)


def _is_about(headline: set[tuple[str, ...]], text: set[tuple[str, ...]]) -> bool:
    return len(headline & text) >= _ABOUT * max(1, len(headline))


# ── fingerprints ─────────────────────────────────────────────────────────────────────────────────


def fingerprints(text: ComparableText) -> tuple[int, ...]:
    """Numbers by which copies are found: one of a telling headline, some of the lead.

    Equal headlines have one in common.  Leads with a run of 15 different words in common (38
    characters in scripts without spaces) have two.
    """
    numbers: list[int] = []
    if _has_telling_headline(text):
        numbers.append(_headline_fingerprint(text.headline))
    if not is_headline_only(text):
        length = comparison.for_script(text.lead, _PRINTED)
        window = comparison.for_script(text.lead, _WINDOW)
        numbers += _winnowed(_run_hashes(text.lead, length), window)
    return tuple(dict.fromkeys(numbers))


def weight(number: int) -> int:
    """The weight of a fingerprint in common: 2 of a headline, 1 of a lead."""
    return 1 + (number & 1)


def _headline_fingerprint(headline: Tokens) -> int:
    """An odd number; those of leads are even."""
    octets = " ".join(headline).encode("utf-8", "surrogatepass")
    return _mix_bits(crc32(octets) << 32 | crc32(octets[::-1])) | 1


def _run_hashes(lead: Tokens, length: int) -> list[int]:
    """A rolling hash of every run of `length` tokens, the same on every machine."""
    codes = [crc32(token.encode("utf-8", "surrogatepass")) for token in lead]
    drop = pow(_BASE, length, 1 << 64)
    hashes, number = [], 0
    for end, code in enumerate(codes):
        number = (number * _BASE + code) & _64_BITS
        if end >= length:
            number = (number - codes[end - length] * drop) & _64_BITS
        if end >= length - 1:
            hashes.append(_mix_bits(number) & ~1)
    return hashes


def _mix_bits(number: int) -> int:
    """The number spread over 63 bits, so that each of some numbers may be the least."""
    number = ((number ^ number >> 31) * _BASE) & _64_BITS
    return (number ^ number >> 29) >> 1


def _winnowed(numbers: list[int], window: int) -> Iterator[int]:
    """The least of every `window` numbers in a row; of fewer, the least of all."""
    least = -1  # its place
    for end in range(min(window, len(numbers)), len(numbers) + 1):
        start = max(0, end - window)
        if least < start:
            least = min(range(start, end), key=numbers.__getitem__)
            yield numbers[least]
        elif numbers[end - 1] < numbers[least]:
            least = end - 1
            yield numbers[least]
