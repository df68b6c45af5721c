"""Destinations are checked before they are used; what is secret is not shown."""

from __future__ import annotations

import pytest

from monitor.actions.subscribing import destinations
from monitor.domain.alerts import ChannelKind
from monitor.domain.errors import ConfigError, MonitorError
from monitor.settings import loader
from monitor.settings.sections import Settings


def settings(**email: object) -> Settings:
    return loader.load(environment={}, overrides={"email": email})


def test_a_mailbox_has_no_secret():
    destination = destinations.mail_destination("me@watch.example")
    assert (destination.channel, destination.address) == (ChannelKind.EMAIL, "me@watch.example")
    assert destination.secret == ""
    with pytest.raises(ConfigError):
        destinations.mail_destination("nobody")


def test_each_webhook_gets_a_secret_of_its_own():
    made = [destinations.webhook_destination("https://hook.example/", ()) for _ in range(2)]
    assert made[0].secret != made[1].secret
    assert all(destination.secret.startswith("whsec_") for destination in made)
    assert "whsec" not in repr(made)


def test_a_webhook_reaches_private_addresses_only_where_they_are_open():
    allow = loader.load(environment={}, overrides={"egress": {"allow": ["127.0.0.0/8"]}})
    url = "http://127.0.0.1:9/hook"
    assert destinations.webhook_destination(url, allow.egress.allow).address == url
    with pytest.raises(MonitorError, match="egress"):
        destinations.webhook_destination(url, ())


async def test_a_chat_is_shown_without_its_tokens():
    pytest.importorskip("apprise")
    url = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general"
    destination = await destinations.chat_destination(f" {url} ", settings())
    assert (destination.address, destination.secret) == ("slack://…", url)
    assert "T1JJ3T3L2" not in repr(destination)


async def test_a_folder_for_mails_needs_no_mail_server():
    assert await destinations.check_mail_server(settings()) == ""


async def test_a_mail_server_that_does_not_answer_is_a_remark():
    remark = await destinations.check_mail_server(settings(host="127.0.0.1", port=9))
    assert remark.startswith("the mail server can't be asked now (")
    assert "email.port" in remark
