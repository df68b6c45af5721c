"""Sign-up with double opt-in, on a real store."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from monitor.actions.subscribing import sign_up
from monitor.actions.subscribing.sign_up import CONFIRM_WITHIN, Confirmation, SignUp
from monitor.alerts import tokens
from monitor.domain.alerts import ChannelKind, Subscription, SubscriptionState
from monitor.domain.errors import ConfigError
from monitor.domain.message_contents import SubscriptionConfirm
from monitor.domain.muting.operator_pause import BY_OPERATOR
from monitor.store.store import Store
from tests.store.builders import NOW, a_subscription

ADDRESS = "reader@watch.example"
URL = "https://alerts.example"
HOUR = timedelta(hours=1)


@pytest.fixture
def store(sqlite_url: str):
    with Store.open(sqlite_url) as opened:
        yield opened


def request_mail(store: Store, *themes: str, address: str = ADDRESS, now=NOW) -> bool:
    request = SignUp(address=address, themes=themes)
    return sign_up.sign_up(store, request, public_url=URL, now=now)


def stored(store: Store) -> Subscription:
    (subscription,) = store.subscriptions.list()
    return subscription


def confirmation(store: Store) -> Confirmation:
    """The confirmation in the newest mail."""
    content = store.outbox.list(limit=1)[0].content
    assert isinstance(content, SubscriptionConfirm)
    url = urlsplit(content.url)
    fields = parse_qs(url.query)
    return Confirmation(
        token=url.path.rpartition("/")[2],
        until=fields["until"][0],
        themes=fields.get("themes", [""])[0],
    )


def test_a_sign_up_is_unconfirmed_and_has_a_mail(store: Store):
    assert request_mail(store, "labour")
    subscription = stored(store)
    assert (subscription.channel, subscription.address) == (ChannelKind.EMAIL, ADDRESS)
    assert subscription.state is SubscriptionState.UNCONFIRMED
    assert sign_up.unconfirmed_subscription(store, confirmation(store)) == subscription


def test_the_link_activates_the_themes_that_were_asked_for(store: Store):
    request_mail(store, "labour", "troops")
    confirmed = sign_up.confirm_subscription(store, confirmation(store), NOW + CONFIRM_WITHIN)
    assert confirmed == stored(store)
    assert confirmed.state is SubscriptionState.ACTIVE
    assert confirmed.themes == {"labour", "troops"}


def test_a_link_that_is_over_activates_nothing(store: Store):
    request_mail(store)
    later = NOW + CONFIRM_WITHIN + timedelta(seconds=1)
    assert confirmation(store).is_over(later)
    confirmed = sign_up.confirm_subscription(store, confirmation(store), later)
    assert confirmed is not None
    assert confirmed.state is SubscriptionState.UNCONFIRMED


@pytest.mark.parametrize("changes", [{"until": "9999999999"}, {"themes": "troops"}, {"token": "x"}])
def test_a_link_that_was_altered_is_none(store: Store, changes):
    request_mail(store, "labour")
    link = confirmation(store)
    fields = {"token": link.token, "until": link.until, "themes": link.themes, **changes}
    assert sign_up.confirm_subscription(store, Confirmation(**fields), NOW) is None
    assert stored(store).state is SubscriptionState.UNCONFIRMED


def test_an_address_gets_one_mail_an_hour(store: Store):
    mails = [request_mail(store, now=NOW + minutes * HOUR / 60) for minutes in (0, 59, 60)]
    assert mails == [True, False, True]


def test_an_address_that_is_subscribed_gets_no_mail(store: Store):
    store.subscriptions.add(a_subscription("me", address="Reader@watch.example"))
    assert not request_mail(store)
    assert stored(store).name == "me"


def test_a_name_that_another_subscription_has_is_an_error(store: Store):
    store.subscriptions.add(a_subscription(ADDRESS, address="other@watch.example"))
    with pytest.raises(ConfigError, match="already"):
        request_mail(store)


def test_a_long_address_can_sign_up(store: Store):
    assert request_mail(store, address=f"{'a' * 60}@{'b' * 60}.example")


def test_a_reader_unsubscribes_once_and_may_sign_up_again(store: Store):
    request_mail(store)
    sign_up.confirm_subscription(store, confirmation(store), NOW)
    url = tokens.unsubscribe_url(URL, store.tokens.secret(), stored(store))
    token = (url or "").rpartition("/")[2]
    ends = [sign_up.unsubscribe(store, token, NOW) for _ in range(2)]
    assert [end is not None and end.was_subscribed for end in ends] == [True, False]
    assert stored(store).state is SubscriptionState.UNSUBSCRIBED
    assert stored(store).state_reason == "by its reader, 2025-06-17 12:00 UTC"
    assert sign_up.unsubscribe(store, "x", NOW) is None
    assert request_mail(store, now=NOW + 2 * HOUR)
    assert stored(store).state is SubscriptionState.UNSUBSCRIBED


def test_a_new_sign_up_does_not_end_a_pause_of_the_operator(store: Store):
    request_mail(store)
    sign_up.confirm_subscription(store, confirmation(store), NOW)
    key = stored(store).key
    store.subscriptions.set_state(key, SubscriptionState.PAUSED, BY_OPERATOR)
    token = tokens.token(store.tokens.secret(), tokens.Purpose.UNSUBSCRIBE, stored(store))
    sign_up.unsubscribe(store, token, NOW)
    assert request_mail(store, "labour", now=NOW + HOUR)
    again = sign_up.confirm_subscription(store, confirmation(store), NOW + HOUR)
    assert again is not None
    assert (again.state, again.state_reason) == (SubscriptionState.PAUSED, BY_OPERATOR)
    assert again.themes == {"labour"}


def test_a_sign_up_is_deleted_when_its_time_is_over(store: Store):
    request_mail(store)
    assert sign_up.delete_unconfirmed(store, NOW + CONFIRM_WITHIN) == 0
    assert sign_up.delete_unconfirmed(store, NOW + CONFIRM_WITHIN + HOUR) == 1
