"""Is it the same text in another outlet?  Copies of a report, told from two reports of one event.

The law is that of `are_copies`; docs/decisions/010 gives its reasons.  `fingerprints` finds the few
stored articles that are worth holding against a new one.
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

# How far apart copies may be published: by the headline alone, and with texts to compare.  The
# same flash is the news of another day soon: "N. Korea fires ballistic missile" came four times
# in one week.
HEADLINE_WITHIN = timedelta(hours=12)
LEAD_WITHIN = timedelta(hours=36)

# Words, and characters of dense scripts: a headline that says something; a lead that can be
# compared; what is compared of it at most.
_HEADLINE = (6, 14)
_LEAD = (15, 38)
_HEAD = (60, 120)
_SHINGLE = (2, 3)

_SAME_TEXT = 0.75  # resemblance of two leads, their headlines apart
_SAME_HEADLINE = 0.3  # share of the shorter lead's units that the other has, under one headline
_ABOUT = 0.5  # share of a headline's units that the other headline or the lead has

# Winnowing (Schleimer, Wilkerson, Aiken 2003): of every _WINDOW shingles in a row the least is
# kept, so that texts with a run of _PRINTED + _WINDOW - 1 units in common have one in common,
# wherever it stands, and those with a run of _LEAD units two.
_PRINTED = (4, 7)
_WINDOW = (6, 16)

# Of prints in common, a headline's counting double: a single run of words may be a phrase.
REQUIRED_WEIGHT = 2

LONGEST_LEAD = 500  # characters looked at, a dateline included

_BASE = 0x9E3779B97F4A7C15  # odd, its bits well mixed
_64_BITS = (1 << 64) - 1

# "(워싱턴=연합뉴스) 조준형 특파원 = ", "SEOUL, Aug. 14 (Yonhap) -- ", "【ソウル聯合ニュース】",
# "新华社平壤8月15日电（记者张三）": where and by whom it was sent, not what it says.
_DATELINE = re.compile(
    r"^(?:\s*[(（\[【〔][^)）\]】〕]{1,60}[)）\]】〕]\s*(?:[^=]{0,40}?(?:기자|특파원|記者|记者)\s*[=＝])?"
    r"|[^.!?。]{0,50}?\((?:[A-Z][\w. /-]{1,30})\)\s*[-–—:]+"
    r"|[A-Z][A-Z .,'’-]{2,40}(?:, ?[A-Z][a-z]+\.? ?\d{1,2})?\s*(?:\([^)]{1,30}\))?\s*[-–—]+\s"
    r"|(?:新华社|中新社|中新网|ТАСС|РИА)[^.。]{0,40}?(?:电|[-–—])\s*(?:[（(][^）)]{1,30}[）)])?"
    r")\s*"
)
# "[속보]", "(LEAD)", "BREAKING:", "UPDATE 2-": how urgent it is, not what it says.
_TAG = re.compile(
    r"^\s*(?:[\[(【（<][^\])】）>]{1,14}[\])】）>]|(?:breaking|update ?\d*|exclusive|urgent|lead"
    r"|срочно|молния|速報|快讯|快訊|독점|속보)\s*[:：\-–—|])\s*",
    re.IGNORECASE,
)
# " - Reuters", " | The Example Post": at the end, four words at most.
_OUTLET = re.compile(r"\s+[-–—|]\s+(?:[^\s|–—]+\s?){1,4}$")
# "(종합2보)": which edition it is, after the headline.
_EDITION = re.compile(r"\s*\((?:종합|상보|\d보|종합\d보)\)\s*$")
# Figures and days in words; "one" is also an article or a pronoun, and is left out.
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
    """What is held against another: headline and the beginning of the text, in units."""

    headline: Tokens
    lead: Tokens
    published_at: datetime  # as far as it is known: else when it was seen
    feed: str


def comparable_text(*, title: str, text: str, published_at: datetime, feed: str) -> ComparableText:
    """A text as it is compared."""
    lead = comparison.tokens(_without_dateline(text[:LONGEST_LEAD]))
    return ComparableText(
        headline=comparison.tokens(bare_headline(title)),
        lead=lead[: comparison.for_script(lead, _HEAD)],
        published_at=published_at,
        feed=feed,
    )


def bare_headline(title: str) -> str:
    """The headline without tags at its beginning and the outlet's name at its end."""
    bare = title
    while (cut := _TAG.sub("", bare, count=1)) != bare and cut.strip():
        bare = cut
    bare = _EDITION.sub("", bare)
    without = _OUTLET.sub("", bare)
    enough = len(comparison.tokens(without)) >= comparison.for_script(
        comparison.tokens(bare), _HEADLINE
    )
    return without if enough else bare


def _without_dateline(text: str) -> str:
    return _DATELINE.sub("", text, count=1)


# ── the law ──────────────────────────────────────────────────────────────────────────────────────


def are_copies(one: ComparableText, other: ComparableText) -> CopyKind | None:
    """What makes these two the same text, or None when they are not.

    Never when they give different figures or days: a second launch, a higher toll is news.
    Else by one of two:
    - the same headline, one that says something, in two feeds within 12 hours, over texts that
      have a third of their words in common, or over no text;
    - the same beginning of the text, under headlines that speak of it: in two feeds within 36
      hours, in one feed within 12 and under headlines that are alike.
    """
    apart = abs(one.published_at - other.published_at)
    if apart > (LEAD_WITHIN if one.feed != other.feed else HEADLINE_WITHIN):
        return None
    size = min(len(one.lead), len(other.lead))
    comparable = size >= comparison.for_script(one.lead[:size], _LEAD)
    alike = one.headline == other.headline
    if _conflict(one, other, size):
        return None
    related = not comparable or comparison.overlap(one.lead, other.lead) >= _SAME_HEADLINE
    flash = one.feed != other.feed and apart <= HEADLINE_WITHIN and _has_telling_headline(one)
    if alike and flash and related:
        return CopyKind.HEADLINE
    if not comparable or resemblance(one.lead, other.lead) < _SAME_TEXT:
        return None
    return CopyKind.TEXT if alike or _headlines_match_text(one, other) else None


def resemblance(one: Tokens, other: Tokens) -> float:
    """Of the shingles of both beginnings, as far as the shorter goes, the share in common."""
    size = min(len(one), len(other))
    length = comparison.for_script(one[:size], _SHINGLE)
    first, second = (comparison.shingles(units[:size], length) for units in (one, other))
    return len(first & second) / max(1, len(first | second))


def is_headline_only(text: ComparableText) -> bool:
    """Is there too little text to compare it, so that the headline must do?"""
    return len(text.lead) < comparison.for_script(text.lead, _LEAD)


def _has_telling_headline(text: ComparableText) -> bool:
    return len(text.headline) >= comparison.for_script(text.headline, _HEADLINE)


def _conflict(one: ComparableText, other: ComparableText, size: int) -> bool:
    """Does each name a figure or a day, in its headline or as far as both texts go, that the
    other does not?
    """
    size = max(0, size - 3)  # the last may be cut in the middle
    first, second = _facts(one.lead[:size]), _facts(other.lead[:size])
    if first - second and second - first:
        return True
    ours, theirs = _facts(one.headline), _facts(other.headline)
    return bool(ours - theirs - _facts(other.lead)) and bool(theirs - ours - _facts(one.lead))


def _facts(units: Tokens) -> frozenset[str]:
    return comparison.numbers(units) | _COUNTED.intersection(units)


def _headlines_match_text(one: ComparableText, other: ComparableText) -> bool:
    """Do both headlines speak of the text?  A beginning that they do not speak of is a notice
    that stands over everything.
    """
    common = comparison.terms(one.lead) & comparison.terms(other.lead)
    first, second = comparison.terms(one.headline), comparison.terms(other.headline)
    if one.feed == other.feed:
        return len(first & second) >= _ABOUT * max(1, len(first), len(second))
    return all(
        len(mine & (common | theirs)) >= _ABOUT * max(1, len(mine))
        for mine, theirs in ((first, second), (second, first))
    )


# ── finding ──────────────────────────────────────────────────────────────────────────────────────


def fingerprints(text: ComparableText) -> tuple[int, ...]:
    """Numbers by which a copy is found: one of the headline, some of the text.

    Two equal headlines have theirs in common; two texts that have a run of 15 different words in
    common (38 characters of a dense script), in what is compared of them, have two.
    """
    found: dict[int, None] = {}
    if _has_telling_headline(text):
        found[_headline_fingerprint(text.headline)] = None
    if not is_headline_only(text):
        length = comparison.for_script(text.lead, _PRINTED)
        for kept in _winnowed(_runs(text.lead, length), comparison.for_script(text.lead, _WINDOW)):
            found[kept] = None
    return tuple(found)


def weight(number: int) -> int:
    """How much a print in common says."""
    return 1 + (number & 1)


def _headline_fingerprint(headline: Tokens) -> int:
    """Apart from those of texts: it is odd, they are even."""
    octets = " ".join(headline).encode("utf-8", "surrogatepass")
    return _mix_bits(crc32(octets) << 32 | crc32(octets[::-1])) | 1


def _runs(lead: Tokens, length: int) -> list[int]:
    """A number for every run of so many units, the same on every machine."""
    numbers = [crc32(unit.encode("utf-8", "surrogatepass")) for unit in lead]
    drop = pow(_BASE, length, 1 << 64)
    found, number = [], 0
    for at, unit in enumerate(numbers):
        number = (number * _BASE + unit) & _64_BITS
        if at >= length:
            number = (number - numbers[at - length] * drop) & _64_BITS
        if at >= length - 1:
            found.append(_mix_bits(number) & ~1)
    return found


def _mix_bits(number: int) -> int:
    """Spread over 63 bits, so that the least of some is any of them."""
    number = ((number ^ number >> 31) * _BASE) & _64_BITS
    return (number ^ number >> 29) >> 1


def _winnowed(numbers: list[int], window: int) -> Iterator[int]:
    """Of every `window` numbers in a row the least; of fewer the least of all."""
    least = -1  # where it stands
    for end in range(min(window, len(numbers)), len(numbers) + 1):
        start = max(0, end - window)
        if least < start:
            least = min(range(start, end), key=numbers.__getitem__)
            yield numbers[least]
        elif numbers[end - 1] < numbers[least]:
            least = end - 1
            yield numbers[least]
