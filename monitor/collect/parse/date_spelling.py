"""Normalisation of written dates: digits of all scripts, years of other calendars, order of parts.

The result is the same date in ASCII digits and Gregorian years, so that one parser reads them all.
"""

from __future__ import annotations

import re
import unicodedata

# The Thai solar calendar: its months and days are the Gregorian ones since 1941 (B.E. 2484).
_BUDDHIST_OFFSET = 543
_BUDDHIST_YEAR = re.compile(r"(?<![\d:+])(?<!\d:\d\d[.,])2[4-6]\d\d(?![\d:])")
_FIRST_BUDDHIST_YEAR = 2484
# Years that count from an emperor's accession or from the Republic of China; the first is 元.
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}
_ERA_YEAR = re.compile(rf"({'|'.join(_ERAS)})\s?(元|\d{{1,3}})\s?(?=年)")
# C's asctime and the forms made from it: "Tue Jun 17 15:20:00 +0900 2025".
_YEAR_AT_THE_END = re.compile(
    r"(?:[A-Za-z]{3,9},? )?([A-Za-z]{3,9}) (\d{1,2}) "
    r"(\d\d?:\d\d(?::\d\d)?)( [A-Za-z+-]\S*)? (\d{4})"
)
_HALF_DAY = re.compile(r"(?<=\d)\s?\b([ap])\.?\s?m\b\.?", re.IGNORECASE)
# Direction and width marks that editors leave beside numbers.
_MARKS = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")


def plain_spelling(text: str) -> str:
    """Return the date in ASCII digits, its Gregorian year before the time, with "am" or "pm"."""
    text = _MARKS.sub("", text)
    if not text.isascii():
        text = "".join(map(_ascii_digit, text))
        text = _ERA_YEAR.sub(_gregorian_era_year, text)
    text = _BUDDHIST_YEAR.sub(_gregorian_buddhist_year, text, count=1)
    text = _HALF_DAY.sub(r" \1m", text)
    if match := _YEAR_AT_THE_END.fullmatch(text):
        month, day, time, zone, year = match.groups()
        return f"{month} {day} {year} {time}{zone or ''}"
    return text


def _ascii_digit(character: str) -> str:
    """The ASCII digit of a decimal digit of any script; other characters unchanged."""
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)


def _gregorian_era_year(match: re.Match[str]) -> str:
    number = 1 if match[2] == "元" else int(match[2])
    return str(_ERAS[match[1]] + number)


def _gregorian_buddhist_year(match: re.Match[str]) -> str:
    year = int(match[0])
    return str(year - _BUDDHIST_OFFSET) if year >= _FIRST_BUDDHIST_YEAR else match[0]
