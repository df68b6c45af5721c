"""Time zone option: an IANA zone name, or an error that suggests zones of the offset meant."""

from __future__ import annotations

import difflib
import re
from datetime import timedelta

from monitor.actions.option_values import InvalidOption
from monitor.text import local_time

_OFFSET = re.compile(r"(?:UTC|GMT|Z)?\s*([+\-\u2212\u2013])\s*(\d{1,2})(?::?([0-5]\d))?", re.I)
_LARGEST_OFFSET = timedelta(hours=14)
_LETTERS = re.compile(r"[a-z]{1,5}", re.I)
# Cities by their offset from UTC in minutes, all year round where there are any.
_CITIES = {
    -660: ("Pacific/Pago_Pago",),
    -600: ("Pacific/Honolulu",),
    -570: ("Pacific/Marquesas",),
    -540: ("Pacific/Gambier",),
    -480: ("Pacific/Pitcairn",),
    -420: ("America/Phoenix",),
    -360: ("America/Costa_Rica",),
    -300: ("America/Bogota", "America/Lima"),
    -240: ("America/La_Paz", "America/Puerto_Rico"),
    -180: ("America/Sao_Paulo", "America/Argentina/Buenos_Aires"),
    -120: ("America/Noronha",),
    -60: ("Atlantic/Cape_Verde",),
    0: ("UTC",),
    60: ("Africa/Lagos", "Africa/Algiers"),
    120: ("Africa/Johannesburg", "Africa/Maputo"),
    180: ("Europe/Moscow", "Europe/Istanbul"),
    210: ("Asia/Tehran",),
    240: ("Asia/Dubai", "Asia/Tbilisi"),
    270: ("Asia/Kabul",),
    300: ("Asia/Karachi", "Asia/Tashkent"),
    330: ("Asia/Kolkata",),
    345: ("Asia/Kathmandu",),
    360: ("Asia/Dhaka",),
    390: ("Asia/Yangon",),
    420: ("Asia/Bangkok", "Asia/Jakarta"),
    480: ("Asia/Shanghai", "Asia/Singapore"),
    525: ("Australia/Eucla",),
    540: ("Asia/Seoul", "Asia/Tokyo"),
    570: ("Australia/Darwin",),
    600: ("Australia/Brisbane", "Asia/Vladivostok"),
    660: ("Pacific/Guadalcanal", "Asia/Magadan"),
    720: ("Pacific/Tarawa", "Asia/Kamchatka"),
    780: ("Pacific/Tongatapu",),
    840: ("Pacific/Kiritimati",),
}
# Letters that news, mail and telephones use for a zone, and countries without a zone of their name;
# several cities where the letters are ambiguous.
_COMMON_NAMES = {
    "z": ("UTC",),
    "ut": ("UTC",),
    "west": ("Europe/Lisbon",),
    "bst": ("Europe/London",),
    "cet": ("Europe/Warsaw", "Europe/Berlin"),
    "cest": ("Europe/Warsaw", "Europe/Berlin"),
    "mest": ("Europe/Berlin",),
    "mez": ("Europe/Berlin",),
    "mesz": ("Europe/Berlin",),
    "eet": ("Europe/Kyiv", "Europe/Helsinki"),
    "eest": ("Europe/Kyiv", "Europe/Helsinki"),
    "msk": ("Europe/Moscow",),
    "msd": ("Europe/Moscow",),
    "trt": ("Europe/Istanbul",),
    "samt": ("Europe/Samara",),
    "yekt": ("Asia/Yekaterinburg",),
    "omst": ("Asia/Omsk",),
    "novt": ("Asia/Novosibirsk",),
    "krat": ("Asia/Krasnoyarsk",),
    "irkt": ("Asia/Irkutsk",),
    "yakt": ("Asia/Yakutsk",),
    "vlat": ("Asia/Vladivostok",),
    "magt": ("Asia/Magadan",),
    "sakt": ("Asia/Sakhalin",),
    "pett": ("Asia/Kamchatka",),
    "kst": ("Asia/Seoul",),
    "kdt": ("Asia/Seoul",),
    "jst": ("Asia/Tokyo",),
    "hkt": ("Asia/Hong_Kong",),
    "sgt": ("Asia/Singapore",),
    "myt": ("Asia/Kuala_Lumpur",),
    "pht": ("Asia/Manila",),
    "pst": ("America/Los_Angeles", "Asia/Manila"),
    "wib": ("Asia/Jakarta",),
    "ict": ("Asia/Bangkok", "Asia/Ho_Chi_Minh"),
    "ist": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
    "idt": ("Asia/Jerusalem",),
    "pkt": ("Asia/Karachi",),
    "npt": ("Asia/Kathmandu",),
    "uzt": ("Asia/Tashkent",),
    "irst": ("Asia/Tehran",),
    "gst": ("Asia/Dubai",),
    "cst": ("Asia/Shanghai", "America/Chicago"),
    "cdt": ("America/Chicago",),
    "ct": ("America/Chicago",),
    "et": ("America/New_York",),
    "edt": ("America/New_York",),
    "mt": ("America/Denver",),
    "mdt": ("America/Denver",),
    "pt": ("America/Los_Angeles",),
    "pdt": ("America/Los_Angeles",),
    "akst": ("America/Anchorage",),
    "akdt": ("America/Anchorage",),
    "ast": ("America/Halifax", "Asia/Riyadh"),
    "adt": ("America/Halifax",),
    "nst": ("America/St_Johns",),
    "ndt": ("America/St_Johns",),
    "brt": ("America/Sao_Paulo",),
    "art": ("America/Argentina/Buenos_Aires",),
    "clt": ("America/Santiago",),
    "cot": ("America/Bogota",),
    "eat": ("Africa/Nairobi",),
    "cat": ("Africa/Maputo",),
    "wat": ("Africa/Lagos",),
    "sast": ("Africa/Johannesburg",),
    "awst": ("Australia/Perth",),
    "acst": ("Australia/Darwin", "Australia/Adelaide"),
    "acdt": ("Australia/Adelaide",),
    "aest": ("Australia/Brisbane", "Australia/Sydney"),
    "aedt": ("Australia/Sydney",),
    "nzst": ("Pacific/Auckland",),
    "nzdt": ("Pacific/Auckland",),
    "korea": ("Asia/Seoul",),
    "south korea": ("Asia/Seoul",),
    "north korea": ("Asia/Pyongyang",),
    "russia": ("Europe/Moscow",),
    "ukraine": ("Europe/Kyiv",),
    "china": ("Asia/Shanghai",),
}


def parse_zone(name: str) -> str:
    """The name itself when it is an IANA zone.

    Raise InvalidOption for any other.  An offset (GMT+9) or letters (KST) get zones of that offset
    as advice, a misspelt name the most similar one.
    """
    if local_time.is_zone(name):
        return name
    raise InvalidOption("zone", f"{name!r} is not a known time zone{_advice(name.strip())}")


def _advice(name: str) -> str:
    """The end of the error message: what to write instead."""
    offset = _parse_offset(name)
    if offset is not None:
        return _offset_advice(offset)
    cities = _COMMON_NAMES.get(name.casefold())
    if cities:
        return f"; did you mean {_choice(cities)}?"
    similar = _similar_zone(name)
    if similar:
        return f"; did you mean {similar!r}?"
    return ": write a region and a city, such as Europe/Warsaw or Asia/Seoul"


def _parse_offset(name: str) -> timedelta | None:
    """The offset from UTC of "GMT+9", "UTC-03:30", "+0900"; None when it is no offset."""
    match = _OFFSET.fullmatch(name)
    if match is None:
        return None
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return offset if match[1] == "+" else -offset


def _offset_advice(offset: timedelta) -> str:
    minutes = round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    written = f"UTC{'-' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''}"
    if abs(offset) > _LARGEST_OFFSET:
        return f": no place has the time {written}"
    zones = [*_CITIES.get(minutes, ())]
    if minutes and not rest:  # Etc/GMT-9 is nine hours ahead of UTC
        zones.append(f"Etc/GMT{'+' if minutes < 0 else '-'}{hours}")
    zones = [zone for zone in zones if local_time.is_zone(zone)]
    if not zones:
        return f": write a region and a city whose clocks show {written}"
    sign = ' (the "Etc" names have the opposite sign)' if len(zones) > 1 else ""
    return f": a zone with the time {written} is {_choice(zones)}{sign}"


def _choice(zones: list[str] | tuple[str, ...]) -> str:
    """ "'Asia/Seoul', 'Asia/Tokyo' or 'Etc/GMT-9'"."""
    *others, last = [repr(zone) for zone in zones]
    return f"{', '.join(others)} or {last}" if others else last


def _similar_zone(name: str) -> str | None:
    """The zone of a region whose name, or whose city, is spelled most like this.

    Letters alone are never compared: one letter more or less is another offset.
    """
    folded = name.casefold().replace(" ", "_")
    exact = {zone.casefold(): zone for zone in local_time.zones()}
    if folded in exact:
        return exact[folded]
    zones = {key: zone for key, zone in exact.items() if _is_place(zone)}
    cities = {key.rpartition("/")[2]: zone for key, zone in zones.items()}
    city = folded.rpartition("/")[2]
    if city in cities:
        return cities[city]
    if any(sign in name for sign in "+0123456789") or _is_letters(name):
        return None
    similar_cities = difflib.get_close_matches(city, cities, n=1, cutoff=0.7)
    if similar_cities:
        return cities[similar_cities[0]]
    similar_zones = difflib.get_close_matches(folded, zones, n=1, cutoff=0.7)
    return zones[similar_zones[0]] if similar_zones else None


def _is_place(zone: str) -> bool:
    return "/" in zone and not zone.startswith(("Etc/", "SystemV/", "posix/", "right/"))


def _is_letters(name: str) -> bool:
    """Whether this looks like the letters of a zone ("KST"), rather than a city ("Seoul")."""
    return name.isupper() and _LETTERS.fullmatch(name) is not None
