"""Publication dates: RFC 822, ISO 8601, and the forms that publishers write by hand.

A text without year, month and day, or one that could mean two different days, gives no date.
Missing parts are never completed from today's clock.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING

from monitor.collect.parse.date_spelling import plain_spelling

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

MAX_LENGTH = 100  # characters; no publisher needs more for a date
# Unusual formats cost milliseconds each: beyond this number in a document they are not parsed.
MAX_UNUSUAL_FORMATS = 200

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
# RFC 822 §5.1 defines the North American zones; the others are those of the countries we watch.
# Names that two zones share and that RFC 822 does not define (IST, BST, …) are left out.
_ZONE_HOURS = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    "kst": 9, "jst": 9, "msk": 3, "мск": 3, "msd": 4, "hkt": 8, "sgt": 8, "pht": 8, "ict": 7,
    "wib": 7, "cet": 1, "cest": 2, "mez": 1, "mesz": 2, "eet": 2, "eest": 3, "west": 1,
    "vlat": 10, "krat": 7, "yekt": 5, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
}  # fmt: skip
_OFFSET = re.compile(r"(?:(?:UTC|GMT)\s?)?([+-\u2212])(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE)
_RFC822 = re.compile(
    r"(?:[^\W\d_]{1,12}\.?,?\s+)?"  # a weekday, which is often wrong, or of another language
    r"(?:(?P<day>\d{1,2})(?:\s+|-)(?P<month>[A-Za-z]{3,9})\.?|"
    r"(?P<month_first>[A-Za-z]{3,9})\.?\s+(?P<day_second>\d{1,2}))"
    r"(?:st|nd|rd|th)?,?(?:\s+|-)(?P<year>[12]\d{3}|\d\d(?=\s+\d{1,2}[:.]\d\d)),?"
    r"(?:\s+(?P<hour>\d{1,2})(?P<colon>[:.])(?P<minute>\d\d)"
    r"(?:(?P=colon)(?P<second>\d\d)(?:[.,]\d+)?)?)?"
    r"(?:\s*(?P<zone>(?!(?i:[ap]\.?m))(?:[^\W\d_]|[+\u2212-]\d)[^\s(]*(?:\s?\d{1,2}(?::?\d\d)?)?(?:\s[A-Z]{3,5})?))?(?:\s*\(.*\))?"
)
_ISO = re.compile(
    r"(?P<day>\d{4}-?(?:\d\d-?\d\d|W\d\d-?\d|\d{3}))"
    r"(?:(?:T|\s+)(?P<hour>\d\d)(?::?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,]\d+)?)?)?"
    r"\s*(?P<zone>(?![ap]m\b)(?:[^\W\d_]|[+\u2212(\[-]).*)?)?",
    re.IGNORECASE,
)
# The zone's name after its offset, as Java and Go write it, or a second "Z".
_OFFSET_AND_NAME = re.compile(
    r"(Z|[+-]\d\d:?\d\d)\s?(?:\[[\w/+-]+\]|\([\w ]+\)|[A-Z]{3,5})|([+-]00:?00)Z"
)
# The single letters of military time: RFC 5322 §4.3 takes them as UTC, as many used them wrongly.
_MILITARY = re.compile(r"[A-IK-Z]", re.IGNORECASE)
_COMPACT = re.compile(r"((?:19|20)\d{6})(\d{4}(?:\d\d)?)?")
_EPOCH = re.compile(r"([1-3]\d{9})(?:\d{3}|\d{6})?(?:\.\d+)?")  # from 2001
# Ten digits that are a day and an hour as well: 2031010100.
_DAY_AND_HOUR = re.compile(
    r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])"
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)\d{4}\s?[/.-]\s?(\d{1,2})\s?[/.-]\s?\d{1,2}")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})\s?([/.-])\s?(\d{1,2})\s?\2\s?\d{4}(?!\d)")
_BLANKS = re.compile(r"\s+")

# Languages of month and weekday names, in this order: those of the shipped feeds, then those that
# share no month's name with them for another month.  Croatian does ("listopada"): it is read in
# documents that say so.
_LANGUAGES = (
    "en", "ru", "es", "fr", "de", "ja", "pt", "it", "zh", "nl", "vi", "pl", "ko", "uk",
    "tr", "fa", "ar", "cs", "id", "el", "he", "th", "sv", "ro", "hu", "da", "fi", "sk", "bg", "sr",
    "nb", "lt", "ca", "et", "lv", "hi",
)  # fmt: skip


class DateReader:
    """Parses the dates of one document; `language` (BCP 47) decides the order in 06/07/2025."""

    def __init__(self, language: str | None = None) -> None:
        self._language = (language or "").lower()
        self._unusual_left = MAX_UNUSUAL_FORMATS

    def read(self, text: str) -> datetime | None:
        """Return the instant in UTC; None when the text has no date or an ambiguous one.

        A date without a time is midnight UTC, a time without a zone is UTC.
        """
        text = _BLANKS.sub(" ", text[: MAX_LENGTH + 1]).strip()
        if not text or len(text) > MAX_LENGTH:
            return None
        text = plain_spelling(text)
        try:
            return _number(text) or _iso8601(text) or _rfc822(text) or self._unusual_format(text)
        except (ValueError, OverflowError):  # a known format with an impossible date
            return None

    def _unusual_format(self, text: str) -> datetime | None:
        if self._unusual_left <= 0 or not _YEAR.search(text) or self._is_ambiguous(text):
            return None
        self._unusual_left -= 1
        local, _, name = text.rpartition(" ")
        zone = (
            _zone(name) if name.lower() in _ZONE_HOURS else None
        )  # dateparser may not know the letters
        parser = _dateparser(_primary(self._language), month_first=self._language == "en-us")
        instant = parser.get_date_data(local if zone else text).date_obj
        if instant is None:
            return None
        return (instant.replace(tzinfo=zone) if zone else instant).astimezone(UTC)

    def _is_ambiguous(self, text: str) -> bool:
        """Whether day and month could be exchanged, or the month is above 12."""
        if match := _YEAR_FIRST.search(text):
            return int(match[1]) > 12
        match = _YEAR_LAST.search(text)
        if match is None or match[2] != "/" or match[1] == match[3]:
            return False
        is_exchangeable = int(match[1]) <= 12 and int(match[3]) <= 12
        return is_exchangeable and self._language in ("", "en")


def _number(text: str) -> datetime | None:
    """Parse 20250617, 20250617152000, and seconds, milliseconds or microseconds since 1970."""
    if match := _COMPACT.fullmatch(text):
        day = datetime.strptime(match[1], "%Y%m%d").replace(tzinfo=UTC)
        clock = match[2] or ""
        return day + _time_of_day(clock[:2] or "0", clock[2:4] or "0", clock[4:] or "0")
    match = _EPOCH.fullmatch(text)
    if match is None or _DAY_AND_HOUR.fullmatch(match[1]):
        return None
    return datetime.fromtimestamp(int(match[1]), UTC)


def _iso8601(text: str) -> datetime | None:
    """Parse ISO 8601 and similar: "2025-06-17T12:00:00Z", "2025-06-17 12:00 +0900"."""
    match = _ISO.fullmatch(text)
    if match is None or text.isdigit():
        return None
    time_of_day = _time_of_day(match["hour"] or "0", match["minute"] or "0", match["second"] or "0")
    zone = _known_zone(match["zone"]) if match["zone"] else UTC
    midnight = datetime.combine(_iso_day(match["day"]), time(), zone)
    return (midnight + time_of_day).astimezone(UTC)


def _iso_day(text: str) -> date:
    """The day of 2025-06-17, 2025-W25-2 (day of a week) or 2025-168 (day of the year)."""
    digits = text.replace("-", "")
    if len(digits) == 7:
        return datetime.strptime(f"{digits}+0000", "%Y%j%z").date()
    return date.fromisoformat(text.upper())


def _time_of_day(hour: str, minute: str, second: str) -> timedelta:
    """The time since midnight.  24:00 is the end of the day, second 60 a leap second."""
    since_midnight = timedelta(hours=int(hour), minutes=int(minute), seconds=min(int(second), 59))
    if int(minute) > 59 or int(second) > 60 or since_midnight > timedelta(hours=24):
        raise ValueError(f"impossible time: {hour}:{minute}:{second}")
    return since_midnight


def _rfc822(text: str) -> datetime | None:
    """Parse RFC 822 with the deviations of publishers.  Raise ValueError for an unknown zone."""
    match = _RFC822.fullmatch(text)
    month = _MONTHS.get((match["month"] or match["month_first"])[:3].lower()) if match else None
    if match is None or month is None:
        return None
    midnight = datetime(
        _full_year(int(match["year"])),
        month,
        int(match["day"] or match["day_second"]),
        tzinfo=_known_zone(match["zone"]) if match["zone"] else UTC,
    )
    time_of_day = _time_of_day(match["hour"] or "0", match["minute"] or "0", match["second"] or "0")
    return (midnight + time_of_day).astimezone(UTC)


def _full_year(year: int) -> int:
    """A year of two digits is one from 1970 to 2069."""
    if year > 99:
        return year
    return 2000 + year if year < 70 else 1900 + year


def _known_zone(name: str) -> timezone:
    zone = _zone(name)
    if zone is None:
        raise ValueError(f"unknown or ambiguous zone: {name}")
    return zone


def _zone(name: str) -> timezone | None:
    """Parse a zone's letters or offset ("KST", "+0900", "GMT+7", "+09:00"); None if unknown."""
    name = name.strip()
    if match := _OFFSET_AND_NAME.fullmatch(name):
        name = match[1] or match[2]
    name = name.strip("()")
    if _MILITARY.fullmatch(name):
        return UTC
    hours = _ZONE_HOURS.get(name.lower())
    if hours is not None:
        return timezone(timedelta(hours=hours))
    match = _OFFSET.fullmatch(name)
    if match is None:
        return None
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    if offset >= timedelta(hours=24):
        return None
    return timezone(offset if match[1] == "+" else -offset)


def _primary(language: str) -> str:
    return language.partition("-")[0]


@lru_cache(maxsize=40)
def _dateparser(language: str, *, month_first: bool) -> DateDataParser:
    """dateparser, restricted to complete dates, with the document's language before all others.

    Loading takes 80 ms, so it happens on demand.
    """
    from dateparser.data.languages_info import language_order
    from dateparser.date import DateDataParser

    own = [language] if language in language_order else []
    return DateDataParser(
        languages=list(dict.fromkeys([*own, *_LANGUAGES])),
        use_given_order=True,
        settings={
            "STRICT_PARSING": True,
            "REQUIRE_PARTS": ["day", "month", "year"],
            "PARSERS": ["absolute-time"],  # not "yesterday", not bare numbers
            "DATE_ORDER": "MDY" if month_first else "DMY",
            "PREFER_LOCALE_DATE_ORDER": False,
            "TIMEZONE": "UTC",
            "TO_TIMEZONE": "UTC",
            "RETURN_AS_TIMEZONE_AWARE": True,
        },
    )
