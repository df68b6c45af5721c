"""Numbers in languages with spaces: digits, number words, multipliers, ranges, vague plurals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from monitor.figures.figure import NumberMatch
from monitor.figures.number_words import NUMBER_WORDS, NumberWords

_DIGITS = r"\d{1,3}(?:[ ,.]\d{3})+(?!\d)|\d+(?:[.,]\d+)?"
_SPACE_GROUPS = re.compile(r"\d{1,3}(?: \d{3})+")
_COMMA_GROUPS = re.compile(r"\d{1,3}(?:,\d{3})+")
_DOT_GROUPS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")
_CLOCK = re.compile(r"(?<![\d:])(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?(?![\d:])")
_CURRENCY = r"(?P<currency>US\$|A\$|HK\$|[$€£¥₩])?\s?"
_SUFFIXES = {"k": 1e3, "m": 1e6, "bn": 1e9}
# "Rose to 30": what means "up to" before a number means "to" after these.
_ROSE = re.compile(r"(?:росло|росла|росли|увеличил\w*|збільшил\w*|wzros\w*)\s$", re.IGNORECASE)
_HEDGE_WIDTH = 26  # characters before a number in which its hedge stands
_MORE_WIDTH = 24  # characters after a number in which "or more" stands


@dataclass(frozen=True, slots=True)
class _Bounds:
    """What the words of a number say without its hedge."""

    low: float
    high: float | None
    end: int
    vague: bool = False


def find_numbers(sentence: str, language: str) -> list[NumberMatch]:
    """Every number of the sentence, from left to right, but for times of day.

    Digits must be ASCII.
    """
    words = NUMBER_WORDS[language]
    sentence = _CLOCK.sub(_blank, sentence)
    numbers = []
    for match in _pattern(language).finditer(sentence):
        bounds = _bounds(match, words, sentence)
        if bounds is None:
            continue
        start = match.end() - len(match.group().lstrip())
        number = _hedged(sentence, start, bounds, language)
        if number is not None:
            numbers.append(_with_marks(number, match, bounds))
    return numbers


def _blank(match: re.Match[str]) -> str:
    """As many signs that are no digits, so that all others keep their places."""
    return ":" * len(match.group())


def _with_marks(number: NumberMatch, match: re.Match[str], bounds: _Bounds) -> NumberMatch:
    return NumberMatch(
        start=number.start,
        end=bounds.end,
        phrase_start=number.phrase_start,
        phrase_end=bounds.end,
        low=number.low,
        high=number.high,
        approx=number.approx,
        vague=bounds.vague,
        currency=bool(match["currency"]),
        in_words=not re.search(r"\d", match.group()),
    )


@cache
def _pattern(language: str) -> re.Pattern[str]:
    """One expression for a currency sign and a vague plural, a number with a range, or тысяча."""
    words = NUMBER_WORDS[language]
    listed = "|".join(sorted(map(re.escape, words.words), key=len, reverse=True))
    factors = "|".join(pattern for pattern, _ in words.multipliers)
    unit = rf"(?:{_DIGITS}|(?<![\w-])(?:{listed})(?:[- ](?:{listed}))?(?![\w-]*\w))"
    vague = "|".join(f"(?P<vague{i}>{pattern})" for i, (pattern, _) in enumerate(words.vague))
    article = r"(?<!\w)(?:half a|a)(?= (?:million|thousand|hundred|billion|dozen))"
    head = rf"{unit}|{article}" if language == "en" else unit
    suffix = r"(?P<suffix>K(?!\w)|bn\b|[- ]?dozen)?" if language == "en" else "(?P<suffix>(?!))?"
    counted = (
        rf"(?P<head>{head}){suffix}"
        rf"(?:[\s-]?(?P<factor>{factors})(?!\w))?(?:[\s-](?P<factor2>{factors})(?!\w))?"
        rf"(?:(?:\s?[-–—]\s?|\s(?:{words.range_words})\s)(?P<upper>{unit})"
        rf"(?:\s?(?P<upper_factor>{factors})(?!\w))?)?"
    )
    bare = rf"(?<!\w)(?P<bare>{factors})(?!\w)" if words.bare_multiplier else "(?P<bare>(?!))"
    whole = rf"{_CURRENCY}(?<![\w.,])(?:(?<!\w)(?:{vague})(?!\w)|{counted}|{bare})"
    return re.compile(whole, re.IGNORECASE)


def _bounds(match: re.Match[str], words: NumberWords, sentence: str) -> _Bounds | None:
    """The lower and the upper bound; None where the words are no number after all."""
    for index, (_, lower) in enumerate(words.vague):
        if match[f"vague{index}"]:
            return _Bounds(lower, None, match.end(), vague=True)
    if match["bare"]:
        factor = _factor(match["bare"], words)
        return _Bounds(factor, factor, match.end())
    value = _value(match["head"], words, scaled=bool(match["factor"]))
    if value is None or (0 < value < 1 and not match["factor"]):  # "half" of something
        return None
    scale = _factor(match["factor"], words) * _factor(match["factor2"], words)
    if suffix := match["suffix"]:
        scale *= 12 if "dozen" in suffix.lower() else _SUFFIXES[suffix.lower()]
    if match["upper"]:
        return _range(match, words, value, scale, sentence)
    return _Bounds(value * scale, value * scale, match.end())


def _range(
    match: re.Match[str], words: NumberWords, value: float, scale: float, sentence: str
) -> _Bounds | None:
    """Both ends of a range; the first number alone where the second is not greater.

    None for digits that a hyphen joins the wrong way round: 17-10 is a date.
    """
    upper_factor = _factor(match["upper_factor"], words)
    upper = _value(match["upper"], words, scaled=bool(match["upper_factor"]))
    low = value * scale
    if upper is not None and upper_factor > 1 and not match["factor"] and value <= upper:
        return _Bounds(value * upper_factor, upper * upper_factor, match.end())
    if upper is not None and upper * upper_factor > low:
        return _Bounds(low, upper * upper_factor, match.end())
    if re.search(r"\d[-–]$", sentence[: match.start("upper")]):
        return None
    before_upper = sentence[: match.start("upper")].rstrip(" -–—")
    joint = re.search(rf"\s(?:{words.range_words})$", before_upper, re.IGNORECASE)
    return _Bounds(low, low, joint.start() if joint else len(before_upper))


def _factor(written: str | None, words: NumberWords) -> float:
    """The value of a multiplier; 1 where there is none."""
    factors = (
        value
        for pattern, value in words.multipliers
        if written and re.fullmatch(pattern, written, re.IGNORECASE)
    )
    return next(factors, 1.0)


def _value(written: str, words: NumberWords, *, scaled: bool) -> float | None:
    """The value of digits or number words; None where they are none.

    `scaled` says that a multiplier follows, so the English "1.250 million" has a decimal point.
    """
    written = written.strip().lower()
    if written[0].isdigit():
        return _digits_value(written, words, scaled=scaled)
    if written in ("a", "half a"):
        return 1.0 if written == "a" else 0.5
    if written in words.words:
        return words.words[written]
    parts = [words.words.get(part) for part in re.split(r"[- ]", written)]
    values = [part for part in parts if part is not None]
    return sum(values) if values else None


def _digits_value(written: str, words: NumberWords, *, scaled: bool) -> float:
    """1,000 and 1 000 and 1.000 are a thousand.

    1.250 is a decimal before a multiplier, but not where only a point separates thousands.
    """
    if _SPACE_GROUPS.fullmatch(written):
        return float(written.replace(" ", ""))
    if "," in words.one_group and _COMMA_GROUPS.fullmatch(written):
        return float(written.replace(",", ""))
    is_decimal = scaled and "," in words.one_group and written.count(".") == 1
    if _DOT_GROUPS.fullmatch(written) and not is_decimal:
        return float(written.replace(".", ""))
    decimal = written.replace(" ", "").replace(",", ".")
    whole, _, fraction = decimal.rpartition(".")
    return float(f"{whole.replace('.', '')}.{fraction}" if whole else decimal)


def _hedged(sentence: str, start: int, bounds: _Bounds, language: str) -> NumberMatch | None:
    """The number with the hedge before it; None where the number is denied ("not 600")."""
    words = NUMBER_WORDS[language]
    low: float | None = bounds.low
    high, approx, phrase_start = bounds.high, bounds.vague, start
    before = sentence[max(0, start - _HEDGE_WIDTH) : start]
    if hedge := _ending(words.approx, before):
        approx, phrase_start = True, start - len(before) + hedge.start()
        before = before[: hedge.start()]
    minimum, maximum = _limits(words, before)
    limit = minimum or maximum
    if limit:
        phrase_start -= len(before) - limit.start()
        before = before[: limit.start()]
    if minimum and not bounds.vague:
        high = None
    elif maximum and not bounds.vague:
        low, high = None, bounds.high
    if _ending(words.negation, before):
        return None
    after = sentence[bounds.end : bounds.end + _MORE_WIDTH]
    if re.match(rf"(?:\s\w+)?\s(?:{words.or_more})\b", after, re.IGNORECASE):
        high = None
    return NumberMatch(
        start=start, end=bounds.end, phrase_start=phrase_start, phrase_end=bounds.end,
        low=low, high=high, approx=approx,
    )  # fmt: skip


def _limits(words: NumberWords, before: str) -> tuple[re.Match[str] | None, re.Match[str] | None]:
    """The minimum or the maximum before a number; of "no more than" and "more than" the longer."""
    minimum, maximum = _ending(words.minimum, before), _ending(words.maximum, before)
    if maximum and _ROSE.search(before, 0, maximum.start()):
        maximum = None
    if minimum and maximum:
        return (None, maximum) if maximum.start() < minimum.start() else (minimum, None)
    return minimum, maximum


def _ending(pattern: str, before: str) -> re.Match[str] | None:
    """The match of a pattern right before a number."""
    return re.search(rf"(?<!\w)(?:{pattern})\s?$", before, re.IGNORECASE)
