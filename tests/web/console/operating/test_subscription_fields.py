"""The form of a subscription: what is stored, sent unchanged, changes nothing."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from monitor.actions.option_values import InvalidOption
from monitor.actions.subscribing.delivery_schedules import changed_schedule
from monitor.domain.alerts import About
from monitor.domain.delivery_schedule import DeliverySchedule, Frequency, QuietHours
from monitor.web.console.frame.forms import Form
from monitor.web.console.operating.subscription_fields import (
    SubscriptionFields,
    edit_of_form,
    new_fields,
    stored_fields,
    typed_fields,
)
from tests.fakes import subscription

WATCHED = ("wolves", "bears")
NIGHT = QuietHours(start=time(22), end=time(7))


def sent(fields: SubscriptionFields) -> Form:
    """The form as a browser sends it."""
    return Form(
        {name: [value] for name, value in fields.texts.items()}
        | {"topic": sorted(fields.topics), "theme": sorted(fields.themes)}
        | {"about": sorted(fields.about)}
        | ({"empty": ["yes"]} if fields.empty else {})
    )


@pytest.mark.parametrize(
    "schedule",
    [
        DeliverySchedule(),
        DeliverySchedule(budget=5, at=time(9), zone="Asia/Seoul", group=timedelta(minutes=10)),
        DeliverySchedule(every=Frequency.WEEKLY, weekday=4, at=time(7, 30), quiet=NIGHT),
        DeliverySchedule(every=Frequency.HOURLY, empty=True),
    ],
)
def test_a_stored_schedule_comes_back_as_it_was(schedule: DeliverySchedule):
    desk = subscription(cadence=schedule, about=frozenset({About.ARTICLES, About.SERVICE}))
    form = sent(stored_fields(desk))
    edit = edit_of_form(form, WATCHED)
    assert changed_schedule(schedule, edit.schedule) == schedule
    assert set(edit.about or ()) == desk.about
    assert edit.headers is None
    assert typed_fields(form).texts == stored_fields(desk).texts


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("min_score", "high", "min_score"),
        ("every", "monthly", "cadence"),
        ("about", "weather", "about"),
        ("repeat", "often", "repeat"),
    ],
)
def test_a_value_that_can_not_be_read_is_named(field: str, value: str, message: str):
    fields = sent(new_fields())
    names = {name: fields.texts(name) for name in (*new_fields().texts, "about")}
    with pytest.raises(InvalidOption, match=message):
        edit_of_form(Form({**names, field: [value]}), WATCHED)


def test_topics_come_back_and_one_that_is_not_watched_any_more_may_stay():
    desk = subscription(topics=frozenset({"bears", "foxes"}))
    form = sent(stored_fields(desk))
    assert edit_of_form(form, WATCHED, desk.topics).topics == ["bears", "foxes"]
    assert typed_fields(form).topics == desk.topics
    with pytest.raises(InvalidOption, match="foxes: no such topic is watched; there are: wolves"):
        edit_of_form(form, WATCHED)
