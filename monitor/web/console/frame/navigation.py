"""Navigation of the console: its places, in the order of the rail, with who sees them."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.access.caller import Caller
from monitor.access.permissions import Act, is_allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place of the console, as the navigation shows it."""

    name: str
    address: str
    act: Act  # who may do it sees the place
    key: str  # after `g`
    in_foot: bool = False  # one of the five at the foot of a phone
    group: str = ""  # a heading above it in the rail


PLACES = (
    Place(name="Flagged", address="/console/", act=Act.READ_ARTICLES, key="f", in_foot=True),
    Place(name="Review", address="/console/review", act=Act.READ_ARTICLES, key="r"),
    Place(name="Search", address="/console/search", act=Act.READ_ARTICLES, key="s", in_foot=True),
    Place(name="Teaching", address="/console/teaching", act=Act.READ_TEACHING, key="e"),
    Place(name="Stories", address="/console/stories", act=Act.READ_ARTICLES, key="t"),
    Place(name="Figures", address="/console/figures", act=Act.READ_FIGURES, key="n"),
    Place(
        name="Dashboard",
        address="/console/dashboard",
        act=Act.READ_HEALTH,
        key="d",
        in_foot=True,
    ),
    Place(name="Keyword lab", address="/console/keywords", act=Act.CHANGE_RULES, key="l"),
    Place(name="Feeds", address="/console/feeds", act=Act.READ_FEEDS, key="w", group="Operate"),
    Place(
        name="Subscriptions",
        address="/console/subscriptions",
        act=Act.READ_SUBSCRIPTIONS,
        key="u",
    ),
    Place(name="Silences", address="/console/silences", act=Act.READ_SILENCES, key="m"),
    Place(name="Deliveries", address="/console/deliveries", act=Act.READ_DELIVERIES, key="v"),
    Place(name="Jobs", address="/console/jobs", act=Act.READ_JOBS, key="b"),
    Place(name="Settings and health", address="/console/settings", act=Act.READ_HEALTH, key="h"),
    Place(name="People", address="/console/people", act=Act.READ_PEOPLE, key="p"),
    Place(name="API", address="/console/api", act=Act.READ_OWN_ACCOUNT, key="a"),
)


def visible_places(caller: Caller) -> tuple[Place, ...]:
    """The places whose pages this caller may read."""
    return tuple(
        place for place in PLACES if is_allowed(place.act, role=caller.role, scopes=caller.scopes)
    )
