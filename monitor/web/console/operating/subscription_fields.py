"""Fields of the form of a subscription: from what is stored, and to an edit as typed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from monitor.actions.header_files import header_names
from monitor.actions.option_values import InvalidOption, check_topics
from monitor.actions.subscribing.delivery_schedules import ScheduleOptions, schedule_fields
from monitor.actions.subscribing.subscription_edits import SubscriptionEdit, edit_version
from monitor.deliver.messages.schedule_text import WEEKDAYS
from monitor.domain.alerts import About, Subscription
from monitor.domain.delivery_schedule import Frequency
from monitor.domain.stories import Repeat
from monitor.domain.tiers import WantedTier
from monitor.net.own_headers import parse_header_lines
from monitor.text.formats import duration_text
from monitor.web.console.frame.forms import Form

E = TypeVar("E", bound=StrEnum)

_NONE = "none"
_TEXTS = (
    "name", "address", "languages", "feeds", "min_score", "filter", "every", "at", "on", "zone",
    "quiet", "budget", "group", "repeat", "tier", "version",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionFields:
    """What the form shows: stored values, or those that were typed and could not be saved."""

    texts: Mapping[str, str]  # of `_TEXTS`
    topics: frozenset[str]
    themes: frozenset[str]
    about: frozenset[str]
    empty: bool
    header_names: tuple[str, ...] = ()  # that are set; values are never shown


def new_fields() -> SubscriptionFields:
    """The form of a new subscription."""
    texts = dict.fromkeys(_TEXTS, "")
    texts |= {"every": Frequency.ONCE, "repeat": Repeat.FACTS, "tier": WantedTier.ALERT}
    texts |= {"at": "08:00", "on": WEEKDAYS[0], "zone": "UTC", "min_score": "0"}
    about = frozenset({About.ARTICLES.value})
    none = frozenset[str]()
    return SubscriptionFields(texts=texts, topics=none, themes=none, about=about, empty=False)


def stored_fields(subscription: Subscription) -> SubscriptionFields:
    """The form of a subscription as it is stored."""
    schedule = subscription.cadence
    shown = schedule_fields(schedule)
    texts = {
        "name": subscription.name,
        "address": subscription.address,
        "languages": ", ".join(sorted(subscription.languages)),
        "feeds": "\n".join(sorted(subscription.feeds)),
        "min_score": f"{subscription.min_score:g}",
        "filter": subscription.filter.text if subscription.filter else "",
        "every": schedule.every.value,
        "at": f"{schedule.at:%H:%M}",
        "on": WEEKDAYS[schedule.weekday],
        "zone": schedule.zone,
        "quiet": "-".join(map(str, shown["quiet"])) if isinstance(shown["quiet"], list) else "",
        "budget": "" if schedule.budget is None else str(schedule.budget),
        "group": duration_text(schedule.group) if schedule.group else "",
        "repeat": subscription.repeat.value,
        "tier": subscription.tier.value,
        "version": edit_version(subscription),
    }
    return SubscriptionFields(
        texts=texts,
        topics=subscription.topics,
        themes=subscription.themes,
        about=frozenset(about.value for about in subscription.about),
        empty=schedule.empty,
        header_names=tuple(header_names(subscription.headers)),
    )


def typed_fields(form: Form, names: tuple[str, ...] = ()) -> SubscriptionFields:
    """What was typed, to be shown again; values of headers are not."""
    return SubscriptionFields(
        texts={name: form.text(name) for name in _TEXTS},
        topics=frozenset(form.texts("topic")),
        themes=frozenset(form.texts("theme")),
        about=frozenset(form.texts("about")),
        empty=form.text("empty") == "yes",
        header_names=names,
    )


def edit_of_form(
    form: Form, watched: Collection[str], stored: Collection[str] = ()
) -> SubscriptionEdit:
    """The edit that the form asks for; its address is parsed by who knows the channel.

    `watched` names the topics of the installation, `stored` those of the subscription.  Raise
    ConfigError for a value that can't be read.
    """
    headers = form.exact("headers").strip()
    replaces_headers = bool(headers) or form.text("no_headers") == "yes"
    return SubscriptionEdit(
        name=form.text("name"),
        headers=parse_header_lines(headers) if replaces_headers else None,
        topics=sorted(check_topics(form.texts("topic"), watched, stored)),
        themes=form.texts("theme"),
        languages=_listed(form.text("languages")),
        feeds=_listed(form.text("feeds").replace("\n", ",")),
        min_score=_score(form.text("min_score")),
        question=form.text("filter"),
        about=_about(form),
        repeat=_choice(Repeat, form.text("repeat"), "repeat"),
        tier=_choice(WantedTier, form.text("tier"), "tier"),
        schedule=_schedule(form),
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, text.split(","))))


def _score(text: str) -> float:
    try:
        return float(text or "0")
    except ValueError:
        raise InvalidOption("min_score", f"{text!r}: a number from 0 to 1") from None


def _about(form: Form) -> tuple[About, ...]:
    chosen = tuple(About(value) for value in form.texts("about") if value in {*About})
    if not chosen:
        raise InvalidOption("about", "names nothing: tick at least one")
    return chosen


def _choice(choices: type[E], text: str, option: str) -> E:
    try:
        return choices(text)
    except ValueError:
        raise InvalidOption(option, f"{text!r}: one of {', '.join(choices)}") from None


def _schedule(form: Form) -> ScheduleOptions:
    """The schedule as typed; a time or a weekday counts only where the schedule has one."""
    frequency = _choice(Frequency, form.text("every"), "cadence")
    has_clock = frequency in (Frequency.DAILY, Frequency.WEEKLY) or bool(form.text("budget"))
    return ScheduleOptions(
        frequency=frequency,
        at=form.text("at") if has_clock else None,
        on=form.text("on") if frequency is Frequency.WEEKLY else None,
        zone=form.text("zone") or "UTC",
        quiet=form.text("quiet") or _NONE,
        budget=form.text("budget") or _NONE,
        group=form.text("group") or _NONE,
        empty=form.text("empty") == "yes",
    )
