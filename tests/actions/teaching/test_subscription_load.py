"""Alerts of a subscription by day."""

from __future__ import annotations

from datetime import date

from monitor.actions.teaching.subscription_load import NO_ALERTS, AlertDays, SubscriptionLoad

MONDAY, TUESDAY = date(2025, 6, 16), date(2025, 6, 17)


def load(days: dict[str, date]) -> SubscriptionLoad:
    return SubscriptionLoad(key="s", name="Desk", alert_days=AlertDays.of(days))


def test_alerts_are_counted_by_day():
    busy = load({"a": MONDAY, "b": MONDAY, "c": TUESDAY})
    assert (busy.alerts, busy.busiest) == (3, 2)
    assert [busy.days_over(budget) for budget in (0, 1, 2)] == [2, 1, 0]
    quiet = load({})
    assert (quiet.alerts, quiet.busiest, quiet.days_over(0)) == (0, 0, 0)


def test_the_checksum_is_that_of_the_articles_in_any_order_and_on_any_day():
    checksums = [
        AlertDays.of(days).checksum
        for days in (
            {"a": MONDAY, "b": MONDAY}, {"b": TUESDAY, "a": MONDAY}, {"a": MONDAY}, {"ab": MONDAY},
        )
    ]  # fmt: skip
    assert checksums[0] == checksums[1]
    assert len({*checksums, NO_ALERTS.checksum}) == 4
