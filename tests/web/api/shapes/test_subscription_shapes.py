"""Tests of the documented shape of a subscription against what the action gives."""

from __future__ import annotations

from pydantic import TypeAdapter

from monitor.actions.subscribing.subscriptions import list_subscriptions
from monitor.store.store import Store
from monitor.web.api.shapes.subscription_shapes import SubscriptionShape
from tests.store.builders import a_subscription


def test_a_subscription_has_the_documented_fields_and_no_others(sqlite_url: str) -> None:
    with Store.open(sqlite_url) as store:
        store.subscriptions.add(a_subscription())
        [status] = list_subscriptions(store)
    shown = status.as_json()
    TypeAdapter(SubscriptionShape).validate_python(shown)
    assert shown.keys() == SubscriptionShape.__annotations__.keys()
